package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
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
		if err := own.Exec(ctx, snowflake.CreateRole(role.role, r.roleComment())); err != nil {
			return fmt.Errorf("create %s: %w", role.role, lookAgain(err))
		}
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	if done < len(missing) {
		return Wait(0, fmt.Sprintf("Made %d of %d roles", done, len(missing))), nil
	}
	left, err := s.grantFuture(ctx, r, own, roles)
	if err != nil {
		return Outcome{}, err
	}
	if left > 0 {
		return Wait(0, fmt.Sprintf("%d grants on objects to come are still to be made", left)), nil
	}
	return s.grant(ctx, r, own, roles)
}

// missing are the roles that are not there yet. A role of the name that is not ours is in the way.
func (createRoles) missing(ctx context.Context, r *Run, roles []accessRole) ([]accessRole, error) {
	existing, err := r.existingRoles(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	var missing, taken []accessRole
	for _, role := range roles {
		found, exists := existing[role.role.SQL()]
		switch {
		case !exists:
			missing = append(missing, role)
		case !r.Marker.In(found.Comment):
			taken = append(taken, role)
		}
	}
	return missing, rolesInTheWay(taken)
}

// existingRoles are the roles that stand where access roles may be to stand, by their SQL names: the account's, or those of
// the clone, which the source has before.
func (r *Run) existingRoles(ctx context.Context, database sqltext.Ident) (map[string]snowflake.Object, error) {
	existing := map[string]snowflake.Object{}
	if r.roleKind() == v1alpha1.RoleKindAccount {
		roles, err := r.Snowflake.RolesWithPrefix(ctx, r.rolePrefix())
		for _, role := range roles {
			existing[snowflake.AccountRole(role.Name.Object).SQL()] = role.Object
		}
		return existing, err
	}
	roles, err := r.Snowflake.DatabaseRoles(ctx, database)
	for _, role := range roles {
		existing[snowflake.RoleOfDatabase(r.Target, role.Name.Object).SQL()] = role.Object
	}
	return existing, err
}

// futureKey is one privilege of one role on the objects of a kind that are yet to come in one schema.
type futureKey struct {
	schema    sqltext.Ident
	kind      snowflake.Kind
	privilege string
	grantee   string
}

// grantFuture gives the roles their privileges on what is to come, as far as they lack them, and says how many
// statements are left. To look is one statement for each schema, to grant is twenty and more.
func (s createRoles) grantFuture(ctx context.Context, r *Run, own *Owned, roles []accessRole) (left int, err error) {
	held, err := r.futureGrants(ctx, schemasOf(roles))
	if err != nil {
		return 0, err
	}
	var statements []string
	for i, role := range roles {
		for _, level := range levelsUpTo(role.level, isLowest(roles, i)) {
			statements = append(statements, futureGrantsOfLevel(r.Target, role, level, held)...)
		}
	}
	done, err := r.sendMissing(ctx, own, statements)
	return len(statements) - done, err
}

// futureGrantsOfLevel are the statements that give a role what a level adds on what is to come, as far as it lacks it.
func futureGrantsOfLevel(
	database sqltext.Ident, role accessRole, level v1alpha1.AccessLevel, held map[futureKey]bool,
) []string {
	scope := snowflake.InSchema(database, role.schema)
	var statements []string
	for _, on := range futurePrivileges(level) {
		isMissing := func(privilege string) bool {
			return !held[futureKey{role.schema, on.kind, privilege, role.role.SQL()}]
		}
		if slices.ContainsFunc(on.privileges, isMissing) {
			statements = append(statements, snowflake.GrantPrivileges(on.privileges, snowflake.OnFuture(on.kind, scope), role.role))
		}
	}
	return statements
}

// futureGrants are the privileges that are in force on the objects to come of some schemas.
func (r *Run) futureGrants(ctx context.Context, schemas []sqltext.Ident) (map[futureKey]bool, error) {
	found, err := gather(ctx, r, schemas, func(ctx context.Context, schema sqltext.Ident) ([]snowflake.FutureGrant, error) {
		return r.Snowflake.FutureGrantsIn(ctx, snowflake.InSchema(r.Target, schema))
	})
	if err != nil {
		return nil, err
	}
	held := map[futureKey]bool{}
	for i, grants := range found {
		for _, grant := range grants {
			held[futureKey{schemas[i], grant.Kind, grant.Privilege, grant.Grantee.SQL()}] = true
		}
	}
	return held, nil
}

// sendMissing makes changes of which a look has told that they are missing, and says how many are made. What is left is
// found by the next look, so that no progress is kept.
func (r *Run) sendMissing(ctx context.Context, own *Owned, statements []string) (int, error) {
	return forEach(ctx, r, statements, func(ctx context.Context, statement string) error {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
}

// grant gives the roles their privileges on what is there.
func (s createRoles) grant(ctx context.Context, r *Run, own *Owned, roles []accessRole) (Outcome, error) {
	held, err := r.holdings(ctx, schemasOf(roles))
	if err != nil {
		return Outcome{}, err
	}
	statements := s.statements(held, roles)
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
func (createRoles) statements(held map[sqltext.Ident]*holdings, roles []accessRole) []string {
	var statements []string
	for i, role := range roles {
		lowest := isLowest(roles, i)
		if !lowest {
			statements = append(statements, snowflake.GrantRole(roles[i-1].role, role.role))
		}
		for _, level := range levelsUpTo(role.level, lowest) {
			statements = append(statements, grantsOfLevel(held[role.schema], level, role.role)...)
		}
	}
	return statements
}

// holdings is what a schema holds, as far as it matters to grants.
type holdings struct {
	scope snowflake.Scope
	// kinds are those that the schema has objects of.
	kinds map[snowflake.Kind]bool
	// pipes and internalStages are granted one by one.
	pipes, internalStages []snowflake.ObjectRef
}

// holdings says what each schema holds: a grant on all objects of a kind that is not there would do nothing.
func (r *Run) holdings(ctx context.Context, schemas []sqltext.Ident) (map[sqltext.Ident]*holdings, error) {
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), grantedKinds()...)
	if err != nil {
		return nil, err
	}
	stages, err := r.Snowflake.Stages(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	held := map[sqltext.Ident]*holdings{}
	for _, schema := range schemas {
		held[schema] = &holdings{scope: snowflake.InSchema(r.Target, schema), kinds: map[snowflake.Kind]bool{}}
	}
	for kind, objects := range inventory {
		for _, object := range objects {
			if in := held[object.Name.Schema]; in != nil {
				in.add(kind, object.ObjectRef)
			}
		}
	}
	for _, stage := range stages {
		if in := held[stage.Name.Schema]; in != nil && !stage.External {
			in.internalStages = append(in.internalStages, stage.ObjectRef)
		}
	}
	return held, nil
}

// add notes an object.
func (h *holdings) add(kind snowflake.Kind, object snowflake.ObjectRef) {
	if kind == snowflake.KindPipe {
		h.pipes = append(h.pipes, object)
	}
	if kind == snowflake.KindHybridTable {
		kind = snowflake.KindTable // The words of GRANT know no other.
	}
	h.kinds[kind] = true
}

// isLowest says whether a role is the lowest of its schema.
func isLowest(roles []accessRole, i int) bool { return i == 0 || roles[i-1].schema != roles[i].schema }

// schemasOf are the schemas that roles are for.
func schemasOf(roles []accessRole) []sqltext.Ident {
	var schemas []sqltext.Ident
	for i, role := range roles {
		if isLowest(roles, i) {
			schemas = append(schemas, role.schema)
		}
	}
	return schemas
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
