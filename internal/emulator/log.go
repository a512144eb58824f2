package emulator

import (
	"slices"
	"sync"
	"time"
)

// Entry is one finished statement in the server's log.
type Entry struct {
	// Sequence numbers the entries in the order in which statements finished,
	// from 1 without gaps.
	Sequence int64 `json:"sequence"`
	// Started is when the statement arrived, by the account's clock.
	Started time.Time `json:"started"`
	// Duration is the time from arrival to the end of execution.
	Duration time.Duration `json:"duration"`

	SessionID int64  `json:"sessionID"`
	User      string `json:"user"`
	Role      string `json:"role"`
	QueryID   string `json:"queryID"`
	RequestID string `json:"requestID"`
	Tag       string `json:"tag"`
	// SQL is the statement with its secrets blacked out.
	SQL string `json:"sql"`
	// Async tells that the client asked not to wait for the end.
	Async bool `json:"async"`
	// Executed is false when the statement never reached the account: it was
	// cancelled before, or a fault answered in its place.
	Executed bool `json:"executed"`
	// Code is Snowflake's error number, 0 on success.
	Code int `json:"code"`
	// Error is the message that belongs to Code.
	Error string `json:"error,omitempty"`
}

// statementLog keeps the last entries in a ring.
type statementLog struct {
	mu      sync.Mutex
	last    int64
	entries []Entry
	limit   int
}

func newStatementLog(limit int) *statementLog {
	return &statementLog{limit: limit}
}

// add numbers the entry and appends it, forgetting the oldest when full.
func (l *statementLog) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.Sequence = l.last
	if len(l.entries) < l.limit {
		l.entries = append(l.entries, e)
		return
	}
	l.entries[(l.last-1)%int64(l.limit)] = e
}

// since returns the entries with a greater sequence number, oldest first.
func (l *statementLog) since(sequence int64) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := max(sequence, l.last-int64(len(l.entries)))
	found := make([]Entry, 0, max(l.last-first, 0))
	for n := first; n < l.last; n++ {
		found = append(found, l.entries[n%int64(l.limit)])
	}
	return slices.Clip(found)
}
