package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var errNoDelete = errors.New("the session endpoint knows delete=true only")

// queryRequest is the body of a request to run a statement.
type queryRequest struct {
	SQLText      string             `json:"sqlText"`
	AsyncExec    bool               `json:"asyncExec"`
	DescribeOnly bool               `json:"describeOnly"`
	Parameters   map[string]any     `json:"parameters"`
	Bindings     map[string]binding `json:"bindings"`
	BindStage    string             `json:"bindStage"`
}

// binding is a bound value: a text, null, or a list of these.
type binding struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// prepareQuery understands a request to run a statement.
func (s *Server) prepareQuery(r *http.Request) (*call, error) {
	asking, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	var body queryRequest
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	if body.BindStage != "" {
		return nil, &requestError{err: errors.New("bindings on a stage are not supported")}
	}
	bindings, err := body.bindings()
	if err != nil {
		return nil, &requestError{err: err}
	}
	return &call{subject: body.SQLText, session: asking, run: func(ctx context.Context) envelope {
		fresh := s.newQuery(asking, body, bindings)
		fresh.requestID = orElse(r.URL.Query().Get("requestId"), fresh.id)
		return s.begin(ctx, fresh, addressOf(r))
	}}, nil
}

// newQuery makes a query of a request. It does not start it.
func (s *Server) newQuery(asking *session, body queryRequest, bindings map[string]account.Binding) *query {
	q := &query{
		id: s.newQueryID(), session: asking, async: body.AsyncExec,
		started: s.clock.Now(), done: make(chan struct{}),
	}
	q.ctx, q.cancel = context.WithCancelCause(s.ctx)
	parameters := plainParameters(body.Parameters)
	q.request = account.Request{
		SQL: body.SQLText, QueryID: q.id, Tag: parameters[paramQueryTag],
		Parameters: parameters, Bindings: bindings, DescribeOnly: body.DescribeOnly,
	}
	return q
}

// begin starts the query, unless its request id says that it is known, and
// answers when it has ended or when the long poll is over. An asynchronous one
// is answered at once: the drivers rely on it.
func (s *Server) begin(ctx context.Context, fresh *query, address string) envelope {
	q, isNew, err := s.queries.admit(fresh, !s.repeats.Load())
	switch {
	case err != nil:
		fresh.cancel(nil)
		return failure(err, fresh.id)
	case !isNew:
		fresh.cancel(nil)
	case !s.spawn(func() { s.run(q) }):
		q.finish(outcome{finished: s.clock.Now(), err: errStopped})
	}
	if q.async {
		return q.inProgress()
	}
	return s.await(ctx, q, address)
}

// await waits for the end of the query as long as a long poll lasts. A client
// that leaves does not stop it (L5).
func (s *Server) await(ctx context.Context, q *query, address string) envelope {
	if q.running() {
		select {
		case <-q.done:
		case <-s.clock.After(s.options.LongPoll):
			return q.inProgress()
		case <-ctx.Done():
			return q.inProgress()
		}
	}
	return s.answer(q, address)
}

// bindings decodes the bound values.
func (b *queryRequest) bindings() (map[string]account.Binding, error) {
	if len(b.Bindings) == 0 {
		return nil, nil
	}
	bound := make(map[string]account.Binding, len(b.Bindings))
	for name, given := range b.Bindings {
		value, err := given.decode()
		if err != nil {
			return nil, fmt.Errorf("binding %s: %w", name, err)
		}
		bound[name] = value
	}
	return bound, nil
}

func (b binding) decode() (account.Binding, error) {
	bound := account.Binding{Type: b.Type}
	if len(b.Value) > 0 && b.Value[0] == '[' {
		if err := json.Unmarshal(b.Value, &bound.Values); err != nil {
			return account.Binding{}, fmt.Errorf("decode list: %w", err)
		}
		return bound, nil
	}
	if len(b.Value) == 0 {
		return bound, nil
	}
	if err := json.Unmarshal(b.Value, &bound.Value); err != nil {
		return account.Binding{}, fmt.Errorf("decode value: %w", err)
	}
	return bound, nil
}

