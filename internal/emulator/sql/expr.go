package sql

// Pos is where a node starts, as Snowflake prints it: the line counts from 1, the column from 0.
type Pos struct {
	Line   int
	Column int
}

// At returns the position itself, so that a node that embeds a Pos is an Expr.
func (p Pos) At() Pos { return p }

// Expr is an expression: one of the pointer types of this file.
type Expr interface{ At() Pos }

// LiteralKind says what a Literal is.
type LiteralKind int

// The kinds of literal.
const (
	NullLiteral LiteralKind = iota
	BoolLiteral
	NumberLiteral
	StringLiteral
)

// Literal is a constant. Text is the decoded string, the number as written, or TRUE or FALSE.
type Literal struct {
	Pos
	Kind LiteralKind
	Text string
}

// Interval is INTERVAL 'text'.
type Interval struct {
	Pos
	Text string
}

// ColumnRef names a column in one to four parts, or a sequence's NEXTVAL.
type ColumnRef struct {
	Pos
	Name []string
}

// Positional is $n or t.$n.
type Positional struct {
	Pos
	Table []string
	Index int // From 1.
}

// VariableRef is a session variable, $name.
type VariableRef struct {
	Pos
	Name string
}

// BindRef is ?, :1 or :name. Question marks have their number as name.
type BindRef struct {
	Pos
	Name string
}

// StageRef is a stage as an argument of a function, without its @.
type StageRef struct {
	Pos
	Path string
}

// Star is * or t.* with its modifiers.
type Star struct {
	Pos
	Table   []string
	Ilike   string // Pattern, empty for none.
	Exclude []string
	Replace []Item
	Rename  []Rename
}

// Rename is one pair of * RENAME.
type Rename struct{ From, To string }

// Unary is a prefix operator: -, +, NOT, PRIOR, CONNECT_BY_ROOT or ** (spread).
type Unary struct {
	Pos
	Op string
	X  Expr
}

// Binary is an infix operator: arithmetic, ||, a comparison (<> for !=), AND or OR.
type Binary struct {
	Pos
	Op   string
	L, R Expr
}

// Case is CASE [Operand] WHEN … THEN … [ELSE …] END.
type Case struct {
	Pos
	Operand Expr // Nil in the searched form.
	Whens   []When
	Else    Expr // Nil for none.
}

// When is one branch of a Case.
type When struct{ Cond, Result Expr }

// Cast is CAST, TRY_CAST, X::Type, or a typed literal such as DATE '…'.
type Cast struct {
	Pos
	X    Expr
	Type Type
	Try  bool
}

// In is X [NOT] IN (list) or (query).
type In struct {
	Pos
	X     Expr
	Not   bool
	List  []Expr
	Query *Query // Nil for a list.
}

// Between is X [NOT] BETWEEN Low AND High.
type Between struct {
	Pos
	X, Low, High Expr
	Not          bool
}

// Like is X [NOT] LIKE, ILIKE or RLIKE (also written REGEXP) one or several patterns.
type Like struct {
	Pos
	Op       string
	X        Expr
	Not      bool
	Quant    string // ANY, ALL or empty.
	Patterns []Expr
	Query    *Query // Patterns of LIKE ANY (SELECT …), else nil.
	Escape   Expr   // Nil for none.
}

// Is is X IS [NOT] NULL, TRUE or FALSE.
type Is struct {
	Pos
	X    Expr
	Not  bool
	What string
}

// IsDistinct is L IS [NOT] DISTINCT FROM R.
type IsDistinct struct {
	Pos
	L, R Expr
	Not  bool
}

// Exists is EXISTS (query).
type Exists struct {
	Pos
	Query *Query
}

// Subquery is a query in parentheses used as a value.
type Subquery struct {
	Pos
	Query *Query
}

// Quantified is L op ANY or ALL (query).
type Quantified struct {
	Pos
	L     Expr
	Op    string
	All   bool
	Query *Query
}

// Tuple is (a, b, …) with more than one element.
type Tuple struct {
	Pos
	Items []Expr
}

// Path is X:a.b[0], the access into semi-structured data.
type Path struct {
	Pos
	X     Expr
	Steps []Step
}

// Step is one element of a Path: an index in brackets, or a field name, which is case-sensitive.
type Step struct {
	Field string
	Index Expr // Nil for a field.
}

// Array is [a, b].
type Array struct {
	Pos
	Items []Expr
}

// Object is {'a': 1} or {*}.
type Object struct {
	Pos
	Fields []Field
	Star   *Star // Nil unless {*}.
}

// Field is one pair of an Object.
type Field struct {
	Key   string
	Value Expr
}

// Lambda is x -> body, as an argument of a function.
type Lambda struct {
	Pos
	Params []string
	Body   Expr
}

// Collate is X COLLATE 'name'.
type Collate struct {
	Pos
	X    Expr
	Name string
}

// Call is a function call. A function used without parentheses, as CURRENT_DATE, has Bare set.
type Call struct {
	Pos
	Name     []string
	Args     []Arg
	Bare     bool
	Distinct bool
	Order    []OrderItem // Of WITHIN GROUP.
	Nulls    string      // IGNORE, RESPECT or empty.
	Over     *Window     // Nil for none.
}

// Arg is one argument; Name is empty unless it is passed as name => value.
type Arg struct {
	Name  string
	Value Expr
}

// Window is the inside of OVER (…).
type Window struct {
	Partition []Expr
	Order     []OrderItem
	Frame     *Frame // Nil for the default.
}

// Frame is the ROWS, RANGE or GROUPS part of a Window.
type Frame struct {
	Unit       string
	Start, End Bound
}

// Bound is one end of a Frame.
type Bound struct {
	Offset    Expr // Nil for UNBOUNDED and CURRENT ROW.
	Unbounded bool
	Following bool // Else PRECEDING, or CURRENT ROW when neither Offset nor Unbounded is set.
}

// OrderItem is one element of an ORDER BY.
type OrderItem struct {
	Expr       Expr
	Desc       bool
	NullsFirst bool // Resolved: Snowflake's default is last ascending, first descending.
	All        bool // ORDER BY ALL: every output column. Expr is nil.
}
