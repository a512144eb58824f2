package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Admin returns the admin API, whose paths begin with /admin/. It is plain
// JSON; errors come as {"error": "…"} with HTTP 400. Durations are written as
// Go writes them, such as "1h30m".
//
//	GET    /admin/statements?since=N      the statement log
//	GET    /admin/latency                 PUT {"rules":[{"match":"…","delay":"2s"}]}
//	GET    /admin/faults                  PUT adds one; DELETE ?id=N removes one, without id all
//	GET    /admin/outage                  PUT {"active":true,"reset":false,"status":503}
//	GET    /admin/clock                   PUT {"offset":"1h"}
//	GET    /admin/switches                PUT {"deduplicate":"false"}
//	GET    /admin/gates                   PUT {"moment":"before","match":"…"} holds; DELETE ?id=N releases one, without id all
//	GET    /admin/gates/arrival?id=N&timeout=10s  waits for the next statement that arrives at a gate
//	GET    /admin/fingerprint?database=X  a hash of all that belongs to a database
//	GET    /admin/describe?database=X     what the hash is made of, line by line
//	GET    /admin/unresolved?database=X   the names in its code that do not resolve
//	GET    /admin/origins                 who created what
//	POST   /admin/script?name=X           runs a script as ACCOUNTADMIN
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	s.adminKnobs(mux)
	mux.Handle("GET /admin/statements", adminHandler(s.adminStatements))
	mux.Handle("GET /admin/fingerprint", adminHandler(func(r *http.Request) (any, error) {
		return s.account.Fingerprint(r.URL.Query().Get("database"))
	}))
	mux.Handle("GET /admin/describe", adminHandler(func(r *http.Request) (any, error) {
		return s.account.Describe(r.URL.Query().Get("database"))
	}))
	mux.Handle("GET /admin/unresolved", adminHandler(func(r *http.Request) (any, error) {
		return s.account.Unresolved(r.URL.Query().Get("database"))
	}))
	mux.Handle("GET /admin/origins", adminHandler(func(*http.Request) (any, error) {
		return s.account.Origins(), nil
	}))
	mux.Handle("POST /admin/script", adminHandler(s.adminScript))
	return mux
}

// adminKnobs binds what can be set as well as read.
func (s *Server) adminKnobs(mux *http.ServeMux) {
	for path, knob := range map[string]struct {
		read, write func(*http.Request) (any, error)
	}{
		"/admin/latency":  {s.adminLatency, s.adminSetLatency},
		"/admin/faults":   {s.adminFaults, s.adminAddFault},
		"/admin/outage":   {s.adminOutage, s.adminSetOutage},
		"/admin/clock":    {s.adminClock, s.adminSetClock},
		"/admin/switches": {s.adminSwitches, s.adminSetSwitches},
		"/admin/gates":    {s.adminListGates, s.adminHold},
	} {
		mux.Handle("GET "+path, adminHandler(knob.read))
		mux.Handle("PUT "+path, adminHandler(knob.write))
	}
	mux.Handle("DELETE /admin/faults", adminHandler(s.adminRemoveFault))
	mux.Handle("DELETE /admin/gates", adminHandler(s.adminRelease))
	mux.Handle("GET /admin/gates/arrival", adminHandler(s.adminAwait))
}

// adminHandler sends what a request asks for, or its error.
func adminHandler(handle func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := handle(r)
		if err != nil {
			writeJSON(w, r, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		writeJSON(w, r, http.StatusOK, value)
	})
}

// number reads a whole number from the request's address, 0 when absent.
func number(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	return value, nil
}

func (s *Server) adminStatements(r *http.Request) (any, error) {
	since, err := number(r, "since")
	if err != nil {
		return nil, err
	}
	return s.Statements(since), nil
}

// adminDuration is a duration as the admin API writes it.
type adminDuration time.Duration

// MarshalText writes the duration as Go does.
func (d adminDuration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// UnmarshalText reads what time.ParseDuration understands.
func (d *adminDuration) UnmarshalText(text []byte) error {
	value, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("read duration: %w", err)
	}
	*d = adminDuration(value)
	return nil
}

type adminLatencyRule struct {
	Match string        `json:"match"`
	Delay adminDuration `json:"delay"`
}

