package snowflake

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/google/go-cmp/cmp"
)

func TestLoginCarriesSessionParametersAndNoRequestIDOfTheCaller(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	id := sf.NewUUID()
	if err := client.Exec(sf.WithRequestID(t.Context(), id), "GRANT X"); err != nil {
		t.Fatal(err)
	}
	logins, _ := f.snapshot()
	if len(logins) != 1 || logins[0].RequestID == id.String() {
		t.Fatalf("logins %v reuse the caller's request id %s", logins, id)
	}
	got, ok := logins[0].Data["SESSION_PARAMETERS"].(map[string]any)
	if !ok {
		t.Fatalf("no session parameters in %v", logins[0].Data)
	}
	want := map[string]any{
		"ABORT_DETACHED_QUERY": "false", "CLIENT_TELEMETRY_ENABLED": "false", "GO_QUERY_RESULT_FORMAT": "JSON",
		"QUOTED_IDENTIFIERS_IGNORE_CASE": "false", "STATEMENT_TIMEOUT_IN_SECONDS": "3600", "TIMEZONE": "UTC",
		"CLIENT_VALIDATE_DEFAULT_PARAMETERS": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("session parameters (-want +got):\n%s", diff)
	}
}

func TestStatementsCarryTheTagOfTheirContext(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	ctx := WithTag(t.Context(), Tag{Clone: "uid", Run: "3", Step: strings.Repeat("ä", 500)})
	if _, err := client.Submit(ctx, "CREATE X"); err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(ctx, "GRANT X"); err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(t.Context(), "GRANT X"); err != nil {
		t.Fatal(err)
	}
	_, queries := f.snapshot()
	want := `{"app":"Snowclone","clone":"uid","run":"3","step":"` + strings.Repeat("ä", 100) + `"}`
	for i, tag := range []any{want, want, nil} {
		if diff := cmp.Diff(tag, queries[i].Parameters["QUERY_TAG"]); diff != "" {
			t.Errorf("tag of statement %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestReadsBindTheirArgumentsAndReturnRowsByName(t *testing.T) {
	f := newFake(t)
	rows, err := f.client(t).Query(t.Context(), "SELECT ?, ?", "it's", 7)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || rows[0].String("STATUS") != "done" {
		t.Errorf("rows %v", rows)
	}
	_, queries := f.snapshot()
	want := map[string]struct{ Type, Value string }{"1": {"TEXT", "it's"}, "2": {"FIXED", "7"}}
	if diff := cmp.Diff(want, queries[0].Bindings); diff != "" {
		t.Errorf("bindings (-want +got):\n%s", diff)
	}
}

func TestADeadSessionLeavesThePool(t *testing.T) {
	for _, code := range []string{"390104", "390111", "390114", "390115", "390195", "390318"} {
		t.Run(code, func(t *testing.T) {
			f := newFake(t)
			client := f.client(t, func(o *PoolsOptions) { o.MaxOpenConns = 1 })
			f.answer = func(q fakeQuery) fakeReply {
				if strings.Contains(q.Token, `"session-1"`) {
					return fakeReply{Code: code, Message: "gone"}
				}
				return oneRow("status", "done")
			}
			if err := client.Exec(t.Context(), "GRANT X"); ClassOf(err) != SessionLost {
				t.Errorf("a change in a dead session: %v, want SessionLost and no second try", err)
			}
			if err := client.Exec(t.Context(), "GRANT X"); err != nil {
				t.Errorf("after the dead session has left: %v", err)
			}
			if logins, _ := f.snapshot(); len(logins) != 2 {
				t.Errorf("%d logins, want 2", len(logins))
			}
		})
	}
}

func TestAReadThatMeetsADeadSessionIsTriedOnceMore(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	f.answer = func(q fakeQuery) fakeReply {
		if strings.Contains(q.Token, `"session-1"`) {
			return fakeReply{Code: "390111", Message: "gone"}
		}
		return oneRow("status", "done")
	}
	if _, err := client.Query(t.Context(), "SHOW X"); err != nil {
		t.Fatal(err)
	}
}

func TestAnExpiredTokenIsRenewedWithoutALogin(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	f.answer = func(q fakeQuery) fakeReply {
		if strings.Contains(q.Token, `"session-1"`) {
			return fakeReply{Code: "390112", Message: "expired"}
		}
		return oneRow("status", "done")
	}
	if err := client.Exec(t.Context(), "GRANT X"); err != nil {
		t.Fatal(err)
	}
	if logins, _ := f.snapshot(); len(logins) != 1 || f.count(&f.renewals) != 1 {
		t.Errorf("%d logins and %d renewals, want 1 and 1", len(logins), f.renewals)
	}
}

func TestAPanicOfTheDriverIsAnError(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	f.answer = func(q fakeQuery) fakeReply {
		if q.SQL != "SELECT BAD" {
			return oneRow("status", "done")
		}
		// A DML whose result has no row of counts: the driver indexes it all the same.
		return fakeReply{Data: map[string]any{"statementTypeId": 0x3100, "queryId": "01", "queryResultFormat": "json",
			"rowtype": []any{}, "rowset": []any{[]string{"x"}}, "total": 1}}
	}
	_, err := client.Query(t.Context(), "SELECT BAD")
	if err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Fatalf("%v, want a panic as an error", err)
	}
	if _, err := client.Query(t.Context(), "SELECT GOOD"); err != nil {
		t.Errorf("after a panic: %v", err)
	}
	if logins, _ := f.snapshot(); len(logins) != 2 {
		t.Errorf("%d logins, want 2: a session whose driver panicked is not used again", len(logins))
	}
}

func TestACallReturnsSoonAfterItsDeadline(t *testing.T) {
	cases := map[string]struct {
		reason string
		call   func(context.Context, *Client) error
		aborts bool
	}{
		"a change is left to finish": {
			reason: "a SIGTERM must not kill a clone in flight",
			call:   func(ctx context.Context, c *Client) error { return c.Exec(ctx, "CREATE X") },
		},
		"a submitted statement is left to finish": {
			reason: "the abort that the driver sends would kill the clone",
			call: func(ctx context.Context, c *Client) error {
				_, err := c.Submit(ctx, "CREATE X")
				return err
			},
		},
		"a read is aborted": {
			reason: "nobody waits for its answer any more",
			call: func(ctx context.Context, c *Client) error {
				_, err := c.Query(ctx, "SHOW X")
				return err
			},
			aborts: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			client := f.client(t)
			if err := client.Exec(t.Context(), "warm up"); err != nil {
				t.Fatal(err)
			}
			f.setHang("/queries/v1/query-request", true)
			ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer stop()
			start := time.Now()
			err := tc.call(ctx, client)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("returned after %s: %s", took, tc.reason)
			}
			if ClassOf(err) != Timeout || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v of class %s, want Timeout", err, ClassOf(err))
			}
			if got := f.count(&f.aborts) > 0; got != tc.aborts {
				t.Errorf("aborts sent: %v, want %v: %s", got, tc.aborts, tc.reason)
			}
		})
	}
}

