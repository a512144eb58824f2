package emulator

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// Moment is a point in the life of a statement at which a Gate can hold it.
type Moment int

const (
	// BeforeExecution is when the statement has arrived and nothing has been done.
	BeforeExecution Moment = iota
	// AfterExecution is when its effect is there and nobody has been told.
	AfterExecution
)

// Held is a statement that waits at a Gate.
type Held struct {
	QueryID string
	SQL     string
}

// Gate holds the statements that match a pattern until it is released, so that
// a test can act at a known point of their execution.
type Gate struct {
	server  *Server
	moment  Moment
	match   func(Held) bool
	arrived chan Held
	opened  chan struct{}
	once    sync.Once
}

// Await returns the next statement that arrived at the gate, or the cause when
// ctx ends first.
func (g *Gate) Await(ctx context.Context) (Held, error) {
	select {
	case held := <-g.arrived:
		return held, nil
	case <-ctx.Done():
		return Held{}, context.Cause(ctx)
	}
}

// Release lets all held statements go on and removes the gate. Releasing twice
// is no error.
func (g *Gate) Release() {
	g.once.Do(func() {
		g.server.gates.remove(g)
		close(g.opened)
	})
}

// hold announces the statement and waits for the release. It returns the cause
// when ctx ends first.
func (g *Gate) hold(ctx context.Context, held Held) error {
	select {
	case g.arrived <- held:
	case <-g.opened:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-g.opened:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Hold sets up a gate at the given moment for statements whose text matches the
// regular expression. The caller must release it. Cancelling a held statement
// and closing the server take it out of the gate.
func (s *Server) Hold(moment Moment, match string) (*Gate, error) {
	pattern, err := regexp.Compile(match)
	if err != nil {
		return nil, fmt.Errorf("compile gate pattern: %w", err)
	}
	return s.HoldIf(moment, func(h Held) bool { return pattern.MatchString(h.SQL) }), nil
}

// HoldIf sets up a gate for the statements that match says. It is asked once
// for each statement that comes to that moment, so it may count them. It must
// be safe for concurrent use and must not call the server.
func (s *Server) HoldIf(moment Moment, match func(Held) bool) *Gate {
	g := &Gate{
		server:  s,
		moment:  moment,
		match:   match,
		arrived: make(chan Held, heldBacklog),
		opened:  make(chan struct{}),
	}
	s.gates.insert(g)
	return g
}

// heldBacklog is how many arrivals a gate reports ahead of Await; statements
// beyond it are held all the same and reported later.
const heldBacklog = 64

// gates are the gates now standing.
type gates struct {
	mu    sync.RWMutex
	gates []*Gate
}

func (g *gates) insert(gate *Gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gates = append(g.gates, gate)
}

func (g *gates) remove(gate *Gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gates = slices.DeleteFunc(g.gates, func(have *Gate) bool { return have == gate })
}

func (g *gates) matching(moment Moment, held Held) []*Gate {
	g.mu.RLock()
	defer g.mu.RUnlock()
	var found []*Gate
	for _, gate := range g.gates {
		if gate.moment == moment && gate.match(held) {
			found = append(found, gate)
		}
	}
	return found
}

// pass takes the statement through every gate that stands in its way.
func (g *gates) pass(ctx context.Context, moment Moment, held Held) error {
	for _, gate := range g.matching(moment, held) {
		if err := gate.hold(ctx, held); err != nil {
			return err
		}
	}
	return nil
}
