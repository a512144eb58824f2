package account

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// quoteIdent writes a stored name as a statement must spell it (N1).
func quoteIdent(name string) string {
	if plainIdent(name) {
		return name
	}
	return forceQuote(name)
}

// forceQuote writes a stored name between quotes.
func forceQuote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// plainIdent reports whether the stored name can be written without quotes.
func plainIdent(name string) bool {
	if name == "" || sql.IsReserved(name) {
		return false
	}
	for i := range len(name) {
		b := name[i]
		letter := 'A' <= b && b <= 'Z' || b == '_'
		if !letter && (i == 0 || b != '$' && (b < '0' || b > '9')) {
			return false
		}
	}
	return true
}

// quoteName writes a name of several parts.
func quoteName(parts []string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = quoteIdent(p)
	}
	return strings.Join(quoted, ".")
}

// quoteString writes a text as a literal in single quotes.
func quoteString(text string) string {
	text = strings.ReplaceAll(text, `\`, `\\`)
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// likeMatch matches a SHOW pattern: case does not count, % and _ are
// wildcards, a backslash takes the next character as it is (S2).
func likeMatch(pattern, name string) bool {
	return likeRunes([]rune(sql.Upper(pattern)), []rune(sql.Upper(name)))
}

// likeRunes walks pattern and name together, going back to the last % when
// they part, so that time stays linear in practice.
func likeRunes(pattern, name []rune) bool {
	p, n := 0, 0
	backPattern, backName := -1, 0
	for n < len(name) {
		width, ok := likeStep(pattern, p, name[n])
		switch {
		case ok && width == 0: // %
			p++
			backPattern, backName = p, n
		case ok:
			p += width
			n++
		case backPattern >= 0:
			backName++
			p, n = backPattern, backName
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

// likeStep reports whether the pattern at p takes the rune, and how many
// pattern runes that uses; none for %.
func likeStep(pattern []rune, p int, r rune) (int, bool) {
	if p >= len(pattern) {
		return 0, false
	}
	switch pattern[p] {
	case '%':
		return 0, true
	case '_':
		return 1, true
	case '\\':
		if p+1 < len(pattern) {
			return 2, pattern[p+1] == r
		}
	}
	return 1, pattern[p] == r
}
