package sql

// Statement is one statement of a script.
type Statement struct {
	Text string // Without the closing semicolon and without comments before and after it.
	Line int    // 1-based line of its first token in the script.
	Col  int    // 1-based column of its first token.
}

// Split cuts a script at its semicolons, except those inside strings, comments and BEGIN…END scripting blocks. Empty
// statements are left out. The only error is a *SyntaxError from Lex.
func Split(script string) ([]Statement, error) {
	tokens, err := Lex(script)
	if err != nil {
		return nil, err
	}
	var out []Statement
	for from := 0; tokens[from].Kind != EOF; {
		end := statementEnd(tokens, from)
		if end > from {
			first, last := tokens[from], tokens[end-1]
			out = append(out, Statement{Text: script[first.Start:last.End], Line: first.Line, Col: first.Col})
		}
		from = end
		if tokens[from].Kind != EOF {
			from++
		}
	}
	return out, nil
}

// statementEnd returns the index of the semicolon or EOF that ends the statement starting at from.
func statementEnd(tokens []Token, from int) int {
	var b blocks
	for i := from; ; i++ {
		if tokens[i].Kind == EOF || tokens[i].IsOp(";") && len(b.open) == 0 {
			return i
		}
		i += b.step(tokens, from, i)
	}
}

// blocks is the stack of scripting blocks that are open: BEGIN, DECLARE or CASE.
type blocks struct{ open []string }

// step looks at token i of the statement that starts at from, and says how many more tokens it took.
func (b *blocks) step(tokens []Token, from, i int) int {
	t := tokens[i]
	if t.Kind != Ident {
		return 0
	}
	switch t.Value {
	case "DECLARE":
		if opensBlock(tokens, from, i, len(b.open) > 0) {
			b.push(t.Value)
		}
	case "BEGIN":
		b.begin(tokens, from, i)
	case "CASE":
		if len(b.open) > 0 {
			b.push(t.Value)
		}
	case "END":
		return b.end(tokens[i+1])
	}
	return 0
}

func (b *blocks) push(word string) { b.open = append(b.open, word) }

func (b *blocks) pop() { b.open = b.open[:len(b.open)-1] }

func (b *blocks) top() string {
	if len(b.open) == 0 {
		return ""
	}
	return b.open[len(b.open)-1]
}

func (b *blocks) begin(tokens []Token, from, i int) {
	switch {
	case b.top() == "DECLARE":
		b.open[len(b.open)-1] = "BEGIN"
	case len(b.open) == 0 && i == from && isTransaction(tokens[i+1]):
	case opensBlock(tokens, from, i, len(b.open) > 0):
		b.push("BEGIN")
	}
}

// end closes the innermost block, and says whether the token after END belongs to it.
func (b *blocks) end(next Token) int {
	switch b.top() {
	case "CASE":
		b.pop()
		if next.Is("CASE") {
			return 1
		}
	case "BEGIN":
		if !next.Is("IF") && !next.Is("FOR") && !next.Is("WHILE") && !next.Is("LOOP") && !next.Is("REPEAT") {
			b.pop()
		}
	}
	return 0
}

// isTransaction reports whether BEGIN followed by next starts a transaction and no block.
func isTransaction(next Token) bool {
	return next.Kind == EOF || next.IsOp(";") || next.Is("TRANSACTION") || next.Is("WORK") || next.Is("NAME")
}

// opensBlock reports whether the word at i stands where a block may start: first in the statement, after AS, THEN or
// ACTION (procedures, tasks, alerts), or at the start of a statement of an enclosing block.
func opensBlock(tokens []Token, from, i int, nested bool) bool {
	if i == from {
		return true
	}
	before := tokens[i-1]
	if before.IsOp(";") {
		return nested
	}
	switch before.Value {
	case "AS", "THEN", "ACTION":
		return before.Kind == Ident
	case "BEGIN", "DO", "ELSE", "LOOP", "REPEAT":
		return nested && before.Kind == Ident
	}
	return false
}

// Statement moves to the semicolon that ends the statement at the cursor, or to the end, and returns what it passed, as
// written. Semicolons within the blocks of a CREATE PROCEDURE, TASK or ALERT do not end it.
func (c *Cursor) Statement() string {
	from := c.pos
	c.pos = statementEnd(c.tokens, from)
	return c.Text(from, c.pos)
}
