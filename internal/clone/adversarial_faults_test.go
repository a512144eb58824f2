package clone

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// changing matches the statements that change something.
const changing = `(?i)^\s*(CREATE|ALTER|GRANT|REVOKE|DROP)`

// prepare gives a run of the faults' stories what makes every step work.
func (w *world) prepare(t *testing.T) {
	t.Helper()
	w.admin(t, "GRANT SELECT ON ALL STREAMS IN DATABASE PROD TO ROLE PROD_READER", "GRANT OPERATE ON PIPE PROD.SALES.INGEST TO ROLE PROD_READER",
		"GRANT MONITOR ON ALL TASKS IN DATABASE PROD TO ROLE PROD_READER")
	w.run.Spec.Access.Owner = "DEV_OWNER"
	w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"PROD_R*"}
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}},
	}
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Exclude: []v1alpha1.Pattern{"PUBLIC"}}
	w.run.Spec.Tasks.Warehouse = "OPERATOR_WH"
	w.run.Spec.Masking = []v1alpha1.MaskingRule{
		{Policy: "GOVERNANCE.POLICIES.HIDE", Columns: []v1alpha1.ColumnPattern{"*.CUSTOMERS.EMAIL"}},
	}
}

// undisturbed is the state of the clone after a run without faults, and of the source before it.
func undisturbed(t *testing.T, switches ...string) (clone, source []string) {
	t.Helper()
	w := newWorld(t)
	w.turnOn(t, switches...)
	w.prepare(t)
	source = timeless(w.describe(t, "PROD"))
	w.mustFinish(t)
	clone = timeless(w.describe(t, "DEV"))
	for _, kind := range []string{"STREAM", "PIPE", "TASK"} {
		if !slices.ContainsFunc(clone, func(line string) bool {
			return strings.HasPrefix(line, kind) && strings.Contains(line, "to ROLE PROD_READER")
		}) {
			t.Errorf("the grants on a %s that are to be kept are lost", kind)
		}
	}
	return clone, source
}

// turnOn sets switches of the account.
func (w *world) turnOn(t *testing.T, switches ...string) {
	t.Helper()
	for _, name := range switches {
		if err := w.account.SetSwitch(name, "true"); err != nil {
			t.Fatal(err)
		}
	}
}

// expectUndisturbed compares the end of a disturbed run with that of an undisturbed one.
func (w *world) expectUndisturbed(t *testing.T, clone, source []string) {
	t.Helper()
	if diff := cmp.Diff(clone, timeless(w.describe(t, "DEV"))); diff != "" {
		t.Errorf("the clone differs from an undisturbed one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(source, timeless(w.describe(t, "PROD"))); diff != "" {
		t.Errorf("the source changed (-before +after):\n%s", diff)
	}
	if n := creations(w, "DEV"); n != 1 {
		t.Errorf("the database was created %d times", n)
	}
}

// stubborn calls a step until it has ended, whatever errors that may pass it meets on the way. What every other failed call
// left in the state is lost, as if the operator had died in it.
func (w *world) stubborn(t *testing.T, call func(context.Context, *Run) (Outcome, error)) (errs int) {
	t.Helper()
	for range maxCalls {
		saved := *w.run.State
		outcome, err := call(t.Context(), w.run)
		switch {
		case err == nil && outcome.Result != ResultWait:
			w.run.State.QueryID = ""
			return errs
		case err != nil:
			if judged := Classify(err); judged.Terminal {
				t.Fatalf("an error that passes by itself is taken for one that stays: %v", err)
			}
			if errs++; errs%2 == 0 {
				w.run.State = &saved
			}
		}
	}
	t.Fatal("it does not end")
	return errs
}

func TestAHailOfFaultsChangesNothingOfTheEnd(t *testing.T) {
	t.Parallel()
	clone, source := undisturbed(t)
	for name, tc := range map[string]struct {
		reason string
		fault  emulator.Fault
	}{
		"the connection is reset before":      {"nothing happened", emulator.Fault{Kind: emulator.FaultResetBefore}},
		"the connection is reset after":       {"it happened and nobody knows", emulator.Fault{Kind: emulator.FaultResetAfter}},
		"the answer is cut off":               {"it happened and half an answer came", emulator.Fault{Kind: emulator.FaultTruncate}},
		"service unavailable":                 {"a gateway in between", emulator.Fault{Kind: emulator.FaultHTTPBefore, Status: 503}},
		"bad gateway after":                   {"it happened behind a gateway", emulator.Fault{Kind: emulator.FaultHTTPAfter, Status: 502}},
		"the session is gone":                 {"an administrator ended it", emulator.Fault{Kind: emulator.FaultSessionGone}},
		"the session is expired":              {"its token must be renewed", emulator.Fault{Kind: emulator.FaultSessionExpired}},
		"the statement timed out":             {"a short limit", emulator.Fault{Kind: emulator.FaultError, Code: 630, State: "57014", Message: "Statement reached its statement or warehouse timeout of 1 second(s) and was canceled."}},
		"the statement was cancelled outside": {"a person did it", emulator.Fault{Kind: emulator.FaultError, Code: 625, State: "57014", Message: "Statement 'x' has locked table 'T' in transaction 1 and this lock has not yet been released."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // The driver waits between its attempts.
			w := newWorld(t)
			w.prepare(t)
			w.server.SetDeduplicate(false)
			for i := range 3 {
				fault := tc.fault
				fault.Match, fault.Skip, fault.Times = changing, 9+47*i, 1
				if _, err := w.server.AddFault(fault); err != nil {
					t.Fatal(err)
				}
			}
			errs := 0
			for _, step := range NewPipeline() {
				errs += w.stubborn(t, step.Run)
			}
			t.Logf("%s: %d calls failed", tc.reason, errs)
			w.expectUndisturbed(t, clone, source)
			tc.fault.Match, tc.fault.Times = "^(ALTER DATABASE|DROP)", 1
			if _, err := w.server.AddFault(tc.fault); err != nil {
				t.Fatal(err)
			}
			w.stubborn(t, Drop)
			expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE")
		})
	}
}

func TestACloneThatFailsOnAChangingSourceIsTriedAgain(t *testing.T) {
	t.Parallel()
	clone, source := undisturbed(t)
	for name, fault := range map[string]emulator.Fault{
		"an object was replaced meanwhile": {Code: 2002, State: "42710", Message: "SQL compilation error:\nObject 'T_SALES' already exists."},
		"data was changed meanwhile":       {Code: 707, State: "02000", Message: "Data is not available."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.prepare(t)
			fault.Kind, fault.Match, fault.Times = emulator.FaultError, "^CREATE DATABASE", 2
			if _, err := w.server.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			expectReason(t, w.upTo(t, v1alpha1.StepCloneDatabase), v1alpha1.ReasonSourceChanging, false, fault.Message)
			for _, step := range NewPipeline() {
				w.stubborn(t, step.Run)
			}
			w.expectUndisturbed(t, clone, source)
		})
	}
}

