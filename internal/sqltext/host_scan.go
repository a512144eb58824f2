package sqltext

import "strings"

// hostScanner finds the string literals of code in a host language and judges
// each as a piece of SQL.
type hostScanner struct {
	a     *analysis
	layer *layer
	toks  []hostToken
	// cut means that the literal before this one in a concatenation ended inside
	// a quote; outside holds the same for every open bracket. In Python brackets
	// also join lines.
	cut     bool
	outside []bool
}

// scanHost scans a layer of code.
func (a *analysis) scanHost(l *layer) {
	if l.language == languageOther {
		a.mentions(l)
		return
	}
	a.scanHostCode(l, span{0, len(l.text)})
}

// mentions reports every place in a language that is not known.
func (a *analysis) mentions(l *layer) {
	if a.collect {
		return
	}
	for from := 0; ; {
		start, end, ok := a.names.word(l.text[from:])
		if !ok {
			return
		}
		a.report(l, from+start, from+end, CodeNotLexable)
		from += end
	}
}

// How many tokens are cut at once, and how many around a string are looked at.
const (
	hostWindow = 512
	lookBehind = 5
	lookAhead  = 3
)

// scanHostCode scans the code in a part of a layer. It keeps a window of tokens,
// not all of them: code may be large, and what is said about a string stands
// close to it.
func (a *analysis) scanHostCode(l *layer, within span) {
	h := &hostScanner{a: a, layer: l}
	if last := len(a.hostSpare) - 1; last >= 0 {
		h.toks, a.hostSpare = a.hostSpare[last][:0], a.hostSpare[:last]
	}
	defer func() { a.hostSpare = append(a.hostSpare, h.toks) }()
	lex := hostLexer{text: l.text[:within.end], pos: within.start, language: l.language}
	for i, more := 0, true; more; {
		kept := copy(h.toks, h.toks[max(0, i-lookBehind):])
		i = min(i, lookBehind)
		cut := false
		if h.toks, cut = lex.fill(h.toks[:kept], hostWindow); cut {
			at := h.toks[len(h.toks)-1].start
			a.refuse(l.refuse(CodeNotLexable, at, lex.unreadable(at)))
			return
		}
		end := len(h.toks)
		if more = lex.pos < within.end; more {
			end -= lookAhead
		}
		for ; i < end; i++ {
			h.token(i)
		}
	}
}

// token handles the token at i.
func (h *hostScanner) token(i int) {
	switch t := &h.toks[i]; t.symbol {
	case '(', '[', '{':
		h.outside = append(h.outside, h.cut)
		h.cut = false
	case ')', ']', '}':
		if last := len(h.outside) - 1; last >= 0 {
			h.cut, h.outside = h.outside[last], h.outside[:last]
		}
	case ';':
		h.a.copied = 0
	case 0:
		switch {
		case t.kind == hostString:
			h.literal(i)
		case t.kind == hostSymbol && h.layer.text[t.start] == '/':
			h.pattern(t)
		}
	}
}

// pattern reports a regular expression that holds a source: what it should match
// in the clone, a person has to say.
func (h *hostScanner) pattern(t *hostToken) {
	if start, end, ok := h.a.names.word(h.layer.text[t.start:t.end]); ok && !h.a.collect {
		h.a.report(h.layer, t.start+start, t.start+end, CodeDataLiteral)
	}
}

// literal handles the string at token i.
func (h *hostScanner) literal(i int) {
	t := &h.toks[i]
	use := h.useOf(i)
	use.cut = h.cut && use.joinedLeft
	use.glued = use.joinedLeft && !use.cut && h.isGlued(i)
	if !use.joinedRight && !use.cut && !h.a.concerns(h.layer.text[t.start:t.end]) {
		h.cut, h.a.copied = false, 0
		return
	}
	if h.isDocstring(i) {
		return
	}
	content, q := t.content(h.layer)
	in := h.layer.open(content.start, content.end, q, languageSQL)
	if in == nil {
		h.unreadable(t)
		return
	}
	in.hole = h.a.hole
	h.cut = h.a.codeLiteral(in, use) && use.joinedRight
	h.holes(content, q)
}

// unreadable reports a literal whose escapes cannot be decoded.
func (h *hostScanner) unreadable(t *hostToken) {
	if start, end, ok := h.a.names.word(h.layer.text[t.start:t.end]); ok && !h.a.collect {
		h.a.report(h.layer, t.start+start, t.start+end, CodeNotLexable)
	}
}

