package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// repoint makes every definition in the clone that names the source name the clone. Each call reads all definitions anew
// and changes those that still name the source; the step is done when a reading finds none. An object that Snowflake
// refuses holds up no other: it is passed over until the rest is done, tried once more then, and named.
type repoint struct{}

func (repoint) Name() v1alpha1.StepName { return v1alpha1.StepRepoint }

func (s repoint) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return Outcome{}, err
	}
	left, err := r.makeExternalTables(ctx, own, rewriter)
	switch {
	case err != nil:
		return Outcome{}, err
	case left > 0:
		return Wait(0, fmt.Sprintf("%d external tables are still to be made", left)), nil
	}
	texts, unread, err := r.definitions(ctx)
	if err != nil {
		return Outcome{}, err
	}
	plan, err := rewriter.plan(texts)
	if err != nil {
		return Outcome{}, err
	}
	r.recordReview(plan)
	pass := &repointPass{run: r, own: own, rewriter: rewriter, plan: plan, journal: r.openJournal(plan, unread)}
	defer pass.journal.close()
	r.State.Summary.Repointed = pass.journal.counts(plan)
	pass.total, pass.done = plan.total()
	if outcome, more, err := pass.work(ctx); more || err != nil {
		return outcome, err
	}
	r.State.Report.Others = rewriter.others(plan.objects)
	return pass.finish(ctx, unread)
}

// repointPass is one call's work on the plan.
type repointPass struct {
	run      *Run
	own      *Owned
	rewriter *rewriter
	plan     *repointing
	journal  *journal
	// total is how many objects name the target in the end, done how many do so by now.
	total, done int

	mutex sync.Mutex
}

// work changes what is to be changed, first what was not tried yet. It says whether another call is needed.
func (p *repointPass) work(ctx context.Context) (outcome Outcome, more bool, err error) {
	p.run.Progress(p.done, p.total)
	var untried, refused []*objectPlan
	for _, object := range p.plan.objects {
		if !object.changes() {
			continue
		}
		switch p.journal.tried(object) {
		case "":
			untried = append(untried, object)
		case ActionFailed:
			refused = append(refused, object)
		case ActionRewritten, ActionNeedsReview, ActionRefused:
			p.journal.failed(object, errStuck)
		}
	}
	before := p.done
	if len(untried) > 0 {
		err = p.change(ctx, untried)
	} else if len(refused) > 0 {
		err = p.retry(ctx, refused)
	}
	p.run.Progress(p.done, p.total)
	if err != nil {
		return Outcome{}, true, fmt.Errorf("repoint: %w", err)
	}
	return Wait(0, fmt.Sprintf("Repointed %d of %d objects", p.done, p.total)), len(untried) > 0 || p.done > before, nil
}

// errStuck is why an object is not tried again: another attempt would do no better.
var errStuck = Terminalf(v1alpha1.ReasonRepointFailed, "it was repointed and names the source still")

// change makes the changes of objects, each after those that it depends on, until the time slice is over.
func (p *repointPass) change(ctx context.Context, objects []*objectPlan) error {
	for _, layer := range p.rewriter.layers(objects) {
		dealt, err := forEach(ctx, p.run, layer, p.changeOne)
		if err != nil || dealt < len(layer) {
			return err
		}
	}
	return nil
}

// retry makes the changes once more that were refused before others were made, whatever the time: only all of them
// together tell whether anything is left that helps.
func (p *repointPass) retry(ctx context.Context, objects []*objectPlan) error {
	_, err := gather(ctx, p.run, slices.Concat(p.rewriter.layers(objects)...), func(ctx context.Context, object *objectPlan) (struct{}, error) {
		return struct{}{}, p.changeOne(ctx, object)
	})
	return err
}

// changeOne makes the changes of one object. Its error is one that may pass by itself; a refusal goes into the journal.
func (p *repointPass) changeOne(ctx context.Context, object *objectPlan) error {
	note, err := p.rewriter.redefine(ctx, p.own, object)
	judged := Classify(err)
	if err != nil && !judged.Terminal {
		return err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if err != nil {
		// It stands behind the object's name, and goes on behind Snowflake's sentence.
		refusal := strings.TrimSuffix(strings.TrimPrefix(err.Error(), "repoint "+object.ref.String()+": "), ".")
		p.journal.failed(object, fmt.Errorf("%s; %s", refusal, p.run.advice(err)))
		return nil
	}
	p.journal.changed(object, note)
	p.done++
	return nil
}

// advice says what to do about a statement that Snowflake refused.
func (r *Run) advice(err error) string {
	switch snowflake.ClassOf(err) {
	case snowflake.NotFound:
		return fmt.Sprintf("mend or drop it in %s, select the schemas that it needs, or set externalTables.mode: Recreate "+
			"where it reads an external table", r.Source)
	case snowflake.Privilege:
		return fmt.Sprintf("give role %s the right that it lacks", r.Role)
	default:
		return fmt.Sprintf("see whether it works in %s, and mend or drop it there", r.Source)
	}
}

// finish restores what changing the objects undid, and names those that could not be changed.
func (p *repointPass) finish(ctx context.Context, unread []ObjectNote) (Outcome, error) {
	r := p.run
	if err := r.restoreAfterRepointing(ctx, p.own, p); err != nil {
		return Outcome{}, err
	}
	failures := slices.Clone(unread)
	for _, object := range p.plan.objects {
		if object.changes() {
			note := p.journal.entries[object.ref.String()].Note
			failures = append(failures, noteOn(object.ref, "REFUSED", note))
		}
	}
	r.setFailures(failures, func(kind snowflake.Kind) bool { return kind != snowflake.KindStream })
	accepted := p.accepted()
	failures = slices.DeleteFunc(failures, func(note ObjectNote) bool { return accepted[note.Kind+" "+note.Name] })
	if len(failures) == 0 {
		return Done(p.describe()), nil
	}
	message := fmt.Sprintf("%d definitions cannot be repointed, the first is %s %s: %s; the report lists all",
		len(failures), failures[0].Kind, failures[0].Name, failures[0].Note)
	if r.Spec.Validation.OnLeak == v1alpha1.ValidationWarn {
		return Done(message), nil
	}
	return Outcome{}, Terminalf(v1alpha1.ReasonRepointFailed,
		"%s, repoint.reviewed leaves single objects as they are, and validation.onLeak: Warn leaves all of them", message)
}

// describe says how many objects name the clone now, and how many a person has to look at.
func (p *repointPass) describe() string {
	text := fmt.Sprintf("%d objects name %s", p.done, p.run.Target)
	if left := p.total - p.done; left > 0 {
		text += fmt.Sprintf(", %d that were reviewed name %s still", left, p.run.Source)
	}
	return text + fmt.Sprintf("; %d need a review", p.run.State.Summary.NeedsReview)
}

// accepted are the objects that the spec accepts as they are.
func (p *repointPass) accepted() map[string]bool {
	accepted := map[string]bool{}
	for _, object := range p.plan.objects {
		accepted[object.ref.String()] = p.run.isReviewed(object.ref)
	}
	return accepted
}

// setFailures replaces the failures of the kinds that a step deals with.
func (r *Run) setFailures(notes []ObjectNote, mine func(snowflake.Kind) bool) {
	others := slices.DeleteFunc(slices.Clone(r.State.Report.Failures), func(note ObjectNote) bool {
		return mine(snowflake.Kind(note.Kind))
	})
	r.State.Report.Failures = slices.Concat(others, notes)
}
