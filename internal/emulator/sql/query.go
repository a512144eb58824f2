package sql

// Query is a whole query expression.
type Query struct {
	Pos
	With    []CTE
	Body    Body
	OrderBy []OrderItem
	Limit   Expr // Nil for none.
	Offset  Expr // Nil for none.
}

// CTE is one common table expression of WITH.
type CTE struct {
	Pos
	Name    string
	Columns []string // Empty for those of the query.
	Query   *Query
}

// Body is a *Select, a *SetOperation, a *Values or a parenthesised *Query.
type Body interface{ At() Pos }

// SetOperation joins two bodies. Op is UNION, INTERSECT or EXCEPT, which MINUS is too.
type SetOperation struct {
	Pos
	Op     string
	All    bool
	ByName bool
	Left   Body
	Right  Body
}

// Values is VALUES (…), (…).
type Values struct {
	Pos
	Rows [][]Expr
}

// Select is one SELECT block.
type Select struct {
	Pos
	Distinct  bool
	Top       Expr // Nil for none.
	Items     []Item
	From      TableExpr // Nil for none; a comma list is a tree of cross joins.
	Where     Expr
	StartWith Expr
	ConnectBy Expr
	GroupBy   *GroupBy // Nil for none.
	Having    Expr
	Qualify   Expr
}

// Item is one element of a select list.
type Item struct {
	Expr  Expr // May be a *Star.
	Alias string
	Text  string // The expression as written.
}

// GroupBy holds the grouping elements. All is GROUP BY ALL.
type GroupBy struct {
	All      bool
	Elements []GroupElement
}

// GroupElement is one expression, or CUBE, ROLLUP or GROUPING SETS over sets of expressions.
type GroupElement struct {
	Kind string // Empty, CUBE, ROLLUP or GROUPING SETS.
	Sets [][]Expr
}

// TableExpr is an element of FROM: one of the pointer types below.
type TableExpr interface{ At() Pos }

// Alias is the name an element of FROM goes by, empty for none, and the names given to its columns.
type Alias struct {
	Name    string
	Columns []string
}

// Table is a table, view, stream or CTE by name.
type Table struct {
	Pos
	Name    []string
	Alias   Alias
	Travel  []Travel // AT, BEFORE and END.
	Changes bool     // CHANGES (INFORMATION => …).
}

// Travel is AT or BEFORE (Kind => Value) after a table, or END of CHANGES.
type Travel struct {
	Before bool
	End    bool
	Kind   string // TIMESTAMP, OFFSET, STATEMENT, STREAM or VERSION.
	Value  Expr
}

// TableCall is TABLE(function(…)) or LATERAL FLATTEN(…).
type TableCall struct {
	Pos
	Call      *Call
	Lateral   bool
	Partition *Window // OVER (…) after a table function, nil for none.
	Alias     Alias
}

// Derived is a query in FROM.
type Derived struct {
	Pos
	Query   *Query
	Lateral bool
	Alias   Alias
}

// StageTable is @stage/path with its options in FROM.
type StageTable struct {
	Pos
	Path    string // Without the @.
	Options []Arg
	Alias   Alias
}

// Join joins two elements of FROM.
type Join struct {
	Pos
	Kind    string // INNER, LEFT, RIGHT, FULL, CROSS or ASOF.
	Natural bool
	Left    TableExpr
	Right   TableExpr
	On      Expr
	Using   []string
	Match   Expr // MATCH_CONDITION of ASOF.
}

// Sample is SAMPLE or TABLESAMPLE on an element of FROM.
type Sample struct {
	Pos
	Source TableExpr
	Size   Expr
	Rows   bool // Size is a number of rows, else a percentage.
	Block  bool // BLOCK or SYSTEM sampling.
}

// Pivot is PIVOT (aggregate FOR column IN (…)).
type Pivot struct {
	Pos
	Source  TableExpr
	Calls   []Item
	Column  []string
	Any     bool // IN (ANY …): the columns are not known before it runs.
	Values  []Item
	Query   *Query // IN (SELECT …), else nil.
	Default Expr
	Alias   Alias
}

// Unpivot is UNPIVOT (value FOR name IN (columns)).
type Unpivot struct {
	Pos
	Source       TableExpr
	Value, Label string
	Columns      []UnpivotColumn
	IncludeNulls bool
	Alias        Alias
}

// UnpivotColumn is one column of an Unpivot. Label is what the name column holds for it.
type UnpivotColumn struct {
	Name  string
	Label string
}

// MatchRecognize is kept as text: it is compiled no further than its source.
type MatchRecognize struct {
	Pos
	Source TableExpr
	Text   string
	Alias  Alias
}
