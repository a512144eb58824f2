package sqltext

import (
	"slices"
)

// analysis is one pass over a definition. It collects edits in the layers,
// findings, and, for References, the names.
type analysis struct {
	opts  Options
	names *names
	root  *layer
	// headed means that the text is a CREATE statement whose own name is not a
	// reference.
	headed bool
	// code means that string literals of its SQL may be run.
	code bool
	// writes means that the object can change data or objects.
	writes bool
	// named means that the text may name a source: only then is it worth a word
	// that a name in it is known at run time.
	named bool
	// collect asks for references instead of edits.
	collect bool
	depth   int
	// copied is the mapping whose target the pieces of a concatenation so far copy
	// into, plus one; zero if none.
	copied int
	// hole is that of the layers that are opened, for embedded code of an f-string.
	hole byte

	certain, probable int
	places            []*place
	references        []rawReference
	spare             [][]token
	hostSpare         [][]hostToken
	err               error
}

// place is a finding whose place is still an offset of its layer.
type place struct {
	layer *layer
	span  span
	class Class
	code  string
	prose bool
	// origin is where it begins in the definition's text.
	origin int
}

type rawReference struct {
	layer *layer
	span  span
	Reference
}

func newAnalysis(def Definition, opts Options, known *names) *analysis {
	a := &analysis{opts: opts, names: known, root: &layer{text: def.Text}, named: known.in(def.Text)}
	switch def.Kind {
	case View, MaterializedView, DynamicTable, Table, ExternalTable, Stream, Policy, Tag,
		Sequence, Stage, FileFormat, Function:
		a.headed = true
	case Procedure, Task, Alert, Pipe:
		a.headed, a.code, a.writes = true, true, true
	case Script, TaskBody, RoutineBody:
		a.code, a.writes = true, true
	case Condition, PolicyBody, Expression, SchemaKind, DatabaseKind:
	}
	if def.Kind == RoutineBody {
		a.root.language = languageOf(def.Language)
		a.root.body = true
	}
	return a
}

// run scans the whole definition.
func (a *analysis) run() error {
	a.scanBody(a.root, Certain)
	return a.err
}

// scanBody scans a layer in its language.
func (a *analysis) scanBody(l *layer, class Class) {
	if l.language != languageSQL {
		a.scanHost(l)
		return
	}
	a.scanStatements(l, class, "the text ends inside a quote or comment")
}

// scanStatements scans a layer of SQL that must read as SQL to its end. It cuts
// one statement at a time, so that the tokens of a large text need little memory
// and stay close at hand.
func (a *analysis) scanStatements(l *layer, class Class, unreadable string) {
	a.depth++
	defer func() { a.depth-- }()
	s := a.newScanner(l, class, piece{})
	toks := a.tokens()
	defer func() { a.free(toks) }()
	for lex := (lexer{text: l.text}); lex.pos < len(l.text); {
		var cut *token
		if toks, cut = lex.statement(toks[:0]); cut != nil {
			a.refuse(l.refuse(CodeNotLexable, cut.start, unreadable))
			return
		}
		s.scan(toks)
	}
	s.end()
}

// nested scans a layer of SQL inside another.
func (a *analysis) nested(l *layer, toks []token, class Class, p piece) {
	a.depth++
	s := a.newScanner(l, class, p)
	if a.copied > 0 {
		s.stmt.names, s.stmt.copiesTo = a.copied-1, a.copied-1
	}
	s.scan(toks)
	a.copied = s.stmt.copiesTo + 1
	s.end()
	a.depth--
}

// tokens returns memory for tokens, which free gives back. Literals are many and
// short, and their tokens are needed only while they are scanned.
func (a *analysis) tokens() []token {
	if last := len(a.spare) - 1; last >= 0 {
		spare := a.spare[last]
		a.spare = a.spare[:last]
		return spare[:0]
	}
	return make([]token, 0, 64)
}

// lex returns the tokens of a text, in memory that free gives back.
func (a *analysis) lex(text string) ([]token, *token) {
	return meaningful(text, a.tokens())
}

func (a *analysis) free(toks []token) { a.spare = append(a.spare, toks) }

// refuse keeps the first reason for refusing the definition.
func (a *analysis) refuse(err error) {
	if a.err == nil {
		a.err = err
	}
}

