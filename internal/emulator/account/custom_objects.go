package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// custom describes a kind of object that is kept as it is written: it can be
// created, altered, shown, described, granted and dropped, and runs nothing.
type custom struct {
	kind *kind
	// options are the KEY = VALUE pairs allowed, required those that must be
	// there; a clause counts as its words.
	options, required string
	clauses           []clause
	// columns are those of SHOW. A column that is not of every object shows the
	// property of its name, or what values says.
	columns string
	values  map[string]func(*object, *plainDetail) any
}

// clause is a part of a CREATE statement that is no KEY = VALUE pair.
type clause struct {
	words string
	read  func(*statement) (string, error)
}

// The columns that most SHOW statements open with.
const placeColumns = "created_on:time name database_name schema_name "

// customSchemaKinds are those that lie in schemas.
var customSchemaKinds = slices.Concat(customPolicies, customCode, customServices)

// customAccountKinds are those of the account.
var customAccountKinds = []custom{
	{
		kind: kindComputePool, options: "MIN_NODES MAX_NODES INSTANCE_FAMILY AUTO_RESUME INITIALLY_SUSPENDED AUTO_SUSPEND_SECS COMMENT",
		required: "MIN_NODES MAX_NODES INSTANCE_FAMILY",
		columns: "name state min_nodes:number max_nodes:number instance_family num_services:number num_jobs:number auto_suspend_secs:number " +
			"auto_resume created_on:time owner comment is_exclusive",
		values: map[string]func(*object, *plainDetail) any{
			"state": constant("IDLE"), "num_services": constant(0), "num_jobs": constant(0), "is_exclusive": constant(false),
		},
	},
	{
		kind: kindNetworkPolicy, options: "ALLOWED_NETWORK_RULE_LIST BLOCKED_NETWORK_RULE_LIST ALLOWED_IP_LIST BLOCKED_IP_LIST COMMENT",
		columns: "created_on:time name comment entries_in_allowed_ip_list:number entries_in_blocked_ip_list:number " +
			"entries_in_allowed_network_rules:number entries_in_blocked_network_rules:number",
		values: map[string]func(*object, *plainDetail) any{
			"entries_in_allowed_ip_list": entriesOf("ALLOWED_IP_LIST"), "entries_in_blocked_ip_list": entriesOf("BLOCKED_IP_LIST"),
			"entries_in_allowed_network_rules": entriesOf("ALLOWED_NETWORK_RULE_LIST"),
			"entries_in_blocked_network_rules": entriesOf("BLOCKED_NETWORK_RULE_LIST"),
		},
	},
}

// customPolicies are policies that are lists of settings.
var customPolicies = []custom{
	{
		kind: kindPasswordPolicy, columns: policyColumns,
		options: "PASSWORD_MIN_LENGTH PASSWORD_MAX_LENGTH PASSWORD_MIN_UPPER_CASE_CHARS PASSWORD_MIN_LOWER_CASE_CHARS " +
			"PASSWORD_MIN_NUMERIC_CHARS PASSWORD_MIN_SPECIAL_CHARS PASSWORD_MIN_AGE_DAYS PASSWORD_MAX_AGE_DAYS " +
			"PASSWORD_MAX_RETRIES PASSWORD_LOCKOUT_TIME_MINS PASSWORD_HISTORY COMMENT",
	},
	{
		kind: kindSessionPolicy, columns: policyColumns,
		options: "SESSION_IDLE_TIMEOUT_MINS SESSION_UI_IDLE_TIMEOUT_MINS ALLOWED_SECONDARY_ROLES BLOCKED_SECONDARY_ROLES COMMENT",
	},
	{
		kind: kindAuthenticationPolicy, columns: policyColumns,
		options: "AUTHENTICATION_METHODS MFA_AUTHENTICATION_METHODS MFA_ENROLLMENT MFA_POLICY CLIENT_TYPES CLIENT_POLICY " +
			"SECURITY_INTEGRATIONS PAT_POLICY WORKLOAD_IDENTITY_POLICY COMMENT",
	},
	{
		kind: kindPackagesPolicy, columns: policyColumns,
		options:  "LANGUAGE ALLOWLIST BLOCKLIST ADDITIONAL_CREATION_BLOCKLIST COMMENT",
		required: "LANGUAGE", clauses: []clause{{"LANGUAGE", readWord}},
	},
	{
		kind: kindBackupPolicy, options: "SCHEDULE EXPIRE_AFTER_DAYS COMMENT", clauses: []clause{{"WITH RETENTION LOCK", readNothing}},
		columns: placeColumns + "owner comment schedule expire_after_days has_retention_lock owner_role_type",
		values:  map[string]func(*object, *plainDetail) any{"has_retention_lock": hasClause("WITH RETENTION LOCK")},
	},
	{
		kind: kindBackupSet, options: "COMMENT", required: "FOR",
		clauses: []clause{{"FOR", readBackedUp}, {"WITH BACKUP POLICY", readObject(kindBackupPolicy, "APPLY")}},
		columns: placeColumns + "owner comment object backup_policy_name owner_role_type",
		values: map[string]func(*object, *plainDetail) any{
			"object": propertyOf("FOR"), "backup_policy_name": propertyOf("WITH BACKUP POLICY"),
		},
	},
	{
		kind: kindContact, options: "URL EMAIL_DISTRIBUTION_LIST USERS COMMENT", columns: placeColumns + "owner comment owner_role_type",
	},
}

