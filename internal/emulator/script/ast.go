package script

import "github.com/snowclone-dev/snowclone/internal/emulator/sql"

// Statement is one statement of a block: one of the pointer types of this file.
type Statement interface{ At() sql.Pos }

// Block is [DECLARE …] BEGIN … [EXCEPTION …] END. A statement that stands alone is the only one of a Block without the
// rest.
type Block struct {
	sql.Pos
	Declarations []Statement
	Body         []Statement
	Handlers     []Handler
}

// Handler is WHEN … THEN … of EXCEPTION. Names holds OTHER, STATEMENT_ERROR, EXPRESSION_ERROR or declared exceptions.
type Handler struct {
	Names    []string
	Continue bool // Go on after the statement that failed rather than leave the block.
	Body     []Statement
}

// SQL is a statement in SQL, CALL included. Into names the variables that take its row.
type SQL struct {
	sql.Pos
	Text string // As written, with blanks in place of INTO and its variables.
	Into []string
}

// Dynamic is EXECUTE IMMEDIATE text [USING (…)].
type Dynamic struct {
	sql.Pos
	Text  sql.Expr
	Using []sql.Expr
}

// Variable declares a variable, by LET or in DECLARE.
type Variable struct {
	sql.Pos
	Name string
	Type sql.Type // Zero where it is inferred from the value.
	Init sql.Expr // Nil for NULL.
}

// ResultSet declares a RESULTSET. Query is nil, *SQL or *Dynamic.
type ResultSet struct {
	sql.Pos
	Name  string
	Query Statement
}

// Cursor declares a cursor for a query, or for the result set From where Query is nil.
type Cursor struct {
	sql.Pos
	Name  string
	Query *SQL
	From  string
}

// Exception declares an exception.
type Exception struct {
	sql.Pos
	Name    string
	Code    int
	Message string
}

// Assign is name := value. Query is what stands in the parentheses of name := (statement), which is for result sets;
// Value is nil where that is no expression.
type Assign struct {
	sql.Pos
	Name  string
	Value sql.Expr
	Query Statement
}

// If is IF … ELSEIF … ELSE, or a CASE statement without an operand.
type If struct {
	sql.Pos
	Branches []Branch
	Else     []Statement
}

// Case is CASE operand WHEN value THEN ….
type Case struct {
	sql.Pos
	Operand  sql.Expr
	Branches []Branch
	Else     []Statement
}

// Branch is one condition of an If or value of a Case, and what follows from it.
type Branch struct {
	When sql.Expr
	Body []Statement
}

// For counts a variable from Start to End, or down from End to Start.
type For struct {
	sql.Pos
	Name       string
	Start, End sql.Expr
	Reverse    bool
	Body       []Statement
	Label      string // Empty for none.
}

// ForEach walks the rows of a cursor or result set.
type ForEach struct {
	sql.Pos
	Name, Source string
	Body         []Statement
	Label        string
}

// Loop is LOOP, WHILE or REPEAT.
type Loop struct {
	sql.Pos
	While sql.Expr // Checked before each round; nil for none.
	Until sql.Expr // Checked after each round; nil for none.
	Body  []Statement
	Label string
}

// Leave is BREAK or CONTINUE, of the loop with the label or the innermost.
type Leave struct {
	sql.Pos
	Continue bool
	Label    string
}

// Return ends the script. Table names a result set or, with FromCursor, a cursor; without it the answer is Value, nil
// for nothing.
type Return struct {
	sql.Pos
	Value      sql.Expr
	Table      string
	FromCursor bool
}

// Raise raises a declared exception, or the one that is being handled where Name is empty.
type Raise struct {
	sql.Pos
	Name string
}

// Open runs the query of a cursor.
type Open struct {
	sql.Pos
	Cursor string
	Using  []sql.Expr
}

// Fetch takes the next row of a cursor.
type Fetch struct {
	sql.Pos
	Cursor string
	Into   []string
}

// Close forgets the rows of a cursor.
type Close struct {
	sql.Pos
	Cursor string
}

// Null does nothing.
type Null struct{ sql.Pos }

// Unsupported is what Snowflake has and this package only skips. Running it must fail.
type Unsupported struct {
	sql.Pos
	What string
}
