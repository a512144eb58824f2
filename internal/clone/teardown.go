package clone

import (
	"context"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Drop takes the clone down: its database, then the account roles that were made for it. Like a step it looks before it
// acts and may be called again at any time; it returns Done when nothing is left. A database that is not proved to be
// ours is left alone, with a terminal error.
//
// The database is renamed first and looked at again under its new name before it is dropped, so that whoever takes the
// name in between loses nothing. What was dropped can be brought back under the new name for as long as its retention
// lasts (X2).
func Drop(ctx context.Context, r *Run) (Outcome, error) {
	if r.State.Dropped == nil {
		outcome, err := r.dropDatabase(ctx)
		if err != nil || outcome.Result != ResultDone {
			return outcome, err
		}
	}
	dropped, found, err := r.dropAccountRoles(ctx)
	switch {
	case err != nil:
		return Outcome{}, err
	case dropped < found:
		return Wait(0, fmt.Sprintf("Dropped %d of %d roles", dropped, found)), nil
	}
	return Done(fmt.Sprintf("Database %s is dropped, with %d account roles", r.Target, found)), nil
}

// dropDatabase drops the database under either of its names, whichever a crash may have left it with.
func (r *Run) dropDatabase(ctx context.Context) (Outcome, error) {
	renamed, err := r.Snowflake.FindDatabase(ctx, r.tombName())
	if err != nil {
		return Outcome{}, fmt.Errorf("look for database %s: %w", r.tombName(), err)
	}
	if renamed != nil {
		return r.dropRenamed(ctx)
	}
	live, err := r.Snowflake.FindDatabase(ctx, r.Target)
	switch {
	case err != nil:
		return Outcome{}, fmt.Errorf("look for database %s: %w", r.Target, err)
	case live == nil && r.State.QueryID != "" && r.State.Database == nil:
		return r.cancelClone(ctx)
	case live == nil && r.mayStillAppear():
		return Wait(lastPoll, "Looking whether a statement whose answer was lost still makes the database"), nil
	case live == nil:
		return r.gone(), nil
	}
	if r.State.Database == nil && !r.Marker.In(live.Comment) {
		return r.gone(), nil // Somebody else's: this object never made one.
	}
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if r.State.Database == nil {
		return r.adopt(live), nil // Its creation time is recorded before anything is done to it.
	}
	if !r.Intends(v1alpha1.IntentDropDatabase, r.Target) {
		return Wait(0, "The intent to drop the database is recorded"), nil
	}
	if err := own.renameTo(ctx, r.tombName()); err != nil {
		return Outcome{}, err
	}
	return r.dropRenamed(ctx)
}

// tombName is the name under which the database is dropped.
func (r *Run) tombName() sqltext.Ident {
	uid, _, _ := strings.Cut(r.Marker.UID, "-")
	return sqltext.Ident(fmt.Sprintf("%.200s__DROPPED_%s", r.Target, strings.ToUpper(uid)))
}

// dropRenamed drops the database after looking at it once more under its new name.
func (r *Run) dropRenamed(ctx context.Context) (Outcome, error) {
	own, err := r.own(ctx, r.tombName())
	if err != nil {
		return Outcome{}, err
	}
	if err := own.drop(ctx); err != nil {
		return Outcome{}, err
	}
	now := r.Clock.Now()
	until := metav1.NewTime(now.Add(time.Duration(own.Database().RetentionDays) * 24 * time.Hour))
	r.State.Dropped = &v1alpha1.DroppedStatus{At: metav1.NewTime(now), UndropBefore: &until, As: string(r.tombName())}
	return Done(fmt.Sprintf("Database %s is dropped", r.Target)), nil
}

// lostFor is how long after its intent a statement whose answer was lost is waited for.
const lostFor = 5 * time.Minute

// mayStillAppear says whether CREATE DATABASE may be under way although its query ID was never learned: the operator was
// killed, or the answer lost, between the intent and the ID.
func (r *Run) mayStillAppear() bool {
	intent := r.State.Intent
	return r.State.Database == nil && intent != nil && intent.Action == v1alpha1.IntentCreateDatabase &&
		r.Clock.Now().Sub(intent.At.Time) < lostFor
}

// gone records that there is nothing to drop.
func (r *Run) gone() Outcome {
	r.State.Dropped = &v1alpha1.DroppedStatus{At: metav1.NewTime(r.Clock.Now())}
	return Done(fmt.Sprintf("Database %s does not exist", r.Target))
}

// cancelClone stops the statement that is making the database, so that nothing comes into being after we have looked.
func (r *Run) cancelClone(ctx context.Context) (Outcome, error) {
	status, err := r.Snowflake.Status(ctx, r.State.QueryID)
	if err != nil {
		return Outcome{}, fmt.Errorf("ask after query %s: %w", r.State.QueryID, err)
	}
	switch status.State {
	case snowflake.QueryFailed:
		// It has ended for certain, by our CANCEL or by itself, and made nothing.
		r.State.QueryID = ""
		return r.gone(), nil
	case snowflake.QuerySucceeded, snowflake.QueryUnknown:
		// What it made may stay unseen by another session for a moment (S7).
		r.State.QueryID = ""
		return Wait(firstPoll, "Looking for the database once more"), nil
	case snowflake.QueryRunning:
	}
	if err := r.Snowflake.Cancel(ctx, r.State.QueryID); err != nil {
		return Outcome{}, fmt.Errorf("cancel query %s: %w", r.State.QueryID, err)
	}
	return Wait(time.Second, "Cancelling the clone"), nil
}
