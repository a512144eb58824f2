package snowflake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a server for what no real server does on purpose: it answers at the wrong time, in odd states, or not at all.
// Everything that Snowflake does is tested against the emulator.
type fake struct {
	*httptest.Server

	mu       sync.Mutex
	logins   []fakeLogin
	logouts  int
	aborts   int
	renewals int
	queries  []fakeQuery

	// refuseLogin is the error code with which logins are refused.
	refuseLogin string
	// answer makes the reply to a statement; nil replies with one row.
	answer func(q fakeQuery) fakeReply
	// status makes the reply of the monitoring endpoint to a token.
	status func(token string) map[string]any
	// result makes the reply of the result endpoint.
	result func() fakeReply
	// hang holds requests of these paths until the test ends.
	hang     map[string]bool
	released chan struct{}
}

type fakeLogin struct {
	RequestID string
	Data      map[string]any
}

type fakeQuery struct {
	SQL        string `json:"sqlText"`
	Async      bool   `json:"asyncExec"`
	Token      string
	Parameters map[string]any `json:"parameters"`
	Bindings   map[string]struct{ Type, Value string }
}

// fakeReply is one answer of the query or result endpoint.
type fakeReply struct {
	HTTP    int
	Code    string
	Message string
	Data    map[string]any
}

// oneRow is a result of one text column.
func oneRow(column, value string) fakeReply {
	return fakeReply{Data: map[string]any{
		"rowtype": []map[string]any{{"name": column, "type": "text", "nullable": true}},
		"rowset":  [][]string{{value}}, "total": 1, "returned": 1,
		"queryId": "01-query", "queryResultFormat": "json", "statementTypeId": 0x1000,
	}}
}

// inProgress is the answer to a statement that runs on.
func inProgress(code string) fakeReply {
	return fakeReply{Code: code, Data: map[string]any{
		"queryId": "01-async", "getResultUrl": "/queries/01-async/result", "queryAbortsAfterSecs": 300,
	}}
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{hang: map[string]bool{}, released: make(chan struct{})}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(func() {
		close(f.released)
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

// connection is a connection to the fake with a token.
func (f *fake) connection(t *testing.T) Connection {
	t.Helper()
	address, err := url.Parse(f.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	return Connection{
		Account: "ACME", User: "SNOWCLONE", Role: "CLONER", Host: address.Hostname(), Port: port, Scheme: "http",
		Auth: ProgrammaticAccessToken("a-token-of-some-length"),
	}
}

// client opens pools with short times and a client to the fake.
func (f *fake) client(t *testing.T, change ...func(*PoolsOptions)) *Client {
	t.Helper()
	pools := newTestPools(t, change...)
	client, err := pools.Client(t.Context(), "uid-1", f.connection(t))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// newTestPools makes pools with short times. A RequestTimeout of a millisecond makes the driver give up after its first
// try.
func newTestPools(t *testing.T, change ...func(*PoolsOptions)) *Pools {
	t.Helper()
	options := PoolsOptions{
		AllowInsecure: true, RequestTimeout: time.Millisecond, LoginTimeout: 5 * time.Second,
		ClientTimeout: 5 * time.Second, MaxRetryCount: 1, Grace: 50 * time.Millisecond,
	}
	for _, one := range change {
		one(&options)
	}
	pools := NewPools(options)
	t.Cleanup(func() {
		if err := pools.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Errorf("close pools: %v", err)
		}
	})
	return pools
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	hang := f.hang[r.URL.Path]
	f.mu.Unlock()
	if hang {
		select {
		case <-f.released:
		case <-r.Context().Done():
		}
		return
	}
	reply := f.route(r)
	if reply.HTTP != 0 {
		w.WriteHeader(reply.HTTP)
		return
	}
	success := reply.Code == "" || strings.HasPrefix(reply.Code, "33333")
	body := map[string]any{"success": success, "data": reply.Data, "code": nil, "message": nil}
	if reply.Code != "" {
		body["code"], body["message"] = reply.Code, reply.Message
	}
	_ = json.NewEncoder(w).Encode(body)
}

func (f *fake) route(r *http.Request) fakeReply {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch path := r.URL.Path; {
	case path == "/session/v1/login-request":
		return f.login(r)
	case path == "/session/token-request":
		f.renewals++
		return fakeReply{Data: map[string]any{
			"sessionToken": fmt.Sprintf("renewed-%d", f.renewals), "masterToken": "master", "sessionId": 7,
		}}
	case path == "/session":
		f.logouts++
	case path == "/queries/v1/abort-request":
		f.aborts++
	case path == "/queries/v1/query-request":
		return f.query(r)
	case strings.HasPrefix(path, "/monitoring/queries/"):
		queries := []any{}
		if status := f.status(r.Header.Get("Authorization")); status != nil {
			queries = append(queries, status)
		}
		return fakeReply{Data: map[string]any{"queries": queries}}
	case strings.HasSuffix(path, "/result") && f.result != nil:
		return f.result()
	case strings.HasSuffix(path, "/result"):
		return oneRow("status", "done")
	}
	return fakeReply{}
}

func (f *fake) login(r *http.Request) fakeReply {
	var body struct{ Data map[string]any }
	_ = json.NewDecoder(r.Body).Decode(&body)
	f.logins = append(f.logins, fakeLogin{RequestID: r.URL.Query().Get("requestId"), Data: body.Data})
	if f.refuseLogin != "" {
		return fakeReply{Code: f.refuseLogin, Message: fmt.Sprintf("refused: %v", body.Data["TOKEN"])}
	}
	return fakeReply{Data: map[string]any{
		"token": fmt.Sprintf("session-%d", len(f.logins)), "masterToken": "master", "sessionId": len(f.logins),
		"validityInSeconds": 3600, "masterValidityInSeconds": 14400, "parameters": []any{},
		"sessionInfo": map[string]any{"roleName": "CLONER"},
	}}
}

func (f *fake) query(r *http.Request) fakeReply {
	var q fakeQuery
	_ = json.NewDecoder(r.Body).Decode(&q)
	q.Token = r.Header.Get("Authorization")
	f.queries = append(f.queries, q)
	if f.answer != nil {
		return f.answer(q)
	}
	if q.Async {
		return inProgress("333334")
	}
	return oneRow("status", "done")
}

// count reads one of the counters.
func (f *fake) count(counter *int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *counter
}

// setHang makes requests of a path hang, or lets new ones through again.
func (f *fake) setHang(path string, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hang[path] = on
}

// snapshot copies what was received.
func (f *fake) snapshot() (logins []fakeLogin, queries []fakeQuery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append(logins, f.logins...), append(queries, f.queries...)
}
