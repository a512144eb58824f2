package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// kind describes one kind of object. Everything that differs between kinds by
// data alone stands here, so that most statements need no code of their own.
type kind struct {
	// words is the kind as statements spell it, for example "FILE FORMAT", and
	// plural the same for SHOW and bulk grants.
	words, plural string
	// label opens the status text: "Table T successfully created." (M2).
	label string
	// noun names the kind in errors.
	noun string
	// grantedOn is the word of SHOW GRANTS.
	grantedOn string
	// space is the name space shared with other kinds in one container.
	space string
	// container holds children.
	container bool
	// routine has argument types in its name.
	routine bool
	// privileges exist on objects of the kind, OWNERSHIP aside.
	privileges []string
	// clonePrivilege is what the cloning role needs on a child (C13). Empty
	// means that any privilege will do, "-" that the kind is never cloned.
	clonePrivilege string
	// future reports whether future grants exist (P8).
	future bool
	// ddl is the type word of GET_DDL, empty when it is not supported (G2, G3).
	ddl string
	// create is the privilege needed on the container.
	create string
}

// The privileges on tables and what is like them.
var (
	tablePrivileges  = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "REBUILD", "EVOLVE SCHEMA", "APPLYBUDGET"}
	viewPrivileges   = []string{"SELECT", "REFERENCES"}
	usagePrivilege   = []string{"USAGE"}
	runPrivileges    = []string{"MONITOR", "OPERATE"}
	policyPrivileges = []string{"APPLY"}
)

// The kinds that hold others and live in the account.
var (
	kindAccount = &kind{
		words: "ACCOUNT", plural: "ACCOUNTS", noun: "Account", grantedOn: "ACCOUNT", space: "account", container: true,
		privileges: []string{
			"APPLY AGGREGATION POLICY", "APPLY AUTHENTICATION POLICY", "APPLY JOIN POLICY", "APPLY MASKING POLICY",
			"APPLY PACKAGES POLICY", "APPLY PASSWORD POLICY", "APPLY PRIVACY POLICY", "APPLY PROJECTION POLICY",
			"APPLY ROW ACCESS POLICY", "APPLY SESSION POLICY", "APPLY STORAGE LIFECYCLE POLICY", "APPLY TAG",
			"ATTACH POLICY", "AUDIT", "BIND SERVICE ENDPOINT", "CREATE API INTEGRATION", "CREATE COMPUTE POOL",
			"CREATE DATABASE", "CREATE EXTERNAL VOLUME", "CREATE INTEGRATION", "CREATE NETWORK POLICY",
			"CREATE ROLE", "CREATE SHARE", "CREATE USER", "CREATE WAREHOUSE", "EXECUTE ALERT",
			"EXECUTE MANAGED ALERT", "EXECUTE MANAGED TASK", "EXECUTE TASK", "IMPORT SHARE", "MANAGE GRANTS",
			"MANAGE WAREHOUSES", "MODIFY LOG LEVEL", "MODIFY TRACE LEVEL", "MONITOR EXECUTION", "MONITOR SECURITY",
			"MONITOR USAGE", "OVERRIDE SHARE RESTRICTIONS", "RESOLVE ALL",
		},
	}
	kindDatabase = &kind{
		words: "DATABASE", plural: "DATABASES", label: "Database", grantedOn: "DATABASE", space: "database", container: true,
		privileges: []string{"APPLYBUDGET", "CREATE DATABASE ROLE", "CREATE SCHEMA", "MODIFY", "MONITOR", "REFERENCE_USAGE", "USAGE"},
		ddl:        "DATABASE", create: "CREATE DATABASE",
	}
	kindSchema = &kind{
		words: "SCHEMA", plural: "SCHEMAS", label: "Schema", grantedOn: "SCHEMA", space: "schema", container: true,
		privileges: schemaPrivileges(), future: true, ddl: "SCHEMA", create: "CREATE SCHEMA",
	}
	kindRole = &kind{
		words: "ROLE", plural: "ROLES", label: "Role", grantedOn: "ROLE", space: "role",
		privileges: usagePrivilege, create: "CREATE ROLE",
	}
	kindDatabaseRole = &kind{
		words: "DATABASE ROLE", plural: "DATABASE ROLES", label: "Database role", grantedOn: "DATABASE_ROLE",
		space: "database role", privileges: usagePrivilege, create: "CREATE DATABASE ROLE",
	}
	kindUser = &kind{
		words: "USER", plural: "USERS", label: "User", grantedOn: "USER", space: "user",
		privileges: []string{"MONITOR"}, create: "CREATE USER",
	}
	kindWarehouse = &kind{
		words: "WAREHOUSE", plural: "WAREHOUSES", label: "Warehouse", grantedOn: "WAREHOUSE", space: "warehouse",
		privileges: []string{"APPLYBUDGET", "MODIFY", "MONITOR", "OPERATE", "USAGE"}, ddl: "WAREHOUSE", create: "CREATE WAREHOUSE",
	}
	kindIntegration = &kind{
		words: "INTEGRATION", plural: "INTEGRATIONS", label: "Integration", grantedOn: "INTEGRATION", space: "integration",
		privileges: []string{"USAGE", "USE_ANY_ROLE"}, create: "CREATE INTEGRATION",
	}
	kindVolume = &kind{
		words: "EXTERNAL VOLUME", plural: "EXTERNAL VOLUMES", label: "External volume", grantedOn: "VOLUME", space: "volume",
		privileges: usagePrivilege, create: "CREATE EXTERNAL VOLUME",
	}
	kindMonitor = &kind{
		words: "RESOURCE MONITOR", plural: "RESOURCE MONITORS", label: "Resource monitor", grantedOn: "RESOURCE_MONITOR",
		space: "monitor", privileges: []string{"MODIFY", "MONITOR"}, create: "CREATE RESOURCE MONITOR",
	}
)

