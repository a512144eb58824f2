package main

import (
	"fmt"
	"slices"
	"strings"
)

// fields returns the table's column names.
func (t table) fields() []string { return strings.Fields(t.columns) }

// key returns the first column, by which rows are told apart.
func (t table) key() string { return t.fields()[0] }

// changed returns the last column, which says when a row changed.
func (t table) changed() string { f := t.fields(); return f[len(f)-1] }

// measure returns the first column that adds up to something, or "" when the table has none.
func (t table) measure() string {
	for _, column := range t.fields() {
		if hasAnySuffix(column, "_AMOUNT", "_TOTAL", "_PRICE", "_COST", "_COUNT", "QUANTITY") {
			return column
		}
	}
	return ""
}

// columnTypes gives a column its type by how its name ends; the first match counts.
var columnTypes = []struct{ suffix, sqlType string }{
	{"NATIONAL_ID", "VARCHAR(20)"},
	{"SESSION_ID", "VARCHAR(64)"},
	{"_ID", "NUMBER(38,0)"},
	{"_AT", "TIMESTAMP_NTZ(9)"},
	{"_DATE", "DATE"},
	{"_AMOUNT", "NUMBER(12,2)"},
	{"_TOTAL", "NUMBER(12,2)"},
	{"_PRICE", "NUMBER(12,2)"},
	{"_COST", "NUMBER(12,2)"},
	{"_COUNT", "NUMBER(10,0)"},
	{"QUANTITY", "NUMBER(10,0)"},
	{"_SCORE", "FLOAT"},
	{"_RATE", "FLOAT"},
	{"RAW", "VARIANT"},
	{"DETAILS", "VARIANT"},
	{"EMAIL", "VARCHAR(320)"},
	{"COUNTRY_CODE", "VARCHAR(2)"},
	{"CURRENCY", "VARCHAR(3)"},
	{"REGION", "VARCHAR(20)"},
	{"_TEXT", "VARCHAR(16777216)"},
	{"", "VARCHAR(200)"},
}

// columnType returns the type of a column of this name.
func columnType(column string) string {
	if strings.HasPrefix(column, "IS_") {
		return "BOOLEAN"
	}
	i := slices.IndexFunc(columnTypes, func(t struct{ suffix, sqlType string }) bool {
		return strings.HasSuffix(column, t.suffix)
	})
	return columnTypes[i].sqlType
}

// writeTables creates every table, schema by schema, because a bare sequence name resolves in the current schema.
func writeTables(s *script) {
	current := ""
	for _, t := range tables {
		if t.schema != current {
			current = t.schema
			s.section("Tables of " + current)
			s.statement("USE SCHEMA %s.%s", database, current)
		}
		s.statement("%s", t.create())
	}
}

// create returns the CREATE TABLE statement.
func (t table) create() string {
	kind := "TABLE"
	if t.transient {
		kind = "TRANSIENT TABLE"
	}
	lines := append(t.columnLines(), t.constraintLines()...)
	text := fmt.Sprintf("CREATE %s %s.%s.%s (\n    %s\n)", kind, database, t.schema, t.name, strings.Join(lines, ",\n    "))
	if t.clusterBy != "" {
		text += "\nCLUSTER BY (" + t.clusterBy + ")"
	}
	if t.tracked {
		text += "\nCHANGE_TRACKING = TRUE"
	}
	return text + "\nCOMMENT = '" + t.comment() + "'"
}

// columnLines returns one line a column, the key first.
func (t table) columnLines() []string {
	var lines []string
	for i, column := range t.fields() {
		line := column + " " + columnType(column)
		if i == 0 {
			line += " NOT NULL" + t.keyDefault()
		}
		if i > 0 && column == t.changed() && strings.HasSuffix(column, "UPDATED_AT") {
			line += " DEFAULT CURRENT_TIMESTAMP()"
		}
		lines = append(lines, line)
	}
	return lines
}

// keyDefault returns the DEFAULT clause of the key. Documents that are loaded as they come share one sequence.
func (t table) keyDefault() string {
	switch {
	case t.sequence != "":
		return " DEFAULT " + t.sequence
	case t.columns == rawColumns:
		return " DEFAULT INTEGRATION.LOAD_SEQ.NEXTVAL"
	}
	return ""
}

// constraintLines returns the primary key, where rows are referred to by number, and the foreign keys.
func (t table) constraintLines() []string {
	var lines []string
	numbered := strings.HasSuffix(t.key(), "_ID") && slices.Contains([]string{"DATA", "ADMINISTRATION"}, t.schema)
	if numbered {
		lines = append(lines, "PRIMARY KEY ("+t.key()+")")
	}
	for _, reference := range t.refers {
		column, target, _ := strings.Cut(reference, "=")
		lines = append(lines, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s.%s (%s)", column, database, target, column))
	}
	return lines
}

// comment says what the table holds; every third one names the database, as people do.
func (t table) comment() string {
	words := strings.ToLower(strings.ReplaceAll(t.name, "_", " "))
	if len(t.name)%3 == 0 {
		return fmt.Sprintf("%s%s, the master copy in %s", strings.ToUpper(words[:1]), words[1:], database)
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// hasAnySuffix reports whether text ends in one of the suffixes.
func hasAnySuffix(text string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(text, suffix) })
}
