package account

import (
	"cmp"
	"maps"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// cloneSpec is what CLONE says (C1).
type cloneSpec struct {
	source          []string
	at              *cut
	ignoreRetention bool
	ignoreHybrid    bool
	internalStages  bool
}

// cloneClause reads CLONE and its clauses; nil when there is none.
func (st *statement) cloneClause(k *kind) (*cloneSpec, error) {
	if !st.c.Accept("CLONE") {
		return nil, nil
	}
	cl := &cloneSpec{}
	var err error
	if cl.source, err = st.c.Name(); err != nil {
		return nil, err
	}
	if err := st.cloneTravel(cl); err != nil {
		return nil, err
	}
	if k != kindDatabase && k != kindSchema {
		return cl, nil
	}
	for {
		switch {
		case st.c.Accept(names("IGNORE TABLES WITH INSUFFICIENT DATA RETENTION")...):
			cl.ignoreRetention = true
		case st.c.Accept("IGNORE", "HYBRID", "TABLES"):
			cl.ignoreHybrid = true
		case st.c.Accept("INCLUDE", "INTERNAL", "STAGES"):
			cl.internalStages = true
		default:
			return cl, nil
		}
	}
}

// cloneTravel reads AT or BEFORE.
func (st *statement) cloneTravel(cl *cloneSpec) error {
	if !st.c.Looking("AT") && !st.c.Looking("BEFORE") {
		return nil
	}
	t, err := sql.ParseTravel(st.c)
	if err != nil {
		return err
	}
	if t.Kind == "STREAM" || t.Kind == "VERSION" {
		return st.c.Unexpected()
	}
	c, err := st.travel(t)
	cl.at = &c
	return err
}

// cloner copies a container. The tree is built beside the catalogue and put
// into it when nothing can fail any more.
type cloner struct {
	st   *statement
	spec *cloneSpec
	// root is what is cloned, a database or a schema.
	root *object
	// copies maps originals to their copies.
	copies map[*object]*object
	// made lists the copies in the order of making.
	made []*object
}

// cloneDatabase makes a database from another. Its owner is the role of the
// session, and no grant on the source itself comes over (C15); future grants
// do (C18).
func (st *statement) cloneDatabase(cl *cloneSpec, s *slot, d *databaseDetail) (*object, error) {
	if len(cl.source) != 1 {
		return nil, st.a.errNotFound("Database", quoteName(cl.source))
	}
	src, err := st.databaseNamed(cl.source[0])
	if err != nil {
		return nil, err
	}
	if err := st.demand(src, "USAGE"); err != nil {
		return nil, err
	}
	if src.importedFrom() != "" { // C11
		return nil, errUnsupported("CLONE of an imported database")
	}
	if src.detail.(*databaseDetail).transient && !d.transient {
		return nil, errTransientClone()
	}
	if err := st.checkReach(src, cl); err != nil {
		return nil, err
	}
	c := &cloner{st: st, spec: cl, root: src, copies: map[*object]*object{}}
	db := c.container(src, st.a.root, s.name, d)
	if st.a.switches.CloneKeepsDatabaseTags { // U5
		db.tags = slices.Clone(src.tags)
	}
	for _, role := range c.children(src, kindDatabaseRole) {
		if st.rights.owns(role) { // C13
			c.role(role, db)
		}
	}
	for _, schema := range c.children(src, kindSchema) {
		if err := c.childSchema(schema, db); err != nil {
			return nil, err
		}
	}
	c.finish(db)
	return c.install(s, db), nil
}

// errTransientClone refuses a permanent clone of something transient (C12).
func errTransientClone() *Error {
	return &Error{
		Code: 2120, State: "0A000",
		Message: "SQL compilation error: Transient object cannot be cloned to a permanent object.",
	}
}

// cloneSchema makes a schema from another (C5).
func (st *statement) cloneSchema(cl *cloneSpec, s *slot, d *schemaDetail) (*object, error) {
	src, err := st.schemaNamed(cl.source)
	if err != nil {
		return nil, err
	}
	if src.importedFrom() != "" { // C11
		return nil, errUnsupported("CLONE of an imported schema")
	}
	from := src.detail.(*schemaDetail)
	if err := st.mayCloneSchema(src, from, d); err != nil {
		return nil, err
	}
	if from.transient && !d.transient {
		return nil, errTransientClone()
	}
	if err := st.checkReach(src, cl); err != nil {
		return nil, err
	}
	c := &cloner{st: st, spec: cl, root: src, copies: map[*object]*object{}}
	schema := c.container(src, s.parent, s.name, d)
	if err := c.fill(src, schema); err != nil {
		return nil, err
	}
	c.finish(schema)
	return c.install(s, schema), nil
}

// mayCloneSchema checks the rights: USAGE, or with WITH MANAGED ACCESS the
// OWNERSHIP of a managed source, else MANAGE GRANTS as well (C5).
func (st *statement) mayCloneSchema(src *object, from, to *schemaDetail) error {
	switch {
	case !to.managed:
		return st.demand(src, "USAGE")
	case from.managed:
		return st.demand(src, "OWNERSHIP")
	}
	return cmp.Or(st.demand(src, "USAGE"), st.demandGlobal("MANAGE GRANTS"))
}

// checkReach checks that Time Travel reaches the source itself.
func (st *statement) checkReach(src *object, cl *cloneSpec) error {
	if cl.at == nil {
		return nil
	}
	return st.a.reachable(src, *cl.at)
}

// install puts a finished container into its place.
func (c *cloner) install(s *slot, o *object) *object {
	st := c.st
	if s.old != nil {
		st.a.remove(s.old)
	}
	st.a.attach(o)
	c.suspendDownstream()
	return o
}

// container makes the copy of the container itself: owned by the cloner,
// without grants, with the future grants and parameters of the source (C15,
// C18, C21).
func (c *cloner) container(src, parent *object, name string, detail any) *object {
	o := c.st.a.looseObject(src.kind, parent, name, detail)
	o.comment = src.comment
	o.params = maps.Clone(src.params)
	o.future = slices.Clone(src.future)
	c.st.own(o)
	c.copies[src] = o
	c.made = append(c.made, o)
	return o
}

// children lists the children of a kind as of the moment of the clone: with
// Time Travel those that existed then, dropped ones included (C41).
func (c *cloner) children(src *object, kinds ...*kind) []*object {
	if c.spec.at == nil {
		return src.ofKind(kinds...)
	}
	var out []*object
	for _, o := range slices.Concat(src.ofKind(kinds...), src.graveyard) {
		if slices.Contains(kinds, o.kind) && c.spec.at.holds(o) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, compareObjects)
	return out
}

// role copies a database role. Its members outside the database stay behind
// (U15).
func (c *cloner) role(src, db *object) {
	o := c.child(src, db, &roleDetail{})
	db.children[o.key()] = o
	c.st.admit(o)
}

// childSchema copies a schema as a child of its database: only if the role may
// use it (C14), with its grants and its owner (C16, U13).
func (c *cloner) childSchema(src, db *object) error {
	if !c.st.rights.has(src, "USAGE") {
		return nil
	}
	d := *src.detail.(*schemaDetail)
	d.transient = d.transient || db.isTransient()
	schema := c.child(src, db, &d)
	if c.st.a.switches.CloneDropsSchemaGrants {
		schema.grants, schema.owner = nil, c.st.role
	}
	schema.future = slices.Clone(src.future)
	db.children[schema.key()] = schema
	return c.fill(src, schema)
}

// fill copies everything in a schema that may be copied.
func (c *cloner) fill(src, schema *object) error {
	if err := c.checkPipes(src); err != nil {
		return err
	}
	for _, o := range c.children(src, schemaKinds...) {
		if !c.cloned(o) {
			continue
		}
		if skip, err := c.checkTable(o); skip || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		copied := c.child(o, schema, c.detail(o))
		if o.kind == kindPipe { // C17
			copied.owner = c.st.role
		}
		schema.children[copied.key()] = copied
	}
	return nil
}

// child copies an object with grants and owner (C16). What the copy refers to
// is set by finish.
func (c *cloner) child(src, parent *object, detail any) *object {
	o := c.st.a.looseObject(src.kind, parent, src.name, detail)
	o.args, o.comment = src.args, src.comment
	o.grants, o.tags = slices.Clone(src.grants), slices.Clone(src.tags)
	o.params, o.attached = maps.Clone(src.params), c.attachedTo(src)
	o.cloneGroup = src.group()
	c.st.record(o)
	o.owner = src.owner
	if c.st.a.switches.ClonerOwnsChildren { // U3
		o.owner = c.st.role
	}
	c.copies[src] = o
	c.made = append(c.made, o)
	return o
}

// cloned reports whether an object comes over: its kind does, and the role has
// the right (C13, C14 and the table of §1.3).
func (c *cloner) cloned(o *object) bool {
	need := o.kind.clonePrivilege
	switch {
	case need == "-", o.session != 0:
		return false
	case need == "" && !c.st.rights.any(o):
		return false
	case need != "" && !c.st.rights.has(o, need):
		return false
	}
	return c.kindCloned(o)
}

// kindCloned decides by what the object is.
func (c *cloner) kindCloned(o *object) bool {
	sw := &c.st.a.switches
	switch d := o.detail.(type) {
	case *stageDetail:
		return d.external() || c.spec.internalStages
	case *pipeDetail:
		return !d.internalStage()
	case *taskDetail:
		atTimestamp := c.spec.at != nil && c.spec.at.timestamp
		return !atTimestamp || c.root.kind == kindDatabase && sw.TimestampCloneKeepsTasks // U10
	case *routineDetail:
		return !c.stagedInside(o, d)
	case *tableDetail:
		return d.iceberg == nil || d.iceberg.catalog == "SNOWFLAKE"
	case *plainDetail:
		return sw.CloneSecrets || !slices.Contains(kindsOfSwitch, o.kind) // U4
	}
	return true
}

// stagedInside reports whether a routine's code lies on a stage within the
// clone: Java is then left out, and so are the others unless the switch says
// otherwise (U6).
func (c *cloner) stagedInside(o *object, d *routineDetail) bool {
	if d.language != "JAVA" && c.st.a.switches.CloneStagedHandlers {
		return false
	}
	inner := c.st.within(o)
	return slices.ContainsFunc(d.imports, func(path string) bool {
		stage := inner.stageOf(path)
		return stage != nil && within(stage, c.root)
	})
}

// checkTable applies the rules for hybrid tables and retention. It answers
// whether to leave the table out.
func (c *cloner) checkTable(o *object) (bool, error) {
	if o.kind == kindHybridTable {
		return c.checkHybrid()
	}
	if _, ok := o.detail.(*tableDetail); !ok || c.spec.at == nil {
		return false, nil
	}
	err := c.st.a.reachable(o, *c.spec.at)
	return err != nil && c.spec.ignoreRetention, errUnless(c.spec.ignoreRetention, err)
}

// errUnless drops an error that is to be ignored.
func errUnless(ignore bool, err error) error {
	if ignore {
		return nil
	}
	return err
}

// checkHybrid: hybrid tables are copied by a database clone without AT or with
// AT(TIMESTAMP); else they must be ignored in so many words (U11).
func (c *cloner) checkHybrid() (bool, error) {
	historical := c.spec.at != nil && (c.spec.at.before || !c.spec.at.timestamp)
	switch {
	case c.spec.ignoreHybrid:
		return true, nil
	case c.root.kind == kindDatabase && !historical:
		return false, nil
	case c.root.kind == kindDatabase && c.st.a.switches.HistoricalCloneSkipsHybridTables:
		return true, nil
	}
	return false, errHybridClone()
}

// errHybridClone refuses to clone a hybrid table.
func errHybridClone() *Error {
	return &Error{Code: 391411, State: "0A000", Message: "This feature is not supported for hybrid tables: 'CLONE'."}
}

// checkPipes fails a historical clone when an auto-ingest pipe was dropped or
// recreated since (C41).
func (c *cloner) checkPipes(src *object) error {
	if c.spec.at == nil {
		return nil
	}
	for _, o := range src.graveyard {
		d, ok := o.detail.(*pipeDetail)
		if ok && d.autoIngest && c.spec.at.holds(o) {
			return &Error{Code: 707, State: "02000", Message: "Time travel data is not available for pipe " + o.name + "."}
		}
	}
	return nil
}
