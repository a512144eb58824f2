package emulator

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// Numbers that the wire itself answers with, beside those of the account.
const (
	codeInternal        = 603
	codeCanceled        = 604
	codeNotExecuting    = 605
	codeTimeout         = 630
	codeUnknownResult   = 709
	codeStatementCount  = 8
	codeInProgress      = 333333
	codeInProgressAsync = 333334
	codeBadLogin        = 390100
	codeInvalidToken    = 390104
	codeSessionGone     = 390111
	codeSessionExpired  = 390112
	codeMasterUnknown   = 390113
	codeMasterExpired   = 390114
	codeNoSuchMethod    = 390190
	codeBadRequest      = 390400
	codeNoSuchEndpoint  = 390404
)

// maxBody is the largest request body that is read, in bytes, after
// decompression.
const maxBody = 64 << 20

// gzipFrom is the size in bytes from which answers are compressed for clients
// that accept it.
const gzipFrom = 8 << 10

// envelope is what every answer of the protocol is wrapped in. Code must be a
// string or null: the drivers cannot read a number there.
type envelope struct {
	Data    any     `json:"data"`
	Code    *string `json:"code"`
	Message *string `json:"message"`
	Success bool    `json:"success"`

	// raw is the whole body, in the place of the rest, where it is no envelope.
	raw []byte
}

// body is what goes over the wire, uncompressed.
func (e *envelope) body() ([]byte, error) {
	if e.raw != nil {
		return e.raw, nil
	}
	return json.Marshal(e)
}

// errorData is what drivers read from the data of a failed statement.
type errorData struct {
	ErrorCode string `json:"errorCode"`
	SQLState  string `json:"sqlState"`
	QueryID   string `json:"queryId,omitempty"`
	Line      int    `json:"line"`
	Pos       int    `json:"pos"`
	Type      string `json:"type"`
}

func success(data any) envelope {
	return envelope{Data: data, Success: true}
}

// snowflakeError is the error as a client sees it. An error that is neither the
// account's nor the wire's is a fault of the emulator and looks as Snowflake's
// own faults do.
func snowflakeError(err error) *account.Error {
	if known, ok := errors.AsType[*account.Error](err); ok {
		return known
	}
	return &account.Error{Code: codeInternal, State: "XX000", Message: "SQL execution internal error:\n" + err.Error()}
}

// failure wraps an error for the client.
func failure(err error, queryID string) envelope {
	known := snowflakeError(err)
	code := formatCode(known.Code)
	return envelope{
		Data:    errorData{ErrorCode: code, SQLState: known.State, QueryID: queryID, Line: -1, Pos: -1, Type: "COMPILATION"},
		Code:    &code,
		Message: &known.Message,
	}
}

func formatCode(code int) string {
	return fmt.Sprintf("%06d", code)
}

// connectionError is an error about logins, sessions and tokens.
func connectionError(code int, message string) *account.Error {
	return &account.Error{Code: code, State: "08001", Message: message}
}

// requestError is a request that is not of the protocol. It is answered with
// the HTTP status, 400 unless set.
type requestError struct {
	status int
	code   int // 390400 unless set.
	err    error
}

func (e *requestError) Error() string { return "bad request: " + e.err.Error() }
func (e *requestError) Unwrap() error { return e.err }

// failedRequest answers the error of a request that could not be carried out.
func failedRequest(err error) answer {
	bad, ok := errors.AsType[*requestError](err)
	if !ok {
		return answer{body: failure(err, "")}
	}
	return answer{
		status: orElse(bad.status, http.StatusBadRequest),
		body: failure(&account.Error{
			Code: orElse(bad.code, codeBadRequest), State: "22000", Message: bad.Error(),
		}, ""),
	}
}

// readBody decodes a JSON body, plain or gzip, into what target points to. An
// empty body leaves target alone.
func readBody(r *http.Request, target any) error {
	reader := io.Reader(r.Body)
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		unzipped, err := gzip.NewReader(reader)
		if err != nil {
			return &requestError{err: fmt.Errorf("decompress body: %w", err)}
		}
		reader = unzipped
	}
	body, err := io.ReadAll(io.LimitReader(reader, maxBody+1))
	switch {
	case err != nil:
		return &requestError{err: fmt.Errorf("read body: %w", err)}
	case len(body) > maxBody:
		return &requestError{err: fmt.Errorf("body exceeds %d bytes", maxBody)}
	case len(bytes.TrimSpace(body)) == 0:
		return nil
	}
	if err := json.Unmarshal(body, target); err != nil {
		return &requestError{err: fmt.Errorf("decode body: %w", err)}
	}
	return nil
}

// writeJSON sends a value as the whole answer.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "encode answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	writeBody(w, r, status, body)
}

// writeBody sends JSON text as the whole answer, compressed if it is worth it
// and the client can read it.
func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	if len(body) >= gzipFrom && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		writePacked(w, status, body)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	// The client may be gone by now, which is its own affair.
	_, _ = w.Write(body)
}

// writePacked sends a compressed body.
func writePacked(w http.ResponseWriter, status int, body []byte) {
	body = compress(body)
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// packers are kept between answers: each holds half a megabyte of tables.
var packers = sync.Pool{New: func() any {
	writer, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	return writer
}}

// compress returns the gzip form of body. Writing to memory cannot fail.
func compress(body []byte) []byte {
	var packed bytes.Buffer
	writer := packers.Get().(*gzip.Writer)
	defer packers.Put(writer)
	writer.Reset(&packed)
	_, _ = writer.Write(body)
	_ = writer.Close()
	return packed.Bytes()
}
