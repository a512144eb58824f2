package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of objects that are not in the clone: why.
const (
	// codeUnexplained marks an object that is missing without a known reason.
	codeUnexplained = "UNEXPLAINED"
	// codeCreatedLater marks one that was not there at the moment that was cloned.
	codeCreatedLater = "CREATED_LATER"
	// codeHandedOver marks one that the users of the clone may have dropped themselves.
	codeHandedOver    = "HANDED_OVER"
	codeUnselected    = "UNSELECTED"
	codeTemporary     = "TEMPORARY"
	codeNeverCloned   = "NEVER_CLONED"
	codeUndocumented  = "UNDOCUMENTED"
	codeInternalStage = "INTERNAL_STAGE"
	codePipeOnStage   = "PIPE_ON_INTERNAL_STAGE"
	codeCatalog       = "EXTERNAL_CATALOG"
	codeHybrid        = "HYBRID_IGNORED"
	codeStaged        = "STAGED_CODE"
	codeTimeTravel    = "TIME_TRAVEL"
	codeTaskInTravel  = "TASK_IN_TIME_TRAVEL"
	codeRetention     = "SHORT_RETENTION"
)

// missing lists the objects of the source that are not in the clone. Snowflake leaves objects out without a word (C14), so
// only a comparison tells. It counts them by kind besides.
func (r *Run) missing(ctx context.Context) ([]ObjectNote, error) {
	source, err := r.wholeInventory(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	target, err := r.wholeInventory(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	r.State.Summary.Objects, r.State.Report.Inventory = 0, nil
	var absent []snowflake.Object
	var unselected []ObjectNote
	for _, kind := range comparedKinds() {
		there := map[string]bool{}
		for _, object := range target[kind] {
			there[object.String()] = true
		}
		wanted := r.wanted(source[kind])
		if kind == snowflake.KindDatabaseRole {
			wanted = source[kind] // They lie in no schema.
		}
		before := len(absent)
		for _, object := range wanted {
			twin := object.ObjectRef
			twin.Name.Database = r.Target
			if !there[twin.String()] {
				absent = append(absent, object)
			}
		}
		r.count(kind, len(wanted), len(there), len(absent)-before)
		if kind == snowflake.KindSchema {
			unselected = r.unselected(source[kind])
		}
	}
	notes, err := r.explainAbsence(ctx, absent)
	return append(notes, unselected...), err
}

// count takes note of a kind's numbers.
func (r *Run) count(kind snowflake.Kind, source, clone, missing int) {
	if kind.Info().Level == snowflake.LevelSchema {
		r.State.Summary.Objects += int32(clone) //nolint:gosec // bounded by what a database can hold
	}
	if source+clone > 0 {
		r.State.Report.Inventory = append(r.State.Report.Inventory,
			KindCount{Kind: string(kind), Source: source, Clone: clone, Missing: missing})
	}
}

// comparedKinds are the kinds of objects that a database has.
func comparedKinds() []snowflake.Kind {
	return append([]snowflake.Kind{snowflake.KindSchema, snowflake.KindDatabaseRole}, snowflake.SchemaKinds()...)
}

// wholeInventory lists everything in a database.
func (r *Run) wholeInventory(ctx context.Context, database sqltext.Ident) (map[snowflake.Kind][]snowflake.Object, error) {
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(database))
	if err != nil {
		return nil, err
	}
	schemas, err := r.Snowflake.Schemas(ctx, database)
	if err != nil {
		return nil, err
	}
	for _, schema := range schemas {
		inventory[snowflake.KindSchema] = append(inventory[snowflake.KindSchema], schema.Object)
	}
	roles, err := r.Snowflake.DatabaseRoles(ctx, database)
	for _, role := range roles {
		inventory[snowflake.KindDatabaseRole] = append(inventory[snowflake.KindDatabaseRole], role.Object)
	}
	return inventory, err
}

// unselected are the schemas that source.schemas leaves out, with all that is in them.
func (r *Run) unselected(schemas []snowflake.Object) []ObjectNote {
	var notes []ObjectNote
	for _, schema := range schemas {
		if !selected(r.Spec.Source.Schemas, schema.Name.Schema) {
			notes = append(notes, noteOn(schema.ObjectRef, codeUnselected, "source.schemas leaves it out, with all that is in it"))
		}
	}
	return notes
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
	open := false
	for i, object := range absent {
		code, note := r.whyAbsent(object, facts)
		notes[i] = noteOn(object.ObjectRef, code, note)
		open = open || code == codeUnexplained
	}
	if open {
		return notes, r.explainRest(ctx, absent, notes)
	}
	return notes, nil
}

// explainRest finds reasons for what nothing about the objects explains: a right on them that the operator lacks (C14),
// and users that have had the clone meanwhile.
func (r *Run) explainRest(ctx context.Context, absent []snowflake.Object, notes []ObjectNote) error {
	rights, err := r.heldBy(ctx, r.Role)
	if err != nil {
		return err
	}
	for i, object := range absent {
		privilege, needed := neededToClone[object.Kind]
		switch {
		case notes[i].Code != codeUnexplained:
		case !r.HandedOver.IsZero():
			notes[i].Code, notes[i].Note = codeHandedOver, "its users have had the clone since, and may have dropped it"
		case needed && !object.Kind.Info().Overloaded && !rights.may(privilege, object):
			notes[i].Code, notes[i].Note = codeNoPrivilege, fmt.Sprintf(
				"role %s lacks a right on it, without which it is not cloned; grant it and make the clone anew", r.Role)
		}
	}
	return nil
}

// absenceFacts is what one has to know of the source to say why something is not in its clone.
type absenceFacts struct {
	internalStages map[sqltext.Name]bool
	pipeStages     map[sqltext.Name][]sqltext.Name
	externalTables map[sqltext.Name]bool // Iceberg tables of an external catalogue.
	staged         map[string]bool       // Routines whose code lies on a stage.
	temporary      map[sqltext.Name]bool // Tables of the operator's own session.
}

// absenceFacts reads them, as far as the missing kinds ask for them.
func (r *Run) absenceFacts(ctx context.Context, absent []snowflake.Object) (absenceFacts, error) {
	facts := absenceFacts{
		internalStages: map[sqltext.Name]bool{}, pipeStages: map[sqltext.Name][]sqltext.Name{},
		externalTables: map[sqltext.Name]bool{}, staged: map[string]bool{}, temporary: map[sqltext.Name]bool{},
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
	if len(pipes) > 0 {
		rewriter, err := r.rewriter(ctx)
		if err != nil {
			return facts, err
		}
		for _, pipe := range pipes {
			facts.pipeStages[pipe.Name] = stagesOf(rewriter, pipe)
		}
	}
	iceberg, err := r.Snowflake.IcebergTables(ctx, scope)
	if err != nil {
		return facts, err
	}
	for _, table := range iceberg {
		facts.externalTables[table.Name] = !table.Managed
	}
	tables, err := r.Snowflake.Tables(ctx, scope)
	if err != nil {
		return facts, err
	}
	for _, table := range tables {
		facts.temporary[table.Name] = table.Temporary
	}
	return facts, r.readStaged(ctx, absent, facts.staged)
}

// stagesOf are the stages that a pipe reads, with the parts that its statement leaves out.
func stagesOf(rewriter *rewriter, pipe snowflake.Pipe) []sqltext.Name {
	var stages []sqltext.Name
	for _, reference := range rewriter.references(sqltext.Definition{Kind: sqltext.TaskBody, Text: pipe.Definition}) {
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
		return codeNeverCloned, "Snowflake clones no " + strings.ToLower(object.Kind.Plural())
	case info.Cloned == snowflake.ClonedUnknown:
		return codeUndocumented, "whether Snowflake clones " + strings.ToLower(object.Kind.Plural()) + " is not documented"
	case object.Kind == snowflake.KindTable && facts.temporary[object.Name]:
		return codeTemporary, "temporary tables are of one session and not cloned"
	case object.Kind == snowflake.KindStage && facts.internalStages[object.Name] && !r.Spec.Source.IncludeInternalStages:
		return codeInternalStage, "internal stages are cloned with source.includeInternalStages only"
	case object.Kind == snowflake.KindPipe && slices.ContainsFunc(facts.pipeStages[object.Name],
		func(stage sqltext.Name) bool { return facts.internalStages[stage] }):
		return codePipeOnStage, "pipes that read an internal stage are not cloned"
	case object.Kind == snowflake.KindIcebergTable && facts.externalTables[object.Name]:
		return codeCatalog, "Iceberg tables of an external catalogue are not cloned"
	case object.Kind == snowflake.KindHybridTable && r.Spec.Source.IgnoreHybridTables:
		return codeHybrid, "source.ignoreHybridTables is set"
	case info.Overloaded && facts.staged[object.String()]:
		return codeStaged, "code on a stage inside the database is not cloned"
	}
	return codeUnexplained, "no reason is known; perhaps it was changed or dropped while it was cloned"
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
		return codeTimeTravel, "it may not have been there at the moment that was cloned"
	case r.State.SourceTime != nil && object.Kind == snowflake.KindTask:
		return codeTaskInTravel, "clones as of a timestamp have no tasks"
	case r.State.SourceTime != nil && r.Spec.Source.IgnoreTablesWithInsufficientDataRetention &&
		object.Kind == snowflake.KindTable:
		return codeRetention, "its retention does not reach back to the moment that was cloned"
	}
	return "", ""
}
