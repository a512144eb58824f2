package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// revokeGrants takes from the clone what production's roles may do: the privileges on its objects, which came along with
// them (C16), the future grants (C18), and the contents and members of cloned database roles.
type revokeGrants struct{}

func (revokeGrants) Name() v1alpha1.StepName { return v1alpha1.StepRevokeGrants }

func (s revokeGrants) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	found, err := r.sourceGrants(ctx)
	if err != nil {
		return Outcome{}, err
	}
	// In bulk at first; what that leaves is taken away one by one.
	work := found.revocations(own, r.State.Total == 0 && r.HandedOver.IsZero())
	if n := len(work); n > 0 && r.State.Done == n && r.State.Total == n {
		return Outcome{}, found.stuck(r.Target)
	}
	done, err := forEach(ctx, r, work, func(ctx context.Context, one revocation) error { return one.send(ctx) })
	for _, one := range work[:done] {
		r.State.Summary.GrantsRevoked += int32(one.grants) //nolint:gosec // bounded by what a database can hold
	}
	r.Progress(done, len(work))
	if err != nil {
		return Outcome{}, err
	}
	if done < len(work) {
		return Wait(0, fmt.Sprintf("Sent %d of %d statements that revoke grants of the source's roles", done, len(work))), nil
	}
	if len(work) > 0 {
		return Wait(0, "Looking for grants once more"), nil
	}
	return Done(fmt.Sprintf("No role of the source has privileges in %s; %d grants were revoked",
		r.Target, r.State.Summary.GrantsRevoked)), nil
}

// sourceGrants is what production's roles can do in the clone.
type sourceGrants struct {
	privileges []granted
	future     []snowflake.FutureGrant
	members    []member
}

// granted is what one grantee may do with one object.
type granted struct {
	on         snowflake.ObjectRef
	to         snowflake.Grantee
	privileges []string
}

// member is a holder of a database role of the clone.
type member struct {
	role   sqltext.Ident
	holder snowflake.Grantee
}

// revocation is a statement that takes grants away.
type revocation struct {
	grants int
	send   func(context.Context) error
}

// revocations are the statements that take all of it away, those on many objects in bulk if that is asked for.
func (g sourceGrants) revocations(own *Owned, inBulk bool) []revocation {
	work := g.memberships(own)
	for _, one := range g.future {
		work = append(work, revocation{1, func(ctx context.Context) error { return own.RevokeFuture(ctx, one) }})
	}
	privileges := g.privileges
	if inBulk {
		var many []bulkGrants
		many, privileges = inBulks(privileges)
		for _, one := range many {
			work = append(work, revocation{one.grants, func(ctx context.Context) error { return one.revoke(ctx, own) }})
		}
	}
	for _, one := range privileges {
		work = append(work, revocation{len(one.privileges), func(ctx context.Context) error {
			return own.Revoke(ctx, one.privileges, one.on, one.to)
		}})
	}
	return work
}

// memberships are the statements that take the database roles away.
func (g sourceGrants) memberships(own *Owned) []revocation {
	var work []revocation
	for _, one := range g.members {
		work = append(work, revocation{1, func(ctx context.Context) error { return own.RevokeRole(ctx, one.role, one.holder) }})
	}
	return work
}

// dismissMembers takes the cloned database roles from whoever holds them, before any other change to the clone: each lets
// its holder into the database at once (P19).
func (r *Run) dismissMembers(ctx context.Context, own *Owned) error {
	ours, err := r.ourRoles(ctx)
	if err != nil {
		return err
	}
	var found sourceGrants
	if found.members, err = r.foreignMembers(ctx, ours); err != nil {
		return err
	}
	for _, one := range found.memberships(own) {
		err = errors.Join(err, one.send(ctx))
		r.State.Summary.GrantsRevoked++
	}
	return err
}

// stuck says that all of it is still there after it was taken away. Revoking what cannot be revoked is no error (P9).
func (g sourceGrants) stuck(target sqltext.Ident) error {
	var left []string
	for _, one := range g.privileges {
		left = append(left, fmt.Sprintf("%s on %s to %s", strings.Join(one.privileges, ", "), one.on, one.to))
	}
	for _, one := range g.future {
		left = append(left, fmt.Sprintf("future %s on %s in %s to %s", one.Privilege, one.Kind, one.Scope.SQL(), one.Grantee))
	}
	for _, one := range g.members {
		left = append(left, fmt.Sprintf("database role %s to %s", one.role, one.holder))
	}
	// P15: what GRANT INHERITED gave to all objects of a container is revoked there.
	return Terminalf(v1alpha1.ReasonStatementFailed, "%d grants in %s are still there after they were revoked: %s; if they come from "+
		"GRANT INHERITED, revoke them where they were made, else name their roles in access.keepSourceGrants",
		len(left), target, named(left))
}

