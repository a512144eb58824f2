package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// tableDetail is what relations with rows of their own have. The pointers say
// what more a table is.
type tableDetail struct {
	columns     []*column
	constraints []constraint
	indexes     []index
	clusterBy   string
	transient   bool
	tracking    bool // CHANGE_TRACKING
	// noRecluster is set by SUSPEND RECLUSTER and on clones (C34).
	noRecluster bool
	evolution   bool
	rowAccess   *policyUse
	rows        [][]query.Value
	changed     moment // when rows last changed
	past        []version
	forgotten   moment // until when the newest version that was forgotten held
	lineage     *lineage
	dynamic     *dynamicDetail
	iceberg     *icebergDetail
	external    *externalDetail
}

// version is what a table held until a moment.
type version struct {
	until   moment
	columns []*column
	rows    [][]query.Value
}

// column is one column of a table or view.
type column struct {
	name    string
	typ     sql.Type
	notNull bool
	// fallback is the DEFAULT expression as written; sequence is set when it
	// is the next number of a sequence (C23).
	fallback string
	expr     sql.Expr
	sequence *object
	identity *identity
	virtual  string // expression of a virtual column, as written
	comment  string
	collate  string
	policy   *policyUse
	// projection decides whether the column may be selected.
	projection *policyUse
	tags       []tagUse
}

// identity is AUTOINCREMENT: the next number and the step.
type identity struct {
	start, step, next int64
	ordered           bool
}

// constraint is a key of a table.
type constraint struct {
	name    string
	kind    string // PRIMARY KEY, UNIQUE or FOREIGN KEY
	columns []string
	// named is false for names that were made up.
	named bool
	refs  *object
	// self says that the key refers to the table that is being made.
	self    bool
	refCols []string
}

// index is a secondary index of a hybrid table.
type index struct {
	name             string
	columns, include []string
}

// policyUse is a masking policy on a column or a row access policy on a table.
type policyUse struct {
	policy *object
	// columns are the arguments after the column itself, or for row access all
	// arguments.
	columns []string
}

// keys lists the constraints that stand: a foreign key goes with the table that
// it refers to.
func (d *tableDetail) keys() []constraint {
	return slices.DeleteFunc(slices.Clone(d.constraints), func(c constraint) bool { return c.refs != nil && !c.refs.alive() })
}

// columnsOf lists the columns of a relation.
func (o *object) columnsOf() []*column {
	switch d := o.detail.(type) {
	case *tableDetail:
		return d.columns
	case *viewDetail:
		return d.columns
	}
	return nil
}

// column finds a column by name.
func (o *object) column(name string) (*column, error) {
	for _, c := range o.columnsOf() {
		if c.name == name {
			return c, nil
		}
	}
	return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
}

// columnIndex finds the place of a column, or -1.
func columnIndex(columns []*column, name string) int {
	return slices.IndexFunc(columns, func(c *column) bool { return c.name == name })
}

// tableOptions are the properties of tables.
const tableOptions = "DATA_RETENTION_TIME_IN_DAYS MAX_DATA_EXTENSION_TIME_IN_DAYS CHANGE_TRACKING COMMENT " +
	"DEFAULT_DDL_COLLATION ENABLE_SCHEMA_EVOLUTION STAGE_FILE_FORMAT STAGE_COPY_OPTIONS"

// tableSpec is what CREATE TABLE says.
type tableSpec struct {
	detail     *tableDetail
	props      properties
	tags       []tagUse
	copyGrants bool
	copyTags   bool
	attached   []attachment
	query      *sql.Query
}

// createTable runs CREATE TABLE in all its forms.
func (st *statement) createTable(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	switch {
	case st.c.Looking("CLONE"):
		return st.createClone(cr, kindTable)
	case st.c.Accept("LIKE"):
		return st.createLike(cr)
	}
	st.making = cr.name
	spec, err := st.tableSpec(kindTable, tableOptions)
	if err != nil {
		return nil, err
	}
	spec.detail.transient = cr.has("TRANSIENT")
	return st.installTable(cr, kindTable, spec)
}

// tableSpec reads columns, clauses and an optional query to the end.
func (st *statement) tableSpec(k *kind, options string) (*tableSpec, error) {
	spec := &tableSpec{detail: &tableDetail{}}
	if _, err := st.tableClause(spec); err != nil { // GET_DDL prints CLUSTER BY here (G8).
		return nil, err
	}
	if st.c.LookingOp("(") {
		if err := st.columnDefinitions(spec.detail); err != nil {
			return nil, err
		}
	}
	if err := st.tableClauses(spec, options); err != nil {
		return nil, err
	}
	if st.c.Accept("AS") {
		if k != kindTable && k != kindHybridTable && k != kindIcebergTable {
			return nil, st.c.Unexpected()
		}
		var err error
		if spec.query, err = sql.ParseQuery(st.c); err != nil {
			return nil, err
		}
		if err := st.tableClauses(spec, "COPY"); err != nil {
			return nil, err
		}
	}
	if spec.query == nil && len(spec.detail.columns) == 0 && k != kindEventTable && k != kindExternalTable && k != kindIcebergTable {
		return nil, st.c.Unexpected()
	}
	return spec, st.end()
}

// tableClauses reads what may follow the columns, in any order.
func (st *statement) tableClauses(spec *tableSpec, options string) error {
	for {
		props, tags, err := st.options(options)
		if err != nil {
			return err
		}
		spec.props = append(spec.props, props...)
		spec.tags = append(spec.tags, tags...)
		more, err := st.tableClause(spec)
		if err != nil {
			return err
		}
		if !more && len(props) == 0 && len(tags) == 0 {
			return nil
		}
	}
}

