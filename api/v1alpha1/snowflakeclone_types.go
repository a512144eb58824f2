package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Identifier names a Snowflake object: either an unquoted identifier (letters, digits, _ and $; folded to upper case) or
// one in double quotes, taken exactly, with a double quote written twice.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=255
// +kubebuilder:validation:XValidation:rule="self.matches('^([A-Za-z_][A-Za-z0-9_$]*|\"([^\"]|\"\")+\")$')",message="must be a Snowflake identifier: letters, digits, _ and $, not starting with a digit, or any text in double quotes"
type Identifier string

// QualifiedName names an object in a schema as database.schema.object, each part an identifier.
// +kubebuilder:validation:MinLength=5
// +kubebuilder:validation:MaxLength=767
// +kubebuilder:validation:XValidation:rule="self.matches('^([A-Za-z_][A-Za-z0-9_$]*|\"([^\"]|\"\")+\")([.]([A-Za-z_][A-Za-z0-9_$]*|\"([^\"]|\"\")+\")){2}$')",message="must be a fully qualified name: database.schema.object"
type QualifiedName string

// Pattern selects names: * stands for any run of characters, all else is compared after folding to upper case.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=255
type Pattern string

// SnowflakeCloneSpec is what a clone should be.
// +kubebuilder:validation:XValidation:rule="!has(self.ttl) || !has(self.expiresAt)",message="set ttl or expiresAt, not both"
// +kubebuilder:validation:XValidation:rule="!has(self.target) || !has(self.target.database) || (self.source.database.startsWith('\"') ? self.source.database.substring(1, self.source.database.size() - 1).replace('\"\"', '\"') : self.source.database.upperAscii()) != (self.target.database.startsWith('\"') ? self.target.database.substring(1, self.target.database.size() - 1).replace('\"\"', '\"') : self.target.database.upperAscii())",message="target.database must differ from source.database"
// +kubebuilder:validation:XValidation:rule="(has(self.target) && has(self.target.database)) == (has(oldSelf.target) && has(oldSelf.target.database)) && (!has(self.target) || !has(self.target.database) || self.target.database == oldSelf.target.database)",message="target.database is immutable: create another SnowflakeClone"
// +kubebuilder:validation:XValidation:rule="(has(self.target) && has(self.target.transient) ? [self.target.transient] : []) == (has(oldSelf.target) && has(oldSelf.target.transient) ? [oldSelf.target.transient] : [])",message="target.transient is immutable: create another SnowflakeClone"
// +kubebuilder:validation:XValidation:rule="(has(self.target) && has(self.target.dataRetentionDays) ? [self.target.dataRetentionDays] : []) == (has(oldSelf.target) && has(oldSelf.target.dataRetentionDays) ? [oldSelf.target.dataRetentionDays] : [])",message="target.dataRetentionDays is immutable: create another SnowflakeClone"
// +kubebuilder:validation:XValidation:rule="(has(self.target) && has(self.target.comment) ? [self.target.comment] : []) == (has(oldSelf.target) && has(oldSelf.target.comment) ? [oldSelf.target.comment] : [])",message="target.comment is immutable: create another SnowflakeClone"
type SnowflakeCloneSpec struct {
	// ConnectionRef names the SnowflakeConnection to use. Default: the connection called default in the operator's namespace.
	// +optional
	ConnectionRef *ConnectionReference `json:"connectionRef,omitempty"`

	// Source says what is cloned. It cannot change.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="source is immutable: create another SnowflakeClone"
	Source CloneSource `json:"source"`

	// Target says what the clone is called and how it is made.
	// +optional
	Target CloneTarget `json:"target,omitzero"`

	// Environment is the kind of environment that the clone serves, such as DEV or QA. It selects access mappings and is
	// recorded with the clone.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_-]+$')",message="environment must be letters, digits, _ and -"
	Environment string `json:"environment,omitempty"`

	// TTL is how long the clone lives from the moment its database exists, such as 168h. Its database is then dropped.
	// Without ttl and expiresAt a clone lives until it is deleted.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+([.][0-9]+)?(s|m|h))+$') && duration(self) >= duration('10s') && duration(self) <= duration('26280h')",message="ttl must be a duration from 10s to 26280h written with h, m and s, such as 168h or 1h30m"
	TTL *metav1.Duration `json:"ttl,omitempty"`

	// ExpiresAt is the moment at which the clone's database is dropped. Not together with ttl.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// ExpirationPolicy says what happens to this object once the clone has expired: DropDatabase drops the database and
	// leaves the object, so that GitOps does not clone again; DeleteResource deletes the object too.
	// +optional
	// +default="DropDatabase"
	ExpirationPolicy ExpirationPolicy `json:"expirationPolicy,omitempty"`

	// DeletionPolicy says what happens to the database when this object is deleted: Delete drops it, Retain leaves it.
	// +optional
	// +default="Delete"
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// DeletionProtection keeps the database from being dropped, whoever asks for it, for as long as it is true.
	// +optional
	DeletionProtection bool `json:"deletionProtection,omitempty"`

	// Suspend stops all changes in Snowflake for this clone, expiry and deletion included, for as long as it is true.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// Refresh makes the clone anew from its source on a schedule, under the same name. Not supported by this version: a
	// clone that sets it stalls before anything is done.
	// +optional
	Refresh *RefreshSpec `json:"refresh,omitempty"`

	// Parallelism is how many statements may be in flight for this clone at once.
	// +optional
	// +default=8
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=64
	Parallelism int32 `json:"parallelism,omitempty"`

	// Repoint says how names of the source database in definitions are treated.
	// +optional
	Repoint RepointSpec `json:"repoint,omitzero"`

	// Access says who gets into the clone.
	// +optional
	Access AccessSpec `json:"access,omitzero"`

	// Tasks says whether tasks stay suspended or are resumed once the clone is valid.
	// +optional
	Tasks TaskActivity `json:"tasks,omitzero"`

	// Alerts says whether alerts stay suspended or are resumed once the clone is valid.
	// +optional
	Alerts Activity `json:"alerts,omitzero"`

	// Pipes says whether pipes stay paused or are resumed once the clone is valid. A pipe whose COPY statement leads
	// outside the clone is never resumed.
	// +optional
	Pipes Activity `json:"pipes,omitzero"`

	// DynamicTables says whether dynamic tables stay suspended or are resumed once the clone is valid.
	// +optional
	DynamicTables Activity `json:"dynamicTables,omitzero"`

	// Clustering says whether automatic clustering stays suspended or is resumed once the clone is valid.
	// +optional
	Clustering Activity `json:"clustering,omitzero"`

	// ExternalTables says what becomes of external tables.
	// +optional
	ExternalTables ExternalTablesSpec `json:"externalTables,omitzero"`

	// Iceberg says how Iceberg tables in the clone are treated.
	// +optional
	Iceberg IcebergSpec `json:"iceberg,omitzero"`

	// Masking lists masking policies that are applied before anyone has access.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Masking []MaskingRule `json:"masking,omitempty"`

	// RowAccess lists row access policies that are applied before anyone has access.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	RowAccess []RowAccessRule `json:"rowAccess,omitempty"`

	// Validation says what keeps a clone from becoming Ready.
	// +optional
	Validation ValidationSpec `json:"validation,omitzero"`

	// Audit names where a log of the clone and of its steps is kept in Snowflake. A log that cannot be written holds up
	// nothing: the condition Audited says why, and it catches up later.
	// +optional
	Audit *AuditSpec `json:"audit,omitempty"`

	// Warehouse runs the statements that need one. Default: the connection's warehouse.
	// +optional
	Warehouse Identifier `json:"warehouse,omitempty"`
}

