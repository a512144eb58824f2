package sqltext

import (
	"strings"
	"unicode/utf8"
)

func wordEnd(text string, i int) int {
	for {
		for i < len(text) && isIdentPart(text[i]) {
			i++
		}
		if i >= len(text) || text[i] < utf8.RuneSelf {
			return i
		}
		size := letterSize(text, i)
		if size == 0 {
			return i
		}
		i += size
	}
}

// stringEnd returns the end of the string literal that opens at i, and whether
// it is closed.
func stringEnd(text string, i int) (int, bool) {
	quote := i
	for i++; i < len(text); {
		if quote < i {
			n := strings.IndexByte(text[i:], '\'')
			if n < 0 {
				break
			}
			quote = i + n
		}
		if n := strings.IndexByte(text[i:quote], '\\'); n >= 0 {
			i += n + 2
			continue
		}
		if quote+1 == len(text) || text[quote+1] != '\'' {
			return quote + 1, true
		}
		i = quote + 2
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
