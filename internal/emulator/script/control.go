package script

import "github.com/snowclone-dev/snowclone/internal/emulator/sql"

// control reads a branch or a loop.
func (p *parser) control() (Statement, error) {
	at := p.pos()
	switch p.c.Next().Value {
	case "IF":
		return p.ifStatement(at)
	case "CASE":
		return p.caseStatement(at)
	case "FOR":
		return p.forStatement(at)
	case "WHILE":
		return p.while(at)
	case "REPEAT":
		return p.repeat(at)
	}
	body, label, err := p.loopBody("LOOP")
	return &Loop{Pos: at, Body: body, Label: label}, err
}

// ifStatement reads (condition) THEN … [ELSEIF …] [ELSE …] END IF.
func (p *parser) ifStatement(at sql.Pos) (Statement, error) {
	s := &If{Pos: at}
	for again := true; again; again = p.c.Accept("ELSEIF") {
		b, err := p.branch()
		if err != nil {
			return nil, err
		}
		s.Branches = append(s.Branches, b)
	}
	var err error
	if s.Else, err = p.otherwise(); err != nil {
		return nil, err
	}
	return s, p.c.Expect("END", "IF")
}

// branch reads condition THEN statements.
func (p *parser) branch() (Branch, error) {
	when, err := sql.ParseExpr(p.c)
	if err != nil {
		return Branch{}, err
	}
	if err := p.c.Expect("THEN"); err != nil {
		return Branch{}, err
	}
	body, err := p.list()
	return Branch{when, body}, err
}

// otherwise reads ELSE, if it is there.
func (p *parser) otherwise() ([]Statement, error) {
	if !p.c.Accept("ELSE") {
		return nil, nil
	}
	return p.list()
}

// caseStatement reads [operand] WHEN … THEN … [ELSE …] END [CASE].
func (p *parser) caseStatement(at sql.Pos) (Statement, error) {
	var operand sql.Expr
	var err error
	if !p.c.Looking("WHEN") {
		if operand, err = sql.ParseExpr(p.c); err != nil {
			return nil, err
		}
	}
	var branches []Branch
	for p.c.Accept("WHEN") {
		b, err := p.branch()
		if err != nil {
			return nil, err
		}
		branches = append(branches, b)
	}
	if len(branches) == 0 {
		return nil, p.c.Unexpected()
	}
	rest, err := p.otherwise()
	if err != nil {
		return nil, err
	}
	if err := p.c.Expect("END"); err != nil {
		return nil, err
	}
	p.c.Accept("CASE")
	if operand == nil {
		return &If{at, branches, rest}, nil
	}
	return &Case{at, operand, branches, rest}, nil
}

// forStatement reads name IN source DO …, or name IN [REVERSE] start TO end DO ….
func (p *parser) forStatement(at sql.Pos) (Statement, error) {
	name, err := p.c.Ident()
	if err != nil {
		return nil, err
	}
	if err := p.c.Expect("IN"); err != nil {
		return nil, err
	}
	if p.c.PeekAt(1).Is("DO") && p.c.Peek().Kind != sql.Number {
		source, err := p.c.Ident()
		if err != nil {
			return nil, err
		}
		body, label, err := p.loopBody("FOR")
		return &ForEach{at, name, source, body, label}, err
	}
	f := &For{Pos: at, Name: name, Reverse: p.c.Accept("REVERSE")}
	if f.Start, err = sql.ParseExpr(p.c); err != nil {
		return nil, err
	}
	if err := p.c.Expect("TO"); err != nil {
		return nil, err
	}
	if f.End, err = sql.ParseExpr(p.c); err != nil {
		return nil, err
	}
	f.Body, f.Label, err = p.loopBody("FOR")
	return f, err
}

// while reads (condition) DO … END WHILE.
func (p *parser) while(at sql.Pos) (Statement, error) {
	cond, err := sql.ParseExpr(p.c)
	if err != nil {
		return nil, err
	}
	body, label, err := p.loopBody("WHILE")
	return &Loop{Pos: at, While: cond, Body: body, Label: label}, err
}

// repeat reads … UNTIL (condition) END REPEAT.
func (p *parser) repeat(at sql.Pos) (Statement, error) {
	body, err := p.list()
	if err != nil {
		return nil, err
	}
	if err := p.c.Expect("UNTIL"); err != nil {
		return nil, err
	}
	until, err := sql.ParseExpr(p.c)
	if err != nil {
		return nil, err
	}
	if err := p.c.Expect("END", "REPEAT"); err != nil {
		return nil, err
	}
	return &Loop{Pos: at, Until: until, Body: body, Label: p.label()}, nil
}

// loopBody reads DO … END word or LOOP … END LOOP, and the label after it. The LOOP of a plain loop is read already.
func (p *parser) loopBody(word string) ([]Statement, string, error) {
	if word != "LOOP" && !p.c.Accept("DO") {
		if err := p.c.Expect("LOOP"); err != nil {
			return nil, "", err
		}
		word = "LOOP"
	}
	body, err := p.list()
	if err != nil {
		return nil, "", err
	}
	if err := p.c.Expect("END", word); err != nil {
		return nil, "", err
	}
	return body, p.label(), nil
}
