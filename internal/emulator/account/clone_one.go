package account

import (
	"maps"
	"slices"
)

// createClone runs CREATE … CLONE for a single object: the cloner owns it; the
// source's grants come only with COPY GRANTS, else future grants apply (C19).
func (st *statement) createClone(cr *creation, k *kind) (*Result, error) {
	cl, err := st.cloneClause(k)
	if err != nil {
		return nil, err
	}
	copyGrants := k.copiesGrants() && st.c.Accept("COPY", "GRANTS") && (k != kindStream || st.a.switches.StreamCopyGrants) // U9
	st.c.Accept("COPY", "TAGS")
	props, tags, err := st.optionsToEnd(cloneOptions(k))
	if err != nil {
		return nil, err
	}
	if cl.at != nil && k != kindTable && k != kindDynamicTable && k != kindEventTable && k != kindIcebergTable {
		return nil, st.c.Unexpected()
	}
	src, s, err := st.cloneSource(cr, cl, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	return st.cloneOne(cr, cl, src, s, singleClone{kind: k, copyGrants: copyGrants, props: props, tags: tags})
}

// singleClone is what CREATE … CLONE of one object says beside the source.
type singleClone struct {
	kind       *kind
	copyGrants bool
	props      properties
	tags       []tagUse
}

// copiesGrants reports whether CLONE of the kind knows COPY GRANTS (C4, T1).
func (k *kind) copiesGrants() bool {
	return slices.Contains([]*kind{kindTable, kindDynamicTable, kindEventTable, kindIcebergTable, kindStream}, k)
}

// cloneOptions are the properties that CLONE of a kind may set.
func cloneOptions(k *kind) string {
	switch {
	case k == kindDynamicTable:
		return "TARGET_LAG WAREHOUSE COMMENT"
	case slices.Contains(tableKinds, k):
		return tableParameters
	}
	return "COMMENT"
}

// cloneSource finds what is cloned and where it goes, and checks the rights on
// both (C13).
func (st *statement) cloneSource(cr *creation, cl *cloneSpec, k *kind) (*object, *slot, error) {
	if k == kindDatabaseRole {
		s, err := st.databaseRoleSlot(cr)
		if err != nil || s.keep {
			return nil, s, err
		}
		src, err := st.databaseRole(cl.source)
		if err != nil {
			return nil, nil, err
		}
		return src, s, st.demand(src, "OWNERSHIP")
	}
	s, err := st.slot(cr, k)
	if err != nil || s.keep {
		return nil, s, err
	}
	need := k.clonePrivilege
	if need == "" {
		need = "USAGE"
	}
	wide := k
	if k == kindIcebergTable {
		wide = kindTable // A dynamic Iceberg table can become an Iceberg table (C33).
	}
	src, err := st.permitted(wide, cl.source, need)
	if err != nil {
		return nil, nil, err
	}
	return src, s, checkClonedAs(src, k)
}

// checkClonedAs refuses to clone what needs a statement of its own kind, such
// as event and Iceberg tables (C4, C12), and stages within Snowflake, which come
// only with what holds them.
func checkClonedAs(src *object, k *kind) error {
	d, _ := src.detail.(*stageDetail)
	t, _ := src.detail.(*tableDetail)
	switch {
	case d != nil && !d.external():
		return errUnsupported("CLONE of an internal stage")
	case src.kind == k, src.kind == kindHybridTable:
		return nil
	case src.kind != kindDynamicTable:
	case k == kindTable && t.iceberg == nil, k == kindIcebergTable && t.iceberg != nil: // It loses its query (C33).
		return nil
	}
	return errWrongKind(src.kind, k)
}

// checkOne says why an object cannot be cloned by itself.
func (st *statement) checkOne(cr *creation, cl *cloneSpec, src *object) error {
	switch {
	case src.importedFrom() != "": // C11
		return errUnsupported("CLONE of an imported object")
	case src.kind == kindHybridTable:
		return errHybridClone()
	case src.kind == kindTable && src.isTransient() && !cr.has("TRANSIENT") && !cr.temporary():
		return errTransientClone()
	case cl.at != nil:
		return st.a.reachable(src, *cl.at)
	}
	return nil
}

// cloneOne makes the copy of a single object.
func (st *statement) cloneOne(cr *creation, cl *cloneSpec, src *object, s *slot, say singleClone) (*Result, error) {
	if err := st.checkOne(cr, cl, src); err != nil {
		return nil, err
	}
	c := &cloner{st: st, spec: cl, root: src, copies: map[*object]*object{}}
	detail := c.detail(src)
	if src.kind == kindDatabaseRole {
		detail = &roleDetail{}
	}
	k := src.kind
	if t, ok := detail.(*tableDetail); ok {
		var err error
		if k, err = st.reshapeCopy(t, say); err != nil {
			return nil, err
		}
		t.transient = cr.has("TRANSIENT") || s.parent.isTransient()
	}
	if t, ok := detail.(*taskDetail); ok && src.owner != st.role { // C37
		t.after, t.finalizes = nil, nil
	}
	if err := st.checkOptions(k, isTransientCopy(detail, s), say.props.only(tableParameters)); err != nil {
		return nil, err
	}
	o := st.place(s, k, detail)
	st.admit(o)
	st.grantOn(o, src, s, say)
	o.comment, o.params, o.tags = src.comment, maps.Clone(src.params), slices.Clone(src.tags)
	o.attached, o.cloneGroup = c.attachedTo(src), src.group()
	st.configure(o, say.props.only(tableParameters), say.tags)
	return created(o)
}

// grantOn gives the copy the grants of what it replaces or else of its source if
// that was asked for, or what future grants promise (C19).
func (st *statement) grantOn(o, src *object, s *slot, say singleClone) {
	switch {
	case say.copyGrants && s.old != nil:
		o.grants = slices.Clone(s.old.grants)
	case say.copyGrants:
		o.grants = slices.Clone(src.grants)
	default:
		st.a.applyFuture(o)
	}
}

// reshapeCopy makes the copy of a table what the statement says: a table of the
// kind that it names, and for a dynamic table with its lag and warehouse (C4).
func (st *statement) reshapeCopy(t *tableDetail, say singleClone) (*kind, error) {
	if t.dynamic == nil {
		return say.kind, nil
	}
	if say.kind != kindDynamicTable {
		t.dynamic = nil
		return say.kind, nil
	}
	t.dynamic.targetLag = say.props.text("TARGET_LAG", t.dynamic.targetLag)
	if p, ok := say.props.get("WAREHOUSE"); ok {
		t.dynamic.warehouse = foldName(p.value)
		return say.kind, st.checkUsable(kindWarehouse, p.value)
	}
	return say.kind, nil
}

// isTransientCopy reports whether the copy of a table will be transient or
// temporary.
func isTransientCopy(detail any, s *slot) bool {
	t, ok := detail.(*tableDetail)
	return ok && (t.transient || s.session != 0)
}
