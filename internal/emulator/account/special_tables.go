package account

import (
	"slices"
	"strings"
	"time"

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
	// unfilled is why the table has never been filled; nil once it was.
	unfilled error
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
	stage, location, formatName, formatType string
	autoRefresh                             bool
	pattern                                 string
	partition                               []string
	// uses are the stage and the named file format, which cannot be dropped
	// while the table stands (R8).
	uses []*object
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
	if err := st.checkCatalog(i.catalog); err != nil {
		return err
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
		if err := st.externalClause(spec, e); err != nil {
			return err
		}
	}
	if format, ok := spec.props.get("FILE_FORMAT"); ok {
		e.formatName, e.formatType = formatOf(format)
		if err := st.externalFormat(e); err != nil {
			return err
		}
	}
	if e.formatType == "" {
		e.formatType = "CSV"
	}
	e.pattern = spec.props.text("PATTERN", "")
	var err error
	e.autoRefresh, err = spec.props.flag("AUTO_REFRESH", true)
	return err
}

// externalFormat finds the named file format.
func (st *statement) externalFormat(e *externalDetail) error {
	if e.formatName == "" {
		return nil
	}
	name, err := sql.ParseName(e.formatName)
	if err != nil {
		return err
	}
	format, err := st.permitted(kindFileFormat, name, "USAGE")
	if err != nil {
		return err
	}
	e.uses = append(e.uses, format)
	e.formatType = format.detail.(*plainDetail).category
	return nil
}

// externalOptions are the properties of external tables.
const externalOptions = "FILE_FORMAT AUTO_REFRESH REFRESH_ON_CREATE PATTERN COMMENT TABLE_FORMAT PARTITION_TYPE AWS_SNS_TOPIC"

// externalClause reads one clause.
func (st *statement) externalClause(spec *tableSpec, e *externalDetail) error {
	switch {
	case st.c.Accept("PARTITION", "BY"):
		var err error
		if e.partition, err = st.identList(); err != nil {
			return err
		}
		return checkPartition(e.partition, spec.detail.columns)
	case st.c.Accept("LOCATION"), st.c.Accept("WITH", "LOCATION"):
		st.c.AcceptOp("=")
		return st.externalLocation(e)
	}
	mark := st.c.Mark()
	if err := st.tableClauses(spec, externalOptions); err != nil {
		return err
	}
	if st.c.Mark() == mark {
		return st.c.Unexpected()
	}
	return nil
}

// checkPartition demands that the columns of PARTITION BY are there.
func checkPartition(partition []string, columns []*column) error {
	for _, name := range partition {
		if columnIndex(columns, name) < 0 {
			return sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
	}
	return nil
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
		e.uses = append(e.uses, stage)
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
