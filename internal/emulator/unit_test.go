package emulator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

func TestRedactBlacksOutSecretsOnly(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"a password":           {"CREATE USER A PASSWORD = 'x''y' COMMENT = 'z'", "CREATE USER A PASSWORD = '***' COMMENT = 'z'"},
		"a password in lower":  {"alter user a set password='x'", "alter user a set password='***'"},
		"a backslash":          {`PASSWORD='x\'y' B`, `PASSWORD='***' B`},
		"a public key":         {"ALTER USER A SET RSA_PUBLIC_KEY_2 = 'MIIB'", "ALTER USER A SET RSA_PUBLIC_KEY_2 = '***'"},
		"a named argument":     {"CALL p(token => 'abc')", "CALL p(token => '***')"},
		"a client secret":      {"OAUTH_CLIENT_SECRET = 'abc'", "OAUTH_CLIENT_SECRET = '***'"},
		"a cloud key":          {"CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = 's')", "CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = '***')"},
		"a PEM block":          {"x -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- y", "x '***' y"},
		"a web token":          {"SELECT 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln'", "SELECT ''***''"},
		"a column of the name": {"SELECT PASSWORD FROM T WHERE TOKEN > 1", "SELECT PASSWORD FROM T WHERE TOKEN > 1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, redact(c.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheLogForgetsTheOldest(t *testing.T) {
	t.Parallel()
	log := newStatementLog(3)
	for n := range 5 {
		log.add(Entry{SQL: fmt.Sprint(n + 1)})
	}
	cases := map[string]struct {
		since int64
		want  []int64
	}{
		"all that is left": {since: 0, want: []int64{3, 4, 5}},
		"the new ones":     {since: 4, want: []int64{5}},
		"nothing new":      {since: 5, want: nil},
		"the future":       {since: 9, want: nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []int64
			for _, entry := range log.since(c.since) {
				got = append(got, entry.Sequence)
				if entry.SQL != fmt.Sprint(entry.Sequence) {
					t.Errorf("entry %d is statement %s", entry.Sequence, entry.SQL)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// finished makes a query of the session that has ended at the given time.
func finished(id string, asking *session, at time.Time) *query {
	q := &query{id: id, requestID: "request-" + id, session: asking, done: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancelCause(context.Background())
	q.finish(outcome{finished: at})
	return q
}

func TestRequestIDsAreThoseOfASession(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	kept := newQueries(func() time.Time { return now }, 10, 1<<20, time.Hour)
	one, other := &session{user: "U"}, &session{user: "U"}
	first := finished("a", one, now)
	admit := func(q *query) (*query, bool) {
		t.Helper()
		admitted, isNew, err := kept.admit(q, true)
		if err != nil {
			t.Fatal(err)
		}
		return admitted, isNew
	}
	admit(first)
	if again, isNew := admit(finished("a", one, now)); isNew || again != first {
		t.Error("the same request over the same session is not recognised")
	}
	if _, isNew := admit(finished("a", other, now)); !isNew {
		t.Error("another session's request is taken for the same")
	}
	if kept.findRequest("request-a", one) != first {
		t.Error("another session's request has taken the place of the first")
	}
}

func TestResultsAreForgottenByNumberAndAge(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	kept, asking := newQueries(func() time.Time { return now }, 2, 1<<20, time.Hour), &session{user: "U"}
	for _, q := range []*query{finished("a", asking, now), finished("b", asking, now), finished("c", asking, now)} {
		kept.insert(q)
		kept.byRequest[q.requestKey()] = q
		kept.retire(q)
	}
	if kept.find("a", "U") != nil || kept.findRequest("request-a", asking) != nil {
		t.Error("the oldest of three results is still kept")
	}
	if kept.find("b", "U") == nil || kept.find("b", "SOMEBODY") != nil {
		t.Error("a result is there for its user and nobody else")
	}
	now = now.Add(2 * time.Hour)
	late := finished("d", asking, now)
	kept.insert(late)
	kept.byRequest[late.requestKey()] = late
	kept.retire(late)
	if kept.find("c", "U") != nil || len(kept.byID) != 1 || len(kept.byRequest) != 1 {
		t.Errorf("after two hours %d results are kept, want 1", len(kept.byID))
	}
}

func TestResultsAreForgottenByMemory(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	kept, asking := newQueries(func() time.Time { return now }, 10, 2500, time.Hour), &session{user: "U"}
	text := strings.Repeat("x", 1000)
	for _, id := range []string{"a", "b", "c"} {
		q := &query{id: id, requestID: "request-" + id, session: asking, done: make(chan struct{})}
		q.ctx, q.cancel = context.WithCancelCause(context.Background())
		q.finish(outcome{finished: now, result: &account.Result{Columns: []account.Column{{}}, Rows: [][]*string{{&text}}}})
		kept.insert(q)
		kept.byRequest[q.requestKey()] = q
		kept.retire(q)
	}
	if kept.find("a", "U") != nil || kept.find("b", "U") == nil || kept.find("c", "U") == nil {
		t.Error("of three results, of which two have room, the first is to be forgotten")
	}
	if want := int64(2 * (1000 + rowMemory + cellMemory)); kept.memory != want {
		t.Errorf("the results take %d bytes, want %d", kept.memory, want)
	}
}

func TestAGeneratorTakesItsTime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, sql string
		want        time.Duration
	}{
		"a time limit":              {"the query lasts as long", "SELECT COUNT(*) FROM TABLE(GENERATOR(TIMELIMIT => 7))", 7 * time.Second},
		"in a CTE":                  {"the query waits for it", "WITH x AS (SELECT 1 FROM TABLE(GENERATOR(timelimit=>3))) SELECT * FROM x", 3 * time.Second},
		"a number of rows":          {"it is reached at once", "SELECT 1 FROM TABLE(GENERATOR(ROWCOUNT => 5, TIMELIMIT => 7))", 0},
		"a time limit that is text": {"a string generates nothing", "SELECT 'GENERATOR(TIMELIMIT => 7)'", 0},
		"a view's definition":       {"it does not run", "CREATE VIEW V AS SELECT 1 FROM TABLE(GENERATOR(TIMELIMIT => 7))", 0},
		"a time too long":           {"it is no number of seconds", "SELECT 1 FROM TABLE(GENERATOR(TIMELIMIT => 99999999999999))", 0},
		"an unfinished statement":   {"the account words the error", "SELECT 1 FROM TABLE(GENERATOR(TIMELIMIT =>", 0},
		"an unfinished call":        {"the account words the error", "SELECT 1 FROM GENERATOR", 0},
		"a text that does not end":  {"the account words the error", "SELECT '", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := generation(c.sql); got != c.want {
				t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
			}
		})
	}
}

// idleSession is a session of an account that is not there.
type idleSession struct{ closed *int }

func (idleSession) ID() int64                            { return 1 }
func (idleSession) Context() account.Context             { return account.Context{} }
func (idleSession) Parameter(string) string              { return "" }
func (idleSession) ChangedParameters() map[string]string { return nil }
func (i idleSession) Close()                             { *i.closed++ }
func (idleSession) Execute(context.Context, account.Request) (*account.Result, error) {
	return nil, errors.New("nothing is executed here")
}

// codeOf is the number of an error, 0 for nil.
func codeOf(err error) int {
	if known, ok := errors.AsType[*account.Error](err); ok {
		return known.Code
	}
	return 0
}

func TestTokensLiveAsLongAsSnowflakesDo(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	all := newSessions(func() time.Time { return now })
	closed := 0
	first, err := all.open(&session{accountSession: idleSession{&closed}})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour - time.Second)
	if _, err := all.authenticate(first.session); err != nil {
		t.Errorf("a second before the hour: %v", err)
	}
	now = now.Add(time.Second)
	if _, err := all.authenticate(first.session); codeOf(err) != codeSessionExpired {
		t.Errorf("at the hour: got %v, want %d", err, codeSessionExpired)
	}
	second, err := all.renew(first.master)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := all.authenticate(second.session); err != nil {
		t.Errorf("renewed token: %v", err)
	}
	if _, err := all.renew(first.master); codeOf(err) != codeMasterUnknown {
		t.Errorf("used master token: got %v, want %d", err, codeMasterUnknown)
	}
	now = now.Add(4 * time.Hour)
	if _, err := all.renew(second.master); codeOf(err) != codeMasterExpired {
		t.Errorf("master token after four hours: got %v, want %d", err, codeMasterExpired)
	}
	now = now.Add(48 * time.Hour)
	if _, err := all.open(&session{accountSession: idleSession{&closed}}); err != nil {
		t.Fatal(err)
	}
	if len(all.byMaster) != 1 || closed != 1 {
		t.Errorf("%d sessions are known and %d were closed, want 1 and 1", len(all.byMaster), closed)
	}
}

func TestSessionsAreBoundedInNumber(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	all := newSessions(func() time.Time { return now })
	closed := 0
	var last *session
	open := func() error {
		last = &session{accountSession: idleSession{&closed}}
		_, err := all.open(last)
		return err
	}
	for range maxSessions {
		if err := open(); err != nil {
			t.Fatal(err)
		}
	}
	ended := last
	if err := open(); !errors.Is(err, errTooManySessions) {
		t.Errorf("one session too many: got %v", err)
	}
	all.end(ended)
	if err := open(); err != nil || len(all.byMaster) != maxSessions {
		t.Errorf("a session takes the place of one that ended: %v, %d are known", err, len(all.byMaster))
	}
	now = now.Add(masterTokenLife)
	if err := open(); err != nil || len(all.byMaster) != 1 || closed != maxSessions {
		t.Errorf("sessions whose tokens are worthless make room: %v, %d are known and %d were closed", err, len(all.byMaster), closed)
	}
}

func TestRunningStatementsAreBoundedInNumber(t *testing.T) {
	t.Parallel()
	kept, asking := newQueries(time.Now, 10, 1<<20, time.Hour), &session{user: "U"}
	for n := range maxRunning {
		if _, isNew, err := kept.admit(&query{id: fmt.Sprint(n), requestID: fmt.Sprint(n), session: asking}, true); err != nil || !isNew {
			t.Fatalf("statement %d: %v", n, err)
		}
	}
	if _, _, err := kept.admit(&query{id: "more", requestID: "more", session: asking}, true); !errors.Is(err, errTooMany) {
		t.Errorf("one statement too many: got %v", err)
	}
	if _, isNew, err := kept.admit(&query{id: "again", requestID: "0", session: asking}, true); err != nil || isNew {
		t.Errorf("a request that is known already: got %v", err)
	}
}

func TestTheLogIsBoundedInMemory(t *testing.T) {
	t.Parallel()
	log := newStatementLog(1000)
	log.room = 3*loggedText + 10
	for range 5 {
		log.add(Entry{SQL: strings.Repeat("x", 2*loggedText)})
	}
	entries := log.since(0)
	if len(entries) != 3 || entries[0].Sequence != 3 || len(entries[0].SQL) != loggedText || log.used != 3*loggedText {
		t.Errorf("%d entries of %d bytes are kept", len(entries), log.used)
	}
	if long := shortened(strings.Repeat("x", loggedText-1) + "\u00e9"); len(long) != loggedText-1 {
		t.Errorf("a character is cut in half: %d bytes", len(long))
	}
}

// handClock is a time source that moves when told to.
type handClock struct{ fire chan time.Time }

func (handClock) Now() time.Time                         { return time.Unix(1_000_000, 0) }
func (h handClock) After(time.Duration) <-chan time.Time { return h.fire }

func TestAWaitEndsWithItsClockOrItsContext(t *testing.T) {
	t.Parallel()
	hand := handClock{fire: make(chan time.Time, 1)}
	clock := NewClock(hand)
	hand.fire <- hand.Now()
	if err := clock.wait(t.Context(), time.Hour); err != nil {
		t.Errorf("after the hour: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCanceled)
	if err := clock.wait(ctx, time.Hour); codeOf(err) != codeCanceled {
		t.Errorf("cancelled: got %v, want %d", err, codeCanceled)
	}
}

func TestTheClockRunsAheadOfItsSource(t *testing.T) {
	t.Parallel()
	clock := NewClock(handClock{})
	clock.SetOffset(-time.Hour)
	if diff := cmp.Diff(time.Unix(1_000_000, 0).Add(-time.Hour), clock.Now()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
