package clone

import (
	"context"
	"errors"
	"fmt"
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
	// change makes the statements that give the object a new text.
	change func(text string) ([]string, error)
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
	{snowflake.KindFunction, sqltext.Function},
	{snowflake.KindProcedure, sqltext.Procedure},
	{snowflake.KindPipe, sqltext.Pipe},
	{snowflake.KindMaskingPolicy, sqltext.Policy},
	{snowflake.KindRowAccessPolicy, sqltext.Policy},
}

// definitions reads every text in the clone that may name a database, but for those that its users made. An object whose text cannot be read is among the
// notes, not among the definitions.
func (r *Run) definitions(ctx context.Context) ([]definition, []ObjectNote, error) {
	found, unread, err := r.textDefinitions(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, look := range []func(context.Context) ([]definition, error){
		r.taskDefinitions, r.alertDefinitions, r.defaultDefinitions,
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
	for _, one := range textKinds {
		objects, err := r.Snowflake.Objects(ctx, one.kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, nil, err
		}
		for _, object := range objects {
			if !r.isTheirs(object.CreatedOn) {
				refs, texts = append(refs, object.ObjectRef), append(texts, one.text)
			}
		}
	}
	results, err := r.Snowflake.DDL(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	var (
		found  []definition
		unread []ObjectNote
	)
	for i, result := range results {
		if result.Err != nil {
			unread = append(unread, noteOn(result.Ref, "UNREADABLE", result.Err.Error()))
			continue
		}
		found = append(found, definition{
			ref:      result.Ref,
			text:     sqltext.Definition{Kind: texts[i], Text: result.Text},
			change:   func(text string) ([]string, error) { return redefine(result.Ref, text) },
			compiles: compiles(result.Ref.Kind),
		})
	}
	return found, unread, nil
}

// compiles says whether Snowflake resolves the names in a definition when it is created (R7).
func compiles(kind snowflake.Kind) bool {
	return slices.Contains([]snowflake.Kind{
		snowflake.KindView, snowflake.KindMaterializedView, snowflake.KindDynamicTable, snowflake.KindFunction,
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
			ref:  snowflake.ObjectRef{Kind: snowflake.KindTable, Name: column.Table},
			text: sqltext.Definition{Kind: sqltext.Expression, Text: column.Default},
			change: func(text string) ([]string, error) {
				for _, reference := range sqltext.References(sqltext.Definition{Kind: sqltext.Expression, Text: text}) {
					if reference.Position == sqltext.AtSequence {
						return []string{snowflake.SetColumnDefaultSequence(column.Table, column.Name, reference.Name)}, nil
					}
				}
				return nil, fmt.Errorf("the default of column %s is no sequence and cannot be changed", column.Name)
			},
		})
	}
	return found, nil
}

// one makes a change of a single statement that cannot fail to be made.
func one(statement func(text string) string) func(string) ([]string, error) {
	return func(text string) ([]string, error) { return []string{statement(text)}, nil }
}

// errNoRedefinition is the cause where an object's text cannot be changed by any statement.
var errNoRedefinition = errors.New("no statement changes the text of such an object")

// redefine makes the statements that give an object a new definition: for each kind the one that keeps the most of its
// grants, tags, policies and state. The header is made anew from the object's own name: the one in a stored text may name
// another database, and running it would replace the original (C26).
func redefine(ref snowflake.ObjectRef, text string) ([]string, error) {
	header, err := sqltext.ParseHeader(text)
	if err != nil {
		return nil, fmt.Errorf("read the header of %s: %w", ref, err)
	}
	secure := ""
	if header.Secure {
		secure = "SECURE "
	}
	var opening, clauses string
	switch ref.Kind {
	case snowflake.KindView:
		opening, clauses = "CREATE OR REPLACE "+secure+"VIEW", "COPY GRANTS COPY TAGS"
		if header.Recursive {
			opening = "CREATE OR REPLACE " + secure + "RECURSIVE VIEW"
		}
	case snowflake.KindMaterializedView:
		opening, clauses = "CREATE OR REPLACE "+secure+"MATERIALIZED VIEW", "COPY GRANTS"
	case snowflake.KindDynamicTable:
		opening = "CREATE OR ALTER DYNAMIC TABLE"
	case snowflake.KindProcedure:
		opening = "CREATE OR ALTER " + secure + "PROCEDURE"
	case snowflake.KindFunction:
		opening = "CREATE OR ALTER " + secure + "FUNCTION"
	case snowflake.KindPipe:
		opening = "CREATE OR REPLACE PIPE"
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy:
		return []string{snowflake.SetPolicyBody(ref, header.Body())}, nil
	default:
		return nil, fmt.Errorf("%s: %w", ref, errNoRedefinition)
	}
	statement, err := header.Rebuild(opening, ref.Name, clauses)
	if err != nil {
		return nil, fmt.Errorf("rebuild the definition of %s: %w", ref, err)
	}
	return append([]string{statement}, restore(ref)...), nil
}

// restore makes the statements that bring a redefined object back to rest.
func restore(ref snowflake.ObjectRef) []string {
	switch ref.Kind {
	case snowflake.KindDynamicTable:
		return []string{snowflake.SuspendDynamicTable(ref.Name)}
	case snowflake.KindPipe:
		return []string{snowflake.PausePipe(ref.Name, true)}
	default:
		return nil
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

// mappings are the databases whose names are repointed: the source, and those that the spec adds.
func (r *Run) mappings() ([]sqltext.Mapping, error) {
	mappings := []sqltext.Mapping{{From: r.Source, To: r.Target}}
	for _, one := range r.Spec.Repoint.Databases {
		from, err := sqltext.ParseIdent(string(one.From))
		if err != nil {
			return nil, Terminalf(v1alpha1.ReasonRepointFailed, "repoint.databases: from: %w", err)
		}
		to, err := sqltext.ParseIdent(string(one.To))
		if err != nil {
			return nil, Terminalf(v1alpha1.ReasonRepointFailed, "repoint.databases: to: %w", err)
		}
		mappings = append(mappings, sqltext.Mapping{From: from, To: to})
	}
	return mappings, nil
}
