package sqltext

import (
	"slices"
	"strings"
)

// names finds the databases of the mappings in text and among tokens.
type names struct {
	mappings []Mapping
	// from and to are the folded spellings, to compare with bare words.
	sources []search
	targets []string
	// goals find the targets in text.
	goals []search
	// chained means that a target is itself a source: then a second pass over a
	// result does find something to do.
	chained bool
	// awkward means that a source cannot be found in raw text, because literals
	// spell some of its characters as escapes.
	awkward bool
	// ignoreCase means that quoted identifiers fold.
	ignoreCase bool
}

// search finds one word in text, in any case, skipping ahead by a table
// (Horspool), so that text without it costs a fraction of a nanosecond a byte.
type search struct {
	folded string
	skip   [256]uint8
}

func newNames(mappings []Mapping, ignoreCase bool) *names {
	n := &names{ignoreCase: ignoreCase}
	for _, m := range mappings {
		if m.From != "" && m.To != "" && m.From != m.To {
			n.mappings = append(n.mappings, m)
		}
	}
	for _, m := range n.mappings {
		n.sources = append(n.sources, newSearch(foldASCII(string(m.From))))
		n.targets = append(n.targets, foldASCII(string(m.To)))
		n.goals = append(n.goals, newSearch(foldASCII(string(m.To))))
		n.awkward = n.awkward || strings.ContainsAny(string(m.From), "'\"\\{}$`")
		for _, other := range n.mappings {
			n.chained = n.chained || m.To == other.From
		}
	}
	return n
}

func newSearch(folded string) search {
	s := search{folded: folded}
	size := min(len(folded), 255)
	for i := range s.skip {
		s.skip[i] = uint8(size)
	}
	for i := len(folded) - size; i < len(folded)-1; i++ {
		s.skip[folded[i]] = uint8(len(folded) - 1 - i)
		if c := folded[i]; 'A' <= c && c <= 'Z' {
			s.skip[c|0x20] = s.skip[c]
		}
	}
	return s
}

// index returns where the word first occurs in text at or after from; -1 if
// nowhere.
func (s *search) index(text string, from int) int {
	last := len(s.folded) - 1
	for i := from + last; i < len(text); i += int(s.skip[text[i]]) {
		if upper(text[i]) == s.folded[last] && sameFolded(s.folded, text[i-last:i+1]) {
			return i - last
		}
	}
	return -1
}

// in tells whether text may hold a source.
func (n *names) in(text string) bool {
	if n.awkward {
		return true
	}
	for i := range n.sources {
		if n.sources[i].index(text, 0) >= 0 {
			return true
		}
	}
	return false
}

// targetIn tells whether text may hold a target.
func (n *names) targetIn(text string) bool {
	return slices.ContainsFunc(n.goals, func(s search) bool { return s.index(text, 0) >= 0 })
}

// word returns the span of the first source in text that is a word of its own;
// false if there is none.
func (n *names) word(text string) (start, end int, found bool) {
	start = -1
	for i := range n.sources {
		s := &n.sources[i]
		for at := s.index(text, 0); at >= 0; at = s.index(text, at+1) {
			if standsAlone(text, at, at+len(s.folded)) {
				if start < 0 || at < start {
					start, end = at, at+len(s.folded)
				}
				break
			}
		}
	}
	return start, end, start >= 0
}

func standsAlone(text string, start, end int) bool {
	before := start > 0 && (isIdentPart(text[start-1]) || text[start-1] >= 0x80)
	after := end < len(text) && (isIdentPart(text[end]) || text[end] >= 0x80)
	return !before && !after
}

// match is how a token relates to the mappings.
type match struct {
	// mapping is the index of the mapping, -1 if the token is another name.
	mapping int
	// variant means the same letters in another case, which is another name.
	variant bool
	// target means that the token names a mapping's target.
	target bool
}

var noMatch = match{mapping: -1}

// match compares a token, a bare word or a quoted identifier, with the names.
func (n *names) match(raw string, quoted bool) match {
	if quoted {
		content, _ := unquoteIdent(raw)
		if n.ignoreCase {
			content = foldASCII(content)
		}
		return n.matchQuoted(content)
	}
	found := noMatch
	for i := range n.sources {
		m := &n.mappings[i]
		switch {
		case sameFolded(n.sources[i].folded, raw):
			if n.sources[i].folded == string(m.From) {
				return match{mapping: i}
			}
			found = match{mapping: i, variant: true}
		case sameFolded(n.targets[i], raw) && n.targets[i] == string(m.To):
			found = match{mapping: i, target: true}
		}
	}
	return found
}

