package main

import (
	"fmt"
	"slices"
	"strings"
)

// object is a table or view of the demo database.
type object struct{ schema, name string }

// spellings are the ways in which people write a name that leads to the database. All of them must be repointed.
var spellings = []func(object) string{
	func(o object) string { return fmt.Sprintf("PRODUCTION_DB.%s.%s", o.schema, o.name) },
	func(o object) string { return strings.ToLower(fmt.Sprintf("production_db.%s.%s", o.schema, o.name)) },
	func(o object) string { return fmt.Sprintf(`"PRODUCTION_DB"."%s"."%s"`, o.schema, o.name) },
	func(o object) string { return fmt.Sprintf("Production_Db.%s.%s", titled(o.schema), titled(o.name)) },
	func(o object) string { return fmt.Sprintf(`"PRODUCTION_DB".%s.%s`, o.schema, strings.ToLower(o.name)) },
	func(o object) string { return fmt.Sprintf("PRODUCTION_DB . %s . %s", o.schema, o.name) },
	func(o object) string { return fmt.Sprintf("PRODUCTION_DB.%s.\"%s\"", o.schema, o.name) },
	func(o object) string { return fmt.Sprintf("production_DB /* live */ .%s.%s", o.schema, o.name) },
	func(o object) string {
		return fmt.Sprintf("PRODUCTION_DB\n        .%s\n        .%s", o.schema, o.name)
	},
}

// qualified spells the object with its database, in the n-th way.
func qualified(o object, n int) string {
	if o.schema == "PUBLIC" {
		return "PRODUCTION_DB.." + o.name
	}
	return spellings[n%len(spellings)](o)
}

// relative spells the object without its database, as seen from a view in the given schema.
func relative(o object, from string, n int) string {
	switch {
	case o.schema == from && n%2 == 0:
		return o.name
	case n%3 == 0:
		return fmt.Sprintf(`"%s"."%s"`, o.schema, o.name)
	case n%3 == 1:
		return strings.ToLower(o.schema + "." + o.name)
	}
	return o.schema + "." + o.name
}

// titled spells ORDER_LINES as Order_Lines.
func titled(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "_")
}

// query is a SELECT over one relation. In columns and tail, {} stands for the relation's alias and its dot, if any.
type query struct {
	columns []string
	tail    string
}

// dressings are habits around the name that a blind replacement trips over: all of them mention the database, none of
// the mentions may change.
var dressings = []func(q query, relation string) string{
	plainly,
	func(q query, relation string) string {
		return "-- PRODUCTION_DB is live: ask before you change this\n" + plainly(q, relation)
	},
	func(q query, relation string) string {
		return "WITH PRODUCTION_DB AS (\n    SELECT * FROM " + relation + "\n)\n" + plainly(q, "PRODUCTION_DB")
	},
	plainly,
	func(q query, relation string) string {
		return q.selecting("PRODUCTION_DB.") + "\nFROM " + relation + " AS PRODUCTION_DB" + q.ending("PRODUCTION_DB.")
	},
	func(q query, relation string) string {
		q.columns = append(slices.Clip(q.columns), "'PRODUCTION_DB' AS SOURCE_DATABASE")
		return plainly(q, relation)
	},
	func(q query, relation string) string {
		return q.selecting("production_db_rows.") + "\nFROM " + relation + " production_db_rows" + q.ending("production_db_rows.")
	},
	func(q query, relation string) string {
		return "/* Until 2023 this read PRODUCTION_DB_ARCHIVE.HISTORY.\n   \"PRODUCTION_DB.DATA\" won't do: it's a schema. */\n" + plainly(q, relation)
	},
	func(q query, relation string) string {
		q.columns = append(slices.Clip(q.columns), "CURRENT_DATABASE() AS PRODUCTION_DB_NAME")
		return plainly(q, relation)
	},
}

// dressed writes the query over the relation, in the n-th habit. The count of habits equals that of the spellings, so
// n is stretched to let every habit meet every spelling.
func dressed(q query, relation string, n int) string {
	return dressings[(n+n/len(spellings))%len(dressings)](q, relation)
}

// plainly writes the query with nothing around it.
func plainly(q query, relation string) string {
	return q.selecting("") + "\nFROM " + relation + q.ending("")
}

// selecting returns the SELECT list, each column seen through the alias.
func (q query) selecting(alias string) string {
	return "SELECT\n    " + strings.ReplaceAll(strings.Join(q.columns, ",\n    "), "{}", alias)
}

// ending returns what follows the relation.
func (q query) ending(alias string) string {
	if q.tail == "" {
		return ""
	}
	return "\n" + strings.ReplaceAll(q.tail, "{}", alias)
}
