package account

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// maxViewDepth is how deep views may nest (R7).
const maxViewDepth = 20

// catalog is the account as queries see it, with the rights of one scope.
type catalog struct{ sc *scope }

// maxNesting is how deep views, functions and policies may use one another.
// Some that use themselves by way of others can be made by replacing one later.
const maxNesting = 100

func (sc *scope) checkNesting() error {
	if sc.depth > maxNesting {
		return errUnsupported("views and functions that stand on one another without end")
	}
	return nil
}

// compile compiles a query with the scope's rights.
func (sc *scope) compile(q *sql.Query) (*query.Plan, error) {
	if err := sc.checkNesting(); err != nil {
		return nil, err
	}
	return query.Compile(q, &catalog{sc}, sc.binds())
}

// binds are what variables and placeholders stand for. Views and the like have
// none.
func (sc *scope) binds() query.Binds {
	if sc.depth > 0 || sc.session == nil {
		return query.Binds{Settings: sc.settings()}
	}
	b := query.Binds{Settings: sc.settings(), Values: sc.session.bound, Variables: sc.session.variables}
	if sc.script != nil {
		sc.script.bind(&b)
	}
	return b
}

// Relation resolves a table, view or stream, or a view of INFORMATION_SCHEMA.
func (c *catalog) Relation(name []string) (query.Relation, error) {
	r, err := c.relation(name)
	if err != nil && c.sc.resolving != nil {
		return c.sc.resolving.relation(c.sc, name, err)
	}
	return r, err
}

// relation resolves what a query reads.
func (c *catalog) relation(name []string) (query.Relation, error) {
	full, err := c.sc.qualify(name)
	if err != nil {
		return nil, err
	}
	if full[0] == snowflakeDatabase && full[1] == accountUsage {
		return c.sc.usageRelation(full)
	}
	if full[1] == informationSchema {
		return c.sc.informationRelation(full)
	}
	if m := c.sc.base; m != nil && m.base != nil && quoteName(full) == m.baseName && m.base.alive() {
		return c.sc.read(m.base)
	}
	o, err := c.sc.anyRelation(name)
	if err != nil {
		return nil, err
	}
	return c.sc.read(o)
}

// anyRelation finds a table, view or stream that the roles may see.
func (sc *scope) anyRelation(name []string) (*object, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, err
	}
	for _, k := range []*kind{kindTable, kindStream} {
		if o := sc.lookup(k, full); o != nil && sc.visible(o) {
			return o, nil
		}
	}
	return nil, sc.a.errNotFound("Object", quoteName(full))
}

// read gives what SELECT sees of an object, if the roles may select from it.
func (sc *scope) read(o *object) (query.Relation, error) {
	if err := sc.demand(o, "SELECT"); err != nil {
		return nil, err
	}
	switch d := o.detail.(type) {
	case *tableDetail:
		rows := d.rows
		if sc.past != nil {
			rows = d.asOf(*sc.past).rows
		}
		return &tableRelation{sc: sc, o: o, columns: d.columns, rows: rows, rowAccess: d.rowAccess}, nil
	case *viewDetail:
		return sc.readView(o, d)
	case *streamDetail:
		return sc.readStream(o, d)
	}
	return nil, errUnsupported("SELECT from " + o.kind.words)
}

// Stage checks a stage named after its @.
func (c *catalog) Stage(name string) error { return c.sc.checkStage(name) }

// Sequence resolves the sequence of seq.NEXTVAL.
func (c *catalog) Sequence(name []string) (query.Sequence, error) {
	o, err := c.sc.permitted(kindSequence, name, "USAGE")
	if err != nil && c.sc.resolving != nil {
		c.sc.resolving.name(name, err)
		return &sequenceDetail{}, nil
	}
	if err != nil {
		return nil, err
	}
	return o.detail.(*sequenceDetail), nil
}

// tableRelation is a table as a query reads it: policies have acted on it.
type tableRelation struct {
	sc        *scope
	o         *object
	columns   []*column
	rows      [][]query.Value
	rowAccess *policyUse
}

// Columns lists the table's columns.
func (r *tableRelation) Columns() []query.Column { return queryShape(r.columns) }

// Rows returns the rows that the session may see, masked as it must see them.
func (r *tableRelation) Rows(ctx context.Context) ([][]query.Value, error) {
	if err := r.o.detail.(*tableDetail).checkFilled(r.o.name); err != nil {
		return nil, err
	}
	return r.sc.govern(ctx, r.o, r.columns, r.rowAccess, r.rows)
}

// AsOf is the table at an earlier moment.
func (r *tableRelation) AsOf(m query.Moment) (query.Relation, error) {
	at, err := r.sc.moment(m)
	if err != nil {
		return nil, err
	}
	if err := r.sc.a.reachable(r.o, at); err != nil {
		return nil, err
	}
	v := r.o.detail.(*tableDetail).asOf(at)
	return &tableRelation{sc: r.sc, o: r.o, columns: v.columns, rows: v.rows, rowAccess: r.rowAccess}, nil
}

// queryShape gives columns in the form that queries use.
func queryShape(columns []*column) []query.Column {
	out := make([]query.Column, len(columns))
	for i, c := range columns {
		out[i] = query.Column{Name: c.name, Type: c.typ, Nullable: !c.notNull}
	}
	return out
}

// rowsRelation is a relation of given rows.
type rowsRelation struct {
	columns []query.Column
	rows    [][]query.Value
}

// Columns lists the columns.
func (r *rowsRelation) Columns() []query.Column { return r.columns }

// Rows returns the rows.
func (r *rowsRelation) Rows(context.Context) ([][]query.Value, error) { return r.rows, nil }

