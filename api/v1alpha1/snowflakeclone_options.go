package v1alpha1

// RepointSpec says how names of the source database in definitions are treated.
type RepointSpec struct {
	// Databases maps further databases that definitions name, such as a raw database that has a clone of its own.
	// +optional
	// +listType=map
	// +listMapKey=from
	// +kubebuilder:validation:MaxItems=32
	Databases []DatabaseMapping `json:"databases,omitempty"`

	// CodeStrings says what is done with references inside string literals of code: Rewrite changes those that are SQL
	// beyond reasonable doubt, Report lists them and leaves them.
	// +optional
	// +default="Rewrite"
	CodeStrings CodeStringMode `json:"codeStrings,omitempty"`

	// Literals lists string literals that are rewritten although nothing but the literal itself tells that a database is
	// meant, such as 'PRODUCTION_DB' in the text of a procedure. Without it they are reported and left.
	// +optional
	// +listType=map
	// +listMapKey=text
	// +kubebuilder:validation:MaxItems=64
	Literals []LiteralRule `json:"literals,omitempty"`

	// Reviewed lists patterns of schema.object whose reported references somebody has looked at and accepts as they are.
	// They no longer count as needing a review. Tasks, alerts and pipes with grave findings are resumed only if they are
	// listed here. An object that Snowflake refuses to repoint, such as a view that is broken in the source too, is left as
	// it is when it is listed here.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Reviewed []ObjectPattern `json:"reviewed,omitempty"`
}

// LiteralRule allows a string literal to be rewritten.
type LiteralRule struct {
	// Text of the literal without its quotes, compared exactly, such as PRODUCTION_DB or PRODUCTION_DB.SALES.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=767
	Text string `json:"text"`

	// Objects lists patterns of schema.object in which it is rewritten. Default: all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Objects []ObjectPattern `json:"objects,omitempty"`
}

// ObjectPattern selects objects by schema.object, each part a pattern, such as SALES.LOAD_* or *.*.
// +kubebuilder:validation:MinLength=3
// +kubebuilder:validation:MaxLength=511
// +kubebuilder:validation:XValidation:rule="self.matches('^[^.]+[.][^.]+$')",message="must be a pattern of schema.object, such as SALES.LOAD_*"
type ObjectPattern string

// DatabaseMapping maps one database name to another.
type DatabaseMapping struct {
	// From is the database that definitions name.
	// +required
	From Identifier `json:"from"`

	// To is the database that they shall name.
	// +required
	To Identifier `json:"to"`
}

// CodeStringMode says what is done with references inside string literals of code.
// +kubebuilder:validation:Enum=Rewrite;Report
type CodeStringMode string

// The ways to treat references inside string literals of code.
const (
	// CodeStringsRewrite changes references that are SQL beyond reasonable doubt, and lists them.
	CodeStringsRewrite CodeStringMode = "Rewrite"
	// CodeStringsReport lists them and leaves them.
	CodeStringsReport CodeStringMode = "Report"
)

// AccessSpec says who gets into the clone.
type AccessSpec struct {
	// Owner is the account role that owns the clone's objects in the end. The database itself stays with the operator's
	// role, which could otherwise neither prove nor drop what it made. Default: the operator's role.
	// +optional
	Owner Identifier `json:"owner,omitempty"`

	// Roles says which access roles are made for each schema.
	// +optional
	Roles AccessRoles `json:"roles,omitzero"`

	// Mappings grant access roles to functional roles. Whoever is not named in them is taken off the access roles when the
	// spec changes.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=128
	Mappings []AccessMapping `json:"mappings,omitempty"`

	// MappingTable is the fully qualified name of a table or view in Snowflake with further mappings, for accounts that keep
	// them there: columns SCHEMA_ROLE (an access role's name, with {{CLONE_DB}}, {{SCHEMA}} and {{LEVEL}} for what differs),
	// ENVIRONMENT (empty, NULL or * for all), FUNCTIONAL_ROLE, OPERATION (GRANT or REVOKE, which wins over every mapping
	// that grants) and EXECUTE_INDICATOR (Y or N). It is read in each run, up to 10,000 rows.
	// +optional
	MappingTable QualifiedName `json:"mappingTable,omitempty"`

	// KeepSourceGrants lists patterns of roles whose privileges on the source's objects stay on the clone's. Ownership never
	// stays, nor what users, shares and database roles hold, nor what PUBLIC holds unless it is named itself.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	KeepSourceGrants []Pattern `json:"keepSourceGrants,omitempty"`
}

