package query

import (
	"cmp"
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// notEvaluated is a relation whose columns are known and whose rows cannot be computed.
type notEvaluated struct {
	columns []Column
	what    string
}

// Columns lists the columns.
func (r notEvaluated) Columns() []Column { return r.columns }

// Rows is the error that says what cannot be evaluated.
func (r notEvaluated) Rows(context.Context) ([][]Value, error) { return nil, Unsupported(r.what) }

// pivot compiles PIVOT: the columns that it does not use, then one for each value.
func (c *compiler) pivot(e *sql.Pivot, outer *scope) (*table, error) {
	source, err := c.from(e.Source, outer)
	if err != nil {
		return nil, err
	}
	s := newScope(outer, source.columns, source.open)
	if _, err := c.column(&sql.ColumnRef{Pos: e.Pos, Name: e.Column}, s); err != nil {
		return nil, err
	}
	used, err := c.pivotCalls(e, s)
	if err != nil {
		return nil, err
	}
	if e.Query != nil {
		if _, err := c.subquery(e.Query, outer); err != nil {
			return nil, err
		}
	}
	columns := append(except(source.columns, used), pivotColumns(e)...)
	open := e.Any || e.Query != nil || len(source.open) > 0 || len(e.Calls) > 1
	t, err := labelled(columns, open, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = unread("PIVOT whose columns are not listed")
	if !open {
		turned, err := c.turning(e, source, used, s)
		if err != nil {
			return nil, err
		}
		t.rows = turned.rows
		for i := range e.Values {
			t.columns[len(t.columns)-1-i].Type = turned.typ
		}
	}
	return t, nil
}

// pivotColumns names the columns that PIVOT makes: by the values, or their aliases.
func pivotColumns(e *sql.Pivot) []Column {
	out := make([]Column, len(e.Values))
	for i, value := range e.Values {
		out[i] = Column{Name: cmp.Or(value.Alias, value.Text), Nullable: true}
	}
	return out
}

// pivotCalls compiles the aggregates of a PIVOT and names the columns that it uses.
func (c *compiler) pivotCalls(e *sql.Pivot, s *scope) ([]string, error) {
	used := []string{e.Column[len(e.Column)-1]}
	for _, item := range e.Calls {
		call, ok := item.Expr.(*sql.Call)
		if !ok || len(call.Name) != 1 || !isAggregate(call.Name[0]) {
			return nil, compilation(2020, "42601", e.Pos, "PIVOT needs an aggregate function")
		}
		if _, err := c.args(call, s); err != nil {
			return nil, err
		}
		used = append(used, argumentColumns(call)...)
	}
	return used, nil
}

// argumentColumns names the columns that are arguments of a call by themselves.
func argumentColumns(call *sql.Call) []string {
	var out []string
	for _, arg := range call.Args {
		if ref, ok := arg.Value.(*sql.ColumnRef); ok {
			out = append(out, ref.Name[len(ref.Name)-1])
		}
	}
	return out
}

// except lists the columns without those named.
func except(columns []boundColumn, names []string) []Column {
	var out []Column
	for _, column := range columns {
		if !column.hidden && !slices.Contains(names, column.Name) {
			out = append(out, column.Column)
		}
	}
	return out
}

// unpivot compiles UNPIVOT: the columns that it does not turn, then name and value.
func (c *compiler) unpivot(e *sql.Unpivot, outer *scope) (*table, error) {
	source, err := c.from(e.Source, outer)
	if err != nil {
		return nil, err
	}
	s := newScope(outer, source.columns, source.open)
	var names []string
	var turned []node
	var typ sql.Type
	for _, column := range e.Columns {
		n, err := c.column(&sql.ColumnRef{Pos: e.Pos, Name: []string{column.Name}}, s)
		if err != nil {
			return nil, err
		}
		names, turned, typ = append(names, column.Name), append(turned, n), unify(typ, n.typ)
	}
	columns := append(except(source.columns, names), Column{Name: e.Label, Type: sql.VarcharType}, Column{Name: e.Value, Type: typ, Nullable: true})
	t, err := labelled(columns, len(source.open) > 0, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	kept := keptColumns(source.columns, names)
	t.rows = func(f *frame) ([][]Value, error) {
		rows, err := source.rows(f)
		if err != nil {
			return nil, err
		}
		return unpivotRows(f, rows, kept, turned, e)
	}
	return t, nil
}

func keptColumns(columns []boundColumn, names []string) []int {
	var out []int
	for i, column := range columns {
		if !column.hidden && !slices.Contains(names, column.Name) {
			out = append(out, i)
		}
	}
	return out
}

func unpivotRows(f *frame, rows [][]Value, kept []int, turned []node, e *sql.Unpivot) ([][]Value, error) {
	var out [][]Value
	for _, row := range rows {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		values, err := evalAll(turned, f.inner(row))
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if !v.IsNull() || e.IncludeNulls {
				out = append(out, append(pick(row, kept), StringOf(e.Columns[i].Label), v))
			}
		}
	}
	return out, nil
}

// pick returns the values at some indices, in a slice of its own.
func pick(row []Value, indices []int) []Value {
	out := make([]Value, 0, len(indices)+2)
	for _, i := range indices {
		out = append(out, row[i])
	}
	return out
}
