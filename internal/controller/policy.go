package controller

import (
	"fmt"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// request is what a connection's policy judges, without a word from Snowflake.
type request struct {
	obj    *v1alpha1.SnowflakeClone
	policy v1alpha1.ConnectionPolicy
	names  names
	// peers counts the other clones that take a place of policy.maxClones before this one.
	peers int
	now   time.Time
}

// check runs the checks in turn. Each error is terminal, names the field and says what to do.
func (q request) check() error {
	for _, check := range []func() error{q.checkSupported, q.checkSource, q.checkTarget, q.checkLife, q.checkNumber} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkSupported refuses what this version cannot do, before anything is done.
func (q request) checkSupported() error {
	if q.obj.Spec.Refresh != nil {
		return clone.Terminalf(v1alpha1.ReasonNotSupported,
			"spec.refresh is not supported by this version; remove it, and create another SnowflakeClone for newer data")
	}
	return nil
}

// checkSource admits only sources that are listed.
func (q request) checkSource() error {
	if clone.MatchAny(q.policy.Sources, q.names.source) {
		return nil
	}
	return violation("spec.source.database: %s is not among the connection's policy.sources; "+
		"ask the connection's administrator to list it", q.names.source)
}

// checkTarget refuses targets that are the source, a possible source, protected or not listed. What is denied anywhere is
// denied.
func (q request) checkTarget() error {
	target := q.names.target
	switch {
	case target == q.names.source:
		return violation("spec.target.database: %s is the source; choose another name", target)
	case clone.MatchAny(q.policy.Protected, target):
		return violation("spec.target.database: %s is protected by the connection's policy; choose another name", target)
	case listsExactly(q.policy.Sources, q.names):
		return violation("spec.target.database: %s is among the connection's policy.sources; choose another name", target)
	case len(q.policy.Targets) > 0 && !clone.MatchAny(q.policy.Targets, target):
		return violation("spec.target.database: %s is not among the connection's policy.targets %v; choose a name that is",
			target, q.policy.Targets)
	}
	return nil
}

// listsExactly says whether the target is a listed source. A pattern that matches everything names no database, and
// would leave no name for a clone.
func listsExactly(sources []v1alpha1.Pattern, n names) bool {
	for _, pattern := range sources {
		if pattern != "*" && clone.Match(pattern, n.target) {
			return true
		}
	}
	return false
}

// checkLife bounds how long the clone is to live. Once the database is there, maxTTL caps its life instead.
func (q request) checkLife() error {
	spec := q.obj.Spec
	if q.policy.RequireTTL && spec.TTL == nil && spec.ExpiresAt == nil {
		return violation("the connection's policy.requireTTL asks for spec.ttl or spec.expiresAt; set one of them")
	}
	if q.policy.MaxTTL == nil || q.obj.Status.Database != nil {
		return nil
	}
	longest := q.policy.MaxTTL.Duration
	switch {
	case spec.TTL != nil && spec.TTL.Duration > longest:
		return violation("spec.ttl: %s is longer than the connection's policy.maxTTL %s; shorten it",
			spec.TTL.Duration, longest)
	case spec.ExpiresAt != nil && spec.ExpiresAt.Sub(q.now) > longest:
		return violation("spec.expiresAt: %s is further away than the connection's policy.maxTTL %s; choose an earlier time",
			spec.ExpiresAt.UTC().Format(time.RFC3339), longest)
	}
	return nil
}

// checkNumber bounds the number of clones. One that exists is not put out.
func (q request) checkNumber() error {
	limit := int(q.policy.MaxClones)
	if limit == 0 || isMade(&q.obj.Status) || q.peers < limit {
		return nil
	}
	return violation("the connection's policy.maxClones %d is used up; delete a clone or ask the connection's administrator", limit)
}

func violation(format string, args ...any) error {
	return &clone.Error{Reason: v1alpha1.ReasonPolicyViolation, Terminal: true, Message: fmt.Sprintf(format, args...)}
}

// takesPlaceBefore says whether another clone counts for policy.maxClones when this one asks: it has a database, or may
// have, or it was created earlier and waits for one of its own. Two that ask at once so agree on who comes first.
func takesPlaceBefore(other, obj *v1alpha1.SnowflakeClone) bool {
	switch {
	case other.UID == obj.UID || isDropped(&other.Status):
		return false
	case isMade(&other.Status):
		return true
	case !other.DeletionTimestamp.IsZero() || other.Status.Phase == v1alpha1.PhaseStalled:
		return false
	case !other.CreationTimestamp.Equal(&obj.CreationTimestamp):
		return other.CreationTimestamp.Before(&obj.CreationTimestamp)
	}
	return other.UID < obj.UID
}
