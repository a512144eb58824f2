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
	copyGrants := k.copiesGrants() && st.c.Accept("COPY", "GRANTS")
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
	return st.cloneOne(cr, cl, src, s, singleClone{copyGrants: copyGrants, props: props, tags: tags})
}

// singleClone is what CREATE … CLONE of one object says beside the source.
type singleClone struct {
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
	if k == kindDynamicTable {
		return "TARGET_LAG WAREHOUSE COMMENT"
	}
	return tableOptions
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
	src, err := st.permitted(k, cl.source, need)
	return src, s, err
}

// cloneOne makes the copy of a single object.
func (st *statement) cloneOne(cr *creation, cl *cloneSpec, src *object, s *slot, say singleClone) (*Result, error) {
	if src.importedFrom() != "" { // C11
		return nil, errUnsupported("CLONE of an imported object")
	}
	if src.kind == kindHybridTable {
		return nil, errHybridClone()
	}
	if src.kind == kindTable && src.isTransient() && !cr.has("TRANSIENT") && !cr.temporary() {
		return nil, errTransientClone()
	}
	if cl.at != nil {
		if err := st.a.reachable(src, *cl.at); err != nil {
			return nil, err
		}
	}
	c := &cloner{st: st, spec: cl, root: src, copies: map[*object]*object{}}
	detail := c.detail(src)
	if src.kind == kindDatabaseRole {
		detail = &roleDetail{}
	}
	if t, ok := detail.(*tableDetail); ok {
		t.transient = cr.has("TRANSIENT") || s.parent.isTransient()
	}
	if t, ok := detail.(*taskDetail); ok && src.owner != st.role { // C37
		t.after, t.finalizes = nil, nil
	}
	o := st.place(s, src.kind, detail)
	if say.copyGrants {
		o.grants = slices.Clone(src.grants)
	} else {
		st.a.applyFuture(o)
	}
	o.comment, o.params, o.tags = src.comment, maps.Clone(src.params), slices.Clone(src.tags)
	o.attached, o.cloneGroup = c.attachedTo(src), src.group()
	if err := st.configure(o, say.props.only(tableParameters), say.tags); err != nil {
		return nil, err
	}
	return created(o)
}
