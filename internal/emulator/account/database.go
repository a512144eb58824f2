package account

import (
	"fmt"
	"slices"
	"strconv"
)

// databaseDetail is what only databases have.
type databaseDetail struct {
	transient bool
	// origin is "account.share" of an imported database.
	origin string
}

// schemaDetail is what only schemas have.
type schemaDetail struct {
	transient bool
	managed   bool
}

// containerOptions are the properties of databases and schemas (C2).
const containerOptions = "DATA_RETENTION_TIME_IN_DAYS MAX_DATA_EXTENSION_TIME_IN_DAYS EXTERNAL_VOLUME CATALOG " +
	"DEFAULT_DDL_COLLATION LOG_LEVEL TRACE_LEVEL METRIC_LEVEL COMMENT REPLACE_INVALID_CHARACTERS " +
	"STORAGE_SERIALIZATION_POLICY"

// createDatabase runs CREATE DATABASE, with or without CLONE.
func (st *statement) createDatabase(cr *creation) (*Result, error) {
	if cr.alter {
		return nil, errUnsupported("CREATE OR ALTER DATABASE")
	}
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Accept("FROM", "SHARE") {
		return st.importDatabase(cr)
	}
	cl, err := st.cloneClause(kindDatabase)
	if err != nil {
		return nil, err
	}
	props, tags, err := st.optionsToEnd(containerOptions)
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindDatabase)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	detail := &databaseDetail{transient: cr.has("TRANSIENT")}
	var db *object
	if cl != nil {
		db, err = st.cloneDatabase(cl, s, detail)
	} else {
		db, err = st.newDatabase(s, detail), nil
	}
	if err != nil {
		return nil, err
	}
	if err := st.configure(db, props, tags); err != nil {
		return nil, err
	}
	st.enter(db)
	return created(db)
}

// newDatabase makes a database with its schema PUBLIC.
func (st *statement) newDatabase(s *slot, detail *databaseDetail) *object {
	db := st.installInAccount(s, kindDatabase, detail)
	public := st.a.newObject(kindSchema, db, "PUBLIC", &schemaDetail{transient: detail.transient})
	st.own(public)
	return db
}

// enter makes a new database or schema the session's current one (C8).
func (st *statement) enter(o *object) {
	if o.kind == kindDatabase {
		st.session.database = o.name
		st.session.defaultSchema()
		return
	}
	st.session.database, st.session.schema = o.parent.name, o.name
}

// configure applies the properties and tags of a CREATE statement. It checks
// before it changes, so that a bad value leaves nothing half done.
func (st *statement) configure(o *object, props properties, tags []tagUse) error {
	if err := st.setOptions(o, props); err != nil {
		return err
	}
	for _, t := range tags {
		o.setTag(t)
	}
	return nil
}

// setOptions sets comment and parameters of a container or table.
func (st *statement) setOptions(o *object, props properties) error {
	for _, p := range props {
		if err := st.checkOption(o, p); err != nil {
			return err
		}
	}
	for _, p := range props {
		if p.key == "COMMENT" {
			o.comment = p.value
			continue
		}
		if o.params == nil {
			o.params = map[string]string{}
		}
		o.params[p.key] = parameterValue(p)
	}
	st.touch(o)
	return nil
}

// touch notes that an object was altered.
func (st *statement) touch(o *object) {
	o.altered = st.a.now()
	st.a.changed()
}

// checkOption refuses a value out of range: retention is at most 90 days, and
// at most 1 for what is transient (X4).
func (st *statement) checkOption(o *object, p property) error {
	switch p.key {
	case "DATA_RETENTION_TIME_IN_DAYS":
		limit := 90
		if o.isTransient() {
			limit = 1
		}
		if n, err := strconv.Atoi(p.value); err != nil || n < 0 || n > limit {
			return errInvalidValue(p.value, p.key)
		}
	case "PIPE_EXECUTION_PAUSED":
		if o.kind == kindDatabase && !st.a.switches.DatabasePipePause { // U14
			return errNoParameter(p.key)
		}
	}
	return nil
}

// isTransient reports whether the object is transient or temporary, itself or
// by what holds it.
func (o *object) isTransient() bool {
	switch d := o.detail.(type) {
	case *databaseDetail:
		return d.transient
	case *schemaDetail:
		return d.transient || o.parent.isTransient()
	case *tableDetail:
		return d.transient || o.session != 0
	}
	return false
}

// parameter is the value of a parameter as it holds for the object, with the
// level at which it was set, which is empty for the default (C21).
func (a *Account) parameter(o *object, key string) (value, level string) {
	for p := o; p != nil; p = p.parent {
		if v, ok := p.params[key]; ok {
			return v, p.kind.words
		}
	}
	if v, ok := a.parameters[key]; ok {
		return v, "ACCOUNT"
	}
	return objectParameters[key].value, ""
}

