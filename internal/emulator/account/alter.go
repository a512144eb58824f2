package account

import "slices"

// alterer runs ALTER for one kind.
type alterer struct {
	words string
	run   func(*statement) (*Result, error)
}

// alterers are tried in order, so that longer spellings stand first.
var alterers []alterer

// init fills the table, which refers back to itself through CREATE OR ALTER.
func init() {
	alterers = []alterer{
		{"SESSION", (*statement).alterSession},
		{"ACCOUNT", (*statement).alterAccount},
		{"SHARE", (*statement).alterShare},
		{"DATABASE ROLE", (*statement).alterDatabaseRole},
		{"DATABASE", (*statement).alterDatabase},
		{"SCHEMA", (*statement).alterSchema},
		{"DYNAMIC TABLE", (*statement).alterDynamicTable},
		{"EVENT TABLE", tableAlterer(kindEventTable)},
		{"EXTERNAL TABLE", (*statement).alterExternalTable},
		{"ICEBERG TABLE", tableAlterer(kindIcebergTable)},
		{"HYBRID TABLE", tableAlterer(kindHybridTable)},
		{"TABLE", tableAlterer(kindTable)},
		{"MATERIALIZED VIEW", (*statement).alterMaterializedView},
		{"VIEW", (*statement).alterView},
		{"SEQUENCE", (*statement).alterSequence},
		{"FILE FORMAT", (*statement).alterFileFormat},
		{"STAGE", (*statement).alterStage},
		{"STREAM", (*statement).alterStream},
		{"TASK", (*statement).alterTask},
		{"PIPE", (*statement).alterPipe},
		{"ALERT", (*statement).alterAlert},
		{"PROCEDURE", routineAlterer(kindProcedure)},
		{"FUNCTION", routineAlterer(kindFunction)},
		{"MASKING POLICY", policyAlterer(kindMaskingPolicy)},
		{"ROW ACCESS POLICY", policyAlterer(kindRowAccessPolicy)},
		{"TAG", (*statement).alterTag},
		{"SECRET", simpleAlterer(kindSecret)},
		{"NETWORK RULE", simpleAlterer(kindNetworkRule)},
		{"ROLE", (*statement).alterRole},
		{"USER", (*statement).alterUser},
		{"WAREHOUSE", (*statement).alterWarehouse},
		{"STORAGE INTEGRATION", simpleAlterer(kindIntegration)},
		{"NOTIFICATION INTEGRATION", simpleAlterer(kindIntegration)},
		{"API INTEGRATION", simpleAlterer(kindIntegration)},
		{"INTEGRATION", simpleAlterer(kindIntegration)},
		{"EXTERNAL VOLUME", simpleAlterer(kindVolume)},
		{"RESOURCE MONITOR", simpleAlterer(kindMonitor)},
	}
	for _, k := range bodyPolicies {
		alterers = append(alterers, alterer{k.words, policyAlterer(k)})
	}
	for _, c := range slices.Concat(customSchemaKinds, customAccountKinds) {
		alterers = append([]alterer{{c.kind.words, simpleAlterer(c.kind)}}, alterers...)
	}
}

// alter runs ALTER.
func (st *statement) alter() (*Result, error) {
	for _, k := range alterers {
		if st.c.Accept(names(k.words)...) {
			return k.run(st)
		}
	}
	return nil, st.c.Unexpected()
}

// target reads [IF EXISTS] and a name and finds the object. With IF EXISTS a
// missing object gives nil and no error; the rest of the statement is then
// left alone.
func (st *statement) target(k *kind) (*object, error) {
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
	o, err := st.find(k, name, args)
	if err != nil && ifExists && isNotFound(err) {
		return nil, nil
	}
	return o, err
}

// propertiesToSet reads what follows SET: at least one of the properties that are allowed.
func (st *statement) propertiesToSet(allowed []string) (properties, error) {
	props, err := readProperties(st.c, allowed)
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
	}
	return props, nil
}

// nameToTake reads the new name of RENAME TO, which only the owner may give.
func (st *statement) nameToTake(o *object) ([]string, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return name, st.demand(o, "OWNERSHIP")
}

// renameTo runs RENAME TO for an object in a schema; it may move to another
// schema, where the right to create it is needed.
func (st *statement) renameTo(o *object) (*Result, error) {
	name, err := st.nameToTake(o)
	if err != nil {
		return nil, err
	}
	if len(name) == 1 {
		name = []string{o.database().name, o.parent.name, name[0]}
	}
	schema, last, err := st.home(name)
	if err != nil {
		return nil, err
	}
	if !st.rights.has(schema, o.kind.create) {
		return nil, errPrivilege(schema)
	}
	key := o.key()
	key.name = last
	if taken := schema.children[key]; taken != nil {
		return nil, errExists(taken)
	}
	st.a.rename(o, schema, last)
	return done()
}

// renameAccountObject runs RENAME TO for an object of the account.
func (st *statement) renameAccountObject(o *object) (*Result, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if taken := o.parent.lookup(o.kind, name, 0); taken != nil && taken != o {
		return nil, errExists(taken)
	}
	st.a.rename(o, nil, name)
	return done()
}

// commentOn runs COMMENT [IF EXISTS] ON kind name IS '…'.
func (st *statement) commentOn() (*Result, error) {
	ifExists := st.c.Accept("IF", "EXISTS")
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	if st.c.Accept("COLUMN") {
		return st.commentOnColumn()
	}
	k := acceptKind(st.c)
	if k == nil {
		return nil, st.c.Unexpected()
	}
	o, err := st.target(k)
	if err != nil && (!ifExists || !isNotFound(err)) {
		return nil, err
	}
	text, parseErr := st.commentText()
	switch {
	case parseErr != nil:
		return nil, parseErr
	case o == nil || err != nil:
		return done()
	}
	return st.setComment(o, text)
}

// commentText reads IS '…' to the end of the statement.
func (st *statement) commentText() (string, error) {
	if err := st.c.Expect("IS"); err != nil {
		return "", err
	}
	text, err := st.c.String()
	if err != nil {
		return "", err
	}
	return text, st.end()
}

// setComment changes the comment of an object.
func (st *statement) setComment(o *object, text string) (*Result, error) {
	if err := st.demand(o, commentPrivileges(o)...); err != nil {
		return nil, err
	}
	o.comment = text
	st.touch(o)
	return done()
}

// commentPrivileges lets MODIFY change the comment of what has that privilege.
func commentPrivileges(o *object) []string {
	if o.kind.has("MODIFY") {
		return []string{"OWNERSHIP", "MODIFY"}
	}
	return []string{"OWNERSHIP"}
}

// commentOnColumn runs COMMENT ON COLUMN t.c IS '…'.
func (st *statement) commentOnColumn() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	text, err := st.commentText()
	if err != nil {
		return nil, err
	}
	if len(name) < 2 {
		return nil, st.a.errNotFound("Column", name[0])
	}
	o, err := st.anyRelation(name[:len(name)-1])
	if err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	col, err := o.column(lastPart(name))
	if err != nil {
		return nil, err
	}
	col.comment = text
	st.touch(o)
	return done()
}
