package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// plainDetail is what objects have that are nothing but their properties:
// integrations, external volumes, resource monitors, file formats, secrets and
// network rules.
type plainDetail struct {
	category string
	props    properties
}

// sequenceDetail is what only sequences have.
type sequenceDetail struct {
	next, step int64
	ordered    bool
}

// Next hands out the next number.
func (d *sequenceDetail) Next() (query.Value, error) {
	n := d.next
	d.next += d.step
	return query.IntOf(n), nil
}

// warehouseDetail is what only warehouses have.
type warehouseDetail struct {
	size, typ                             string
	suspended, autoResume                 bool
	autoSuspend, minClusters, maxClusters int64
}

// createSequence runs CREATE SEQUENCE.
func (st *statement) createSequence(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindSequence)
	}
	st.c.AcceptAny("WITH")
	id, err := st.identity()
	if err != nil {
		return nil, err
	}
	props, _, err := st.optionsToEnd("COMMENT")
	if err != nil {
		return nil, err
	}
	if id.step == 0 {
		return nil, errInvalidValue("0", "INCREMENT")
	}
	return st.createSimple(cr, kindSequence, &sequenceDetail{next: id.start, step: id.step, ordered: id.ordered}, props)
}

// alterSequence runs ALTER SEQUENCE.
func (st *statement) alterSequence() (*Result, error) {
	o, err := st.target(kindSequence)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*sequenceDetail)
	switch {
	case st.c.Accept("RENAME", "TO"):
		return st.renameTo(o)
	case st.c.Looking("SET", "INCREMENT"), st.c.Looking("INCREMENT"):
		st.c.Accept("SET")
		id, err := st.identity()
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() { d.step = id.step })
	case st.c.Accept("SET", "ORDER"):
		return st.ownerChange(o, func() { d.ordered = true })
	case st.c.Accept("SET", "NOORDER"):
		return st.ownerChange(o, func() { d.ordered = false })
	}
	return st.setOrUnsetComment(o)
}

// formatOptions are the properties of file formats.
const formatOptions = "TYPE COMMENT COMPRESSION RECORD_DELIMITER FIELD_DELIMITER MULTI_LINE FILE_EXTENSION PARSE_HEADER " +
	"SKIP_HEADER SKIP_BLANK_LINES DATE_FORMAT TIME_FORMAT TIMESTAMP_FORMAT BINARY_FORMAT ESCAPE ESCAPE_UNENCLOSED_FIELD " +
	"TRIM_SPACE FIELD_OPTIONALLY_ENCLOSED_BY NULL_IF ERROR_ON_COLUMN_COUNT_MISMATCH REPLACE_INVALID_CHARACTERS " +
	"EMPTY_FIELD_AS_NULL SKIP_BYTE_ORDER_MARK ENCODING ENABLE_OCTAL ALLOW_DUPLICATE STRIP_OUTER_ARRAY STRIP_NULL_VALUES " +
	"IGNORE_UTF8_ERRORS SNAPPY_COMPRESSION BINARY_AS_TEXT USE_LOGICAL_TYPE USE_VECTORIZED_SCANNER PRESERVE_SPACE " +
	"STRIP_OUTER_ELEMENT DISABLE_SNOWFLAKE_DATA DISABLE_AUTO_CONVERT"

// createFileFormat runs CREATE FILE FORMAT.
func (st *statement) createFileFormat(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindFileFormat)
	}
	props, _, err := st.optionsToEnd(formatOptions)
	if err != nil {
		return nil, err
	}
	d := &plainDetail{category: sql.Upper(props.text("TYPE", "CSV")), props: props}
	if !slices.Contains(names("CSV JSON AVRO ORC PARQUET XML CUSTOM"), d.category) {
		return nil, errInvalidValue(d.category, "TYPE")
	}
	return st.createSimple(cr, kindFileFormat, d, props)
}

// alterFileFormat runs ALTER FILE FORMAT.
func (st *statement) alterFileFormat() (*Result, error) {
	return st.alterPlain(kindFileFormat, formatOptions)
}

