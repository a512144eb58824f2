package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// creation is what stands before the name in a CREATE statement.
type creation struct {
	replace, alter, ifMissing bool
	// modifiers are the words between CREATE and the kind: TRANSIENT,
	// TEMPORARY, SECURE and the like.
	modifiers []string
	name      []string
	start     int
}

// has reports whether one of the modifiers stands in the statement.
func (cr *creation) has(modifiers ...string) bool {
	return slices.ContainsFunc(modifiers, func(m string) bool { return slices.Contains(cr.modifiers, m) })
}

// temporary reports whether the object is to live as long as the session.
func (cr *creation) temporary() bool { return cr.has("TEMPORARY", "TEMP", "VOLATILE") }

// creator runs CREATE for one kind.
type creator struct {
	words     string
	modifiers string
	run       func(*statement, *creation) (*Result, error)
}

// temporaryWords are the modifiers that make an object temporary.
const temporaryWords = "LOCAL GLOBAL TEMPORARY TEMP VOLATILE"

// creators are tried in order, so that longer spellings stand first.
var creators []creator

// init fills the table; CLONE refers back to it.
func init() {
	creators = []creator{
		{"SHARE", "", (*statement).createShare},
		{"DATABASE ROLE", "", (*statement).createDatabaseRole},
		{"DATABASE", "TRANSIENT", (*statement).createDatabase},
		{"SCHEMA", "TRANSIENT", (*statement).createSchema},
		{"DYNAMIC ICEBERG TABLE", "", (*statement).createDynamicIceberg},
		{"DYNAMIC TABLE", "TRANSIENT", (*statement).createDynamicTable},
		{"EVENT TABLE", "", (*statement).createEventTable},
		{"EXTERNAL TABLE", "", (*statement).createExternalTable},
		{"HYBRID TABLE", "", (*statement).createHybridTable},
		{"ICEBERG TABLE", "", (*statement).createIcebergTable},
		{"TABLE", "TRANSIENT " + temporaryWords, (*statement).createTable},
		{"MATERIALIZED VIEW", "SECURE", (*statement).createMaterializedView},
		{"VIEW", "SECURE RECURSIVE " + temporaryWords, (*statement).createView},
		{"SEQUENCE", "", (*statement).createSequence},
		{"FILE FORMAT", temporaryWords, (*statement).createFileFormat},
		{"STAGE", temporaryWords, (*statement).createStage},
		{"STREAM", "", (*statement).createStream},
		{"TASK", "", (*statement).createTask},
		{"PIPE", "", (*statement).createPipe},
		{"ALERT", "", (*statement).createAlert},
		{"PROCEDURE", "SECURE", (*statement).createProcedure},
		{"EXTERNAL FUNCTION", "SECURE", (*statement).createExternalFunction},
		{"DATA METRIC FUNCTION", "", (*statement).createMetricFunction},
		{"FUNCTION", "SECURE AGGREGATE " + temporaryWords, (*statement).createFunction},
		{"MASKING POLICY", "", (*statement).createMaskingPolicy},
		{"ROW ACCESS POLICY", "", (*statement).createRowAccessPolicy},
		{"TAG", "", (*statement).createTag},
		{"SECRET", "", (*statement).createSecret},
		{"NETWORK RULE", "", (*statement).createNetworkRule},
		{"ROLE", "", (*statement).createRole},
		{"USER", "", (*statement).createUser},
		{"WAREHOUSE", "", (*statement).createWarehouse},
		{"STORAGE INTEGRATION", "", integrationCreator("STORAGE")},
		{"NOTIFICATION INTEGRATION", "", integrationCreator("NOTIFICATION")},
		{"API INTEGRATION", "", integrationCreator("API")},
		{"EXTERNAL ACCESS INTEGRATION", "", integrationCreator("EXTERNAL_ACCESS")},
		{"SECURITY INTEGRATION", "", integrationCreator("SECURITY")},
		{"CATALOG INTEGRATION", "", integrationCreator("CATALOG")},
		{"EXTERNAL VOLUME", "", (*statement).createVolume},
		{"RESOURCE MONITOR", "", (*statement).createMonitor},
	}
	creators = append(creators, policyCreators()...)
	for i := range customSchemaKinds {
		creators = append([]creator{customSchemaKinds[i].creator(false)}, creators...)
	}
	for i := range customAccountKinds {
		creators = append(creators, customAccountKinds[i].creator(true))
	}
}

