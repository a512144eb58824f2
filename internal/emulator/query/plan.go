package query

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Parse reads a query and leaves the cursor after it.
func Parse(c *sql.Cursor) (*sql.Query, error) { return sql.ParseQuery(c) }

// Plan is a compiled query. It may be run several times, also at once.
type Plan struct {
	relation *relation
	refs     [][]string
	settings Settings
}

// Compile resolves every name of a query. Errors are an *Error or the Catalog's own.
func Compile(q *sql.Query, catalog Catalog, binds Binds) (*Plan, error) {
	c := &compiler{catalog: catalog, binds: binds}
	r, err := c.query(q, nil)
	if err != nil {
		return nil, err
	}
	return &Plan{r, c.refs, binds.Settings}, nil
}

// Columns lists the columns of the result. It is nil when the query selects * from something without known columns.
func (p *Plan) Columns() []Column {
	if p.relation.open {
		return nil
	}
	return p.relation.columns
}

// References lists the relations that the query names, as written and in order, without its own CTEs.
func (p *Plan) References() [][]string { return p.refs }

// Rows runs the query. Every value has the kind of its column's type where that is known.
func (p *Plan) Rows(ctx context.Context) ([][]Value, error) {
	rows, err := p.relation.rows(newRun(ctx))
	if err != nil {
		return nil, err
	}
	out := make([][]Value, len(rows))
	for i, row := range rows {
		out[i] = p.settings.conform(row, p.relation.columns)
	}
	return out, nil
}

// conform gives each value the kind and scale of its column, where that changes nothing but its form.
func (s Settings) conform(row []Value, columns []Column) []Value {
	out := make([]Value, len(row))
	for i, v := range row {
		out[i] = v
		if i >= len(columns) || v.IsNull() || columns[i].Type.Name == "" {
			continue
		}
		if cast, err := s.Cast(v, columns[i].Type); err == nil {
			out[i] = cast
		}
	}
	return out
}

// Expression is a compiled expression over the rows of its sources.
type Expression struct {
	node  node
	width int // Number of columns of a row.
}

// Source is a table that an expression's columns may come from.
type Source struct {
	Name    []string // Its alias, or its name in parts.
	Columns []Column
}

// CompileExpr compiles an expression whose columns come from the sources, their rows one after the other: a default, a
// policy's body over its arguments, the WHERE of a DELETE. Aggregates and windows are refused.
func CompileExpr(e sql.Expr, sources []Source, catalog Catalog, binds Binds) (*Expression, error) {
	c := &compiler{catalog: catalog, binds: binds}
	columns := bind(sources)
	n, err := c.expr(e, newScope(nil, columns, nil))
	if err != nil {
		return nil, err
	}
	return &Expression{n, len(columns)}, nil
}

func bind(sources []Source) []boundColumn {
	var out []boundColumn
	for _, s := range sources {
		for _, column := range s.Columns {
			out = append(out, boundColumn{Column: column, table: s.Name})
		}
	}
	return out
}

// Type is the type of the result, zero where it is not known.
func (x *Expression) Type() sql.Type { return x.node.typ }

// Eval computes the expression over one row, the columns of all sources one after the other. A row with fewer values
// is an error.
func (x *Expression) Eval(ctx context.Context, row []Value) (Value, error) {
	if len(row) < x.width {
		return NullValue, fmt.Errorf("evaluate an expression: row of %d values for %d columns", len(row), x.width)
	}
	f := newRun(ctx)
	f.row = row
	return x.node.eval(f)
}

// Matches evaluates the expression as a condition: NULL is false.
func (x *Expression) Matches(ctx context.Context, row []Value) (bool, error) {
	v, err := x.Eval(ctx, row)
	if err != nil {
		return false, err
	}
	return truth(v)
}

// Table is a compiled FROM: of UPDATE, or USING of DELETE and MERGE.
type Table struct{ table *table }

// CompileTable compiles what stands after FROM or USING.
func CompileTable(from sql.TableExpr, catalog Catalog, binds Binds) (*Table, error) {
	c := &compiler{catalog: catalog, binds: binds}
	t, err := c.from(from, nil)
	if err != nil {
		return nil, err
	}
	return &Table{t}, nil
}

// Sources lists the columns of the rows by the elements of FROM that they belong to.
func (t *Table) Sources() []Source {
	var out []Source
	for _, column := range t.table.columns {
		if n := len(out); n > 0 && sameTable(out[n-1].Name, column.table) {
			out[n-1].Columns = append(out[n-1].Columns, column.Column)
			continue
		}
		out = append(out, Source{column.table, []Column{column.Column}})
	}
	return out
}

// Rows returns the rows, the columns of all sources one after the other.
func (t *Table) Rows(ctx context.Context) ([][]Value, error) { return t.table.rows(newRun(ctx)) }

// truth says what a condition's value means.
func truth(v Value) (bool, error) {
	b, err := castKind(v, Bool)
	return b.Bool(), err
}
