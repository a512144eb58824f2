package snowflake

import (
	"context"
	"database/sql/driver"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// connector opens sessions for one connection. It stands between database/sql and the driver because the driver never
// says that a session is dead, and sends a caller's request id with the login as well.
type connector struct {
	connection Connection
	options    PoolsOptions
	key        string
	// keepSession leaves the session open at the server when it is closed here, so that statements that were submitted
	// in it run on (DDL of hours must survive the end of this process).
	keepSession bool
}

// Connect logs in. Credentials in files are read again each time.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	start := c.options.Now()
	conn, err := c.login(ctx)
	c.options.Observe(StatementEvent{
		Connection: c.key,
		Class:      ClassLogin,
		Duration:   c.options.Now().Sub(start),
		Err:        ClassOf(err),
	})
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, options: c.options}, nil
}

// login asks the driver for a session. Its panics become errors.
func (c connector) login(ctx context.Context) (conn driver.Conn, err error) {
	cfg, err := c.connection.config(c.options, c.keepSession)
	if err != nil {
		return nil, &Error{Message: "log in: " + err.Error(), cause: err, class: LoginRefused, login: true}
	}
	defer func() {
		if cause := recover(); cause != nil {
			conn, err = nil, panicError(cause)
		}
	}()
	conn, err = sf.NewConnector(sf.SnowflakeDriver{}, cfg).Connect(sf.WithRequestID(ctx, sf.UUID{}))
	if err != nil {
		return nil, c.refusal(ctx, err, cfg.Token)
	}
	return conn, nil
}

// refusal marks an error as one of the login, and makes sure that the credential is not in it.
func (c connector) refusal(ctx context.Context, err error, token string) error {
	refused, ok := newError(ctx, err).(*Error) //nolint:errorlint // newError makes it, unwrapped.
	if !ok {
		return err
	}
	refused.login = true
	refused.Message = c.connection.Auth.redact(refused.Message, token)
	return refused
}

// Driver is demanded by database/sql and used by nobody.
func (c connector) Driver() driver.Driver { return sf.SnowflakeDriver{} }

// closeTimeout is how long closing a session may hold up its caller. The driver would wait for minutes when the server
// accepts connections and does not answer.
const closeTimeout = 5 * time.Second
