package emulator

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// clumsySession panics at every statement.
type clumsySession struct{ idleSession }

func (clumsySession) Execute(context.Context, account.Request) (*account.Result, error) {
	panic("a mistake")
}

func TestAPanicIsAnErrorOfTheProtocol(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	defer s.Close()
	handler := s.serve(EndpointHeartbeat, func(*http.Request) (*call, error) { panic("a mistake") })
	for range 2 {
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/session/heartbeat", nil))
		var answer struct {
			Code    string
			Success bool
			Message string
		}
		if err := json.Unmarshal(recorded.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if recorded.Code != http.StatusInternalServerError || answer.Code != "000603" || answer.Success ||
			!strings.Contains(answer.Message, "a mistake") {
			t.Errorf("got HTTP %d with %+v", recorded.Code, answer)
		}
	}
}

func TestAPanicOfAStatementIsItsOutcome(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	defer s.Close()
	closed := 0
	asking := &session{accountSession: clumsySession{idleSession{&closed}}, user: "U"}
	answer := s.begin(t.Context(), s.newQuery(asking, queryRequest{SQLText: "SELECT 1"}, nil), "")
	if answer.Success || answer.Code == nil || *answer.Code != "000603" {
		t.Errorf("got %+v", answer)
	}
	entries := s.Statements(0)
	if len(entries) != 1 || entries[0].Code != codeInternal {
		t.Errorf("the log has %+v", entries)
	}
}
