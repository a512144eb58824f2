package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// cloneTimeout is how long the demo waits for a clone before it gives up.
const cloneTimeout = 3 * time.Minute

// startKubectlWatch runs kubectl get -w and shows what it prints, until it is stopped.
func (d *demo) startKubectlWatch() (*process, error) {
	arguments := []string{"get", "snowflakeclones", "-w"}
	reader, writer := io.Pipe()
	cmd := exec.Command(d.cluster.kubectl.path, append([]string{"--kubeconfig", d.cluster.kubeconfig}, arguments...)...) //nolint:noctx // Stopped by processes.stopOne.
	cmd.Stdout = writer
	watch, err := d.processes.start("kubectl-watch", cmd)
	if err != nil {
		return nil, err
	}
	go func() {
		lines := bufio.NewScanner(reader)
		for lines.Scan() {
			d.console.output(lines.Text())
		}
	}()
	d.console.command("kubectl get snowflakeclones -w &")
	return watch, nil
}

// follow watches a clone until it is as wanted.
func (d *demo) follow(
	ctx context.Context, name string, wanted func(*v1alpha1.SnowflakeClone) bool,
) (*v1alpha1.SnowflakeClone, error) {
	for {
		clone, err := d.followOnce(ctx, name, wanted)
		if clone != nil || err != nil {
			return clone, err
		}
		// The API server ends a watch now and then: begin another one.
	}
}

// followOnce returns nil when the watch ended before the clone was as wanted.
func (d *demo) followOnce(
	ctx context.Context, name string, wanted func(*v1alpha1.SnowflakeClone) bool,
) (*v1alpha1.SnowflakeClone, error) {
	watch, err := d.cluster.client.Watch(ctx, &v1alpha1.SnowflakeCloneList{},
		client.InNamespace(cloneNamespace), client.MatchingFields{"metadata.name": name})
	if err != nil {
		return nil, fmt.Errorf("watch clones: %w", err)
	}
	defer watch.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case event, open := <-watch.ResultChan():
			if !open {
				return nil, nil // The watch ended: follow begins another one.
			}
			clone, ok := event.Object.(*v1alpha1.SnowflakeClone)
			switch {
			case ok && wanted(clone):
				return clone, nil
			case ok && apimeta.IsStatusConditionTrue(clone.Status.Conditions, v1alpha1.StalledCondition):
				return nil, errors.New("it stalled")
			}
		}
	}
}

// isReady says that the clone is as its spec asks for.
func isReady(clone *v1alpha1.SnowflakeClone) bool {
	ready := apimeta.FindStatusCondition(clone.Status.Conditions, v1alpha1.ReadyCondition)
	return ready != nil && ready.Status == metav1.ConditionTrue && ready.ObservedGeneration == clone.Generation
}

// isExpired says that the clone's time is over and its database is dropped.
func isExpired(clone *v1alpha1.SnowflakeClone) bool {
	return clone.Status.Phase == v1alpha1.PhaseExpired && clone.Status.Dropped != nil
}

// lastSeen describes the state in which a clone was left, for an error.
func (d *demo) lastSeen(name string) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), patience)
	defer cancel()
	var clone v1alpha1.SnowflakeClone
	if err := d.cluster.client.Get(ctx, client.ObjectKey{Namespace: cloneNamespace, Name: name}, &clone); err != nil {
		return ""
	}
	lines := []string{"; at " + clone.Status.Progress}
	for _, condition := range clone.Status.Conditions {
		lines = append(lines, fmt.Sprintf("  %s=%s %s: %s", condition.Type, condition.Status, condition.Reason, condition.Message))
	}
	return strings.Join(lines, "\n")
}

// showSteps prints what each step did and took, and checks that the clone was ready soon enough.
func (d *demo) showSteps(clone *v1alpha1.SnowflakeClone, elapsed time.Duration) error {
	d.console.line("")
	d.console.line(d.console.paint(bold, fmt.Sprintf("%5s  %-18s %-10s %9s %8s  %s", "step", "name", "state", "done", "time", "message")))
	for i, step := range clone.Status.Steps {
		d.console.line(cut(stepLine(i+1, len(clone.Status.Steps), step), width))
	}
	d.console.line("")
	if d.options.within > 0 && elapsed > d.options.within {
		d.console.failed("Ready %s after kubectl apply, which should take %s at most", seconds(elapsed), d.options.within)
		return errors.New("the clone was not ready in time")
	}
	d.console.passed("Ready %s after kubectl apply", seconds(elapsed))
	return nil
}

// stepLine is one line of the table.
func stepLine(number, total int, step v1alpha1.StepStatus) string {
	done, took := "", ""
	if step.Total > 0 {
		done = fmt.Sprintf("%d/%d", step.Done, step.Total)
	}
	if step.StartTime != nil && step.CompletionTime != nil {
		took = fmt.Sprintf("%.2f s", step.CompletionTime.Sub(step.StartTime.Time).Seconds())
	}
	line := fmt.Sprintf("%2d/%2d  %-18s %-10s %9s %8s  %s", number, total, step.Name, step.State, done, took, step.Message)
	return strings.TrimRight(line, " ")
}
