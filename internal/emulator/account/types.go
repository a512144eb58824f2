package account

import (
	"fmt"
	"time"
)

// Options says how an account starts.
type Options struct {
	// Name is what CURRENT_ACCOUNT() answers. Empty means EMULATOR.
	Name string
	// Now is the account's clock. Nil means time.Now.
	Now func() time.Time
	// Switches choose between behaviours that Snowflake does not document.
	Switches Switches
}

// Login methods of Credentials.
const (
	MethodPassword         = "PASSWORD"
	MethodKeyPair          = "KEY_PAIR"
	MethodAccessToken      = "PROGRAMMATIC_ACCESS_TOKEN"
	MethodOAuth            = "OAUTH"
	MethodWorkloadIdentity = "WORKLOAD_IDENTITY"
)

// Credentials are what a client shows when it logs in.
type Credentials struct {
	// Method is one of the Method constants.
	Method string
	// User is the login name. It may be empty where the token names the user.
	User string
	// Password is used with MethodPassword only.
	Password string
	// Token is the JWT or opaque token of every other method.
	Token string
}

// Context is the role, warehouse and current container of a session. Names
// are in stored form; empty means that none is set.
type Context struct {
	Role, Warehouse, Database, Schema string
}

// Binding is one value bound to a placeholder, as the driver sends it.
type Binding struct {
	// Type is the driver's word: FIXED, REAL, TEXT, BOOLEAN, DATE, TIME,
	// TIMESTAMP_NTZ, TIMESTAMP_LTZ, TIMESTAMP_TZ or BINARY.
	Type string
	// Value is the value in the driver's encoding; nil is NULL.
	Value *string
	// Values holds an array binding: one row of an INSERT per element.
	Values []*string
}

// Request is one statement to run.
type Request struct {
	// SQL is a single statement; a trailing semicolon is allowed.
	SQL string
	// QueryID is the id under which the statement is remembered. Empty lets
	// the account choose one.
	QueryID string
	// Tag is the QUERY_TAG of this statement alone; it wins over the
	// session's parameter.
	Tag string
	// Parameters are session parameters that hold for this statement only.
	Parameters map[string]string
	// Bindings are keyed by the placeholder's name or by "1", "2", ….
	Bindings map[string]Binding
	// DescribeOnly asks for the columns and changes nothing.
	DescribeOnly bool
}

// Column describes one column of a result.
type Column struct {
	Name string
	// Type is the wire's word: text, fixed, real, boolean, date, time,
	// timestamp_ltz, timestamp_ntz, timestamp_tz, variant, array, object or
	// binary.
	Type                     string
	Precision, Scale, Length int64
	Nullable                 bool
}

// Result is what a statement answers. Cells are in the driver's JSON
// encoding; nil is NULL.
type Result struct {
	Columns []Column
	Rows    [][]*string
	// StatementType is the number that tells drivers how to read the result.
	StatementType int64
	// Binds is how many binds a statement has that was only described.
	Binds int
}

// Statement types as the drivers know them.
const (
	TypeSelect       int64 = 0x1000
	TypeExecute      int64 = 0x2000
	TypeInsert       int64 = 0x3100
	TypeUpdate       int64 = 0x3200
	TypeDelete       int64 = 0x3300
	TypeMerge        int64 = 0x3400
	TypeAlterSession int64 = 0x4100
	TypeUse          int64 = 0x4300
	TypeShow         int64 = 0x4400
	TypeDescribe     int64 = 0x4500
	TypeTransaction  int64 = 0x5000
	TypeDDL          int64 = 0x6000
)

// Error is an answer of the account that a client sees as an error of
// Snowflake: a number, an SQLSTATE and a text.
type Error struct {
	Code    int
	State   string
	Message string
}

// Error prints the error as drivers do, for example
// "002003 (02000): SQL compilation error: …".
func (e *Error) Error() string {
	return fmt.Sprintf("%06d (%s): %s", e.Code, e.State, e.Message)
}

// Origin tells which session brought an object into being. The record outlives
// the object.
type Origin struct {
	// Kind is the object's kind as SHOW GRANTS spells it, for example TABLE.
	Kind string
	// Name is the qualified name that the object had when it was made.
	Name       string
	CreatedOn  time.Time
	SessionID  int64
	User, Role string
	QueryID    string
	// Dropped is the moment when the object was dropped; zero while it lives.
	Dropped time.Time
}
