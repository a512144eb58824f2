package sqltext

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxIdentLength is the longest identifier that Snowflake accepts, in
// characters (N1).
const maxIdentLength = 255

// Ident is an identifier as the catalogue stores it: folded to upper case when
// it was written bare, exact when it was quoted (N1). Two identifiers name the
// same thing exactly when they are equal as strings.
type Ident string

// ParseIdent reads one SQL token, bare or "quoted", as the identifier that it
// denotes. Only ASCII letters fold. It fails on anything but one well-formed
// identifier of 1 to 255 characters.
func ParseIdent(text string) (Ident, error) {
	if text == "" {
		return "", errors.New("parse identifier: empty")
	}
	if !strings.HasPrefix(text, `"`) {
		if !isBare(text) {
			return "", fmt.Errorf("parse identifier %q: not a bare identifier, and not in double quotes", text)
		}
		return checkLength(foldASCII(text))
	}
	content, ok := unquoteIdent(text)
	if !ok {
		return "", fmt.Errorf("parse identifier %q: the double quotes do not match", text)
	}
	if content == "" {
		return "", errors.New("parse identifier: empty between its quotes")
	}
	return checkLength(content)
}

func checkLength(text string) (Ident, error) {
	if n := utf8.RuneCountInString(text); n > maxIdentLength {
		return "", fmt.Errorf("parse identifier %.20q…: %d characters, more than %d", text, n, maxIdentLength)
	}
	return Ident(text), nil
}

// SQL returns the identifier in double quotes, inner quotes doubled. It is the
// one function that quotes identifiers: what it returns means the same thing in
// every statement and whatever the identifier holds.
func (i Ident) SQL() string {
	return `"` + strings.ReplaceAll(string(i), `"`, `""`) + `"`
}

// String returns the identifier bare where that reads back as the same
// identifier, and quoted otherwise. It is for people, not for statements: a
// bare reserved word reads well and does not parse.
func (i Ident) String() string {
	if i.needsQuotes() {
		return i.SQL()
	}
	return string(i)
}

// needsQuotes tells whether the identifier is lost when it is written bare.
func (i Ident) needsQuotes() bool {
	return !isBare(string(i)) || foldASCII(string(i)) != string(i)
}

// Literal returns text as a single-quoted string literal, quotes doubled and
// backslashes escaped. It is the one function that quotes string literals.
func Literal(text string) string {
	return "'" + sqlEscaper.Replace(text) + "'"
}

var sqlEscaper = strings.NewReplacer(`'`, `''`, `\`, `\\`)

// isBare tells whether text can be written as an identifier without quotes (N1).
func isBare(text string) bool {
	if text == "" || !isIdentStart(text[0]) {
		return false
	}
	for i := 1; i < len(text); i++ {
		if !isIdentPart(text[i]) {
			return false
		}
	}
	return true
}

// byteClass says what a byte may be part of; a table of them is what the lexers
// spend their time in.
type byteClass uint8

const (
	classIdentStart byteClass = 1 << iota
	classIdentPart
	classBlank
	// classSingle is punctuation that begins no longer operator.
	classSingle
)

var byteClasses = buildByteClasses()

func buildByteClasses() (classes [256]byteClass) {
	for c := range 256 {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', b == '_':
			classes[c] = classIdentStart | classIdentPart
		case isDigit(b), b == '$':
			classes[c] = classIdentPart
		case b == ' ', '\t' <= b && b <= '\r':
			classes[c] = classBlank
		case strings.IndexByte("()[]{},;.", b) >= 0:
			classes[c] = classSingle
		}
	}
	return classes
}

func isIdentStart(c byte) bool { return byteClasses[c]&classIdentStart != 0 }

func isIdentPart(c byte) bool { return byteClasses[c]&classIdentPart != 0 }

func isBlank(c byte) bool { return byteClasses[c]&classBlank != 0 }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// foldASCII upper-cases the ASCII letters and nothing else. strings.ToUpper
// would also fold U+0131, U+017F and U+212A onto ASCII letters, and make two
// different identifiers equal.
func foldASCII(text string) string {
	i := 0
	for i < len(text) && !isLower(text[i]) {
		i++
	}
	if i == len(text) {
		return text
	}
	folded := []byte(text)
	for ; i < len(folded); i++ {
		folded[i] = upper(folded[i])
	}
	return string(folded)
}

// lowerASCII lower-cases the ASCII letters and nothing else.
func lowerASCII(text string) string {
	lowered := []byte(text)
	for i, c := range lowered {
		if 'A' <= c && c <= 'Z' {
			lowered[i] = c + ('a' - 'A')
		}
	}
	return string(lowered)
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func upper(c byte) byte {
	if isLower(c) {
		return c - ('a' - 'A')
	}
	return c
}

// unquoteIdent returns what stands between the double quotes of a token.
func unquoteIdent(text string) (string, bool) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return "", false
	}
	inner := text[1 : len(text)-1]
	if !strings.Contains(inner, `"`) {
		return inner, true
	}
	content := strings.ReplaceAll(inner, `""`, "\x00")
	if strings.Contains(content, `"`) || strings.Contains(inner, "\x00") {
		return "", false
	}
	return strings.ReplaceAll(content, "\x00", `"`), true
}
