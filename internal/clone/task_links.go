package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// taskLink is a task that runs after a task of the source, or finalizes one.
type taskLink struct {
	task          snowflake.Task
	before, after []sqltext.Name
	// finalizes is the root in the clone that the task is to finalize; zero for others.
	finalizes sqltext.Name
}

// foreignLinks finds tasks that are still linked to the source's, each after those that it is to run after. Whether a
// clone's tasks come linked to each other is not documented (U2).
func (r *Run) foreignLinks(ctx context.Context) ([]taskLink, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var (
		links []taskLink
		nodes []sqltext.Node
	)
	for _, task := range tasks {
		link := taskLink{task: task}
		for _, name := range task.Predecessors {
			if name.Database == r.Source {
				link.before, link.after = append(link.before, name), append(link.after, r.inTarget(name))
			}
		}
		if task.FinalizedRoot.Database == r.Source {
			link.finalizes = r.inTarget(task.FinalizedRoot)
		}
		if len(link.before) > 0 || link.finalizes != (sqltext.Name{}) {
			links = append(links, link)
			nodes = append(nodes, sqltext.Node{Name: task.Name, Needs: link.after})
		}
	}
	order, _ := sqltext.Order(nodes)
	sorted := make([]taskLink, len(links))
	for i, at := range order {
		sorted[i] = links[at]
	}
	return sorted, nil
}

// mendLinks links the tasks to those of the clone and says how much is left. One after the other: a task that is made
// anew would lose the links of those that run after it.
func (r *Run) mendLinks(ctx context.Context, own *Owned) (left int, err error) {
	if err := r.remakeLost(ctx, own); err != nil {
		return 0, err
	}
	links, err := r.foreignLinks(ctx)
	if err != nil {
		return 0, err
	}
	var failed []error // One that will not be linked hides no other.
	for i, link := range links {
		if i > 0 && r.SliceOver() {
			return len(links) - i, errors.Join(failed...)
		}
		if err := link.mend(ctx, r, own); err != nil {
			failed = append(failed, err)
		}
	}
	return 0, errors.Join(failed...)
}

// mend links a task to the clone's. One that production's running graph holds fast is made anew instead: nothing of
// production is suspended for it.
func (l taskLink) mend(ctx context.Context, r *Run, own *Owned) error {
	for _, statement := range l.statements() {
		err := own.Exec(ctx, statement)
		if snowflake.HasNumber(err, snowflake.NumberRootNotSuspended) {
			return l.remake(ctx, r, own)
		}
		if err != nil {
			return fmt.Errorf("link %s to its predecessors: %w", l.task.ObjectRef, err)
		}
	}
	return nil
}

// statements change the links in place, new ones first: a task that lost the old ones only would look as if it had been
// a root ever since.
func (l taskLink) statements() []string {
	var statements []string
	if len(l.before) > 0 {
		statements = append(statements,
			snowflake.AddTaskPredecessors(l.task.Name, l.after), snowflake.RemoveTaskPredecessors(l.task.Name, l.before))
	}
	if l.finalizes != (sqltext.Name{}) {
		statements = append(statements, snowflake.SetTaskFinalize(l.task.Name, l.finalizes))
	}
	return statements
}

// remake drops the task and creates it from its own definition, linked to the clone's tasks, with its tags and the grants
// that are to stay. Should the operator die in between, remakeLost finds the task missing.
func (l taskLink) remake(ctx context.Context, r *Run, own *Owned) error {
	statement, err := r.taskStatement(ctx, l.task.ObjectRef)
	if err != nil {
		return fmt.Errorf("make %s anew: %w", l.task.ObjectRef, err)
	}
	taken, err := r.lostWithGrants(ctx, l.task.ObjectRef)
	if err != nil {
		return err
	}
	if err := own.DropTask(ctx, l.task.Name); err != nil {
		return err
	}
	for _, statement := range append([]string{statement}, taken.statements...) {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make %s anew: %w", l.task.ObjectRef, lookAgain(err))
		}
	}
	return nil
}

// remakeLost creates the tasks that an earlier call had dropped when it was cut off, from their definitions in the
// source. A clone as of the past has no tasks to lose (U10).
func (r *Run) remakeLost(ctx context.Context, own *Owned) error {
	if point, _ := r.moment(); point != nil || r.State.Database == nil {
		return nil
	}
	missing, err := r.absent(ctx, snowflake.KindTask)
	if err != nil {
		return err
	}
	for _, task := range missing {
		if task.CreatedOn.After(r.State.Database.CreatedOn.Time) {
			continue
		}
		statement, err := r.taskStatement(ctx, task.ObjectRef)
		if err != nil {
			return fmt.Errorf("make %s anew: %w", task.ObjectRef, err)
		}
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make %s anew: %w", task.ObjectRef, lookAgain(err))
		}
		if err := r.restoreTags(ctx, own, r.twin(task.ObjectRef)); err != nil {
			return fmt.Errorf("restore the tags of %s: %w", task.ObjectRef, err)
		}
	}
	return nil
}

// absent are the source's objects of a kind that the clone lacks.
func (r *Run) absent(ctx context.Context, kind snowflake.Kind) ([]snowflake.Object, error) {
	there, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	source, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Source))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, object := range there {
		names[object.String()] = true
	}
	return slices.DeleteFunc(r.wanted(source), func(object snowflake.Object) bool {
		twin := object.ObjectRef
		twin.Name.Database = r.Target
		return names[twin.String()]
	}), nil
}

// regrants are the statements that give an object the grants once more that it had.
func regrants(on snowflake.ObjectRef, grants []snowflake.Grant) []string {
	var statements []string
	for _, grant := range grants {
		if grant.Privilege != snowflake.PrivilegeOwnership && !grant.Inherited {
			statements = append(statements, snowflake.GrantAgain(on, grant))
		}
	}
	return statements
}

// taskStatement is the statement that creates a task in the clone, from its definition there or in the source.
func (r *Run) taskStatement(ctx context.Context, task snowflake.ObjectRef) (string, error) {
	results, err := r.Snowflake.DDL(ctx, []snowflake.ObjectRef{task})
	if err != nil {
		return "", err
	}
	if results[0].Err != nil {
		return "", results[0].Err
	}
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return "", err
	}
	result, err := rewriter.rewrite(task.Name, sqltext.Definition{Kind: sqltext.Task, Text: results[0].Text})
	if err != nil {
		return "", err
	}
	header, err := sqltext.ParseHeader(result.Text)
	if err != nil {
		return "", err
	}
	return header.Rebuild("CREATE TASK", r.inTarget(task.Name), "")
}
