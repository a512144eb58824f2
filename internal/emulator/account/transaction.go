package account

import (
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// transaction is what a session has begun and not yet ended. What it makes of
// tables stands in them only while a statement of the session runs, so that
// all others see what was committed last.
type transaction struct {
	id    string
	began moment
	// writes are what it makes of tables.
	writes map[*object]*write
	// consumed are the streams whose offsets COMMIT moves.
	consumed []*streamDetail
}

// write is what a transaction makes of one table.
type write struct {
	// at and queryID are those of the first statement that changed the table.
	at      moment
	queryID string
	// locks is set when rows that were there are changed: until the end nobody
	// else may do that. Who only inserts keeps nobody away.
	locks bool
	// base is what the transaction changed, rows what it made of that.
	base, rows [][]query.Value
	// committed is the table as others see it, while a statement of the session
	// runs.
	committed committed
}

// committed are the parts of a table that DML changes.
type committed struct {
	rows    [][]query.Value
	past    []version
	changed moment
}

// autocommitted are the statements that end an open transaction (L12).
var autocommitted = names("CREATE ALTER DROP UNDROP GRANT REVOKE COMMENT TRUNCATE")

// endsTransaction reports whether a statement with this first word commits
// what is open.
func endsTransaction(first string) bool { return slices.Contains(autocommitted, first) }

// transactional are the statements that begin a transaction where AUTOCOMMIT is
// off. Queries do, too.
var transactional = names("INSERT UPDATE DELETE MERGE")

// begin opens a transaction unless one is open. It sees streams as they were
// then, and takes for later whatever statements after the given one do.
func (s *Session) begin(at moment, tick int64) {
	if s.open != nil {
		return
	}
	at.tick = tick
	s.open = &transaction{id: itoa(int(at.at.UnixNano() / int64(time.Millisecond))), began: at, writes: map[*object]*write{}}
	s.account.transactions[s.open] = true
}

// beginUnasked begins a transaction for DML and queries while AUTOCOMMIT is
// off; the statement itself belongs to it (L15).
func (st *statement) beginUnasked(isQuery bool, first string) {
	if (isQuery || slices.Contains(transactional, first)) && strings.EqualFold(st.session.parameter("AUTOCOMMIT"), "false") {
		st.session.begin(st.created, st.created.tick-1)
	}
}

// enter puts what the session's transaction made of tables into them, on top of
// what others have committed meanwhile. Call leave when the statement is over.
func (s *Session) enter() {
	if s.open == nil {
		return
	}
	for o, w := range s.open.writes {
		d := o.detail.(*tableDetail)
		w.committed = committed{rows: d.rows, past: d.past, changed: d.changed}
		mine, theirs := w.rows, d.rows[min(len(w.base), len(d.rows)):]
		if !w.locks {
			mine, theirs = d.rows, w.rows[len(w.base):]
		}
		w.base, d.rows = d.rows, slices.Concat(mine, theirs)
		d.past = append(slices.Clip(d.past), version{until: w.at, columns: slices.Clone(d.columns), rows: w.base})
	}
}

// leave takes what the session's transaction made of tables out of them again.
func (s *Session) leave() {
	if s.open == nil {
		return
	}
	for o, w := range s.open.writes {
		w.rows = o.detail.(*tableDetail).rows
		w.restore(o)
	}
}

// restore makes a table what was committed last.
func (w *write) restore(o *object) {
	d := o.detail.(*tableDetail)
	d.rows, d.past, d.changed = w.committed.rows, w.committed.past, w.committed.changed
}

// forget ends the open transaction without a trace, as ending a session does.
func (s *Session) forget() {
	delete(s.account.transactions, s.open)
	s.open = nil
}

// takeBack undoes the open transaction, if there is one.
func (s *Session) takeBack() {
	if s.open == nil {
		return
	}
	for o, w := range s.open.writes {
		w.restore(o)
	}
	s.forget()
}

// commit ends the open transaction, if there is one: others see what it did,
// and the streams that its DML read move to where it began.
func (st *statement) commit() {
	open := st.session.open
	if open == nil {
		return
	}
	st.session.forget()
	for o, w := range open.writes {
		d := o.detail.(*tableDetail)
		rows := d.rows
		w.restore(o)
		st.snapshot(o)
		d.rows = rows
	}
	for _, d := range open.consumed {
		d.offset, d.initial = cut{at: open.began.at, tick: open.began.tick}, false
	}
}

// currentTransaction is the id of the open transaction.
func currentTransaction(sc *scope) string {
	if sc.session.open == nil {
		return ""
	}
	return sc.session.open.id
}

// remember notes a table that the open transaction is about to change.
func (st *statement) remember(o *object, locks bool) {
	open, d := st.session.open, o.detail.(*tableDetail)
	if open == nil {
		return
	}
	w, known := open.writes[o]
	if !known {
		w = &write{
			at: st.created, queryID: st.req.QueryID, base: d.rows,
			committed: committed{rows: d.rows, past: d.past, changed: d.changed},
		}
		open.writes[o] = w
	}
	w.locks = w.locks || locks
}

// pendingRows are what the open transactions make of a table.
func (a *Account) pendingRows(o *object) [][][]query.Value {
	var out [][][]query.Value
	for t := range a.transactions {
		if w, writes := t.writes[o]; writes {
			out = append(out, w.rows)
		}
	}
	return out
}

// unlocked answers 000625 when the transaction of another session keeps a table
// from being changed, as it does for who would not wait (L13). DDL gives way to
// those that only insert, too.
func (st *statement) unlocked(o *object, ddl bool) error {
	for t := range st.a.transactions {
		w, writes := t.writes[o]
		if t == st.session.open || !writes || !w.locks && !ddl {
			continue
		}
		return &Error{Code: 625, State: "57014", Message: "Statement '" + w.queryID + "' has locked table '" + o.name +
			"' in transaction " + t.id + " and this lock has not yet been released."}
	}
	return nil
}

// apart runs what other sessions do, which see nothing of an open transaction.
func (st *statement) apart(run handler) (*Result, error) {
	st.session.leave()
	defer st.session.enter()
	return run(st)
}

// begin runs BEGIN and START TRANSACTION.
func (st *statement) begin() (*Result, error) {
	st.c.AcceptAny("TRANSACTION", "WORK")
	if st.c.Accept("NAME") {
		if _, err := st.c.Ident(); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	st.session.begin(st.created, st.created.tick)
	return st.transactionDone()
}

// endTransaction runs COMMIT.
func (st *statement) endTransaction() (*Result, error) {
	st.c.AcceptAny("WORK")
	if err := st.end(); err != nil {
		return nil, err
	}
	st.commit()
	return st.transactionDone()
}

// rollback runs ROLLBACK.
func (st *statement) rollback() (*Result, error) {
	st.c.AcceptAny("WORK")
	if err := st.end(); err != nil {
		return nil, err
	}
	st.session.takeBack()
	return st.transactionDone()
}

// transactionDone is the answer of statements about transactions.
func (st *statement) transactionDone() (*Result, error) {
	r, err := done()
	r.StatementType = TypeTransaction
	return r, err
}
