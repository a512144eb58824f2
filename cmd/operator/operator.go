package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/controller"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// leaseName is the lease that at most one operator holds.
const leaseName = "operator.snowclone.dev"

// operator is the program with all its parts put together.
type operator struct {
	manager    ctrl.Manager
	pools      *snowflake.Pools
	clusterUID string
}

// newOperator puts the parts together. The caller must close the pools.
func newOperator(ctx context.Context, s settings) (*operator, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("find the API server: %w", err)
	}
	uid, err := clusterUID(ctx, config)
	if err != nil {
		return nil, err
	}
	counters, err := controller.NewMetrics(metrics.Registry)
	if err != nil {
		return nil, err
	}
	pools := snowflake.NewPools(snowflake.PoolsOptions{
		AllowInsecure: s.allowInsecure, Observe: counters.ObserveStatement,
	})
	options := controller.Options{
		OperatorNamespace: s.namespace, ClusterUID: uid,
		MaxConcurrentReconciles: s.concurrent, AllowInsecureEndpoints: s.allowInsecure,
		Pools: pools, Metrics: counters,
	}
	manager, err := newManager(config, s, options)
	if err != nil {
		return nil, err
	}
	if err := controller.Setup(ctx, manager, options); err != nil {
		return nil, err
	}
	return &operator{manager: manager, pools: pools, clusterUID: uid}, nil
}

// newManager makes the manager with its caches, endpoints and lease.
func newManager(config *rest.Config, s settings, o controller.Options) (ctrl.Manager, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, err
	}
	endpoint := metricsserver.Options{BindAddress: s.metricsBind, SecureServing: s.metricsSecure}
	if s.metricsSecure {
		endpoint.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	timeout := controller.ShutdownTimeout(o)
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                  scheme,
		Cache:                   cache.Options{DefaultNamespaces: watched(s)},
		Metrics:                 endpoint,
		HealthProbeBindAddress:  s.probeBind,
		LeaderElection:          s.leaderElect,
		LeaderElectionID:        leaseName,
		LeaderElectionNamespace: s.namespace,
		// The program ends right behind the manager, so that nobody works without the lease.
		LeaderElectionReleaseOnCancel: true,
		// Longer than a time slice: the stages under way finish theirs.
		GracefulShutdownTimeout: &timeout,
	})
	if err != nil {
		return nil, fmt.Errorf("make the manager: %w", err)
	}
	if err := manager.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, fmt.Errorf("add health check: %w", err)
	}
	if err := manager.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return nil, fmt.Errorf("add readiness check: %w", err)
	}
	return manager, nil
}

// newScheme knows the kinds that the operator reads and writes.
func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("know the kinds of Kubernetes: %w", err)
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("know the kinds of Snowclone: %w", err)
	}
	return scheme, nil
}

// watched is the namespaces to keep in the caches; nil for all.
func watched(s settings) map[string]cache.Config {
	if len(s.watched) == 0 {
		return nil
	}
	only := map[string]cache.Config{s.namespace: {}}
	for _, name := range s.watched {
		only[name] = cache.Config{}
	}
	return only
}

// clusterUID tells this cluster from all others. The namespace kube-system lives as long as its cluster.
func clusterUID(ctx context.Context, config *rest.Config) (string, error) {
	reader, err := client.New(config, client.Options{})
	if err != nil {
		return "", fmt.Errorf("reach the API server: %w", err)
	}
	namespace := &corev1.Namespace{}
	if err := reader.Get(ctx, client.ObjectKey{Name: metav1.NamespaceSystem}, namespace); err != nil {
		return "", fmt.Errorf("read the UID of the cluster: %w", err)
	}
	return string(namespace.UID), nil
}
