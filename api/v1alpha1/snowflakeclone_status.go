package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SnowflakeCloneStatus is what the operator has seen and done.
type SnowflakeCloneStatus struct {
	// ObservedGeneration is the generation of the spec that this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Phase sums the status up in a word, for people. Programs read the conditions.
	// +optional
	Phase Phase `json:"phase,omitempty"`

	// Progress names the stage at work, its number, and how far it is, such as "Repoint 7/14 (120/280)".
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Progress string `json:"progress,omitempty"`

	// Steps are the stages of the pipeline in the current run.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Steps []StepStatus `json:"steps,omitempty"`

	// Run is the current or last pass of the pipeline.
	// +optional
	Run *RunStatus `json:"run,omitempty"`

	// History lists the last runs before the current one, newest first. The first run that was completed is kept at its end:
	// what was made in the clone after it is its users' own.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	History []RunRecord `json:"history,omitempty"`

	// Intent is a change in Snowflake that must happen at most once, recorded before it is made.
	// +optional
	Intent *Intent `json:"intent,omitempty"`

	// Database is the clone's database as Snowflake reported it when it was made. It is written once in a run.
	// +optional
	Database *DatabaseStatus `json:"database,omitempty"`

	// Connection is the account and role that the clone is bound to since its first step.
	// +optional
	Connection *BoundConnection `json:"connection,omitempty"`

	// ExpiresAt is the moment at which the database is dropped.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// Dropped says when the database was dropped and until when it can be brought back.
	// +optional
	Dropped *DroppedStatus `json:"dropped,omitempty"`

	// Summary counts what was done and found. The report ConfigMap has the details.
	// +optional
	Summary *Summary `json:"summary,omitempty"`

	// LastHandledRetry is the last value of the retry annotation that was acted on.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	LastHandledRetry string `json:"lastHandledRetry,omitempty"`

	// Conditions: Ready, Reconciling, Stalled, Isolated, Complete, Audited, Expired.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Phase is a summary of the status for people.
// +kubebuilder:validation:Enum=Pending;Running;Ready;Suspended;Stalled;Expired;Deleting
type Phase string

// The phases.
const (
	PhasePending   Phase = "Pending"
	PhaseRunning   Phase = "Running"
	PhaseReady     Phase = "Ready"
	PhaseSuspended Phase = "Suspended"
	PhaseStalled   Phase = "Stalled"
	PhaseExpired   Phase = "Expired"
	PhaseDeleting  Phase = "Deleting"
)

// StepState is how far a stage of the pipeline is.
// +kubebuilder:validation:Enum=Pending;Running;Succeeded;Skipped;Failed
type StepState string

// The states of a stage.
const (
	StepPending   StepState = "Pending"
	StepRunning   StepState = "Running"
	StepSucceeded StepState = "Succeeded"
	StepSkipped   StepState = "Skipped"
	StepFailed    StepState = "Failed"
)

// StepStatus is one stage of the pipeline.
type StepStatus struct {
	// Name of the stage.
	// +required
	Name StepName `json:"name"`

	// State of the stage.
	// +required
	State StepState `json:"state"`

	// Attempts counts how often the stage was begun or failed and begun again.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Attempts int32 `json:"attempts,omitempty"`

	// StartTime is when the stage was first begun.
	// +optional
	StartTime *metav1.MicroTime `json:"startTime,omitempty"`

	// CompletionTime is when the stage was done.
	// +optional
	CompletionTime *metav1.MicroTime `json:"completionTime,omitempty"`

	// QueryID of the statement that the stage waits for.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	QueryID string `json:"queryID,omitempty"`

	// Done counts what the stage has dealt with so far.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Done int32 `json:"done,omitempty"`

	// Total counts what the stage has to deal with.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Total int32 `json:"total,omitempty"`

	// Reason of the last failure or of the skip.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Reason string `json:"reason,omitempty"`

	// Message says what was done, what is waited for or what went wrong.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`
}

// RunStatus is the current or last pass of the pipeline.
type RunStatus struct {
	// Number of the run, from 1.
	// +required
	// +kubebuilder:validation:Minimum=1
	Number int64 `json:"number"`

	// Generation of the spec that the run works for.
	// +optional
	Generation int64 `json:"generation,omitempty"`

	// SpecDigest is a hash of the part of the spec that the stages work for: all but lifetime, suspension and speed. When
	// somebody changes that part, a new run begins.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	SpecDigest string `json:"specDigest,omitempty"`

	// StartedAt is when the run began.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`

	// CompletedAt is when the run's last stage was done.
	// +optional
	CompletedAt *metav1.Time `json:"completedAt,omitempty"`

	// SourceTime is the moment in the source's history that the run clones, fixed once.
	// +optional
	SourceTime *metav1.Time `json:"sourceTime,omitempty"`

	// Conflicts counts the attempts at cloning that failed because the source changed meanwhile.
	// +optional
	Conflicts *SourceConflicts `json:"conflicts,omitempty"`
}

// SourceConflicts counts attempts at cloning that failed because the source changed meanwhile.
type SourceConflicts struct {
	// Count of the attempts that failed, without another outcome in between.
	// +required
	// +kubebuilder:validation:Minimum=1
	Count int32 `json:"count"`

	// Since is when the first of them failed.
	// +required
	Since metav1.Time `json:"since"`
}

// RunRecord is a run of the past.
type RunRecord struct {
	// Number of the run.
	// +required
	// +kubebuilder:validation:Minimum=1
	Number int64 `json:"number"`

	// StartedAt is when the run began.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`

	// CompletedAt is when the run ended.
	// +optional
	CompletedAt *metav1.Time `json:"completedAt,omitempty"`

	// Result is Succeeded or the reason of the failure.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Result string `json:"result,omitempty"`
}

// IntentAction is a change that must happen at most once.
// +kubebuilder:validation:Enum=CreateDatabase;DropDatabase
type IntentAction string

// The changes that are recorded before they are made.
const (
	// IntentCreateDatabase precedes CREATE DATABASE … CLONE.
	IntentCreateDatabase IntentAction = "CreateDatabase"
	// IntentDropDatabase precedes the renaming and dropping of the clone's database.
	IntentDropDatabase IntentAction = "DropDatabase"
)

// Intent is a change in Snowflake that must happen at most once.
type Intent struct {
	// Action that is about to be taken.
	// +required
	Action IntentAction `json:"action"`

	// Database it is taken on, as the catalogue stores the name.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	Database string `json:"database"`

	// At is when the intent was recorded.
	// +required
	At metav1.Time `json:"at"`
}

// DatabaseStatus identifies the clone's database.
type DatabaseStatus struct {
	// Name as the catalogue stores it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	Name string `json:"name"`

	// CreatedOn is the creation time that Snowflake reported, which no other database of this name shares.
	// +required
	CreatedOn metav1.MicroTime `json:"createdOn"`

	// Owner is the role that owned the database when it was made.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	Owner string `json:"owner,omitempty"`
}

// BoundConnection is the account and role that a clone is bound to.
type BoundConnection struct {
	// Name of the SnowflakeConnection as namespace/name.
	// +required
	// +kubebuilder:validation:MaxLength=320
	Name string `json:"name"`

	// Account as Snowflake reported it.
	// +required
	// +kubebuilder:validation:MaxLength=255
	Account string `json:"account"`

	// Role as Snowflake reported it.
	// +required
	// +kubebuilder:validation:MaxLength=255
	Role string `json:"role"`
}

// DroppedStatus says when the database was dropped.
type DroppedStatus struct {
	// At is when the database was dropped.
	// +required
	At metav1.Time `json:"at"`

	// UndropBefore is until when UNDROP DATABASE can bring it back, as its retention allows.
	// +optional
	UndropBefore *metav1.Time `json:"undropBefore,omitempty"`

	// As is the name under which the database was dropped, and under which UNDROP DATABASE finds it.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	As string `json:"as,omitempty"`
}

// Summary counts what a run did and found.
type Summary struct {
	// Schemas in the clone.
	// +optional
	Schemas int32 `json:"schemas,omitempty"`

	// Objects in the clone, schemas not counted.
	// +optional
	Objects int32 `json:"objects,omitempty"`

	// Repointed counts definitions that named the source and name the clone now.
	// +optional
	Repointed Repointed `json:"repointed,omitzero"`

	// Streams that were recreated.
	// +optional
	Streams int32 `json:"streams,omitempty"`

	// GrantsRevoked counts the privileges of the source's roles that were taken from the clone.
	// +optional
	GrantsRevoked int32 `json:"grantsRevoked,omitempty"`

	// RolesCreated counts the access roles.
	// +optional
	RolesCreated int32 `json:"rolesCreated,omitempty"`

	// NeedsReview counts objects with references that the operator reported and left.
	// +optional
	NeedsReview int32 `json:"needsReview,omitempty"`

	// HighFindings counts those of them that can write, or that filter on the name of a catalogue.
	// +optional
	HighFindings int32 `json:"highFindings,omitempty"`

	// ExternalTables counts the external tables that were made anew.
	// +optional
	ExternalTables int32 `json:"externalTables,omitempty"`

	// Masked counts the columns that masking policies were applied to.
	// +optional
	Masked int32 `json:"masked,omitempty"`

	// Missing counts objects of the source that are not in the clone without a known reason.
	// +optional
	Missing int32 `json:"missing,omitempty"`

	// Leaks counts paths that lead from the clone to its source.
	// +optional
	Leaks int32 `json:"leaks,omitempty"`
}

// Repointed counts repointed definitions by kind.
type Repointed struct {
	// Views, materialized ones included.
	// +optional
	Views int32 `json:"views,omitempty"`
	// DynamicTables repointed.
	// +optional
	DynamicTables int32 `json:"dynamicTables,omitempty"`
	// Procedures repointed.
	// +optional
	Procedures int32 `json:"procedures,omitempty"`
	// Functions repointed.
	// +optional
	Functions int32 `json:"functions,omitempty"`
	// Tasks repointed.
	// +optional
	Tasks int32 `json:"tasks,omitempty"`
	// Pipes repointed.
	// +optional
	Pipes int32 `json:"pipes,omitempty"`
	// Alerts repointed.
	// +optional
	Alerts int32 `json:"alerts,omitempty"`
	// Policies repointed.
	// +optional
	Policies int32 `json:"policies,omitempty"`
	// Defaults of columns repointed.
	// +optional
	Defaults int32 `json:"defaults,omitempty"`
}

// SnowflakeClone is a clone of a Snowflake database that is made fit for use and removed when its time is over.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=sfclone,categories=snowflake
// +kubebuilder:printcolumn:name="Source",type=string,JSONPath=`.spec.source.database`
// +kubebuilder:printcolumn:name="Database",type=string,JSONPath=`.status.database.name`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Step",type=string,JSONPath=`.status.progress`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.status.expiresAt`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:printcolumn:name="Connection",type=string,priority=1,JSONPath=`.status.connection.name`
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.database) || (has(self.status) && has(self.status.database) && (self.status.database == oldSelf.status.database || (has(self.status.run) && has(oldSelf.status.run) && self.status.run.number > oldSelf.status.run.number)))",message="status.database is written once in a run"
type SnowflakeClone struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what the clone should be.
	// +required
	Spec SnowflakeCloneSpec `json:"spec"`

	// Status is what the operator has seen and done.
	// +optional
	Status SnowflakeCloneStatus `json:"status,omitzero"`
}

// SnowflakeCloneList is a list of clones.
// +kubebuilder:object:root=true
type SnowflakeCloneList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SnowflakeClone `json:"items"`
}
