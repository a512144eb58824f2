package snowflake

import (
	"context"
	"strconv"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// AccessMapping is a row of a table of access mappings, as it stands there. NULL is empty.
type AccessMapping struct {
	SchemaRole     string
	Environment    string
	FunctionalRole string
	Operation      string
	Execute        string
}

// AccessMappings reads a table of access mappings, at most so many rows of it and in no order. It needs a warehouse.
func (c *Client) AccessMappings(ctx context.Context, table sqltext.Name, limit int) ([]AccessMapping, error) {
	statement := "SELECT SCHEMA_ROLE, ENVIRONMENT, FUNCTIONAL_ROLE, OPERATION, EXECUTE_INDICATOR FROM " + table.SQL() +
		" LIMIT " + strconv.Itoa(limit)
	return selectRows(ctx, c, "access mappings in "+table.String(), statement, func(b *binder) AccessMapping {
		return AccessMapping{
			SchemaRole:     b.need("schema_role"),
			Environment:    b.need("environment"),
			FunctionalRole: b.need("functional_role"),
			Operation:      b.need("operation"),
			Execute:        b.need("execute_indicator"),
		}
	})
}
