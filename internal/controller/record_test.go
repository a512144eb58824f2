package controller

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// newClone is a clone at its first step.
func newClone() *v1alpha1.SnowflakeClone {
	return &v1alpha1.SnowflakeClone{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "customer-360", UID: "uid-1", Generation: 3},
		Spec:       v1alpha1.SnowflakeCloneSpec{Source: v1alpha1.CloneSource{Database: "PRODUCTION_DB"}},
		Status:     v1alpha1.SnowflakeCloneStatus{Run: &v1alpha1.RunStatus{Number: 1}},
	}
}

// recorded is what a table of records compares: the step's row and what the conditions sum up to.
type recorded struct {
	Phase       v1alpha1.Phase
	Progress    string
	State       v1alpha1.StepState
	Attempts    int32
	RowReason   string
	Message     string
	QueryID     string
	Completed   bool
	Ready       string
	Reconciling string
	Stalled     string
}

// summarize reads a status back.
func summarize(obj *v1alpha1.SnowflakeClone, step v1alpha1.StepName) recorded {
	row := rowOf(&obj.Status, step)
	return recorded{
		Phase: obj.Status.Phase, Progress: obj.Status.Progress, State: row.State, Attempts: row.Attempts,
		RowReason: row.Reason, Message: row.Message, QueryID: row.QueryID, Completed: row.CompletionTime != nil,
		Ready:       read(obj, v1alpha1.ReadyCondition),
		Reconciling: read(obj, v1alpha1.ReconcilingCondition),
		Stalled:     read(obj, v1alpha1.StalledCondition),
	}
}

// read is a condition as status/reason; empty where it is absent.
func read(obj *v1alpha1.SnowflakeClone, kind string) string {
	condition := apimeta.FindStatusCondition(obj.Status.Conditions, kind)
	if condition == nil {
		return ""
	}
	return string(condition.Status) + "/" + condition.Reason
}

