package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// counted is the answer of DML: how many rows it touched.
func counted(statementType int64, what string, n int) (*Result, error) {
	s := &sheet{Result{StatementType: statementType, Columns: []Column{fixedColumn("number of rows " + what)}}}
	s.add(n)
	return s.result(), nil
}

// dmlTarget finds the table of a DML statement, with the privilege on it and a
// warehouse to run on. The owner of an Iceberg table needs its volume (P13).
func (st *statement) dmlTarget(name []string, privilege string) (*object, *tableDetail, error) {
	o, err := st.permitted(kindTable, name, privilege)
	if err != nil {
		return nil, nil, err
	}
	if o.kind == kindDynamicTable {
		return nil, nil, errUnsupported("DML on a dynamic table")
	}
	if err := st.checkVolume(o); err != nil {
		return nil, nil, err
	}
	return o, o.detail.(*tableDetail), st.needWarehouse()
}

// setRows gives a table new rows.
func (st *statement) setRows(o *object, rows [][]query.Value) {
	st.snapshot(o)
	d := o.detail.(*tableDetail)
	d.rows = rows
	st.consumeStreams()
}

// insertion is what INSERT says.
type insertion struct {
	columns []string
	// values holds the expressions of VALUES; nil stands for DEFAULT.
	values    [][]sql.Expr
	query     *sql.Query
	overwrite bool
}

// insert runs INSERT INTO … VALUES and INSERT INTO … SELECT.
func (st *statement) insert() (*Result, error) {
	in := insertion{overwrite: st.c.Accept("OVERWRITE")}
	if !st.c.Accept("INTO") {
		if st.c.Looking("ALL") || st.c.Looking("FIRST") {
			return nil, errUnsupported("multi-table INSERT")
		}
		return nil, st.c.Unexpected()
	}
	st.c.Accept("TABLE")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if st.c.LookingOp("(") && !st.columnsAreQuery() {
		if in.columns, err = st.identList(); err != nil {
			return nil, err
		}
	}
	if err := st.insertSource(&in); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.runInsert(name, in)
}

// columnsAreQuery reports whether the parenthesis opens a query.
func (st *statement) columnsAreQuery() bool {
	t := st.c.PeekAt(1)
	return t.Is("SELECT") || t.Is("WITH") || t.IsOp("(")
}

// insertSource reads VALUES or a query.
func (st *statement) insertSource(in *insertion) error {
	if !st.c.Accept("VALUES") {
		var err error
		in.query, err = query.Parse(st.c)
		return err
	}
	for {
		row, err := st.valuesRow()
		if err != nil {
			return err
		}
		in.values = append(in.values, row)
		if !st.c.AcceptOp(",") {
			return nil
		}
	}
}

// valuesRow reads (expression | DEFAULT, …).
func (st *statement) valuesRow() ([]sql.Expr, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	var row []sql.Expr
	for {
		if st.c.Accept("DEFAULT") {
			row = append(row, nil)
		} else {
			e, err := sql.ParseExpr(st.c)
			if err != nil {
				return nil, err
			}
			row = append(row, e)
		}
		if !st.c.AcceptOp(",") {
			return row, st.c.ExpectOp(")")
		}
	}
}

// runInsert computes the rows and appends them.
func (st *statement) runInsert(name []string, in insertion) (*Result, error) {
	o, d, err := st.dmlTarget(name, "INSERT")
	if err != nil {
		return nil, err
	}
	targets, err := d.targets(in.columns)
	if err != nil {
		return nil, err
	}
	var added [][]query.Value
	if in.query != nil {
		added, err = st.queryRows(d, targets, in.query)
	} else {
		added, err = st.valueRows(d, targets, in.values)
	}
	if err != nil {
		return nil, err
	}
	rows := d.rows
	if in.overwrite {
		rows = nil
	}
	st.setRows(o, slices.Concat(rows, added))
	return counted(TypeInsert, "inserted", len(added))
}

