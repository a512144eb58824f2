package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Lex returns the tokens of src, without whitespace and comments, closed by an EOF token. The only errors are an
// unterminated string, comment or quoted identifier, as a *SyntaxError.
func Lex(src string) ([]Token, error) {
	l := lexer{src: src, line: 1, tokens: make([]Token, 0, len(src)/5+1)}
	for {
		if err := l.skipBlank(); err != nil {
			return nil, err
		}
		if l.pos >= len(l.src) {
			l.start()
			l.emit(EOF, "")
			return l.tokens, nil
		}
		if err := l.token(); err != nil {
			return nil, err
		}
	}
}

// lexer walks a source. Lines and columns are counted as it advances, so that no position is computed twice.
type lexer struct {
	src       string
	pos       int
	line      int // Of pos.
	lineStart int // Byte offset of the start of the line that pos is in.
	tokens    []Token
	open      Token // Position of the token that is being read.
	counted   int   // Byte offset up to which columns were counted on this line.
	col       int   // Characters between lineStart and counted.
	binds     int   // Question marks seen.
}

func (l *lexer) start() {
	if l.counted < l.lineStart {
		l.counted, l.col = l.lineStart, 0
	}
	l.col += utf8.RuneCountInString(l.src[l.counted:l.pos])
	l.counted = l.pos
	l.open = Token{Line: l.line, Col: l.col + 1, Start: l.pos}
}

func (l *lexer) emit(kind Kind, value string) {
	t := l.open
	t.Kind, t.Value, t.End, t.Text = kind, value, l.pos, l.src[t.Start:l.pos]
	l.tokens = append(l.tokens, t)
}

// unterminated is the error for what was opened and never closed.
func (l *lexer) unterminated() error {
	t := l.open
	t.Kind, t.Text = Op, l.src[t.Start:]
	return unexpected(t)
}

// advance moves to the byte offset to, counting the lines on the way.
func (l *lexer) advance(to int) {
	for i := l.pos; i < to; i++ {
		if l.src[i] == '\n' {
			l.line++
			l.lineStart = i + 1
		}
	}
	l.pos = to
}

// next returns the byte after pos, 0 at the end.
func (l *lexer) next() byte {
	if l.pos+1 < len(l.src) {
		return l.src[l.pos+1]
	}
	return 0
}

func (l *lexer) has(prefix string) bool { return strings.HasPrefix(l.src[l.pos:], prefix) }

func (l *lexer) skipBlank() error {
	for l.pos < len(l.src) {
		switch {
		case isSpace(l.src[l.pos]):
			l.advance(l.pos + 1)
		case l.has("--"), l.has("//"):
			l.advance(l.find("\n", 0))
		case l.has("/*"):
			l.start()
			end := strings.Index(l.src[l.pos+2:], "*/")
			if end < 0 {
				return l.unterminated()
			}
			l.advance(l.pos + 2 + end + 2)
		case l.has("\u00a0"), l.has("\ufeff"):
			_, size := utf8.DecodeRuneInString(l.src[l.pos:])
			l.advance(l.pos + size)
		default:
			return nil
		}
	}
	return nil
}

// find returns the offset of the next sep at or after pos+skip, or the end of the source.
func (l *lexer) find(sep string, skip int) int {
	if i := strings.Index(l.src[l.pos+skip:], sep); i >= 0 {
		return l.pos + skip + i
	}
	return len(l.src)
}

func (l *lexer) token() error {
	l.start()
	c := l.src[l.pos]
	switch {
	case isIdentStart(c):
		l.word()
	case isDigit(c), c == '.' && isDigit(l.next()) && !l.afterName():
		l.number()
	case c == '\'':
		return l.quotedString()
	case c == '"':
		return l.quotedIdent()
	case l.has("$$"):
		return l.dollarString()
	case c == '$' && (isIdentStart(l.next()) || isDigit(l.next())):
		l.variable()
	case c == '?':
		l.advance(l.pos + 1)
		l.binds++
		l.emit(Bind, strconv.Itoa(l.binds))
	case c == ':' && isDigit(l.next()) && !l.afterString():
		l.numberedBind()
	case c == '@':
		return l.stage()
	default:
		l.operator()
	}
	return nil
}

// afterName reports whether the previous token directly precedes and could be qualified, so that t.1 is not a number.
func (l *lexer) afterName() bool {
	if len(l.tokens) == 0 {
		return false
	}
	last := l.tokens[len(l.tokens)-1]
	return last.End == l.pos && (last.Kind == Ident || last.Kind == QuotedIdent)
}

// afterString reports whether the previous token is a string: in {'a':1} the colon is no bind.
func (l *lexer) afterString() bool {
	return len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].Kind == String
}

func (l *lexer) word() {
	end := l.pos
	for end < len(l.src) && isIdentPart(l.src[end]) {
		end++
	}
	word := l.src[l.pos:end]
	l.advance(end)
	l.emit(Ident, Upper(word))
}

func (l *lexer) number() {
	end := l.digits(l.pos)
	if end < len(l.src) && l.src[end] == '.' && !strings.HasPrefix(l.src[end:], "..") {
		end = l.digits(end + 1)
	}
	end = l.exponent(end)
	text := l.src[l.pos:end]
	l.advance(end)
	l.emit(Number, text)
}

func (l *lexer) digits(from int) int {
	for from < len(l.src) && isDigit(l.src[from]) {
		from++
	}
	return from
}

// exponent returns the end of an exponent at from, or from where there is none.
func (l *lexer) exponent(from int) int {
	if from >= len(l.src) || (l.src[from] != 'e' && l.src[from] != 'E') {
		return from
	}
	digits := from + 1
	if digits < len(l.src) && (l.src[digits] == '+' || l.src[digits] == '-') {
		digits++
	}
	if end := l.digits(digits); end > digits {
		return end
	}
	return from
}

func (l *lexer) variable() {
	end := l.pos + 1
	for end < len(l.src) && isIdentPart(l.src[end]) {
		end++
	}
	name := l.src[l.pos+1 : end]
	l.advance(end)
	l.emit(Variable, Upper(name))
}

func (l *lexer) numberedBind() {
	end := l.digits(l.pos + 1)
	number := l.src[l.pos+1 : end]
	l.advance(end)
	l.emit(Bind, number)
}

// operators holds the punctuation of more than one byte, longest first.
var operators = []string{"->>", "::", "=>", "->", "<>", "!=", "<=", ">=", "||", "..", ":=", "**"}

func (l *lexer) operator() {
	_, size := utf8.DecodeRuneInString(l.src[l.pos:])
	for _, op := range operators {
		if l.has(op) {
			size = len(op)
			break
		}
	}
	text := l.src[l.pos : l.pos+size]
	l.advance(l.pos + size)
	l.emit(Op, text)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isIdentStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isIdentPart(c byte) bool { return isIdentStart(c) || isDigit(c) || c == '$' }
