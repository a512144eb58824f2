package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// grantScope says on what a GRANT or REVOKE acts.
type grantScope struct {
	kind *kind
	// object is set for a single object, container for ON ALL and ON FUTURE.
	object, container *object
	future            bool
}

// grant runs GRANT in all its forms.
func (st *statement) grant() (*Result, error) {
	st.granting = true
	switch {
	case st.c.Looking("ROLE"), st.c.Looking("DATABASE", "ROLE"):
		return st.grantRole(true)
	case st.c.Looking("OWNERSHIP", "ON"):
		st.c.Next()
		return st.grantOwnership()
	case st.c.Accept("IMPORTED"):
		return st.grantImported(true)
	}
	return st.grantPrivileges()
}

// revoke runs REVOKE in all its forms.
func (st *statement) revoke() (*Result, error) {
	st.granting = true
	switch {
	case st.c.Looking("ROLE"), st.c.Looking("DATABASE", "ROLE"):
		return st.grantRole(false)
	case st.c.Accept("IMPORTED"):
		return st.grantImported(false)
	}
	return st.revokePrivileges()
}

// toOrFrom is the word before a grantee, in GRANT and in REVOKE.
func toOrFrom(give bool) string {
	if give {
		return "TO"
	}
	return "FROM"
}

// grantRole runs GRANT and REVOKE of roles and database roles (P14).
func (st *statement) grantRole(give bool) (*Result, error) {
	role, err := st.namedRole()
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect(toOrFrom(give)); err != nil {
		return nil, err
	}
	to, err := st.grantee(role.kind == kindRole)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if !st.rights.manage && !st.rights.owns(role) {
		return nil, errPrivilege(role)
	}
	if !give {
		removeMember(role, to)
		st.a.changed()
		return done()
	}
	return st.addRole(role, to)
}

// addRole grants a role, unless that closed a circle or left its database.
func (st *statement) addRole(role, to *object) (*Result, error) {
	switch {
	case to.kind == kindShare && role.kind != kindDatabaseRole:
		return nil, errUnsupported("GRANT ROLE to a share")
	case to.kind == kindDatabaseRole && (role.kind != kindDatabaseRole || role.parent != to.parent):
		return nil, sqlError(3099, "0A000", "Cannot grant role '%s' to database role '%s': it is not of the same database.",
			role.name, to.name)
	case reaches(role, to):
		return nil, sqlError(3097, "42501", "Role '%s' cannot be granted to '%s': this would make a circle of grants.",
			role.name, to.name)
	}
	addMember(role, to, st.role, st.a.now())
	st.a.changed()
	return done()
}

// namedRole reads ROLE r or DATABASE ROLE d.r.
func (st *statement) namedRole() (*object, error) {
	switch {
	case st.c.Accept("DATABASE", "ROLE"):
		name, err := st.c.Name()
		if err != nil {
			return nil, err
		}
		return st.databaseRole(name)
	case st.c.Accept("ROLE"):
		return st.accountRole()
	}
	return nil, st.c.Unexpected()
}

// accountRole reads the name of a role.
func (st *statement) accountRole() (*object, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	return st.accountObject(kindRole, name)
}

// grantee reads who is given something: ROLE r, DATABASE ROLE d.r, a bare role
// name, and USER u where users are allowed.
func (st *statement) grantee(users bool) (*object, error) {
	switch {
	case st.c.Looking("ROLE"), st.c.Looking("DATABASE", "ROLE"):
		return st.namedRole()
	case users && st.c.Accept("USER"):
		name, err := accountObjectName(st.c)
		if err != nil {
			return nil, err
		}
		return st.accountObject(kindUser, name)
	case st.c.Accept("SHARE"):
		name, err := accountObjectName(st.c)
		if err != nil {
			return nil, err
		}
		return st.accountObject(kindShare, name)
	case st.c.Looking("USER"), st.c.Looking("DATABASE"), st.c.Looking("APPLICATION"):
		return nil, st.c.Unexpected()
	}
	return st.accountRole()
}

// privilegeList is the privileges of a GRANT: all, or those named.
type privilegeList struct {
	all   bool
	names []string
	// marks are the places of the names, to point at a wrong one.
	marks []int
}

// privileges reads ALL [PRIVILEGES] or a list of privileges up to ON.
func (st *statement) privileges() (privilegeList, error) {
	if st.c.Accept("ALL", "PRIVILEGES") || st.c.Accept("ALL") {
		return privilegeList{all: true}, st.c.Expect("ON")
	}
	var list privilegeList
	for {
		list.marks = append(list.marks, st.c.Mark())
		var words []string
		for st.token().Kind == sql.Ident && !st.c.Looking("ON") {
			words = append(words, st.c.Next().Value)
		}
		if len(words) == 0 {
			return list, st.c.Unexpected()
		}
		list.names = append(list.names, strings.Join(words, " "))
		if st.c.AcceptOp(",") {
			continue
		}
		return list, st.c.Expect("ON")
	}
}

