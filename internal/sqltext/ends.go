package sqltext

import (
	"strings"
	"unicode/utf8"
)

func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		switch {
		case isIdentPart(text[i]):
			i++
		case text[i] >= utf8.RuneSelf && letterSize(text, i) > 0:
			i += letterSize(text, i)
		default:
			return i
		}
	}
	return i
}

// stringEnd returns the end of the string literal that opens at i, and whether
// it is closed.
func stringEnd(text string, i int) (int, bool) {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			if i+1 < len(text) && text[i+1] == '\'' {
				i++
				continue
			}
			return i + 1, true
		}
	}
	return len(text), false
}

// quotedIdentEnd returns the end of the quoted identifier that opens at i, and
// whether it is closed.
func quotedIdentEnd(text string, i int) (int, bool) {
	for i++; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		return i + 1, true
	}
	return len(text), false
}

func lineEnd(text string, i int) int {
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

// pathEnd returns where a stage's path ends: at a blank or a sign that cannot be
// part of one.
func pathEnd(text string, i int) int {
	for i < len(text) && !isBlank(text[i]) && strings.IndexByte(",;()'", text[i]) < 0 {
		i++
	}
	return i
}
