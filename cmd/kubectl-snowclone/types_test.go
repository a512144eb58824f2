package main

import (
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestTypesAreReadAsCataloguesAndPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for want, names := range map[sqltext.Kind]string{
		sqltext.Script:           "|script|SQL script|DDL_SCRIPT|Scripts",
		sqltext.View:             "view|VIEW|Views|secure view|SECURE_VIEW|recursive-view|SemanticView",
		sqltext.MaterializedView: "materialized view|MATERIALIZED_VIEW|MaterializedViews|secure materialized view|mview",
		sqltext.DynamicTable:     "dynamic table|DYNAMIC_TABLE|DynamicTable|dynamic tables",
		sqltext.Table:            "table|Iceberg Table|EVENT_TABLE|transient tables",
		sqltext.Procedure:        "procedure|STORED_PROCEDURE|storedProcedure|proc|procedures|sproc",
		sqltext.Function:         "function|UDF|UDTFs|external function|table function|UserDefinedFunction",
		sqltext.Policy:           "masking policy|ROW_ACCESS_POLICY|maskingPolicy|row access policies",
		sqltext.TaskBody:         "task body|TASK_BODY|taskBody",
		sqltext.FileFormat:       "FILE_FORMAT|file formats",
		sqltext.RoutineBody:      "routine body|RoutineBody|routine\tbody",
		sqltext.Expression:       "expression|column default",
	} {
		for name := range strings.SplitSeq(names, "|") {
			if got, err := parseType(name); got != want || err != nil {
				t.Errorf("%q is read as %q, error %v, want %q", name, got, err, want)
			}
		}
	}
}

func TestLanguagesAreReadWithTheirVersions(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "SQL", "sql": "SQL", "Snowflake Scripting": "SQL", "JavaScript": "JAVASCRIPT", "js": "JAVASCRIPT",
		" Python 3.11 ": "PYTHON", "java17": "JAVA", "SCALA 2.12": "SCALA", "R": "",
	} {
		if got, err := parseLanguage(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, error %v, want %q", name, got, err, want)
		}
	}
}
