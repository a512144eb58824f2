package snowflake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"
)

// Client speaks to one account as one user with one role and one warehouse. It is safe for use by many goroutines. It
// is a light handle on a shared pool: ask Pools for it each time, and keep it no longer than a unit of work.
type Client struct {
	pool *pool
}

// Account is the account identifier of the connection.
func (c *Client) Account() string { return c.pool.connection.Account }

// Role is the role that all statements run with, as the connection gives it.
func (c *Client) Role() string { return c.pool.connection.Role }

// User is the user of the connection; it may be empty with workload identity.
func (c *Client) User() string { return c.pool.connection.User }

// Warehouse is the warehouse of the connection; it may be empty.
func (c *Client) Warehouse() string { return c.pool.connection.Warehouse }

// Exec runs a statement that changes something, with ? binds, and waits for its answer. When the context ends first,
// the call returns after PoolsOptions.Grace at the latest with the context's error, and the statement is left to
// finish at the server: its outcome has to be looked up. Errors are *Error.
func (c *Client) Exec(ctx context.Context, statement string, binds ...any) error {
	_, err := c.statement(ctx, ClassChange, statement, binds)
	return err
}

// Query runs a statement that only reads, with ? binds, and returns its whole result. It is cancelled at the server
// when the context ends, and tried once more when it met a session that had died. Errors are *Error.
func (c *Client) Query(ctx context.Context, statement string, binds ...any) (Rows, error) {
	rows, err := c.statement(ctx, ClassRead, statement, binds)
	if ClassOf(err) == SessionLost && ctx.Err() == nil {
		return c.statement(ctx, ClassRead, statement, binds)
	}
	return rows, err
}

// statement runs one synchronous statement on a pooled session.
func (c *Client) statement(ctx context.Context, class StatementClass, text string, values []any) (Rows, error) {
	binds, err := bind(values)
	if err != nil {
		return nil, err
	}
	return call(ctx, c.pool, work[Rows]{
		db: c.pool.sync, class: class, word: firstWord(text),
		run: func(ctx context.Context, s *session) (Rows, error) { return s.query(ctx, text, binds) },
	})
}

// work is one use of one session.
type work[T any] struct {
	db    *sql.DB
	class StatementClass
	word  string
	run   func(context.Context, *session) (T, error)
}

// outcome is what a use of a session came to.
type outcome[T any] struct {
	value T
	err   error
}

// call does a piece of work on a pooled session and returns soon after the context's end even where the driver would
// not: it aborts a statement with requests of its own that may take minutes. The work goes on in the background then.
func call[T any](ctx context.Context, p *pool, w work[T]) (T, error) {
	start := p.options.Now()
	done := make(chan outcome[T], 1)
	if err := p.start(func() { onSession(ctx, w, done) }); err != nil {
		done <- outcome[T]{err: err}
	}
	result := await(ctx, p.options.Grace, done)
	p.options.Observe(StatementEvent{
		Connection: p.key,
		Class:      w.class,
		Word:       w.word,
		Duration:   p.options.Now().Sub(start),
		Err:        ClassOf(result.err),
	})
	return result.value, result.err
}

// await waits for the work, and once the context has ended, no longer than the grace.
func await[T any](ctx context.Context, grace time.Duration, done <-chan outcome[T]) outcome[T] {
	select {
	case result := <-done:
		return result
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case result := <-done:
		return result
	case <-timer.C:
		return outcome[T]{err: contextError(ctx, nil)}
	}
}

// onSession takes a session, does the work and puts the session back. Only reads see the end of the context: everything
// else is detached from it once it has a session, because a cancelled context makes the driver abort the statement,
// and a SIGTERM must not kill what is under way.
func onSession[T any](ctx context.Context, w work[T], done chan<- outcome[T]) {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		done <- outcome[T]{err: poolError(ctx, err)}
		return
	}
	if ctx.Err() != nil {
		// Nothing begins after the context has ended.
		done <- outcome[T]{err: contextError(ctx, conn.Close())}
		return
	}
	statementCtx := ctx
	if w.class != ClassRead {
		statementCtx = context.WithoutCancel(ctx)
	}
	var result outcome[T]
	var alive bool
	raw := conn.Raw(func(dc any) error {
		s, ok := dc.(*session)
		if !ok {
			return driver.ErrBadConn
		}
		result.value, result.err = w.run(statementCtx, s)
		alive = s.IsValid()
		return nil
	})
	if raw != nil && result.err == nil {
		result.err = poolError(ctx, raw)
	}
	if !alive {
		// Closing a dead session asks the server once more; nobody should wait for that.
		done <- result
	}
	// What putting a session back has to say is no news about the statement.
	_ = conn.Close()
	if alive {
		done <- result
	}
}

// errPoolClosed is the cause where a pool was replaced or closed under a client.
var errPoolClosed = errors.New("the connection's pool was closed")

// poolError classes what database/sql says when it cannot hand out a session.
func poolError(ctx context.Context, err error) error {
	if refused, ok := errors.AsType[*Error](err); ok {
		return refused
	}
	if ctx.Err() != nil {
		return contextError(ctx, err)
	}
	if errors.Is(err, driver.ErrBadConn) {
		return &Error{Message: "every session of the pool had died", cause: err, class: SessionLost}
	}
	return &Error{Message: cut(err.Error()), cause: errors.Join(errPoolClosed, err), class: Unavailable}
}

// firstWord is the statement's first word in upper case, comments and all else aside.
func firstWord(statement string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(statement), " ")
	word, _, _ = strings.Cut(word, "\n")
	return strings.ToUpper(word)
}