// customCode are repositories, applications and models.
var customCode = []custom{
	{
		kind: kindGitRepository, options: "ORIGIN API_INTEGRATION GIT_CREDENTIALS COMMENT", required: "ORIGIN API_INTEGRATION",
		columns: placeColumns + "origin api_integration git_credentials owner owner_role_type comment last_fetched_at:time",
	},
	{
		kind: kindImageRepository, options: "ENCRYPTION COMMENT",
		columns: placeColumns + "repository_url owner owner_role_type comment encryption",
		values:  map[string]func(*object, *plainDetail) any{"repository_url": repositoryURL},
	},
	{
		kind:    kindStreamlit,
		options: "ROOT_LOCATION MAIN_FILE QUERY_WAREHOUSE TITLE COMMENT IMPORTS EXTERNAL_ACCESS_INTEGRATIONS SECRETS RUNTIME_NAME COMPUTE_POOL",
		clauses: []clause{{"FROM", readLocation}},
		columns: placeColumns + "title owner comment query_warehouse url_id owner_role_type",
		values:  map[string]func(*object, *plainDetail) any{"url_id": urlID},
	},
	{
		kind: kindNotebook, options: "MAIN_FILE COMMENT QUERY_WAREHOUSE WAREHOUSE IDLE_AUTO_SHUTDOWN_TIME_SECONDS RUNTIME_NAME COMPUTE_POOL " +
			"EXTERNAL_ACCESS_INTEGRATIONS",
		clauses: []clause{{"FROM", readLocation}},
		columns: placeColumns + "comment owner query_warehouse url_id owner_role_type code_warehouse",
		values:  map[string]func(*object, *plainDetail) any{"url_id": urlID, "code_warehouse": propertyOf("WAREHOUSE")},
	},
	{
		kind: kindModel, options: "COMMENT", required: "FROM",
		clauses: []clause{{"WITH VERSION", readName}, {"FROM MODEL", readObject(kindModel, "USAGE", "READ")}, {"FROM", readLocation}},
		columns: "created_on:time name model_type database_name schema_name comment owner default_version_name versions aliases",
		values: map[string]func(*object, *plainDetail) any{
			"model_type": constant("USER_MODEL"), "default_version_name": modelVersion,
			"versions": func(o *object, d *plainDetail) any { return jsonList([]string{fmt.Sprint(modelVersion(o, d))}) },
			"aliases":  constant("{}"),
		},
	},
}

