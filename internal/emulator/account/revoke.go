package account

import (
	"fmt"
	"slices"
)

// revokePrivileges runs REVOKE [GRANT OPTION FOR] privileges ON … FROM ….
func (st *statement) revokePrivileges() (*Result, error) {
	optionOnly := st.c.Accept("GRANT", "OPTION", "FOR")
	list, sc, err := st.whatIsGranted()
	if err != nil {
		return nil, err
	}
	privileges := list.names
	ownership := slices.Equal(list.names, []string{"OWNERSHIP"})
	if !ownership {
		if privileges, err = list.on(st.c, grantScope{kind: sc.kind}); err != nil {
			return nil, err
		}
	}
	if err := st.c.Expect("FROM"); err != nil {
		return nil, err
	}
	from, err := st.grantee(true)
	if err != nil {
		return nil, err
	}
	cascade := st.c.AcceptAny("CASCADE", "RESTRICT") == "CASCADE"
	if err := st.end(); err != nil {
		return nil, err
	}
	if ownership && !sc.future { // P5
		return nil, sqlError(3007, "0A000", "OWNERSHIP cannot be revoked. Transfer it with GRANT OWNERSHIP instead.")
	}
	take := revocation{privileges: privileges, from: from, optionOnly: optionOnly, cascade: cascade}
	return st.take(sc, take)
}

// revocation is what REVOKE takes from whom.
type revocation struct {
	privileges          []string
	from                *object
	optionOnly, cascade bool
}

// take revokes on one object, on all, or future grants.
func (st *statement) take(sc grantScope, r revocation) (*Result, error) {
	if sc.future {
		if err := st.mayFuture(sc.container); err != nil {
			return nil, err
		}
		sc.container.future = slices.DeleteFunc(slices.Clone(sc.container.future), func(f futureGrant) bool {
			return f.on == sc.kind && f.grantee == r.from && slices.Contains(r.privileges, f.privilege)
		})
		st.a.changed()
		return done()
	}
	objects := []*object{sc.object}
	if sc.object == nil {
		objects = st.objects(sc, false)
	}
	for _, o := range objects {
		if err := st.takeFrom(o, r); err != nil {
			return nil, err
		}
	}
	st.a.changed()
	if sc.object != nil {
		return done()
	}
	return affected(len(objects))
}

// takeFrom revokes on one object. Only grants that the active roles made go,
// unless they have MANAGE GRANTS; what was not granted is no error (P9). Grants
// that rest on what is taken go as well, or block.
func (st *statement) takeFrom(o *object, r revocation) error {
	mine := func(g grant) bool {
		return g.grantee == r.from && slices.Contains(r.privileges, g.privilege) &&
			(st.rights.manage || g.grantor != nil && st.rights.roles[g.grantor])
	}
	kept := slices.Clone(o.grants)
	if r.optionOnly {
		o.grants = slices.Clone(o.grants)
		o.dropOption(mine)
	} else {
		o.dropGrants(mine)
	}
	orphans := o.orphans(r)
	if len(orphans) > 0 && !r.cascade {
		o.grants = kept
		return errDependent(o, orphans[0])
	}
	for len(orphans) > 0 {
		o.dropGrants(func(g grant) bool { return slices.Contains(orphans, g) })
		var next []grant
		for _, g := range orphans {
			next = append(next, o.orphans(revocation{privileges: r.privileges, from: g.grantee})...)
		}
		orphans = next
	}
	return nil
}

// orphans are the grants that a role made and could not make any more: it is
// not the owner, and nothing gives it the grant option.
func (o *object) orphans(r revocation) []grant {
	if r.from == o.owner {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(o.grants), func(g grant) bool {
		return g.grantor != r.from || !slices.Contains(r.privileges, g.privilege) ||
			slices.ContainsFunc(o.grants, func(held grant) bool {
				return held.grantee == r.from && held.privilege == g.privilege && held.option
			})
	})
}

// dropOption takes the grant option from grants.
func (o *object) dropOption(from func(grant) bool) {
	for i := range o.grants {
		if from(o.grants[i]) {
			o.grants[i].option = false
		}
	}
}

// errDependent says that a grant rests on another (P1, P9).
func errDependent(o *object, g grant) *Error {
	return &Error{Code: 3036, State: "42501", Message: fmt.Sprintf(
		"SQL execution error: Dependent grant of privilege '%s' on securable '%s' to role '%s' exists. "+
			"It must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them. "+
			"To revoke all dependent grants while transferring object ownership, use convenience command "+
			"'GRANT OWNERSHIP ON <target_objects> TO <target_role> REVOKE CURRENT GRANTS'.",
		g.privilege, o.plainName(), g.grantee.name)}
}
