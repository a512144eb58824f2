package clone

import (
	"context"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// definition is an object's text, or a part of it that can be changed by itself.
type definition struct {
	ref  snowflake.ObjectRef
	text sqltext.Definition
	// change says how the object is given a new text.
	change func(text string) (redefinition, error)
	// compiles says that Snowflake resolves the names in the text when it is changed, so that what it names must be there.
	compiles bool
}

// textKinds are the kinds whose definition is read by GET_DDL, and what their text is.
var textKinds = []struct {
	kind snowflake.Kind
	text sqltext.Kind
}{
	{snowflake.KindView, sqltext.View},
	{snowflake.KindMaterializedView, sqltext.MaterializedView},
	{snowflake.KindDynamicTable, sqltext.DynamicTable},
	{snowflake.KindSemanticView, sqltext.View}, // Where Snowflake clones them (U4).
	{snowflake.KindFunction, sqltext.Function},
	{snowflake.KindProcedure, sqltext.Procedure},
	{snowflake.KindPipe, sqltext.Pipe},
	{snowflake.KindMaskingPolicy, sqltext.Policy},
	{snowflake.KindRowAccessPolicy, sqltext.Policy},
	{snowflake.KindAggregationPolicy, sqltext.Policy},
	{snowflake.KindProjectionPolicy, sqltext.Policy},
	{snowflake.KindJoinPolicy, sqltext.Policy},
	{snowflake.KindPrivacyPolicy, sqltext.Policy},
	{snowflake.KindLifecyclePolicy, sqltext.Policy},
}

// definitions reads every text in the clone that may name a database, but for those that its users made. An object whose
// text cannot be read is among the notes, not among the definitions.
func (r *Run) definitions(ctx context.Context) ([]definition, []ObjectNote, error) {
	found, unread, err := r.textDefinitions(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, look := range []func(context.Context) ([]definition, error){
		r.taskDefinitions, r.alertDefinitions, r.defaultDefinitions, r.stageDefinitions,
	} {
		some, err := look(ctx)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, some...)
	}
	return found, unread, nil
}

// textDefinitions reads the definitions that GET_DDL knows.
func (r *Run) textDefinitions(ctx context.Context) ([]definition, []ObjectNote, error) {
	var (
		refs  []snowflake.ObjectRef
		texts []sqltext.Kind
	)
	kinds := make([]snowflake.Kind, len(textKinds))
	for i, one := range textKinds {
		kinds[i] = one.kind
	}
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), kinds...)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range textKinds {
		for _, object := range inventory[one.kind] {
			if !r.isTheirs(object.CreatedOn) {
				refs, texts = append(refs, object.ObjectRef), append(texts, one.text)
			}
		}
	}
	results, err := r.Snowflake.DDL(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	facts, err := r.redefinitionFacts(ctx)
	if err != nil {
		return nil, nil, err
	}
	var (
		found  []definition
		unread []snowflake.DDLResult
	)
	for i, result := range results {
		if result.Err != nil {
			unread = append(unread, result)
			continue
		}
		found = append(found, definition{
			ref:      result.Ref,
			text:     sqltext.Definition{Kind: texts[i], Text: result.Text},
			change:   func(text string) (redefinition, error) { return facts.redefine(result.Ref, text) },
			compiles: compiles(result.Ref.Kind),
		})
	}
	notes, err := r.unreadable(ctx, unread)
	return found, notes, err
}

// unreadable says of which objects the definition cannot be read, and why. One that was dropped meanwhile is none of them.
func (r *Run) unreadable(ctx context.Context, unread []snowflake.DDLResult) ([]ObjectNote, error) {
	there := map[string]bool{}
	seen := map[snowflake.Kind]bool{}
	for _, result := range unread {
		if seen[result.Ref.Kind] {
			continue
		}
		seen[result.Ref.Kind] = true
		objects, err := r.Snowflake.Objects(ctx, result.Ref.Kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			there[object.String()] = true
		}
	}
	var notes []ObjectNote
	for _, result := range unread {
		if there[result.Ref.String()] {
			notes = append(notes, noteOn(result.Ref, "UNREADABLE", result.Err.Error()))
		}
	}
	return notes, nil
}

