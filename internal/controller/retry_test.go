package controller

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

func TestAWaitThatGotNothingDoneDoesNotEndARowOfFailures(t *testing.T) {
	t.Parallel()
	r := &cloneReconciler{backoff: newBackoff(func() float64 { return 1 })}
	work := task{obj: &v1alpha1.SnowflakeClone{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "dev"}}}
	failure := observation{err: &clone.Error{Reason: v1alpha1.ReasonSourceChanging}}
	recorded := observation{outcome: clone.Wait(0, "The intent is recorded"), state: &clone.State{}}
	progress := observation{outcome: clone.Wait(0, "3 of 9"), state: &clone.State{Done: 3, Total: 9}}
	for i, one := range []struct {
		seen observation
		want time.Duration
	}{
		{failure, firstRetry}, {recorded, atOnce}, {failure, 2 * firstRetry}, {recorded, atOnce}, {failure, 4 * firstRetry},
		{progress, atOnce}, {failure, firstRetry},
	} {
		if got := r.next(work, one.seen); got != one.want {
			t.Errorf("call %d: next in %s, want %s", i, got, one.want)
		}
	}
}

func TestAStalledCloneIsLookedAtAgainWhereNoWatchSeesItHeal(t *testing.T) {
	t.Parallel()
	r := &cloneReconciler{backoff: newBackoff(func() float64 { return 1 })}
	work := task{obj: &v1alpha1.SnowflakeClone{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "dev"}}}
	for reason, want := range map[string]time.Duration{
		v1alpha1.ReasonInternalError:     slowPoll, // A ConfigMap in the way of the report was deleted.
		v1alpha1.ReasonMissingPrivileges: slowPoll,
		v1alpha1.ReasonLeaksFound:        0,
	} {
		if got := r.next(work, observation{err: &clone.Error{Reason: reason, Terminal: true}}); got != want {
			t.Errorf("%s: next in %s, want %s", reason, got, want)
		}
	}
}
