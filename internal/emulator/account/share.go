package account

import (
	"cmp"
	"slices"
	"strings"
)

// shareDetail is what only shares have: the accounts that may import it.
type shareDetail struct{ accounts []string }

// createShare runs CREATE SHARE.
func (st *statement) createShare(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, tags, err := st.optionsToEnd("COMMENT SECURE_OBJECTS_ONLY")
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindShare)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	o := st.installInAccount(s, kindShare, &shareDetail{})
	o.comment = props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// alterShare runs ALTER SHARE: the accounts, the comment and tags.
func (st *statement) alterShare() (*Result, error) {
	o, err := st.target(kindShare)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*shareDetail)
	word := st.c.AcceptAny("ADD", "REMOVE")
	if word == "" && st.c.Looking("SET", "ACCOUNTS") {
		word = st.c.Next().Value
	}
	if word == "" {
		return st.setOrUnsetComment(o)
	}
	if err := st.c.Expect("ACCOUNTS"); err != nil {
		return nil, err
	}
	list, err := st.accountList()
	if err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() { d.change(word, list) })
}

// accountList reads = a, org.b, ….
func (st *statement) accountList() ([]string, error) {
	if err := st.c.ExpectOp("="); err != nil {
		return nil, err
	}
	var list []string
	for {
		name, err := st.c.Name()
		if err != nil {
			return nil, err
		}
		list = append(list, strings.Join(name, "."))
		if !st.c.AcceptOp(",") {
			return list, nil
		}
	}
}

// change adds, removes or sets the accounts of a share.
func (d *shareDetail) change(word string, list []string) {
	without := slices.DeleteFunc(slices.Clone(d.accounts), func(a string) bool { return slices.Contains(list, a) })
	switch word {
	case "ADD":
		d.accounts = slices.Concat(without, list)
	case "REMOVE":
		d.accounts = without
	default:
		d.accounts = list
	}
}

// showShares is SHOW SHARES: the owner of a share sees it with IMPORT SHARE.
var showShares = showing{
	words: "SHARES", kinds: []*kind{kindShare},
	columns: "created_on:time kind owner_account name database_name to owner comment listing_global_name secure_objects_only",
	row: func(st *statement, o *object) []any {
		d := o.detail.(*shareDetail)
		database := ""
		if db := st.a.sharedDatabase(o); db != nil {
			database = db.name
		}
		return []any{
			o.created.at, "OUTBOUND", st.a.name, o.name, database, strings.Join(d.accounts[:min(len(d.accounts), 3)], ", "),
			o.ownerName(), o.comment, "", "true",
		}
	},
}

// sharedDatabase is the database of which a share has USAGE.
func (a *Account) sharedDatabase(share *object) *object {
	for _, db := range a.root.ofKind(kindDatabase) {
		if sharedWith(db, share) {
			return db
		}
	}
	return nil
}

// sharedWith reports whether something was granted on an object to a share.
func sharedWith(o, share *object) bool {
	return slices.ContainsFunc(o.grants, func(g grant) bool { return g.grantee == share })
}

// describeShare lists what is in a share.
func (a *Account) describeShare(share *object) *Result {
	s := newSheet(TypeDescribe, "kind name shared_on:time")
	a.walk(a.root, func(o *object) {
		for _, g := range o.grants {
			if g.grantee == share {
				s.add(o.kind.words, o.qualified(), g.created)
			}
		}
	})
	sortRows(s)
	return s.result()
}

// forgetShare takes everything out of a share that is dropped.
func (a *Account) forgetShare(share *object) {
	a.forgetGrantee(share, nil)
	a.walk(a.root, func(o *object) {
		if o.kind == kindDatabaseRole {
			removeMember(o, share)
		}
	})
}

// checkShared refuses what cannot be in a share: views that are not secure.
func checkShared(o *object) error {
	if v, ok := o.detail.(*viewDetail); ok && !v.secure {
		return errUnsupported("sharing of a view that is not secure")
	}
	return nil
}

