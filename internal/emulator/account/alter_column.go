package account

import (
	"cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

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
		return func() { col.typ = typ }, cmp.Or(typeError(err), col.checkRetype(typ))
	}
	return nil, c.Unexpected()
}

// checkRetype refuses to change the type of a column to what is not the same
// with another length or precision.
func (c *column) checkRetype(typ sql.Type) error {
	if typ.Name != c.typ.Name || typ.Scale != c.typ.Scale {
		return sqlError(2108, "22000", "cannot change column %s from type %s to %s", quoteIdent(c.name), c.typ, typ)
	}
	return nil
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
