package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// repoint makes every definition in the clone that names the source name the clone. Each call reads all definitions anew
// and changes those that still name the source; the step is done when a reading finds none.
type repoint struct{}

func (repoint) Name() v1alpha1.StepName { return v1alpha1.StepRepoint }

func (s repoint) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	texts, unread, err := r.definitions(ctx)
	if err != nil {
		return Outcome{}, err
	}
	plan, err := r.planRepointing(texts)
	if err != nil {
		return Outcome{}, err
	}
	r.State.Report.Failures = slices.Concat(unread, plan.stuck(r.State.Report.Repointed))
	r.State.Report.Review = plan.review
	r.State.Summary.Repointed = plan.counts()
	r.State.Summary.NeedsReview = countObjects(plan.review)
	if len(r.State.Report.Failures) > 0 {
		return Outcome{}, r.repointFailed()
	}
	if len(plan.changes) == 0 {
		if err := r.restorePipePauses(ctx, own, plan.finished); err != nil {
			return Outcome{}, err
		}
		r.Progress(plan.total(), plan.total())
		return Done(fmt.Sprintf("%d definitions name %s, none names %s; %d objects need a review",
			plan.total(), r.Target, r.Source, r.State.Summary.NeedsReview)), nil
	}
	return s.change(ctx, r, own, plan)
}

// change makes the changes of a plan: first what Snowflake compiles, each object after those that it names, then the rest.
func (s repoint) change(ctx context.Context, r *Run, own *Owned, plan *repointing) (Outcome, error) {
	dealt := plan.already()
	r.Progress(dealt, plan.total())
	var failed failures
	for _, batch := range plan.batches() {
		groups, err := forEach(ctx, r, batch, func(ctx context.Context, group []repointed) error {
			err := s.apply(ctx, own, group)
			failed.add(group[0].ref, err)
			return err
		})
		failed.errs = append(failed.errs, err)
		for _, group := range batch[:groups] {
			dealt += len(group)
			for _, one := range group {
				r.State.Report.Repointed = append(r.State.Report.Repointed, one.note())
			}
		}
		r.Progress(min(dealt, plan.total()), plan.total())
	}
	if err := errors.Join(failed.errs...); err != nil {
		r.State.Report.Repointed = nil // The next call tries again, so that nothing is stuck yet.
		return s.explain(r, failed.notes, err)
	}
	return Wait(0, fmt.Sprintf("Repointed %d of %d definitions", min(dealt, plan.total()), plan.total())), nil
}

// failures are what came of statements that failed side by side.
type failures struct {
	mutex sync.Mutex
	notes []ObjectNote
	errs  []error
}

// add takes note of an object's failure; nil is none.
func (f *failures) add(ref snowflake.ObjectRef, err error) {
	if err == nil {
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.notes = append(f.notes, noteOn(ref, "REFUSED", err.Error()))
}

// explain says what came of a call in which definitions were refused. As long as something may pass by itself, it is
// tried again. What stays is named, and left as it is where the spec accepts that: the validation reports it as a leak.
func (repoint) explain(r *Run, notes []ObjectNote, err error) (Outcome, error) {
	judged := Classify(err)
	if !judged.Terminal || len(notes) == 0 {
		return Outcome{}, fmt.Errorf("repoint: %w", err)
	}
	slices.SortFunc(notes, func(a, b ObjectNote) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
	r.State.Report.Failures = notes
	if r.Spec.Validation.OnLeak == v1alpha1.ValidationWarn {
		return Done(fmt.Sprintf("%d definitions were refused and name %s still, the first is %s %s; the report lists all",
			len(notes), r.Source, notes[0].Kind, notes[0].Name)), nil
	}
	return Outcome{}, &Error{Reason: v1alpha1.ReasonRepointFailed, Terminal: true, Err: fmt.Errorf(
		"%d definitions were refused: %w; mend or drop these objects in %s, select the schemas that they need, or set "+
			"validation.onLeak: Warn to leave them", len(notes), err, r.Source)}
}

// apply gives the objects of a group their new texts.
func (repoint) apply(ctx context.Context, own *Owned, group []repointed) error {
	var statements []string
	for _, one := range group {
		some, err := one.change(one.result.Text)
		if err != nil {
			return err
		}
		statements = append(statements, some...)
	}
	if first := group[0].ref; first.Kind == snowflake.KindPipe {
		// A new pipe starts to run at once, unless its schema keeps pipes paused (T13). The schema stays so until all
		// definitions are repointed.
		pause := snowflake.PauseSchemaPipes(first.Name.Database, first.Name.Schema, true)
		statements = slices.Insert(statements, 0, pause)
	}
	for _, statement := range statements {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("repoint %s: %w", group[0].ref, err)
		}
	}
	return nil
}

// restorePipePauses gives the schemas of repointed pipes the setting that the source's have. It compares what is there,
// because whoever paused them may not have lived to say so. The pipes are paused each by itself besides.
func (r *Run) restorePipePauses(ctx context.Context, own *Owned, finished []snowflake.ObjectRef) error {
	seen := map[sqltext.Ident]bool{}
	for _, ref := range finished {
		schema := ref.Name.Schema
		if ref.Kind != snowflake.KindPipe || seen[schema] {
			continue
		}
		seen[schema] = true
		if err := r.restorePipePause(ctx, own, schema); err != nil {
			return fmt.Errorf("restore the setting of pipes in schema %s: %w", schema, err)
		}
	}
	return nil
}

// restorePipePause gives one schema the source's setting, unless it lets its pipes run anyway.
func (r *Run) restorePipePause(ctx context.Context, own *Owned, schema sqltext.Ident) error {
	is, err := r.Snowflake.PipePauseOf(ctx, r.Target, schema)
	if err != nil || !is.Paused {
		return err
	}
	was, err := r.Snowflake.PipePauseOf(ctx, r.Source, schema)
	if err != nil && snowflake.ClassOf(err) != snowflake.NotFound {
		return err
	}
	switch {
	case was.Paused:
		return nil
	case was.Set:
		return own.Exec(ctx, snowflake.PauseSchemaPipes(r.Target, schema, false))
	default:
		return own.Exec(ctx, snowflake.UnsetSchemaPipePause(r.Target, schema))
	}
}

// repointFailed says how many definitions failed, and the first of them. The report has all.
func (r *Run) repointFailed() error {
	failures := r.State.Report.Failures
	return Terminalf(v1alpha1.ReasonRepointFailed, "%d definitions cannot be repointed, the first is %s %s: %s; the report lists all",
		len(failures), failures[0].Kind, failures[0].Name, failures[0].Note)
}
