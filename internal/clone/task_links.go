package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// taskLink is a task that runs after a task of another database.
type taskLink struct {
	task          snowflake.Task
	before, after []sqltext.Name
}

// foreignPredecessors finds tasks whose predecessors are still the source's. Whether a clone's tasks come linked to each
// other is not documented (U2).
func (r *Run) foreignPredecessors(ctx context.Context) ([]taskLink, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var links []taskLink
	for _, task := range tasks {
		link := taskLink{task: task}
		for _, name := range task.Predecessors {
			if name.Database == r.Source {
				link.before = append(link.before, name)
				name.Database = r.Target
				link.after = append(link.after, name)
			}
		}
		if len(link.before) > 0 {
			links = append(links, link)
		}
	}
	return links, nil
}

// mend links a task to its predecessors in the clone. A task that production's running graph holds fast is made anew
// instead: nothing of production is suspended for it. Its grants were taken before, so that none is lost.
func (l taskLink) mend(ctx context.Context, r *Run, own *Owned) error {
	for _, statement := range []string{
		snowflake.RemoveTaskPredecessors(l.task.Name, l.before), snowflake.AddTaskPredecessors(l.task.Name, l.after),
	} {
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

// remake drops the task and creates it from its own definition, linked to the clone's tasks. Should the operator die in
// between, the validation finds the task missing.
func (l taskLink) remake(ctx context.Context, r *Run, own *Owned) error {
	statement, err := l.definition(ctx, r)
	if err != nil {
		return fmt.Errorf("make %s anew: %w", l.task.ObjectRef, err)
	}
	if err := own.DropTask(ctx, l.task.Name); err != nil {
		return err
	}
	if err := own.Exec(ctx, statement); err != nil {
		return fmt.Errorf("make %s anew: %w", l.task.ObjectRef, err)
	}
	return nil
}

// definition is the statement that creates the task in the clone.
func (l taskLink) definition(ctx context.Context, r *Run) (string, error) {
	results, err := r.Snowflake.DDL(ctx, []snowflake.ObjectRef{l.task.ObjectRef})
	if err != nil {
		return "", err
	}
	if results[0].Err != nil {
		return "", results[0].Err
	}
	mappings, err := r.mappings()
	if err != nil {
		return "", err
	}
	text := sqltext.Definition{Kind: sqltext.Task, Text: results[0].Text}
	result, err := sqltext.Rewrite(text, sqltext.Options{Mappings: mappings, CodeStrings: sqltext.Mode(r.Spec.Repoint.CodeStrings)})
	if err != nil {
		return "", err
	}
	header, err := sqltext.ParseHeader(result.Text)
	if err != nil {
		return "", err
	}
	return header.Rebuild("CREATE TASK", l.task.Name, "")
}
