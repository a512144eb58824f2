package emulator

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// Latency delays statements before they reach the account, as a slow service
// or network does; other statements go on meanwhile.
type Latency struct {
	// Match is a regular expression on the statement's text; empty matches all.
	Match string
	// Delay is how long a matching statement waits.
	Delay time.Duration
}

type latencyRule struct {
	match *regexp.Regexp
	rule  Latency
}

// latencies is the present list of rules. The first that matches counts.
type latencies struct {
	mu    sync.RWMutex
	rules []latencyRule
}

// set replaces all rules, or none when one of them is not valid.
func (l *latencies) set(rules []Latency) error {
	compiled := make([]latencyRule, 0, len(rules))
	for _, rule := range rules {
		match, err := regexp.Compile(rule.Match)
		if err != nil {
			return fmt.Errorf("compile latency pattern: %w", err)
		}
		compiled = append(compiled, latencyRule{match, rule})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = compiled
	return nil
}

func (l *latencies) list() []Latency {
	l.mu.RLock()
	defer l.mu.RUnlock()
	rules := make([]Latency, 0, len(l.rules))
	for _, r := range l.rules {
		rules = append(rules, r.rule)
	}
	return rules
}

func (l *latencies) of(text string) time.Duration {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, r := range l.rules {
		if r.match.MatchString(text) {
			return r.rule.Delay
		}
	}
	return 0
}

// wait returns after d of the clock, or earlier with the cause when ctx ends.
func (c *Clock) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
