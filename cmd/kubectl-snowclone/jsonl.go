package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// maxLine is how long a line may be, in bytes. Snowflake's own limit for a statement is far below.
const maxLine = 64 << 20

// request is one line that is read. Fields that are not known are left alone, so that a corpus can carry its own.
type request struct {
	// ID is any JSON value, and comes back as it is.
	ID json.RawMessage `json:"id"`
	// ObjectType is a type as --type takes it. One that is not known, such as SCHEMA, is read as a script.
	ObjectType string `json:"object_type"`
	Language   string `json:"language"`
	// Source and Target are names as the catalogue stores them: folded or exact, and never in quotes.
	Source string `json:"source"`
	Target string `json:"target"`
	Input  string `json:"input"`
}

// response is one line that is written.
type response struct {
	ID json.RawMessage `json:"id"`
	answer
}

// rewriteLines answers each line of its input with a line, as soon as it is read. A line at fault is answered too, and
// does not stop the rest. It returns the exit code that the gravest line calls for.
func rewriteLines(input io.Reader, output io.Writer, options sqltext.Options) (int, error) {
	lines := lineReader{source: bufio.NewReaderSize(input, 64<<10)}
	encoder := newEncoder(output)
	code := exitClean
	for {
		line, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return code, nil
		case err != nil && !errors.Is(err, errLongLine):
			return exitFailed, fmt.Errorf("read line %d: %w", lines.number, err)
		}
		reply, lineCode := respond(line, options, err)
		if reply.Error != nil && lineCode == exitFailed {
			*reply.Error = fmt.Sprintf("line %d: %s", lines.number, *reply.Error)
		}
		if err := encoder.Encode(reply); err != nil {
			return exitFailed, fmt.Errorf("write the answer to line %d: %w", lines.number, err)
		}
		code = graver(code, lineCode)
	}
}

// graver returns the exit code that matters more: a fault, then a refusal, then a review.
func graver(a, b int) int {
	if a == exitFailed || b == exitFailed {
		return exitFailed
	}
	return max(a, b)
}

// respond answers one line, or the error with which it was read.
func respond(line []byte, options sqltext.Options, err error) (response, int) {
	if err != nil {
		return response{answer: newAnswer(outcome{}, err)}, exitFailed
	}
	var asked request
	if err := decode(line, &asked); err != nil {
		return response{ID: asked.ID, answer: newAnswer(outcome{}, err)}, exitFailed
	}
	done, err := asked.rewrite(options)
	reply := response{ID: asked.ID, answer: newAnswer(done, err)}
	if err != nil {
		return reply, exitFailed
	}
	return reply, done.exitCode()
}

// decode reads the JSON of a line.
func decode(line []byte, asked *request) error {
	if !utf8.Valid(line) {
		return errors.New("not valid UTF-8")
	}
	if err := json.Unmarshal(line, asked); err != nil {
		return fmt.Errorf("not an object with the fields id, object_type, language, source, target and input: %w", err)
	}
	if halvesSurrogates(line, asked.Input) {
		return errors.New(`"input" has half of a surrogate pair, which stands for no character`)
	}
	return nil
}

// halvesSurrogates tells whether more characters of a text read as U+FFFD than were written so. The decoder puts it in
// the place of half a surrogate pair without a word, and what is not rewritten must not change.
func halvesSurrogates(line []byte, text string) bool {
	const replacement = "\uFFFD"
	read := strings.Count(text, replacement)
	if read == 0 {
		return false
	}
	escaped := bytes.Count(bytes.ToLower(line), []byte(`\ufffd`))
	return read > bytes.Count(line, []byte(replacement))+escaped
}

// rewrite does what a line asks for.
func (r request) rewrite(options sqltext.Options) (outcome, error) {
	kind, err := parseType(r.ObjectType)
	if err != nil {
		// A catalogue has more types of objects than the rewriter has rules for. Their definitions are statements.
		kind = sqltext.Script
	}
	options, err = withDatabases(options, r.Source, r.Target)
	if err != nil {
		return outcome{}, err
	}
	if isContainer(kind) {
		if objects, err := rewriteObjects(r.Input, options); err == nil {
			whole := total(objects)
			whole.Text = joined(r.Input, objects, asItWas)
			return whole, nil
		}
		kind = sqltext.Script // it holds other statements than GET_DDL prints
	}
	def, err := definitionOf(kind, r.Language, r.Input)
	if err != nil {
		return outcome{}, fmt.Errorf(`"language": %w`, err)
	}
	return rewrite(def, options)
}

// errLongLine tells that a line was skipped.
var errLongLine = fmt.Errorf("longer than %d MiB", maxLine>>20)

// lineReader reads lines of up to maxLine bytes.
type lineReader struct {
	source *bufio.Reader
	// number is that of the line that was read last, from 1.
	number int
	line   []byte
}

// next returns the next line that is not blank, until the following call. It fails with errLongLine after a line that was
// too long, and can go on then, and with io.EOF at the end.
func (l *lineReader) next() ([]byte, error) {
	for {
		l.number++
		err := l.read()
		switch {
		case len(l.line) > maxLine:
			return nil, errLongLine
		case len(bytes.TrimSpace(l.line)) > 0 && (err == nil || errors.Is(err, io.EOF)):
			return l.line, nil
		case err != nil:
			return nil, err
		}
	}
}

// read reads one line with its line end. Of a line that is too long it keeps what proves it, and skips the rest.
func (l *lineReader) read() error {
	l.line = l.line[:0]
	for {
		part, err := l.source.ReadSlice('\n')
		if len(l.line) <= maxLine {
			l.line = append(l.line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
