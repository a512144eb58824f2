package account

import "slices"

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
	props, err := st.propertiesToSet(append(names(containerOptions), objectParameterNames()...))
	if err != nil {
		return nil, err
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
	name, err := st.nameToTake(o)
	if err != nil {
		return nil, err
	}
	parent, err := st.renameTarget(o, name)
	if err != nil {
		return nil, err
	}
	last := name[len(name)-1]
	if o.kind == kindSchema && last == informationSchema {
		return nil, sqlError(2002, "42710", "Object '%s' already exists.", last)
	}
	if taken := parent.lookup(o.kind, last, 0); taken != nil {
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
	name, err := st.nameToTake(o)
	if err != nil {
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
	if other == o {
		return nil, errExists(o)
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
