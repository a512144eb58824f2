package emulator

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Names of the parameters that the wire itself obeys.
const (
	paramQueryTag         = "QUERY_TAG"
	paramStatementCount   = "MULTI_STATEMENT_COUNT"
	paramStatementTimeout = "STATEMENT_TIMEOUT_IN_SECONDS"
)

// typeMultiStatement marks the answer to a request of several statements.
const typeMultiStatement int64 = 0xA000

// run carries a query out, writes it to the log and announces its end.
func (s *Server) run(q *query) {
	o := s.performSafely(q)
	o.finished = s.clock.Now()
	o.context = q.session.Context()
	o.parts = s.divide(o.result)
	s.record(q, o)
	q.finish(o)
	s.queries.retire(q)
}

// performSafely turns a panic, which would be a mistake of the emulator, into
// the outcome of the query that led to it.
func (s *Server) performSafely(q *query) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o = outcome{err: incident(r), executed: true}
		}
	}()
	return s.perform(q)
}

// perform waits where latency and gates want it to, and executes in between.
func (s *Server) perform(q *query) outcome {
	ctx, stop := s.withTimeout(q)
	defer stop()
	if err := s.clock.wait(ctx, s.latencies.of(q.request.SQL)); err != nil {
		return outcome{err: err}
	}
	if err := s.gates.pass(ctx, BeforeExecution, q.held()); err != nil {
		return outcome{err: err}
	}
	if f := s.faults.take(stageExecution, EndpointQuery, q.request.SQL); f != nil {
		return outcome{err: f.injected()}
	}
	o := s.execute(ctx, q)
	// The effect is there: whoever cancels now comes too late.
	_ = s.gates.pass(ctx, AfterExecution, q.held())
	return o
}

// execute hands the request to the account, statement by statement if the
// client announced several (L9).
func (s *Server) execute(ctx context.Context, q *query) outcome {
	texts, err := q.statements()
	if err != nil {
		return outcome{err: err}
	}
	if len(texts) > 1 {
		return s.executeAll(ctx, q, texts)
	}
	result, err := s.runOne(ctx, q.session, q.request)
	return outcome{result: result, err: err, executed: true}
}

// executeAll runs the statements of one request in order and stops at the
// first that fails. Each has a query id and a result of its own.
func (s *Server) executeAll(ctx context.Context, q *query, texts []string) outcome {
	o := outcome{executed: true, result: multiStatementResult()}
	for _, text := range texts {
		child := s.child(ctx, q, text)
		s.queries.insert(child)
		result, err := s.runOne(ctx, q.session, child.request)
		child.finish(outcome{
			finished: s.clock.Now(), context: q.session.Context(), result: result, err: err, executed: true, parts: s.divide(result),
		})
		s.queries.retire(child)
		if err != nil {
			return outcome{executed: true, err: err, children: append(o.children, child)}
		}
		o.children = append(o.children, child)
	}
	return o
}

// divide is how a result is handed out, where there is one.
func (s *Server) divide(result *account.Result) parts {
	if result == nil {
		return parts{}
	}
	return divide(result.Rows, s.options.ChunkBytes)
}

// child is one statement of a request that has several.
func (s *Server) child(ctx context.Context, q *query, text string) *query {
	child := &query{
		id: s.newQueryID(), session: q.session, request: q.request, async: q.async,
		started: s.clock.Now(), done: make(chan struct{}),
	}
	child.request.SQL, child.request.QueryID = text, child.id
	child.ctx, child.cancel = context.WithCancelCause(ctx)
	return child
}

// statements splits the request's text into what the client announced by
// MULTI_STATEMENT_COUNT, where 0 stands for any number (L9).
func (q *query) statements() ([]string, error) {
	statements := split(q.request.SQL)
	if len(statements) <= 1 {
		return []string{q.request.SQL}, nil
	}
	want := q.parameter(paramStatementCount)
	if want == "" {
		want = "1"
	}
	if want != "0" && want != strconv.Itoa(len(statements)) {
		return nil, &account.Error{Code: codeStatementCount, State: "0A000", Message: fmt.Sprintf(
			"Actual statement count %d did not match the desired statement count %s.", len(statements), want)}
	}
	texts := make([]string, 0, len(statements))
	for _, statement := range statements {
		texts = append(texts, statement.Text)
	}
	return texts, nil
}

// split cuts a text into its statements. A text that cannot be cut has none:
// the account words the error when it gets the whole.
func split(text string) []sql.Statement {
	statements, err := sql.Split(text)
	if err != nil {
		return nil
	}
	return statements
}

// parameter is the value of a parameter for this request, or else for its
// session.
func (q *query) parameter(name string) string {
	if value, set := q.request.Parameters[name]; set {
		return value
	}
	return q.session.Parameter(name)
}

// withTimeout ends the query's context with 000630 when its timeout has passed
// (L4). The caller must call stop.
func (s *Server) withTimeout(q *query) (ctx context.Context, stop func()) {
	seconds, err := strconv.Atoi(q.parameter(paramStatementTimeout))
	if err != nil || seconds <= 0 {
		return q.ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(q.ctx)
	expired := s.clock.After(time.Duration(seconds) * time.Second)
	s.spawn(func() {
		select {
		case <-expired:
			cancel(&account.Error{Code: codeTimeout, State: "57014", Message: fmt.Sprintf(
				"Statement reached its statement or warehouse timeout of %d second(s) and was canceled.", seconds)})
		case <-ctx.Done():
		}
	})
	return ctx, func() { cancel(nil) }
}

// statementError gives a statement that stopped because its context ended the
// reason why that happened.
func statementError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	return err
}

// record writes the end of a query to the log.
func (s *Server) record(q *query, o outcome) {
	entry := Entry{
		Started: q.started, Duration: o.finished.Sub(q.started),
		SessionID: q.session.ID(), User: q.session.user, Role: o.context.Role,
		QueryID: q.id, RequestID: q.requestID, Tag: q.parameter(paramQueryTag), SQL: redact(q.request.SQL),
		Async: q.async, Executed: o.executed,
	}
	if o.err != nil {
		known := snowflakeError(o.err)
		entry.Code, entry.Error = known.Code, redact(known.Message)
	}
	s.log.add(entry)
}

// multiStatementResult is what the parent of several statements answers.
func multiStatementResult() *account.Result {
	text := "Multiple statements executed successfully."
	return &account.Result{
		Columns:       []account.Column{{Name: "multiple statement execution", Type: "text", Length: int64(len(text))}},
		Rows:          [][]*string{{&text}},
		StatementType: typeMultiStatement,
	}
}

// childIDs returns the ids and types of the children as the drivers expect
// them, separated by commas.
func (o outcome) childIDs() (ids, types string) {
	idList, typeList := make([]string, 0, len(o.children)), make([]string, 0, len(o.children))
	for _, child := range o.children {
		idList = append(idList, child.id)
		typeList = append(typeList, strconv.FormatInt(child.outcome.result.StatementType, 10))
	}
	return strings.Join(idList, ","), strings.Join(typeList, ",")
}
