package snowflake

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// driverGoroutines waits until no goroutine polls a result for the driver or drains one, or gives up after a while, and
// returns those that do.
func driverGoroutines(ctx context.Context) []string {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.Now().Add(10 * time.Second)
	for {
		stacks := make([]byte, 1<<20)
		all := strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")
		left := slices.DeleteFunc(all, func(stack string) bool {
			return !strings.Contains(stack, ".getAsync(") && !strings.Contains(stack, "snowflake.drain(")
		})
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		select {
		case <-ctx.Done():
			return left
		case <-ticker.C:
		}
	}
}

func TestSubmittingLeavesNoGoroutinesBehind(t *testing.T) {
	f := newFake(t)
	f.result = func() fakeReply { return inProgress("333334") }
	client := f.client(t)
	before := runtime.NumGoroutine()
	for range 20 {
		if id, err := client.Submit(t.Context(), "CREATE X"); err != nil || id != "01-async" {
			t.Fatalf("id %q, %v", id, err)
		}
	}
	if left := driverGoroutines(t.Context()); len(left) > 0 {
		t.Errorf("%d goroutines of the driver left after 20 submits, such as\n%s", len(left), left[0])
	}
	// What remains are the kept-alive connections of two sessions, at both ends.
	if after := runtime.NumGoroutine(); after > before+15 {
		t.Errorf("%d goroutines before, %d after 20 submits", before, after)
	}
	if f.count(&f.aborts) != 0 {
		t.Error("submitting aborted statements")
	}
}

func TestSessionsThatSubmittedAreNotLoggedOut(t *testing.T) {
	f := newFake(t)
	pools := newTestPools(t)
	client, err := pools.Client(t.Context(), "uid-1", f.connection(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Submit(t.Context(), "CREATE X"); err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(t.Context(), "GRANT X"); err != nil {
		t.Fatal(err)
	}
	if err := pools.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if logins, _ := f.snapshot(); len(logins) != 2 || f.count(&f.logouts) != 1 {
		t.Errorf("%d logins, %d logouts: want 2, and only the other session logged out", len(logins), f.logouts)
	}
}

func TestASubmittedStatementThatIsAnsweredAtOnceDoesNotPanic(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	f.answer = func(fakeQuery) fakeReply { return oneRow("status", "done") }
	id, err := client.Submit(t.Context(), "CREATE X")
	if id != "01-query" || err != nil {
		t.Errorf("id %q, %v", id, err)
	}
	f.answer = func(fakeQuery) fakeReply { return fakeReply{Code: "003001", Message: "no"} }
	if _, err := client.Submit(t.Context(), "CREATE X"); ClassOf(err) != Privilege {
		t.Errorf("a refusal at once: %v", err)
	}
}

func TestStatusReadsWhatTheDriverMakesOfTheServersAnswer(t *testing.T) {
	cases := map[string]struct {
		reason        string
		status, code  string
		result        func() fakeReply
		want          QueryState
		wantNumber    int
		noSuchQueryID bool
	}{
		"running":                 {status: "RUNNING", want: QueryRunning},
		"queued":                  {status: "QUEUED", want: QueryRunning},
		"no data":                 {status: "NO_DATA", want: QueryRunning},
		"a status yet unheard of": {status: "SOMETHING_NEW", want: QueryRunning},
		"waiting for a lock":      {reason: "the driver calls it an error", status: "BLOCKED", want: QueryRunning},
		"being aborted":           {reason: "not ended yet", status: "ABORTING", want: QueryRunning},
		"aborted":                 {status: "ABORTED", want: QueryFailed, wantNumber: NumberCanceled},
		"disconnected":            {status: "DISCONNECTED", want: QueryFailed, wantNumber: NumberCanceled},
		"failed with a number":    {status: "FAILED_WITH_ERROR", code: "002002", want: QueryFailed, wantNumber: 2002},
		"failed without one":      {status: "FAILED_WITH_INCIDENT", want: QueryFailed, wantNumber: 279201},
		"succeeded":               {status: "SUCCESS", want: QuerySucceeded},
		"restarted and running": {
			reason: "the driver calls it success", status: "RESTARTED", want: QueryRunning,
			result: func() fakeReply { return inProgress("333334") },
		},
		"succeeded, and the result is an error": {
			status: "SUCCESS", want: QueryFailed, wantNumber: 3001,
			result: func() fakeReply { return fakeReply{Code: "003001", Message: "no"} },
		},
		"not known": {noSuchQueryID: true, want: QueryUnknown},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.result = tc.result
			f.status = func(string) map[string]any {
				if tc.noSuchQueryID {
					return nil
				}
				return map[string]any{"id": "01", "status": tc.status, "errorCode": tc.code, "errorMessage": "why"}
			}
			got, err := f.client(t).Status(t.Context(), "01-async")
			if err != nil {
				t.Fatal(err)
			}
			number := 0
			if got.Err != nil {
				number = got.Err.Number
			}
			if got.State != tc.want || number != tc.wantNumber {
				t.Errorf("%s with %v, want %s with %d: %s", got.State, got.Err, tc.want, tc.wantNumber, tc.reason)
			}
		})
	}
}

func TestStatusRenewsAnExpiredTokenFirst(t *testing.T) {
	f := newFake(t)
	// The driver never renews a token at the monitoring endpoint: it only sees an answer without a status.
	f.status = func(token string) map[string]any {
		if strings.Contains(token, "session-1") {
			return nil
		}
		return map[string]any{"id": "01", "status": "RUNNING"}
	}
	f.answer = func(q fakeQuery) fakeReply {
		if strings.Contains(q.Token, "session-1") {
			return fakeReply{Code: "390112", Message: "expired"}
		}
		return oneRow("status", "done")
	}
	if got, err := f.client(t).Status(t.Context(), "01-async"); err != nil || got.State != QueryRunning {
		t.Errorf("%s, %v, want Running", got.State, err)
	}
}

func TestCancelNamesTheQueryAndForgivesOneThatEnded(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	f.answer = func(fakeQuery) fakeReply { return fakeReply{Code: "000605", Message: "not executing"} }
	if err := client.Cancel(t.Context(), "01'x"); err != nil {
		t.Errorf("cancel a statement that has ended: %v", err)
	}
	_, queries := f.snapshot()
	if diff := cmp.Diff("SELECT SYSTEM$CANCEL_QUERY('01''x')", queries[0].SQL); diff != "" {
		t.Errorf("statement (-want +got):\n%s", diff)
	}
}
