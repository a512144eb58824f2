package controller

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// notice is one thing to be told about an object. Its reason is one of the conditions' reasons.
type notice struct {
	kind, reason, action, message string
}

// maxNote is the length in bytes that the API allows for an event's note.
const maxNote = 1000

// announce sends events.
func announce(recorder events.EventRecorder, obj client.Object, list ...notice) {
	for _, e := range list {
		recorder.Eventf(obj, nil, e.kind, e.reason, e.action, "%s", cut(sentence(e.message), maxNote))
	}
}

func stepSucceeded(row v1alpha1.StepStatus) notice {
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonStepSucceeded, string(row.Name),
		fmt.Sprintf("Step %s: %s", row.Name, orElse(row.Message, "done"))}
}

func stepSkipped(row v1alpha1.StepStatus) notice {
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonStepSkipped, string(row.Name),
		fmt.Sprintf("Step %s: %s", row.Name, orElse(row.Message, "nothing to do"))}
}

func becameReady(message string) notice {
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonReady, "Reconcile", message}
}

func stalledBy(reason, message string) notice {
	return notice{corev1.EventTypeWarning, reason, "Reconcile", message}
}

func retriedBecause(reason, message string) notice {
	return notice{corev1.EventTypeWarning, reason, "Retry", message}
}

func becameSuspended(message string) notice {
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonSuspended, "Suspend", message}
}

func expiring(at *metav1.Time) notice {
	message := "The clone's time is over, its database is going to be dropped"
	if at != nil {
		message = "The clone's time was over at " + at.UTC().Format(time.RFC3339) + ", its database is going to be dropped"
	}
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonExpiring, "Drop", message}
}

func databaseDropped(database *v1alpha1.DatabaseStatus, dropped *v1alpha1.DroppedStatus) notice {
	message := "The database was dropped"
	if database != nil {
		message = fmt.Sprintf("Database %s was dropped", database.Name)
	}
	if dropped.UndropBefore != nil {
		message += " and can be undropped before " + dropped.UndropBefore.UTC().Format(time.RFC3339)
		if dropped.As != "" {
			message += " as " + dropped.As
		}
	}
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonDropped, "Drop", message}
}

func databaseRetained(status *v1alpha1.SnowflakeCloneStatus) notice {
	unfinished := ""
	if status.Run == nil || status.Run.CompletedAt == nil {
		unfinished = fmt.Sprintf("; it is not finished and may still lead to its source (%s)", status.Progress)
	}
	return notice{corev1.EventTypeNormal, v1alpha1.ReasonRetained, "Retain",
		fmt.Sprintf("Database %s is kept as spec.deletionPolicy asks, and nobody drops it any more%s", databaseName(status), unfinished)}
}

func databaseAbandoned(status *v1alpha1.SnowflakeCloneStatus) notice {
	return notice{corev1.EventTypeWarning, v1alpha1.ReasonAbandoned, "Abandon",
		fmt.Sprintf("Database %s is left as it is because SnowflakeClones are being removed from the cluster", databaseName(status))}
}

// databaseName is the name of the database that was made, or that may have been.
func databaseName(status *v1alpha1.SnowflakeCloneStatus) string {
	switch {
	case status.Database != nil:
		return status.Database.Name
	case status.Intent != nil:
		return status.Intent.Database
	}
	return "of the clone"
}

// eventsOf says what is to be told about a change of status.
func eventsOf(before, after *v1alpha1.SnowflakeCloneStatus) []notice {
	var list []notice
	for _, row := range changedRows(before, after) {
		switch row.State { //nolint:exhaustive // the others are told by the conditions
		case v1alpha1.StepSucceeded:
			list = append(list, stepSucceeded(row))
		case v1alpha1.StepSkipped:
			list = append(list, stepSkipped(row))
		}
	}
	if isNew(before.Conditions, after.Conditions, v1alpha1.ExpiredCondition) && after.Dropped == nil {
		list = append(list, expiring(after.ExpiresAt))
	}
	if before.Dropped == nil && after.Dropped != nil {
		list = append(list, databaseDropped(after.Database, after.Dropped))
	}
	return append(list, conditionEvents(before.Conditions, after.Conditions)...)
}

// changedRows are the rows that a reconcile has written.
func changedRows(before, after *v1alpha1.SnowflakeCloneStatus) []v1alpha1.StepStatus {
	old := map[v1alpha1.StepName]v1alpha1.StepStatus{}
	for _, row := range before.Steps {
		old[row.Name] = row
	}
	var changed []v1alpha1.StepStatus
	for _, row := range after.Steps {
		if row.State == v1alpha1.StepPending {
			continue
		}
		if was := old[row.Name]; was.State != row.State || was.Attempts != row.Attempts || was.Reason != row.Reason {
			changed = append(changed, row)
		}
	}
	return changed
}

// conditionEvents tells of what Ready, Reconciling and Stalled have come to.
func conditionEvents(before, after []metav1.Condition) []notice {
	ready := apimeta.FindStatusCondition(after, v1alpha1.ReadyCondition)
	if ready == nil {
		return nil
	}
	was := apimeta.FindStatusCondition(before, v1alpha1.ReadyCondition)
	working := apimeta.FindStatusCondition(after, v1alpha1.ReconcilingCondition)
	stalled := apimeta.FindStatusCondition(after, v1alpha1.StalledCondition)
	switch {
	case stalled != nil && isNew(before, after, v1alpha1.StalledCondition):
		return []notice{stalledBy(stalled.Reason, stalled.Message)}
	case was != nil && was.Status == ready.Status && was.Reason == ready.Reason:
		return nil
	case ready.Reason == v1alpha1.ReasonSuspended:
		return []notice{becameSuspended(ready.Message)}
	case ready.Status == metav1.ConditionTrue:
		return []notice{becameReady(ready.Message)}
	case working != nil && working.Reason == v1alpha1.ReasonProgressingWithRetry:
		return []notice{retriedBecause(ready.Reason, ready.Message)}
	}
	return nil
}

// isNew says whether a condition is true and was not, or was for another reason or with another message.
func isNew(before, after []metav1.Condition, kind string) bool {
	is, was := apimeta.FindStatusCondition(after, kind), apimeta.FindStatusCondition(before, kind)
	if is == nil || is.Status != metav1.ConditionTrue {
		return false
	}
	return was == nil || was.Status != is.Status || was.Reason != is.Reason || was.Message != is.Message
}
