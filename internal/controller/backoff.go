package controller

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// The delays of retries.
const (
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
)

// backoff counts the failures of each object in a row and says how long to wait. It is kept in memory only: an operator
// that was restarted tries again soon, once. The rate limiter of the queue would do as much, but only for reconciles
// that return an error, and trouble in Snowflake is none: it is recorded in the status, and not logged as the
// operator's own failure or counted among them.
type backoff struct {
	// random gives numbers in [0, 1).
	random func() float64

	mu       sync.Mutex
	failures map[types.NamespacedName]int
}

func newBackoff(random func() float64) *backoff {
	return &backoff{random: random, failures: map[types.NamespacedName]int{}}
}

// next counts a failure and returns the delay before the next attempt: doubled with each, half of it random so that
// objects that failed together do not come back together.
func (b *backoff) next(key types.NamespacedName) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	delay := lastRetry
	if n := b.failures[key]; n < 10 {
		delay = min(firstRetry<<n, lastRetry)
	}
	b.failures[key]++
	return b.jitter(delay)
}

// jitter is between a half and all of a delay.
func (b *backoff) jitter(delay time.Duration) time.Duration {
	return delay/2 + time.Duration(b.random()*float64(delay/2))
}

// reset forgets an object's failures.
func (b *backoff) reset(key types.NamespacedName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.failures, key)
}
