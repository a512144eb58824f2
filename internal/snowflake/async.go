package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Submit hands a statement over to the server and returns its query ID without waiting for its end. The statement
// runs on when this process ends. A statement that does not compile is submitted all the same: Status tells. When the
// context ends before the server has answered, the statement may or may not run: its outcome has to be looked up.
func (c *Client) Submit(ctx context.Context, statement string) (queryID string, err error) {
	return call(ctx, c.pool, work[string]{
		db: c.pool.async, class: ClassSubmit, word: firstWord(statement),
		run: func(ctx context.Context, s *session) (string, error) { return s.submit(ctx, statement) },
	})
}

// Cancel stops a submitted statement. A statement that is not running any more is no error.
func (c *Client) Cancel(ctx context.Context, queryID string) error {
	statement := "SELECT SYSTEM$CANCEL_QUERY(" + sqltext.Literal(queryID) + ")"
	_, err := call(ctx, c.pool, work[Rows]{
		db: c.pool.async, class: ClassStatus, word: "CANCEL",
		run: func(ctx context.Context, s *session) (Rows, error) { return s.query(ctx, statement, nil) },
	})
	if HasNumber(err, NumberNotExecuting) {
		return nil
	}
	return err
}

// submit posts the statement in the driver's asynchronous mode and gets rid of what the driver starts then: a goroutine
// that polls the result for ever and holds on to it until somebody reads it.
func (s *session) submit(ctx context.Context, statement string) (queryID string, err error) {
	defer s.recoverInto(&err)
	conn, err := s.driver()
	if err != nil {
		return "", err
	}
	tag, err := queryTag(ctx)
	if err != nil {
		return "", fmt.Errorf("make query tag: %w", err)
	}
	if tag != "" {
		ctx = sf.WithQueryTag(ctx, tag)
	}
	pollCtx, stopPolling := context.WithCancel(ctx)
	// The driver sends the ID without a select and closes the channel: it must have room for one.
	ids := make(chan string, 1)
	result, err := conn.ExecContext(sf.WithQueryIDChan(sf.WithAsyncMode(pollCtx), ids), statement, nil)
	// Once the server has answered, ending the context sends no abort: it only ends the polling.
	stopPolling()
	if err != nil {
		return "", s.judge(ctx, err)
	}
	go drain(result)
	select {
	case queryID = <-ids:
	default:
	}
	if queryID == "" {
		return "", &Error{Message: "the server gave no query ID", class: Unavailable, cause: errNoQueryID}
	}
	return queryID, nil
}

// errNoQueryID is the cause where a statement was accepted without an ID.
var errNoQueryID = errors.New("no query ID")

// drain reads the driver's asynchronous result, so that its goroutine can end. The result is a nil of a concrete type
// when the server answered at once, which panics.
func drain(result driver.Result) {
	defer func() { _ = recover() }()
	// The polling was stopped, so that this is the end of a cancelled request and no news about the statement.
	_, _ = result.RowsAffected()
}
