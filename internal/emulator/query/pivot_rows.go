package query

import "github.com/snowclone-dev/snowclone/internal/emulator/sql"

// turning is a PIVOT whose columns are known before it runs.
type turning struct {
	source    *table
	kept      []int // Columns that are not used; the rows that agree in them become one.
	column    node
	values    []node
	call      aggregateCall
	typ       sql.Type
	otherwise *node // DEFAULT ON NULL.
}

// turning compiles what is needed to compute a PIVOT with a list of values.
func (c *compiler) turning(e *sql.Pivot, source *table, used []string, s *scope) (*turning, error) {
	t := &turning{source: source, kept: keptColumns(source.columns, used)}
	var err error
	if t.column, err = c.column(&sql.ColumnRef{Pos: e.Pos, Name: e.Column}, s); err != nil {
		return nil, err
	}
	if t.values, err = c.exprs(expressions(e.Values), newScope(s.outer, nil, nil)); err != nil {
		return nil, err
	}
	if t.call, t.typ, err = c.aggregateCall(e.Calls[0].Expr.(*sql.Call), s); err != nil {
		return nil, err
	}
	t.otherwise, err = c.optional(e.Default, newScope(s.outer, nil, nil))
	return t, err
}

// heap is the rows that become one.
type heap struct {
	first   []Value
	records []*record
}

// rows computes the PIVOT, in the order in which the kept columns first occur.
func (t *turning) rows(f *frame) ([][]Value, error) {
	if t.call.fn.eval == nil {
		return nil, Unsupported("PIVOT with this aggregate")
	}
	rows, err := t.source.rows(f)
	if err != nil {
		return nil, err
	}
	byKey := map[string]*heap{}
	var heaps []*heap
	for _, row := range rows {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		first := pick(row, t.kept)
		key := rowKey(first)
		if byKey[key] == nil {
			byKey[key] = &heap{first: first}
			heaps = append(heaps, byKey[key])
		}
		byKey[key].records = append(byKey[key].records, &record{row: row})
	}
	out := make([][]Value, len(heaps))
	for i, h := range heaps {
		if out[i], err = t.turn(f, h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// turn makes one row of a heap: the kept columns and the aggregate for each value.
func (t *turning) turn(f *frame, h *heap) ([]Value, error) {
	values, err := evalAll(t.values, f.inner(nil))
	if err != nil {
		return nil, err
	}
	out := h.first
	for _, value := range values {
		cell, err := t.cell(f, h, value)
		if err != nil {
			return nil, err
		}
		out = append(out, cell)
	}
	return out, f.run.hold(out)
}

// cell is the aggregate over the rows of a heap that have the value.
func (t *turning) cell(f *frame, h *heap, value Value) (Value, error) {
	var having []*record
	for _, r := range h.records {
		v, err := t.column.eval(f.of(r))
		if err != nil {
			return NullValue, err
		}
		is, err := equal(v, value, false)
		if err != nil {
			return NullValue, err
		}
		if is && !v.IsNull() {
			having = append(having, r)
		}
	}
	cell, err := t.call.over(f, having)
	if err == nil && cell.IsNull() && t.otherwise != nil {
		return t.otherwise.eval(f.inner(nil))
	}
	return cell, err
}