func TestRecord(t *testing.T) {
	unavailable := clone.Transientf(v1alpha1.ReasonSnowflakeUnavailable, "no answer")
	refused := &clone.Error{Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true, Message: "role R lacks rights; run: GRANT X;"}
	for name, tc := range map[string]struct {
		reason string
		before v1alpha1.StepStatus
		seen   observation
		want   recorded
	}{
		"a stage that is done gives way to the next": {
			reason: "row Done of the decision table",
			seen:   observation{outcome: clone.Done("moved 3 views"), state: &clone.State{Done: 3, Total: 3}},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14", State: v1alpha1.StepSucceeded, Attempts: 1,
				Message: "Moved 3 views", Completed: true, Ready: "False/Progressing", Reconciling: "True/Progressing",
			},
		},
		"the last stage makes it ready": {
			reason: "row Done, last",
			seen:   observation{place: 13, outcome: clone.Done("all in"), state: &clone.State{}},
			want: recorded{
				Phase: v1alpha1.PhaseReady, Progress: "14/14", State: v1alpha1.StepSucceeded, Attempts: 1,
				Message: "All in", Completed: true, Ready: "True/Ready",
			},
		},
		"a stage that is skipped is done": {
			reason: "there was nothing to do, now or later",
			seen:   observation{outcome: clone.Skip("no streams"), state: &clone.State{}},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14", State: v1alpha1.StepSkipped, Attempts: 1,
				RowReason: v1alpha1.ReasonStepSkipped, Message: "No streams", Completed: true,
				Ready: "False/Progressing", Reconciling: "True/Progressing",
			},
		},
		"a stage that waits says how far it is": {
			reason: "row Wait: people watch the progress",
			seen: observation{
				outcome: clone.Wait(time.Second, "120 of 280 views"),
				state:   &clone.State{Done: 120, Total: 280, QueryID: "01ab"},
			},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14 (120/280)", State: v1alpha1.StepRunning, Attempts: 1,
				Message: "120 of 280 views", QueryID: "01ab", Ready: "False/Progressing", Reconciling: "True/Progressing",
			},
		},
		"a query that has ended is forgotten": {
			reason: "the teardown would ask after it",
			before: v1alpha1.StepStatus{State: v1alpha1.StepRunning, Attempts: 1, StartTime: microTime(noon), QueryID: "01ab"},
			seen:   observation{outcome: clone.Done("there"), state: &clone.State{QueryID: "01ab"}},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14", State: v1alpha1.StepSucceeded, Attempts: 1,
				Message: "There", Completed: true, Ready: "False/Progressing", Reconciling: "True/Progressing",
			},
		},
		"a transient error is tried again": {
			reason: "row transient error",
			seen:   observation{err: unavailable, state: &clone.State{}},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14", State: v1alpha1.StepRunning, Attempts: 1,
				RowReason: v1alpha1.ReasonSnowflakeUnavailable, Message: "No answer",
				Ready: "False/SnowflakeUnavailable", Reconciling: "True/ProgressingWithRetry",
			},
		},
		"a second failure is a second attempt": {
			reason: "attempts count how often a stage failed and was begun again",
			before: v1alpha1.StepStatus{
				State: v1alpha1.StepRunning, Attempts: 1, Reason: v1alpha1.ReasonSnowflakeUnavailable, StartTime: microTime(noon),
			},
			seen: observation{err: unavailable, state: &clone.State{}},
			want: recorded{
				Phase: v1alpha1.PhaseRunning, Progress: "Repoint 7/14", State: v1alpha1.StepRunning, Attempts: 2,
				RowReason: v1alpha1.ReasonSnowflakeUnavailable, Message: "No answer",
				Ready: "False/SnowflakeUnavailable", Reconciling: "True/ProgressingWithRetry",
			},
		},
		"a terminal error waits for somebody": {
			reason: "row terminal error: reason and next action",
			seen:   observation{err: refused, state: &clone.State{}},
			want: recorded{
				Phase: v1alpha1.PhaseStalled, Progress: "Repoint 7/14", State: v1alpha1.StepFailed, Attempts: 1,
				RowReason: v1alpha1.ReasonMissingPrivileges, Message: "Role R lacks rights; run: GRANT X;",
				Ready: "False/MissingPrivileges", Stalled: "True/MissingPrivileges",
			},
		},
		"a stage that could not be called is recorded as failed": {
			reason: "a refused login happens before the stage has a state",
			seen:   observation{err: clone.Terminalf(v1alpha1.ReasonLoginRefused, "390100 (08004): no")},
			want: recorded{
				Phase: v1alpha1.PhaseStalled, Progress: "Repoint 7/14", State: v1alpha1.StepFailed, Attempts: 1,
				RowReason: v1alpha1.ReasonLoginRefused, Message: "390100 (08004): no",
				Ready: "False/LoginRefused", Stalled: "True/LoginRefused",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			tc.before.Name = v1alpha1.StepRepoint
			obj.Status.Steps = []v1alpha1.StepStatus{tc.before}
			tc.seen.step, tc.seen.total, tc.seen.began, tc.seen.now = v1alpha1.StepRepoint, 14, noon, noon.Add(time.Second)
			if tc.seen.place == 0 {
				tc.seen.place = 6
			}
			record(obj, tc.seen)
			if diff := cmp.Diff(tc.want, summarize(obj, v1alpha1.StepRepoint)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			checkConditions(t, 3, obj.Status.Conditions)
		})
	}
}

