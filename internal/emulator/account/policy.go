package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// param is an argument of a policy or routine.
type param struct {
	name     string
	typ      sql.Type
	fallback string // DEFAULT as written
	// table holds the columns of an argument of type TABLE(…), as written.
	table string
}

// policyDetail is what masking and row access policies have.
type policyDetail struct {
	params  []param
	returns sql.Type
	body    string
	expr    sql.Expr
	exempt  bool // EXEMPT_OTHER_POLICIES
	// archive is the tier and time of a storage lifecycle policy.
	archive properties
}

// createMaskingPolicy runs CREATE MASKING POLICY.
func (st *statement) createMaskingPolicy(cr *creation) (*Result, error) {
	return st.createPolicy(cr, kindMaskingPolicy)
}

// createRowAccessPolicy runs CREATE ROW ACCESS POLICY.
func (st *statement) createRowAccessPolicy(cr *creation) (*Result, error) {
	return st.createPolicy(cr, kindRowAccessPolicy)
}

// createPolicy reads AS (arguments) RETURNS type -> body.
func (st *statement) createPolicy(cr *creation, k *kind) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	d := &policyDetail{}
	var err error
	if d.params, err = st.params(); err != nil {
		return nil, err
	}
	if err := st.policyReturns(k, d); err != nil {
		return nil, err
	}
	if err := st.policyBody(d); err != nil {
		return nil, err
	}
	props, _, err := st.optionsToEnd(policyOptions(k))
	if err != nil {
		return nil, err
	}
	d.archive = props.only("ARCHIVE_TIER ARCHIVE_FOR_DAYS")
	if d.exempt, err = props.flag("EXEMPT_OTHER_POLICIES", false); err != nil {
		return nil, err
	}
	home, _, err := st.home(cr.name)
	if err != nil {
		return nil, err
	}
	if constraintTypes[k] == "" {
		if err := st.compilePolicy(d, home); err != nil {
			return nil, err
		}
	}
	return st.createSimple(cr, k, d, props)
}

// policyOptions are the properties that may follow the body of a policy.
func policyOptions(k *kind) string {
	switch k {
	case kindMaskingPolicy:
		return "COMMENT EXEMPT_OTHER_POLICIES"
	case kindLifecyclePolicy:
		return "COMMENT ARCHIVE_TIER ARCHIVE_FOR_DAYS"
	}
	return "COMMENT"
}

// policyReturns reads RETURNS; a masking policy answers the type of its first
// argument (X8), a row access policy a truth value.
func (st *statement) policyReturns(k *kind, d *policyDetail) error {
	if err := st.c.Expect("RETURNS"); err != nil {
		return err
	}
	var err error
	if d.returns, err = st.returnType(k); err != nil {
		return err
	}
	truth := k == kindRowAccessPolicy || k == kindLifecyclePolicy
	switch {
	case truth && d.returns.Name != "BOOLEAN":
		return sqlError(1007, "22023", "invalid type for parameter 'RETURNS'")
	case k == kindMaskingPolicy && (len(d.params) == 0 || d.returns.Name != d.params[0].typ.Name):
		return sqlError(3550, "0A000", "Masking policy argument and return type mismatch.")
	}
	return nil
}

// policyBody reads -> body.
func (st *statement) policyBody(d *policyDetail) error {
	if err := st.c.ExpectOp("->"); err != nil {
		return err
	}
	mark := st.c.Mark()
	expr, err := sql.ParseExpr(st.c)
	if err != nil {
		return err
	}
	d.expr, d.body = expr, st.c.Text(mark, st.c.Mark())
	return nil
}

// params reads "(a TYPE [DEFAULT x], …)".
func (st *statement) params() ([]param, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	out := []param{}
	if st.c.AcceptOp(")") {
		return out, nil
	}
	for {
		p, err := st.param()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if !st.c.AcceptOp(",") {
			return out, st.c.ExpectOp(")")
		}
	}
}

// param reads one argument.
func (st *statement) param() (param, error) {
	name, err := st.c.Ident()
	if err != nil {
		return param{}, err
	}
	p := param{name: name}
	if st.c.Looking("TABLE") {
		st.c.Next()
		p.table, err = st.c.Parenthesised()
		p.typ = sql.Type{Name: "TABLE", Inner: p.table}
		return p, err
	}
	if p.typ, err = sql.ParseType(st.c); err != nil {
		return p, typeError(err)
	}
	if st.c.Accept("DEFAULT") {
		mark := st.c.Mark()
		if _, err := sql.ParseExpr(st.c); err != nil {
			return p, err
		}
		p.fallback = st.c.Text(mark, st.c.Mark())
	}
	return p, nil
}

