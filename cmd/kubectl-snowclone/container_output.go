package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// objects writes what came of the objects of a schema or database in the format of -o.
func (p printer) objects(format, text string, objects []object) error {
	switch format {
	case outputJSON, outputLines:
		return p.objectsJSON(format, text, objects)
	case outputDiff:
		text = unifiedDiff(p.name, text, joined(text, objects, asItWas))
	default:
		text = joined(text, objects, leftOut)
	}
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return err
	}
	return p.objectFindings(objects)
}

// objectFindings writes the findings of each object below its title, and lines that count.
func (p printer) objectFindings(objects []object) error {
	var text strings.Builder
	for _, o := range objects {
		switch {
		case o.refused != nil:
			fmt.Fprintf(&text, "%s: %s\n", o.title(), o.refused)
		case len(o.Findings) > 0:
			text.WriteString(o.title() + ":\n")
		}
		for _, finding := range o.Findings {
			text.WriteString("  " + describe(finding) + "\n")
		}
	}
	text.WriteString(countObjects(objects) + count(total(objects)))
	_, err := io.WriteString(p.stderr, text.String())
	return err
}

// objectAnswer is what came of one object as JSON.
type objectAnswer struct {
	Type sqltext.Kind `json:"type"`
	Name string       `json:"name"`
	// Arguments are null for what is no routine.
	Arguments []string `json:"arguments"`
	// Line is where its statement begins in the text that was read.
	Line int `json:"line"`
	answer
}

func (p printer) objectsJSON(format, text string, objects []object) error {
	if !utf8.ValidString(text) {
		return errNotUTF8
	}
	answers := make([]objectAnswer, len(objects))
	for i, o := range objects {
		answers[i] = objectAnswer{o.Kind, o.Name.String(), o.Arguments, o.line, newAnswer(o.outcome, nil)}
	}
	encoder := newEncoder(p.stdout)
	if format == outputJSON {
		encoder.SetIndent("", "  ")
		return encoder.Encode(answers)
	}
	for _, one := range answers {
		if err := encoder.Encode(one); err != nil {
			return err
		}
	}
	return nil
}
