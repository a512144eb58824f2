package controller

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// maxRequester is the length in bytes to which the annotation of who asked for the clone is logged.
const maxRequester = 256

// auditRows is all that the log is to hold of a clone.
type auditRows struct {
	Database, Schema sqltext.Ident
	Runs             []clone.AuditRun
	Steps            []clone.AuditStep
}

// auditRowsOf makes the rows out of the object alone: whatever happened to earlier writes, what is missing in the log
// follows from it again. The runs of the past come from the history, with less in them than the log may have already.
func auditRowsOf(obj *v1alpha1.SnowflakeClone, clusterUID string, n names) (auditRows, error) {
	var rows auditRows
	var err error
	if rows.Database, err = sqltext.ParseIdent(string(obj.Spec.Audit.Database)); err != nil {
		return rows, fmt.Errorf("spec.audit.database: %w", err)
	}
	if rows.Schema, err = sqltext.ParseIdent(string(obj.Spec.Audit.Schema)); err != nil {
		return rows, fmt.Errorf("spec.audit.schema: %w", err)
	}
	run := obj.Status.Run
	if run == nil {
		return rows, nil
	}
	base := clone.AuditRun{
		ClusterUID: clusterUID, CloneUID: string(obj.UID), Namespace: obj.Namespace, Name: obj.Name,
		Source: string(n.source), Target: string(n.target),
	}
	for _, record := range obj.Status.History {
		rows.Runs = append(rows.Runs, auditPastRun(base, record))
	}
	rows.Runs = append(rows.Runs, auditRun(base, obj))
	for i, row := range obj.Status.Steps {
		if row.State != v1alpha1.StepPending {
			rows.Steps = append(rows.Steps, auditStep(base, run.Number, i+1, row))
		}
	}
	return rows, nil
}

// auditPastRun is the row of a run of the past.
func auditPastRun(row clone.AuditRun, record v1alpha1.RunRecord) clone.AuditRun {
	row.RunNumber, row.StartedAt, row.CompletedAt = record.Number, microsOf(record.StartedAt), microsOf(record.CompletedAt)
	row.Result = clone.AuditSucceeded
	if record.CompletedAt == nil {
		row.Result, row.Reason = clone.AuditSuperseded, record.Result
	}
	return row
}

// auditRun is the row of the current run, and of what became of the clone.
func auditRun(row clone.AuditRun, obj *v1alpha1.SnowflakeClone) clone.AuditRun {
	status := &obj.Status
	run := status.Run
	row.RunNumber, row.Generation = run.Number, run.Generation
	if run.Generation == obj.Generation {
		// Else the spec is that of a run to come.
		row.Environment = obj.Spec.Environment
		row.RequestedBy = cut(obj.Annotations[v1alpha1.RequestedByAnnotation], maxRequester)
	}
	row.StartedAt, row.CompletedAt = microsOf(run.StartedAt), microsOf(run.CompletedAt)
	row.Result = auditResult(obj)
	row.Reason, row.Message = auditReason(obj)
	if summary := status.Summary; summary != nil {
		row.AuditCounts = auditCounts(summary)
	}
	row.ExpiresAt, row.DeletedAt = microsOf(status.ExpiresAt), microsOf(obj.DeletionTimestamp)
	if expired := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ExpiredCondition); expired != nil {
		row.ExpiredAt = clone.MicrosOf(expired.LastTransitionTime.Time)
	}
	if dropped := status.Dropped; dropped != nil {
		row.DroppedAt, row.UndropBefore = clone.MicrosOf(dropped.At.Time), microsOf(dropped.UndropBefore)
	}
	return row
}

// auditResult is what the current run has come to.
func auditResult(obj *v1alpha1.SnowflakeClone) clone.AuditResult {
	status := &obj.Status
	switch {
	case status.Run.CompletedAt != nil:
		return clone.AuditSucceeded
	case !obj.DeletionTimestamp.IsZero() || apimeta.IsStatusConditionTrue(status.Conditions, v1alpha1.ExpiredCondition):
		return clone.AuditCanceled
	case status.Phase == v1alpha1.PhaseStalled:
		return clone.AuditFailed
	}
	return clone.AuditRunning
}

// auditReason is why the clone is as it is, or, when its object is about to go, how it ended.
func auditReason(obj *v1alpha1.SnowflakeClone) (reason, message string) {
	status := &obj.Status
	if isLeaving(obj) && status.Database != nil {
		end := databaseAbandoned(status)
		switch {
		case status.Dropped != nil:
			end = databaseDropped(status.Database, status.Dropped)
		case obj.Spec.DeletionPolicy == v1alpha1.DeletionRetain:
			end = databaseRetained(status)
		}
		return end.reason, sentence(end.message)
	}
	if ready := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ReadyCondition); ready != nil {
		return ready.Reason, ready.Message
	}
	return "", ""
}

// auditCounts are the numbers of a summary as the log keeps them.
func auditCounts(s *v1alpha1.Summary) *clone.AuditCounts {
	r := s.Repointed
	return &clone.AuditCounts{
		Schemas: s.Schemas, Objects: s.Objects,
		Repointed: r.Views + r.DynamicTables + r.Procedures + r.Functions + r.Tasks + r.Pipes + r.Alerts + r.Policies + r.Defaults,
		Streams:   s.Streams, GrantsRevoked: s.GrantsRevoked, RolesCreated: s.RolesCreated, Masked: s.Masked,
		NeedsReview: s.NeedsReview, HighFindings: s.HighFindings, Missing: s.Missing, Leaks: s.Leaks,
	}
}

// auditStep is the row of a step.
func auditStep(of clone.AuditRun, run int64, place int, row v1alpha1.StepStatus) clone.AuditStep {
	return clone.AuditStep{
		ClusterUID: of.ClusterUID, CloneUID: of.CloneUID, RunNumber: run,
		Step: string(row.Name), StepNumber: place, State: string(row.State), Attempts: row.Attempts,
		StartedAt: microsOf(row.StartTime), CompletedAt: microsOf(row.CompletionTime),
		QueryID: row.QueryID, Done: row.Done, Total: row.Total, Reason: row.Reason, Message: row.Message,
	}
}

// microsOf is a moment of the API as the log keeps it; nothing for none.
func microsOf[T metav1.Time | metav1.MicroTime](t *T) clone.Micros {
	switch moment := any(t).(type) {
	case *metav1.Time:
		if moment != nil {
			return clone.MicrosOf(moment.Time)
		}
	case *metav1.MicroTime:
		if moment != nil {
			return clone.MicrosOf(moment.Time)
		}
	}
	return clone.MicrosOf(time.Time{})
}

// digest tells these rows in this place from all others.
func (a auditRows) digest() ([sha256.Size]byte, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("digest the audit rows: %w", err)
	}
	return sha256.Sum256(text), nil
}

// isLeaving says whether the object is being deleted, and the clone's controller is done with it.
func isLeaving(obj *v1alpha1.SnowflakeClone) bool {
	return !obj.DeletionTimestamp.IsZero() && !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
}