// ConnectionReference names a SnowflakeConnection.
type ConnectionReference struct {
	// Name of the SnowflakeConnection.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// Namespace of the SnowflakeConnection, which must admit this clone's namespace. Default: the clone's namespace.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`
}

// CloneSource says what is cloned, and as of when.
// +kubebuilder:validation:XValidation:rule="!has(self.at) || !has(self.before)",message="set source.at or source.before, not both"
type CloneSource struct {
	// Database to clone.
	// +required
	Database Identifier `json:"database"`

	// At clones the database as of a moment, the change made by that moment or statement included (Time Travel).
	// +optional
	At *TimeTravelPoint `json:"at,omitempty"`

	// Before clones the database as of just before a moment or statement (Time Travel).
	// +optional
	Before *TimeTravelPoint `json:"before,omitempty"`

	// Schemas selects a part of the database. What is not selected is dropped from the clone before anything else is done.
	// +optional
	Schemas *SchemaSelection `json:"schemas,omitempty"`

	// IgnoreTablesWithInsufficientDataRetention leaves tables out of a historical clone whose retention does not reach back.
	// +optional
	IgnoreTablesWithInsufficientDataRetention bool `json:"ignoreTablesWithInsufficientDataRetention,omitempty"`

	// IgnoreHybridTables leaves hybrid tables out instead of copying them, which costs time and compute.
	// +optional
	IgnoreHybridTables bool `json:"ignoreHybridTables,omitempty"`

	// IncludeInternalStages clones internal named stages. Files are copied only where the stage has a directory table.
	// +optional
	IncludeInternalStages bool `json:"includeInternalStages,omitempty"`
}

