// Command generate prints the demo account: an ordinary Snowflake script that builds a retail company's production
// database at the size people report, with the habits that make a clone of it unsafe.
//
//	go run ./hack/demo/generate > hack/demo/production.sql
//
// Nothing in it is random: the same source prints the same script.
package main

import (
	"embed"
	"io"
	"log"
	"os"
)

// parts holds what is better read as SQL than as Go: everything that is written by hand.
//
//go:embed parts
var parts embed.FS

// database is the one that the demo clones.
const database = "PRODUCTION_DB"

func main() {
	text, err := production()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		log.Fatal(err)
	}
}

// production returns the whole script. The order matters: a view, a SQL function and a grant compile only when what
// they name exists.
func production() (string, error) {
	s := &script{}
	s.part("account.sql")
	s.part("governance.sql")
	s.part("archive_database.sql")
	s.part("database.sql")
	writeTables(s)
	s.part("rows.sql")
	s.part("policies.sql")
	s.part("functions.sql")
	writeViews(s)
	s.part("named_views.sql")
	s.part("derived_tables.sql")
	writeStreams(s)
	writeProcedures(s)
	s.part("named_procedures.sql")
	s.part("pipes.sql")
	s.part("tasks.sql")
	s.part("alerts.sql")
	writeGrants(s)
	s.part("future_grants.sql")
	return s.text()
}