// The kinds of relation: they share one name space.
var (
	kindTable = &kind{
		words: "TABLE", plural: "TABLES", label: "Table", grantedOn: "TABLE", space: "relation",
		privileges: tablePrivileges, clonePrivilege: "SELECT", future: true, ddl: "TABLE", create: "CREATE TABLE",
	}
	kindView = &kind{
		words: "VIEW", plural: "VIEWS", label: "View", grantedOn: "VIEW", space: "relation",
		privileges: viewPrivileges, future: true, ddl: "VIEW", create: "CREATE VIEW",
	}
	kindMaterializedView = &kind{
		words: "MATERIALIZED VIEW", plural: "MATERIALIZED VIEWS", label: "Materialized view", grantedOn: "MATERIALIZED_VIEW",
		space: "relation", privileges: viewPrivileges, future: true, ddl: "VIEW", create: "CREATE MATERIALIZED VIEW",
	}
	kindDynamicTable = &kind{
		words: "DYNAMIC TABLE", plural: "DYNAMIC TABLES", label: "Dynamic table", grantedOn: "DYNAMIC_TABLE", space: "relation",
		privileges: []string{"MONITOR", "OPERATE", "SELECT"}, clonePrivilege: "SELECT", future: true,
		ddl: "DYNAMIC_TABLE", create: "CREATE DYNAMIC TABLE",
	}
	kindEventTable = &kind{
		words: "EVENT TABLE", plural: "EVENT TABLES", label: "Event table", grantedOn: "EVENT_TABLE", space: "relation",
		privileges:     []string{"SELECT", "INSERT", "DELETE", "TRUNCATE", "REFERENCES", "APPLYBUDGET"},
		clonePrivilege: "SELECT", future: true, ddl: "EVENT_TABLE", create: "CREATE EVENT TABLE",
	}
	kindExternalTable = &kind{
		words: "EXTERNAL TABLE", plural: "EXTERNAL TABLES", label: "External table", grantedOn: "EXTERNAL_TABLE",
		space: "relation", privileges: viewPrivileges, clonePrivilege: "-", future: true, ddl: "TABLE", create: "CREATE EXTERNAL TABLE",
	}
	kindHybridTable = &kind{
		words: "HYBRID TABLE", plural: "HYBRID TABLES", label: "Hybrid table", grantedOn: "TABLE", space: "relation",
		privileges: tablePrivileges, clonePrivilege: "SELECT", future: true, ddl: "TABLE", create: "CREATE TABLE",
	}
	kindIcebergTable = &kind{
		words: "ICEBERG TABLE", plural: "ICEBERG TABLES", label: "Iceberg table", grantedOn: "ICEBERG_TABLE", space: "relation",
		privileges: tablePrivileges, clonePrivilege: "SELECT", future: true, ddl: "ICEBERG_TABLE", create: "CREATE ICEBERG TABLE",
	}
)