// create runs CREATE.
func (st *statement) create() (*Result, error) {
	cr := &creation{start: st.c.Mark() - 1}
	if st.c.Accept("OR") {
		switch st.c.AcceptAny("REPLACE", "ALTER") {
		case "REPLACE":
			cr.replace = true
		case "ALTER":
			cr.alter = true
		default:
			return nil, st.c.Unexpected()
		}
	}
	for {
		word := st.c.AcceptAny(names("TRANSIENT SECURE RECURSIVE AGGREGATE " + temporaryWords)...)
		if word == "" {
			break
		}
		cr.modifiers = append(cr.modifiers, word)
	}
	for _, k := range creators {
		if !st.c.Accept(names(k.words)...) {
			continue
		}
		if extra := slices.ContainsFunc(cr.modifiers, func(m string) bool {
			return !slices.Contains(names(k.modifiers), m)
		}); extra {
			st.c.Reset(st.c.Mark() - len(names(k.words)))
			return nil, st.c.Unexpected()
		}
		return k.run(st, cr)
	}
	return nil, st.c.Unexpected()
}

// header reads [IF NOT EXISTS] and the name. OR REPLACE and IF NOT EXISTS do
// not go together (C3).
func (st *statement) header(cr *creation) error {
	mark := st.c.Mark()
	if st.c.Accept("IF", "NOT", "EXISTS") {
		cr.ifMissing = true
		if cr.replace || cr.alter {
			st.c.Reset(mark)
			return st.c.Unexpected()
		}
	}
	var err error
	cr.name, err = st.c.Name()
	return err
}

// slot is the place of an object that a CREATE statement makes.
type slot struct {
	parent *object
	name   string
	args   []string
	// session is that of a temporary object.
	session int64
	// old is what stands there; it is replaced, altered, or kept.
	old *object
	// keep says that IF NOT EXISTS found the object.
	keep bool
}

// slot finds the place for a schema object and checks the right to create it.
func (st *statement) slot(cr *creation, k *kind, args ...string) (*slot, error) {
	schema, name, err := st.home(cr.name)
	if err != nil {
		return nil, err
	}
	s := &slot{parent: schema, name: name, args: args}
	key := childKey{space: k.space, name: name, args: strings.Join(args, ",")}
	if cr.temporary() {
		s.session = st.session.id
		key.session = s.session
	}
	s.old = schema.children[key]
	if s.old != nil && cr.ifMissing {
		s.keep = true
		return s, nil
	}
	if !st.mayCreate(schema, k, cr) {
		return nil, errPrivilege(schema)
	}
	return s, st.checkOld(cr, s, k)
}

// mayCreate reports whether the roles may make an object of the kind.
func (st *statement) mayCreate(schema *object, k *kind, cr *creation) bool {
	if st.rights.has(schema, k.create) {
		return true
	}
	return cr.temporary() && st.rights.has(schema, "CREATE TEMPORARY TABLE")
}

// checkOld decides what becomes of an object that has the name already.
func (st *statement) checkOld(cr *creation, s *slot, k *kind) error {
	switch {
	case s.old == nil:
		return nil
	case !cr.replace && !cr.alter:
		return errExists(s.old)
	case s.old.kind != k:
		return sqlError(2002, "42710", "Object '%s' already exists as %s", s.old.plainName(), s.old.kind.words)
	}
	return st.demand(s.old, "OWNERSHIP")
}

// install puts a new object into its slot: the role of the session owns it,
// future grants apply, or with COPY GRANTS the grants of what it replaces
// (R1). Routines get both.
func (st *statement) install(s *slot, k *kind, detail any, copyGrants bool) *object {
	o := st.place(s, k, detail)
	copied := copyGrants && s.old != nil
	if copied {
		o.grants = slices.Clone(s.old.grants)
	}
	if !copied || k.routine {
		st.a.applyFuture(o)
	}
	return o
}

// place puts a new object into its slot and grants nothing on it.
func (st *statement) place(s *slot, k *kind, detail any) *object {
	o := st.a.looseObject(k, s.parent, s.name, detail)
	o.args, o.session = s.args, s.session
	st.own(o)
	if s.old != nil {
		st.a.remove(s.old)
	}
	st.a.attach(o)
	return o
}

// own makes the session's role the owner and records the object's origin.
func (st *statement) own(o *object) {
	o.owner = st.role
	st.record(o)
}

