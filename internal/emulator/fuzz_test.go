package emulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// FuzzBody posts bodies to the endpoints of the protocol: whatever comes, the answer is an envelope.
func FuzzBody(f *testing.F) {
	paths := []string{
		"/session/v1/login-request?roleName=%22", "/session/token-request", "/session?delete=true", "/session/heartbeat",
		"/telemetry/send", "/queries/v1/query-request?requestId=1", "/queries/v1/abort-request",
	}
	for path, body := range []string{
		`{"data":{"LOGIN_NAME":"TESTER","PASSWORD":"correct-horse","SESSION_PARAMETERS":{"TIMEZONE":5,"A":null}}}`,
		`{"oldSessionToken":"x","requestType":"RENEW"}`, ``, `null`, `{"logs":[]}`,
		`{"sqlText":"SELECT ?","bindings":{"1":{"type":"TIMESTAMP_TZ","value":"99999999999999999999 9999"}},"parameters":{"MULTI_STATEMENT_COUNT":1e99}}`,
		`{"requestId":null}`,
	} {
		f.Add(uint8(path), []byte(body), false)
		f.Add(uint8(path), []byte(body), true)
	}
	f.Fuzz(func(t *testing.T, path uint8, body []byte, compressed bool) {
		server := emulator.New(emulator.Options{LongPoll: time.Millisecond})
		defer server.Close()
		token := fuzzLogin(t, server)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, paths[int(path)%len(paths)], bytes.NewReader(body))
		request.Header.Set("Authorization", `Snowflake Token="`+token+`"`)
		if compressed {
			request.Header.Set("Content-Encoding", "gzip")
		}
		recorded := httptest.NewRecorder()
		server.ServeHTTP(recorded, request)
		var envelope struct {
			Success *bool
			Code    *string
		}
		if err := json.Unmarshal(recorded.Body.Bytes(), &envelope); err != nil || envelope.Success == nil {
			t.Fatalf("%s with %q: HTTP %d, %s", request.URL, body, recorded.Code, recorded.Body)
		}
		if recorded.Code >= http.StatusInternalServerError || !*envelope.Success && envelope.Code == nil {
			t.Fatalf("%s with %q: HTTP %d, %s", request.URL, body, recorded.Code, recorded.Body)
		}
	})
}

// fuzzLogin makes the user TESTER and logs in.
func fuzzLogin(t *testing.T, server *emulator.Server) string {
	t.Helper()
	if err := server.Account().Load(t.Context(), "fuzz.sql", "CREATE USER TESTER PASSWORD = '"+password+"';"); err != nil {
		t.Fatal(err)
	}
	body := `{"data":{"LOGIN_NAME":"TESTER","PASSWORD":"` + password + `"}}`
	recorded := httptest.NewRecorder()
	server.ServeHTTP(recorded, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/session/v1/login-request", strings.NewReader(body)))
	var answer struct{ Data struct{ Token string } }
	if err := json.Unmarshal(recorded.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Data.Token
}
