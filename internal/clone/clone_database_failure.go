package clone

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// Limits of trying again after the source changed while it was cloned. Attempts that fail at once come, with the caller's
// back-off, over half an hour or so; those that take hours each are not made for days.
const (
	maxConflicts  = 12
	leastConflict = 3
	conflictTime  = 6 * time.Hour
)

// explainClone says why CREATE DATABASE … CLONE failed and what to do about it.
func (r *Run) explainClone(cause *snowflake.Error) error {
	point, _ := r.moment()
	switch {
	case snowflake.HasNumber(cause, snowflake.NumberDataNotAvailable) && point != nil:
		// The text names the table (C40). A pipe that was made anew since that moment fails the clone as well (C41).
		return &Error{Reason: v1alpha1.ReasonTimeTravelOutOfReach, Terminal: true, Err: fmt.Errorf("clone %s as of the past: %w; "+
			"choose a later moment in a new object, set source.ignoreTablesWithInsufficientDataRetention, or clone the present",
			r.Source, cause)}
	case snowflake.HasNumber(cause, snowflake.NumberDataNotAvailable):
		return r.conflict(cause, "data changed meanwhile", fmt.Sprintf("run ALTER DATABASE %s SET DATA_RETENTION_TIME_IN_DAYS = 1 "+
			"for the duration, and the same for schemas and tables that set it to 0", r.Source.SQL())) // C39
	case snowflake.HasNumber(cause, snowflake.NumberAlreadyExists):
		// Our own name was free when we looked: an object of the source was renamed or replaced meanwhile (C38).
		return r.conflict(cause, "objects were renamed or replaced meanwhile", "pause deployments for the duration")
	case snowflake.HasNumber(cause, snowflake.NumberTransientSource):
		// C12: a table or schema may be transient where the database is not.
		return &Error{Reason: v1alpha1.ReasonSourceNotCloneable, Terminal: true, Err: fmt.Errorf(
			"clone %s to %s: %w; set target.transient in a new object", r.Source, r.Target, cause)}
	case snowflake.HasNumber(cause, snowflake.NumberHybridClone):
		return &Error{Reason: v1alpha1.ReasonSourceNotCloneable, Terminal: true, Err: fmt.Errorf(
			"clone %s to %s: %w; set source.ignoreHybridTables in a new object", r.Source, r.Target, cause)}
	}
	return fmt.Errorf("clone %s to %s: %w", r.Source, r.Target, cause)
}

// conflict counts an attempt that failed because the source changed, and says whether to try again. When enough were made
// it gives up until somebody asks, and then begins to count anew.
func (r *Run) conflict(cause error, what, remedy string) error {
	now := metav1.NewTime(r.Clock.Now())
	seen := r.State.Conflicts
	if seen == nil {
		seen = &v1alpha1.SourceConflicts{Since: now}
	}
	seen = &v1alpha1.SourceConflicts{Count: seen.Count + 1, Since: seen.Since}
	failed := fmt.Errorf("clone %s: attempt %d: %w; %s", r.Source, seen.Count, cause, what)
	if seen.Count < maxConflicts && (seen.Count < leastConflict || now.Sub(seen.Since.Time) < conflictTime) {
		r.State.Conflicts = seen
		return &Error{Reason: v1alpha1.ReasonSourceChanging, Err: fmt.Errorf("%w: if this goes on, %s", failed, remedy)}
	}
	r.State.Conflicts = nil
	return &Error{Reason: v1alpha1.ReasonSourceChanging, Terminal: true, Err: fmt.Errorf("%w since %s, too often to go on: %s, or clone "+
		"a moment with source.at in a new object; then set the annotation %s",
		failed, seen.Since.UTC().Format(time.RFC3339), remedy, v1alpha1.RetryAnnotation)}
}
