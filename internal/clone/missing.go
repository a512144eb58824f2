package clone

import (
	"context"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

const (
	// codeUnexplained marks an object that is missing without a known reason.
	codeUnexplained = "UNEXPLAINED"
	// codeCreatedLater marks one that was not there at the moment that was cloned.
	codeCreatedLater = "CREATED_LATER"
)

// missing lists the objects of the source that are not in the clone. Snowflake leaves objects out without a word (C14), so
// only a comparison tells.
func (r *Run) missing(ctx context.Context) ([]ObjectNote, error) {
	source, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Source))
	if err != nil {
		return nil, err
	}
	target, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	r.State.Summary.Objects = 0
	var absent []snowflake.Object
	for _, kind := range snowflake.SchemaKinds() {
		there := map[string]bool{}
		for _, object := range target[kind] {
			there[object.String()] = true
		}
		r.State.Summary.Objects += int32(len(there)) //nolint:gosec // bounded by what a database can hold
		for _, object := range r.wanted(source[kind]) {
			twin := object.ObjectRef
			twin.Name.Database = r.Target
			if !there[twin.String()] {
				absent = append(absent, object)
			}
		}
	}
	return r.explainAbsence(ctx, absent)
}

// explainAbsence finds the reason for each missing object.
func (r *Run) explainAbsence(ctx context.Context, absent []snowflake.Object) ([]ObjectNote, error) {
	if len(absent) == 0 {
		return nil, nil
	}
	facts, err := r.absenceFacts(ctx, absent)
	if err != nil {
		return nil, err
	}
	notes := make([]ObjectNote, len(absent))
	for i, object := range absent {
		code, note := r.whyAbsent(object, facts)
		notes[i] = noteOn(object.ObjectRef, code, note)
	}
	return notes, nil
}

// absenceFacts is what one has to know of the source to say why something is not in its clone.
type absenceFacts struct {
	internalStages map[sqltext.Name]bool
	pipeStages     map[sqltext.Name][]sqltext.Name
	externalTables map[sqltext.Name]bool // Iceberg tables of an external catalogue.
	staged         map[string]bool       // Routines whose code lies on a stage.
}

// absenceFacts reads them, as far as the missing kinds ask for them.
func (r *Run) absenceFacts(ctx context.Context, absent []snowflake.Object) (absenceFacts, error) {
	facts := absenceFacts{
		internalStages: map[sqltext.Name]bool{}, pipeStages: map[sqltext.Name][]sqltext.Name{},
		externalTables: map[sqltext.Name]bool{}, staged: map[string]bool{},
	}
	scope := snowflake.InDatabase(r.Source)
	stages, err := r.Snowflake.Stages(ctx, scope)
	if err != nil {
		return facts, err
	}
	for _, stage := range stages {
		facts.internalStages[stage.Name] = !stage.External
	}
	pipes, err := r.Snowflake.Pipes(ctx, scope)
	if err != nil {
		return facts, err
	}
	for _, pipe := range pipes {
		facts.pipeStages[pipe.Name] = stagesOf(pipe)
	}
	tables, err := r.Snowflake.IcebergTables(ctx, scope)
	if err != nil {
		return facts, err
	}
	for _, table := range tables {
		facts.externalTables[table.Name] = !table.Managed
	}
	return facts, r.readStaged(ctx, absent, facts.staged)
}

// stagesOf are the stages that a pipe reads, with the parts that its statement leaves out.
func stagesOf(pipe snowflake.Pipe) []sqltext.Name {
	var stages []sqltext.Name
	for _, reference := range sqltext.References(sqltext.Definition{Kind: sqltext.TaskBody, Text: pipe.Definition}) {
		if reference.Position != sqltext.AtStage {
			continue
		}
		name := reference.Name
		if name.Schema == "" {
			name.Schema = pipe.Name.Schema
		}
		if name.Database == "" {
			name.Database = pipe.Name.Database
		}
		stages = append(stages, name)
	}
	return stages
}