func (n *names) matchQuoted(content string) match {
	found := noMatch
	for i, m := range n.mappings {
		switch {
		case content == string(m.From):
			return match{mapping: i}
		case content == string(m.To):
			found = match{mapping: i, target: true}
		case found.mapping < 0 && sameFolded(n.sources[i].folded, content):
			found = match{mapping: i, variant: true}
		}
	}
	return found
}

// isSource tells whether text, as the value of a string literal, is a source:
// its name in any case, or the quoted name.
func (n *names) isSource(text string) (mapping int, ok bool) {
	text = strings.TrimSpace(text)
	m := n.match(text, false)
	if strings.HasPrefix(text, `"`) {
		m = n.match(text, true)
	}
	if m.mapping >= 0 && !m.target {
		return m.mapping, true
	}
	for i, mapping := range n.mappings {
		if text == string(mapping.From) {
			return i, true
		}
	}
	return -1, false
}

// spell writes the mapping's target for a token, and returns the span of the
// token that it replaces: quoted where the token was quoted or the target needs
// quotes; otherwise bare, in lower case when the token was.
func (n *names) spell(mapping int, raw string) (text string, skip int) {
	to := n.mappings[mapping].To
	switch {
	case strings.HasPrefix(raw, `"`):
		return strings.ReplaceAll(string(to), `"`, `""`), 1
	case n.needsQuotes(mapping):
		return to.SQL(), 0
	case isLowerCase(raw):
		return lowerASCII(string(to)), 0
	}
	return string(to), 0
}

// spellValue writes the mapping's target for a literal that is the name itself:
// as the catalogue spells it, in quotes only where the literal had them.
func (n *names) spellValue(mapping int, raw string) (text string, skip int) {
	to := string(n.mappings[mapping].To)
	switch {
	case strings.HasPrefix(raw, `"`) && string(n.mappings[mapping].From) != raw:
		return n.spell(mapping, raw)
	case isLowerCase(raw) && string(n.mappings[mapping].From) != raw:
		return lowerASCII(to), 0
	}
	return to, 0
}

// needsQuotes tells whether the mapping's target cannot be written bare.
func (n *names) needsQuotes(mapping int) bool {
	to := n.mappings[mapping].To
	return to.needsQuotes() || reserved[string(to)]
}

// unwritable returns the first target that no identifier can denote when quoted
// ones fold, if there is any.
func (n *names) unwritable() (Ident, bool) {
	if n.ignoreCase {
		for _, m := range n.mappings {
			if foldASCII(string(m.To)) != string(m.To) {
				return m.To, true
			}
		}
	}
	return "", false
}

// isLowerCase tells whether a word has letters and all of them are small.
func isLowerCase(word string) bool {
	small := false
	for i := range len(word) {
		if word[i] >= 'A' && word[i] <= 'Z' {
			return false
		}
		small = small || isLower(word[i])
	}
	return small
}

// reserved are the words that cannot be names without quotes.
var reserved = wordSet(`ACCOUNT ALL ALTER AND ANY AS BETWEEN BY CASE CAST CHECK COLUMN CONNECT
	CONNECTION CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
	CURRENT_USER DATABASE DELETE DISTINCT DROP ELSE EXISTS FALSE FOLLOWING FOR FROM FULL GRANT
	GROUP GSCLUSTER HAVING ILIKE IN INCREMENT INNER INSERT INTERSECT INTO IS ISSUE JOIN LATERAL
	LEFT LIKE LOCALTIME LOCALTIMESTAMP MINUS NATURAL NOT NULL OF ON OR ORDER ORGANIZATION
	QUALIFY REGEXP REVOKE RIGHT RLIKE ROW ROWS SAMPLE SCHEMA SELECT SET SOME START TABLE
	TABLESAMPLE THEN TO TRIGGER TRUE TRY_CAST UNION UNIQUE UPDATE USING VALUES VIEW WHEN
	WHENEVER WHERE WITH`)

// wordSet returns the words of a list.
func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}
