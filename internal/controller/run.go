package controller

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// maxHistory is how many runs of the past are kept.
const maxHistory = 10

// beginRun makes the first run of a clone, or the next one when somebody has changed what the stages work for: each
// stage then looks again, and does what the new spec asks for. A generation that changed only the clone's lifetime or
// its suspension goes on with the run that there is, and so does an operator of a newer version that merely knows more
// fields with defaults.
func beginRun(obj *v1alpha1.SnowflakeClone, pipeline clone.Pipeline, now time.Time) error {
	digest, err := digestOf(obj.Spec)
	if err != nil {
		return err
	}
	run := obj.Status.Run
	if run == nil {
		run = &v1alpha1.RunStatus{Number: 1, StartedAt: new(metav1.NewTime(now))}
	} else if run.SpecDigest != digest && run.Generation != obj.Generation && hasBegun(&obj.Status) {
		run = nextRun(obj, now)
	}
	run.Generation, run.SpecDigest = obj.Generation, digest
	obj.Status.Run = run
	for _, stage := range pipeline {
		rowOf(&obj.Status, stage.Name())
	}
	return nil
}

// nextRun closes the run that there is and begins another over the same database.
func nextRun(obj *v1alpha1.SnowflakeClone, now time.Time) *v1alpha1.RunStatus {
	status, old := &obj.Status, obj.Status.Run
	record := v1alpha1.RunRecord{
		Number: old.Number, StartedAt: old.StartedAt, CompletedAt: old.CompletedAt, Result: resultOf(status),
	}
	status.History = append([]v1alpha1.RunRecord{record}, status.History...)
	if n := len(status.History); n > maxHistory {
		// The record that says since when the clone is its users' is kept, whatever came after it.
		oldest := status.History[n-1]
		status.History = status.History[:maxHistory]
		if oldest.CompletedAt != nil {
			status.History[maxHistory-1] = oldest
		}
	}
	for i, row := range status.Steps {
		// A statement in flight is not forgotten.
		status.Steps[i] = v1alpha1.StepStatus{Name: row.Name, State: v1alpha1.StepPending, QueryID: row.QueryID}
	}
	for _, verdict := range []string{v1alpha1.IsolatedCondition, v1alpha1.CompleteCondition} {
		apimeta.RemoveStatusCondition(&status.Conditions, verdict)
	}
	return &v1alpha1.RunStatus{
		Number: old.Number + 1, StartedAt: new(metav1.NewTime(now)), SourceTime: old.SourceTime,
	}
}

// resultOf is what a run came to: Succeeded, or why it was not.
func resultOf(status *v1alpha1.SnowflakeCloneStatus) string {
	if status.Run.CompletedAt != nil {
		return string(v1alpha1.StepSucceeded)
	}
	if ready := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ReadyCondition); ready != nil {
		return ready.Reason
	}
	return v1alpha1.ReasonProgressing
}

// hasBegun says whether a stage is done, so that a changed spec must be brought to it.
func hasBegun(status *v1alpha1.SnowflakeCloneStatus) bool {
	for _, row := range status.Steps {
		if row.State == v1alpha1.StepSucceeded || row.State == v1alpha1.StepSkipped {
			return true
		}
	}
	return false
}

// digestOf is a hash of the part of the spec that the stages work for.
func digestOf(spec v1alpha1.SnowflakeCloneSpec) (string, error) {
	spec.ConnectionRef = nil
	spec.TTL, spec.ExpiresAt, spec.ExpirationPolicy = nil, nil, ""
	spec.DeletionPolicy, spec.DeletionProtection, spec.Suspend = "", false, false
	spec.Parallelism, spec.Warehouse, spec.Audit = 0, "", nil
	text, err := json.Marshal(spec)
	if err != nil {
		return "", fmt.Errorf("digest the spec: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// handedOver is when the first run that came to its end did so; zero if none has. Since then the clone is in its users'
// hands, and each later run leaves to them what they have made there.
func handedOver(status *v1alpha1.SnowflakeCloneStatus) time.Time {
	for _, record := range slices.Backward(status.History) {
		if record.CompletedAt != nil {
			return record.CompletedAt.Time
		}
	}
	return time.Time{}
}
