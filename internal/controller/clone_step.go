package controller

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// step does one slice of the next stage and records what came of it.
func (r *cloneReconciler) step(ctx context.Context, work task) (time.Duration, error) {
	if err := beginRun(work.obj, r.options.Pipeline, work.now); err != nil {
		return 0, err
	}
	stage, place := r.options.Pipeline.Next(work.obj.Status.Steps)
	if stage == nil {
		return r.rest(ctx, work)
	}
	seen := observation{step: stage.Name(), place: place, total: len(r.options.Pipeline), began: work.now}
	failure, err := judged(ctx, func() error { return r.runStep(ctx, work, stage, &seen) })
	if err != nil {
		return 0, err
	}
	seen.err, seen.now = failure, r.options.Clock.Now()
	record(work.obj, seen)
	if err := r.save(ctx, work); err != nil {
		return 0, err
	}
	return r.next(work, seen), nil
}

// runStep calls a stage, and fills in what it came to. An error that is no *clone.Error is trouble with the API server.
// What the stage left behind is filled in last: after a panic nobody knows what it was doing to it.
func (r *cloneReconciler) runStep(ctx context.Context, work task, stage clone.Step, seen *observation) error {
	link, err := r.reach(ctx, work, true)
	if err != nil {
		return err
	}
	stored, err := r.reports.load(ctx, work.obj)
	if err != nil {
		return err
	}
	state := stateOf(work.obj, rowOf(&work.obj.Status, stage.Name()), stored.Report)
	run := r.newRun(work, link, state)
	ctx, cancel := r.slice(ctx, work.obj, stage.Name())
	defer cancel()
	outcome, err := stage.Run(ctx, run)
	seen.state, seen.outcome = state, outcome
	if err != nil {
		err = clone.Classify(err)
	}
	// First the report: a status that speaks of it must not be there without it.
	if saveErr := r.reports.save(ctx, work.obj, stored, seen.state); saveErr != nil {
		return saveErr
	}
	return err
}

// newRun is what a stage may see.
func (r *cloneReconciler) newRun(work task, link *link, state *clone.State) *clone.Run {
	return &clone.Run{
		Spec:   *work.obj.Spec.DeepCopy(),
		Policy: *work.connection.Spec.Policy.DeepCopy(),
		Source: link.names.source, Target: link.names.target, Role: link.names.role,
		Marker: clone.Marker{
			ClusterUID: r.options.ClusterUID, UID: string(work.obj.UID),
			Namespace: work.obj.Namespace, Name: work.obj.Name,
		},
		Snowflake:  link.client,
		Clock:      r.options.Clock,
		Deadline:   work.now.Add(r.options.Slice),
		HandedOver: handedOver(&work.obj.Status),
		State:      state,
	}
}

// saveTime is what is left of a reconcile for writing down what came of it.
const saveTime = 5 * time.Second

// slice bounds a call of a stage and tags its statements. A stage stops by itself at the end of its slice; the grace is
// for the statement that is then under way.
func (r *cloneReconciler) slice(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, step v1alpha1.StepName,
) (context.Context, context.CancelFunc) {
	run := int64(0)
	if obj.Status.Run != nil {
		run = obj.Status.Run.Number
	}
	ctx = snowflake.WithTag(ctx, snowflake.Tag{
		Clone: string(obj.UID), Run: strconv.FormatInt(run, 10), Step: string(step),
	})
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithTimeout(ctx, r.options.Slice+r.options.Grace)
	}
	return context.WithDeadline(ctx, deadline.Add(-saveTime))
}

// next says when to look again after a step was recorded.
func (r *cloneReconciler) next(work task, seen observation) time.Duration {
	key := keyOf(work.obj)
	switch {
	case seen.err == nil:
		if seen.outcome.Result != clone.ResultWait || seen.state.Done > 0 {
			// A wait that got nothing done, such as one before a second attempt, does not end a row of failures.
			r.backoff.reset(key)
		}
		return max(seen.outcome.After, atOnce)
	case !seen.err.Terminal:
		return r.backoff.next(key)
	}
	r.backoff.reset(key)
	return r.poll(work, seen.err)
}

// healing are the reasons of a stalled clone that may pass without anything that a watch would see.
var healing = map[string]bool{
	v1alpha1.ReasonConnectionNotFound:   true,
	v1alpha1.ReasonConnectionNotAllowed: true,
	v1alpha1.ReasonConnectionChanged:    true,
	v1alpha1.ReasonCredentialsInvalid:   true,
	v1alpha1.ReasonLoginRefused:         true,
	v1alpha1.ReasonMissingPrivileges:    true,
	v1alpha1.ReasonMaskingFailed:        true,
	v1alpha1.ReasonPolicyViolation:      true,
	v1alpha1.ReasonSourceNotFound:       true,
	v1alpha1.ReasonTargetExists:         true,
	v1alpha1.ReasonTargetGone:           true,
	v1alpha1.ReasonStatementFailed:      true,
	v1alpha1.ReasonInternalError:        true, // a ConfigMap in the way of the report
}

// poll is when to look again at a stalled clone: when its time is over, and before where it may have healed; zero where
// only a change of the object can help.
func (r *cloneReconciler) poll(work task, err *clone.Error) time.Duration {
	left := r.untilExpiry(work.obj, work.now)
	if !healing[err.Reason] {
		return left
	}
	if soon := r.backoff.jitter(slowPoll); left == 0 || soon < left {
		return soon
	}
	return left
}

// rest keeps a finished clone as it is until its time is over.
func (r *cloneReconciler) rest(ctx context.Context, work task) (time.Duration, error) {
	r.backoff.reset(keyOf(work.obj))
	if err := checkProbed(work); err != nil {
		work.obj.Status.Phase = v1alpha1.PhaseStalled
		setConditions(&work.obj.Status.Conditions, trouble(clone.Classify(err)), work.obj.Generation, work.now)
		return r.untilExpiry(work.obj, work.now), r.save(ctx, work)
	}
	note := ""
	if work.connection == nil {
		note = fmt.Sprintf("; SnowflakeConnection %s does not exist: create it or correct spec.connectionRef, without it the "+
			"database can be neither changed nor dropped", connectionKey(work.obj, r.options.OperatorNamespace))
	}
	recordReady(work.obj, len(r.options.Pipeline), work.now, note)
	return r.untilExpiry(work.obj, work.now), r.save(ctx, work)
}

// untilExpiry is how long to sleep until the clone's time is over; zero where it never is.
func (r *cloneReconciler) untilExpiry(obj *v1alpha1.SnowflakeClone, now time.Time) time.Duration {
	if obj.Status.ExpiresAt == nil {
		return 0
	}
	return min(max(obj.Status.ExpiresAt.Sub(now), atOnce), longestSleep)
}