// on resolves a list for what it is on. A privilege that does not exist there is
// a syntax error at its place.
func (p privilegeList) on(c *sql.Cursor, sc grantScope) ([]string, error) {
	if p.all {
		return slices.DeleteFunc(slices.Clone(sc.kind.privileges), func(name string) bool { return name == "MANAGE GRANTS" }), nil
	}
	for i, name := range p.names {
		if !sc.kind.has(name) || sc.object != nil && !sc.object.admits(name) {
			c.Reset(p.marks[i])
			return nil, c.Unexpected()
		}
	}
	return p.names, nil
}

// grantScope reads what stands between ON and TO.
func (st *statement) grantScope() (grantScope, error) {
	switch {
	case st.c.Accept("ACCOUNT"):
		return grantScope{kind: kindAccount, object: st.a.root}, nil
	case st.c.Looking("ALL"), st.c.Looking("FUTURE"):
		return st.bulkScope()
	}
	k := acceptKind(st.c)
	if k == nil {
		return grantScope{}, st.c.Unexpected()
	}
	name, err := st.c.Name()
	if err != nil {
		return grantScope{}, err
	}
	var args []string
	if k.routine {
		if args, err = st.argumentTypes(); err != nil {
			return grantScope{}, err
		}
	}
	o, err := st.find(k, name, args)
	return grantScope{kind: k, object: o}, err
}

// bulkScope reads ALL|FUTURE kinds IN DATABASE|SCHEMA name.
func (st *statement) bulkScope() (grantScope, error) {
	sc := grantScope{future: st.c.Next().Is("FUTURE")}
	mark := st.c.Mark()
	if sc.kind = acceptPlural(st.c); sc.kind == nil {
		return sc, st.c.Unexpected()
	}
	if sc.kind != kindSchema && !sc.kind.inSchema() || sc.future && !sc.kind.future {
		st.c.Reset(mark)
		return sc, st.c.Unexpected()
	}
	if err := st.c.Expect("IN"); err != nil {
		return sc, err
	}
	var err error
	switch {
	case st.c.Accept("DATABASE"):
		var name string
		if name, err = accountObjectName(st.c); err == nil {
			sc.container, err = st.databaseNamed(name)
		}
	case sc.kind != kindSchema && st.c.Accept("SCHEMA"):
		var name []string
		if name, err = st.c.Name(); err == nil {
			sc.container, err = st.schemaNamed(name)
		}
	default:
		err = st.c.Unexpected()
	}
	return sc, err
}

// objects lists what ON ALL means now: what the role may see.
func (st *statement) objects(sc grantScope, ownership bool) []*object {
	match := func(o *object) bool { return sc.kind.bulk(o.kind, ownership) && o.session == 0 && st.visible(o) }
	if sc.kind == kindSchema {
		return sc.container.ofKind(kindSchema)
	}
	if sc.container.kind == kindSchema {
		return sc.container.sorted(match)
	}
	var out []*object
	for _, schema := range sc.container.ofKind(kindSchema) {
		out = append(out, schema.sorted(match)...)
	}
	return out
}

// grantPrivileges runs GRANT privileges ON … TO ….
func (st *statement) grantPrivileges() (*Result, error) {
	list, sc, err := st.whatIsGranted()
	if err != nil {
		return nil, err
	}
	privileges, err := list.on(st.c, sc)
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("TO"); err != nil {
		return nil, err
	}
	to, err := st.grantee(true)
	if err != nil {
		return nil, err
	}
	option := st.c.Accept("WITH", "GRANT", "OPTION")
	if err := st.end(); err != nil {
		return nil, err
	}
	if list.all && to.kind == kindDatabaseRole {
		privileges = slices.DeleteFunc(slices.Clone(privileges), func(p string) bool { return !forDatabaseRole(sc.object, p) })
	}
	if err := checkGrantee(sc, to, privileges...); err != nil {
		return nil, err
	}
	give := grant{grantee: to, option: option, created: st.a.now()}
	switch {
	case sc.future:
		return st.grantFuture(sc, privileges, give)
	case sc.object != nil:
		return st.grantOne(sc.object, privileges, give)
	}
	return st.grantAll(sc, privileges, give)
}

// whatIsGranted reads privileges and what they are on. Hybrid tables go by the
// word TABLE (P18).
func (st *statement) whatIsGranted() (privilegeList, grantScope, error) {
	list, err := st.privileges()
	if err != nil {
		return list, grantScope{}, err
	}
	mark := st.c.Mark()
	sc, err := st.grantScope()
	if err == nil && sc.kind == kindHybridTable {
		st.c.Reset(mark)
		err = st.c.Unexpected()
	}
	return list, sc, err
}

