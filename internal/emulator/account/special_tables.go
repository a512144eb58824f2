package account

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// dynamicDetail is what dynamic tables have beside their rows.
type dynamicDetail struct {
	text, body  string
	query       *sql.Query
	targetLag   string
	warehouse   string
	mode        string // as SHOW prints it
	modeReason  string
	initialize  string
	suspended   bool
	cloned      bool
	reason      string
	suspendedOn time.Time
	refreshed   time.Time
}

// schedulingState is the state column of SHOW DYNAMIC TABLES.
func (d *dynamicDetail) schedulingState() string {
	if d.suspended {
		return "SUSPENDED"
	}
	return "ACTIVE"
}

// icebergDetail is what Iceberg tables have beside their rows.
type icebergDetail struct {
	volume, catalog, baseLocation string
}

// externalDetail is what external tables have beside their columns.
type externalDetail struct {
	stage, location, formatName, formatType, pattern string
	autoRefresh                                      bool
}

// createEventTable runs CREATE EVENT TABLE: its columns are fixed.
func (st *statement) createEventTable(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindEventTable)
	}
	spec, err := st.tableSpec(kindEventTable, tableOptions)
	if err != nil {
		return nil, err
	}
	spec.detail.columns = eventColumns()
	return st.installTable(cr, kindEventTable, spec)
}

// eventColumns are the columns of every event table.
func eventColumns() []*column {
	list := []struct {
		name string
		typ  sql.Type
	}{
		{"TIMESTAMP", sql.TimestampNTZType}, {"START_TIMESTAMP", sql.TimestampNTZType},
		{"OBSERVED_TIMESTAMP", sql.TimestampNTZType}, {"TRACE", sql.ObjectType}, {"RESOURCE", sql.ObjectType},
		{"RESOURCE_ATTRIBUTES", sql.ObjectType}, {"SCOPE", sql.ObjectType}, {"SCOPE_ATTRIBUTES", sql.ObjectType},
		{"RECORD_TYPE", sql.VarcharType}, {"RECORD", sql.ObjectType}, {"RECORD_ATTRIBUTES", sql.ObjectType},
		{"VALUE", sql.VariantType}, {"EXEMPLARS", sql.ArrayType},
	}
	out := make([]*column, len(list))
	for i, c := range list {
		out[i] = &column{name: c.name, typ: c.typ}
	}
	return out
}

// createHybridTable runs CREATE HYBRID TABLE, which needs a primary key.
func (st *statement) createHybridTable(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return nil, errHybridClone()
	}
	spec, err := st.tableSpec(kindHybridTable, "COMMENT DATA_RETENTION_TIME_IN_DAYS")
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(spec.detail.constraints, func(c constraint) bool { return c.kind == "PRIMARY KEY" }) {
		return nil, sqlError(391401, "0A000", "A primary key is required for hybrid tables.")
	}
	return st.installTable(cr, kindHybridTable, spec)
}

// createIcebergTable runs CREATE ICEBERG TABLE.
func (st *statement) createIcebergTable(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindIcebergTable)
	}
	spec, err := st.tableSpec(kindIcebergTable, tableOptions+
		" EXTERNAL_VOLUME CATALOG BASE_LOCATION CATALOG_TABLE_NAME CATALOG_NAMESPACE METADATA_FILE_PATH "+
		"STORAGE_SERIALIZATION_POLICY CATALOG_SYNC REPLACE_INVALID_CHARACTERS AUTO_REFRESH")
	if err != nil {
		return nil, err
	}
	if err := st.setIceberg(cr, spec.detail, spec.props); err != nil {
		return nil, err
	}
	return st.installTable(cr, kindIcebergTable, spec)
}

// setIceberg finds volume, catalogue and base location; what is not written
// comes from the schema, the database or the account.
func (st *statement) setIceberg(cr *creation, d *tableDetail, props properties) error {
	schema, name, err := st.home(cr.name)
	if err != nil {
		return err
	}
	inherited := func(key string) string {
		value, _ := st.a.parameter(schema, key)
		return value
	}
	i := &icebergDetail{
		volume:       foldName(props.text("EXTERNAL_VOLUME", inherited("EXTERNAL_VOLUME"))),
		catalog:      foldName(props.text("CATALOG", inherited("CATALOG"))),
		baseLocation: props.text("BASE_LOCATION", lower(name)),
	}
	if i.catalog == "" {
		i.catalog = "SNOWFLAKE"
	}
	if i.volume == "" {
		return sqlError(1014, "22023", "missing EXTERNAL_VOLUME for the Iceberg table '%s'.", name)
	}
	volume, err := st.accountObject(kindVolume, i.volume)
	if err != nil {
		return err
	}
	if err := st.demand(volume, "USAGE"); err != nil {
		return err
	}
	d.iceberg = i
	return nil
}

