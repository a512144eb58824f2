package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// redefine gives an object its new text and says in words what was special about it. What the statement takes from the
// object is read before, and given back right after.
func (r *Run) redefine(ctx context.Context, own *Owned, object *objectPlan) (note string, err error) {
	var lost []string
	if object.ref.Kind == snowflake.KindPipe {
		if lost, err = r.lostWith(ctx, object.ref); err != nil {
			return "", fmt.Errorf("repoint %s: %w", object.ref, err)
		}
		// A new pipe starts to run at once, unless its schema keeps pipes paused (T13). The schema stays so until all
		// definitions are repointed.
		pause := snowflake.PauseSchemaPipes(object.ref.Name.Database, object.ref.Name.Schema, true)
		if err := own.Exec(ctx, pause); err != nil {
			return "", fmt.Errorf("repoint %s: %w", object.ref, err)
		}
	}
	for _, part := range object.parts {
		if part.result.Certain+part.result.Probable == 0 {
			continue
		}
		change, err := part.change(part.result.Text)
		if err != nil {
			return "", fmt.Errorf("repoint %s: %w", object.ref, err)
		}
		if note, err = change.apply(ctx, own, object.ref); err != nil {
			return "", fmt.Errorf("repoint %s: %w", object.ref, err)
		}
	}
	for _, statement := range lost {
		if err := own.Exec(ctx, statement); err != nil {
			return "", fmt.Errorf("give back to %s: %w", object.ref, err)
		}
	}
	return note, nil
}

// apply sends the statements. Where Snowflake does not know the first one's feature for such an object, it sends those
// that keep less, and says so.
func (c redefinition) apply(ctx context.Context, own *Owned, ref snowflake.ObjectRef) (note string, err error) {
	statements := c.statements
	if len(c.instead) > 0 {
		err := own.Exec(ctx, statements[0])
		switch {
		case err == nil:
			statements = statements[1:]
		case snowflake.HasNumber(err, snowflake.NumberUnsupportedFeature):
			note = "CREATE OR ALTER was refused, so that it was replaced: its grants are kept"
			if ref.Kind.Info().Overloaded {
				note += ", tags on it are not"
			}
			statements = c.instead
		default:
			return "", err
		}
	}
	for _, statement := range statements {
		if err := own.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	return note, nil
}

// lostWith are the statements that give an object its grants and tags back when it was made anew.
func (r *Run) lostWith(ctx context.Context, ref snowflake.ObjectRef) ([]string, error) {
	grants, err := r.Snowflake.GrantsOn(ctx, ref)
	if err != nil {
		return nil, err
	}
	tags, err := r.ownTags(ctx, ref)
	if err != nil {
		return nil, err
	}
	statements := regrants(ref, grants)
	if len(tags) > 0 {
		statements = append(statements, snowflake.SetTags(ref, tags))
	}
	return statements, nil
}

// ownTags are the tags that were set on an object itself.
func (r *Run) ownTags(ctx context.Context, ref snowflake.ObjectRef) ([]snowflake.TagValue, error) {
	domain := string(ref.Kind)
	if ref.Kind == snowflake.KindExternalTable {
		domain = string(snowflake.KindTable)
	}
	references, err := r.Snowflake.TagReferences(ctx, ref.Name, domain)
	var tags []snowflake.TagValue
	for _, one := range references {
		if one.Level == domain {
			tags = append(tags, snowflake.TagValue{Tag: one.Tag, Value: one.Value})
		}
	}
	return tags, err
}

// restoreAfterRepointing gives back what statements took from objects in a call that did not live to do so itself, by
// comparing with the source, and sees to it that all is at rest.
func (r *Run) restoreAfterRepointing(ctx context.Context, own *Owned, plan *repointing) error {
	if err := r.restorePipes(ctx, own, plan); err != nil {
		return err
	}
	if err := r.restoreTracking(ctx, own); err != nil {
		return err
	}
	awake, err := r.awake(ctx)
	if err != nil {
		return err
	}
	for _, one := range awake {
		if err := own.Exec(ctx, one.suspend); err != nil {
			return fmt.Errorf("suspend %s: %w", one.ref, err)
		}
	}
	return nil
}

// restoreTracking lets the views track their changes whose originals do.
func (r *Run) restoreTracking(ctx context.Context, own *Owned) error {
	if !r.HandedOver.IsZero() {
		return nil
	}
	source, err := r.trackedViews(ctx, r.Source)
	if err != nil || len(source) == 0 {
		return err
	}
	views, err := r.Snowflake.Views(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return err
	}
	for _, view := range views {
		original := view.Name
		original.Database = r.Source
		if view.ChangeTracking || !source[original] {
			continue
		}
		if err := own.Exec(ctx, snowflake.SetChangeTracking(view.ObjectRef, true)); err != nil {
			return fmt.Errorf("track the changes of %s: %w", view.ObjectRef, err)
		}
	}
	return nil
}

// restorePipes gives the repointed pipes the tags of their originals, and their schemas the setting that the source's
// have. The pipes are paused each by itself besides.
func (r *Run) restorePipes(ctx context.Context, own *Owned, plan *repointing) error {
	seen := map[sqltext.Ident]bool{}
	for _, object := range plan.objects {
		schema := object.ref.Name.Schema
		if object.ref.Kind != snowflake.KindPipe || !object.finished() {
			continue
		}
		if err := r.restoreTags(ctx, own, object.ref); err != nil {
			return fmt.Errorf("restore the tags of %s: %w", object.ref, err)
		}
		if seen[schema] {
			continue
		}
		seen[schema] = true
		if err := r.restorePipePause(ctx, own, schema); err != nil {
			return fmt.Errorf("restore the setting of pipes in schema %s: %w", schema, err)
		}
	}
	return nil
}

// restoreTags gives an object the tags of its original that it lacks.
func (r *Run) restoreTags(ctx context.Context, own *Owned, ref snowflake.ObjectRef) error {
	if !r.HandedOver.IsZero() {
		return nil
	}
	original := ref
	original.Name.Database = r.Source
	wanted, err := r.ownTags(ctx, original)
	if snowflake.ClassOf(err) == snowflake.NotFound || err == nil && len(wanted) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := r.ownTags(ctx, ref)
	if err != nil {
		return err
	}
	has := map[snowflake.TagValue]bool{}
	for _, tag := range there {
		has[tag] = true
	}
	var lacking []snowflake.TagValue
	for _, tag := range wanted {
		if tag.Tag = r.inTarget(tag.Tag); !has[tag] {
			lacking = append(lacking, tag)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return own.Exec(ctx, snowflake.SetTags(ref, lacking))
}

// restorePipePause gives one schema the source's setting, unless it lets its pipes run anyway. It compares what is there,
// because whoever paused them may not have lived to say so.
func (r *Run) restorePipePause(ctx context.Context, own *Owned, schema sqltext.Ident) error {
	is, err := r.Snowflake.PipePauseOf(ctx, r.Target, schema)
	if err != nil || !is.Paused {
		return err
	}
	was, err := r.Snowflake.PipePauseOf(ctx, r.Source, schema)
	if err != nil && snowflake.ClassOf(err) != snowflake.NotFound {
		return err
	}
	switch {
	case was.Paused:
		return nil
	case was.Set:
		return own.Exec(ctx, snowflake.PauseSchemaPipes(r.Target, schema, false))
	default:
		return own.Exec(ctx, snowflake.UnsetSchemaPipePause(r.Target, schema))
	}
}
