package emulator_test

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// shop is an account with a production database.
//
//go:embed account/testdata/shop.sql
var shop string

//go:embed account/testdata/mixed.sql
var moreThanShop string

// mixed adds to shop one object of every kind that has a state.
var mixed = shop + moreThanShop

// stoppedTime is a time that passes only when it is told to.
type stoppedTime struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the moment at which time stands.
func (s *stoppedTime) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// After returns a channel that delivers after d of real time: the server's own
// waiting is not what conformance is about.
func (s *stoppedTime) After(d time.Duration) <-chan time.Time { return time.After(d) }

// world is an account behind a server of its own, and one session of the real
// driver in it.
type world struct {
	t       *testing.T
	account *account.Account
	running *emulator.Running
	time    *stoppedTime
	conn    *sql.Conn
	// user, role and warehouse are what conn logged in with.
	user, role, warehouse string
	// queryID is the id of the last statement of this session.
	queryID string
	users   map[string]bool
}

// newWorld starts an account whose time moves a second with every statement,
// and logs in as ACCOUNTADMIN with the warehouse WH.
func newWorld(t *testing.T, switches account.Switches) *world {
	t.Helper()
	w := &world{t: t, time: &stoppedTime{now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)}, users: map[string]bool{}}
	w.account = account.New(account.Options{Name: "TEST", Now: w.time.Now, Switches: switches})
	w.load("CREATE WAREHOUSE WH; CREATE USER ADMIN PASSWORD = '" + password + "'; GRANT ROLE ACCOUNTADMIN TO USER ADMIN;")
	running, err := emulator.Start(emulator.Options{Account: w.account, Clock: emulator.NewClock(w.time)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	w.running = running
	w.login("ADMIN", "ACCOUNTADMIN", "WH")
	return w
}

// login opens the session of a user with a role. Nothing but the role is set,
// save that ACCOUNTADMIN has the warehouse WH.
func (w *world) login(user, role, warehouse string) {
	w.t.Helper()
	off := "false"
	pool := open(w.t, sf.Config{
		Account: "emulator", User: user, Password: password, Role: role, Warehouse: warehouse,
		Protocol: "http", Host: w.running.Host, Port: w.running.Port, DisableOCSPChecks: true,
		Params: map[string]*string{"CLIENT_TELEMETRY_ENABLED": &off},
	})
	conn, err := pool.Conn(w.t.Context())
	if err != nil {
		w.t.Fatalf("log in as %s: %v", user, err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	w.conn, w.user, w.role, w.warehouse = conn, user, role, warehouse
}

// as logs in a user who has the role alone.
func (w *world) as(role string) *world {
	w.t.Helper()
	user := "USER_" + role
	if !w.users[user] {
		w.run("CREATE USER "+user+" PASSWORD = '"+password+"' DEFAULT_ROLE = "+role, "GRANT ROLE "+role+" TO USER "+user)
		w.users[user] = true
	}
	other := *w
	other.login(user, role, "")
	return &other
}

// sessionLife is how long a session lives without a heartbeat (L8).
const sessionLife = 4 * time.Hour

// pass lets time pass. What outlives the session is followed by a new login.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.tick(d)
	if d >= sessionLife {
		w.login(w.user, w.role, w.warehouse)
	}
}

// tick moves the account's time and nothing else.
func (w *world) tick(d time.Duration) {
	w.time.mu.Lock()
	defer w.time.mu.Unlock()
	w.time.now = w.time.now.Add(d)
}

// now is the account's time.
func (w *world) now() time.Time { return w.time.Now() }

// turn sets a switch.
func (w *world) turn(name, value string) {
	w.t.Helper()
	if err := w.account.SetSwitch(name, value); err != nil {
		w.t.Fatal(err)
	}
}

// load runs a script as ACCOUNTADMIN.
func (w *world) load(script string) {
	w.t.Helper()
	if err := w.account.Load(w.t.Context(), "test.sql", script); err != nil {
		w.t.Fatal(err)
	}
}

// answer is what a statement answered: NULL is nil.
type answer struct {
	columns []string
	rows    [][]*string
}

// query runs one statement a second after the one before.
func (w *world) query(ctx context.Context, statement string, args ...any) (*answer, error) {
	w.tick(time.Second)
	ids := make(chan string, 1)
	rows, err := w.conn.QueryContext(sf.WithQueryIDChan(ctx, ids), statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	select {
	case w.queryID = <-ids:
	default: // A result that is fetched anew has no new id.
	}
	a := &answer{rows: [][]*string{}}
	if a.columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	for rows.Next() {
		cells, into := make([]*string, len(a.columns)), make([]any, len(a.columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		a.rows = append(a.rows, cells)
	}
	return a, rows.Err()
}

// must ends the test at an error.
func (w *world) must(a *answer, err error) *answer {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// run runs statements that must succeed and answers the last result.
func (w *world) run(statements ...string) *answer {
	w.t.Helper()
	var last *answer
	for _, s := range statements {
		a, err := w.query(w.t.Context(), s)
		if err != nil {
			w.t.Fatalf("%s\n%v", s, err)
		}
		last = a
	}
	return last
}

// fails runs a statement that must fail with a number and a text.
func (w *world) fails(code int, text, statement string) {
	w.t.Helper()
	_, err := w.query(w.t.Context(), statement)
	e, ok := errors.AsType[*sf.SnowflakeError](err)
	if !ok {
		w.t.Fatalf("%s\nwant error %06d, got %v", statement, code, err)
	}
	if e.Number != code || !strings.Contains(e.Message, text) {
		w.t.Fatalf("%s\nwant %06d with %q, got %v", statement, code, text, err)
	}
}

// status runs a statement and answers its status text.
func (w *world) status(statement string) string {
	w.t.Helper()
	return *w.run(statement).rows[0][0]
}

// column runs a statement and lists the values of one column, NULL as "∅".
func (w *world) column(name, statement string) []string {
	w.t.Helper()
	a := w.run(statement)
	if !slices.Contains(a.columns, name) {
		w.t.Fatalf("%s\nno column %s", statement, name)
	}
	return a.print(name)
}

// rows runs a statement and prints the wanted columns of each row, joined by
// blanks.
func (w *world) rows(statement string, columns ...string) []string {
	w.t.Helper()
	return w.run(statement).print(columns...)
}

// print prints the wanted columns of each row, or all, joined by blanks.
func (a *answer) print(columns ...string) []string {
	out := []string{}
	for _, row := range a.rows {
		var cells []string
		for i, c := range a.columns {
			if len(columns) == 0 || slices.Contains(columns, c) {
				cells = append(cells, cellText(row[i]))
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

// cellText prints a cell.
func cellText(cell *string) string {
	if cell == nil {
		return "∅"
	}
	return *cell
}

// equal compares lists.
func equal(t *testing.T, reason string, got []string, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", reason, got, want)
	}
}
