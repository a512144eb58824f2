package clone

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Match says whether a pattern matches a stored name. A * stands for any run of characters. The rest of a bare pattern is
// folded to upper case first, as Snowflake folds a bare identifier (N1), and a quoted one is taken exactly.
func Match(pattern v1alpha1.Pattern, name sqltext.Ident) bool {
	return matchPieces(strings.Split(foldPattern(string(pattern)), "*"), string(name))
}

// matchAnyCase is Match for what protects data: a bare pattern matches a name in whatever case.
func matchAnyCase(pattern string, name sqltext.Ident) bool {
	if !strings.HasPrefix(pattern, `"`) {
		name = sqltext.Ident(sqltext.Fold(string(name)))
	}
	return Match(v1alpha1.Pattern(pattern), name)
}

// MatchAny says whether any of the patterns matches.
func MatchAny(patterns []v1alpha1.Pattern, name sqltext.Ident) bool {
	for _, pattern := range patterns {
		if Match(pattern, name) {
			return true
		}
	}
	return false
}

// foldPattern is the pattern in stored form.
func foldPattern(pattern string) string {
	if len(pattern) >= 2 && strings.HasPrefix(pattern, `"`) && strings.HasSuffix(pattern, `"`) {
		return strings.ReplaceAll(pattern[1:len(pattern)-1], `""`, `"`)
	}
	return sqltext.Fold(pattern)
}

// matchPieces says whether the pieces between the stars stand in text in this order, the first at its beginning and the
// last at its end.
func matchPieces(pieces []string, text string) bool {
	if len(pieces) == 1 {
		return pieces[0] == text
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return true
}

// selected says whether a schema of the source is wanted in the clone.
func selected(selection *v1alpha1.SchemaSelection, schema sqltext.Ident) bool {
	if selection == nil {
		return true
	}
	included := len(selection.Include) == 0 || MatchAny(selection.Include, schema)
	return included && !MatchAny(selection.Exclude, schema)
}

// matchesObject says whether any of the patterns of schema.object selects an object.
func matchesObject(patterns []v1alpha1.ObjectPattern, name sqltext.Name) bool {
	return slices.ContainsFunc(patterns, func(pattern v1alpha1.ObjectPattern) bool {
		schema, object, _ := strings.Cut(string(pattern), ".")
		return Match(v1alpha1.Pattern(schema), name.Schema) && Match(v1alpha1.Pattern(object), name.Object)
	})
}
