package controller

import (
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// auditPlace is an audit schema that the operator sees, and mayAudit what it needs there.
const (
	auditPlace = "CREATE DATABASE OPS; CREATE SCHEMA OPS.AUDIT; GRANT USAGE ON DATABASE OPS TO ROLE OPERATOR"
	mayAudit   = "GRANT USAGE, CREATE TABLE, CREATE VIEW ON SCHEMA OPS.AUDIT TO ROLE OPERATOR"
)

// audited gives a clone a log.
func audited(obj *v1alpha1.SnowflakeClone) {
	obj.Spec.Audit = &v1alpha1.AuditSpec{Database: "ops", Schema: "AUDIT"}
	obj.Spec.Environment = "DEV"
	obj.Annotations = map[string]string{v1alpha1.RequestedByAnnotation: "jane@example.org"}
}

// rows are the answer to a query, each row by its columns.
func (w *world) rows(statement string) []map[string]string {
	w.t.Helper()
	session, err := w.account.OpenSession("OPERATOR_USER", account.Context{Role: "OPERATOR", Warehouse: "OPERATOR_WH"}, nil)
	w.must(err)
	defer session.Close()
	result, err := session.Execute(w.t.Context(), account.Request{SQL: statement, QueryID: "test"})
	if err != nil {
		w.t.Logf("%s: %v", statement, err)
		return nil
	}
	rows := make([]map[string]string, 0, len(result.Rows))
	for _, cells := range result.Rows {
		row := map[string]string{}
		for i, column := range result.Columns {
			if cells[i] != nil {
				row[column.Name] = *cells[i]
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// expectLog waits until the log has one row of the run with this result and reason, and returns it.
func (w *world) expectLog(name, run string, result clone.AuditResult, reason string) map[string]string {
	w.t.Helper()
	var seen []map[string]string
	w.Eventually(func(g gomega.Gomega) {
		seen = w.rows("SELECT * FROM OPS.AUDIT.CLONE_AUDIT_LOG WHERE NAME = '" + name + "' AND RUN_NUMBER = " + run)
		g.Expect(seen).To(gomega.HaveLen(1))
		g.Expect(seen[0]["RESULT"]+"/"+seen[0]["REASON"]).To(gomega.Equal(string(result)+"/"+reason), seen[0]["MESSAGE"])
	}).Should(gomega.Succeed())
	return seen[0]
}

func TestTheLogTellsOfACloneFromItsBeginningToItsEnd(t *testing.T) {
	w := newWorld(t, auditPlace, mayAudit)
	w.start()
	key := w.createClone("logged", func(obj *v1alpha1.SnowflakeClone) { audited(obj); anHour(obj) })
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	obj := w.expect(key, v1alpha1.AuditedCondition, "True/Audited")
	row := w.expectLog("logged", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)
	for column, want := range map[string]string{
		"CLUSTER_UID": "cluster-1", "CLONE_UID": string(obj.UID), "NAMESPACE": w.home, "SOURCE_DATABASE": "PROD",
		"TARGET_DATABASE": "LOGGED", "ENVIRONMENT": "DEV", "REQUESTED_BY": "jane@example.org", "GENERATION": "1", "LEAKS": "0",
	} {
		w.Expect(row).To(gomega.HaveKeyWithValue(column, want))
	}
	for _, column := range []string{"STARTED_AT", "COMPLETED_AT", "EXPIRES_AT", "UPDATED_AT"} {
		w.Expect(row).To(gomega.HaveKey(column))
	}
	steps := w.rows("SELECT * FROM OPS.AUDIT.CLONE_STEP_LOG ORDER BY STEP_NUMBER")
	w.Expect(steps).To(gomega.HaveLen(len(v1alpha1.AllSteps())))
	for i, step := range steps {
		w.Expect(step["STEP"]).To(gomega.Equal(string(v1alpha1.AllSteps()[i])))
		w.Expect(step["STATE"]).To(gomega.BeElementOf("Succeeded", "Skipped"))
		w.Expect(step).To(gomega.HaveKey("COMPLETED_AT"))
	}

	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Environment = "QA" })
	w.expectLog("logged", "2", clone.AuditSucceeded, v1alpha1.ReasonReady)
	w.Expect(w.expectLog("logged", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)).To(gomega.HaveKeyWithValue("ENVIRONMENT", "DEV"))

	w.later(2*time.Hour, 2*time.Hour)
	w.poke(key, "over")
	w.expect(key, v1alpha1.ReadyCondition, "False/Expired")
	row = w.expectLog("logged", "2", clone.AuditSucceeded, v1alpha1.ReasonExpired)
	w.Expect(row).To(gomega.HaveKey("EXPIRED_AT"))
	w.Expect(row).To(gomega.HaveKey("DROPPED_AT"))
	w.Expect(row).NotTo(gomega.HaveKey("DELETED_AT"))

	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	row = w.expectLog("logged", "2", clone.AuditSucceeded, v1alpha1.ReasonDropped)
	w.Expect(row).To(gomega.HaveKey("DELETED_AT"))
	w.Expect(w.rows("SELECT * FROM OPS.AUDIT.CLONE_AUDIT_LOG")).To(gomega.HaveLen(2))
	w.Expect(w.rows("SELECT * FROM OPS.AUDIT.CLONE_SUCCESS_RATE_30_DAYS")[0]).To(gomega.HaveKeyWithValue("SUCCEEDED", "2"))
	for _, statement := range w.sent("MERGE") {
		w.Expect(statement).NotTo(gomega.ContainSubstring("jane"), "values are bound")
	}
}

func TestADroppedRetainedAndUnfinishedCloneLeaveTheirRows(t *testing.T) {
	w := newWorld(t, auditPlace, mayAudit, "CREATE DATABASE OTHERS")
	w.start()
	for name, tc := range map[string]struct {
		reason string
		change func(*v1alpha1.SnowflakeClone)
		ready  string
		result clone.AuditResult
		end    string
	}{
		"dropped":  {"the database goes with the object", nil, "True/Ready", clone.AuditSucceeded, v1alpha1.ReasonDropped},
		"retained": {"the database stays", func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionPolicy = v1alpha1.DeletionRetain }, "True/Ready", clone.AuditSucceeded, v1alpha1.ReasonRetained},
		"others":   {"nothing was ever made", nil, "False/TargetExists", clone.AuditCanceled, v1alpha1.ReasonTargetExists},
	} {
		key := w.createClone(name, func(obj *v1alpha1.SnowflakeClone) {
			audited(obj)
			if tc.change != nil {
				tc.change(obj)
			}
		})
		w.expect(key, v1alpha1.ReadyCondition, tc.ready)
		w.expect(key, v1alpha1.AuditedCondition, "True/Audited")
		if tc.result == clone.AuditCanceled {
			w.expectLog(name, "1", clone.AuditFailed, tc.end)
			w.Expect(w.rows("SELECT * FROM OPS.AUDIT.CLONE_FAILURE_POINTS")).To(gomega.ContainElement(
				gomega.HaveKeyWithValue("STEP", string(v1alpha1.StepPreflight))))
		}
		w.must(w.api.Delete(t.Context(), w.read(key)))
		w.expectGone(key)
		w.expectLog(name, "1", tc.result, tc.end)
	}
}

func TestALogThatCannotBeWrittenHoldsUpNothingAndCatchesUp(t *testing.T) {
	w := newWorld(t, auditPlace)
	w.start()
	key := w.createClone("unlogged", audited)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	obj := w.expect(key, v1alpha1.AuditedCondition, "False/AuditFailed")
	says := apimeta.FindStatusCondition(obj.Status.Conditions, v1alpha1.AuditedCondition).Message
	w.Expect(says).To(gomega.ContainSubstring(`GRANT USAGE, CREATE TABLE, CREATE VIEW ON SCHEMA "OPS"."AUDIT" TO ROLE "OPERATOR"`))
	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Environment = "QA" })
	w.Eventually(func() int64 { return w.read(key).Status.Run.Number }).Should(gomega.Equal(int64(2)))
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Eventually(func() []string { return w.events("unlogged") }).Should(gomega.ContainElement(v1alpha1.ReasonAuditFailed))

	w.admin(mayAudit)
	w.later(10*time.Minute, 0)
	w.expect(key, v1alpha1.AuditedCondition, "True/Audited")
	w.expectLog("unlogged", "1", clone.AuditSucceeded, "")
	w.expectLog("unlogged", "2", clone.AuditSucceeded, v1alpha1.ReasonReady)

	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Audit = nil })
	w.expect(key, v1alpha1.AuditedCondition, "")
	w.Eventually(func() []string { return w.read(key).Finalizers }).ShouldNot(gomega.ContainElement(v1alpha1.AuditFinalizer))
	w.Expect(w.read(key).Status.Run.Number).To(gomega.Equal(int64(2)), "the log is no reason for a run")
}

