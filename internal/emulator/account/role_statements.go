package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// createRole runs CREATE ROLE.
func (st *statement) createRole(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, tags, err := st.optionsToEnd("COMMENT")
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindRole)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	return st.finishRole(cr, s, kindRole, props, tags)
}

// finishRole makes a role or keeps the one that CREATE OR ALTER names.
func (st *statement) finishRole(cr *creation, s *slot, k *kind, props properties, tags []tagUse) (*Result, error) {
	role := s.old
	if role == nil || cr.replace {
		if role != nil {
			st.dropRole(role)
		}
		role = st.installInAccount(s, k, &roleDetail{})
		st.admit(role)
	}
	role.comment = props.text("COMMENT", "")
	for _, t := range tags {
		role.setTag(t)
	}
	return created(role)
}

// admit gives a new database role USAGE on its database, which it has by being
// made (P19).
func (st *statement) admit(role *object) {
	if db := role.parent; role.kind == kindDatabaseRole {
		db.grants = append(db.grants, grant{privilege: "USAGE", grantee: role, grantor: st.role, created: role.created.at})
	}
}

// createDatabaseRole runs CREATE DATABASE ROLE.
func (st *statement) createDatabaseRole(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindDatabaseRole)
	}
	props, tags, err := st.optionsToEnd("COMMENT")
	if err != nil {
		return nil, err
	}
	s, err := st.databaseRoleSlot(cr)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	return st.finishRole(cr, s, kindDatabaseRole, props, tags)
}

// databaseRoleSlot finds the place for a database role.
func (st *statement) databaseRoleSlot(cr *creation) (*slot, error) {
	db, name, err := st.databaseOf(cr.name)
	if err != nil {
		return nil, err
	}
	if !st.rights.has(db, "USAGE") {
		return nil, st.a.errNotFound("Database", db.name)
	}
	s := &slot{parent: db, name: name, old: db.lookup(kindDatabaseRole, name, 0)}
	if s.old != nil && cr.ifMissing {
		s.keep = true
		return s, nil
	}
	if !st.rights.has(db, "CREATE DATABASE ROLE") {
		return nil, errPrivilege(db)
	}
	return s, st.checkOld(cr, s, kindDatabaseRole)
}

// databaseOf splits the name of a database role into its database and itself.
func (sc *scope) databaseOf(name []string) (*object, string, error) {
	switch len(name) {
	case 1:
		db, err := sc.currentDatabase()
		return db, name[0], err
	case 2:
		db, err := sc.databaseNamed(name[0])
		return db, name[1], err
	}
	return nil, "", sc.a.errNotFound(kindDatabaseRole.noun, quoteName(name))
}

// databaseRole finds a database role. Who may use the database sees its roles.
func (sc *scope) databaseRole(name []string) (*object, error) {
	db, last, err := sc.databaseOf(name)
	if err != nil {
		return nil, err
	}
	role := db.lookup(kindDatabaseRole, last, 0)
	if role == nil {
		return nil, sc.a.errNotFound(kindDatabaseRole.noun, db.name+"."+last)
	}
	return role, nil
}

// alterRole runs ALTER ROLE.
func (st *statement) alterRole() (*Result, error) { return st.alterAnyRole(kindRole) }

// alterDatabaseRole runs ALTER DATABASE ROLE.
func (st *statement) alterDatabaseRole() (*Result, error) { return st.alterAnyRole(kindDatabaseRole) }

func (st *statement) alterAnyRole(k *kind) (*Result, error) {
	role, err := st.target(k)
	if role == nil || err != nil {
		return orDone(err)
	}
	if !st.c.Accept("RENAME", "TO") {
		return st.setOrUnsetComment(role)
	}
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if k == kindDatabaseRole && len(name) == 2 && name[0] != role.parent.name {
		return nil, st.a.errNotFound(k.noun, quoteName(name))
	}
	if taken := role.parent.lookup(k, lastPart(name), 0); taken != nil && taken != role {
		return nil, errExists(taken)
	}
	return st.ownerChange(role, func() { st.a.rename(role, nil, lastPart(name)) })
}

