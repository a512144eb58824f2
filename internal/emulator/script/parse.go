package script

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// maxNesting is how deep blocks, branches and loops may stand in one another.
const maxNesting = 200

// parser reads one script.
type parser struct {
	c     *sql.Cursor
	depth int
}

// Starts reports whether a text opens with a block or a statement that steers one, rather than with SQL.
func Starts(c *sql.Cursor) bool {
	t := c.Peek()
	if t.Kind != sql.Ident {
		return false
	}
	switch t.Value {
	case "DECLARE", "IF", "FOR", "WHILE", "REPEAT", "LOOP", "CASE", "LET", "RETURN", "RAISE":
		return true
	case "BEGIN":
		return !startsTransaction(c)
	}
	return false
}

// Parse reads a text that holds one block or one statement. The errors are a *sql.SyntaxError, *sql.TypeError or
// *sql.DepthError.
func Parse(text string) (*Block, error) {
	c, err := sql.NewCursor(text)
	if err != nil {
		return nil, err
	}
	p := &parser{c: c}
	at := p.pos()
	s, err := p.statement()
	if err != nil {
		return nil, err
	}
	if !c.AtEnd() {
		return nil, c.Unexpected()
	}
	if block, ok := s.(*Block); ok {
		return block, nil
	}
	return &Block{Pos: at, Body: []Statement{s}}, nil
}

// pos is where the cursor stands.
func (p *parser) pos() sql.Pos {
	t := p.c.Peek()
	return sql.Pos{Line: t.Line, Column: t.Col - 1}
}

// enter counts one level of nesting; leave must follow.
func (p *parser) enter() error {
	if p.depth == maxNesting {
		at := p.pos()
		return &sql.DepthError{Line: at.Line, Pos: at.Column}
	}
	p.depth++
	return nil
}

func (p *parser) leave() { p.depth-- }

// startsTransaction reports whether BEGIN at the cursor opens a transaction and no block.
func startsTransaction(c *sql.Cursor) bool {
	next := c.PeekAt(1)
	return next.Kind == sql.EOF || next.IsOp(";") || next.Is("TRANSACTION") || next.Is("WORK") || next.Is("NAME")
}

// ends are the words that end a list of statements.
var ends = []string{"END", "ELSE", "ELSEIF", "WHEN", "UNTIL", "EXCEPTION"}

// list reads statements, each with its semicolon, up to a word that ends the list.
func (p *parser) list() ([]Statement, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var out []Statement
	for {
		t := p.c.Peek()
		if t.Kind == sql.Ident && slices.Contains(ends, t.Value) {
			break
		}
		s, err := p.statement()
		if err != nil {
			return nil, err
		}
		if err := p.c.ExpectOp(";"); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, p.c.Unexpected() // Every list has a statement, be it NULL.
	}
	return out, nil
}

// block reads [DECLARE …] BEGIN … [EXCEPTION …] END.
func (p *parser) block() (Statement, error) {
	b := &Block{Pos: p.pos()}
	var err error
	if p.c.Accept("DECLARE") {
		if b.Declarations, err = p.declarations(); err != nil {
			return nil, err
		}
	}
	if err := p.c.Expect("BEGIN"); err != nil {
		return nil, err
	}
	if b.Body, err = p.list(); err != nil {
		return nil, err
	}
	if p.c.Accept("EXCEPTION") {
		if b.Handlers, err = p.handlers(); err != nil {
			return nil, err
		}
	}
	if err := p.c.Expect("END"); err != nil {
		return nil, err
	}
	p.label()
	return b, nil
}

// handlers reads the WHEN … THEN … of EXCEPTION.
func (p *parser) handlers() ([]Handler, error) {
	var out []Handler
	for p.c.Accept("WHEN") {
		h, err := p.handler()
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	if len(out) == 0 {
		return nil, p.c.Unexpected()
	}
	return out, nil
}

func (p *parser) handler() (Handler, error) {
	var h Handler
	for {
		name, err := p.c.Ident()
		if err != nil {
			return h, err
		}
		h.Names = append(h.Names, name)
		if !p.c.Accept("OR") {
			break
		}
	}
	h.Continue = p.c.AcceptAny("EXIT", "CONTINUE") == "CONTINUE"
	if err := p.c.Expect("THEN"); err != nil {
		return h, err
	}
	var err error
	h.Body, err = p.list()
	return h, err
}

// label reads a name that may stand after an END.
func (p *parser) label() string {
	if t := p.c.Peek(); t.Kind != sql.Ident && t.Kind != sql.QuotedIdent {
		return ""
	}
	name, err := p.c.Ident()
	if err != nil {
		return ""
	}
	return name
}