func TestALogIsKeptNowhereWhereItCouldDoHarm(t *testing.T) {
	w := newWorld(t)
	before := w.fingerprint("PROD")
	w.start()
	key := w.createClone("misplaced", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.Audit = &v1alpha1.AuditSpec{Database: "PROD", Schema: "SALES"}
	})
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	obj := w.expect(key, v1alpha1.AuditedCondition, "False/AuditFailed")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("is the source; choose another database"))
	w.Expect(w.fingerprint("PROD")).To(gomega.Equal(before))
}

func TestFaultsLeaveEachRowOnce(t *testing.T) {
	w := newWorld(t, auditPlace, mayAudit)
	for _, fault := range []emulator.Fault{
		{Kind: emulator.FaultResetAfter, Match: "^MERGE", Times: 3},
		{Kind: emulator.FaultHTTPBefore, Status: 503, Match: "^MERGE", Skip: 4, Times: 3},
		{Kind: emulator.FaultSessionGone, Match: "^MERGE", Skip: 2, Times: 2},
		{Kind: emulator.FaultResetAfter, Match: "^CREATE TABLE IF", Times: 2},
	} {
		_, err := w.server.AddFault(fault)
		w.must(err)
	}
	w.start()
	key := w.createClone("stormy", audited)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Eventually(func() string {
		w.later(time.Minute, 0)
		w.poke(key, w.clock.Now().String())
		return readCondition(w.read(key).Status.Conditions, v1alpha1.AuditedCondition)
	}).WithPolling(time.Second).Should(gomega.Equal("True/Audited"))
	w.expectLog("stormy", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)
	w.Expect(w.rows("SELECT STEP FROM OPS.AUDIT.CLONE_STEP_LOG")).To(gomega.HaveLen(len(v1alpha1.AllSteps())))
}

