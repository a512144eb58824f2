package sqltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const contextSize = 80

// context returns the text around a place on one line.
func (p *place) context() string {
	l, at := p.layer, p.span.start
	for l.outer != nil && !l.body && len(l.text) < contextSize/2 {
		l, at = l.outer, l.outStart(at) // a short literal says little without what is around it
	}
	before := max(0, at-contextSize/4)
	return oneLine(l.text[before:min(len(l.text), before+contextSize)])
}

// oneLine returns a text with every run of blanks as one, without those at its
// ends. Bytes that are no characters vanish, and a hole is shown as three dots.
func oneLine(text string) string {
	var room [2 * contextSize]byte
	line := room[:0]
	for i := 0; i < len(text); {
		from := i
		for i < len(text) && ' ' < text[i] && text[i] < utf8.RuneSelf {
			i++
		}
		if line = append(line, text[from:i]...); i == len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			if len(line) > 0 && line[len(line)-1] != ' ' {
				line = append(line, ' ')
			}
		case r == 0:
			line = append(line, "…"...)
		case r != utf8.RuneError || size > 1:
			line = append(line, text[i:i+size]...)
		}
		i += size
	}
	return strings.TrimSuffix(string(line), " ")
}
