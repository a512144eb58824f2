package clone

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// actor is an object that can act by itself.
type actor struct {
	ref   snowflake.ObjectRef
	awake bool
	// suspend and resume are the statements that make it stop and go.
	suspend, resume string
	// rank orders what is resumed, lowest first; what is suspended goes the other way round.
	rank int
	// barred says that it must not be resumed.
	barred bool
	// graph is the root of the graph that a task is of, itself for a root; zero for others.
	graph sqltext.Name
}

// The order of resuming: what makes data comes before what reads it, and in a task graph the children come before their
// root (T7).
const (
	rankClustering = iota
	rankDynamicTable
	rankChildTask
	rankRootTask
	rankAlert
	rankPipe
)

// awake lists what acts by itself in the clone, in the order in which it is suspended: root tasks before their children
// (R6).
func (r *Run) awake(ctx context.Context) ([]actor, error) {
	actors, err := r.actors(ctx)
	actors = slices.DeleteFunc(actors, func(one actor) bool { return !one.awake })
	slices.SortStableFunc(actors, func(a, b actor) int { return cmp.Compare(b.rank, a.rank) })
	return actors, err
}

// actors lists everything in the clone that can act by itself.
func (r *Run) actors(ctx context.Context) ([]actor, error) {
	var found []actor
	for _, look := range []func(context.Context) ([]actor, error){
		r.tasks, r.alerts, r.pipes, r.dynamicTables, r.clusteredTables, r.clusteredDynamicTables, r.clusteredViews,
	} {
		some, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (r *Run) tasks(ctx context.Context) ([]actor, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	actors := make([]actor, len(tasks))
	roots := rootsOf(tasks)
	for i, task := range tasks {
		actors[i] = actor{
			ref: task.ObjectRef, awake: task.Started, rank: rankChildTask, graph: roots[task.Name],
			suspend: snowflake.SuspendTask(task.Name), resume: snowflake.ResumeTask(task.Name),
		}
		if len(task.Predecessors) == 0 && task.FinalizedRoot == (sqltext.Name{}) {
			actors[i].rank = rankRootTask
		}
	}
	return actors, err
}

// rootsOf finds the root of each task's graph: a task runs after others or finalizes a root, and all of a graph have one.
func rootsOf(tasks []snowflake.Task) map[sqltext.Name]sqltext.Name {
	above := map[sqltext.Name]sqltext.Name{}
	for _, task := range tasks {
		switch {
		case len(task.Predecessors) > 0:
			above[task.Name] = task.Predecessors[0]
		case task.FinalizedRoot != sqltext.Name{}:
			above[task.Name] = task.FinalizedRoot
		}
	}
	roots := map[sqltext.Name]sqltext.Name{}
	for _, task := range tasks {
		root := task.Name
		for range tasks { // No graph is deeper than there are tasks, and none is a circle.
			up, below := above[root]
			if !below {
				break
			}
			root = up
		}
		roots[task.Name] = root
	}
	return roots
}

func (r *Run) alerts(ctx context.Context) ([]actor, error) {
	alerts, err := r.Snowflake.Alerts(ctx, snowflake.InDatabase(r.Target))
	actors := make([]actor, len(alerts))
	for i, alert := range alerts {
		actors[i] = actor{
			ref: alert.ObjectRef, awake: alert.Started, rank: rankAlert,
			suspend: snowflake.SuspendAlert(alert.Name), resume: snowflake.ResumeAlert(alert.Name),
		}
	}
	return actors, err
}

// pipes lists the pipes. One that loads elsewhere than into the clone would load duplicates there (C25).
func (r *Run) pipes(ctx context.Context) ([]actor, error) {
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	names := make([]sqltext.Name, len(pipes))
	for i, pipe := range pipes {
		names[i] = pipe.Name
	}
	statuses, err := r.Snowflake.PipeStatuses(ctx, names)
	if err != nil || len(pipes) == 0 {
		return nil, err
	}
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return nil, err
	}
	actors := make([]actor, len(pipes))
	var unread []error
	for i, pipe := range pipes {
		if err := statuses[i].Err; err != nil {
			unread = append(unread, fmt.Errorf("ask whether %s runs: %w", pipe.ObjectRef, err))
		}
		actors[i] = actor{
			ref: pipe.ObjectRef, awake: !statuses[i].Quiet(), rank: rankPipe, barred: r.loadsElsewhere(rewriter, pipe),
			suspend: snowflake.PausePipe(pipe.Name, true), resume: snowflake.PausePipe(pipe.Name, false),
		}
	}
	return actors, errors.Join(unread...)
}

// loadsElsewhere says whether a pipe's statement names any object outside the clone, or a stage of the source or of a database
// that is mapped: that one is production's landing zone. A stage of a third database may be meant for all.
func (r *Run) loadsElsewhere(rewriter *rewriter, pipe snowflake.Pipe) bool {
	references := rewriter.references(sqltext.Definition{Kind: sqltext.TaskBody, Text: pipe.Definition})
	return slices.ContainsFunc(references, func(reference sqltext.Reference) bool {
		database := reference.Name.Database
		switch reference.Position {
		case sqltext.AtObject:
			return database != "" && database != r.Target
		case sqltext.AtStage:
			return isMappedFrom(rewriter.options.Mappings, database)
		default:
			return false
		}
	})
}

func (r *Run) dynamicTables(ctx context.Context) ([]actor, error) {
	tables, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
	actors := make([]actor, len(tables))
	for i, table := range tables {
		actors[i] = actor{
			ref: table.ObjectRef, awake: !strings.HasPrefix(table.SchedulingState, "SUSPENDED"), rank: rankDynamicTable,
			suspend: snowflake.SuspendDynamicTable(table.Name), resume: snowflake.ResumeDynamicTable(table.Name),
		}
	}
	return actors, err
}

func (r *Run) clusteredTables(ctx context.Context) ([]actor, error) {
	tables, err := r.Snowflake.Tables(ctx, snowflake.InDatabase(r.Target))
	var actors []actor
	for _, table := range tables {
		if table.ClusterBy != "" {
			actors = append(actors, actor{
				ref: table.ObjectRef, awake: table.AutomaticClustering, rank: rankClustering,
				suspend: snowflake.SuspendRecluster(table.Name), resume: snowflake.ResumeRecluster(table.Name),
			})
		}
	}
	return actors, err
}

// clusteredDynamicTables lists the dynamic tables with a clustering key. One that was made anew is clustered at once. Their
// clustering goes by what the spec says of clustering, not of dynamic tables, so that they are named as tables.
func (r *Run) clusteredDynamicTables(ctx context.Context) ([]actor, error) {
	tables, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
	var actors []actor
	for _, table := range tables {
		if table.ClusterBy != "" {
			actors = append(actors, actor{
				ref: snowflake.ObjectRef{Kind: snowflake.KindTable, Name: table.Name}, awake: table.AutomaticClustering, rank: rankClustering,
				suspend: snowflake.SuspendDynamicRecluster(table.Name), resume: snowflake.ResumeDynamicRecluster(table.Name),
			})
		}
	}
	return actors, err
}

// clusteredViews lists the materialized views with a clustering key. One that was made anew is clustered at once.
func (r *Run) clusteredViews(ctx context.Context) ([]actor, error) {
	views, err := r.Snowflake.MaterializedViews(ctx, snowflake.InDatabase(r.Target))
	var actors []actor
	for _, view := range views {
		if view.ClusterBy != "" {
			actors = append(actors, actor{
				ref: view.ObjectRef, awake: view.AutomaticClustering, rank: rankClustering,
				suspend: snowflake.SuspendViewRecluster(view.Name), resume: snowflake.ResumeViewRecluster(view.Name),
			})
		}
	}
	return actors, err
}
