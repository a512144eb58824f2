package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// grantRow is one row of SHOW GRANTS: a privilege, OWNERSHIP included.
type grantRow struct {
	on        *object
	privilege string
	grantee   *object
	grantor   *object
	option    bool
	created   time.Time
}

// grantRows lists the privileges on an object, its ownership first.
func (o *object) grantRows() []grantRow {
	var out []grantRow
	if o.owner != nil {
		out = append(out, grantRow{on: o, privilege: "OWNERSHIP", grantee: o.owner, grantor: o.owner, option: true, created: o.created.at})
	}
	for _, g := range o.grants {
		out = append(out, grantRow{on: o, privilege: g.privilege, grantee: g.grantee, grantor: g.grantor, option: g.option, created: g.created})
	}
	return out
}

// showGrants runs SHOW GRANTS in its forms.
func (st *statement) showGrants() (*Result, error) {
	switch {
	case st.c.Accept("ON"):
		return st.showGrantsOn()
	case st.c.Accept("TO"):
		return st.showGrantsTo()
	case st.c.Accept("OF"):
		return st.showGrantsOf()
	case st.c.AtEnd():
		return st.grantsTo(st.session.role)
	}
	return nil, st.c.Unexpected()
}

// showGrantsOn runs SHOW GRANTS ON ACCOUNT and ON an object.
func (st *statement) showGrantsOn() (*Result, error) {
	st.granting = true
	o := st.a.root
	if !st.c.Accept("ACCOUNT") {
		sc, err := st.grantScope()
		if err != nil {
			return nil, err
		}
		if o = sc.object; o == nil {
			return nil, st.c.Unexpected()
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if o != st.a.root && !st.rights.manage && !st.rights.any(o) && !o.knownToAll() {
		return nil, errPrivilege(o)
	}
	columns := "created_on:time privilege granted_on name granted_to grantee_name grant_option granted_by_role_type granted_by"
	if st.a.switches.InheritedGrantColumns {
		columns += inheritedColumns
	}
	sheet := newSheet(TypeShow, columns)
	rows := o.grantRows()
	slices.SortStableFunc(rows, compareGrants)
	for _, g := range rows {
		row := []any{
			g.created, g.privilege, o.kind.grantedOn, st.grantName(o), grantedTo(g.grantee), st.granteeName(g.grantee), g.option,
			roleType(g.grantor), roleName(g.grantor), false,
		}
		sheet.add(row[:min(len(row), len(sheet.Columns))]...)
	}
	return sheet.result(), nil
}

// inheritedColumns are what the preview of inherited grants adds (P15). Here no
// grant is inherited.
const inheritedColumns = " is_inherited inherited_from inherited_from_database inherited_from_schema"

// knownToAll reports whether everybody may look at the grants on the object.
func (o *object) knownToAll() bool {
	return o.kind == kindRole || o.kind == kindDatabaseRole || o.kind == kindUser
}

// compareGrants orders the rows of one object by privilege and grantee.
func compareGrants(x, y grantRow) int {
	return cmp.Or(
		strings.Compare(x.privilege, y.privilege),
		strings.Compare(x.grantee.name, y.grantee.name),
	)
}

// grantName is the name column of SHOW GRANTS: routines with the names and
// types of their arguments.
func (st *statement) grantName(o *object) string {
	if d, ok := o.detail.(*routineDetail); ok {
		parts := make([]string, len(d.params))
		for i, p := range d.params {
			parts[i] = p.name + " " + shortType(p.typ)
		}
		returns := shortType(d.returns)
		if d.table != "" {
			returns = d.returnsText()
		}
		signature := fmt.Sprintf("%s(%s):%s", o.name, strings.Join(parts, ", "), returns)
		return quoteName(o.parent.path()) + "." + forceQuote(signature)
	}
	if o.kind == kindAccount {
		return o.name
	}
	return st.printed(o)
}

// printed is the full name of an object, quoted where it must be unless U18
// says otherwise.
func (st *statement) printed(o *object) string {
	if st.a.switches.GrantNamesUnquoted {
		return o.plainName()
	}
	return o.qualified()
}

// granteeName is the grantee_name column of SHOW GRANTS.
func (st *statement) granteeName(o *object) string {
	if o.kind == kindDatabaseRole {
		return st.printed(o)
	}
	return o.name
}

// grantedTo is the kind of a grantee.
func grantedTo(o *object) string { return o.kind.grantedOn }

// granteeName is the name of a grantee, database roles with their database.
func granteeName(o *object) string {
	if o.kind == kindDatabaseRole {
		return o.qualified()
	}
	return o.name
}

// roleName is the name of a grantor, empty for the system.
func roleName(o *object) string {
	if o == nil {
		return ""
	}
	return o.name
}

// roleType is the kind of a grantor, empty for the system.
func roleType(o *object) string {
	if o == nil {
		return ""
	}
	return o.kind.grantedOn
}

// showGrantsTo runs SHOW GRANTS TO ROLE, DATABASE ROLE and USER.
func (st *statement) showGrantsTo() (*Result, error) {
	if st.c.Accept("USER") {
		return st.showGrantsToUser()
	}
	to, err := st.grantee(false)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.grantsTo(to)
}

// grantsTo lists what a role has: privileges and roles.
func (st *statement) grantsTo(to *object) (*Result, error) {
	var rows []grantRow
	st.a.walk(st.a.root, func(o *object) {
		for _, g := range o.grantRows() {
			if g.grantee == to {
				rows = append(rows, g)
			}
		}
	})
	for _, m := range rolesOf(to) {
		if !m.role.alive() { // Database roles go with their database.
			continue
		}
		rows = append(rows, grantRow{on: m.role, privilege: "USAGE", grantee: to, grantor: m.by, created: m.created})
	}
	slices.SortStableFunc(rows, func(x, y grantRow) int {
		return cmp.Or(
			strings.Compare(x.privilege, y.privilege),
			strings.Compare(x.on.kind.grantedOn, y.on.kind.grantedOn),
			slices.Compare(x.on.path(), y.on.path()),
		)
	})
	sheet := newSheet(TypeShow, "created_on:time privilege granted_on name granted_to grantee_name grant_option granted_by")
	for _, g := range rows {
		sheet.add(g.created, g.privilege, g.on.kind.grantedOn, st.grantName(g.on), grantedTo(to), st.granteeName(to), g.option, roleName(g.grantor))
	}
	return sheet.result(), nil
}

// showGrantsToUser lists the roles of a user and what is granted to it
// directly (P16).
func (st *statement) showGrantsToUser() (*Result, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	user, err := st.accountObject(kindUser, name)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time role granted_to grantee_name granted_by privilege granted_on name")
	for _, m := range rolesOf(user) {
		if !m.role.alive() {
			continue
		}
		sheet.add(m.created, st.granteeName(m.role), "USER", user.name, roleName(m.by))
	}
	st.a.walk(st.a.root, func(o *object) {
		for _, g := range o.grants {
			if g.grantee == user {
				sheet.add(g.created, nil, "USER", user.name, roleName(g.grantor), g.privilege, o.kind.grantedOn, st.grantName(o))
			}
		}
	})
	return sheet.result(), nil
}

// showGrantsOf runs SHOW GRANTS OF ROLE and OF DATABASE ROLE.
func (st *statement) showGrantsOf() (*Result, error) {
	if st.c.Accept("SHARE") {
		return st.showAccountsOf()
	}
	role, err := st.namedRole()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time role granted_to grantee_name granted_by")
	for _, m := range role.detail.(*roleDetail).members {
		if !m.to.alive() {
			continue
		}
		sheet.add(m.created, st.granteeName(role), grantedTo(m.to), st.granteeName(m.to), roleName(m.by))
	}
	return sheet.result(), nil
}

// showAccountsOf runs SHOW GRANTS OF SHARE: the accounts that may import it.
func (st *statement) showAccountsOf() (*Result, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	share, err := st.accountObject(kindShare, name)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time share granted_to grantee_name granted_by")
	for _, account := range share.detail.(*shareDetail).accounts {
		sheet.add(share.created.at, share.name, "ACCOUNT", account, share.ownerName())
	}
	return sheet.result(), nil
}

// showFutureGrants runs SHOW FUTURE GRANTS IN and TO.
func (st *statement) showFutureGrants() (*Result, error) {
	if err := st.c.Expect("GRANTS"); err != nil {
		return nil, err
	}
	if st.c.Accept("TO") {
		to, err := st.grantee(false)
		if err != nil {
			return nil, err
		}
		return st.futureSheet(st.futureContainers(), to)
	}
	if err := st.c.Expect("IN"); err != nil {
		return nil, err
	}
	var container *object
	name, err := []string(nil), error(nil)
	switch {
	case st.c.Accept("DATABASE"):
		if name, err = st.c.Name(); err == nil {
			container, err = st.databaseNamed(lastPart(name))
		}
	case st.c.Accept("SCHEMA"):
		if name, err = st.c.Name(); err == nil {
			container, err = st.schemaNamed(name)
		}
	default:
		err = st.c.Unexpected()
	}
	if err != nil {
		return nil, err
	}
	return st.futureSheet([]*object{container}, nil)
}

// futureContainers lists everything that may hold future grants.
func (st *statement) futureContainers() []*object {
	var out []*object
	for _, db := range st.a.root.ofKind(kindDatabase) {
		out = append(append(out, db), db.ofKind(kindSchema)...)
	}
	return out
}

// futureSheet lists future grants, to one role if it is given.
func (st *statement) futureSheet(containers []*object, to *object) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time privilege grant_on name grant_to grantee_name grant_option")
	for _, c := range containers {
		for _, f := range c.future {
			if to == nil || f.grantee == to {
				sheet.add(f.created, f.privilege, f.on.grantedOn, st.futureName(c, f.on), grantedTo(f.grantee), st.granteeName(f.grantee), f.option)
			}
		}
	}
	return sheet.result(), nil
}

// futureName is the placeholder of a future grant: DB.SCHEMA.<TABLE>.
func (st *statement) futureName(container *object, on *kind) string {
	return st.printed(container) + ".<" + sql.Upper(on.grantedOn) + ">"
}

// showParameters runs SHOW PARAMETERS.
func (st *statement) showParameters() (*Result, error) {
	var like *string
	readLike := func() error {
		if !st.c.Accept("LIKE") {
			return nil
		}
		text, err := st.c.String()
		like = &text
		return err
	}
	if err := readLike(); err != nil {
		return nil, err
	}
	o, err := st.parameterHolder()
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(readLike(), st.end()); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "key value default level description type")
	for _, row := range st.parameterRows(o) {
		if like == nil || likeMatch(*like, row.key) {
			sheet.add(row.key, row.value, row.p.value, row.level, row.p.description, row.p.typ)
		}
	}
	return sheet.result(), nil
}

