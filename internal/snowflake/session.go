package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// driverConn is what the driver's connection can do and the operator uses.
type driverConn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	sf.SnowflakeConnection
}

// session is one session at the server. database/sql only keeps it in its pool; statements go to the methods below,
// because through database/sql a statement yields no query ID, and a submitted one locks its connection.
type session struct {
	conn    driver.Conn
	options PoolsOptions
	dead    atomic.Bool
}

var (
	_ driver.Validator       = (*session)(nil)
	_ driver.SessionResetter = (*session)(nil)

	errUnused = errors.New("statements go through Client")
)

// Prepare is not used.
func (s *session) Prepare(string) (driver.Stmt, error) { return nil, errUnused }

// Begin is not used: DDL commits by itself (L12), and the driver's transactions survive a cancelled context.
func (s *session) Begin() (driver.Tx, error) { return nil, errUnused }

// IsValid takes a dead session out of the pool when it is put back.
func (s *session) IsValid() bool { return !s.dead.Load() }

// ResetSession takes a dead session out of the pool when it is taken.
func (s *session) ResetSession(context.Context) error {
	if s.dead.Load() {
		return driver.ErrBadConn
	}
	return nil
}

// Close logs out, and gives up waiting after closeTimeout.
func (s *session) Close() error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer s.recoverInto(&err)
		err = s.conn.Close()
	}()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errors.New("log out: no answer from Snowflake")
	}
}

// recoverInto turns a panic of the driver into an error. Such a session is not used again.
func (s *session) recoverInto(err *error) {
	if cause := recover(); cause != nil {
		s.dead.Store(true)
		*err = panicError(cause)
	}
}

// judge makes an *Error of what the driver returned, and remembers when the session is dead.
func (s *session) judge(ctx context.Context, err error) error {
	err = newError(ctx, err)
	if isDead(err) {
		s.dead.Store(true)
	}
	return err
}

// driver is the driver's connection with all that it can do.
func (s *session) driver() (driverConn, error) {
	conn, ok := s.conn.(driverConn)
	if !ok {
		return nil, fmt.Errorf("the driver's connection is a %T", s.conn)
	}
	return conn, nil
}

// query runs a statement and reads its whole result.
func (s *session) query(ctx context.Context, statement string, binds []driver.NamedValue) (rows Rows, err error) {
	defer s.recoverInto(&err)
	conn, err := s.driver()
	if err != nil {
		return nil, err
	}
	tag, err := queryTag(ctx)
	if err != nil {
		return nil, fmt.Errorf("make query tag: %w", err)
	}
	if tag != "" {
		ctx = sf.WithQueryTag(ctx, tag)
	}
	result, err := conn.QueryContext(ctx, statement, binds)
	if err != nil {
		return nil, s.judge(ctx, err)
	}
	rows, err = readRows(result)
	return rows, s.judge(ctx, errors.Join(err, result.Close()))
}

// readRows reads a result to its end.
func readRows(result driver.Rows) (Rows, error) {
	columns := newColumns(result.Columns())
	var rows Rows
	for {
		cells := make([]driver.Value, len(result.Columns()))
		err := result.Next(cells)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read result: %w", err)
		}
		rows = append(rows, Row{columns: columns, cells: cells})
	}
}

// bind converts arguments as database/sql would.
func bind(values []any) ([]driver.NamedValue, error) {
	binds := make([]driver.NamedValue, 0, len(values))
	for i, value := range values {
		converted, err := driver.DefaultParameterConverter.ConvertValue(value)
		if err != nil {
			return nil, fmt.Errorf("bind argument %d: %w", i+1, err)
		}
		binds = append(binds, driver.NamedValue{Ordinal: i + 1, Value: converted})
	}
	return binds, nil
}
