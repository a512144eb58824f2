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
	// GrantNamesUnquoted prints the names in SHOW GRANTS without quotes, also
	// where they would need some (U18).
	GrantNamesUnquoted bool
	// TagReferencesRefusePipes refuses the domain PIPE in TAG_REFERENCES (U19).
	TagReferencesRefusePipes bool
	// InheritedGrantColumns shows the columns of the preview of inherited
	// grants in SHOW GRANTS ON (P15).
	InheritedGrantColumns bool
	// DefaultSecondaryRolesAll lets new sessions of users without
	// DEFAULT_SECONDARY_ROLES use all their roles, as new accounts do. The
	// emulator is stricter by default.
	DefaultSecondaryRolesAll bool
}

// switchTable lists the switches by the names that they have outside, with the
// facts in docs/snowflake-facts.md that they are about.
var switchTable = []struct {
	name, fact string
	field      func(*Switches) *bool
}{
	{"streamsStaleAfterClone", "U1", func(s *Switches) *bool { return &s.StreamsStaleAfterClone }},
	{"streamsKeepSourceTable", "U1", func(s *Switches) *bool { return &s.StreamsKeepSourceTable }},
	{"tasksKeepSourcePredecessors", "U2", func(s *Switches) *bool { return &s.TasksKeepSourcePredecessors }},
	{"clonerOwnsChildren", "U3", func(s *Switches) *bool { return &s.ClonerOwnsChildren }},
	{"cloneSecrets", "U4", func(s *Switches) *bool { return &s.CloneSecrets }},
	{"cloneKeepsDatabaseTags", "U5", func(s *Switches) *bool { return &s.CloneKeepsDatabaseTags }},
	{"cloneStagedHandlers", "U6", func(s *Switches) *bool { return &s.CloneStagedHandlers }},
	{"getDDLNeedsWarehouse", "U7", func(s *Switches) *bool { return &s.GetDDLNeedsWarehouse }},
	{"createOrAlterViewChangesQuery", "U8", func(s *Switches) *bool { return &s.CreateOrAlterViewChangesQuery }},
	{"streamCopyGrants", "U9", func(s *Switches) *bool { return &s.StreamCopyGrants }},
	{"timestampCloneKeepsTasks", "U10", func(s *Switches) *bool { return &s.TimestampCloneKeepsTasks }},
	{"historicalCloneSkipsHybridTables", "U11", func(s *Switches) *bool { return &s.HistoricalCloneSkipsHybridTables }},
	{"materializedViewsSuspendedAfterClone", "U12", func(s *Switches) *bool { return &s.MaterializedViewsSuspendedAfterClone }},
	{"cloneDropsSchemaGrants", "U13", func(s *Switches) *bool { return &s.CloneDropsSchemaGrants }},
	{"databasePipePause", "U14", func(s *Switches) *bool { return &s.DatabasePipePause }},
	{"cloneKeepsRoleMembers", "U15", func(s *Switches) *bool { return &s.CloneKeepsRoleMembers }},
	{"tableNotFoundState42S02", "U16", func(s *Switches) *bool { return &s.TableNotFoundState42S02 }},
	{"policyContextNeedsItsRolesRights", "U17", func(s *Switches) *bool { return &s.PolicyContextNeedsItsRolesRights }},
	{"grantNamesUnquoted", "U18", func(s *Switches) *bool { return &s.GrantNamesUnquoted }},
	{"tagReferencesRefusePipes", "U19", func(s *Switches) *bool { return &s.TagReferencesRefusePipes }},
	{"inheritedGrantColumns", "P15", func(s *Switches) *bool { return &s.InheritedGrantColumns }},
	{"defaultSecondaryRolesAll", "", func(s *Switches) *bool { return &s.DefaultSecondaryRolesAll }},
}

// Switch is a switch as it stands.
type Switch struct {
	Name string
	// Fact is the id of what is not documented, empty where the switch is about
	// something else.
	Fact string
	On   bool
}

// Switches lists all switches as they stand.
func (a *Account) Switches() []Switch {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]Switch, 0, len(switchTable))
	for _, s := range switchTable {
		list = append(list, Switch{s.name, s.fact, *s.field(&a.switches)})
	}
	return list
}

// SetSwitch sets the switch of that name, in any case, to "true" or "false". It
// takes effect with the next statement.
func (a *Account) SetSwitch(name, value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("set switch %s: %q is neither true nor false", name, value)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range switchTable {
		if strings.EqualFold(s.name, name) {
			*s.field(&a.switches) = on
			return nil
		}
	}
	return fmt.Errorf("set switch %s: there is no such switch", name)
}
