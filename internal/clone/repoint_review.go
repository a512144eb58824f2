package clone

import (
	"context"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// reviewNeeded is the error that keeps a clone from becoming ready while nobody has looked at its grave findings, if the
// spec wants that.
func (r *Run) reviewNeeded() error {
	if r.Spec.Validation.OnReview != v1alpha1.ValidationFail || r.State.Summary.HighFindings == 0 {
		return nil
	}
	first := ""
	for _, item := range r.State.Report.Review {
		if item.High && !item.Reviewed {
			first = ", the first is " + item.Kind + " " + item.Name + ": " + item.Code
			break
		}
	}
	return Terminalf(v1alpha1.ReasonReviewNeeded, "%d objects hold grave references that nobody has reviewed%s; change them "+
		"in %s, allow the literals in repoint.literals, or list the objects in repoint.reviewed", r.State.Summary.HighFindings, first, r.Source)
}

// unreviewed finds the tasks, alerts and pipes that hold grave findings which the spec does not list as reviewed: they must
// not run. It reads them anew, because the report may have been cut.
func (r *Run) unreviewed(ctx context.Context) (map[string]bool, error) {
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return nil, err
	}
	var texts []definition
	for _, look := range []func(context.Context) ([]definition, error){r.taskDefinitions, r.alertDefinitions, r.pipeDefinitions} {
		some, err := look(ctx)
		if err != nil {
			return nil, err
		}
		texts = append(texts, some...)
	}
	plan, err := rewriter.plan(texts)
	if err != nil {
		return nil, err
	}
	grave := map[string]bool{}
	for _, object := range plan.objects {
		if object.isHigh() && !r.isReviewed(object.ref) {
			grave[object.ref.String()] = true
		}
	}
	return grave, nil
}

// pipeDefinitions reads what pipes run.
func (r *Run) pipeDefinitions(ctx context.Context) ([]definition, error) {
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	found := make([]definition, len(pipes))
	for i, pipe := range pipes {
		found[i] = definition{ref: pipe.ObjectRef, text: sqltext.Definition{Kind: sqltext.TaskBody, Text: pipe.Definition}}
	}
	return found, err
}
