package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// types are the kinds of text that the rewriter tells apart.
var types = []sqltext.Kind{
	sqltext.View, sqltext.MaterializedView, sqltext.DynamicTable, sqltext.Table, sqltext.ExternalTable,
	sqltext.Procedure, sqltext.Function, sqltext.Task, sqltext.Alert, sqltext.Pipe, sqltext.Stream, sqltext.Policy,
	sqltext.Tag, sqltext.Sequence, sqltext.Stage, sqltext.FileFormat,
	sqltext.Script, sqltext.TaskBody, sqltext.Condition, sqltext.PolicyBody, sqltext.Expression, sqltext.RoutineBody,
}

// languages are those that a routine body may be written in.
var languages = []string{"SQL", "JAVASCRIPT", "PYTHON", "JAVA", "SCALA"}

// typeList is the types for people.
func typeList() string {
	names := make([]string, len(types))
	for i, kind := range types {
		names[i] = strings.ToLower(string(kind))
	}
	return strings.Join(names, ", ")
}

// languageList is the languages for people.
func languageList() string { return strings.ToLower(strings.Join(languages, ", ")) }

// parseType reads the name of a type in any case, with blanks, hyphens or underscores. Words in front of a type that is
// known make no difference: a MASKING POLICY is a POLICY, a SECURE VIEW a VIEW. Nothing is a script.
func parseType(text string) (sqltext.Kind, error) {
	words := strings.FieldsFunc(sqltext.Fold(text), func(r rune) bool { return r == ' ' || r == '-' || r == '_' })
	if len(words) == 0 {
		return sqltext.Script, nil
	}
	for from := range words {
		if kind := sqltext.Kind(strings.Join(words[from:], " ")); slices.Contains(types, kind) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("unknown type %q: use one of %s", text, typeList())
}

// checkLanguage refuses a language that bodies are not written in. The empty one means SQL.
func checkLanguage(text string) error {
	if text == "" || slices.Contains(languages, sqltext.Fold(text)) {
		return nil
	}
	return fmt.Errorf("unknown language %q: use one of %s", text, languageList())
}
