package controller

import (
	"fmt"
	"slices"
	"strings"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// frontPage is what the readable report says before its lists: what was cloned, and what was made of it.
type frontPage struct {
	// title is one line; facts and verdicts are pairs of a word and what there is to say.
	title           string
	facts, verdicts []fact
}

// fact is a word and what there is to say about it.
type fact struct{ word, text string }

// frontPageOf sums a clone up. How far it is does not stand there: the page would change with every step.
func frontPageOf(obj *v1alpha1.SnowflakeClone, state *clone.State) frontPage {
	page := frontPage{title: "Clone of " + string(obj.Spec.Source.Database)}
	page.facts = append(page.facts, fact{"object", keyOf(obj).String()})
	if run := obj.Status.Run; run != nil {
		text := fmt.Sprintf("%d", run.Number)
		if run.StartedAt != nil {
			text += ", begun " + run.StartedAt.UTC().Format(time.RFC3339)
		}
		page.facts = append(page.facts, fact{"run", text})
	}
	page.facts = append(page.facts, fact{"source", string(obj.Spec.Source.Database) + momentOf(obj, state)})
	if database := state.Database; database != nil {
		page.title += " in " + database.Name
		page.facts = append(page.facts,
			fact{"database", database.Name + ", created " + database.CreatedOn.UTC().Format(time.RFC3339)})
	}
	page.verdicts = verdictsOf(obj, state)
	return page
}

// momentOf says as of when the source was cloned.
func momentOf(obj *v1alpha1.SnowflakeClone, state *clone.State) string {
	switch {
	case state.SourceTime != nil && obj.Spec.Source.Before != nil:
		return " just before " + state.SourceTime.UTC().Format(time.RFC3339)
	case state.SourceTime != nil:
		return " as of " + state.SourceTime.UTC().Format(time.RFC3339)
	case obj.Spec.Source.Before != nil:
		return " just before statement " + obj.Spec.Source.Before.Statement
	case obj.Spec.Source.At != nil:
		return " as of statement " + obj.Spec.Source.At.Statement
	}
	return ", as it was when it was cloned"
}

// verdictsOf are the judgements, and what a person has to know before the lists.
func verdictsOf(obj *v1alpha1.SnowflakeClone, state *clone.State) []fact {
	verdicts := []fact{
		{"isolated", judgement(obj, v1alpha1.IsolatedCondition, state.Isolated)},
		{"complete", judgement(obj, v1alpha1.CompleteCondition, state.Complete)},
	}
	summary := state.Summary
	if summary.NeedsReview > 0 {
		verdicts = append(verdicts, fact{"review", fmt.Sprintf("objects: %d, for references that were left in them; "+
			"high: %d, which can write or filter on a catalogue's name", summary.NeedsReview, summary.HighFindings)})
	}
	if summary.Masked > 0 {
		verdicts = append(verdicts, fact{"masked", fmt.Sprintf("columns: %d", summary.Masked)})
	}
	if n := len(state.Report.Shared); n > 0 {
		verdicts = append(verdicts, fact{"shared", fmt.Sprintf("with production: %d, listed below", n)})
	}
	return verdicts
}

// judgement is a verdict in words: the one of this call, or the one that an earlier call recorded for this spec.
func judgement(obj *v1alpha1.SnowflakeClone, kind string, verdict *clone.Verdict) string {
	if verdict != nil {
		return either(verdict.Holds, "yes. ", "NO. ") + sentence(verdict.Message)
	}
	known := apimeta.FindStatusCondition(obj.Status.Conditions, kind)
	if known == nil || known.ObservedGeneration != obj.Generation {
		return "not judged yet"
	}
	return either(string(known.Status) == "True", "yes. ", "NO. ") + known.Message
}

// write writes the front page.
func (p frontPage) write(text *strings.Builder) {
	if p.title == "" {
		return
	}
	text.WriteString(p.title + "\n" + strings.Repeat("=", len([]rune(p.title))) + "\n")
	for _, one := range slices.Concat(p.facts, []fact{{}}, p.verdicts) {
		text.WriteString(strings.TrimRight(fmt.Sprintf("%-10s%s", one.word, one.text), " ") + "\n")
	}
}

// inventory writes how many objects there are of each kind.
func inventory(text *strings.Builder, counts []clone.KindCount) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(text, "\n%-24s%8s%8s%8s\n", "Objects by kind", "source", "clone", "missing")
	for _, one := range counts {
		missing := ""
		if one.Missing > 0 {
			missing = fmt.Sprint(one.Missing)
		}
		text.WriteString(strings.TrimRight(fmt.Sprintf("  %-22s%8d%8d%8s", one.Kind, one.Source, one.Clone, missing), " ") + "\n")
	}
}

// section writes one list under its heading, grouped by code, each group with what to do about it.
func section(text *strings.Builder, heading string, notes []clone.ObjectNote) {
	if len(notes) == 0 {
		return
	}
	if text.Len() > 0 {
		text.WriteString("\n")
	}
	fmt.Fprintf(text, "%s (%d)\n", heading, len(notes))
	var codes []string
	groups := map[string][]clone.ObjectNote{}
	for _, note := range notes {
		if !slices.Contains(codes, note.Code) {
			codes = append(codes, note.Code)
		}
		groups[note.Code] = append(groups[note.Code], note)
	}
	for _, code := range codes {
		indent := "  "
		if code != "" {
			text.WriteString("  " + code)
			bare, _, _ := strings.Cut(code, " ")
			if todo := clone.Advice(bare); todo != "" {
				text.WriteString(": " + todo)
			}
			text.WriteString("\n")
			indent = "    "
		}
		for _, note := range groups[code] {
			entry(text, indent, note)
		}
	}
}

// entry writes one remark.
func entry(text *strings.Builder, indent string, note clone.ObjectNote) {
	line := strings.TrimRight(fmt.Sprintf("%s %s  %s", note.Kind, note.Name, note.Note), " ")
	text.WriteString(indent + strings.Join(strings.Split(line, "\n"), "\n"+indent+"  ") + "\n")
}
