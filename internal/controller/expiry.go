package controller

import (
	"fmt"
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
	if until := extendedUntil(obj); until != nil && at != nil && until.After(*at) {
		at = until
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

// extendedUntil is what extend-until asks for. Where nobody can read it, what was promised stands: a slip of the pen drops
// no database.
func extendedUntil(obj *v1alpha1.SnowflakeClone) *time.Time {
	asked := obj.Annotations[v1alpha1.ExtendUntilAnnotation]
	until, err := time.Parse(time.RFC3339, asked)
	switch {
	case err == nil:
		return &until
	case asked != "" && obj.Status.ExpiresAt != nil:
		return &obj.Status.ExpiresAt.Time
	}
	return nil
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

// passedOver says what of the annotations is not followed, and why; empty where all is.
func passedOver(obj *v1alpha1.SnowflakeClone) string {
	text := ""
	if asked := obj.Annotations[v1alpha1.ExtendUntilAnnotation]; asked != "" {
		until, err := time.Parse(time.RFC3339, asked)
		switch {
		case err != nil:
			text = fmt.Sprintf("; annotation %s: %.40q is no time such as 2006-01-02T15:04:05Z, what was promised stands",
				v1alpha1.ExtendUntilAnnotation, asked)
		case obj.Status.ExpiresAt == nil:
			text = fmt.Sprintf("; annotation %s is passed over: without spec.ttl or spec.expiresAt the clone does not expire",
				v1alpha1.ExtendUntilAnnotation)
		case until.After(obj.Status.ExpiresAt.Time):
			text = fmt.Sprintf("; annotation %s asks for more than the connection's policy.maxTTL allows",
				v1alpha1.ExtendUntilAnnotation)
		}
	}
	if obj.Annotations[v1alpha1.RefreshRequestedAnnotation] != "" {
		text += fmt.Sprintf("; annotation %s is passed over: this version refreshes no clone, create another SnowflakeClone "+
			"for newer data", v1alpha1.RefreshRequestedAnnotation)
	}
	return text
}
