package account

import (
	"fmt"
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
	if err := st.checkOptions(kindDatabase, detail.transient, props); err != nil {
		return nil, err
	}
	var db *object
	if cl != nil {
		db, err = st.cloneDatabase(cl, s, detail)
	} else {
		db, err = st.newDatabase(s, detail), nil
	}
	if err != nil {
		return nil, err
	}
	st.configure(db, props, tags)
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

// configure applies the properties and tags of a CREATE statement, which
// checkOptions found good before anything was made.
func (st *statement) configure(o *object, props properties, tags []tagUse) {
	st.applyOptions(o, props)
	for _, t := range tags {
		o.setTag(t)
	}
}

// setOptions sets comment and parameters of a container or table.
func (st *statement) setOptions(o *object, props properties) error {
	if err := st.checkOptions(o.kind, o.isTransient(), props); err != nil {
		return err
	}
	st.applyOptions(o, props)
	return nil
}

// applyOptions is setOptions for values that were checked.
func (st *statement) applyOptions(o *object, props properties) {
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
}

// touch notes that an object was altered.
func (st *statement) touch(o *object) {
	o.altered = st.a.now()
	st.a.changed()
}

// checkOptions refuses properties that an object of the kind cannot have. It
// stands before all changes, so that a bad value leaves nothing half done.
func (st *statement) checkOptions(k *kind, transient bool, props properties) error {
	for _, p := range props {
		if err := st.checkOption(k, transient, p); err != nil {
			return err
		}
	}
	return nil
}

// checkOption refuses a value out of range: retention is at most 90 days, and
// at most 1 for what is transient (X4). External volumes and catalogues must be
// there to be used.
func (st *statement) checkOption(k *kind, transient bool, p property) error {
	switch p.key {
	case "DATA_RETENTION_TIME_IN_DAYS":
		limit := int64(90)
		if transient {
			limit = 1
		}
		return p.within(0, limit)
	case "PIPE_EXECUTION_PAUSED":
		if k == kindDatabase && !st.a.switches.DatabasePipePause { // U14
			return errNoParameter(p.key)
		}
	case "EXTERNAL_VOLUME":
		return st.checkUsable(kindVolume, p.value)
	case "CATALOG":
		return st.checkCatalog(p.value)
	}
	return nil
}

// checkCatalog checks the catalogue of Iceberg tables: Snowflake itself, or an
// integration.
func (st *statement) checkCatalog(name string) error {
	if foldName(name) == "SNOWFLAKE" {
		return nil
	}
	return st.checkUsable(kindIntegration, name)
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
	if err := st.checkOptions(kindSchema, detail.transient, props); err != nil {
		return nil, err
	}
	var schema *object
	if cl != nil {
		schema, err = st.cloneSchema(cl, s, detail)
		if err != nil {
			return nil, err
		}
	} else {
		schema = st.installSchema(s, detail)
	}
	st.configure(schema, props, tags)
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
	if s.name == informationSchema {
		return nil, sqlError(2002, "42710", "Object '%s' already exists.", s.name)
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

// restored is the answer of UNDROP (M2).
func restored(o *object) (*Result, error) {
	return statusResult(fmt.Sprintf("%s %s successfully restored.", o.kind.label, o.name)), nil
}

// droppedResult is the answer of DROP (M2).
func droppedResult(name string) (*Result, error) {
	return statusResult(name + " successfully dropped."), nil
}
