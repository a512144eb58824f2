package clone

import (
	"context"
	"fmt"

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
		if err := own.Exec(ctx, one.suspend); err != nil {
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

// detachTasks cuts the tasks from production's graphs, gives them the warehouse that the spec names, and stops them from
// reporting errors to production's notification channel. The links come first: a task that is linked to production's
// graph cannot be changed while that runs (R6).
func (r *Run) detachTasks(ctx context.Context, own *Owned) (Outcome, error) {
	left, err := r.mendLinks(ctx, own)
	switch {
	case err != nil:
		return Outcome{}, err
	case left > 0:
		return Wait(0, fmt.Sprintf("%d tasks are still linked to production's", left)), nil
	}
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
