package account

import (
	"bytes"
	"encoding/json"
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

// indented indents one document. What is no JSON, like a number that is not
// finite, stays.
func indented(cell *string, indent string) *string {
	if cell == nil || !strings.ContainsAny(*cell, "[{") {
		return cell
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(*cell), "", indent); err != nil {
		return cell
	}
	text := b.String()
	return &text
}
