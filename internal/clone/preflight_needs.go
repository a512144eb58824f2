package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// codeNoPrivilege marks an object that the clone would lack because the operator's role has no right on it (C14).
const codeNoPrivilege = "NO_PRIVILEGE"

// checkAccount checks the privileges on the account, and the role of the owner to be. MANAGE GRANTS is asked for whatever
// else there is: without it SHOW hides what the role has no right on (S1), so that nobody could say what the clone lacks,
// and future grants on the database could not be taken away (P8).
func (x *examiner) checkAccount(ctx context.Context) error {
	needs := []string{snowflake.PrivilegeCreateDatabase, snowflake.PrivilegeManageGrants}
	if x.Spec.Access.Roles.Kind == v1alpha1.RoleKindAccount {
		needs = append(needs, snowflake.PrivilegeCreateRole)
	}
	x.demandOnAccount(x.rights, x.Role, needs)
	if x.source == nil && !x.seesAll() {
		// It may be there nevertheless: SHOW hides what the role has no right on (S1).
		x.grant(snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, snowflake.On(snowflake.DatabaseRef(x.Source)), x.me()))
	}
	owner, other, err := x.owner()
	if err != nil {
		return err
	}
	rights := x.rights
	if other {
		found, err := x.Snowflake.FindRole(ctx, owner)
		switch {
		case err != nil:
			return err
		case found == nil:
			return Terminalf(v1alpha1.ReasonMissingPrivileges, "access.owner: role %s does not exist or role %s may not see it; "+
				"create it or name another", owner, x.Role)
		}
		if rights, err = x.heldBy(ctx, owner); err != nil {
			return err
		}
		x.ownerRights = rights
		if !x.rights.roles[owner] {
			// What the owner's role alone may read, such as a secure view's text, must still be there for validation (G4).
			x.demandRole(snowflake.AccountRole(owner))
		}
	}
	// Tasks and alerts run with the rights of the role that owns them (P17).
	x.demandOnAccount(rights, owner, x.needsToRun())
	return nil
}

// seesAll says whether the role is shown what it has no right on, too (S1).
func (x *examiner) seesAll() bool { return x.rights.mayOnAccount(snowflake.PrivilegeManageGrants) }

// needsToRun are the privileges on the account without which the clone's tasks and alerts cannot be resumed (T8, T14).
func (x *examiner) needsToRun() []string {
	var needs []string
	if x.Spec.Tasks.State == v1alpha1.ActivityResume {
		needs = append(needs, snowflake.PrivilegeExecuteTask)
	}
	if x.Spec.Alerts.State == v1alpha1.ActivityResume {
		needs = append(needs, snowflake.PrivilegeExecuteAlert)
	}
	return needs
}

func (x *examiner) demandOnAccount(rights *held, role sqltext.Ident, needs []string) {
	for _, privilege := range needs {
		if !rights.mayOnAccount(privilege) {
			x.grant(snowflake.GrantPrivileges([]string{privilege}, snowflake.OnAccount(), snowflake.AccountRole(role)))
		}
	}
}

// anyPrivilege stands for whatever privilege there is on an object.
const anyPrivilege = "ANY"

// neededToClone is the privilege on an object without which the clone would silently lack it (C13, C14). Kinds of which it
// is not documented whether they are cloned at all are missing: nothing is asked for in vain.
var neededToClone = map[snowflake.Kind]string{
	snowflake.KindDatabase:          snowflake.PrivilegeUsage,
	snowflake.KindTable:             snowflake.PrivilegeSelect,
	snowflake.KindDynamicTable:      snowflake.PrivilegeSelect,
	snowflake.KindIcebergTable:      snowflake.PrivilegeSelect,
	snowflake.KindEventTable:        snowflake.PrivilegeSelect,
	snowflake.KindHybridTable:       snowflake.PrivilegeSelect,
	snowflake.KindStream:            snowflake.PrivilegeOwnership,
	snowflake.KindTask:              snowflake.PrivilegeOwnership,
	snowflake.KindAlert:             snowflake.PrivilegeOwnership,
	snowflake.KindPipe:              snowflake.PrivilegeOwnership,
	snowflake.KindDatabaseRole:      snowflake.PrivilegeOwnership,
	snowflake.KindSchema:            snowflake.PrivilegeUsage,
	snowflake.KindView:              anyPrivilege,
	snowflake.KindMaterializedView:  anyPrivilege,
	snowflake.KindSequence:          anyPrivilege,
	snowflake.KindFileFormat:        anyPrivilege,
	snowflake.KindStage:             anyPrivilege,
	snowflake.KindProcedure:         anyPrivilege,
	snowflake.KindFunction:          anyPrivilege,
	snowflake.KindMaskingPolicy:     anyPrivilege,
	snowflake.KindRowAccessPolicy:   anyPrivilege,
	snowflake.KindAggregationPolicy: anyPrivilege,
	snowflake.KindProjectionPolicy:  anyPrivilege,
	snowflake.KindJoinPolicy:        anyPrivilege,
	snowflake.KindPrivacyPolicy:     anyPrivilege,
	snowflake.KindLifecyclePolicy:   anyPrivilege,
	snowflake.KindTag:               anyPrivilege,
}

