package script

import (
	"strconv"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// The numbers that declared exceptions may have.
const (
	firstException = -20999
	lastException  = -20000
)

// declarations reads what stands between DECLARE and BEGIN.
func (p *parser) declarations() ([]Statement, error) {
	var out []Statement
	for !p.c.Looking("BEGIN") {
		d, err := p.declaration(false)
		if err != nil {
			return nil, err
		}
		if err := p.c.ExpectOp(";"); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// declaration reads one declaration, after LET or in DECLARE.
func (p *parser) declaration(let bool) (Statement, error) {
	at := p.pos()
	name, err := p.c.Ident()
	if err != nil {
		return nil, err
	}
	switch {
	case p.c.Accept("CURSOR"):
		return p.cursor(at, name)
	case p.c.Accept("RESULTSET"):
		return p.resultSet(at, name)
	case !let && p.c.Accept("EXCEPTION"):
		return p.exception(at, name)
	case !let && p.c.Looking("PROCEDURE"):
		return p.unsupported("a nested procedure")
	}
	return p.variable(at, name, let)
}

// cursor reads FOR query, or FOR resultset.
func (p *parser) cursor(at sql.Pos, name string) (Statement, error) {
	if err := p.c.Expect("FOR"); err != nil {
		return nil, err
	}
	c := &Cursor{Pos: at, Name: name}
	if p.c.PeekAt(1).IsOp(";") {
		var err error
		c.From, err = p.c.Ident()
		return c, err
	}
	if !sql.StartsQuery(p.c) {
		return nil, p.c.Unexpected()
	}
	c.Query = &SQL{Pos: p.pos()}
	c.Query.Text = p.c.Statement()
	return c, nil
}

// resultSet reads [DEFAULT (query)].
func (p *parser) resultSet(at sql.Pos, name string) (Statement, error) {
	r := &ResultSet{Pos: at, Name: name}
	if !p.c.Accept("DEFAULT") && !p.c.AcceptOp(":=") {
		return r, nil
	}
	if p.c.Looking("ASYNC") {
		return p.unsupported("ASYNC")
	}
	var err error
	if r.Query, err = p.statementInParentheses(); err != nil {
		return nil, err
	}
	if r.Query == nil {
		return nil, p.c.Unexpected()
	}
	return r, nil
}

// exception reads [(number, 'message')].
func (p *parser) exception(at sql.Pos, name string) (Statement, error) {
	e := &Exception{Pos: at, Name: name, Code: lastException}
	if !p.c.AcceptOp("(") {
		return e, nil
	}
	bad := p.c.Unexpected()
	text, err := p.c.Number()
	if err != nil {
		return nil, err
	}
	if e.Code, err = strconv.Atoi(text); err != nil || e.Code < firstException || e.Code > lastException {
		return nil, bad
	}
	if err := p.c.ExpectOp(","); err != nil {
		return nil, err
	}
	if e.Message, err = p.c.String(); err != nil {
		return nil, err
	}
	return e, p.c.ExpectOp(")")
}

// variable reads [type] [DEFAULT value]. LET demands a value, and a variable without a type needs one.
func (p *parser) variable(at sql.Pos, name string, let bool) (Statement, error) {
	v := &Variable{Pos: at, Name: name}
	typed := !p.c.Looking("DEFAULT") && !p.c.LookingOp(":=")
	var err error
	if typed {
		if v.Type, err = sql.ParseType(p.c); err != nil {
			return nil, err
		}
	}
	if !p.c.Accept("DEFAULT") && !p.c.AcceptOp(":=") {
		if let || !typed {
			return nil, p.c.Unexpected()
		}
		return v, nil
	}
	if p.c.Looking("ASYNC") && p.c.PeekAt(1).IsOp("(") {
		return p.unsupported("ASYNC")
	}
	v.Init, err = sql.ParseExpr(p.c)
	return v, err
}
