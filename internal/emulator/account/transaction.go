package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// transaction is what ROLLBACK takes back: the rows of the tables that DML has
// changed. There is no isolation: other sessions see each statement as soon as
// it has run.
type transaction struct {
	before map[*object][][]query.Value
}

// autocommitted are the statements that end an open transaction (L12).
var autocommitted = names("CREATE ALTER DROP UNDROP GRANT REVOKE COMMENT TRUNCATE")

// endsTransaction reports whether a statement with this first word commits
// what is open.
func endsTransaction(first string) bool { return slices.Contains(autocommitted, first) }

// commit ends the open transaction, if there is one.
func (s *Session) commit() { s.open = nil }

// remember keeps the rows of a table before a transaction first changes them.
func (s *Session) remember(o *object, rows [][]query.Value) {
	if s.open == nil {
		return
	}
	if _, known := s.open.before[o]; !known {
		s.open.before[o] = rows
	}
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
	if st.session.open == nil {
		st.session.open = &transaction{before: map[*object][][]query.Value{}}
	}
	return st.transactionDone()
}

// endTransaction runs COMMIT.
func (st *statement) endTransaction() (*Result, error) {
	st.c.AcceptAny("WORK")
	if err := st.end(); err != nil {
		return nil, err
	}
	st.session.commit()
	return st.transactionDone()
}

// rollback runs ROLLBACK.
func (st *statement) rollback() (*Result, error) {
	st.c.AcceptAny("WORK")
	if err := st.end(); err != nil {
		return nil, err
	}
	if open := st.session.open; open != nil {
		st.session.commit()
		for o, rows := range open.before {
			st.snapshot(o)
			o.detail.(*tableDetail).rows = rows
		}
	}
	return st.transactionDone()
}

// transactionDone is the answer of statements about transactions.
func (st *statement) transactionDone() (*Result, error) {
	r, err := done()
	r.StatementType = TypeTransaction
	return r, err
}
