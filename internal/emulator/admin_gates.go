package emulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxAdminGates is how many gates the admin API keeps; whoever sets up more
// forgets to release them.
const maxAdminGates = 256

// awaitGate is how long the admin API waits for a statement to arrive unless
// asked for another time.
const awaitGate = 30 * time.Second

// gateMoments are the moments by their names in the admin API.
var gateMoments = map[string]Moment{"before": BeforeExecution, "after": AfterExecution}

// adminGate is a gate as the admin API writes it.
type adminGate struct {
	ID     int64  `json:"id"`
	Moment string `json:"moment"`
	Match  string `json:"match"`
	// Waiting is the number of statements that arrived and that nobody asked
	// for yet.
	Waiting int `json:"waiting"`

	gate *Gate
}

// adminGates are the gates that were set up through the admin API.
type adminGates struct {
	mu     sync.Mutex
	lastID int64
	byID   map[int64]*adminGate
}

// insert numbers the gate.
func (g *adminGates) insert(gate *adminGate) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.byID) >= maxAdminGates {
		return fmt.Errorf("set up a gate: there are %d already", maxAdminGates)
	}
	if g.byID == nil {
		g.byID = map[int64]*adminGate{}
	}
	g.lastID++
	gate.ID = g.lastID
	g.byID[gate.ID] = gate
	return nil
}

// take removes a gate by its id, or all for id 0, and returns what it removed.
func (g *adminGates) take(id int64) []*adminGate {
	g.mu.Lock()
	defer g.mu.Unlock()
	var taken []*adminGate
	for key, gate := range g.byID {
		if id == 0 || id == key {
			taken = append(taken, gate)
			delete(g.byID, key)
		}
	}
	return taken
}

// list returns the gates as they stand, the oldest first.
func (g *adminGates) list() []adminGate {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := []adminGate{}
	for _, id := range slices.Sorted(maps.Keys(g.byID)) {
		gate := *g.byID[id]
		gate.Waiting = len(gate.gate.arrived)
		list = append(list, gate)
	}
	return list
}

// find returns the gate of that id, or nil.
func (g *adminGates) find(id int64) *adminGate {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.byID[id]
}

func (s *Server) adminListGates(*http.Request) (any, error) { return s.adminGates.list(), nil }

// adminHold sets up a gate.
func (s *Server) adminHold(r *http.Request) (any, error) {
	var wanted adminGate
	if err := readBody(r, &wanted); err != nil {
		return nil, err
	}
	moment, known := gateMoments[wanted.Moment]
	if !known {
		return nil, fmt.Errorf("set up a gate: the moment is %q, neither before nor after", wanted.Moment)
	}
	gate, err := s.Hold(moment, wanted.Match)
	if err != nil {
		return nil, err
	}
	standing := &adminGate{Moment: wanted.Moment, Match: wanted.Match, gate: gate}
	if err := s.adminGates.insert(standing); err != nil {
		gate.Release()
		return nil, err
	}
	return map[string]int64{"id": standing.ID}, nil
}

// adminRelease releases a gate, or all.
func (s *Server) adminRelease(r *http.Request) (any, error) {
	id, err := number(r, "id")
	if err != nil {
		return nil, err
	}
	released := s.adminGates.take(id)
	for _, gate := range released {
		gate.gate.Release()
	}
	return map[string]int{"released": len(released)}, nil
}

// errNobodyCame tells that no statement arrived at a gate in time.
var errNobodyCame = errors.New("await a statement: none arrived in time")

// adminAwait waits for the next statement that arrives at a gate.
func (s *Server) adminAwait(r *http.Request) (any, error) {
	id, err := number(r, "id")
	if err != nil {
		return nil, err
	}
	gate := s.adminGates.find(id)
	if gate == nil {
		return nil, fmt.Errorf("await a statement: there is no gate %d", id)
	}
	patience := adminDuration(awaitGate)
	if text := r.URL.Query().Get("timeout"); text != "" {
		if err := patience.UnmarshalText([]byte(text)); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), time.Duration(patience), errNobodyCame)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	held, err := gate.gate.Await(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]string{"queryID": held.QueryID, "sql": redact(held.SQL)}, nil
}
