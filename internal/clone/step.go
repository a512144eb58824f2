package clone

import (
	"context"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// Step is one stage of the pipeline. Run may be called again at any time: after a crash, a lost answer, a statement that
// the driver sent twice. Called when its work is done it is cheap and returns Done. It sleeps nowhere, and when its time
// slice is over it stops between two statements and returns Wait.
type Step interface {
	Name() v1alpha1.StepName
	Run(ctx context.Context, r *Run) (Outcome, error)
}

// Result is the closed set of what a call of a step can come to without an error.
type Result int

// The results.
const (
	// ResultDone: the stage's work is done.
	ResultDone Result = iota
	// ResultWait: there is more to do, or something to wait for; call again.
	ResultWait
	// ResultSkip: there is nothing to do for this clone, now or later in this run.
	ResultSkip
)

// Outcome is what a call of a step came to.
type Outcome struct {
	// Result of the call.
	Result Result
	// After is how long to wait before the next call. Only with ResultWait; zero means at once.
	After time.Duration
	// Message says in one sentence what was done or what is waited for.
	Message string
}

// Done says that the stage's work is done.
func Done(message string) Outcome { return Outcome{Result: ResultDone, Message: message} }

// Wait says that there is more to do, or something to wait for.
func Wait(after time.Duration, message string) Outcome {
	return Outcome{Result: ResultWait, After: after, Message: message}
}

// Skip says that the stage has nothing to do for this clone.
func Skip(message string) Outcome { return Outcome{Result: ResultSkip, Message: message} }

// Pipeline is the stages in the order in which they run.
type Pipeline []Step

// NewPipeline makes the pipeline that turns a source into a finished clone.
func NewPipeline() Pipeline {
	return Pipeline{
		preflight{},
		deleteRBACMappings{},
		cloneDatabase{},
		takeOwnership{},
		revokeGrants{},
		suspendTasks{},
		repoint{},
		recreateStreams{},
		handleIceberg{},
		applyMasking{},
		createRoles{},
		transferOwnership{},
		validate{},
		applyRBACMappings{},
	}
}

// Next is the first stage that is neither Succeeded nor Skipped, and its place from 0; nil when all are.
func (p Pipeline) Next(steps []v1alpha1.StepStatus) (Step, int) {
	finished := map[v1alpha1.StepName]bool{}
	for _, step := range steps {
		finished[step.Name] = step.State == v1alpha1.StepSucceeded || step.State == v1alpha1.StepSkipped
	}
	for i, step := range p {
		if !finished[step.Name()] {
			return step, i
		}
	}
	return nil, len(p)
}
