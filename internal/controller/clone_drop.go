package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// stepTeardown names the teardown in the tags of its statements.
const stepTeardown v1alpha1.StepName = "Teardown"

// drop does one slice of taking the clone down, because its object is being deleted or its time is over.
func (r *cloneReconciler) drop(ctx context.Context, work task) (time.Duration, error) {
	if work.connection == nil {
		work.connection = r.farewells.connection(connectionKey(work.obj, r.options.OperatorNamespace), work.now)
	}
	var outcome clone.Outcome
	failure, err := judged(ctx, func() (err error) {
		outcome, err = r.runDrop(ctx, work)
		return err
	})
	if err != nil {
		return 0, err
	}
	failure = r.adviseOnGone(ctx, work, failure)
	now := r.options.Clock.Now()
	dropped := work.before.Dropped == nil && work.obj.Status.Dropped != nil
	recordTeardown(work.obj, outcome, failure, now)
	if isDropped(&work.obj.Status) && work.obj.DeletionTimestamp.IsZero() {
		recordTombstone(work.obj, now)
	}
	if err := r.save(ctx, work); err != nil {
		return 0, err
	}
	r.countDrop(work.obj, dropped, failure)
	return r.nextDrop(work.obj, outcome, failure), nil
}

// nextDrop says when to go on with a teardown.
func (r *cloneReconciler) nextDrop(obj *v1alpha1.SnowflakeClone, outcome clone.Outcome, failure *clone.Error) time.Duration {
	key := keyOf(obj)
	switch {
	case failure == nil:
		r.backoff.reset(key)
		return max(outcome.After, atOnce)
	case failure.Terminal:
		// What keeps a drop from going on may be healed at any time, and the object must go in the end.
		r.backoff.reset(key)
		return r.backoff.jitter(slowPoll)
	}
	return r.backoff.next(key)
}

// adviseOnGone says what there is to do about a connection, or its Secret, that went with its namespace: what the usual
// advice asks for cannot be created there any more.
func (r *cloneReconciler) adviseOnGone(ctx context.Context, work task, failure *clone.Error) *clone.Error {
	bound := work.obj.Status.Connection
	if failure == nil || bound == nil ||
		failure.Reason != v1alpha1.ReasonConnectionNotFound && failure.Reason != v1alpha1.ReasonCredentialsInvalid {
		return failure
	}
	key := connectionKey(work.obj, r.options.OperatorNamespace)
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	err := r.client.Get(ctx, types.NamespacedName{Name: key.Namespace}, namespace)
	if err != nil && !apierrors.IsNotFound(err) {
		ctrl.LoggerFrom(ctx).Error(err, "Look whether a connection's namespace is being deleted", "connection", key)
		return failure
	}
	if err == nil && namespace.DeletionTimestamp.IsZero() {
		return failure
	}
	return &clone.Error{
		Reason: failure.Reason, Terminal: true, Err: failure,
		Message: fmt.Sprintf("SnowflakeConnection %s or its Secret went with its namespace, where nothing can be created any "+
			"more: let spec.connectionRef name a connection in another namespace that leads to account %s with role %s and "+
			"admits namespace %s", key, bound.Account, sqltext.Ident(bound.Role), work.obj.Namespace),
	}
}

// countDrop counts what a slice of a teardown came to.
func (r *cloneReconciler) countDrop(obj *v1alpha1.SnowflakeClone, dropped bool, failure *clone.Error) {
	cause := either(obj.DeletionTimestamp.IsZero(), causeExpiry, causeDeletion)
	switch {
	case dropped:
		r.options.Metrics.drop(cause, dropDone)
	case failure != nil:
		r.options.Metrics.drop(cause, either(failure.Terminal, dropRefused, dropFailed))
	}
}

