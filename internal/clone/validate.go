package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// validate judges the clone before anybody gets in: that no path leads from it to its source, that nothing is missing
// without a reason, and that all is at rest. Then it wakes what the spec wants to run.
type validate struct{}

func (validate) Name() v1alpha1.StepName { return v1alpha1.StepValidate }

func (s validate) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.judge(ctx, r); err != nil {
		return Outcome{}, err
	}
	if err := r.stillGuarded(ctx); err != nil {
		return Outcome{}, err
	}
	left, err := r.wake(ctx, own)
	if err != nil {
		return Outcome{}, err
	}
	if left > 0 {
		return Wait(0, fmt.Sprintf("%d objects are still to be resumed", left)), nil
	}
	return Done(r.State.Isolated.Message + "; " + r.State.Complete.Message), nil
}

// judge looks at everything and reports it all before it fails on anything.
func (s validate) judge(ctx context.Context, r *Run) error {
	leaks, err := r.leaks(ctx)
	if err != nil {
		return err
	}
	missing, err := r.missing(ctx)
	if err != nil {
		return err
	}
	s.record(r, leaks, missing)
	restless, err := r.restless(ctx)
	switch {
	case err != nil:
		return err
	case len(restless) > 0:
		return Terminalf(v1alpha1.ReasonStatementFailed, "%d objects act by themselves: %s; suspend them",
			len(restless), named(refsOf(restless)))
	case !r.State.Isolated.Holds && r.Spec.Validation.OnLeak != v1alpha1.ValidationWarn:
		return Terminalf(v1alpha1.ReasonLeaksFound, "%s; the report lists all, validation.onLeak: Warn lets it pass",
			r.State.Isolated.Message)
	case !r.State.Complete.Holds && r.Spec.Validation.OnMissing != v1alpha1.ValidationWarn:
		return Terminalf(v1alpha1.ReasonObjectsMissing, "%s; the report lists all, validation.onMissing: Warn lets it pass",
			r.State.Complete.Message)
	}
	return r.reviewNeeded()
}

// refsOf are the names of objects that can act by themselves.
func refsOf(actors []actor) []string {
	names := make([]string, len(actors))
	for i, one := range actors {
		names[i] = one.ref.String()
	}
	return names
}

// stillGuarded checks that what ApplyMasking has put in place is there still, right before anybody gets in. It fails
// closed, whatever validation.onLeak says.
func (r *Run) stillGuarded(ctx context.Context) error {
	if !r.asksForPolicies() {
		return nil
	}
	guards, err := r.guards(ctx)
	if err != nil {
		return staysClosed(err)
	}
	if pending := openGuards(guards); len(pending) > 0 {
		return Terminalf(v1alpha1.ReasonMaskingFailed, "access stays closed: %d policies that are asked for are gone or not active: "+
			"%s%s; somebody has taken it away since it was put in place", len(pending), pending[0], pending[0].status)
	}
	return nil
}

// record leaves the verdicts and the lists behind.
func (validate) record(r *Run, leaks, missing []ObjectNote) {
	var unexplained []ObjectNote
	for _, note := range missing {
		if note.Code == codeUnexplained || note.Code == codeNoPrivilege {
			unexplained = append(unexplained, note)
		}
	}
	r.State.Report.Leaks, r.State.Report.Missing = leaks, missing
	r.State.Summary.Leaks = int32(len(leaks))         //nolint:gosec // bounded by what a database can hold
	r.State.Summary.Missing = int32(len(unexplained)) //nolint:gosec // bounded by what a database can hold
	r.State.Isolated = verdict(leaks, fmt.Sprintf("No path leads from %s to %s", r.Target, r.Source),
		fmt.Sprintf("%d paths lead from %s to %s", len(leaks), r.Target, r.Source))
	r.State.Complete = verdict(unexplained,
		fmt.Sprintf("Every object of %s is in %s or known to be left out (%d)", r.Source, r.Target, len(missing)),
		fmt.Sprintf("%d objects of %s are not in %s and nothing says why", len(unexplained), r.Source, r.Target))
}

// verdict holds when there are no objections.
func verdict(objections []ObjectNote, good, bad string) *Verdict {
	if len(objections) == 0 {
		return &Verdict{Holds: true, Message: good}
	}
	first := objections[0]
	message := fmt.Sprintf("%s, the first is %s %s: %s", bad, first.Kind, first.Name, first.Note)
	if todo := Advice(first.Code); todo != "" {
		message += "; " + todo
	}
	return &Verdict{Message: message}
}
