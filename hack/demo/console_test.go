package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestExcerptKeepsTheBlocksAskedFor(t *testing.T) {
	text := `Name:         customer360
Status:
  Conditions:
    Type:   Ready
  Summary:
    Repointed:
      Views:  186
    Streams:  47
  Steps:
    Name:  Preflight
Events:
  Type  Reason
  Normal  Ready
`
	want := `  Summary:
    Repointed:
      Views:  186
    Streams:  47
  …
Events:
  Type  Reason
  Normal  Ready
`
	if diff := cmp.Diff(want, excerpt(text, "  Summary:", "Events:")); diff != "" {
		t.Errorf("excerpt (-want +got)\n%s", diff)
	}
}

func TestStepLine(t *testing.T) {
	start := metav1.NewMicroTime(time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC))
	end := metav1.NewMicroTime(start.Add(1500 * time.Millisecond))
	cases := map[string]struct {
		reason string
		step   v1alpha1.StepStatus
		want   string
	}{
		"a step that is done says what it took": {
			reason: "the table is there to show where the time went",
			step: v1alpha1.StepStatus{
				Name: v1alpha1.StepRepoint, State: v1alpha1.StepSucceeded, StartTime: &start, CompletionTime: &end,
				Done: 400, Total: 400, Message: "186 views",
			},
			want: " 7/14  Repoint            Succeeded    400/400   1.50 s  186 views",
		},
		"a step that was skipped took no time": {
			reason: "a time of zero would be a lie",
			step:   v1alpha1.StepStatus{Name: v1alpha1.StepApplyMasking, State: v1alpha1.StepSkipped},
			want:   " 7/14  ApplyMasking       Skipped",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, stepLine(7, 14, tc.step)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCutCountsCharacters(t *testing.T) {
	if got := cut("Größenänderung", 6); got != "Größe…" {
		t.Errorf("cut = %q", got)
	}
	if got := cut("short", 6); got != "short" {
		t.Errorf("cut = %q", got)
	}
}

func TestAProcessThatEndsBySurpriseEndsTheDemo(t *testing.T) {
	ctx, p := newProcesses(t.Context(), t.TempDir())
	if _, err := p.start("etcd", exec.Command("sh", "-c", "echo no space left >&2; exit 3")); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if cause := context.Cause(ctx); !strings.Contains(cause.Error(), "etcd ended by surprise (exit status 3): no space left") {
		t.Errorf("cause = %v", cause)
	}
}

func TestStoppedProcessesAreGone(t *testing.T) {
	ctx, p := newProcesses(t.Context(), t.TempDir())
	one, err := p.start("sleeper", exec.Command("sleep", "600"))
	if err != nil {
		t.Fatal(err)
	}
	children, err := childProcesses(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{one.cmd.Process.Pid}, children); diff != "" {
		t.Errorf("children of process %d (-want +got)\n%s", os.Getpid(), diff)
	}
	p.stop()
	select {
	case <-one.done:
	default:
		t.Error("the process still runs")
	}
	if ctx.Err() != nil {
		t.Errorf("a stop that was asked for counts as a surprise: %v", ctx.Err())
	}
}