// AccessRoles says which access roles are made for each schema.
type AccessRoles struct {
	// Kind of role: Database roles live and die with the clone; Account roles can be granted outside of it.
	// +optional
	// +default="Database"
	Kind RoleKind `json:"kind,omitempty"`

	// Levels of access, a role for each schema and level. Default: READ, READ_WRITE and ADMIN.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	Levels []AccessLevel `json:"levels,omitempty"`

	// NamePattern of the roles, with {{DATABASE}}, {{SCHEMA}} and {{LEVEL}}. Default: {{DATABASE}}_{{SCHEMA}}_{{LEVEL}} for
	// account roles and {{SCHEMA}}_{{LEVEL}} for database roles.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.contains('{{SCHEMA}}') && self.contains('{{LEVEL}}')",message="namePattern must contain {{SCHEMA}} and {{LEVEL}}, so that each role has a name of its own"
	NamePattern string `json:"namePattern,omitempty"`
}

// RoleKind is the kind of the access roles.
// +kubebuilder:validation:Enum=Database;Account
type RoleKind string

// The kinds of access roles.
const (
	// RoleKindDatabase makes database roles.
	RoleKindDatabase RoleKind = "Database"
	// RoleKindAccount makes account roles.
	RoleKindAccount RoleKind = "Account"
)

// AccessLevel is a level of access to a schema; each includes the one before it.
// +kubebuilder:validation:Enum=READ;READ_WRITE;ADMIN
type AccessLevel string

// The levels of access.
const (
	// LevelRead reads data and definitions.
	LevelRead AccessLevel = "READ"
	// LevelReadWrite also changes data, runs procedures and watches tasks, pipes and dynamic tables.
	LevelReadWrite AccessLevel = "READ_WRITE"
	// LevelAdmin also creates objects and has every privilege on them but ownership.
	LevelAdmin AccessLevel = "ADMIN"
)

// AccessMapping grants the access roles of some schemas to functional roles.
type AccessMapping struct {
	// Schema is a pattern of schemas. Default: all.
	// +optional
	// +default="*"
	Schema Pattern `json:"schema,omitempty"`

	// Environment limits the mapping to clones of this environment. Default: all.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Environment string `json:"environment,omitempty"`

	// Level of access.
	// +required
	Level AccessLevel `json:"level"`

	// GrantTo lists the account roles that get in.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	GrantTo []Identifier `json:"grantTo"`
}

// ActivityState says whether objects that act by themselves do so in the clone.
// +kubebuilder:validation:Enum=Suspend;Resume
type ActivityState string

// The states of objects that act by themselves.
const (
	// ActivitySuspend leaves them suspended.
	ActivitySuspend ActivityState = "Suspend"
	// ActivityResume resumes them once the clone is valid.
	ActivityResume ActivityState = "Resume"
)

// Activity says whether objects of a kind act by themselves in the clone.
type Activity struct {
	// State in the clone.
	// +optional
	// +default="Suspend"
	State ActivityState `json:"state,omitempty"`
}

// TaskActivity says whether tasks run in the clone, and where.
type TaskActivity struct {
	// State in the clone.
	// +optional
	// +default="Suspend"
	State ActivityState `json:"state,omitempty"`

	// Warehouse replaces the one that production's tasks, alerts and dynamic tables name. What is serverless stays so.
	// +optional
	Warehouse Identifier `json:"warehouse,omitempty"`
}

// ExternalTablesSpec says what becomes of external tables, which Snowflake does not clone.
type ExternalTablesSpec struct {
	// Mode: Leave leaves them out and reports them as missing with the reason; Recreate makes them anew in the clone, over
	// the clone's own stage and without refreshing by themselves.
	// +optional
	// +default="Leave"
	Mode ExternalTableMode `json:"mode,omitempty"`
}

// ExternalTableMode says what becomes of external tables.
// +kubebuilder:validation:Enum=Leave;Recreate
type ExternalTableMode string

