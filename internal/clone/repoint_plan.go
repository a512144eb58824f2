package clone

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// repointing is what a reading of all definitions came to, object by object in the order of the reading.
type repointing struct {
	objects []*objectPlan
}

// objectPlan is what a reading of one object's definitions came to. A task has two definitions, a table one for each
// default of a column.
type objectPlan struct {
	ref   snowflake.ObjectRef
	parts []repointed
	// certain and probable count the references that are to be rewritten.
	certain, probable int
	// left are the references that were left for a person, strings those that are to be rewritten in strings of code.
	left, strings []ReviewItem
	// refusal is why the rewriter left the object untouched; "" for others.
	refusal string
	// namesTarget says that the object names the clone already.
	namesTarget bool
}

// repointed is a definition and its new text.
type repointed struct {
	definition
	result sqltext.Result
}

// changes says whether there is anything to rewrite.
func (o *objectPlan) changes() bool { return o.refusal == "" && o.certain+o.probable > 0 }

// compiles says whether Snowflake resolves the names in the object's definition when it is created.
func (o *objectPlan) compiles() bool { return o.parts[0].compiles }

// digest is the SHA-256 of the object's definitions as they were read, or as they are to be.
func (o *objectPlan) digest(rewritten bool) string {
	texts := make([]string, len(o.parts))
	for i, part := range o.parts {
		texts[i] = part.text.Text
		if rewritten {
			texts[i] = part.result.Text
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:])
}

// isHigh says whether something was left that must be looked at before the object may run.
func (o *objectPlan) isHigh() bool {
	return slices.ContainsFunc(o.left, func(item ReviewItem) bool { return item.High })
}

