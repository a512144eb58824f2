package account

import (
	"fmt"
	"strconv"
	"strings"
)

// Switches choose between behaviours that Snowflake leaves undocumented. The
// zero value is the default of every one of them.
type Switches struct {
	// StreamsStaleAfterClone makes cloned streams stale (U1).
	StreamsStaleAfterClone bool
	// StreamsKeepSourceTable leaves a cloned stream on the table of the source
	// instead of its clone (U1).
	StreamsKeepSourceTable bool
	// TasksKeepSourcePredecessors leaves the AFTER of a cloned task on the
	// tasks of the source (U2).
	TasksKeepSourcePredecessors bool
	// ClonerOwnsChildren gives the children of a clone to the role that cloned
	// instead of the owners that they have in the source (U3).
	ClonerOwnsChildren bool
	// CloneSecrets clones secrets and network rules with their schema (U4).
	CloneSecrets bool
	// CloneKeepsDatabaseTags keeps tags set on the source database itself (U5).
	CloneKeepsDatabaseTags bool
	// CloneStagedHandlers clones Python and Scala routines whose imports lie on
	// a stage within the clone (U6).
	CloneStagedHandlers bool
	// GetDDLNeedsWarehouse answers 000606 to GET_DDL without a warehouse (U7).
	GetDDLNeedsWarehouse bool
	// CreateOrAlterViewChangesQuery lets CREATE OR ALTER VIEW change the query
	// of a view (U8).
	CreateOrAlterViewChangesQuery bool
	// StreamCopyGrants makes COPY GRANTS of CREATE STREAM work (U9).
	StreamCopyGrants bool
	// TimestampCloneKeepsTasks keeps tasks in a database clone at a timestamp
	// (U10).
	TimestampCloneKeepsTasks bool
	// HistoricalCloneSkipsHybridTables leaves hybrid tables out of a historical
	// clone instead of failing it (U11).
	HistoricalCloneSkipsHybridTables bool
	// MaterializedViewsSuspendedAfterClone makes cloned materialized views
	// invalid until they are resumed (U12).
	MaterializedViewsSuspendedAfterClone bool
	// CloneDropsSchemaGrants leaves grants on schemas out of a database clone
	// and gives the schemas to the role that cloned (U13).
	CloneDropsSchemaGrants bool
	// DatabasePipePause accepts PIPE_EXECUTION_PAUSED on databases (U14).
	DatabasePipePause bool
	// CloneKeepsRoleMembers copies the grants of a database role to other roles
	// when its database is cloned (U15).
	CloneKeepsRoleMembers bool
	// TableNotFoundState42S02 answers 002003 for tables with SQLSTATE 42S02
	// instead of 02000 (U16).
	TableNotFoundState42S02 bool
	// PolicyContextNeedsItsRolesRights asks OWNERSHIP and APPLY of the role that
	// POLICY_CONTEXT simulates, not of the one that runs the statement (U17).
	PolicyContextNeedsItsRolesRights bool
	// DefaultSecondaryRolesAll lets new sessions of users without
	// DEFAULT_SECONDARY_ROLES use all their roles, as new accounts do. The
	// emulator is stricter by default.
	DefaultSecondaryRolesAll bool
}

// switchFields maps the outside names of the switches to their fields.
func (s *Switches) switchFields() map[string]*bool {
	return map[string]*bool{
		"streamsstaleafterclone":               &s.StreamsStaleAfterClone,
		"streamskeepsourcetable":               &s.StreamsKeepSourceTable,
		"taskskeepsourcepredecessors":          &s.TasksKeepSourcePredecessors,
		"clonerownschildren":                   &s.ClonerOwnsChildren,
		"clonesecrets":                         &s.CloneSecrets,
		"clonekeepsdatabasetags":               &s.CloneKeepsDatabaseTags,
		"clonestagedhandlers":                  &s.CloneStagedHandlers,
		"getddlneedswarehouse":                 &s.GetDDLNeedsWarehouse,
		"createoralterviewchangesquery":        &s.CreateOrAlterViewChangesQuery,
		"streamcopygrants":                     &s.StreamCopyGrants,
		"timestampclonekeepstasks":             &s.TimestampCloneKeepsTasks,
		"historicalcloneskipshybridtables":     &s.HistoricalCloneSkipsHybridTables,
		"materializedviewssuspendedafterclone": &s.MaterializedViewsSuspendedAfterClone,
		"clonedropsschemagrants":               &s.CloneDropsSchemaGrants,
		"databasepipepause":                    &s.DatabasePipePause,
		"clonekeepsrolemembers":                &s.CloneKeepsRoleMembers,
		"tablenotfoundstate42s02":              &s.TableNotFoundState42S02,
		"policycontextneedsitsrolesrights":     &s.PolicyContextNeedsItsRolesRights,
		"defaultsecondaryrolesall":             &s.DefaultSecondaryRolesAll,
	}
}

// SetSwitch sets the switch of that name, spelled as the field of Switches in
// any case, to "true" or "false". It takes effect with the next statement.
func (a *Account) SetSwitch(name, value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("set switch %s: %q is neither true nor false", name, value)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	field, ok := a.switches.switchFields()[strings.ToLower(name)]
	if !ok {
		return fmt.Errorf("set switch %s: there is no such switch", name)
	}
	*field = on
	return nil
}
