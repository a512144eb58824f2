package account

import (
	"errors"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// columnDefinitions reads "(column, …, constraint, …)".
func (st *statement) columnDefinitions(d *tableDetail) error {
	if err := st.c.ExpectOp("("); err != nil {
		return err
	}
	for {
		if err := st.tableElement(d); err != nil {
			return err
		}
		if !st.c.AcceptOp(",") {
			return st.c.ExpectOp(")")
		}
	}
}

// tableElement reads one column or constraint.
func (st *statement) tableElement(d *tableDetail) error {
	if st.c.Looking("INDEX") && st.c.PeekAt(2).IsOp("(") {
		return st.index(d)
	}
	if st.startsConstraint() {
		con, err := st.constraint(nil)
		if err != nil {
			return err
		}
		return d.addConstraint(con)
	}
	col, cons, err := st.columnDefinition()
	if err != nil {
		return err
	}
	if columnIndex(d.columns, col.name) >= 0 {
		return sqlError(2025, "42S21", "duplicate column name '%s'", col.name)
	}
	d.columns = append(d.columns, col)
	for _, con := range cons {
		if err := d.addConstraint(con); err != nil {
			return err
		}
	}
	return nil
}

// index reads INDEX n (columns) [INCLUDE (columns)], which hybrid tables have.
func (st *statement) index(d *tableDetail) error {
	st.c.Next()
	ix := index{name: st.c.Next().Value}
	var err error
	if ix.columns, err = st.identList(); err == nil && st.c.Accept("INCLUDE") {
		ix.include, err = st.identList()
	}
	d.indexes = append(d.indexes, ix)
	return err
}

// checkIndexes refuses indexes on tables that are not hybrid, and on columns
// that there are not.
func (d *tableDetail) checkIndexes(k *kind) error {
	for _, ix := range d.indexes {
		if k != kindHybridTable {
			return errUnsupported("INDEX on " + k.words)
		}
		if err := checkPartition(append(ix.columns, ix.include...), d.columns); err != nil {
			return err
		}
	}
	return nil
}

// addConstraint adds a key; its columns must exist.
func (d *tableDetail) addConstraint(con constraint) error {
	for _, name := range con.columns {
		i := columnIndex(d.columns, name)
		if i < 0 {
			return sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
		if con.kind == "PRIMARY KEY" {
			d.columns[i].notNull = true
		}
	}
	d.constraints = append(d.constraints, con)
	return nil
}

// startsConstraint reports whether a constraint rather than a column follows.
func (st *statement) startsConstraint() bool {
	return st.c.Looking("PRIMARY", "KEY") || st.c.Looking("FOREIGN", "KEY") || st.c.Looking("CONSTRAINT") ||
		st.c.Looking("UNIQUE")
}

// columnDefinition reads a column with its type and attributes.
func (st *statement) columnDefinition() (*column, []constraint, error) {
	name, err := st.c.Ident()
	if err != nil {
		return nil, nil, err
	}
	col := &column{name: name}
	if !sql.IsType(st.token().Value) && !st.columnWithoutType() {
		_, err := sql.ParseType(st.c)
		return nil, nil, typeError(err)
	}
	if sql.IsType(st.token().Value) {
		if col.typ, err = sql.ParseType(st.c); err != nil {
			return nil, nil, typeError(err)
		}
	}
	var cons []constraint
	for {
		more, err := st.columnAttribute(col, &cons)
		if err != nil {
			return nil, nil, err
		}
		if !more {
			return col, cons, nil
		}
	}
}

// columnWithoutType reports whether a column of CREATE TABLE … AS or of a
// dynamic table leaves its type to the query.
func (st *statement) columnWithoutType() bool {
	t := st.token()
	return t.IsOp(",") || t.IsOp(")") || t.Is("COMMENT") || t.Is("WITH") || t.Is("MASKING") || t.Is("TAG") || t.Is("NOT")
}

// typeError gives an unknown data type its number.
func typeError(err error) error {
	if e, ok := errors.AsType[*sql.TypeError](err); ok {
		return sqlError(2040, "42601", "%s", e.Error())
	}
	return err
}

// columnAttribute reads one attribute of a column, if there is one.
func (st *statement) columnAttribute(col *column, cons *[]constraint) (bool, error) {
	c := st.c
	var err error
	switch {
	case c.Accept("NOT", "NULL"):
		col.notNull = true
	case c.Accept("NULL"):
	case c.Accept("DEFAULT"):
		err = st.columnDefault(col)
	case c.Looking("AUTOINCREMENT"), c.Looking("IDENTITY"):
		c.Next()
		col.identity, err = st.identity()
		col.typ = numberUnless(col.typ)
	case c.Accept("COLLATE"):
		col.collate, err = c.String()
	case c.Accept("COMMENT"):
		c.AcceptOp("=")
		col.comment, err = c.String()
	case c.Accept("AS"):
		col.virtual, err = c.Parenthesised()
	case st.startsConstraint(), c.Looking("REFERENCES"):
		var con constraint
		con, err = st.constraint(col)
		*cons = append(*cons, con)
	default:
		return st.columnGovernance(col)
	}
	return true, err
}

// numberUnless gives AUTOINCREMENT its type where none is written.
func numberUnless(t sql.Type) sql.Type {
	if t.Name == "" {
		return sql.NumberType
	}
	return t
}

// columnGovernance reads [WITH] MASKING POLICY, [WITH] PROJECTION POLICY and
// [WITH] TAG.
func (st *statement) columnGovernance(col *column) (bool, error) {
	if ok, err := st.acceptTags(&col.tags); ok || err != nil {
		return ok, err
	}
	mark := st.c.Mark()
	st.c.Accept("WITH")
	if st.c.Accept("PROJECTION", "POLICY") {
		p, err := st.policyNamed(kindProjectionPolicy)
		col.projection = &policyUse{policy: p}
		return true, err
	}
	if !st.c.Accept("MASKING", "POLICY") {
		st.c.Reset(mark)
		return false, nil
	}
	var err error
	col.policy, err = st.maskingUse(col)
	return true, err
}

// columnDefault reads the expression of DEFAULT. A sequence must exist and be
// usable.
func (st *statement) columnDefault(col *column) error {
	mark := st.c.Mark()
	expr, err := sql.ParseExpr(st.c)
	if err != nil {
		return err
	}
	return st.setDefault(col, expr, st.c.Text(mark, st.c.Mark()))
}

// setDefault records a default and finds its sequence.
func (st *statement) setDefault(col *column, expr sql.Expr, text string) error {
	col.fallback, col.expr, col.sequence = text, expr, nil
	ref, ok := expr.(*sql.ColumnRef)
	if !ok {
		return st.checkDefault(col)
	}
	last := len(ref.Name) - 1
	if last == 0 || ref.Name[last] != "NEXTVAL" {
		return sqlError(2023, "22000", "Expression type does not match column data type, or invalid default expression '%s'", text)
	}
	seq, err := st.permitted(kindSequence, ref.Name[:last], "USAGE")
	col.sequence = seq
	return err
}

// checkDefault demands that a default without names is of the column's type.
func (st *statement) checkDefault(col *column) error {
	v, err := st.constant(col.expr)
	if err != nil || v.IsNull() || col.typ.Name == "" {
		return nil //nolint:nilerr // what cannot be run is told when a row needs it
	}
	if _, err := st.settings().Cast(v, col.typ); err != nil {
		return sqlError(2023, "22000", "Default value data type does not match data type for column %s", quoteIdent(col.name))
	}
	return nil
}

// identity reads (start, step) or START n INCREMENT n.
func (st *statement) identity() (*identity, error) {
	id := &identity{start: 1, step: 1}
	var err error
	if st.c.AcceptOp("(") {
		if id.start, err = st.integer(); err != nil {
			return nil, err
		}
		if err := st.c.ExpectOp(","); err != nil {
			return nil, err
		}
		if id.step, err = st.integer(); err != nil {
			return nil, err
		}
		if err := st.c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	for {
		switch {
		case st.c.Accept("START"):
			st.c.Accept("WITH")
			st.c.AcceptOp("=")
			id.start, err = st.integer()
		case st.c.Accept("INCREMENT"):
			st.c.Accept("BY")
			st.c.AcceptOp("=")
			id.step, err = st.integer()
		case st.c.Accept("ORDER"):
			id.ordered = true
		case st.c.Accept("NOORDER"):
		default:
			id.next = id.start
			return id, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
