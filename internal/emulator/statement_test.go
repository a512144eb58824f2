package emulator_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// Error numbers of the driver itself.
const (
	statusFailed  = 279001
	statusRunning = 279301
	statusOdd     = 279201
)

func TestAQueryAnswersItsRows(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	if got := scalar(t.Context(), t, s.pool(t), "SELECT 42"); got != "42" {
		t.Errorf("got %s, want 42", got)
	}
}

func TestAStatementThatIsNotKnownIsASyntaxError(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	_, err := s.pool(t).ExecContext(t.Context(), "FROBNICATE 1")
	known, ok := errors.AsType[*sf.SnowflakeError](err)
	if !ok {
		t.Fatalf("got %v, want an error of Snowflake", err)
	}
	got := fmt.Sprintf("%06d (%s)", known.Number, known.SQLState)
	if diff := cmp.Diff("001003 (42000)", got); diff != "" || known.QueryID == "" {
		t.Errorf("query %q (-want +got):\n%s", known.QueryID, diff)
	}
}

func TestASlowStatementIsAwaitedOverSeveralLongPolls(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{LongPoll: 20 * time.Millisecond})
	if err := s.SetLatency(emulator.Latency{Match: "^SELECT 7", Delay: 200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if got := scalar(t.Context(), t, s.pool(t), "SELECT 7"); got != "7" {
		t.Errorf("got %s, want 7", got)
	}
	if n := s.executions("SELECT 7"); n != 1 {
		t.Errorf("executed %d times, want once", n)
	}
}

func TestAnAsynchronousStatementIsFollowedFromAnotherConnection(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	gate := s.hold(t, emulator.BeforeExecution, "^SELECT 8")
	db := s.pool(t)
	id := submit(t, db, "SELECT 8")
	if err := status(t, db, id); number(err) != statusRunning {
		t.Errorf("status while held: got %v, want %d", err, statusRunning)
	}
	gate.Release()
	ctx := sf.WithFetchResultByID(t.Context(), id)
	if got := scalar(ctx, t, s.pool(t), ""); got != "8" {
		t.Errorf("got %s, want 8", got)
	}
	if err := status(t, db, id); err != nil {
		t.Errorf("status at the end: %v", err)
	}
}

func TestAnAsynchronousStatementFailsAfterItWasAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	id := submit(t, db, "FROBNICATE 2")
	err := s.waitForEnd(t, id)
	if err != nil {
		t.Fatal(err)
	}
	err = status(t, db, id)
	if number(err) != statusFailed || !strings.Contains(err.Error(), "001003") {
		t.Errorf("got %v, want %d with 001003", err, statusFailed)
	}
}

// waitForEnd waits until the log has the statement.
func (s *service) waitForEnd(t *testing.T, id string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		for _, entry := range s.Statements(0) {
			if entry.QueryID == id {
				return nil
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("statement %s has not ended: %w", id, ctx.Err())
		}
	}
}

func TestTheStatusOfAStatementCanBeMadeToLookOdd(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	id := submit(t, db, "SELECT 9")
	s.fault(t, emulator.Fault{Kind: emulator.FaultQueryStatus, State: "BLOCKED", Times: 1})
	if err := status(t, db, id); number(err) != statusOdd {
		t.Errorf("got %v, want %d", err, statusOdd)
	}
}

func TestAnUnknownStatementHasNoStatus(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	if err := status(t, s.pool(t), "01000000-0000-0000-0000-000000000000"); number(err) != statusFailed {
		t.Errorf("got %v, want %d", err, statusFailed)
	}
}

func TestAStatementIsCancelledByItsQueryID(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.hold(t, emulator.BeforeExecution, "^CREATE DATABASE HELD")
	db := s.pool(t)
	id := submit(t, db, "CREATE DATABASE HELD")
	scalar(t.Context(), t, s.pool(t), "SELECT SYSTEM$CANCEL_QUERY('"+id+"')")
	if err := s.waitForEnd(t, id); err != nil {
		t.Fatal(err)
	}
	if err := status(t, db, id); number(err) != statusFailed || !strings.Contains(err.Error(), "000604") {
		t.Errorf("got %v, want %d with 000604", err, statusFailed)
	}
	if n := s.executions("CREATE DATABASE HELD"); n != 0 {
		t.Errorf("executed %d times, want never", n)
	}
}

func TestACancelledContextAbortsTheStatement(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{LongPoll: 20 * time.Millisecond})
	gate := s.hold(t, emulator.BeforeExecution, "^CREATE DATABASE ABORTED")
	db := s.pool(t)
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(ctx, "CREATE DATABASE ABORTED")
		failed <- err
	}()
	held, err := gate.Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-failed; err == nil {
		t.Error("the cancelled statement succeeded")
	}
	if err := s.waitForEnd(t, held.QueryID); err != nil {
		t.Error(err)
	}
	if n := s.executions("CREATE DATABASE ABORTED"); n != 0 {
		t.Errorf("executed %d times, want never", n)
	}
}

func TestASessionThatLoggedOutLosesItsStatementsAfterAWhile(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{DetachedDelay: 10 * time.Millisecond})
	s.hold(t, emulator.BeforeExecution, "^CREATE DATABASE (DETACHED|KEPT)")
	config := s.config()
	config.ServerSessionKeepAlive = true
	kept, left := open(t, config), s.pool(t)
	keptID, leftID := submit(t, kept, "CREATE DATABASE KEPT"), submit(t, left, "CREATE DATABASE DETACHED")
	for _, db := range []*sql.DB{kept, left} {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.waitForEnd(t, leftID); err != nil {
		t.Error(err)
	}
	if err := status(t, s.pool(t), keptID); number(err) != statusRunning {
		t.Errorf("statement of the session kept alive: got %v, want %d", err, statusRunning)
	}
}