// foldName reads a name that may be given as a string.
func foldName(text string) string {
	if name, err := sql.ParseName(text); err == nil && len(name) == 1 {
		return name[0]
	}
	return text
}

// checkVolume demands that the owner role of an Iceberg table may use its
// external volume, as DML and DDL need since BCR-2247 (P13).
func (sc *scope) checkVolume(o *object) error {
	d, ok := o.detail.(*tableDetail)
	if !ok || d.iceberg == nil {
		return nil
	}
	volume := sc.a.root.lookup(kindVolume, d.iceberg.volume, 0)
	if volume == nil || !sc.a.rightsOf(o.owner).has(volume, "USAGE") {
		return errPrivilegeOn("external volume", d.iceberg.volume)
	}
	return nil
}

// createExternalTable runs CREATE EXTERNAL TABLE.
func (st *statement) createExternalTable(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	spec := &tableSpec{detail: &tableDetail{columns: []*column{{name: "VALUE", typ: sql.VariantType}}}}
	if st.c.LookingOp("(") {
		if err := st.columnDefinitions(spec.detail); err != nil {
			return nil, err
		}
	}
	e := &externalDetail{autoRefresh: true}
	if err := st.externalClauses(spec, e); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if e.location == "" {
		return nil, st.c.Unexpected()
	}
	spec.detail.external = e
	return st.installTable(cr, kindExternalTable, spec)
}

// externalClauses reads LOCATION, FILE_FORMAT and the other clauses.
func (st *statement) externalClauses(spec *tableSpec, e *externalDetail) error {
	for !st.c.AtEnd() {
		switch {
		case st.c.Accept("PARTITION", "BY"):
			if _, err := st.identList(); err != nil {
				return err
			}
		case st.c.Accept("LOCATION"), st.c.Accept("WITH", "LOCATION"):
			st.c.AcceptOp("=")
			if err := st.externalLocation(e); err != nil {
				return err
			}
		default:
			mark := st.c.Mark()
			if err := st.tableClauses(spec, "FILE_FORMAT AUTO_REFRESH REFRESH_ON_CREATE PATTERN COMMENT TABLE_FORMAT PARTITION_TYPE AWS_SNS_TOPIC"); err != nil {
				return err
			}
			if st.c.Mark() == mark {
				return st.c.Unexpected()
			}
		}
	}
	if format, ok := spec.props.get("FILE_FORMAT"); ok {
		e.formatName, e.formatType = formatOf(format)
	}
	var err error
	e.autoRefresh, err = spec.props.flag("AUTO_REFRESH", true)
	return err
}

// externalLocation reads @stage/path. The stage must be usable.
func (st *statement) externalLocation(e *externalDetail) error {
	t := st.c.Next()
	if t.Kind != sql.Stage {
		st.c.Reset(st.c.Mark() - 1)
		return st.c.Unexpected()
	}
	if err := st.checkStage(stageName(t.Value)); err != nil {
		return err
	}
	e.location = t.Text
	if stage := st.stageOf(t.Text); stage != nil {
		e.stage = stage.qualified()
	}
	return nil
}

// formatOf reads FILE_FORMAT = (TYPE = CSV) or (FORMAT_NAME = 'x').
func formatOf(p property) (name, typ string) {
	for _, item := range p.list {
		key, value, _ := strings.Cut(item, "=")
		switch sql.Upper(strings.TrimSpace(key)) {
		case "FORMAT_NAME":
			name = strings.Trim(strings.TrimSpace(value), "'")
		case "TYPE":
			typ = sql.Upper(strings.Trim(strings.TrimSpace(value), "'"))
		}
	}
	return name, typ
}

