package clone

import (
	"cmp"
	"context"
	"errors"
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
	case snowflake.KindTable, snowflake.KindMaterializedView:
		return r.Spec.Clustering.State
	default:
		return v1alpha1.ActivitySuspend
	}
}

// restless lists what acts by itself although the spec wants it at rest.
func (r *Run) restless(ctx context.Context) ([]actor, error) {
	awake, err := r.awake(ctx)
	return slices.DeleteFunc(awake, func(one actor) bool {
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
	var failed []error
	broken := map[sqltext.Name]bool{} // The graphs of which a task could not be resumed.
	for i, one := range asleep {
		if i > 0 && r.SliceOver() {
			return len(asleep) - i, errors.Join(failed...)
		}
		if one.rank == rankRootTask && broken[one.graph] {
			continue // Under a root that runs, no child could be resumed any more (R6).
		}
		if err := resume(ctx, own, one); err != nil {
			failed = append(failed, fmt.Errorf("resume %s: %w; %s", one.ref, err, resumeAdvice(one.ref.Kind)))
			broken[one.graph] = true
		}
		r.Progress(i+1, len(asleep))
	}
	return 0, errors.Join(failed...)
}

// resumeAdvice says what to do about an object that Snowflake refuses to resume (T8, T14).
func resumeAdvice(kind snowflake.Kind) string {
	switch kind {
	case snowflake.KindTask:
		return "let the role that owns it hold EXECUTE TASK, or EXECUTE MANAGED TASK where it has no warehouse, and USAGE on its " +
			"warehouse, or set tasks.state: Suspend"
	case snowflake.KindAlert:
		return "let the role that owns it hold EXECUTE ALERT and USAGE on its warehouse, or set alerts.state: Suspend"
	case snowflake.KindPipe:
		return "see whether its stage and table are there, or set pipes.state: Suspend"
	case snowflake.KindDynamicTable:
		return "let the role that owns it hold USAGE on its warehouse, or set dynamicTables.state: Suspend"
	default:
		return "set clustering.state: Suspend, or resume it by hand"
	}
}

// resume makes one object go. A pipe whose owner has changed, or that stood still for long, has to be forced (P2, T13).
func resume(ctx context.Context, own *Owned, one actor) error {
	err := own.Exec(ctx, one.resume)
	if one.ref.Kind == snowflake.KindPipe && snowflake.ClassOf(err) == snowflake.Other {
		return own.Exec(ctx, snowflake.ForceResumePipe(one.ref.Name))
	}
	return err
}

// asleep lists what is to be resumed, in the order in which it is. A pipe that loads elsewhere is never resumed (C25), nor
// is what holds grave findings that nobody has reviewed; the report names both.
func (r *Run) asleep(ctx context.Context) ([]actor, error) {
	actors, err := r.actors(ctx)
	if err != nil {
		return nil, err
	}
	actors = slices.DeleteFunc(actors, func(one actor) bool {
		return one.awake || r.activity(one.ref.Kind) != v1alpha1.ActivityResume
	})
	r.State.Report.Suspended = nil
	if len(actors) == 0 {
		return nil, nil
	}
	grave, err := r.unreviewed(ctx)
	actors = slices.DeleteFunc(actors, func(one actor) bool {
		switch {
		case one.barred:
			r.State.Report.Suspended = append(r.State.Report.Suspended, noteOn(one.ref, "LOADS_ELSEWHERE", "it loads into another database"))
		case grave[one.ref.String()]:
			r.State.Report.Suspended = append(r.State.Report.Suspended, noteOn(one.ref, "NOT_REVIEWED",
				"it holds grave references that nobody has reviewed; list it in repoint.reviewed to let it run"))
		default:
			return false
		}
		return true
	})
	slices.SortStableFunc(actors, func(a, b actor) int { return cmp.Compare(a.rank, b.rank) })
	return actors, err
}