type adminLatencyRules struct {
	Rules []adminLatencyRule `json:"rules"`
}

func (s *Server) adminLatency(*http.Request) (any, error) {
	rules := adminLatencyRules{Rules: []adminLatencyRule{}}
	for _, rule := range s.latencies.list() {
		rules.Rules = append(rules.Rules, adminLatencyRule{rule.Match, adminDuration(rule.Delay)})
	}
	return rules, nil
}

func (s *Server) adminSetLatency(r *http.Request) (any, error) {
	var body adminLatencyRules
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	rules := make([]Latency, 0, len(body.Rules))
	for _, rule := range body.Rules {
		rules = append(rules, Latency{rule.Match, time.Duration(rule.Delay)})
	}
	if err := s.SetLatency(rules...); err != nil {
		return nil, err
	}
	return s.adminLatency(r)
}

// adminFault is a fault as the admin API writes it.
type adminFault struct {
	ID       int64         `json:"id,omitempty"`
	Kind     FaultKind     `json:"kind"`
	Endpoint Endpoint      `json:"endpoint,omitempty"`
	Match    string        `json:"match,omitempty"`
	Skip     int           `json:"skip,omitempty"`
	Times    int           `json:"times,omitempty"`
	Status   int           `json:"status,omitempty"`
	Code     int           `json:"code,omitempty"`
	State    string        `json:"state,omitempty"`
	Message  string        `json:"message,omitempty"`
	Delay    adminDuration `json:"delay,omitempty"`
	Seen     int           `json:"seen"`
	Fired    int           `json:"fired"`
}

func (s *Server) adminFaults(*http.Request) (any, error) {
	list := []adminFault{}
	for _, f := range s.Faults() {
		list = append(list, adminFault{
			ID: f.ID, Kind: f.Kind, Endpoint: f.Endpoint, Match: f.Match, Skip: f.Skip, Times: f.Times,
			Status: f.Status, Code: f.Code, State: f.State, Message: f.Message,
			Delay: adminDuration(f.Delay), Seen: f.Seen, Fired: f.Fired,
		})
	}
	return list, nil
}

func (s *Server) adminAddFault(r *http.Request) (any, error) {
	var f adminFault
	if err := readBody(r, &f); err != nil {
		return nil, err
	}
	id, err := s.AddFault(Fault{
		Kind: f.Kind, Endpoint: f.Endpoint, Match: f.Match, Skip: f.Skip, Times: f.Times,
		Status: f.Status, Code: f.Code, State: f.State, Message: f.Message, Delay: time.Duration(f.Delay),
	})
	return map[string]int64{"id": id}, err
}

func (s *Server) adminRemoveFault(r *http.Request) (any, error) {
	id, err := number(r, "id")
	if err != nil {
		return nil, err
	}
	return map[string]int{"removed": s.RemoveFault(id)}, nil
}

func (s *Server) adminOutage(*http.Request) (any, error) {
	if o := s.outage.Load(); o != nil {
		return *o, nil
	}
	return Outage{}, nil
}

func (s *Server) adminSetOutage(r *http.Request) (any, error) {
	var o Outage
	if err := readBody(r, &o); err != nil {
		return nil, err
	}
	s.SetOutage(o)
	return s.adminOutage(r)
}

type adminClockState struct {
	Now    time.Time     `json:"now"`
	Offset adminDuration `json:"offset"`
}

func (s *Server) adminClock(*http.Request) (any, error) {
	return adminClockState{Now: s.clock.Now(), Offset: adminDuration(s.clock.Offset())}, nil
}

func (s *Server) adminSetClock(r *http.Request) (any, error) {
	var body struct {
		Offset *adminDuration `json:"offset"`
	}
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	if body.Offset == nil {
		return nil, errors.New("set clock: offset is missing")
	}
	s.clock.SetOffset(time.Duration(*body.Offset))
	return s.adminClock(r)
}

// adminScript runs the body as a script; errors name it as the address says.
func (s *Server) adminScript(r *http.Request) (any, error) {
	script, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read script: %w", err)
	}
	name := orElse(r.URL.Query().Get("name"), "script")
	if err := s.account.Load(r.Context(), name, string(script)); err != nil {
		return nil, err
	}
	return map[string]string{"status": "ok"}, nil
}
