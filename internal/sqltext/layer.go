package sqltext

import (
	"slices"
	"sort"
	"strings"
)

// layer is a text in which names are found: the definition's own, or the decoded
// content of a string literal of the layer around it. Edits are made in the
// coordinates of the layer that holds the name, and carried outwards literal by
// literal, so that nothing but the name's own bytes is ever written.
type layer struct {
	text string
	// language says how the text is cut into tokens.
	language language
	// outer is the layer whose literal holds this text, nil for the outermost;
	// start and end are the literal's content in it.
	outer      *layer
	start, end int
	quoting    quoting
	// hole is not zero in the embedded code of an f-string. There, before Python
	// 3.12, no backslash may stand, nor the f-string's quote, which this is.
	hole byte
	// marks relate offsets of text to offsets of the content in outer, in order.
	marks []mark
	// value means that the text as a whole is a value that was edited.
	value bool
	// body marks the decoded body of a routine, whose lines people count.
	body  bool
	edits []edit
	// inner are the layers inside this one that were edited, in order; linked
	// means that this one is among those of outer.
	inner  []*layer
	linked bool
	lines  lineCounter
}

// mark says that the byte at text offset dec, and those after it up to the next
// mark, stand at offset out of the literal's content.
type mark struct{ dec, out int }

// edit replaces the bytes [start, end) of a layer.
type edit struct {
	start, end int
	text       string
	// from is where the token that holds the edit begins, or the one before it
	// when nothing stands between the two.
	from int
	// mapping is the index of the mapping that the edit is for.
	mapping int
}

// open returns the layer of a literal's content. Content that its quoting cannot
// decode yields nil.
func (l *layer) open(start, end int, q quoting, lang language) *layer {
	text, marks, ok := q.decode(l.text[start:end])
	if !ok {
		return nil
	}
	return &layer{text: text, language: lang, outer: l, start: start, end: end, quoting: q, marks: marks}
}

// outStart returns where in outer the byte at offset i begins.
func (l *layer) outStart(i int) int {
	n := sort.Search(len(l.marks), func(k int) bool { return l.marks[k].dec > i })
	if n == 0 {
		return l.start + i
	}
	m := l.marks[n-1]
	return l.start + m.out + i - m.dec
}

// outEnd returns where in outer the bytes before offset i end.
func (l *layer) outEnd(i int) int {
	n := sort.Search(len(l.marks), func(k int) bool { return l.marks[k].dec >= i })
	if n < len(l.marks) && l.marks[n].dec == i {
		return l.start + l.marks[n].out
	}
	if n == 0 {
		return l.start + i
	}
	m := l.marks[n-1]
	return l.start + m.out + i - m.dec
}

// origin returns the offset in the definition's text of the byte at offset i.
func (l *layer) origin(i int) int {
	for ; l.outer != nil; l = l.outer {
		i = l.outStart(i)
	}
	return i
}

// originEnd returns the offset in the definition's text of the end at offset i.
func (l *layer) originEnd(i int) int {
	for ; l.outer != nil; l = l.outer {
		i = l.outEnd(i)
	}
	return i
}

// routine returns the nearest body around offset i of l and the offset in it.
func (l *layer) routine(i int) (*layer, int) {
	for ; l != nil; l = l.outer {
		if l.body {
			return l, i
		}
		if l.outer != nil {
			i = l.outStart(i)
		}
	}
	return nil, 0
}

// allEdits returns the layer's own edits and those of the layers inside it,
// carried into its coordinates, in order.
func (l *layer) allEdits() ([]edit, error) {
	if len(l.inner) == 0 {
		return l.edits, nil
	}
	edits := append(make([]edit, 0, len(l.edits)+2*len(l.inner)), l.edits...)
	for _, in := range l.inner {
		carried, err := in.carried()
		if err != nil {
			return nil, err
		}
		edits = append(edits, carried...)
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	return edits, nil
}

// carried returns the layer's edits in the coordinates of the layer around it,
// after making sure that they mean there what they mean here.
func (l *layer) carried() ([]edit, error) {
	edits, err := l.allEdits()
	if err != nil || len(edits) == 0 {
		return nil, err
	}
	if err := l.verify(edits); err != nil {
		return nil, err
	}
	plain := l.allPlain(edits)
	carried := make([]edit, len(edits))
	for i, e := range edits {
		at := span{l.outStart(e.start), l.outEnd(e.end)}
		text, ok := l.encode(at, e.text)
		if !ok {
			return nil, l.refuse(CodeNotEscapable, e.start, "the target cannot be written inside this literal")
		}
		carried[i] = edit{at.start, at.end, text, l.start - len(l.quoting.quote), e.mapping}
	}
	if plain && l.outer.allPlain(carried) {
		return carried, nil
	}
	return carried, l.verifyDecoded(apply(l.text, edits), carried)
}

// encode writes text for a place in the literal; false if it cannot stand there.
func (l *layer) encode(at span, text string) (string, bool) {
	q := l.quoting
	if len(q.quote) == 3 && at.start > l.start && at.end < l.end {
		q.lone = l.outer.text[at.start-1] != q.quote[0] && l.outer.text[at.end] != q.quote[0]
	}
	text, ok := q.encode(text)
	return text, ok && (l.hole == 0 || strings.IndexByte(text, l.hole) < 0 && strings.IndexByte(text, '\\') < 0)
}

// verifyDecoded makes sure that the literal with its carried edits decodes to
// the layer with its own, whose text is edited.
func (l *layer) verifyDecoded(edited string, carried []edit) error {
	shifted := make([]edit, len(carried))
	for i, e := range carried {
		shifted[i] = edit{start: e.start - l.start, end: e.end - l.start, text: e.text}
	}
	if !l.quoting.decodesTo(apply(l.outer.text[l.start:l.end], shifted), edited) {
		return l.outer.refuse(CodeNotEscapable, carried[0].start, "the literal does not read back with the target in it")
	}
	return nil
}

func (l *layer) refuse(code string, offset int, reason string) error {
	return &refusal{code: code, offset: l.origin(offset), reason: reason}
}

// apply returns text with its edits made; they are in order and do not overlap.
func apply(text string, edits []edit) string {
	var b strings.Builder
	b.Grow(len(text) + 16*len(edits))
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	b.WriteString(text[at:])
	return b.String()
}

// refusal is a RefusedError whose place is still an offset.
type refusal struct {
	code   string
	offset int
	reason string
}

func (r *refusal) Error() string { return r.code + ": " + r.reason }

// lineCounter turns offsets into lines and columns. Offsets that rise from call
// to call cost one pass over the text altogether.
type lineCounter struct{ offset, line, lineStart int }

func (c *lineCounter) at(text string, offset int) (line, column int) {
	if offset < c.offset {
		*c = lineCounter{}
	}
	for {
		n := strings.IndexByte(text[c.offset:offset], '\n')
		if n < 0 {
			break
		}
		c.offset += n + 1
		c.line++
		c.lineStart = c.offset
	}
	c.offset = offset
	return c.line + 1, offset - c.lineStart + 1
}
