package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// The exceptions that Snowflake raises itself.
const (
	statementError  = "STATEMENT_ERROR"
	expressionError = "EXPRESSION_ERROR"
)

// raised is an exception on its way to a handler.
type raised struct {
	kind string // statementError, expressionError or the exception's name
	// exception is what RAISE named; nil for those of Snowflake.
	exception *script.Exception
	at        sql.Pos
	cause     *Error
}

// Error words the exception as a client sees it when nobody handles it.
func (r *raised) Error() string { return r.uncaught().Error() }

// uncaught is the error that ends a script (E5).
func (r *raised) uncaught() *Error {
	return &Error{
		Code: r.cause.Code, State: r.cause.State,
		Message: fmt.Sprintf("Uncaught exception of type '%s' on line %d at position %d : %s", r.kind, r.at.Line, r.at.Column, r.cause.Message),
	}
}

// final reports whether no handler may have it: what the emulator cannot do
// must not be taken for an error that the script expects.
func (r *raised) final() bool { return r.cause.Code == 2 && r.cause.State == "0A000" }

// raise makes an exception of an error. The end of the context is none.
func raise(kind string, at sql.Pos, err error) error {
	if err == nil {
		return nil
	}
	if already, ok := errors.AsType[*raised](err); ok {
		return already
	}
	known, ok := errors.AsType[*Error](clientError(err))
	if !ok {
		return err
	}
	return &raised{kind: kind, at: at, cause: known}
}

// raiseDeclared makes an exception of what RAISE names.
func raiseDeclared(at sql.Pos, e *script.Exception) error {
	return &raised{kind: e.Name, exception: e, at: at, cause: &Error{Code: e.Code, State: "P0001", Message: e.Message}}
}

// ended makes of an exception the error of the whole script.
func ended(err error) error {
	if r, ok := errors.AsType[*raised](err); ok {
		return r.uncaught()
	}
	return err
}

// guard is a block whose statements run: its handlers and what they see.
type guard struct {
	handlers []script.Handler
	names    *locals
	outer    *guard
}

// handler finds what the block does about an exception; nil for nothing.
func (g *guard) handler(r *raised) *script.Handler {
	if r.final() {
		return nil
	}
	for i, h := range g.handlers {
		if slices.ContainsFunc(h.Names, func(name string) bool { return g.catches(name, r) }) {
			return &g.handlers[i]
		}
	}
	return nil
}

// catches reports whether a name after WHEN means the exception.
func (g *guard) catches(name string, r *raised) bool {
	if d := g.names.find(name); d != nil && d.exception != nil {
		return d.exception == r.exception
	}
	return name == "OTHER" || r.exception == nil && name == r.kind
}

// stopped reports whether an error is the end of the context.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// errTooDeep ends procedures that call one another without end.
func errTooDeep() *Error {
	return &Error{Code: 100183, State: "P0000", Message: fmt.Sprintf(
		"Stored procedure execution error: the maximum depth of %d nested calls is exceeded.", maxCallDepth)}
}
