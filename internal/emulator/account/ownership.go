package account

import (
	"slices"
)

// unmovable are the kinds that stay with who made them (P4).
var unmovable = []*kind{kindModel, kindService, kindShare}

// transfer is what GRANT OWNERSHIP says.
type transfer struct {
	to           *object
	copy, revoke bool
	bulk         bool
}

// grantOwnership runs GRANT OWNERSHIP (P1–P6).
func (st *statement) grantOwnership() (*Result, error) {
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	mark := st.c.Mark()
	sc, err := st.grantScope()
	if err != nil {
		return nil, err
	}
	if slices.Contains(unmovable, sc.kind) {
		return nil, errUnsupported("GRANT OWNERSHIP ON " + sc.kind.words)
	}
	if sc.kind == kindMaterializedView || sc.kind == kindHybridTable { // They move as views and as tables (P4).
		st.c.Reset(mark)
		return nil, st.c.Unexpected()
	}
	if err := st.c.Expect("TO"); err != nil {
		return nil, err
	}
	t := transfer{bulk: sc.container != nil}
	if t.to, err = st.namedRole(); err != nil {
		return nil, err
	}
	t.copy = st.c.Accept("COPY", "CURRENT", "GRANTS")
	t.revoke = !t.copy && !sc.future && st.c.Accept("REVOKE", "CURRENT", "GRANTS")
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := checkGrantee(sc, t.to, "OWNERSHIP"); err != nil {
		return nil, err
	}
	switch {
	case sc.kind == kindAccount || t.to.kind == kindShare:
		return nil, st.c.Unexpected()
	case sc.future:
		return st.grantFuture(sc, []string{"OWNERSHIP"}, grant{grantee: t.to, created: st.a.now()})
	case sc.object != nil:
		if err := st.transfer(sc.object, t); err != nil {
			return nil, err
		}
		return done()
	}
	return st.transferAll(sc, t)
}

// transferAll moves everything that ON ALL means. Pipes and data metric functions
// must be moved one by one (P2). All is checked before anything moves.
func (st *statement) transferAll(sc grantScope, t transfer) (*Result, error) {
	if sc.kind == kindPipe || sc.kind == kindMetricFunction {
		return nil, errUnsupported("GRANT OWNERSHIP ON ALL " + sc.kind.plural)
	}
	objects := st.objects(sc, true)
	for _, o := range objects {
		if err := st.checkTransfer(o, t); err != nil {
			return nil, err
		}
	}
	for _, o := range objects {
		st.move(o, t)
	}
	return affected(len(objects))
}

// transfer moves a single object.
func (st *statement) transfer(o *object, t transfer) error {
	if err := st.checkTransfer(o, t); err != nil {
		return err
	}
	st.move(o, t)
	return nil
}

// checkTransfer says why an object may not be moved.
func (st *statement) checkTransfer(o *object, t transfer) error {
	if !st.rights.owns(o) && !st.rights.manage {
		return errPrivilege(o)
	}
	if t.copy && !st.rights.manage && !st.rights.roles[t.to] {
		return errAccess("COPY CURRENT GRANTS needs MANAGE GRANTS or a role that has '%s'.", t.to.name)
	}
	if err := st.checkOwnerRole(o, t.to); err != nil {
		return err
	}
	if !t.copy && !t.revoke {
		if i := slices.IndexFunc(o.grants, func(g grant) bool { return g.grantee != t.to }); i >= 0 {
			return errDependent(o, o.grants[i])
		}
	}
	switch d := o.detail.(type) {
	case *pipeDetail:
		if !d.paused() {
			return &Error{Code: 91103, State: "22000", Message: "Cannot transfer ownership of pipe '" + o.name + "': it must be paused first."}
		}
	case *taskDetail:
		if root := o.root(); !t.bulk && !t.copy && root.detail.(*taskDetail).started {
			return errGraphRunning(root)
		}
	}
	return nil
}

// checkOwnerRole keeps database roles off dynamic tables, and ownership in a
// managed schema with roles below the schema's owner (P6).
func (st *statement) checkOwnerRole(o, to *object) error {
	if to.kind == kindDatabaseRole && o.kind == kindDynamicTable {
		return errUnsupported("dynamic table owned by a database role")
	}
	schema := o.schema()
	if schema == nil || schema == o || !schema.detail.(*schemaDetail).managed || st.rights.manage {
		return nil
	}
	if !st.rights.owns(schema) {
		return errPrivilege(schema)
	}
	if schema.owner == nil || !reaches(schema.owner, to) {
		return errAccess("Ownership in the managed access schema '%s' can only be given to roles below its owner.", schema.name)
	}
	return nil
}

// move changes the owner. Copied grants get the new owner as their grantor
// (P1); tasks are suspended, and cut from their graph when moved alone (P3);
// external tables stop refreshing by themselves (P4).
func (st *statement) move(o *object, t transfer) {
	old := o.owner
	if !t.copy {
		o.grants = nil
	} else {
		o.grants = slices.Clone(o.grants)
		for i := range o.grants {
			if o.grants[i].grantor == old {
				o.grants[i].grantor = t.to
			}
		}
	}
	switch d := o.detail.(type) {
	case *taskDetail:
		st.moveTask(o, d, t)
	case *tableDetail:
		if d.external != nil {
			d.external.autoRefresh = false
		}
	}
	st.a.setOwner(o, t.to)
}

// moveTask suspends a task that changes hands and cuts its links unless it
// moves with its graph (P3).
func (st *statement) moveTask(o *object, d *taskDetail, t transfer) {
	if d.started {
		d.suspend(st.a.now(), "GRANT_OWNERSHIP")
	}
	if !t.bulk && o.owner != t.to {
		o.cutLinks(st.a.now())
	}
}
