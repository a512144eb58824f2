package emulator

import (
	"context"
	"sync"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// query is one statement, or several sent as one request, from its arrival to
// the day its result is forgotten.
type query struct {
	id        string
	requestID string
	session   *session
	request   account.Request
	async     bool
	started   time.Time

	ctx    context.Context
	cancel context.CancelCauseFunc
	// done is closed when outcome is set.
	done    chan struct{}
	outcome outcome
	// memory is what result and request take, in bytes.
	memory int64
}

// outcome is how a query ended.
type outcome struct {
	finished time.Time
	context  account.Context
	result   *account.Result
	err      error
	// children are the statements of a request that had several.
	children []*query
	// executed tells that the account was asked to do something.
	executed bool
	// parts is how the result is handed out.
	parts parts
}

// running tells whether the query has not ended yet.
func (q *query) running() bool {
	select {
	case <-q.done:
		return false
	default:
		return true
	}
}

// finish sets the outcome and releases everybody who waits for it.
func (q *query) finish(o outcome) {
	q.outcome, q.memory = o, o.memory()+requestMemory(q.request)
	close(q.done)
	q.cancel(nil)
}

// held is the query as gates report it.
func (q *query) held() Held {
	return Held{QueryID: q.id, SQL: q.request.SQL}
}

// requestKey tells requests apart. The service keeps a request id for a session:
// over another session the same id runs the statement again, as gosnowflake's
// own TestRequestIDFromTwoDifferentSessions holds it to.
type requestKey struct {
	session *session
	id      string
}

// requestKey is the key of the request that started the query.
func (q *query) requestKey() requestKey { return requestKey{q.session, q.requestID} }

// queries are the running queries and those whose results are kept.
type queries struct {
	now func() time.Time
	// limit is the number of finished queries kept, keep the time.
	limit int
	keep  time.Duration
	// room is the memory that results may take, memory what they do, in bytes.
	room, memory int64

	mu        sync.Mutex
	byID      map[string]*query
	byRequest map[requestKey]*query
	finished  []*query // oldest first
}

func newQueries(now func() time.Time, limit int, room int64, keep time.Duration) *queries {
	return &queries{now: now, limit: limit, room: room, keep: keep, byID: map[string]*query{}, byRequest: map[requestKey]*query{}}
}

// maxRunning is how many statements may run at once, those that wait included.
const maxRunning = 4096

// admit registers fresh, unless a query of the same session and request id is
// remembered: then it returns that one and false. It is an error when too many
// run.
func (t *queries) admit(fresh *query, deduplicate bool) (*query, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if earlier, repeated := t.byRequest[fresh.requestKey()]; repeated && deduplicate {
		return earlier, false, nil
	}
	if len(t.byID)-len(t.finished) >= maxRunning {
		return nil, false, errTooMany
	}
	t.byID[fresh.id] = fresh
	t.byRequest[fresh.requestKey()] = fresh
	return fresh, true, nil
}

// insert registers a query that has no request of its own.
func (t *queries) insert(q *query) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byID[q.id] = q
}

// retire notes that the query has ended and forgets old results.
func (t *queries) retire(q *query) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished = append(t.finished, q)
	t.memory += q.memory
	for len(t.finished) > 1 && t.excessive(t.finished[0]) {
		t.forget(t.finished[0])
		t.finished = t.finished[1:]
	}
}

// excessive tells whether the oldest query must be forgotten.
func (t *queries) excessive(oldest *query) bool {
	return len(t.finished) > t.limit || t.memory > t.room ||
		oldest.outcome.finished.Before(t.now().Add(-t.keep))
}

// Memory of a result beside its texts, in bytes: a slice for each row, and a
// pointer and a text's header for each cell.
const (
	rowMemory  = 24
	cellMemory = 24
)

// bytes is the size of the result's texts.
func (o outcome) bytes() int64 {
	if o.result == nil {
		return 0
	}
	var size int64
	for _, row := range o.result.Rows {
		for _, cell := range row {
			if cell != nil {
				size += int64(len(*cell))
			}
		}
	}
	return size
}

// requestMemory is what the request takes, in bytes.
func requestMemory(r account.Request) int64 {
	size := int64(len(r.SQL))
	for _, b := range r.Bindings {
		if b.Value != nil {
			size += int64(len(*b.Value))
		}
		for _, v := range b.Values {
			size += cellMemory
			if v != nil {
				size += int64(len(*v))
			}
		}
	}
	return size
}

// memory is about what the result takes, in bytes.
func (o outcome) memory() int64 {
	if o.result == nil {
		return 0
	}
	rows := int64(len(o.result.Rows))
	return o.bytes() + rows*(rowMemory+cellMemory*int64(len(o.result.Columns)))
}

func (t *queries) forget(q *query) {
	t.memory -= q.memory
	delete(t.byID, q.id)
	if t.byRequest[q.requestKey()] == q {
		delete(t.byRequest, q.requestKey())
	}
}

// find returns the query of that id if the user may see it, else nil.
func (t *queries) find(id, user string) *query {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q := t.byID[id]; q != nil && q.session.user == user {
		return q
	}
	return nil
}

// byQueryID returns the query of that id, else nil.
func (t *queries) byQueryID(id string) *query {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[id]
}

// findRequest returns the query that the session's request started, else nil.
func (t *queries) findRequest(requestID string, asking *session) *query {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byRequest[requestKey{asking, requestID}]
}

// running lists the queries of a session that have not ended.
func (t *queries) running(s *session) []*query {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []*query
	for _, q := range t.byID {
		if q.session == s && q.running() {
			found = append(found, q)
		}
	}
	return found
}

// cancel stops a query by its id and tells whether it was running. It is what
// SYSTEM$CANCEL_QUERY calls from within the account, so it takes no lock that
// is held while the account is called.
func (t *queries) cancel(id string) bool {
	t.mu.Lock()
	q := t.byID[id]
	t.mu.Unlock()
	if q == nil || !q.running() {
		return false
	}
	q.cancel(errCanceled)
	return true
}

var (
	errTooMany  = &account.Error{Code: codeInternal, State: "57014", Message: "SQL execution internal error:\ntoo many statements are running"}
	errCanceled = &account.Error{Code: codeCanceled, State: "57014", Message: "SQL execution canceled"}
	errStopped  = &account.Error{Code: codeCanceled, State: "57014", Message: "SQL execution canceled: the emulator is stopping"}
)
