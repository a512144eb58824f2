package clone

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
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
	for i, one := range asleep {
		if i > 0 && r.SliceOver() {
			return len(asleep) - i, nil
		}
		if err := own.Exec(ctx, one.resume); err != nil {
			return 0, fmt.Errorf("resume %s: %w", one.ref, err)
		}
		r.Progress(i+1, len(asleep))
	}
	return 0, nil
}

// asleep lists what is to be resumed, in the order in which it is. A pipe that loads elsewhere is never resumed (C25).
func (r *Run) asleep(ctx context.Context) ([]actor, error) {
	actors, err := r.actors(ctx)
	actors = slices.DeleteFunc(actors, func(one actor) bool {
		return one.awake || one.barred || r.activity(one.ref.Kind) != v1alpha1.ActivityResume
	})
	slices.SortStableFunc(actors, func(a, b actor) int { return cmp.Compare(a.rank, b.rank) })
	return actors, err
}
