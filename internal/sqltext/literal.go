package sqltext

import "strings"

// span is a range of bytes.
type span struct{ start, end int }

// contentOf returns what stands between the quotes of a string token.
func contentOf(t token) (span, quoting) {
	switch t.kind {
	case DollarString:
		return span{t.start + 2, t.end - 2}, dollars
	case Unterminated:
		return span{t.start + 1, t.end}, sqlString
	}
	return span{t.start + 1, t.end - 1}, sqlString
}

// literal handles a string literal by what it is for.
func (s *scanner) literal(f *frame, t token) {
	defer func() { s.frame().last = operandOther }()
	if s.role == roleIgnored || s.isIndex() {
		return
	}
	if s.role != roleBody && s.role != roleDDL && s.isNothing(f, t) {
		return
	}
	switch s.role {
	case roleBody:
		s.body(t)
	case roleSQL:
		s.immediate(f, t)
	case roleName:
		s.nameOrValue(f, t)
	case roleDDL:
		s.ddlArgument(f, t)
	case rolePath, roleNamespace:
		s.path(t)
	case roleSpec:
		s.specification(t)
	case roleStage, roleValue, roleData:
		s.value(f, t)
	case roleIgnored:
	}
}

// isNothing tells whether there is nothing to find in a literal, nor anything to
// know for what is concatenated to it: whether it opens or closes a quote.
func (s *scanner) isNothing(f *frame, t token) bool {
	content, _ := contentOf(t)
	text := s.text[content.start:content.end]
	if s.a.concerns(text) {
		return false
	}
	if !isOp(s.toks, s.i+1, opConcat) {
		defer func() { s.a.copied = 0 }()
	} else if s.a.names.targetIn(text) {
		return false
	}
	if !s.joined() {
		return true
	}
	if strings.IndexByte(text, '\'') >= 0 || strings.IndexByte(text, '\\') >= 0 {
		return false
	}
	f.cut = f.cut && isOp(s.toks, s.i-1, opConcat) && isOp(s.toks, s.i+1, opConcat)
	return true
}

// isIndex tells whether the current literal is a key of semi-structured data, as
// in col['key'].
func (s *scanner) isIndex() bool {
	if !isOp(s.toks, s.i-1, '[') || !isOp(s.toks, s.i+1, ']') {
		return false
	}
	switch s.kindAt(s.i - 2) {
	case Word, QuotedIdent, Bind, Variable:
		return s.keyAt(s.i-2) == kwNone
	}
	return isOp(s.toks, s.i-2, ']') || isOp(s.toks, s.i-2, ')')
}

// joined tells whether the current literal is part of a concatenation.
func (s *scanner) joined() bool {
	return isOp(s.toks, s.i-1, opConcat) || isOp(s.toks, s.i+1, opConcat)
}

// open returns the layer of a string token's content, nil if it has none.
func (s *scanner) layerOf(t token, lang language) *layer {
	content, q := contentOf(t)
	return s.layer.open(content.start, content.end, q, lang)
}

// body scans the body of a routine in its language. What it holds is as certain
// as what the statement itself does.
func (s *scanner) body(t token) {
	in := s.layerOf(t, s.stmt.language)
	if in == nil {
		s.a.refuse(s.layer.refuse(CodeNotLexable, t.start, "the body holds an escape that cannot be read"))
		return
	}
	if strings.HasPrefix(strings.TrimSpace(in.text), "https://") {
		s.a.mention(in, CodeURLOrPath) // an external function
		return
	}
	in.body = true
	s.a.scanBody(in, s.class)
}

// immediate scans the SQL of EXECUTE IMMEDIATE. A literal that is only a piece
// of it is judged like any other literal of code.
func (s *scanner) immediate(f *frame, t token) {
	if s.joined() || s.kindAt(s.i+1) == String {
		s.value(f, t)
		return
	}
	in := s.layerOf(t, languageSQL)
	if in == nil {
		return
	}
	s.a.scanStatements(in, s.class, "the SQL to be executed ends inside a quote or comment")
}

// nameOrValue handles a literal where a name is wanted: the name, or a value
// when it does not read as one.
func (s *scanner) nameOrValue(f *frame, t token) {
	w := s.want
	if w == wantNothing {
		w = wantObject
	}
	if s.joined() || !s.nameLiteral(s.i, w, 0) {
		s.value(f, t)
	}
}

// nameLiteral handles the literal at token i that holds one name; w is what is
// wanted of it, follow the operator behind it. It returns false when the literal
// holds anything else.
func (s *scanner) nameLiteral(i int, w want, follow byte) bool {
	in := s.layerOf(s.toks[i], languageSQL)
	if in == nil {
		return false
	}
	toks, cut := s.a.lex(in.text)
	defer s.a.free(toks)
	if cut != nil || len(toks) == 0 {
		return false
	}
	name := &scanner{
		a: s.a, layer: in, text: in.text, toks: toks, class: s.class, want: w,
		frames: []frame{{callee: -1}}, stmt: newStatement(in, s.a),
	}
	at, stage := 0, toks[0].kind == StageSign
	if stage {
		at, name.want = 1, wantStage
	}
	if partAt(toks, at, false) != 1 {
		return false
	}
	c := scanChain(toks, at, stage)
	if c.next < len(toks) && toks[c.next].op != '(' && toks[c.next].kind != StagePath {
		return false
	}
	if c.follow == 0 {
		c.follow = follow
	}
	name.resolve(name.frame(), &c)
	return true
}

