package emulator_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// crowd is the number of sessions that work at once, rounds what each does.
const (
	crowd  = 64
	rounds = 3
)

// work is what the nth session of the crowd does in a round: all sorts of statements, on objects of its own and on
// what all share.
func work(n, round int) []string {
	own := fmt.Sprintf("CROWD_%d", n)
	return []string{
		"CREATE DATABASE " + own + " CLONE SHARED",
		"CREATE TABLE " + own + ".PUBLIC.T (A NUMBER, B VARCHAR)",
		fmt.Sprintf("INSERT INTO %s.PUBLIC.T SELECT SEQ4(), 'x' FROM TABLE(GENERATOR(ROWCOUNT => %d))", own, 10*(round+1)),
		"UPDATE " + own + ".PUBLIC.T SET B = 'y' WHERE A < 5",
		"SHOW TABLES IN DATABASE " + own, "SHOW GRANTS ON DATABASE " + own, "SHOW DATABASES LIKE 'CROWD%'",
		fmt.Sprintf("INSERT INTO SHARED.PUBLIC.NOTES VALUES (%d, %d)", n, round),
		"SELECT COUNT(*) FROM SHARED.PUBLIC.NOTES N JOIN " + own + ".PUBLIC.NOTES O ON N.WHO = O.WHO",
		"CREATE SCHEMA " + own + ".S CLONE SHARED.PUBLIC", "GRANT USAGE ON DATABASE " + own + " TO ROLE PUBLIC",
		"ALTER SESSION SET TIMEZONE = 'UTC'", "SELECT GET_DDL('DATABASE', '" + own + "')",
		"SELECT COUNT(*) FROM " + own + ".INFORMATION_SCHEMA.COLUMNS",
		"DELETE FROM " + own + ".PUBLIC.T", "DROP DATABASE " + own,
	}
}

func TestACrowdOfSessionsWorksAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ChunkBytes: 512, LogLimit: 100, ResultLimit: 50})
	first := s.login(t)
	for _, text := range []string{"CREATE DATABASE SHARED", "CREATE TABLE SHARED.PUBLIC.NOTES (WHO NUMBER, ROUND NUMBER)"} {
		if code := s.codeOfPost(t, first, text); code != "" {
			t.Fatalf("%s: %s", text, code)
		}
	}
	var all sync.WaitGroup
	for n := range crowd {
		token := s.login(t)
		all.Go(func() {
			for round := range rounds {
				for _, text := range append([]string{"USE WAREHOUSE TEST_WH"}, work(n, round)...) {
					if code := s.codeOfPost(t, token, text); code != "" {
						t.Errorf("session %d, round %d: %s: %s", n, round, text, code)
					}
				}
			}
			s.ask(t, "POST", "/session?delete=true", strings.NewReader(""), "Authorization", token)
		})
	}
	all.Wait()
	s.codeOfPost(t, first, "USE WAREHOUSE TEST_WH")
	answer := s.post(t, first, "SELECT COUNT(*), COUNT(DISTINCT WHO) FROM SHARED.PUBLIC.NOTES")
	if diff := cmp.Diff([][]string{{fmt.Sprint(crowd * rounds), fmt.Sprint(crowd)}}, answer.Data.Rowset); diff != "" {
		t.Errorf("what all wrote (-want +got):\n%s", diff)
	}
	if left := s.post(t, first, "SHOW DATABASES LIKE 'CROWD%'"); left.Data.Total != 0 {
		t.Errorf("%d databases are left", left.Data.Total)
	}
	if kept := len(s.Statements(0)); kept != 100 {
		t.Errorf("the log keeps %d statements, want 100", kept)
	}
}

func TestASlowClientIsCutOffAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ClientTimeout: 200 * time.Millisecond})
	cases := map[string]struct{ reason, sent string }{
		"half a header": {"the rest of it never comes", "POST /session/v1/login-request HTTP/1.1\r\nHost: x\r\n"},
		"half a body":   {"the rest of it never comes", "POST /session/v1/login-request HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"},
		"nothing":       {"the connection is of no use", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slow := dial(t, s)
			if _, err := slow.Write([]byte(c.sent)); err != nil {
				t.Fatal(err)
			}
			if status, _ := fetch(t, s.URL+"/healthz", nil); status != 200 {
				t.Errorf("meanwhile the server answers HTTP %d", status)
			}
			said, err := io.ReadAll(slow) // Until the server closes the connection.
			if err != nil || strings.Contains(string(said), "200 OK") {
				t.Errorf("%s: the client got %q, %v", c.reason, said, err)
			}
		})
	}
}

// dial opens a bare connection to the server.
func dial(t *testing.T, s *service) net.Conn {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", fmt.Sprintf("%s:%d", s.Host, s.Port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
