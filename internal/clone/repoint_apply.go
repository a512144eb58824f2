package clone

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// redefine gives an object its new text and says in words what was special about it. What the statement takes from the
// object is read before, and given back right after.
func (w *rewriter) redefine(ctx context.Context, own *Owned, object *objectPlan) (note string, err error) {
	r := own.run
	taken, err := r.lostWith(ctx, object.ref)
	if err != nil {
		return "", fmt.Errorf("repoint %s: %w", object.ref, err)
	}
	if object.ref.Kind == snowflake.KindPipe {
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
		made, err := part.apply(ctx, own, part.result.Text)
		if folded := foldedBody(part.result.Text); w.options.QuotedIgnoreCase && part.compiles &&
			snowflake.ClassOf(err) == snowflake.NotFound && folded != part.result.Text {
			made, err = part.apply(ctx, own, folded)
		}
		if err != nil {
			return "", fmt.Errorf("repoint %s: %w", object.ref, err)
		}
		note = cmp.Or(made, note)
	}
	for _, statement := range taken.statements {
		if err := own.Exec(ctx, statement); err != nil {
			return "", fmt.Errorf("give back to %s: %w", object.ref, err)
		}
	}
	return cmp.Or(note, taken.note), nil
}

// apply gives the object a new text.
func (d definition) apply(ctx context.Context, own *Owned, text string) (note string, err error) {
	change, err := d.change(text)
	if err != nil {
		return "", err
	}
	return change.apply(ctx, own, d.ref)
}

// foldedBody is a definition with the quoted names of its query in upper case, which is how they were meant where the
// account folds them (N5). The operator's sessions do not, so that Snowflake may not find what they name as it is written.
// Names of columns in front of the query are printed as they are stored, and stay.
func foldedBody(text string) string {
	header, err := sqltext.ParseHeader(text)
	if err != nil || header.AsOffset < 0 {
		return text
	}
	body := []byte(text[header.AsOffset:])
	for _, token := range sqltext.Lex(text[header.AsOffset:]) {
		if token.Kind == sqltext.QuotedIdent {
			copy(body[token.Start:], sqltext.Fold(token.Text))
		}
	}
	return text[:header.AsOffset] + string(body)
}

// apply sends the statements. Where Snowflake does not know the first one's feature for such an object, it sends those
// that keep less, and says so.
func (c redefinition) apply(ctx context.Context, own *Owned, ref snowflake.ObjectRef) (note string, err error) {
	err = own.Exec(ctx, c.statements[0])
	class := snowflake.ClassOf(err)
	switch {
	case err == nil:
		return "", execAll(ctx, own, c.statements[1:])
	case len(c.instead) > 0 && snowflake.HasNumber(err, snowflake.NumberUnsupportedFeature):
		return c.replace(ctx, own, ref)
	case len(c.bare) > 0 && (class == snowflake.Privilege || class == snowflake.NotFound):
		return fmt.Sprintf("its integrations are not kept: %v", err), execAll(ctx, own, c.bare)
	default:
		return "", err
	}
}

// replace sends the statements that keep less, and gives a routine the tags back that went with the old one.
func (c redefinition) replace(ctx context.Context, own *Owned, ref snowflake.ObjectRef) (note string, err error) {
	note = "CREATE OR ALTER was refused, so that it was replaced: its grants are kept"
	var tags lost
	if ref.Kind.Info().Overloaded {
		if tags, err = own.run.lostTags(ctx, ref); err != nil {
			return "", err
		}
	}
	if tags.note != "" {
		note += "; " + tags.note
	}
	return note, execAll(ctx, own, slices.Concat(c.instead, tags.statements))
}

// execAll sends statements one after the other.
func execAll(ctx context.Context, own *Owned, statements []string) error {
	for _, statement := range statements {
		if err := own.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// ownTags are the tags that were set on an object itself.
func (r *Run) ownTags(ctx context.Context, ref snowflake.ObjectRef) ([]snowflake.TagValue, error) {
	domain := string(ref.Kind)
	if ref.Kind == snowflake.KindExternalTable {
		domain = string(snowflake.KindTable)
	}
	references, err := r.Snowflake.TagReferencesOf(ctx, ref, domain)
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
func (r *Run) restoreAfterRepointing(ctx context.Context, own *Owned, pass *repointPass) error {
	if err := r.restorePipes(ctx, own, pass.plan); err != nil {
		return err
	}
	if err := r.restoreReplaced(ctx, own, pass); err != nil {
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

// restorePipes gives the repointed pipes the tags of their originals, and then their schemas the setting that the source's
// have.
func (r *Run) restorePipes(ctx context.Context, own *Owned, plan *repointing) error {
	bySchema := map[sqltext.Ident][]snowflake.ObjectRef{}
	for _, object := range plan.objects {
		if object.ref.Kind != snowflake.KindPipe || !object.finished() && !object.changes() {
			continue // Nobody has tried to make it anew.
		}
		bySchema[object.ref.Name.Schema] = append(bySchema[object.ref.Name.Schema], object.ref)
		if !object.finished() {
			continue
		}
		if err := r.restoreTags(ctx, own, object.ref); err != nil {
			return fmt.Errorf("restore the tags of %s: %w", object.ref, err)
		}
	}
	for _, schema := range slices.Sorted(maps.Keys(bySchema)) {
		if err := r.restorePipePause(ctx, own, schema, bySchema[schema]); err != nil {
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
	switch class := snowflake.ClassOf(err); {
	case class == snowflake.NotFound, class == snowflake.Other, class == snowflake.Syntax, err == nil && len(wanted) == 0:
		return nil // It is gone, or Snowflake does not tell the tags of such an object.
	case err != nil:
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
// because whoever paused them may not have lived to say so. Before, its pipes are paused each by itself: one of a call that
// was cut off may stand still for its schema's sake only, and would run until somebody looks.
func (r *Run) restorePipePause(ctx context.Context, own *Owned, schema sqltext.Ident, pipes []snowflake.ObjectRef) error {
	is, err := r.Snowflake.PipePauseOf(ctx, r.Target, schema)
	if err != nil || !is.Paused {
		return err
	}
	was, err := r.Snowflake.PipePauseOf(ctx, r.Source, schema)
	if err != nil && snowflake.ClassOf(err) != snowflake.NotFound {
		return err
	}
	if was.Paused {
		return nil
	}
	for _, pipe := range pipes {
		if err := own.Exec(ctx, snowflake.PausePipe(pipe.Name, true)); err != nil {
			return err
		}
	}
	switch {
	case was.Set:
		return own.Exec(ctx, snowflake.PauseSchemaPipes(r.Target, schema, false))
	default:
		return own.Exec(ctx, snowflake.UnsetSchemaPipePause(r.Target, schema))
	}
}
