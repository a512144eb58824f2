package account

import (
	"errors"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// keptHistory is how many statements the account remembers.
const keptHistory = 20000

// historyEntry is one statement of QUERY_HISTORY.
type historyEntry struct {
	id, text, tag, kind             string
	user, role, warehouse           string
	database, schema                string
	session                         int64
	start, end                      moment
	status, errorCode, errorMessage string
	rows                            int
}

// startHistory notes that a statement begins.
func (a *Account) startHistory(s *Session, req *Request) *historyEntry {
	tag := req.Tag
	if tag == "" {
		tag = s.parameters["QUERY_TAG"]
	}
	e := &historyEntry{
		id: req.QueryID, text: req.SQL, tag: tag, kind: statementWord(req.SQL),
		user: s.user.name, role: s.role.name, warehouse: s.warehouse,
		database: s.database, schema: s.schema, session: s.id,
		start: moment{at: a.now(), tick: a.tick}, status: "RUNNING",
	}
	a.history = append(a.history, e)
	a.byQueryID[e.id] = e
	if len(a.history) > keptHistory {
		a.forgetHistory(keptHistory / 10)
	}
	return e
}

// forgetHistory drops the n oldest entries.
func (a *Account) forgetHistory(n int) {
	for _, e := range a.history[:n] {
		delete(a.byQueryID, e.id)
	}
	a.history = append([]*historyEntry(nil), a.history[n:]...)
}

// endHistory notes how a statement ended.
func (a *Account) endHistory(e *historyEntry, result *Result, err error) {
	e.end = moment{at: a.now(), tick: a.tick}
	e.status = "SUCCESS"
	var known *Error
	switch {
	case errors.As(err, &known):
		e.status, e.errorMessage = "FAILED_WITH_ERROR", known.Message
		e.errorCode = itoa(known.Code)
	case err != nil:
		e.status, e.errorMessage = "FAILED_WITH_ERROR", err.Error()
	default:
		e.rows = len(result.Rows)
	}
}

// duration is how long the statement ran.
func (e *historyEntry) duration() time.Duration { return e.end.at.Sub(e.start.at) }

// statementWord is the first word of a statement, for QUERY_TYPE.
func statementWord(text string) string {
	c, err := sql.NewCursor(text)
	if err != nil || c.Peek().Kind != sql.Ident {
		return "UNKNOWN"
	}
	return c.Peek().Value
}