func TestACallWaitsForTheGraceOfAStatementUnderWay(t *testing.T) {
	f := newFake(t)
	client := f.client(t, func(o *PoolsOptions) { o.Grace = 5 * time.Second })
	reached, answer := make(chan struct{}), make(chan struct{})
	f.answer = func(fakeQuery) fakeReply {
		close(reached)
		<-answer
		return oneRow("status", "done")
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		<-reached
		stop()
		close(answer)
	}()
	if err := client.Exec(ctx, "CREATE X"); err != nil {
		t.Errorf("%v: the answer came within the grace", err)
	}
}

func TestAStatementIsObserved(t *testing.T) {
	f := newFake(t)
	var seen []string
	client := f.client(t, func(o *PoolsOptions) {
		o.Observe = func(e StatementEvent) {
			seen = append(seen, e.Connection+" "+string(e.Class)+" "+e.Word+" "+e.Err.String())
		}
	})
	f.answer = func(fakeQuery) fakeReply { return fakeReply{Code: "002003", Message: "no"} }
	if err := client.Exec(t.Context(), "  grant x"); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff([]string{"uid-1 Login  None", "uid-1 Change GRANT NotFound"}, seen); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestNothingBeginsAfterTheContextHasEnded(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	ctx, stop := context.WithCancelCause(t.Context())
	why := errors.New("the operator stops")
	stop(why)
	if err := client.Exec(ctx, "CREATE X"); ClassOf(err) != Canceled || !errors.Is(err, why) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v of class %s, want Canceled with its cause", err, ClassOf(err))
	}
	if _, queries := f.snapshot(); len(queries) > 0 {
		t.Errorf("statements %v", queries)
	}
}
