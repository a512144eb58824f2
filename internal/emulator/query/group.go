package query

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// grouping is a compiled GROUP BY.
type grouping struct {
	keys   []node
	exprs  []sql.Expr
	prints []string // Of exprs: what an expression of the select list must print like to be a key.
	sets   [][]int  // Indices of the keys of each grouping set; one set for a plain GROUP BY.
	calls  []aggregateCall
	byText map[string]int // Of calls, by their print.
	plain  *scope         // Of the rows that are grouped.
}

// group compiles GROUP BY. Without one all rows are one group.
func (c *compiler) group(by *sql.GroupBy, list []sql.Item, plain *scope) (*grouping, error) {
	g := &grouping{plain: plain, sets: [][]int{{}}, byText: map[string]int{}}
	if by == nil {
		return g, nil
	}
	elements := by.Elements
	if by.All {
		elements = allElements(list)
	}
	for _, element := range elements {
		alternatives, err := c.groupElement(g, element, list)
		if err != nil {
			return nil, err
		}
		g.sets = product(g.sets, alternatives)
		if len(g.sets) > maxGroupingSets {
			return nil, compilationPlain(3036, "42601", "too many grouping sets")
		}
	}
	return g, nil
}

// maxGroupingSets bounds what CUBE makes.
const maxGroupingSets = 512

// allElements lists what GROUP BY ALL groups by: the elements of the select list without aggregates.
func allElements(list []sql.Item) []sql.GroupElement {
	var out []sql.GroupElement
	for _, item := range list {
		if !hasAggregate(item.Expr) {
			out = append(out, sql.GroupElement{Sets: [][]sql.Expr{{item.Expr}}})
		}
	}
	return out
}

// groupElement adds the keys of an element and returns its alternatives: the sets of keys that it stands for.
func (c *compiler) groupElement(g *grouping, e sql.GroupElement, list []sql.Item) ([][]int, error) {
	sets := make([][]int, len(e.Sets))
	for i, exprs := range e.Sets {
		for _, expr := range exprs {
			key, err := c.groupKey(g, expr, list)
			if err != nil {
				return nil, err
			}
			sets[i] = append(sets[i], key)
		}
	}
	switch e.Kind {
	case "CUBE":
		if len(sets) > 9 {
			return nil, compilationPlain(3036, "42601", "too many grouping sets")
		}
		return subsets(sets), nil
	case "ROLLUP":
		return prefixes(sets), nil
	}
	return sets, nil
}

func prefixes(sets [][]int) [][]int {
	out := make([][]int, 0, len(sets)+1)
	for n := len(sets); n >= 0; n-- {
		out = append(out, slices.Concat(sets[:n]...))
	}
	return out
}

func subsets(sets [][]int) [][]int {
	var out [][]int
	for mask := 1<<len(sets) - 1; mask >= 0; mask-- {
		var one []int
		for i, set := range sets {
			if mask&(1<<i) != 0 {
				one = append(one, set...)
			}
		}
		out = append(out, one)
	}
	return out
}

// product combines every set on the left with every one on the right.
func product(left, right [][]int) [][]int {
	var out [][]int
	for _, l := range left {
		for _, r := range right {
			out = append(out, slices.Concat(l, r))
		}
	}
	return out
}

// groupKey compiles one grouping expression, which may be a position or an alias of the select list.
func (c *compiler) groupKey(g *grouping, e sql.Expr, list []sql.Item) (int, error) {
	if l, ok := e.(*sql.Literal); ok && l.Kind == sql.NumberLiteral {
		n, ok := positionOf(l)
		if !ok || n < 1 || n > len(list) {
			return 0, compilation(979, "42601", l.Pos, "[%s] is not a valid group by expression", l.Text)
		}
		e = list[n-1].Expr
	}
	if ref, ok := e.(*sql.ColumnRef); ok {
		if _, found := c.resolve(ref, g.plain); !found {
			if aliased, is := g.plain.aliases.expr(ref.Name); is {
				e = aliased
			}
		}
	}
	n, err := c.expr(e, g.plain)
	if err != nil {
		return 0, err
	}
	g.keys, g.exprs, g.prints = append(g.keys, n), append(g.exprs, e), append(g.prints, c.print(e, g.plain))
	return len(g.keys) - 1, nil
}