// readStaged finds out which of the missing routines import their code from a stage (U6).
func (r *Run) readStaged(ctx context.Context, absent []snowflake.Object, staged map[string]bool) error {
	var routines []snowflake.ObjectRef
	for _, object := range absent {
		if object.Kind.Info().Overloaded {
			routines = append(routines, object.ObjectRef)
		}
	}
	results, err := r.Snowflake.DDL(ctx, routines)
	if err != nil {
		return err
	}
	for _, result := range results {
		header, _, _ := strings.Cut(sqltext.Fold(result.Text), "\nAS ")
		staged[result.Ref.String()] = strings.Contains(header, "IMPORTS") && strings.Contains(header, "@")
	}
	return nil
}

// whyAbsent is the reason for the absence of an object, as a code and in words.
func (r *Run) whyAbsent(object snowflake.Object, facts absenceFacts) (code, note string) {
	if code, note := r.absentByTime(object); code != "" {
		return code, note
	}
	info := object.Kind.Info()
	switch {
	case object.Kind == snowflake.KindExternalTable && r.Spec.ExternalTables.Mode == v1alpha1.ExternalTablesRecreate:
		return codeUnexplained, "it was to be made anew and is not; the report says why"
	case info.Cloned == snowflake.ClonedNever:
		return "NEVER_CLONED", "Snowflake clones no " + strings.ToLower(object.Kind.Plural())
	case info.Cloned == snowflake.ClonedUnknown:
		return "UNDOCUMENTED", "whether Snowflake clones " + strings.ToLower(object.Kind.Plural()) + " is not documented"
	case object.Kind == snowflake.KindStage && facts.internalStages[object.Name] && !r.Spec.Source.IncludeInternalStages:
		return "INTERNAL_STAGE", "internal stages are cloned with source.includeInternalStages only"
	case object.Kind == snowflake.KindPipe && slices.ContainsFunc(facts.pipeStages[object.Name],
		func(stage sqltext.Name) bool { return facts.internalStages[stage] }):
		return "PIPE_ON_INTERNAL_STAGE", "pipes that read an internal stage are not cloned"
	case object.Kind == snowflake.KindIcebergTable && facts.externalTables[object.Name]:
		return "EXTERNAL_CATALOG", "Iceberg tables of an external catalogue are not cloned"
	case object.Kind == snowflake.KindHybridTable && r.Spec.Source.IgnoreHybridTables:
		return "HYBRID_IGNORED", "source.ignoreHybridTables is set"
	case info.Overloaded && facts.staged[object.String()]:
		return "STAGED_CODE", "code on a stage inside the database is not cloned"
	}
	return codeUnexplained, "no reason is known; perhaps the operator's role lacks a right on it"
}

// absentByTime is the reason for the absence of what the moment of the clone leaves out.
func (r *Run) absentByTime(object snowflake.Object) (code, note string) {
	point, _ := r.moment()
	switch {
	case r.State.Database != nil && object.CreatedOn.After(r.State.Database.CreatedOn.Time):
		return codeCreatedLater, "it was created after the clone was made"
	case r.State.SourceTime != nil && object.CreatedOn.After(r.State.SourceTime.Time):
		return codeCreatedLater, "it was created after the moment that was cloned"
	case point != nil && point.Statement != "":
		return "TIME_TRAVEL", "it may not have been there at the moment that was cloned"
	case r.State.SourceTime != nil && object.Kind == snowflake.KindTask:
		return "TASK_IN_TIME_TRAVEL", "clones as of a timestamp have no tasks"
	case r.State.SourceTime != nil && r.Spec.Source.IgnoreTablesWithInsufficientDataRetention &&
		object.Kind == snowflake.KindTable:
		return "SHORT_RETENTION", "its retention does not reach back to the moment that was cloned"
	}
	return "", ""
}
