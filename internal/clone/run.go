package clone

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Run is what a stage may see of one pass of the pipeline over one clone. The caller makes it anew for each call.
type Run struct {
	// Spec of the clone, and Policy of its connection. Read only.
	Spec   v1alpha1.SnowflakeCloneSpec
	Policy v1alpha1.ConnectionPolicy

	// Source is cloned, Target is made. Stored names.
	Source sqltext.Ident
	Target sqltext.Ident

	// Role is the operator's role, which owns what it makes. Stored name.
	Role sqltext.Ident

	// Marker is what the target's comment must hold to be ours.
	Marker Marker

	// Snowflake is a session pool of the connection, for reading. What changes the target goes through Own.
	Snowflake *snowflake.Client

	// Clock gives the time; Deadline is when the time slice of this call is over.
	Clock    clock.PassiveClock
	Deadline time.Time

	// HandedOver is when the first run over the same database that came to its end did so; zero if none did. What was made
	// in the clone since then is its users' own.
	HandedOver time.Time

	// State is what the caller recorded of earlier calls, and records of this one.
	State *State
}

// isTheirs says whether something in the clone came into being when its users had it.
func (r *Run) isTheirs(createdOn time.Time) bool {
	return !r.HandedOver.IsZero() && createdOn.After(r.HandedOver)
}

// isTheirObject says whether an object in the clone belongs to its users, for the stages that guard it and that move its
// ownership. What the operator's role owns does not, however late it was made: a later run may have replaced it.
func (r *Run) isTheirObject(object snowflake.Object) bool {
	return r.isTheirs(object.CreatedOn) && object.Owner != string(r.Role)
}

// State is what a stage leaves behind for its next call, and for people. The caller saves it after each call.
type State struct {
	// Intent is a change that must happen at most once. A stage sets it and returns Wait; when it finds it set in a later
	// call, it is committed, and the stage may act.
	Intent *v1alpha1.Intent
	// Database is the clone's database, once it exists.
	Database *v1alpha1.DatabaseStatus
	// SourceTime is the moment in the source's history that is cloned, fixed once in a run.
	SourceTime *metav1.Time
	// Conflicts counts the attempts at cloning that failed because the source changed meanwhile.
	Conflicts *v1alpha1.SourceConflicts
	// Dropped says when teardown dropped the database.
	Dropped *v1alpha1.DroppedStatus
	// QueryID of the statement that the stage waits for. It is the stage's own and gone when the stage is done.
	QueryID string
	// Done and Total are how far the stage is.
	Done, Total int
	// Summary counts what was done and found.
	Summary v1alpha1.Summary
	// Report holds what is too long for the status.
	Report Report
	// Isolated and Complete are the verdicts of the validation; nil before it.
	Isolated, Complete *Verdict
}

// Verdict is a judgement of the validation.
type Verdict struct {
	// Holds says whether the property was found true.
	Holds bool
	// Message says in one sentence what was found.
	Message string
}

// Progress records that the stage has dealt with done of total.
func (r *Run) Progress(done, total int) { r.State.Done, r.State.Total = done, total }

// SliceOver says whether the stage must stop and let others have their turn.
func (r *Run) SliceOver() bool { return !r.Clock.Now().Before(r.Deadline) }

// Parallelism is how many statements may be in flight at once.
func (r *Run) Parallelism() int { return max(1, int(r.Spec.Parallelism)) }

// Intends says whether the change is recorded, and so may be made now. If not, it sets the intent: the stage then
// returns Wait, so that the caller commits it. An intent is compared by action and database.
func (r *Run) Intends(action v1alpha1.IntentAction, database sqltext.Ident) bool {
	if intent := r.State.Intent; intent != nil && intent.Action == action && intent.Database == string(database) {
		return true
	}
	r.State.Intent = &v1alpha1.Intent{Action: action, Database: string(database), At: metav1.NewTime(r.Clock.Now())}
	return false
}
