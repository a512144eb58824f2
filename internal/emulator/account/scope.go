package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// scope is where names resolve and whose rights count: the session for a
// statement, the owner and home of a view for the view's query (C24).
type scope struct {
	a       *Account
	session *Session
	// role is the primary role: it owns what is created.
	role   *object
	rights *rights
	// database and schema are the current containers, empty when none is set.
	database, schema string
	// depth is above 0 in views and the like, which know no variables or binds.
	depth int
	// granting lets MANAGE GRANTS, and the owner of a managed schema, name what
	// they could not use (P10, P11).
	granting bool
	// defining is the view that is being replaced: it must not read itself.
	defining *object
	// past is the moment as of which tables are read; nil for now.
	past *cut
	// base is set within a materialized view, which follows its base table
	// wherever that goes.
	base *materialized
	// resolving is set where names are looked up and nothing runs.
	resolving *resolver
	// script is set in the statements of a script.
	script *scriptScope
	// nesting gathers how deep the views below stand on one another (R7).
	nesting *int
}

// within is the scope of something that lives in a schema and runs with its
// owner's rights.
func (sc *scope) within(o *object) *scope {
	inner := *sc
	inner.role = o.owner
	inner.rights = sc.a.rightsOf(o.owner)
	inner.database, inner.schema = o.database().name, o.schema().name
	inner.depth++
	inner.base, inner.resolving = nil, nil
	return &inner
}

// databaseNamed finds a database that the roles may see.
func (sc *scope) databaseNamed(name string) (*object, error) {
	db := sc.a.root.lookup(kindDatabase, name, 0)
	if db == nil || !sc.rights.manage && !sc.rights.any(db) {
		return nil, sc.a.errNotFound("Database", name)
	}
	return db, nil
}

// currentDatabase is the database of the context.
func (sc *scope) currentDatabase() (*object, error) {
	if sc.database == "" {
		return nil, errNoDatabase()
	}
	return sc.databaseNamed(sc.database)
}

// schemaNamed finds a schema by one or two name parts.
func (sc *scope) schemaNamed(name []string) (*object, error) {
	full, err := sc.qualifySchema(name)
	if err != nil {
		return nil, err
	}
	db := sc.a.root.lookup(kindDatabase, full[0], 0)
	if db == nil || !sc.rights.manage && !sc.rights.has(db, "USAGE") {
		return nil, sc.a.errNotFound("Database", full[0])
	}
	schema := db.lookup(kindSchema, full[1], 0)
	if schema == nil || !sc.rights.manage && !sc.rights.any(schema) {
		return nil, sc.a.errNotFound("Schema", full[0]+"."+full[1])
	}
	return schema, nil
}

// qualifySchema fills in the current database.
func (sc *scope) qualifySchema(name []string) ([]string, error) {
	switch len(name) {
	case 1:
		if sc.database == "" {
			return nil, errNoDatabase()
		}
		return []string{sc.database, name[0]}, nil
	case 2:
		return name, nil
	}
	return nil, sc.a.errNotFound("Schema", quoteName(name))
}

// qualify completes the name of a schema object to three parts.
func (sc *scope) qualify(name []string) ([]string, error) {
	switch len(name) {
	case 1:
		if sc.database == "" {
			return nil, errNoDatabase()
		}
		if sc.schema == "" {
			return nil, errNoSchema()
		}
		return []string{sc.database, sc.schema, name[0]}, nil
	case 2:
		if sc.database == "" {
			return nil, errNoDatabase()
		}
		return []string{sc.database, name[0], name[1]}, nil
	case 3:
		return name, nil
	}
	return nil, sqlError(1003, "42000", "syntax error: too many parts in the name '%s'.", quoteName(name))
}

// home finds the schema in which a new object of that name is made. Its
// absence or invisibility is 002003.
func (sc *scope) home(name []string) (*object, string, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, "", err
	}
	schema, err := sc.schemaNamed(full[:2])
	if err != nil {
		return nil, "", err
	}
	if !sc.rights.uses(schema) {
		return nil, "", sc.a.errNotFound("Schema", schema.plainName())
	}
	return schema, full[2], nil
}

// object finds a schema object that the roles may see. Every container must be
// usable; what is missing and what is hidden give the same answer (§7).
func (sc *scope) object(k *kind, name []string) (*object, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, err
	}
	o := sc.lookup(k, full)
	if o == nil || !sc.visible(o) {
		return nil, sc.a.errNotFound(k.noun, quoteName(full))
	}
	if !k.includes(o.kind) {
		return nil, errWrongKind(o.kind, k)
	}
	return o, nil
}

// lookup finds a schema object by full name whatever the rights.
func (sc *scope) lookup(k *kind, full []string) *object {
	db := sc.a.root.lookup(kindDatabase, full[0], 0)
	if db == nil {
		return nil
	}
	schema := db.lookup(kindSchema, full[1], 0)
	if schema == nil {
		return nil
	}
	return schema.lookup(k, full[2], sc.sessionID())
}

// sessionID is the session whose temporary tables are seen.
func (sc *scope) sessionID() int64 {
	if sc.session == nil {
		return 0
	}
	return sc.session.id
}

// visible reports whether a statement may find the schema object.
func (sc *scope) visible(o *object) bool {
	if sc.granting && (sc.rights.manage || sc.rights.owns(o.parent)) {
		return true
	}
	return sc.rights.uses(o.parent) && (sc.rights.any(o) || sc.rights.manage)
}

// owned finds a schema object and demands OWNERSHIP of it.
func (sc *scope) owned(k *kind, name []string) (*object, error) {
	return sc.permitted(k, name, "OWNERSHIP")
}

// permitted finds a schema object and demands one of the privileges on it.
func (sc *scope) permitted(k *kind, name []string, privileges ...string) (*object, error) {
	o, err := sc.object(k, name)
	if err != nil {
		return nil, err
	}
	return o, sc.demand(o, privileges...)
}

// demand answers 003001 unless the roles hold one of the privileges.
func (sc *scope) demand(o *object, privileges ...string) error {
	if slices.ContainsFunc(privileges, func(p string) bool { return sc.rights.has(o, p) }) {
		return nil
	}
	return errPrivilege(o)
}

// demandGlobal answers 003001 unless the roles hold the account privilege.
func (sc *scope) demandGlobal(privilege string) error {
	if sc.rights.global(privilege) {
		return nil
	}
	return errPrivilegeOn("account", sc.a.name)
}

// accountObject finds a role, warehouse, user or the like by name.
func (sc *scope) accountObject(k *kind, name string) (*object, error) {
	o := sc.a.root.lookup(k, name, 0)
	if o == nil || !sc.seesAccountObject(o) {
		return nil, sc.a.errNotFound(k.noun, name)
	}
	return o, nil
}

// seesAccountObject reports whether the roles may name an object of the
// account. Roles and users are known to everybody.
func (sc *scope) seesAccountObject(o *object) bool {
	if o.kind == kindRole || o.kind == kindUser {
		return true
	}
	return sc.rights.manage || sc.rights.any(o)
}

// accountObjectName reads the single name of an account object.
func accountObjectName(c *sql.Cursor) (string, error) {
	name, err := c.Name()
	if err != nil {
		return "", err
	}
	if len(name) != 1 {
		return "", sqlError(1003, "42000", "syntax error: '%s' must be a name of one part.", quoteName(name))
	}
	return name[0], nil
}
