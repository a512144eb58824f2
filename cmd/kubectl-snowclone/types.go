package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// types are the kinds of text that the rewriter tells apart.
var types = []sqltext.Kind{
	sqltext.View, sqltext.MaterializedView, sqltext.DynamicTable, sqltext.Table, sqltext.ExternalTable,
	sqltext.Procedure, sqltext.Function, sqltext.Task, sqltext.Alert, sqltext.Pipe, sqltext.Stream, sqltext.Policy,
	sqltext.Tag, sqltext.Sequence, sqltext.Stage, sqltext.FileFormat,
	sqltext.SchemaKind, sqltext.DatabaseKind,
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

// otherNames are what catalogues and people also call a type.
var otherNames = map[string]sqltext.Kind{
	"PROC": sqltext.Procedure, "SPROC": sqltext.Procedure,
	"UDF": sqltext.Function, "UDTF": sqltext.Function, "UDAF": sqltext.Function, "DMF": sqltext.Function,
	"MVIEW": sqltext.MaterializedView, "DEFAULT": sqltext.Expression, "POLICIES": sqltext.Policy,
}

// parseType reads the name of a type in any case, also as Go writes it, with blanks, hyphens or underscores, and in the
// plural. Words in front of a type that is known make no difference: a MASKING POLICY is a POLICY, a SECURE VIEW a
// VIEW. Nothing is a script.
func parseType(text string) (sqltext.Kind, error) {
	words := typeWords(text)
	if len(words) == 0 {
		return sqltext.Script, nil
	}
	for from := range words {
		name := strings.Join(words[from:], " ")
		for _, name := range []string{name, strings.TrimSuffix(name, "S")} {
			if kind := sqltext.Kind(name); slices.Contains(types, kind) {
				return kind, nil
			}
			if kind, known := otherNames[name]; known {
				return kind, nil
			}
		}
	}
	return "", fmt.Errorf("unknown type %q: use one of %s", text, typeList())
}

// typeWords cuts the name of a type into words, and MaterializedView into two of them.
func typeWords(text string) []string {
	var spaced strings.Builder
	for i := range len(text) {
		if i > 0 && isBetween('A', text[i], 'Z') && isBetween('a', text[i-1], 'z') {
			spaced.WriteByte(' ')
		}
		spaced.WriteByte(text[i])
	}
	return strings.FieldsFunc(sqltext.Fold(spaced.String()), func(r rune) bool {
		return unicode.IsSpace(r) || r == '-' || r == '_'
	})
}

func isBetween(low, c, high byte) bool { return low <= c && c <= high }

// parseLanguage reads the name of a language in any case, also with a version. The empty one means SQL. It refuses a
// language that bodies are not written in.
func parseLanguage(text string) (string, error) {
	name := strings.TrimRight(strings.TrimSpace(sqltext.Fold(text)), "0123456789. ")
	switch name {
	case "", "SNOWFLAKE SCRIPTING":
		return "SQL", nil
	case "JS":
		return "JAVASCRIPT", nil
	}
	if slices.Contains(languages, name) {
		return name, nil
	}
	return "", fmt.Errorf("unknown language %q: use one of %s", text, languageList())
}