// govern applies a table's row access policy and masking policies. They run
// with their owners' rights and see the session's roles (X9).
func (sc *scope) govern(
	ctx context.Context, o *object, columns []*column, rowAccess *policyUse, rows [][]query.Value,
) ([][]query.Value, error) {
	if len(rows) == 0 {
		return rows, nil
	}
	if err := o.checkConstraints(); err != nil {
		return nil, err
	}
	if rowAccess != nil {
		var err error
		if rows, err = sc.filter(ctx, columns, rowAccess, rows); err != nil {
			return nil, err
		}
	}
	seen, copied := rows, false // Policies see what other policies mask.
	for i, c := range columns {
		use := c.masking(o)
		if use == nil {
			continue
		}
		if !copied {
			rows, copied = copyRows(rows), true
		}
		if err := sc.mask(ctx, columns, i, use, seen, rows); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// masking is the policy that acts on a column: its own, or that of a tag on
// the column, the table or what holds it, nearest first (X7).
func (c *column) masking(o *object) *policyUse {
	if c.policy != nil {
		return c.policy
	}
	if p := tagPolicy(c.tags, c.typ); p != nil {
		return &policyUse{policy: p}
	}
	for holder := o; holder != nil; holder = holder.parent {
		if p := tagPolicy(holder.tags, c.typ); p != nil {
			return &policyUse{policy: p}
		}
	}
	return nil
}

// tagPolicy is the masking policy for a data type among those of tags.
func tagPolicy(tags []tagUse, typ sql.Type) *object {
	for _, t := range tags {
		for _, p := range t.tag.detail.(*tagDetail).policies {
			if p.detail.(*policyDetail).params[0].typ.Name == typ.Name {
				return p
			}
		}
	}
	return nil
}

// copyRows copies rows so that cells can be changed.
func copyRows(rows [][]query.Value) [][]query.Value {
	out := make([][]query.Value, len(rows))
	for i, r := range rows {
		out[i] = slices.Clone(r)
	}
	return out
}

// filter keeps the rows that a row access policy lets through.
func (sc *scope) filter(ctx context.Context, columns []*column, use *policyUse, rows [][]query.Value) ([][]query.Value, error) {
	verdicts, err := sc.evaluatePolicy(ctx, use.policy, columns, use.columns, rows)
	if err != nil {
		return nil, err
	}
	var out [][]query.Value
	for i, v := range verdicts {
		if v.Bool() {
			out = append(out, rows[i])
		}
	}
	return out, nil
}

// mask replaces the cells of one column by what its policy makes of them.
func (sc *scope) mask(ctx context.Context, columns []*column, i int, use *policyUse, seen, rows [][]query.Value) error {
	args := append([]string{columns[i].name}, use.columns...)
	masked, err := sc.evaluatePolicy(ctx, use.policy, columns, args, seen)
	if err != nil {
		return err
	}
	for r := range rows {
		rows[r][i] = masked[r]
	}
	return nil
}

// evaluatePolicy runs a policy's body over rows with the named columns as
// arguments.
func (sc *scope) evaluatePolicy(
	ctx context.Context, policy *object, columns []*column, args []string, rows [][]query.Value,
) ([]query.Value, error) {
	d := policy.detail.(*policyDetail)
	expr, err := sc.within(policy).compileExpr(d.expr, d.params)
	if err != nil {
		return nil, err
	}
	out := make([]query.Value, len(rows))
	cells := make([]query.Value, len(d.params))
	for r, row := range rows {
		for a, name := range args {
			if i := columnIndex(columns, name); i >= 0 && a < len(cells) {
				cells[a] = row[i]
			}
		}
		if out[r], err = expr.Eval(ctx, cells); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compileExpr compiles an expression over arguments.
func (sc *scope) compileExpr(e sql.Expr, params []param) (*query.Expression, error) {
	if err := sc.checkNesting(); err != nil {
		return nil, err
	}
	return query.CompileExpr(e, []query.Source{{Columns: paramShape(params)}}, &catalog{sc}, sc.binds())
}

// paramShape gives arguments the form of columns.
func paramShape(params []param) []query.Column {
	out := make([]query.Column, len(params))
	for i, p := range params {
		out[i] = query.Column{Name: p.name, Type: p.typ, Nullable: true}
	}
	return out
}

// compilePolicy checks that every name in a policy's body resolves with the
// rights of the role that writes it.
func (sc *scope) compilePolicy(d *policyDetail, home *object) error {
	inner := *sc
	inner.database, inner.schema = home.parent.name, home.name
	inner.depth++
	x, err := inner.compileExpr(d.expr, d.params)
	if err != nil {
		return err
	}
	return checkAnswer(x, d.returns)
}

// castRows converts rows to the types of the columns that are to hold them.
func (sc *scope) castRows(rows [][]query.Value, columns []*column) ([][]query.Value, error) {
	settings := sc.settings()
	out := make([][]query.Value, len(rows))
	for r, row := range rows {
		out[r] = make([]query.Value, len(columns))
		for i, c := range columns {
			cell, err := castCell(row[i], c, settings)
			if err != nil {
				return nil, err
			}
			out[r][i] = cell
		}
	}
	return out, nil
}

// castCell converts a value to the type of a column, as a session with these
// settings does.
func castCell(v query.Value, c *column, settings query.Settings) (query.Value, error) {
	if v.IsNull() {
		if c.notNull {
			return v, &Error{Code: 100072, State: "22000", Message: "NULL result in a non-nullable column"}
		}
		return v, nil
	}
	if c.typ.Name == "VARCHAR" {
		if text := v.String(); c.typ.Length > 0 && utf8.RuneCountInString(text) > c.typ.Length {
			return v, &Error{Code: 100078, State: "22000", Message: fmt.Sprintf("String '%s' is too long and would be truncated", text)}
		}
	}
	return settings.Cast(v, c.typ)
}
