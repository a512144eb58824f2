package sqltext

import (
	"slices"
	"strings"
)

// maxDepth is how deep literals are read inside literals. Code that nests
// deeper is reported like data.
const maxDepth = 12

// literalUse is what is known about a literal from where it stands, in SQL or in
// a host language.
type literalUse struct {
	// joinedLeft and joinedRight mean that something is concatenated to it.
	joinedLeft, joinedRight bool
	// cut means that the piece before it ended inside a quote, glued that it ended
	// inside a word, which this one goes on with.
	cut, glued bool
	// code means that the literal may be run as SQL.
	code bool
	// data means that it is known to be data.
	data bool
	// named means that the whole literal is surely the name of an object, expression
	// that it is an expression of SQL.
	named, expression bool
	// namesObject means that a name of three parts in it is the name of an
	// object, namesDatabase that the whole literal is that of a database.
	namesObject, namesDatabase bool
	compared                   operand
	// want is what is wanted of the literal as a name, an object if nothing.
	want want
}

func (u *literalUse) wanted() want {
	if u.want == wantNothing && !u.expression {
		return wantObject
	}
	return u.want
}

// codeLiteral handles a literal's content, and returns whether it ends inside a
// quote of the SQL that it is a piece of.
func (a *analysis) codeLiteral(in *layer, use literalUse) (cut bool) {
	a.beginPiece(use)
	defer a.endPiece(use)
	if !use.code || a.depth >= maxDepth {
		a.valueLiteral(in, use)
		return false
	}
	if mapping, ok := a.names.isSource(in.text); ok && !a.collect {
		a.bareLiteral(in, mapping, use)
		return use.cut
	}
	from, open := skipQuoted(in.text, use.cut)
	if from > 0 || open {
		a.mentionWithin(in, from, open)
	}
	if open {
		return true
	}
	if use.glued {
		from = a.endOfGlued(in)
	}
	toks, end := a.lexFrom(in.text, from)
	defer a.free(toks)
	cut = end != nil && in.text[end.start] == '\''
	if !a.concernsPiece(in.text, use) {
		return cut
	}
	if end != nil && !use.joinedRight && end.start < len(in.text)-1 {
		a.mention(in, CodeDataLiteral) // it does not read as SQL, and nothing completes it
		return cut
	}
	switch shape := shapeOf(in.text, toks, use); shape {
	case shapeStatement:
		a.nested(in, toks, Probable, piece{joinedRight: use.joinedRight})
	case shapeFragment, shapeDotted:
		a.nested(in, toks, Probable, piece{
			partial: true, want: use.wanted(), prose: shape == shapeDotted, named: use.named, joinedRight: use.joinedRight,
		})
	case shapeURL:
		a.mention(in, CodeURLOrPath)
	case shapeOther:
		a.mention(in, CodeDataLiteral)
	}
	return cut
}

// concernsPiece tells whether a literal can hold anything that this pass looks for,
// or the target that pieces behind it copy into.
func (a *analysis) concernsPiece(text string, use literalUse) bool {
	return a.concerns(text) || use.joinedRight && a.names.targetIn(text)
}

// beginPiece forgets what another concatenation copies into.
func (a *analysis) beginPiece(use literalUse) {
	if !use.joinedLeft {
		a.copied = 0
	}
}

// endPiece forgets what the pieces of a concatenation copy into behind its last one.
func (a *analysis) endPiece(use literalUse) {
	if !use.joinedRight {
		a.copied = 0
	}
}

// skipQuoted returns where the SQL goes on after the quote that the piece before
// left open; open if it does not.
func skipQuoted(text string, cut bool) (from int, open bool) {
	if !cut {
		return 0, false
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == '\'':
			return i + 1, false
		}
	}
	return 0, true
}

// endOfGlued returns where a piece goes on behind the name's part that it begins
// with, which began in the piece before, and reports that part if it reads as a source.
func (a *analysis) endOfGlued(in *layer) int {
	end := wordEnd(in.text, 0)
	if end == len(in.text) || in.text[end] != '.' {
		return 0
	}
	if _, ok := a.names.isSource(in.text[:end]); ok && !a.collect {
		a.report(in, 0, end, CodePrefixConcat)
	}
	return end
}