// checkGrantee keeps database roles within their database (P6), external
// volumes with account roles (P12), and shares to what can be shared.
func checkGrantee(sc grantScope, to *object, privileges ...string) error {
	where := sc.container
	if where == nil {
		where = sc.object
	}
	switch {
	case where.importedFrom() != "":
		return errImported()
	case to.kind == kindShare && (sc.future || where.database() == nil):
		return errUnsupported("GRANT on " + lower(sc.kind.words) + " to a share")
	case to.kind == kindShare && sc.object != nil:
		return checkShared(sc.object)
	case to.kind != kindDatabaseRole:
		return nil
	}
	refused := func(p string) bool { return !forDatabaseRole(sc.object, p) }
	if where.database() != to.parent || slices.ContainsFunc(privileges, refused) {
		return sqlError(3098, "0A000", "Privileges on %s '%s' cannot be granted to database role '%s'.",
			strings.ToLower(where.kind.words), where.name, to.plainName())
	}
	return nil
}

// forDatabaseRole reports whether a database role may hold a privilege on an
// object: on a database only a few (P6).
func forDatabaseRole(o *object, privilege string) bool {
	return o == nil || o.kind != kindDatabase || slices.Contains([]string{"CREATE SCHEMA", "MODIFY", "MONITOR", "USAGE"}, privilege)
}

// grantOne gives privileges on a single object.
func (st *statement) grantOne(o *object, privileges []string, give grant) (*Result, error) {
	refused := st.give(o, privileges, give)
	st.a.changed()
	switch len(refused) {
	case 0:
		return done()
	case len(privileges):
		return nil, errPrivilege(o)
	}
	return nil, errPartial(refused)
}

// errPartial says which privileges could not be granted (P7).
func errPartial(refused []string) *Error {
	return &Error{Code: 3011, State: "42501", Message: fmt.Sprintf(
		"Grant partially executed: privileges [%s] not granted.", strings.Join(refused, ", "))}
}

// grantAll gives privileges on everything that ON ALL means now (P7).
func (st *statement) grantAll(sc grantScope, privileges []string, give grant) (*Result, error) {
	if sc.kind == kindPipe || sc.kind == kindTag || sc.kind == kindMetricFunction || sc.kind.isPolicy() {
		return nil, errUnsupported("GRANT ON ALL " + sc.kind.plural)
	}
	objects := slices.DeleteFunc(st.objects(sc, false), func(o *object) bool { return !slices.ContainsFunc(privileges, o.admits) })
	failed := 0
	var refused []string
	for _, o := range objects {
		if missing := st.give(o, privileges, give); len(missing) > 0 {
			failed++
			refused = missing
		}
	}
	st.a.changed()
	if failed > 0 {
		return nil, errPartial(refused)
	}
	return affected(len(objects))
}

// give records what may be given and answers what may not.
func (st *statement) give(o *object, privileges []string, give grant) []string {
	var refused []string
	for _, p := range privileges {
		if !st.mayGrant(o, p) {
			refused = append(refused, p)
			continue
		}
		if !o.admits(p) {
			continue // ALL PRIVILEGES of a wider kind, or ON ALL STAGES.
		}
		give.privilege, give.grantor = p, st.grantor(o)
		o.addGrant(give)
	}
	return refused
}

// grantor is who a grant is recorded to come from: the owner when the owner or
// MANAGE GRANTS gives it (P10), else the role with the grant option.
func (st *statement) grantor(o *object) *object {
	if st.rights.owns(o) || st.rights.manage {
		if o.owner != nil {
			return o.owner
		}
	}
	return st.role
}

// mayGrant reports whether the roles may grant a privilege on an object: in a
// managed schema only the schema's owner may (P11).
func (st *statement) mayGrant(o *object, privilege string) bool {
	if st.rights.manage {
		return true
	}
	if schema := o.schema(); schema != nil && schema != o && schema.detail.(*schemaDetail).managed {
		return st.rights.owns(schema)
	}
	return st.rights.owns(o) || slices.ContainsFunc(o.grants, func(g grant) bool {
		return g.privilege == privilege && g.option && st.rights.roles[g.grantee]
	})
}

// grantFuture records future grants: those on a database need MANAGE GRANTS,
// those on a schema its OWNERSHIP (P8). There is one future OWNERSHIP a kind.
func (st *statement) grantFuture(sc grantScope, privileges []string, give grant) (*Result, error) {
	if err := st.mayFuture(sc.container); err != nil {
		return nil, err
	}
	for _, p := range privileges {
		give.privilege = p
		f := futureGrant{grant: give, on: sc.kind}
		sc.container.future = slices.DeleteFunc(slices.Clone(sc.container.future), func(x futureGrant) bool {
			return x.on == sc.kind && x.privilege == p && (p == "OWNERSHIP" || x.grantee == give.grantee)
		})
		sc.container.future = append(sc.container.future, f)
	}
	st.a.changed()
	return done()
}

// mayFuture checks the right to define future grants in a container.
func (st *statement) mayFuture(container *object) error {
	if st.rights.manage || container.kind == kindSchema && st.rights.owns(container) {
		return nil
	}
	return errPrivilege(container)
}
