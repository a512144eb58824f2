package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
)

// resultSet is the result of a query in a script.
type resultSet struct {
	result  *Result // nil before a query is assigned
	columns []string
	rows    [][]query.Value
}

// newResultSet reads a result.
func newResultSet(r *Result) (*resultSet, error) {
	relation, err := resultRelation(r)
	if err != nil {
		return nil, err
	}
	rows := relation.(*rowsRelation)
	out := &resultSet{result: r, rows: rows.rows}
	for _, c := range rows.columns {
		out.columns = append(out.columns, c.Name)
	}
	return out, nil
}

// cursor walks the rows of a query.
type cursor struct {
	source *script.Cursor
	rows   *resultSet // nil while it is closed
	next   int
}

// cursorStatement runs what has to do with cursors and result sets.
func (p *program) cursorStatement(s script.Statement, n *locals) error {
	switch s := s.(type) {
	case *script.Cursor:
		n.declare(s.Name, &declared{cursor: &cursor{source: s}})
	case *script.ResultSet:
		rows := &resultSet{}
		if s.Query != nil {
			var err error
			if rows, err = p.query(s.Query, n); err != nil {
				return err
			}
		}
		n.declare(s.Name, &declared{resultSet: rows})
	case *script.Open:
		return raise(statementError, s.At(), p.open(s, n))
	case *script.Fetch:
		return raise(statementError, s.At(), p.fetch(s, n))
	case *script.Close:
		c, err := cursorNamed(n, s.Cursor)
		if err != nil {
			return raise(statementError, s.At(), err)
		}
		c.rows, c.next = nil, 0
	}
	return nil
}

// query runs the statement of a result set.
func (p *program) query(s script.Statement, n *locals) (*resultSet, error) {
	var r *Result
	var err error
	switch s := s.(type) {
	case *script.SQL:
		r, err = p.execute(s.Text, n, nil)
	case *script.Dynamic:
		r, err = p.dynamic(s, n)
	default:
		return nil, raise(statementError, s.At(), p.simple(s, n))
	}
	if err != nil {
		return nil, raise(statementError, s.At(), err)
	}
	rows, err := newResultSet(r)
	return rows, raise(statementError, s.At(), err)
}

// cursorNamed finds a cursor.
func cursorNamed(n *locals, name string) (*cursor, error) {
	if d := n.find(name); d != nil && d.cursor != nil {
		return d.cursor, nil
	}
	return nil, sqlError(904, "42000", "invalid identifier '%s'", quoteIdent(name))
}

// errClosed refuses to read a cursor that is not open.
func errClosed(name string) *Error {
	return &Error{Code: 90229, State: "P0000", Message: "Cursor '" + name + "' is not open."}
}

// open runs OPEN.
func (p *program) open(s *script.Open, n *locals) error {
	c, err := cursorNamed(n, s.Cursor)
	if err != nil {
		return err
	}
	using, err := p.evalAll(s.Using, n)
	if err != nil {
		return err
	}
	return p.openCursor(c, using, n)
}

// openCursor runs the query of a cursor. The rows of a result set are there
// already.
func (p *program) openCursor(c *cursor, using []query.Value, n *locals) error {
	c.next = 0
	if c.source.Query == nil {
		d := n.find(c.source.From)
		if d == nil || d.resultSet == nil {
			return sqlError(904, "42000", "invalid identifier '%s'", quoteIdent(c.source.From))
		}
		c.rows = d.resultSet
		return nil
	}
	r, err := p.execute(c.source.Query.Text, n, using)
	if err != nil {
		return err
	}
	c.rows, err = newResultSet(r)
	return err
}

// fetch runs FETCH. After the last row there are NULLs.
func (p *program) fetch(s *script.Fetch, n *locals) error {
	c, err := cursorNamed(n, s.Cursor)
	if err != nil {
		return err
	}
	if c.rows == nil {
		return errClosed(s.Cursor)
	}
	into := s.Into
	if width := len(c.rows.columns); len(into) > width {
		into = into[:width] // The rest stays as it is.
	}
	err = p.store(into, c.rows, c.next, n)
	c.next++
	return err
}

// rowsOf finds what FOR walks, and where it starts: a cursor is opened unless
// it is open, and goes on where it stands.
func (p *program) rowsOf(s *script.ForEach, n *locals) (*resultSet, *int, error) {
	if d := n.find(s.Source); d != nil && d.resultSet != nil {
		return d.resultSet, new(int), nil
	}
	c, err := cursorNamed(n, s.Source)
	if err != nil {
		return nil, nil, err
	}
	if c.rows == nil {
		walked := &cursor{source: c.source}
		if err := p.openCursor(walked, nil, n); err != nil {
			return nil, nil, err
		}
		return walked.rows, &walked.next, nil
	}
	return c.rows, &c.next, nil
}

// give computes what RETURN answers.
func (p *program) give(s *script.Return, n *locals) error {
	if s.Table == "" {
		if s.Value == nil {
			return nil
		}
		v, typ, err := p.eval(s.Value, n)
		p.answer = answer{value: v, typ: typ}
		return err
	}
	rows, err := returnedRows(s, n)
	if err != nil {
		return raise(statementError, s.At(), err)
	}
	p.answer = answer{table: rows.result}
	return nil
}

// returnedRows finds the rows of RETURN TABLE: all of them, whatever was
// fetched.
func returnedRows(s *script.Return, n *locals) (*resultSet, error) {
	if s.FromCursor {
		c, err := cursorNamed(n, s.Table)
		if err != nil {
			return nil, err
		}
		if c.rows == nil {
			return nil, errClosed(s.Table)
		}
		return c.rows, nil
	}
	d := n.find(s.Table)
	if d == nil || d.resultSet == nil || d.resultSet.result == nil {
		return nil, sqlError(904, "42000", "invalid identifier '%s'", quoteIdent(s.Table))
	}
	return d.resultSet, nil
}
