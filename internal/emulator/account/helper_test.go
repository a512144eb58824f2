package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is an account with a session and a clock for tests.
type world struct {
	t       *testing.T
	account *Account
	session *Session
	clock   *time.Time
}

// newWorld makes an account whose clock moves a second with every statement,
// and a session of ACCOUNTADMIN with the warehouse WH.
func newWorld(t *testing.T, switches Switches) *world {
	t.Helper()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	w := &world{t: t, clock: &now}
	w.account = New(Options{Name: "TEST", Now: func() time.Time { return *w.clock }, Switches: switches})
	s, err := w.account.OpenSession(systemUser, Context{Role: roleAccountAdmin}, nil)
	if err != nil {
		t.Fatalf("open session: %v", err)
	}
	w.session = s
	w.run("CREATE WAREHOUSE WH")
	return w
}

// as opens a session of a user who has the role alone.
func (w *world) as(role string) *world {
	w.t.Helper()
	user := "USER_" + role
	if w.account.root.lookup(kindUser, user, 0) == nil {
		w.run("CREATE USER " + user + " DEFAULT_ROLE = " + role)
		w.run("GRANT ROLE " + role + " TO USER " + user)
	}
	s, err := w.account.OpenSession(user, Context{Role: role}, nil)
	if err != nil {
		w.t.Fatalf("open session of %s: %v", role, err)
	}
	other := *w
	other.session = s
	return &other
}

// exec runs one statement a second later.
func (w *world) exec(statement string) (*Result, error) {
	*w.clock = w.clock.Add(time.Second)
	return w.session.Execute(w.t.Context(), Request{SQL: statement})
}

// run runs statements that must succeed and answers the last result.
func (w *world) run(statements ...string) *Result {
	w.t.Helper()
	var last *Result
	for _, s := range statements {
		r, err := w.exec(s)
		if err != nil {
			w.t.Fatalf("%s\n%v", s, err)
		}
		last = r
	}
	return last
}

// load runs a script as ACCOUNTADMIN.
func (w *world) load(script string) {
	w.t.Helper()
	if err := w.account.Load(w.t.Context(), "test.sql", script); err != nil {
		w.t.Fatal(err)
	}
}

// fails runs a statement that must fail with a number and a text.
func (w *world) fails(code int, text, statement string) {
	w.t.Helper()
	_, err := w.exec(statement)
	var e *Error
	if !errors.As(err, &e) {
		w.t.Fatalf("%s\nwant error %06d, got %v", statement, code, err)
	}
	if e.Code != code || !strings.Contains(e.Message, text) {
		w.t.Fatalf("%s\nwant %06d with %q, got %v", statement, code, text, err)
	}
}

// status runs a statement and answers its status text.
func (w *world) status(statement string) string {
	w.t.Helper()
	return *w.run(statement).Rows[0][0]
}

// column runs a statement and lists the values of one column, NULL as "∅".
func (w *world) column(name, statement string) []string {
	w.t.Helper()
	r := w.run(statement)
	i := slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		w.t.Fatalf("%s\nno column %s", statement, name)
	}
	out := []string{}
	for _, row := range r.Rows {
		out = append(out, cellText(row[i]))
	}
	return out
}

// rows runs a statement and prints the wanted columns of each row, joined by
// blanks.
func (w *world) rows(statement string, columns ...string) []string {
	w.t.Helper()
	r := w.run(statement)
	out := []string{}
	for _, row := range r.Rows {
		var cells []string
		for i, c := range r.Columns {
			if len(columns) == 0 || slices.Contains(columns, c.Name) {
				cells = append(cells, cellText(row[i]))
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

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
