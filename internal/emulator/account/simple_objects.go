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
	// text is what stands after the name, for kinds that have clauses.
	text string
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
		if id.step == 0 {
			return nil, errInvalidValue("0", "INCREMENT")
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
	return st.alterPlain(kindFileFormat, strings.TrimPrefix(formatOptions, "TYPE ")) // The type stays.
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
		props, err := st.propertiesToSet(names(options))
		if err != nil {
			return nil, err
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
		"PASSWORD SECRET_STRING ALGORITHM ENABLED COMMENT"
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
	return st.createPlain(cr, kindSecret, secretOptions, (*statement).checkSecret)
}

// createNetworkRule runs CREATE NETWORK RULE.
func (st *statement) createNetworkRule(cr *creation) (*Result, error) {
	return st.createPlain(cr, kindNetworkRule, networkRuleOptions, (*statement).checkNetworkRule)
}

// createPlain makes an object of properties in a schema, if check finds them
// good.
func (st *statement) createPlain(
	cr *creation, k *kind, options string, check func(*statement, properties) error,
) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, _, err := st.optionsToEnd(options)
	if err != nil {
		return nil, err
	}
	if err := check(st, props); err != nil {
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
	if c := customOf(k); c != nil {
		options = c.options
	}
	return func(st *statement) (*Result, error) { return st.alterPlain(k, options) }
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