// killer ends the context of a call when so many statements that change something have taken effect in it.
type killer struct {
	left   atomic.Int64
	cancel atomic.Pointer[context.CancelFunc]
}

// killAfter sets up a killer.
func (w *world) killAfter(t *testing.T) *killer {
	t.Helper()
	k := &killer{}
	pattern := regexp.MustCompile(changing)
	gate := w.server.HoldIf(emulator.AfterExecution, func(held emulator.Held) bool {
		if pattern.MatchString(held.SQL) && k.left.Add(-1) == 0 {
			if cancel := k.cancel.Load(); cancel != nil {
				(*cancel)()
			}
		}
		return false
	})
	t.Cleanup(gate.Release)
	return k
}

// run makes a call that dies after so many statements.
func (k *killer) run(t *testing.T, statements int, call func(context.Context) (Outcome, error)) (Outcome, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	k.cancel.Store(&cancel)
	k.left.Store(int64(statements))
	return call(ctx)
}

// killed calls a step, each call dying later than the one before, and with its state lost, until one survives to the end.
func (w *world) killed(t *testing.T, k *killer, more int, call func(context.Context) (Outcome, error)) (deaths int) {
	t.Helper()
	for statements := 1; statements < 3000; {
		saved := *w.run.State
		outcome, err := k.run(t, statements, call)
		switch {
		case err != nil:
			if judged := Classify(err); judged.Terminal {
				t.Fatalf("killed after %d statements: %v", statements, err)
			}
			w.run.State = &saved
			deaths++
			statements += more
		case outcome.Result != ResultWait:
			w.run.State.QueryID = ""
			return deaths
		}
	}
	t.Fatal("it does not end")
	return deaths
}

func TestACrashBetweenAnyTwoStatementsComesToTheSameEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		switches []string
	}{
		"as documented":                       {reason: "the likeliest account"},
		"streams and tasks are on the source": {"most is to be recreated", []string{"streamsKeepSourceTable", "tasksKeepSourcePredecessors"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clone, source := undisturbed(t, tc.switches...)
			w := newWorld(t)
			w.turnOn(t, tc.switches...)
			w.prepare(t)
			w.run.Spec.Parallelism = 1
			k := w.killAfter(t)
			var story string
			for _, step := range NewPipeline() {
				more := 1
				if step.Name() == v1alpha1.StepCreateRoles {
					more = 17 // It has many statements and starts anew when its state is lost.
				}
				deaths := w.killed(t, k, more, func(ctx context.Context) (Outcome, error) { return step.Run(ctx, w.run) })
				story += fmt.Sprintf(" %s %d", step.Name(), deaths)
			}
			t.Logf("%s: deaths:%s", tc.reason, story)
			w.expectUndisturbed(t, clone, source)
		})
	}
}

func TestACloneCanBeDroppedAfterAnyStep(t *testing.T) {
	t.Parallel()
	for _, last := range NewPipeline() {
		t.Run(string(last.Name()), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.prepare(t)
			w.run.Spec.Access.Roles.Kind = v1alpha1.RoleKindAccount
			before := w.describe(t, "PROD")
			if err := w.upTo(t, last.Name()); err != nil {
				t.Fatal(err)
			}
			k := w.killAfter(t)
			w.killed(t, k, 1, func(ctx context.Context) (Outcome, error) { return Drop(ctx, w.run) })
			expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE")
			expectStrings(t, "roles", w.show(t, "SHOW ROLES LIKE 'DEV_%'", "name"), "DEV_OWNER")
			if diff := cmp.Diff(before, w.describe(t, "PROD")); diff != "" {
				t.Errorf("the source changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestACloneUnderWayIsCancelledByDeletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gate := w.server.HoldIf(emulator.BeforeExecution, func(held emulator.Held) bool {
		return regexp.MustCompile("^CREATE DATABASE").MatchString(held.SQL)
	})
	t.Cleanup(gate.Release)
	for w.run.State.QueryID == "" {
		for _, step := range []Step{preflight{}, cloneDatabase{}} {
			if _, err := step.Run(t.Context(), w.run); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := gate.Await(ctx); err != nil {
		t.Fatal(err)
	}
	for {
		outcome, err := Drop(ctx, w.run)
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Result == ResultDone {
			break
		}
		w.clock.SetTime(w.clock.Now().Add(max(outcome.After, time.Millisecond)))
	}
	gate.Release()
	expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE")
}
