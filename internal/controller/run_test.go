package controller

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestACloneIsItsUsersFromTheFirstRunThatCameToItsEnd(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	first := start.Add(time.Hour)
	for name, tc := range map[string]struct {
		reason string
		// completed says of each run, the first one first, whether it came to its end, an hour after the one before.
		completed []bool
		want      time.Time
	}{
		"no run before":                   {reason: "it is nobody's yet"},
		"one that failed":                 {reason: "nobody was let in", completed: []bool{false}},
		"one that came to its end":        {reason: "since then", completed: []bool{true}, want: first},
		"another one after it":            {reason: "what was made between the two is the users' too", completed: []bool{true, true}, want: first},
		"more failures than records kept": {reason: "the record that tells it is kept", completed: append([]bool{true}, make([]bool, 2*maxHistory)...), want: first},
	} {
		obj := &v1alpha1.SnowflakeClone{}
		obj.Status.Run = &v1alpha1.RunStatus{Number: 1}
		for i, completed := range tc.completed {
			if completed {
				obj.Status.Run.CompletedAt = new(metav1.NewTime(start.Add(time.Duration(i+1) * time.Hour)))
			}
			obj.Status.Run = nextRun(obj, start)
		}
		if got := handedOver(&obj.Status); !got.Equal(tc.want) {
			t.Errorf("%s: handed over at %s, want %s: %s", name, got, tc.want, tc.reason)
		}
		if n := len(obj.Status.History); n > maxHistory {
			t.Errorf("%s: %d records", name, n)
		}
	}
}
