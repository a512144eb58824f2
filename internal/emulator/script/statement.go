package script

import "github.com/snowclone-dev/snowclone/internal/emulator/sql"

// statement reads one statement without its semicolon.
func (p *parser) statement() (Statement, error) {
	t := p.c.Peek()
	if (t.Kind == sql.Ident || t.Kind == sql.QuotedIdent) && p.c.PeekAt(1).IsOp(":=") {
		return p.assignment()
	}
	if t.Kind != sql.Ident {
		return p.sqlStatement()
	}
	switch t.Value {
	case "BEGIN":
		if !startsTransaction(p.c) {
			return p.nested((*parser).block)
		}
	case "DECLARE":
		return p.nested((*parser).block)
	case "IF", "CASE", "FOR", "WHILE", "REPEAT", "LOOP":
		return p.nested((*parser).control)
	case "LET":
		p.c.Next()
		return p.declaration(true)
	case "RETURN", "RAISE", "BREAK", "EXIT", "CONTINUE", "ITERATE":
		return p.jump()
	case "OPEN", "FETCH", "CLOSE":
		return p.cursorStatement()
	case "NULL":
		at := p.pos()
		p.c.Next()
		return &Null{at}, nil
	case "EXECUTE":
		if p.c.PeekAt(1).Is("IMMEDIATE") {
			return p.dynamic()
		}
	case "AWAIT", "CANCEL", "ASYNC":
		return p.unsupported(t.Value)
	}
	return p.sqlStatement()
}

// nested reads what may hold statements.
func (p *parser) nested(read func(*parser) (Statement, error)) (Statement, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return read(p)
}

// unsupported skips a statement.
func (p *parser) unsupported(what string) (Statement, error) {
	at := p.pos()
	p.c.Statement()
	return &Unsupported{at, what + " in Snowflake Scripting"}, nil
}

// sqlStatement takes a statement in SQL up to its semicolon.
func (p *parser) sqlStatement() (Statement, error) {
	at, first := p.pos(), p.c.Peek()
	if first.Kind == sql.EOF || first.IsOp(";") {
		return nil, p.c.Unexpected()
	}
	mark := p.c.Mark()
	text := p.c.Statement()
	if !first.Is("SELECT") && !first.Is("WITH") && !first.Is("CALL") {
		return &SQL{Pos: at, Text: text}, nil
	}
	return cutInto(p.c, mark, &SQL{Pos: at, Text: text})
}

// assignment reads name := value.
func (p *parser) assignment() (Statement, error) {
	a := &Assign{Pos: p.pos()}
	var err error
	if a.Name, err = p.c.Ident(); err != nil {
		return nil, err
	}
	p.c.Next()
	if p.c.Looking("ASYNC") && p.c.PeekAt(1).IsOp("(") {
		return p.unsupported("ASYNC")
	}
	a.Value, a.Query, err = p.value()
	return a, err
}

// value reads an expression, or a statement in parentheses, or what is both.
func (p *parser) value() (sql.Expr, Statement, error) {
	mark := p.c.Mark()
	query, err := p.statementInParentheses()
	if err != nil {
		return nil, nil, err
	}
	if query != nil && !p.c.LookingOp(";") {
		query = nil
	}
	if query != nil {
		text, isSQL := query.(*SQL)
		if !isSQL || !isQuery(text.Text) {
			return nil, query, nil
		}
	}
	p.c.Reset(mark)
	e, err := sql.ParseExpr(p.c)
	return e, query, err
}

// isQuery reports whether a text starts as a query does.
func isQuery(text string) bool {
	c, err := sql.NewCursor(text)
	return err == nil && (c.Looking("SELECT") || c.Looking("WITH") || c.LookingOp("("))
}

