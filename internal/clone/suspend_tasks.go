package clone

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// suspendTasks makes sure that nothing in the clone acts by itself. A clone is documented to arrive that way (C30–C34);
// this looks, and suspends what is not. It also takes production's warehouses and notifications from it (T11).
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
	if len(awake) == 0 {
		return r.detach(ctx, own)
	}
	// What was told to rest in the last call and has not done so by now is given some time.
	after := time.Duration(0)
	if r.State.Done == len(awake) && r.State.Total == len(awake) {
		after = restlessPoll
	}
	// A task graph goes to rest from its root (R6), so the order of the list is kept. One that will not rest hides no other.
	done := 0
	var failed []error
	for _, one := range awake {
		if done > 0 && r.SliceOver() {
			break
		}
		if err := own.Exec(ctx, one.suspend); err != nil {
			// One that is gone is listed no more by the next call.
			failed = append(failed, fmt.Errorf("suspend %s: %w; %s", one.ref, lookAgain(err), r.advice(err)))
		}
		done++
	}
	r.Progress(done, len(awake))
	if len(failed) > 0 {
		return Outcome{}, errors.Join(failed...)
	}
	return Wait(after, fmt.Sprintf("Suspended %d of %d objects that act by themselves, the last is %s",
		done, len(awake), awake[done-1].ref)), nil
}

// restlessPoll is how long to wait for what was told to rest and still acts: a pipe finishes the files at hand.
const restlessPoll = 5 * time.Second

// detach cuts the tasks from production's graphs, gives tasks, alerts and dynamic tables the warehouse that the spec names,
// and stops tasks from reporting to production's notification channels. The links come first: a task that is linked
// to production's graph cannot be changed while that runs (R6).
func (r *Run) detach(ctx context.Context, own *Owned) (Outcome, error) {
	left, err := r.mendLinks(ctx, own)
	switch {
	case err != nil:
		return Outcome{}, err
	case left > 0:
		return Wait(0, fmt.Sprintf("%d tasks are still linked to production's", left)), nil
	}
	statements, err := r.detachments(ctx)
	if err != nil {
		return Outcome{}, err
	}
	done, err := forEach(ctx, r, statements, func(ctx context.Context, statement string) error {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
	r.Progress(done, len(statements))
	if err != nil {
		return Outcome{}, err
	}
	if done < len(statements) {
		return Wait(0, fmt.Sprintf("Detached tasks, alerts and dynamic tables from production: %d of %d", done, len(statements))), nil
	}
	return Done("Tasks, alerts, pipes, dynamic tables and clustering are at rest"), nil
}

// detachments are the statements that take production's warehouses and notifications from what acts by itself (T11).
// What runs without a warehouse goes on without one.
func (r *Run) detachments(ctx context.Context) ([]string, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var statements []string
	for _, task := range tasks {
		if task.ErrorIntegration != "" {
			statements = append(statements, snowflake.UnsetTaskIntegration(task.Name, snowflake.OnError))
		}
		if task.SuccessIntegration != "" {
			statements = append(statements, snowflake.UnsetTaskIntegration(task.Name, snowflake.OnSuccess))
		}
	}
	if r.Spec.Tasks.Warehouse == "" {
		return statements, nil
	}
	warehouse, err := sqltext.ParseIdent(string(r.Spec.Tasks.Warehouse))
	if err != nil {
		return nil, Terminalf(v1alpha1.ReasonStatementFailed, "tasks.warehouse: %w", err)
	}
	move := func(from sqltext.Ident, statement string) {
		if from != "" && from != "null" && from != warehouse {
			statements = append(statements, statement)
		}
	}
	for _, task := range tasks {
		move(task.Warehouse, snowflake.SetTaskWarehouse(task.Name, warehouse))
	}
	alerts, err := r.Snowflake.Alerts(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	for _, alert := range alerts {
		move(alert.Warehouse, snowflake.SetAlertWarehouse(alert.Name, warehouse))
	}
	tables, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
	for _, table := range tables {
		move(table.Warehouse, snowflake.SetDynamicTableWarehouse(table.Name, warehouse))
	}
	return statements, err
}
