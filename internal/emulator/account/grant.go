package account

import (
	"slices"
	"time"
)

// grant is one privilege on an object in the hands of a role or user.
type grant struct {
	privilege string
	grantee   *object
	grantor   *object // nil for the system
	option    bool    // WITH GRANT OPTION
	created   time.Time
}

// futureGrant gives a privilege to objects of a kind yet to be made in a
// database or schema.
type futureGrant struct {
	grant
	on *kind
}

// addGrant records a grant; a grant that stands already only gains the grant
// option.
func (o *object) addGrant(g grant) {
	for i := range o.grants {
		have := &o.grants[i]
		if have.privilege == g.privilege && have.grantee == g.grantee && have.grantor == g.grantor {
			have.option = have.option || g.option
			return
		}
	}
	o.grants = append(o.grants, g)
}

// dropGrants removes the grants for which gone is true.
func (o *object) dropGrants(gone func(grant) bool) {
	o.grants = slices.DeleteFunc(slices.Clone(o.grants), gone)
}

// setOwner gives an object to a role.
func (a *Account) setOwner(o, role *object) {
	o.owner = role
	o.altered = a.now()
	a.changed()
}

// applyFuture gives a new schema object what future grants promise it: those
// of the schema replace those of the database for the same kind (P8). A future
// OWNERSHIP moves the object, unless it comes from the database and the schema
// is managed.
func (a *Account) applyFuture(o *object) {
	schema, db := o.schema(), o.database()
	if o.kind == kindSchema {
		a.applyFutureFrom(o, db, true)
		return
	}
	if schema == nil {
		return
	}
	if promised(schema, o.kind) {
		a.applyFutureFrom(o, schema, true)
		return
	}
	managed := schema.detail.(*schemaDetail).managed
	a.applyFutureFrom(o, db, !managed)
}

// promised reports whether the container has future grants for the kind.
func promised(container *object, k *kind) bool {
	return slices.ContainsFunc(container.future, func(f futureGrant) bool { return f.on.bulk(k, false) })
}

// admits reports whether a privilege can be granted on the object: USAGE is for
// stages outside Snowflake, READ and WRITE for those within (P18).
func (o *object) admits(privilege string) bool {
	if d, ok := o.detail.(*stageDetail); ok && privilege != "OWNERSHIP" {
		return o.kind.has(privilege) && (privilege == "USAGE") == d.external()
	}
	return o.kind.has(privilege) || privilege == "OWNERSHIP"
}

// applyFutureFrom applies the future grants of one container.
func (a *Account) applyFutureFrom(o, container *object, ownership bool) {
	for _, f := range container.future {
		switch {
		case !f.on.bulk(o.kind, false), !o.admits(f.privilege):
		case f.privilege != "OWNERSHIP":
			g := f.grant
			g.created, g.grantor = a.now(), o.owner
			o.addGrant(g)
		case ownership:
			a.setOwner(o, f.grantee)
		}
	}
}

// forgetGrantee removes every trace of a role from the grants in the account:
// dropping a role takes what it was given, and hands what it owned to heir.
func (a *Account) forgetGrantee(gone, heir *object) {
	a.walk(a.root, func(o *object) {
		o.dropGrants(func(g grant) bool { return g.grantee == gone })
		o.future = slices.DeleteFunc(o.future, func(f futureGrant) bool { return f.grantee == gone })
		if o.owner == gone {
			o.owner = heir
		}
	})
	a.changed()
}

// walk visits an object and all that lives in it.
func (a *Account) walk(o *object, visit func(*object)) {
	visit(o)
	for _, c := range o.children {
		a.walk(c, visit)
	}
}
