package sqltext

import "strings"

// specification handles a YAML or JSON specification. A value that is a whole
// name of three parts is the name of an object; whatever else holds a source is
// left to a person.
func (s *scanner) specification(t token) {
	in := s.layerOf(t, languageOther)
	if in == nil {
		s.note(t, CodeSpecValue)
		return
	}
	if s.a.collect {
		return
	}
	for at := 0; ; {
		start, end, ok := s.a.names.word(in.text[at:])
		if !ok {
			return
		}
		start, end = at+start, at+end
		if at = s.a.specValue(in, start); at == 0 {
			s.a.report(in, start, end, CodeSpecValue)
			at = end
		}
	}
}

// specValue rewrites the value that holds the source at offset start, and returns
// where it ends; zero if it is not a name of three parts.
func (a *analysis) specValue(in *layer, start int) int {
	value, q, ok := scalarAt(in.text, start)
	if !ok {
		return 0
	}
	l, offset := in, value.start
	if q.quote != "" {
		if l, offset = in.open(value.start, value.end, q, languageSQL), 0; l == nil {
			return 0
		}
	}
	text := l.text[offset : offset+value.end-value.start]
	if l != in {
		text = l.text
	}
	toks, cut := a.lex(text)
	defer a.free(toks)
	if cut != nil || len(toks) == 0 || partAt(toks, 0, false) != 1 {
		return 0
	}
	c := scanChain(toks, 0, false)
	first := toks[0]
	m := a.names.match(text[first.start:first.end], first.kind == QuotedIdent)
	if c.n != 3 || c.dangling || c.next != len(toks) || m.mapping < 0 || m.target || m.variant {
		return 0
	}
	if q.quote == "" && a.names.needsQuotes(m.mapping) {
		return 0 // the quotes would be those of YAML
	}
	a.edit(l, change{span{offset + first.start, offset + first.end}, 0, m.mapping, Probable, CodeSpecValue, false})
	return value.end
}

// scalarAt returns the value around offset i: what stands between quotes, or from
// its separator to the end of the line or the next separator. It is no value when
// a colon follows.
func scalarAt(text string, i int) (span, quoting, bool) {
	line := strings.LastIndexByte(text[:i], '\n') + 1
	start := line + strings.LastIndexAny(text[line:i], " \t\"'[{,") + 1
	var q quoting
	end := i + strings.IndexAny(text[i:]+"\n", "\r\n,]}\t #")
	if start > line && (text[start-1] == '"' || text[start-1] == '\'') {
		q = quoting{quote: text[start-1 : start], escapes: escapesJS}
		if q.quote == "'" {
			q = quoting{quote: "'", doubled: true}
		}
		if end = closingQuote(text, start, q); end < 0 {
			return span{}, q, false
		}
	}
	behind := strings.TrimLeft(text[min(len(text), end+len(q.quote)):], " \t\r")
	before := strings.TrimRight(text[line:start-len(q.quote)], " \t")
	ends := behind == "" || strings.IndexByte("\n,]}#", behind[0]) >= 0
	begins := before == "" || strings.IndexByte(":-[,{", before[len(before)-1]) >= 0
	return span{start, end}, q, ends && begins && end > start
}

// closingQuote returns where the value that begins at i ends; -1 if its line does
// not close it.
func closingQuote(text string, i int, q quoting) int {
	for ; i < len(text) && text[i] != '\n'; i++ {
		switch {
		case text[i] == '\\' && !q.doubled:
			i++
		case text[i] == q.quote[0]:
			return i
		}
	}
	return -1
}