// alterExternalTable runs ALTER EXTERNAL TABLE.
func (st *statement) alterExternalTable() (*Result, error) {
	o, err := st.target(kindExternalTable)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*tableDetail)
	switch {
	case st.c.Accept("REFRESH"):
		if st.token().Kind == sql.String {
			st.c.Next()
		}
		return st.changeWith(o, func() {}, "OWNERSHIP")
	case st.c.Looking("SET", "AUTO_REFRESH"):
		st.c.Next()
		props, err := readProperties(st.c, names("AUTO_REFRESH"))
		if err != nil {
			return nil, err
		}
		on, err := props.flag("AUTO_REFRESH", true)
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() { d.external.autoRefresh = on })
	}
	return st.alterTableAction(o, d)
}

// createDynamicTable runs CREATE DYNAMIC TABLE.
func (st *statement) createDynamicTable(cr *creation) (*Result, error) {
	return st.createDynamic(cr, false)
}

// createDynamicIceberg runs CREATE DYNAMIC ICEBERG TABLE.
func (st *statement) createDynamicIceberg(cr *creation) (*Result, error) {
	return st.createDynamic(cr, true)
}

// dynamicOptions are the properties of dynamic tables.
const dynamicOptions = "TARGET_LAG WAREHOUSE INITIALIZATION_WAREHOUSE REFRESH_MODE INITIALIZE DATA_RETENTION_TIME_IN_DAYS " +
	"MAX_DATA_EXTENSION_TIME_IN_DAYS COMMENT EXTERNAL_VOLUME CATALOG BASE_LOCATION SCHEDULER"

func (st *statement) createDynamic(cr *creation, iceberg bool) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindDynamicTable)
	}
	spec := &tableSpec{detail: &tableDetail{transient: cr.has("TRANSIENT")}}
	if st.c.LookingOp("(") {
		if err := st.columnDefinitions(spec.detail); err != nil {
			return nil, err
		}
	}
	if err := st.tableClauses(spec, dynamicOptions); err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	t, err := st.dynamicQuery(cr, spec.props)
	if err != nil {
		return nil, err
	}
	spec.detail.dynamic = t
	if iceberg {
		if err := st.setIceberg(cr, spec.detail, spec.props); err != nil {
			return nil, err
		}
	}
	return st.installDynamic(cr, spec)
}

