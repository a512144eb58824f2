package snowflake

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// ColumnDefinition is a column of a table to create.
type ColumnDefinition struct {
	Name sqltext.Ident
	// Type is the SQL type: VARCHAR, NUMBER(38,0), TIMESTAMP_LTZ.
	Type string
}

// CreateTableIfMissing makes a table of the operator's own, such as an audit table; an existing one is left alone.
func CreateTableIfMissing(table sqltext.Name, columns []ColumnDefinition, comment string) string {
	printed := make([]string, len(columns))
	for i, column := range columns {
		printed[i] = column.Name.SQL() + " " + typeWord(column.Type)
	}
	return "CREATE TABLE IF NOT EXISTS " + table.SQL() + " (" + strings.Join(printed, ", ") + ") COMMENT = " +
		sqltext.Literal(comment)
}

// InsertRow adds one row whose values are bound by ? in the order of the columns. It needs a warehouse.
func InsertRow(table sqltext.Name, columns []sqltext.Ident) string {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	return "INSERT INTO " + table.SQL() + " (" + identList(columns) + ") VALUES (" + marks + ")"
}
