package clone

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

func TestThePipelineHasEveryStepOfTheAPIInItsOrder(t *testing.T) {
	t.Parallel()
	var names []v1alpha1.StepName
	for _, step := range NewPipeline() {
		names = append(names, step.Name())
	}
	if diff := cmp.Diff(v1alpha1.AllSteps(), names); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestTheNextStepIsTheFirstThatIsNotFinished(t *testing.T) {
	t.Parallel()
	row := func(name v1alpha1.StepName, state v1alpha1.StepState) v1alpha1.StepStatus {
		return v1alpha1.StepStatus{Name: name, State: state}
	}
	for name, tc := range map[string]struct {
		reason string
		rows   []v1alpha1.StepStatus
		want   int
	}{
		"nothing done": {reason: "the first step comes first", want: 0},
		"one done": {
			reason: "the second follows", want: 1,
			rows: []v1alpha1.StepStatus{row(v1alpha1.StepPreflight, v1alpha1.StepSucceeded)},
		},
		"one skipped": {
			reason: "a skipped step is finished", want: 2,
			rows: []v1alpha1.StepStatus{
				row(v1alpha1.StepPreflight, v1alpha1.StepSucceeded), row(v1alpha1.StepDeleteRBACMappings, v1alpha1.StepSkipped),
			},
		},
		"one failed": {
			reason: "a failed step is tried again", want: 0,
			rows: []v1alpha1.StepStatus{row(v1alpha1.StepPreflight, v1alpha1.StepFailed)},
		},
		"rows in another order": {
			reason: "rows go by name", want: 2,
			rows: []v1alpha1.StepStatus{
				row(v1alpha1.StepDeleteRBACMappings, v1alpha1.StepSucceeded), row(v1alpha1.StepPreflight, v1alpha1.StepSucceeded),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := NewPipeline().Next(tc.rows); got != tc.want {
				t.Errorf("%s: next step is number %d, want %d", tc.reason, got, tc.want)
			}
		})
	}
}

func TestErrorsAreJudgedByNumberAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason       string
		err          error
		wantReason   string
		wantTerminal bool
	}{
		"privilege": {
			reason: "a GRANT is missing", err: &snowflake.Error{Number: 3001}, wantReason: v1alpha1.ReasonMissingPrivileges,
			wantTerminal: true,
		},
		"a refused login": {
			reason: "the secret is wrong", err: &snowflake.Error{Number: 390144}, wantReason: v1alpha1.ReasonLoginRefused,
			wantTerminal: true,
		},
		"a lost session": {
			reason: "the next one will do", err: &snowflake.Error{Number: 390111}, wantReason: v1alpha1.ReasonSnowflakeUnavailable,
		},
		"a wrapped refusal": {
			reason:     "context around an error does not change it",
			err:        fmt.Errorf("make it: %w", &snowflake.Error{Number: 1003}),
			wantReason: v1alpha1.ReasonStatementFailed, wantTerminal: true,
		},
		"a wrapped error of a step": {
			reason:     "the step's own judgement stands",
			err:        fmt.Errorf("make it: %w", Terminalf(v1alpha1.ReasonTargetExists, "in the way")),
			wantReason: v1alpha1.ReasonTargetExists, wantTerminal: true,
		},
		"several at once": {
			reason: "what may pass decides, and all are named",
			err: fmt.Errorf("make them: %w", errors.Join(
				fmt.Errorf("a: %w", &snowflake.Error{Number: 1003}), fmt.Errorf("b: %w", &snowflake.Error{Number: 390111}))),
			wantReason: v1alpha1.ReasonSnowflakeUnavailable,
		},
		"anything else": {
			reason: "what nobody foresaw may pass by itself", err: errors.New("?"), wantReason: v1alpha1.ReasonInternalError,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Classify(tc.err)
			if got.Reason != tc.wantReason || got.Terminal != tc.wantTerminal {
				t.Errorf("%s: %s, terminal %v; want %s, %v", tc.reason, got.Reason, got.Terminal, tc.wantReason, tc.wantTerminal)
			}
			if got.Error() != tc.err.Error() {
				t.Errorf("%s: message %q, want %q", tc.reason, got, tc.err)
			}
		})
	}
}
