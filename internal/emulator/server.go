package emulator

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// Defaults of Options.
const (
	// DefaultLongPoll is how long Snowflake holds a request whose statement is
	// still running.
	DefaultLongPoll = 45 * time.Second
	// DefaultDetachedDelay is how long the statements of a session that logged
	// out still run.
	DefaultDetachedDelay = 2 * time.Minute
	// DefaultResultLife is how long results are kept (L6).
	DefaultResultLife = 24 * time.Hour
	// DefaultResultLimit is how many results are kept.
	DefaultResultLimit = 4096
	// DefaultLogLimit is how many statements the log remembers.
	DefaultLogLimit = 20_000
	// DefaultResultBytes is the memory, in bytes, that results may take.
	DefaultResultBytes = 512 << 20
	// DefaultClientTimeout is how long a client may take to send a request or to
	// read an answer.
	DefaultClientTimeout = time.Minute
	// DefaultChunkBytes is the size, in bytes, from which a result comes in
	// chunks.
	DefaultChunkBytes = 256 << 10
)

// Options says what a server serves and how. The zero value of each field
// stands for its default.
type Options struct {
	// Account is the account to log in to. Its clock should be that of Clock.
	// The default is an empty account of its own.
	Account *account.Account
	// Clock is the time of tokens, latency and long polls. The default is the
	// wall clock.
	Clock *Clock
	// LongPoll is how long a request for the result of a running statement is
	// held.
	LongPoll time.Duration
	// DetachedDelay is how long statements go on after their session logged
	// out (L5).
	DetachedDelay time.Duration
	// ResultLife, ResultLimit and ResultBytes bound, by age, number and memory,
	// the finished statements whose results and request ids are remembered. The
	// latest result is kept however large it is.
	ResultLife  time.Duration
	ResultLimit int
	ResultBytes int64
	// ChunkBytes is the size, in bytes of JSON, of what comes with an answer; a
	// client fetches the rest of a larger result in chunks.
	ChunkBytes int
	// ClientTimeout is how long a client may take to send a request's body or to
	// read an answer before the connection is cut. The time that a statement
	// takes does not count.
	ClientTimeout time.Duration
	// LogLimit is the number of statements that the log remembers.
	LogLimit int
	// Admin serves the admin API under /admin/ beside the protocol. It is also
	// to be had apart, from Server.Admin.
	Admin bool
}

// complete fills in the defaults.
func (o *Options) complete() {
	if o.Clock == nil {
		o.Clock = NewClock(nil)
	}
	if o.Account == nil {
		o.Account = account.New(account.Options{Now: o.Clock.Now})
	}
	o.LongPoll = orElse(o.LongPoll, DefaultLongPoll)
	o.DetachedDelay = orElse(o.DetachedDelay, DefaultDetachedDelay)
	o.ResultLife = orElse(o.ResultLife, DefaultResultLife)
	o.ResultLimit = orElse(o.ResultLimit, DefaultResultLimit)
	o.ResultBytes = orElse(o.ResultBytes, DefaultResultBytes)
	o.ChunkBytes = orElse(o.ChunkBytes, DefaultChunkBytes)
	o.ClientTimeout = orElse(o.ClientTimeout, DefaultClientTimeout)
	o.LogLimit = orElse(o.LogLimit, DefaultLogLimit)
}

// Server speaks the protocol of the Snowflake drivers for one account. It is an
// http.Handler; its methods may be called from many goroutines.
type Server struct {
	options    Options
	clock      *Clock
	account    *account.Account
	handler    http.Handler
	sessions   *sessions
	queries    *queries
	log        *statementLog
	latencies  latencies
	gates      gates
	adminGates adminGates
	faults     faults
	// repeats is set when a request id that comes again runs again.
	repeats atomic.Bool
	outage  atomic.Pointer[Outage]
	// lastQuery and epoch make query ids.
	lastQuery atomic.Int64
	epoch     time.Time

	ctx     context.Context
	stop    context.CancelCauseFunc
	mu      sync.Mutex // guards running.Add against Close
	done    bool
	running sync.WaitGroup
}

// New returns a server for the account of the options. The caller must close
// it.
func New(o Options) *Server {
	o.complete()
	s := &Server{
		options: o, clock: o.Clock, account: o.Account, epoch: o.Clock.Now(),
		sessions: newSessions(o.Clock.Now),
		queries:  newQueries(o.Clock.Now, o.ResultLimit, o.ResultBytes, o.ResultLife),
		log:      newStatementLog(o.LogLimit),
	}
	s.ctx, s.stop = context.WithCancelCause(context.Background())
	s.handler = s.routes()
	s.account.OnCancel(s.queries.cancel)
	return s
}

