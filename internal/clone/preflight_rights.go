package clone

import (
	"cmp"
	"context"
	"fmt"

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

// accountAdmin has every privilege on the account, whether it is listed or not.
const accountAdmin sqltext.Ident = "ACCOUNTADMIN"

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

// rolesAbove are the account roles that hold the operator's role, as far as it is shown, each with the one of them that
// holds it directly.
func (r *Run) rolesAbove(ctx context.Context) (map[sqltext.Ident]sqltext.Ident, error) {
	above := map[sqltext.Ident]sqltext.Ident{}
	for queue := []sqltext.Ident{r.Role}; len(queue) > 0 && len(above) <= maxRoles; queue = queue[1:] {
		holders, err := r.Snowflake.GrantsOf(ctx, snowflake.AccountRole(queue[0]))
		if class := snowflake.ClassOf(err); class == snowflake.Privilege || class == snowflake.NotFound {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read who holds role %s: %w", queue[0], err)
		}
		queue = append(queue, climb(above, queue[0], holders)...)
	}
	return above, nil
}

// climb adds the roles that hold a role to those above, each with the lowest of them by way of which it does, and returns
// those that are new.
func climb(above map[sqltext.Ident]sqltext.Ident, from sqltext.Ident, holders []snowflake.Membership) []sqltext.Ident {
	var found []sqltext.Ident
	for _, holder := range holders {
		name := holder.Grantee.Name
		if _, known := above[name]; known || holder.Grantee.Kind != snowflake.GranteeRole {
			continue
		}
		above[name] = cmp.Or(above[from], name)
		found = append(found, name)
	}
	return found
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

// mayOnAccount says whether the operator has a privilege on the account.
func (h *held) mayOnAccount(privilege string) bool {
	return h.account[privilege] || h.roles[accountAdmin]
}
