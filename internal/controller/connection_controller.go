package controller

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// +kubebuilder:rbac:groups=snowclone.dev,resources=snowflakeconnections,verbs=get;list;watch
// +kubebuilder:rbac:groups=snowclone.dev,resources=snowflakeconnections/status,verbs=update

// Intervals of probes.
const (
	probeInterval = 10 * time.Minute
	probeRetry    = 30 * time.Second
)

// maxSkew is how far the two clocks may be apart before somebody is told. Key-pair logins fail at about this (the
// tokens are good for a minute), and expiry asks both clocks.
const maxSkew = time.Minute

// connectionReconciler logs in with each connection now and then, and says what it saw.
type connectionReconciler struct {
	// client reads from the cache and writes; live reads from the API server.
	client   client.Client
	live     client.Reader
	recorder events.EventRecorder
	connect  Connector
	options  Options

	mu sync.Mutex
	// uids are the pools' keys of connections that may be gone when we hear of it.
	uids map[client.ObjectKey]string
}

// Reconcile probes a connection. It returns an error only for trouble with the API server.
func (r *connectionReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	connection := &v1alpha1.SnowflakeConnection{}
	err := r.live.Get(ctx, request.NamespacedName, connection)
	r.remember(request.NamespacedName, string(connection.UID))
	if err != nil || !connection.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	before := connection.Status.DeepCopy()
	after, err := r.judge(ctx, connection)
	if err != nil || equality.Semantic.DeepEqual(before, &connection.Status) {
		return ctrl.Result{RequeueAfter: after}, err
	}
	// The lock keeps the drops that clones have counted meanwhile.
	if err := r.client.Status().Update(ctx, connection); err != nil {
		if apierrors.IsConflict(err) {
			return ctrl.Result{RequeueAfter: atOnce}, nil
		}
		return ctrl.Result{}, fmt.Errorf("save status: %w", err)
	}
	announce(r.recorder, connection, connectionEvents(before, &connection.Status)...)
	return ctrl.Result{RequeueAfter: after}, nil
}

// remember takes note of the connection's UID, and closes the sessions of the one that had the name before.
func (r *connectionReconciler) remember(key client.ObjectKey, uid string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.uids[key]; old != "" && old != uid {
		r.options.Pools.Forget(old)
	}
	if uid == "" {
		delete(r.uids, key)
		return
	}
	r.uids[key] = uid
}

// judge probes the connection, writes the status, and returns when to probe again.
func (r *connectionReconciler) judge(ctx context.Context, connection *v1alpha1.SnowflakeConnection) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, r.options.Slice)
	defer cancel()
	var seen *v1alpha1.ProbeStatus
	failure, err := judged(ctx, func() (err error) {
		seen, err = r.probe(ctx, connection)
		return err
	})
	if err != nil {
		return 0, err
	}
	status, now := &connection.Status, r.options.Clock.Now()
	status.ObservedGeneration = connection.Generation
	status.Drops = dropsSince(status.Drops, now.Add(-time.Hour))
	if seen != nil {
		status.Probe = seen
	}
	s := situation{ready: true, reason: v1alpha1.ReasonReady}
	if failure != nil {
		s = trouble(failure)
	} else {
		s.message = probeMessage(seen)
	}
	setConditions(&status.Conditions, s, connection.Generation, now)
	if failure != nil {
		return probeRetry, nil
	}
	return probeInterval, nil
}

// probeMessage says what a probe saw that found nothing wrong.
func probeMessage(seen *v1alpha1.ProbeStatus) string {
	message := fmt.Sprintf("Logged in to account %s as %s with role %s", seen.Account, seen.User, seen.Role)
	if isSkewed(seen) {
		message += fmt.Sprintf("; Snowflake's clock is %d s ahead of the operator's, so that clones expire by the later one",
			seen.ClockSkewSeconds)
	}
	return message
}

// isSkewed says whether the clocks are further apart than they should be.
func isSkewed(seen *v1alpha1.ProbeStatus) bool {
	return seen != nil && time.Duration(max(seen.ClockSkewSeconds, -seen.ClockSkewSeconds))*time.Second > maxSkew
}

// connectionEvents says what is to be told about a change of a connection's status.
func connectionEvents(before, after *v1alpha1.SnowflakeConnectionStatus) []notice {
	list := conditionEvents(before.Conditions, after.Conditions)
	if isSkewed(after.Probe) && !isSkewed(before.Probe) {
		list = append(list, notice{corev1.EventTypeWarning, v1alpha1.ReasonClockSkew, "Probe", probeMessage(after.Probe)})
	}
	return list
}