// routes binds the paths of the protocol. Whatever else is asked for is not
// found, and said to be so in the protocol's words.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /session/v1/login-request", s.serve(EndpointLogin, s.prepareLogin))
	mux.Handle("POST /session/token-request", s.serve(EndpointToken, s.prepareRenewal))
	mux.Handle("POST /session", s.serve(EndpointSession, s.prepareLogout))
	mux.Handle("POST /session/heartbeat", s.serve(EndpointHeartbeat, s.prepareHeartbeat))
	mux.Handle("POST /telemetry/send", s.serve(EndpointTelemetry, s.prepareTelemetry))
	mux.Handle("POST /queries/v1/query-request", s.serve(EndpointQuery, s.prepareQuery))
	mux.Handle("POST /queries/v1/abort-request", s.serve(EndpointAbort, s.prepareAbort))
	mux.Handle("GET /queries/{id}/result", s.serve(EndpointResult, s.prepareResult))
	mux.Handle("GET /results/{id}/{chunk}", s.serve(EndpointChunk, s.prepareChunk))
	mux.Handle("GET /monitoring/queries/{id}", s.serve(EndpointStatus, s.prepareStatus))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, r, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.Handle("/", s.serve("", func(r *http.Request) (*call, error) {
		return nil, &requestError{
			status: http.StatusNotFound, code: codeNoSuchEndpoint, err: fmt.Errorf("nothing is served at %s %s", r.Method, r.URL.Path),
		}
	}))
	if s.options.Admin {
		mux.Handle("/admin/", s.Admin())
	}
	return mux
}

// ServeHTTP answers one request of a driver.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// Close ends all sessions' running statements, answers the requests that wait
// for them, and returns when every goroutine of the server has ended. Requests
// that come later are answered with HTTP 503.
func (s *Server) Close() {
	s.mu.Lock()
	s.done = true
	s.mu.Unlock()
	s.stop(errStopped)
	s.running.Wait()
}

// spawn runs work in a goroutine that Close waits for. After Close it does
// nothing and returns false.
func (s *Server) spawn(work func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return false
	}
	s.running.Go(work)
	return true
}

// newQueryID returns an id of the shape of Snowflake's: a UUID that begins with
// the minute and ends with a counter.
func (s *Server) newQueryID() string {
	minutes := s.epoch.Unix() / 60
	return fmt.Sprintf("01%06x-%04x-%04x-%04x-%012x",
		minutes&0xffffff, s.epoch.Unix()%60, (s.epoch.UnixNano()>>16)&0xffff, s.epoch.UnixNano()&0xffff, s.lastQuery.Add(1))
}

// Statements returns the log's entries with a greater sequence number, oldest
// first; 0 asks for all that are remembered.
func (s *Server) Statements(since int64) []Entry { return s.log.since(since) }

// SetLatency replaces the rules by which statements are delayed. The first
// rule that matches counts. The error is about a pattern.
func (s *Server) SetLatency(rules ...Latency) error { return s.latencies.set(rules) }

// AddFault sets up a fault and returns its id. The error is about its kind, its
// pattern or a negative number.
func (s *Server) AddFault(f Fault) (int64, error) { return s.faults.add(f) }

// RemoveFault removes a fault by its id, or all for id 0, and returns how many
// there were.
func (s *Server) RemoveFault(id int64) int { return s.faults.remove(id) }

// Faults lists the faults with their counters, spent ones included.
func (s *Server) Faults() []Fault { return s.faults.all() }

// SetOutage begins or ends an outage of the whole service. The admin API and
// /healthz go on.
func (s *Server) SetOutage(o Outage) {
	o.Status = orElse(o.Status, http.StatusServiceUnavailable)
	s.outage.Store(&o)
}

// SetDeduplicate says whether a statement whose request id was seen before is
// answered from memory, as it is from the start, or executed again.
func (s *Server) SetDeduplicate(on bool) { s.repeats.Store(!on) }

// Clock returns the clock of the server.
func (s *Server) Clock() *Clock { return s.clock }

// Account returns the account behind the server.
func (s *Server) Account() *account.Account { return s.account }
