package controller

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// stepAudit names the log in the tags of its statements.
const stepAudit v1alpha1.StepName = "Audit"

const (
	// auditWorkers is how many clones are logged at once. More than 20 statements that wait for one table are refused.
	auditWorkers = 4
	// auditEvery is the least time between two writes for a clone that is being worked on; at rest it is logged at once.
	auditEvery = 10 * time.Second
	// auditFarewell is for how long an object that is gone but for its log is held back when the log cannot be written.
	auditFarewell = 2 * time.Minute
)

// auditReconciler writes the log of the clones to Snowflake. It is a controller of its own, so that whatever is wrong
// with the log neither fails nor delays a clone: it looks at what the status says and writes what the log lacks, after
// every change, after a restart, and once more when the object goes. What it knows of earlier writes is kept in memory
// only and saves work; writing again is harmless.
type auditReconciler struct {
	// clones is the controller beside it, with the same way to Snowflake.
	clones  *cloneReconciler
	backoff *backoff

	mu sync.Mutex
	// seen is what is known of each clone.
	seen map[types.NamespacedName]*auditMemory
	// prepared are the logs that were looked at and found whole.
	prepared map[string]bool
}

func newAuditReconciler(clones *cloneReconciler) *auditReconciler {
	return &auditReconciler{
		clones: clones, backoff: newBackoff(clones.options.Random),
		seen: map[types.NamespacedName]*auditMemory{}, prepared: map[string]bool{},
	}
}

// setup registers the controller of the log.
func (r *auditReconciler) setup(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named("snowflakeclone-audit").
		For(&v1alpha1.SnowflakeClone{}, builder.WithPredicates(predicate.NewPredicateFuncs(isAudited))).
		WithOptions(controller.Options{MaxConcurrentReconciles: auditWorkers}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up the controller of the audit log: %w", err)
	}
	return nil
}

// isAudited says whether a clone has a log, or something left of one.
func isAudited(obj client.Object) bool {
	found, ok := obj.(*v1alpha1.SnowflakeClone)
	return ok && (found.Spec.Audit != nil || controllerutil.ContainsFinalizer(found, v1alpha1.AuditFinalizer) ||
		apimeta.FindStatusCondition(found.Status.Conditions, v1alpha1.AuditedCondition) != nil)
}

