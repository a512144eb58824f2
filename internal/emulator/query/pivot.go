package query

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// notEvaluated is a relation whose columns are known and whose rows cannot be computed.
type notEvaluated struct {
	columns []Column
	what    string
}

func (r notEvaluated) Columns() []Column { return r.columns }

func (r notEvaluated) Rows(context.Context) ([][]Value, error) { return nil, Unsupported(r.what) }

// pivot compiles PIVOT: the columns that it does not use, then one for each value. Rows are not computed.
func (c *compiler) pivot(e *sql.Pivot, outer *scope) (*table, error) {
	source, err := c.from(e.Source, outer)
	if err != nil {
		return nil, err
	}
	s := newScope(outer, source.columns, source.open)
	if _, err := c.column(&sql.ColumnRef{Pos: e.Pos, Name: e.Column}, s); err != nil {
		return nil, err
	}
	used := []string{e.Column[len(e.Column)-1]}
	for _, item := range e.Calls {
		call, ok := item.Expr.(*sql.Call)
		if !ok || len(call.Name) != 1 || !isAggregate(call.Name[0]) {
			return nil, compilation(1003, "42000", e.Pos, "PIVOT needs an aggregate function")
		}
		if _, err := c.args(call, s); err != nil {
			return nil, err
		}
		used = append(used, argumentColumns(call)...)
	}
	if e.Query != nil {
		if _, err := c.subquery(e.Query, outer); err != nil {
			return nil, err
		}
	}
	columns := except(source.columns, used)
	for _, value := range e.Values {
		name := value.Alias
		if name == "" {
			name = value.Text
		}
		columns = append(columns, Column{Name: name, Nullable: true})
	}
	open := e.Any || e.Query != nil || len(source.open) > 0 || len(e.Calls) > 1
	t, err := labelled(columns, open, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = unread("PIVOT")
	return t, nil
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
	columns := append(except(source.columns, names), Column{Name: e.Label, Type: sql.VarcharType}, Column{Name: e.Value, Type: typ})
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
		inner := f.inner(row)
		for i, n := range turned {
			v, err := n.eval(inner)
			if err != nil {
				return nil, err
			}
			if v.IsNull() && !e.IncludeNulls {
				continue
			}
			turnedRow := make([]Value, 0, len(kept)+2)
			for _, k := range kept {
				turnedRow = append(turnedRow, row[k])
			}
			out = append(out, append(turnedRow, StringOf(e.Columns[i].Label), v))
			if err := f.run.step(); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
