package controller

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// Metrics are what the operator counts. No label names an object: those are in the status.
type Metrics struct {
	stepDuration      *prometheus.HistogramVec
	steps             *prometheus.CounterVec
	statements        *prometheus.CounterVec
	statementDuration *prometheus.HistogramVec
	drops             *prometheus.CounterVec
	clones            *clonesCollector
}

// NewMetrics makes the metrics and registers all of them.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		stepDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "snowclone_step_duration_seconds",
			Help:    "Time in seconds from the beginning of a stage of the pipeline to its completion, waiting included.",
			Buckets: prometheus.ExponentialBuckets(0.1, 3, 10),
		}, []string{"step"}),
		steps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "snowclone_step_total",
			Help: "Number of times that a stage of the pipeline succeeded, was skipped, failed in a way that may pass (retried) or failed.",
		}, []string{"step", "result"}),
		statements: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "snowclone_statements_total",
			Help: "Number of statements and logins sent to Snowflake, by first word and by class of error, None for success.",
		}, []string{"word", "class"}),
		statementDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "snowclone_statement_duration_seconds",
			Help:    "Time in seconds from sending a statement to Snowflake to its answer, waiting for a free session included.",
			Buckets: prometheus.ExponentialBuckets(0.005, 3, 10),
		}, []string{"word"}),
		drops: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "snowclone_drops_total",
			Help: "Number of databases dropped, and of attempts that were refused or failed, by what asked for it: deletion or expiry.",
		}, []string{"cause", "result"}),
		clones: &clonesCollector{description: prometheus.NewDesc(
			"snowclone_clones", "Number of SnowflakeClones in each phase.", []string{"phase"}, nil)},
	}
	var errs []error
	for _, collector := range []prometheus.Collector{
		m.stepDuration, m.steps, m.statements, m.statementDuration, m.drops, m.clones,
	} {
		errs = append(errs, registry.Register(collector))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, nil
}

// ObserveStatement counts a statement or login. It is made for snowflake.PoolsOptions.
func (m *Metrics) ObserveStatement(event snowflake.StatementEvent) {
	word := orElse(event.Word, "LOGIN")
	m.statements.WithLabelValues(word, event.Err.String()).Inc()
	m.statementDuration.WithLabelValues(word).Observe(event.Duration.Seconds())
}

// Results of stages.
const (
	resultSucceeded = "succeeded"
	resultSkipped   = "skipped"
	resultRetried   = "retried"
	resultFailed    = "failed"
)

// step counts a row that was recorded, if the stage came to something.
func (m *Metrics) step(row v1alpha1.StepStatus) {
	result := ""
	switch row.State {
	case v1alpha1.StepSucceeded:
		result = resultSucceeded
	case v1alpha1.StepSkipped:
		result = resultSkipped
	case v1alpha1.StepFailed:
		result = resultFailed
	case v1alpha1.StepRunning:
		if row.Reason == "" {
			return
		}
		result = resultRetried
	case v1alpha1.StepPending:
		return
	}
	m.steps.WithLabelValues(string(row.Name), result).Inc()
	if row.CompletionTime != nil && row.StartTime != nil {
		m.stepDuration.WithLabelValues(string(row.Name)).Observe(row.CompletionTime.Sub(row.StartTime.Time).Seconds())
	}
}

// Causes and results of drops.
const (
	causeDeletion = "deletion"
	causeExpiry   = "expiry"

	dropDone    = "dropped"
	dropRefused = "refused"
	dropFailed  = "failed"
)

// drop counts what an attempt to drop a database came to.
func (m *Metrics) drop(cause, result string) { m.drops.WithLabelValues(cause, result).Inc() }

// clonesCollector counts the clones in the cache when it is asked.
type clonesCollector struct {
	description *prometheus.Desc
	reader      atomic.Pointer[client.Reader]
}

// read says where the clones are to be found.
func (c *clonesCollector) read(reader client.Reader) { c.reader.Store(&reader) }

// listTimeout bounds the reading of the cache.
const listTimeout = 5 * time.Second

// Describe names the metric.
func (c *clonesCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- c.description
}

// Collect counts. Before the cache is there, there is nothing to count.
func (c *clonesCollector) Collect(metrics chan<- prometheus.Metric) {
	reader := c.reader.Load()
	if reader == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), listTimeout)
	defer cancel()
	list := &v1alpha1.SnowflakeCloneList{}
	if err := (*reader).List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		metrics <- prometheus.NewInvalidMetric(c.description, fmt.Errorf("count clones: %w", err))
		return
	}
	phases := map[v1alpha1.Phase]int{}
	for i := range list.Items {
		phases[orPending(list.Items[i].Status.Phase)]++
	}
	for phase, n := range phases {
		metrics <- prometheus.MustNewConstMetric(c.description, prometheus.GaugeValue, float64(n), string(phase))
	}
}

func orPending(phase v1alpha1.Phase) v1alpha1.Phase {
	if phase == "" {
		return v1alpha1.PhasePending
	}
	return phase
}
