package account

// alterView runs ALTER VIEW. It cannot change the query.
func (st *statement) alterView() (*Result, error) { return st.alterAnyView(kindView) }

// alterMaterializedView runs ALTER MATERIALIZED VIEW.
func (st *statement) alterMaterializedView() (*Result, error) {
	return st.alterAnyView(kindMaterializedView)
}

func (st *statement) alterAnyView(k *kind) (*Result, error) {
	o, err := st.target(k)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*viewDetail)
	c := st.c
	if r, done, err := st.attachPolicy(o); done {
		return r, err
	}
	switch {
	case c.Accept("RENAME", "TO"):
		return st.renameTo(o)
	case c.Accept("ALTER"), c.Accept("MODIFY"):
		return st.alterColumns(o, d.columns)
	case c.Accept("SET", "SECURE"):
		return st.ownerChange(o, func() { d.secure = true })
	case c.Accept("UNSET", "SECURE"):
		return st.ownerChange(o, func() { d.secure = false })
	case c.Looking("SET", "CHANGE_TRACKING"):
		c.Next()
		props, err := readProperties(c, names("CHANGE_TRACKING"))
		if err != nil {
			return nil, err
		}
		on, err := props.flag("CHANGE_TRACKING", d.tracking)
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() { d.tracking = on })
	case c.Looking("ADD"), c.Looking("DROP"):
		return st.viewRowAccess(o, d)
	case d.materialized != nil:
		return st.alterMaterialized(o, d.materialized)
	}
	return st.setOrUnsetComment(o)
}

// viewRowAccess runs ADD and DROP ROW ACCESS POLICY on a view.
func (st *statement) viewRowAccess(o *object, d *viewDetail) (*Result, error) {
	t := &tableDetail{columns: d.columns, rowAccess: d.rowAccess}
	for {
		var err error
		switch {
		case st.c.Accept("ADD"):
			err = st.addToTable(t)
		case st.c.Accept("DROP"):
			err = st.dropFromTable(t)
		default:
			err = st.c.Unexpected()
		}
		if err != nil {
			return nil, err
		}
		if !st.c.AcceptOp(",") {
			break
		}
	}
	if len(t.columns) != len(d.columns) || len(t.constraints) > 0 {
		return nil, errUnsupported("ALTER VIEW with columns or constraints")
	}
	if err := checkPolicies(t); err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() { d.rowAccess = t.rowAccess })
}

// alterMaterialized runs what only materialized views have.
func (st *statement) alterMaterialized(o *object, m *materialized) (*Result, error) {
	switch {
	case st.c.Accept("SUSPEND", "RECLUSTER"):
		return st.ownerChange(o, func() { m.noCluster = true })
	case st.c.Accept("RESUME", "RECLUSTER"):
		return st.ownerChange(o, func() { m.noCluster = false })
	case st.c.Accept("SUSPEND"):
		return st.ownerChange(o, func() { m.suspended = true })
	case st.c.Accept("RESUME"):
		return st.ownerChange(o, func() { m.suspended = false })
	case st.c.Accept("DROP", "CLUSTERING", "KEY"):
		return st.ownerChange(o, func() { m.clusterBy = "" })
	case st.c.Accept("CLUSTER", "BY"):
		key, err := st.clusterKey()
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() { m.clusterBy = key })
	}
	return st.setOrUnsetComment(o)
}