// sourceGrants reads what production's roles can do in the clone. The operator's role owns everything by now, so that it
// sees all of it (I8). Roles that this clone made are not production's.
func (r *Run) sourceGrants(ctx context.Context) (sourceGrants, error) {
	var found sourceGrants
	ours, err := r.ourRoles(ctx)
	if err != nil {
		return found, err
	}
	if found.privileges, err = r.foreignPrivileges(ctx, ours); err != nil {
		return found, err
	}
	if found.future, err = r.foreignFutureGrants(ctx, ours); err != nil {
		return found, err
	}
	found.members, err = r.foreignMembers(ctx, ours)
	return found, err
}

// foreignPrivileges groups the privileges on the clone's objects and schemas by object and grantee.
func (r *Run) foreignPrivileges(ctx context.Context, ours roleSet) ([]granted, error) {
	grants, err := r.grantsInTarget(ctx)
	if err != nil {
		return nil, err
	}
	var found []granted
	index := map[string]int{}
	for _, grant := range grants {
		if grant.Privilege == snowflake.PrivilegeOwnership || grant.Inherited ||
			!r.isForeign(grant.Grantee, ours) || r.isTheirs(grant.CreatedOn) {
			continue
		}
		ref, err := grant.Ref()
		if err != nil {
			return nil, fmt.Errorf("read a grant to %s: %w", grant.Grantee, err)
		}
		if ref.Kind == snowflake.KindDatabase && grant.Grantee.Kind == snowflake.GranteeDatabaseRole {
			continue // P19: it has that by nature.
		}
		key := ref.String() + "\x00" + grant.Grantee.String()
		if at, known := index[key]; !known {
			index[key] = len(found)
			found = append(found, granted{on: ref, to: grant.Grantee, privileges: []string{grant.Privilege}})
		} else if !slices.Contains(found[at].privileges, grant.Privilege) {
			found[at].privileges = append(found[at].privileges, grant.Privilege)
		}
	}
	return found, nil
}

// grantsInTarget reads the privileges on everything in the clone: on objects in one question, on the database, on schemas
// and on routines, whose arguments that question's answer does not spell out, one by one. Of routines only those of the names that the
// answer has are asked after.
func (r *Run) grantsInTarget(ctx context.Context) ([]snowflake.Grant, error) {
	grants, err := r.Snowflake.ObjectPrivileges(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	single, err := r.schemaRefs(ctx)
	if err != nil {
		return nil, err
	}
	// The container's own grants did not come along (C15), but an earlier run may have let in whom the spec keeps no longer.
	single = append(single, snowflake.DatabaseRef(r.Target))
	for kind, names := range namesOfRoutines(grants) {
		objects, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			if names[nameOfRoutine(object.Name.String())] {
				single = append(single, object.ObjectRef)
			}
		}
	}
	grants = slices.DeleteFunc(grants, func(grant snowflake.Grant) bool {
		kind := snowflake.KindOf(grant.GrantedOn)
		return kind.Info().Overloaded || kind == snowflake.KindSchema || kind == snowflake.KindDatabase
	})
	more, err := gather(ctx, r, single, r.Snowflake.GrantsOn)
	return slices.Concat(append(more, grants)...), err
}

// namesOfRoutines are the names of the procedures and functions on which others than their owners have privileges.
func namesOfRoutines(grants []snowflake.Grant) map[snowflake.Kind]map[sqltext.Name]bool {
	names := map[snowflake.Kind]map[sqltext.Name]bool{}
	for _, grant := range grants {
		kind := snowflake.KindOf(grant.GrantedOn)
		if !kind.Info().Overloaded || grant.Privilege == snowflake.PrivilegeOwnership {
			continue
		}
		if names[kind] == nil {
			names[kind] = map[sqltext.Name]bool{}
		}
		names[kind][nameOfRoutine(grant.ObjectName)] = true
	}
	return names
}

// nameOfRoutine is the name of a routine up to a parenthesis, with which its arguments may begin: whether
// INFORMATION_SCHEMA prints them is not documented (I8).
func nameOfRoutine(text string) sqltext.Name {
	name, err := sqltext.ParseName(text)
	if err != nil {
		return sqltext.Name{}
	}
	bare, _, _ := strings.Cut(string(name.Object), "(")
	name.Object = sqltext.Ident(bare)
	return name
}

