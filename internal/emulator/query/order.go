package query

import (
	"slices"
	"strconv"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// orderKey is one compiled element of an ORDER BY.
type orderKey struct {
	node       node
	output     int // Index of the output column that it is, or -1.
	desc       bool
	nullsFirst bool
}

// orderKeys compiles an ORDER BY. A number is a position and a name an output column where there is one.
func (c *compiler) orderKeys(order []sql.OrderItem, columns []Column, s *scope) ([]orderKey, error) {
	if len(order) == 1 && order[0].All {
		return allKeys(order[0], columns)
	}
	out := make([]orderKey, len(order))
	for i, item := range order {
		out[i] = orderKey{output: -1, desc: item.Desc, nullsFirst: item.NullsFirst}
		at, err := outputOf(item.Expr, columns)
		if err != nil {
			return nil, err
		}
		if at >= 0 {
			out[i].output = at
			continue
		}
		if out[i].node, err = c.expr(item.Expr, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// allKeys orders by every output column, from left to right.
func allKeys(item sql.OrderItem, columns []Column) ([]orderKey, error) {
	if columns == nil {
		return nil, Unsupported("ORDER BY ALL over columns that are not known")
	}
	out := make([]orderKey, len(columns))
	for i := range columns {
		out[i] = orderKey{output: i, desc: item.Desc, nullsFirst: item.NullsFirst}
	}
	return out, nil
}

// outputOf returns the index of the output column that an element of ORDER BY is, or -1. Windows and aggregates have
// no output columns: to them a number is a constant.
func outputOf(e sql.Expr, columns []Column) (int, error) {
	if columns == nil {
		return -1, nil
	}
	switch e := e.(type) {
	case *sql.Literal:
		n, ok := positionOf(e)
		if !ok {
			return -1, nil
		}
		if n < 1 || n > len(columns) {
			return -1, compilation(2104, "42601", e.Pos, "Invalid order by position %d", n)
		}
		return n - 1, nil
	case *sql.ColumnRef:
		if len(e.Name) == 1 {
			return slices.IndexFunc(columns, func(c Column) bool { return c.Name == e.Name[0] }), nil
		}
	}
	return -1, nil
}

// positionOf reads a literal as a position in the select list.
func positionOf(e *sql.Literal) (int, bool) {
	n, err := strconv.Atoi(e.Text)
	return n, e.Kind == sql.NumberLiteral && err == nil
}

// sorting collects rows with the values that they are ordered by.
type sorting struct {
	keys []orderKey
	rows []sortRow
}

type sortRow struct {
	row  []Value
	keys []Value
}

// add evaluates the keys of a row in its frame.
func (s *sorting) add(row []Value, f *frame) error {
	values, err := keyValues(s.keys, row, f)
	s.rows = append(s.rows, sortRow{row, values})
	return err
}

func keyValues(keys []orderKey, row []Value, f *frame) ([]Value, error) {
	values := make([]Value, len(keys))
	for i, k := range keys {
		if k.output >= 0 {
			values[i] = row[k.output]
			continue
		}
		v, err := k.node.eval(f)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (s *sorting) sorted() [][]Value {
	if len(s.keys) > 0 {
		slices.SortStableFunc(s.rows, func(a, b sortRow) int { return compareKeys(s.keys, a.keys, b.keys) })
	}
	out := make([][]Value, len(s.rows))
	for i, r := range s.rows {
		out[i] = r.row
	}
	return out
}

// compareKeys compares what two rows are ordered by.
func compareKeys(keys []orderKey, a, b []Value) int {
	for i, k := range keys {
		c := compareNulls(a[i], b[i], k.nullsFirst)
		if k.desc && !a[i].IsNull() && !b[i].IsNull() {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// limits holds LIMIT and OFFSET, nil for none.
type limits struct{ limit, offset *node }

func (c *compiler) limits(q *sql.Query, outer *scope) (limits, error) {
	s := newScope(outer, nil, nil)
	limit, err := c.optional(q.Limit, s)
	if err != nil {
		return limits{}, err
	}
	offset, err := c.optional(q.Offset, s)
	return limits{limit, offset}, err
}

// cut applies LIMIT and OFFSET.
func (l limits) cut(f *frame, rows [][]Value) ([][]Value, error) {
	offset, err := count(l.offset, f, 0)
	if err != nil {
		return nil, err
	}
	limit, err := count(l.limit, f, len(rows))
	if err != nil {
		return nil, err
	}
	rows = rows[min(offset, len(rows)):]
	return rows[:min(limit, len(rows))], nil
}

// count evaluates a limit; NULL is none.
func count(n *node, f *frame, otherwise int) (int, error) {
	if n == nil {
		return otherwise, nil
	}
	v, err := n.eval(f.inner(nil))
	if err != nil || v.IsNull() {
		return otherwise, err
	}
	limit, err := whole(v)
	if err == nil && limit < 0 {
		err = execution(1018, "22023", "SQL compilation error:\ninvalid limit '%d'", limit)
	}
	return limit, err
}

// ordered applies ORDER BY and LIMIT to a relation that is no SELECT block.
func (c *compiler) ordered(r *relation, order []sql.OrderItem, tail limits, outer *scope) (*relation, error) {
	if len(order) == 0 && tail == (limits{}) {
		return r, nil
	}
	columns := make([]boundColumn, len(r.columns))
	for i, column := range r.columns {
		columns[i].Column = column
	}
	var open [][]string
	if r.open {
		open = [][]string{nil}
	}
	keys, err := c.orderKeys(order, r.columns, newScope(outer, columns, open))
	if err != nil {
		return nil, err
	}
	return &relation{columns: r.columns, open: r.open, produce: func(f *frame) ([][]Value, error) {
		rows, err := r.rows(f)
		if err != nil {
			return nil, err
		}
		s := &sorting{keys: keys}
		for _, row := range rows {
			if err := s.add(row, f.inner(row)); err != nil {
				return nil, err
			}
		}
		return tail.cut(f, s.sorted())
	}}, nil
}