// holes scans the code that is embedded in a template or f-string.
func (h *hostScanner) holes(content span, q quoting) {
	if q.holes == holesNone || h.a.depth >= maxDepth {
		return
	}
	h.a.depth++
	outside := h.a.hole
	defer func() { h.a.depth, h.a.hole = h.a.depth-1, outside }()
	if q.holes == holesBraces {
		h.a.hole = '\\'
		if len(q.quote) == 1 {
			h.a.hole = q.quote[0]
		}
	}
	text := h.layer.text[:content.end]
	for i := content.start; i < len(text); {
		switch {
		case text[i] == '\\' && q.escapes != escapesNone:
			i += 2
		case q.opensHole(text, i):
			end := q.holeAt(text, i)
			if code := text[i:end]; h.a.concerns(code) {
				h.a.scanHostCode(h.layer, span{i + strings.IndexByte(code, '{') + 1, max(i+1, end-1)})
			}
			i = end
		case q.holes == holesBraces && (text[i] == '{' || text[i] == '}'):
			i += 2
		default:
			i++
		}
	}
}

// isDocstring tells whether the string at token i is a statement of its own: it
// is then a comment.
func (h *hostScanner) isDocstring(i int) bool {
	if h.layer.language != languagePython || len(h.outside) > 0 || !startsLine(h.layer.text, h.toks[i].start) {
		return false
	}
	if i > 0 && h.toks[i-1].symbol == '\\' {
		return false
	}
	return i+1 == len(h.toks) || strings.IndexByte(h.layer.text[h.toks[i].end:h.toks[i+1].start], '\n') >= 0
}

// useOf returns what the code around the string at token i says about it.
func (h *hostScanner) useOf(i int) literalUse {
	use := literalUse{
		code:       true,
		joinedLeft: h.symbol(i-1) == '+' || h.symbol(i-1) == '=' && h.symbol(i-2) == '+' || adders[h.callee(i)],
		joinedRight: h.symbol(i+1) == '+' || h.symbol(i+1) == '%' ||
			h.symbol(i+1) == '.' && joiners[h.word(i+2)],
	}
	if h.layer.language == languagePython {
		use.joinedLeft = use.joinedLeft || h.kind(i-1) == hostString
		use.joinedRight = use.joinedRight || h.kind(i+1) == hostString
	}
	if patternMethods[h.callee(i)] {
		use.code, use.data = false, true
	}
	use.named, use.expression = nameMethods[h.callee(i)], expressionMethods[h.callee(i)]
	switch h.callee(i) {
	case "use_database", "useDatabase":
		use.namesDatabase = true
	case "use_schema", "useSchema":
		use.want = wantSchema
	}
	return use
}

// isGlued tells whether nothing stands between the string at token i and one before
// it that ends inside a word.
func (h *hostScanner) isGlued(i int) bool {
	before := i - 1 // two strings of Python side by side
	switch {
	case h.symbol(i-1) == '+':
		before = i - 2
	case h.symbol(i-1) == '(' && h.symbol(i-4) == ')':
		before = i - 5 // append("…").append("…")
	}
	if h.kind(before) != hostString {
		return false
	}
	content, q := h.toks[before].content(h.layer)
	return q.endsWord(h.layer.text[content.start:content.end])
}

// patternMethods are the methods whose first argument is looked for in a text.
var patternMethods = wordSet(`replace replaceAll replaceFirst startsWith startswith endsWith endswith
	includes contains indexOf lastIndexOf split match matches search sub RegExp compile
	removeprefix stripPrefix`)

// nameMethods are the methods of Snowpark whose first argument is an object's name.
var nameMethods = wordSet(`table save_as_table saveAsTable call call_udf callUDF storedProcedure
	table_function create_or_replace_view createOrReplaceView create_or_replace_dynamic_table
	createOrReplaceDynamicTable insertInto write_pandas`)

// expressionMethods are the methods of Snowpark that take an expression of SQL.
var expressionMethods = wordSet("expr filter selectExpr select_expr sqlExpr sql_expr where")

// adders are the methods that add their argument to a string.
var adders = wordSet("append concat")

// joiners are the methods that add something to a string.
var joiners = wordSet("concat format formatted")

// callee returns the name of the call whose first argument is token i.
func (h *hostScanner) callee(i int) string {
	if h.symbol(i-1) != '(' {
		return ""
	}
	return h.word(i - 2)
}

func (h *hostScanner) kind(i int) hostKind {
	if i < 0 || i >= len(h.toks) {
		return hostSpace
	}
	return h.toks[i].kind
}

func (h *hostScanner) symbol(i int) byte {
	if i < 0 || i >= len(h.toks) {
		return 0
	}
	return h.toks[i].symbol
}

func (h *hostScanner) word(i int) string {
	if h.kind(i) != hostWord {
		return ""
	}
	return h.layer.text[h.toks[i].start:h.toks[i].end]
}
