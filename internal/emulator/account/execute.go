package account

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// keptResults is how many results a session keeps for RESULT_SCAN.
const keptResults = 100

// keptCells is how many cells those may have together.
const keptCells = 1_000_000

// statement is one statement while it runs.
type statement struct {
	*scope
	ctx context.Context
	c   *sql.Cursor
	req Request
	// making is the name of the table that the statement creates.
	making []string
	// created is when the statement started: clones are taken as of then (C7).
	created moment
	// binding is how many binds a statement has that is only described.
	binding int
}

// handler parses and runs the rest of a statement whose first word is read.
type handler func(*statement) (*Result, error)

// handlers maps first words to what runs them.
var handlers map[string]handler

// unsupportedStatements are the first words of what Snowflake runs, or its
// drivers do, and the emulator refuses.
var unsupportedStatements = names("EXPLAIN LIST LS PUT GET REMOVE RM")

// init fills the table; as a literal it would refer to itself through SHOW and
// EXECUTE IMMEDIATE.
func init() {
	handlers = map[string]handler{
		"USE": (*statement).use, "ALTER": (*statement).alter, "SET": (*statement).setVariable,
		"UNSET": (*statement).unsetVariable, "CREATE": (*statement).create, "DROP": (*statement).drop,
		"UNDROP": (*statement).undrop, "GRANT": (*statement).grant, "REVOKE": (*statement).revoke,
		"SHOW": (*statement).show, "DESC": (*statement).describe, "DESCRIBE": (*statement).describe,
		"INSERT": (*statement).insert, "UPDATE": (*statement).update, "DELETE": (*statement).deleteRows,
		"TRUNCATE": (*statement).truncate, "MERGE": (*statement).merge, "CALL": (*statement).call,
		"EXECUTE": (*statement).execute, "COMMENT": (*statement).commentOn,
		"BEGIN": (*statement).begin, "START": (*statement).begin,
		"COPY":   (*statement).copyStatement,
		"COMMIT": (*statement).endTransaction, "ROLLBACK": (*statement).rollback,
	}
}

// Execute runs one statement and answers its result. The error is an *Error
// as a client would see it, or the context's error when that ended first.
// Statements of an account run one at a time, each as a whole.
func (s *Session) Execute(ctx context.Context, req Request) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := s.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.closed {
		return nil, &Error{Code: 390111, State: "08004", Message: "Session no longer exists.  New login required to access the service."}
	}
	if req.QueryID == "" {
		req.QueryID = newUUID()
	}
	a.tick++
	entry := a.startHistory(s, &req)
	s.enter()
	result, err := s.runSafely(ctx, req)
	s.leave()
	a.endHistory(entry, result, err)
	if err != nil {
		return nil, err
	}
	s.keep(req, result)
	return result, nil
}

// runSafely turns a panic, which would be a mistake of the emulator, into an
// incident as Snowflake reports its own.
func (s *Session) runSafely(ctx context.Context, req Request) (result *Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Error{Code: 603, State: "XX000", Message: fmt.Sprintf(
				"SQL execution internal error:\nProcessing aborted by error 300010: %v\n%s", r, debug.Stack())}
		}
	}()
	return s.run(ctx, req)
}

// run lexes and dispatches.
func (s *Session) run(ctx context.Context, req Request) (*Result, error) {
	if err := checkAllFixed(req.Parameters); err != nil {
		return nil, err
	}
	restore := s.overrideParameters(req)
	defer restore()
	return s.runIn(ctx, s.scope(), req)
}

// runIn runs one statement where a scope says.
func (s *Session) runIn(ctx context.Context, sc *scope, req Request) (*Result, error) {
	c, err := s.lex(req.SQL)
	if err != nil {
		return nil, syntaxError(err)
	}
	s.began = s.account.now()
	st := &statement{
		scope: sc, ctx: ctx, c: c, req: req,
		created: moment{at: s.began, tick: s.account.tick},
	}
	c.Lookup = st.lookupText
	s.readStreams, s.bound, s.computes = nil, nil, false
	result, err := st.dispatch()
	if err != nil {
		return nil, clientError(err)
	}
	result.Binds = st.binding
	return result, nil
}

// lex lexes a statement. With QUOTED_IDENTIFIERS_IGNORE_CASE quoted names fold
// like unquoted ones (N5).
func (s *Session) lex(text string) (*sql.Cursor, error) {
	if s.parameter("QUOTED_IDENTIFIERS_IGNORE_CASE") != "true" {
		return sql.NewCursor(text)
	}
	tokens, err := sql.Lex(text)
	if err != nil {
		return nil, err
	}
	folded := []byte(text)
	for _, t := range tokens {
		if t.Kind == sql.QuotedIdent {
			copy(folded[t.Start:t.End], sql.Upper(t.Text))
		}
	}
	return sql.NewCursor(string(folded))
}

