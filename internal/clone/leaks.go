package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// leaks lists every path that leads from the clone to its source.
func (r *Run) leaks(ctx context.Context) ([]ObjectNote, error) {
	var found []ObjectNote
	for _, look := range []func(context.Context) ([]ObjectNote, error){
		r.leakingDefinitions, r.leakingTables, r.leakingStreams, r.leakingMaterializedViews, r.leakingTasks, r.leakingGrants,
	} {
		notes, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, notes...)
	}
	return found, nil
}

// leakingDefinitions finds definitions that name the source, in places where the grammar says that a name stands.
func (r *Run) leakingDefinitions(ctx context.Context) ([]ObjectNote, error) {
	texts, unread, err := r.definitions(ctx)
	if err != nil {
		return nil, err
	}
	found := unread
	for _, text := range texts {
		found = append(found, r.leakIn(text.ref, text.text)...)
	}
	return found, nil
}

// leakIn is the first certain reference to the source in a text.
func (r *Run) leakIn(ref snowflake.ObjectRef, text sqltext.Definition) []ObjectNote {
	for _, reference := range sqltext.References(text) {
		if reference.Certain && reference.Name.Database == r.Source {
			return []ObjectNote{noteOn(ref, "REFERENCE",
				fmt.Sprintf("names %s in line %d", reference.Name, reference.Line))}
		}
	}
	return nil
}

// leakingTables finds tables whose definitions name the source: a foreign key, a policy, a tag, or a sequence of a
// default that was not mapped (C23, C27, C28).
func (r *Run) leakingTables(ctx context.Context) ([]ObjectNote, error) {
	var refs []snowflake.ObjectRef
	for _, kind := range []snowflake.Kind{snowflake.KindTable, snowflake.KindIcebergTable, snowflake.KindEventTable} {
		objects, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			refs = append(refs, object.ObjectRef)
		}
	}
	results, err := r.Snowflake.DDL(ctx, refs)
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, result := range results {
		if result.Err != nil {
			found = append(found, noteOn(result.Ref, "UNREADABLE", result.Err.Error()))
			continue
		}
		found = append(found, r.leakIn(result.Ref, sqltext.Definition{Kind: sqltext.Table, Text: result.Text})...)
	}
	return found, nil
}

func (r *Run) leakingStreams(ctx context.Context) ([]ObjectNote, error) {
	streams, err := r.Snowflake.Streams(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, stream := range streams {
		if stream.Source.Database == r.Source {
			found = append(found, noteOn(stream.ObjectRef, "STREAM_BASE", "watches "+stream.Source.String()))
		}
	}
	return found, nil
}

func (r *Run) leakingMaterializedViews(ctx context.Context) ([]ObjectNote, error) {
	views, err := r.Snowflake.MaterializedViews(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, view := range views {
		if view.Source.Database == r.Source {
			found = append(found, noteOn(view.ObjectRef, "VIEW_BASE", "is built on "+view.Source.String()))
		}
	}
	return found, nil
}

func (r *Run) leakingTasks(ctx context.Context) ([]ObjectNote, error) {
	links, err := r.foreignLinks(ctx)
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, link := range links {
		note := "finalizes " + link.task.FinalizedRoot.String()
		if len(link.before) > 0 {
			note = "runs after " + link.before[0].String()
		}
		found = append(found, noteOn(link.task.ObjectRef, "TASK_PREDECESSOR", note))
	}
	return found, nil
}

// leakingGrants finds what production's roles may still do in the clone.
func (r *Run) leakingGrants(ctx context.Context) ([]ObjectNote, error) {
	grants, err := r.sourceGrants(ctx)
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, one := range grants.privileges {
		found = append(found, noteOn(one.on, "GRANT", fmt.Sprintf("%s has %s on it", one.to, named(one.privileges))))
	}
	for _, one := range grants.future {
		found = append(found, ObjectNote{
			Kind: "FUTURE GRANT", Name: one.Scope.SQL(), Code: "FUTURE_GRANT",
			Note: fmt.Sprintf("%s will have %s on each new %s", one.Grantee, one.Privilege, one.Kind),
		})
	}
	for _, one := range grants.members {
		found = append(found, ObjectNote{
			Kind: string(snowflake.KindDatabaseRole), Name: one.role.String(), Code: "MEMBER",
			Note: fmt.Sprintf("is granted to %s", one.holder),
		})
	}
	return found, nil
}
