package controller

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestExpiry(t *testing.T) {
	hours := func(n time.Duration) *metav1.Duration { return &metav1.Duration{Duration: n * time.Hour} }
	at := func(n time.Duration) *metav1.Time { return new(metav1.NewTime(noon.Add(n * time.Hour))) }
	extend := func(n time.Duration) map[string]string {
		return map[string]string{v1alpha1.ExtendUntilAnnotation: noon.Add(n * time.Hour).Format(time.RFC3339)}
	}
	for name, tc := range map[string]struct {
		reason      string
		ttl         *metav1.Duration
		expiresAt   *metav1.Time
		annotations map[string]string
		unmade      bool
		promised    *metav1.Time
		policy      *v1alpha1.ConnectionPolicy
		want        *metav1.Time
	}{
		"neither ttl nor expiresAt": {reason: "it lives until it is deleted", policy: &v1alpha1.ConnectionPolicy{}},
		"a ttl runs from the database's creation": {
			reason: "the wait for it is not the user's", ttl: hours(24), policy: &v1alpha1.ConnectionPolicy{}, want: at(24),
		},
		"a ttl does not run before there is a database": {
			reason: "there is nothing to expire", ttl: hours(24), unmade: true, policy: &v1alpha1.ConnectionPolicy{},
		},
		"expiresAt is the moment": {
			reason: "it was said so", expiresAt: at(5), unmade: true, policy: &v1alpha1.ConnectionPolicy{}, want: at(5),
		},
		"extend-until lengthens": {
			reason: "that is what it is for", ttl: hours(24), annotations: extend(30), policy: &v1alpha1.ConnectionPolicy{}, want: at(30),
		},
		"extend-until does not shorten": {
			reason: "it is no way to drop a database", ttl: hours(24), annotations: extend(3), policy: &v1alpha1.ConnectionPolicy{}, want: at(24),
		},
		"extend-until that cannot be read is nothing": {
			reason: "nobody can refuse an annotation", ttl: hours(24), policy: &v1alpha1.ConnectionPolicy{}, want: at(24),
			annotations: map[string]string{v1alpha1.ExtendUntilAnnotation: "tomorrow"},
		},
		"extend-until that cannot be read any more": {
			reason: "a slip of the pen drops no database", ttl: hours(24), promised: at(30),
			policy: &v1alpha1.ConnectionPolicy{}, want: at(30),
			annotations: map[string]string{v1alpha1.ExtendUntilAnnotation: "2026-13-01"},
		},
		"extend-until that was taken back": {
			reason: "that was meant", ttl: hours(24), promised: at(30), policy: &v1alpha1.ConnectionPolicy{}, want: at(24),
		},
		"extend-until gives no end to what has none": {
			reason: "it would be a way to drop a database", annotations: extend(30), policy: &v1alpha1.ConnectionPolicy{},
		},
		"maxTTL caps the extension": {
			reason: "the policy bounds it", ttl: hours(24), annotations: extend(1000),
			policy: &v1alpha1.ConnectionPolicy{MaxTTL: hours(48)}, want: at(48),
		},
		"maxTTL caps a ttl that was lengthened later": {
			reason: "the policy bounds it", ttl: hours(100), promised: at(24),
			policy: &v1alpha1.ConnectionPolicy{MaxTTL: hours(48)}, want: at(48),
		},
		"a lower maxTTL takes back no promise": {
			reason: "no database in use is dropped for it", ttl: hours(24), promised: at(24),
			policy: &v1alpha1.ConnectionPolicy{MaxTTL: hours(1)}, want: at(24),
		},
		"a life without end that the policy does not allow": {
			reason: "somebody removed the ttl", promised: at(24),
			policy: &v1alpha1.ConnectionPolicy{MaxTTL: hours(48), RequireTTL: true}, want: at(48),
		},
		"nothing is lengthened without a connection": {
			reason: "its policy is not known", ttl: hours(24), annotations: extend(1000), promised: at(24), want: at(24),
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			obj.Annotations = tc.annotations
			obj.Spec.TTL, obj.Spec.ExpiresAt, obj.Status.ExpiresAt = tc.ttl, tc.expiresAt, tc.promised
			if !tc.unmade {
				obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "DEV", CreatedOn: metav1.NewMicroTime(noon)}
			}
			if diff := cmp.Diff(tc.want, expiryOf(obj, tc.policy)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAnExpiryIsAWholeSecondAndNeverEarly(t *testing.T) {
	obj := newClone()
	obj.Spec.TTL = &metav1.Duration{Duration: time.Minute}
	obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "DEV", CreatedOn: metav1.NewMicroTime(noon.Add(time.Microsecond))}
	want := new(metav1.NewTime(noon.Add(time.Minute + time.Second)))
	if diff := cmp.Diff(want, expiryOf(obj, nil)); diff != "" {
		t.Errorf("status keeps whole seconds (-want +got):\n%s", diff)
	}
}

func TestDropsOfAnHour(t *testing.T) {
	ago := func(minutes ...time.Duration) []metav1.Time {
		var times []metav1.Time
		for _, m := range minutes {
			times = append(times, metav1.NewTime(noon.Add(-m*time.Minute)))
		}
		return times
	}
	for name, tc := range map[string]struct {
		reason string
		drops  []metav1.Time
		limit  int32
		want   []metav1.Time
		wait   time.Duration
	}{
		"the first takes a place":      {"nobody was before it", nil, 2, ago(0), 0},
		"old drops are forgotten":      {"only the last hour counts", ago(90, 60, 10), 2, ago(10, 0), 0},
		"a full hour makes wait":       {"until the oldest is an hour old", ago(50, 10), 2, ago(50, 10), 10 * time.Minute},
		"a lower limit makes wait":     {"until so many are left", ago(50, 40, 10), 2, ago(50, 40, 10), 20 * time.Minute},
		"no limit is the longest list": {"the list is bounded", ago(10), 0, ago(10, 0), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, wait := takePlace(tc.drops, tc.limit, noon)
			if diff := cmp.Diff(tc.want, got); diff != "" || wait != tc.wait {
				t.Errorf("%s: wait %s, want %s (-want +got):\n%s", tc.reason, wait, tc.wait, diff)
			}
		})
	}
}
