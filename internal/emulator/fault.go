package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

// FaultKind names a way in which a request can go wrong.
type FaultKind string

// The kinds of faults. "Before" means that the statement is not executed,
// "after" that it is, and only its answer is lost.
const (
	// FaultResetBefore closes the connection before anything is done.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter carries the request out and closes the connection
	// without an answer.
	FaultResetAfter FaultKind = "reset-after"
	// FaultTruncate carries the request out and breaks the connection in the
	// middle of the answer.
	FaultTruncate FaultKind = "truncate"
	// FaultHTTPBefore answers with HTTP status Status, 503 unless given.
	FaultHTTPBefore FaultKind = "http-before"
	// FaultHTTPAfter carries the request out and answers with HTTP status
	// Status, 502 unless given.
	FaultHTTPAfter FaultKind = "http-after"
	// FaultSlowAnswer carries the request out and keeps the answer back for
	// Delay.
	FaultSlowAnswer FaultKind = "slow-answer"
	// FaultError answers with the Snowflake error Code, State and Message. At
	// a statement it is that statement's outcome, so an asynchronous one fails
	// after it was accepted.
	FaultError FaultKind = "error"
	// FaultSessionExpired ends the life of the session's token: the client
	// must renew it.
	FaultSessionExpired FaultKind = "session-expired"
	// FaultSessionGone ends the session.
	FaultSessionGone FaultKind = "session-gone"
	// FaultMasterExpired ends the life of both tokens: the client must log in
	// again.
	FaultMasterExpired FaultKind = "master-expired"
	// FaultLoginRefused refuses a login, with 390100 unless Code is given.
	// Match is applied to the login name.
	FaultLoginRefused FaultKind = "login-refused"
	// FaultQueryStatus makes the monitoring endpoint report State as the
	// status of a statement.
	FaultQueryStatus FaultKind = "query-status"
)

// Endpoint names a kind of request of the protocol.
type Endpoint string

// The endpoints of the protocol.
const (
	EndpointLogin     Endpoint = "login"
	EndpointToken     Endpoint = "token"
	EndpointSession   Endpoint = "session"
	EndpointHeartbeat Endpoint = "heartbeat"
	EndpointTelemetry Endpoint = "telemetry"
	EndpointQuery     Endpoint = "query"
	EndpointResult    Endpoint = "result"
	EndpointChunk     Endpoint = "chunk"
	EndpointStatus    Endpoint = "status"
	EndpointAbort     Endpoint = "abort"
)

var endpoints = []Endpoint{
	EndpointLogin, EndpointToken, EndpointSession, EndpointHeartbeat, EndpointTelemetry,
	EndpointQuery, EndpointResult, EndpointChunk, EndpointStatus, EndpointAbort,
}

// Fault is a request to misbehave.
type Fault struct {
	// ID names the fault; AddFault sets it.
	ID int64
	// Kind is what goes wrong.
	Kind FaultKind
	// Endpoint is where; empty means the one that the kind is about, for most
	// kinds EndpointQuery.
	Endpoint Endpoint
	// Match is a regular expression on the text of the statement that the
	// request is about, at a login on the login name. Empty matches all.
	Match string
	// Skip is how many matching requests pass unharmed first.
	Skip int
	// Times is how many requests are then harmed; 0 means all.
	Times int

	// Status is the HTTP status of the two HTTP kinds.
	Status int
	// Code, State and Message are the Snowflake error. For FaultQueryStatus,
	// State is the status word, such as BLOCKED.
	Code    int
	State   string
	Message string
	// Delay is how long FaultSlowAnswer keeps the answer back.
	Delay time.Duration

	// Seen counts the requests that matched, Fired those that were harmed.
	Seen, Fired int
}

// stage is the part of a request's handling at which a kind of fault acts.
type stage int

const (
	stageArrival stage = iota
	stageExecution
	stageStatus
	stageAnswer
)

