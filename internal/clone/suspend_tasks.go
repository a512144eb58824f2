package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// suspendTasks makes sure that nothing in the clone acts by itself. A clone is documented to arrive that way (C30–C34);
// this looks, and suspends what is not. It also takes production's warehouse and alarms from the tasks (T11).
type suspendTasks struct{}

func (suspendTasks) Name() v1alpha1.StepName { return v1alpha1.StepSuspendTasks }

func (suspendTasks) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	awake, err := r.awake(ctx)
	if err != nil {
		return Outcome{}, err
	}
	// A task graph goes to rest from its root (R6), so the order of the list is kept where it matters.
	done := 0
	for _, one := range awake {
		if done > 0 && r.SliceOver() {
			break
		}
		if err := own.Exec(ctx, one.rest); err != nil {
			return Outcome{}, fmt.Errorf("suspend %s: %w", one.ref, err)
		}
		done++
	}
	r.Progress(done, len(awake))
	if len(awake) > 0 {
		return Wait(0, fmt.Sprintf("Suspended %d of %d objects that act by themselves", done, len(awake))), nil
	}
	return r.detachTasks(ctx, own)
}

// detachTasks gives the tasks the warehouse that the spec names, and stops them from reporting errors to production's
// notification channel.
func (r *Run) detachTasks(ctx context.Context, own *Owned) (Outcome, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return Outcome{}, err
	}
	var warehouse sqltext.Ident
	if name := r.Spec.Tasks.Warehouse; name != "" {
		if warehouse, err = sqltext.ParseIdent(string(name)); err != nil {
			return Outcome{}, Terminalf(v1alpha1.ReasonStatementFailed, "tasks.warehouse: %w", err)
		}
	}
	var statements []string
	for _, task := range tasks {
		if warehouse != "" && task.Warehouse != "" && task.Warehouse != warehouse {
			statements = append(statements, snowflake.SetTaskWarehouse(task.Name, warehouse))
		}
		if task.ErrorIntegration != "" && task.ErrorIntegration != "null" {
			statements = append(statements, snowflake.UnsetTaskErrorIntegration(task.Name))
		}
	}
	done, err := own.ExecAll(ctx, statements)
	if err != nil {
		return Outcome{}, err
	}
	if done < len(statements) {
		return Wait(0, fmt.Sprintf("Detached tasks from production: %d of %d", done, len(statements))), nil
	}
	return Done("Tasks, alerts, pipes, dynamic tables and clustering are at rest"), nil
}

// active is an object that acts by itself, and the statement that makes it stop.
type active struct {
	ref  snowflake.ObjectRef
	rest string
}

// awake lists what acts by itself in the clone, root tasks before their children.
func (r *Run) awake(ctx context.Context) ([]active, error) {
	var found []active
	for _, look := range []func(context.Context) ([]active, error){
		r.awakeTasks, r.awakeAlerts, r.awakePipes, r.awakeDynamicTables, r.awakeClustering,
	} {
		some, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (r *Run) awakeTasks(ctx context.Context) ([]active, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var roots, children []active
	for _, task := range tasks {
		one := active{ref: task.ObjectRef, rest: snowflake.SuspendTask(task.Name)}
		switch {
		case !task.Started:
		case len(task.Predecessors) == 0 && task.FinalizedRoot == (sqltext.Name{}):
			roots = append(roots, one)
		default:
			children = append(children, one)
		}
	}
	return append(roots, children...), nil
}

func (r *Run) awakeAlerts(ctx context.Context) ([]active, error) {
	alerts, err := r.Snowflake.Alerts(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, alert := range alerts {
		if alert.Started {
			found = append(found, active{ref: alert.ObjectRef, rest: snowflake.SuspendAlert(alert.Name)})
		}
	}
	return found, nil
}

func (r *Run) awakePipes(ctx context.Context) ([]active, error) {
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
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
		if status.Err != nil {
			return nil, status.Err
		}
		if !status.Quiet() {
			found = append(found, active{ref: pipes[i].ObjectRef, rest: snowflake.PausePipe(pipes[i].Name, true)})
		}
	}
	return found, nil
}

func (r *Run) awakeDynamicTables(ctx context.Context) ([]active, error) {
	tables, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, table := range tables {
		if !strings.HasPrefix(table.SchedulingState, "SUSPENDED") {
			found = append(found, active{ref: table.ObjectRef, rest: snowflake.SuspendDynamicTable(table.Name)})
		}
	}
	return found, nil
}

func (r *Run) awakeClustering(ctx context.Context) ([]active, error) {
	tables, err := r.Snowflake.Tables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []active
	for _, table := range tables {
		if table.AutomaticClustering {
			found = append(found, active{ref: table.ObjectRef, rest: snowflake.SuspendRecluster(table.Name)})
		}
	}
	return found, nil
}
