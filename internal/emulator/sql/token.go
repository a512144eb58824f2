package sql

// Kind says what a token is.
type Kind int

// The kinds of token.
const (
	// EOF ends every token list. Its position is the end of the source.
	EOF Kind = iota
	// Ident is an unquoted word, keyword or not. Its Value is folded to upper case, ASCII letters only (N1).
	Ident
	// QuotedIdent is a "quoted" identifier. Its Value is exact.
	QuotedIdent
	// String is '…' or $$…$$. Its Value is decoded.
	String
	// Number is an unsigned numeric literal.
	Number
	// Op is punctuation, longest match. A byte that no Snowflake token starts with is an Op too, for a parser to refuse.
	Op
	// Variable is $x or $1. Its Value is the name without the dollar sign, folded.
	Variable
	// Bind is ? or :1. Its Value is the number; question marks are counted from 1.
	Bind
	// Stage is @… up to the end of its path. Its Value is the text after the @.
	Stage
)

// Token is one lexical element of a statement.
type Token struct {
	Kind  Kind
	Text  string // As written.
	Value string // What it means: see Kind.
	Line  int    // 1-based.
	Col   int    // 1-based, in characters.
	Start int    // Byte offset of the first byte.
	End   int    // Byte offset after the last byte.
}

// Is reports whether the token is the unquoted word given in upper case.
func (t Token) Is(word string) bool { return t.Kind == Ident && t.Value == word }

// IsOp reports whether the token is the punctuation op.
func (t Token) IsOp(op string) bool { return t.Kind == Op && t.Text == op }

// pos is where the token starts, as nodes keep it.
func (t Token) pos() Pos { return Pos{t.Line, t.Col - 1} }

// Upper folds ASCII letters to upper case and leaves everything else, as Snowflake folds unquoted identifiers (N1).
func Upper(s string) string {
	for i := range len(s) {
		if 'a' <= s[i] && s[i] <= 'z' {
			return upperFrom(s, i)
		}
	}
	return s
}

func upperFrom(s string, first int) string {
	b := []byte(s)
	for i := first; i < len(b); i++ {
		if 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}
