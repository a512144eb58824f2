package emulator

import (
	"sync"
	"time"
)

// TimeSource is where a Clock takes its time from. The fake clocks of
// k8s.io/utils/clock/testing satisfy it.
type TimeSource interface {
	// Now returns the present moment.
	Now() time.Time
	// After returns a channel that delivers once d has passed.
	After(d time.Duration) <-chan time.Time
}

// Clock is the time of one emulated account. It runs with its source, shifted
// by an offset that tests and the admin API may change at any moment, forwards
// and backwards. It is safe for concurrent use.
type Clock struct {
	source TimeSource

	mu     sync.RWMutex
	offset time.Duration
}

// NewClock returns a clock without offset. A nil source is the wall clock.
func NewClock(source TimeSource) *Clock {
	if source == nil {
		source = wallTime{}
	}
	return &Clock{source: source}
}

// Now returns the account's time: that of the source plus the offset.
func (c *Clock) Now() time.Time {
	return c.source.Now().Add(c.Offset())
}

// After returns a channel that delivers once d has passed on the source. A
// change of the offset makes it neither earlier nor later, as moving a wall
// clock does not end a running statement.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	return c.source.After(d)
}

// Offset returns how far the account's time is ahead of its source.
func (c *Clock) Offset() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.offset
}

// SetOffset puts the account's time d ahead of its source, or behind it when d
// is negative.
func (c *Clock) SetOffset(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = d
}

// wallTime is the machine's own clock.
type wallTime struct{}

// Now returns the present moment.
func (wallTime) Now() time.Time { return time.Now() }

// After returns a channel that delivers once d has passed.
func (wallTime) After(d time.Duration) <-chan time.Time { return time.After(d) }
