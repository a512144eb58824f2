package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// codeCostTag marks a tag that the spec put on the clone's database.
const codeCostTag = "COST_TAG"

// tagDatabase gives the clone's database the tags that it is to have, and no others that are of the clone's making.
// Whether those of the source's database came along is not documented (U5), so that both must come to the same. A tag of
// the source's that masks what carries it (X7) guards the clone too: it is set, and never unset.
func (r *Run) tagDatabase(ctx context.Context, own *Owned) error {
	change, err := r.planTags(ctx)
	if err != nil {
		return staysClosed(err)
	}
	database := snowflake.DatabaseRef(r.Target)
	if len(change.set) > 0 {
		if err := own.Exec(ctx, snowflake.SetTags(database, change.set)); err != nil {
			return staysClosed(fmt.Errorf("set tags on database %s: %w; role %s needs APPLY on them", r.Target, err, r.Role))
		}
	}
	if len(change.unset) > 0 {
		if err := own.Exec(ctx, snowflake.UnsetTags(database, change.unset)); err != nil {
			return staysClosed(fmt.Errorf("unset tags on database %s: %w; role %s needs APPLY on them", r.Target, err, r.Role))
		}
	}
	r.State.Report.Tags = nil
	for _, tag := range change.wanted {
		r.State.Report.Tags = append(r.State.Report.Tags,
			ObjectNote{Kind: string(snowflake.KindTag), Name: tag.Tag.String(), Code: codeCostTag, Note: "is " + tag.Value})
	}
	return nil
}

// tagChange is how the tags of the clone's database are to change.
type tagChange struct {
	wanted, set []snowflake.TagValue
	unset       []sqltext.Name
}

// planTags compares the tags of the clone's database with those of the spec and of the source's database.
func (r *Run) planTags(ctx context.Context) (tagChange, error) {
	change, err := r.wantedTags()
	if err != nil {
		return change, err
	}
	there, err := r.ownTagsOf(ctx, r.Target)
	if err != nil {
		return change, err
	}
	sources, err := r.ownTagsOf(ctx, r.Source)
	if class := snowflake.ClassOf(err); class != snowflake.Privilege && class != snowflake.NotFound && err != nil {
		return change, err
	}
	guarding, err := r.guardingTags(ctx, sources)
	if err != nil {
		return change, err
	}
	change.compare(there, guarding)
	for _, tag := range there {
		if r.isOurTag(tag, sources) && !change.wants(tag) && !slices.Contains(guarding, tag) {
			change.unset = append(change.unset, tag.Tag)
		}
	}
	return change, nil
}

// compare finds the tags that are to be set: those that are wanted, and those that guard, as far as nothing else is wanted
// of them.
func (c *tagChange) compare(there, guarding []snowflake.TagValue) {
	for _, tag := range c.wanted {
		if !slices.Contains(there, tag) {
			c.set = append(c.set, tag)
		}
	}
	for _, tag := range guarding {
		if !c.wants(tag) && !slices.Contains(there, tag) {
			c.set = append(c.set, tag)
		}
	}
}

// wants says whether the spec gives a tag some value.
func (c *tagChange) wants(tag snowflake.TagValue) bool {
	return slices.ContainsFunc(c.wanted, func(one snowflake.TagValue) bool { return one.Tag == tag.Tag })
}

// isOurTag says whether a tag on the clone's database is the clone's making: it leads to the source, an earlier run set it
// for the spec, or it came along with the source's database and nobody has had the clone yet.
func (r *Run) isOurTag(tag snowflake.TagValue, sources []snowflake.TagValue) bool {
	return tag.Tag.Database == r.Source || r.HandedOver.IsZero() && slices.Contains(sources, tag) ||
		slices.ContainsFunc(r.State.Report.Tags, func(note ObjectNote) bool { return note.Name == tag.Tag.String() })
}

// wantedTags are the tags of the spec. One that lies in the source was cloned along (C28).
func (r *Run) wantedTags() (tagChange, error) {
	tags, err := tagValues(r.Spec.Target.Tags)
	for i := range tags {
		tags[i].Tag = r.inTarget(tags[i].Tag)
	}
	return tagChange{wanted: tags}, err
}

// ownTagsOf are the tags that were set on a database itself, in the order of their names, as they are named in the clone.
func (r *Run) ownTagsOf(ctx context.Context, database sqltext.Ident) ([]snowflake.TagValue, error) {
	references, err := r.Snowflake.TagReferences(ctx, sqltext.Name{Database: database}, string(snowflake.KindDatabase))
	var tags []snowflake.TagValue
	for _, reference := range references {
		if reference.Level == string(snowflake.KindDatabase) {
			tag := snowflake.TagValue{Tag: reference.Tag, Value: reference.Value}
			if database == r.Source {
				tag.Tag = r.inTarget(tag.Tag)
			}
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(a, b snowflake.TagValue) int { return strings.Compare(a.Tag.SQL(), b.Tag.SQL()) })
	return tags, err
}

// guardingTags are those that carry a masking policy, as far as the operator may see that (I10).
func (r *Run) guardingTags(ctx context.Context, tags []snowflake.TagValue) ([]snowflake.TagValue, error) {
	policies, err := gather(ctx, r, tags, func(ctx context.Context, tag snowflake.TagValue) ([]snowflake.PolicyReference, error) {
		references, err := r.Snowflake.PolicyReferences(ctx, tag.Tag, string(snowflake.KindTag))
		if class := snowflake.ClassOf(err); class == snowflake.Privilege || class == snowflake.NotFound {
			return nil, nil
		}
		return references, err
	})
	if err != nil {
		return nil, err
	}
	var guarding []snowflake.TagValue
	for i, tag := range tags {
		if len(policies[i]) > 0 {
			guarding = append(guarding, tag)
		}
	}
	return guarding, nil
}