// policyAlterer runs ALTER MASKING POLICY and ALTER ROW ACCESS POLICY.
func policyAlterer(k *kind) func(*statement) (*Result, error) {
	return func(st *statement) (*Result, error) {
		p, err := st.target(k)
		if p == nil || err != nil {
			return orDone(err)
		}
		switch {
		case st.c.Accept("RENAME", "TO"):
			return st.renameTo(p)
		case st.c.Accept("SET", "BODY"):
			return st.setBody(p)
		case isTagClause(st.c):
			return st.alterTags(p)
		}
		return st.setOrUnsetComment(p)
	}
}

// setBody changes the body of a policy and nothing else.
func (st *statement) setBody(p *object) (*Result, error) {
	old := p.detail.(*policyDetail)
	d := *old
	if err := st.policyBody(&d); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(p, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if constraintTypes[p.kind] == "" {
		if err := st.compilePolicy(&d, p.parent); err != nil {
			return nil, err
		}
	}
	return st.ownerChange(p, func() { old.expr, old.body = d.expr, d.body })
}

// maskingUse reads p [USING (columns)] after MASKING POLICY. The policy's
// first type must be the column's (X8).
func (st *statement) maskingUse(col *column) (*policyUse, error) {
	p, err := st.policyNamed(kindMaskingPolicy)
	if err != nil {
		return nil, err
	}
	use := &policyUse{policy: p}
	if st.c.Accept("USING") {
		list, err := st.identList()
		if err != nil {
			return nil, err
		}
		use.columns = list[1:]
	}
	want := p.detail.(*policyDetail).params[0].typ
	if col.typ.Name != "" && want.Name != col.typ.Name {
		return nil, sqlError(3551, "0A000", "Data type mismatch between column %s of type %s and the masking policy %s of type %s.",
			col.name, col.typ, p.name, want)
	}
	return use, nil
}

// rowAccessClause reads ROW ACCESS POLICY p ON (columns).
func (st *statement) rowAccessClause(columns []*column) (*policyUse, error) {
	if err := st.c.Expect("ROW", "ACCESS", "POLICY"); err != nil {
		return nil, err
	}
	p, err := st.policyNamed(kindRowAccessPolicy)
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	list, err := st.identList()
	if err != nil {
		return nil, err
	}
	if want := len(p.detail.(*policyDetail).params); want != len(list) {
		return nil, sqlError(3552, "0A000", "Row access policy '%s' takes %d columns.", p.name, want)
	}
	for _, name := range list {
		if len(columns) > 0 && columnIndex(columns, name) < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
	}
	return &policyUse{policy: p, columns: list}, nil
}

// checkPolicies refuses a masked column in the signature of a row access
// policy (X8).
func checkPolicies(d *tableDetail) error { return checkPolicyColumns(d.columns, d.rowAccess) }

func checkPolicyColumns(columns []*column, rowAccess *policyUse) error {
	if rowAccess == nil {
		return nil
	}
	for _, c := range columns {
		if c.policy != nil && slices.Contains(rowAccess.columns, c.name) {
			return sqlError(3554, "0A000",
				"Column '%s' cannot have a masking policy and be an argument of a row access policy.", c.name)
		}
	}
	return nil
}

// uses lists the objects that an object holds on to so that they cannot be
// dropped: policies and tags, and with foreign also what foreign keys refer to.
func (o *object) uses(foreign bool) []*object {
	var out []*object
	for _, t := range o.tags {
		out = append(out, t.tag)
	}
	for _, c := range o.columnsOf() {
		out = append(append(out, c.policy.object()...), c.projection.object()...)
		for _, t := range c.tags {
			out = append(out, t.tag)
		}
	}
	for _, a := range o.attached {
		out = append(out, a.what)
	}
	switch d := o.detail.(type) {
	case *tableDetail:
		out = append(out, d.rowAccess.object()...)
		if d.external != nil {
			out = append(out, d.external.uses...)
		}
		out = append(out, d.foreignTables(foreign)...)
	case *viewDetail:
		out = append(out, d.rowAccess.object()...)
	case *tagDetail:
		out = append(out, d.policies...)
	}
	return out
}

// foreignTables lists what foreign keys refer to, if that is asked for.
func (d *tableDetail) foreignTables(wanted bool) []*object {
	var out []*object
	for _, con := range d.constraints {
		if wanted && con.refs != nil {
			out = append(out, con.refs)
		}
	}
	return out
}

// object is the policy as a list that may be empty.
func (u *policyUse) object() []*object {
	if u == nil {
		return nil
	}
	return []*object{u.policy}
}

// signature prints arguments as "(A NUMBER, B VARCHAR)" with short type names.
func signature(params []param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.name + " " + shortType(p.typ)
		if p.fallback != "" {
			parts[i] += " DEFAULT " + p.fallback
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// shortType is a type's name without its length, as signatures print it.
func shortType(t sql.Type) string {
	if t.Name == "TABLE" {
		return "TABLE" + t.Inner
	}
	return t.Name
}
