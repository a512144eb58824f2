package query

import (
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Error is an error of compiling or evaluating, as Snowflake numbers and words it.
type Error struct {
	Code    int    // 904 for 000904.
	State   string // SQLSTATE.
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%06d (%s): %s", e.Code, e.State, e.Message) }

// compilation makes an error that names the position of a node.
func compilation(code int, state string, at sql.Pos, format string, args ...any) error {
	place := fmt.Sprintf("SQL compilation error: error line %d at position %d\n", at.Line, at.Column)
	return &Error{Code: code, State: state, Message: place + fmt.Sprintf(format, args...)}
}

// compilationPlain makes an error that names no position.
func compilationPlain(code int, state string, format string, args ...any) error {
	return &Error{Code: code, State: state, Message: "SQL compilation error:\n" + fmt.Sprintf(format, args...)}
}

func execution(code int, state string, format string, args ...any) error {
	return &Error{Code: code, State: state, Message: fmt.Sprintf(format, args...)}
}

// Unsupported is the error for what compiles and cannot be evaluated.
func Unsupported(what string) error {
	return &Error{Code: 2, State: "0A000", Message: fmt.Sprintf("Unsupported feature '%s'.", what)}
}

// InvalidIdentifier is the error for a column that does not exist.
func InvalidIdentifier(at sql.Pos, name []string) error {
	return compilation(904, "42000", at, "invalid identifier '%s'", sql.FormatName(name))
}
