package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// cloneDatabase makes the database. The statement is submitted and then waited for over as many calls as it takes, so
// that neither a restart of the operator nor the deletion of the object has to wait for it. It must take effect once:
// the intent is committed first, and before each attempt the step looks whether an earlier one has succeeded.
type cloneDatabase struct{}

func (cloneDatabase) Name() v1alpha1.StepName { return v1alpha1.StepCloneDatabase }

func (s cloneDatabase) Run(ctx context.Context, r *Run) (Outcome, error) {
	target, err := r.Snowflake.FindDatabase(ctx, r.Target)
	switch {
	case err != nil:
		return Outcome{}, fmt.Errorf("look for the target: %w", err)
	case target != nil && !r.Marker.In(target.Comment):
		return Outcome{}, targetExists(target)
	case target != nil && r.State.Database == nil:
		return r.adopt(target), nil
	case target != nil:
		return s.dropUnselected(ctx, r)
	case r.State.Database != nil:
		_, err := r.Own(ctx) // Explains that the database is gone.
		return Outcome{}, err
	case r.State.QueryID != "":
		return s.await(ctx, r)
	case !r.Intends(v1alpha1.IntentCreateDatabase, r.Target):
		return Wait(0, "The intent to create the database is recorded"), nil
	}
	return s.submit(ctx, r)
}

// adopt records the database that our statement made: from now on its creation time is part of the proof.
func (r *Run) adopt(target *snowflake.Database) Outcome {
	r.State.QueryID, r.State.Conflicts = "", nil
	r.State.Database = &v1alpha1.DatabaseStatus{
		Name:      string(target.Name.Database),
		CreatedOn: metav1.NewMicroTime(target.CreatedOn),
		Owner:     target.Owner,
	}
	return Wait(0, fmt.Sprintf("Database %s exists", r.Target))
}

// submit sends CREATE DATABASE … CLONE without waiting for it.
func (s cloneDatabase) submit(ctx context.Context, r *Run) (Outcome, error) {
	statement, err := r.cloneStatement(ctx)
	if err != nil {
		return Outcome{}, err
	}
	queryID, err := r.Snowflake.Submit(ctx, statement)
	if refused, ok := errors.AsType[*snowflake.Error](err); ok {
		return Outcome{}, r.explainClone(refused) // The intent stays: an answer may have been lost before this one.
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("clone %s to %s: %w", r.Source, r.Target, err)
	}
	r.State.QueryID = queryID
	return Wait(firstPoll, fmt.Sprintf("Cloning %s, query %s", r.Source, queryID)), nil
}

// The clone's statement is asked after soon, because most clones take seconds, then ever more rarely.
const (
	firstPoll = 250 * time.Millisecond
	lastPoll  = 15 * time.Second
)

// await asks how the submitted statement is doing.
func (s cloneDatabase) await(ctx context.Context, r *Run) (Outcome, error) {
	queryID := r.State.QueryID
	status, err := r.Snowflake.Status(ctx, queryID)
	if err != nil {
		return Outcome{}, fmt.Errorf("ask after query %s: %w", queryID, err)
	}
	switch status.State {
	case snowflake.QueryFailed:
		// It has ended for certain: another attempt has an intent of its own.
		r.State.QueryID, r.State.Intent = "", nil
		return Outcome{}, r.explainClone(status.Err)
	case snowflake.QueryUnknown:
		// The database is not there and nobody knows of the statement: it never ran, and may be sent again. Should it
		// run after all, the second one fails on the first one's name.
		r.State.QueryID = ""
	case snowflake.QueryRunning, snowflake.QuerySucceeded:
		// A database that was just made may stay unseen by another session for a moment (S7).
	}
	return Wait(r.pollAfter(), fmt.Sprintf("Cloning %s, query %s", r.Source, queryID)), nil
}

// pollAfter grows with the time that the statement has taken.
func (r *Run) pollAfter() time.Duration {
	if r.State.Intent == nil {
		return firstPoll
	}
	return min(max(r.Clock.Now().Sub(r.State.Intent.At.Time)/4, firstPoll), lastPoll)
}

