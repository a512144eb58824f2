package controller

import (
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// stateOf is what the status and the report tell a step of earlier calls.
func stateOf(obj *v1alpha1.SnowflakeClone, row *v1alpha1.StepStatus, report clone.Report) *clone.State {
	status := obj.Status.DeepCopy()
	state := &clone.State{
		Intent:   status.Intent,
		Database: status.Database,
		Dropped:  status.Dropped,
		Report:   report,
	}
	if status.Run != nil {
		state.SourceTime, state.Conflicts = status.Run.SourceTime, status.Run.Conflicts
	}
	if status.Summary != nil {
		state.Summary = *status.Summary
	}
	if row != nil {
		state.QueryID, state.Done, state.Total = row.QueryID, int(row.Done), int(row.Total)
	}
	return state
}

// keepState writes what a step left behind into the status. The report goes to its ConfigMap.
func keepState(obj *v1alpha1.SnowflakeClone, row *v1alpha1.StepStatus, state *clone.State) {
	status := &obj.Status
	status.Intent, status.Database, status.Dropped = state.Intent, state.Database, state.Dropped
	if status.Run != nil {
		status.Run.SourceTime, status.Run.Conflicts = state.SourceTime, state.Conflicts
	}
	if state.Summary != (v1alpha1.Summary{}) {
		status.Summary = &state.Summary
	}
	if row != nil {
		row.QueryID, row.Done, row.Total = state.QueryID, count(state.Done), count(state.Total)
	}
}

// rowInFlight is the row of the stage that waits for a statement, or nil: teardown has to know of it.
func rowInFlight(status *v1alpha1.SnowflakeCloneStatus) *v1alpha1.StepStatus {
	i := slices.IndexFunc(status.Steps, func(row v1alpha1.StepStatus) bool { return row.QueryID != "" })
	if i < 0 {
		return nil
	}
	return &status.Steps[i]
}

// isMade says whether a database may exist that this object made, or was about to make, or whether its dropping is not
// finished: an intent stays until then.
func isMade(status *v1alpha1.SnowflakeCloneStatus) bool {
	return status.Intent != nil || status.Database != nil && status.Dropped == nil
}

// isDropped says whether the database was dropped, and all that belongs to it.
func isDropped(status *v1alpha1.SnowflakeCloneStatus) bool {
	return status.Dropped != nil && status.Intent == nil
}
