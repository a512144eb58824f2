package account

import (
	"slices"
	"strconv"
	"strings"
)

// Indent gives the documents in a result the form in which clients get them:
// every element on a line of its own, indented by so many blanks, which is what
// the parameter JSON_INDENT says (M4). With 0, and where there are no documents,
// it answers the result as it is.
func (r *Result) Indent(blanks string) *Result {
	n, err := strconv.Atoi(blanks)
	if err != nil || n <= 0 {
		return r
	}
	var places []int
	for i, c := range r.Columns {
		if c.Type == "variant" || c.Type == "array" || c.Type == "object" {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return r
	}
	out, indent := *r, strings.Repeat(" ", n)
	out.Rows = make([][]*string, len(r.Rows))
	for i, row := range r.Rows {
		out.Rows[i] = slices.Clone(row)
		for _, at := range places {
			out.Rows[i][at] = indented(row[at], indent)
		}
	}
	return &out
}

// indented indents one document. Other cells stay.
func indented(cell *string, indent string) *string {
	if cell == nil || !strings.HasPrefix(*cell, "[") && !strings.HasPrefix(*cell, "{") {
		return cell
	}
	p := indenter{indent: indent}
	for i := range len(*cell) {
		p.add((*cell)[i])
	}
	text := p.String()
	return &text
}

// indenter writes a document without blanks, byte by byte, with them. It knows
// no words and so lets pass what package json does not: the undefined of an
// array and numbers that are not finite.
type indenter struct {
	strings.Builder
	indent string
	depth  int
	// text says that the byte before is in a text, escaped that it was a
	// backslash there, and open that it opened an array or object.
	text, escaped, open bool
}

func (p *indenter) add(c byte) {
	wasOpen := p.open
	p.open = false
	switch {
	case p.text:
		p.text = p.escaped || c != '"'
		p.escaped = c == '\\' && !p.escaped
		p.WriteByte(c)
		return
	case c == ']' || c == '}':
		p.depth--
		if !wasOpen {
			p.newLine()
		}
		p.WriteByte(c)
		return
	}
	if wasOpen {
		p.newLine()
	}
	p.WriteByte(c)
	switch c {
	case '"':
		p.text = true
	case ':':
		p.WriteByte(' ')
	case ',':
		p.newLine()
	case '[', '{':
		p.depth++
		p.open = true
	}
}

// newLine begins a line at the present depth.
func (p *indenter) newLine() { p.WriteString("\n" + strings.Repeat(p.indent, max(p.depth, 0))) }