// alterPlain runs RENAME TO, SET and UNSET for an object of properties.
func (st *statement) alterPlain(k *kind, options string) (*Result, error) {
	o, err := st.target(k)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*plainDetail)
	switch {
	case st.c.Accept("RENAME", "TO"):
		if k.inSchema() {
			return st.renameTo(o)
		}
		return st.renameAccountObject(o)
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		props, err := readProperties(st.c, names(options))
		if err != nil {
			return nil, err
		}
		if len(props) == 0 {
			return nil, st.c.Unexpected()
		}
		return st.ownerChange(o, func() {
			d.props = d.props.with(props)
			o.comment = props.text("COMMENT", o.comment)
		})
	case st.c.Accept("UNSET"):
		keys, err := st.keyList(names(options))
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() {
			d.props = slices.DeleteFunc(slices.Clone(d.props), func(p property) bool { return slices.Contains(keys, p.key) })
			if slices.Contains(keys, "COMMENT") {
				o.comment = ""
			}
		})
	}
	return nil, st.c.Unexpected()
}

// with adds properties, in place of those of the same key.
func (p properties) with(more properties) properties {
	out := slices.DeleteFunc(slices.Clone(p), func(x property) bool {
		_, replaced := more.get(x.key)
		return replaced
	})
	return append(out, more...)
}

// The properties of objects that are kept as they are written.
const (
	integrationOptions = "TYPE ENABLED COMMENT STORAGE_PROVIDER STORAGE_AWS_ROLE_ARN STORAGE_AWS_EXTERNAL_ID " +
		"STORAGE_AWS_OBJECT_ACL STORAGE_ALLOWED_LOCATIONS STORAGE_BLOCKED_LOCATIONS AZURE_TENANT_ID " +
		"NOTIFICATION_PROVIDER AZURE_STORAGE_QUEUE_PRIMARY_URI GCP_PUBSUB_SUBSCRIPTION_NAME GCP_PUBSUB_TOPIC_NAME " +
		"DIRECTION AWS_SNS_TOPIC_ARN AWS_SNS_ROLE_ARN ALLOWED_RECIPIENTS DEFAULT_RECIPIENTS DEFAULT_SUBJECT " +
		"WEBHOOK_URL WEBHOOK_SECRET WEBHOOK_BODY_TEMPLATE WEBHOOK_HEADERS USE_PRIVATELINK_ENDPOINT " +
		"API_PROVIDER API_AWS_ROLE_ARN API_ALLOWED_PREFIXES API_BLOCKED_PREFIXES API_KEY AZURE_AD_APPLICATION_ID " +
		"GOOGLE_AUDIENCE ALLOWED_NETWORK_RULES ALLOWED_AUTHENTICATION_SECRETS ALLOWED_API_AUTHENTICATION_INTEGRATIONS " +
		"CATALOG_SOURCE TABLE_FORMAT CATALOG_NAMESPACE REST_CONFIG REST_AUTHENTICATION GLUE_AWS_ROLE_ARN GLUE_CATALOG_ID " +
		"GLUE_REGION REFRESH_INTERVAL_SECONDS OAUTH_CLIENT OAUTH_CLIENT_TYPE OAUTH_REDIRECT_URI OAUTH_ISSUE_REFRESH_TOKENS " +
		"OAUTH_REFRESH_TOKEN_VALIDITY EXTERNAL_OAUTH_TYPE EXTERNAL_OAUTH_ISSUER EXTERNAL_OAUTH_JWS_KEYS_URL " +
		"EXTERNAL_OAUTH_AUDIENCE_LIST EXTERNAL_OAUTH_TOKEN_USER_MAPPING_CLAIM " +
		"EXTERNAL_OAUTH_SNOWFLAKE_USER_MAPPING_ATTRIBUTE EXTERNAL_OAUTH_ANY_ROLE_MODE"
	volumeOptions  = "STORAGE_LOCATIONS ALLOW_WRITES COMMENT"
	monitorOptions = "CREDIT_QUOTA FREQUENCY START_TIMESTAMP END_TIMESTAMP NOTIFY_USERS"
	secretOptions  = "TYPE API_AUTHENTICATION OAUTH_SCOPES OAUTH_REFRESH_TOKEN OAUTH_REFRESH_TOKEN_EXPIRY_TIME USERNAME " +
		"PASSWORD SECRET_STRING ALGORITHM COMMENT"
	networkRuleOptions = "TYPE MODE VALUE_LIST COMMENT"
)