// targets finds the places of the named columns; all when none are named.
func (d *tableDetail) targets(columns []string) ([]int, error) {
	if columns == nil {
		out := make([]int, len(d.columns))
		for i := range out {
			out[i] = i
		}
		return out, nil
	}
	out := make([]int, len(columns))
	for i, name := range columns {
		if out[i] = columnIndex(d.columns, name); out[i] < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
	}
	return out, nil
}

// errColumnCount says that values and columns do not match.
func errColumnCount(want, got int) *Error {
	return sqlError(2020, "21S01", "Insert value list does not match column list expecting %d but got %d", want, got)
}

// queryRows runs the query of an INSERT.
func (st *statement) queryRows(d *tableDetail, targets []int, q *sql.Query) ([][]query.Value, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	plan, err := st.compile(q)
	if err != nil {
		return nil, err
	}
	if got := len(plan.Columns()); got > 0 && got != len(targets) {
		return nil, errColumnCount(len(targets), got)
	}
	from, err := plan.Rows(st.ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]query.Value, len(from))
	for r, values := range from {
		row, err := st.newRow(d, targets, len(values), func(i int) (query.Value, bool, error) { return values[i], true, nil })
		if err != nil {
			return nil, err
		}
		out[r] = row
	}
	return out, nil
}

// valueRows computes the rows of VALUES, once for each element of array
// bindings.
func (st *statement) valueRows(d *tableDetail, targets []int, values [][]sql.Expr) ([][]query.Value, error) {
	var out [][]query.Value
	for n := range st.bindingRows() {
		if err := st.bindRow(n); err != nil {
			return nil, err
		}
		for _, exprs := range values {
			row, err := st.newRow(d, targets, len(exprs), func(i int) (query.Value, bool, error) {
				if exprs[i] == nil {
					return query.NullValue, false, nil
				}
				v, err := st.constant(exprs[i])
				return v, true, err
			})
			if err != nil {
				return nil, err
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// bindingRows is the length of array bindings, 1 without any.
func (st *statement) bindingRows() int {
	n := 1
	for _, b := range st.req.Bindings {
		n = max(n, len(b.Values))
	}
	return n
}

// newRow makes a row of given values and, for the other columns, defaults.
func (st *statement) newRow(
	d *tableDetail, targets []int, got int, value func(int) (query.Value, bool, error),
) ([]query.Value, error) {
	if got != len(targets) {
		return nil, errColumnCount(len(targets), got)
	}
	row := make([]query.Value, len(d.columns))
	given := make([]bool, len(d.columns))
	for i, at := range targets {
		v, ok, err := value(i)
		if err != nil {
			return nil, err
		}
		row[at], given[at] = v, ok
	}
	for i, c := range d.columns {
		var err error
		if !given[i] {
			if row[i], err = st.defaultValue(c); err != nil {
				return nil, err
			}
		}
		if row[i], err = castCell(row[i], c); err != nil {
			return nil, err
		}
	}
	return row, nil
}

// defaultValue is what a column gets when nothing is given.
func (st *statement) defaultValue(c *column) (query.Value, error) {
	switch {
	case c.identity != nil:
		n := c.identity.next
		c.identity.next += c.identity.step
		return query.IntOf(n), nil
	case c.sequence != nil:
		return c.sequence.detail.(*sequenceDetail).Next()
	case c.expr != nil:
		return st.constant(c.expr)
	}
	return query.NullValue, nil
}

// source is a table of UPDATE, DELETE or MERGE in the form that expressions
// resolve their columns in.
func (st *statement) source(o *object, alias string) query.Source {
	name := []string{alias}
	if alias == "" {
		name = o.path()
	}
	return query.Source{Name: name, Columns: queryShape(o.columnsOf())}
}

// target reads the table of UPDATE and DELETE with its alias.
func (st *statement) targetTable(stop ...string) (name []string, alias string, err error) {
	if name, err = st.c.Name(); err != nil {
		return nil, "", err
	}
	st.c.Accept("AS")
	if t := st.token(); t.Kind == sql.QuotedIdent || t.Kind == sql.Ident && !slices.Contains(stop, t.Value) {
		alias, err = st.c.Ident()
	}
	return name, alias, err
}

// joined are the rows that UPDATE and DELETE may look at beside the target's.
type joined struct {
	sources []query.Source
	rows    [][]query.Value
}

// others reads FROM or USING with its tables.
func (st *statement) others(word string) (joined, error) {
	if !st.c.Accept(word) {
		return joined{rows: [][]query.Value{nil}}, nil
	}
	from, err := sql.ParseFrom(st.c)
	if err != nil {
		return joined{}, err
	}
	return st.joinedRows(from)
}

// joinedRows compiles and reads tables.
func (st *statement) joinedRows(from sql.TableExpr) (joined, error) {
	t, err := query.CompileTable(from, &catalog{st.scope}, st.binds())
	if err != nil {
		return joined{}, err
	}
	rows, err := t.Rows(st.ctx)
	return joined{sources: t.Sources(), rows: rows}, err
}

// whereClause reads WHERE over the given sources; nil without one.
func (st *statement) whereClause(sources []query.Source) (*query.Expression, error) {
	if !st.c.Accept("WHERE") {
		return nil, st.end()
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return query.CompileExpr(e, sources, &catalog{st.scope}, st.binds())
}

// firstMatch finds the first of the joined rows for which the condition holds.
func (st *statement) firstMatch(row []query.Value, j joined, where *query.Expression) ([]query.Value, bool, error) {
	for _, other := range j.rows {
		all := slices.Concat(row, other)
		if where == nil {
			return all, true, nil
		}
		ok, err := where.Matches(st.ctx, all)
		if ok || err != nil {
			return all, ok, err
		}
	}
	return nil, false, nil
}

// deleteRows runs DELETE FROM … [USING …] [WHERE …].
func (st *statement) deleteRows() (*Result, error) {
	if err := cmpErr(st.c.Expect("FROM"), st.bind()); err != nil {
		return nil, err
	}
	name, alias, err := st.targetTable("WHERE", "USING")
	if err != nil {
		return nil, err
	}
	o, d, err := st.dmlTarget(name, "DELETE")
	if err != nil {
		return nil, err
	}
	j, err := st.others("USING")
	if err != nil {
		return nil, err
	}
	where, err := st.whereClause(append([]query.Source{st.source(o, alias)}, j.sources...))
	if err != nil {
		return nil, err
	}
	kept := make([][]query.Value, 0, len(d.rows))
	for _, row := range d.rows {
		_, hit, err := st.firstMatch(row, j, where)
		if err != nil {
			return nil, err
		}
		if !hit {
			kept = append(kept, row)
		}
	}
	n := len(d.rows) - len(kept)
	st.setRows(o, kept)
	return counted(TypeDelete, "deleted", n)
}

// assignment is one column = expression of SET.
type assignment struct {
	column int
	parsed sql.Expr
	expr   *query.Expression
}

// assignments reads SET column = expression, ….
func (st *statement) assignments(d *tableDetail) ([]assignment, error) {
	var out []assignment
	for {
		name, err := st.c.Name()
		if err != nil {
			return nil, err
		}
		i := columnIndex(d.columns, lastPart(name))
		if i < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteName(name))
		}
		if err := st.c.ExpectOp("="); err != nil {
			return nil, err
		}
		e, err := sql.ParseExpr(st.c)
		if err != nil {
			return nil, err
		}
		out = append(out, assignment{column: i, parsed: e})
		if !st.c.AcceptOp(",") {
			return out, nil
		}
	}
}

// compileAssignments resolves the expressions of SET.
func (st *statement) compileAssignments(list []assignment, sources []query.Source) error {
	for i := range list {
		var err error
		if list[i].expr, err = query.CompileExpr(list[i].parsed, sources, &catalog{st.scope}, st.binds()); err != nil {
			return err
		}
	}
	return nil
}

// assign computes the changed row.
func (st *statement) assignRow(d *tableDetail, row, all []query.Value, list []assignment) ([]query.Value, error) {
	out := slices.Clone(row)
	for _, a := range list {
		v, err := a.expr.Eval(st.ctx, all)
		if err != nil {
			return nil, err
		}
		if out[a.column], err = castCell(v, d.columns[a.column]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// update runs UPDATE … SET … [FROM …] [WHERE …].
func (st *statement) update() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	name, alias, err := st.targetTable("SET")
	if err != nil {
		return nil, err
	}
	o, d, err := st.dmlTarget(name, "UPDATE")
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("SET"); err != nil {
		return nil, err
	}
	list, err := st.assignments(d)
	if err != nil {
		return nil, err
	}
	j, err := st.others("FROM")
	if err != nil {
		return nil, err
	}
	sources := append([]query.Source{st.source(o, alias)}, j.sources...)
	where, err := st.whereClause(sources)
	if err != nil {
		return nil, err
	}
	if err := st.compileAssignments(list, sources); err != nil {
		return nil, err
	}
	return st.runUpdate(o, d, j, where, list)
}

// runUpdate changes the rows that match.
func (st *statement) runUpdate(o *object, d *tableDetail, j joined, where *query.Expression, list []assignment) (*Result, error) {
	rows := slices.Clone(d.rows)
	n := 0
	for i, row := range d.rows {
		all, hit, err := st.firstMatch(row, j, where)
		if err != nil {
			return nil, err
		}
		if !hit {
			continue
		}
		if rows[i], err = st.assignRow(d, row, all, list); err != nil {
			return nil, err
		}
		n++
	}
	st.setRows(o, rows)
	r, err := counted(TypeUpdate, "updated", n)
	r.Columns = append(r.Columns, fixedColumn("number of multi-joined rows updated"))
	r.Rows[0] = append(r.Rows[0], encode(0))
	return r, err
}

// truncate runs TRUNCATE [TABLE] [IF EXISTS] t.
func (st *statement) truncate() (*Result, error) {
	st.c.Accept("TABLE")
	ifExists := st.c.Accept("IF", "EXISTS")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.object(kindTable, name)
	if err != nil {
		if ifExists && isNotFound(err) {
			return done()
		}
		return nil, err
	}
	if err := cmpErr(st.demand(o, "TRUNCATE"), st.checkVolume(o)); err != nil {
		return nil, err
	}
	st.setRows(o, nil)
	return done()
}

// call runs CALL: the name must resolve and be usable; the emulator runs no
// procedures.
func (st *statement) call() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	mark := st.c.Mark()
	if _, err := st.c.Parenthesised(); err != nil {
		return nil, err
	}
	st.c.Reset(mark + 1)
	args := 0
	if !st.c.LookingOp(")") {
		exprs, err := sql.ParseExprs(st.c)
		if err != nil {
			return nil, err
		}
		args = len(exprs)
	}
	if err := cmpErr(st.c.ExpectOp(")"), st.end()); err != nil {
		return nil, err
	}
	if b, ok := builtins[name[0]]; ok && len(name) == 1 && b.run == nil {
		return nil, errUnsupported("CALL " + name[0])
	}
	o, err := st.userFunction(name, args, kindProcedure)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, sqlError(2140, "42601", "Unknown function %s", quoteName(name))
	}
	if err := st.needWarehouse(); err != nil {
		return nil, err
	}
	return nil, errUnsupported("running the procedure " + o.signature())
}

// execute runs EXECUTE IMMEDIATE of a text and EXECUTE TASK.
func (st *statement) execute() (*Result, error) {
	switch {
	case st.c.Accept("TASK"):
		return st.executeTask()
	case st.c.Accept("IMMEDIATE"):
		return st.executeImmediate()
	}
	return nil, st.c.Unexpected()
}

// executeImmediate runs the one statement in a text. Scripting blocks are not
// run.
func (st *statement) executeImmediate() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	text, err := st.constant(e)
	if err != nil {
		return nil, err
	}
	c, err := sql.NewCursor(text.String())
	if err != nil {
		return nil, err
	}
	if c.Looking("DECLARE") || c.Looking("BEGIN") && !c.PeekAt(1).IsOp(";") && c.PeekAt(1).Kind != sql.EOF {
		return nil, errUnsupported("Snowflake Scripting block")
	}
	inner := *st
	inner.c, inner.req.SQL = c, text.String()
	c.Lookup = inner.lookupText
	return inner.dispatch()
}