// concerns tells whether a text can hold anything that this pass looks for.
func (a *analysis) concerns(text string) bool {
	return a.collect || a.opts.ReportOthers || a.names.in(text)
}

// change is an identifier that is to name a mapping's target.
type change struct {
	span
	// from is where the token before it begins, if nothing stands between.
	from    int
	mapping int
	class   Class
	code    string
	// value means that the text is not an identifier but the name as a value.
	value bool
}

// edit makes a change, or only reports it where the options say so.
func (a *analysis) edit(l *layer, c change) {
	if c.class == Probable {
		if a.opts.CodeStrings == ReportStrings && !a.isAllowed(c) {
			a.report(l, c.start, c.end, c.code)
			return
		}
		a.probable++
	} else {
		a.certain++
	}
	if c.class == Probable || a.opts.ListCertain {
		a.places = append(a.places, &place{layer: l, span: c.span, class: c.class, code: c.code})
	}
	text, skip := a.names.spell(c.mapping, l.text[c.start:c.end])
	if c.value {
		l.value = true
		text, skip = a.names.spellValue(c.mapping, l.text[c.start:c.end])
	}
	l.edits = append(l.edits, edit{c.start + skip, c.end - skip, text, c.from, c.mapping})
	l.link()
}

// isAllowed tells whether a change was asked for literal by literal, which holds
// whatever is done with other literals.
func (a *analysis) isAllowed(c change) bool {
	return c.code == CodeBareLiteral || c.code == CodeCatalogFilter
}

// link makes the layers around l know that it holds edits.
func (l *layer) link() {
	for ; l.outer != nil && !l.linked; l = l.outer {
		l.linked = true
		l.outer.inner = append(l.outer.inner, l)
	}
}

// report notes a place that a person has to look at.
func (a *analysis) report(l *layer, start, end int, code string) *place {
	p := &place{layer: l, span: span{start, end}, class: Report, code: code}
	a.places = append(a.places, p)
	return p
}

// takeBack turns the edits that a statement made for one mapping into reports.
func (a *analysis) takeBack(l *layer, stmt statement, class Class) {
	kept := l.edits[:stmt.editsFrom]
	for _, e := range l.edits[stmt.editsFrom:] {
		if e.mapping != stmt.copiesTo {
			kept = append(kept, e)
			continue
		}
		if class == Certain {
			a.certain--
		} else {
			a.probable--
		}
		a.drop(l, e, stmt.placesFrom)
		a.report(l, e.start, e.end, CodeSelfCopy)
	}
	l.edits = kept
}

// drop forgets the finding of an edit that is taken back.
func (a *analysis) drop(l *layer, e edit, from int) {
	for i := from; i < len(a.places); i++ {
		if p := a.places[i]; p.layer == l && p.span.start <= e.start && e.end <= p.span.end && p.class != Report {
			a.places = append(a.places[:i], a.places[i+1:]...)
			return
		}
	}
}

func (a *analysis) reference(l *layer, name Name, at Position, where span, class Class) {
	a.references = append(a.references, rawReference{l, where, Reference{Name: name, Position: at, Certain: class == Certain}})
}

// findings turns the places into findings in the order of the text.
func (a *analysis) findings() []Finding {
	if len(a.places) == 0 {
		return nil
	}
	for _, p := range a.places {
		p.origin = p.layer.origin(p.span.start)
	}
	slices.SortStableFunc(a.places, func(p, q *place) int { return p.origin - q.origin })
	findings := make([]Finding, len(a.places))
	for i, p := range a.places {
		f := Finding{Class: p.class, Code: p.code, High: a.isHigh(p), Context: p.context()}
		f.Line, f.Column = a.root.lines.at(a.root.text, p.origin)
		if body, offset := p.layer.routine(p.span.start); body != nil {
			f.BodyLine, f.BodyColumn = body.lines.at(body.text, offset)
		}
		findings[i] = f
	}
	return findings
}

// isHigh: what was left in an object that can write, and catalogue filters. A
// name that was left because it is no reference is not.
func (a *analysis) isHigh(p *place) bool {
	switch {
	case p.class != Report:
		return false
	case p.code == CodeCatalogFilter:
		return true
	case p.code == CodeSameNameSchema, p.code == CodeSourceAndTarget, p.prose:
		return false
	}
	return a.writes
}
