package controller

import (
	"fmt"
	"math"
	"strings"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// observation is what a call of a step came to, and what has to be known to record it.
type observation struct {
	// step was called; it is the place-th of total, from 0.
	step         v1alpha1.StepName
	place, total int
	// outcome of the call, if err is nil.
	outcome clone.Outcome
	err     *clone.Error
	// state as the step left it; nil when the step could not be called at all.
	state *clone.State
	// began and now are when the call began and ended.
	began, now time.Time
}

// record writes what a call of a step came to into the status: what the step left behind, its row, then the phase and
// the conditions that follow from them. It is pure; nothing else in the package judges the outcome of a step.
func record(obj *v1alpha1.SnowflakeClone, o observation) {
	row := rowOf(&obj.Status, o.step)
	if o.state != nil {
		keepState(obj, row, o.state)
	}
	recordRow(row, o)
	finished := o.err == nil && o.outcome.Result != clone.ResultWait
	if finished {
		// The change that was intended has happened, or was found not to be needed.
		obj.Status.Intent = nil
	}
	if o.state != nil {
		recordVerdicts(obj, o.state, o.now)
	}
	if finished && o.place == o.total-1 {
		recordReady(obj, o.total, o.now, "")
		return
	}
	obj.Status.Progress = progressOf(row, o, finished)
	s := situation{
		reason: v1alpha1.ReasonProgressing, message: obj.Status.Progress + ": " + row.Message,
		working: v1alpha1.ReasonProgressing,
	}
	obj.Status.Phase = v1alpha1.PhaseRunning
	if o.err != nil {
		s = trouble(o.err)
		if o.err.Terminal {
			obj.Status.Phase = v1alpha1.PhaseStalled
		}
	}
	setConditions(&obj.Status.Conditions, s, obj.Generation, o.now)
}

// trouble is the situation after an error: somebody must act, or it is tried again.
func trouble(err *clone.Error) situation {
	s := situation{reason: err.Reason, message: err.Error()}
	if err.Terminal {
		s.stalled = err.Reason
	} else {
		s.working = v1alpha1.ReasonProgressingWithRetry
	}
	return s
}

// rowOf finds the row of a step, and adds it where there is none.
func rowOf(status *v1alpha1.SnowflakeCloneStatus, step v1alpha1.StepName) *v1alpha1.StepStatus {
	for i := range status.Steps {
		if status.Steps[i].Name == step {
			return &status.Steps[i]
		}
	}
	status.Steps = append(status.Steps, v1alpha1.StepStatus{Name: step, State: v1alpha1.StepPending})
	return &status.Steps[len(status.Steps)-1]
}

// recordRow writes the step's own row.
func recordRow(row *v1alpha1.StepStatus, o observation) {
	if row.StartTime == nil {
		row.StartTime = microTime(o.began)
		row.Attempts = 1
	} else if row.Reason != "" {
		row.Attempts++
	}
	row.Reason = ""
	switch {
	case o.err != nil && o.err.Terminal:
		row.State, row.Reason, row.Message = v1alpha1.StepFailed, o.err.Reason, sentence(o.err.Error())
	case o.err != nil:
		row.State, row.Reason, row.Message = v1alpha1.StepRunning, o.err.Reason, sentence(o.err.Error())
	case o.outcome.Result == clone.ResultWait:
		row.State, row.Message = v1alpha1.StepRunning, sentence(o.outcome.Message)
	default:
		row.State, row.Message = v1alpha1.StepSucceeded, sentence(o.outcome.Message)
		if o.outcome.Result == clone.ResultSkip {
			row.State, row.Reason = v1alpha1.StepSkipped, v1alpha1.ReasonStepSkipped
		}
		row.CompletionTime, row.QueryID = microTime(o.now), ""
	}
}

// recordVerdicts writes the conditions that the validation speaks of.
func recordVerdicts(obj *v1alpha1.SnowflakeClone, state *clone.State, now time.Time) {
	set := conditionSetter{conditions: &obj.Status.Conditions, generation: obj.Generation, now: now}
	if verdict := state.Isolated; verdict != nil {
		set.to(v1alpha1.IsolatedCondition, verdict.Holds,
			either(verdict.Holds, v1alpha1.ReasonIsolated, v1alpha1.ReasonLeaksFound), verdict.Message)
	}
	if verdict := state.Complete; verdict != nil {
		set.to(v1alpha1.CompleteCondition, verdict.Holds,
			either(verdict.Holds, v1alpha1.ReasonComplete, v1alpha1.ReasonObjectsMissing), verdict.Message)
	}
}

// recordReady writes that all stages are done for this generation, and what else there is to know.
func recordReady(obj *v1alpha1.SnowflakeClone, total int, now time.Time, note string) {
	obj.Status.Phase = v1alpha1.PhaseReady
	obj.Status.Progress = fmt.Sprintf("%d/%d", total, total)
	if run := obj.Status.Run; run != nil && run.CompletedAt == nil {
		run.CompletedAt = new(metav1.NewTime(now))
	}
	setConditions(&obj.Status.Conditions, situation{
		ready: true, reason: v1alpha1.ReasonReady, message: readyMessage(obj) + note,
	}, obj.Generation, now)
}

func readyMessage(obj *v1alpha1.SnowflakeClone) string {
	message := "The clone is ready for use"
	if obj.Status.Database != nil {
		message = fmt.Sprintf("Database %s is ready for use", obj.Status.Database.Name)
	}
	if obj.Status.ExpiresAt != nil {
		message += " until " + obj.Status.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return message + passedOver(obj)
}

// recordSuspended writes that nothing is changed in Snowflake. A clone that is finished stays Ready: it is as good as it
// was.
func recordSuspended(obj *v1alpha1.SnowflakeClone, finished bool, now time.Time) {
	obj.Status.Phase = v1alpha1.PhaseSuspended
	message := "Suspended: nothing is changed in Snowflake until spec.suspend is false"
	if !obj.DeletionTimestamp.IsZero() {
		message = "Suspended: the deletion waits until spec.suspend is false"
	}
	setConditions(&obj.Status.Conditions, situation{
		ready:  finished && obj.DeletionTimestamp.IsZero(),
		reason: v1alpha1.ReasonSuspended, message: message,
	}, obj.Generation, now)
}

// recordTeardown writes how far the dropping of the database is: what was waited for, or what went wrong.
func recordTeardown(obj *v1alpha1.SnowflakeClone, outcome clone.Outcome, err *clone.Error, now time.Time) {
	obj.Status.Phase = v1alpha1.PhaseDeleting
	s := situation{
		reason:  v1alpha1.ReasonDeleting,
		message: orElse(outcome.Message, "The database is being dropped"),
		working: v1alpha1.ReasonDeleting,
	}
	if obj.DeletionTimestamp.IsZero() {
		s.reason, s.working = v1alpha1.ReasonExpiring, v1alpha1.ReasonExpiring
		set := conditionSetter{conditions: &obj.Status.Conditions, generation: obj.Generation, now: now}
		set.to(v1alpha1.ExpiredCondition, true, v1alpha1.ReasonExpiring, "The clone's time is over")
	}
	if err != nil {
		failed := trouble(err)
		s.message, s.working, s.stalled = failed.message, failed.working, failed.stalled
		if err.Terminal && !obj.DeletionTimestamp.IsZero() && !strings.Contains(s.message, string(v1alpha1.DeletionRetain)) {
			s.message += "; or set spec.deletionPolicy to Retain to let go of the database"
		}
	}
	setConditions(&obj.Status.Conditions, s, obj.Generation, now)
}

// recordTombstone writes that the clone's time is over and its database gone. It is never cloned again.
func recordTombstone(obj *v1alpha1.SnowflakeClone, now time.Time) {
	obj.Status.Phase = v1alpha1.PhaseExpired
	obj.Status.Progress = string(v1alpha1.PhaseExpired)
	message := "The clone's time is over, and its database was never made"
	if dropped := obj.Status.Dropped; dropped != nil {
		message = "The clone's time is over, and its database was dropped on " + dropped.At.UTC().Format(time.RFC3339)
		if dropped.UndropBefore != nil {
			message += ", to be undropped before " + dropped.UndropBefore.UTC().Format(time.RFC3339)
		}
	}
	set := conditionSetter{conditions: &obj.Status.Conditions, generation: obj.Generation, now: now}
	set.to(v1alpha1.ExpiredCondition, true, v1alpha1.ReasonExpired, message)
	setConditions(&obj.Status.Conditions, situation{reason: v1alpha1.ReasonExpired, message: message}, obj.Generation, now)
}

// recordNotExpired takes back an expiry that was not acted on: the clone's life was lengthened in time.
func recordNotExpired(obj *v1alpha1.SnowflakeClone) {
	apimeta.RemoveStatusCondition(&obj.Status.Conditions, v1alpha1.ExpiredCondition)
}

// progressOf names the stage at work, its number, and how far it is.
func progressOf(row *v1alpha1.StepStatus, o observation, finished bool) string {
	progress := fmt.Sprintf("%s %d/%d", o.step, o.place+1, o.total)
	if !finished && row.Total > 0 {
		progress += fmt.Sprintf(" (%d/%d)", row.Done, row.Total)
	}
	return progress
}

// microTime is a moment at the precision to which a status keeps it.
func microTime(t time.Time) *metav1.MicroTime {
	return new(metav1.NewMicroTime(t.Truncate(time.Microsecond)))
}

// count is a number as the API keeps it.
func count(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }

// either is yes where it holds, and no otherwise.
func either(holds bool, yes, no string) string {
	if holds {
		return yes
	}
	return no
}
