package sqltext

// resolve decides what happens to a dotted name.
func (s *scanner) resolve(f *frame, c *chain) {
	header := s.creates(f)
	if s.a.collect {
		if !header || s.layer.outer != nil || !s.a.headed {
			s.collect(c)
		}
		return
	}
	s.noteWrite(c, header)
	m := s.a.names.match(s.raw(c.first), s.kindAt(c.first) == QuotedIdent)
	switch {
	case m.mapping < 0:
		s.other(c)
	case m.target:
		s.target(f, c, m.mapping, header)
	case c.dangling:
		s.dangling(c, m)
	default:
		s.source(c, m)
	}
}

// creates tells whether the current name is that of the thing which the
// statement creates, and notes that it has been seen.
func (s *scanner) creates(f *frame) bool {
	if f.verb != kwCreate || s.stmt.named || len(s.frames) > 1 || !isObject(s.want) && s.want != wantSchema {
		return false
	}
	s.stmt.named = true
	return true
}

// source handles a name whose first part is, or looks like, a source.
func (s *scanner) source(c *chain, m match) {
	at, code := judge(s.want, c)
	first := s.toks[c.first]
	switch {
	case at != "" && m.variant:
		s.a.report(s.layer, first.start, first.end, CodeQuotedVariant)
	case (at != "" || code != "" && !m.variant) && s.isComputed(c):
		s.a.report(s.layer, first.start, first.end, CodeComputedName)
	case at != "" && s.isSelfCopy(c):
		s.a.report(s.layer, first.start, first.end, CodeSelfCopy)
	case at != "", code == CodeSameNameSchema && !m.variant && s.continuesList(c):
		s.edit(c.first, m.mapping, s.referenceCode())
	case code == CodeSameNameSchema && s.isWhole(c) && !m.variant:
		s.wholeLiteral(c, m)
	case code == CodeSameNameSchema && s.piece.prose && c.n == 3 && !m.variant:
		s.a.report(s.layer, first.start, first.end, CodeDataLiteral)
	case code != "" && !m.variant:
		s.a.report(s.layer, first.start, first.end, code)
	case c.n == 1 && s.piece.partial && !m.variant && isPath(s.text, first.start, first.end):
		s.a.report(s.layer, first.start, first.end, CodeURLOrPath)
	case c.n == 1 && s.piece.partial && !m.variant && s.want != wantAlias && s.want != wantForeign:
		s.a.report(s.layer, first.start, first.end, CodeBareLiteral)
	}
}

// continuesList tells whether a name of three parts stands in a literal of code
// that goes on with a list. Nothing says whether of tables or of columns, and
// columns are hardly written with their schema.
func (s *scanner) continuesList(c *chain) bool {
	return s.piece.partial && c.n == 3 && s.frame().verb == kwNone && len(s.frames) == 1 &&
		isOp(s.toks, 0, ',') && isOp(s.toks, c.first-1, ',')
}

// isWhole tells whether a name of two parts is all that a literal of code holds.
func (s *scanner) isWhole(c *chain) bool {
	return s.piece.partial && s.class == Probable && c.n == 2 && c.first == 0 && c.next == len(s.toks)
}

// wholeLiteral handles a literal of code that holds a name of two parts: it may
// be a schema of the database as well as a table of a schema.
func (s *scanner) wholeLiteral(c *chain, m match) {
	first := s.toks[c.first]
	if s.a.allowed(s.text) {
		s.a.edit(s.layer, change{span{first.start, first.end}, 0, m.mapping, Probable, CodeBareLiteral, false})
		return
	}
	s.a.report(s.layer, first.start, first.end, CodeBareLiteral)
}

// noteWrite remembers what a statement writes to. In the clone a name without a
// database is in the target.
func (s *scanner) noteWrite(c *chain, header bool) {
	if c.n > 2 || c.dangling || header && s.layer.outer == nil && s.a.headed {
		return
	}
	if header || s.keyAt(c.first-1) == kwInto {
		s.stmt.into = s.nameOf(c, c.n, AtObject)
	}
}

// isSelfCopy tells whether the name, in the target, is what the statement writes
// to: CREATE TABLE S.T CLONE PROD_DB.S.T. A table without a schema counts only
// behind CLONE, as CREATE TEMPORARY TABLE T AS SELECT … FROM PROD_DB.S.T is common.
func (s *scanner) isSelfCopy(c *chain) bool {
	into := s.stmt.into
	last := c.last()
	if into.Object == "" || c.n > 3 || last < 0 || s.ident(last) != into.Object {
		return false
	}
	if into.Schema == "" {
		return s.keyAt(c.first-1) == kwClone
	}
	middle := c.parts[c.n-2]
	return c.n == 3 && middle >= 0 && s.ident(middle) == into.Schema
}