// tableClause reads one clause that is no KEY = VALUE.
func (st *statement) tableClause(spec *tableSpec) (bool, error) {
	d := spec.detail
	var err error
	switch {
	case st.c.Accept("COPY", "GRANTS"):
		spec.copyGrants = true
	case st.c.Accept("COPY", "TAGS"):
		spec.copyTags = true
	case st.c.Accept("CLUSTER", "BY"):
		d.clusterBy, err = st.clusterKey()
	case st.c.Looking("ROW", "ACCESS"), st.c.Looking("WITH", "ROW", "ACCESS"):
		st.c.Accept("WITH")
		d.rowAccess, err = st.rowAccessClause(d.columns)
	default:
		return st.acceptAttachment(&spec.attached)
	}
	return true, err
}

// clusterKey reads the expressions of CLUSTER BY; [LINEAR] may precede them.
func (st *statement) clusterKey() (string, error) {
	st.c.Accept("LINEAR")
	mark := st.c.Mark()
	if _, err := st.c.Parenthesised(); err != nil {
		return "", err
	}
	text := st.c.Text(mark+1, st.c.Mark()-1)
	return "LINEAR(" + text + ")", nil
}

// checkClusterKey resolves the expressions of a clustering key over the columns.
func (sc *scope) checkClusterKey(key string, columns []*column) error {
	list, ok := strings.CutPrefix(key, "LINEAR")
	if !ok {
		return nil
	}
	c, err := sql.NewCursor("SELECT " + strings.TrimSuffix(strings.TrimPrefix(list, "("), ")"))
	if err != nil {
		return err
	}
	q, err := sql.ParseQuery(c)
	if err != nil {
		return err
	}
	for _, item := range q.Body.(*sql.Select).Items {
		if _, err := query.CompileExpr(item.Expr, []query.Source{{Columns: queryShape(columns)}}, &catalog{sc}, sc.binds()); err != nil {
			return err
		}
	}
	return nil
}

// constraint reads a key: of the column given, or out of line for a nil one.
func (st *statement) constraint(col *column) (constraint, error) {
	con := constraint{name: "SYS_CONSTRAINT_" + newUUID()}
	var err error
	if st.c.Accept("CONSTRAINT") {
		if con.name, err = st.c.Ident(); err != nil {
			return con, err
		}
		con.named = true
	}
	switch {
	case st.c.Accept("PRIMARY", "KEY"):
		con.kind = "PRIMARY KEY"
	case st.c.Accept("UNIQUE"):
		con.kind = "UNIQUE"
	case st.c.Accept("FOREIGN", "KEY"), col != nil && st.c.Looking("REFERENCES"):
		con.kind = "FOREIGN KEY"
	default:
		return con, st.c.Unexpected()
	}
	if col != nil {
		con.columns = []string{col.name}
	} else if con.columns, err = st.identList(); err != nil {
		return con, err
	}
	if con.kind == "FOREIGN KEY" {
		if err := st.references(&con); err != nil {
			return con, err
		}
	}
	return con, st.constraintProperties()
}

// references reads REFERENCES t [(columns)]: the role needs REFERENCES on t.
func (st *statement) references(con *constraint) error {
	if err := st.c.Expect("REFERENCES"); err != nil {
		return err
	}
	name, err := st.c.Name()
	if err != nil {
		return err
	}
	if con.self = st.isBeingMade(name); !con.self {
		if con.refs, err = st.permitted(kindTable, name, "REFERENCES"); err != nil {
			return err
		}
	}
	if !st.c.LookingOp("(") {
		con.refCols = con.columns
		return nil
	}
	con.refCols, err = st.identList()
	return err
}

// isBeingMade reports whether the name is that of the table that the statement
// creates.
func (st *statement) isBeingMade(name []string) bool {
	if st.making == nil {
		return false
	}
	full, err := st.qualify(name)
	own, ownErr := st.qualify(st.making)
	return err == nil && ownErr == nil && slices.Equal(full, own)
}

// constraintProperties reads the words that Snowflake accepts and does not
// enforce.
func (st *statement) constraintProperties() error {
	for {
		switch {
		case st.c.Accept("NOT", "ENFORCED"), st.c.Accept("ENFORCED"), st.c.Accept("NOT", "DEFERRABLE"),
			st.c.Accept("DEFERRABLE"), st.c.Accept("ENABLE"), st.c.Accept("DISABLE"), st.c.Accept("VALIDATE"),
			st.c.Accept("NOVALIDATE"), st.c.Accept("RELY"), st.c.Accept("NORELY"),
			st.c.Accept("INITIALLY", "DEFERRED"), st.c.Accept("INITIALLY", "IMMEDIATE"),
			st.c.Accept("MATCH", "FULL"), st.c.Accept("MATCH", "SIMPLE"):
		case st.c.Accept("ON", "UPDATE"), st.c.Accept("ON", "DELETE"):
			if !st.c.Accept("NO", "ACTION") && !st.c.Accept("SET", "NULL") && st.c.AcceptAny("CASCADE", "RESTRICT") == "" {
				return st.c.Unexpected()
			}
		default:
			return nil
		}
	}
}

// identList reads "(a, b, …)".
func (st *statement) identList() ([]string, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	var out []string
	for {
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		out = append(out, name)
		if !st.c.AcceptOp(",") {
			return out, st.c.ExpectOp(")")
		}
	}
}

// integer reads a whole number.
func (st *statement) integer() (int64, error) {
	mark := st.c.Mark()
	text, err := st.c.Number()
	if err != nil {
		return 0, err
	}
	var n int64
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || strings.ContainsAny(text, ".eE") {
		st.c.Reset(mark)
		return 0, st.c.Unexpected()
	}
	return n, nil
}