// parameter is the value of a session parameter as it holds for the session.
func (s *Session) parameter(name string) string {
	if v, ok := s.parameters[name]; ok {
		return v
	}
	return s.account.sessionDefault(name)
}

// dispatch runs the handler for the first word; everything else is a query.
func (st *statement) dispatch() (*Result, error) {
	first := st.c.Peek()
	if st.c.AtEnd() {
		return nil, &Error{Code: 900, State: "42000", Message: "SQL compilation error:\nEmpty SQL statement."}
	}
	if st.script != nil && st.script.owner {
		if err := ownerMayRun(st.c); err != nil {
			return nil, err
		}
	}
	if st.isQuery() {
		if !st.req.DescribeOnly {
			st.beginUnasked(true, "")
		}
		return st.selectQuery()
	}
	if st.isBlock() {
		return st.blockStatement()
	}
	run, ok := handlers[first.Value]
	if first.Kind == sql.Ident && slices.Contains(unsupportedStatements, first.Value) {
		return nil, errUnsupported(first.Value)
	}
	if first.Kind != sql.Ident || !ok {
		return nil, st.c.Unexpected()
	}
	if st.req.DescribeOnly {
		return st.describeOnly(first.Value, run)
	}
	st.c.Next()
	if endsTransaction(first.Value) {
		st.commit()
	}
	st.beginUnasked(false, first.Value)
	return run(st)
}

// isQuery reports whether the statement starts as a query does.
func (st *statement) isQuery() bool {
	t := st.c.Peek()
	return t.IsOp("(") || t.Is("SELECT") || t.Is("WITH") || t.Is("VALUES") || t.Is("TABLE")
}

// isBlock reports whether the statement is a scripting block.
func (st *statement) isBlock() bool {
	return (st.c.Looking("BEGIN") || st.c.Looking("DECLARE")) && script.Starts(st.c)
}

// blockStatement runs a block that a client sent as it is.
func (st *statement) blockStatement() (*Result, error) {
	if st.req.DescribeOnly {
		return st.describeOnly("BEGIN", nil)
	}
	return st.runBlock(st.c.Source())
}

// end demands that the statement is over.
func (st *statement) end() error {
	if !st.c.AtEnd() {
		return st.c.Unexpected()
	}
	return nil
}

// clientError makes of every error what a client may see.
func clientError(err error) error {
	var known *Error
	var computed *query.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &computed):
		return &Error{Code: computed.Code, State: computed.State, Message: computed.Message}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return syntaxError(err)
}

// overrideParameters applies the parameters of one request and returns what
// puts the session's own back.
func (s *Session) overrideParameters(req Request) func() {
	saved := map[string]*string{}
	for name, value := range req.Parameters {
		name = sql.Upper(name)
		if _, known := sessionParameters[name]; !known || name == "MULTI_STATEMENT_COUNT" {
			continue
		}
		saved[name] = nil
		if old, ok := s.parameters[name]; ok {
			saved[name] = &old
		}
		s.parameters[name] = value
	}
	return func() {
		for name, old := range saved {
			if old == nil {
				delete(s.parameters, name)
			} else {
				s.parameters[name] = *old
			}
		}
	}
}

// keep remembers a result for RESULT_SCAN and LAST_QUERY_ID.
func (s *Session) keep(req Request, result *Result) {
	s.lastID = req.QueryID
	s.results[req.QueryID] = result
	s.order = append(s.order, req.QueryID)
	s.keptCells += result.cells()
	for len(s.order) > 1 && (len(s.order) > keptResults || s.keptCells > keptCells) {
		s.keptCells -= s.results[s.order[0]].cells()
		delete(s.results, s.order[0])
		s.order = slices.Clone(s.order[1:])
	}
}

// cells is the size of a result.
func (r *Result) cells() int { return len(r.Rows) * len(r.Columns) }

// lookupText is the value of a session variable or a bind where a name is
// expected (N3).
func (st *statement) lookupText(t sql.Token) (string, error) {
	if t.Kind == sql.Variable {
		if v, ok := st.binds().Variables[t.Value]; ok {
			return v.String(), nil
		}
		return "", sqlError(1008, "22023", "Session variable '$%s' does not exist", t.Value)
	}
	name := t.Value
	if name == "" {
		name = "1"
	}
	if st.script != nil {
		v, ok := st.binds().Values[name]
		if !ok || v.IsNull() {
			return "", st.c.Unexpected()
		}
		return v.String(), nil
	}
	b, ok := st.req.Bindings[name]
	if !ok || b.Value == nil {
		return "", st.c.Unexpected()
	}
	return *b.Value, nil
}
