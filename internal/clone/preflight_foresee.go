package clone

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// foresee finds the objects that the clone will not have whatever rights there are, with the reasons that the validation
// gives for them afterwards.
func (x *examiner) foresee(ctx context.Context) error {
	x.staysBehind = map[string]bool{}
	if x.exists() {
		return nil
	}
	suspects, err := x.perhapsStaged(ctx)
	if err != nil {
		return err
	}
	facts, err := x.absenceFacts(ctx, suspects)
	if err != nil {
		return err
	}
	x.internalStages = facts.internalStages
	// The moment is judged apart: of a statement's moment nothing is known beforehand.
	timeless := *x.Run
	timeless.State = &State{}
	timeless.Spec.Source.At, timeless.Spec.Source.Before = nil, nil
	for _, kind := range snowflake.SchemaKinds() {
		if kind == snowflake.KindExternalTable && x.Spec.ExternalTables.Mode == v1alpha1.ExternalTablesRecreate {
			continue // Not cloned, but made anew.
		}
		for _, object := range x.inventory[kind] {
			code, note := timeless.whyAbsent(object, facts)
			if code == codeUnexplained {
				code, note = x.absentAtMoment(object)
			}
			if code != "" {
				x.staysBehind[object.String()] = true
				x.found.LeftOut = append(x.found.LeftOut, noteOn(object.ObjectRef, code, note))
			}
		}
	}
	return nil
}

// absentAtMoment is why an object is not in a clone as of the past, where that is certain beforehand.
func (x *examiner) absentAtMoment(object snowflake.Object) (code, note string) {
	point, _ := x.moment()
	switch {
	case point == nil || point.Statement != "":
		return "", ""
	case point.Timestamp != nil && object.CreatedOn.After(point.Timestamp.Time):
		return "CREATED_LATER", "it was created after the moment that is cloned"
	case object.Kind == snowflake.KindTask:
		return "TASK_IN_TIME_TRAVEL", "clones as of a timestamp have no tasks" // U10
	}
	return "", ""
}

// perhapsStaged are the routines whose code may lie on a stage: SQL and JavaScript stand in their definitions. Where
// INFORMATION_SCHEMA cannot be read, none are looked at.
func (x *examiner) perhapsStaged(ctx context.Context) ([]snowflake.Object, error) {
	if !x.rights.may(snowflake.PrivilegeUsage, x.source.Object) || len(x.inventory[snowflake.KindStage]) == 0 {
		return nil, nil
	}
	var suspects []snowflake.Object
	for _, kind := range []snowflake.Kind{snowflake.KindProcedure, snowflake.KindFunction} {
		if len(x.inventory[kind]) == 0 {
			continue
		}
		routines, err := x.Snowflake.VisibleRoutines(ctx, kind, x.Source)
		if err != nil {
			return nil, err
		}
		staged := map[sqltext.Name]bool{}
		for _, routine := range routines {
			staged[routine.Name] = staged[routine.Name] || !slices.Contains([]string{"SQL", "JAVASCRIPT"}, routine.Language)
		}
		for _, object := range x.inventory[kind] {
			if staged[object.Name] {
				suspects = append(suspects, object)
			}
		}
	}
	return suspects, nil
}