// prepareResult asks again for the result of a statement.
func (s *Server) prepareResult(r *http.Request) (*call, error) {
	asking, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	q := s.queries.find(id, asking.user)
	if q == nil {
		return &call{session: asking, run: func(context.Context) envelope {
			return failure(&account.Error{Code: codeUnknownResult, State: "02000", Message: fmt.Sprintf("Statement %s not found", id)}, id)
		}}, nil
	}
	return &call{subject: q.request.SQL, session: asking, run: func(ctx context.Context) envelope {
		return s.await(ctx, q, addressOf(r))
	}}, nil
}

// statusData is the answer about the status of a statement.
type statusData struct {
	Queries []queryStatus `json:"queries"`
}

// queryStatus is the status of one statement. ErrorCode must be empty where
// there is no error: drivers take any text for one.
type queryStatus struct {
	ID           string     `json:"id"`
	SessionID    int64      `json:"sessionId"`
	Status       string     `json:"status"`
	SQLText      string     `json:"sqlText"`
	StartTime    int64      `json:"startTime"` // milliseconds since 1970
	EndTime      int64      `json:"endTime"`   // the same, 0 while it runs
	ErrorCode    string     `json:"errorCode"`
	ErrorMessage string     `json:"errorMessage"`
	Stats        queryStats `json:"stats"`
}

type queryStats struct {
	ScanBytes    int64 `json:"scanBytes"` // the size of the result: what was read for it is not measured
	ProducedRows int64 `json:"producedRows"`
}

// prepareStatus tells how far a statement is, without waiting (E2).
func (s *Server) prepareStatus(r *http.Request) (*call, error) {
	asking, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	q := s.queries.find(r.PathValue("id"), asking.user)
	if q == nil {
		return &call{session: asking, run: func(context.Context) envelope {
			return success(statusData{Queries: []queryStatus{}})
		}}, nil
	}
	return &call{subject: q.request.SQL, session: asking, run: func(context.Context) envelope {
		return success(statusData{Queries: []queryStatus{s.status(q)}})
	}}, nil
}

// status describes the query as it stands, or as a fault wants it to look.
func (s *Server) status(q *query) queryStatus {
	status := queryStatus{
		ID: q.id, SessionID: q.session.ID(), Status: "RUNNING",
		SQLText: redact(q.request.SQL), StartTime: q.started.UnixMilli(),
	}
	if f := s.faults.take(stageStatus, EndpointStatus, q.request.SQL); f != nil {
		status.Status = f.State
		return status
	}
	if q.running() {
		return status
	}
	status.EndTime = q.outcome.finished.UnixMilli()
	if q.outcome.err != nil {
		return status.failed(q.outcome.err)
	}
	status.Status = "SUCCESS"
	status.Stats.ProducedRows = int64(len(q.outcome.result.Rows))
	status.Stats.ScanBytes = q.outcome.bytes()
	return status
}

func (st queryStatus) failed(cause error) queryStatus {
	known := snowflakeError(cause)
	st.Status, st.ErrorCode, st.ErrorMessage = "FAILED_WITH_ERROR", formatCode(known.Code), known.Message
	return st
}

// prepareAbort cancels the statement that another request started.
func (s *Server) prepareAbort(r *http.Request) (*call, error) {
	asking, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	var body struct {
		RequestID string `json:"requestId"`
	}
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	q := s.queries.findRequest(body.RequestID, asking)
	c := &call{session: asking, run: func(context.Context) envelope { return abort(q) }}
	if q != nil {
		c.subject = q.request.SQL
	}
	return c, nil
}

// abort asks the query to stop and does not wait for it.
func abort(q *query) envelope {
	if q == nil || !q.running() {
		return failure(&account.Error{
			Code: codeNotExecuting, State: "57014", Message: "Identified SQL statement is not currently executing.",
		}, "")
	}
	q.cancel(errCanceled)
	return success(nil)
}
