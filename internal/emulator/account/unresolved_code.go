package account

import (
	"context"
	"errors"
	"regexp"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// errorPlace finds the place that an error names.
var errorPlace = regexp.MustCompile(`line (\d+) at position (\d+)`)

// errReported ends a statement whose error has been noted.
var errReported = errors.New("name does not resolve")

// errAtRunTime ends a statement that names something by a variable.
var errAtRunTime = errors.New("name is known at run time only")

// query reads the query of a view.
func (r *resolver) query(part, text string) {
	r.begin(part, text)
	c, err := newCursor(text)
	if err != nil {
		r.fail(err)
		return
	}
	r.compile(c, r.scope())
}

// compile compiles a query.
func (r *resolver) compile(c *sql.Cursor, sc *scope) {
	q, err := sql.ParseQuery(c)
	if err == nil {
		_, err = sc.compile(q)
	}
	r.failUnlessDynamic(err)
}

// failUnlessDynamic notes an error, unless that is a name which is known at run
// time only.
func (r *resolver) failUnlessDynamic(err error) {
	if !errors.Is(err, errAtRunTime) {
		r.fail(err)
	}
}

// expression reads an expression over arguments.
func (r *resolver) expression(part, text string, params []param) {
	r.begin(part, text)
	c, err := newCursor(text)
	if err != nil {
		r.fail(err)
		return
	}
	e, err := sql.ParseExpr(c)
	if err == nil {
		sc := r.scope()
		sc.depth++ // There are no binds.
		_, err = sc.compileExpr(e, params)
	}
	r.fail(err)
}

// condition reads the WHEN of a task.
func (r *resolver) condition(text string) {
	if text == "" {
		return
	}
	r.expression("condition", text, nil)
	c, err := newCursor(text)
	if err != nil {
		return
	}
	if e, err := sql.ParseExpr(c); err == nil {
		r.streams(e)
	}
}

// streams checks what SYSTEM$STREAM_HAS_DATA names.
func (r *resolver) streams(e sql.Expr) {
	sql.Walk(e, func(e sql.Expr) bool {
		call, ok := e.(*sql.Call)
		if !ok || lastPart(call.Name) != "SYSTEM$STREAM_HAS_DATA" || len(call.Args) != 1 {
			return true
		}
		text, ok := call.Args[0].Value.(*sql.Literal)
		if !ok {
			return true
		}
		name, err := sql.ParseName(text.Text)
		if err == nil {
			_, err = r.scope().permitted(kindStream, name, "SELECT")
		}
		if err != nil {
			r.report(text.At().Line, text.At().Column, syntaxError(err))
		}
		return true
	})
}

// routine reads the body of a function or procedure in SQL.
func (r *resolver) routine(d *routineDetail) {
	if d.language != "SQL" {
		return
	}
	if r.o.kind == kindProcedure {
		r.code("body", d.body, d.params)
		return
	}
	r.begin("body", d.body)
	sc := r.scope()
	sc.depth++ // There are no binds.
	if d.expr == nil {
		return
	}
	_, err := sc.compileBody(d)
	r.fail(err)
}

// pipe reads the COPY statement of a pipe.
func (r *resolver) pipe(d *pipeDetail) {
	r.begin("copy", d.definition)
	r.copyInto(d.table, d.stage)
}

// copyInto checks the table and the stage of COPY INTO.
func (r *resolver) copyInto(table []string, stage string) {
	sc := r.scope()
	if r.isMade(sc, table) {
		return
	}
	o, err := sc.permitted(kindTable, table, "INSERT")
	if err == nil {
		err = sc.demand(o, "SELECT")
	}
	if err != nil {
		r.name(table, err)
	}
	if err := sc.checkStage(stage); err != nil {
		name, _ := sql.ParseName(stageName(stage)) // What is no name stands at the start.
		r.name(name, err)
	}
}

// code reads a body: a script or one statement.
func (r *resolver) code(part, text string, params []param) {
	r.begin(part, text)
	b, err := script.Parse(text)
	if err != nil {
		r.fail(typeError(err))
		return
	}
	n := newLocals(nil)
	for _, name := range names("SQLROWCOUNT SQLFOUND SQLNOTFOUND ACTIVITY_COUNT SQLID SQLCODE SQLERRM SQLSTATE") {
		n.declare(name, &declared{})
	}
	for _, p := range params {
		n.declare(p.name, &declared{typ: p.typ})
	}
	script.Walk(b, func(s script.Statement) {
		for _, name := range script.Declared(s) {
			n.declare(name, &declared{})
		}
	})
	script.Walk(b, func(s script.Statement) {
		r.begin(part, text)
		r.scripted(s, n)
	})
}

// scripted reads one statement of a script.
func (r *resolver) scripted(s script.Statement, n *locals) {
	if s, ok := s.(*script.SQL); ok {
		r.base, r.text = s.At(), s.Text
		r.statement(s.Text, r.within(n))
		return
	}
	for _, e := range script.Expressions(s) {
		r.from = e.At()
		sc := r.within(n)
		binds := sc.binds()
		binds.Locals = func(name []string) (query.Value, bool) { return query.NullValue, n.find(name[0]) != nil }
		_, err := query.CompileExpr(e, nil, &catalog{sc}, binds)
		r.fail(err)
		r.streams(e)
	}
	if s, ok := s.(*script.Dynamic); ok {
		r.dynamic(s)
	}
}

// dynamic reads the text of EXECUTE IMMEDIATE where that is a literal.
func (r *resolver) dynamic(s *script.Dynamic) {
	text, ok := s.Text.(*sql.Literal)
	if !ok || text.Kind != sql.StringLiteral {
		return
	}
	c, err := newCursor(text.Text)
	if err != nil || script.Starts(c) {
		return // A block within a text of a script: its place could not be told.
	}
	n := newLocals(nil)
	for i := range s.Using {
		n.declare(itoa(i+1), &declared{})
	}
	r.base, r.text = text.At(), text.Text
	r.base.Column++ // The quote.
	r.from = sql.Pos{}
	r.statement(text.Text, r.within(n))
}

// within is the object's scope in a script with such names.
func (r *resolver) within(n *locals) *scope {
	sc := r.scope()
	sc.script = &scriptScope{locals: n, budget: &budget{}}
	sc.script.using = make([]query.Value, maxUsing) // What OPEN … USING binds is not known.
	return sc
}

// maxUsing is how many question marks a cursor may have.
const maxUsing = 64

// statement reads one statement in SQL.
func (r *resolver) statement(text string, sc *scope) {
	c, err := newCursor(text)
	if err != nil {
		r.fail(err)
		return
	}
	st := &statement{scope: sc, ctx: context.Background(), c: c, req: Request{SQL: text}}
	c.Lookup = func(sql.Token) (string, error) { return "", errAtRunTime }
	if st.isQuery() {
		r.compile(c, sc)
		return
	}
	word := c.Peek().Value
	switch word {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "CALL":
		c.Next()
		_, err = handlers[word](st)
		if errors.Is(err, errReported) {
			r.relations(text, sc)
		}
		r.failUnlessDynamic(err)
	case "COPY":
		d := &pipeDetail{}
		if err := st.copyInto(d); err == nil {
			r.copyInto(d.table, d.stage)
		}
	case "CREATE":
		r.create(st)
	case "ALTER", "DROP", "DESC", "DESCRIBE", "COMMENT", "TRUNCATE":
		r.named(st)
	}
}

// relations checks what stands after FROM, USING and JOIN of a statement whose
// target is missing, for its columns cannot be.
func (r *resolver) relations(text string, sc *scope) {
	c, err := newCursor(text)
	if err != nil {
		return
	}
	if c.Next().Is("DELETE") {
		c.Next() // FROM is before the target.
	}
	for c.Peek().Kind != sql.EOF {
		if c.AcceptAny("FROM", "USING", "JOIN") == "" || c.LookingOp("(") || c.Looking("TABLE") || c.Looking("LATERAL") {
			c.Next()
			continue
		}
		name, err := c.Name()
		if err != nil || r.isMade(sc, name) {
			continue
		}
		if _, err := (&catalog{sc}).Relation(name); err != nil {
			r.fail(err)
		}
	}
}

// create notes the name of what a body makes, and reads the query after AS.
func (r *resolver) create(st *statement) {
	c := st.c
	c.Next()
	c.Accept("OR", "REPLACE")
	for c.AcceptAny("TEMPORARY", "TEMP", "TRANSIENT", "LOCAL", "GLOBAL", "VOLATILE", "SECURE", "RECURSIVE") != "" {
		continue
	}
	if c.AcceptAny("TABLE", "VIEW") == "" {
		return
	}
	c.Accept("IF", "NOT", "EXISTS")
	name, err := c.Name()
	if err != nil {
		r.failUnlessDynamic(err)
		return
	}
	if full, err := st.qualify(name); err == nil {
		r.made[quoteName(full)] = true
		if _, err := st.schemaNamed(full[:2]); err != nil {
			r.name(name, err)
		}
	}
	for ; c.Peek().Kind != sql.EOF; c.Next() {
		if c.Looking("AS") {
			c.Next()
			if sql.StartsQuery(c) {
				r.compile(c, st.scope)
			}
			return
		}
	}
}

// named checks the object of ALTER, DROP, DESCRIBE, COMMENT and TRUNCATE.
func (r *resolver) named(st *statement) {
	c := st.c
	word := c.Next().Value
	c.Accept("ON")
	ifExists := c.Accept("IF", "EXISTS")
	k := acceptKind(c)
	if k == nil && word == "TRUNCATE" {
		k = kindTable
	}
	if k == nil || k.routine {
		return
	}
	if c.Accept("IF", "EXISTS") || ifExists {
		return // It may be missing.
	}
	name, err := c.Name()
	if err != nil || r.isMade(st.scope, name) {
		r.failUnlessDynamic(err)
		return
	}
	o, err := st.find(k, name, nil)
	if err == nil && word == "TRUNCATE" {
		err = st.demand(o, "TRUNCATE")
	}
	if err != nil {
		r.name(name, err)
	}
}

// isMade reports whether the code itself makes a table of that name.
func (r *resolver) isMade(sc *scope, name []string) bool {
	full, err := sc.qualify(name)
	return err == nil && r.made[quoteName(full)]
}
