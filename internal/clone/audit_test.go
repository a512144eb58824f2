package clone

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// auditPlace is an audit schema that the operator may use, without a right on what will be in it.
var auditPlace = []string{
	"CREATE DATABASE OPS", "CREATE SCHEMA OPS.AUDIT", "GRANT USAGE ON DATABASE OPS TO ROLE OPERATOR",
	"GRANT USAGE ON SCHEMA OPS.AUDIT TO ROLE OPERATOR",
}

// mayCreate lets the operator make the log's tables and views.
const mayCreate = "GRANT CREATE TABLE, CREATE VIEW ON SCHEMA OPS.AUDIT TO ROLE OPERATOR"

func (w *world) auditLog() AuditLog {
	return AuditLog{
		Snowflake: w.client, Role: "OPERATOR", Database: "OPS", Schema: "AUDIT", Source: "PROD", Target: "DEV",
		Policy: w.run.Policy,
	}
}

func TestTheColumnsOfTheLogAreThoseOfItsRows(t *testing.T) {
	t.Parallel()
	for table, row := range map[sqltext.Ident]any{auditRuns: AuditRun{}, auditSteps: AuditStep{}} {
		var want, got []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(row)) {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				want = append(want, name)
			}
		}
		for _, one := range auditTables() {
			if one.name == table {
				for _, column := range one.columns {
					got = append(got, string(column.Name))
				}
			}
		}
		expectStrings(t, "columns of "+string(table), got, append(want, string(auditDigest))...)
	}
}

func TestTheLogTellsEachRunAndStepOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(slices.Clone(auditPlace), mayCreate)...)
	log := w.auditLog()
	run := AuditRun{
		ClusterUID: "cluster-1", CloneUID: "uid-1", RunNumber: 1, Namespace: "team", Name: "dev", Source: "PROD",
		Environment: "DEV", StartedAt: MicrosOf(w.clock.Now()), Result: AuditRunning, Message: `it's "odd" \ ü`,
	}
	step := AuditStep{
		ClusterUID: "cluster-1", CloneUID: "uid-1", RunNumber: 1, Step: "CloneDatabase", StepNumber: 3, State: "Running",
		Attempts: 2, QueryID: "01-q", Reason: v1alpha1.ReasonSourceChanging, StartedAt: MicrosOf(w.clock.Now()),
	}
	write := func() {
		t.Helper()
		for range 2 {
			if err := log.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := log.Write(t.Context(), []AuditRun{run}, []AuditStep{step}); err != nil {
				t.Fatal(err)
			}
			if err := log.PrepareViews(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	write()
	stamp := w.show(t, "SELECT UPDATED_AT FROM OPS.AUDIT.CLONE_AUDIT_LOG", "updated_at")
	write()
	expectStrings(t, "time of the writing", w.show(t, "SELECT UPDATED_AT FROM OPS.AUDIT.CLONE_AUDIT_LOG", "updated_at"), stamp...)
	expectStrings(t, "messages", w.show(t, "SELECT MESSAGE FROM OPS.AUDIT.CLONE_AUDIT_LOG", "message"), `it's "odd" \ ü`)

	run.Result, run.CompletedAt, run.AuditCounts = AuditSucceeded, run.StartedAt+90_000_000, &AuditCounts{Schemas: 3}
	step.State, step.QueryID, step.Reason = "Succeeded", "", ""
	write()
	rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", "SELECT L.RESULT, L.SCHEMAS, S.STATE, S.QUERY_ID, S.REASON "+
		"FROM OPS.AUDIT.CLONE_AUDIT_LOG L JOIN OPS.AUDIT.CLONE_STEP_LOG S ON S.CLONE_UID = L.CLONE_UID")
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	for column, want := range map[string]string{
		"result": "Succeeded", "schemas": "3", "state": "Succeeded", "query_id": "01-q", "reason": v1alpha1.ReasonSourceChanging,
	} {
		if rows[0][column] != want {
			t.Errorf("%s is %q, want %q", column, rows[0][column], want)
		}
	}
	expectStrings(t, "success rate", w.show(t, "SELECT SUCCESS_PERCENT + 0 AS P FROM OPS.AUDIT.CLONE_SUCCESS_RATE_30_DAYS", "p"), "100.0")
	expectStrings(t, "seconds", w.show(t, "SELECT LONGEST_SECONDS FROM OPS.AUDIT.CLONE_DURATION_BY_ENVIRONMENT", "longest_seconds"), "90")
	expectStrings(t, "failures", w.show(t, "SELECT FAILURES FROM OPS.AUDIT.CLONE_FAILURE_POINTS", "failures"), "1")
}

func TestALogThatCannotBeKeptSaysWhatToRun(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason     string
		statements []string
		change     func(*AuditLog)
		says       []string
	}{
		"no database": {
			reason: "it is created by nobody but its owner", says: []string{"spec.audit.database", `GRANT USAGE ON DATABASE "OPS" TO ROLE "OPERATOR"`},
		},
		"no schema": {
			reason: "the same", statements: auditPlace[:1],
			says: []string{"spec.audit.schema", "OPS.AUDIT"},
		},
		"a schema that is not seen": {
			reason: "the grants are for both", statements: auditPlace[:3],
			says: []string{`GRANT USAGE, CREATE TABLE, CREATE VIEW ON SCHEMA "OPS"."AUDIT" TO ROLE "OPERATOR"`},
		},
		"no right to make tables": {
			reason: "the tables are missing", statements: auditPlace,
			says: []string{"create audit table", `GRANT USAGE ON DATABASE "OPS" TO ROLE "OPERATOR"`},
		},
		"no right to make views": {
			reason:     "the views are missing",
			statements: append(slices.Clone(auditPlace), "GRANT CREATE TABLE ON SCHEMA OPS.AUDIT TO ROLE OPERATOR"),
			says:       []string{"create audit view", "CREATE VIEW ON SCHEMA"},
		},
		"a table of somebody else": {
			reason: "it is not replaced, and not written to without rights",
			statements: append(slices.Clone(auditPlace), mayCreate, "CREATE TABLE OPS.AUDIT.CLONE_AUDIT_LOG (CLUSTER_UID VARCHAR)",
				"CREATE TABLE OPS.AUDIT.CLONE_STEP_LOG (CLUSTER_UID VARCHAR)"),
			says: []string{`GRANT SELECT, INSERT, UPDATE ON TABLE "OPS"."AUDIT"."CLONE_AUDIT_LOG" TO ROLE "OPERATOR"`},
		},
		"the source": {
			reason: "nothing is ever written there", change: func(l *AuditLog) { l.Database = "PROD" }, says: []string{"is the source"},
		},
		"the clone": {
			reason: "it will be dropped", change: func(l *AuditLog) { l.Database = "DEV" }, says: []string{"is the clone itself"},
		},
		"another source": {
			reason: "what may be cloned is production's", statements: auditPlace,
			change: func(l *AuditLog) { l.Policy.Sources = []v1alpha1.Pattern{"*", "OP*"} }, says: []string{"policy.sources"},
		},
		"a protected database": {
			reason: "the policy says hands off", statements: auditPlace,
			change: func(l *AuditLog) { l.Policy.Protected = []v1alpha1.Pattern{"ops"} }, says: []string{"protected"},
		},
		"another clone": {
			reason:     "it will be dropped",
			statements: append(slices.Clone(auditPlace), "COMMENT ON DATABASE OPS IS '[snowclone.dev uid=1 cluster=2 object=a/b]'"),
			says:       []string{"is a clone"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tc.statements...)
			log := w.auditLog()
			if tc.change != nil {
				tc.change(&log)
			}
			err := log.Prepare(t.Context())
			if err == nil {
				err = log.Write(t.Context(), []AuditRun{{CloneUID: "u"}}, nil)
			}
			if err == nil {
				err = log.PrepareViews(t.Context())
			}
			expectReason(t, err, v1alpha1.ReasonAuditFailed, false, tc.says...)
		})
	}
}

func TestALostAnswerLeavesNoRowTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(slices.Clone(auditPlace), mayCreate)...)
	log := w.auditLog()
	if err := log.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := AuditRun{ClusterUID: "c", CloneUID: "u", RunNumber: 1, Result: AuditRunning}
	if _, err := w.server.AddFault(emulator.Fault{Kind: emulator.FaultResetAfter, Match: "^MERGE", Times: 1}); err != nil {
		t.Fatal(err)
	}
	err := log.Write(t.Context(), []AuditRun{run}, nil)
	if err != nil {
		err = log.Write(t.Context(), []AuditRun{run}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "rows", w.show(t, "SELECT CLONE_UID FROM OPS.AUDIT.CLONE_AUDIT_LOG", "clone_uid"), "u")
}

func TestADigestIsTheRows(t *testing.T) {
	t.Parallel()
	one, err := auditText([]AuditStep{{Step: "A"}, {Step: "B"}})
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(one), &rows); err != nil {
		t.Fatal(err)
	}
	if rows[0]["STEP"] != "A" || rows[0]["ROW_DIGEST"] == rows[1]["ROW_DIGEST"] {
		t.Errorf("rows %v", rows)
	}
	if text, err := auditText[AuditRun](nil); err != nil || text != noAuditRows {
		t.Errorf("no rows are %q, %v", text, err)
	}
}
