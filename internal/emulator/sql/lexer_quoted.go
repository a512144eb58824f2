package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quotedIdent reads "…", in which "" stands for one quote.
func (l *lexer) quotedIdent() error {
	end := l.closing('"', false)
	if end < 0 {
		return l.unterminated()
	}
	value := strings.ReplaceAll(l.src[l.pos+1:end-1], `""`, `"`)
	l.advance(end)
	l.emit(QuotedIdent, value)
	return nil
}

// quotedString reads '…', in which a doubled quote stands for one and a backslash escapes.
func (l *lexer) quotedString() error {
	end := l.closing('\'', true)
	if end < 0 {
		return l.unterminated()
	}
	value := unescape(l.src[l.pos+1 : end-1])
	l.advance(end)
	l.emit(String, value)
	return nil
}

// closing returns the offset after the quote that closes the one at pos, or -1.
func (l *lexer) closing(quote byte, escapes bool) int {
	for i := l.pos + 1; i < len(l.src); i++ {
		switch {
		case escapes && l.src[i] == '\\':
			i++
		case l.src[i] != quote:
		case i+1 < len(l.src) && l.src[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return -1
}

// dollarString reads $$…$$, which knows no escapes.
func (l *lexer) dollarString() error {
	end := strings.Index(l.src[l.pos+2:], "$$")
	if end < 0 {
		return l.unterminated()
	}
	value := l.src[l.pos+2 : l.pos+2+end]
	l.advance(l.pos + 2 + end + 2)
	l.emit(String, value)
	return nil
}

// unescape decodes the inside of a single-quoted string.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\'`) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\'': // The lexer saw to it that it is doubled.
			b.WriteByte('\'')
			i += 2
		case s[i] == '\\' && i+1 < len(s):
			text, size := escape(s[i+1:])
			b.WriteString(text)
			i += 1 + size
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

var simpleEscapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f"}

// escape decodes what follows a backslash and says how many bytes it used.
func escape(s string) (string, int) {
	switch c := s[0]; {
	case simpleEscapes[c] != "":
		return simpleEscapes[c], 1
	case c == 'x':
		return codePoint(s, 1, 2, 16)
	case c == 'u':
		return codePoint(s, 1, 4, 16)
	case '0' <= c && c <= '7':
		if text, size := codePoint(s, 0, 3, 8); size == 3 {
			return text, size
		}
		return "\x00", 1
	}
	_, size := utf8.DecodeRuneInString(s)
	return s[:size], size
}

// codePoint decodes width digits of s after skip bytes. Without them the escaped character stands for itself.
func codePoint(s string, skip, width, base int) (string, int) {
	if len(s) < skip+width {
		return s[:1], 1
	}
	n, err := strconv.ParseUint(s[skip:skip+width], base, 32)
	if err != nil {
		return s[:1], 1
	}
	return string(rune(n)), skip + width
}

// stage reads @ with the name, which may be quoted in parts, and the path after it.
func (l *lexer) stage() error {
	end := l.pos + 1
	for end < len(l.src) {
		c := l.src[end]
		switch {
		case c == '"':
			closing := (&lexer{src: l.src, pos: end}).closing('"', false)
			if closing < 0 {
				return l.unterminated()
			}
			end = closing
			continue
		case isIdentPart(c), c == '.', c == '~', c == '%':
		case c == '/':
			return l.stagePath(end)
		default:
			return l.stagePath(end)
		}
		end++
	}
	return l.stagePath(end)
}

// stagePath ends the stage whose name ends at from.
func (l *lexer) stagePath(from int) error {
	end := from
	if end < len(l.src) && l.src[end] == '/' {
		for end < len(l.src) && !isSpace(l.src[end]) && !strings.ContainsRune("(),;'\"", rune(l.src[end])) {
			end++
		}
	}
	value := l.src[l.pos+1 : end]
	l.advance(end)
	l.emit(Stage, value)
	return nil
}
