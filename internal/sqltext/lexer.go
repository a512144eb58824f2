package sqltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer cuts text into tokens, one at a time, in one pass.
type lexer struct {
	text string
	pos  int
	// stage is set between @ and the end of a stage's name: a slash there opens
	// a path, not a comment.
	stage bool
}

// next reads the token at pos into t, which saves copying it: most of the time
// goes into this function. It must not be called at the end of the text.
func (l *lexer) next(t *token) {
	start := l.pos
	c := l.text[start]
	*t = token{start: start}
	switch class := byteClasses[c]; {
	case class&classIdentStart != 0:
		l.pos = wordEnd(l.text, start)
		t.kind, t.key = Word, keywordOf(l.text[start:l.pos])
	case class == classBlank:
		l.stage = false
		l.blanks()
		t.kind = Space
	case class == classSingle:
		l.stage = l.stage && c == '.'
		l.pos++
		t.kind, t.op = Operator, c
	case isDigit(c):
		l.number()
		t.kind = Number
	case c >= utf8.RuneSelf:
		t.kind = l.beyondASCII()
	default:
		t.kind, t.op = l.symbol(c)
	}
	t.end = l.pos
}

// beyondASCII lexes a word or blank whose first character is not ASCII. Such
// letters belong to words, lest a word be cut in two, and never fold.
func (l *lexer) beyondASCII() TokenKind {
	if n := letterSize(l.text, l.pos); n > 0 {
		l.pos = wordEnd(l.text, l.pos)
		return Word
	}
	r, n := utf8.DecodeRuneInString(l.text[l.pos:])
	l.pos += n
	if unicode.IsSpace(r) || r == '\uFEFF' {
		l.stage = false
		return Space
	}
	return Other
}

// letterSize returns the size of the letter beyond ASCII at i, or zero.
func letterSize(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) {
		return 0
	}
	return n
}

// symbol lexes what begins with punctuation, and returns the operator's name if
// it is one.
func (l *lexer) symbol(c byte) (TokenKind, byte) {
	switch c {
	case '\'':
		return l.quoted(stringEnd, String)
	case '"':
		return l.quoted(quotedIdentEnd, QuotedIdent)
	case '$':
		return l.dollar(), 0
	case '&':
		return l.prefixed(Variable, c)
	case ':':
		if l.peek(1) == ':' || l.peek(1) == '=' || l.pos > 0 && l.text[l.pos-1] == '\'' {
			return l.operator() // behind a string: the colon of a key, {'key':value}
		}
		return l.prefixed(Bind, c)
	case '@':
		l.pos++
		l.stage = true
		return StageSign, 0
	case '-', '/':
		return l.slash(c)
	case 0:
		l.pos++
		return Other, placeholder
	}
	return l.operator()
}

// slash lexes comments, stage paths, and the operators that look like them.
func (l *lexer) slash(c byte) (TokenKind, byte) {
	switch {
	case c == '/' && l.stage:
		l.stage = false
		l.pos = pathEnd(l.text, l.pos)
		return StagePath, 0
	case c == '/' && l.peek(1) == '/' && l.pos > 0 && l.text[l.pos-1] == ':':
		l.pos = pathEnd(l.text, l.pos) // the file:///path of PUT and GET is no comment
		return StagePath, 0
	case c == '/' && l.peek(1) == '*':
		return l.blockComment(), 0
	case c == '/' && l.peek(1) == '/', c == '-' && l.peek(1) == '-':
		l.stage = false
		l.pos = lineEnd(l.text, l.pos)
		return Comment, 0
	}
	return l.operator()
}

func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

func (l *lexer) blanks() {
	for l.pos < len(l.text) && isBlank(l.text[l.pos]) {
		l.pos++
	}
}

// quoted lexes a token that a quote opens.
func (l *lexer) quoted(end func(string, int) (int, bool), kind TokenKind) (TokenKind, byte) {
	var ok bool
	if l.pos, ok = end(l.text, l.pos); !ok {
		return Unterminated, 0
	}
	if kind == String {
		l.stage = false
	}
	return kind, 0
}

// dollar lexes $$…$$, $name, $1 and a lone dollar.
func (l *lexer) dollar() TokenKind {
	if l.peek(1) == '$' {
		l.stage = false
		n := strings.Index(l.text[l.pos+2:], "$$")
		if n < 0 {
			l.pos = len(l.text)
			return Unterminated
		}
		l.pos += n + 4
		return DollarString
	}
	kind, _ := l.prefixed(Variable, '$')
	return kind
}

// prefixed lexes a sign with the word or number that follows it directly.
func (l *lexer) prefixed(kind TokenKind, sign byte) (TokenKind, byte) {
	l.pos++
	if l.pos >= len(l.text) || !isIdentPart(l.text[l.pos]) || l.text[l.pos] == '$' {
		if sign == '$' {
			return Other, 0
		}
		l.stage = false
		return Operator, sign
	}
	l.pos = wordEnd(l.text, l.pos)
	return kind, 0
}

func (l *lexer) blockComment() TokenKind {
	l.stage = false
	n := strings.Index(l.text[l.pos+2:], "*/")
	if n < 0 {
		l.pos = len(l.text)
		return Unterminated
	}
	l.pos += n + 4
	return Comment
}

// number lexes digits, a fraction and an exponent. A dot before a letter or
// another dot is left: it joins names.
func (l *lexer) number() {
	l.digits()
	if l.peek(0) == '.' && isDigit(l.peek(1)) {
		l.pos++
		l.digits()
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		n := 1
		if s := l.peek(1); s == '+' || s == '-' {
			n = 2
		}
		if isDigit(l.peek(n)) {
			l.pos += n
			l.digits()
		}
	}
}

func (l *lexer) digits() {
	for l.pos < len(l.text) && isDigit(l.text[l.pos]) {
		l.pos++
	}
}

// operators names the operators of several bytes that the rules know.
var operators = []struct {
	text string
	name byte
}{{"=>", opArrow}, {"::", opCast}, {":=", opAssign}, {"->>", opFlow}, {"->", opLambda},
	{"||", opConcat}, {"!=", opNotEqual}, {"<>", opNotEqual}}

func (l *lexer) operator() (TokenKind, byte) {
	c := l.text[l.pos]
	l.stage = l.stage && (c == '%' || c == '~')
	if next := l.peek(1); next == '>' || next == ':' || next == '=' || next == '|' {
		for _, o := range operators {
			if strings.HasPrefix(l.text[l.pos:], o.text) {
				l.pos += len(o.text)
				return Operator, o.name
			}
		}
	}
	l.pos++
	if strings.IndexByte("=<>+-*/%|!?^~:&", c) < 0 {
		return Other, c
	}
	return Operator, c
}
