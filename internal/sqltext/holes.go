package sqltext

// opensHole tells whether embedded code opens at i.
func (q quoting) opensHole(text string, i int) bool {
	next := byte(0)
	if i+1 < len(text) {
		next = text[i+1]
	}
	switch q.holes {
	case holesBraces:
		return text[i] == '{' && next != '{'
	case holesDollar, holesInterop:
		return text[i] == '$' && next == '{'
	case holesNone:
	}
	return false
}

// holeAt returns the end of the embedded code that opens at i.
func (q quoting) holeAt(text string, i int) int {
	switch q.holes {
	case holesBraces:
		return holeEnd(text, i)
	case holesDollar:
		return templateHoleEnd(text, i+1, 0)
	case holesNone, holesInterop:
	}
	return holeEnd(text, i+1)
}

// holeEnd returns the end of the embedded code of Python or Scala whose brace opens
// at i. Braces inside quotes do not count.
func holeEnd(text string, i int) int {
	braces := 0
	for i < len(text) {
		switch c := text[i]; c {
		case '{':
			braces++
		case '}':
			if braces--; braces <= 0 {
				return i + 1
			}
		case '\'', '"':
			i = innerQuoteEnd(text, i)
			continue
		}
		i++
	}
	return i
}

// innerQuoteEnd returns the end of the string inside embedded code that opens at
// i. A quote that is not closed on its line opens none.
func innerQuoteEnd(text string, i int) int {
	quote := text[i]
	for k := i + 1; k < len(text); k++ {
		switch text[k] {
		case '\\':
			k++
		case quote:
			return k + 1
		case '\n':
			return i + 1
		}
	}
	return i + 1
}

// maxHoles is how deep templates are followed inside templates.
const maxHoles = 20

// templateHoleEnd returns the end of the embedded code of JavaScript whose brace
// opens at i: code like any other, in which regular expressions, comments and
// templates hold quotes and braces of their own.
func templateHoleEnd(text string, i, depth int) int {
	if end := simpleHoleEnd(text, i); end > 0 {
		return end
	}
	var t hostToken
	braces := 0
	for lex := (hostLexer{text: text, pos: i, language: languageJavaScript, depth: depth}); lex.pos < len(text); {
		switch lex.next(&t); {
		case t.kind == hostUnterminated:
			return len(text)
		case t.symbol == '{':
			braces++
		case t.symbol == '}':
			if braces--; braces == 0 {
				return lex.pos
			}
		}
	}
	return len(text)
}

// simpleHoleEnd does the same for code that is only names and dots; zero for other
// code.
func simpleHoleEnd(text string, i int) int {
	for i++; i < len(text) && (isIdentPart(text[i]) || text[i] == '.'); i++ {
	}
	if i < len(text) && text[i] == '}' {
		return i + 1
	}
	return 0
}
