package emulator_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// manyRows is a query whose result takes several chunks of the test's size.
const manyRows = "SELECT SEQ4() AS N, REPEAT('x', 50) AS T FROM TABLE(GENERATOR(ROWCOUNT => 2000))"

func TestADriverReadsALargeResultInChunks(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ChunkBytes: 4 << 10})
	rows, err := s.pool(t).QueryContext(t.Context(), manyRows)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	next := 0
	for rows.Next() {
		var n int
		var text string
		if err := rows.Scan(&n, &text); err != nil {
			t.Fatal(err)
		}
		if n != next || len(text) != 50 {
			t.Fatalf("row %d is %d with a text of %d", next, n, len(text))
		}
		next++
	}
	if err := rows.Err(); err != nil || next != 2000 {
		t.Errorf("read %d rows of 2000: %v", next, err)
	}
}

// offered is what an answer says of its chunks.
type offered struct {
	Data struct {
		Total        int
		Rowset       [][]string
		Chunks       []struct{ URL string }
		ChunkHeaders map[string]string
		QueryContext struct {
			Entries []struct{ Timestamp int64 }
		}
	}
}

// post runs a statement without a driver and decodes the answer.
func (s *service) post(t *testing.T, token, text string) offered {
	t.Helper()
	body, err := json.Marshal(map[string]string{"sqlText": text})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/queries/v1/query-request", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer offered
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// fetch asks for a chunk and returns the status and the body as it came.
func fetch(t *testing.T, url string, headers map[string]string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

// unpack decodes the body of a chunk: compressed rows with commas between them.
func unpack(t *testing.T, body []byte) [][]string {
	t.Helper()
	reader, err := gzip.NewReader(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	if err := json.Unmarshal([]byte("["+string(text)+"]"), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheChunksOfAResultHoldAllItsRowsInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ChunkBytes: 4 << 10})
	answer := s.post(t, s.login(t), manyRows)
	rows := answer.Data.Rowset
	for _, c := range answer.Data.Chunks {
		status, body := fetch(t, c.URL, answer.Data.ChunkHeaders)
		if status != http.StatusOK {
			t.Fatalf("%s: %d", c.URL, status)
		}
		rows = append(rows, unpack(t, body)...)
	}
	if answer.Data.Total != 2000 || len(rows) != 2000 || len(answer.Data.Chunks) < 3 {
		t.Fatalf("%d rows of %d in %d chunks", len(rows), answer.Data.Total, len(answer.Data.Chunks))
	}
	for n, row := range rows {
		if row[0] != fmt.Sprint(n) {
			t.Fatalf("row %d is %s", n, row[0])
		}
	}
	if len(answer.Data.QueryContext.Entries) != 1 {
		t.Errorf("the query context has %d entries, want 1", len(answer.Data.QueryContext.Entries))
	}
}

func TestAChunkIsGivenToWhoHasItsKey(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ChunkBytes: 4 << 10})
	answer := s.post(t, s.login(t), manyRows)
	first := answer.Data.Chunks[0].URL
	wrong := map[string]string{}
	for name := range answer.Data.ChunkHeaders {
		wrong[name] = "AES256"
	}
	cases := map[string]struct {
		reason  string
		url     string
		headers map[string]string
		want    int
	}{
		"the key":           {"it came with the answer", first, answer.Data.ChunkHeaders, http.StatusOK},
		"no key":            {"the address alone is not enough", first, nil, http.StatusForbidden},
		"another key":       {"it is not that of the result", first, wrong, http.StatusForbidden},
		"a chunk too many":  {"the result has no such part", strings.TrimSuffix(first, "0") + "999", answer.Data.ChunkHeaders, http.StatusNotFound},
		"no number":         {"chunks have numbers", strings.TrimSuffix(first, "0") + "x", answer.Data.ChunkHeaders, http.StatusNotFound},
		"an unknown result": {"nobody asked for it", s.URL + "/results/none/0", answer.Data.ChunkHeaders, http.StatusNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if status, _ := fetch(t, c.url, c.headers); status != c.want {
				t.Errorf("%s: got %d, want %d", c.reason, status, c.want)
			}
		})
	}
}

func TestAChunkThatBreaksOffIsFetchedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{ChunkBytes: 4 << 10})
	s.fault(t, emulator.Fault{Kind: emulator.FaultHTTPBefore, Endpoint: emulator.EndpointChunk, Times: 1})
	rows, err := s.pool(t).QueryContext(t.Context(), manyRows)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		n++
	}
	if diff := cmp.Diff(2000, n); diff != "" || rows.Err() != nil {
		t.Errorf("%v (-want +got):\n%s", rows.Err(), diff)
	}
}
