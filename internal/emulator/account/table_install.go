package account

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// installTable puts a table into its place and fills it from its query.
func (st *statement) installTable(cr *creation, k *kind, spec *tableSpec) (*Result, error) {
	s, err := st.slot(cr, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if cr.alter && s.old != nil {
		return st.reshapeTable(s.old, spec)
	}
	if err := st.checkTable(k, spec, s); err != nil {
		return nil, err
	}
	if spec.query != nil {
		if err := st.fillFromQuery(spec); err != nil {
			return nil, err
		}
	}
	if err := st.checkColumns(spec); err != nil {
		return nil, err
	}
	o := st.install(s, k, spec.detail, spec.copyGrants)
	if spec.copyTags && s.old != nil {
		copyTags(o, s.old)
	}
	spec.detail.changed = o.created
	spec.detail.bindSelf(o)
	return st.finishTable(o, spec)
}

// checkTable applies the options that the detail holds and checks the others.
func (st *statement) checkTable(k *kind, spec *tableSpec, s *slot) error {
	if err := st.applyTableOptions(spec, s.parent); err != nil {
		return err
	}
	if err := spec.detail.checkIndexes(k); err != nil {
		return err
	}
	transient := spec.detail.transient || s.session != 0
	return st.checkOptions(k, transient, spec.props.only(tableParameters))
}

// checkColumns checks what the clauses say of the columns, once all are known.
func (st *statement) checkColumns(spec *tableSpec) error {
	if err := cmp.Or(checkPolicies(spec.detail), st.checkClusterKey(spec.detail.clusterBy, spec.detail.columns)); err != nil {
		return err
	}
	return checkAttachments(spec.attached, spec.detail.columns)
}

// bindSelf points keys that refer to the table itself at it.
func (d *tableDetail) bindSelf(o *object) {
	for i := range d.constraints {
		if d.constraints[i].self {
			d.constraints[i].refs = o
		}
	}
}

// finishTable applies what the clauses say and answers.
func (st *statement) finishTable(o *object, spec *tableSpec) (*Result, error) {
	o.attached = spec.attached
	st.configure(o, spec.props.only(tableParameters), spec.tags)
	return created(o)
}

// tableParameters are the table options that stand on the object itself.
const tableParameters = "DATA_RETENTION_TIME_IN_DAYS MAX_DATA_EXTENSION_TIME_IN_DAYS COMMENT DEFAULT_DDL_COLLATION"

// only keeps the properties with these keys.
func (p properties) only(keys string) properties {
	return slices.DeleteFunc(slices.Clone(p), func(x property) bool { return !slices.Contains(names(keys), x.key) })
}

// applyTableOptions sets the options that the detail holds.
func (st *statement) applyTableOptions(spec *tableSpec, schema *object) error {
	d := spec.detail
	var err error
	if d.tracking, err = spec.props.flag("CHANGE_TRACKING", d.tracking); err != nil {
		return err
	}
	if d.evolution, err = spec.props.flag("ENABLE_SCHEMA_EVOLUTION", false); err != nil {
		return err
	}
	d.transient = d.transient || schema.isTransient()
	return nil
}

// copyTags gives a replaced object the tags of its predecessor, and its columns
// those of the columns of the same name (R2).
func copyTags(o, old *object) {
	o.tags = slices.Clone(old.tags)
	for _, c := range o.columnsOf() {
		if i := columnIndex(old.columnsOf(), c.name); i >= 0 {
			c.tags = slices.Clone(old.columnsOf()[i].tags)
		}
	}
}

// fillFromQuery runs the query of CREATE TABLE … AS and takes over its columns
// where none are written.
func (st *statement) fillFromQuery(spec *tableSpec) error {
	if err := st.needWarehouse(); err != nil {
		return err
	}
	plan, err := st.compile(spec.query)
	if err != nil {
		return err
	}
	rows, err := plan.Rows(st.ctx)
	if err != nil {
		return err
	}
	if spec.detail.columns, err = namedColumns(spec.detail.columns, spec.query, plan); err != nil {
		return err
	}
	if spec.detail.rows, err = st.castRows(rows, spec.detail.columns); err == nil && st.resolving == nil {
		st.consumeStreams()
	}
	return err
}

// namedColumns joins the written columns of a relation with those of its query.
// Where none are written, every expression in the query needs an alias, as
// gosnowflake's and dbt's users learn by 002022. Written columns must be as many
// as those of the query; a type that is written wins.
func namedColumns(written []*column, q *sql.Query, plan *query.Plan) ([]*column, error) {
	if len(written) == 0 && hasUnnamed(q.Body) {
		return nil, sqlError(2022, "42601", "Missing column specification")
	}
	return queryColumns(written, plan.Columns())
}

// hasUnnamed reports whether an expression in the list of a query, that of the
// first one in a set operation, is neither a column nor has an alias.
func hasUnnamed(body sql.Body) bool {
	switch b := body.(type) {
	case *sql.SetOperation:
		return hasUnnamed(b.Left)
	case *sql.Query:
		return hasUnnamed(b.Body)
	case *sql.Select:
		return slices.ContainsFunc(b.Items, func(item sql.Item) bool {
			switch item.Expr.(type) {
			case *sql.ColumnRef, *sql.Star:
				return false
			}
			return item.Alias == ""
		})
	}
	return false
}

// queryColumns joins written columns with those of a query.
func queryColumns(written []*column, from []query.Column) ([]*column, error) {
	if len(written) == 0 {
		out := make([]*column, len(from))
		seen := map[string]bool{}
		for i, c := range from {
			if seen[c.Name] {
				return nil, sqlError(2025, "42S21", "duplicate column name '%s'", c.Name)
			}
			seen[c.Name] = true
			out[i] = &column{name: c.Name, typ: knownType(c.Type), notNull: false}
		}
		return out, nil
	}
	if len(written) != len(from) {
		return nil, sqlError(2026, "42601", "Invalid column definition list")
	}
	for i, c := range written {
		if c.typ.Name == "" {
			c.typ = knownType(from[i].Type)
		}
	}
	return written, nil
}

// knownType stands VARCHAR in for a type that cannot be told, as for NULL.
func knownType(t sql.Type) sql.Type {
	if t.Name == "" {
		return sql.VarcharType
	}
	return t
}

// createLike runs CREATE TABLE … LIKE: structure without rows or grants.
func (st *statement) createLike(cr *creation) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	spec := &tableSpec{}
	spec.copyGrants = st.c.Accept("COPY", "GRANTS")
	if spec.props, spec.tags, err = st.optionsToEnd(tableOptions); err != nil {
		return nil, err
	}
	src, err := st.permitted(kindTable, name, "SELECT")
	if err != nil {
		return nil, err
	}
	d, ok := src.detail.(*tableDetail)
	if !ok || src.kind != kindTable {
		return nil, errWrongKind(src.kind, kindTable)
	}
	spec.detail = &tableDetail{
		columns: cloneColumns(d.columns), constraints: slices.Clone(d.constraints),
		clusterBy: d.clusterBy, transient: cr.has("TRANSIENT"), rowAccess: d.rowAccess,
	}
	return st.installTable(cr, kindTable, spec)
}

