package controller

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// save writes the status if it changed, by an update that fails when the object was changed since it was read: what is
// recorded decides what is dropped and what is made. Only then is anything announced or counted, so that a conflict
// counts nothing twice.
func (r *cloneReconciler) save(ctx context.Context, work task) error {
	if equality.Semantic.DeepEqual(work.before, &work.obj.Status) {
		return nil
	}
	err := r.client.Status().Update(ctx, work.obj)
	if apierrors.IsConflict(err) {
		err = r.saveAgain(ctx, work, err)
	}
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("save status: %w; unless it is gone, its CustomResourceDefinition lacks the status: apply that of this version", err)
	}
	if err != nil {
		return fmt.Errorf("save status: %w", err)
	}
	for _, row := range changedRows(work.before, &work.obj.Status) {
		r.options.Metrics.step(row)
		ctrl.LoggerFrom(ctx).V(stepLevel(row)).Info("Step "+string(row.State), "step", row.Name,
			"database", loggedName(&work.obj.Status), "queryID", row.QueryID, "reason", row.Reason, "message", row.Message)
	}
	announce(r.recorder, work.obj, eventsOf(work.before, &work.obj.Status)...)
	return nil
}

// saveAgain writes the status over a version in which nothing is new that the operator looks at. What a long slice came to
// is not lost because somebody has set a label; somebody who does so all the time would keep a clone from ever getting on.
func (r *cloneReconciler) saveAgain(ctx context.Context, work task, conflict error) error {
	for range maxSaves {
		now := &v1alpha1.SnowflakeClone{}
		if err := r.live.Get(ctx, keyOf(work.obj), now); err != nil {
			return err
		}
		if now.UID != work.obj.UID || isAsked(work.obj, now) || !equality.Semantic.DeepEqual(work.before, &now.Status) {
			return conflict
		}
		work.obj.ResourceVersion = now.ResourceVersion
		if conflict = r.client.Status().Update(ctx, work.obj); !apierrors.IsConflict(conflict) {
			return conflict
		}
	}
	return conflict
}

// maxSaves bounds the attempts to save one status over the versions of others.
const maxSaves = 5

// loggedName is the name of the database for the log; empty before there is one.
func loggedName(status *v1alpha1.SnowflakeCloneStatus) string {
	if status.Database == nil {
		return ""
	}
	return status.Database.Name
}

// stepLevel is the level at which a row is logged: what is done or failed is news, what goes on is not.
func stepLevel(row v1alpha1.StepStatus) int {
	if row.State == v1alpha1.StepRunning && row.Reason == "" {
		return 1
	}
	return 0
}

// confess says in the object's conditions that a write of it was refused, as far as this may be written: a finalizer that
// an admission webhook does not admit, or a status that a newer schema does not. The rest of the status stays.
func (r *cloneReconciler) confess(ctx context.Context, seen *v1alpha1.SnowflakeClone, cause error) error {
	obj := &v1alpha1.SnowflakeClone{}
	if err := r.live.Get(ctx, keyOf(seen), obj); err != nil || obj.UID != seen.UID {
		return client.IgnoreNotFound(err)
	}
	before := obj.Status.DeepCopy()
	obj.Status.ObservedGeneration = obj.Generation
	setConditions(&obj.Status.Conditions, trouble(refused(cause)), obj.Generation, r.options.Clock.Now())
	return r.save(ctx, task{obj: obj, before: before})
}