// integrationCreator runs CREATE … INTEGRATION.
func integrationCreator(category string) func(*statement, *creation) (*Result, error) {
	return func(st *statement, cr *creation) (*Result, error) {
		return st.createPlainInAccount(cr, kindIntegration, category, integrationOptions)
	}
}

// createVolume runs CREATE EXTERNAL VOLUME.
func (st *statement) createVolume(cr *creation) (*Result, error) {
	return st.createPlainInAccount(cr, kindVolume, "", volumeOptions)
}

// createMonitor runs CREATE RESOURCE MONITOR.
func (st *statement) createMonitor(cr *creation) (*Result, error) {
	return st.createPlainInAccount(cr, kindMonitor, "", monitorOptions)
}

// createPlainInAccount makes an object of properties in the account.
func (st *statement) createPlainInAccount(cr *creation, k *kind, category, options string) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if k == kindMonitor {
		st.c.Accept("WITH")
	}
	props, _, err := st.options(options)
	if err != nil {
		return nil, err
	}
	if k == kindMonitor && st.c.Accept("TRIGGERS") {
		if err := st.monitorTriggers(); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	o := st.installInAccount(s, k, &plainDetail{category: category, props: props})
	o.comment = props.text("COMMENT", "")
	return created(o)
}

// monitorTriggers reads ON n PERCENT DO action, several times.
func (st *statement) monitorTriggers() error {
	for st.c.Accept("ON") {
		if _, err := st.integer(); err != nil {
			return err
		}
		if err := st.c.Expect("PERCENT", "DO"); err != nil {
			return err
		}
		if st.c.AcceptAny("NOTIFY", "SUSPEND", "SUSPEND_IMMEDIATE") == "" {
			return st.c.Unexpected()
		}
	}
	return nil
}

// createSecret runs CREATE SECRET.
func (st *statement) createSecret(cr *creation) (*Result, error) {
	return st.createPlain(cr, kindSecret, secretOptions)
}

// createNetworkRule runs CREATE NETWORK RULE.
func (st *statement) createNetworkRule(cr *creation) (*Result, error) {
	return st.createPlain(cr, kindNetworkRule, networkRuleOptions)
}

// createPlain makes an object of properties in a schema.
func (st *statement) createPlain(cr *creation, k *kind, options string) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, _, err := st.optionsToEnd(options)
	if err != nil {
		return nil, err
	}
	return st.createSimple(cr, k, &plainDetail{category: sql.Upper(props.text("TYPE", "")), props: props}, props)
}

// simpleAlterer runs ALTER for objects of properties.
func simpleAlterer(k *kind) func(*statement) (*Result, error) {
	options := map[*kind]string{
		kindIntegration: integrationOptions, kindVolume: volumeOptions, kindMonitor: monitorOptions,
		kindSecret: secretOptions, kindNetworkRule: networkRuleOptions,
	}[k]
	return func(st *statement) (*Result, error) { return st.alterPlain(k, options) }
}

// warehouseOptions are the properties of warehouses.
const warehouseOptions = "WAREHOUSE_SIZE WAREHOUSE_TYPE AUTO_SUSPEND AUTO_RESUME INITIALLY_SUSPENDED MIN_CLUSTER_COUNT " +
	"MAX_CLUSTER_COUNT SCALING_POLICY RESOURCE_MONITOR COMMENT ENABLE_QUERY_ACCELERATION " +
	"QUERY_ACCELERATION_MAX_SCALE_FACTOR MAX_CONCURRENCY_LEVEL STATEMENT_QUEUED_TIMEOUT_IN_SECONDS " +
	"STATEMENT_TIMEOUT_IN_SECONDS RESOURCE_CONSTRAINT GENERATION"

