package account

import (
	"cmp"
	"maps"
	"slices"
)

// detail copies what is special to an object's kind, in the state that a clone
// is in (C30–C36).
func (c *cloner) detail(o *object) any {
	switch d := o.detail.(type) {
	case *tableDetail:
		return c.table(d)
	case *viewDetail:
		return c.view(d)
	case *taskDetail:
		n := *d
		n.started, n.after, n.suspendReason = false, slices.Clone(d.after), ""
		return &n
	case *alertDetail:
		n := *d
		n.started = false
		return &n
	case *pipeDetail:
		n := *d
		n.state = "PAUSED"
		if d.autoIngest {
			n.state = "STOPPED_CLONED"
		}
		return &n
	case *streamDetail:
		return c.stream(d)
	case *tagDetail:
		return &tagDetail{allowed: slices.Clone(d.allowed), policies: slices.Clone(d.policies)}
	case *policyDetail:
		n := *d
		return &n
	case *routineDetail:
		n := *d
		return &n
	case *sequenceDetail:
		n := *d
		return &n
	case *stageDetail:
		n := *d
		return &n
	case *plainDetail:
		return &plainDetail{category: d.category, props: slices.Clone(d.props), text: d.text}
	}
	return o.detail
}

// table copies a table: rows are shared, for they never change in place.
func (c *cloner) table(d *tableDetail) *tableDetail {
	n := *d
	n.past, n.lineage = nil, nil // A clone has no history: its rows are the first of themselves.
	columns := d.columns
	if c.spec.at != nil {
		v := d.asOf(*c.spec.at)
		columns, n.rows = v.columns, v.rows
	}
	n.columns = cloneColumns(columns)
	n.constraints = slices.Clone(d.constraints)
	n.rowAccess = d.rowAccess.clone()
	n.changed = c.st.created
	n.noRecluster = d.clusterBy != "" // C34
	if d.dynamic != nil {
		t := *d.dynamic
		t.cloned, t.suspended = true, true
		t.reason = "CLONED_AUTO_SUSPENDED" // C33
		t.suspendedOn = c.st.created.at
		n.dynamic = &t
	}
	return &n
}

// clone copies a policy use that may be nil.
func (u *policyUse) clone() *policyUse {
	if u == nil {
		return nil
	}
	n := *u
	return &n
}

// view copies a view: its text is taken verbatim (C22).
func (c *cloner) view(d *viewDetail) *viewDetail {
	n := *d
	n.columns = cloneColumns(d.columns)
	n.rowAccess = d.rowAccess.clone()
	n.plan, n.compiledAt = nil, 0
	if d.materialized != nil {
		m := *d.materialized
		m.suspended = m.suspended || c.st.a.switches.MaterializedViewsSuspendedAfterClone // U12
		m.noCluster = m.clusterBy != ""
		n.materialized = &m
	}
	return &n
}

// stream copies a stream: what it had not handed out is not reachable in the
// clone, its history starts now (C36).
func (c *cloner) stream(d *streamDetail) *streamDetail {
	n := *d
	n.offset = cut{at: c.st.created.at, tick: c.st.created.tick}
	n.initial = false
	n.stale = d.stale || c.st.a.switches.StreamsStaleAfterClone // U1
	return &n
}

// finish points every reference of the copies at the copy of what it refers
// to, where that is in the clone (C23, C27, C28), and passes roles of the
// source database over to their copies.
func (c *cloner) finish(top *object) {
	for _, o := range c.made {
		c.remapRoles(o)
		o.tags = c.tags(o.tags)
		for i := range o.attached {
			o.attached[i].what = c.copyOf(o.attached[i].what)
		}
		switch d := o.detail.(type) {
		case *tableDetail:
			c.remapTable(d)
		case *viewDetail:
			c.remapView(d)
		case *streamDetail:
			if !c.st.a.switches.StreamsKeepSourceTable { // U1
				d.source = c.copyOf(d.source)
			}
		case *taskDetail:
			c.remapTask(d)
		case *tagDetail:
			for i, p := range d.policies {
				d.policies[i] = c.copyOf(p)
			}
		}
	}
	c.members(top)
}

// copyOf is the copy of an object, or the object where it is not in the clone.
func (c *cloner) copyOf(o *object) *object {
	if n, ok := c.copies[o]; ok {
		return n
	}
	return o
}

