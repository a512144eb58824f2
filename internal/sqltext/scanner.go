package sqltext

import "strings"

// scanner walks the tokens of one layer of SQL and decides, for every dotted
// name, what the grammar wants there. It keeps a stack of frames, one a pair of
// parentheses, and no tree: all it needs from the grammar is which words are
// followed by the name of an object.
type scanner struct {
	a     *analysis
	layer *layer
	text  string
	toks  []token
	// i is the current token; actions move it over tokens that they consume.
	i int
	// class is that of the names found here.
	class Class
	// code means that string literals here may hold code that is run later.
	code bool
	// piece says how a literal of code was put together.
	piece  piece
	frames []frame
	// room is the memory of the first frames.
	room [4]frame
	stmt statement
	// want, role and start are those of the current token.
	want  want
	role  role
	start bool
	// ctes are the common table expressions known here, for references only.
	ctes []Ident
}

// piece is what is known about a literal of code whose content is scanned.
type piece struct {
	// partial means that the content is not a whole statement.
	partial bool
	// want is what is wanted of a name that a partial content begins with.
	want want
	// prose means that nothing but a dotted name says that the content is code.
	prose bool
	// named means that the content is surely the name of an object.
	named bool
	// joinedRight means that something is concatenated to its end.
	joinedRight bool
}

// newScanner returns the scanner of a layer, to be given its tokens by scan.
func (a *analysis) newScanner(l *layer, class Class, p piece) *scanner {
	s := &scanner{
		a: a, layer: l, text: l.text, class: class, code: a.code, piece: p,
		stmt: newStatement(l, a),
	}
	s.frames = append(s.room[:0], frame{start: true, callee: -1})
	if p.partial {
		s.frames[0].want = p.want
	}
	return s
}

// scan finds the names among the tokens, which are the whole layer's or end with
// a semicolon: nothing that the rules look at reaches across one.
func (s *scanner) scan(toks []token) {
	s.toks = toks
	for s.i = 0; s.i < len(s.toks); s.i++ {
		s.step()
	}
}

// end makes sure that nothing is open at the end of the layer.
func (s *scanner) end() {
	if len(s.frames) > 1 {
		s.unbalanced(len(s.text), "a parenthesis is not closed")
	}
	s.endStatement()
}

// step handles the current token.
func (s *scanner) step() {
	f := s.frame()
	s.want, s.role, s.start = f.want, f.role, f.start
	if f.next != roleValue {
		s.role = f.next
	}
	f.want, f.next, f.start = wantNothing, roleValue, false
	t := s.toks[s.i]
	switch t.kind {
	case Word:
		s.word(f, t)
	case QuotedIdent:
		s.name(f, false)
	case String, DollarString:
		s.literal(f, t)
	case StageSign:
		s.stage(f)
	case Operator, Other:
		s.operator(f, t)
	case Unterminated:
		s.unterminated(t)
	case Bind, Variable, Number, StagePath, Space, Comment:
		f.last = operandOther
	}
}

func (s *scanner) frame() *frame { return &s.frames[len(s.frames)-1] }

// word handles a bare word: as a keyword where it acts as one, else as a name.
func (s *scanner) word(f *frame, t token) {
	if t.key != kwNone && !isOp(s.toks, s.i+1, '.') && !s.isDatabase(t) {
		if act := actions[t.key]; act != nil && act(s, f) {
			return
		}
	}
	s.name(f, false)
}

// name handles the dotted name that begins at the current token.
func (s *scanner) name(f *frame, stage bool) {
	c := scanChain(s.toks, s.i, stage)
	f.last = s.operandOf(&c)
	if c.follow == '(' {
		f.callee = c.last()
	}
	if s.want == wantNothing && c.n == 3 {
		s.want = s.unsaid(f, &c)
	}
	if s.want == wantCTE && c.n == 1 {
		s.ctes = append(s.ctes, s.ident(c.first))
	}
	s.resolve(f, &c)
	s.i = c.next - 1
}

