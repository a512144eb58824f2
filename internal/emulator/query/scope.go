package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// record is one row on its way through a SELECT, with what grouping and windows added to it.
type record struct {
	row     []Value // Columns of FROM; of a group, those of its first row.
	keys    []Value // Values of the grouping expressions.
	aggs    []Value // Results of the aggregate calls.
	set     []int   // Indices of the grouping expressions by which a group is one; the others are NULL.
	windows []Value // Results of the window calls.
}

// frame is what an expression sees while it is evaluated: a record, and those of the queries around.
type frame struct {
	record

	outer *frame
	run   *run
	memo  map[*int]Value // Values of aliases that were evaluated for this row.
}

// up returns the frame n levels further out.
func (f *frame) up(n int) *frame {
	for range n {
		f = f.outer
	}
	return f
}

// inner returns the frame of a row inside this frame.
func (f *frame) inner(row []Value) *frame {
	return &frame{record: record{row: row}, outer: f, run: f.run}
}

// node is a compiled expression.
type node struct {
	typ  sql.Type // Zero where it is not known.
	eval func(*frame) (Value, error)
	is   *Value // What a constant is, else nil.
	some bool   // Never NULL: a constant that is not, a cast of one, a column declared so.
}

// boundColumn is a column that a scope can resolve.
type boundColumn struct {
	Column

	table  []string // Name of its element of FROM: an alias, or the parts of a name.
	hidden bool     // Found only when qualified: one side of USING.
	merged bool     // Stands for both sides of USING.
	pseudo bool     // Not part of *.
}

// scope resolves columns. Each scope is one frame when it is evaluated.
type scope struct {
	level   int // Distance from the outermost scope.
	outer   *scope
	columns []boundColumn // In the order of the row.
	open    [][]string    // Elements of FROM whose columns are not known.
	aliases *aliases      // Of the select list, nil where they may not be used.
	group   *grouping     // Nil outside a grouped SELECT.
	windows *[]windowCall // Where window calls are collected, nil where they may not stand.
	prior   *scope        // Columns of the row above in a hierarchy, nil outside CONNECT BY.
	root    *scope        // Columns of the topmost row there.
}

func newScope(outer *scope, columns []boundColumn, open [][]string) *scope {
	return &scope{level: levelOf(outer) + 1, outer: outer, columns: columns, open: open}
}

// levelOf is the level of a scope, -1 for none.
func levelOf(s *scope) int {
	if s == nil {
		return -1
	}
	return s.level
}

// found is where a column was found.
type found struct {
	scope *scope
	index int  // Into the columns of the scope; -1 for a column of an open element.
	many  bool // The name is ambiguous.
}

// lookup finds a column in the scope itself, then in those around it.
func (s *scope) lookup(name []string) (found, bool) {
	for at := s; at != nil; at = at.outer {
		if f, ok := at.own(name); ok {
			return f, true
		}
	}
	return found{}, false
}

// own finds a column in the scope itself.
func (s *scope) own(name []string) (found, bool) {
	column, table := name[len(name)-1], name[:len(name)-1]
	at := -1
	for i, c := range s.columns {
		if c.Name != column || !matches(c, table) {
			continue
		}
		if at >= 0 {
			return found{scope: s, index: at, many: true}, true
		}
		at = i
	}
	if at >= 0 {
		return found{scope: s, index: at}, true
	}
	for _, open := range s.open {
		if isSuffix(table, open) {
			return found{scope: s, index: -1}, true
		}
	}
	return found{}, false
}

// matches reports whether a column may be meant by a name with the qualifier table, which may be empty.
func matches(c boundColumn, table []string) bool {
	if len(table) == 0 {
		return !c.hidden
	}
	return isSuffix(table, c.table)
}

// isSuffix reports whether table ends with the parts of qualifier.
func isSuffix(qualifier, table []string) bool {
	return len(qualifier) <= len(table) && slices.Equal(qualifier, table[len(table)-len(qualifier):])
}

// hasTable reports whether an element of FROM goes by the qualifier.
func (s *scope) hasTable(qualifier []string) bool {
	for _, c := range s.columns {
		if isSuffix(qualifier, c.table) {
			return true
		}
	}
	for _, open := range s.open {
		if isSuffix(qualifier, open) {
			return true
		}
	}
	return false
}

// aliases compiles the select list's aliases where they are used, each once.
type aliases struct {
	items map[string]sql.Expr
	nodes map[string]*node
	busy  map[string]bool // Being compiled: an alias in its own expression is no alias.
}

func newAliases(items []sql.Item) *aliases {
	a := &aliases{map[string]sql.Expr{}, map[string]*node{}, map[string]bool{}}
	for _, item := range items {
		if _, taken := a.items[item.Alias]; item.Alias != "" && !taken {
			a.items[item.Alias] = item.Expr
		}
	}
	return a
}

// fresh returns the same aliases, to be compiled anew in another scope.
func (a *aliases) fresh() *aliases {
	if a == nil {
		return nil
	}
	return &aliases{a.items, map[string]*node{}, map[string]bool{}}
}

// expr returns what an unqualified name is the alias of.
func (a *aliases) expr(name []string) (sql.Expr, bool) {
	if a == nil || len(name) != 1 || a.busy[name[0]] {
		return nil, false
	}
	e, ok := a.items[name[0]]
	return e, ok
}