// plan rewrites every definition in memory.
func (w *rewriter) plan(texts []definition) (*repointing, error) {
	plan := &repointing{}
	byName := map[string]*objectPlan{}
	for _, text := range texts {
		name := text.ref.String()
		object := byName[name]
		if object == nil {
			object = &objectPlan{ref: text.ref}
			byName[name] = object
			plan.objects = append(plan.objects, object)
		}
		if err := w.add(object, text); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// add rewrites one definition of an object.
func (w *rewriter) add(object *objectPlan, text definition) error {
	result, err := w.rewrite(text.ref.Name, text.text)
	if refused, ok := errors.AsType[*sqltext.RefusedError](err); ok {
		result.Text = text.text.Text
		object.refusal = refused.Error()
		object.left = append(object.left, ReviewItem{
			ObjectNote: noteOn(text.ref, refused.Code, refused.Reason), Line: refused.Line, Column: refused.Column, High: true,
		})
	} else if err != nil {
		return err
	}
	object.parts = append(object.parts, repointed{definition: text, result: result})
	object.certain += result.Certain
	object.probable += result.Probable
	for _, finding := range result.Findings {
		item := ReviewItem{
			ObjectNote: noteOn(text.ref, finding.Code, finding.Context), Line: finding.Line, Column: finding.Column, High: finding.High,
		}
		switch finding.Class {
		case sqltext.Report:
			object.left = append(object.left, item)
		case sqltext.Probable:
			object.strings = append(object.strings, item)
		case sqltext.Certain:
		}
	}
	// Snowflake itself maps most of the defaults of columns (C23): one that names the clone was not repointed.
	if text.ref.Kind != snowflake.KindTable && result.Certain+result.Probable == 0 {
		object.namesTarget = object.namesTarget || w.namesTarget(text.text)
	}
	return nil
}

// namesTarget says whether a definition names the clone in its body.
func (w *rewriter) namesTarget(text sqltext.Definition) bool {
	return slices.ContainsFunc(w.references(text), func(reference sqltext.Reference) bool {
		return reference.Name.Database == w.options.Mappings[0].To
	})
}

// finished says whether an object needed to be repointed and is.
func (o *objectPlan) finished() bool { return !o.changes() && o.refusal == "" && o.namesTarget }

// total is how many objects name the target in the end, and already how many do so now.
func (p *repointing) total() (total, already int) {
	for _, object := range p.objects {
		switch {
		case object.changes():
			total++
		case object.finished():
			total++
			already++
		}
	}
	return total, already
}

// counterOf is the counter for a kind.
func counterOf(counts *v1alpha1.Repointed, kind snowflake.Kind) *int32 {
	switch kind {
	case snowflake.KindView, snowflake.KindMaterializedView, snowflake.KindSemanticView:
		return &counts.Views
	case snowflake.KindDynamicTable:
		return &counts.DynamicTables
	case snowflake.KindProcedure:
		return &counts.Procedures
	case snowflake.KindFunction:
		return &counts.Functions
	case snowflake.KindTask:
		return &counts.Tasks
	case snowflake.KindPipe:
		return &counts.Pipes
	case snowflake.KindAlert:
		return &counts.Alerts
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy, snowflake.KindAggregationPolicy,
		snowflake.KindProjectionPolicy, snowflake.KindJoinPolicy, snowflake.KindPrivacyPolicy, snowflake.KindLifecyclePolicy:
		return &counts.Policies
	default:
		return &counts.Defaults // Of columns, and the file formats of stages: the object is a table or a stage.
	}
}

// layers puts objects into layers, each of which names only what is in earlier ones: first what Snowflake compiles, then
// the rest. Objects that name each other in a circle share a layer.
func (w *rewriter) layers(objects []*objectPlan) [][]*objectPlan {
	var compiled, rest []*objectPlan
	for _, object := range objects {
		if object.compiles() {
			compiled = append(compiled, object)
		} else {
			rest = append(rest, object)
		}
	}
	found := w.compiledLayers(compiled)
	if len(rest) > 0 {
		found = append(found, rest)
	}
	return found
}

// compiledLayers puts objects that Snowflake compiles into layers.
func (w *rewriter) compiledLayers(objects []*objectPlan) [][]*objectPlan {
	nodes := make([]sqltext.Node, len(objects))
	for i, object := range objects {
		nodes[i].Name = object.ref.Name
		text := object.parts[0].text
		text.Text = object.parts[0].result.Text
		for _, reference := range w.references(text) {
			nodes[i].Needs = append(nodes[i].Needs, reference.Name)
		}
	}
	order, _ := sqltext.Order(nodes)
	level := map[sqltext.Name]int{}
	var found [][]*objectPlan
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
		found[at] = append(found[at], objects[i])
	}
	return found
}

// maxExamples is how many objects are named for each database that is not cloned.
const maxExamples = 5

// others lists the databases that definitions name and that no mapping is about, the most named first: one line for each,
// so that a shared database which hundreds of views name hides nothing else.
func (w *rewriter) others(objects []*objectPlan) []OtherDatabase {
	found := map[sqltext.Ident]*OtherDatabase{}
	for _, object := range objects {
		for database, places := range w.othersIn(object) {
			other := found[database]
			if other == nil {
				other = &OtherDatabase{Database: string(database)}
				found[database] = other
			}
			other.References += places
			other.Objects++
			if len(other.Examples) < maxExamples {
				other.Examples = append(other.Examples, object.ref.String())
			}
		}
	}
	var list []OtherDatabase
	for _, other := range found {
		list = append(list, *other)
	}
	slices.SortFunc(list, func(a, b OtherDatabase) int {
		return cmp.Or(cmp.Compare(b.Objects, a.Objects), cmp.Compare(a.Database, b.Database))
	})
	return list
}

// othersIn counts the places of one object that name databases which no mapping is about.
func (w *rewriter) othersIn(object *objectPlan) map[sqltext.Ident]int {
	places := map[sqltext.Ident]int{}
	for _, part := range object.parts {
		for _, reference := range w.references(part.text) {
			if database := reference.Name.Database; database != "" && !w.mapped(database) {
				places[database]++
			}
		}
	}
	return places
}
