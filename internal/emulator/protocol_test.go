package emulator_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// reply is an answer of the protocol as a client sees it.
type reply struct {
	Status  int
	Code    string
	Success bool
	data    map[string]any
	header  http.Header
}

// ask sends a request without a driver. Header lines come in pairs.
func (s *service) ask(t *testing.T, method, path string, body io.Reader, header ...string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for k := 0; k < len(header); k += 2 {
		request.Header.Set(header[k], header[k+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got := reply{Status: response.StatusCode, header: response.Header}
	var envelope struct {
		Data    any
		Code    *string
		Success bool
	}
	if err := json.NewDecoder(response.Body).Decode(&envelope); err != nil {
		return got
	}
	got.Success = envelope.Success
	if envelope.Code != nil {
		got.Code = *envelope.Code
	}
	got.data, _ = envelope.Data.(map[string]any)
	return got
}

// login opens a session without a driver and returns its Authorization header.
func (s *service) login(t *testing.T) string {
	t.Helper()
	body := `{"data":{"LOGIN_NAME":"tester","PASSWORD":"` + password + `","AUTHENTICATOR":"SNOWFLAKE"}}`
	got := s.ask(t, http.MethodPost, "/session/v1/login-request?roleName=ACCOUNTADMIN", strings.NewReader(body))
	token, _ := got.data["token"].(string)
	if token == "" {
		t.Fatalf("login: %+v", got)
	}
	return `Snowflake Token="` + token + `"`
}

func TestRequestsThatAreNotOfTheProtocolAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	token := s.login(t)
	cases := map[string]struct {
		reason       string
		method, path string
		body, token  string
		want         reply
	}{
		"unknown path": {
			reason: "nothing is served there",
			method: http.MethodGet, path: "/console/login",
			want: reply{Status: http.StatusNotFound, Code: "390404"},
		},
		"admin API that is switched off": {
			reason: "the option is off from the start",
			method: http.MethodGet, path: "/admin/statements",
			want: reply{Status: http.StatusNotFound, Code: "390404"},
		},
		"malformed login": {
			reason: "the body is no JSON",
			method: http.MethodPost, path: "/session/v1/login-request", body: `{"data":`,
			want: reply{Status: http.StatusBadRequest, Code: "390400"},
		},
		"login without a method we know": {
			reason: "browsers cannot log in here",
			method: http.MethodPost, path: "/session/v1/login-request",
			body: `{"data":{"AUTHENTICATOR":"EXTERNALBROWSER"}}`,
			want: reply{Status: http.StatusOK, Code: "390190"},
		},
		"malformed statement": {
			reason: "the body is no JSON",
			method: http.MethodPost, path: "/queries/v1/query-request", body: `SELECT 1`, token: token,
			want: reply{Status: http.StatusBadRequest, Code: "390400"},
		},
		"statement without a token": {
			reason: "nobody is logged in",
			method: http.MethodPost, path: "/queries/v1/query-request", body: `{"sqlText":"SELECT 1"}`,
			want: reply{Status: http.StatusOK, Code: "390104"},
		},
		"renewal with an unknown token": {
			reason: "nobody is logged in",
			method: http.MethodPost, path: "/session/token-request", body: `{}`,
			want: reply{Status: http.StatusOK, Code: "390113"},
		},
		"result of an unknown statement": {
			reason: "there is nothing to wait for",
			method: http.MethodGet, path: "/queries/01/result", token: token,
			want: reply{Status: http.StatusOK, Code: "000709"},
		},
		"abort of an unknown statement": {
			reason: "there is nothing to stop",
			method: http.MethodPost, path: "/queries/v1/abort-request", body: `{"requestId":"x"}`, token: token,
			want: reply{Status: http.StatusOK, Code: "000605"},
		},
		"bindings on a stage": {
			reason: "they would be read from nowhere",
			method: http.MethodPost, path: "/queries/v1/query-request", body: `{"bindStage":"@s"}`, token: token,
			want: reply{Status: http.StatusBadRequest, Code: "390400"},
		},
		"session request without delete": {
			reason: "the endpoint has no other use",
			method: http.MethodPost, path: "/session", token: token,
			want: reply{Status: http.StatusBadRequest, Code: "390400"},
		},
		"heartbeat": {
			reason: "the session lives",
			method: http.MethodPost, path: "/session/heartbeat", token: token,
			want: reply{Status: http.StatusOK, Success: true},
		},
		"telemetry": {
			reason: "it is taken and dropped",
			method: http.MethodPost, path: "/telemetry/send", body: `{"logs":[]}`,
			want: reply{Status: http.StatusOK, Success: true},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, c.method, c.path, strings.NewReader(c.body), "Authorization", c.token)
			got.data, got.header = nil, nil
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(reply{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestBodiesMayBeCompressed(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	token := s.login(t)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if err := json.NewEncoder(writer).Encode(map[string]string{
		"sqlText": "SELECT '" + strings.Repeat("x", 20_000) + "'",
	}); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	got := s.ask(t, http.MethodPost, "/queries/v1/query-request", &packed, "Authorization", token,
		"Content-Encoding", "gzip", "Accept-Encoding", "gzip")
	if got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("a long answer to a client that accepts gzip came as %v", got.header)
	}
}

func TestASessionThatLoggedOutIsGone(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	token := s.login(t)
	if got := s.ask(t, http.MethodPost, "/session?delete=true", nil, "Authorization", token); !got.Success {
		t.Fatalf("logout: %+v", got)
	}
	got := s.ask(t, http.MethodPost, "/queries/v1/query-request", strings.NewReader(`{"sqlText":"SELECT 1"}`), "Authorization", token)
	if diff := cmp.Diff("390111", got.Code); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheLoginTellsDriversWhatTheyCannotDoWithout(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	body := `{"data":{"LOGIN_NAME":"TESTER","PASSWORD":"` + password + `","SESSION_PARAMETERS":{"TIMEZONE":"UTC","CLIENT_STAGE_ARRAY_BINDING_THRESHOLD":5}}}`
	got := s.ask(t, http.MethodPost, "/session/v1/login-request", strings.NewReader(body))
	told := map[string]any{}
	list, _ := got.data["parameters"].([]any)
	for _, item := range list {
		pair, _ := item.(map[string]any)
		name, _ := pair["name"].(string)
		told[name] = pair["value"]
	}
	want := map[string]any{
		"TIMEZONE": "UTC", "BINARY_OUTPUT_FORMAT": "HEX", "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
		"CLIENT_TELEMETRY_ENABLED": false, "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD": 0.0,
	}
	for name, value := range want {
		if diff := cmp.Diff(value, told[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got.data["validityInSeconds"] != 3600.0 || got.data["masterValidityInSeconds"] != 14400.0 {
		t.Errorf("token lives: %v and %v", got.data["validityInSeconds"], got.data["masterValidityInSeconds"])
	}
}