// TimeTravelPoint is a moment in the source's history.
// +kubebuilder:validation:ExactlyOneOf=timestamp;offset;statement
type TimeTravelPoint struct {
	// Timestamp with a time zone, such as 2026-03-01T06:00:00Z.
	// +optional
	Timestamp *metav1.Time `json:"timestamp,omitempty"`

	// Offset is how far back from now, such as 2h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+(s|m|h))+$') && duration(self) >= duration('1s')",message="offset must be a duration of at least 1s written with h, m and s, such as 2h"
	Offset *metav1.Duration `json:"offset,omitempty"`

	// Statement is the ID of a query of the last 14 days.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9A-Za-z-]+$')",message="statement must be a query ID"
	Statement string `json:"statement,omitempty"`
}

// SchemaSelection selects schemas by pattern. A schema is in when an include pattern matches it (or there is none) and no
// exclude pattern does.
type SchemaSelection struct {
	// Include lists patterns of schemas to keep. Empty: all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Include []Pattern `json:"include,omitempty"`

	// Exclude lists patterns of schemas to leave out.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Exclude []Pattern `json:"exclude,omitempty"`
}

// CloneTarget says what the clone is called and how it is made.
type CloneTarget struct {
	// Database is the clone's name. It must not exist, and cannot change. Default: made from the connection's
	// policy.targetTemplate.
	// +optional
	Database Identifier `json:"database,omitempty"`

	// Transient makes the clone a transient database, which has no Fail-safe. A transient source always gives one. It cannot
	// change.
	// +optional
	Transient *bool `json:"transient,omitempty"`

	// DataRetentionDays is the Time Travel retention of the clone. Default: the account's. It cannot change.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=90
	DataRetentionDays *int32 `json:"dataRetentionDays,omitempty"`

	// Comment is put in front of the operator's own words in the database's comment. It cannot change.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Comment string `json:"comment,omitempty"`

	// Tags are set on the clone's database, such as a cost centre for charge-back: fully qualified tag name to value.
	// +optional
	// +kubebuilder:validation:MaxProperties=50
	// +kubebuilder:validation:XValidation:rule="self.all(name, size(name) <= 767 && size(self[name]) <= 256)",message="a tag's name has at most 767 characters and its value at most 256"
	Tags map[string]string `json:"tags,omitempty"`
}

// ExpirationPolicy says what happens to the object of an expired clone.
// +kubebuilder:validation:Enum=DropDatabase;DeleteResource
type ExpirationPolicy string

// The expiration policies.
const (
	// ExpirationDropDatabase drops the database and keeps the object as a tombstone.
	ExpirationDropDatabase ExpirationPolicy = "DropDatabase"
	// ExpirationDeleteResource drops the database and deletes the object.
	ExpirationDeleteResource ExpirationPolicy = "DeleteResource"
)

// DeletionPolicy says what happens to the database when the object is deleted.
// +kubebuilder:validation:Enum=Delete;Retain
type DeletionPolicy string

// The deletion policies.
const (
	// DeletionDelete drops the database.
	DeletionDelete DeletionPolicy = "Delete"
	// DeletionRetain leaves the database as it is.
	DeletionRetain DeletionPolicy = "Retain"
)

// RefreshSpec schedules new runs.
type RefreshSpec struct {
	// Schedule in cron syntax with five fields, such as "0 4 * * 1-5".
	// +required
	// +kubebuilder:validation:MinLength=9
	// +kubebuilder:validation:MaxLength=128
	Schedule string `json:"schedule"`

	// TimeZone of the schedule, as named by the IANA time zone database. Default: UTC.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`

	// KeepPrevious is how long the database of the previous run is kept after a refresh, such as 24h. Default: not at all.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+(s|m|h))+$')",message="keepPrevious must be a duration written with h, m and s, such as 24h"
	KeepPrevious *metav1.Duration `json:"keepPrevious,omitempty"`
}
