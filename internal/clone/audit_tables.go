package clone

import (
	"slices"
	"time"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Micros is a moment in microseconds since 1970; zero is no moment.
type Micros int64

// MicrosOf is a moment as the log keeps it.
func MicrosOf(t time.Time) Micros {
	if t.IsZero() {
		return 0
	}
	return Micros(t.UnixMicro())
}

// AuditRun is a row of CLONE_AUDIT_LOG: one run of one clone. The JSON names are the columns. What is empty leaves in the
// log what stands there.
type AuditRun struct {
	ClusterUID  string `json:"CLUSTER_UID"`
	CloneUID    string `json:"CLONE_UID"`
	RunNumber   int64  `json:"RUN_NUMBER"`
	Namespace   string `json:"NAMESPACE"`
	Name        string `json:"NAME"`
	Source      string `json:"SOURCE_DATABASE"`
	Target      string `json:"TARGET_DATABASE,omitempty"`
	Environment string `json:"ENVIRONMENT,omitempty"`
	// RequestedBy is what the object's annotation says of who asked for the clone.
	RequestedBy string `json:"REQUESTED_BY,omitempty"`
	Generation  int64  `json:"GENERATION,omitempty"`
	StartedAt   Micros `json:"STARTED_AT,omitempty"`
	CompletedAt Micros `json:"COMPLETED_AT,omitempty"`
	// Result is one of the AuditResult constants; Reason is that of the condition Ready, or how the object ended.
	Result  AuditResult `json:"RESULT"`
	Reason  string      `json:"REASON,omitempty"`
	Message string      `json:"MESSAGE,omitempty"`
	// Counts of the run; nil leaves them.
	*AuditCounts
	ExpiresAt    Micros `json:"EXPIRES_AT,omitempty"`
	ExpiredAt    Micros `json:"EXPIRED_AT,omitempty"`
	DroppedAt    Micros `json:"DROPPED_AT,omitempty"`
	UndropBefore Micros `json:"UNDROP_BEFORE,omitempty"`
	DeletedAt    Micros `json:"DELETED_AT,omitempty"`
}

// AuditCounts are the numbers of a run's summary.
type AuditCounts struct {
	Schemas       int32 `json:"SCHEMAS"`
	Objects       int32 `json:"OBJECTS"`
	Repointed     int32 `json:"REPOINTED"`
	Streams       int32 `json:"STREAMS"`
	GrantsRevoked int32 `json:"GRANTS_REVOKED"`
	RolesCreated  int32 `json:"ROLES_CREATED"`
	Masked        int32 `json:"MASKED"`
	NeedsReview   int32 `json:"NEEDS_REVIEW"`
	HighFindings  int32 `json:"HIGH_FINDINGS"`
	Missing       int32 `json:"MISSING"`
	Leaks         int32 `json:"LEAKS"`
}

// AuditResult is what a run has come to.
type AuditResult string

// The results.
const (
	// AuditRunning: the run goes on, or is held up by what may pass.
	AuditRunning AuditResult = "Running"
	// AuditSucceeded: all steps are done.
	AuditSucceeded AuditResult = "Succeeded"
	// AuditFailed: somebody must act before the run can go on.
	AuditFailed AuditResult = "Failed"
	// AuditSuperseded: another run began before this one was done.
	AuditSuperseded AuditResult = "Superseded"
	// AuditCanceled: the clone was taken down before the run was done.
	AuditCanceled AuditResult = "Canceled"
)

// AuditStep is a row of CLONE_STEP_LOG: one step of one run of one clone. The JSON names are the columns.
type AuditStep struct {
	ClusterUID  string `json:"CLUSTER_UID"`
	CloneUID    string `json:"CLONE_UID"`
	RunNumber   int64  `json:"RUN_NUMBER"`
	Step        string `json:"STEP"`
	StepNumber  int    `json:"STEP_NUMBER"`
	State       string `json:"STATE"`
	Attempts    int32  `json:"ATTEMPTS"`
	StartedAt   Micros `json:"STARTED_AT,omitempty"`
	CompletedAt Micros `json:"COMPLETED_AT,omitempty"`
	// QueryID is the statement that the step waits for; in the log it stays once the step is done.
	QueryID string `json:"QUERY_ID,omitempty"`
	Done    int32  `json:"DONE"`
	Total   int32  `json:"TOTAL"`
	// Reason is that of the last failure, or of the skip; in the log it stays when the step succeeds at last.
	Reason  string `json:"REASON,omitempty"`
	Message string `json:"MESSAGE,omitempty"`
}

// Names in the log.
const (
	auditRuns   sqltext.Ident = "CLONE_AUDIT_LOG"
	auditSteps  sqltext.Ident = "CLONE_STEP_LOG"
	auditDigest sqltext.Ident = "ROW_DIGEST"
	auditStamp  sqltext.Ident = "UPDATED_AT"
)

// Types of the log's columns.
const (
	auditWords  = "VARCHAR"
	auditNumber = "NUMBER(38,0)"
	auditMoment = "TIMESTAMP_LTZ"
)

// auditTable is a table of the log.
type auditTable struct {
	name    sqltext.Ident
	comment string
	keys    []sqltext.Ident
	columns []snowflake.ColumnDefinition
}

// auditTables are the tables of the log, in the order in which Write fills them.
func auditTables() []auditTable {
	return []auditTable{{
		name: auditSteps, comment: "One row for each clone, run and step, written by Snowclone",
		keys:    []sqltext.Ident{"CLUSTER_UID", "CLONE_UID", "RUN_NUMBER", "STEP"},
		columns: auditStepColumns(),
	}, {
		name: auditRuns, comment: "One row for each clone and run, written by Snowclone",
		keys:    []sqltext.Ident{"CLUSTER_UID", "CLONE_UID", "RUN_NUMBER"},
		columns: auditRunColumns(),
	}}
}

func auditRunColumns() []snowflake.ColumnDefinition {
	return []snowflake.ColumnDefinition{
		{Name: "CLUSTER_UID", Type: auditWords}, {Name: "CLONE_UID", Type: auditWords}, {Name: "RUN_NUMBER", Type: auditNumber},
		{Name: "NAMESPACE", Type: auditWords}, {Name: "NAME", Type: auditWords},
		{Name: "SOURCE_DATABASE", Type: auditWords}, {Name: "TARGET_DATABASE", Type: auditWords},
		{Name: "ENVIRONMENT", Type: auditWords}, {Name: "REQUESTED_BY", Type: auditWords},
		{Name: "GENERATION", Type: auditNumber},
		{Name: "STARTED_AT", Type: auditMoment}, {Name: "COMPLETED_AT", Type: auditMoment},
		{Name: "RESULT", Type: auditWords}, {Name: "REASON", Type: auditWords}, {Name: "MESSAGE", Type: auditWords},
		{Name: "SCHEMAS", Type: auditNumber}, {Name: "OBJECTS", Type: auditNumber}, {Name: "REPOINTED", Type: auditNumber},
		{Name: "STREAMS", Type: auditNumber}, {Name: "GRANTS_REVOKED", Type: auditNumber},
		{Name: "ROLES_CREATED", Type: auditNumber}, {Name: "MASKED", Type: auditNumber},
		{Name: "NEEDS_REVIEW", Type: auditNumber}, {Name: "HIGH_FINDINGS", Type: auditNumber},
		{Name: "MISSING", Type: auditNumber}, {Name: "LEAKS", Type: auditNumber},
		{Name: "EXPIRES_AT", Type: auditMoment}, {Name: "EXPIRED_AT", Type: auditMoment},
		{Name: "DROPPED_AT", Type: auditMoment}, {Name: "UNDROP_BEFORE", Type: auditMoment},
		{Name: "DELETED_AT", Type: auditMoment}, {Name: auditDigest, Type: auditWords},
	}
}

func auditStepColumns() []snowflake.ColumnDefinition {
	return []snowflake.ColumnDefinition{
		{Name: "CLUSTER_UID", Type: auditWords}, {Name: "CLONE_UID", Type: auditWords}, {Name: "RUN_NUMBER", Type: auditNumber},
		{Name: "STEP", Type: auditWords}, {Name: "STEP_NUMBER", Type: auditNumber}, {Name: "STATE", Type: auditWords},
		{Name: "ATTEMPTS", Type: auditNumber}, {Name: "STARTED_AT", Type: auditMoment}, {Name: "COMPLETED_AT", Type: auditMoment},
		{Name: "QUERY_ID", Type: auditWords}, {Name: "DONE", Type: auditNumber}, {Name: "TOTAL", Type: auditNumber},
		{Name: "REASON", Type: auditWords}, {Name: "MESSAGE", Type: auditWords}, {Name: auditDigest, Type: auditWords},
	}
}

// allColumns are the columns that rows have values for, and the time of the writing.
func (t auditTable) allColumns() []snowflake.ColumnDefinition {
	return append(slices.Clone(t.columns), snowflake.ColumnDefinition{Name: auditStamp, Type: auditMoment})
}

// merge is the statement that writes rows to the table.
func (t auditTable) merge(name sqltext.Name) snowflake.MergeRows {
	return snowflake.MergeRows{Table: name, Columns: t.columns, Keys: t.keys, Digest: auditDigest, Stamp: auditStamp}
}

// auditView is a view over the log. Its query is fixed text with {{RUNS}} and {{STEPS}} for the tables.
type auditView struct {
	name           sqltext.Ident
	comment, query string
}

// auditViews are the views over the log.
func auditViews() []auditView {
	return []auditView{{
		name: "CLONE_SUCCESS_RATE_30_DAYS", comment: "How many runs of the last 30 days succeeded",
		query: `SELECT COUNT(*) AS RUNS, COUNT_IF(RESULT = 'Succeeded') AS SUCCEEDED, COUNT_IF(RESULT = 'Failed') AS FAILED, ` +
			`ROUND(100 * COUNT_IF(RESULT = 'Succeeded') / NULLIF(COUNT_IF(RESULT IN ('Succeeded', 'Failed')), 0), 1) AS SUCCESS_PERCENT ` +
			`FROM {{RUNS}} WHERE STARTED_AT >= DATEADD(DAY, -30, CURRENT_TIMESTAMP())`,
	}, {
		name: "CLONE_DURATION_BY_ENVIRONMENT", comment: "How long runs take, by environment",
		query: `SELECT ENVIRONMENT, COUNT(*) AS RUNS, AVG(DATEDIFF(SECOND, STARTED_AT, COMPLETED_AT)) AS AVERAGE_SECONDS, ` +
			`MAX(DATEDIFF(SECOND, STARTED_AT, COMPLETED_AT)) AS LONGEST_SECONDS ` +
			`FROM {{RUNS}} WHERE COMPLETED_AT IS NOT NULL GROUP BY ENVIRONMENT`,
	}, {
		name: "CLONE_FAILURE_POINTS", comment: "At which steps runs fail most, and why",
		query: `SELECT STEP, REASON, SUM(ATTEMPTS - IFF(STATE IN ('Succeeded', 'Skipped'), 1, 0)) AS FAILURES, ` +
			`COUNT(DISTINCT CLONE_UID) AS CLONES, MAX(STARTED_AT) AS LAST_STARTED_AT ` +
			`FROM {{STEPS}} WHERE REASON IS NOT NULL AND STATE <> 'Skipped' GROUP BY STEP, REASON ORDER BY FAILURES DESC`,
	}}
}
