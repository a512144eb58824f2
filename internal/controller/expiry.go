package controller

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// expiryOf is the moment at which the clone's database is to be dropped, or nil for never. The time of a ttl runs from
// the moment at which the database exists; extend-until lengthens it. The policy's maxTTL caps all of it, but takes back
// nothing that the status has promised: an administrator who lowers it drops no database that is in use. Without a
// policy, because the connection is gone, nothing is lengthened.
func expiryOf(obj *v1alpha1.SnowflakeClone, policy *v1alpha1.ConnectionPolicy) *metav1.Time {
	var at *time.Time
	switch spec := obj.Spec; {
	case spec.ExpiresAt != nil:
		at = &spec.ExpiresAt.Time
	case spec.TTL != nil && obj.Status.Database != nil:
		at = new(obj.Status.Database.CreatedOn.Add(spec.TTL.Duration))
	}
	if until, err := time.Parse(time.RFC3339, obj.Annotations[v1alpha1.ExtendUntilAnnotation]); err == nil && at != nil && until.After(*at) {
		at = &until
	}
	if limit := limitOf(obj, policy); limit != nil && (at == nil && policy != nil && policy.RequireTTL || at != nil && at.After(*limit)) {
		at = limit
	}
	if at == nil {
		return nil
	}
	// Status keeps whole seconds; a clone lives the rest of its last one.
	return new(metav1.NewTime(at.Add(time.Second - 1).UTC().Truncate(time.Second)))
}

// limitOf is the latest moment that the policy allows, or nil for none.
func limitOf(obj *v1alpha1.SnowflakeClone, policy *v1alpha1.ConnectionPolicy) *time.Time {
	var promised *time.Time
	if obj.Status.ExpiresAt != nil {
		promised = &obj.Status.ExpiresAt.Time
	}
	switch {
	case obj.Status.Database == nil:
		return nil
	case policy == nil:
		return promised
	case policy.MaxTTL == nil:
		return nil
	}
	limit := obj.Status.Database.CreatedOn.Add(policy.MaxTTL.Duration)
	if promised != nil && promised.After(limit) {
		return promised
	}
	return &limit
}

// isOver says whether a moment has come.
func isOver(at *metav1.Time, now time.Time) bool { return at != nil && !now.Before(at.Time) }