// The other kinds that lie in a schema.
var (
	kindSequence = &kind{
		words: "SEQUENCE", plural: "SEQUENCES", label: "Sequence", grantedOn: "SEQUENCE", space: "sequence",
		privileges: usagePrivilege, future: true, ddl: "SEQUENCE", create: "CREATE SEQUENCE",
	}
	kindFileFormat = &kind{
		words: "FILE FORMAT", plural: "FILE FORMATS", label: "File format", grantedOn: "FILE_FORMAT", space: "file format",
		privileges: usagePrivilege, future: true, ddl: "FILE_FORMAT", create: "CREATE FILE FORMAT",
	}
	kindStage = &kind{
		words: "STAGE", plural: "STAGES", label: "Stage area", noun: "Stage", grantedOn: "STAGE", space: "stage",
		privileges: []string{"READ", "USAGE", "WRITE"}, future: true, create: "CREATE STAGE",
	}
	kindStream = &kind{
		words: "STREAM", plural: "STREAMS", label: "Stream", grantedOn: "STREAM", space: "stream",
		privileges: []string{"SELECT"}, clonePrivilege: "OWNERSHIP", future: true, ddl: "STREAM", create: "CREATE STREAM",
	}
	kindTask = &kind{
		words: "TASK", plural: "TASKS", label: "Task", grantedOn: "TASK", space: "task",
		privileges: runPrivileges, clonePrivilege: "OWNERSHIP", future: true, ddl: "TASK", create: "CREATE TASK",
	}
	kindPipe = &kind{
		words: "PIPE", plural: "PIPES", label: "Pipe", grantedOn: "PIPE", space: "pipe",
		privileges: runPrivileges, clonePrivilege: "OWNERSHIP", future: true, ddl: "PIPE", create: "CREATE PIPE",
	}
	kindAlert = &kind{
		words: "ALERT", plural: "ALERTS", label: "Alert", grantedOn: "ALERT", space: "alert",
		privileges: runPrivileges, clonePrivilege: "OWNERSHIP", future: true, create: "CREATE ALERT",
	}
	kindProcedure = &kind{
		words: "PROCEDURE", plural: "PROCEDURES", label: "Function", noun: "Procedure", grantedOn: "PROCEDURE", space: "procedure",
		routine: true, privileges: usagePrivilege, future: true, ddl: "PROCEDURE", create: "CREATE PROCEDURE",
	}
	kindFunction = &kind{
		words: "FUNCTION", plural: "FUNCTIONS", label: "Function", grantedOn: "FUNCTION", space: "function",
		routine: true, privileges: usagePrivilege, future: true, ddl: "FUNCTION", create: "CREATE FUNCTION",
	}
	kindExternalFunction = &kind{
		words: "EXTERNAL FUNCTION", plural: "EXTERNAL FUNCTIONS", label: "Function", noun: "Function", grantedOn: "FUNCTION",
		space: "function", routine: true, privileges: usagePrivilege, ddl: "FUNCTION", create: "CREATE EXTERNAL FUNCTION",
	}
	kindMaskingPolicy = &kind{
		words: "MASKING POLICY", plural: "MASKING POLICIES", label: "Masking policy", grantedOn: "MASKING_POLICY", space: "policy",
		privileges: policyPrivileges, ddl: "POLICY", create: "CREATE MASKING POLICY",
	}
	kindRowAccessPolicy = &kind{
		words: "ROW ACCESS POLICY", plural: "ROW ACCESS POLICIES", label: "Row access policy", grantedOn: "ROW_ACCESS_POLICY",
		space: "policy", privileges: policyPrivileges, ddl: "POLICY", create: "CREATE ROW ACCESS POLICY",
	}
	kindTag = &kind{
		words: "TAG", plural: "TAGS", label: "Tag", grantedOn: "TAG", space: "tag",
		privileges: []string{"APPLY", "READ"}, ddl: "TAG", create: "CREATE TAG",
	}
	kindSecret = &kind{
		words: "SECRET", plural: "SECRETS", label: "Secret", grantedOn: "SECRET", space: "secret",
		privileges: []string{"READ", "USAGE"}, future: true, create: "CREATE SECRET",
	}
	kindNetworkRule = &kind{
		words: "NETWORK RULE", plural: "NETWORK RULES", label: "Network rule", grantedOn: "NETWORK_RULE", space: "network rule",
		privileges: usagePrivilege, future: true, create: "CREATE NETWORK RULE",
	}
)

