package sql

// MaxDepth is how deep parentheses and subqueries may nest in one statement.
const MaxDepth = 1000

// Cursor walks the tokens of one statement.
type Cursor struct {
	src    string
	tokens []Token
	pos    int
	depth  int // Nesting at the cursor.
	height int // Height of the tree that was read last: see grow.
	// Lookup gives the text of a session variable or a bind, where a name is written IDENTIFIER($x) or IDENTIFIER(?)
	// (N3). Without it such a name is a syntax error.
	Lookup func(Token) (string, error)
}

// NewCursor lexes one statement. The error is a *SyntaxError.
func NewCursor(statement string) (*Cursor, error) {
	tokens, err := Lex(statement)
	if err != nil {
		return nil, err
	}
	return &Cursor{src: statement, tokens: tokens}, nil
}

// Peek returns the current token without moving.
func (c *Cursor) Peek() Token { return c.PeekAt(0) }

// PeekAt returns the token n after the current one, EOF beyond the end.
func (c *Cursor) PeekAt(n int) Token {
	if i := c.pos + n; i < len(c.tokens) {
		return c.tokens[i]
	}
	return c.tokens[len(c.tokens)-1]
}

// Next returns the current token and moves past it, except past EOF.
func (c *Cursor) Next() Token {
	t := c.Peek()
	if t.Kind != EOF {
		c.pos++
	}
	return t
}

// AtEnd reports whether only EOF, or semicolons before it, is left.
func (c *Cursor) AtEnd() bool {
	n := 0
	for c.PeekAt(n).IsOp(";") {
		n++
	}
	return c.PeekAt(n).Kind == EOF
}

// Looking reports whether the keyword sequence stands at the cursor.
func (c *Cursor) Looking(words ...string) bool {
	for i, word := range words {
		if !c.PeekAt(i).Is(Upper(word)) {
			return false
		}
	}
	return true
}

// Accept moves past the whole keyword sequence if it stands at the cursor. A quoted identifier is never a keyword.
func (c *Cursor) Accept(words ...string) bool {
	if !c.Looking(words...) {
		return false
	}
	c.pos += len(words)
	return true
}

// AcceptAny moves past the current word if it is one of words, and returns it in upper case, else "".
func (c *Cursor) AcceptAny(words ...string) string {
	for _, word := range words {
		if c.Accept(word) {
			return Upper(word)
		}
	}
	return ""
}

// Expect moves past the keyword sequence or reports the first token that differs.
func (c *Cursor) Expect(words ...string) error {
	for _, word := range words {
		if !c.Accept(word) {
			return c.Unexpected()
		}
	}
	return nil
}

// LookingOp reports whether the punctuation stands at the cursor.
func (c *Cursor) LookingOp(op string) bool { return c.Peek().IsOp(op) }

// AcceptOp moves past the punctuation if it stands at the cursor.
func (c *Cursor) AcceptOp(op string) bool {
	if !c.LookingOp(op) {
		return false
	}
	c.pos++
	return true
}

// ExpectOp moves past the punctuation or reports the token that stands there.
func (c *Cursor) ExpectOp(op string) error {
	if !c.AcceptOp(op) {
		return c.Unexpected()
	}
	return nil
}

// String reads one string literal, decoded.
func (c *Cursor) String() (string, error) {
	if c.Peek().Kind != String {
		return "", c.Unexpected()
	}
	return c.Next().Value, nil
}

// Number reads one numeric literal, with a sign if there is one, as written.
func (c *Cursor) Number() (string, error) {
	sign := ""
	mark := c.Mark()
	if c.AcceptOp("-") {
		sign = "-"
	} else {
		c.AcceptOp("+")
	}
	if c.Peek().Kind != Number {
		err := c.Unexpected()
		c.Reset(mark)
		return "", err
	}
	return sign + c.Next().Value, nil
}

// Word reads one unquoted word, reserved or not, in upper case.
func (c *Cursor) Word() (string, error) {
	if c.Peek().Kind != Ident {
		return "", c.Unexpected()
	}
	return c.Next().Value, nil
}

// Unexpected is the error for the token at the cursor, a *SyntaxError.
func (c *Cursor) Unexpected() error { return unexpected(c.Peek()) }

// Rest returns the source from the current token to the end, as written.
func (c *Cursor) Rest() string { return c.src[c.Peek().Start:] }

// Source returns the whole statement as written.
func (c *Cursor) Source() string { return c.src }

// Text returns the source from the token at mark from to the token before mark to, as written.
func (c *Cursor) Text(from, to int) string {
	if to <= from {
		return ""
	}
	return c.src[c.tokens[from].Start:c.tokens[to-1].End]
}

// Mark returns a place to Reset to or to take Text from.
func (c *Cursor) Mark() int { return c.pos }

// Reset moves back to a mark.
func (c *Cursor) Reset(mark int) { c.pos = mark }

// enter counts one level of nesting; leave must follow if it returns nil. The error is a *DepthError.
func (c *Cursor) enter() error {
	if c.depth >= MaxDepth {
		return c.tooDeep()
	}
	c.depth++
	return nil
}

func (c *Cursor) leave() { c.depth-- }

func (c *Cursor) tooDeep() error {
	t := c.Peek()
	return &DepthError{Line: t.Line, Pos: t.Col - 1}
}