// checkObjects lists what is missing on the source, and what the clone would lack without it. Once the clone is there, no
// right on the source is needed any more.
func (x *examiner) checkObjects(ctx context.Context) error {
	if x.exists() {
		return nil
	}
	if !x.rights.may(snowflake.PrivilegeUsage, x.source.Object) {
		x.grant(x.grantToClone(x.source.Object, snowflake.PrivilegeUsage))
	}
	all, err := x.containers(ctx)
	if err != nil {
		return err
	}
	for _, kind := range snowflake.SchemaKinds() {
		if !kind.Info().Overloaded {
			all = append(all, x.inventory[kind]...)
		}
	}
	for _, object := range all {
		privilege, needed := neededToClone[object.Kind]
		if needed && !x.staysBehind[object.String()] && !x.rights.may(privilege, object) {
			x.lack(object, privilege)
		}
	}
	return x.checkRoutines(ctx)
}

// lack notes an object that the clone would lack, and the statement that helps: the owner's role for what only an owner
// can clone, or a privilege.
func (x *examiner) lack(object snowflake.Object, privilege string) {
	x.lacking = append(x.lacking, object.String())
	var help string
	if privilege == snowflake.PrivilegeOwnership {
		help = x.demandRole(ownerOf(object))
	} else {
		statement := x.grantToClone(object, privilege)
		x.grant(statement)
		help = "run " + statement
	}
	x.found.LeftOut = append(x.found.LeftOut, noteOn(object.ObjectRef, codeNoPrivilege, help))
}

// demandRole notes that the operator's role must hold another, and says how it comes to that. One that holds the
// operator's role itself cannot be granted to it.
func (x *examiner) demandRole(role snowflake.Grantee) string {
	if _, circular := x.above[role.Name]; !circular || role.Kind != snowflake.GranteeRole {
		statement := snowflake.GrantRole(role, x.me())
		x.grant(statement)
		return "run " + statement
	}
	if !slices.Contains(x.circular, role.Name) {
		x.circular = append(x.circular, role.Name)
	}
	return fmt.Sprintf("let the operator's role hold role %s, which holds it itself at present", role.Name)
}

// describeCircle says what to do where a role that the operator's role must hold holds it itself.
func (x *examiner) describeCircle(role sqltext.Ident) string {
	return fmt.Sprintf("role %s must hold role %s and is held by it, which makes a circle; run %s; %s; or let another role own what %s does",
		x.Role, role, fmt.Sprintf("REVOKE %s FROM %s", x.me().SQL(), snowflake.AccountRole(x.above[role]).SQL()),
		snowflake.GrantRole(snowflake.AccountRole(role), x.me()), role)
}

// checkRoutines finds the procedures and functions on which the operator has no privilege. Their listings do not tell the
// owners, and INFORMATION_SCHEMA shows only those on which there is a privilege (I1): what it leaves out is what the clone
// would lack.
func (x *examiner) checkRoutines(ctx context.Context) error {
	if !x.rights.may(snowflake.PrivilegeUsage, x.source.Object) {
		return nil // INFORMATION_SCHEMA cannot be read, and the statement that helps is on the list already.
	}
	for _, kind := range []snowflake.Kind{snowflake.KindProcedure, snowflake.KindFunction} {
		if len(x.inventory[kind]) == 0 {
			continue
		}
		seen, err := x.visible(ctx, kind)
		if err != nil {
			return err
		}
		for _, object := range x.inventory[kind] {
			if !seen.has(object.ObjectRef) && !x.staysBehind[object.String()] && !x.rights.may(anyPrivilege, object) {
				x.lack(object, anyPrivilege)
			}
		}
	}
	return nil
}

// visibleRoutines are the routines on which there is a privilege. Types may be printed in other words than by SHOW, so
// that a name all of whose overloads are seen is enough.
type visibleRoutines struct {
	exactly map[string]bool
	// missing counts by name how many overloads SHOW lists and INFORMATION_SCHEMA does not.
	missing map[sqltext.Name]int
}

func (v visibleRoutines) has(routine snowflake.ObjectRef) bool {
	return v.exactly[routine.String()] || v.missing[routine.Name] <= 0
}

