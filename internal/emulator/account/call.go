package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// argument is one that a CALL passes.
type argument struct {
	name  string // empty unless passed as name => value
	value query.Value
	typ   sql.Type
}

// call runs CALL of a procedure.
func (st *statement) call() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	call, ok := e.(*sql.Call)
	if !ok || call.Bare {
		return nil, st.c.Unexpected()
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if b, ok := builtins[call.Name[0]]; ok && len(call.Name) == 1 {
		return st.callBuiltin(call, b)
	}
	if st.resolving != nil {
		return nil, st.resolveCall(call)
	}
	o, args, err := st.callee(call)
	if err != nil {
		return nil, err
	}
	if err := st.needWarehouse(); err != nil {
		return nil, err
	}
	return st.runProcedure(o, args)
}

// callBuiltin runs CALL of a system function.
func (st *statement) callBuiltin(call *sql.Call, b builtin) (*Result, error) {
	if b.run == nil {
		return nil, errUnsupported("CALL " + call.Name[0])
	}
	v, err := st.constant(call)
	if err != nil {
		return nil, err
	}
	return valueResult(call.Name[0], v, b.returns), nil
}

// callee finds the procedure that a CALL means, among overloads the one whose
// argument types are nearest, and the arguments in its order.
func (st *statement) callee(call *sql.Call) (*object, []query.Value, error) {
	found := st.procedures(call.Name)
	if len(found) == 0 {
		return nil, nil, errUnknownProcedure(call.Name)
	}
	args, err := st.arguments(call)
	if err != nil {
		return nil, nil, err
	}
	found = slices.DeleteFunc(found, func(o *object) bool { return o.detail.(*routineDetail).order(args) == nil })
	if len(found) == 0 {
		return nil, nil, errArgumentTypes(call, args)
	}
	o := slices.MinFunc(found, func(x, y *object) int {
		return cmp.Compare(x.detail.(*routineDetail).distance(args), y.detail.(*routineDetail).distance(args))
	})
	if err := st.demand(o, "USAGE"); err != nil {
		return nil, nil, err
	}
	values, err := st.passed(o, args)
	return o, values, err
}

// procedures lists the procedures of a name that the roles may see.
func (sc *scope) procedures(name []string) []*object {
	full, err := sc.qualify(name)
	if err != nil {
		return nil // Without a schema there are none.
	}
	schema := sc.schemaAt(full)
	if schema == nil {
		return nil
	}
	return schema.sorted(func(o *object) bool {
		return o.kind == kindProcedure && o.name == full[2] && sc.visible(o)
	})
}

// arguments computes what a CALL passes.
func (st *statement) arguments(call *sql.Call) ([]argument, error) {
	args := make([]argument, len(call.Args))
	for i, a := range call.Args {
		x, err := query.CompileExpr(a.Value, nil, &catalog{st.scope}, st.binds())
		if err != nil {
			return nil, err
		}
		v, err := x.Eval(st.ctx, nil)
		if err != nil {
			return nil, err
		}
		args[i] = argument{name: a.Name, value: v, typ: x.Type()}
		if args[i].typ.Name == "" {
			args[i].typ = typeOfValue(v)
		}
	}
	return args, nil
}

// order says at which argument each parameter is passed, -1 where its default
// holds. It answers nil when the procedure cannot be called so.
func (d *routineDetail) order(args []argument) []int {
	if !d.takes(len(args)) {
		return nil
	}
	order := make([]int, len(d.params))
	used := 0
	for i, p := range d.params {
		order[i] = slices.IndexFunc(args, func(a argument) bool { return a.name == p.name })
		if order[i] < 0 && i < len(args) && args[i].name == "" {
			order[i] = i
		}
		if order[i] >= 0 {
			used++
		} else if p.fallback == "" {
			return nil
		}
	}
	if used != len(args) {
		return nil
	}
	return order
}

// distance says how far the arguments are from the types of the parameters.
func (d *routineDetail) distance(args []argument) int {
	total := 0
	for i, at := range d.order(args) {
		if at >= 0 {
			total += typeDistance(args[at].typ.Name, d.params[i].typ.Name)
		}
	}
	return total
}

// typeDistance says how far a value must be converted: not at all, to a wider
// type of its kind, to VARIANT, to text, or from text.
func typeDistance(from, to string) int {
	numeric := []string{"NUMBER", "FLOAT", "DECFLOAT"}
	switch {
	case from == to, from == "":
		return 0
	case slices.Contains(numeric, from) && slices.Contains(numeric, to),
		strings.HasPrefix(from, "TIMESTAMP") && strings.HasPrefix(to, "TIMESTAMP"):
		return 1
	case to == "VARIANT":
		return 2
	case to == "VARCHAR":
		return 3
	}
	return 4
}

