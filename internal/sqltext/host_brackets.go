package sqltext

import "strings"

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
func (b *brackets) value(class wordClass, t *hostToken, ends bool) bool {
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
	b.control = class&controlWord != 0
	b.operand = wantsOperand(class, t, b.operand)
	return ends
}

// wordClass says what a word of JavaScript is for.
type wordClass uint8

const (
	// operatorWord: a regular expression may stand behind it.
	operatorWord wordClass = 1 << iota
	// objectWord: a brace behind it opens an object.
	objectWord
	// controlWord: its parentheses hold no value.
	controlWord
)

var wordClasses = buildWordClasses()

// longestClassed is the length of instanceof.
const longestClassed = 10

func buildWordClasses() map[string]wordClass {
	classes := map[string]wordClass{}
	for class, list := range map[wordClass]string{
		operatorWord:              "do else instanceof",
		operatorWord | objectWord: "return typeof case in of delete void throw new yield await",
		controlWord:               "if while for with switch catch",
	} {
		for word := range strings.FieldsSeq(list) {
			classes[word] = class
		}
	}
	return classes
}

// classIn returns the class of a token of text, zero if it is no such word.
func (t *hostToken) classIn(text string) wordClass {
	if t.kind != hostWord || t.end-t.start > longestClassed {
		return 0
	}
	return wordClasses[text[t.start:t.end]]
}

// wantsOperand tells whether a brace behind the token opens an object. A colon
// is taken for that of a property, and an arrow opens the body of a function.
func wantsOperand(class wordClass, t *hostToken, before bool) bool {
	switch t.kind {
	case hostWord:
		return class&objectWord != 0
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