// cloneStatement is CREATE [TRANSIENT] DATABASE … CLONE for this clone. A transient source can only be cloned to a
// transient database (C12).
func (r *Run) cloneStatement(ctx context.Context) (string, error) {
	source, err := r.findSource(ctx)
	if err != nil {
		return "", err
	}
	spec := r.Spec
	statement := snowflake.CloneDatabase{
		Source: r.Source, Target: r.Target,
		Transient:                   source.Transient || (spec.Target.Transient != nil && *spec.Target.Transient),
		IgnoreInsufficientRetention: spec.Source.IgnoreTablesWithInsufficientDataRetention,
		IgnoreHybridTables:          spec.Source.IgnoreHybridTables,
		IncludeInternalStages:       spec.Source.IncludeInternalStages,
		Comment:                     r.Marker.On(spec.Target.Comment),
	}
	if days := spec.Target.DataRetentionDays; days != nil {
		value := int(*days)
		statement.RetentionDays = &value
	}
	if statement.Tags, err = tagValues(spec.Target.Tags); err != nil {
		return "", err
	}
	r.placeInTime(&statement)
	text, err := statement.SQL()
	if err != nil {
		return "", &Error{Reason: v1alpha1.ReasonStatementFailed, Terminal: true, Err: err}
	}
	return text, nil
}

// placeInTime adds the moment that is cloned: the one that Preflight fixed, or the statement.
func (r *Run) placeInTime(statement *snowflake.CloneDatabase) {
	point, before := r.moment()
	if point == nil {
		return
	}
	moment := snowflake.Moment{Before: before, Statement: point.Statement}
	if r.State.SourceTime != nil {
		moment.Timestamp = r.State.SourceTime.Time
	}
	statement.Moment = &moment
}

// tagValues reads the tags of the spec, in the order of their names.
func tagValues(tags map[string]string) ([]snowflake.TagValue, error) {
	var values []snowflake.TagValue
	for text, value := range tags {
		name, err := sqltext.ParseName(text)
		if err != nil || name.Database == "" {
			return nil, Terminalf(v1alpha1.ReasonStatementFailed,
				"target.tags: %q must be a fully qualified name: database.schema.tag", text)
		}
		values = append(values, snowflake.TagValue{Tag: name, Value: value})
	}
	slices.SortFunc(values, func(a, b snowflake.TagValue) int { return strings.Compare(a.Tag.SQL(), b.Tag.SQL()) })
	return values, nil
}

// dropUnselected drops the schemas that the spec leaves out, before anything else is done to the clone. Once it was handed
// over those are long gone: a schema that is there and not selected is one that its users made.
func (s cloneDatabase) dropUnselected(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	schemas, err := r.Snowflake.Schemas(ctx, r.Target)
	if err != nil {
		return Outcome{}, err
	}
	kept := len(schemas)
	schemas = slices.DeleteFunc(schemas, func(schema snowflake.Schema) bool {
		return !r.HandedOver.IsZero() || selected(r.Spec.Source.Schemas, schema.Name.Schema)
	})
	kept -= len(schemas)
	if kept == 0 && r.HandedOver.IsZero() {
		return Outcome{}, Terminalf(v1alpha1.ReasonSourceNotFound,
			"source.schemas: no schema of %s is selected; correct the patterns in a new object", r.Source)
	}
	done, err := forEach(ctx, r, schemas, func(ctx context.Context, schema snowflake.Schema) error {
		return s.dropSchema(ctx, r, own, schema)
	})
	r.Progress(done, len(schemas))
	if err != nil {
		return Outcome{}, err
	}
	if done < len(schemas) {
		return Wait(0, fmt.Sprintf("Dropped %d of %d schemas that are not selected", done, len(schemas))), nil
	}
	r.State.Summary.Schemas = int32(kept) //nolint:gosec // bounded by what a database can hold
	return Done(fmt.Sprintf("%s is cloned with %d schemas", r.Target, kept)), nil
}

// dropSchema drops one schema. It belongs to the source's owner still (C16), so it is taken over first.
func (s cloneDatabase) dropSchema(ctx context.Context, r *Run, own *Owned, schema snowflake.Schema) error {
	if schema.Owner != string(r.Role) {
		take := snowflake.GrantOwnership(snowflake.On(schema.ObjectRef), snowflake.AccountRole(r.Role), snowflake.CopyGrants)
		if err := own.Exec(ctx, take); err != nil {
			return fmt.Errorf("take over schema %s: %w", schema.Name, err)
		}
	}
	return own.DropSchema(ctx, schema.Name.Schema)
}
