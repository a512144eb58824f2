package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func (c *compiler) setOperation(e *sql.SetOperation, outer *scope) (*relation, error) {
	left, err := c.body(e.Left, outer)
	if err != nil {
		return nil, err
	}
	right, err := c.body(e.Right, outer)
	if err != nil {
		return nil, err
	}
	return combine(e, left, right)
}

// combine makes the relation of a set operation. Columns have the names of the left side.
func combine(e *sql.SetOperation, left, right *relation) (*relation, error) {
	out := &relation{open: left.open || right.open}
	if e.ByName {
		var err error
		if left, right, err = byName(left, right); err != nil {
			return nil, err
		}
	}
	if !out.open && len(left.columns) != len(right.columns) {
		return nil, compilationPlain(1789, "42601",
			"invalid number of result columns for set operator input branches, expected %d, got %d in branch {2}",
			len(left.columns), len(right.columns))
	}
	out.columns = slices.Clone(left.columns)
	for i := range min(len(out.columns), len(right.columns)) {
		out.columns[i].Type = unify(left.columns[i].Type, right.columns[i].Type)
		out.columns[i].Nullable = left.columns[i].Nullable || right.columns[i].Nullable
	}
	out.produce = func(f *frame) ([][]Value, error) {
		a, err := left.rows(f)
		if err != nil {
			return nil, err
		}
		b, err := right.rows(f)
		if err != nil {
			return nil, err
		}
		return setRows(e, a, b), nil
	}
	return out, nil
}

func setRows(e *sql.SetOperation, a, b [][]Value) [][]Value {
	if e.Op == "UNION" {
		all := slices.Concat(a, b)
		if e.All {
			return all
		}
		return distinct(all)
	}
	inRight := map[string]bool{}
	for _, row := range b {
		inRight[rowKey(row)] = true
	}
	keepIn := e.Op == "INTERSECT"
	return distinct(slices.DeleteFunc(slices.Clone(a), func(row []Value) bool { return inRight[rowKey(row)] != keepIn }))
}

func distinct(rows [][]Value) [][]Value {
	seen := map[string]bool{}
	var out [][]Value
	for _, row := range rows {
		if k := rowKey(row); !seen[k] {
			seen[k] = true
			out = append(out, row)
		}
	}
	return out
}

// byName brings both sides of UNION BY NAME to the columns of either; missing ones are NULL.
func byName(left, right *relation) (l, r *relation, err error) {
	if left.open || right.open {
		return nil, nil, Unsupported("UNION BY NAME over columns that are not known")
	}
	columns := slices.Clone(left.columns)
	for _, column := range right.columns {
		if columnIndex(columns, column.Name) < 0 {
			columns = append(columns, column)
		}
	}
	return spread(left, columns), spread(right, columns), nil
}

func columnIndex(columns []Column, name string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
}

func spread(r *relation, columns []Column) *relation {
	from := make([]int, len(columns))
	out := slices.Clone(columns)
	for i, column := range columns {
		from[i] = columnIndex(r.columns, column.Name)
		out[i].Type = sql.Type{}
		out[i].Nullable = true
		if from[i] >= 0 {
			out[i] = r.columns[from[i]]
		}
	}
	return &relation{columns: out, produce: func(f *frame) ([][]Value, error) {
		rows, err := r.rows(f)
		if err != nil {
			return nil, err
		}
		wide := make([][]Value, len(rows))
		for n, row := range rows {
			wide[n] = make([]Value, len(from))
			for i, at := range from {
				if at >= 0 {
					wide[n][i] = row[at]
				}
			}
		}
		return wide, nil
	}}
}

func (c *compiler) values(e *sql.Values, outer *scope) (*relation, error) {
	s := newScope(outer, nil, nil)
	var rows [][]node
	var columns []Column
	for i, list := range e.Rows {
		row, err := c.exprs(list, s)
		if err != nil {
			return nil, err
		}
		if i > 0 && len(row) != len(columns) {
			return nil, compilationPlain(1789, "42601", "invalid number of columns in VALUES, expected %d, got %d", len(columns), len(row))
		}
		if i == 0 {
			columns = valueColumns(len(row))
		}
		for k, n := range row {
			columns[k].Type = unify(columns[k].Type, n.typ)
		}
		rows = append(rows, row)
	}
	return &relation{columns: columns, produce: func(f *frame) ([][]Value, error) {
		out := make([][]Value, len(rows))
		for i, row := range rows {
			values, err := evalAll(row, f.inner(nil))
			if err != nil {
				return nil, err
			}
			out[i] = values
		}
		return out, nil
	}}, nil
}

// valueColumns names the columns of VALUES: COLUMN1, COLUMN2, ….
func valueColumns(n int) []Column {
	out := make([]Column, n)
	for i := range out {
		out[i] = Column{Name: "COLUMN" + decimalOf(int64(i+1)).String(), Nullable: true}
	}
	return out
}
