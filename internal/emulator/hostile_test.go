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

// codeOfPost runs a statement without a driver and returns the error's number, empty on success.
func (s *service) codeOfPost(t *testing.T, token, text string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"sqlText": text})
	if err != nil {
		t.Fatal(err)
	}
	return s.ask(t, http.MethodPost, "/queries/v1/query-request", bytes.NewReader(body), "Authorization", token).Code
}

func TestNoStatementBringsTheServerDown(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	token := s.login(t)
	for _, text := range []string{
		"CREATE DATABASE D", "USE WAREHOUSE TEST_WH",
		"CREATE VIEW V2 AS SELECT 1 AS A", "CREATE VIEW V1 AS SELECT A FROM V2",
		"CREATE FUNCTION F2(X NUMBER) RETURNS NUMBER AS 'X'", "CREATE FUNCTION F1(X NUMBER) RETURNS NUMBER AS 'F2(X)'",
		"CREATE OR REPLACE FUNCTION F2(X NUMBER) RETURNS NUMBER AS 'F1(X)'",
	} {
		if code := s.codeOfPost(t, token, text); code != "" {
			t.Fatalf("%s: %s", text, code)
		}
	}
	many := 20_000
	cases := map[string]struct {
		reason string
		sql    string
		want   string
	}{
		"views in a circle":            {"they are refused as they are made", "CREATE OR REPLACE VIEW V2 AS SELECT A FROM V1", "002037"},
		"functions in a circle":        {"there is no end to them", "SELECT F1(1)", "000002"},
		"parentheses without end":      {"the parser has a limit", "SELECT " + strings.Repeat("(", many), "001003"},
		"closed parentheses":           {"the parser has a limit", "SELECT " + strings.Repeat("(", many) + "1" + strings.Repeat(")", many), "001003"},
		"subqueries without end":       {"the parser has a limit", strings.Repeat("SELECT * FROM (", many), "001003"},
		"negations without end":        {"the parser has a limit", "SELECT " + strings.Repeat("NOT ", many) + "TRUE", "001003"},
		"signs without end":            {"the parser has a limit", "SELECT " + strings.Repeat("- ", many) + "1", "001003"},
		"conditions without end":       {"the parser has a limit", "SELECT 1" + strings.Repeat(" AND 1", 5*many), "001003"},
		"casts without end":            {"the parser has a limit", "SELECT 1" + strings.Repeat("::VARCHAR", 5*many), "001003"},
		"set operations without end":   {"the parser has a limit", "SELECT 1" + strings.Repeat(" UNION ALL SELECT 1", many), "001003"},
		"cases without end":            {"the parser has a limit", "SELECT " + strings.Repeat("CASE WHEN ", many), "001003"},
		"arrays without end":           {"the parser has a limit", "SELECT " + strings.Repeat("[", many), "001003"},
		"paths without end":            {"they lead nowhere", "SELECT PARSE_JSON('1')" + strings.Repeat("[0]", many/100), ""},
		"a document without end":       {"documents have a depth", "SELECT PARSE_JSON(REPEAT('[', 1000000))", "100069"},
		"more rows than fit":           {"a query has a budget", "SELECT A.*, B.* FROM (SELECT SEQ4() AS X, 'x' AS Y FROM TABLE(GENERATOR(ROWCOUNT => 100000))) A, (SELECT SEQ4() AS Z FROM TABLE(GENERATOR(ROWCOUNT => 100000))) B", "000002"},
		"longer texts than fit":        {"a query has a budget", "SELECT REPEAT('x', 10000000) || SEQ4()::VARCHAR FROM TABLE(GENERATOR(ROWCOUNT => 100000))", "000002"},
		"a text longer than a column":  {"a VARCHAR has a length", "SELECT REPEAT('x', 2000000000)", "100078"},
		"a recursion without end":      {"recursions have a limit", "WITH RECURSIVE R AS (SELECT 1 AS N UNION ALL SELECT N + 1 FROM R) SELECT * FROM R", "100298"},
		"an empty statement":           {"there is nothing to do", " ", "000900"},
		"a text that does not end":     {"the string is open", "SELECT '", "001003"},
		"bytes that are no characters": {"they are no word of SQL", "SELECT \x00\x01\ufffd", "001003"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := s.codeOfPost(t, token, c.sql); got != c.want {
				t.Errorf("%s: got %q, want %q", c.reason, got, c.want)
			}
			if code := s.codeOfPost(t, token, "SELECT 1"); code != "" {
				t.Fatalf("afterwards the server answers %s", code)
			}
		})
	}
}

