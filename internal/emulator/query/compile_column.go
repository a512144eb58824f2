package query

import (
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// resolve finds the column that a reference means.
func (c *compiler) resolve(e *sql.ColumnRef, s *scope) (found, bool) {
	if index, ok := c.slots[e]; ok {
		return found{scope: s, index: index}, true
	}
	return s.lookup(e.Name)
}

// column compiles a column, an alias of the select list, or a sequence's NEXTVAL. A column wins over an alias.
func (c *compiler) column(e *sql.ColumnRef, s *scope) (node, error) {
	f, ok := c.resolve(e, s)
	if (!ok || f.index < 0) && s.aliases != nil {
		if _, is := s.aliases.expr(e.Name); is {
			return c.alias(e.Name[0], s)
		}
	}
	if v, is := c.local(e.Name, s); !ok && is {
		return constant(v, typeOf(v)), nil
	}
	switch {
	case !ok && isNextval(e.Name):
		return c.nextval(e)
	case !ok:
		return node{}, InvalidIdentifier(e.Pos, e.Name)
	case f.many:
		return node{}, compilation(2028, "42601", e.Pos, "ambiguous column name '%s'", sql.FormatName(e.Name))
	case f.scope == s && s.group != nil:
		return node{}, notGrouped(e)
	}
	return c.bound(f, s), nil
}

func notGrouped(e *sql.ColumnRef) error {
	return compilation(979, "42601", e.Pos, "[%s] is not a valid group by expression", sql.FormatName(e.Name))
}

// local finds a variable of a script. Queries see those as binds only.
func (c *compiler) local(name []string, s *scope) (Value, bool) {
	if c.binds.Locals == nil || s.level > 0 || len(c.nested) > 0 {
		return NullValue, false
	}
	return c.binds.Locals(name)
}

// bound makes the node that reads a column that was found.
func (c *compiler) bound(f found, s *scope) node {
	c.reached(f.scope.level)
	if f.index < 0 {
		return unsupportedNode("column of a relation whose columns are not known")
	}
	up, index := s.level-f.scope.level, f.index
	settings, column := c.binds.Settings, f.scope.columns[index].Column
	return node{typ: column.Type, some: !column.Nullable, eval: func(f *frame) (Value, error) {
		return settings.settle(f.up(up).row[index]), nil
	}}
}

// alias compiles what an alias stands for, once in a scope.
func (c *compiler) alias(name string, s *scope) (node, error) {
	if n := s.aliases.nodes[name]; n != nil {
		return *n, nil
	}
	s.aliases.busy[name] = true
	n, err := c.expr(s.aliases.items[name], s)
	delete(s.aliases.busy, name)
	if err != nil {
		return node{}, err
	}
	n = remembered(s.aliases.items[name], n)
	s.aliases.nodes[name] = &n
	return n, nil
}

// remembered evaluates what an alias stands for once in a row, however often the alias is used there.
func remembered(e sql.Expr, n node) node {
	switch e.(type) {
	case *sql.ColumnRef, *sql.Literal:
		return n
	}
	id := new(int)
	eval := n.eval
	n.eval = func(f *frame) (Value, error) {
		if v, ok := f.memo[id]; ok {
			return v, nil
		}
		v, err := eval(f)
		if err != nil {
			return NullValue, err
		}
		if f.memo == nil {
			f.memo = map[*int]Value{}
		}
		f.memo[id] = v
		return v, nil
	}
	return n
}

// positional compiles $n or t.$n.
func (c *compiler) positional(e *sql.Positional, s *scope) (node, error) {
	at := 0
	for i, column := range s.columns {
		if column.pseudo || !isSuffix(e.Table, column.table) {
			continue
		}
		if at++; at == e.Index {
			return c.bound(found{scope: s, index: i}, s), nil
		}
	}
	if len(s.open) > 0 {
		return c.bound(found{scope: s, index: -1}, s), nil
	}
	return node{}, InvalidIdentifier(e.Pos, append(slices.Clip(e.Table), fmt.Sprintf("$%d", e.Index)))
}

// isNextval reports whether a name could be seq.NEXTVAL.
func isNextval(name []string) bool { return len(name) > 1 && name[len(name)-1] == "NEXTVAL" }

func (c *compiler) nextval(e *sql.ColumnRef) (node, error) {
	sequence, err := c.catalog.Sequence(e.Name[:len(e.Name)-1])
	if err != nil {
		return node{}, err
	}
	return node{typ: sql.NumberType, eval: func(*frame) (Value, error) { return sequence.Next() }}, nil
}
