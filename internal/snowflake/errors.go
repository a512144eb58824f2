package snowflake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// maxMessage is the length in bytes to which messages of the server and the driver are cut.
const maxMessage = 1000

// sqlStateLength is the length of every SQLSTATE.
const sqlStateLength = 5

// Error is a refusal by Snowflake, or a failure to reach it. It wraps the driver's error.
type Error struct {
	// Number is Snowflake's error number, such as 2003, or the driver's own, from 260000 on. Zero when there is none.
	Number int
	// State is the SQLSTATE, five characters, often empty.
	State string
	// Message is the text of the server or the driver, cut to 1,000 bytes. It holds no secret.
	Message string
	// QueryID names the statement in QUERY_HISTORY; empty when the server never gave one.
	QueryID string

	cause error
	// class is used where there is no number to judge by: lost connections, ended contexts, panics.
	class Class
	// login says that the error came from opening a session and not from a statement.
	login bool
}

// Error prints the number as Snowflake's documentation writes it: "002003 (02000): …".
func (e *Error) Error() string {
	switch {
	case e.Number == 0:
		return e.Message
	case e.State == "":
		return fmt.Sprintf("%06d: %s", e.Number, e.Message)
	default:
		return fmt.Sprintf("%06d (%s): %s", e.Number, e.State, e.Message)
	}
}

// Unwrap gives the driver's error, or the context's.
func (e *Error) Unwrap() error { return e.cause }

// newError turns whatever the driver returned into an *Error. A nil error stays nil.
func newError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if ctx.Err() != nil {
		return contextError(ctx, err)
	}
	if refused, ok := errors.AsType[*sf.SnowflakeError](err); ok {
		return fromDriver(refused)
	}
	return &Error{Message: cut(err.Error()), cause: err, class: transportClass(err)}
}

// contextError reports a call that ended because its context did: the outcome at the server is not known.
func contextError(ctx context.Context, err error) *Error {
	class := Canceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		class = Timeout
	}
	why := context.Cause(ctx)
	if err != nil && !errors.Is(err, ctx.Err()) {
		why = errors.Join(why, err)
	}
	if !errors.Is(why, ctx.Err()) {
		why = errors.Join(ctx.Err(), why)
	}
	return &Error{Message: cut(strings.ReplaceAll(why.Error(), "\n", ": ")), cause: why, class: class}
}

// fromDriver copies the fields of the driver's error. Its message is a format with arguments for the driver's own
// numbers, and plain text for the server's.
func fromDriver(refused *sf.SnowflakeError) *Error {
	message := refused.Message
	if len(refused.MessageArgs) > 0 {
		message = fmt.Sprintf(refused.Message, refused.MessageArgs...)
	}
	state := refused.SQLState
	if len(state) != sqlStateLength {
		state = "" // The driver says "-1" where the server gave none.
	}
	return &Error{
		Number:  refused.Number,
		State:   state,
		Message: cut(message),
		QueryID: refused.QueryID,
		cause:   refused,
	}
}

// panicError reports a panic of the driver: it is known to index result sets that are empty.
func panicError(cause any) *Error {
	return &Error{Message: cut(fmt.Sprintf("the driver panicked: %v", cause)), class: Other}
}

// HasNumber says whether err is or wraps an *Error with Snowflake's error number n, given without leading zeros.
func HasNumber(err error, n int) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.Number == n
}

// cut shortens a message to maxMessage bytes without splitting a character.
func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	end := maxMessage - len("…")
	for end > 0 && !utf8.RuneStart(message[end]) {
		end--
	}
	return cmp.Or(message[:end], "") + "…"
}