// schemaKinds are the kinds that lie in schemas.
var schemaKinds = append([]*kind{
	kindTable, kindView, kindMaterializedView, kindDynamicTable, kindEventTable, kindExternalTable,
	kindHybridTable, kindIcebergTable, kindSequence, kindFileFormat, kindStage, kindStream, kindTask,
	kindPipe, kindAlert, kindProcedure, kindFunction, kindExternalFunction, kindMaskingPolicy,
	kindRowAccessPolicy, kindTag, kindSecret, kindNetworkRule,
}, otherSchemaKinds...)

// accountKinds are all others.
var accountKinds = []*kind{
	kindDatabase, kindSchema, kindRole, kindDatabaseRole, kindUser, kindWarehouse, kindIntegration,
	kindVolume, kindMonitor, kindComputePool, kindNetworkPolicy, kindShare,
}

// relationKinds are what a FROM clause may name, streams aside.
var relationKinds = []*kind{
	kindTable, kindView, kindMaterializedView, kindDynamicTable, kindEventTable, kindExternalTable,
	kindHybridTable, kindIcebergTable,
}

// tableKinds are the relations that hold rows of their own.
var tableKinds = []*kind{
	kindTable, kindDynamicTable, kindEventTable, kindExternalTable, kindHybridTable, kindIcebergTable,
}

// kindsByLength lists every kind, those with the longest spelling first, so
// that "EXTERNAL TABLE" is tried before "TABLE".
var kindsByLength = func() []*kind {
	all := slices.Concat(schemaKinds, accountKinds)
	for _, k := range all {
		if k.noun == "" {
			k.noun = k.label
		}
	}
	slices.SortStableFunc(all, func(x, y *kind) int {
		return len(strings.Fields(y.words)) - len(strings.Fields(x.words))
	})
	return all
}()

// schemaPrivileges lists what can be granted on a schema.
func schemaPrivileges() []string {
	out := []string{"ADD SEARCH OPTIMIZATION", "APPLYBUDGET", "MODIFY", "MONITOR", "USAGE"}
	for _, word := range []string{
		"ALERT", "DYNAMIC TABLE", "EVENT TABLE", "EXTERNAL FUNCTION", "EXTERNAL TABLE", "FILE FORMAT", "FUNCTION",
		"HYBRID TABLE", "ICEBERG TABLE", "MASKING POLICY", "MATERIALIZED VIEW", "NETWORK RULE", "PIPE", "PROCEDURE",
		"ROW ACCESS POLICY", "SECRET", "SEQUENCE", "STAGE", "STREAM", "TABLE", "TAG", "TASK", "TEMPORARY TABLE", "VIEW",
	} {
		out = append(out, "CREATE "+word)
	}
	for _, k := range otherSchemaKinds {
		out = append(out, k.create)
	}
	slices.Sort(out)
	return out
}

// acceptKind reads a kind in the singular.
func acceptKind(c *sql.Cursor) *kind {
	for _, k := range kindsByLength {
		if c.Accept(strings.Fields(k.words)...) {
			return k
		}
	}
	return nil
}

// acceptPlural reads a kind in the plural.
func acceptPlural(c *sql.Cursor) *kind {
	for _, k := range kindsByLength {
		if c.Accept(strings.Fields(k.plural)...) {
			return k
		}
	}
	return nil
}

// includes reports whether a statement that names kind k may act on an object
// of kind other: hybrid, Iceberg, event and dynamic tables answer to TABLE,
// materialized views to VIEW (P4).
func (k *kind) includes(other *kind) bool {
	switch k {
	case other:
		return true
	case kindTable:
		return slices.Contains(tableKinds, other) && other != kindExternalTable
	case kindView:
		return other == kindMaterializedView
	case kindFunction:
		return other == kindExternalFunction || other == kindMetricFunction
	}
	return false
}

// bulk reports whether ALL of kind k takes in an object of kind other. Bulk
// grants are narrower than single ones: dynamic, Iceberg and event tables have
// words of their own, and only ownership of materialized views moves with ALL
// VIEWS (P4).
func (k *kind) bulk(other *kind, ownership bool) bool {
	switch {
	case k == other, k == kindTable && other == kindHybridTable, k == kindFunction && other == kindExternalFunction:
		return true
	}
	return ownership && k == kindView && other == kindMaterializedView
}

// has reports whether the privilege exists on the kind.
func (k *kind) has(privilege string) bool { return slices.Contains(k.privileges, privilege) }

// inSchema reports whether objects of the kind lie in a schema.
func (k *kind) inSchema() bool { return slices.Contains(schemaKinds, k) }