// record notes who made an object.
func (st *statement) record(o *object) {
	o.origin = &Origin{
		Kind: o.kind.grantedOn, Name: o.plainName(), CreatedOn: o.created.at,
		SessionID: st.session.id, User: st.session.user.name, Role: st.role.name, QueryID: st.req.QueryID,
	}
	if o.kind.routine {
		o.origin.Name = o.parent.plainName() + "." + o.name
	}
	st.a.origins = append(st.a.origins, o.origin)
	if len(st.a.origins) > keptOrigins {
		st.a.forgetOrigins()
	}
}

// keptOrigins bounds the memory of the record of origins.
const keptOrigins = 100_000

// forgetOrigins drops the origins of what is no more, and when that is little
// the oldest tenth of all.
func (a *Account) forgetOrigins() {
	a.origins = slices.DeleteFunc(a.origins, func(o *Origin) bool { return !o.Dropped.IsZero() })
	if len(a.origins) > keptOrigins-keptOrigins/10 {
		a.origins = slices.Clone(a.origins[len(a.origins)-keptOrigins+keptOrigins/10:])
	}
}

// accountSlot finds the place for an object of the account and checks the
// right to create it.
func (st *statement) accountSlot(cr *creation, k *kind) (*slot, error) {
	if len(cr.name) != 1 {
		return nil, st.c.Unexpected()
	}
	s := &slot{parent: st.a.root, name: cr.name[0]}
	s.old = st.a.root.lookup(k, s.name, 0)
	if s.old != nil && cr.ifMissing {
		s.keep = true
		return s, nil
	}
	if !st.rights.global(k.create) && !st.rights.roles[st.a.root.lookup(kindRole, roleAccountAdmin, 0)] {
		return nil, errPrivilegeOn("account", st.a.name)
	}
	return s, st.checkOld(cr, s, k)
}

// installInAccount is install for objects of the account.
func (st *statement) installInAccount(s *slot, k *kind, detail any) *object {
	o := st.a.looseObject(k, s.parent, s.name, detail)
	st.own(o)
	if s.old != nil {
		st.a.remove(s.old)
	}
	st.a.attach(o)
	return o
}

// tagList reads the parentheses of [WITH] TAG (t = 'v', …).
func (st *statement) tagList() ([]tagUse, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	var uses []tagUse
	for {
		use, err := st.tagAssignment()
		if err != nil {
			return nil, err
		}
		uses = append(uses, use)
		if !st.c.AcceptOp(",") {
			return uses, st.c.ExpectOp(")")
		}
	}
}

// tagAssignment reads t = 'v'. The role must be allowed to apply the tag (X5).
func (st *statement) tagAssignment() (tagUse, error) {
	name, err := st.c.Name()
	if err != nil {
		return tagUse{}, err
	}
	if err := st.c.ExpectOp("="); err != nil {
		return tagUse{}, err
	}
	value, err := st.c.String()
	if err != nil {
		return tagUse{}, err
	}
	return st.tagUse(name, value)
}

// acceptTags reads [WITH] TAG (…) if it stands at the cursor.
func (st *statement) acceptTags(into *[]tagUse) (bool, error) {
	mark := st.c.Mark()
	st.c.Accept("WITH")
	if !st.c.Looking("TAG") || !st.c.PeekAt(1).IsOp("(") {
		st.c.Reset(mark)
		return false, nil
	}
	st.c.Next()
	uses, err := st.tagList()
	*into = uses
	return true, err
}

// options reads KEY = VALUE pairs and tags in any order up to the end of what
// is allowed.
func (st *statement) options(allowed string) (properties, []tagUse, error) {
	var props properties
	var tags []tagUse
	for {
		more, err := readProperties(st.c, names(allowed))
		if err != nil {
			return nil, nil, err
		}
		props = append(props, more...)
		tagged, err := st.acceptTags(&tags)
		if err != nil {
			return nil, nil, err
		}
		if !tagged && len(more) == 0 {
			return props, tags, nil
		}
	}
}

// optionsToEnd is options for what must be the end of the statement.
func (st *statement) optionsToEnd(allowed string) (properties, []tagUse, error) {
	props, tags, err := st.options(allowed)
	if err != nil {
		return nil, nil, err
	}
	return props, tags, st.end()
}

// token is the current token; a short name for the many places that look.
func (st *statement) token() sql.Token { return st.c.Peek() }