// Reconcile brings the log of one clone up to date. It returns an error only for trouble with the API server.
func (r *auditReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if ctx.Err() != nil {
		return ctrl.Result{}, nil
	}
	// As for the clones: a statement under way is not aborted by SIGTERM.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ShutdownTimeout(r.clones.options))
	defer cancel()
	obj := &v1alpha1.SnowflakeClone{}
	if err := r.clones.client.Get(ctx, request.NamespacedName, obj); err != nil {
		r.forget(request.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	after, err := r.reconcile(ctx, obj)
	if apierrors.IsConflict(err) {
		return ctrl.Result{RequeueAfter: atOnce}, nil
	}
	return ctrl.Result{RequeueAfter: after}, client.IgnoreNotFound(err)
}

// reconcile does what is due and returns when to look again; zero means when something changes.
func (r *auditReconciler) reconcile(ctx context.Context, obj *v1alpha1.SnowflakeClone) (time.Duration, error) {
	isHeld := controllerutil.ContainsFinalizer(obj, v1alpha1.AuditFinalizer)
	switch {
	case obj.Spec.Audit == nil:
		r.forget(keyOf(obj))
		return 0, r.end(ctx, obj)
	case !isHeld && !obj.DeletionTimestamp.IsZero():
		return 0, nil // It was never logged, or its last row is written.
	case !isHeld:
		return 0, r.begin(ctx, obj)
	case obj.Status.Connection != nil && obj.Status.Run != nil && !obj.Spec.Suspend:
		return r.log(ctx, obj)
	case isLeaving(obj):
		return 0, r.release(ctx, obj)
	}
	// No connection has admitted the clone yet, or nothing may be changed in Snowflake for it.
	return 0, nil
}

// log writes what the log lacks, says so in the object, and lets it go where it waits for nothing else.
func (r *auditReconciler) log(ctx context.Context, obj *v1alpha1.SnowflakeClone) (time.Duration, error) {
	known := r.recall(obj)
	rows, connection, err := r.rows(ctx, obj)
	if err != nil {
		return r.failed(ctx, obj, known, err)
	}
	digest, err := rows.digest()
	if err != nil {
		return 0, err
	}
	if known.written != digest {
		now := r.clones.options.Clock.Now()
		if wait := known.wait(obj, now); wait > 0 {
			return wait, nil
		}
		if err := r.write(ctx, task{obj: obj.DeepCopy(), connection: connection, now: now}, rows); err != nil {
			return r.failed(ctx, obj, known, err)
		}
		r.backoff.reset(keyOf(obj))
		known.written, known.at, known.notBefore = digest, r.clones.options.Clock.Now(), time.Time{}
	}
	if isLeaving(obj) {
		return 0, r.release(ctx, obj)
	}
	return 0, r.record(ctx, obj, true, v1alpha1.ReasonAudited, fmt.Sprintf("Run %d is in the log in %s.%s",
		obj.Status.Run.Number, rows.Database, rows.Schema))
}

// rows are what the log is to hold.
func (r *auditReconciler) rows(
	ctx context.Context, obj *v1alpha1.SnowflakeClone,
) (auditRows, *v1alpha1.SnowflakeConnection, error) {
	key := connectionKey(obj, r.clones.options.OperatorNamespace)
	connection, err := findConnection(ctx, r.clones.client, key)
	if err != nil {
		return auditRows{}, nil, err
	}
	if connection == nil && !obj.DeletionTimestamp.IsZero() {
		connection = r.clones.farewells.connection(key, r.clones.options.Clock.Now())
	}
	if connection == nil {
		return auditRows{}, nil, errNoConnection(key)
	}
	n, err := namesOf(obj, &connection.Spec)
	if err != nil {
		return auditRows{}, nil, err
	}
	rows, err := auditRowsOf(obj, r.clones.options.ClusterUID, n)
	return rows, connection, err
}

// write brings the rows into the log, which is made first where it is missing.
func (r *auditReconciler) write(ctx context.Context, work task, rows auditRows) error {
	ctx, cancel := context.WithTimeout(ctx, r.clones.options.Slice)
	defer cancel()
	link, err := r.clones.reach(ctx, work, false)
	if err != nil {
		return err
	}
	ctx = snowflake.WithTag(ctx, snowflake.Tag{
		Clone: string(work.obj.UID), Run: fmt.Sprint(work.obj.Status.Run.Number), Step: string(stepAudit),
	})
	log := clone.AuditLog{
		Snowflake: link.client, Role: link.names.role, Database: rows.Database, Schema: rows.Schema,
		Source: link.names.source, Target: link.names.target, Policy: work.connection.Spec.Policy,
	}
	place := fmt.Sprintf("%s %q %q", work.connection.UID, rows.Database, rows.Schema)
	if r.isPrepared(place) {
		if err := log.Write(ctx, rows.Runs, rows.Steps); err != nil {
			r.setPrepared(place, false)
			return err
		}
		return nil
	}
	if err := log.Prepare(ctx); err != nil {
		return err
	}
	if err := log.Write(ctx, rows.Runs, rows.Steps); err != nil {
		return err
	}
	if err := log.PrepareViews(ctx); err != nil {
		return err
	}
	r.setPrepared(place, true)
	return nil
}

// failed records why the log could not be written, and says when to try again. An object that waits for nothing else is
// let go in the end.
func (r *auditReconciler) failed(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, known *auditMemory, err error,
) (time.Duration, error) {
	now := r.clones.options.Clock.Now()
	if isLeaving(obj) {
		known.leaving = cmp.Or(known.leaving, now)
		if now.Sub(known.leaving) >= auditFarewell || clone.Classify(err).Terminal {
			return 0, r.release(ctx, obj, auditFailedFor(err.Error()+"; the end of the clone is not in the log"))
		}
	}
	after := min(r.backoff.next(keyOf(obj)), auditFarewell)
	if isLeaving(obj) {
		after = min(after, max(known.leaving.Add(auditFarewell).Sub(now), atOnce))
	}
	known.notBefore, known.retry = now.Add(after), obj.Annotations[v1alpha1.RetryAnnotation]
	return after, r.record(ctx, obj, false, v1alpha1.ReasonAuditFailed, err.Error())
}

func auditFailedFor(message string) notice {
	return notice{corev1.EventTypeWarning, v1alpha1.ReasonAuditFailed, string(stepAudit), message}
}
