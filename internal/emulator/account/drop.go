package account

import (
	"errors"
	"slices"
	"time"
)

// drop runs DROP for every kind.
func (st *statement) drop() (*Result, error) {
	mark := st.c.Mark()
	k := st.acceptAnyKind()
	if k == nil {
		st.c.Reset(mark)
		return nil, st.c.Unexpected()
	}
	ifExists := st.c.Accept("IF", "EXISTS")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	var args []string
	if k.routine {
		if args, err = st.argumentTypes(); err != nil {
			return nil, err
		}
	}
	word := st.c.AcceptAny("CASCADE", "RESTRICT")
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.find(k, name, args)
	if err != nil {
		if ifExists && isNotFound(err) {
			return statusResult("Drop statement executed successfully (" + lastPart(name) + " already dropped)."), nil
		}
		return nil, err
	}
	return st.dropObject(o, word == "RESTRICT" || word == "" && o.kind == kindHybridTable)
}

// acceptAnyKind reads a kind; integrations may be named by their type.
func (st *statement) acceptAnyKind() *kind {
	if st.c.PeekAt(1).Is("INTEGRATION") {
		st.c.AcceptAny("STORAGE", "NOTIFICATION", "API", "SECURITY", "CATALOG")
	}
	return acceptKind(st.c)
}

// find finds an object of any kind by name, and for routines by argument
// types.
func (sc *scope) find(k *kind, name, args []string) (*object, error) {
	switch {
	case k == kindDatabase && len(name) == 1:
		return sc.databaseNamed(name[0])
	case k == kindSchema:
		return sc.schemaNamed(name)
	case k == kindDatabaseRole:
		return sc.databaseRole(name)
	case k.routine:
		return sc.routine(k, name, args)
	case k.inSchema():
		return sc.object(k, name)
	case len(name) == 1:
		return sc.accountObject(k, name[0])
	}
	return nil, sc.a.errNotFound(k.noun, quoteName(name))
}

// dropObject checks and drops.
func (st *statement) dropObject(o *object, restrict bool) (*Result, error) {
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if err := st.checkDrop(o, restrict); err != nil {
		return nil, err
	}
	name := o.name
	switch o.kind {
	case kindRole, kindDatabaseRole:
		st.dropRole(o)
	case kindShare:
		st.a.forgetShare(o)
	case kindTask:
		o.cutLinks(st.a.now())
	case kindUser:
		for _, m := range slices.Clone(rolesOf(o)) {
			removeMember(m.role, o)
		}
	}
	st.a.remove(o)
	st.leave(o)
	return droppedResult(name)
}

// leave takes the session out of a container that is gone.
func (st *statement) leave(o *object) {
	s := st.session
	switch {
	case o.kind == kindDatabase && s.database == o.name:
		s.database, s.schema = "", ""
	case o.kind == kindSchema && s.database == o.parent.name && s.schema == o.name:
		s.schema = ""
	case o.kind == kindWarehouse && s.warehouse == o.name:
		s.warehouse = ""
	}
}

// checkDrop refuses to drop what is used from outside: policies and tags (X1),
// for RESTRICT also tables that foreign keys of other databases refer to, a
// system role, and a task while the root of its graph is started (R6).
func (st *statement) checkDrop(o *object, restrict bool) error {
	switch {
	case o.kind == kindRole && slices.Contains(systemRoles, o.name):
		return errPrivilege(o)
	case o.kind == kindTask && len(o.ownGraph()) > 1:
		if err := st.checkStill(o); err != nil {
			return err
		}
	}
	var found error
	st.a.walk(st.a.root, func(user *object) {
		if found != nil || within(user, o) {
			return
		}
		for _, used := range user.uses(restrict) {
			if within(used, o) {
				found = errInUse(used, user)
			}
		}
	})
	return found
}

// systemRoles cannot be dropped.
var systemRoles = []string{roleAccountAdmin, roleSecurityAdmin, roleUserAdmin, roleSysAdmin, rolePublic}

// errInUse says what holds on to an object.
func errInUse(used, user *object) *Error {
	if used.kind == kindTag || used.kind.isPolicy() {
		return sqlError(1492, "42601",
			"%s %s cannot be dropped/replaced as it is associated with one or more entities.", used.kind.noun, used.name)
	}
	return sqlError(3004, "2BP01", "Cannot drop '%s' because '%s' refers to it.", used.name, user.plainName())
}

// within reports whether o is container or lies in it.
func within(o, container *object) bool {
	for p := o; p != nil; p = p.parent {
		if p == container {
			return true
		}
	}
	return false
}

// dropRole takes a role out of the account: what it owned goes to the role
// that drops it, and its own privileges and members are gone.
func (st *statement) dropRole(role *object) {
	d := role.detail.(*roleDetail)
	for _, m := range slices.Clone(d.roles) {
		removeMember(m.role, role)
	}
	for _, m := range slices.Clone(d.members) {
		removeMember(role, m.to)
	}
	st.a.forgetGrantee(role, st.role)
	for _, s := range st.a.sessions {
		if s.role == role {
			s.role = st.a.public
		}
	}
}

// undrop runs UNDROP for databases, schemas and tables of every kind (X2).
func (st *statement) undrop() (*Result, error) {
	k := acceptKind(st.c)
	if k == nil || k != kindDatabase && k != kindSchema && !slices.Contains(tableKinds, k) {
		return nil, st.c.Unexpected()
	}
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	parent, last, err := st.undropPlace(k, name)
	if err != nil {
		return nil, err
	}
	i := st.lastDropped(parent, k, last)
	if i < 0 {
		return nil, st.a.errNotFound(k.noun, last)
	}
	o := parent.graveyard[i]
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if taken := parent.lookup(o.kind, last, 0); taken != nil {
		return nil, errExists(taken)
	}
	parent.graveyard = slices.Delete(slices.Clone(parent.graveyard), i, i+1)
	st.a.revive(o)
	return restored(o)
}

// undropPlace finds the container of what is to be restored.
func (st *statement) undropPlace(k *kind, name []string) (*object, string, error) {
	switch {
	case k == kindDatabase && len(name) == 1:
		return st.a.root, name[0], nil
	case k == kindSchema:
		full, err := st.qualifySchema(name)
		if err != nil {
			return nil, "", err
		}
		db, err := st.databaseNamed(full[0])
		return db, full[1], err
	}
	return st.home(name)
}

// lastDropped finds the latest dropped child of the kind and name that is
// still within its retention, or -1.
func (st *statement) lastDropped(parent *object, k *kind, name string) int {
	for i, o := range slices.Backward(parent.graveyard) {
		if k.includes(o.kind) && o.name == name && o.kind != kindHybridTable && st.a.retained(o) {
			return i
		}
	}
	return -1
}

// retained reports whether a dropped object can still be reached by UNDROP and
// Time Travel. The retention of the database counts for all that was dropped
// with it, and later changes do not (X1).
func (a *Account) retained(o *object) bool {
	return o.keptDays > 0 && a.now().Sub(o.dropped.at) <= time.Duration(o.keptDays)*24*time.Hour
}

// revive puts a dropped object back.
func (a *Account) revive(o *object) {
	o.dropped = moment{}
	a.walk(o, func(c *object) {
		if c.origin != nil {
			c.origin.Dropped = time.Time{}
		}
	})
	a.attach(o)
}

// isNotFound reports whether the error says that an object is missing.
func isNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Code == 2003 || e.Code == 2043)
}

// lastPart is the last part of a name.
func lastPart(name []string) string { return name[len(name)-1] }
