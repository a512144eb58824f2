package v1alpha1

// Annotations, labels and the finalizer that the operator knows.
const (
	// Finalizer keeps a SnowflakeClone until its database is dropped, retained or abandoned.
	Finalizer = "snowclone.dev/clone"
	// AuditFinalizer keeps a SnowflakeClone with an audit log until its last row is written, for two minutes at most.
	AuditFinalizer = "snowclone.dev/audit"
	// ExtendUntilAnnotation lengthens a clone's life to the RFC 3339 time it holds, up to the connection's policy.maxTTL.
	// Where nobody can read it, the time that was promised before stands.
	ExtendUntilAnnotation = "snowclone.dev/extend-until"
	// RefreshRequestedAnnotation asks for a new run when its value changes. Not supported by this version: the message of
	// Ready says that it is passed over.
	RefreshRequestedAnnotation = "snowclone.dev/refresh-requested"
	// RetryAnnotation makes a stalled clone try its failed step again when its value changes.
	RetryAnnotation = "snowclone.dev/retry-requested"
	// RequestedByAnnotation says who asked for the clone, for the audit log. It gives no rights.
	RequestedByAnnotation = "snowclone.dev/requested-by"
	// CloneLabel is set to the clone's name on the objects that the operator makes for it, such as the report.
	CloneLabel = "snowclone.dev/clone"
)

// DefaultConnectionName is the SnowflakeConnection in the operator's namespace that serves clones which name none.
const DefaultConnectionName = "default"

// StepName names a stage of the pipeline. The order of AllSteps is the order of work.
type StepName string

// The stages of the pipeline.
const (
	StepPreflight          StepName = "Preflight"
	StepDeleteRBACMappings StepName = "DeleteRBACMappings"
	StepCloneDatabase      StepName = "CloneDatabase"
	StepTakeOwnership      StepName = "TakeOwnership"
	StepRevokeGrants       StepName = "RevokeGrants"
	StepSuspendTasks       StepName = "SuspendTasks"
	StepRepoint            StepName = "Repoint"
	StepRecreateStreams    StepName = "RecreateStreams"
	StepHandleIceberg      StepName = "HandleIceberg"
	StepApplyMasking       StepName = "ApplyMasking"
	StepCreateRoles        StepName = "CreateRoles"
	StepTransferOwnership  StepName = "TransferOwnership"
	StepValidate           StepName = "Validate"
	StepApplyRBACMappings  StepName = "ApplyRBACMappings"
)

// AllSteps lists the stages in the order in which they run.
func AllSteps() []StepName {
	return []StepName{
		StepPreflight, StepDeleteRBACMappings, StepCloneDatabase, StepTakeOwnership, StepRevokeGrants,
		StepSuspendTasks, StepRepoint, StepRecreateStreams, StepHandleIceberg, StepApplyMasking,
		StepCreateRoles, StepTransferOwnership, StepValidate, StepApplyRBACMappings,
	}
}
