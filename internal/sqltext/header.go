package sqltext

import (
	"errors"
	"fmt"
	"strings"
)

// Header is the part of a CREATE statement that says what is created; its
// offsets are bytes of the text it was parsed from.
type Header struct {
	Kind Kind
	// Secure, Temporary, Transient and Recursive tell which of these words
	// stood before the kind.
	Secure, Temporary, Transient, Recursive bool
	// Name has empty outer parts where they were not written.
	Name               Name
	NameStart, NameEnd int
	// Language is that of a routine, folded to upper case; SQL when not given.
	Language string
	// AsOffset is where the body begins: the query, statement, string literal or
	// expression. It is -1 when there is none.
	AsOffset int

	text string
	// words are the words from CREATE [OR …] to the kind, in upper case.
	words string
	// clausesAt is where COPY GRANTS belongs, -1 where the grammar has no place
	// for it; copies are the COPY clauses that are there already.
	clausesAt int
	copies    []string
	condition span
	end       int
}

// ParseHeader reads the beginning of a CREATE statement as GET_DDL prints it
// (G7 to G12). It fails when the text is malformed, or is not a CREATE statement
// of a schema object with a name of one to three parts.
func ParseHeader(ddl string) (Header, error) {
	toks, cut := meaningful(ddl, nil)
	if cut != nil {
		return Header{}, errors.New("parse header: the text ends inside a quote or comment")
	}
	p := &headerParser{text: ddl, toks: toks, h: Header{AsOffset: -1, clausesAt: -1, text: ddl, Language: "SQL"}}
	for _, read := range []func() error{p.opening, p.name, p.rest} {
		if err := read(); err != nil {
			return Header{}, fmt.Errorf("parse header: %w", err)
		}
	}
	return p.h, nil
}

// Opening returns verb, CREATE OR REPLACE or CREATE OR ALTER, with the words
// that stood between it and the name: CREATE OR REPLACE SECURE VIEW.
func (h Header) Opening(verb string) string { return verb + " " + h.words }

// Body returns the text from AsOffset without the semicolon that closes the
// statement, and the decoded body of a routine whose body is a string literal.
// It is empty when there is no body.
func (h Header) Body() string {
	if h.AsOffset < 0 {
		return ""
	}
	body := strings.TrimSpace(h.text[h.AsOffset:h.end])
	if h.Kind != Procedure && h.Kind != Function {
		return body
	}
	toks, _ := meaningful(body, nil)
	if len(toks) != 1 || toks[0].kind != String && toks[0].kind != DollarString {
		return body
	}
	content, q := contentOf(toks[0])
	if decoded, _, ok := q.decode(body[content.start:content.end]); ok {
		return decoded
	}
	return body
}

// Condition returns a task's WHEN expression, or what an alert's IF holds:
// EXISTS ( … ). It is empty when there is none.
func (h Header) Condition() string {
	return strings.TrimSpace(h.text[h.condition.start:h.condition.end])
}

// headerParser reads a CREATE statement token by token.
type headerParser struct {
	text string
	toks []token
	i    int
	h    Header
}

func (p *headerParser) raw(i int) string { return p.text[p.toks[i].start:p.toks[i].end] }

// at tells whether token i is one of the words.
func (p *headerParser) at(i int, words ...string) bool {
	if i >= len(p.toks) || p.toks[i].kind != Word {
		return false
	}
	for _, word := range words {
		if sameFolded(word, p.raw(i)) {
			return true
		}
	}
	return false
}

// kindWords are the words that end an opening.
var kindWords = map[string]Kind{
	"VIEW": View, "TABLE": Table, "PROCEDURE": Procedure, "FUNCTION": Function, "TASK": Task,
	"ALERT": Alert, "PIPE": Pipe, "STREAM": Stream, "POLICY": Policy, "TAG": Tag,
	"SEQUENCE": Sequence, "STAGE": Stage, "FORMAT": FileFormat,
}

// maxOpening is the number of words of the longest opening, and some more.
const maxOpening = 10

