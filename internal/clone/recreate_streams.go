package clone

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// recreateStreams makes anew the streams that cannot be read: those that are stale, such as the ones on views that were
// repointed (R3), and those that watch the source still (C36), or a database that spec.repoint.databases maps to another. The offset of a new stream starts at its making: what the
// old one had not consumed is not to be had (T2). A stream that cannot be made anew stays as it is and holds up no other.
type recreateStreams struct{}

func (recreateStreams) Name() v1alpha1.StepName { return v1alpha1.StepRecreateStreams }

// codeOffsetReset marks a stream that was made anew.
const codeOffsetReset = "OFFSET_RESET"

func (s recreateStreams) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	streams, err := r.Snowflake.Streams(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return Outcome{}, err
	}
	mappings, err := r.mappings()
	if err != nil {
		return Outcome{}, err
	}
	broken := slices.DeleteFunc(slices.Clone(streams), func(stream snowflake.Stream) bool { return !r.broken(mappings, stream) })
	if r.State.Total == 0 {
		r.forgetStreams(broken)
	}
	untried, refused := r.streamsToTry(broken)
	before := r.recreated()
	total := before + len(untried) + len(refused)
	again := len(untried) == 0
	if again { // Once more, now that there is nothing else to do: something may have helped.
		untried = refused
	}
	err = s.recreateAll(ctx, r, own, moved(mappings, untried))
	r.Progress(r.recreated(), total)
	switch {
	case err != nil:
		return Outcome{}, fmt.Errorf("recreate streams: %w", err)
	case !again || r.recreated() > before:
		return Wait(0, fmt.Sprintf("Recreated %d of %d streams", r.recreated(), total)), nil
	}
	return s.finish(ctx, r, own, streams, broken)
}

// streamsToTry are the broken streams that were not tried yet in this run, and those that were refused.
func (r *Run) streamsToTry(broken []snowflake.Stream) (untried, refused []snowflake.Stream) {
	for _, stream := range broken {
		switch note := r.streamNote(stream); {
		case note == nil:
			untried = append(untried, stream)
		case note.Code == codeRefused:
			refused = append(refused, stream)
		}
	}
	return untried, refused
}

// recreated is how many streams were made anew.
func (r *Run) recreated() int {
	count := 0
	for _, note := range r.State.Report.Streams {
		if note.Code == codeOffsetReset {
			count++
		}
	}
	return count
}

// moved are streams with what each is to watch: the clone's object, or that of the database to which its own is mapped.
func moved(mappings []sqltext.Mapping, streams []snowflake.Stream) []snowflake.Stream {
	streams = slices.Clone(streams)
	for i := range streams {
		streams[i].Source = mapped(mappings, streams[i].Source)
	}
	return streams
}

// recreateAll makes streams anew until the time slice is over, and takes note of what came of each.
func (s recreateStreams) recreateAll(ctx context.Context, r *Run, own *Owned, streams []snowflake.Stream) error {
	var mutex sync.Mutex
	_, err := forEach(ctx, r, streams, func(ctx context.Context, stream snowflake.Stream) error {
		note := noteOn(stream.ObjectRef, codeOffsetReset, "recreated on "+stream.Source.String())
		if err := s.recreate(ctx, r, own, stream); err != nil {
			if !Classify(err).Terminal {
				return err
			}
			note = noteOn(stream.ObjectRef, codeRefused, fmt.Sprintf("%v; %s", err, r.advice(err)))
		}
		mutex.Lock()
		defer mutex.Unlock()
		if earlier := r.streamNote(stream); earlier != nil {
			*earlier = note
		} else {
			r.State.Report.Streams = append(r.State.Report.Streams, note)
		}
		return nil
	})
	return err
}

