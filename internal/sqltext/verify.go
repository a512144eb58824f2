package sqltext

// verify makes sure that text, a layer with its edits made, is cut into the same tokens as
// without them, but for the tokens that were edited: no target may end a quote,
// open a comment, or join what was apart.
func (l *layer) verify(text string, edits []edit) error {
	if l.value {
		return nil // it is cut into nothing, and only has to decode to the target
	}
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
