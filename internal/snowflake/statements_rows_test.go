package snowflake

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestRowsThatAreBroughtTwiceAreThereOnce(t *testing.T) {
	service := startService(t, `
CREATE ROLE CLONER;
CREATE WAREHOUSE WH;
GRANT USAGE ON WAREHOUSE WH TO ROLE CLONER;
CREATE DATABASE "ops db";
CREATE SCHEMA "ops db".LOG;
GRANT USAGE ON DATABASE "ops db" TO ROLE CLONER;
GRANT USAGE, CREATE TABLE, CREATE VIEW ON SCHEMA "ops db".LOG TO ROLE CLONER;`)
	client := service.client(t, asIs)
	merge := MergeRows{
		Table: name3("ops db", "LOG", `rows "of" log`),
		Columns: []ColumnDefinition{
			{"KEY", "VARCHAR"}, {"N", "NUMBER(38,0)"}, {"WORDS", "VARCHAR"}, {"AT", "TIMESTAMP_LTZ"}, {"DIGEST", "VARCHAR"},
		},
		Keys: []sqltext.Ident{"KEY"}, Digest: "DIGEST", Stamp: "STAMP",
	}
	columns := append(slices.Clone(merge.Columns), ColumnDefinition{"STAMP", "TIMESTAMP_LTZ"})
	exec := func(statement string, binds ...any) {
		t.Helper()
		if err := client.Exec(t.Context(), statement, binds...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	view := name3("ops db", "LOG", "LATEST")
	for range 2 {
		exec(CreateTableIfMissing(merge.Table, columns, "it's ours"))
		exec(CreateViewIfMissing(view, "for people", "SELECT KEY FROM "+merge.Table.SQL()))
	}
	for _, rows := range []string{
		`[{"KEY":"a","N":1,"WORDS":"it's; \"DROP\" 'x' \\ ü","AT":1767225600123456,"DIGEST":"d1"},{"KEY":"b","DIGEST":"d1"}]`,
		`[{"KEY":"a","N":7,"WORDS":"not looked at","DIGEST":"d1"},{"KEY":"b","N":2,"DIGEST":"d2"}]`,
		`[{"KEY":"b","WORDS":"more","DIGEST":"d3"}]`,
	} {
		exec(merge.SQL(), rows)
	}
	rows, err := client.Query(t.Context(), "SELECT KEY, N, WORDS, AT, STAMP FROM "+merge.Table.SQL()+" ORDER BY KEY")
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, row := range rows {
		at := row.Time("at")
		text := ""
		if !at.IsZero() {
			text = at.Format("2006-01-02T15:04:05.000000Z")
		}
		got = append(got, []string{row.String("key"), row.String("n"), row.String("words"), text})
		if row.Time("stamp").IsZero() {
			t.Errorf("row %s has no time of its writing", row.String("key"))
		}
	}
	want := [][]string{
		{"a", "1", `it's; "DROP" 'x' \ ü`, "2026-01-01T00:00:00.123456Z"},
		{"b", "2", "more", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