func TestARestartedOperatorWritesNothingTwice(t *testing.T) {
	w := newWorld(t, auditPlace, mayAudit)
	w.start()
	key := w.createClone("steady", audited)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	row := w.expectLog("steady", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)
	sent := len(w.sent("MERGE"))
	w.start()
	w.Eventually(func() int { return len(w.sent("MERGE")) }).Should(gomega.BeNumerically(">=", sent+2))
	w.Expect(w.expectLog("steady", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)).To(gomega.Equal(row))
	w.Expect(w.rows("SELECT STEP FROM OPS.AUDIT.CLONE_STEP_LOG")).To(gomega.HaveLen(len(v1alpha1.AllSteps())))
}

func TestAnOutageOfTheLogDoesNotKeepAnObjectForEver(t *testing.T) {
	w := newWorld(t, auditPlace, mayAudit)
	w.start()
	key := w.createClone("parting", audited)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.expectLog("parting", "1", clone.AuditSucceeded, v1alpha1.ReasonReady)
	w.admin("DROP DATABASE OPS")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.Eventually(func() bool { return isLeaving(w.read(key)) }).Should(gomega.BeTrue())
	w.Expect(w.hasDatabase("PARTING")).To(gomega.BeFalse(), "the drop waits for no log")
	w.expect(key, v1alpha1.AuditedCondition, "False/AuditFailed")
	w.Eventually(func() *v1alpha1.SnowflakeClone {
		w.later(time.Minute, 0)
		return w.read(key)
	}).Should(gomega.BeNil())
}

