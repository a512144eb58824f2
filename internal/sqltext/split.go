package sqltext

import (
	"errors"
	"fmt"
	"strings"
)

// Kinds of containers, whose statements SplitDDL finds beside those of the
// objects in them.
const (
	SchemaKind   Kind = "SCHEMA"
	DatabaseKind Kind = "DATABASE"
)

// Statement is one statement of what GET_DDL prints of a schema or database.
type Statement struct {
	// Verb is CREATE or ALTER.
	Verb string
	// Kind is empty where the statement is about a kind that is not known.
	Kind Kind
	// Name has empty outer parts where they were not written. A schema has no
	// object, a database neither schema nor object.
	Name Name
	// Arguments are the types of a routine's arguments, as SHOW prints them:
	// without names, modes and defaults. It is nil for everything else.
	Arguments []string
	// Start and End are the byte span in the text. The spans follow each other
	// without a gap: blanks and comments before a statement belong to it, and
	// those at the end of the text to the last one.
	Start, End int
	// Text is the statement itself, from its first word through its semicolon.
	Text string
	// Offset is where Text begins.
	Offset int
}

// SplitDDL cuts what GET_DDL prints of a schema or a database (G8) into its
// statements. It fails, and returns nothing, when the text is malformed or holds
// no statement, or a statement that begins with neither CREATE nor ALTER: then
// the cuts would not be where they should be.
func SplitDDL(text string) ([]Statement, error) {
	var statements []Statement
	sp := splitter{lexer: lexer{text: text}}
	for start := 0; start < len(text); {
		toks, err := sp.next()
		switch {
		case err != nil:
			line, column := new(lineCounter).at(text, sp.at)
			return nil, fmt.Errorf("split DDL at %d:%d: %w", line, column, err)
		case len(toks) == 0 && len(statements) == 0:
			return nil, errors.New("split DDL: the text holds no statement")
		case len(toks) == 0:
			statements[len(statements)-1].End = len(text)
			return statements, nil
		}
		s := describeStatement(text, toks)
		s.Start, s.End = start, sp.lexer.pos
		s.Text, s.Offset = text[toks[0].start:toks[len(toks)-1].end], toks[0].start
		statements = append(statements, s)
		start = s.End
	}
	if statements == nil {
		return nil, errors.New("split DDL: the text is empty")
	}
	return statements, nil
}

// moreKindWords end an opening beside kindWords.
var moreKindWords = map[string]Kind{
	"SCHEMA": SchemaKind, "DATABASE": DatabaseKind, "SERVICE": "SERVICE", "TYPE": "TYPE",
	"RULE": "RULE", "SECRET": "SECRET", "MODEL": "MODEL", "NOTEBOOK": "NOTEBOOK",
	"STREAMLIT": "STREAMLIT", "REPOSITORY": "REPOSITORY", "CONTACT": "CONTACT", "AGENT": "AGENT",
}

// describeStatement reads kind, name and arguments.
func describeStatement(text string, toks []token) Statement {
	p := &headerParser{text: text, toks: toks}
	s := Statement{Verb: foldASCII(p.raw(0))}
	p.i = 1
	if p.at(1, "OR") {
		p.i = 3
	}
	var words []string
	for ; p.i < len(toks) && toks[p.i].kind == Word && len(words) < maxOpening && s.Kind == ""; p.i++ {
		word := foldASCII(p.raw(p.i))
		words = append(words, word)
		if s.Kind = moreKindWords[word]; s.Kind == "" {
			s.Kind = qualifiedKind(kindWords[word], words)
		}
	}
	if s.Kind == "" {
		return s
	}
	if p.at(p.i, "IF") && p.at(p.i+1, "EXISTS") { // of ALTER
		p.i += 2
	}
	if err := p.name(); err != nil {
		s.Kind = ""
		return s
	}
	s.Name = p.h.Name.of(s.Kind)
	if (s.Kind == Procedure || s.Kind == Function) && isOp(toks, p.i, '(') {
		s.Arguments = p.arguments()
	}
	return s
}

// of moves the parts of a name to where those of a container belong.
func (n Name) of(kind Kind) Name {
	switch kind {
	case SchemaKind:
		return Name{Database: n.Schema, Schema: n.Object}
	case DatabaseKind:
		return Name{Database: n.Object}
	default:
		return n
	}
}

// arguments returns the types in the list that opens at the current token.
func (p *headerParser) arguments() []string {
	types := []string{}
	for p.i++; p.i < len(p.toks); p.i++ {
		from := p.i
		if p.toks[from].op == ')' {
			break
		}
		p.toComma()
		types = append(types, p.typeOf(from, p.i))
		if p.i == len(p.toks) || p.toks[p.i].op == ')' {
			break
		}
	}
	return types
}

// toComma moves to the comma or parenthesis that ends the current item.
func (p *headerParser) toComma() {
	for depth := 0; p.i < len(p.toks); p.i++ {
		switch p.toks[p.i].op {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth < 0 {
				return
			}
		case ',':
			if depth == 0 {
				return
			}
		}
	}
}

// typeOf returns the type in the tokens [from, to) of name, mode, type and
// default. The columns of a TABLE( … ) lose their names as well.
func (p *headerParser) typeOf(from, to int) string {
	from++
	if from+1 < to && p.at(from, "IN", "INPUT", "OUT", "OUTPUT") {
		from++
	}
	if p.at(from, "TABLE") && from+1 < to && p.toks[from+1].op == '(' {
		in := &headerParser{text: p.text, toks: p.toks[:to], i: from + 1}
		return "TABLE(" + strings.Join(in.arguments(), ", ") + ")"
	}
	var b strings.Builder
	for i := from; i < to && !p.at(i, "DEFAULT"); i++ {
		if i > from && p.toks[i].start > p.toks[i-1].end {
			b.WriteByte(' ')
		}
		if p.toks[i].kind == Word {
			b.WriteString(foldASCII(p.raw(i)))
			continue
		}
		b.WriteString(p.raw(i))
	}
	return b.String()
}
