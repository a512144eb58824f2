package sqltext

// brackets tells a value in parentheses from the condition of a statement, and an
// object from a block: behind a value a slash divides, behind the others it opens
// a regular expression.
type brackets struct {
	// open holds for every bracket whether its closing ends a value.
	open []bool
	// control means that the last token was a word like if, whose parentheses hold
	// no value; operand that it wants an operand, so that a brace opens an object.
	control, operand bool
}

// value returns whether a token ends a value, given what the token itself says.
func (b *brackets) value(text string, t *hostToken, ends bool) bool {
	switch t.symbol {
	case '(':
		b.open = append(b.open, !b.control)
	case '[':
		b.open = append(b.open, true)
	case '{':
		b.open = append(b.open, b.operand)
	case ')', ']', '}':
		if last := len(b.open) - 1; last >= 0 {
			ends = b.open[last]
			b.open = b.open[:last]
		}
	}
	b.control = t.kind == hostWord && controlWords[text]
	b.operand = wantsOperand(text, t, b.operand)
	return ends
}

// controlWords are the words whose parentheses hold no value.
var controlWords = wordSet("if while for with switch catch")

// objectWords are words behind which a brace opens an object.
var objectWords = wordSet("return typeof case in of delete void throw new yield await")

// wantsOperand tells whether a brace behind the token opens an object. A colon
// is taken for that of a property, and an arrow opens the body of a function.
func wantsOperand(text string, t *hostToken, before bool) bool {
	switch t.kind {
	case hostWord:
		return objectWords[text]
	case hostSymbol:
		switch t.symbol {
		case '=', '(', '[', ',', ':', '?', '+', '-', '*', '%', '&', '|', '!', '<', '~', '^':
			return true
		case '>':
			return !before // => opens a block, a lone > wants an operand
		}
	case hostString, hostSpace, hostComment, hostUnterminated:
	}
	return false
}
