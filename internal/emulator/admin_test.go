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
			"request ids are forgotten", http.MethodPut, "/admin/switches", `{"deduplicate":"false"}`, http.StatusOK,
			object{"deduplicate": "false"},
		},
		{
			"a switch of the account", http.MethodPut, "/admin/switches", `{"streamsStaleAfterClone":"true"}`, http.StatusOK,
			object{"deduplicate": "false", "streamsStaleAfterClone": "true"},
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
	_, origins := s.admin(t, http.MethodGet, "/admin/origins", "")
	if list, ok := origins.([]any); !ok || len(list) == 0 {
		t.Errorf("origins: got %v", origins)
	}
	_, statements := s.admin(t, http.MethodGet, "/admin/statements?since=1", "")
	if list, ok := statements.([]any); !ok || len(list) != 1 {
		t.Errorf("statements since the first: got %v", statements)
	}
}