func (x *examiner) visible(ctx context.Context, kind snowflake.Kind) (visibleRoutines, error) {
	routines, err := x.Snowflake.VisibleRoutines(ctx, kind, x.Source)
	return matchRoutines(x.inventory[kind], routines), err
}

// matchRoutines finds the routines that SHOW lists among those that INFORMATION_SCHEMA does.
func matchRoutines(listed []snowflake.Object, visible []snowflake.VisibleRoutine) visibleRoutines {
	seen := visibleRoutines{exactly: map[string]bool{}, missing: map[sqltext.Name]int{}}
	for _, object := range listed {
		seen.missing[object.Name]++
	}
	for _, routine := range visible {
		seen.exactly[routine.String()] = true
		seen.missing[routine.Name]--
	}
	return seen
}

// containers are the source's schemas, as far as they are selected, and its database roles.
func (x *examiner) containers(ctx context.Context) ([]snowflake.Object, error) {
	schemas, err := x.Snowflake.Schemas(ctx, x.Source)
	if err != nil {
		return nil, err
	}
	var found []snowflake.Object
	for _, schema := range schemas {
		if selected(x.Spec.Source.Schemas, schema.Name.Schema) {
			found = append(found, schema.Object)
		}
	}
	if len(schemas) > 0 && len(found) == 0 {
		return nil, Terminalf(v1alpha1.ReasonSourceNotFound,
			"source.schemas: no schema of %s is selected; correct the patterns", x.Source)
	}
	roles, err := x.Snowflake.DatabaseRoles(ctx, x.Source)
	for _, role := range roles {
		found = append(found, role.Object)
	}
	return found, err
}

// grantToClone is the statement that lets the operator clone an object: a privilege on all objects of its kind, where
// Snowflake has such a statement (P7).
func (x *examiner) grantToClone(object snowflake.Object, privilege string) string {
	privileges := []string{privilege}
	if privilege == anyPrivilege {
		privileges = x.weakestPrivilege(object)
	}
	kind := object.Kind
	if kind == snowflake.KindHybridTable {
		kind = snowflake.KindTable // P18.
	}
	on := snowflake.OnAll(kind, snowflake.InDatabase(x.Source))
	if object.Kind.Info().NoBulkGrant || object.Kind == snowflake.KindStage {
		on = snowflake.On(object.ObjectRef)
	}
	return snowflake.GrantPrivileges(privileges, on, x.me())
}

// weakestPrivilege is the least that can be granted on an object. An internal stage has READ where others have USAGE (P18).
func (x *examiner) weakestPrivilege(object snowflake.Object) []string {
	switch object.Kind {
	case snowflake.KindStage:
		if x.internalStages[object.Name] {
			return []string{snowflake.PrivilegeRead}
		}
		return []string{snowflake.PrivilegeUsage}
	case snowflake.KindView, snowflake.KindMaterializedView:
		return []string{snowflake.PrivilegeSelect}
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy, snowflake.KindAggregationPolicy,
		snowflake.KindProjectionPolicy, snowflake.KindJoinPolicy, snowflake.KindPrivacyPolicy, snowflake.KindLifecyclePolicy,
		snowflake.KindTag:
		return []string{snowflake.PrivilegeApply}
	default:
		return []string{snowflake.PrivilegeUsage}
	}
}

// demand notes the statement for a privilege on an object of which the operator has none that would do.
func (x *examiner) demand(privilege string, object snowflake.Object) {
	if !x.rights.may(privilege, object) {
		x.grant(snowflake.GrantPrivileges([]string{privilege}, snowflake.On(object.ObjectRef), x.me()))
	}
}

// demandUsage notes what is missing to name an object of a schema: USAGE on its database and on the schema. It is an error
// when there are none of these names.
func (x *examiner) demandUsage(ctx context.Context, field string, name sqltext.Name) error {
	database, err := x.Snowflake.FindDatabase(ctx, name.Database)
	switch {
	case err != nil:
		return err
	case database == nil:
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: database %s does not exist or role %s may not see it; run GRANT USAGE "+
			"ON DATABASE %s TO ROLE %s", field, name.Database, x.Role, name.Database.SQL(), x.Role.SQL())
	}
	x.demand(snowflake.PrivilegeUsage, database.Object)
	schemas, err := x.Snowflake.Schemas(ctx, name.Database)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(schemas, func(s snowflake.Schema) bool { return s.Name.Schema == name.Schema })
	if at < 0 {
		schema := snowflake.SchemaRef(name.Database, name.Schema)
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: %s does not exist or role %s may not see it; run %s", field, schema, x.Role,
			snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, snowflake.On(schema), x.me()))
	}
	x.demand(snowflake.PrivilegeUsage, schemas[at].Object)
	return nil
}

// describeField names an entry of a list in the spec.
func describeField(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
