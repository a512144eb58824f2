package controller

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// Names of the field indexes.
const (
	// byConnection finds the clones that use a connection, by its namespace/name.
	byConnection = "snowclone.dev/connection"
	// bySecret finds the connections that refer to a Secret, by its name.
	bySecret = "snowclone.dev/secret"
)

// addIndexes makes the indexes by which a change of one object finds the others that it concerns.
func addIndexes(ctx context.Context, indexer client.FieldIndexer, operatorNamespace string) error {
	err := indexer.IndexField(ctx, &v1alpha1.SnowflakeClone{}, byConnection, func(obj client.Object) []string {
		found, ok := obj.(*v1alpha1.SnowflakeClone)
		if !ok {
			return nil
		}
		return []string{connectionKey(found, operatorNamespace).String()}
	})
	if err != nil {
		return fmt.Errorf("index clones by connection: %w", err)
	}
	err = indexer.IndexField(ctx, &v1alpha1.SnowflakeConnection{}, bySecret, func(obj client.Object) []string {
		found, ok := obj.(*v1alpha1.SnowflakeConnection)
		if !ok {
			return nil
		}
		return secretNames(found)
	})
	if err != nil {
		return fmt.Errorf("index connections by Secret: %w", err)
	}
	return nil
}

// setup registers the controller of clones.
func (r *cloneReconciler) setup(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named("snowflakeclone").
		For(&v1alpha1.SnowflakeClone{}, builder.WithPredicates(cloneChanged())).
		Watches(&v1alpha1.SnowflakeConnection{}, handler.EnqueueRequestsFromMapFunc(r.clonesOfConnection),
			builder.WithPredicates(connectionChanged())).
		// Only the metadata: the Secrets of a whole cluster are not ours to keep in memory.
		WatchesMetadata(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.clonesOfSecret)).
		WithOptions(controller.Options{MaxConcurrentReconciles: r.options.MaxConcurrentReconciles}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up the controller of clones: %w", err)
	}
	return nil
}

// setup registers the controller of connections.
func (r *connectionReconciler) setup(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named("snowflakeconnection").
		For(&v1alpha1.SnowflakeConnection{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WatchesMetadata(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.connectionsOfSecret)).
		WithOptions(controller.Options{MaxConcurrentReconciles: r.options.MaxConcurrentReconciles}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up the controller of connections: %w", err)
	}
	return nil
}

// cloneChanged passes what gives a clone something to do: its creation, a change of its spec, of an annotation that the
// operator knows, and its deletion. The operator's own writes pass only as far as they are any of these.
func cloneChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return isAsked(e.ObjectOld, e.ObjectNew) }}
}

// isAsked says whether the newer version of a clone asks for something that the older one did not.
func isAsked(before, after client.Object) bool {
	for _, name := range []string{
		v1alpha1.ExtendUntilAnnotation, v1alpha1.RetryAnnotation, v1alpha1.RefreshRequestedAnnotation,
	} {
		if before.GetAnnotations()[name] != after.GetAnnotations()[name] {
			return true
		}
	}
	return before.GetGeneration() != after.GetGeneration() ||
		before.GetDeletionTimestamp().IsZero() && !after.GetDeletionTimestamp().IsZero()
}

// connectionChanged passes what may matter to the clones of a connection: its spec, its Ready condition, and the account
// and role that its probe saw; not the time of each probe.
func connectionChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok := e.ObjectOld.(*v1alpha1.SnowflakeConnection)
		after, also := e.ObjectNew.(*v1alpha1.SnowflakeConnection)
		if !ok || !also {
			return false
		}
		return before.Generation != after.Generation || summaryOf(before) != summaryOf(after)
	}}
}

// connectionSummary is what clones care for in the status of a connection.
type connectionSummary struct {
	ready, reason, account, role string
}

func summaryOf(connection *v1alpha1.SnowflakeConnection) connectionSummary {
	var s connectionSummary
	if ready := apimeta.FindStatusCondition(connection.Status.Conditions, v1alpha1.ReadyCondition); ready != nil {
		s.ready, s.reason = string(ready.Status), ready.Reason
	}
	if probe := connection.Status.Probe; probe != nil {
		s.account, s.role = probe.Account, probe.Role
	}
	return s
}

// clonesOfConnection finds the clones that use a connection.
func (r *cloneReconciler) clonesOfConnection(ctx context.Context, connection client.Object) []reconcile.Request {
	list := &v1alpha1.SnowflakeCloneList{}
	if err := r.client.List(ctx, list, client.MatchingFields{byConnection: keyOf(connection).String()}); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Find the clones of a connection", "connection", keyOf(connection))
		return nil
	}
	requests := make([]reconcile.Request, 0, len(list.Items))
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: keyOf(&list.Items[i])})
	}
	return requests
}

// clonesOfSecret finds the clones whose connection refers to a Secret.
func (r *cloneReconciler) clonesOfSecret(ctx context.Context, secret client.Object) []reconcile.Request {
	var requests []reconcile.Request
	for _, key := range connectionsWith(ctx, r.client, secret) {
		connection := &v1alpha1.SnowflakeConnection{}
		connection.Namespace, connection.Name = key.Namespace, key.Name
		requests = append(requests, r.clonesOfConnection(ctx, connection)...)
	}
	return requests
}

// connectionsOfSecret finds the connections that refer to a Secret.
func (r *connectionReconciler) connectionsOfSecret(ctx context.Context, secret client.Object) []reconcile.Request {
	var requests []reconcile.Request
	for _, key := range connectionsWith(ctx, r.client, secret) {
		requests = append(requests, reconcile.Request{NamespacedName: key})
	}
	return requests
}

// connectionsWith names the connections that refer to a Secret.
func connectionsWith(ctx context.Context, reader client.Reader, secret client.Object) []types.NamespacedName {
	list := &v1alpha1.SnowflakeConnectionList{}
	err := reader.List(ctx, list, client.InNamespace(secret.GetNamespace()), client.MatchingFields{bySecret: secret.GetName()})
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Find the connections with a Secret", "secret", keyOf(secret))
		return nil
	}
	keys := make([]types.NamespacedName, 0, len(list.Items))
	for i := range list.Items {
		keys = append(keys, keyOf(&list.Items[i]))
	}
	return keys
}
