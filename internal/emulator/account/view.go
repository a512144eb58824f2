package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// viewDetail is what views and materialized views have.
type viewDetail struct {
	columns []*column
	// text is the whole statement as typed (C26), body the query as typed.
	text, body   string
	query        *sql.Query
	secure       bool
	recursive    bool
	tracking     bool
	rowAccess    *policyUse
	materialized *materialized

	// plan was compiled in the statement of tick compiledAt, and height is how
	// many views stand on one another in it, this one included.
	plan       *query.Plan
	compiledAt int64
	height     int
	expanding  bool
}

// materialized is what only materialized views have.
type materialized struct {
	clusterBy string
	suspended bool
	noCluster bool
	// baseName is the base table's full name when the view was made, base the
	// table: a clone reads the copy by the old name.
	baseName string
	base     *object
}

// invalid says why a materialized view cannot be read; it is empty when it can,
// and for views of other kinds. It holds on to its base table by id: another
// table of the same name does not do (R5).
func (m *materialized) invalid() string {
	switch {
	case m == nil:
		return ""
	case m.suspended:
		return "Marked Materialized View as invalid manually."
	case m.base != nil && !m.base.alive():
		return "The base table was dropped or replaced."
	}
	return ""
}

// viewSpec is what CREATE VIEW says.
type viewSpec struct {
	detail               *viewDetail
	comment              string
	tags                 []tagUse
	attached             []attachment
	copyGrants, copyTags bool
	written              []*column
}

// createView runs CREATE VIEW.
func (st *statement) createView(cr *creation) (*Result, error) {
	return st.createViewOf(cr, kindView, &viewDetail{secure: cr.has("SECURE"), recursive: cr.has("RECURSIVE")})
}

// createMaterializedView runs CREATE MATERIALIZED VIEW.
func (st *statement) createMaterializedView(cr *creation) (*Result, error) {
	return st.createViewOf(cr, kindMaterializedView, &viewDetail{secure: cr.has("SECURE"), materialized: &materialized{}})
}

func (st *statement) createViewOf(cr *creation, k *kind, d *viewDetail) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	spec := &viewSpec{detail: d}
	if err := st.viewClauses(spec); err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	mark := st.c.Mark()
	var err error
	if d.query, err = sql.ParseQuery(st.c); err != nil {
		return nil, err
	}
	d.body, d.text = st.c.Text(mark, st.c.Mark()), st.c.Text(cr.start, st.c.Mark())
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.installView(cr, k, spec)
}

// viewClauses reads columns and clauses up to AS.
func (st *statement) viewClauses(spec *viewSpec) error {
	d := spec.detail
	for {
		var err error
		switch {
		case st.c.LookingOp("(") && spec.written == nil:
			spec.written, err = st.viewColumns()
		case st.c.Accept("COPY", "GRANTS"):
			spec.copyGrants = true
		case st.c.Accept("COPY", "TAGS"):
			spec.copyTags = true
		case st.c.Looking("ROW", "ACCESS"), st.c.Looking("WITH", "ROW", "ACCESS"):
			st.c.Accept("WITH")
			d.rowAccess, err = st.rowAccessClause(spec.written)
		case d.materialized != nil && st.c.Accept("CLUSTER", "BY"):
			d.materialized.clusterBy, err = st.clusterKey()
		case st.c.Looking("COMMENT"), st.c.Looking("CHANGE_TRACKING"):
			err = st.viewProperty(spec)
		case st.c.Looking("TAG"), st.c.Looking("WITH", "TAG"):
			_, err = st.acceptTags(&spec.tags)
		default:
			more, err := st.acceptAttachment(&spec.attached)
			if more && err == nil {
				continue
			}
			return err
		}
		if err != nil {
			return err
		}
	}
}

// viewProperty reads COMMENT and CHANGE_TRACKING.
func (st *statement) viewProperty(spec *viewSpec) error {
	props, err := readProperties(st.c, names("COMMENT CHANGE_TRACKING"))
	if err != nil {
		return err
	}
	spec.comment = props.text("COMMENT", spec.comment)
	spec.detail.tracking, err = props.flag("CHANGE_TRACKING", spec.detail.tracking)
	return err
}

