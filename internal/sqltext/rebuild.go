package sqltext

import (
	"errors"
	"fmt"
	"strings"
)

// Places of COPY clauses that are known only later in the text.
const (
	noPlace    = -1
	placeLater = -2 // behind the arguments, or before a clause or the body
	placeAtEnd = -3 // before a clause, or at the end of the statement
)

// afterName returns where COPY clauses belong by the kind alone.
func (p *headerParser) afterName() int {
	switch p.h.Kind {
	case MaterializedView:
		return p.h.NameEnd
	case View, DynamicTable, Procedure, Function, Stream:
		return placeLater
	case Table, ExternalTable:
		return placeAtEnd
	default:
		return noPlace
	}
}

// closed notes the end of a parenthesis: COPY GRANTS stands behind a routine's
// arguments, and an alert's condition ends there.
func (p *headerParser) closed(depth int) {
	if depth != 0 {
		return
	}
	end := p.toks[p.i].end
	if p.h.clausesAt == placeLater && (p.h.Kind == Procedure || p.h.Kind == Function) {
		p.h.clausesAt = end
	}
	if p.h.condition.start > 0 && p.h.condition.end == 0 {
		p.h.condition.end = end - 1
	}
}

// clause handles a token outside all parentheses.
func (p *headerParser) clause(t token) {
	p.copyPlace(t)
	switch {
	case p.at(p.i, "COPY") && p.at(p.i+1, "GRANTS", "TAGS"):
		p.h.copies = append(p.h.copies, "COPY "+foldASCII(p.raw(p.i+1)))
	case p.at(p.i, "LANGUAGE") && p.i+1 < len(p.toks):
		p.h.Language = foldASCII(p.raw(p.i + 1))
	case p.h.Kind == Task && p.at(p.i, "WHEN"):
		p.h.condition = span{t.end, t.end}
	case p.h.Kind == Alert && p.at(p.i, "IF") && isOp(p.toks, p.i+1, '('):
		p.h.condition.start = p.toks[p.i+1].end
	case p.opensBody(t):
		p.body()
	}
}

// copyPlace settles where COPY clauses go: views want them before the comment,
// dynamic tables and tables before policies and tags, streams before ON.
func (p *headerParser) copyPlace(t token) {
	if p.h.clausesAt != placeLater && p.h.clausesAt != placeAtEnd {
		return
	}
	found := false
	switch p.h.Kind {
	case View:
		found = p.at(p.i, "COMMENT", "AS")
	case DynamicTable:
		found = p.at(p.i, "WITH", "ROW", "AGGREGATION", "TAG", "REQUIRE", "IMMUTABLE", "BACKFILL", "AS")
	case Table, ExternalTable:
		found = p.at(p.i, "COMMENT", "WITH", "ROW", "TAG", "AS")
	case Stream:
		found = p.at(p.i, "ON")
	default: // every other kind has its place already, or none
	}
	if found {
		p.h.clausesAt = t.start
	}
}

// opensBody tells whether the body follows the token.
func (p *headerParser) opensBody(t token) bool {
	switch p.h.Kind {
	case Policy:
		return t.op == opLambda
	case Alert:
		return p.at(p.i, "THEN")
	case Stream, Tag, Sequence, Stage, FileFormat:
		return false
	default:
		return p.at(p.i, "AS") && !p.at(p.i-1, "EXECUTE")
	}
}

// needsBody tells whether what is created consists of its body.
func (p *headerParser) needsBody() bool {
	switch p.h.Kind {
	case View:
		return !hasWords(p.h.words, "SEMANTIC")
	case MaterializedView, DynamicTable, Task, Alert, Pipe, Policy:
		return true
	default:
		return false
	}
}

// body notes where the body begins, and what its beginning ends.
func (p *headerParser) body() {
	if p.i+1 >= len(p.toks) {
		return
	}
	p.h.AsOffset = p.toks[p.i+1].start
	if p.h.Kind == Task && p.h.condition.start > 0 {
		p.h.condition.end = p.toks[p.i].start
	}
}

// Rebuild returns the statement with a new opening, such as CREATE OR REPLACE
// SECURE VIEW, the given name in quotes, and extra clauses, COPY GRANTS and COPY
// TAGS, where the grammar of the kind wants them. Everything else is copied.
//
// Stored text is never replayed as it is: its header may still name the source
// (C26). Rebuild fails when the name has not all three parts, when the opening is
// of another kind, or when the grammar has no place for the clauses. A clause
// that is there already is not repeated.
func (h Header) Rebuild(opening string, name Name, clauses string) (string, error) {
	switch {
	case h.text == "":
		return "", errors.New("rebuild statement: the header was not parsed")
	case name.Database == "" || name.Schema == "" || name.Object == "":
		return "", fmt.Errorf("rebuild statement: the name %s is not fully qualified", name)
	case !h.fits(opening):
		return "", fmt.Errorf("rebuild statement: %q does not open a %s", opening, h.Kind)
	}
	clauses = h.missing(clauses)
	if clauses == "" {
		return opening + " " + name.SQL() + h.text[h.NameEnd:], nil
	}
	if h.clausesAt < 0 || hasWords(opening, "OR", "ALTER") {
		return "", fmt.Errorf("rebuild statement: no place for %s in %s", clauses, opening)
	}
	before, after := h.text[h.NameEnd:h.clausesAt], h.text[h.clausesAt:]
	return opening + " " + name.SQL() + spaced(before) + clauses + gap(after) + after, nil
}

// fits tells whether an opening creates what the header creates.
func (h Header) fits(opening string) bool {
	got, want := strings.Fields(foldASCII(opening)), strings.Fields(h.words)
	if len(got) < 2 || got[0] != "CREATE" || got[len(got)-1] != want[len(want)-1] {
		return false
	}
	return qualifiedKind(kindWords[got[len(got)-1]], got) == h.Kind
}

func hasWords(text string, words ...string) bool {
	return strings.Contains(" "+strings.Join(strings.Fields(foldASCII(text)), " ")+" ", " "+strings.Join(words, " ")+" ")
}

// missing returns the clauses that the header does not have yet.
func (h Header) missing(clauses string) string {
	clauses = strings.Join(strings.Fields(clauses), " ")
	for _, have := range h.copies {
		clauses = strings.Join(strings.Fields(strings.ReplaceAll(clauses, have, "")), " ")
	}
	return clauses
}

// spaced returns text with a blank at its end.
func spaced(text string) string {
	if text != "" && isBlank(text[len(text)-1]) {
		return text
	}
	return text + " "
}

// gap returns what has to stand between a clause and what follows it.
func gap(text string) string {
	if text == "" || isBlank(text[0]) || text[0] == ';' {
		return ""
	}
	return " "
}
