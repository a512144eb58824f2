package emulator_test

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// TestCloseEndsEveryGoroutineOfTheServer runs beside no other test: the servers
// of others would be taken for this one's.
//
//nolint:paralleltest // It counts the goroutines of the whole process.
func TestCloseEndsEveryGoroutineOfTheServer(t *testing.T) {
	s := start(t, emulator.Options{Admin: true})
	if err := s.ListenAdmin("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	token := s.login(t)
	if code := s.codeOfPost(t, token, "SELECT 1"); code != "" {
		t.Fatalf("a statement: %s", code)
	}
	gate := s.hold(t, emulator.BeforeExecution, "^SELECT 1[12]")
	posted := s.ask(t, http.MethodPost, "/queries/v1/query-request", strings.NewReader(`{"sqlText":"SELECT 11","asyncExec":true}`), "Authorization", token)
	if posted.Code != "333334" {
		t.Fatalf("an asynchronous statement: %+v", posted)
	}
	answered := make(chan string, 1)
	go func() { answered <- s.codeOfPost(t, token, "SELECT 12") }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 2 {
		if _, err := gate.Await(ctx); err != nil {
			t.Fatalf("wait for the statements that are held: %v", err)
		}
	}
	if len(goroutinesOfServers()) == 0 {
		t.Fatal("a server that serves has no goroutine: the test looks for the wrong ones")
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	select {
	case code := <-answered:
		if code == "" {
			t.Error("the statement that was held succeeded")
		}
	case <-ctx.Done():
		t.Error("the request that waited has no answer")
	}
	if left := awaitNoServers(ctx); len(left) > 0 {
		t.Errorf("goroutines after Close:\n%s", strings.Join(left, "\n\n"))
	}
}

// awaitNoServers waits until no server has a goroutine, or the context ends,
// and returns those that are left. A connection that was closed takes a moment
// to notice.
func awaitNoServers(ctx context.Context) []string {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		left := goroutinesOfServers()
		if len(left) == 0 {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return left
		}
	}
}

// goroutinesOfServers are the stacks of all goroutines in which the emulator or
// an HTTP server runs. Tests of the package itself that wait for their turn are
// none of those.
func goroutinesOfServers() []string {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var out []string
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		text := string(stack)
		if strings.Contains(text, "testing.tRunner") {
			continue
		}
		if slices.ContainsFunc([]string{"snowclone/internal/emulator.", "snowclone/internal/emulator/account.", "net/http.(*conn)", "net/http.(*Server)"},
			func(of string) bool { return strings.Contains(text, of) }) {
			out = append(out, text)
		}
	}
	return out
}
