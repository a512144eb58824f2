package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// activity is what the spec wants of the objects of a kind that act by themselves.
func (r *Run) activity(kind snowflake.Kind) v1alpha1.ActivityState {
	switch kind {
	case snowflake.KindTask:
		return r.Spec.Tasks.State
	case snowflake.KindAlert:
		return r.Spec.Alerts.State
	case snowflake.KindPipe:
		return r.Spec.Pipes.State
	case snowflake.KindDynamicTable:
		return r.Spec.DynamicTables.State
	case snowflake.KindTable:
		return r.Spec.Clustering.State
	default:
		return v1alpha1.ActivitySuspend
	}
}

// restless lists what acts by itself although the spec wants it at rest.
func (r *Run) restless(ctx context.Context) ([]active, error) {
	awake, err := r.awake(ctx)
	return slices.DeleteFunc(awake, func(one active) bool {
		return r.activity(one.ref.Kind) == v1alpha1.ActivityResume
	}), err
}

// wake resumes what the spec wants to run and says how much is left: dynamic tables before what reads them, children in a
// task graph before their roots (T7), pipes last.
func (r *Run) wake(ctx context.Context, own *Owned) (left int, err error) {
	asleep, err := r.asleep(ctx)
	if err != nil {
		return 0, err
	}
	for i, one := range asleep {
		if i > 0 && r.SliceOver() {
			return len(asleep) - i, nil
		}
		if err := own.Exec(ctx, one.rest); err != nil {
			return 0, fmt.Errorf("resume %s: %w", one.ref, err)
		}
		r.Progress(i+1, len(asleep))
	}
	return 0, nil
}

// asleep lists what is to be resumed, in order. The statement of each resumes it.
func (r *Run) asleep(ctx context.Context) ([]active, error) {
	var found []active
	for _, one := range []struct {
		kind snowflake.Kind
		look func(context.Context) ([]active, error)
	}{
		{snowflake.KindTable, r.unclustered},
		{snowflake.KindDynamicTable, r.asleepDynamicTables},
		{snowflake.KindTask, r.asleepTasks},
		{snowflake.KindAlert, r.asleepAlerts},
		{snowflake.KindPipe, r.asleepPipes},
	} {
		if r.activity(one.kind) != v1alpha1.ActivityResume {
			continue
		}
		some, err := one.look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (r *Run) unclustered(ctx context.Context) ([]active, error) {
	tables, err := r.Snowflake.Tables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, table := range tables {
		if table.ClusterBy != "" && !table.AutomaticClustering {
			found = append(found, active{ref: table.ObjectRef, rest: snowflake.ResumeRecluster(table.Name)})
		}
	}
	return found, nil
}

func (r *Run) asleepDynamicTables(ctx context.Context) ([]active, error) {
	tables, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, table := range tables {
		if table.SchedulingState == "SUSPENDED" {
			found = append(found, active{ref: table.ObjectRef, rest: snowflake.ResumeDynamicTable(table.Name)})
		}
	}
	return found, nil
}

func (r *Run) asleepTasks(ctx context.Context) ([]active, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var children, roots []active
	for _, task := range tasks {
		one := active{ref: task.ObjectRef, rest: snowflake.ResumeTask(task.Name)}
		switch {
		case task.Started:
		case len(task.Predecessors) == 0 && task.FinalizedRoot == (sqltext.Name{}):
			roots = append(roots, one)
		default:
			children = append(children, one)
		}
	}
	return append(children, roots...), nil
}

func (r *Run) asleepAlerts(ctx context.Context) ([]active, error) {
	alerts, err := r.Snowflake.Alerts(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, alert := range alerts {
		if !alert.Started {
			found = append(found, active{ref: alert.ObjectRef, rest: snowflake.ResumeAlert(alert.Name)})
		}
	}
	return found, nil
}

// asleepPipes lists the pipes that may run: those that load into the clone and nowhere else (C25).
func (r *Run) asleepPipes(ctx context.Context) ([]active, error) {
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	pipes = slices.DeleteFunc(pipes, func(pipe snowflake.Pipe) bool { return r.loadsElsewhere(pipe) })
	names := make([]sqltext.Name, len(pipes))
	for i, pipe := range pipes {
		names[i] = pipe.Name
	}
	statuses, err := r.Snowflake.PipeStatuses(ctx, names)
	if err != nil {
		return nil, err
	}
	var found []active
	for i, status := range statuses {
		if status.Quiet() {
			found = append(found, active{ref: pipes[i].ObjectRef, rest: snowflake.PausePipe(pipes[i].Name, false)})
		}
	}
	return found, nil
}

// loadsElsewhere says whether a pipe's statement names any object outside the clone, its stage excepted.
func (r *Run) loadsElsewhere(pipe snowflake.Pipe) bool {
	references := sqltext.References(sqltext.Definition{Kind: sqltext.TaskBody, Text: pipe.Definition})
	return slices.ContainsFunc(references, func(reference sqltext.Reference) bool {
		return reference.Position == sqltext.AtObject && reference.Name.Database != "" && reference.Name.Database != r.Target
	})
}