// createWarehouse runs CREATE WAREHOUSE, which also makes it the session's.
func (st *statement) createWarehouse(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	st.c.Accept("WITH")
	props, tags, err := st.optionsToEnd(warehouseOptions)
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindWarehouse)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	d := &warehouseDetail{size: "X-Small", typ: "STANDARD", autoResume: true, autoSuspend: 600, minClusters: 1, maxClusters: 1}
	if err := d.set(props); err != nil {
		return nil, err
	}
	if d.suspended, err = props.flag("INITIALLY_SUSPENDED", false); err != nil {
		return nil, err
	}
	o := st.installInAccount(s, kindWarehouse, d)
	o.comment = props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	st.session.warehouse = o.name
	return created(o)
}

// warehouseSizes maps the spellings of sizes to what SHOW prints.
var warehouseSizes = map[string]string{
	"XSMALL": "X-Small", "SMALL": "Small", "MEDIUM": "Medium", "LARGE": "Large", "XLARGE": "X-Large",
	"XXLARGE": "2X-Large", "X2LARGE": "2X-Large", "2XLARGE": "2X-Large", "XXXLARGE": "3X-Large", "X3LARGE": "3X-Large",
	"3XLARGE": "3X-Large", "X4LARGE": "4X-Large", "4XLARGE": "4X-Large", "X5LARGE": "5X-Large", "5XLARGE": "5X-Large",
	"X6LARGE": "6X-Large", "6XLARGE": "6X-Large",
}

// set applies properties to a warehouse.
func (d *warehouseDetail) set(props properties) error {
	if p, ok := props.get("WAREHOUSE_SIZE"); ok {
		size, known := warehouseSizes[sql.Upper(strings.ReplaceAll(p.value, "-", ""))]
		if !known {
			return errInvalidValue(p.value, p.key)
		}
		d.size = size
	}
	d.typ = sql.Upper(props.text("WAREHOUSE_TYPE", d.typ))
	var err error
	if d.autoResume, err = props.flag("AUTO_RESUME", d.autoResume); err != nil {
		return err
	}
	if props.text("AUTO_SUSPEND", "") == "NULL" {
		d.autoSuspend = 0
	} else if d.autoSuspend, err = props.number("AUTO_SUSPEND", d.autoSuspend); err != nil {
		return err
	}
	if d.minClusters, err = props.number("MIN_CLUSTER_COUNT", d.minClusters); err != nil {
		return err
	}
	d.maxClusters, err = props.number("MAX_CLUSTER_COUNT", d.maxClusters)
	return err
}

// alterWarehouse runs ALTER WAREHOUSE.
func (st *statement) alterWarehouse() (*Result, error) {
	o, err := st.target(kindWarehouse)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*warehouseDetail)
	switch {
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.suspended = true }, "OPERATE")
	case st.c.Accept("RESUME"):
		st.c.Accept("IF", "SUSPENDED")
		return st.changeWith(o, func() { d.suspended = false }, "OPERATE")
	case st.c.Accept("ABORT", "ALL", "QUERIES"):
		return st.changeWith(o, func() {}, "OPERATE")
	case st.c.Accept("RENAME", "TO"):
		return st.renameAccountObject(o)
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		return st.setWarehouse(o, d)
	}
	return st.setOrUnsetComment(o)
}

// setWarehouse runs SET of properties.
func (st *statement) setWarehouse(o *object, d *warehouseDetail) (*Result, error) {
	props, err := readProperties(st.c, names(warehouseOptions))
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
	}
	next := *d
	if err := next.set(props); err != nil {
		return nil, err
	}
	return st.changeWith(o, func() {
		*d = next
		o.comment = props.text("COMMENT", o.comment)
	}, "MODIFY")
}