// passed gives the arguments the types and the order of the parameters, and
// defaults where nothing is passed.
func (st *statement) passed(o *object, args []argument) ([]query.Value, error) {
	d := o.detail.(*routineDetail)
	out := make([]query.Value, len(d.params))
	for i, at := range d.order(args) {
		v, err := st.within(o).defaultArgument(d.params[i])
		if err != nil {
			return nil, err
		}
		if at >= 0 {
			v = args[at].value
		}
		if out[i], err = st.castTo(v, d.params[i].typ); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// runProcedure runs a procedure: with its owner's rights where it lives, or
// with the caller's where the session is (C24). What an owner's-rights
// procedure calls has owner's rights too (C43).
func (st *statement) runProcedure(o *object, args []query.Value) (*Result, error) {
	d := o.detail.(*routineDetail)
	if d.language != "SQL" {
		return nil, errUnsupported("running the procedure " + o.signature() + ", which is written in " + d.language)
	}
	body, err := script.Parse(d.body)
	if err != nil {
		return nil, typeError(err)
	}
	place := st.session.scope
	owner := d.executeAs == "OWNER" || st.script != nil && st.script.owner
	if owner {
		place = st.session.placeOf(o)
	}
	p := st.newProgram(place)
	p.in.owner = owner
	if p.in.calls++; p.in.calls > maxCallDepth {
		return nil, errTooDeep()
	}
	n := newLocals(p.globals)
	for i, param := range d.params {
		n.declare(param.name, &declared{typ: param.typ, value: args[i]})
	}
	if err := p.run(body, n); err != nil {
		return nil, err
	}
	return st.answered(o, p.answer)
}

// placeOf is where something resolves that runs with its owner's rights.
func (s *Session) placeOf(o *object) func() *scope {
	return func() *scope {
		return &scope{
			a: s.account, session: s, role: o.owner, rights: s.account.rightsOf(o.owner),
			database: o.database().name, schema: o.schema().name,
		}
	}
}

// answered gives what RETURN gave the type that the procedure declares.
func (st *statement) answered(o *object, a answer) (*Result, error) {
	d := o.detail.(*routineDetail)
	if d.table != "" {
		return st.shapedTable(d, a.table)
	}
	if a.table != nil {
		return nil, errReturnedTable()
	}
	v, err := castCell(a.value, &column{typ: d.returns, notNull: d.notNull}, st.settings())
	if err != nil {
		return nil, err
	}
	return valueResult(o.name, v, d.returns), nil
}

// shapedTable gives a returned table the columns that RETURNS TABLE names;
// without any it stays as it is.
func (st *statement) shapedTable(d *routineDetail, r *Result) (*Result, error) {
	shape, err := tableUDF(d)
	if err != nil {
		return nil, err
	}
	columns := shape.Columns()
	if r == nil || len(columns) > 0 && len(columns) != len(r.Columns) {
		return nil, errReturnedTable()
	}
	if len(columns) == 0 {
		return r, nil
	}
	rows, err := newResultSet(r)
	if err != nil {
		return nil, err
	}
	for _, row := range rows.rows {
		for i, c := range columns {
			if row[i], err = st.castTo(row[i], c.Type); err != nil {
				return nil, err
			}
		}
	}
	out := &Result{StatementType: TypeExecute, Columns: wireColumns(columns)}
	out.Rows = encodeRows(rows.rows, out.Columns)
	return out, nil
}

// errReturnedTable says that RETURN and RETURNS do not fit.
func errReturnedTable() *Error {
	return &Error{Code: 100183, State: "P0000", Message: "Stored procedure execution error: " +
		"data type of returned table does not match expected returned table type"}
}

// errUnknownProcedure says that there is no procedure of that name.
func errUnknownProcedure(name []string) *Error {
	if len(name) > 1 {
		return sqlError(2141, "42601", "Unknown user-defined function %s", quoteName(name))
	}
	return sqlError(2140, "42601", "Unknown function %s", quoteName(name))
}

// errArgumentTypes says that no procedure of the name takes the arguments.
func errArgumentTypes(call *sql.Call, args []argument) *Error {
	types := make([]string, len(args))
	for i, a := range args {
		types[i] = a.typ.String()
	}
	return &Error{Code: 1044, State: "42P13", Message: "SQL compilation error: error line " + itoa(call.Line) + " at position " +
		itoa(call.Column) + "\nInvalid argument types for function '" + lastPart(call.Name) + "': (" + strings.Join(types, ", ") + ")"}
}

// execute runs EXECUTE IMMEDIATE, EXECUTE TASK and EXECUTE ALERT.
func (st *statement) execute() (*Result, error) {
	switch {
	case st.c.Accept("TASK"):
		return st.apart((*statement).executeTask)
	case st.c.Accept("ALERT"):
		return st.apart((*statement).executeAlert)
	case st.c.Accept("IMMEDIATE"):
		return st.executeImmediate()
	case st.c.Accept("USING"):
		return st.executeUsing()
	}
	return nil, st.c.Unexpected()
}

// executeImmediate runs the block or the one statement in a text.
func (st *statement) executeImmediate() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	var exprs []sql.Expr
	if st.c.Accept("USING") {
		if exprs, err = st.expressions(true); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	text, err := st.constant(e)
	if err != nil {
		return nil, err
	}
	var using []query.Value
	for _, e := range exprs {
		v, err := st.constant(e)
		if err != nil {
			return nil, err
		}
		using = append(using, v)
	}
	return st.runText(text, func(text string) (*Result, error) { return st.runWithin(text, using) })
}

// runWithin runs the statement of EXECUTE IMMEDIATE in place of this one.
func (st *statement) runWithin(text string, using []query.Value) (*Result, error) {
	c, err := st.session.lex(text)
	if err != nil {
		return nil, err
	}
	inner := *st
	inner.c, inner.req.SQL = c, text
	if len(using) > 0 {
		bound := *st.scope
		in := scriptScope{budget: &budget{}}
		if st.script != nil {
			in = *st.script
		}
		in.locals, in.using = newLocals(nil), using
		bound.script = &in
		inner.scope = &bound
	}
	c.Lookup = inner.lookupText
	return inner.dispatch()
}
