package snowflake

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// keywords passes plain upper-case words and quotes everything else, so that a word that came from a catalogue or a
// manifest can make a statement fail but never add to it.
func keywords(text string) string {
	for _, c := range text {
		if (c < 'A' || c > 'Z') && c != ' ' && c != '_' {
			return sqltext.Ident(text).SQL()
		}
	}
	return text
}

// typeList prints argument types as SHOW printed them: VARCHAR, NUMBER(38,0), TABLE(NUMBER).
func typeList(types []string) string {
	printed := make([]string, len(types))
	for i, word := range types {
		printed[i] = typeWord(word)
	}
	return strings.Join(printed, ", ")
}

// typeWord passes what can stand in a type and quotes everything else.
func typeWord(text string) string {
	depth := 0
	for _, c := range text {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == ' ', c == '_':
		case c == ',' && depth > 0:
		default:
			return sqltext.Ident(text).SQL()
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 || text == "" {
		return sqltext.Ident(text).SQL()
	}
	return text
}

// identList prints identifiers with commas.
func identList(names []sqltext.Ident) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = name.SQL()
	}
	return strings.Join(quoted, ", ")
}