// dynamicQuery reads the query and the properties that must stand before it.
func (st *statement) dynamicQuery(cr *creation, props properties) (*dynamicDetail, error) {
	mark := st.c.Mark()
	q, err := query.Parse(st.c)
	if err != nil {
		return nil, err
	}
	t := &dynamicDetail{
		query: q, body: st.c.Text(mark, st.c.Mark()), text: st.c.Text(cr.start, st.c.Mark()),
		targetLag: props.text("TARGET_LAG", ""), warehouse: foldName(props.text("WAREHOUSE", "")),
		mode: sql.Upper(props.text("REFRESH_MODE", "AUTO")), initialize: sql.Upper(props.text("INITIALIZE", "ON_CREATE")),
		refreshed: st.a.now(),
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if t.targetLag == "" {
		return nil, sqlError(1014, "22023", "missing TARGET_LAG in CREATE DYNAMIC TABLE")
	}
	if t.mode == "AUTO" {
		t.mode = "INCREMENTAL"
	}
	w, err := st.accountObject(kindWarehouse, t.warehouse)
	if err != nil {
		return nil, err
	}
	return t, st.demand(w, "USAGE")
}

// installDynamic compiles the query with the creator's rights, fills the table
// and puts it into its place.
func (st *statement) installDynamic(cr *creation, spec *tableSpec) (*Result, error) {
	s, err := st.slot(cr, kindDynamicTable)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	plan, err := st.inSchema(s.parent).compile(spec.detail.dynamic.query)
	if err != nil {
		return nil, err
	}
	if err := spec.detail.takeColumns(plan.Columns()); err != nil {
		return nil, err
	}
	st.refreshDynamic(spec.detail, plan)
	if cr.alter && s.old != nil {
		return st.reshapeDynamic(s.old, spec)
	}
	if err := st.applyTableOptions(spec, s.parent); err != nil {
		return nil, err
	}
	o := st.install(s, kindDynamicTable, spec.detail, spec.copyGrants)
	if spec.copyTags && s.old != nil {
		copyTags(o, s.old)
	}
	spec.detail.changed = o.created
	return st.finishTable(o, s, spec)
}

// refreshDynamic fills a dynamic table where its query can be run.
func (st *statement) refreshDynamic(d *tableDetail, plan *query.Plan) {
	rows, err := plan.Rows(st.ctx)
	if err != nil {
		return
	}
	if rows, err = castRows(rows, d.columns); err == nil {
		d.rows = rows
	}
	d.dynamic.refreshed = st.a.now()
}

// reshapeDynamic runs CREATE OR ALTER DYNAMIC TABLE: the query may change, and
// grants, tags, policies and state stay (R4).
func (st *statement) reshapeDynamic(o *object, spec *tableSpec) (*Result, error) {
	d := o.detail.(*tableDetail)
	t := *spec.detail.dynamic
	t.suspended, t.cloned, t.reason, t.suspendedOn = d.dynamic.suspended, d.dynamic.cloned, d.dynamic.reason, d.dynamic.suspendedOn
	for _, c := range spec.detail.columns {
		if i := columnIndex(d.columns, c.name); i >= 0 {
			c.policy, c.tags = d.columns[i].policy, d.columns[i].tags
		}
	}
	st.snapshot(o)
	d.columns, d.rows, d.dynamic, d.clusterBy = spec.detail.columns, spec.detail.rows, &t, spec.detail.clusterBy
	o.comment, o.params = "", nil
	if err := st.setOptions(o, spec.props.only(tableParameters)); err != nil {
		return nil, err
	}
	return statusResult(fmt.Sprintf("Dynamic table %s successfully altered.", o.name)), nil
}

// alterDynamicTable runs ALTER DYNAMIC TABLE. It cannot change the query.
func (st *statement) alterDynamicTable() (*Result, error) {
	o, err := st.target(kindDynamicTable)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*tableDetail)
	switch {
	case st.c.Looking("SUSPEND", "RECLUSTER"), st.c.Looking("RESUME", "RECLUSTER"):
		return st.alterTableAction(o, d)
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.dynamic.suspend(st.a.now()) }, "OPERATE")
	case st.c.Accept("RESUME"):
		return st.changeWith(o, func() { st.resumeDynamic(o) }, "OPERATE")
	case st.c.Accept("REFRESH"):
		return st.refreshDynamicTable(o, d)
	case st.c.Accept("SET"):
		return st.setDynamic(o, d)
	}
	return st.alterTableAction(o, d)
}

// suspend stops a dynamic table.
func (d *dynamicDetail) suspend(now time.Time) {
	if !d.suspended {
		d.suspended, d.suspendedOn, d.reason = true, now, "USER_SUSPENDED"
	}
}

// resumeDynamic starts a dynamic table, and those downstream of it that stand
// still only because a clone suspended them (C33).
func (st *statement) resumeDynamic(o *object) {
	d := o.detail.(*tableDetail).dynamic
	d.suspended, d.reason = false, ""
	for _, other := range o.parent.ofKind(kindDynamicTable) {
		t := other.detail.(*tableDetail).dynamic
		if t.suspended && t.reason == "UPSTREAM_CLONED_AUTO_SUSPENDED" {
			t.suspended, t.reason = false, ""
		}
	}
}

// refreshDynamicTable runs REFRESH with the owner's rights.
func (st *statement) refreshDynamicTable(o *object, d *tableDetail) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	plan, err := st.within(o).compile(d.dynamic.query)
	if err != nil {
		return nil, err
	}
	st.snapshot(o)
	st.refreshDynamic(d, plan)
	return done()
}

// setDynamic runs SET of properties.
func (st *statement) setDynamic(o *object, d *tableDetail) (*Result, error) {
	if st.c.Looking("TAG") {
		st.c.Reset(st.c.Mark() - 1)
		return st.alterTags(o)
	}
	props, err := readProperties(st.c, names(dynamicOptions+" CHANGE_TRACKING"))
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
	if err := st.setOptions(o, props.only(tableParameters)); err != nil {
		return nil, err
	}
	d.dynamic.targetLag = props.text("TARGET_LAG", d.dynamic.targetLag)
	d.dynamic.warehouse = foldName(props.text("WAREHOUSE", d.dynamic.warehouse))
	return done()
}