// parameterHolder reads IN|FOR SESSION|ACCOUNT|kind name; nil is the session.
func (st *statement) parameterHolder() (*object, error) {
	if st.c.AcceptAny("IN", "FOR") == "" || st.c.Accept("SESSION") {
		return nil, nil
	}
	if st.c.Accept("ACCOUNT") {
		return st.a.root, nil
	}
	k := acceptKind(st.c)
	if k == nil {
		return nil, st.c.Unexpected()
	}
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	return st.find(k, name, nil)
}

// parameterRow is one row of SHOW PARAMETERS.
type parameterRow struct {
	key, value, level string
	p                 parameter
}

// parameterRows lists the parameters of a session or object by name.
func (st *statement) parameterRows(o *object) []parameterRow {
	known := sessionParameters
	if o != nil && o.kind != kindAccount && o.kind != kindUser {
		known = objectParameters
	}
	var rows []parameterRow
	for key, p := range known {
		row := parameterRow{key: key, value: p.value, p: p}
		if v, ok := st.a.parameters[key]; ok {
			row.value, row.level = v, "ACCOUNT"
		}
		if o == nil {
			if v, ok := st.session.parameters[key]; ok {
				row.value, row.level = v, "SESSION"
			}
		} else if o.kind != kindAccount && o.kind != kindUser {
			row.value, row.level = st.a.parameter(o, key)
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(x, y parameterRow) int { return strings.Compare(x.key, y.key) })
	return rows
}
