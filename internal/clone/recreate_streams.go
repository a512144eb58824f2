package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// recreateStreams makes anew the streams that cannot be read: those that are stale, such as the ones on views that were
// repointed (R3), and those that watch the source still (C36). The offset of a new stream starts at its making: what the
// old one had not consumed is not to be had (T2).
type recreateStreams struct{}

func (recreateStreams) Name() v1alpha1.StepName { return v1alpha1.StepRecreateStreams }

func (s recreateStreams) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	streams, err := r.Snowflake.Streams(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return Outcome{}, err
	}
	broken := slices.DeleteFunc(slices.Clone(streams), func(stream snowflake.Stream) bool { return !r.broken(stream) })
	if stuck := r.recreatedBefore(broken); stuck != "" {
		return Outcome{}, Terminalf(v1alpha1.ReasonStatementFailed,
			"stream %s was recreated and is still stale or on the source; look at what it watches", stuck)
	}
	total := len(r.State.Report.Streams) + len(broken)
	if len(broken) == 0 {
		if left, err := r.restoreKeptGrants(ctx, own); err != nil || left > 0 {
			return Wait(0, fmt.Sprintf("%d grants of roles that keep theirs are still to be made", left)), err
		}
		r.State.Summary.Streams = int32(total) //nolint:gosec // bounded by what a database can hold
		r.Progress(total, total)
		return Done(fmt.Sprintf("%d of %d streams were recreated; their offsets start now", total, len(streams))), nil
	}
	errs := make([]error, len(broken))
	_, err = forEach(ctx, r, indexes(broken), func(ctx context.Context, i int) error {
		errs[i] = s.recreate(ctx, r, own, broken[i])
		if errs[i] == nil {
			errs[i] = errDone
			return nil
		}
		return errs[i]
	})
	for i, stream := range broken {
		if errors.Is(errs[i], errDone) {
			r.State.Report.Streams = append(r.State.Report.Streams,
				noteOn(stream.ObjectRef, "OFFSET_RESET", "recreated on "+r.inTarget(stream.Source).String()))
		}
	}
	r.Progress(len(r.State.Report.Streams), total)
	if err != nil {
		return Outcome{}, err
	}
	return Wait(0, fmt.Sprintf("Recreated %d of %d streams", len(r.State.Report.Streams), total)), nil
}

// errDone marks what was dealt with in a list of errors, where nil means that it was not tried.
var errDone = errors.New("done")

// indexes are the indexes of a list.
func indexes[T any](list []T) []int {
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	return all
}

// broken says whether a stream cannot serve in the clone as it is.
func (r *Run) broken(stream snowflake.Stream) bool {
	if r.isTheirs(stream.CreatedOn) {
		return false
	}
	return stream.Stale || stream.Source.Database == r.Source || stream.InvalidReason != "" && stream.InvalidReason != "N/A"
}

// recreatedBefore names a stream that an earlier call recreated and that is broken still.
func (r *Run) recreatedBefore(broken []snowflake.Stream) string {
	for _, stream := range broken {
		if slices.ContainsFunc(r.State.Report.Streams, func(note ObjectNote) bool { return note.Name == label(stream.ObjectRef) }) {
			return label(stream.ObjectRef)
		}
	}
	return ""
}

// inTarget is the name of an object of the source in the clone; other names stay.
func (r *Run) inTarget(name sqltext.Name) sqltext.Name {
	if name.Database == r.Source {
		name.Database = r.Target
	}
	return name
}

// recreate replaces one stream. The statement is atomic: when it fails, the old stream is still there (R3). Whether COPY
// GRANTS works on streams is not documented (U9), so grants that are to stay are made again.
func (recreateStreams) recreate(ctx context.Context, r *Run, own *Owned, stream snowflake.Stream) error {
	grants, err := r.Snowflake.GrantsOn(ctx, stream.ObjectRef)
	if err != nil {
		return err
	}
	create := snowflake.CreateStream{
		Name: stream.Name, On: r.inTarget(stream.Source), SourceType: stream.SourceType, Mode: stream.Mode,
		Comment: stream.Comment,
	}
	statement, err := create.ReplaceSQL()
	if err != nil {
		return fmt.Errorf("recreate %s: %w", stream.ObjectRef, err)
	}
	for _, statement := range append([]string{statement}, regrants(stream.ObjectRef, grants)...) {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("recreate %s: %w", stream.ObjectRef, err)
		}
	}
	return nil
}
