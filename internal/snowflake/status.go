package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// QueryState is how far a submitted statement is.
type QueryState int

const (
	// QueryUnknown means that the server does not know the query ID, or not any more, or would not say: look at the
	// objects.
	QueryUnknown QueryState = iota
	// QueryRunning means that it runs, waits in a queue or for a lock, is restarted, or is being aborted.
	QueryRunning
	// QuerySucceeded means that its result was there to fetch.
	QuerySucceeded
	// QueryFailed means that it ended with QueryStatus.Err.
	QueryFailed
)

// String is the name of the state.
func (s QueryState) String() string {
	switch s {
	case QueryRunning:
		return "Running"
	case QuerySucceeded:
		return "Succeeded"
	case QueryFailed:
		return "Failed"
	case QueryUnknown:
	}
	return "Unknown"
}

// QueryStatus is the state of a submitted statement.
type QueryStatus struct {
	State QueryState
	// Err is set for QueryFailed only.
	Err *Error
}

// fetchTimeout bounds the fetching of a result that is said to be there. The driver would wait for a statement that is
// in truth being restarted.
const fetchTimeout = 5 * time.Second

// Status asks how a submitted statement is doing. An error means that the question failed, not the statement.
func (c *Client) Status(ctx context.Context, queryID string) (QueryStatus, error) {
	return call(ctx, c.pool, work[QueryStatus]{
		db: c.pool.async, class: ClassStatus, word: "STATUS",
		run: func(ctx context.Context, s *session) (QueryStatus, error) { return s.status(ctx, queryID) },
	})
}

// status asks the monitoring endpoint, which never renews an expired token: an ordinary statement does that first.
// Success is believed only when the result can be fetched, because the driver takes RESTARTED for success.
func (s *session) status(ctx context.Context, queryID string) (status QueryStatus, err error) {
	defer s.recoverInto(&err)
	conn, err := s.driver()
	if err != nil {
		return QueryStatus{}, err
	}
	if err := conn.Ping(ctx); err != nil {
		return QueryStatus{}, s.judge(ctx, err)
	}
	if _, err = conn.GetQueryStatus(ctx, queryID); err == nil {
		err = fetch(ctx, conn, queryID)
	}
	status, err = statusOf(err)
	return status, s.judge(ctx, err)
}

// fetch asks for a statement's result and throws it away.
func fetch(ctx context.Context, conn driver.QueryerContext, queryID string) error {
	ctx, stop := context.WithTimeout(sf.WithFetchResultByID(ctx, queryID), fetchTimeout)
	defer stop()
	rows, err := conn.QueryContext(ctx, "", nil)
	if err != nil {
		if ctx.Err() != nil {
			return errStillFetching
		}
		return err
	}
	return rows.Close()
}

// errStillFetching says that a result was not there within fetchTimeout.
var errStillFetching = errors.New("the result is not there yet")

// statusOf reads the driver's answer. It knows three numbers of its own: 279301 running, 279001 failed or not known,
// 279201 some other end; the server's number or the raw status stand in the arguments or in the text.
func statusOf(err error) (QueryStatus, error) {
	switch refused, ok := errors.AsType[*sf.SnowflakeError](err); {
	case err == nil:
		return QueryStatus{State: QuerySucceeded}, nil
	case errors.Is(err, errStillFetching):
		return QueryStatus{State: QueryRunning}, nil
	case !ok:
		return QueryStatus{}, err
	case refused.Number == sf.ErrQueryIsRunning:
		return QueryStatus{State: QueryRunning}, nil
	case refused.Number == sf.ErrQueryStatus:
		return statusOfFailure(refused), nil
	case refused.Number == sf.ErrQueryReportedError:
		return statusOfEnd(refused), nil
	case deadNumbers[refused.Number]:
		return QueryStatus{}, err
	default:
		// The result itself carried the statement's error.
		return QueryStatus{State: QueryFailed, Err: fromDriver(refused)}, nil
	}
}

// statusOfFailure reads 279001: with the statement's own number and message as arguments, or without, when the server
// knows nothing of it.
func statusOfFailure(refused *sf.SnowflakeError) QueryStatus {
	if len(refused.MessageArgs) < 2 {
		return QueryStatus{State: QueryUnknown}
	}
	number, err := strconv.Atoi(fmt.Sprint(refused.MessageArgs[0]))
	if err != nil {
		number = refused.Number
	}
	return QueryStatus{State: QueryFailed, Err: &Error{
		Number:  number,
		Message: cut(fmt.Sprint(refused.MessageArgs[1])),
		QueryID: refused.QueryID,
		cause:   refused,
	}}
}

// statusOfEnd reads 279201, whose text ends in "status from server: [X]". Waiting for a lock and being aborted are no
// ends yet (E2).
func statusOfEnd(refused *sf.SnowflakeError) QueryStatus {
	_, rest, _ := strings.Cut(refused.Message, "status from server: [")
	name, _, _ := strings.Cut(rest, "]")
	switch name {
	case "BLOCKED", "RESTARTED", "ABORTING":
		return QueryStatus{State: QueryRunning}
	case "ABORTED", "DISCONNECTED":
		return QueryStatus{State: QueryFailed, Err: &Error{
			Number: NumberCanceled, State: "57014", Message: cut(refused.Message), QueryID: refused.QueryID, cause: refused,
		}}
	}
	return QueryStatus{State: QueryFailed, Err: fromDriver(refused)}
}