func TestAStateSurvivesItsRecord(t *testing.T) {
	state := &clone.State{
		Intent:     &v1alpha1.Intent{Action: v1alpha1.IntentCreateDatabase, Database: "DEV", At: metav1.NewTime(noon)},
		Database:   &v1alpha1.DatabaseStatus{Name: "DEV", CreatedOn: metav1.NewMicroTime(noon), Owner: "OPERATOR"},
		SourceTime: new(metav1.NewTime(noon)),
		QueryID:    "01ab", Done: 3, Total: 7,
		Summary:  v1alpha1.Summary{Schemas: 6},
		Isolated: &clone.Verdict{Message: "2 paths lead to it"},
		Complete: &clone.Verdict{Holds: true, Message: "all there"},
	}
	obj := newClone()
	record(obj, observation{
		step: v1alpha1.StepRepoint, total: 14, outcome: clone.Wait(0, "more"), state: state, began: noon, now: noon,
	})
	want := *state
	want.Isolated, want.Complete = nil, nil // They are conditions now.
	if diff := cmp.Diff(&want, stateOf(obj, rowOf(&obj.Status, v1alpha1.StepRepoint), clone.Report{})); diff != "" {
		t.Errorf("the next call sees another state (-want +got):\n%s", diff)
	}
	got := []string{read(obj, v1alpha1.IsolatedCondition), read(obj, v1alpha1.CompleteCondition)}
	if diff := cmp.Diff([]string{"False/LeaksFound", "True/Complete"}, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	checkConditions(t, 3, obj.Status.Conditions)
}

func TestAnIntentEndsWithItsStage(t *testing.T) {
	obj := newClone()
	intent := &v1alpha1.Intent{Action: v1alpha1.IntentCreateDatabase, Database: "DEV"}
	seen := observation{step: v1alpha1.StepCloneDatabase, total: 14, state: &clone.State{Intent: intent}, began: noon, now: noon}
	for _, tc := range []struct {
		reason string
		out    clone.Outcome
		err    *clone.Error
		want   *v1alpha1.Intent
	}{
		{"a stage that waits still intends", clone.Wait(0, "submitted"), nil, intent},
		{"a failure leaves open whether it happened", clone.Outcome{}, clone.Transientf("X", "lost"), intent},
		{"what is done is intended no more", clone.Done("made"), nil, nil},
	} {
		seen.outcome, seen.err = tc.out, tc.err
		record(obj, seen)
		if diff := cmp.Diff(tc.want, obj.Status.Intent); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestRecordOfTheEnd(t *testing.T) {
	deleted := metav1.NewTime(noon)
	refused := clone.Terminalf(v1alpha1.ReasonTargetNotOurs, "its comment does not hold this object's marker")
	for name, tc := range map[string]struct {
		reason string
		record func(*v1alpha1.SnowflakeClone)
		phase  v1alpha1.Phase
		want   []string // Ready, Reconciling, Stalled, Expired
	}{
		"a deletion goes on": {
			reason: "row deleting",
			record: func(obj *v1alpha1.SnowflakeClone) {
				obj.DeletionTimestamp = &deleted
				recordTeardown(obj, clone.Wait(0, "renaming"), nil, noon)
			},
			phase: v1alpha1.PhaseDeleting, want: []string{"False/Deleting", "True/Deleting", "", ""},
		},
		"a refused deletion is stalled": {
			reason: "row deleting, refused",
			record: func(obj *v1alpha1.SnowflakeClone) {
				obj.DeletionTimestamp = &deleted
				recordTeardown(obj, clone.Outcome{}, refused, noon)
			},
			phase: v1alpha1.PhaseDeleting, want: []string{"False/Deleting", "", "True/TargetNotOurs", ""},
		},
		"a deletion that failed for now is tried again": {
			reason: "an outage passes",
			record: func(obj *v1alpha1.SnowflakeClone) {
				obj.DeletionTimestamp = &deleted
				recordTeardown(obj, clone.Outcome{}, clone.Transientf(v1alpha1.ReasonSnowflakeUnavailable, "no answer"), noon)
			},
			phase: v1alpha1.PhaseDeleting, want: []string{"False/Deleting", "True/ProgressingWithRetry", "", ""},
		},
		"an expiry goes on": {
			reason: "the time is over, the database is still there",
			record: func(obj *v1alpha1.SnowflakeClone) { recordTeardown(obj, clone.Wait(0, ""), nil, noon) },
			phase:  v1alpha1.PhaseDeleting, want: []string{"False/Expiring", "True/Expiring", "", "True/Expiring"},
		},
		"an expired clone is a tombstone": {
			reason: "GitOps must not clone it again",
			record: func(obj *v1alpha1.SnowflakeClone) {
				obj.Status.Dropped = &v1alpha1.DroppedStatus{At: deleted}
				recordTombstone(obj, noon)
			},
			phase: v1alpha1.PhaseExpired, want: []string{"False/Expired", "", "", "True/Expired"},
		},
		"a suspended clone waits": {
			reason: "nothing is done and nothing expected",
			record: func(obj *v1alpha1.SnowflakeClone) { recordSuspended(obj, false, noon) },
			phase:  v1alpha1.PhaseSuspended, want: []string{"False/Suspended", "", "", ""},
		},
		"a suspended clone that is finished stays ready": {
			reason: "its database is as good as it was",
			record: func(obj *v1alpha1.SnowflakeClone) { recordSuspended(obj, true, noon) },
			phase:  v1alpha1.PhaseSuspended, want: []string{"True/Suspended", "", "", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			tc.record(obj)
			got := []string{
				read(obj, v1alpha1.ReadyCondition), read(obj, v1alpha1.ReconcilingCondition),
				read(obj, v1alpha1.StalledCondition), read(obj, v1alpha1.ExpiredCondition),
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || obj.Status.Phase != tc.phase {
				t.Errorf("%s: phase %s, want %s (-want +got):\n%s", tc.reason, obj.Status.Phase, tc.phase, diff)
			}
			checkConditions(t, 3, obj.Status.Conditions)
		})
	}
}
