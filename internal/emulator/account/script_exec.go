package account

import (
	"errors"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// flow is how a statement ended: by going on, or by leaving what is around it.
type flow struct {
	kind  flowKind
	label string // of BREAK and CONTINUE
}

type flowKind int

const (
	goOn flowKind = iota
	breakLoop
	continueLoop
	leaveScript
)

// block runs a block. Handlers see what DECLARE declares and not what LET does.
func (p *program) block(b *script.Block, outer *locals) (flow, error) {
	n := newLocals(outer)
	for _, d := range b.Declarations {
		if _, err := p.statement(d, n); err != nil {
			return flow{}, err
		}
	}
	g := &guard{handlers: b.Handlers, names: n, outer: p.guard}
	p.guard = g
	f, err := p.list(b.Body, newLocals(n), true)
	p.guard = g.outer
	r, ok := errors.AsType[*raised](err)
	if !ok {
		return f, err
	}
	h := g.handler(r)
	if h == nil {
		return f, err
	}
	return p.handle(h, r, g)
}

// handle runs a handler. What is raised in it goes to the blocks around.
func (p *program) handle(h *script.Handler, r *raised, g *guard) (flow, error) {
	if err := p.spend(stepsPerException); err != nil {
		return flow{}, raise(statementError, r.at, err)
	}
	guarded, handling := p.guard, p.handling
	defer func() { p.guard, p.handling = guarded, handling }()
	p.guard, p.handling = g.outer, r
	n := newLocals(g.names)
	n.declare("SQLCODE", &declared{value: query.IntOf(int64(r.cause.Code))})
	n.declare("SQLSTATE", &declared{value: query.StringOf(r.cause.State)})
	n.declare("SQLERRM", &declared{value: query.StringOf(r.cause.Message)})
	return p.list(h.Body, n, true)
}

// list runs statements. With resume a CONTINUE handler goes on after the one
// that failed.
func (p *program) list(list []script.Statement, n *locals, resume bool) (flow, error) {
	for _, s := range list {
		f, err := p.statement(s, n)
		if err != nil && resume {
			f, err = p.resume(err)
		}
		if err != nil || f.kind != goOn {
			return f, err
		}
	}
	return flow{}, nil
}

// resume lets a CONTINUE handler take an exception, if that is the first that
// fits. Otherwise the exception stays.
func (p *program) resume(err error) (flow, error) {
	r, ok := errors.AsType[*raised](err)
	if !ok {
		return flow{}, err
	}
	for g := p.guard; g != nil; g = g.outer {
		if h := g.handler(r); h != nil {
			if h.Continue {
				return p.handle(h, r, g)
			}
			break
		}
	}
	return flow{}, err
}

// statement runs one statement.
func (p *program) statement(s script.Statement, n *locals) (flow, error) {
	if err := p.step(); err != nil {
		return flow{}, raise(statementError, s.At(), err)
	}
	switch s := s.(type) {
	case *script.Block:
		return p.block(s, n)
	case *script.If:
		return p.branch(s, n)
	case *script.Case:
		return p.choose(s, n)
	case *script.For:
		return p.count(s, n)
	case *script.ForEach:
		return p.each(s, n)
	case *script.Loop:
		return p.loop(s, n)
	case *script.Leave:
		if s.Continue {
			return flow{continueLoop, s.Label}, nil
		}
		return flow{breakLoop, s.Label}, nil
	case *script.Return:
		return flow{kind: leaveScript}, p.give(s, n)
	}
	return flow{}, p.simple(s, n)
}

// simple runs a statement that holds no others.
func (p *program) simple(s script.Statement, n *locals) error {
	switch s := s.(type) {
	case *script.SQL:
		return p.sqlStatement(s, n)
	case *script.Dynamic:
		_, err := p.dynamic(s, n)
		return err
	case *script.Variable:
		return p.variable(s, n)
	case *script.Assign:
		return p.assign(s, n)
	case *script.Exception:
		n.declare(s.Name, &declared{exception: s})
	case *script.Raise:
		return p.raise(s, n)
	case *script.Null:
	case *script.Unsupported:
		return raise(statementError, s.At(), errUnsupported(s.What))
	default:
		return p.cursorStatement(s, n)
	}
	return nil
}

// sqlStatement runs SQL and stores its row in the variables of INTO.
func (p *program) sqlStatement(s *script.SQL, n *locals) error {
	r, err := p.execute(s.Text, n, nil)
	if err == nil && s.Into != nil {
		err = p.into(s, r, n)
	}
	return raise(statementError, s.At(), err)
}

// into stores one row; none leaves NULL.
func (p *program) into(s *script.SQL, r *Result, n *locals) error {
	rows, err := newResultSet(r)
	if err != nil {
		return err
	}
	if len(rows.rows) > 1 {
		return &Error{Code: 90227, State: "P0000", Message: fmt.Sprintf(
			"A SELECT INTO statement expects exactly 1 returned row, but got %d.", len(rows.rows))}
	}
	return p.store(s.Into, rows, 0, n)
}

// store puts the values of a row into variables; those beyond the row, or
// without one, become NULL.
func (p *program) store(into []string, rows *resultSet, at int, n *locals) error {
	for i, name := range into {
		v := query.NullValue
		if at < len(rows.rows) && i < len(rows.rows[at]) {
			v = rows.rows[at][i]
		}
		if err := p.set(n, name, v); err != nil {
			return err
		}
	}
	return nil
}

// set gives a variable a value.
func (p *program) set(n *locals, name string, v query.Value) error {
	d := n.find(name)
	if d == nil || !d.isVariable() {
		return sqlError(904, "42000", "invalid identifier '%s'", quoteIdent(name))
	}
	v, err := p.place().castTo(v, d.typ)
	if err != nil {
		return err
	}
	d.value = v
	return nil
}

// dynamic runs the text that EXECUTE IMMEDIATE computes.
func (p *program) dynamic(s *script.Dynamic, n *locals) (*Result, error) {
	text, _, err := p.eval(s.Text, n)
	if err != nil {
		return nil, err
	}
	using, err := p.evalAll(s.Using, n)
	if err != nil {
		return nil, err
	}
	sc := p.scope(newLocals(nil), using)
	st := &statement{scope: sc, ctx: p.ctx, req: Request{Tag: p.tag}}
	r, err := st.runText(text, func(text string) (*Result, error) { return p.execute(text, newLocals(nil), using) })
	if err != nil {
		return nil, raise(statementError, s.At(), err)
	}
	p.setCounts(r)
	return r, nil
}

// runText runs a text that holds a block or one statement; run runs the
// latter.
func (st *statement) runText(text query.Value, run func(string) (*Result, error)) (*Result, error) {
	if text.IsNull() {
		return nil, sqlError(1003, "42000", "syntax error: the text of EXECUTE IMMEDIATE is NULL.")
	}
	c, err := sql.NewCursor(text.String())
	if err != nil {
		return nil, err
	}
	if script.Starts(c) {
		return st.runBlock(text.String())
	}
	if list, err := sql.Split(text.String()); err == nil && len(list) > 1 {
		return nil, &Error{Code: 6, State: "0A000", Message: "Multiple SQL statements in a single API call are not supported; " +
			"use one API call per statement instead."}
	}
	return run(text.String())
}

// variable declares a variable.
func (p *program) variable(s *script.Variable, n *locals) error {
	d := &declared{typ: s.Type}
	if s.Init != nil {
		v, typ, err := p.eval(s.Init, n)
		if err != nil {
			return err
		}
		if d.typ.Name == "" {
			d.typ = inferredType(typ, v)
		}
		if d.value, err = p.place().castTo(v, d.typ); err != nil {
			return raise(expressionError, s.Init.At(), err)
		}
	}
	n.declare(s.Name, d)
	return nil
}

// assign gives a variable or result set a new value.
func (p *program) assign(s *script.Assign, n *locals) error {
	d := n.find(s.Name)
	if d != nil && d.resultSet != nil && s.Query != nil {
		rows, err := p.query(s.Query, n)
		if err != nil {
			return err
		}
		*d.resultSet = *rows
		return nil
	}
	if s.Value == nil {
		return p.assignStatement(s, n)
	}
	v, _, err := p.eval(s.Value, n)
	if err != nil {
		return err
	}
	return raise(expressionError, s.Value.At(), p.set(n, s.Name, v))
}

// assignStatement gives a variable the one value that a statement answers.
func (p *program) assignStatement(s *script.Assign, n *locals) error {
	rows, err := p.query(s.Query, n)
	if err != nil {
		return err
	}
	if len(rows.rows) > 1 || len(rows.columns) != 1 {
		return raise(statementError, s.At(), sqlError(90150, "22000", "Single-row subquery returns more than one row."))
	}
	return raise(expressionError, s.At(), p.store([]string{s.Name}, rows, 0, n))
}

// raise raises an exception that was declared, or once more the one that is
// handled.
func (p *program) raise(s *script.Raise, n *locals) error {
	if s.Name == "" && p.handling != nil {
		return p.handling
	}
	if d := n.find(s.Name); d != nil && d.exception != nil {
		return raiseDeclared(s.At(), d.exception)
	}
	return raise(expressionError, s.At(), sqlError(904, "42000", "invalid identifier '%s'", quoteIdent(s.Name)))
}