// isPrefix tells whether a string that the end of a piece of code cuts off holds
// nothing but the beginning of a name of three parts.
func (s *scanner) isPrefix(t token) bool {
	content, _ := contentOf(t)
	if s.text[t.start] != '\'' || s.role == roleData || s.role == roleIgnored || !s.a.concerns(s.text[content.start:content.end]) {
		return false
	}
	toks, cut := s.a.lex(s.text[content.start:content.end])
	defer s.a.free(toks)
	if cut != nil || len(toks) == 0 || partAt(toks, 0, false) != 1 {
		return false
	}
	c := scanChain(toks, 0, false)
	return c.next == len(toks) && (c.dangling && c.n < 3 || c.n == 3)
}

// ddlArgument handles the arguments of GET_DDL: the first says what the second
// is the name of.
func (s *scanner) ddlArgument(f *frame, t token) {
	w := wantObject
	if isOp(s.toks, s.i-1, ',') && s.kindAt(s.i-2) == String {
		switch content := s.raw(s.i - 2); foldASCII(content[1 : len(content)-1]) {
		case "DATABASE":
			w = wantDatabase
		case "SCHEMA":
			w = wantSchema
		}
	} else if isOp(s.toks, s.i-1, '(') {
		return
	}
	if s.joined() || !s.nameLiteral(s.i, w, 0) {
		s.value(f, t)
	}
}

// path handles a comma list of schemas, SEARCH_PATH, or the one of
// DEFAULT_NAMESPACE, which may also be a database. A path has schemas of the
// current database too.
func (s *scanner) path(t token) {
	in := s.layerOf(t, languageSQL)
	if in == nil {
		return
	}
	toks, cut := s.a.lex(in.text)
	defer s.a.free(toks)
	w := wantSchema
	if s.role == roleNamespace {
		w = wantNamespace
	}
	p := &scanner{
		a: s.a, layer: in, text: in.text, toks: toks, class: Probable, want: w,
		frames: []frame{{callee: -1}}, stmt: newStatement(in, s.a),
	}
	for i := 0; i < len(toks) && cut == nil; i++ {
		if partAt(toks, i, false) == 1 {
			c := scanChain(toks, i, false)
			p.resolve(p.frame(), &c)
			i = c.next - 1
		}
	}
}

// note reports a literal that holds a source.
func (s *scanner) note(t token, code string) {
	if start, end, ok := s.a.names.word(s.text[t.start:t.end]); ok && !s.a.collect {
		s.a.report(s.layer, t.start+start, t.start+end, code)
	}
}

// value handles a literal that is a value, a piece of code, or data.
func (s *scanner) value(f *frame, t token) {
	in := s.layerOf(t, languageSQL)
	if in == nil {
		s.note(t, CodeNotLexable)
		return
	}
	if strings.HasPrefix(in.text, "@") && (s.role == roleStage || s.want == wantObject) && !s.joined() {
		s.nameLiteral(s.i, wantStage, 0)
		return
	}
	use := literalUse{
		joinedLeft: isOp(s.toks, s.i-1, opConcat), joinedRight: isOp(s.toks, s.i+1, opConcat),
		code: s.code && s.role != roleData, data: s.role == roleData, compared: s.comparedWith(f),
		namesObject: s.namesObject(f),
	}
	use.cut = f.cut && use.joinedLeft
	use.glued = !use.cut && s.isGlued()
	f.cut = s.a.codeLiteral(in, use) && use.joinedRight
}

// isGlued tells whether the current literal is concatenated to one that ends inside
// a word.
func (s *scanner) isGlued() bool {
	if !isOp(s.toks, s.i-1, opConcat) {
		return false
	}
	switch s.kindAt(s.i - 2) {
	case String, DollarString:
		before, q := contentOf(s.toks[s.i-2])
		return q.endsWord(s.text[before.start:before.end])
	}
	return false
}

// comparedWith returns what the current literal is compared with, on its left
// or on its right.
func (s *scanner) comparedWith(f *frame) operand {
	if f.left != operandOther {
		return f.left
	}
	if op := opAt(s.toks, s.i+1); op != '=' && op != opNotEqual || s.kindAt(s.i+2) != Word {
		return operandOther
	}
	for i := s.i + 2; s.kindAt(i) == Word; i += 2 {
		c := scanChain(s.toks, i, false)
		if found := s.operandOf(&c); found != operandOther || c.follow != '(' || c.n > 1 {
			return found
		}
	}
	return operandOther
}

// namesObject tells whether the current literal is an argument that by its name,
// or by what is called, is the name of an object.
func (s *scanner) namesObject(f *frame) bool {
	if isOp(s.toks, s.i-1, opArrow) && s.kindAt(s.i-2) == Word {
		return hasFoldedSuffix(s.raw(s.i-2), "NAME")
	}
	if f.callee < 0 {
		return false
	}
	return f.callee >= 2 && isOp(s.toks, f.callee-1, '.') &&
		sameFolded("INFORMATION_SCHEMA", s.raw(f.callee-2)) || s.called(f.callee)
}

// called tells whether CALL stands before the name that ends at token i.
func (s *scanner) called(i int) bool {
	for i >= 2 && isOp(s.toks, i-1, '.') {
		i -= 2
	}
	return s.keyAt(i-1) == kwCall
}
