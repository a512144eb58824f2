package sqltext

import "strings"

func isStringPrefix(lang language, word string) bool {
	switch lang {
	case languagePython:
		return len(word) <= 2 && strings.Trim(word, "rRbBuUfFtT") == ""
	case languageScala:
		return word == "s" || word == "f" || word == "raw"
	default:
		return false
	}
}

// quoted lexes the string whose opening quote is at pos.
func (l *hostLexer) quoted(t *hostToken, prefix string) {
	c := l.text[l.pos]
	if c == '\'' && (l.language == languageJava || l.language == languageScala) {
		l.character(t)
		return
	}
	if c == '`' && l.language != languageJavaScript {
		l.pos++
		t.symbol = c
		return
	}
	q := l.quotingOf(prefix)
	l.pos += len(q.quote)
	if !l.toEnd(q) {
		t.kind = hostUnterminated
		return
	}
	t.kind, t.prefix = hostString, uint8(len(prefix)) //nolint:gosec // the longest is raw
	l.pos += len(q.quote)
}

// content returns what stands between the quotes of a string token of l, and how
// it is written.
func (t *hostToken) content(l *layer) (span, quoting) {
	quote := t.start + int(t.prefix)
	q := (&hostLexer{text: l.text, pos: quote, language: l.language}).quotingOf(l.text[t.start:quote])
	return span{quote + len(q.quote), t.end - len(q.quote)}, q
}

// quotingOf returns how the string at pos is written.
func (l *hostLexer) quotingOf(prefix string) quoting {
	q := quoting{quote: l.text[l.pos : l.pos+1], escapes: escapesJS}
	if l.language != languageJavaScript && (l.has(`"""`) || l.has("'''")) {
		q.quote = l.text[l.pos : l.pos+3]
	}
	switch l.language {
	case languageJavaScript:
		if q.quote == "`" {
			q.holes = holesDollar
		}
	case languagePython:
		q.python(prefix)
	case languageScala:
		if len(q.quote) == 3 && prefix == "" || prefix == "raw" {
			q.escapes = escapesNone
		}
		if prefix != "" {
			q.holes = holesInterop
		}
	default:
	}
	return q
}

// python sets what the letters before a string of Python say.
func (q *quoting) python(prefix string) {
	q.escapes = escapesPython
	if strings.ContainsAny(prefix, "rR") {
		q.escapes = escapesRaw
	}
	if strings.ContainsAny(prefix, "fFtT") {
		q.holes = holesBraces
	}
}

// character lexes 'c', '\n' and 'A'; a quote that opens none of these is a
// symbol.
func (l *hostLexer) character(t *hostToken) {
	rest := l.text[l.pos+1 : min(len(l.text), l.pos+12)]
	from := 0
	if strings.HasPrefix(rest, `\`) {
		from = 2
	}
	n := -1
	if from < len(rest) {
		n = strings.IndexByte(rest[from:], '\'')
	}
	if n < 0 || from == 0 && n > 4 || strings.IndexByte(rest[:from+n], '\n') >= 0 {
		l.pos++
		if l.language == languageJava {
			t.kind = hostUnterminated // in Scala it begins a symbol
			return
		}
		t.symbol = '\''
		return
	}
	l.pos += 1 + from + n + 1
}

// toEnd moves to the closing quote; false if there is none.
func (l *hostLexer) toEnd(q quoting) bool {
	multiline := len(q.quote) == 3 || q.quote == "`"
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '\\' && q.escapes != escapesNone:
			l.pos += 2
			if strings.HasSuffix(l.text[:min(l.pos, len(l.text))], "\r") && l.has("\n") {
				l.pos++ // a line that goes on behind CRLF
			}
			continue
		case c == '\n' && !multiline:
			return false
		case c == q.quote[0] && l.has(q.quote):
			l.atLastQuote(q)
			return true
		case q.holes == holesBraces && l.has("{{"):
			l.pos++ // the second one opens nothing either
		case q.holes != holesNone && q.opensHole(l.text, l.pos):
			l.hole(q)
			continue
		}
		l.pos++
	}
	l.pos = len(l.text) // an escape may have led beyond it
	return false
}

// hole moves behind the embedded code that opens at pos. In templates that nest too
// deep it is taken for text.
func (l *hostLexer) hole(q quoting) {
	switch {
	case q.holes != holesDollar:
		l.pos = q.holeAt(l.text, l.pos)
	case l.depth < maxHoles:
		l.pos = templateHoleEnd(l.text, l.pos+1, l.depth+1)
	default:
		l.pos += len("${")
	}
}

// atLastQuote moves on when more quotes follow than close the string: in Scala
// the first of those in """a"""" belongs to the content.
func (l *hostLexer) atLastQuote(q quoting) {
	for l.language == languageScala && len(q.quote) == 3 && l.pos+3 < len(l.text) && l.text[l.pos+3] == q.quote[0] {
		l.pos++
	}
}