// stages tells where each kind acts.
var stages = map[FaultKind]stage{
	FaultResetBefore:    stageArrival,
	FaultHTTPBefore:     stageArrival,
	FaultSessionExpired: stageArrival,
	FaultSessionGone:    stageArrival,
	FaultMasterExpired:  stageArrival,
	FaultLoginRefused:   stageArrival,
	FaultError:          stageArrival,
	FaultQueryStatus:    stageStatus,
	FaultResetAfter:     stageAnswer,
	FaultTruncate:       stageAnswer,
	FaultHTTPAfter:      stageAnswer,
	FaultSlowAnswer:     stageAnswer,
}

// standingFault is a fault with its pattern compiled.
type standingFault struct {
	Fault

	match *regexp.Regexp
	stage stage
}

// newStandingFault checks the fault and fills in its defaults.
func newStandingFault(f Fault) (*standingFault, error) {
	at, known := stages[f.Kind]
	if !known {
		return nil, fmt.Errorf("add fault: there is no kind %q", f.Kind)
	}
	if f.Skip < 0 || f.Times < 0 || f.Delay < 0 {
		return nil, errors.New("add fault: skip, times and delay cannot be negative")
	}
	match, err := regexp.Compile(f.Match)
	if err != nil {
		return nil, fmt.Errorf("add fault: compile pattern: %w", err)
	}
	f.Seen, f.Fired = 0, 0
	f.complete()
	if !slices.Contains(endpoints, f.Endpoint) {
		return nil, fmt.Errorf("add fault: there is no endpoint %q", f.Endpoint)
	}
	if f.Kind == FaultError && f.Endpoint == EndpointQuery {
		at = stageExecution
	}
	return &standingFault{Fault: f, match: match, stage: at}, nil
}

// complete fills in what the kind implies.
func (f *Fault) complete() {
	implied := EndpointQuery
	switch f.Kind {
	case FaultHTTPBefore:
		f.Status = orElse(f.Status, http.StatusServiceUnavailable)
	case FaultHTTPAfter:
		f.Status = orElse(f.Status, http.StatusBadGateway)
	case FaultLoginRefused:
		implied = EndpointLogin
		f.Code = orElse(f.Code, codeBadLogin)
		f.Message = orElse(f.Message, "Incorrect username or password was specified.")
	case FaultQueryStatus:
		implied = EndpointStatus
	default:
		// The other kinds imply no more than the endpoint.
	}
	f.Endpoint = orElse(f.Endpoint, implied)
}

// orElse returns value, or fallback where value is the zero value.
func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// spent tells that the fault will harm no more requests.
func (f *Fault) spent() bool {
	return f.Times > 0 && f.Fired >= f.Times
}

// faults are the faults now standing.
type faults struct {
	mu     sync.Mutex
	lastID int64
	list   []*standingFault
}

func (f *faults) add(fault Fault) (int64, error) {
	standing, err := newStandingFault(fault)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lastID++
	standing.ID = f.lastID
	f.list = append(f.list, standing)
	return standing.ID, nil
}

// remove takes one fault away, or all for id 0, and tells how many those were.
func (f *faults) remove(id int64) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.list)
	f.list = slices.DeleteFunc(f.list, func(s *standingFault) bool { return id == 0 || s.ID == id })
	return before - len(f.list)
}

func (f *faults) all() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]Fault, 0, len(f.list))
	for _, standing := range f.list {
		list = append(list, standing.Fault)
	}
	return list
}

// take counts a request against the standing faults and returns the first one
// that harms it at this stage, or nil.
func (f *faults) take(at stage, endpoint Endpoint, subject string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.list {
		if s.stage != at || s.Endpoint != endpoint || s.spent() || !s.match.MatchString(subject) {
			continue
		}
		s.Seen++
		if s.Seen <= s.Skip {
			continue
		}
		s.Fired++
		harm := s.Fault
		return &harm
	}
	return nil
}

// Outage makes every request of the protocol fail.
type Outage struct {
	// Active switches the outage on.
	Active bool `json:"active"`
	// Reset closes connections instead of answering.
	Reset bool `json:"reset"`
	// Status is the HTTP status answered otherwise, 503 unless given.
	Status int `json:"status"`
}
