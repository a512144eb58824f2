package controller

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// judged does a piece of work and makes of its error what the status is to say of it: whatever goes wrong, nobody is to see
// a clone stand still without a reason. That is true of what the API server refuses too, such as a ConfigMap over a
// quota or a Secret that the operator may not read, and of a mistake of the operator's own that ends in a panic. The error
// that is left is a conflict, which is nobody's fault.
func judged(ctx context.Context, work func() error) (*clone.Error, error) {
	err := recovered(ctx, work)
	if err == nil || apierrors.IsConflict(err) {
		return nil, err
	}
	if _, known := errors.AsType[*clone.Error](err); known {
		return clone.Classify(err), nil
	}
	ctrl.LoggerFrom(ctx).Error(err, "Work with the API server failed")
	return refused(err), nil
}

// isRefusal says whether the API server understood what was asked for and refused it, so that trying again alone does not
// help. What was lost on the way, or came too early, is none.
func isRefusal(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) ||
		apierrors.IsRequestEntityTooLargeError(err) || apierrors.IsInternalError(err)
}

// refused is trouble with the API server, which is tried again.
func refused(err error) *clone.Error {
	if apierrors.IsForbidden(err) {
		return clone.Transientf(v1alpha1.ReasonInternalError, "%w; give the operator what it needs there, it tries again by itself", err)
	}
	return clone.Transientf(v1alpha1.ReasonInternalError, "%w", err)
}

// recovered does a piece of work and makes an error of a panic.
func recovered(ctx context.Context, work func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			ctrl.LoggerFrom(ctx).Error(nil, "The operator made a mistake", "panic", cause, "stack", string(debug.Stack()))
			err = clone.Transientf(v1alpha1.ReasonInternalError,
				"the operator made a mistake, its log says where: %v; report it, it tries again by itself", fmt.Sprint(cause))
		}
	}()
	return work()
}
