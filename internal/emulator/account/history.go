package account

import (
	"errors"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// keptHistory is how many statements the account remembers.
const keptHistory = 20000

// keptText is how much of a statement's text QUERY_HISTORY has, in bytes, and
// keptTexts how much all of them take together.
const (
	keptText  = 100_000
	keptTexts = 64 << 20
)

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
	if len(e.text) > keptText {
		e.text = strings.ToValidUTF8(e.text[:keptText], "")
	}
	a.history = append(a.history, e)
	a.byQueryID[e.id] = e
	a.historyText += len(e.text)
	for len(a.history) > keptHistory || a.historyText > keptTexts {
		a.forgetHistory(max(len(a.history)/10, 1))
	}
	return e
}

// forgetHistory drops the n oldest entries.
func (a *Account) forgetHistory(n int) {
	for _, e := range a.history[:n] {
		delete(a.byQueryID, e.id)
		a.historyText -= len(e.text)
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

// duration is how long the statement ran, or has run until now.
func (e *historyEntry) duration(now time.Time) time.Duration {
	if e.status == "RUNNING" {
		return now.Sub(e.start.at)
	}
	return e.end.at.Sub(e.start.at)
}

// statementWord is the first word of a statement, for QUERY_TYPE.
func statementWord(text string) string {
	c, err := sql.NewCursor(text)
	if err != nil || c.Peek().Kind != sql.Ident {
		return "UNKNOWN"
	}
	return c.Peek().Value
}