// finish restores the grants that are to stay, and names the streams that cannot serve.
func (recreateStreams) finish(
	ctx context.Context, r *Run, own *Owned, streams, broken []snowflake.Stream,
) (Outcome, error) {
	if left, err := r.restoreKeptGrants(ctx, own); err != nil || left > 0 {
		return Wait(0, fmt.Sprintf("%d grants of roles that keep theirs are still to be made", left)), err
	}
	var all, failures []ObjectNote // Those of streams that spec.repoint.reviewed lists are named, and hold up nothing.
	done := r.recreated()
	for _, stream := range broken {
		note := *r.streamNote(stream)
		if note.Code == codeOffsetReset {
			done--
			note.Code, note.Note = "STUCK", "it was recreated and is still stale or on the source; look at what it watches"
		}
		all = append(all, note)
		if !r.isReviewed(stream.ObjectRef) {
			failures = append(failures, note)
		}
	}
	r.setFailures(all, func(kind snowflake.Kind) bool { return kind == snowflake.KindStream })
	r.State.Summary.Streams = int32(done) //nolint:gosec // bounded by what a database can hold
	r.Progress(done, done+len(all))
	if len(failures) == 0 {
		return Done(fmt.Sprintf("%d of %d streams were recreated; their offsets start now", done, len(streams))), nil
	}
	message := fmt.Sprintf("%d of %d streams cannot be recreated and were left, the first is %s: %s; the report lists all",
		len(failures), len(streams), failures[0].Name, failures[0].Note)
	if r.Spec.Validation.OnLeak == v1alpha1.ValidationWarn {
		return Done(message), nil
	}
	return Outcome{}, Terminalf(v1alpha1.ReasonStatementFailed, "%s, repoint.reviewed leaves single streams as they are, and validation.onLeak: Warn leaves all of them", message)
}

// streamNote is what an earlier call of this run came to that tried to recreate a stream; nil when none did.
func (r *Run) streamNote(stream snowflake.Stream) *ObjectNote {
	name := label(stream.ObjectRef)
	i := slices.IndexFunc(r.State.Report.Streams, func(note ObjectNote) bool { return note.Name == name })
	if i < 0 {
		return nil
	}
	return &r.State.Report.Streams[i]
}

// forgetStreams leaves out the notes of an earlier run on streams that are broken now: in this run nothing was tried yet.
func (r *Run) forgetStreams(broken []snowflake.Stream) {
	r.State.Report.Streams = slices.DeleteFunc(r.State.Report.Streams, func(note ObjectNote) bool {
		return slices.ContainsFunc(broken, func(stream snowflake.Stream) bool { return label(stream.ObjectRef) == note.Name })
	})
}

// broken says whether a stream cannot serve in the clone as it is.
func (r *Run) broken(mappings []sqltext.Mapping, stream snowflake.Stream) bool {
	if r.isTheirs(stream.CreatedOn) {
		return false
	}
	return stream.Stale || isMappedFrom(mappings, stream.Source.Database) ||
		stream.InvalidReason != "" && stream.InvalidReason != "N/A"
}

// inTarget is the name of an object of the source in the clone; other names stay.
func (r *Run) inTarget(name sqltext.Name) sqltext.Name {
	if name.Database == r.Source {
		name.Database = r.Target
	}
	return name
}

// recreate replaces one stream. The statement is atomic: when it fails, the old stream is still there (R3). Its tags go
// with it; its grants are made again, because COPY GRANTS may do nothing for streams (U9).
func (recreateStreams) recreate(ctx context.Context, r *Run, own *Owned, stream snowflake.Stream) error {
	grants, err := r.Snowflake.GrantsOn(ctx, stream.ObjectRef)
	if err != nil {
		return err
	}
	tags, err := r.ownTags(ctx, stream.ObjectRef)
	if err != nil {
		return err
	}
	create := snowflake.CreateStream{
		Name: stream.Name, On: stream.Source, SourceType: stream.SourceType, Mode: stream.Mode,
		Comment: stream.Comment, Tags: tags,
	}
	statement, err := create.ReplaceSQL()
	if err != nil {
		return Terminalf(v1alpha1.ReasonStatementFailed, "recreate %s: %w", stream.ObjectRef, err)
	}
	for _, statement := range append([]string{statement}, regrants(stream.ObjectRef, grants)...) {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("recreate %s: %w", stream.ObjectRef, err)
		}
	}
	return nil
}
