package sql

import (
	"fmt"
	"unicode/utf8"
)

// maxNear bounds what a SyntaxError repeats of the statement, in bytes.
const maxNear = 80

// SyntaxError is text that is not Snowflake SQL. It reaches a client as 001003 (42000).
type SyntaxError struct {
	Line int    // 1-based.
	Pos  int    // 0-based, in characters, as Snowflake counts positions.
	Near string // The unexpected token as written, "<EOF>" at the end of the statement.
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("syntax error line %d at position %d unexpected '%s'.", e.Line, e.Pos, e.Near)
}

// DepthError is a statement nested deeper, or with longer chains of operators, than the parser follows.
type DepthError struct {
	Line int // 1-based.
	Pos  int // 0-based, in characters.
}

func (e *DepthError) Error() string {
	return fmt.Sprintf("error line %d at position %d: statement is nested too deeply", e.Line, e.Pos)
}

// unexpected makes the error for a token that may not stand where it stands.
func unexpected(t Token) *SyntaxError {
	return &SyntaxError{Line: t.Line, Pos: t.Col - 1, Near: near(t)}
}

func near(t Token) string {
	if t.Kind == EOF {
		return "<EOF>"
	}
	if len(t.Text) <= maxNear {
		return t.Text
	}
	cut := maxNear
	for cut > 0 && !utf8.RuneStart(t.Text[cut]) {
		cut--
	}
	return t.Text[:cut]
}