func TestHostileBodiesGetErrorsOfTheProtocol(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	token := s.login(t)
	bomb := packed(t, io.LimitReader(zeros{}, 200<<20))
	cases := map[string]struct {
		reason string
		body   io.Reader
		header []string
		want   reply
	}{
		"a bomb":                  {"it unpacks to more than a body may have", bytes.NewReader(bomb), []string{"Content-Encoding", "gzip"}, reply{Status: 400, Code: "390400"}},
		"a body without end":      {"it is longer than a body may be", io.LimitReader(zeros{}, 100<<20), nil, reply{Status: 400, Code: "390400"}},
		"no gzip":                 {"it is said to be compressed", strings.NewReader("{}"), []string{"Content-Encoding", "gzip"}, reply{Status: 400, Code: "390400"}},
		"half a gzip":             {"it breaks off", bytes.NewReader(bomb[:len(bomb)/2]), []string{"Content-Encoding", "gzip"}, reply{Status: 400, Code: "390400"}},
		"a list":                  {"a body is an object", strings.NewReader("[]"), nil, reply{Status: 400, Code: "390400"}},
		"a document without end":  {"it is nested too deeply", strings.NewReader(strings.Repeat("[", 1<<20)), nil, reply{Status: 400, Code: "390400"}},
		"a number for a text":     {"a statement is a text", strings.NewReader(`{"sqlText":1}`), nil, reply{Status: 400, Code: "390400"}},
		"a binding that is wrong": {"a bound value is a text", strings.NewReader(`{"sqlText":"SELECT ?","bindings":{"1":{"type":"FIXED","value":{}}}}`), nil, reply{Status: 400, Code: "390400"}},
		"an odd type":             {"what is bound is a text then", strings.NewReader(`{"sqlText":"SELECT ?","bindings":{"1":{"type":"WHAT","value":"x"}}}`), nil, reply{Status: 200, Success: true}},
		"an empty body":           {"there is no statement in it", strings.NewReader(""), nil, reply{Status: 200, Code: "000900"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, http.MethodPost, "/queries/v1/query-request", c.body, append(c.header, "Authorization", token)...)
			got.data, got.header = nil, nil
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(reply{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

// zeros is a reader without end.
type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

// packed compresses what a reader gives.
func packed(t *testing.T, from io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := io.Copy(writer, from); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHostileRequestsGetErrorsOfTheProtocol(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	cases := map[string]struct {
		reason       string
		method, path string
		header       []string
		want         reply
	}{
		"an unknown path":     {"nothing is served there", http.MethodGet, "/session/authenticator-request", nil, reply{Status: 404, Code: "390404"}},
		"another method":      {"a statement is posted", http.MethodGet, "/queries/v1/query-request", nil, reply{Status: 404, Code: "390404"}},
		"a token of nobody":   {"it was never given out", http.MethodPost, "/session/heartbeat", []string{"Authorization", `Snowflake Token="nobody"`}, reply{Status: 200, Code: "390104"}},
		"an empty token":      {"it is nobody's", http.MethodPost, "/session/heartbeat", []string{"Authorization", `Snowflake Token=""`}, reply{Status: 200, Code: "390104"}},
		"another scheme":      {"the protocol has its own", http.MethodPost, "/session/heartbeat", []string{"Authorization", "Bearer x"}, reply{Status: 200, Code: "390104"}},
		"half a token":        {"the quotes do not close", http.MethodPost, "/session/heartbeat", []string{"Authorization", `Snowflake Token="`}, reply{Status: 200, Code: "390104"}},
		"a path that climbs":  {"nothing is served there", http.MethodGet, "/queries/..%2f..%2fetc/result", nil, reply{Status: 200, Code: "390104"}},
		"an odd escape":       {"it is no path", http.MethodGet, "/results/%00/0", nil, reply{Status: 404, Code: "390400"}},
		"a chunk of a number": {"there is no such result", http.MethodGet, "/results/1/99999999999999999999", nil, reply{Status: 404, Code: "390400"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, c.method, c.path, http.NoBody, c.header...)
			got.data, got.header = nil, nil
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(reply{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}
