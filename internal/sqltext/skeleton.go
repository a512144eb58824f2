package sqltext

// Rewrite replaces every reference to a mapping's source by its target.
func Rewrite(def Definition, opts Options) (Result, error) {
	return Result{Text: def.Text}, nil
}

// References lists every object that a definition names.
func References(def Definition) []Reference { return nil }

// ParseHeader reads the beginning of a CREATE statement as GET_DDL prints it.
func ParseHeader(ddl string) (Header, error) { return Header{}, nil }

// Rebuild returns the statement with a new opening, name and extra clauses.
func (h Header) Rebuild(opening string, name Name, clauses string) (string, error) { return "", nil }

// Body returns the text from AsOffset without the closing semicolon.
func (h Header) Body() string { return "" }

// Condition returns the text of a task's WHEN or an alert's IF (EXISTS (…)).
func (h Header) Condition() string { return "" }

// Node is an object and the names that it needs.
type Node struct {
	Name  Name
	Needs []Name
}

// Order returns the indices of nodes so that each comes after what it needs,
// and the groups that need each other.
func Order(nodes []Node) (order []int, cycles [][]int) { return nil, nil }

// Token is one piece of a text.
type Token struct {
	Kind  TokenKind
	Text  string
	Start int
}

// TokenKind classifies tokens.
type TokenKind uint8

// Lex cuts text into tokens.
func Lex(text string) []Token { return nil }