// createClone runs CREATE … CLONE for a single object: the cloner owns it; the
// source's grants come only with COPY GRANTS, else future grants apply (C19).
func (st *statement) createClone(cr *creation, k *kind) (*Result, error) {
	cl, err := st.cloneClause(k)
	if err != nil {
		return nil, err
	}
	copyGrants := k.copiesGrants() && st.c.Accept("COPY", "GRANTS")
	st.c.Accept("COPY", "TAGS")
	props, tags, err := st.optionsToEnd(cloneOptions(k))
	if err != nil {
		return nil, err
	}
	if cl.at != nil && k != kindTable && k != kindDynamicTable && k != kindEventTable && k != kindIcebergTable {
		return nil, st.c.Unexpected()
	}
	src, s, err := st.cloneSource(cr, cl, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	return st.cloneOne(cr, cl, src, s, singleClone{copyGrants: copyGrants, props: props, tags: tags})
}

// singleClone is what CREATE … CLONE of one object says beside the source.
type singleClone struct {
	copyGrants bool
	props      properties
	tags       []tagUse
}

// copiesGrants reports whether CLONE of the kind knows COPY GRANTS (C4, T1).
func (k *kind) copiesGrants() bool {
	return slices.Contains([]*kind{kindTable, kindDynamicTable, kindEventTable, kindIcebergTable, kindStream}, k)
}

// cloneOptions are the properties that CLONE of a kind may set.
func cloneOptions(k *kind) string {
	if k == kindDynamicTable {
		return "TARGET_LAG WAREHOUSE COMMENT"
	}
	return tableOptions
}

// cloneSource finds what is cloned and where it goes, and checks the rights on
// both (C13).
func (st *statement) cloneSource(cr *creation, cl *cloneSpec, k *kind) (*object, *slot, error) {
	if k == kindDatabaseRole {
		s, err := st.databaseRoleSlot(cr)
		if err != nil || s.keep {
			return nil, s, err
		}
		src, err := st.databaseRole(cl.source)
		if err != nil {
			return nil, nil, err
		}
		return src, s, st.demand(src, "OWNERSHIP")
	}
	s, err := st.slot(cr, k)
	if err != nil || s.keep {
		return nil, s, err
	}
	need := k.clonePrivilege
	if need == "" {
		need = "USAGE"
	}
	src, err := st.permitted(k, cl.source, need)
	return src, s, err
}

// cloneOne makes the copy of a single object.
func (st *statement) cloneOne(cr *creation, cl *cloneSpec, src *object, s *slot, say singleClone) (*Result, error) {
	if src.kind == kindHybridTable {
		return nil, errHybridClone()
	}
	if src.kind == kindTable && src.isTransient() && !cr.has("TRANSIENT") && !cr.temporary() {
		return nil, errTransientClone()
	}
	if cl.at != nil {
		if err := st.a.reachable(src, *cl.at); err != nil {
			return nil, err
		}
	}
	c := &cloner{st: st, spec: cl, root: src, copies: map[*object]*object{}}
	detail := c.detail(src)
	if src.kind == kindDatabaseRole {
		detail = &roleDetail{}
	}
	if t, ok := detail.(*tableDetail); ok {
		t.transient = cr.has("TRANSIENT") || s.parent.isTransient()
	}
	if t, ok := detail.(*taskDetail); ok && src.owner != st.role { // C37
		t.after, t.finalizes = nil, nil
	}
	o := st.place(s, src.kind, detail)
	if say.copyGrants {
		o.grants = slices.Clone(src.grants)
	} else {
		st.a.applyFuture(o)
	}
	o.comment, o.params, o.tags = src.comment, copyParams(src.params), slices.Clone(src.tags)
	if err := st.configure(o, say.props.only(tableParameters), say.tags); err != nil {
		return nil, err
	}
	return created(o)
}

// formatProperties prints file format options as SHOW FILE FORMATS does.
func (d *plainDetail) formatProperties() string {
	parts := []string{fmt.Sprintf("%q:%q", "TYPE", d.category)}
	for _, p := range d.props {
		if p.key != "TYPE" && p.key != "COMMENT" {
			parts = append(parts, fmt.Sprintf("%q:%q", p.key, p.value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}