// operandOf tells columns of the catalogue and CURRENT_DATABASE() from other
// operands by their last part.
func (s *scanner) operandOf(c *chain) operand {
	last := c.last()
	if last < 0 || s.toks[last].kind != Word {
		return operandOther
	}
	word := s.raw(last)
	if len(word) < len("CATALOG") {
		return operandOther
	}
	switch end := word[len(word)-1] | 0x20; {
	case end != 'g' && end != 'e': // of CATALOG and DATABASE
	case sameFolded("CURRENT_DATABASE", word):
		return operandCurrentDatabase
	case hasFoldedSuffix(word, "CATALOG"), hasFoldedSuffix(word, "CATALOG_NAME"), hasFoldedSuffix(word, "DATABASE_NAME"),
		hasFoldedSuffix(word, "DATABASE"):
		return operandCatalog
	}
	return operandOther
}

func hasFoldedSuffix(word, suffix string) bool {
	return len(word) >= len(suffix) && sameFolded(suffix, word[len(word)-len(suffix):])
}

// stage handles @ and the stage's name behind it.
func (s *scanner) stage(f *frame) {
	f.last = operandOther
	if partAt(s.toks, s.i+1, false) == 1 {
		s.i++
		s.want = wantStage
		s.name(f, true)
		return
	}
	s.i += partAt(s.toks, s.i+1, true)
}

// operator handles punctuation.
func (s *scanner) operator(f *frame, t token) {
	f.opening = false
	switch t.op {
	case '(', '{':
		s.open(f, t.op == '{')
		return
	case ')', '}':
		s.closing(t)
		return
	case ',':
		s.comma(f)
	case ';':
		s.semicolon(t)
		return
	case '=', '<', '>', opNotEqual:
		f.left, f.kept = f.last, false
		if f.secrets {
			f.want = wantObject
		}
	case opCast:
		f.want = wantAlias
	case opFlow:
		s.endStatement()
		f.start = true
	case opLambda:
		f.start = true
	case '.':
		f.want = wantForeign
	case ':':
		if !f.braces {
			f.want = wantForeign
		}
	}
	f.last = operandOther
}

// unbalanced refuses text whose parentheses do not match, unless it is only a
// piece of code.
func (s *scanner) unbalanced(offset int, reason string) {
	if s.class == Certain {
		s.a.refuse(s.layer.refuse(CodeNotLexable, offset, reason))
	}
}

// unterminated handles the end of a piece that stops inside a quote: a stage
// whose path is added, or data.
func (s *scanner) unterminated(t token) {
	isStage := strings.HasPrefix(s.text[t.start:t.end], "'@") && (s.want == wantObject || s.role == roleStage)
	if isStage && s.nameLiteral(s.i, wantStage, 0) || s.isPrefix(t) && s.nameLiteral(s.i, wantObject, 0) {
		return
	}
	if start, end, ok := s.a.names.word(s.text[t.start:t.end]); ok && !s.a.collect {
		s.a.report(s.layer, t.start+start, t.start+end, CodeDataLiteral)
	}
}

// ident returns the identifier that token i denotes.
func (s *scanner) ident(i int) Ident {
	ident := identAt(s.text, s.toks[i])
	if s.a.names.ignoreCase {
		return Ident(foldASCII(string(ident)))
	}
	return ident
}

func (s *scanner) raw(i int) string { return s.text[s.toks[i].start:s.toks[i].end] }

// keyAt returns the keyword at token i, if one is there.
func (s *scanner) keyAt(i int) keyword {
	if i < 0 || i >= len(s.toks) {
		return kwNone
	}
	return s.toks[i].key
}

func (s *scanner) kindAt(i int) TokenKind {
	if i < 0 || i >= len(s.toks) {
		return Space
	}
	return s.toks[i].kind
}
