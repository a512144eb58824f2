package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// applyMasking tags the clone's database, puts masking and row access policies in place, and probes what the clone's users will see. It fails
// closed: the stages that let people in come later, and do not come at all when this one fails. Its work is done when a
// reading of the catalogue finds every policy active on every column (X12); it changes only what differs.
type applyMasking struct{}

func (applyMasking) Name() v1alpha1.StepName { return v1alpha1.StepApplyMasking }

func (s applyMasking) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if err := r.tagDatabase(ctx, own); err != nil {
		return Outcome{}, err
	}
	if !r.asksForPolicies() {
		r.State.Report.Masking, r.State.Summary.Masked = nil, 0
		return Skip(fmt.Sprintf("No masking is asked for; the database has %d tags", len(r.State.Report.Tags))), nil
	}
	guards, err := r.guards(ctx)
	if err != nil {
		return Outcome{}, staysClosed(err)
	}
	r.State.Report.Masking, r.State.Summary.Masked = nil, countMasked(guards)
	if pending := openGuards(guards); len(pending) > 0 {
		return s.close(ctx, r, own, pending)
	}
	if err := r.probe(ctx, guards); err != nil {
		return Outcome{}, staysClosed(err)
	}
	return Done(fmt.Sprintf("%d columns are masked, the rows of %d tables guarded",
		r.State.Summary.Masked, len(guards)-int(r.State.Summary.Masked))), nil
}

// asksForPolicies says whether the spec or the connection asks for any policy.
func (r *Run) asksForPolicies() bool {
	return len(r.Spec.Masking)+len(r.Policy.RequiredMasking)+len(r.Spec.RowAccess) > 0
}

// close puts policies in place. All are tried, and all that fail are listed. Row access policies come first: the one
// that they replace may look at a column that is to be masked, which excludes each other (X8).
func (s applyMasking) close(ctx context.Context, r *Run, own *Owned, pending []*guard) (Outcome, error) {
	rows := slices.DeleteFunc(slices.Clone(pending), func(g *guard) bool { return !g.ofRows() })
	masks := slices.DeleteFunc(slices.Clone(pending), (*guard).ofRows)
	dealt := 0
	for _, some := range [][]*guard{rows, masks} {
		done, err := forEach(ctx, r, some, func(ctx context.Context, one *guard) error {
			one.err = r.put(ctx, own, one)
			return nil
		})
		dealt += done
		r.Progress(dealt, len(pending))
		if err != nil {
			return Outcome{}, staysClosed(err)
		}
	}
	if err := r.failedGuards(pending); err != nil {
		return Outcome{}, err
	}
	if dealt < len(pending) {
		return Wait(0, fmt.Sprintf("Put %d of %d policies in place", dealt, len(pending))), nil
	}
	return Wait(0, fmt.Sprintf("Put %d policies in place, looking once more", dealt)), s.verify(ctx, r)
}

// verify reads once more what was just put in place. Another session may not see it at once (S7), so that a policy
// that is not there yet is looked for again.
func (applyMasking) verify(ctx context.Context, r *Run) error {
	guards, err := r.guards(ctx)
	if err != nil {
		return staysClosed(err)
	}
	if pending := openGuards(guards); len(pending) > 0 {
		return Transientf(v1alpha1.ReasonMaskingFailed, "access stays closed: %s was put in place and is not active%s",
			pending[0], pending[0].status)
	}
	return nil
}

// put sends the statement for one policy.
func (r *Run) put(ctx context.Context, own *Owned, one *guard) error {
	if one.refusal != "" {
		return Terminalf(v1alpha1.ReasonMaskingFailed, "%s: %s", one, one.refusal)
	}
	if err := own.Exec(ctx, one.statement); err != nil {
		return r.explainRefusal(ctx, one, err)
	}
	return nil
}

// failedGuards lists the policies that could not be put in place, as notes and as one error.
func (r *Run) failedGuards(guards []*guard) error {
	var errs []error
	for _, one := range guards {
		if one.err != nil {
			errs = append(errs, one.err)
			r.State.Report.Masking = append(r.State.Report.Masking, one.note(codePolicyRefused, one.err.Error()))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return &Error{
		Reason: v1alpha1.ReasonMaskingFailed, Terminal: Classify(errors.Join(errs...)).Terminal,
		Message: fmt.Sprintf("access stays closed, for %d policies cannot be put in place; the report lists all: %s",
			len(errs), strings.Join(texts, "; ")),
		Err: errors.Join(errs...),
	}
}

// staysClosed gives an error about policies or tags the step's reason, and says what it means. Trouble with the connection
// keeps its own.
func staysClosed(err error) error {
	cause := Classify(err)
	switch cause.Reason {
	case v1alpha1.ReasonMaskingFailed, v1alpha1.ReasonStatementFailed, v1alpha1.ReasonMissingPrivileges:
		return &Error{
			Reason: v1alpha1.ReasonMaskingFailed, Terminal: cause.Terminal, Err: fmt.Errorf("access stays closed: %w", err),
		}
	default:
		return err
	}
}

// explainRefusal says why Snowflake refused a policy, and what to do about it.
func (r *Run) explainRefusal(ctx context.Context, one *guard, cause error) error {
	switch snowflake.ClassOf(cause) {
	case snowflake.Privilege:
		return fmt.Errorf("%s: %w; run GRANT APPLY ON %s %s TO ROLE %s", one, cause, one.kind(), one.policy.SQL(), r.Role.SQL())
	case snowflake.NotFound:
		return fmt.Errorf("%s: %w; the policy must exist, and role %s have USAGE on its database and schema and APPLY on it",
			one, cause, r.Role)
	case snowflake.Other:
		return r.explainConflict(ctx, one, cause)
	default:
		return fmt.Errorf("%s: %w", one, cause)
	}
}

// explainConflict looks whether another policy on the table is why Snowflake refused one. It is asked for only now, for
// it takes a statement for each table.
func (r *Run) explainConflict(ctx context.Context, one *guard, cause error) error {
	references, err := r.Snowflake.PolicyReferences(ctx, one.table.Name, one.domain())
	if err != nil {
		return fmt.Errorf("%s: %w", one, cause)
	}
	for _, other := range references {
		if conflict := one.conflictWith(other); conflict != "" {
			return fmt.Errorf("%s: %w; %s: a column is masked or looked at by a row access policy, not both", one, cause, conflict)
		}
	}
	return fmt.Errorf("%s: %w", one, cause)
}
