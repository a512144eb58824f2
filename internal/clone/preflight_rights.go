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

// held is what the operator's role can do, by itself and by the roles that it inherits.
type held struct {
	// roles are the account roles at hand, the operator's own first.
	roles map[sqltext.Ident]bool
	// all are the account roles and database roles at hand.
	all roleSet
	// account privileges, such as CREATE DATABASE.
	account map[string]bool
	// onObjects are the privileges on single objects.
	onObjects map[string]bool
	// known are the objects on which there is any privilege at all.
	known map[string]bool
}

// maxRoles bounds the walk through the roles that a role inherits.
const maxRoles = 500

// everybody is the role that every role inherits.
const everybody sqltext.Ident = "PUBLIC"

// heldBy reads the privileges of a role and of all roles that it inherits, database roles among them.
func (r *Run) heldBy(ctx context.Context, role sqltext.Ident) (*held, error) {
	h := &held{
		roles: map[sqltext.Ident]bool{}, all: roleSet{}, account: map[string]bool{},
		onObjects: map[string]bool{}, known: map[string]bool{},
	}
	queue := []snowflake.Grantee{snowflake.AccountRole(role), snowflake.AccountRole(everybody)}
	for ; len(queue) > 0; queue = queue[1:] {
		next := queue[0]
		if h.all.has(next) {
			continue
		}
		h.all[next.SQL()] = true
		if next.Kind == snowflake.GranteeRole {
			h.roles[next.Name] = true
		}
		grants, err := r.Snowflake.GrantsTo(ctx, next)
		if err != nil {
			return nil, fmt.Errorf("read the rights of %s: %w", next, err)
		}
		queue = append(queue, h.add(grants)...)
		if len(h.all) > maxRoles {
			return nil, fmt.Errorf("read the rights of role %s: it inherits more than %d roles", role, maxRoles)
		}
	}
	return h, nil
}

// add takes note of grants and returns the roles among them.
func (h *held) add(grants []snowflake.Grant) []snowflake.Grantee {
	var found []snowflake.Grantee
	for _, grant := range grants {
		ref, err := grant.Ref()
		if err != nil {
			continue // An object of a kind that is named in a way we do not know concerns no clone.
		}
		switch ref.Kind {
		case snowflake.KindAccount:
			h.account[grant.Privilege] = true
		case snowflake.KindRole:
			if grant.Privilege != snowflake.PrivilegeOwnership {
				found = append(found, snowflake.AccountRole(ref.Name.Object))
			}
		case snowflake.KindDatabaseRole:
			if grant.Privilege != snowflake.PrivilegeOwnership {
				found = append(found, snowflake.RoleOfDatabase(ref.Name.Database, ref.Name.Object))
			}
		default:
			h.onObjects[grant.Privilege+" "+ref.String()] = true
			h.known[ref.String()] = true
		}
	}
	return found
}

// owns says whether the operator can act as the owner of an object.
func (h *held) owns(object snowflake.Object) bool { return h.all.has(ownerOf(object)) }

// ownerOf is the role that owns an object of a database, a role of that database or of the account.
func ownerOf(object snowflake.Object) snowflake.Grantee {
	if object.OwnerRoleType == "DATABASE_ROLE" {
		return snowflake.RoleOfDatabase(object.Name.Database, sqltext.Ident(object.Owner))
	}
	return snowflake.AccountRole(sqltext.Ident(object.Owner))
}

// may says whether the operator has a privilege on an object; anyPrivilege asks for whichever.
func (h *held) may(privilege string, object snowflake.Object) bool {
	if privilege == anyPrivilege && h.known[object.String()] {
		return true
	}
	return h.owns(object) || h.onObjects[privilege+" "+object.String()]
}

// checkRights lists the GRANT statements that are missing, all of them at once.
func (r *Run) checkRights(ctx context.Context, inventory map[snowflake.Kind][]snowflake.Object) error {
	rights, err := r.heldBy(ctx, r.Role)
	if err != nil {
		return err
	}
	missing := r.missingOnAccount(rights)
	onSource, objects, err := r.missingOnSource(ctx, rights, inventory)
	if err != nil {
		return err
	}
	missing = append(missing, onSource...)
	if owner, ok, err := r.owner(); err != nil {
		return err
	} else if ok && !rights.roles[owner] {
		// What the owner's role alone may read, such as a secure view's text, must still be there for validation (G4).
		missing = append(missing, fmt.Sprintf("GRANT ROLE %s TO ROLE %s", owner.SQL(), r.Role.SQL()))
	}
	if len(missing) == 0 {
		return nil
	}
	leftOut := ""
	if len(objects) > 0 {
		leftOut = fmt.Sprintf(", and the clone would lack %d objects without a word: %s", len(objects), named(objects))
	}
	return &Error{
		Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true,
		Message: fmt.Sprintf("role %s lacks rights%s; run: %s;", r.Role, leftOut, strings.Join(missing, "; ")),
	}
}

