package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// admin sends a request to the admin API and returns status and JSON body.
func (s *service) admin(t *testing.T, method, path, body string) (int, any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%s %s: %v in %q", method, path, err, text)
	}
	return response.StatusCode, value
}

func TestTheAdminAPITurnsTheKnobs(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	steps := []struct {
		name, method, path, body string
		status                   int
		want                     any
	}{
		{
			"health", http.MethodGet, "/healthz", "", http.StatusOK, object{"status": "ok"},
		},
		{
			"latency is set", http.MethodPut, "/admin/latency", `{"rules":[{"match":"^SELECT","delay":"1ms"}]}`,
			http.StatusOK, object{"rules": []any{object{"match": "^SELECT", "delay": "1ms"}}},
		},
		{
			"a bad pattern changes nothing", http.MethodPut, "/admin/latency", `{"rules":[{"match":"(","delay":"1ms"}]}`,
			http.StatusBadRequest, nil,
		},
		{
			"latency is read", http.MethodGet, "/admin/latency", "",
			http.StatusOK, object{"rules": []any{object{"match": "^SELECT", "delay": "1ms"}}},
		},
		{
			"a fault is added", http.MethodPut, "/admin/faults", `{"kind":"error","match":"x","times":2,"code":2002,"delay":"0s"}`,
			http.StatusOK, object{"id": 1.0},
		},
		{
			"an unknown fault is not", http.MethodPut, "/admin/faults", `{"kind":"explode"}`,
			http.StatusBadRequest, nil,
		},
		{
			"faults are listed", http.MethodGet, "/admin/faults", "", http.StatusOK,
			[]any{object{
				"id": 1.0, "kind": "error", "endpoint": "query", "match": "x", "times": 2.0, "code": 2002.0,
				"seen": 0.0, "fired": 0.0,
			}},
		},
		{
			"faults are removed", http.MethodDelete, "/admin/faults?id=1", "", http.StatusOK, object{"removed": 1.0},
		},
		{
			"an outage begins", http.MethodPut, "/admin/outage", `{"active":true}`, http.StatusOK,
			object{"active": true, "reset": false, "status": 503.0},
		},
		{
			"an outage ends", http.MethodPut, "/admin/outage", `{"active":false}`, http.StatusOK,
			object{"active": false, "reset": false, "status": 503.0},
		},
		{
			"a switch that is not there", http.MethodPut, "/admin/switches", `{"magic":"true"}`, http.StatusBadRequest, nil,
		},
		{
			"a script runs", http.MethodPost, "/admin/script?name=a.sql", "CREATE DATABASE FROM_SCRIPT;", http.StatusOK,
			object{"status": "ok"},
		},
		{
			"a bad script says where", http.MethodPost, "/admin/script?name=a.sql", "CREATE DATABASE X;\n  FROBNICATE;",
			http.StatusBadRequest, nil,
		},
		{
			"a clock without offset", http.MethodPut, "/admin/clock", `{}`, http.StatusBadRequest, nil,
		},
	}
	s := start(t, emulator.Options{Admin: true})
	for _, step := range steps {
		status, got := s.admin(t, step.method, step.path, step.body)
		if status != step.status {
			t.Errorf("%s: status %d, want %d: %v", step.name, status, step.status, got)
		}
		if step.want == nil {
			continue
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestTheAdminAPIMovesTheClock(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Admin: true})
	if status, got := s.admin(t, http.MethodPut, "/admin/clock", `{"offset":"720h"}`); status != http.StatusOK {
		t.Fatalf("status %d: %v", status, got)
	}
	if diff := cmp.Diff(720*time.Hour, s.clock.Offset()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheAdminAPIShowsTheAccount(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Admin: true})
	db := s.pool(t)
	exec(t, db, "CREATE DATABASE SHOWN")
	_, first := s.admin(t, http.MethodGet, "/admin/fingerprint?database=SHOWN", "")
	exec(t, db, "CREATE TABLE SHOWN.PUBLIC.T (A INT)")
	_, second := s.admin(t, http.MethodGet, "/admin/fingerprint?database=SHOWN", "")
	if first == second {
		t.Errorf("the fingerprint did not change: %v", first)
	}
	_, lines := s.admin(t, http.MethodGet, "/admin/describe?database=SHOWN", "")
	if list, ok := lines.([]any); !ok || len(list) == 0 {
		t.Errorf("describe: got %v", lines)
	}
	exec(t, db, "CREATE TASK SHOWN.PUBLIC.BROKEN SCHEDULE = '5 MINUTE' AS SELECT * FROM NOPE.PUBLIC.T")
	_, unresolved := s.admin(t, http.MethodGet, "/admin/unresolved?database=SHOWN", "")
	want := []any{map[string]any{
		"Kind": "TASK", "Object": "SHOWN.PUBLIC.BROKEN", "Part": "body", "Line": 1.0, "Column": 15.0, "Code": 2003.0, "State": "02000",
		"Message": "SQL compilation error:\nObject 'NOPE.PUBLIC.T' does not exist or not authorized.",
	}}
	if diff := cmp.Diff(want, unresolved); diff != "" {
		t.Errorf("unresolved (-want +got):\n%s", diff)
	}
	if status, _ := s.admin(t, http.MethodGet, "/admin/unresolved?database=NOPE", ""); status != http.StatusBadRequest {
		t.Errorf("unresolved of a missing database: status %d", status)
	}
	_, origins := s.admin(t, http.MethodGet, "/admin/origins", "")
	if list, ok := origins.([]any); !ok || len(list) == 0 {
		t.Errorf("origins: got %v", origins)
	}
	_, statements := s.admin(t, http.MethodGet, "/admin/statements?since=2", "")
	if list, ok := statements.([]any); !ok || len(list) != 1 {
		t.Errorf("statements since the first: got %v", statements)
	}
}

func TestTheAdminAPIListsAndSetsSwitches(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Admin: true})
	type object = map[string]any
	find := func(list any, name string) object {
		items, _ := list.([]any)
		for _, item := range items {
			if one, _ := item.(object); one["name"] == name {
				return one
			}
		}
		return nil
	}
	_, before := s.admin(t, http.MethodGet, "/admin/switches", "")
	want := object{"name": "streamsStaleAfterClone", "fact": "U1", "value": false, "default": false}
	if diff := cmp.Diff(want, find(before, "streamsStaleAfterClone")); diff != "" {
		t.Errorf("a switch as it comes (-want +got):\n%s", diff)
	}
	_, after := s.admin(t, http.MethodPut, "/admin/switches", `{"streamsStaleAfterClone":"true","deduplicate":"false"}`)
	want["value"] = true
	if diff := cmp.Diff(want, find(after, "streamsStaleAfterClone")); diff != "" {
		t.Errorf("a switch that was set (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(object{"name": "deduplicate", "value": false, "default": true}, find(after, "deduplicate")); diff != "" {
		t.Errorf("the switch of the wire (-want +got):\n%s", diff)
	}
}