// The ways to treat external tables.
const (
	// ExternalTablesLeave leaves them out.
	ExternalTablesLeave ExternalTableMode = "Leave"
	// ExternalTablesRecreate makes them anew.
	ExternalTablesRecreate ExternalTableMode = "Recreate"
)

// IcebergSpec says how Iceberg tables in the clone are treated.
type IcebergSpec struct {
	// ExternalVolumeGrants gives the owner role of the clone's Iceberg tables USAGE on their external volumes, without
	// which they cannot be read or written.
	// +optional
	// +default=true
	ExternalVolumeGrants *bool `json:"externalVolumeGrants,omitempty"`
}

// MaskingRule applies a masking policy to columns of the clone, by their names or by a tag that they carry.
// +kubebuilder:validation:ExactlyOneOf=tag;columns
type MaskingRule struct {
	// Policy is the fully qualified name of a masking policy.
	// +required
	Policy QualifiedName `json:"policy"`

	// Tag is the fully qualified name of a tag: every column of the clone that carries it gets the policy.
	// +optional
	Tag QualifiedName `json:"tag,omitempty"`

	// Columns lists patterns of schema.table.column, such as *.CUSTOMERS.EMAIL.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Columns []ColumnPattern `json:"columns,omitempty"`

	// Exempt lists patterns of roles for which the policy is known to make an exception. Any other role that gets in, by
	// access.mappings, its table, access.keepSourceGrants or access.owner, and would see the columns otherwise than everybody
	// does keeps the clone closed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Exempt []Pattern `json:"exempt,omitempty"`
}

// ColumnPattern selects columns by schema.table.column, each part a pattern. A bare part matches a name in whatever case, since
// it is for what is to be protected; a quoted one matches exactly.
// +kubebuilder:validation:MinLength=5
// +kubebuilder:validation:MaxLength=767
// +kubebuilder:validation:XValidation:rule="self.matches('^[^.]+[.][^.]+[.][^.]+$')",message="must be a pattern of schema.table.column, such as *.CUSTOMERS.EMAIL"
type ColumnPattern string

// RowAccessRule applies a row access policy to tables of the clone.
type RowAccessRule struct {
	// Policy is the fully qualified name of a row access policy.
	// +required
	Policy QualifiedName `json:"policy"`

	// Tables lists patterns of schema.table, such as *.ORDERS. Tables without all of Columns are passed over, but a rule
	// that finds no table is an error.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Tables []ObjectPattern `json:"tables"`

	// Columns that the policy looks at, in the order of its arguments.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Columns []Identifier `json:"columns"`
}

// ValidationSpec says what keeps a clone from becoming Ready.
type ValidationSpec struct {
	// OnLeak says what a path from the clone to its source does: Fail keeps the clone from Ready, Warn only reports it.
	// +optional
	// +default="Fail"
	OnLeak ValidationAction `json:"onLeak,omitempty"`

	// OnMissing says what an object does that is missing in the clone without a known reason.
	// +optional
	// +default="Fail"
	OnMissing ValidationAction `json:"onMissing,omitempty"`

	// OnReview says what a grave finding of the repointing does that nobody has reviewed: a reference left in something
	// that writes, or a filter on the name of a catalogue.
	// +optional
	// +default="Warn"
	OnReview ValidationAction `json:"onReview,omitempty"`
}

// ValidationAction says what a finding of the validation does.
// +kubebuilder:validation:Enum=Fail;Warn
type ValidationAction string

// The actions on a finding.
const (
	// ValidationFail keeps the clone from becoming Ready.
	ValidationFail ValidationAction = "Fail"
	// ValidationWarn reports the finding and goes on.
	ValidationWarn ValidationAction = "Warn"
)

// AuditSpec names where a log is kept in Snowflake: the tables CLONE_AUDIT_LOG and CLONE_STEP_LOG, and views over them.
// The operator makes what is missing and replaces nothing.
type AuditSpec struct {
	// Database of the audit tables. It must exist, and be no clone, no source, nor protected by the connection's policy.
	// +required
	Database Identifier `json:"database"`

	// Schema of the audit tables. It must exist.
	// +required
	Schema Identifier `json:"schema"`
}
