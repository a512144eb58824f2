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

// CreateViewIfMissing makes a view of the operator's own; an existing one is left alone. The query is the operator's own
// text and holds nothing of a user's.
func CreateViewIfMissing(view sqltext.Name, comment, query string) string {
	return "CREATE VIEW IF NOT EXISTS " + view.SQL() + " COMMENT = " + sqltext.Literal(comment) + " AS " + query
}

// MergeRows brings rows into a table, so that each is there once however often they are brought.
type MergeRows struct {
	Table sqltext.Name
	// Columns are those that the rows have values for. Moments come as microseconds since 1970, so that they depend on
	// no format of the session or the account.
	Columns []ColumnDefinition
	// Keys are the columns that tell rows apart.
	Keys []sqltext.Ident
	// Digest is the column by which a row that is there already, just like this, is known and not written again.
	Digest sqltext.Ident
	// Stamp is one more column, which gets the time of the writing.
	Stamp sqltext.Ident
}

// SQL is the statement, with one bind: a JSON array of objects, each a row by the names of the columns. What a row has
// no value for stays as it is. It needs a warehouse.
func (m MergeRows) SQL() string {
	var read, pairs, set, into, values []string
	for _, key := range m.Keys {
		pairs = append(pairs, "T."+key.SQL()+" = S."+key.SQL())
	}
	for _, column := range m.Columns {
		name := column.Name.SQL()
		read = append(read, valueOf(column)+" AS "+name)
		set = append(set, name+" = COALESCE(S."+name+", T."+name+")")
		into, values = append(into, name), append(values, "S."+name)
	}
	const now, comma = "CURRENT_TIMESTAMP()", ", "
	stamp := m.Stamp.SQL()
	return "MERGE INTO " + m.Table.SQL() + " AS T USING (SELECT " + strings.Join(read, comma) +
		" FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) AS F) AS S ON " + strings.Join(pairs, " AND ") +
		" WHEN MATCHED AND T." + m.Digest.SQL() + " <> S." + m.Digest.SQL() +
		" THEN UPDATE SET " + strings.Join(append(set, stamp+" = "+now), comma) +
		" WHEN NOT MATCHED THEN INSERT (" + strings.Join(append(into, stamp), comma) +
		") VALUES (" + strings.Join(append(values, now), comma) + ")"
}

// microseconds is the scale of moments that are given as numbers.
const microseconds = "6"

// valueOf reads the value of a column out of the JSON of a row.
func valueOf(column ColumnDefinition) string {
	value := "F.VALUE:" + column.Name.SQL()
	if strings.HasPrefix(column.Type, "TIMESTAMP_LTZ") {
		return "TO_TIMESTAMP_LTZ(" + value + "::NUMBER(38,0), " + microseconds + ")"
	}
	return value + "::" + typeWord(column.Type)
}