// viewColumns reads "(a COMMENT '…', b WITH MASKING POLICY p, …)".
func (st *statement) viewColumns() ([]*column, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	var out []*column
	for {
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		col := &column{name: name}
		for more := true; more; {
			if st.c.Accept("COMMENT") {
				st.c.AcceptOp("=")
				col.comment, err = st.c.String()
			} else {
				more, err = st.columnGovernance(col)
			}
			if err != nil {
				return nil, err
			}
		}
		out = append(out, col)
		if !st.c.AcceptOp(",") {
			return out, st.c.ExpectOp(")")
		}
	}
}

// installView compiles the query with the creator's rights in the schema that
// is to hold the view (C24, R7) and puts the view into its place.
func (st *statement) installView(cr *creation, k *kind, spec *viewSpec) (*Result, error) {
	s, err := st.slot(cr, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if cr.alter && s.old != nil {
		return st.reshapeView(s.old, spec)
	}
	if err := st.shapeView(spec, s); err != nil {
		return nil, err
	}
	o := st.install(s, k, spec.detail, spec.copyGrants)
	if spec.copyTags && s.old != nil {
		copyTags(o, s.old)
	}
	o.comment, o.attached = spec.comment, spec.attached
	for _, t := range spec.tags {
		o.setTag(t)
	}
	return created(o)
}

// shapeView compiles a view and gives it its columns.
func (st *statement) shapeView(spec *viewSpec, s *slot) error {
	d := spec.detail
	if d.recursive {
		d.query = recursiveQuery(s.name, spec.written, d.query)
	}
	inner := st.inSchema(s.parent)
	height := 1
	inner.defining, inner.nesting = s.old, &height
	plan, err := inner.compile(d.query)
	if err != nil {
		return err
	}
	if height > maxViewDepth {
		return sqlError(2035, "42601", "Maximum number of nested views (%d) is exceeded", maxViewDepth)
	}
	if d.columns, err = namedColumns(spec.written, d.query, plan); err != nil {
		return err
	}
	if d.materialized != nil {
		if err := inner.materialize(d.materialized, plan); err != nil {
			return err
		}
	}
	if err := checkAttachments(spec.attached, d.columns); err != nil {
		return err
	}
	return checkPolicyColumns(d.columns, d.rowAccess)
}

// recursiveQuery is the query of a recursive view, in which its own name means
// what was found so far: WITH RECURSIVE v (columns) AS (query) SELECT * FROM v.
func recursiveQuery(name string, columns []*column, q *sql.Query) *sql.Query {
	cte := sql.CTE{Pos: q.Pos, Name: name, Query: q}
	for _, c := range columns {
		cte.Columns = append(cte.Columns, c.name)
	}
	return &sql.Query{Pos: q.Pos, With: []sql.CTE{cte}, Body: &sql.Select{
		Pos: q.Pos, Items: []sql.Item{{Expr: &sql.Star{Pos: q.Pos}, Text: "*"}}, From: &sql.Table{Pos: q.Pos, Name: []string{name}},
	}}
}

// materialize finds the base table of a materialized view.
func (sc *scope) materialize(m *materialized, plan *query.Plan) error {
	refs := plan.References()
	if len(refs) != 1 {
		return sqlError(2210, "42601", "Invalid materialized view definition. More than one table referenced in the view definition")
	}
	base, err := sc.anyRelation(refs[0])
	if err != nil {
		return err
	}
	if base.kind == kindView || base.kind == kindMaterializedView || base.kind == kindHybridTable {
		return sqlError(2210, "42601", "Invalid materialized view definition. It cannot read %s '%s'", lower(base.kind.words), base.name)
	}
	m.base, m.baseName = base, base.qualified()
	return checkUnmasked(base, plan)
}

// checkUnmasked refuses a materialized view that shows a column with a masking
// policy (X8).
func checkUnmasked(base *object, plan *query.Plan) error {
	shown := plan.Columns()
	for _, c := range base.columnsOf() {
		named := func(s query.Column) bool { return s.Name == c.name }
		if c.masking(base) != nil && slices.ContainsFunc(shown, named) {
			return errUnsupported("CREATE ON MASKING POLICY COLUMN")
		}
	}
	return nil
}

// inSchema is the scope of the statement's role within a schema, for what is
// compiled there: neither variables nor binds are known.
func (st *statement) inSchema(schema *object) *scope {
	inner := *st.scope
	inner.database, inner.schema = schema.parent.name, schema.name
	inner.depth++
	return &inner
}

// reshapeView runs CREATE OR ALTER VIEW: comment, security and change tracking
// may change, the query may not unless the switch says so (U8).
func (st *statement) reshapeView(o *object, spec *viewSpec) (*Result, error) {
	old, d := o.detail.(*viewDetail), spec.detail
	if old.body != d.body {
		if !st.a.switches.CreateOrAlterViewChangesQuery {
			return nil, errUnsupported("CREATE OR ALTER VIEW with a changed query")
		}
		if err := st.shapeView(spec, &slot{parent: o.parent, name: o.name, old: o}); err != nil {
			return nil, err
		}
		old.columns, old.query, old.body, old.text = d.columns, d.query, d.body, d.text
	}
	old.secure, old.tracking = d.secure, d.tracking
	o.comment = spec.comment
	st.touch(o)
	return statusResult(fmt.Sprintf("View %s successfully altered.", o.name)), nil
}

// viewRelation is a view as a query reads it.
type viewRelation struct {
	sc   *scope
	o    *object
	plan *query.Plan
}

// readView expands a view with its owner's rights. What it names must resolve
// now, or the query that reads it fails.
func (sc *scope) readView(o *object, d *viewDetail) (query.Relation, error) {
	if o == sc.defining {
		return nil, errSelfReference()
	}
	if reason := d.materialized.invalid(); reason != "" {
		return nil, expansionError(o, sqlError(2037, "42601", "Materialized View %s is invalid. Invalidation reason: %s", o.name, reason))
	}
	plan, err := sc.expand(o, d)
	if err != nil {
		return nil, sc.redactSecure(o, d, err)
	}
	if sc.nesting != nil {
		*sc.nesting = max(*sc.nesting, d.height+1)
	}
	return &viewRelation{sc: sc, o: o, plan: plan}, nil
}

// expand compiles a view, once in each statement.
func (sc *scope) expand(o *object, d *viewDetail) (*query.Plan, error) {
	if d.plan != nil && d.compiledAt == sc.a.tick && sc.past == nil {
		return d.plan, nil
	}
	if d.expanding {
		return nil, errSelfReference()
	}
	d.expanding = true
	defer func() { d.expanding = false }()
	inner, height := sc.within(o), 1
	inner.nesting = &height
	if d.materialized != nil {
		inner.base = d.materialized
	}
	plan, err := inner.compile(d.query)
	if err != nil {
		return nil, expansionError(o, err)
	}
	if height > maxViewDepth {
		return nil, sqlError(2035, "42601", "Maximum number of nested views (%d) is exceeded", maxViewDepth)
	}
	if got := len(plan.Columns()); got > 0 && got != len(d.columns) {
		return nil, sqlError(2057, "42601", "View definition for '%s' declared %d column(s), but view query produces %d column(s).",
			o.plainName(), len(d.columns), got)
	}
	if sc.past == nil {
		d.plan, d.compiledAt, d.height = plan, sc.a.tick, height
	}
	return plan, nil
}

// errSelfReference refuses a view that reads itself.
func errSelfReference() *Error {
	return sqlError(2037, "42601", "View definition refers to view being defined")
}

// expansionError tells through which view a query failed.
func expansionError(o *object, err error) error {
	state, ok := errors.AsType[*Error](clientError(err))
	if !ok {
		return err
	}
	return &Error{
		Code: state.Code, State: state.State,
		Message: fmt.Sprintf("SQL compilation error:\nFailure during expansion of view '%s': %s", o.name, state.Message),
	}
}

// Columns lists the view's columns.
func (r *viewRelation) Columns() []query.Column {
	return queryShape(r.o.detail.(*viewDetail).columns)
}

// Rows runs the view's query and applies the policies on the view itself.
func (r *viewRelation) Rows(ctx context.Context) ([][]query.Value, error) {
	d := r.o.detail.(*viewDetail)
	rows, err := r.plan.Rows(ctx)
	if err != nil {
		return nil, r.sc.redactSecure(r.o, d, err)
	}
	return r.sc.govern(ctx, r.o, d.columns, d.rowAccess, rows)
}

// redactSecure takes from an error within a secure view what it tells of the
// view, unless a role owns it; the number stays. That the emulator cannot do
// something is told all the same.
func (sc *scope) redactSecure(o *object, d *viewDetail, err error) error {
	known, ok := errors.AsType[*Error](clientError(err))
	if !ok || !d.secure || sc.rights.owns(o) || known.Code == errUnsupported("").Code {
		return err
	}
	return &Error{Code: known.Code, State: known.State, Message: "Error in secure object"}
}
