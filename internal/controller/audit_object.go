package controller

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// record writes the condition Audited, if it has changed, and announces a failure.
func (r *auditReconciler) record(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, holds bool, reason, message string,
) error {
	return r.inTurn(ctx, obj, func(live *v1alpha1.SnowflakeClone) error {
		before := live.Status.DeepCopy()
		set := conditionSetter{conditions: &live.Status.Conditions, generation: obj.Generation, now: r.clones.options.Clock.Now()}
		set.to(v1alpha1.AuditedCondition, holds, reason, message)
		if equality.Semantic.DeepEqual(before, &live.Status) {
			return nil
		}
		if err := r.clones.client.Status().Update(ctx, live); err != nil {
			return fmt.Errorf("save the condition %s: %w", v1alpha1.AuditedCondition, err)
		}
		if !holds {
			announce(r.clones.recorder, live, auditFailedFor(message))
		}
		return nil
	})
}

// begin makes sure that the object does not go before its last row is written.
func (r *auditReconciler) begin(ctx context.Context, obj *v1alpha1.SnowflakeClone) error {
	return r.inTurn(ctx, obj, func(live *v1alpha1.SnowflakeClone) error {
		patch := client.MergeFromWithOptions(live.DeepCopy(), client.MergeFromWithOptimisticLock{})
		if !live.DeletionTimestamp.IsZero() || !controllerutil.AddFinalizer(live, v1alpha1.AuditFinalizer) {
			return nil
		}
		if err := r.clones.client.Patch(ctx, live, patch); err != nil {
			return fmt.Errorf("add the finalizer of the audit log: %w", err)
		}
		return nil
	})
}

// end lets go of a clone that has no log any more.
func (r *auditReconciler) end(ctx context.Context, obj *v1alpha1.SnowflakeClone) error {
	err := r.inTurn(ctx, obj, func(live *v1alpha1.SnowflakeClone) error {
		if live.Spec.Audit != nil || !apimeta.RemoveStatusCondition(&live.Status.Conditions, v1alpha1.AuditedCondition) {
			return nil
		}
		if err := r.clones.client.Status().Update(ctx, live); err != nil {
			return fmt.Errorf("remove the condition %s: %w", v1alpha1.AuditedCondition, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.release(ctx, obj)
}

// release lets the object go, as far as the log is concerned.
func (r *auditReconciler) release(ctx context.Context, obj *v1alpha1.SnowflakeClone, told ...notice) error {
	return r.inTurn(ctx, obj, func(live *v1alpha1.SnowflakeClone) error {
		patch := client.MergeFromWithOptions(live.DeepCopy(), client.MergeFromWithOptimisticLock{})
		if !controllerutil.RemoveFinalizer(live, v1alpha1.AuditFinalizer) {
			return nil
		}
		if err := r.clones.client.Patch(ctx, live, patch); err != nil {
			return fmt.Errorf("remove the finalizer of the audit log: %w", err)
		}
		announce(r.clones.recorder, live, told...)
		return nil
	})
}

// inTurn writes the object as it is now, while the clone's controller does not.
func (r *auditReconciler) inTurn(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, write func(*v1alpha1.SnowflakeClone) error,
) error {
	defer r.clones.turns.take(keyOf(obj))()
	live := &v1alpha1.SnowflakeClone{}
	if err := r.clones.live.Get(ctx, keyOf(obj), live); err != nil {
		return err
	}
	if live.UID != obj.UID {
		return nil
	}
	return write(live)
}