// statementInParentheses reads (SELECT …), (CALL …), (EXECUTE IMMEDIATE …) or another statement. It answers nil and does
// not move where something else stands.
func (p *parser) statementInParentheses() (Statement, error) {
	if !p.c.LookingOp("(") || p.c.PeekAt(1).Kind != sql.Ident {
		return nil, nil
	}
	switch p.c.PeekAt(1).Value {
	case "EXECUTE":
		p.c.Next()
		d, err := p.dynamic()
		if err != nil {
			return nil, err
		}
		return d, p.c.ExpectOp(")")
	case "SELECT", "WITH", "SHOW", "DESC", "DESCRIBE", "CALL", "INSERT", "UPDATE", "DELETE", "MERGE", "LIST", "LS":
		at := p.posAt(1)
		text, err := p.c.Parenthesised()
		if err != nil {
			return nil, err
		}
		return &SQL{Pos: at, Text: text[1 : len(text)-1]}, nil
	}
	return nil, nil
}

// posAt is where the token n after the current one stands.
func (p *parser) posAt(n int) sql.Pos {
	t := p.c.PeekAt(n)
	return sql.Pos{Line: t.Line, Column: t.Col - 1}
}

// dynamic reads EXECUTE IMMEDIATE text [USING (…)].
func (p *parser) dynamic() (Statement, error) {
	d := &Dynamic{Pos: p.pos()}
	if err := p.c.Expect("EXECUTE", "IMMEDIATE"); err != nil {
		return nil, err
	}
	if p.c.Looking("FROM") {
		return p.unsupported("EXECUTE IMMEDIATE FROM")
	}
	var err error
	if d.Text, err = sql.ParseExpr(p.c); err != nil {
		return nil, err
	}
	d.Using, err = p.using()
	return d, err
}

// using reads USING (a, b), if it is there.
func (p *parser) using() ([]sql.Expr, error) {
	if !p.c.Accept("USING") {
		return nil, nil
	}
	if err := p.c.ExpectOp("("); err != nil {
		return nil, err
	}
	list, err := sql.ParseExprs(p.c)
	if err != nil {
		return nil, err
	}
	return list, p.c.ExpectOp(")")
}

// cursorStatement reads OPEN, FETCH or CLOSE.
func (p *parser) cursorStatement() (Statement, error) {
	at, word := p.pos(), p.c.Next().Value
	name, err := p.c.Ident()
	if err != nil {
		return nil, err
	}
	switch word {
	case "OPEN":
		list, err := p.using()
		return &Open{at, name, list}, err
	case "CLOSE":
		return &Close{at, name}, nil
	}
	if err := p.c.Expect("INTO"); err != nil {
		return nil, err
	}
	into, err := targets(p.c)
	return &Fetch{at, name, into}, err
}

// jump reads RETURN, RAISE, BREAK or CONTINUE.
func (p *parser) jump() (Statement, error) {
	at, word := p.pos(), p.c.Next().Value
	switch word {
	case "RETURN":
		return p.returned(at)
	case "RAISE":
		if p.c.LookingOp(";") || p.c.AtEnd() {
			return &Raise{Pos: at}, nil
		}
		name, err := p.c.Ident()
		return &Raise{at, name}, err
	}
	return &Leave{at, word == "CONTINUE" || word == "ITERATE", p.label()}, nil
}

// returned reads what stands after RETURN.
func (p *parser) returned(at sql.Pos) (Statement, error) {
	if p.c.LookingOp(";") || p.c.AtEnd() {
		return &Return{Pos: at}, nil
	}
	if !p.c.Looking("TABLE") {
		value, err := sql.ParseExpr(p.c)
		return &Return{Pos: at, Value: value}, err
	}
	p.c.Next()
	r := &Return{Pos: at}
	if err := p.c.ExpectOp("("); err != nil {
		return nil, err
	}
	if r.FromCursor = p.c.Looking("RESULTSET_FROM_CURSOR") && p.c.PeekAt(1).IsOp("("); r.FromCursor {
		p.c.Next()
		p.c.Next()
	}
	var err error
	if r.Table, err = p.c.Ident(); err != nil {
		return nil, err
	}
	if r.FromCursor {
		if err := p.c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	return r, p.c.ExpectOp(")")
}