// runDrop takes the clone down as far as one slice goes. An error that is no *clone.Error is trouble with the API server.
func (r *cloneReconciler) runDrop(ctx context.Context, work task) (clone.Outcome, error) {
	link, err := r.reach(ctx, work, false)
	if err != nil {
		return clone.Outcome{}, err
	}
	if left := timeLeft(work.obj, link.serverTime); left > 0 {
		// Both clocks must say that the time is over: ours may be far off, and a drop is for good.
		return clone.Wait(min(left, longestSleep), "Snowflake's clock says that the clone's time is not over yet"), nil
	}
	row := rowInFlight(&work.obj.Status)
	state := stateOf(work.obj, row, clone.Report{})
	run := r.newRun(work, link, state)
	ctx, cancel := r.slice(ctx, work.obj, stepTeardown)
	defer cancel()
	outcome, err := clone.Drop(ctx, run)
	if err == nil && intendsDrop(state.Intent) && !intendsDrop(work.obj.Status.Intent) {
		// The intent is new. It is recorded only with a place among the drops of this hour.
		if wait, err := r.reserveDrop(ctx, work); err != nil || wait > 0 {
			return clone.Wait(wait, fmt.Sprintf("The connection's policy.maxDropsPerHour %d is used up, the drop waits",
				work.connection.Spec.Policy.MaxDropsPerHour)), err
		}
	}
	keepState(work.obj, row, state)
	keepDropIntent(work.obj, run, err == nil && outcome.Result == clone.ResultDone)
	if err != nil {
		return clone.Outcome{}, clone.Classify(err)
	}
	return outcome, nil
}

// timeLeft is how long a clone lives on by Snowflake's clock, unless it is being deleted or its drop has begun.
func timeLeft(obj *v1alpha1.SnowflakeClone, serverTime time.Time) time.Duration {
	if !obj.DeletionTimestamp.IsZero() || intendsDrop(obj.Status.Intent) || obj.Status.ExpiresAt == nil {
		return 0
	}
	return obj.Status.ExpiresAt.Sub(serverTime)
}

// intendsDrop says whether a drop was begun.
func intendsDrop(intent *v1alpha1.Intent) bool {
	return intent != nil && intent.Action == v1alpha1.IntentDropDatabase
}

// keepDropIntent lets the intent stand until the teardown is done: the database may be gone and roles still be left.
func keepDropIntent(obj *v1alpha1.SnowflakeClone, run *clone.Run, done bool) {
	switch {
	case done:
		obj.Status.Intent = nil
	case obj.Status.Dropped != nil && obj.Status.Intent == nil:
		obj.Status.Intent = &v1alpha1.Intent{
			Action: v1alpha1.IntentDropDatabase, Database: string(run.Target), At: metav1.NewTime(run.Clock.Now()),
		}
	}
}

// maxDrops is how many times of drops a connection's status holds.
const maxDrops = 1000

// reserveDrop takes a place among the drops that the connection's policy allows in an hour, or says how long to wait for
// one. A place that is taken and not used, after a crash, only makes later drops wait.
func (r *cloneReconciler) reserveDrop(ctx context.Context, work task) (time.Duration, error) {
	var wait time.Duration
	// Clones that expire together write the same object: each tries again on the other's version, so that no two take
	// one place.
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		connection := &v1alpha1.SnowflakeConnection{}
		if err := r.live.Get(ctx, keyOf(work.connection), connection); err != nil {
			return err
		}
		now := r.options.Clock.Now()
		connection.Status.Drops, wait = takePlace(connection.Status.Drops, connection.Spec.Policy.MaxDropsPerHour, now)
		if wait > 0 {
			return nil
		}
		return r.client.Status().Update(ctx, connection)
	})
	if apierrors.IsNotFound(err) {
		return r.farewells.takePlace(keyOf(work.connection), r.options.Clock.Now()), nil
	}
	if err != nil {
		return 0, fmt.Errorf("take a place among the drops of connection %s: %w", keyOf(work.connection), err)
	}
	return wait, nil
}

// takePlace adds a drop to those of the last hour, or says how long to wait until one of them is an hour old.
func takePlace(drops []metav1.Time, limit int32, now time.Time) ([]metav1.Time, time.Duration) {
	hourAgo := now.Add(-time.Hour)
	recent := dropsSince(drops, hourAgo)
	most := min(int(limit), maxDrops)
	if most <= 0 {
		most = maxDrops
	}
	if len(recent) >= most {
		return recent, max(recent[len(recent)-most].Sub(hourAgo), time.Second)
	}
	return append(recent, metav1.NewTime(now)), 0
}

// dropsSince are the drops after a moment.
func dropsSince(drops []metav1.Time, moment time.Time) []metav1.Time {
	return slices.DeleteFunc(slices.Clone(drops), func(at metav1.Time) bool { return !at.After(moment) })
}

// errProtected says why a database is not dropped that should be.
func errProtected() *clone.Error {
	return clone.Terminalf(v1alpha1.ReasonDeletionProtected,
		"spec.deletionProtection keeps the database; set it to false to let the drop go on, or deletionPolicy to Retain")
}
