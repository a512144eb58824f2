package sqltext

import "strings"

// language is what a layer is written in.
type language uint8

const (
	languageSQL language = iota
	languageJavaScript
	languagePython
	languageJava
	languageScala
	languageOther
)

// languageOf reads the word behind LANGUAGE; none means SQL.
func languageOf(word string) language {
	switch foldASCII(strings.TrimSpace(word)) {
	case "", "SQL":
		return languageSQL
	case "JAVASCRIPT":
		return languageJavaScript
	case "PYTHON":
		return languagePython
	case "JAVA":
		return languageJava
	case "SCALA":
		return languageScala
	}
	return languageOther
}

// hostKind classifies the tokens of a host language, as far as is needed to know
// its string literals.
type hostKind uint8

const (
	hostSpace hostKind = iota
	hostComment
	hostWord
	hostString
	hostSymbol // one character, a regular expression, or a number
	hostUnterminated
)

// hostToken is a token of a host language.
type hostToken struct {
	start, end int
	kind       hostKind
	// symbol is the character of a symbol, zero for regular expressions.
	symbol byte
	// prefix is the number of letters before the quote of a string.
	prefix uint8
}

// hostLexer cuts code into tokens. It knows strings, comments and regular
// expressions; everything else only has to be kept apart from them.
type hostLexer struct {
	text     string
	pos      int
	language language
	// value means that the last token ends a value: then a slash divides.
	value bool
	// last is the last token of JavaScript, and before what value was before it.
	last   hostToken
	before bool
	// brackets follows the brackets of JavaScript, for what their closing ends.
	brackets brackets
	// depth is how many templates the code is embedded in.
	depth int
	// divides is the end of the line that was searched last for the end of a regular
	// expression, and has none: any slash before it divides.
	divides int
}

// next reads the token at pos into t. It must not be called at the end of the
// text.
func (l *hostLexer) next(t *hostToken) {
	start := l.pos
	*t = hostToken{start: start, kind: hostSymbol}
	switch c := l.text[start]; {
	case isBlank(c):
		for l.pos < len(l.text) && isBlank(l.text[l.pos]) {
			l.pos++
		}
		t.kind = hostSpace
	case isIdentStart(c) || c >= 0x80 || c == '$':
		l.word(t)
	case (c == '/' || c == '#') && l.isComment():
		t.kind = l.comment()
	case c == '"' || c == '\'' || c == '`':
		l.quoted(t, "")
	case c == '/' && l.language == languageJavaScript && !l.value && l.regex():
	case c == '/' && l.language == languageJavaScript && l.wantsRegex():
		l.pos = lineEnd(l.text, start)
		t.kind = hostUnterminated
	case isDigit(c):
		l.pos = wordEnd(l.text, start)
	default:
		l.pos++
		t.symbol = c
	}
	t.end = l.pos
	if t.kind != hostSpace && t.kind != hostComment {
		if l.language == languageJavaScript {
			l.follow(t)
		}
	}
}

// follow notes whether a token of JavaScript ends a value.
func (l *hostLexer) follow(t *hostToken) {
	class, before := t.classIn(l.text), l.value
	if l.last.symbol == '.' {
		class = 0 // a property may be called like any word
	}
	l.value = l.brackets.value(class, t, endsValue(class, t))
	if (t.symbol == '+' || t.symbol == '-') && t.symbol == l.last.symbol && l.last.end == t.start {
		l.value = l.before // of ++ and --, which stand behind a value as well as before one
	}
	l.before, l.last = before, hostToken{end: l.pos, symbol: t.symbol}
}

// endsValue tells whether a slash behind the token divides.
func endsValue(class wordClass, t *hostToken) bool {
	switch t.kind {
	case hostWord:
		return class&operatorWord == 0
	case hostSymbol:
		return t.symbol == ')' || t.symbol == ']' || t.symbol == '}' || t.symbol == 0
	case hostString:
		return true
	case hostSpace, hostComment, hostUnterminated:
	}
	return false
}

func (l *hostLexer) has(prefix string) bool {
	return l.pos <= len(l.text) && strings.HasPrefix(l.text[l.pos:], prefix)
}

func (l *hostLexer) isComment() bool {
	if l.language == languagePython {
		return l.text[l.pos] == '#'
	}
	return l.has("//") || l.has("/*")
}

// comment lexes a comment; those of Scala nest.
func (l *hostLexer) comment() hostKind {
	if !l.has("/*") {
		l.pos = lineEnd(l.text, l.pos)
		return hostComment
	}
	depth := 0
	for l.pos < len(l.text) {
		switch {
		case l.has("*/"):
			l.pos += 2
			if depth--; depth == 0 {
				return hostComment
			}
		case l.has("/*") && (depth == 0 || l.language == languageScala):
			l.pos += 2
			depth++
		default:
			l.pos++
		}
	}
	return hostUnterminated
}

// word lexes a word, or the string that it is the prefix of.
func (l *hostLexer) word(t *hostToken) {
	t.kind = hostWord
	end := wordEnd(l.text, l.pos)
	if end == l.pos {
		end++ // a dollar sign, or a byte that is no letter
	}
	for end < len(l.text) && l.text[end] == '$' {
		end = wordEnd(l.text, end+1)
	}
	word := l.text[l.pos:end]
	l.pos = end
	if end < len(l.text) && isStringPrefix(l.language, word) && (l.text[end] == '"' || l.text[end] == '\'' && l.language == languagePython) {
		l.quoted(t, word)
	}
}

// regex lexes a regular expression; false if the slash opens none.
func (l *hostLexer) regex() bool {
	if l.pos < l.divides {
		return false
	}
	i, class := l.pos+1, false
	for ; i < len(l.text) && l.text[i] != '\n'; i++ {
		switch l.text[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				l.pos = wordEnd(l.text, i+1)
				return true
			}
		}
	}
	l.divides = i
	return false
}

// wantsRegex tells whether nothing but a regular expression can begin with the
// slash at pos, because the token before it wants an operand. What words and closing
// brackets want is less sure.
func (l *hostLexer) wantsRegex() bool {
	switch l.last.symbol {
	case 0, ')', ']', '}', '.', '#', '@', '\\':
		return false
	}
	return !l.value
}

// fill appends up to n tokens without blanks and comments. cut means that the
// last one was cut off by the end of the text.
func (l *hostLexer) fill(tokens []hostToken, n int) (all []hostToken, cut bool) {
	for l.pos < len(l.text) && n > 0 {
		tokens = append(tokens, hostToken{})
		t := &tokens[len(tokens)-1]
		switch l.next(t); t.kind {
		case hostSpace, hostComment:
			tokens = tokens[:len(tokens)-1]
		case hostUnterminated:
			return tokens, true
		case hostWord, hostString, hostSymbol:
			n--
		}
	}
	return tokens, false
}

// unreadable says why the code cannot be read from the token that starts at i.
func (l *hostLexer) unreadable(i int) string {
	if l.text[i] == '/' && !strings.HasPrefix(l.text[i:], "/*") {
		return "a regular expression does not end on its line"
	}
	return "the code ends inside a quote or comment"
}

// startsLine tells whether only blanks stand between the line's start and i.
func startsLine(text string, i int) bool {
	for i--; i >= 0 && text[i] != '\n'; i-- {
		if !isBlank(text[i]) {
			return false
		}
	}
	return true
}
