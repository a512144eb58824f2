package query

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Body is a compiled query over arguments: what a table function in SQL consists of.
type Body struct {
	relation *relation
	settings Settings
	width    int // Number of arguments.
}

// CompileBody resolves every name of a query in which the arguments may be named like columns of a query around it.
func CompileBody(q *sql.Query, arguments []Column, catalog Catalog, binds Binds) (*Body, error) {
	c := &compiler{catalog: catalog, binds: binds}
	columns := bind([]Source{{Columns: arguments}})
	r, err := c.subquery(q, newScope(nil, columns, nil))
	if err != nil {
		return nil, err
	}
	return &Body{r, binds.Settings, len(columns)}, nil
}

// Columns lists the columns of the result. It is nil when the query selects * from something without known columns.
func (b *Body) Columns() []Column {
	if b.relation.open {
		return nil
	}
	return b.relation.columns
}

// Rows runs the query with arguments. Too few of them are an error.
func (b *Body) Rows(ctx context.Context, arguments []Value) ([][]Value, error) {
	if len(arguments) < b.width {
		return nil, fmt.Errorf("run a table function: %d values for %d arguments", len(arguments), b.width)
	}
	f := newRun(ctx)
	f.row = arguments
	rows, err := b.relation.rows(f)
	if err != nil {
		return nil, err
	}
	out := make([][]Value, len(rows))
	for i, row := range rows {
		out[i] = b.settings.conform(row, b.relation.columns)
	}
	return out, nil
}