// retentionDays is how far Time Travel reaches back for the object.
func (a *Account) retentionDays(o *object) int {
	value, _ := a.parameter(o, "DATA_RETENTION_TIME_IN_DAYS")
	days, err := strconv.Atoi(value)
	if err != nil {
		return 1
	}
	if o.isTransient() {
		return min(days, 1)
	}
	return days
}

// createSchema runs CREATE SCHEMA, with or without CLONE.
func (st *statement) createSchema(cr *creation) (*Result, error) {
	if cr.alter {
		return nil, errUnsupported("CREATE OR ALTER SCHEMA")
	}
	if err := st.header(cr); err != nil {
		return nil, err
	}
	cl, err := st.cloneClause(kindSchema)
	if err != nil {
		return nil, err
	}
	managed := st.c.Accept("WITH", "MANAGED", "ACCESS")
	props, tags, err := st.optionsToEnd(containerOptions + " PIPE_EXECUTION_PAUSED")
	if err != nil {
		return nil, err
	}
	s, err := st.schemaSlot(cr)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	detail := &schemaDetail{transient: cr.has("TRANSIENT") || s.parent.isTransient(), managed: managed}
	var schema *object
	if cl != nil {
		schema, err = st.cloneSchema(cl, s, detail)
		if err != nil {
			return nil, err
		}
	} else {
		schema = st.installSchema(s, detail)
	}
	if err := st.configure(schema, props, tags); err != nil {
		return nil, err
	}
	st.enter(schema)
	return created(schema)
}

// schemaSlot finds the place for a schema and checks the right to create it.
func (st *statement) schemaSlot(cr *creation) (*slot, error) {
	full, err := st.qualifySchema(cr.name)
	if err != nil {
		return nil, err
	}
	db := st.a.root.lookup(kindDatabase, full[0], 0)
	if db == nil || !st.rights.has(db, "USAGE") {
		return nil, st.a.errNotFound("Database", full[0])
	}
	s := &slot{parent: db, name: full[1], old: db.lookup(kindSchema, full[1], 0)}
	if s.old != nil && cr.ifMissing {
		s.keep = true
		return s, nil
	}
	if !st.rights.has(db, "CREATE SCHEMA") || db.importedFrom() != "" {
		return nil, errPrivilege(db)
	}
	return s, st.checkOld(cr, s, kindSchema)
}

// installSchema puts an empty schema into its slot.
func (st *statement) installSchema(s *slot, detail *schemaDetail) *object {
	schema := st.installInAccount(s, kindSchema, detail)
	st.a.applyFuture(schema)
	return schema
}

// alterDatabase runs ALTER DATABASE.
func (st *statement) alterDatabase() (*Result, error) {
	ifExists := st.c.Accept("IF", "EXISTS")
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	db, err := st.databaseNamed(name)
	if err != nil {
		if ifExists {
			return done()
		}
		return nil, err
	}
	return st.alterContainer(db)
}

// alterSchema runs ALTER SCHEMA.
func (st *statement) alterSchema() (*Result, error) {
	ifExists := st.c.Accept("IF", "EXISTS")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	schema, err := st.schemaNamed(name)
	if err != nil {
		if ifExists {
			return done()
		}
		return nil, err
	}
	return st.alterContainer(schema)
}

// alterContainer runs what ALTER DATABASE and ALTER SCHEMA have in common.
func (st *statement) alterContainer(o *object) (*Result, error) {
	switch {
	case st.c.Accept("RENAME", "TO"):
		return st.renameContainer(o)
	case st.c.Accept("SWAP", "WITH"):
		return st.swapContainer(o)
	case o.kind == kindSchema && st.c.Accept("ENABLE", "MANAGED", "ACCESS"):
		return st.setManaged(o, true)
	case o.kind == kindSchema && st.c.Accept("DISABLE", "MANAGED", "ACCESS"):
		return st.setManaged(o, false)
	case st.c.Looking("SET", "TAG"), st.c.Looking("UNSET", "TAG"):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		return st.setContainer(o)
	case st.c.Accept("UNSET"):
		return st.unsetContainer(o)
	}
	return nil, st.c.Unexpected()
}

// setContainer runs SET of properties.
func (st *statement) setContainer(o *object) (*Result, error) {
	props, err := readProperties(st.c, append(names(containerOptions), objectParameterNames()...))
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "MODIFY"); err != nil {
		return nil, err
	}
	if err := st.setOptions(o, props); err != nil {
		return nil, err
	}
	return done()
}

