package main

import (
	"fmt"
	"slices"
	"strings"
)

// contextLines is how many unchanged lines a diff shows around those that changed.
const contextLines = 3

// block is a run of lines that changed: old lines from to to became new lines newFrom to newTo. Lines count from 0, and
// ends are exclusive.
type block struct{ from, to, newFrom, newTo int }

// unifiedDiff returns how a text changed in the format of `diff -u`, and nothing if it did not.
//
// The rewriter puts names in the place of names, so line n becomes line n, and there is no need to search for the lines
// that correspond. Only a name that holds a line end makes more lines or fewer: then everything between the first and
// the last line that differ is one block, which is correct if not the shortest.
func unifiedDiff(name, before, after string) string {
	if before == after {
		return ""
	}
	if strings.ContainsAny(name, " \t") {
		name += "\t" // Otherwise patch takes the name to end at the blank.
	}
	d := differ{old: slices.Collect(strings.Lines(before)), changed: slices.Collect(strings.Lines(after))}
	fmt.Fprintf(&d.text, "--- %s\n+++ %s\n", name, name)
	for _, hunk := range hunks(d.blocks()) {
		d.write(hunk)
	}
	return d.text.String()
}

// differ compares two texts by lines, each with its line end.
type differ struct {
	old, changed []string
	text         strings.Builder
}

// blocks finds what changed.
func (d *differ) blocks() []block {
	if len(d.old) != len(d.changed) {
		return []block{d.between()}
	}
	var found []block
	for i := range d.old {
		last := len(found) - 1
		switch {
		case d.old[i] == d.changed[i]:
		case last >= 0 && found[last].to == i:
			found[last].to, found[last].newTo = i+1, i+1
		default:
			found = append(found, block{i, i + 1, i, i + 1})
		}
	}
	return found
}

// between is everything but the lines that both texts begin and end with.
func (d *differ) between() block {
	shorter := min(len(d.old), len(d.changed))
	head, tail := 0, 0
	for head < shorter && d.old[head] == d.changed[head] {
		head++
	}
	for tail < shorter-head && d.old[len(d.old)-1-tail] == d.changed[len(d.changed)-1-tail] {
		tail++
	}
	return block{head, len(d.old) - tail, head, len(d.changed) - tail}
}

// hunks groups blocks whose surroundings touch.
func hunks(blocks []block) [][]block {
	var groups [][]block
	for i, one := range blocks {
		if last := len(groups) - 1; i > 0 && one.from-blocks[i-1].to <= 2*contextLines {
			groups[last] = append(groups[last], one)
			continue
		}
		groups = append(groups, []block{one})
	}
	return groups
}

// write writes a group of blocks with what stands around and between them.
func (d *differ) write(blocks []block) {
	first, last := blocks[0], blocks[len(blocks)-1]
	before := min(first.from, contextLines)
	after := min(len(d.old)-last.to, contextLines)
	fmt.Fprintf(&d.text, "@@ -%s +%s @@\n",
		lineRange(first.from-before, last.to+after), lineRange(first.newFrom-before, last.newTo+after))
	at := first.from - before
	for _, one := range blocks {
		d.lines(' ', d.old[at:one.from])
		d.lines('-', d.old[one.from:one.to])
		d.lines('+', d.changed[one.newFrom:one.newTo])
		at = one.to
	}
	d.lines(' ', d.old[at:last.to+after])
}

// lineRange says where a hunk stands: its first line from 1 and their number, which is left out when it is one.
func lineRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

// lines writes lines with a mark in front.
func (d *differ) lines(mark byte, lines []string) {
	for _, line := range lines {
		d.text.WriteByte(mark)
		d.text.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			d.text.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