func TestTheAdminAPIHoldsStatements(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Admin: true})
	db := s.pool(t)
	code, set := s.admin(t, http.MethodPut, "/admin/gates", `{"moment":"before","match":"^CREATE DATABASE HELD"}`)
	if diff := cmp.Diff(map[string]any{"id": 1.0}, set); diff != "" || code != http.StatusOK {
		t.Fatalf("HTTP %d (-want +got):\n%s", code, diff)
	}
	id := submit(t, db, "CREATE DATABASE HELD")
	_, arrived := s.admin(t, http.MethodGet, "/admin/gates/arrival?id=1", "")
	if diff := cmp.Diff(map[string]any{"queryID": id, "sql": "CREATE DATABASE HELD"}, arrived); diff != "" {
		t.Errorf("who arrived (-want +got):\n%s", diff)
	}
	if err := status(t, db, id); number(err) != statusRunning {
		t.Errorf("while it is held: got %v, want %d", err, statusRunning)
	}
	_, list := s.admin(t, http.MethodGet, "/admin/gates", "")
	want := []any{map[string]any{"id": 1.0, "moment": "before", "match": "^CREATE DATABASE HELD", "waiting": 0.0}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("the gates (-want +got):\n%s", diff)
	}
	_, released := s.admin(t, http.MethodDelete, "/admin/gates?id=1", "")
	if diff := cmp.Diff(map[string]any{"released": 1.0}, released); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
	if err := s.waitForEnd(t, id); err != nil {
		t.Errorf("the statement after its release: %v", err)
	}
}

func TestTheAdminAPIRefusesGatesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Admin: true})
	if status, _ := s.admin(t, http.MethodPut, "/admin/gates", `{"moment":"after","match":"NEVER"}`); status != http.StatusOK {
		t.Fatalf("HTTP %d", status)
	}
	cases := map[string]struct{ reason, method, path, body string }{
		"another moment":    {"there are two", http.MethodPut, "/admin/gates", `{"moment":"during","match":""}`},
		"a bad pattern":     {"it is no regular expression", http.MethodPut, "/admin/gates", `{"moment":"before","match":"("}`},
		"an unknown gate":   {"nobody can arrive there", http.MethodGet, "/admin/gates/arrival?id=9", ""},
		"nobody comes":      {"the wait has an end", http.MethodGet, "/admin/gates/arrival?id=1&timeout=1ms", ""},
		"an odd time":       {"it is no duration", http.MethodGet, "/admin/gates/arrival?id=1&timeout=soon", ""},
		"an odd id":         {"it is no number", http.MethodDelete, "/admin/gates?id=x", ""},
		"a body that is no": {"it is no JSON", http.MethodPut, "/admin/gates", `{`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if status, got := s.admin(t, c.method, c.path, c.body); status != http.StatusBadRequest {
				t.Errorf("%s: HTTP %d, %v", c.reason, status, got)
			}
		})
	}
}

func TestTheAdminAPIMayHaveAnAddressOfItsOwn(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	if err := s.ListenAdmin("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if status, _ := s.admin(t, http.MethodGet, "/admin/clock", ""); status != http.StatusNotFound {
		t.Errorf("on the drivers' address: HTTP %d, want 404", status)
	}
	apart := *s
	apart.Running = &emulator.Running{URL: s.AdminURL}
	if status, got := apart.admin(t, http.MethodGet, "/admin/clock", ""); status != http.StatusOK {
		t.Errorf("on its own address: HTTP %d, %v", status, got)
	}
}