// print is the text of an expression in which columns are told apart by where they were found.
func (c *compiler) print(e sql.Expr, s *scope) string {
	return sql.Format(e, func(ref *sql.ColumnRef) string {
		if f, ok := c.resolve(ref, s); ok && f.index >= 0 {
			return fmt.Sprintf("#%d.%d", f.scope.level, f.index)
		}
		if aliased, ok := s.aliases.expr(ref.Name); ok && aliased != ref {
			s.aliases.busy[ref.Name[0]] = true
			defer delete(s.aliases.busy, ref.Name[0])
			return c.print(aliased, s)
		}
		return sql.FormatName(ref.Name)
	})
}

// match returns the index of the key that an expression is, or -1.
func (g *grouping) match(c *compiler, e sql.Expr) int {
	printed := ""
	for i, key := range g.exprs {
		if !alike(key, e) {
			continue
		}
		if printed == "" {
			printed = c.print(e, g.plain)
		}
		if printed == g.prints[i] {
			return i
		}
	}
	return -1
}

// alike is a quick look at whether two expressions could print the same.
func alike(a, b sql.Expr) bool {
	x, ok := a.(*sql.Binary)
	y, both := b.(*sql.Binary)
	if ok && both {
		return x.Op == y.Op
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b)
}

// run groups the records, set after set. Records of one group come in the order of their first rows.
func (g *grouping) run(f *frame, records []*record) ([]*record, error) {
	var out []*record
	for _, set := range g.sets {
		groups, err := g.collect(f, records, set)
		if err != nil {
			return nil, err
		}
		out = append(out, groups...)
	}
	return out, nil
}

func (g *grouping) collect(f *frame, records []*record, set []int) ([]*record, error) {
	byKey := map[string]*members{}
	var groups []*members
	for _, r := range records {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		keys, err := g.keysOf(f.of(r), set)
		if err != nil {
			return nil, err
		}
		k := rowKey(keys)
		m := byKey[k]
		if m == nil {
			m = &members{first: r, keys: keys}
			byKey[k] = m
			groups = append(groups, m)
		}
		m.all = append(m.all, r)
	}
	if len(groups) == 0 && len(set) == 0 {
		groups = append(groups, g.empty())
	}
	out := make([]*record, len(groups))
	for i, m := range groups {
		aggs, err := g.aggregate(f, m.all)
		if err != nil {
			return nil, err
		}
		out[i] = &record{row: m.first.row, keys: m.keys, aggs: aggs, set: set}
	}
	return out, nil
}

// members are the records of one group.
type members struct {
	first *record
	keys  []Value
	all   []*record
}

// empty is the group of no rows that aggregates without GROUP BY have.
func (g *grouping) empty() *members {
	return &members{first: &record{row: make([]Value, len(g.plain.columns))}, keys: make([]Value, len(g.keys))}
}

// keysOf evaluates the keys of a set; those that are not in it are NULL.
func (g *grouping) keysOf(f *frame, set []int) ([]Value, error) {
	out := make([]Value, len(g.keys))
	for _, i := range set {
		v, err := g.keys[i].eval(f)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (g *grouping) aggregate(f *frame, records []*record) ([]Value, error) {
	out := make([]Value, len(g.calls))
	for i := range g.calls {
		v, err := g.calls[i].over(f, records)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// grouping compiles GROUPING: a number with one bit for each argument, the first one leftmost, which is set where the row
// is not grouped by it.
func (g *grouping) grouping(c *compiler, e *sql.Call) (node, error) {
	if err := checkCount(e, len(e.Args), function{min: 1, max: 62}); err != nil {
		return node{}, err
	}
	keys := make([]int, len(e.Args))
	for i, arg := range e.Args {
		if keys[i] = g.match(c, arg.Value); keys[i] < 0 {
			return node{}, compilationPlain(979, "42601", "[%s] is not a valid group by expression", sql.Format(arg.Value, nil))
		}
	}
	return node{typ: countType, some: true, eval: func(f *frame) (Value, error) {
		bits := int64(0)
		for _, key := range keys {
			bits <<= 1
			if !slices.Contains(f.set, key) {
				bits++
			}
		}
		return IntOf(bits), nil
	}}, nil
}
