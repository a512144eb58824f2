package account

import (
	"cmp"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// tableAlterer runs ALTER TABLE and its kin.
func tableAlterer(k *kind) func(*statement) (*Result, error) {
	return func(st *statement) (*Result, error) {
		o, err := st.target(k)
		if o == nil || err != nil {
			return orDone(err)
		}
		d, ok := o.detail.(*tableDetail)
		if !ok {
			return nil, errWrongKind(o.kind, k)
		}
		if err := cmp.Or(st.checkVolume(o), st.unlocked(o, true)); err != nil {
			return nil, err
		}
		return st.alterTableAction(o, d)
	}
}

// alterTableAction runs what follows the name in ALTER TABLE.
func (st *statement) alterTableAction(o *object, d *tableDetail) (*Result, error) {
	c := st.c
	if r, done, err := st.attachPolicy(o); done {
		return r, err
	}
	switch {
	case c.Accept("RENAME", "TO"):
		return st.renameTo(o)
	case c.Accept("SWAP", "WITH"):
		return st.swapTable(o)
	case c.Accept("RENAME", "COLUMN"):
		return st.renameColumn(o, d)
	case c.Looking("ADD"), c.Looking("DROP"):
		return st.addOrDrop(o, d)
	case c.Accept("ALTER"), c.Accept("MODIFY"):
		return st.alterColumns(o, d.columns)
	case c.Accept("CLUSTER", "BY"):
		return st.setClusterKey(o, d)
	case c.Accept("SUSPEND", "RECLUSTER"):
		return st.changeWith(o, func() { d.noRecluster = true }, "OWNERSHIP")
	case c.Accept("RESUME", "RECLUSTER"):
		return st.changeWith(o, func() { d.noRecluster = false }, "OWNERSHIP")
	case isTagClause(c):
		return st.alterTags(o)
	case c.Accept("SET"):
		return st.setTable(o, d)
	case c.Accept("UNSET"):
		return st.unsetTable(o, d)
	}
	return nil, c.Unexpected()
}

// swapTable runs SWAP WITH.
func (st *statement) swapTable(o *object) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	other, err := st.owned(kindTable, name)
	if err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	st.a.swap(o, other)
	return done()
}

// renameColumn runs RENAME COLUMN a TO b.
func (st *statement) renameColumn(o *object, d *tableDetail) (*Result, error) {
	from, err := st.c.Ident()
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("TO"); err != nil {
		return nil, err
	}
	to, err := st.c.Ident()
	if err != nil {
		return nil, err
	}
	if _, err := o.column(from); err != nil {
		return nil, err
	}
	if columnIndex(d.columns, to) >= 0 {
		return nil, sqlError(2028, "42601", "ambiguous column name '%s'", to)
	}
	return st.ownerChange(o, func() {
		st.snapshot(o)
		columns := cloneColumns(d.columns)
		columns[columnIndex(columns, from)].name = to
		d.columns = columns
	})
}

// addOrDrop runs one or several ADD and DROP actions.
func (st *statement) addOrDrop(o *object, d *tableDetail) (*Result, error) {
	next := *d
	next.columns = cloneColumns(d.columns)
	next.constraints = slices.Clone(d.constraints)
	for {
		var err error
		switch {
		case st.c.Accept("ADD"):
			err = st.addToTable(&next)
		case st.c.Accept("DROP"):
			err = st.dropFromTable(&next)
		default:
			return nil, st.c.Unexpected()
		}
		if err != nil {
			return nil, err
		}
		if !st.c.AcceptOp(",") {
			break
		}
	}
	if err := checkPolicies(&next); err != nil {
		return nil, err
	}
	if policyOnly(d, &next) && st.rights.global("APPLY ROW ACCESS POLICY") {
		if err := st.end(); err != nil {
			return nil, err
		}
		d.rowAccess = next.rowAccess
		st.touch(o)
		return done()
	}
	return st.ownerChange(o, func() {
		if !slices.EqualFunc(d.columns, next.columns, func(x, y *column) bool { return x.name == y.name }) {
			st.snapshot(o)
			next.past = d.past
		}
		*d = next
	})
}

// policyOnly reports whether nothing but the row access policy differs.
func policyOnly(d, next *tableDetail) bool {
	return d.rowAccess != next.rowAccess && len(d.columns) == len(next.columns) && len(d.constraints) == len(next.constraints)
}

// addToTable runs ADD of a policy, constraint, or columns.
func (st *statement) addToTable(d *tableDetail) error {
	switch {
	case st.c.Looking("ROW", "ACCESS"):
		use, err := st.rowAccessClause(d.columns)
		if err != nil {
			return err
		}
		if d.rowAccess != nil {
			return sqlError(3553, "0A000", "Table already has a ROW_ACCESS_POLICY. Only one ROW_ACCESS_POLICY is allowed at a time.")
		}
		d.rowAccess = use
		return nil
	case st.startsConstraint():
		con, err := st.constraint(nil)
		if err != nil {
			return err
		}
		return d.addConstraint(con)
	}
	st.c.Accept("COLUMN")
	missing := st.c.Accept("IF", "NOT", "EXISTS")
	for {
		if err := st.addColumn(d, missing); err != nil {
			return err
		}
		if !st.c.LookingOp(",") || st.c.PeekAt(1).Is("ADD") || st.c.PeekAt(1).Is("DROP") {
			return nil
		}
		st.c.Next()
	}
}