// missingOnAccount lists the account privileges that the operator's role needs and does not have.
func (r *Run) missingOnAccount(rights *held) []string {
	needs := []string{snowflake.PrivilegeCreateDatabase, snowflake.PrivilegeManageGrants}
	if r.Spec.Access.Roles.Kind == v1alpha1.RoleKindAccount {
		needs = append(needs, snowflake.PrivilegeCreateRole)
	}
	if r.Spec.Tasks.State == v1alpha1.ActivityResume {
		needs = append(needs, snowflake.PrivilegeExecuteTask)
	}
	if r.Spec.Alerts.State == v1alpha1.ActivityResume {
		needs = append(needs, snowflake.PrivilegeExecuteAlert)
	}
	var missing []string
	for _, privilege := range needs {
		if !rights.account[privilege] && !rights.roles["ACCOUNTADMIN"] {
			missing = append(missing, fmt.Sprintf("GRANT %s ON ACCOUNT TO ROLE %s", privilege, r.Role.SQL()))
		}
	}
	return missing
}

// anyPrivilege stands for whatever privilege there is on an object.
const anyPrivilege = "ANY"

// neededToClone is the privilege on an object without which the clone would silently lack it (C13, C14). For routines,
// whose listing does not tell the owner, and for stages, of which the internal ones stay behind, nothing is asked: the
// validation finds what is missing.
var neededToClone = map[snowflake.Kind]string{
	snowflake.KindTable:            snowflake.PrivilegeSelect,
	snowflake.KindDynamicTable:     snowflake.PrivilegeSelect,
	snowflake.KindIcebergTable:     snowflake.PrivilegeSelect,
	snowflake.KindEventTable:       snowflake.PrivilegeSelect,
	snowflake.KindHybridTable:      snowflake.PrivilegeSelect,
	snowflake.KindStream:           snowflake.PrivilegeOwnership,
	snowflake.KindTask:             snowflake.PrivilegeOwnership,
	snowflake.KindAlert:            snowflake.PrivilegeOwnership,
	snowflake.KindPipe:             snowflake.PrivilegeOwnership,
	snowflake.KindDatabaseRole:     snowflake.PrivilegeOwnership,
	snowflake.KindSchema:           snowflake.PrivilegeUsage,
	snowflake.KindView:             anyPrivilege,
	snowflake.KindMaterializedView: anyPrivilege,
	snowflake.KindSequence:         anyPrivilege,
	snowflake.KindFileFormat:       anyPrivilege,
	snowflake.KindMaskingPolicy:    anyPrivilege,
	snowflake.KindRowAccessPolicy:  anyPrivilege,
	snowflake.KindTag:              anyPrivilege,
}

// missingOnSource lists the statements that are missing on the source, each once, and the objects that would be left out
// of the clone without them.
func (r *Run) missingOnSource(
	ctx context.Context, rights *held, inventory map[snowflake.Kind][]snowflake.Object,
) (statements, objects []string, err error) {
	containers, err := r.containers(ctx)
	if err != nil {
		return nil, nil, err
	}
	all := containers
	for _, kind := range snowflake.SchemaKinds() {
		all = append(all, r.wanted(inventory[kind])...)
	}
	for _, object := range all {
		privilege, needed := neededToClone[object.Kind]
		if !needed || rights.may(privilege, object) {
			continue
		}
		objects = append(objects, object.String())
		if statement := r.grantToClone(object, privilege); !slices.Contains(statements, statement) {
			statements = append(statements, statement)
		}
	}
	return statements, objects, nil
}

// containers are the source's schemas, as far as they are selected, and its database roles.
func (r *Run) containers(ctx context.Context) ([]snowflake.Object, error) {
	schemas, err := r.Snowflake.Schemas(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	var found []snowflake.Object
	for _, schema := range schemas {
		if selected(r.Spec.Source.Schemas, schema.Name.Schema) {
			found = append(found, schema.Object)
		}
	}
	roles, err := r.Snowflake.DatabaseRoles(ctx, r.Source)
	for _, role := range roles {
		found = append(found, role.Object)
	}
	return found, err
}

// grantToClone is the statement that lets the operator clone an object: the owner's role for what only an owner can
// clone, or a privilege on all objects of its kind, where Snowflake has such a statement (P7).
func (r *Run) grantToClone(object snowflake.Object, privilege string) string {
	if privilege == snowflake.PrivilegeOwnership {
		return snowflake.GrantRole(ownerOf(object), snowflake.AccountRole(r.Role))
	}
	if privilege == anyPrivilege {
		privilege = weakestPrivilege(object.Kind)
	}
	on := snowflake.OnAll(object.Kind, snowflake.InDatabase(r.Source))
	if object.Kind.Info().NoBulkGrant {
		on = snowflake.On(object.ObjectRef)
	}
	return snowflake.GrantPrivileges([]string{privilege}, on, snowflake.AccountRole(r.Role))
}

// weakestPrivilege is the least that can be granted on an object of a kind.
func weakestPrivilege(kind snowflake.Kind) string {
	switch kind {
	case snowflake.KindView, snowflake.KindMaterializedView:
		return snowflake.PrivilegeSelect
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy, snowflake.KindTag:
		return "APPLY"
	default:
		return snowflake.PrivilegeUsage
	}
}

// owner is the role that is to own the clone's objects in the end, and whether that is another than the operator's.
func (r *Run) owner() (sqltext.Ident, bool, error) {
	if r.Spec.Access.Owner == "" {
		return r.Role, false, nil
	}
	owner, err := sqltext.ParseIdent(string(r.Spec.Access.Owner))
	if err != nil {
		return "", false, Terminalf(v1alpha1.ReasonStatementFailed, "access.owner: %w", err)
	}
	return owner, owner != r.Role, nil
}
