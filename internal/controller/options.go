package controller

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// Connector opens the way to Snowflake for a connection, with the warehouse of the clone where it names one.
type Connector func(
	ctx context.Context, connection *v1alpha1.SnowflakeConnection, warehouse v1alpha1.Identifier,
) (*snowflake.Client, error)

// Options are what the controllers need to know and cannot find out.
type Options struct {
	// OperatorNamespace holds the default connection.
	OperatorNamespace string
	// ClusterUID tells this cluster from others in the markers: the UID of the namespace kube-system.
	ClusterUID string
	// MaxConcurrentReconciles is how many clones are worked on at once; 10 when zero.
	MaxConcurrentReconciles int
	// Slice is how long a stage works on one clone before others have their turn; 30 s when zero.
	Slice time.Duration
	// Grace is how much longer a statement under way may take before it is given up; 20 s when zero.
	Grace time.Duration
	// AllowInsecureEndpoints admits connections over plain HTTP: emulators only.
	AllowInsecureEndpoints bool
	// Pools are the sessions of all connections. Required.
	Pools *snowflake.Pools
	// Metrics are what is counted. Required.
	Metrics *Metrics
	// Pipeline makes a clone; NewPipeline when nil.
	Pipeline clone.Pipeline
	// Clock is the operator's; the machine's when nil.
	Clock clock.PassiveClock
	// Random gives numbers in [0, 1) for the jitter of retries; the standard generator when nil.
	Random func() float64
}

// withDefaults fills in every setting that is zero.
func (o Options) withDefaults() Options {
	o.MaxConcurrentReconciles = cmp.Or(o.MaxConcurrentReconciles, 10)
	o.Slice = cmp.Or(o.Slice, 30*time.Second)
	o.Grace = cmp.Or(o.Grace, 20*time.Second)
	if o.Pipeline == nil {
		o.Pipeline = clone.NewPipeline()
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Random == nil {
		o.Random = rand.Float64 //nolint:gosec // jitter is no secret
	}
	return o
}

// check says what is missing.
func (o Options) check() error {
	switch {
	case o.ClusterUID == "":
		return errors.New("set up controllers: the UID of the cluster is not known")
	case o.Pools == nil || o.Metrics == nil:
		return errors.New("set up controllers: pools and metrics are required")
	}
	return nil
}

// ShutdownTimeout is how long a manager must wait for the stages under way when it is stopped: they end their slice,
// because a statement in flight is never aborted.
func ShutdownTimeout(o Options) time.Duration {
	o = o.withDefaults()
	return o.Slice + o.Grace + saveTime
}

// Setup registers the controllers of clones, of their logs and of connections, their indexes and watches with a manager.
func Setup(ctx context.Context, mgr ctrl.Manager, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	o = o.withDefaults()
	if err := addIndexes(ctx, mgr.GetFieldIndexer(), o.OperatorNamespace); err != nil {
		return err
	}
	o.Metrics.clones.read(mgr.GetClient())
	farewells := newFarewells()
	connect := connector{
		live: mgr.GetAPIReader(), pools: o.Pools, allowInsecure: o.AllowInsecureEndpoints, farewells: farewells, clock: o.Clock,
	}.client
	clones := &cloneReconciler{
		client: mgr.GetClient(), live: mgr.GetAPIReader(), recorder: mgr.GetEventRecorder(reporter),
		reports: reports{live: mgr.GetAPIReader(), writer: mgr.GetClient()},
		connect: connect, backoff: newBackoff(o.Random), turns: newTurns(), farewells: farewells,
		options: o,
	}
	if err := clones.setup(mgr); err != nil {
		return err
	}
	if err := newAuditReconciler(clones).setup(mgr); err != nil {
		return err
	}
	connections := &connectionReconciler{
		client: mgr.GetClient(), live: mgr.GetAPIReader(), recorder: mgr.GetEventRecorder(reporter),
		connect: connect, options: o, uids: map[client.ObjectKey]string{},
	}
	return connections.setup(mgr)
}

// reporter is who the events come from.
const reporter = "snowclone.dev/operator"
