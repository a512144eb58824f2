package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
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
		if err := st.checkVolume(o); err != nil {
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

// alterColumns runs ALTER|MODIFY [(] COLUMN c action, … [)] on a table or view.
func (st *statement) alterColumns(o *object, columns []*column) (*Result, error) {
	changes, err := st.columnChanges(columns)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	for _, change := range changes {
		if !st.rights.owns(o) && !st.rights.global(change.instead) {
			return nil, errPrivilege(o)
		}
	}
	for _, change := range changes {
		change.apply()
	}
	st.touch(o)
	return done()
}

// columnChange is what is to become of a column. It needs OWNERSHIP of the table
// or, where one exists, an account privilege instead (X5).
type columnChange struct {
	apply   func()
	instead string
}

// columnChanges reads what is to become of the columns.
func (st *statement) columnChanges(columns []*column) ([]columnChange, error) {
	many := st.c.AcceptOp("(")
	var changes []columnChange
	for {
		st.c.Accept("COLUMN")
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		i := columnIndex(columns, name)
		if i < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
		change := columnChange{instead: columnPrivilege(st.c)}
		if change.apply, err = st.columnAction(columns[i]); err != nil {
			return nil, err
		}
		changes = append(changes, change)
		if !st.c.AcceptOp(",") {
			break
		}
	}
	if many {
		return changes, st.c.ExpectOp(")")
	}
	return changes, nil
}

// columnPrivilege is the account privilege that stands in for OWNERSHIP in the
// action at the cursor.
func columnPrivilege(c *sql.Cursor) string {
	switch {
	case c.Looking("SET", "MASKING"), c.Looking("UNSET", "MASKING"):
		return "APPLY MASKING POLICY"
	case isTagClause(c):
		return "APPLY TAG"
	}
	return ""
}

// columnAction reads what is to become of a column.
func (st *statement) columnAction(col *column) (func(), error) {
	c := st.c
	switch {
	case c.Accept("SET", "MASKING", "POLICY"):
		return st.setMasking(col)
	case c.Accept("UNSET", "MASKING", "POLICY"):
		return func() { col.policy = nil }, nil
	case c.Accept("SET", "PROJECTION", "POLICY"):
		return st.setProjection(col)
	case c.Accept("UNSET", "PROJECTION", "POLICY"):
		return func() { col.projection = nil }, nil
	case isTagClause(c):
		list, err := st.changeTags(col.tags)
		return func() { col.tags = list }, err
	case c.Accept("COMMENT"):
		c.AcceptOp("=")
		text, err := c.String()
		return func() { col.comment = text }, err
	case c.Accept("UNSET", "COMMENT"):
		return func() { col.comment = "" }, nil
	case c.Accept("SET", "NOT", "NULL"):
		return func() { col.notNull = true }, nil
	case c.Accept("DROP", "NOT", "NULL"):
		return func() { col.notNull = false }, nil
	case c.Accept("SET", "DEFAULT"):
		return st.newDefault(col)
	case c.Accept("DROP", "DEFAULT"):
		return func() { col.fallback, col.expr, col.sequence = "", nil, nil }, nil
	case c.Accept("SET", "DATA", "TYPE"), c.Accept("TYPE"), sql.IsType(c.Peek().Value):
		typ, err := sql.ParseType(c)
		return func() { col.typ = typ }, typeError(err)
	}
	return nil, c.Unexpected()
}

// setMasking reads p [USING (…)] [FORCE]. Without FORCE a policy that is set
// already blocks (X6).
func (st *statement) setMasking(col *column) (func(), error) {
	use, err := st.maskingUse(col)
	if err != nil {
		return nil, err
	}
	force := st.c.Accept("FORCE")
	if col.policy != nil && col.policy.policy != use.policy && !force {
		return nil, sqlError(3593, "0A000",
			"Specified column already attached to another masking policy. Please unset the current masking policy first or use FORCE option.")
	}
	return func() { col.policy = use }, nil
}

// newDefault reads a default. Snowflake changes one only to another sequence.
func (st *statement) newDefault(col *column) (func(), error) {
	next := *col
	if err := st.columnDefault(&next); err != nil {
		return nil, err
	}
	if next.sequence == nil || col.expr != nil && col.sequence == nil {
		return nil, errUnsupported("ALTER COLUMN SET DEFAULT other than a sequence")
	}
	return func() { col.fallback, col.expr, col.sequence = next.fallback, next.expr, next.sequence }, nil
}

// setClusterKey runs CLUSTER BY.
func (st *statement) setClusterKey(o *object, d *tableDetail) (*Result, error) {
	key, err := st.clusterKey()
	if err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() { d.clusterBy = key })
}

// setTable runs SET of properties.
func (st *statement) setTable(o *object, d *tableDetail) (*Result, error) {
	props, err := readProperties(st.c, names(tableOptions))
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
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

// setProjection reads p [FORCE].
func (st *statement) setProjection(col *column) (func(), error) {
	p, err := st.policyNamed(kindProjectionPolicy)
	if err != nil {
		return nil, err
	}
	force := st.c.Accept("FORCE")
	if col.projection != nil && col.projection.policy != p && !force {
		return nil, sqlError(3593, "0A000", "Specified column already attached to another projection policy.")
	}
	return func() { col.projection = &policyUse{policy: p} }, nil
}