// opening reads CREATE [OR …] and the words up to the kind.
func (p *headerParser) opening() error {
	if !p.at(0, "CREATE") {
		return errors.New("it does not begin with CREATE")
	}
	p.i = 1
	if p.at(1, "OR") {
		p.i = 3
	}
	var words []string
	for ; p.i < len(p.toks) && p.toks[p.i].kind == Word && len(words) < maxOpening; p.i++ {
		word := foldASCII(p.raw(p.i))
		words = append(words, word)
		if kind, ok := kindWords[word]; ok {
			p.i++
			p.h.words = strings.Join(words, " ")
			p.h.Kind = qualifiedKind(kind, words)
			p.modifiers(words)
			return nil
		}
	}
	return errors.New("it creates no kind of object that is known")
}

func qualifiedKind(kind Kind, words []string) Kind {
	for _, word := range words {
		switch {
		case word == "MATERIALIZED" && kind == View:
			return MaterializedView
		case word == "DYNAMIC" && kind == Table:
			return DynamicTable
		case word == "EXTERNAL" && kind == Table:
			return ExternalTable
		}
	}
	return kind
}

func (p *headerParser) modifiers(words []string) {
	for _, word := range words {
		switch word {
		case "SECURE":
			p.h.Secure = true
		case "TEMP", "TEMPORARY", "VOLATILE":
			p.h.Temporary = true
		case "TRANSIENT":
			p.h.Transient = true
		case "RECURSIVE":
			p.h.Recursive = true
		}
	}
}

// name reads [IF NOT EXISTS] and the name.
func (p *headerParser) name() error {
	if p.at(p.i, "IF") && p.at(p.i+1, "NOT") && p.at(p.i+2, "EXISTS") {
		p.i += 3
	}
	if partAt(p.toks, p.i, false) != 1 {
		return errors.New("it has no name")
	}
	c := scanChain(p.toks, p.i, false)
	if c.dangling || c.n > 3 {
		return errors.New("its name has more than three parts, or an empty one")
	}
	var parts [3]Ident
	for i := range c.n {
		part := publicSchema
		if c.parts[i] >= 0 {
			part = identAt(p.text, p.toks[c.parts[i]])
		}
		parts[3-c.n+i] = part
	}
	p.h.Name = Name{Database: parts[0], Schema: parts[1], Object: parts[2]}
	p.h.NameStart, p.h.NameEnd = p.toks[p.i].start, p.toks[c.next-1].end
	p.i = c.next
	return nil
}

var errNoBody = errors.New("it has no body")

// rest finds the body, the condition and the place of the COPY clauses among the
// tokens outside all parentheses.
func (p *headerParser) rest() error {
	p.h.end = len(p.text)
	if last := len(p.toks) - 1; p.toks[last].op == ';' {
		p.h.end = p.toks[last].start
	}
	p.h.clausesAt = p.afterName()
	depth := 0
	for ; p.i < len(p.toks) && p.h.AsOffset < 0; p.i++ {
		switch t := p.toks[p.i]; {
		case t.op == '(':
			depth++
		case t.op == ')':
			depth--
			p.closed(depth)
		case depth == 0:
			p.clause(t)
		}
	}
	if p.h.clausesAt == placeAtEnd {
		p.h.clausesAt = p.h.end
	}
	if p.h.AsOffset < 0 && p.needsBody() {
		return errNoBody
	}
	if p.h.Kind == Policy {
		p.policyOptions()
	}
	return nil
}

// policyOptions lets the body of a policy end before the options that may follow
// it: COMMENT = '…' and EXEMPT_OTHER_POLICIES = TRUE. An argument may be called
// COMMENT too, and is compared behind a word or operator that wants an operand.
func (p *headerParser) policyOptions() {
	last := len(p.toks) - 1
	if p.toks[last].op == ';' {
		last--
	}
	for ; last >= 3 && p.toks[last-2].start > p.h.AsOffset; last -= 3 {
		if !p.at(last-2, "COMMENT", "EXEMPT_OTHER_POLICIES") || p.toks[last-1].op != '=' || p.wantsOperand(last-3) {
			return
		}
		p.h.end = p.toks[last-2].start
	}
}

// wantsOperand tells whether an expression goes on after token i.
func (p *headerParser) wantsOperand(i int) bool {
	if t := p.toks[i]; t.kind == Operator {
		return t.op != ')' && t.op != ']'
	}
	return p.at(i, "AND", "OR", "NOT", "WHEN", "THEN", "ELSE", "CASE", "IN", "LIKE", "ILIKE", "RLIKE", "BETWEEN")
}