// customServices are services, agents and semantic views.
var customServices = []custom{
	{
		kind: kindSearchService, options: "WAREHOUSE TARGET_LAG EMBEDDING_MODEL INITIALIZE REFRESH_MODE COMMENT", required: "ON WAREHOUSE TARGET_LAG AS",
		clauses: []clause{{"ON", readName}, {"PRIMARY KEY", readGroup}, {"ATTRIBUTES", readNames}, {"AS", readQuery}},
		columns: placeColumns + "warehouse target_lag definition search_column attribute_columns columns comment",
		values: map[string]func(*object, *plainDetail) any{
			"definition": propertyOf("AS"), "search_column": propertyOf("ON"), "attribute_columns": propertyOf("ATTRIBUTES"),
		},
	},
	{
		kind: kindSemanticView, options: "COMMENT MAX_STALENESS", required: "TABLES",
		clauses: []clause{
			{"TABLES", readGroup}, {"RELATIONSHIPS", readGroup}, {"FACTS", readGroup}, {"DIMENSIONS", readGroup}, {"METRICS", readGroup},
			{"AI_SQL_GENERATION", readText}, {"AI_QUESTION_CATEGORIZATION", readText}, {"AI_VERIFIED_QUERIES", readGroup},
			{"COPY GRANTS", readNothing},
		},
		columns: placeColumns + "comment owner owner_role_type extension",
	},
	{
		kind: kindService, required: "IN COMPUTE POOL",
		options: "SPECIFICATION_FILE SPECIFICATION_TEMPLATE_FILE EXTERNAL_ACCESS_INTEGRATIONS AUTO_RESUME MIN_INSTANCES MIN_READY_INSTANCES " +
			"MAX_INSTANCES QUERY_WAREHOUSE AUTO_SUSPEND_SECS COMMENT",
		clauses: []clause{
			{"IN COMPUTE POOL", readComputePool}, {"FROM SPECIFICATION", readText}, {"FROM", readLocation},
		},
		columns: "name status database_name schema_name owner compute_pool dns_name created_on:time comment owner_role_type",
		values: map[string]func(*object, *plainDetail) any{
			"status": constant("PENDING"), "compute_pool": propertyOf("IN COMPUTE POOL"), "dns_name": dnsName,
		},
	},
	{
		kind: kindAgent, options: "COMMENT PROFILE", required: "FROM SPECIFICATION", clauses: []clause{{"FROM SPECIFICATION", readText}},
		columns: placeColumns + "owner comment profile",
	},
}

// creator is the row of the table of CREATE for a custom kind.
func (c *custom) creator(inAccount bool) creator {
	return creator{c.kind.words, "", func(st *statement, cr *creation) (*Result, error) {
		return st.createCustom(cr, c, inAccount)
	}}
}

// createCustom runs CREATE for a custom kind.
func (st *statement) createCustom(cr *creation, c *custom, inAccount bool) (*Result, error) {
	if cr.alter {
		return nil, errUnsupported("CREATE OR ALTER " + c.kind.words)
	}
	if err := st.header(cr); err != nil {
		return nil, err
	}
	d := &plainDetail{}
	mark := st.c.Mark()
	tags, err := st.customClauses(c, d)
	if err != nil {
		return nil, err
	}
	d.text = st.c.Text(mark, st.c.Mark())
	for _, key := range clauseList(c.required) {
		if !d.given(key) {
			return nil, st.c.Unexpected()
		}
	}
	if err := st.checkCustom(d); err != nil {
		return nil, err
	}
	return st.installCustom(cr, c.kind, inAccount, d, tags)
}

