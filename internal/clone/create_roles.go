package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// createRoles makes the access roles of each schema and gives them their privileges, on what is there and on what is to
// come. Nobody gets in by it: the roles have no members yet, nor USAGE on the database.
type createRoles struct{}

func (createRoles) Name() v1alpha1.StepName { return v1alpha1.StepCreateRoles }

func (s createRoles) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	roles, err := r.accessRoles(ctx)
	if err != nil {
		return Outcome{}, err
	}
	missing, err := s.missing(ctx, r, roles)
	if err != nil {
		return Outcome{}, err
	}
	done, err := forEach(ctx, r, missing, func(ctx context.Context, role accessRole) error {
		if err := own.Exec(ctx, snowflake.CreateRole(role.role, r.Marker.On(""))); err != nil {
			return fmt.Errorf("create %s: %w", role.role, lookAgain(err))
		}
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	if done < len(missing) {
		r.Progress(done, len(missing))
		return Wait(0, fmt.Sprintf("Made %d of %d roles", done, len(missing))), nil
	}
	return s.grant(ctx, r, own, roles)
}

// missing are the roles that are not there yet. A role of the name that is not ours is in the way.
func (createRoles) missing(ctx context.Context, r *Run, roles []accessRole) ([]accessRole, error) {
	existing, err := r.existingRoles(ctx)
	if err != nil {
		return nil, err
	}
	var missing []accessRole
	for _, role := range roles {
		found, exists := existing[role.role.SQL()]
		switch {
		case !exists:
			missing = append(missing, role)
		case !r.Marker.In(found.Comment):
			return nil, Terminalf(v1alpha1.ReasonTargetExists,
				"access.roles: %s exists, owned by %s, and this object did not make it; set access.roles.namePattern or drop it "+
					"yourself", role.role, found.Owner)
		}
	}
	return missing, nil
}

// existingRoles are the roles that may stand where access roles are to be, by their SQL names.
func (r *Run) existingRoles(ctx context.Context) (map[string]snowflake.Object, error) {
	existing := map[string]snowflake.Object{}
	if r.roleKind() == v1alpha1.RoleKindAccount {
		roles, err := r.Snowflake.RolesWithPrefix(ctx, r.rolePrefix())
		for _, role := range roles {
			existing[snowflake.AccountRole(role.Name.Object).SQL()] = role.Object
		}
		return existing, err
	}
	roles, err := r.Snowflake.DatabaseRoles(ctx, r.Target)
	for _, role := range roles {
		existing[snowflake.RoleOfDatabase(r.Target, role.Name.Object).SQL()] = role.Object
	}
	return existing, err
}

// grant gives the roles their privileges.
func (s createRoles) grant(ctx context.Context, r *Run, own *Owned, roles []accessRole) (Outcome, error) {
	statements := s.statements(r, roles)
	done, err := own.ExecAll(ctx, statements)
	if err != nil {
		return Outcome{}, err
	}
	if done < len(statements) {
		return Wait(0, fmt.Sprintf("Made %d of %d grants to %d roles", done, len(statements), len(roles))), nil
	}
	r.State.Summary.RolesCreated = int32(len(roles)) //nolint:gosec // bounded by what a database can hold
	return Done(fmt.Sprintf("%d access roles have their privileges", len(roles))), nil
}

// statements are the grants to all roles: to the lowest level of a schema its privileges, to each higher one the role
// below it and what it adds.
func (createRoles) statements(r *Run, roles []accessRole) []string {
	var statements []string
	for i, role := range roles {
		scope := snowflake.InSchema(r.Target, role.schema)
		lowest := i == 0 || roles[i-1].schema != role.schema
		if !lowest {
			statements = append(statements, snowflake.GrantRole(roles[i-1].role, role.role))
		}
		for _, level := range levelsUpTo(role.level, lowest) {
			statements = append(statements, grantsOfLevel(scope, level, role.role)...)
		}
	}
	return statements
}

// levelsUpTo is the level alone, or, for the lowest role that a schema has, with all levels below it.
func levelsUpTo(level v1alpha1.AccessLevel, lowest bool) []v1alpha1.AccessLevel {
	if !lowest {
		return []v1alpha1.AccessLevel{level}
	}
	switch level {
	case v1alpha1.LevelReadWrite:
		return []v1alpha1.AccessLevel{v1alpha1.LevelRead, v1alpha1.LevelReadWrite}
	case v1alpha1.LevelAdmin:
		return []v1alpha1.AccessLevel{v1alpha1.LevelRead, v1alpha1.LevelReadWrite, v1alpha1.LevelAdmin}
	case v1alpha1.LevelRead:
	}
	return []v1alpha1.AccessLevel{v1alpha1.LevelRead}
}