// addColumn adds a column; rows get its default.
func (st *statement) addColumn(d *tableDetail, ifMissing bool) error {
	col, cons, err := st.columnDefinition()
	if err != nil {
		return err
	}
	if columnIndex(d.columns, col.name) >= 0 {
		if ifMissing {
			return nil
		}
		return sqlError(2028, "42601", "ambiguous column name '%s'", col.name)
	}
	if col.notNull && col.expr == nil && col.identity == nil && len(d.rows) > 0 {
		return sqlError(2008, "22000", "Non-nullable column '%s' cannot be added to non-empty table without default value", col.name)
	}
	rows := make([][]query.Value, len(d.rows))
	for i, row := range d.rows {
		v, err := st.defaultValue(col)
		if err != nil {
			return err
		}
		rows[i] = append(slices.Clone(row), v)
		d.descend(row, rows[i])
	}
	d.rows = rows
	d.columns = append(d.columns, col)
	for _, con := range cons {
		if err := d.addConstraint(con); err != nil {
			return err
		}
	}
	return nil
}

// dropFromTable runs DROP of a policy, constraint, clustering key or columns.
func (st *statement) dropFromTable(d *tableDetail) error {
	switch {
	case st.c.Accept("ALL", "ROW", "ACCESS", "POLICIES"):
		d.rowAccess = nil
		return nil
	case st.c.Accept("ROW", "ACCESS", "POLICY"):
		p, err := st.policyNamed(kindRowAccessPolicy)
		if err != nil {
			return err
		}
		if d.rowAccess == nil || d.rowAccess.policy != p {
			return st.a.errNotFound("Row access policy", p.plainName())
		}
		d.rowAccess = nil
		return nil
	case st.c.Accept("CLUSTERING", "KEY"):
		d.clusterBy = ""
		return nil
	case st.startsConstraint():
		return st.dropConstraint(d)
	}
	st.c.Accept("COLUMN")
	ifExists := st.c.Accept("IF", "EXISTS")
	for {
		name, err := st.c.Ident()
		if err != nil {
			return err
		}
		if err := d.dropColumn(name, ifExists); err != nil {
			return err
		}
		if !st.c.LookingOp(",") || st.c.PeekAt(1).Is("ADD") || st.c.PeekAt(1).Is("DROP") {
			return nil
		}
		st.c.Next()
	}
}

// dropColumn removes a column from structure and rows.
func (d *tableDetail) dropColumn(name string, ifExists bool) error {
	i := columnIndex(d.columns, name)
	if i < 0 {
		if ifExists {
			return nil
		}
		return sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
	}
	d.columns = slices.Delete(d.columns, i, i+1)
	rows := make([][]query.Value, len(d.rows))
	for r, row := range d.rows {
		rows[r] = slices.Delete(slices.Clone(row), i, i+1)
		d.descend(row, rows[r])
	}
	d.rows = rows
	return nil
}

// dropConstraint runs DROP CONSTRAINT n, DROP PRIMARY KEY, DROP UNIQUE (…) and
// DROP FOREIGN KEY (…).
func (st *statement) dropConstraint(d *tableDetail) error {
	var match func(constraint) bool
	switch {
	case st.c.Accept("PRIMARY", "KEY"):
		match = func(con constraint) bool { return con.kind == "PRIMARY KEY" }
	case st.c.Accept("CONSTRAINT"):
		name, err := st.c.Ident()
		if err != nil {
			return err
		}
		match = func(con constraint) bool { return con.name == name }
	default:
		kind := "UNIQUE"
		if st.c.Accept("FOREIGN", "KEY") {
			kind = "FOREIGN KEY"
		} else {
			st.c.Accept("UNIQUE")
		}
		columns, err := st.identList()
		if err != nil {
			return err
		}
		match = func(con constraint) bool { return con.kind == kind && slices.Equal(con.columns, columns) }
	}
	st.c.AcceptAny("CASCADE", "RESTRICT")
	before := len(d.constraints)
	d.constraints = slices.DeleteFunc(d.constraints, match)
	if len(d.constraints) == before {
		return st.a.errNotFound("Constraint", "")
	}
	return nil
}

// setClusterKey runs CLUSTER BY.
func (st *statement) setClusterKey(o *object, d *tableDetail) (*Result, error) {
	key, err := st.clusterKey()
	if err := cmp.Or(err, st.checkClusterKey(key, d.columns)); err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() { d.clusterBy = key })
}

// setTable runs SET of properties.
func (st *statement) setTable(o *object, d *tableDetail) (*Result, error) {
	props, err := st.propertiesToSet(names(tableOptions))
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	tracking, err := props.flag("CHANGE_TRACKING", d.tracking)
	if err != nil {
		return nil, err
	}
	evolution, err := props.flag("ENABLE_SCHEMA_EVOLUTION", d.evolution)
	if err != nil {
		return nil, err
	}
	if err := st.setOptions(o, props.only(tableParameters)); err != nil {
		return nil, err
	}
	d.tracking, d.evolution = tracking, evolution
	return done()
}

// unsetTable runs UNSET of properties.
func (st *statement) unsetTable(o *object, d *tableDetail) (*Result, error) {
	keys, err := st.keyList(names(tableOptions))
	if err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if slices.Contains(keys, "CHANGE_TRACKING") {
		d.tracking = false
	}
	st.unsetOptions(o, keys)
	return done()
}