// unsetContainer runs UNSET of properties.
func (st *statement) unsetContainer(o *object) (*Result, error) {
	keys, err := st.keyList(append(names(containerOptions), objectParameterNames()...))
	if err != nil {
		return nil, err
	}
	if err := st.demand(o, "MODIFY"); err != nil {
		return nil, err
	}
	st.unsetOptions(o, keys)
	return done()
}

// unsetOptions takes properties back to what they are when never set.
func (st *statement) unsetOptions(o *object, keys []string) {
	for _, k := range keys {
		if k == "COMMENT" {
			o.comment = ""
		}
		delete(o.params, k)
	}
	st.touch(o)
}

// keyList reads the comma-separated keys of UNSET to the end of the statement.
func (st *statement) keyList(allowed []string) ([]string, error) {
	var keys []string
	for {
		t := st.c.Next()
		if !slices.Contains(allowed, t.Value) {
			st.c.Reset(st.c.Mark() - 1)
			return nil, st.c.Unexpected()
		}
		keys = append(keys, t.Value)
		if !st.c.AcceptOp(",") {
			return keys, st.end()
		}
	}
}

// objectParameterNames lists the parameters of objects.
func objectParameterNames() []string {
	out := make([]string, 0, len(objectParameters))
	for name := range objectParameters {
		out = append(out, name)
	}
	return out
}

// setManaged turns managed access on or off. Its owner needs MANAGE GRANTS to
// turn it on, and to turn it off where there are future grants; those must be
// revoked before it is turned on (P11).
func (st *statement) setManaged(schema *object, managed bool) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(schema, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if managed || len(schema.future) > 0 {
		if err := st.demandGlobal("MANAGE GRANTS"); err != nil {
			return nil, err
		}
	}
	if d := schema.detail.(*schemaDetail); managed && !d.managed && len(schema.future) > 0 {
		return nil, errAccess("Managed access cannot be enabled for schema '%s': its future grants must be revoked first.", schema.name)
	}
	schema.detail.(*schemaDetail).managed = managed
	st.touch(schema)
	return done()
}

// renameContainer runs RENAME TO. A database needs CREATE DATABASE as well
// (X3); a schema may move to another database.
func (st *statement) renameContainer(o *object) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	parent, err := st.renameTarget(o, name)
	if err != nil {
		return nil, err
	}
	last := name[len(name)-1]
	if taken := parent.lookup(o.kind, last, 0); taken != nil && taken != o {
		return nil, errExists(taken)
	}
	old := o.name
	st.a.rename(o, parent, last)
	st.followRename(o, old)
	return done()
}

// renameTarget finds the container for the new name and checks the right to
// create there.
func (st *statement) renameTarget(o *object, name []string) (*object, error) {
	if o.kind == kindDatabase {
		if len(name) != 1 {
			return nil, st.a.errNotFound("Database", quoteName(name))
		}
		return st.a.root, st.demandGlobal("CREATE DATABASE")
	}
	full := name
	if len(name) == 1 {
		full = []string{o.parent.name, name[0]}
	}
	db, err := st.databaseNamed(full[0])
	if err != nil {
		return nil, err
	}
	return db, st.demand(db, "CREATE SCHEMA")
}

// followRename keeps the session in a container that it renamed.
func (st *statement) followRename(o *object, old string) {
	switch {
	case o.kind == kindDatabase && st.session.database == old:
		st.session.database = o.name
	case o.kind == kindSchema && st.session.schema == old && st.session.database == o.parent.name:
		st.session.schema = o.name
	}
}

// swapContainer runs SWAP WITH: the two exchange names and nothing else, so
// that contents and grants travel (X3).
func (st *statement) swapContainer(o *object) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	var other *object
	if o.kind == kindDatabase {
		other, err = st.databaseNamed(name[0])
	} else {
		other, err = st.schemaNamed(name)
	}
	if err != nil {
		return nil, err
	}
	if err := st.demand(other, "OWNERSHIP"); err != nil {
		return nil, err
	}
	st.a.swap(o, other)
	return done()
}

// swap exchanges the names and places of two objects.
func (a *Account) swap(x, y *object) {
	delete(x.parent.children, x.key())
	delete(y.parent.children, y.key())
	x.name, y.name = y.name, x.name
	x.parent, y.parent = y.parent, x.parent
	x.altered, y.altered = a.now(), a.now()
	a.attach(x)
	a.attach(y)
}

// restored is the answer of UNDROP (M2).
func restored(o *object) (*Result, error) {
	return statusResult(fmt.Sprintf("%s %s successfully restored.", o.kind.label, o.name)), nil
}

// droppedResult is the answer of DROP (M2).
func droppedResult(name string) (*Result, error) {
	return statusResult(name + " successfully dropped."), nil
}
