package sqltext

// Position says what the grammar wants where a name stands.
type Position string

// The positions.
const (
	AtObject       Position = "Object"       // a table, view or other schema object
	AtFunction     Position = "Function"     // a function, procedure or method that is called
	AtSequence     Position = "Sequence"     // a sequence, by NEXTVAL
	AtColumn       Position = "Column"       // the table that a four-part column belongs to
	AtStage        Position = "Stage"        // a stage, by @
	AtSchema       Position = "Schema"       // a schema
	AtDatabase     Position = "Database"     // a database
	AtDatabaseRole Position = "DatabaseRole" // a database role
)

// Reference is a name that a definition depends on.
type Reference struct {
	// Name has empty outer parts where they were not written.
	Name     Name
	Position Position
	// Certain is false for names inside string literals of code.
	Certain bool
	// Start and End are the byte span in the definition's text.
	Start, End int
	// Line and Column, from 1, are those of Start.
	Line, Column int
}
