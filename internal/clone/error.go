package clone

import (
	"errors"
	"fmt"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// Error is a failure of a stage.
type Error struct {
	// Reason is the condition's reason, one of the constants in v1alpha1.
	Reason string
	// Terminal says that trying again changes nothing until somebody acts. Everything else is tried again with back-off.
	Terminal bool
	// Message, if set, is what the condition says instead of Err's text: what is wrong and what to do about it.
	Message string
	// Err is the cause.
	Err error
}

// Error is the message for logs and conditions.
func (e *Error) Error() string {
	switch {
	case e.Message != "":
		return e.Message
	case e.Err != nil:
		return e.Err.Error()
	default:
		return e.Reason
	}
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Terminalf makes an error that stays until somebody acts.
func Terminalf(reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Terminal: true, Err: fmt.Errorf(format, args...)}
}

// Transientf makes an error that may pass by itself.
func Transientf(reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Err: fmt.Errorf(format, args...)}
}

// lookAgain makes a refusal pass by itself that says no more than that a CREATE, DROP or RENAME of ours may have taken
// effect already: the driver sends a statement once more when its answer was lost. The next call looks what is there.
func lookAgain(err error) error {
	switch snowflake.ClassOf(err) {
	case snowflake.NotFound, snowflake.AlreadyExists:
		return &Error{Reason: v1alpha1.ReasonStatementFailed, Err: err}
	default:
		return err
	}
}

// Classify finds the reason for an error and says whether trying again can help. A step's own judgement stands; a refusal
// by Snowflake is judged by its number alone; anything else may pass by itself. Of several errors at once, one that may
// pass decides: what is terminal among them will still be there next time.
func Classify(err error) *Error {
	worst := &Error{Reason: v1alpha1.ReasonInternalError}
	for i, leaf := range leaves(err) {
		judged := judge(leaf)
		if i == 0 || worst.Terminal && !judged.Terminal {
			worst = judged
		}
	}
	return &Error{Reason: worst.Reason, Terminal: worst.Terminal, Err: err}
}

// leaves are the errors that were joined, each with what was wrapped around it alone.
func leaves(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, leaves(one)...)
		}
		return all
	}
	if inner := errors.Unwrap(err); inner != nil {
		if below := leaves(inner); len(below) > 1 {
			return below
		}
	}
	return []error{err}
}

// judge finds the reason for one error.
func judge(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return &Error{Reason: known.Reason, Terminal: known.Terminal, Err: err}
	}
	if _, ok := errors.AsType[*snowflake.Error](err); !ok {
		return &Error{Reason: v1alpha1.ReasonInternalError, Err: err}
	}
	judgement := judgements[snowflake.ClassOf(err)]
	judgement.Err = err
	return &judgement
}

// judgements is the allow-list of what is terminal; what is not in it is tried again.
var judgements = map[snowflake.Class]Error{
	snowflake.Unavailable:      {Reason: v1alpha1.ReasonSnowflakeUnavailable},
	snowflake.Throttled:        {Reason: v1alpha1.ReasonSnowflakeUnavailable},
	snowflake.SessionLost:      {Reason: v1alpha1.ReasonSnowflakeUnavailable},
	snowflake.Timeout:          {Reason: v1alpha1.ReasonSnowflakeUnavailable},
	snowflake.Canceled:         {Reason: v1alpha1.ReasonStatementFailed},
	snowflake.ConcurrentChange: {Reason: v1alpha1.ReasonSourceChanging},
	snowflake.LoginRefused:     {Reason: v1alpha1.ReasonLoginRefused, Terminal: true},
	snowflake.Privilege:        {Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true},
	snowflake.NotFound:         {Reason: v1alpha1.ReasonStatementFailed, Terminal: true},
	snowflake.AlreadyExists:    {Reason: v1alpha1.ReasonStatementFailed, Terminal: true},
	snowflake.Syntax:           {Reason: v1alpha1.ReasonStatementFailed, Terminal: true},
	snowflake.Other:            {Reason: v1alpha1.ReasonStatementFailed, Terminal: true},
}