// cloneColumns copies columns so that one table's changes do not reach the
// other's.
func cloneColumns(columns []*column) []*column {
	copies := make([]column, len(columns))
	out := make([]*column, len(columns))
	for i, c := range columns {
		copies[i] = *c
		if c.identity != nil {
			id := *c.identity
			copies[i].identity = &id
		}
		out[i] = &copies[i]
	}
	return out
}

// needWarehouse answers 000606 when none is selected or usable (L2).
func (sc *scope) needWarehouse() error {
	if sc.session.serverless {
		return nil
	}
	w := sc.a.root.lookup(kindWarehouse, sc.session.warehouse, 0)
	if w == nil || !sc.rights.has(w, "USAGE") && !sc.rights.has(w, "OPERATE") {
		return errNoWarehouse()
	}
	detail := w.detail.(*warehouseDetail)
	if detail.suspended && !detail.autoResume {
		return &Error{Code: 90073, State: "22000", Message: fmt.Sprintf(
			"Warehouse '%s' cannot be used as it is suspended.", w.name)}
	}
	detail.suspended = false
	return nil
}

// reshapeTable runs CREATE OR ALTER TABLE on a table that exists: columns are
// added and dropped by name, attributes become what is written, and what is
// not written is unset (R4). Grants, tags and policies stay.
func (st *statement) reshapeTable(o *object, spec *tableSpec) (*Result, error) {
	if spec.query != nil {
		return nil, errUnsupported("CREATE OR ALTER TABLE ... AS SELECT")
	}
	d := o.detail.(*tableDetail)
	if err := st.applyTableOptions(spec, o.parent); err != nil {
		return nil, err
	}
	rows := make([][]query.Value, len(d.rows))
	for i := range rows {
		rows[i] = make([]query.Value, len(spec.detail.columns))
	}
	for j, c := range spec.detail.columns {
		i := columnIndex(d.columns, c.name)
		if i < 0 {
			continue
		}
		c.tags, c.policy = d.columns[i].tags, d.columns[i].policy
		for r := range rows {
			rows[r][j] = d.rows[r][i]
		}
	}
	for i, row := range rows {
		d.descend(d.rows[i], row)
	}
	st.snapshot(o)
	d.columns, d.constraints, d.rows = spec.detail.columns, spec.detail.constraints, rows
	d.clusterBy, d.tracking = spec.detail.clusterBy, spec.detail.tracking
	o.comment, o.params = "", nil
	if err := st.setOptions(o, spec.props.only(tableParameters)); err != nil {
		return nil, err
	}
	return statusResult(fmt.Sprintf("%s %s successfully altered.", o.kind.label, o.name)), nil
}

// snapshot keeps what a table holds now for Time Travel, before it changes.
func (st *statement) snapshot(o *object) {
	d := o.detail.(*tableDetail)
	now := moment{at: st.a.now(), tick: st.a.tick}
	if n := len(d.past); n > 0 && d.past[n-1].until.tick == now.tick {
		return
	}
	d.past = append(d.past, version{until: now, columns: slices.Clone(d.columns), rows: d.rows})
	d.changed = now
	if len(d.past) > 2*keptVersions {
		st.a.forgetVersions(o, d)
	}
}

// keptVersions bounds the memory of one table's history: it holds between one
// and two times as many, and what streams still compare with.
const keptVersions = 200

// forgetVersions forgets the oldest versions of a table that no stream needs.
// Time Travel reaches no further back than the newest that is forgotten.
func (a *Account) forgetVersions(o *object, d *tableDetail) {
	needed := map[int]bool{}
	a.walk(a.root, func(c *object) {
		if s, ok := c.detail.(*streamDetail); ok && s.source == o {
			needed[d.versionAt(s.offset)] = true
		}
	})
	old := len(d.past) - keptVersions
	kept := make([]version, 0, keptVersions+len(needed))
	for i, v := range d.past[:old] {
		if needed[i] {
			kept = append(kept, v)
		} else {
			d.forgotten = v.until
		}
	}
	d.past = append(kept, d.past[old:]...)
}