// userOptions are the properties of users that are known.
const userOptions = "PASSWORD LOGIN_NAME DISPLAY_NAME FIRST_NAME LAST_NAME MIDDLE_NAME EMAIL MUST_CHANGE_PASSWORD DISABLED " +
	"DAYS_TO_EXPIRY MINS_TO_UNLOCK DEFAULT_WAREHOUSE DEFAULT_NAMESPACE DEFAULT_ROLE DEFAULT_SECONDARY_ROLES " +
	"RSA_PUBLIC_KEY RSA_PUBLIC_KEY_2 TYPE COMMENT NETWORK_POLICY WORKLOAD_IDENTITY"

// createUser runs CREATE USER.
func (st *statement) createUser(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, tags, err := st.optionsToEnd(userOptions)
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindUser)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	d := &userDetail{kind: "PERSON"}
	if err := d.set(props); err != nil {
		return nil, err
	}
	user := st.installInAccount(s, kindUser, d)
	user.comment = props.text("COMMENT", "")
	for _, t := range tags {
		user.setTag(t)
	}
	return created(user)
}

// set applies the properties of CREATE USER and ALTER USER SET.
func (d *userDetail) set(props properties) error {
	fields := map[string]*string{
		"PASSWORD": &d.password, "LOGIN_NAME": &d.login, "DISPLAY_NAME": &d.display, "FIRST_NAME": &d.first,
		"LAST_NAME": &d.last, "EMAIL": &d.email, "DEFAULT_WAREHOUSE": &d.defaultWarehouse,
		"DEFAULT_NAMESPACE": &d.defaultNamespace, "DEFAULT_ROLE": &d.defaultRole, "TYPE": &d.kind,
		"RSA_PUBLIC_KEY": &d.keys[0], "RSA_PUBLIC_KEY_2": &d.keys[1],
	}
	for _, p := range props {
		if field, ok := fields[p.key]; ok {
			*field = p.userValue()
		}
		switch p.key {
		case "RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2":
			if p.value != "" && fingerprint(p.value) == "" {
				return &Error{Code: 390106, State: "22023", Message: "New public key rejected by current policy. Reason: 'Invalid public key'"}
			}
		case "DEFAULT_SECONDARY_ROLES":
			all := slices.Contains(p.list, "ALL")
			d.defaultSecondary = &all
		case "WORKLOAD_IDENTITY":
			if err := d.setIdentity(p); err != nil {
				return err
			}
		}
	}
	var err error
	d.disabled, err = props.flag("DISABLED", d.disabled)
	return err
}

// userValue is the value of a user's property. Names of roles and warehouses
// given as strings fold like identifiers.
func (p property) userValue() string {
	foldable := p.key == "DEFAULT_ROLE" || p.key == "DEFAULT_WAREHOUSE" || p.key == "TYPE"
	if p.kind == sql.String && foldable {
		if name, err := sql.ParseName(p.value); err == nil && len(name) == 1 {
			return name[0]
		}
	}
	return p.value
}

// setIdentity reads (TYPE = OIDC ISSUER = '…' SUBJECT = '…').
func (d *userDetail) setIdentity(p property) error {
	c, err := sql.NewCursor(p.value)
	if err != nil {
		return err
	}
	if err := c.ExpectOp("("); err != nil {
		return err
	}
	inner, err := readProperties(c, names("TYPE ISSUER SUBJECT ARN OIDC_AUDIENCE_LIST"))
	if err != nil {
		return err
	}
	if err := c.ExpectOp(")"); err != nil {
		return err
	}
	d.identityType = sql.Upper(inner.text("TYPE", ""))
	d.issuer, d.subject = inner.text("ISSUER", ""), inner.text("SUBJECT", "")
	return nil
}