// remapRoles passes owner, grants and future grants over to the copies of
// database roles. What a role had that was left out is lost.
func (c *cloner) remapRoles(o *object) {
	if o.owner = c.roleOf(o.owner); o.owner == nil {
		o.owner = c.st.role
	}
	o.grants = slices.DeleteFunc(o.grants, func(g grant) bool { return c.roleOf(g.grantee) == nil })
	for i := range o.grants {
		o.grants[i].grantee, o.grants[i].grantor = c.roleOf(o.grants[i].grantee), c.roleOf(o.grants[i].grantor)
	}
	o.future = slices.DeleteFunc(o.future, func(f futureGrant) bool { return c.roleOf(f.grantee) == nil })
	for i := range o.future {
		o.future[i].grantee, o.future[i].grantor = c.roleOf(o.future[i].grantee), c.roleOf(o.future[i].grantor)
	}
}

// roleOf is the role that stands for a role in the clone: itself, its copy, or
// nil for a role of the source database that was left out.
func (c *cloner) roleOf(role *object) *object {
	if n, ok := c.copies[role]; ok {
		return n
	}
	if role != nil && (role.kind == kindShare || role.kind == kindDatabaseRole && within(role, c.root)) {
		return nil // A clone is in no share.
	}
	return role
}

// suspendDownstream gives dynamic tables that read other clones the reason
// that lets them start together with those (C33).
func (c *cloner) suspendDownstream() {
	for _, o := range c.made {
		d, ok := o.detail.(*tableDetail)
		if !ok || d.dynamic == nil {
			continue
		}
		if slices.ContainsFunc(c.st.upstream(o, d), func(up *object) bool { return slices.Contains(c.made, up) }) {
			d.dynamic.reason = "UPSTREAM_CLONED_AUTO_SUSPENDED"
		}
	}
}

// members rebuilds who has which database role within the clone; with the
// switch also the roles outside (U15).
func (c *cloner) members(top *object) {
	byID := func(x, y *object) int { return cmp.Compare(x.id, y.id) }
	for _, src := range slices.SortedFunc(maps.Keys(c.copies), byID) {
		o := c.copies[src]
		if o.kind != kindDatabaseRole || o.parent != top {
			continue
		}
		for _, m := range src.detail.(*roleDetail).members {
			if to, ok := c.copies[m.to]; ok {
				addMember(o, to, m.by, c.st.created.at)
			} else if c.st.a.switches.CloneKeepsRoleMembers {
				addMember(o, m.to, m.by, c.st.created.at)
			}
		}
	}
}

// tags points tags at their copies (C28).
func (c *cloner) tags(list []tagUse) []tagUse {
	for i := range list {
		list[i].tag = c.copyOf(list[i].tag)
	}
	return list
}

// remapTable points defaults, foreign keys and policies at their copies.
func (c *cloner) remapTable(d *tableDetail) {
	for _, col := range d.columns {
		c.remapColumn(col)
	}
	for i := range d.constraints {
		if refs := d.constraints[i].refs; refs != nil {
			d.constraints[i].refs = c.copyOf(refs)
		}
	}
	if d.rowAccess != nil {
		d.rowAccess.policy = c.copyOf(d.rowAccess.policy)
	}
}

// remapColumn points what a column refers to at its copies.
func (c *cloner) remapColumn(col *column) {
	if col.sequence != nil {
		col.sequence = c.copyOf(col.sequence)
	}
	if col.policy != nil {
		col.policy = col.policy.clone()
		col.policy.policy = c.copyOf(col.policy.policy)
	}
	if col.projection != nil {
		col.projection = col.projection.clone()
		col.projection.policy = c.copyOf(col.projection.policy)
	}
	col.tags = c.tags(slices.Clone(col.tags))
}

// remapView points policies at their copies, and a materialized view at the
// copy of its base table (§1.3).
func (c *cloner) remapView(d *viewDetail) {
	for _, col := range d.columns {
		c.remapColumn(col)
	}
	if d.rowAccess != nil {
		d.rowAccess.policy = c.copyOf(d.rowAccess.policy)
	}
	if d.materialized != nil && d.materialized.base != nil {
		d.materialized.base = c.copyOf(d.materialized.base)
	}
}

// remapTask points predecessors and the root of a finalizer at their copies
// (U2).
func (c *cloner) remapTask(d *taskDetail) {
	if c.st.a.switches.TasksKeepSourcePredecessors {
		return
	}
	for i := range d.after {
		d.after[i] = c.copyOf(d.after[i])
	}
	if d.finalizes != nil {
		d.finalizes = c.copyOf(d.finalizes)
	}
}
