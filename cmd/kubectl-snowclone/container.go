package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// isContainer tells whether a text of this type holds the statements of many objects.
func isContainer(kind sqltext.Kind) bool {
	return kind == sqltext.SchemaKind || kind == sqltext.DatabaseKind
}

// object is one statement of what GET_DDL prints of a schema or database, and what came of it. The places of its findings
// stand in the whole text.
type object struct {
	sqltext.Statement
	outcome
	// line is where the statement begins, from 1.
	line int
}

// rewriteObjects rewrites each statement of the text as what it creates.
func rewriteObjects(text string, options sqltext.Options) ([]object, error) {
	statements, err := sqltext.SplitDDL(text)
	if err != nil {
		return nil, err
	}
	objects := make([]object, len(statements))
	var at position
	for i, statement := range statements {
		kind := statement.Kind
		if kind == "" {
			kind = sqltext.Script
		}
		done, err := rewrite(sqltext.Definition{Kind: kind, Text: statement.Text}, options)
		if err != nil {
			return nil, err
		}
		at.move(text, statement.Offset)
		objects[i] = object{Statement: statement, outcome: at.shift(done), line: at.line + 1}
	}
	return objects, nil
}

// title names an object for people: view A.B.V, or procedure A.B.P(VARCHAR, NUMBER(38,0)).
func (o object) title() string {
	title := strings.ToLower(string(o.Kind)) + " " + o.Name.String()
	if o.Kind == "" {
		title = "statement"
	}
	if o.Arguments != nil {
		title += "(" + strings.Join(o.Arguments, ", ") + ")"
	}
	return title
}

// joined is the whole new text: what stands between the statements stays as it was. In the place of a statement that was
// refused stands what refused returns.
func joined(text string, objects []object, refused func(o object) string) string {
	var joined strings.Builder
	end := 0
	for _, o := range objects {
		joined.WriteString(text[end:o.Offset])
		if o.refused != nil {
			joined.WriteString(refused(o))
		} else {
			joined.WriteString(o.Result.Text)
		}
		end = o.Offset + len(o.Text)
	}
	return joined.String() + text[end:]
}

// leftOut writes nothing: a text that was refused may still create what it names in the source.
func leftOut(object) string { return "" }

// asItWas writes what was read.
func asItWas(o object) string { return o.Text }

// total adds up what was found. It is refused with the first object that is.
func total(objects []object) outcome {
	var all outcome
	for _, o := range objects {
		all.Certain += o.Certain
		all.Probable += o.Probable
		all.Findings = append(all.Findings, o.Findings...)
		if all.refused == nil {
			all.refused = o.refused
		}
	}
	return all
}

// position is a place in a text, in lines and columns from 0. Columns count bytes.
type position struct{ offset, line, column int }

// move goes on to an offset that is not before the place.
func (p *position) move(text string, offset int) {
	passed := text[p.offset:offset]
	if n := strings.Count(passed, "\n"); n > 0 {
		p.line += n
		p.column = len(passed) - strings.LastIndexByte(passed, '\n') - 1
	} else {
		p.column += len(passed)
	}
	p.offset = offset
}

// shift makes the places of an outcome, whose text begins at p, those of the text around it.
func (p *position) shift(done outcome) outcome {
	done.Findings = slices.Clone(done.Findings)
	for i := range done.Findings {
		f := &done.Findings[i]
		f.Line, f.Column = p.around(f.Line, f.Column)
	}
	if done.refused != nil {
		refused := *done.refused
		refused.Line, refused.Column = p.around(max(refused.Line, 1), max(refused.Column, 1))
		done.refused = &refused
	}
	return done
}

func (p *position) around(line, column int) (int, int) {
	if line == 1 {
		column += p.column
	}
	return line + p.line, column
}

// exitCodeOf is the gravest of all objects.
func exitCodeOf(objects []object) int {
	code := exitClean
	for _, o := range objects {
		code = graver(code, o.exitCode())
	}
	return code
}

// countObjects says on one line how many objects there are of each sort.
func countObjects(objects []object) string {
	rewritten, review, refused := 0, 0, 0
	for _, o := range objects {
		switch {
		case o.refused != nil:
			refused++
			continue
		case o.exitCode() == exitReview:
			review++
		}
		if o.Certain+o.Probable > 0 {
			rewritten++
		}
	}
	return fmt.Sprintf("objects: %d, of which rewritten: %d, to review: %d, refused: %d\n",
		len(objects), rewritten, review, refused)
}
