package sqltext

import (
	"strings"
	"unicode/utf8"
)

// verify makes sure that a layer with its edits made is cut into the same tokens as
// without them, but for the tokens that were edited: no target may end a quote,
// open a comment, or join what was apart.
func (l *layer) verify(edits []edit) error {
	if l.value || l.allPlain(edits) {
		return nil // a value is cut into nothing, and only has to decode to the target
	}
	text := apply(l.text, edits)
	if l.language == languageSQL {
		return l.verifySQL(text, edits)
	}
	return l.verifyHost(text, edits)
}

func (l *layer) changed(offset int) error {
	return l.refuse(CodeUnstable, offset, "with the target in it the text would read differently")
}

// verifySQL cuts both texts around every edit: from the token before it, which
// may look ahead, to the first one behind it that is the same in both. From there
// to the next edit both texts and the lexers' states are the same, and so are the
// tokens.
func (l *layer) verifySQL(text string, edits []edit) error {
	old, edited := lexer{text: l.text}, lexer{text: text}
	var before, after token
	shift := 0
	for next := 0; next < len(edits); {
		if from := edits[next].from; from > old.pos {
			old, edited = lexer{text: l.text, pos: from}, lexer{text: text, pos: from + shift}
		}
		for behind := false; !behind && old.pos < len(l.text); {
			at, moved, first := old.pos, shift, next
			if edited.pos >= len(text) {
				return l.changed(at)
			}
			old.next(&before)
			edited.next(&after)
			shift, next = pass(edits, next, before.end, shift)
			same := before.start+moved == after.start && before.end+shift == after.end && old.stage == edited.stage
			if !same || !sameToken(uint8(before.kind), uint8(after.kind), next > first) {
				return l.changed(at)
			}
			behind = next > 0 && before.start >= edits[next-1].end
		}
	}
	return l.bothEnd(old.pos, len(text)-edited.pos)
}

// bothEnd makes sure that a text that has ended at pos has no rest when edited.
func (l *layer) bothEnd(pos, rest int) error {
	if pos >= len(l.text) && rest > 0 {
		return l.changed(len(l.text))
	}
	return nil
}

// pass goes on to the first edit that begins at end or later, adding up by how
// much the edits before it shift what follows.
func pass(edits []edit, next, end, shift int) (newShift, newNext int) {
	for next < len(edits) && edits[next].start < end {
		shift += len(edits[next].text) - (edits[next].end - edits[next].start)
		next++
	}
	return shift, next
}

// sameToken compares a token before and after. An edited word may have become a
// quoted identifier.
func sameToken(before, after uint8, touched bool) bool {
	return before == after || touched && before == uint8(Word) && after == uint8(QuotedIdent)
}

// verifyHost cuts the whole of both texts: what a quote or slash means depends
// on all the code before it.
func (l *layer) verifyHost(text string, edits []edit) error {
	old, edited := hostLexer{text: l.text, language: l.language}, hostLexer{text: text, language: l.language}
	var before, after hostToken
	shift, next := 0, 0
	for old.pos < len(l.text) {
		if edited.pos >= len(text) {
			return l.changed(old.pos)
		}
		old.next(&before)
		edited.next(&after)
		moved, first := shift, next
		shift, next = pass(edits, next, before.end, shift)
		if before.start+moved != after.start || before.end+shift != after.end ||
			!sameToken(uint8(before.kind), uint8(after.kind), next > first) {
			return l.changed(before.start)
		}
	}
	return l.bothEnd(old.pos, len(text)-edited.pos)
}

// allPlain tells whether the edits only put bare words in the place of bare
// words, nothing of a word before them. In every language and every literal such
// a word is read like the other, so that there is nothing to verify.
func (l *layer) allPlain(edits []edit) bool {
	for _, e := range edits {
		if !isPlain(e.text) || !isPlain(l.text[e.start:e.end]) || e.start > 0 && !separates(l.text[e.start-1]) {
			return false
		}
	}
	return true
}

// isPlain tells whether text is a bare identifier without a dollar sign.
func isPlain(text string) bool {
	return isBare(text) && strings.IndexByte(text, '$') < 0
}

// separates tells whether no word, escape or interpolation can reach beyond c.
func separates(c byte) bool {
	return !isIdentPart(c) && c < utf8.RuneSelf && c != '\\'
}
