package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of the paths that lead from a clone to its source. Those of definitions and tables stand with what finds them.
const (
	codeUnreadable      = "UNREADABLE"
	codeStreamBase      = "STREAM_BASE"
	codeViewBase        = "VIEW_BASE"
	codeTaskPredecessor = "TASK_PREDECESSOR"
	codeTaskFinalizer   = "TASK_FINALIZER"
	codeIntegration     = "ERROR_INTEGRATION"
	// codeSuccessIntegration marks a task that tells production's channel of each success.
	codeSuccessIntegration = "SUCCESS_INTEGRATION"
	codeGrant              = "GRANT"
	codeFutureGrant        = "FUTURE_GRANT"
	codeMember             = "ROLE_MEMBER"
)

// leaks lists every path that leads from the clone to its source. It reads everything anew and believes no earlier stage.
func (r *Run) leaks(ctx context.Context) ([]ObjectNote, error) {
	r.State.Report.Shared = nil
	var found []ObjectNote
	for _, look := range []func(context.Context) ([]ObjectNote, error){
		r.leakingDefinitions, r.leakingServices, r.leakingTables, r.leakingTags, r.leakingStreams, r.leakingMaterializedViews, r.leakingTasks,
		r.leakingGrants, r.sharedStorage, r.unreadCode,
	} {
		notes, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, notes...)
	}
	return found, nil
}

// leak adds a path to those that were found, or to what the clone shares with its source where spec.repoint.reviewed accepts
// the object as it is.
func (r *Run) leak(found []ObjectNote, ref snowflake.ObjectRef, note ObjectNote) []ObjectNote {
	if !r.isReviewed(ref) {
		return append(found, note)
	}
	note.Code = codeReviewed
	r.State.Report.Shared = append(r.State.Report.Shared, note)
	return found
}

func (r *Run) leakingStreams(ctx context.Context) ([]ObjectNote, error) {
	streams, err := r.Snowflake.Streams(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	mappings, err := r.mappings()
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, stream := range streams {
		if isMappedFrom(mappings, stream.Source.Database) && !r.isTheirs(stream.CreatedOn) {
			found = r.leak(found, stream.ObjectRef, noteOn(stream.ObjectRef, codeStreamBase, "watches "+stream.Source.String()))
		}
	}
	return found, nil
}

func (r *Run) leakingMaterializedViews(ctx context.Context) ([]ObjectNote, error) {
	views, err := r.Snowflake.MaterializedViews(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	mappings, err := r.mappings()
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, view := range views {
		if isMappedFrom(mappings, view.Source.Database) && !r.isTheirs(view.CreatedOn) {
			found = r.leak(found, view.ObjectRef, noteOn(view.ObjectRef, codeViewBase, "is built on "+view.Source.String()))
		}
	}
	return found, nil
}

// leakingTasks finds tasks that are linked to production's graph, or report their errors to its notification channel (T11).
func (r *Run) leakingTasks(ctx context.Context) ([]ObjectNote, error) {
	links, err := r.foreignLinks(ctx)
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for _, link := range links {
		ref := link.task.ObjectRef
		if len(link.before) > 0 {
			found = r.leak(found, ref, noteOn(ref, codeTaskPredecessor, "runs after "+link.before[0].String()))
		}
		if link.finalizes != (sqltext.Name{}) {
			found = r.leak(found, ref, noteOn(ref, codeTaskFinalizer, "finalizes "+link.task.FinalizedRoot.String()))
		}
	}
	tasks, err := r.Snowflake.Tasks(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	for _, task := range tasks {
		if r.isTheirs(task.CreatedOn) {
			continue
		}
		if task.ErrorIntegration != "" {
			found = append(found, noteOn(task.ObjectRef, codeIntegration, "reports its errors to integration "+task.ErrorIntegration))
		}
		if task.SuccessIntegration != "" {
			found = append(found, noteOn(task.ObjectRef, codeSuccessIntegration, "reports its successes to integration "+task.SuccessIntegration))
		}
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
		found = append(found, noteOn(one.on, codeGrant, fmt.Sprintf("%s has %s on it", one.to, named(one.privileges))))
	}
	for _, one := range grants.future {
		found = append(found, ObjectNote{
			Kind: "FUTURE GRANT", Name: one.Scope.SQL(), Code: codeFutureGrant,
			Note: fmt.Sprintf("%s will have %s on each new %s", one.Grantee, one.Privilege, one.Kind),
		})
	}
	for _, one := range grants.members {
		found = append(found, ObjectNote{
			Kind: string(snowflake.KindDatabaseRole), Name: one.role.String(), Code: codeMember,
			Note: fmt.Sprintf("is granted to %s", one.holder),
		})
	}
	return found, nil
}

// leakingTags finds tags of the source on the clone's database and schemas. Whether those of the database come along is
// not documented (U5), and a tag that lies in the source is not always mapped (C28).
func (r *Run) leakingTags(ctx context.Context) ([]ObjectNote, error) {
	containers, err := r.schemaRefs(ctx)
	if err != nil {
		return nil, err
	}
	containers = append(containers, snowflake.DatabaseRef(r.Target))
	references, err := gather(ctx, r, containers, func(ctx context.Context, one snowflake.ObjectRef) ([]snowflake.TagReference, error) {
		return r.Snowflake.TagReferences(ctx, one.Name, string(one.Kind))
	})
	if err != nil {
		return nil, err
	}
	var found []ObjectNote
	for i, container := range containers {
		for _, reference := range references[i] {
			inherited := reference.Level != string(container.Kind)
			if reference.Tag.Database == r.Source && !inherited {
				found = append(found, noteOn(container, codeTag, "carries tag "+reference.Tag.String()))
			}
		}
	}
	return found, nil
}

// isMappedFrom says whether a database is one that definitions of the clone must not name: the source, or one that
// spec.repoint.databases maps to another.
func isMappedFrom(mappings []sqltext.Mapping, database sqltext.Ident) bool {
	return slices.ContainsFunc(mappings, func(mapping sqltext.Mapping) bool { return mapping.From == database })
}
