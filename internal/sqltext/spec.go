package sqltext

import "strings"

// specification handles a YAML or JSON specification. A value that is a whole
// name of three parts is the name of an object, or behind @ that of a stage;
// whatever else holds a source is left to a person.
func (s *scanner) specification(t token) {
	in := s.layerOf(t, languageOther)
	if in == nil {
		s.note(t, CodeSpecValue)
		return
	}
	if s.a.collect {
		return
	}
	for r := (specReader{text: in.text}); r.next(); {
		text := in.text[r.scalar.start:r.scalar.end]
		start, end, found := s.a.names.word(text)
		if found && (r.key || !s.a.specValue(in, r.scalar, r.quoting)) {
			s.a.report(in, r.scalar.start+start, r.scalar.start+end, CodeSpecValue)
		}
	}
}

// specValue rewrites a value; false if it is not a name of three parts.
func (a *analysis) specValue(in *layer, value span, q quoting) bool {
	l, offset, text := in, value.start, in.text[value.start:value.end]
	if q.quote != "" {
		if l = in.open(value.start, value.end, q, languageSQL); l == nil {
			return false
		}
		offset, text = 0, l.text
	}
	toks, cut := a.lex(text)
	defer a.free(toks)
	at, stage := 0, len(toks) > 0 && toks[0].kind == StageSign
	if stage {
		at = 1
	}
	if cut != nil || partAt(toks, at, false) != 1 {
		return false
	}
	c := scanChain(toks, at, stage)
	isWhole := c.next == len(toks) || stage && c.next+1 == len(toks) && toks[c.next].kind == StagePath
	first := toks[at]
	m := a.names.match(text[first.start:first.end], first.kind == QuotedIdent)
	if c.n != 3 || c.dangling || !isWhole || m.mapping < 0 || m.target || m.variant {
		return false
	}
	if q.quote == "" && a.names.needsQuotes(m.mapping) {
		return false // the quotes would be those of YAML
	}
	a.edit(l, change{span{offset + first.start, offset + first.end}, 0, m.mapping, Probable, CodeSpecValue, false})
	return true
}

// specReader finds the scalars of YAML, and so of JSON. It knows quotes, comments,
// keys and flow collections; block scalars it takes line by line.
type specReader struct {
	text string
	pos  int
	// flow counts open brackets and braces: inside them commas separate.
	flow int
	// unclosed holds the quotes that nothing closes any more.
	unclosed string
	// scalar is what stands between the quotes, or without them between the
	// separators; key means that a colon follows.
	scalar  span
	quoting quoting
	key     bool
}

// next moves to the next scalar; false at the end of the text.
func (r *specReader) next() bool {
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case isBlank(c), c == ',', c == ':', c == '-' && r.blankAt(r.pos+1):
			r.pos++
		case c == '[', c == '{':
			r.flow++
			r.pos++
		case c == ']', c == '}':
			r.flow = max(0, r.flow-1)
			r.pos++
		case c == '#' && (r.pos == 0 || isBlank(r.text[r.pos-1])):
			r.pos = lineEnd(r.text, r.pos)
		case (c == '"' || c == '\'') && r.quoted(c):
			return true
		default:
			r.plain()
			return true
		}
	}
	return false
}

func (r *specReader) blankAt(i int) bool { return i >= len(r.text) || isBlank(r.text[i]) }

// quoted reads a scalar in quotes; false if the quote opens none.
func (r *specReader) quoted(quote byte) bool {
	q := quoting{quote: `"`, escapes: escapesJS}
	if quote == '\'' {
		q = quoting{quote: "'", doubled: true}
	}
	if strings.IndexByte(r.unclosed, quote) >= 0 {
		return false
	}
	end := quoteEnd(r.text, r.pos+1, q)
	if end < 0 {
		r.unclosed += q.quote
		return false
	}
	r.scalar, r.quoting = span{r.pos + 1, end}, q
	r.pos = end + 1
	behind := strings.TrimLeft(r.text[r.pos:min(len(r.text), r.pos+8)], " ")
	r.key = strings.HasPrefix(behind, ":")
	return true
}

// quoteEnd returns where the quote stands that closes a scalar; -1 if nowhere.
func quoteEnd(text string, i int, q quoting) int {
	for ; i < len(text); i++ {
		switch {
		case text[i] == '\\' && !q.doubled:
			i++
		case text[i] != q.quote[0]:
		case q.doubled && i+1 < len(text) && text[i+1] == q.quote[0]:
			i++
		default:
			return i
		}
	}
	return -1
}

// plain reads a scalar without quotes.
func (r *specReader) plain() {
	start := r.pos
	for r.pos < len(r.text) && !r.endsPlain() {
		r.pos++
	}
	r.scalar = span{start, start + len(strings.TrimRight(r.text[start:r.pos], " \t\r"))}
	r.quoting = quoting{}
	r.key = r.pos < len(r.text) && r.text[r.pos] == ':'
}

func (r *specReader) endsPlain() bool {
	switch c := r.text[r.pos]; c {
	case '\n':
		return true
	case ':':
		return r.blankAt(r.pos + 1)
	case '#':
		return isBlank(r.text[r.pos-1])
	case ',', '[', ']', '{', '}':
		return r.flow > 0
	}
	return false
}