func TestSeveralStatementsInOneRequestAnswerInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	rows, err := s.pool(t).QueryContext(sf.WithMultiStatement(t.Context(), 2), "SELECT 1; SELECT 2")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var got []string
	for more := true; more; more = rows.NextResultSet() {
		for rows.Next() {
			var cell string
			if err := rows.Scan(&cell); err != nil {
				t.Fatal(err)
			}
			got = append(got, cell)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeveralStatementsMustBeAnnounced(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	if _, err := s.pool(t).ExecContext(t.Context(), "SELECT 1; SELECT 2"); number(err) != 8 {
		t.Errorf("got %v, want 000008", err)
	}
}

func TestATimeoutOfTheSessionEndsAStatement(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.hold(t, emulator.BeforeExecution, "^SELECT 11")
	config := s.config()
	one := "1"
	config.Params["STATEMENT_TIMEOUT_IN_SECONDS"] = &one
	if _, err := open(t, config).ExecContext(t.Context(), "SELECT 11"); number(err) != 630 {
		t.Errorf("got %v, want 000630", err)
	}
}

func TestManySessionsWorkAtOnce(t *testing.T) {
	t.Parallel()
	const sessions = 32
	s := start(t, emulator.Options{})
	var running sync.WaitGroup
	for n := range sessions {
		running.Go(func() {
			db := s.pool(t)
			for k := range 5 {
				want := fmt.Sprint(n*100 + k)
				var got string
				if err := db.QueryRowContext(t.Context(), "SELECT "+want).Scan(&got); err != nil || got != want {
					t.Errorf("session %d: got %s (%v), want %s", n, got, err, want)
				}
			}
		})
	}
	running.Wait()
	if n := len(s.Statements(0)); n != sessions*5 {
		t.Errorf("the log has %d statements, want %d", n, sessions*5)
	}
}

func TestTheLogTellsWhoRanWhatWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	ctx := sf.WithQueryTag(t.Context(), "step-7")
	if _, err := s.pool(t).ExecContext(ctx, "CREATE USER NEWCOMER PASSWORD = 'top-secret'"); err != nil {
		t.Fatal(err)
	}
	entry := s.Statements(0)[0]
	got := []any{entry.Sequence, entry.User, entry.Role, entry.Tag, entry.SQL, entry.Executed, entry.Code}
	want := []any{int64(1), "TESTER", "ACCOUNTADMIN", "step-7", "CREATE USER NEWCOMER PASSWORD = '***'", true, 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBoundValuesArriveAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	var number int
	var text string
	var nothing *string
	row := s.pool(t).QueryRowContext(t.Context(), "SELECT ?, ?, ?", 7, "it's", nil)
	if err := row.Scan(&number, &text, &nothing); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{7, "it's", (*string)(nil)}, []any{number, text, nothing}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestManyRowsAreBoundAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	exec(t, db, "CREATE DATABASE BOUND")
	exec(t, db, "CREATE TABLE BOUND.PUBLIC.T (A INT, B TEXT)")
	numbers, words := []int{1, 2, 3}, []string{"a", "b", "c"}
	first, second := arrays(t, numbers, words)
	result, err := db.ExecContext(t.Context(), "INSERT INTO BOUND.PUBLIC.T VALUES (?, ?)", first, second)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := result.RowsAffected(); rows != 3 || err != nil {
		t.Errorf("inserted %d rows (%v), want 3", rows, err)
	}
}

// arrays wraps two columns for the driver.
func arrays(t *testing.T, numbers []int, words []string) (first, second any) {
	t.Helper()
	first, err := sf.Array(&numbers)
	if err != nil {
		t.Fatal(err)
	}
	second, err = sf.Array(&words)
	if err != nil {
		t.Fatal(err)
	}
	return first, second
}

func TestADatabaseThatWasCreatedIsShown(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	ctx := sf.WithQueryTag(t.Context(), "create")
	if _, err := db.ExecContext(ctx, "CREATE DATABASE SOURCE COMMENT = 'here'"); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "CREATE DATABASE TARGET CLONE SOURCE")
	rows, err := db.QueryContext(t.Context(), "SHOW DATABASES LIKE '%R%E%'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	name, owner := slices.Index(columns, "name"), slices.Index(columns, "owner")
	var got [][2]string
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for k := range cells {
			targets[k] = &cells[k]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		got = append(got, [2]string{cells[name].String, cells[owner].String})
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"SOURCE", "ACCOUNTADMIN"}, {"TARGET", "ACCOUNTADMIN"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheSessionsContextFollowsUse(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	db.SetMaxOpenConns(1)
	exec(t, db, "CREATE DATABASE HERE")
	exec(t, db, "USE DATABASE HERE")
	if got := scalar(t.Context(), t, db, "SELECT CURRENT_DATABASE()"); got != "HERE" {
		t.Errorf("got %s, want HERE", got)
	}
}

func TestAWaitKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	id := submit(t, db, "CALL SYSTEM$WAIT(1, 'HOURS')")
	if got := scalar(t.Context(), t, db, "SELECT SYSTEM$WAIT(10, 'MILLISECONDS')"); got != "waited 10 milliseconds" {
		t.Errorf("got %q", got)
	}
	if err := status(t, db, id); number(err) != statusRunning {
		t.Errorf("status of the long wait: got %v, want %d", err, statusRunning)
	}
}
