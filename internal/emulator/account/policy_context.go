package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// executeUsing runs EXECUTE USING POLICY_CONTEXT(…) AS SELECT …: a query with
// the rights of the session, whose policies see another role or user (X11).
func (st *statement) executeUsing() (*Result, error) {
	if err := st.c.Expect("POLICY_CONTEXT"); err != nil {
		return nil, err
	}
	simulated, err := st.policyContext()
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	if !st.c.Looking("SELECT") && !st.c.Looking("WITH") {
		return nil, st.c.Unexpected()
	}
	inner, within := *st, *st.scope
	within.session = simulated
	inner.scope = &within
	mark := st.c.Mark()
	if err := inner.checkSimulation(st.rights); err != nil {
		return nil, err
	}
	st.c.Reset(mark)
	return inner.selectQuery()
}

// policyContext reads (CURRENT_ROLE => 'r', CURRENT_USER => 'u') and answers a
// session that has them. Role and user must exist.
func (st *statement) policyContext() (*Session, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	simulated := *st.session
	for {
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		if err := st.c.ExpectOp("=>"); err != nil {
			return nil, err
		}
		value, err := st.c.String()
		if err != nil {
			return nil, err
		}
		if err := st.simulate(&simulated, name, value); err != nil {
			return nil, err
		}
		if !st.c.AcceptOp(",") {
			return &simulated, st.c.ExpectOp(")")
		}
	}
}

// simulate gives a session one value of a context function.
func (st *statement) simulate(simulated *Session, name, value string) error {
	switch name {
	case "CURRENT_ROLE":
		simulated.role = st.a.root.lookup(kindRole, value, 0)
		simulated.secondary = false
		if simulated.role == nil {
			return st.a.errNotFound("Role", value)
		}
	case "CURRENT_USER":
		simulated.user = st.a.root.lookup(kindUser, value, 0)
		if simulated.user == nil {
			return st.a.errNotFound("User", value)
		}
	default:
		return errUnsupported("POLICY_CONTEXT argument " + name)
	}
	return nil
}

// checkSimulation demands that the query reads a table or view, and of each
// that a policy guards OWNERSHIP, and APPLY on the policy. Whose these must be
// is not clear: the page says the specified role's, and its example names
// PUBLIC (U17).
func (st *statement) checkSimulation(executing *rights) error {
	q, err := query.Parse(st.c)
	if err != nil {
		return err
	}
	plan, err := st.compile(q)
	if err != nil {
		return err
	}
	if len(plan.References()) == 0 {
		return sqlError(2050, "42601", "Invalid query expression for POLICY_CONTEXT: it reads no table or view.")
	}
	who := executing
	if st.a.switches.PolicyContextNeedsItsRolesRights {
		who = st.session.rights()
	}
	for _, name := range plan.References() {
		o, err := st.anyRelation(name)
		if err != nil {
			return err
		}
		for _, policy := range o.policies() {
			if !who.owns(o) || !who.has(policy, "APPLY") && !who.global("APPLY "+policy.kind.words) {
				return errPrivilege(o)
			}
		}
	}
	return nil
}

// policies lists what guards an object and its columns, tags included.
func (o *object) policies() []*object {
	var out []*object
	for _, c := range o.columnsOf() {
		if use := c.masking(o); use != nil {
			out = append(out, use.policy)
		}
	}
	switch d := o.detail.(type) {
	case *tableDetail:
		out = append(out, d.rowAccess.object()...)
	case *viewDetail:
		out = append(out, d.rowAccess.object()...)
	}
	return out
}
