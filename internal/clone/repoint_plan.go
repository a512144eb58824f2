package clone

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// repointing is what a reading of all definitions came to.
type repointing struct {
	// changes are the definitions that name the source, with their new texts.
	changes []repointed
	// finished are the objects that name the target already.
	finished []snowflake.ObjectRef
	// review are the references that were left for a person.
	review []ReviewItem
}

// repointed is a definition and its new text.
type repointed struct {
	definition
	result sqltext.Result
}

// note is what the report says of a definition that was changed. The same change of the same definition has the same note.
func (d repointed) note() ObjectNote {
	return noteOn(d.ref, "", fmt.Sprintf("%s: %d certain and %d probable references",
		d.text.Kind, d.result.Certain, d.result.Probable))
}

// planRepointing rewrites every definition in memory.
func (r *Run) planRepointing(texts []definition) (*repointing, error) {
	mappings, err := r.mappings()
	if err != nil {
		return nil, err
	}
	options := sqltext.Options{Mappings: mappings, CodeStrings: sqltext.Mode(r.Spec.Repoint.CodeStrings)}
	plan := &repointing{}
	for _, text := range texts {
		result, err := sqltext.Rewrite(text.text, options)
		if err != nil {
			if plan.refuse(text.ref, err) {
				continue
			}
			return nil, err
		}
		plan.note(text.ref, result.Findings)
		switch {
		case result.Certain+result.Probable > 0:
			plan.changes = append(plan.changes, repointed{definition: text, result: result})
		case text.ref.Kind != snowflake.KindTable && namesDatabase(text.text, r.Target):
			// Not the default of a column: Snowflake itself maps most of those (C23).
			plan.finished = append(plan.finished, text.ref)
		}
	}
	return plan, nil
}

// namesDatabase says whether a definition names a database in its body.
func namesDatabase(text sqltext.Definition, database sqltext.Ident) bool {
	return slices.ContainsFunc(sqltext.References(text), func(reference sqltext.Reference) bool {
		return reference.Name.Database == database
	})
}

// refuse takes note of a definition that the rewriter left untouched; false when the error is another.
func (p *repointing) refuse(ref snowflake.ObjectRef, err error) bool {
	refused, ok := errors.AsType[*sqltext.RefusedError](err)
	if ok {
		p.review = append(p.review, ReviewItem{
			ObjectNote: noteOn(ref, refused.Code, refused.Reason),
			Line:       refused.Line, Column: refused.Column, High: true,
		})
	}
	return ok
}

// note takes note of references that were left.
func (p *repointing) note(ref snowflake.ObjectRef, findings []sqltext.Finding) {
	for _, finding := range findings {
		if finding.Class == sqltext.Report {
			p.review = append(p.review, ReviewItem{
				ObjectNote: noteOn(ref, finding.Code, finding.Context),
				Line:       finding.Line, Column: finding.Column, High: finding.High,
			})
		}
	}
}

// total is how many definitions name the target in the end.
func (p *repointing) total() int { return len(p.changes) + len(p.finished) }

// already is how many do so now.
func (p *repointing) already() int { return len(p.finished) }

// counts is the number of objects by kind that name the target in the end. It is made from the state of the world and
// not from what this call did, so that it is right after any number of interruptions.
func (p *repointing) counts() v1alpha1.Repointed {
	objects := map[string]snowflake.Kind{}
	for _, one := range p.changes {
		objects[one.ref.String()] = one.ref.Kind
	}
	for _, ref := range p.finished {
		objects[ref.String()] = ref.Kind
	}
	var counts v1alpha1.Repointed
	for _, kind := range objects {
		switch kind {
		case snowflake.KindView, snowflake.KindMaterializedView:
			counts.Views++
		case snowflake.KindDynamicTable:
			counts.DynamicTables++
		case snowflake.KindProcedure:
			counts.Procedures++
		case snowflake.KindFunction:
			counts.Functions++
		case snowflake.KindTask:
			counts.Tasks++
		case snowflake.KindPipe:
			counts.Pipes++
		case snowflake.KindAlert:
			counts.Alerts++
		case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy:
			counts.Policies++
		default:
			counts.Defaults++ // Of columns: the object is a table.
		}
	}
	return counts
}

// countObjects is how many objects the items speak of.
func countObjects(items []ReviewItem) int32 {
	seen := map[string]bool{}
	for _, item := range items {
		seen[item.Kind+" "+item.Name] = true
	}
	return int32(len(seen)) //nolint:gosec // bounded by what a database can hold
}

// stuck lists the definitions that were repointed in an earlier call and name the source still: another attempt would do
// no better.
func (p *repointing) stuck(earlier []ObjectNote) []ObjectNote {
	var notes []ObjectNote
	for _, one := range p.changes {
		if slices.Contains(earlier, one.note()) {
			notes = append(notes, noteOn(one.ref, "STUCK", "it was repointed and names the source still"))
		}
	}
	return notes
}

// batches orders the changes into groups that are made one after the other each: a group comes in a later batch than
// those that it depends on. What Snowflake compiles comes after what it names, the rest comes last. The pipes of a schema
// are one group, because they share a setting of the schema.
func (p *repointing) batches() [][][]repointed {
	var compiled []repointed
	var rest [][]repointed
	pipes := map[sqltext.Ident][]repointed{}
	for _, one := range p.changes {
		switch {
		case one.compiles:
			compiled = append(compiled, one)
		case one.ref.Kind == snowflake.KindPipe:
			pipes[one.ref.Name.Schema] = append(pipes[one.ref.Name.Schema], one)
		default:
			rest = append(rest, []repointed{one})
		}
	}
	var batches [][][]repointed
	for _, layer := range layers(compiled) {
		var batch [][]repointed
		for _, one := range layer {
			batch = append(batch, []repointed{one})
		}
		batches = append(batches, batch)
	}
	return append(batches, slices.AppendSeq(rest, maps.Values(pipes)))
}

// layers puts definitions into layers, each of which names only what is in earlier ones. Definitions that name each other
// in a circle share a layer.
func layers(changes []repointed) [][]repointed {
	nodes := make([]sqltext.Node, len(changes))
	for i, one := range changes {
		nodes[i].Name = one.ref.Name
		text := one.text
		text.Text = one.result.Text
		for _, reference := range sqltext.References(text) {
			nodes[i].Needs = append(nodes[i].Needs, reference.Name)
		}
	}
	order, _ := sqltext.Order(nodes)
	level := map[sqltext.Name]int{}
	var found [][]repointed
	for _, i := range order {
		at := 0
		for _, need := range nodes[i].Needs {
			if below, known := level[need]; known && need != nodes[i].Name {
				at = max(at, below+1)
			}
		}
		level[nodes[i].Name] = max(level[nodes[i].Name], at)
		for len(found) <= at {
			found = append(found, nil)
		}
		found[at] = append(found[at], changes[i])
	}
	return found
}
