package emulator

import (
	"strings"
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

// loggedText is how much of a statement's text is kept, in characters; that is
// what Snowflake's QUERY_HISTORY keeps.
const loggedText = 100_000

// loggedBytes bounds the texts of all entries together.
const loggedBytes = 64 << 20

// statementLog keeps the last entries, oldest first.
type statementLog struct {
	mu      sync.Mutex
	last    int64
	entries []Entry
	limit   int
	// room is what the texts may take, used what they do, in bytes.
	room, used int
}

func newStatementLog(limit int) *statementLog {
	return &statementLog{limit: limit, room: loggedBytes}
}

// add numbers the entry and appends it, forgetting the oldest when full.
func (l *statementLog) add(e Entry) {
	e.SQL = shortened(e.SQL)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.Sequence = l.last
	l.entries = append(l.entries, e)
	l.used += e.size()
	for len(l.entries) > 1 && (len(l.entries) > l.limit || l.used > l.room) {
		l.used -= l.entries[0].size()
		l.entries[0] = Entry{} // What is behind the slice holds no texts.
		l.entries = l.entries[1:]
	}
}

// size is what the entry's texts take, in bytes.
func (e *Entry) size() int { return len(e.SQL) + len(e.Error) + len(e.Tag) }

// shortened is the beginning of a statement that is too long to keep.
func shortened(text string) string {
	if len(text) <= loggedText {
		return text
	}
	return strings.ToValidUTF8(text[:loggedText], "")
}

// since returns the entries with a greater sequence number, oldest first.
func (l *statementLog) since(sequence int64) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	forgotten := l.last - int64(len(l.entries))
	first := min(max(sequence-forgotten, 0), int64(len(l.entries)))
	return append([]Entry{}, l.entries[first:]...)
}
