package account

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// anonymousBlock is the name of the column that a block answers.
const anonymousBlock = "anonymous block"

// program is a script while it runs: a block that a client sent, or the body
// of a procedure, a task or an alert.
type program struct {
	ctx     context.Context
	session *Session
	tag     string
	// place is where statements resolve. It is asked anew for each, for USE and
	// GRANT change it.
	place func() *scope
	in    scriptScope
	// globals holds SQLROWCOUNT and its kin.
	globals *locals
	guard   *guard
	// handling is the exception whose handler runs.
	handling *raised
	answer   answer
}

// answer is what RETURN gave: a value of a type, or a table.
type answer struct {
	value query.Value
	typ   sql.Type
	table *Result
}

// newProgram makes the script that a statement starts. What it declares itself
// is empty at first.
func (st *statement) newProgram(place func() *scope) *program {
	p := &program{ctx: st.ctx, session: st.session, tag: st.req.Tag, place: place, globals: newLocals(nil)}
	if st.script != nil {
		p.in = *st.script
	}
	if p.in.budget == nil {
		p.in.budget = &budget{}
	}
	p.in.using = nil
	p.setCounts(nil)
	return p
}

// samePlace is where a block resolves that a statement starts: the session as
// it is then, or the procedure around it.
func (st *statement) samePlace() func() *scope {
	if st.script != nil && st.script.owner {
		fixed := *st.scope
		return func() *scope {
			sc := fixed
			sc.rights = sc.a.rightsOf(sc.role)
			return &sc
		}
	}
	return st.session.scope
}

// runBlock runs a block or a statement that steers one.
func (st *statement) runBlock(text string) (*Result, error) {
	b, err := script.Parse(text)
	if err != nil {
		return nil, typeError(err)
	}
	p := st.newProgram(st.samePlace())
	if err := p.run(b, newLocals(p.globals)); err != nil {
		return nil, err
	}
	if p.answer.table != nil {
		return p.answer.table, nil
	}
	return valueResult(anonymousBlock, p.answer.value, p.answer.typ), nil
}

// valueResult is the one row that a script answers.
func valueResult(name string, v query.Value, t sql.Type) *Result {
	if t.Name == "" {
		t = typeOfValue(v)
	}
	columns := []Column{wireColumn(name, t)}
	return &Result{
		StatementType: TypeExecute, Columns: columns,
		Rows: encodeRows([][]query.Value{{v}}, columns),
	}
}

// run runs a block with names that exist already, such as arguments.
func (p *program) run(b *script.Block, n *locals) error {
	_, err := p.block(b, n)
	return ended(err)
}

// step counts what a script does and ends one that is cancelled or never ends.
func (p *program) step() error { return p.spend(1) }

// spend counts several steps at once.
func (p *program) spend(steps int) error {
	p.in.budget.steps += steps
	if p.in.budget.steps > maxScriptSteps {
		return errUnsupported("script of more than " + itoa(maxScriptSteps) + " steps")
	}
	return p.ctx.Err()
}

// scope is where the next statement or expression resolves.
func (p *program) scope(n *locals, using []query.Value) *scope {
	sc := p.place()
	in := p.in
	in.locals, in.using = n, using
	sc.script = &in
	return sc
}

// execute runs one statement in SQL.
func (p *program) execute(text string, n *locals, using []query.Value) (*Result, error) {
	if err := p.spend(stepsPerStatement); err != nil {
		return nil, err
	}
	r, err := p.session.child(p.ctx, p.scope(n, using), Request{SQL: text, Tag: p.tag})
	if err != nil {
		return nil, err
	}
	p.setCounts(r)
	return r, nil
}

// child runs a statement of a script: it has a query id, a place in the
// history and a result of its own.
func (s *Session) child(ctx context.Context, sc *scope, req Request) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	req.QueryID = newUUID()
	s.account.tick++
	entry := s.account.startHistory(s, &req)
	entry.role, entry.database, entry.schema = sc.role.name, sc.database, sc.schema
	result, err := s.runIn(ctx, sc, req)
	s.account.endHistory(entry, result, err)
	if err != nil {
		return nil, err
	}
	s.keep(req, result)
	return result, nil
}

// setCounts sets the global variables after a statement; those about DML are
// NULL after any other.
func (p *program) setCounts(r *Result) {
	rows, found, notFound, activity := query.NullValue, query.NullValue, query.NullValue, query.NullValue
	if n, ok := r.touched(); ok {
		rows, found, notFound = query.IntOf(n), query.BoolOf(n > 0), query.BoolOf(n == 0)
		activity = rows
	} else if r != nil && r.StatementType == TypeSelect {
		activity = query.IntOf(int64(len(r.Rows)))
	}
	p.globals.declare("SQLROWCOUNT", &declared{value: rows})
	p.globals.declare("SQLFOUND", &declared{value: found})
	p.globals.declare("SQLNOTFOUND", &declared{value: notFound})
	p.globals.declare("ACTIVITY_COUNT", &declared{value: activity})
	id := query.NullValue
	if r != nil {
		id = query.StringOf(p.session.lastID)
	}
	p.globals.declare("SQLID", &declared{value: id})
}

// touched is how many rows a DML statement changed.
func (r *Result) touched() (int64, bool) {
	if r == nil || !slices.Contains([]int64{TypeInsert, TypeUpdate, TypeDelete, TypeMerge}, r.StatementType) {
		return 0, false
	}
	cells := r.Rows[0]
	if r.StatementType == TypeUpdate {
		cells = cells[:1] // The second says how many of them were joined more than once.
	}
	var n int64
	for _, cell := range cells {
		if count, err := parseInt(*cell); err == nil {
			n += int64(count)
		}
	}
	return n, true
}

// eval computes an expression of the script.
func (p *program) eval(e sql.Expr, n *locals) (query.Value, sql.Type, error) {
	if err := p.spend(n.size() / bytesPerStep); err != nil {
		return query.NullValue, sql.Type{}, raise(expressionError, e.At(), err)
	}
	sc := p.scope(n, nil)
	binds := sc.binds()
	binds.Locals = n.local
	x, err := query.CompileExpr(e, nil, &catalog{sc}, binds)
	if err != nil {
		return query.NullValue, sql.Type{}, raise(expressionError, e.At(), err)
	}
	v, err := x.Eval(p.ctx, nil)
	return v, x.Type(), raise(expressionError, e.At(), err)
}

// evalAll computes several expressions.
func (p *program) evalAll(list []sql.Expr, n *locals) ([]query.Value, error) {
	out := make([]query.Value, len(list))
	for i, e := range list {
		var err error
		if out[i], _, err = p.eval(e, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holds computes a condition: NULL is false.
func (p *program) holds(e sql.Expr, n *locals) (bool, error) {
	v, _, err := p.eval(e, n)
	if err != nil || v.IsNull() {
		return false, err
	}
	b, err := query.Cast(v, sql.BooleanType)
	return b.Bool(), raise(expressionError, e.At(), err)
}
