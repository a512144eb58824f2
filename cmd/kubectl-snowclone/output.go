package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// What -o may be.
const (
	outputText = "text"
	outputDiff = "diff"
	outputJSON = "json"
	// outputLines is one JSON object a line, for the objects of a schema or database.
	outputLines = "jsonl"
)

// printer writes what came of a definition.
type printer struct {
	// name is what a diff calls the definition.
	name           string
	stdout, stderr io.Writer
}

// print writes an outcome in the format of -o. A text that was refused is not written: nobody should run it.
func (p printer) print(format string, done outcome) error {
	if format == outputJSON {
		return p.json(done)
	}
	if done.refused != nil {
		_, err := fmt.Fprintln(p.stderr, done.refused)
		return err
	}
	text := done.Text
	if format == outputDiff {
		text = unifiedDiff(p.name, done.before, done.Text)
	}
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return err
	}
	return p.findings(done)
}

// findings writes one line for each finding, and one that counts.
func (p printer) findings(done outcome) error {
	var text strings.Builder
	for _, finding := range done.Findings {
		text.WriteString(describe(finding) + "\n")
	}
	text.WriteString(count(done))
	_, err := io.WriteString(p.stderr, text.String())
	return err
}

// count says on one line how much was rewritten and left.
func count(done outcome) string {
	left, high := 0, 0
	for _, finding := range done.Findings {
		if finding.Class == sqltext.Report {
			left++
		}
		if finding.High {
			high++
		}
	}
	return fmt.Sprintf("rewritten: %d certain, %d probable; to review: %d (%d high)\n",
		done.Certain, done.Probable, left, high)
}

// describe writes a finding on one line.
func describe(finding sqltext.Finding) string {
	code := finding.Code
	if finding.High {
		code += " (high)"
	}
	return fmt.Sprintf("%d:%d: %s %s  %s", finding.Line, finding.Column, finding.Class, code, finding.Context)
}

// answer is what came of a definition as JSON. Either Output or Error is null.
type answer struct {
	Output   *string       `json:"output"`
	Error    *string       `json:"error"`
	Findings []jsonFinding `json:"findings"`
}

// jsonFinding is a sqltext.Finding; the fields mean the same.
type jsonFinding struct {
	Line       int           `json:"line"`
	Column     int           `json:"column"`
	BodyLine   int           `json:"bodyLine"`
	BodyColumn int           `json:"bodyColumn"`
	Class      sqltext.Class `json:"class"`
	Code       string        `json:"code"`
	High       bool          `json:"high"`
	Context    string        `json:"context"`
}

// newAnswer puts an outcome, or the error that prevented one, into JSON's terms.
func newAnswer(done outcome, err error) answer {
	a := answer{Findings: []jsonFinding{}}
	if err == nil && done.refused != nil {
		err = done.refused
	}
	if err != nil {
		message := err.Error()
		a.Error = &message
		return a
	}
	a.Output = &done.Text
	for _, finding := range done.Findings {
		a.Findings = append(a.Findings, jsonFinding(finding))
	}
	return a
}

// errNotUTF8 is returned because JSON would silently put other bytes in the place of those.
var errNotUTF8 = errors.New("the definition is not valid UTF-8, which JSON cannot carry: use -o text or -o diff")

func (p printer) json(done outcome) error {
	if !utf8.ValidString(done.before) {
		return errNotUTF8
	}
	encoder := newEncoder(p.stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(newAnswer(done, nil))
}

// newEncoder makes an encoder that leaves <, > and & as they are: what it writes is SQL, not HTML.
func newEncoder(w io.Writer) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder
}
