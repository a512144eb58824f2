package sqltext

// verify makes sure that a layer with its edits is cut into the same tokens as
// without them, but for the tokens that were edited: no target may end a quote,
// open a comment, or join what was apart.
func (l *layer) verify(edits []edit) error {
	old, edited := l.cutter(l.text), l.cutter(apply(l.text, edits))
	shift, next := 0, 0
	for {
		before, more := old()
		after, still := edited()
		if more != still {
			return l.changed(before.start)
		}
		if !more {
			return nil
		}
		moved := before.start + shift
		first := next
		for next < len(edits) && edits[next].start < before.end {
			shift += len(edits[next].text) - (edits[next].end - edits[next].start)
			next++
		}
		touched := next > first
		if after.start != moved || after.end != before.end+shift || !sameToken(before, after, touched) {
			return l.changed(before.start)
		}
	}
}

func (l *layer) changed(offset int) error {
	return l.refuse(CodeUnstable, offset, "with the target in it the text would read differently")
}

// piece of text as verify compares it.
type cutToken struct {
	start, end int
	kind       uint8
	text       string
}

// sameToken compares a token before and after. An edited word may have become a
// quoted identifier.
func sameToken(before, after cutToken, touched bool) bool {
	if !touched {
		return before.kind == after.kind && before.text == after.text
	}
	return before.kind == after.kind || before.kind == uint8(Word) && after.kind == uint8(QuotedIdent)
}

// cutter returns a function that yields the tokens of a text in the layer's
// language, blanks and comments included.
func (l *layer) cutter(text string) func() (cutToken, bool) {
	if l.language == languageSQL {
		lex := &lexer{text: text}
		return func() (cutToken, bool) {
			if lex.pos >= len(text) {
				return cutToken{}, false
			}
			t := lex.next()
			return cutToken{t.start, t.end, uint8(t.kind), text[t.start:t.end]}, true
		}
	}
	lex := &hostLexer{text: text, language: l.language}
	return func() (cutToken, bool) {
		if lex.pos >= len(text) {
			return cutToken{}, false
		}
		t := lex.next()
		return cutToken{t.start, t.end, uint8(t.kind), text[t.start:t.end]}, true
	}
}
