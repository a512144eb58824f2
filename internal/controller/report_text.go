package controller

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/clone"
)

// codeCut marks the note that stands for entries that were left out.
const codeCut = "REPORT_CUT"

// halveLongest leaves out half of the longest list and says so in a note.
func halveLongest(report clone.Report) clone.Report {
	lists := []*[]clone.ObjectNote{
		&report.Repointed, &report.Streams, &report.Iceberg, &report.Leaks, &report.Missing, &report.Failures,
	}
	longest := slices.MaxFunc(lists, func(a, b *[]clone.ObjectNote) int { return len(*a) - len(*b) })
	if len(report.Review) >= len(*longest) {
		report.Review = halve(report.Review,
			func(item clone.ReviewItem) clone.ObjectNote { return item.ObjectNote },
			func(note clone.ObjectNote) clone.ReviewItem { return clone.ReviewItem{ObjectNote: note} })
		return report
	}
	same := func(note clone.ObjectNote) clone.ObjectNote { return note }
	*longest = halve(*longest, same, same)
	return report
}

// halve keeps the first half of a list, and adds a note of how many entries are left out by now.
func halve[T any](list []T, noteOf func(T) clone.ObjectNote, entryOf func(clone.ObjectNote) T) []T {
	left := 0
	if n := len(list); n > 0 && noteOf(list[n-1]).Code == codeCut {
		if _, err := fmt.Sscanf(noteOf(list[n-1]).Note, "%d", &left); err == nil {
			list = list[:n-1]
		}
	}
	half := len(list) / 2
	left += len(list) - half
	return append(slices.Clone(list[:half]), entryOf(clone.ObjectNote{
		Kind: "REPORT", Name: "-", Code: codeCut, Note: fmt.Sprintf("%d further entries are left out for want of space", left),
	}))
}

// reportForPeople is the report as text, the gravest first.
func reportForPeople(report clone.Report) string {
	var text strings.Builder
	section(&text, "Paths that lead from the clone to its source", report.Leaks)
	section(&text, "Statements that failed", report.Failures)
	section(&text, "Objects of the source that are not in the clone", report.Missing)
	section(&text, "References that were left for review", describeReview(report.Review))
	section(&text, "Streams that were recreated", report.Streams)
	section(&text, "Iceberg tables", report.Iceberg)
	section(&text, "Objects that were repointed", report.Repointed)
	if text.Len() == 0 {
		return "Nothing to report.\n"
	}
	return cut(strings.ToValidUTF8(text.String(), "?"), maxReportText)
}

// section writes one list under its heading.
func section(text *strings.Builder, heading string, notes []clone.ObjectNote) {
	if len(notes) == 0 {
		return
	}
	if text.Len() > 0 {
		text.WriteString("\n")
	}
	fmt.Fprintf(text, "%s (%d)\n", heading, len(notes))
	for _, note := range notes {
		parts := slices.DeleteFunc([]string{note.Code, note.Note}, func(part string) bool { return part == "" })
		line := strings.TrimRight(fmt.Sprintf("  %s %s  %s", note.Kind, note.Name, strings.Join(parts, ": ")), " ")
		text.WriteString(strings.Join(strings.Split(line, "\n"), "\n    ") + "\n")
	}
}

// describeReview puts the place and the weight of a reference into its note.
func describeReview(items []clone.ReviewItem) []clone.ObjectNote {
	notes := make([]clone.ObjectNote, 0, len(items))
	for _, item := range items {
		note := item.ObjectNote
		if item.Line > 0 {
			note.Name = fmt.Sprintf("%s:%d:%d", note.Name, item.Line, item.Column)
		}
		if item.High {
			note.Code = strings.TrimSpace(note.Code + " (it can write)")
		}
		notes = append(notes, note)
	}
	return notes
}
