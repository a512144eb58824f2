package clone

import (
	"cmp"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// journal is the part of the report that tells of repointed objects. Counts and the hash before the change are known only
// to the call that makes it, so that they are kept from call to call; all else is made from what is there.
type journal struct {
	run *Run
	// earlier are the entries that earlier calls of this run left behind.
	earlier map[string]RepointedObject
	strings map[string][]ReviewItem
	entries map[string]RepointedObject
}

// openJournal takes over the entries of earlier calls that still speak of what is there. At the beginning of a run
// nothing was tried yet.
func (r *Run) openJournal(plan *repointing, unread []ObjectNote) *journal {
	j := &journal{
		run: r, earlier: map[string]RepointedObject{}, strings: map[string][]ReviewItem{}, entries: map[string]RepointedObject{},
	}
	for _, entry := range r.State.Report.Repointed {
		j.earlier[entry.Kind+" "+entry.Name] = entry
	}
	for _, item := range r.State.Report.CodeStrings {
		j.strings[item.Kind+" "+item.Name] = append(j.strings[item.Kind+" "+item.Name], item)
	}
	fresh := r.State.Total == 0
	for _, object := range plan.objects {
		key := object.ref.String()
		if fresh && object.changes() {
			delete(j.earlier, key)
		}
		if entry, listed := j.entry(object); listed {
			j.entries[key] = entry
		}
	}
	for _, note := range unread {
		j.entries[note.Kind+" "+note.Name] = RepointedObject{Kind: note.Kind, Name: note.Name, Action: ActionFailed, Note: note.Note}
	}
	return j
}

// entry is what is to be said of an object before anything is done in this call, if there is anything.
func (j *journal) entry(object *objectPlan) (RepointedObject, bool) {
	now := object.digest(false)
	earlier, known := j.earlier[object.ref.String()]
	switch {
	case object.changes():
		return earlier, known && earlier.Before == now
	case object.refusal != "":
		entry := j.describe(object, ActionRefused)
		entry.Before, entry.Note = now, object.refusal
		return entry, true
	case object.finished(), known && earlier.After == now && earlier.Certain+earlier.Probable > 0:
		entry := j.describe(object, ActionRewritten)
		if known {
			entry.Certain, entry.Probable, entry.Before, entry.Note = earlier.Certain, earlier.Probable, earlier.Before, earlier.Note
		}
		entry.After = now
		return entry, true
	case len(object.left) > 0:
		entry := j.describe(object, ActionNeedsReview)
		entry.Before, entry.After = now, now
		return entry, true
	}
	return RepointedObject{}, false
}

// describe is an entry without what the change itself tells.
func (j *journal) describe(object *objectPlan, action RepointAction) RepointedObject {
	entry := RepointedObject{
		Kind: string(object.ref.Kind), Name: label(object.ref), Action: action, Reported: len(object.left),
		Reviewed: len(object.left) > 0 && j.run.isReviewed(object.ref),
	}
	if action == ActionRewritten && len(object.left) > 0 {
		entry.Action = ActionNeedsReview
	}
	if object.ref.Kind == snowflake.KindProcedure || object.ref.Kind == snowflake.KindFunction {
		if header, err := sqltext.ParseHeader(object.parts[0].text.Text); err == nil && !strings.Contains(header.Opening(verbAlter), "EXTERNAL") {
			entry.Language = header.Language
		}
	}
	return entry
}

// counts is the number of objects by kind that name the target in the end. It is made from the state of the world as far
// as that tells, and not from what this call did, so that it is right after any number of interruptions.
func (j *journal) counts(plan *repointing) v1alpha1.Repointed {
	var counts v1alpha1.Repointed
	for _, object := range plan.objects {
		entry := j.entries[object.ref.String()]
		if object.changes() || object.finished() || entry.Certain+entry.Probable > 0 {
			*counterOf(&counts, object.ref.Kind)++
		}
	}
	return counts
}

// tried says what an earlier call came to that tried to change this very definition: ActionFailed when Snowflake refused
// it, another action when it did not, and "" when it was not tried.
func (j *journal) tried(object *objectPlan) RepointAction {
	entry, known := j.entries[object.ref.String()]
	if !known || !object.changes() {
		return ""
	}
	return entry.Action
}

// changed takes note of an object that was changed in this call, and how.
func (j *journal) changed(object *objectPlan, note string) {
	entry := j.describe(object, ActionRewritten)
	entry.Certain, entry.Probable, entry.Note = object.certain, object.probable, note
	entry.Before, entry.After = object.digest(false), object.digest(true)
	j.entries[object.ref.String()] = entry
	j.strings[object.ref.String()] = object.strings
}

// failed takes note of an object whose change Snowflake refused.
func (j *journal) failed(object *objectPlan, err error) {
	entry := j.describe(object, ActionFailed)
	entry.Before, entry.Note = object.digest(false), err.Error()
	j.entries[object.ref.String()] = entry
	delete(j.strings, object.ref.String())
}

// close writes the entries into the report, in the order of kinds and names.
func (j *journal) close() {
	report := &j.run.State.Report
	report.Repointed, report.CodeStrings = nil, nil
	for key, entry := range j.entries {
		report.Repointed = append(report.Repointed, entry)
		if entry.Probable > 0 {
			report.CodeStrings = append(report.CodeStrings, j.strings[key]...)
		}
	}
	slices.SortFunc(report.Repointed, func(a, b RepointedObject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(report.CodeStrings, compareItems)
}

// compareItems orders references by object and place.
func compareItems(a, b ReviewItem) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// recordReview writes what was left for people into report and summary.
func (r *Run) recordReview(plan *repointing) {
	var items []ReviewItem
	var objects, high int32
	for _, object := range plan.objects {
		if len(object.left) == 0 {
			continue
		}
		reviewed := r.isReviewed(object.ref)
		for _, item := range object.left {
			item.Reviewed = reviewed
			items = append(items, item)
		}
		if reviewed {
			continue
		}
		objects++
		if object.isHigh() {
			high++
		}
	}
	slices.SortStableFunc(items, compareItems)
	r.State.Report.Review = items
	r.State.Summary.NeedsReview, r.State.Summary.HighFindings = objects, high
}