// trackedViews are the views of a database that track their changes: replacing a view ends that.
func (r *Run) trackedViews(ctx context.Context, database sqltext.Ident) (map[sqltext.Name]bool, error) {
	views, err := r.Snowflake.Views(ctx, snowflake.InDatabase(database))
	tracked := map[sqltext.Name]bool{}
	for _, view := range views {
		if view.ChangeTracking {
			tracked[view.Name] = true
		}
	}
	return tracked, err
}

// compiles says whether Snowflake resolves the names in a definition when it is created (R7).
func compiles(kind snowflake.Kind) bool {
	return slices.Contains([]snowflake.Kind{
		snowflake.KindView, snowflake.KindMaterializedView, snowflake.KindDynamicTable, snowflake.KindSemanticView,
		snowflake.KindFunction,
	}, kind)
}

// taskDefinitions reads what tasks run, and when. Both are changed in place, which keeps the graph.
func (r *Run) taskDefinitions(ctx context.Context) ([]definition, error) {
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []definition
	for _, task := range tasks {
		if r.isTheirs(task.CreatedOn) {
			continue
		}
		found = append(found, definition{
			ref:    task.ObjectRef,
			text:   sqltext.Definition{Kind: sqltext.TaskBody, Text: task.Definition},
			change: one(func(text string) string { return snowflake.ModifyTaskBody(task.Name, text) }),
		})
		if task.Condition != "" {
			found = append(found, definition{
				ref:    task.ObjectRef,
				text:   sqltext.Definition{Kind: sqltext.Condition, Text: task.Condition},
				change: one(func(text string) string { return snowflake.ModifyTaskCondition(task.Name, text) }),
			})
		}
	}
	return found, nil
}

// alertDefinitions reads what alerts ask and do.
func (r *Run) alertDefinitions(ctx context.Context) ([]definition, error) {
	alerts, err := r.Snowflake.Alerts(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []definition
	for _, alert := range alerts {
		if r.isTheirs(alert.CreatedOn) {
			continue
		}
		found = append(found, definition{
			ref:    alert.ObjectRef,
			text:   sqltext.Definition{Kind: sqltext.Condition, Text: alert.Condition},
			change: one(func(text string) string { return snowflake.ModifyAlertCondition(alert.Name, text) }),
		}, definition{
			ref:    alert.ObjectRef,
			text:   sqltext.Definition{Kind: sqltext.TaskBody, Text: alert.Action},
			change: one(func(text string) string { return snowflake.ModifyAlertAction(alert.Name, text) }),
		})
	}
	return found, nil
}

// defaultDefinitions reads the defaults of columns. Sequences inside the cloned database come mapped (C23), others are
// named by text.
func (r *Run) defaultDefinitions(ctx context.Context) ([]definition, error) {
	columns, err := r.Snowflake.Columns(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []definition
	for _, column := range columns {
		if column.Default == "" {
			continue
		}
		found = append(found, definition{
			ref:    snowflake.ObjectRef{Kind: snowflake.KindTable, Name: column.Table},
			text:   sqltext.Definition{Kind: sqltext.Expression, Text: column.Default},
			change: func(text string) (redefinition, error) { return newDefault(column, text) },
		})
	}
	return found, nil
}

// newDefault gives a column a sequence of the clone for its default. No other default of a column can be changed.
func newDefault(column snowflake.Column, text string) (redefinition, error) {
	for _, reference := range sqltext.References(sqltext.Definition{Kind: sqltext.Expression, Text: text}) {
		if reference.Position == sqltext.AtSequence {
			statement := snowflake.SetColumnDefaultSequence(column.Table, column.Name, reference.Name)
			return redefinition{statements: []string{statement}}, nil
		}
	}
	return redefinition{}, Terminalf(v1alpha1.ReasonRepointFailed,
		"the default of column %s is no sequence and cannot be changed to %s; drop the default in the source", column.Name, text)
}

// one makes a change of a single statement that cannot fail to be made.
func one(statement func(text string) string) func(string) (redefinition, error) {
	return func(text string) (redefinition, error) {
		return redefinition{statements: []string{statement(text)}}, nil
	}
}

// noteOn is a remark on an object.
func noteOn(ref snowflake.ObjectRef, code, note string) ObjectNote {
	return ObjectNote{Kind: string(ref.Kind), Name: label(ref), Code: code, Note: note}
}

// label is an object's name without its kind, with the argument types of a routine.
func label(ref snowflake.ObjectRef) string {
	return strings.TrimPrefix(ref.String(), string(ref.Kind)+" ")
}
