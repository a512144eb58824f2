package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

func TestALostAnswerDoesNotRunTheStatementTwice(t *testing.T) {
	t.Parallel()
	const text = "CREATE OR REPLACE DATABASE LOST"
	cases := map[string]struct {
		reason      string
		kind        emulator.FaultKind
		deduplicate bool
		want        int
	}{
		"reset": {
			reason: "the driver re-posts with the same request id", kind: emulator.FaultResetAfter, deduplicate: true, want: 1,
		},
		"bad gateway": {
			reason: "the driver retries any 5xx", kind: emulator.FaultHTTPAfter, deduplicate: true, want: 1,
		},
		"truncated": {
			reason: "the driver re-posts once", kind: emulator.FaultTruncate, deduplicate: true, want: 1,
		},
		"reset without memory of request ids": {
			reason: "nothing else keeps it from running again", kind: emulator.FaultResetAfter, want: 2,
		},
		"reset before execution": {
			reason: "only the second request does anything", kind: emulator.FaultResetBefore, want: 1,
		},
		"unavailable before execution": {
			reason: "only the second request does anything", kind: emulator.FaultHTTPBefore, want: 1,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Options{})
			s.SetDeduplicate(c.deduplicate)
			s.fault(t, emulator.Fault{Kind: c.kind, Match: "LOST", Times: 1})
			exec(t, s.pool(t), text)
			if diff := cmp.Diff(c.want, s.executions(text)); diff != "" {
				t.Errorf("%s: executions (-want +got):\n%s", c.reason, diff)
			}
			if f := s.Faults()[0]; f.Fired != 1 {
				t.Errorf("the fault fired %d times, want once", f.Fired)
			}
		})
	}
}

func TestACallerMayChooseTheRequestID(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	ctx := sf.WithRequestID(t.Context(), sf.NewUUID())
	for range 2 {
		if _, err := db.ExecContext(ctx, "CREATE DATABASE ONCE"); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.executions("CREATE DATABASE ONCE"); n != 1 {
		t.Errorf("executed %d times, want once", n)
	}
}

func TestAnInjectedErrorIsTheOutcomeOfTheStatement(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.fault(t, emulator.Fault{
		Kind: emulator.FaultError, Match: "(?i)^create database", Skip: 1, Times: 1,
		Code: 2002, State: "42710", Message: "SQL compilation error:\nObject 'T' already exists.",
	})
	db := s.pool(t)
	exec(t, db, "CREATE DATABASE FIRST")
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE SECOND"); number(err) != 2002 {
		t.Errorf("got %v, want 002002", err)
	}
	if n := s.executions("CREATE DATABASE SECOND"); n != 0 {
		t.Errorf("executed %d times, want never", n)
	}
	exec(t, db, "CREATE DATABASE THIRD")
}

func TestAnOutageEndsAsItBegan(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	exec(t, db, "CREATE DATABASE BEFORE_OUTAGE")
	for name, outage := range map[string]emulator.Outage{
		"HTTP 503": {Active: true},
		"reset":    {Active: true, Reset: true},
	} {
		s.SetOutage(outage)
		config := s.config()
		limit(&config, time.Second, 1)
		if err := open(t, config).PingContext(t.Context()); err == nil {
			t.Errorf("%s: the login succeeded", name)
		}
	}
	s.SetOutage(emulator.Outage{})
	exec(t, db, "CREATE DATABASE AFTER_OUTAGE")
}

func TestASlowAnswerComesAfterTheEffect(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.fault(t, emulator.Fault{Kind: emulator.FaultSlowAnswer, Delay: 100 * time.Millisecond, Times: 1})
	began := time.Now()
	exec(t, s.pool(t), "CREATE DATABASE LATE")
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("answered after %v, want 100ms or more", took)
	}
}

func TestAGateHoldsAStatementWhoseEffectIsThere(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	gate := s.hold(t, emulator.AfterExecution, "^CREATE DATABASE EFFECT$")
	db := s.pool(t)
	id := submit(t, db, "CREATE DATABASE EFFECT")
	held, err := gate.Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(id, held.QueryID); diff != "" {
		t.Errorf("held query (-want +got):\n%s", diff)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE OTHER"); err != nil {
		t.Errorf("another statement meanwhile: %v", err)
	}
	gate.Release()
	if err := s.waitForEnd(t, id); err != nil {
		t.Error(err)
	}
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	for name, fault := range map[string]emulator.Fault{
		"unknown kind":   {Kind: "explode"},
		"unknown place":  {Kind: emulator.FaultError, Endpoint: "kitchen"},
		"bad pattern":    {Kind: emulator.FaultError, Match: "("},
		"negative times": {Kind: emulator.FaultError, Times: -1},
	} {
		if _, err := s.AddFault(fault); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAGateMayCountStatements(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	seen := 0
	gate := s.HoldIf(emulator.BeforeExecution, func(emulator.Held) bool {
		seen++
		return seen == 3
	})
	t.Cleanup(gate.Release)
	db := s.pool(t)
	for range 2 {
		exec(t, db, "SELECT 1")
	}
	id := submit(t, db, "SELECT 3")
	held, err := gate.Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(emulator.Held{QueryID: id, SQL: "SELECT 3"}, held); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClosingTheServerEndsWhatItHolds(t *testing.T) {
	t.Parallel()
	server := emulator.New(emulator.Options{})
	listener := httptest.NewServer(server)
	defer listener.Close()
	gate, err := server.Hold(emulator.BeforeExecution, "")
	if err != nil {
		t.Fatal(err)
	}
	script := "CREATE USER TESTER PASSWORD = '" + password + "'; GRANT ROLE ACCOUNTADMIN TO USER TESTER;"
	if err := server.Account().Load(t.Context(), "test.sql", script); err != nil {
		t.Fatal(err)
	}
	s := &service{Running: &emulator.Running{Server: server, URL: listener.URL}}
	token := s.login(t)
	answered := make(chan reply, 1)
	go func() {
		answered <- s.ask(t, http.MethodPost, "/queries/v1/query-request", strings.NewReader(`{"sqlText":"SELECT 1"}`), "Authorization", token)
	}()
	if _, err := gate.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Close()
	if got := <-answered; got.Code != "000604" {
		t.Errorf("held statement: got %+v, want 000604", got)
	}
	if got := s.ask(t, http.MethodGet, "/queries/x/result", nil); got.Status != http.StatusServiceUnavailable {
		t.Errorf("request after the end: got %+v, want 503", got)
	}
}