// alterUser runs ALTER USER.
func (st *statement) alterUser() (*Result, error) {
	user, err := st.target(kindUser)
	if user == nil || err != nil {
		return orDone(err)
	}
	d := user.detail.(*userDetail)
	switch {
	case st.c.Accept("RENAME", "TO"):
		return st.renameAccountObject(user)
	case isTagClause(st.c):
		return st.alterTags(user)
	case st.c.Accept("ADD", "PROGRAMMATIC", "ACCESS", "TOKEN"), st.c.Accept("ADD", "PAT"):
		return st.addAccessToken(user, d)
	case st.c.Accept("REMOVE", "PROGRAMMATIC", "ACCESS", "TOKEN"), st.c.Accept("REMOVE", "PAT"):
		return st.removeAccessToken(user, d)
	case st.c.Accept("SET"):
		return st.setUser(user, d)
	case st.c.Accept("UNSET"):
		return st.unsetUser(user, d)
	}
	return nil, st.c.Unexpected()
}

// setUser runs ALTER USER … SET. Users may set their own defaults and keys.
func (st *statement) setUser(user *object, d *userDetail) (*Result, error) {
	props, _, err := st.optionsToEnd(userOptions)
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
	}
	if user != st.session.user {
		if err := st.demand(user, "OWNERSHIP"); err != nil {
			return nil, err
		}
	}
	next := *d
	if err := next.set(props); err != nil {
		return nil, err
	}
	*d = next
	user.comment = props.text("COMMENT", user.comment)
	st.touch(user)
	return done()
}

// unsetUser runs ALTER USER … UNSET.
func (st *statement) unsetUser(user *object, d *userDetail) (*Result, error) {
	keys, err := st.keyList(names(userOptions))
	if err != nil {
		return nil, err
	}
	if err := st.demand(user, "OWNERSHIP"); err != nil {
		return nil, err
	}
	for _, k := range keys {
		if err := d.set(properties{{key: k, value: ""}}.only(
			"PASSWORD LOGIN_NAME DISPLAY_NAME FIRST_NAME LAST_NAME EMAIL DEFAULT_WAREHOUSE DEFAULT_NAMESPACE DEFAULT_ROLE " +
				"RSA_PUBLIC_KEY RSA_PUBLIC_KEY_2")); err != nil {
			return nil, err
		}
		switch k {
		case "COMMENT":
			user.comment = ""
		case "DISABLED":
			d.disabled = false
		case "DEFAULT_SECONDARY_ROLES":
			d.defaultSecondary = nil
		case "WORKLOAD_IDENTITY":
			d.identityType, d.issuer, d.subject = "", "", ""
		}
	}
	st.touch(user)
	return done()
}

// addAccessToken runs ADD PROGRAMMATIC ACCESS TOKEN; the answer is the only
// place where the secret is shown.
func (st *statement) addAccessToken(user *object, d *userDetail) (*Result, error) {
	name, err := st.c.Ident()
	if err != nil {
		return nil, err
	}
	if _, _, err := st.optionsToEnd("ROLE_RESTRICTION DAYS_TO_EXPIRY MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT COMMENT"); err != nil {
		return nil, err
	}
	if user != st.session.user {
		if err := st.demand(user, "OWNERSHIP"); err != nil {
			return nil, err
		}
	}
	secret := "pat-" + newUUID() + newUUID()
	d.addToken(name, secret, st.a.now())
	s := newSheet(TypeDDL, "token_name token_secret")
	s.add(name, secret)
	return s.result(), nil
}

// removeAccessToken runs REMOVE PROGRAMMATIC ACCESS TOKEN.
func (st *statement) removeAccessToken(user *object, d *userDetail) (*Result, error) {
	name, err := st.c.Ident()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if user != st.session.user {
		if err := st.demand(user, "OWNERSHIP"); err != nil {
			return nil, err
		}
	}
	for secret, t := range d.tokens {
		if t.name == name {
			delete(d.tokens, secret)
			return done()
		}
	}
	return nil, st.a.errNotFound("Programmatic access token", name)
}