func (s *scanner) referenceCode() string {
	if s.class == Certain {
		return CodeReference
	}
	return CodeString
}

// isComputed tells whether the first part is only a piece of a name: something
// without a blank between stands before it, or after it where it is the last.
func (s *scanner) isComputed(c *chain) bool {
	first := s.toks[c.first]
	if c.first > 0 && s.toks[c.first-1].end == first.start && s.isPlaceholder(c.first-1) && !s.isComparing(c) {
		return true
	}
	if c.n > 1 {
		return false
	}
	if c.next >= len(s.toks) {
		return s.piece.joinedRight && first.end == len(s.text)
	}
	return s.toks[c.next].start == first.end && s.isPlaceholder(c.next)
}

// isComparing tells whether the sign before a name is an operator or opens an
// array, as in A <db.schema.F(1): no piece of a name that a template completes.
func (s *scanner) isComparing(c *chain) bool {
	switch op := s.toks[c.first-1].op; {
	case s.class == Probable && op != '<', c.n == 1:
		return false
	default:
		return op == '<' || op == '[' || op == '%'
	}
}

// isPlaceholder tells whether token i stands for something known only at run
// time: ${…}, {…}, %s, ?, :x, $x, &x, <x>.
func (s *scanner) isPlaceholder(i int) bool {
	switch s.kindAt(i) {
	case Variable, Bind:
		return true
	case Operator, Other:
		switch s.toks[i].op {
		case placeholder, '{', '}', '%', '?', '<', '$', '#', '&', '[':
			return true
		}
	}
	return false
}

// isPosition tells whether token i is $1 or its like: behind a dot it is a column
// of a stage or of VALUES.
func (s *scanner) isPosition(i int) bool {
	text := s.raw(i)
	return s.toks[i].kind == Variable && len(text) > 1 && text[0] == '$' && isDigit(text[1])
}

// dangling handles db. and db.schema. that something else completes.
func (s *scanner) dangling(c *chain, m match) {
	first := s.toks[c.first]
	completed := c.next >= len(s.toks) || s.isPlaceholder(c.next) && !s.isPosition(c.next) ||
		s.kindAt(c.next) == Unterminated && s.text[s.toks[c.next].start] == '"' // 'db."' || :x || '"'
	switch {
	case c.n > 2 || !completed:
	case m.variant:
		s.a.report(s.layer, first.start, first.end, CodeQuotedVariant)
	case s.class == Certain || s.isComputed(c):
		s.a.report(s.layer, first.start, first.end, CodeComputedName)
	default:
		s.edit(c.first, m.mapping, CodePrefixConcat)
	}
}

// other handles a name that no mapping is about.
func (s *scanner) other(c *chain) {
	if !s.a.opts.ReportOthers {
		return
	}
	if c.first == 0 && s.piece.partial && !s.piece.named {
		return // com.example.Class looks the same
	}
	at, _ := judge(s.want, c)
	// Every account has the database SNOWFLAKE, and it is nobody's production.
	if at == "" || s.ident(c.first) == "SNOWFLAKE" {
		return
	}
	first := s.toks[c.first]
	s.a.report(s.layer, first.start, first.end, CodeOtherDatabase)
}

// target handles a name that is in the target already.
func (s *scanner) target(f *frame, c *chain, mapping int, header bool) {
	if at, _ := judge(s.want, c); at == "" && (!c.dangling || !isObject(s.want)) {
		return
	}
	if header && s.layer.outer == nil && s.a.headed {
		return
	}
	s.stmt.names = mapping
	before := s.keyAt(c.first - 1)
	copies := before == kwInto || before == kwUpdate
	if copies || header && (f.object == kwTable || f.object == kwSchema) {
		s.stmt.copiesTo = mapping
	}
}

// edit replaces the identifier at token i by the mapping's target.
func (s *scanner) edit(i, mapping int, code string) {
	class := s.class
	if s.want == wantNamespace { // of a user, who may be used by anybody
		class, code = Probable, CodeString
	}
	t := s.toks[i]
	from := t.start
	if i > 0 && s.toks[i-1].end == from {
		from = s.toks[i-1].start
	}
	s.a.edit(s.layer, change{span{t.start, t.end}, from, mapping, class, code, false})
}

// endStatement takes back the edits of a statement that copies from the source
// into the target: with them it would copy from the target into itself.
func (s *scanner) endStatement() {
	stmt := s.stmt
	if stmt.names >= 0 {
		for _, e := range s.layer.edits[stmt.editsFrom:] {
			if e.mapping != stmt.names {
				continue
			}
			if stmt.copiesTo == stmt.names {
				s.a.takeBack(s.layer, stmt, s.class)
			} else {
				s.a.report(s.layer, e.start, e.end, CodeSourceAndTarget)
			}
			break
		}
	}
	s.stmt = newStatement(s.layer, s.a)
}
