package v1alpha1

// Condition types of SnowflakeClone and SnowflakeConnection. Ready, Reconciling and Stalled follow the kstatus conventions.
const (
	// ReadyCondition is True when the clone is complete for the current generation, or the connection's probe succeeded.
	ReadyCondition = "Ready"
	// ReconcilingCondition is True while the operator works towards Ready, and absent otherwise.
	ReconcilingCondition = "Reconciling"
	// StalledCondition is True when somebody must act before the operator can go on, and absent otherwise.
	StalledCondition = "Stalled"
	// IsolatedCondition says whether any path leads from the clone back to its source.
	IsolatedCondition = "Isolated"
	// CompleteCondition says whether every object of the source is in the clone or its absence has a known reason.
	CompleteCondition = "Complete"
	// AuditedCondition says whether the audit tables in Snowflake tell of the clone. It is absent without spec.audit, and
	// no reason for a clone not to be Ready.
	AuditedCondition = "Audited"
	// ExpiredCondition is True once the clone's time is over.
	ExpiredCondition = "Expired"
)

// Reasons of conditions and events, each with what the reader is to do about it.
const (
	// ReasonReady: the clone is ready for use, or the connection works.
	ReasonReady = "Ready"
	// ReasonProgressing: the pipeline is at work.
	ReasonProgressing = "Progressing"
	// ReasonProgressingWithRetry: the last attempt failed in a way that may pass, and is tried again with back-off.
	ReasonProgressingWithRetry = "ProgressingWithRetry"
	// ReasonSuspended: spec.suspend is set, so nothing is changed in Snowflake.
	ReasonSuspended = "Suspended"
	// ReasonDeleting: the object is being deleted.
	ReasonDeleting = "Deleting"
	// ReasonExpired: the clone's time is over and its database is dropped.
	ReasonExpired = "Expired"
	// ReasonExpiring: the clone's time is over and its database is about to be dropped.
	ReasonExpiring = "Expiring"
	// ReasonDropped: the clone's database was dropped.
	ReasonDropped = "DatabaseDropped"
	// ReasonRetained: the object is gone and its database was kept as deletionPolicy asks.
	ReasonRetained = "DatabaseRetained"
	// ReasonAbandoned: the database was left alone because the kind itself is being removed from the cluster.
	ReasonAbandoned = "DatabaseAbandoned"
	// ReasonStepSucceeded: a stage of the pipeline is done.
	ReasonStepSucceeded = "StepSucceeded"
	// ReasonStepSkipped: a stage of the pipeline had nothing to do.
	ReasonStepSkipped = "StepSkipped"

	// ReasonConnectionNotFound: the SnowflakeConnection does not exist; create it or correct connectionRef.
	ReasonConnectionNotFound = "ConnectionNotFound"
	// ReasonConnectionNotAllowed: the connection does not admit this namespace; ask its administrator.
	ReasonConnectionNotAllowed = "ConnectionNotAllowed"
	// ReasonConnectionChanged: the connection now leads to another account or role than the one the clone was made in.
	ReasonConnectionChanged = "ConnectionChanged"
	// ReasonCredentialsInvalid: the Secret is missing, lacks a key or cannot be read as what it should be.
	ReasonCredentialsInvalid = "CredentialsInvalid"
	// ReasonLoginRefused: Snowflake refused the credentials, the role or the warehouse.
	ReasonLoginRefused = "LoginRefused"
	// ReasonSnowflakeUnavailable: Snowflake cannot be reached; tried again with back-off.
	ReasonSnowflakeUnavailable = "SnowflakeUnavailable"
	// ReasonPolicyViolation: the connection's policy forbids what the clone asks for.
	ReasonPolicyViolation = "PolicyViolation"
	// ReasonMissingPrivileges: the operator's role lacks rights; the message lists the GRANT statements.
	ReasonMissingPrivileges = "MissingPrivileges"
	// ReasonSourceNotFound: the source database does not exist or is not visible to the operator's role.
	ReasonSourceNotFound = "SourceNotFound"
	// ReasonSourceNotCloneable: the source is of a kind that Snowflake cannot clone.
	ReasonSourceNotCloneable = "SourceNotCloneable"
	// ReasonTargetExists: a database of the target's name exists and is not this object's.
	ReasonTargetExists = "TargetExists"
	// ReasonTargetNotOurs: the database no longer proves to be the one this object made; nothing is done to it.
	ReasonTargetNotOurs = "TargetNotOurs"
	// ReasonTargetGone: the clone's database disappeared without the operator.
	ReasonTargetGone = "TargetGone"
	// ReasonTimeTravelOutOfReach: the moment asked for lies outside the retention of an object.
	ReasonTimeTravelOutOfReach = "TimeTravelOutOfReach"
	// ReasonSourceChanging: concurrent changes in the source made the clone fail; tried again.
	ReasonSourceChanging = "SourceChanging"
	// ReasonStatementFailed: Snowflake refused a statement; the message holds its words.
	ReasonStatementFailed = "StatementFailed"
	// ReasonRepointFailed: definitions could not be repointed; the report lists them.
	ReasonRepointFailed = "RepointFailed"
	// ReasonMaskingFailed: a masking policy could not be applied, so access stays closed.
	ReasonMaskingFailed = "MaskingFailed"
	// ReasonLeaksFound: a path leads from the clone to its source; the report lists it.
	ReasonLeaksFound = "LeaksFound"
	// ReasonObjectsMissing: objects of the source are not in the clone and no reason is known; the report lists them.
	ReasonObjectsMissing = "ObjectsMissing"
	// ReasonReviewNeeded: grave references were left in definitions; look at them in the report and list the objects in
	// repoint.reviewed.
	ReasonReviewNeeded = "ReviewNeeded"
	// ReasonAudited: the audit tables are up to date.
	ReasonAudited = "Audited"
	// ReasonAuditFailed: the audit tables could not be written; the message says why, and the clone goes on.
	ReasonAuditFailed = "AuditFailed"
	// ReasonIsolated: no path leads from the clone to its source.
	ReasonIsolated = "Isolated"
	// ReasonComplete: every object of the source is in the clone or its absence has a known reason.
	ReasonComplete = "Complete"
	// ReasonNotSupported: the spec asks for something that this version cannot do.
	ReasonNotSupported = "NotSupported"
	// ReasonDeletionProtected: spec.deletionProtection keeps the database; remove it to let the drop go on.
	ReasonDeletionProtected = "DeletionProtected"
	// ReasonClockSkew: the operator's clock and Snowflake's disagree.
	ReasonClockSkew = "ClockSkew"
	// ReasonInternalError: the operator itself failed, or the API server refused it something such as a report over a quota;
	// tried again with back-off.
	ReasonInternalError = "InternalError"
)
