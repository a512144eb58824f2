package emulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// Headers that a client must send to fetch a chunk, as it would to the cloud
// storage where Snowflake keeps them.
const (
	headerCustomerAlgorithm = "X-Amz-Server-Side-Encryption-Customer-Algorithm"
	headerCustomerKey       = "X-Amz-Server-Side-Encryption-Customer-Key"
	customerAlgorithm       = "AES256"
)

// chunkGrowth is how many times larger a chunk is than the part of the result
// that comes with the answer itself.
const chunkGrowth = 4

// chunk is a part of a result that the client fetches by itself.
type chunk struct {
	URL              string `json:"url"`
	RowCount         int    `json:"rowCount"`
	UncompressedSize int    `json:"uncompressedSize"`
	CompressedSize   int    `json:"compressedSize"`
}

// parts is how a result is divided: the rows that come with the answer, and
// for each chunk the row after its last one.
type parts struct {
	inline int
	ends   []int
	// sizes are the bytes of the chunks before compression.
	sizes []int
	// key is what the chunks' addresses and the client's headers prove.
	key string
}

// divide cuts rows so that the first part has about limit bytes, and every
// other chunkGrowth times as many. A row is never cut.
func divide(rows [][]*string, limit int) parts {
	var p parts
	size, room, first := 0, limit, true
	for i, row := range rows {
		added := encodedSize(row)
		if size > 0 && size+added > room {
			p.cut(i, size, first)
			size, room, first = 0, limit*chunkGrowth, false
		}
		size += added
	}
	p.cut(len(rows), size, first)
	if len(p.ends) > 0 {
		p.key = base64.StdEncoding.EncodeToString([]byte(rand.Text())[:24])
	}
	return p
}

// cut ends the inline part, or else a chunk, before row end.
func (p *parts) cut(end, size int, first bool) {
	if first {
		p.inline = end
		return
	}
	p.ends, p.sizes = append(p.ends, end), append(p.sizes, size)
}

// encodedSize is about what a row takes in JSON, in bytes.
func encodedSize(row []*string) int {
	size := len("[],")
	for _, cell := range row {
		size += len("null,")
		if cell != nil {
			size += len(*cell)
		}
	}
	return size
}

// rows returns the rows of a chunk.
func (p parts) rows(all [][]*string, n int) [][]*string {
	start := p.inline
	if n > 0 {
		start = p.ends[n-1]
	}
	return all[start:p.ends[n]]
}

// offer puts into an answer what the client needs to fetch the chunks.
func (p parts) offer(data *resultData, address string) {
	if len(p.ends) == 0 {
		return
	}
	data.MasterKey = p.key
	data.ChunkHeaders = map[string]string{
		"x-amz-server-side-encryption-customer-algorithm": customerAlgorithm,
		"x-amz-server-side-encryption-customer-key":       p.key,
	}
	for n, end := range p.ends {
		start := p.inline
		if n > 0 {
			start = p.ends[n-1]
		}
		data.Chunks = append(data.Chunks, chunk{
			URL:      fmt.Sprintf("%s/results/%s/%d", address, data.QueryID, n),
			RowCount: end - start, UncompressedSize: p.sizes[n], CompressedSize: p.sizes[n],
		})
	}
}

// prepareChunk understands a request for a chunk. It carries no token of a
// session: like an address in cloud storage it stands for itself, with the key
// that the headers prove.
func (s *Server) prepareChunk(r *http.Request) (*call, error) {
	q := s.queries.byQueryID(r.PathValue("id"))
	n, err := strconv.Atoi(r.PathValue("chunk"))
	if q == nil || q.running() || err != nil || n < 0 || n >= len(q.outcome.parts.ends) {
		return nil, &requestError{status: http.StatusNotFound, err: errors.New("there is no such chunk")}
	}
	given := r.Header.Get(headerCustomerKey)
	if r.Header.Get(headerCustomerAlgorithm) != customerAlgorithm ||
		subtle.ConstantTimeCompare([]byte(given), []byte(q.outcome.parts.key)) != 1 {
		return nil, &requestError{status: http.StatusForbidden, err: errors.New("the chunk's key is missing or wrong")}
	}
	return &call{subject: q.request.SQL, run: func(context.Context) envelope {
		return q.chunk(n)
	}}, nil
}

// chunk is the body of a chunk: its rows with commas between them, without the
// brackets around.
func (q *query) chunk(n int) envelope {
	body, err := json.Marshal(q.outcome.parts.rows(q.outcome.result.Rows, n))
	if err != nil {
		return failure(fmt.Errorf("encode chunk: %w", err), q.id)
	}
	return envelope{Success: true, raw: bytes.TrimSuffix(bytes.TrimPrefix(body, []byte("[")), []byte("]"))}
}

// addressOf is the address under which the client reached the server.
func addressOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
