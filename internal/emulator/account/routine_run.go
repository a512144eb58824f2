package account

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// bodyColumns are the arguments as the body of a function sees them: by their
// names, and one whose name is quoted and not in upper case by the name in
// upper case too, as gosnowflake's own TestFunctionParameters relies on.
func bodyColumns(params []param) []query.Column {
	out := paramShape(params)
	for _, p := range params {
		if upper := sql.Upper(p.name); !slices.ContainsFunc(out, func(c query.Column) bool { return c.Name == upper }) {
			out = append(out, query.Column{Name: upper, Type: p.typ, Nullable: true})
		}
	}
	return out
}

// bodyRow are the values of bodyColumns.
func bodyRow(params []param, args []query.Value) []query.Value {
	columns := bodyColumns(params)
	row := append(make([]query.Value, 0, len(columns)), args...)
	for _, c := range columns[len(params):] {
		i := slices.IndexFunc(params, func(p param) bool { return sql.Upper(p.name) == c.Name })
		row = append(row, args[i])
	}
	return row
}

// compileBody compiles the body of a scalar function.
func (sc *scope) compileBody(d *routineDetail) (*query.Expression, error) {
	if err := sc.checkNesting(); err != nil {
		return nil, err
	}
	return query.CompileExpr(d.expr, []query.Source{{Columns: bodyColumns(d.params)}}, &catalog{sc}, sc.binds())
}

// caller runs the body of a SQL function.
func (sc *scope) caller(d *routineDetail) call {
	return func(ctx context.Context, args []query.Value) (query.Value, error) {
		expr, err := sc.compileBody(d)
		if err != nil {
			return query.NullValue, err
		}
		for _, p := range d.params[len(args):] {
			v, err := sc.defaultArgument(p)
			if err != nil {
				return query.NullValue, err
			}
			args = append(slices.Clip(args), v)
		}
		v, err := expr.Eval(ctx, bodyRow(d.params, args))
		if err != nil {
			return v, err
		}
		return sc.settings().Cast(v, d.returns)
	}
}

// defaultArgument computes the DEFAULT of a parameter.
func (sc *scope) defaultArgument(p param) (query.Value, error) {
	if p.fallback == "" {
		return query.NullValue, nil
	}
	c, err := newCursor(p.fallback)
	if err != nil {
		return query.NullValue, err
	}
	e, err := sql.ParseExpr(c)
	if err != nil {
		return query.NullValue, err
	}
	return sc.constant(e)
}

// tableCall is a call of a table function in SQL.
type tableCall struct {
	sc   *scope
	d    *routineDetail
	body *query.Body
	args []query.Value
	// columns are those that RETURNS TABLE names.
	columns []query.Column
}

// callTable compiles a call of a user's table function. One in another
// language has columns and cannot be run, and neither can one with arguments
// that depend on a row.
func (sc *scope) callTable(o *object, args arguments) (query.Relation, error) {
	d := o.detail.(*routineDetail)
	shape, err := tableUDF(d)
	if err != nil {
		return nil, err
	}
	body, ok := d.expr.(*sql.Exists)
	if !ok {
		return shape, nil
	}
	sc.session.computes = true
	t := &tableCall{sc: sc.within(o), d: d, columns: shape.Columns()}
	if err := t.sc.checkNesting(); err != nil {
		return nil, err
	}
	if t.body, err = query.CompileBody(body.Query, bodyColumns(d.params), &catalog{t.sc}, t.sc.binds()); err != nil {
		return nil, err
	}
	if got := len(t.body.Columns()); got > 0 && got != len(t.columns) {
		return nil, sqlError(2057, "42601", "declared column count %d does not match the query's %d columns of table function '%s'",
			len(t.columns), got, o.name)
	}
	if slices.ContainsFunc(args, func(a query.Arg) bool { return !a.Known }) {
		return shape, nil
	}
	t.args, err = t.passed(args)
	return t, err
}

// passed gives arguments the order and the types of the parameters.
func (t *tableCall) passed(args arguments) ([]query.Value, error) {
	out := make([]query.Value, len(t.d.params))
	for i, p := range t.d.params {
		at := slices.IndexFunc(args, func(a query.Arg) bool { return a.Name == p.name })
		if at < 0 && i < len(args) && args[i].Name == "" {
			at = i
		}
		v, err := t.sc.defaultArgument(p)
		if at >= 0 {
			v = args[at].Value
		}
		if err != nil {
			return nil, err
		}
		if out[i], err = t.sc.castTo(v, p.typ); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Columns lists the columns.
func (t *tableCall) Columns() []query.Column { return t.columns }

// Rows runs the body with its owner's rights.
func (t *tableCall) Rows(ctx context.Context) ([][]query.Value, error) {
	rows, err := t.body.Rows(ctx, bodyRow(t.d.params, t.args))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		for i, c := range t.columns {
			if row[i], err = t.sc.castTo(row[i], c.Type); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}