func TestAuditRowsSayHowItEnded(t *testing.T) {
	now := metav1.NewTime(noon)
	obj := &v1alpha1.SnowflakeClone{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "dev", UID: "u", Annotations: map[string]string{
			v1alpha1.RequestedByAnnotation: strings.Repeat("x", 1000),
		}},
		Spec: v1alpha1.SnowflakeCloneSpec{Audit: &v1alpha1.AuditSpec{Database: "ops", Schema: `"Log"`}},
		Status: v1alpha1.SnowflakeCloneStatus{
			Run:      &v1alpha1.RunStatus{Number: 3, StartedAt: &now},
			History:  []v1alpha1.RunRecord{{Number: 2, Result: v1alpha1.ReasonStatementFailed}, {Number: 1, CompletedAt: &now}},
			Database: &v1alpha1.DatabaseStatus{Name: "DEV"},
			Steps:    []v1alpha1.StepStatus{{Name: "A", State: v1alpha1.StepRunning}, {Name: "B", State: v1alpha1.StepPending}},
		},
	}
	rows, err := auditRowsOf(obj, "c", names{source: "PROD", target: "DEV"})
	if err != nil {
		t.Fatal(err)
	}
	if rows.Database != "OPS" || rows.Schema != "Log" || len(rows.Steps) != 1 {
		t.Errorf("rows in %s.%s with %d steps", rows.Database, rows.Schema, len(rows.Steps))
	}
	if got := len(rows.Runs[2].RequestedBy); got == 0 || got > maxRequester {
		t.Errorf("the requester has %d bytes", got)
	}
	for i, want := range []clone.AuditResult{clone.AuditSuperseded, clone.AuditSucceeded, clone.AuditRunning} {
		if rows.Runs[i].Result != want {
			t.Errorf("run %d: %s, want %s", rows.Runs[i].RunNumber, rows.Runs[i].Result, want)
		}
	}
	obj.DeletionTimestamp = &now
	obj.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	if reason, _ := auditReason(obj); reason != v1alpha1.ReasonRetained {
		t.Errorf("reason %s, want %s", reason, v1alpha1.ReasonRetained)
	}
	obj.Spec.DeletionPolicy = v1alpha1.DeletionDelete
	if reason, _ := auditReason(obj); reason != v1alpha1.ReasonAbandoned {
		t.Errorf("reason %s, want %s", reason, v1alpha1.ReasonAbandoned)
	}
}

func TestATurnIsOnesAlone(t *testing.T) {
	turns := newTurns()
	key, other := client.ObjectKey{Name: "a"}, client.ObjectKey{Name: "b"}
	end := turns.take(key)
	turns.take(other)()
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		turns.take(key)()
	}()
	select {
	case <-taken:
		t.Fatal("two hold one turn")
	default:
	}
	end()
	<-taken
	if len(turns.held) != 0 {
		t.Errorf("%d turns are kept", len(turns.held))
	}
}

func TestAnObjectThatWaitsForItsLogAloneIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	obj := newClone()
	known := &auditMemory{notBefore: noon.Add(auditFarewell)}
	if wait := known.wait(obj, noon); wait != auditFarewell {
		t.Errorf("a failure is tried again after %s, want %s", wait, auditFarewell)
	}
	obj.DeletionTimestamp, obj.Finalizers = new(metav1.NewTime(noon)), []string{v1alpha1.AuditFinalizer}
	if wait := known.wait(obj, noon); wait != 0 || !known.leaving.Equal(noon) {
		t.Errorf("the object waits %s and leaves since %s, want at once and since %s", wait, known.leaving, noon)
	}
	if wait := known.wait(obj, noon); wait != auditFarewell {
		t.Errorf("the second attempt is after %s, want %s", wait, auditFarewell)
	}
}
