package controller

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/clone"
)

// withoutHashes leaves out the hashes of definitions, which take the most space for the least news.
func withoutHashes(report clone.Report) clone.Report {
	report.Repointed = slices.Clone(report.Repointed)
	for i := range report.Repointed {
		report.Repointed[i].Before, report.Repointed[i].After = "", ""
	}
	return report
}

// withoutStaleCuts leaves out what is said of lists that were written anew since they were cut.
func withoutStaleCuts(report clone.Report) clone.Report {
	lists := reflect.ValueOf(report)
	report.Cut = slices.DeleteFunc(slices.Clone(report.Cut), func(one clone.CutList) bool {
		list := lists.FieldByName(one.List)
		return !list.IsValid() || list.Len() != one.Kept
	})
	return report
}

// halveLongest leaves out half of the longest list and says so.
func halveLongest(report clone.Report) clone.Report {
	fields := reflect.ValueOf(&report).Elem()
	longest := 0
	for i := range fields.NumField() {
		if fields.Field(i).Len() > fields.Field(longest).Len() {
			longest = i
		}
	}
	list := fields.Field(longest)
	one := clone.CutList{List: fields.Type().Field(longest).Name, Kept: list.Len() / 2}
	one.LeftOut = list.Len() - one.Kept
	list.Set(list.Slice(0, one.Kept))
	report.Cut = slices.DeleteFunc(slices.Clone(report.Cut), func(before clone.CutList) bool {
		if before.List == one.List {
			one.LeftOut += before.LeftOut
		}
		return before.List == one.List
	})
	report.Cut = append(report.Cut, one)
	return report
}

// reportForPeople is the report as text: the verdicts first, then the lists, the gravest first.
func reportForPeople(page frontPage, report clone.Report) string {
	var text strings.Builder
	page.write(&text)
	statements(&text, "Statements that give the operator's role what it lacks", report.Grants)
	section(&text, "Lists that did not fit into the report", describeCuts(report.Cut))
	inventory(&text, report.Inventory)
	section(&text, "Paths that lead from the clone to its source", report.Leaks)
	section(&text, "Statements that failed", report.Failures)
	section(&text, "Objects of the source that are not in the clone", report.Missing)
	if len(report.Missing) == 0 { // What was foreseen gives way to what was found.
		section(&text, "Objects of the source that the clone will not have", report.LeftOut)
	}
	section(&text, "References that were left for review", describeReview(report.Review, false))
	section(&text, "References that were left and reviewed", describeReview(report.Review, true))
	section(&text, "Tasks, alerts and pipes that were not resumed", report.Suspended)
	section(&text, "Databases that are shared with the source", describeOthers(report.Others))
	section(&text, "What the clone shares with the source", report.Shared)
	section(&text, "Columns and tables that policies guard", report.Masking)
	section(&text, "Tags on the database", report.Tags)
	section(&text, "Access mappings that could not be followed", report.Access)
	section(&text, "External tables", report.ExternalTables)
	section(&text, "Streams that were recreated", report.Streams)
	section(&text, "Iceberg tables", report.Iceberg)
	section(&text, "References in strings of code that were rewritten", describeRewritten(report.CodeStrings))
	section(&text, "Objects that were repointed", describeRepointed(report.Repointed))
	if text.Len() == 0 {
		return "Nothing to report.\n"
	}
	return cut(strings.ToValidUTF8(text.String(), "?"), maxReportText)
}

// statements writes statements so that they can be copied and run.
func statements(text *strings.Builder, heading string, list []string) {
	if len(list) == 0 {
		return
	}
	if text.Len() > 0 {
		text.WriteString("\n")
	}
	fmt.Fprintf(text, "%s (%d)\n", heading, len(list))
	for _, statement := range list {
		text.WriteString("  " + statement + ";\n")
	}
}

// describeReview puts the place and the weight of a reference into its note, of those that are reviewed or are not. The
// high ones come first.
func describeReview(items []clone.ReviewItem, reviewed bool) []clone.ObjectNote {
	var high, others []clone.ObjectNote
	for _, item := range items {
		if item.Reviewed != reviewed {
			continue
		}
		note := item.ObjectNote
		if item.Line > 0 {
			note.Name = fmt.Sprintf("%s:%d:%d", note.Name, item.Line, item.Column)
		}
		if item.High {
			note.Code = strings.TrimSpace(note.Code + " (high)")
			high = append(high, note)
		} else {
			others = append(others, note)
		}
	}
	return append(high, others...)
}

// describeRewritten puts the place of a reference that was rewritten into its note. Its code comes behind the word that
// the command rewrite has for it: what there is to do about a reference that was left does not fit here.
func describeRewritten(items []clone.ReviewItem) []clone.ObjectNote {
	notes := describeReview(items, false)
	for i, note := range notes {
		notes[i].Code = "Probable " + note.Code
	}
	return notes
}

// describeCuts says of each list that was cut how much of it is kept.
func describeCuts(cuts []clone.CutList) []clone.ObjectNote {
	notes := make([]clone.ObjectNote, len(cuts))
	for i, one := range cuts {
		notes[i] = clone.ObjectNote{
			Kind: "LIST", Name: one.List, Note: fmt.Sprintf("%d entries are kept, %d left out for want of space", one.Kept, one.LeftOut),
		}
	}
	return notes
}

// describeOthers says of each database that is not cloned how much names it.
func describeOthers(others []clone.OtherDatabase) []clone.ObjectNote {
	notes := make([]clone.ObjectNote, len(others))
	for i, other := range others {
		notes[i] = clone.ObjectNote{
			Kind: "DATABASE", Name: other.Database,
			Note: fmt.Sprintf("%d references in %d objects, such as %s", other.References, other.Objects, strings.Join(other.Examples, ", ")),
		}
	}
	return notes
}

// describeRepointed says of each object what became of its definition. What needs a review or failed comes with the
// action, so that it can be searched for.
func describeRepointed(objects []clone.RepointedObject) []clone.ObjectNote {
	notes := make([]clone.ObjectNote, len(objects))
	for i, object := range objects {
		parts := []string{fmt.Sprintf("%d certain, %d probable, %d left", object.Certain, object.Probable, object.Reported)}
		if object.Language != "" {
			parts = append(parts, object.Language)
		}
		if object.Note != "" {
			parts = append(parts, object.Note)
		}
		notes[i] = clone.ObjectNote{
			Kind: object.Kind, Name: object.Name, Code: string(object.Action), Note: strings.Join(parts, "; "),
		}
	}
	return notes
}
