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
	if q.holes == holesBraces {
		return holeEnd(text, i, 0)
	}
	return holeEnd(text, i+1, 0)
}

// maxHoles is how deep templates are followed inside templates.
const maxHoles = 20

// holeEnd returns the end of the embedded code whose brace opens at i. Braces
// inside quotes do not count.
func holeEnd(text string, i, depth int) int {
	braces := 0
	for i < len(text) {
		switch c := text[i]; c {
		case '{':
			braces++
		case '}':
			if braces--; braces <= 0 {
				return i + 1
			}
		case '\'', '"', '`':
			i = innerQuoteEnd(text, i, depth)
			continue
		}
		i++
	}
	return i
}

// innerQuoteEnd returns the end of the string inside embedded code that opens at
// i. A quote that is not closed on its line opens none; a template that is not
// closed takes the rest, lest every template in it be tried again.
func innerQuoteEnd(text string, i, depth int) int {
	quote := text[i]
	for k := i + 1; k < len(text); k++ {
		switch c := text[k]; {
		case c == '\\':
			k++
		case c == quote:
			return k + 1
		case c == '\n' && quote != '`':
			return i + 1
		case c == '$' && quote == '`' && k+1 < len(text) && text[k+1] == '{' && depth < maxHoles:
			k = holeEnd(text, k+1, depth+1) - 1
		}
	}
	if quote == '`' {
		return len(text)
	}
	return i + 1
}