// importedFrom is "account.share" for what lies in an imported database, else
// empty.
func (o *object) importedFrom() string {
	db := o.database()
	if db == nil {
		return ""
	}
	return db.detail.(*databaseDetail).origin
}

// errImported refuses grants on single objects of an imported database.
func errImported() *Error {
	return errAccess("Granting individual privileges on imported database is not allowed. Use 'GRANT IMPORTED PRIVILEGES' instead.")
}

// importDatabase runs CREATE DATABASE d FROM SHARE account.share. The account
// is its own provider here: there is no other.
func (st *statement) importDatabase(cr *creation) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	props, tags, err := st.optionsToEnd("COMMENT")
	if err != nil {
		return nil, err
	}
	share := st.a.root.lookup(kindShare, lastPart(name), 0)
	if share == nil || len(name) < 2 || name[len(name)-2] != st.a.name {
		return nil, st.a.errNotFound(kindShare.noun, quoteName(name))
	}
	if err := st.demandGlobal("IMPORT SHARE"); err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindDatabase)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	db, err := st.fillImported(s, share)
	if err != nil {
		return nil, err
	}
	db.comment = props.text("COMMENT", "")
	for _, t := range tags {
		db.setTag(t)
	}
	st.enter(db)
	return created(db)
}

// fillImported makes the database with what is in the share. Its tables hold
// the rows of the provider's, now and later.
func (st *statement) fillImported(s *slot, share *object) (*object, error) {
	source := st.a.sharedDatabase(share)
	if source == nil {
		return nil, sqlError(3030, "02000", "Shared database is no longer available for use. It will need to be re-created if and "+
			"when the publisher makes it available again.")
	}
	db := st.installInAccount(s, kindDatabase, &databaseDetail{origin: st.a.name + "." + share.name})
	for _, schema := range source.ofKind(kindSchema) {
		if !sharedWith(schema, share) {
			continue
		}
		copied := st.a.newObject(kindSchema, db, schema.name, &schemaDetail{})
		for _, o := range schema.ofKind(schemaKinds...) {
			if !sharedWith(o, share) {
				continue
			}
			if _, ok := o.detail.(*tableDetail); !ok {
				return nil, errUnsupported("import of a shared " + lower(o.kind.words))
			}
			st.a.newObject(o.kind, copied, o.name, o.detail)
		}
	}
	st.a.giveImported(db, grant{grantee: st.role, created: st.a.now()})
	return db, nil
}

// giveImported gives a role the use of all that an imported database has.
func (a *Account) giveImported(db *object, g grant) {
	a.walk(db, func(o *object) {
		g.privilege = "USAGE"
		if o.kind.inSchema() {
			g.privilege = "SELECT"
		}
		if o != db || g.grantee != db.owner {
			o.addGrant(g)
		}
	})
	a.changed()
}

// importedDatabase reads the name of a database; SNOWFLAKE is one that SHOW
// does not list.
func (st *statement) importedDatabase() (*object, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	if name == snowflakeDatabase {
		return st.a.usage, nil
	}
	return st.databaseNamed(name)
}

// grantImported runs GRANT and REVOKE IMPORTED PRIVILEGES ON DATABASE d.
func (st *statement) grantImported(give bool) (*Result, error) {
	if err := cmp.Or(st.c.Expect("PRIVILEGES"), st.c.Expect("ON", "DATABASE")); err != nil {
		return nil, err
	}
	db, err := st.importedDatabase()
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect(toOrFrom(give)); err != nil {
		return nil, err
	}
	to, err := st.namedRole()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if db == st.a.usage {
		return st.grantUsageDatabase(to, give)
	}
	if db.importedFrom() == "" {
		return nil, errAccess("Imported privileges exist on imported databases only, which '%s' is not.", db.name)
	}
	if !st.rights.manage && !st.rights.owns(db) {
		return nil, errPrivilege(db)
	}
	if give {
		st.a.giveImported(db, grant{grantee: to, grantor: db.owner, created: st.a.now()})
		return done()
	}
	st.a.walk(db, func(o *object) { o.dropGrants(func(g grant) bool { return g.grantee == to }) })
	st.a.changed()
	return done()
}