// endsWord tells whether the content of a literal ends inside a word that the next
// piece may go on with.
func (q quoting) endsWord(content string) bool {
	if content == "" || !isIdentPart(content[len(content)-1]) {
		return false
	}
	text, _, ok := q.decode(content)
	return ok && text != "" && isIdentPart(text[len(text)-1])
}

// lexFrom returns the tokens of a text that begins at offset from.
func (a *analysis) lexFrom(text string, from int) ([]token, *token) {
	toks, cut := a.lex(text[from:])
	if from > 0 {
		for i := range toks {
			toks[i].start += from
			toks[i].end += from
		}
	}
	return toks, cut
}

// bareLiteral handles a literal that is nothing but the name of a source.
func (a *analysis) bareLiteral(in *layer, mapping int, use literalUse) {
	start := strings.Index(in.text, strings.TrimSpace(in.text))
	end := start + len(strings.TrimSpace(in.text))
	code := CodeBareLiteral
	switch use.compared {
	case operandCatalog:
		code = CodeCatalogFilter
	case operandCurrentDatabase:
		code = CodeCurrentDatabase
	case operandOther:
	}
	switch {
	case use.namesDatabase:
		a.edit(in, change{span{start, end}, 0, mapping, Probable, CodeString, false})
	case code != CodeCurrentDatabase && a.allowed(in.text):
		a.edit(in, change{span{start, end}, 0, mapping, Probable, code, true})
	default:
		a.report(in, start, end, code)
	}
}

// allowed tells whether a literal may be rewritten by the options.
func (a *analysis) allowed(literal string) bool {
	return slices.Contains(a.opts.Allow, strings.TrimSpace(literal))
}

// valueLiteral handles a literal that nothing runs.
func (a *analysis) valueLiteral(in *layer, use literalUse) {
	if a.collect {
		return
	}
	mapping, bare := a.names.isSource(in.text)
	switch {
	case bare:
		a.bareLiteral(in, mapping, use)
	case use.namesObject && !use.data && a.objectName(in):
	case strings.Contains(in.text, "://"):
		a.mention(in, CodeURLOrPath)
	default:
		a.mention(in, CodeDataLiteral)
	}
}

// objectName rewrites a literal that is a name of three parts.
func (a *analysis) objectName(in *layer) bool {
	toks, cut := a.lex(in.text)
	defer a.free(toks)
	if cut != nil || len(toks) == 0 || partAt(toks, 0, false) != 1 {
		return false
	}
	if c := scanChain(toks, 0, false); c.n != 3 || c.next != len(toks) {
		return false
	}
	a.nested(in, toks, Probable, piece{partial: true, want: wantObject})
	return true
}

// mention reports a source that stands as a word of its own in a literal.
func (a *analysis) mention(in *layer, code string) {
	start, end, ok := a.names.word(in.text)
	if !ok || a.collect {
		return
	}
	if isPath(in.text, start, end) {
		code = CodeURLOrPath
	}
	p := a.report(in, start, end, code)
	p.prose = code == CodeDataLiteral && isProse(in.text, end)
}

// mentionWithin reports a source in the part of a piece that belongs to the quote
// which the piece before left open: all of it, or up to the offset.
func (a *analysis) mentionWithin(in *layer, end int, all bool) {
	text := in.text
	if !all {
		text = text[:end]
	}
	if start, end, ok := a.names.word(text); ok && !a.collect {
		a.report(in, start, end, CodeDataLiteral)
	}
}

// isPath tells whether a word is part of a path.
func isPath(text string, start, end int) bool {
	return start > 0 && strings.IndexByte(`/\`, text[start-1]) >= 0 || end < len(text) &&
		(text[end] == '/' || text[end] == '\\' && end+1 < len(text) && isIdentPart(text[end+1]))
}

// isProse tells whether a text of several words mentions the name without
// building a dotted name with it: no reference, then.
func isProse(text string, end int) bool {
	if len(strings.Fields(text)) < 3 {
		return false
	}
	if end+1 < len(text) && text[end] == '.' {
		return isBlank(text[end+1])
	}
	return end >= len(text) || text[end] != '"' && text[end] != '\''
}
