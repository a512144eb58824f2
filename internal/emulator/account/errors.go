package account

import (
	"errors"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// sqlError makes an error whose text opens as compilation errors do.
func sqlError(code int, state, format string, args ...any) *Error {
	return &Error{Code: code, State: state, Message: "SQL compilation error:\n" + fmt.Sprintf(format, args...)}
}

// syntaxError turns an error of the lexer or a parser into 001003; other
// errors pass through.
func syntaxError(err error) error {
	if syntax, ok := errors.AsType[*sql.SyntaxError](err); ok {
		return sqlError(1003, "42000", "%s", syntax.Error())
	}
	if depth, ok := errors.AsType[*sql.DepthError](err); ok {
		return sqlError(1003, "42000", "%s", depth.Error())
	}
	return err
}

// errNotFound says that an object is missing or must not be seen: a client
// cannot tell the two apart.
func (a *Account) errNotFound(noun, name string) *Error {
	state := "02000"
	if a.switches.TableNotFoundState42S02 && (noun == "Table" || noun == "Object") {
		state = "42S02"
	}
	return sqlError(2003, state, "%s '%s' does not exist or not authorized.", noun, name)
}

// errNoContainer answers USE, SHOW and ALTER on a container that is missing.
func errNoContainer() *Error {
	return sqlError(2043, "02000", "Object does not exist, or operation cannot be performed.")
}

// errExists says that a name is taken.
func errExists(o *object) *Error {
	name := o.plainName()
	if o.kind.routine {
		name = o.signature()
	}
	return sqlError(2002, "42710", "Object '%s' already exists.", name)
}

// errPrivilege says that a role sees an object but lacks a right.
func errPrivilege(o *object) *Error {
	name := o.name
	if o.kind.routine {
		name = o.signature()
	}
	return errPrivilegeOn(strings.ToLower(o.kind.noun), name)
}

func errPrivilegeOn(noun, name string) *Error {
	return &Error{
		Code: 3001, State: "42501",
		Message: fmt.Sprintf("SQL access control error:\nInsufficient privileges to operate on %s '%s'.", noun, name),
	}
}

// errAccess is 003001 with a text of its own.
func errAccess(format string, args ...any) *Error {
	return &Error{Code: 3001, State: "42501", Message: "SQL access control error:\n" + fmt.Sprintf(format, args...)}
}

// errWrongKind says that the name belongs to an object of another kind.
func errWrongKind(found, wanted *kind) *Error {
	return sqlError(2203, "02000", "Object found is of type '%s', not specified type '%s'.", found.words, wanted.words)
}

// errUnsupported says that Snowflake does not do this.
func errUnsupported(what string) *Error {
	return &Error{Code: 2, State: "0A000", Message: fmt.Sprintf("Unsupported feature '%s'.", what)}
}

// errInvalidValue refuses a property's value.
func errInvalidValue(value, property string) *Error {
	return sqlError(1008, "22023", "invalid value [%s] for parameter '%s'", value, property)
}

// errNoDatabase answers a statement that needs a current database.
func errNoDatabase() *Error {
	return &Error{
		Code: 90105, State: "22000",
		Message: "Cannot perform operation. This session does not have a current database. " +
			"Call 'USE DATABASE', or use a qualified name.",
	}
}

// errNoSchema answers a statement that needs a current schema.
func errNoSchema() *Error {
	return &Error{
		Code: 90106, State: "22000",
		Message: "Cannot perform operation. This session does not have a current schema. " +
			"Call 'USE SCHEMA', or use a qualified name.",
	}
}

// errNoWarehouse answers a statement that computes without a warehouse (L2).
func errNoWarehouse() *Error {
	return &Error{
		Code: 606, State: "57P03",
		Message: "No active warehouse selected in the current session.  " +
			"Select an active warehouse with the 'use warehouse' command.",
	}
}
