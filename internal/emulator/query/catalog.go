package query

import (
	"context"
	"errors"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Catalog is what a query sees of the account with the rights of one role, in one database and schema. Its errors reach
// the client untouched, except ErrUnknownFunction.
type Catalog interface {
	// Relation resolves a table or view by its name of one to three parts, as stored.
	Relation(name []string) (Relation, error)
	// Function resolves a function that this package does not have: user-defined functions, context functions such as
	// CURRENT_ROLE and CURRENT_TIMESTAMP, SYSTEM$ functions and GET_DDL. It answers ErrUnknownFunction when the account
	// has none of that name, which is then reported as 002140 or 002141. Overloads differ by the types of their arguments.
	Function(name []string, args []Passed) (Function, error)
	// TableFunction resolves TABLE(name(args)), for instance INFORMATION_SCHEMA.POLICY_REFERENCES or RESULT_SCAN.
	TableFunction(name []string, args []Arg) (Relation, error)
	// Sequence resolves the sequence of seq.NEXTVAL and GETNEXTVAL(seq).
	Sequence(name []string) (Sequence, error)
	// Stage checks a stage named as written after its @, without the path: db.s.stage, ~ or %table.
	Stage(name string) error
}

// ErrUnknownFunction is a Catalog's answer for a function that the account does not have.
var ErrUnknownFunction = errors.New("unknown function")

// Relation is a table or view that may be read.
type Relation interface {
	// Columns lists the columns in order. Nil means that they are not known; any column name then resolves.
	Columns() []Column
	// Rows returns the rows, one Value for each column. The caller does not change them.
	Rows(ctx context.Context) ([][]Value, error)
}

// Named is a Relation that knows its full name, by which columns may then be qualified whatever the query wrote.
type Named interface {
	Relation
	// FullName is the name in three parts, as stored.
	FullName() []string
}

// Historical is a Relation that can be read as of an earlier moment, by AT or BEFORE.
type Historical interface {
	Relation
	// AsOf returns the relation at the moment. Columns are those of that moment.
	AsOf(m Moment) (Relation, error)
}

// Moment is a point in time of AT or BEFORE (Kind => Value).
type Moment struct {
	Before bool
	Kind   string // TIMESTAMP, OFFSET, STATEMENT or STREAM.
	Value  Value
}

// Column is one column of a relation or of a plan.
type Column struct {
	Name     string
	Type     sql.Type // Zero where it is not known.
	Nullable bool
}

// Function is a scalar function of the account.
type Function struct {
	// Params names the parameters in order where arguments may be passed by name; nil where they may not.
	Params []string
	// Returns is the type of the result, zero where it is not known.
	Returns sql.Type
	// Aggregate marks a user-defined aggregate function.
	Aggregate bool
	// Call computes the result. Nil means that the function compiles and cannot be run.
	Call func(ctx context.Context, args []Value) (Value, error)
}

// Passed is what is known of an argument of a scalar function before it is computed.
type Passed struct {
	Name string   // Empty unless passed as name => value.
	Type sql.Type // Zero where it is not known.
}

// Arg is an argument of a table function.
type Arg struct {
	Name  string // Empty unless passed as name => value.
	Value Value
	Known bool // False when the argument depends on a row or cannot be computed yet; Value is then null.
}

// Sequence hands out numbers.
type Sequence interface{ Next() (Value, error) }

// Binds holds what a statement takes from its request and its session.
type Binds struct {
	// Settings are those of the session.
	Settings Settings
	// Values holds binds by "1", "2", … for ? and :1, and by upper-case name for :name.
	Values map[string]Value
	// Variables holds session variables by upper-case name.
	Variables map[string]Value
	// Locals gives what a name outside of every query stands for: a variable of a script, or a field of one that holds a
	// row. Nil where there are none.
	Locals func(name []string) (Value, bool)
}