// schemaRefs are the schemas of the clone.
func (r *Run) schemaRefs(ctx context.Context) ([]snowflake.ObjectRef, error) {
	schemas, err := r.Snowflake.Schemas(ctx, r.Target)
	refs := make([]snowflake.ObjectRef, len(schemas))
	for i, schema := range schemas {
		refs[i] = schema.ObjectRef
	}
	return refs, err
}

// isForeign says whether a grantee is production's: neither the operator, nor the clone's owner, nor a role made for the
// clone, nor one that the spec keeps.
func (r *Run) isForeign(grantee snowflake.Grantee, ours roleSet) bool {
	return r.isOutsider(grantee, ours) && !r.keeps(grantee)
}

// isOutsider says the same of a grantee whether the spec keeps it or not.
func (r *Run) isOutsider(grantee snowflake.Grantee, ours roleSet) bool {
	if grantee.Kind == snowflake.GranteeRole {
		owner, _, err := r.owner()
		if err == nil && (grantee.Name == owner || grantee.Name == r.Role) {
			return false
		}
	}
	return !ours.has(grantee)
}

// keeps says whether the spec keeps a role's privileges. Everybody is PUBLIC: no star stands for that.
func (r *Run) keeps(grantee snowflake.Grantee) bool {
	patterns := r.Spec.Access.KeepSourceGrants
	if grantee.Kind != snowflake.GranteeRole {
		return false
	}
	if grantee.Name == everybody {
		return slices.ContainsFunc(patterns, func(one v1alpha1.Pattern) bool { return foldPattern(string(one)) == string(everybody) })
	}
	return MatchAny(patterns, grantee.Name)
}

// foreignFutureGrants lists the future grants in the database and in its schemas. Ownership is no privilege that is kept:
// what the clone's users and the operator are yet to make there would be production's.
func (r *Run) foreignFutureGrants(ctx context.Context, ours roleSet) ([]snowflake.FutureGrant, error) {
	schemas, err := r.Snowflake.Schemas(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	scopes := []snowflake.Scope{snowflake.InDatabase(r.Target)}
	for _, schema := range schemas {
		scopes = append(scopes, snowflake.InSchema(r.Target, schema.Name.Schema))
	}
	var found []snowflake.FutureGrant
	for _, scope := range scopes {
		grants, err := r.Snowflake.FutureGrantsIn(ctx, scope)
		if err != nil {
			return nil, err
		}
		for _, grant := range grants {
			ownership := grant.Privilege == snowflake.PrivilegeOwnership && r.isOutsider(grant.Grantee, ours)
			if (ownership || r.isForeign(grant.Grantee, ours)) && !r.isTheirs(grant.CreatedOn) {
				found = append(found, grant)
			}
		}
	}
	return found, nil
}

// foreignMembers lists who holds the database roles that came with the clone. Whether membership is cloned is not
// documented (U15), so it is looked for. The roles are emptied, so that all they would give is USAGE on the database (P19),
// before its time: not even those hold them whose privileges the spec keeps, nor the owner to be.
func (r *Run) foreignMembers(ctx context.Context, ours roleSet) ([]member, error) {
	roles, err := r.Snowflake.DatabaseRoles(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	var (
		found []member
		errs  []error
	)
	for _, role := range roles {
		grantee := snowflake.RoleOfDatabase(r.Target, role.Name.Object)
		if ours.has(grantee) {
			continue
		}
		holders, err := r.Snowflake.GrantsOf(ctx, grantee)
		errs = append(errs, err)
		for _, holder := range holders {
			inside := ours.has(holder.Grantee) || holder.Grantee == snowflake.AccountRole(r.Role)
			if !inside && !r.isTheirs(holder.CreatedOn) {
				found = append(found, member{role: role.Name.Object, holder: holder.Grantee})
			}
		}
	}
	return found, errors.Join(errs...)
}

// roleSet is a set of roles by their SQL names.
type roleSet map[string]bool

func (s roleSet) has(grantee snowflake.Grantee) bool { return s[grantee.SQL()] }

// ourRoles are the access roles that were made for this clone, known by the marker in their comments.
func (r *Run) ourRoles(ctx context.Context) (roleSet, error) {
	ours := roleSet{}
	roles, err := r.Snowflake.DatabaseRoles(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		if r.Marker.In(role.Comment) {
			ours[snowflake.RoleOfDatabase(r.Target, role.Name.Object).SQL()] = true
		}
	}
	accountRoles, err := r.accountRoles(ctx, r.rolePrefix())
	if err != nil {
		return nil, err
	}
	for _, role := range accountRoles {
		ours[snowflake.AccountRole(role.Name.Object).SQL()] = true
	}
	return ours, nil
}
