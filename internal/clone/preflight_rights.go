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
	// account privileges, such as CREATE DATABASE.
	account map[string]bool
	// onObjects are the privileges on single objects.
	onObjects map[string]bool
}

// maxRoles bounds the walk through the roles that a role inherits.
const maxRoles = 500

// heldBy reads the privileges of a role and of all roles that it inherits.
func (r *Run) heldBy(ctx context.Context, role sqltext.Ident) (*held, error) {
	h := &held{roles: map[sqltext.Ident]bool{role: true}, account: map[string]bool{}, onObjects: map[string]bool{}}
	for queue := []sqltext.Ident{role}; len(queue) > 0; queue = queue[1:] {
		grants, err := r.Snowflake.GrantsTo(ctx, snowflake.AccountRole(queue[0]))
		if err != nil {
			return nil, fmt.Errorf("read the rights of role %s: %w", queue[0], err)
		}
		queue = append(queue, h.add(grants)...)
		if len(h.roles) > maxRoles {
			return nil, fmt.Errorf("read the rights of role %s: it inherits more than %d roles", role, maxRoles)
		}
	}
	return h, nil
}

// add takes note of grants and returns the roles that are new among them.
func (h *held) add(grants []snowflake.Grant) []sqltext.Ident {
	var found []sqltext.Ident
	for _, grant := range grants {
		ref, err := grant.Ref()
		if err != nil {
			continue // An object of a kind that is named in a way we do not know concerns no clone.
		}
		switch ref.Kind {
		case snowflake.KindAccount:
			h.account[grant.Privilege] = true
		case snowflake.KindRole:
			if !h.roles[ref.Name.Object] && grant.Privilege != snowflake.PrivilegeOwnership {
				h.roles[ref.Name.Object] = true
				found = append(found, ref.Name.Object)
			}
		default:
			h.onObjects[grant.Privilege+" "+ref.String()] = true
		}
	}
	return found
}

// owns says whether the operator can act as the owner of an object.
func (h *held) owns(object snowflake.Object) bool {
	return h.roles[sqltext.Ident(object.Owner)]
}

// may says whether the operator has a privilege on an object.
func (h *held) may(privilege string, object snowflake.Object) bool {
	return h.owns(object) || h.onObjects[privilege+" "+object.String()]
}

// checkRights lists the GRANT statements that are missing, all of them at once.
func (r *Run) checkRights(ctx context.Context, inventory map[snowflake.Kind][]snowflake.Object) error {
	rights, err := r.heldBy(ctx, r.Role)
	if err != nil {
		return err
	}
	missing := r.missingOnAccount(rights)
	missing = append(missing, r.missingOnSource(rights, inventory)...)
	if owner, ok, err := r.owner(); err != nil {
		return err
	} else if ok && !rights.roles[owner] {
		// What the owner's role alone may read, such as a secure view's text, must still be there for validation (G4).
		missing = append(missing, fmt.Sprintf("GRANT ROLE %s TO ROLE %s", owner.SQL(), r.Role.SQL()))
	}
	if len(missing) == 0 {
		return nil
	}
	return &Error{
		Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true,
		Message: fmt.Sprintf("role %s lacks rights; run: %s;", r.Role, strings.Join(missing, "; ")),
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

// neededToClone is the privilege on an object without which the clone would silently lack it (C13, C14); "" means
// ownership.
var neededToClone = map[snowflake.Kind]string{
	snowflake.KindTable:        snowflake.PrivilegeSelect,
	snowflake.KindDynamicTable: snowflake.PrivilegeSelect,
	snowflake.KindIcebergTable: snowflake.PrivilegeSelect,
	snowflake.KindEventTable:   snowflake.PrivilegeSelect,
	snowflake.KindHybridTable:  snowflake.PrivilegeSelect,
	snowflake.KindStream:       "",
	snowflake.KindTask:         "",
	snowflake.KindAlert:        "",
	snowflake.KindPipe:         "",
}

// missingOnSource lists what is missing on the source: the owner's role for what only an owner can clone, SELECT on
// tables. Statements repeat for no object: a kind or an owner is named once.
func (r *Run) missingOnSource(rights *held, inventory map[snowflake.Kind][]snowflake.Object) []string {
	var missing []string
	for _, kind := range snowflake.SchemaKinds() {
		privilege, needed := neededToClone[kind]
		if !needed {
			continue
		}
		for _, object := range r.wanted(inventory[kind]) {
			var statement string
			switch {
			case privilege == "" && !rights.owns(object):
				statement = fmt.Sprintf("GRANT ROLE %s TO ROLE %s", sqltext.Ident(object.Owner).SQL(), r.Role.SQL())
			case privilege != "" && !rights.may(privilege, object):
				statement = fmt.Sprintf("GRANT %s ON ALL %s IN DATABASE %s TO ROLE %s",
					privilege, kind.Plural(), r.Source.SQL(), r.Role.SQL())
			default:
				continue
			}
			if !slices.Contains(missing, statement) {
				missing = append(missing, statement)
			}
		}
	}
	return missing
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