// installCustom puts the object into its place.
func (st *statement) installCustom(cr *creation, k *kind, inAccount bool, d *plainDetail, tags []tagUse) (*Result, error) {
	find := st.slot
	if inAccount {
		find = func(cr *creation, k *kind, _ ...string) (*slot, error) { return st.accountSlot(cr, k) }
	}
	s, err := find(cr, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if s.old != nil {
		if err := st.checkDrop(s.old, false); err != nil {
			return nil, err
		}
	}
	o := st.install(s, k, d, d.given("COPY GRANTS"))
	o.comment = d.props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// clauseList splits what is required: "FROM SPECIFICATION" and "IN COMPUTE
// POOL" are one clause each.
func clauseList(required string) []string {
	for _, whole := range []string{"FROM SPECIFICATION", "IN COMPUTE POOL"} {
		if required == whole {
			return []string{whole}
		}
	}
	return names(required)
}

// given reports whether a property or clause was written. FROM stands for all
// its forms.
func (d *plainDetail) given(key string) bool {
	return slices.ContainsFunc(d.props, func(p property) bool {
		return p.key == key || key == "FROM" && strings.HasPrefix(p.key, "FROM ")
	})
}

// customClauses reads properties, clauses and tags in any order to the end of
// the statement.
func (st *statement) customClauses(c *custom, d *plainDetail) ([]tagUse, error) {
	var tags []tagUse
	for !st.c.AtEnd() {
		p, found, err := st.customClause(c)
		if err != nil {
			return nil, err
		}
		if !found {
			p, found, err = acceptProperty(st.c, names(c.options))
		}
		if err != nil {
			return nil, err
		}
		if found {
			d.props = append(d.props, p)
			continue
		}
		tagged, err := st.acceptTags(&tags)
		if err != nil {
			return nil, err
		}
		if !tagged {
			return nil, st.c.Unexpected()
		}
	}
	return tags, nil
}

// customClause reads one clause of the kind.
func (st *statement) customClause(c *custom) (property, bool, error) {
	for _, x := range c.clauses {
		if st.c.Accept(names(x.words)...) {
			value, err := x.read(st)
			return property{key: x.words, value: value, kind: sql.String}, true, err
		}
	}
	return property{}, false, nil
}

// checkCustom resolves what properties name: warehouses and integrations must
// be usable, and secrets must exist.
func (st *statement) checkCustom(d *plainDetail) error {
	for _, p := range d.props {
		var err error
		switch p.key {
		case "WAREHOUSE", "QUERY_WAREHOUSE":
			err = st.checkUsable(kindWarehouse, p.value)
		case "API_INTEGRATION":
			err = st.checkUsable(kindIntegration, p.value)
		case "COMPUTE_POOL":
			err = st.checkUsable(kindComputePool, p.value)
		case "GIT_CREDENTIALS":
			var name []string
			if name, err = sql.ParseName(p.value); err == nil {
				_, err = st.permitted(kindSecret, name, "USAGE")
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkUsable demands USAGE on an object of the account.
func (st *statement) checkUsable(k *kind, name string) error {
	o, err := st.accountObject(k, foldName(name))
	if err != nil {
		return err
	}
	return st.demand(o, "USAGE")
}

// The readers of clauses.

func readNothing(*statement) (string, error) { return "TRUE", nil }

func readWord(st *statement) (string, error) { return st.c.Word() }

func readText(st *statement) (string, error) { return st.c.String() }

func readGroup(st *statement) (string, error) { return st.c.Parenthesised() }

func readName(st *statement) (string, error) {
	name, err := st.c.Name()
	return quoteName(name), err
}

// readNames reads names with commas between them.
func readNames(st *statement) (string, error) {
	var list []string
	for {
		name, err := st.c.Ident()
		if err != nil {
			return "", err
		}
		list = append(list, name)
		if !st.c.AcceptOp(",") {
			return strings.Join(list, ","), nil
		}
	}
}

// readLocation reads @stage/path or the same as a string. The stage must be
// readable.
func readLocation(st *statement) (string, error) {
	t := st.c.Next()
	if t.Kind != sql.Stage && t.Kind != sql.String {
		st.c.Reset(st.c.Mark() - 1)
		return "", st.c.Unexpected()
	}
	path := strings.TrimPrefix(t.Value, "@")
	return "@" + path, st.checkStage(path)
}

// readQuery reads a query, which must compile with the creator's rights.
func readQuery(st *statement) (string, error) {
	mark := st.c.Mark()
	q, err := query.Parse(st.c)
	if err != nil {
		return "", err
	}
	_, err = st.compile(q)
	return st.c.Text(mark, st.c.Mark()), err
}

// readComputePool reads the name of a compute pool that the roles may use.
func readComputePool(st *statement) (string, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return "", err
	}
	return name, st.checkUsable(kindComputePool, quoteIdent(name))
}

// readBackedUp reads TABLE t, SCHEMA s or DATABASE d.
func readBackedUp(st *statement) (string, error) {
	k := acceptKind(st.c)
	if k != kindTable && k != kindDynamicTable && k != kindSchema && k != kindDatabase {
		return "", st.c.Unexpected()
	}
	name, err := st.c.Name()
	if err != nil {
		return "", err
	}
	o, err := st.find(k, name, nil)
	if err != nil {
		return "", err
	}
	return k.words + " " + o.qualified(), st.demand(o, "OWNERSHIP")
}

// readObject reads the name of an object on which one of the privileges is
// needed.
func readObject(k *kind, privileges ...string) func(*statement) (string, error) {
	return func(st *statement) (string, error) {
		name, err := st.c.Name()
		if err != nil {
			return "", err
		}
		o, err := st.permitted(k, name, privileges...)
		if err != nil {
			return "", err
		}
		return o.qualified(), nil
	}
}
