package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// +kubebuilder:rbac:groups=snowclone.dev,resources=snowflakeclones,verbs=get;list;watch;patch;delete
// +kubebuilder:rbac:groups=snowclone.dev,resources=snowflakeclones/status,verbs=update
// +kubebuilder:rbac:groups=snowclone.dev,resources=snowflakeclones/finalizers,verbs=update
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,resourceNames=snowflakeclones.snowclone.dev,verbs=get
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;create;update
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Intervals of reconciles that nothing else causes.
const (
	// atOnce gives others their turn and comes back.
	atOnce = time.Millisecond
	// slowPoll looks again where a GRANT or another change that no watch sees may have healed a stalled clone.
	slowPoll = 5 * time.Minute
	// longestSleep bounds the wait for an expiry, so that a clock that was set forward is noticed.
	longestSleep = time.Hour
)

// cloneReconciler does what is due for one clone, one slice at a time.
type cloneReconciler struct {
	// client reads from the cache and writes; live reads from the API server.
	client   client.Client
	live     client.Reader
	recorder events.EventRecorder
	reports  reports
	connect  Connector
	backoff  *backoff
	turns    *turns
	// farewells know the connections that are gone.
	farewells *farewells
	options   Options
}

// Reconcile does what is due for a clone. It returns an error only for trouble with the API server, which the queue then
// tries again with its own back-off. Trouble with Snowflake is no failure of the operator: it is recorded in the status,
// and what is returned is when to try again.
func (r *cloneReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if ctx.Err() != nil {
		// The manager is being stopped: what waits in the queue is for the next one.
		return ctrl.Result{}, nil
	}
	// A statement in flight is not aborted by SIGTERM: cancelling its context would do that. Time is bounded all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ShutdownTimeout(r.options))
	defer cancel()
	defer r.turns.take(request.NamespacedName)()
	obj := &v1alpha1.SnowflakeClone{}
	if err := r.live.Get(ctx, request.NamespacedName, obj); err != nil {
		r.backoff.reset(request.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	after, err := r.reconcile(ctx, obj)
	if apierrors.IsConflict(err) {
		// Somebody wrote the object, or a tick of this operator's predecessor did: look again, with nothing lost.
		return ctrl.Result{RequeueAfter: atOnce}, nil
	}
	if isRefusal(err) {
		err = errors.Join(err, r.confess(ctx, obj, err))
	}
	return ctrl.Result{RequeueAfter: after}, err
}

// reconcile does what is due and returns when to look again; zero means when something changes.
func (r *cloneReconciler) reconcile(ctx context.Context, obj *v1alpha1.SnowflakeClone) (time.Duration, error) {
	if !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) {
		return r.addFinalizer(ctx, obj)
	}
	connection, err := findConnection(ctx, r.client, connectionKey(obj, r.options.OperatorNamespace))
	if err != nil {
		return 0, err
	}
	before := obj.Status.DeepCopy()
	obj.Status.ObservedGeneration = obj.Generation
	obj.Status.LastHandledRetry = cut(obj.Annotations[v1alpha1.RetryAnnotation], maxRetry)
	obj.Status.ExpiresAt = expiryOf(obj, policyOf(connection))
	now := r.options.Clock.Now()
	work := task{obj: obj, before: before, connection: connection, now: now}
	removed, err := r.kindIsRemoved(ctx, obj, now)
	if err != nil {
		recordTeardown(obj, clone.Outcome{}, refused(err), now)
		return r.backoff.next(keyOf(obj)), r.save(ctx, work)
	}
	switch decide(obj, removed, now) {
	case actRelease:
		return 0, r.removeFinalizer(ctx, obj)
	case actAbandon:
		return 0, r.removeFinalizer(ctx, obj, databaseAbandoned(&obj.Status))
	case actRetain:
		return 0, r.removeFinalizer(ctx, obj, databaseRetained(&obj.Status))
	case actHold:
		return r.hold(ctx, work)
	case actBury:
		return r.bury(ctx, work)
	case actProtect:
		recordTeardown(obj, clone.Outcome{}, errProtected(), now)
		return 0, r.save(ctx, work)
	case actDrop:
		return r.drop(ctx, work)
	case actWait:
		return slowPoll, nil
	case actStep:
		recordNotExpired(obj)
		return r.step(ctx, work)
	}
	return 0, fmt.Errorf("reconcile %s: %w", keyOf(obj), errNoAction)
}

// errNoAction would mean that decide knows an action that reconcile does not.
var errNoAction = errors.New("no such action")

// maxRetry is the length in bytes to which the retry annotation's value is kept.
const maxRetry = 256

// task is one reconcile of one clone.
type task struct {
	obj *v1alpha1.SnowflakeClone
	// before is the status as it was read.
	before *v1alpha1.SnowflakeCloneStatus
	// connection that the clone uses; nil when there is none.
	connection *v1alpha1.SnowflakeConnection
	// now is when the reconcile began.
	now time.Time
}

// policyOf is the policy of a connection that may not exist.
func policyOf(connection *v1alpha1.SnowflakeConnection) *v1alpha1.ConnectionPolicy {
	if connection == nil {
		return nil
	}
	return &connection.Spec.Policy
}

// addFinalizer makes sure that the object cannot go before its database, in a reconcile of its own: nothing is done for
// an object that is not held. An object that is being deleted without it was never worked on.
func (r *cloneReconciler) addFinalizer(ctx context.Context, obj *v1alpha1.SnowflakeClone) (time.Duration, error) {
	if !obj.DeletionTimestamp.IsZero() {
		return 0, nil
	}
	// The lock makes sure that finalizers of others, added meanwhile, stay.
	patch := client.MergeFromWithOptions(obj.DeepCopy(), client.MergeFromWithOptimisticLock{})
	controllerutil.AddFinalizer(obj, v1alpha1.Finalizer)
	if err := r.client.Patch(ctx, obj, patch); err != nil {
		return 0, fmt.Errorf("add finalizer: %w", err)
	}
	return atOnce, nil
}

// removeFinalizer lets the object go, then says so.
func (r *cloneReconciler) removeFinalizer(ctx context.Context, obj *v1alpha1.SnowflakeClone, told ...notice) error {
	// The lock makes sure that what was decided rests on the object as it is: an intent may have been recorded since.
	patch := client.MergeFromWithOptions(obj.DeepCopy(), client.MergeFromWithOptimisticLock{})
	controllerutil.RemoveFinalizer(obj, v1alpha1.Finalizer)
	if err := r.client.Patch(ctx, obj, patch); err != nil {
		return fmt.Errorf("remove finalizer: %w", err)
	}
	for _, e := range told {
		ctrl.LoggerFrom(ctx).Info(e.message, "database", databaseName(&obj.Status))
	}
	announce(r.recorder, obj, told...)
	return nil
}

// hold records that nothing is done.
func (r *cloneReconciler) hold(ctx context.Context, work task) (time.Duration, error) {
	digest, err := digestOf(work.obj.Spec)
	if err != nil {
		return 0, err
	}
	step, _ := r.options.Pipeline.Next(work.obj.Status.Steps)
	status := &work.obj.Status
	finished := step == nil && status.Run != nil && status.Run.SpecDigest == digest && status.Dropped == nil
	recordSuspended(work.obj, finished, work.now)
	return 0, r.save(ctx, work)
}

// bury leaves a tombstone, or deletes the object where its policy asks for it.
func (r *cloneReconciler) bury(ctx context.Context, work task) (time.Duration, error) {
	recordTombstone(work.obj, work.now)
	if err := r.save(ctx, work); err != nil {
		return 0, err
	}
	if work.obj.Spec.ExpirationPolicy != v1alpha1.ExpirationDeleteResource || !work.obj.DeletionTimestamp.IsZero() {
		return 0, nil
	}
	// Only the very object that expired: one of the same name made meanwhile, or a longer life given, is another matter.
	exactly := client.Preconditions{UID: &work.obj.UID, ResourceVersion: &work.obj.ResourceVersion}
	if err := r.client.Delete(ctx, work.obj, exactly); err != nil {
		return 0, fmt.Errorf("delete expired object: %w", err)
	}
	return 0, nil
}

// kindResource is the CustomResourceDefinition of the clones.
var kindResource = types.NamespacedName{Name: "snowflakeclones.snowclone.dev"}

// kindIsRemoved says whether the CustomResourceDefinition is being deleted, which marks every clone for deletion. It asks
// the API server, and only where a database could be dropped for it. An error drops nothing.
func (r *cloneReconciler) kindIsRemoved(ctx context.Context, obj *v1alpha1.SnowflakeClone, now time.Time) (bool, error) {
	wanted := !obj.DeletionTimestamp.IsZero() || isOver(obj.Status.ExpiresAt, now) || intendsDrop(obj.Status.Intent)
	if !wanted || !isMade(&obj.Status) {
		return false, nil
	}
	definition := &metav1.PartialObjectMetadata{}
	definition.SetGroupVersionKind(schema.GroupVersionKind{
		Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition",
	})
	err := r.live.Get(ctx, kindResource, definition)
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look whether SnowflakeClones are being removed: %w", err)
	}
	return !definition.DeletionTimestamp.IsZero(), nil
}
