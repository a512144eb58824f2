package emulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// call is a request that was understood and may be carried out.
type call struct {
	// subject is what fault patterns are matched with: the text of the
	// statement that the request is about, or the login name.
	subject string
	// session is that of the request's token, nil where there is none.
	session *session
	// run carries the request out.
	run func(ctx context.Context) envelope
}

// answer is what goes back to the client, or how the connection breaks instead.
type answer struct {
	status int // HTTP status; 0 is 200
	body   envelope
	harm   breakage
}

// breakage is a way not to answer.
type breakage int

const (
	intact breakage = iota
	reset
	truncated
)

// serve makes a handler of an endpoint: it understands the request, lets the
// faults have their way before and after, and carries it out in between.
func (s *Server) serve(endpoint Endpoint, prepare func(*http.Request) (*call, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.limitReading(w)
		if out, down := s.unavailable(); down {
			s.write(w, r, out)
			return
		}
		s.write(w, r, handleSafely(func() answer { return s.handle(w, r, endpoint, prepare) }))
	})
}

// handleSafely turns a panic, which would be a mistake of the emulator, into an
// incident as Snowflake reports its own, and goes on serving.
func handleSafely(handle func() answer) (out answer) {
	defer func() {
		if r := recover(); r != nil {
			out = answer{status: http.StatusInternalServerError, body: failure(incident(r), "")}
		}
	}()
	return handle()
}

// incident is what a client is told of a panic.
func incident(cause any) error {
	return fmt.Errorf("processing aborted by error 300010: %v\n%s", cause, debug.Stack())
}

// understand reads the request. A client that sends its body too slowly is cut
// off; the time that a statement takes afterwards does not count. Of a request
// that is refused the rest must come in that time as well.
func (s *Server) understand(
	w http.ResponseWriter, r *http.Request, prepare func(*http.Request) (*call, error),
) (*call, error) {
	s.limitReading(w)
	c, err := prepare(r)
	if err == nil {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	return c, err
}

// limitReading cuts the client off when it has not sent all in time. What a
// handler leaves unread is read by the server after it. Where there is no
// connection, as in tests, there is nothing to cut.
func (s *Server) limitReading(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(wallTime{}.Now().Add(s.options.ClientTimeout))
}

// handle produces the answer to a request.
func (s *Server) handle(
	w http.ResponseWriter, r *http.Request, endpoint Endpoint, prepare func(*http.Request) (*call, error),
) answer {
	c, err := s.understand(w, r, prepare)
	if err != nil {
		return failedRequest(err)
	}
	if f := s.faults.take(stageArrival, endpoint, c.subject); f != nil {
		return s.refuse(f, c)
	}
	body := c.run(r.Context())
	if f := s.faults.take(stageAnswer, endpoint, c.subject); f != nil {
		return s.spoil(r.Context(), f, body)
	}
	return answer{body: body}
}

// unavailable is the answer to everything while the server is closed or an
// outage lasts.
func (s *Server) unavailable() (answer, bool) {
	if s.ctx.Err() != nil {
		return answer{status: http.StatusServiceUnavailable}, true
	}
	o := s.outage.Load()
	switch {
	case o == nil || !o.Active:
		return answer{}, false
	case o.Reset:
		return answer{harm: reset}, true
	default:
		return answer{status: o.Status}, true
	}
}

// refuse is the answer of a fault that keeps a request from being carried out.
func (s *Server) refuse(f *Fault, c *call) answer {
	switch f.Kind {
	case FaultResetBefore:
		return answer{harm: reset}
	case FaultHTTPBefore:
		return answer{status: f.Status}
	case FaultSessionExpired, FaultMasterExpired, FaultSessionGone:
		return answer{body: failure(s.loseSession(f.Kind, c.session), "")}
	default:
		return answer{body: failure(f.injected(), "")}
	}
}

// loseSession does to the session what the fault says and returns what the
// client is told.
func (s *Server) loseSession(kind FaultKind, lost *session) error {
	if kind == FaultSessionGone {
		if lost != nil {
			s.leave(lost)
		}
		return errSessionGone
	}
	if lost != nil {
		s.sessions.expire(lost, kind == FaultMasterExpired)
	}
	return errSessionExpired
}

// spoil is the answer of a fault that comes after the request was carried out.
func (s *Server) spoil(ctx context.Context, f *Fault, body envelope) answer {
	switch f.Kind {
	case FaultResetAfter:
		return answer{harm: reset}
	case FaultTruncate:
		return answer{body: body, harm: truncated}
	case FaultHTTPAfter:
		return answer{status: f.Status}
	case FaultSlowAnswer:
		return s.delay(ctx, f, body)
	default:
		return answer{body: body}
	}
}

// delay keeps an answer back until the fault's delay is over or the server
// stops; a client that has left gets nothing.
func (s *Server) delay(ctx context.Context, f *Fault, body envelope) answer {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	if err := s.clock.wait(ctx, f.Delay); err != nil {
		return answer{harm: reset}
	}
	return answer{body: body}
}

// injected is the error that the fault puts in the place of an outcome.
func (f *Fault) injected() *account.Error {
	return &account.Error{
		Code:    orElse(f.Code, codeInternal),
		State:   orElse(f.State, "XX000"),
		Message: orElse(f.Message, "SQL execution internal error:\ninjected fault."),
	}
}

// write sends the answer or breaks the connection.
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	// Whoever reads too slowly is cut off.
	_ = http.NewResponseController(w).SetWriteDeadline(wallTime{}.Now().Add(s.options.ClientTimeout))
	switch a.harm {
	case reset:
		breakConnection(w, nil)
	case truncated:
		breakConnection(w, &a.body)
	case intact:
		s.send(w, r, a)
	}
}

// send sends an answer in whole. A bare HTTP status goes out with a text, as
// from a proxy in front of the service.
func (s *Server) send(w http.ResponseWriter, r *http.Request, a answer) {
	switch {
	case a.body.raw != nil && a.status == 0:
		// Cloud storage keeps chunks compressed and never unpacks them.
		w.Header().Set("Content-Type", "binary/octet-stream")
		writePacked(w, http.StatusOK, a.body.raw)
	case a.status == 0:
		writeJSON(w, r, http.StatusOK, a.body)
	case a.body.Code != nil:
		writeJSON(w, r, a.status, a.body)
	default:
		http.Error(w, http.StatusText(a.status), a.status)
	}
}

// breakConnection closes the client's connection without an answer, or after
// half of one. A connection that cannot be taken over gets HTTP 502.
func breakConnection(w http.ResponseWriter, half *envelope) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "break connection: "+err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = conn.Close() }()
	if half != nil {
		writeHalf(conn, half)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		// Without linger the close is a reset, not an orderly end.
		_ = tcp.SetLinger(0)
	}
}

// writeHalf sends a header that announces the whole answer and the first half
// of its body. What cannot be written is as lost as the rest.
func writeHalf(conn net.Conn, body *envelope) {
	whole, err := body.body()
	if err != nil {
		return
	}
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		len(whole), whole[:len(whole)/2])
}

// bearer returns the token of a request's Authorization header, empty when it
// has none.
func bearer(r *http.Request) string {
	secret, found := strings.CutPrefix(r.Header.Get("Authorization"), `Snowflake Token="`)
	if !found {
		return ""
	}
	return strings.TrimSuffix(secret, `"`)
}
