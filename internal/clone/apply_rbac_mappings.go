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

// applyRBACMappings opens the clone: access roles to functional roles and, last of all, USAGE on the database. Nobody
// has that before, so that nobody gets in before the clone was found valid.
type applyRBACMappings struct{}

func (applyRBACMappings) Name() v1alpha1.StepName { return v1alpha1.StepApplyRBACMappings }

func (s applyRBACMappings) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	roles, err := r.accessRoles(ctx)
	if err != nil {
		return Outcome{}, err
	}
	memberships, missing, err := s.memberships(ctx, r, roles)
	if err != nil {
		return Outcome{}, err
	}
	users, err := s.usersOfDatabase(ctx, r, roles)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.dismiss(ctx, r, own, roles); err != nil {
		return Outcome{}, err
	}
	statements := slices.Concat(memberships, s.usage(r, users))
	done, err := own.ExecAll(ctx, statements)
	if err != nil {
		return Outcome{}, err
	}
	if done < len(statements) {
		return Wait(0, fmt.Sprintf("Made %d of %d grants", done, len(statements))), nil
	}
	return Done(s.describe(len(memberships), missing)), nil
}

// dismiss takes access roles from those whom the spec does not name, or no longer: it is the spec that says who gets in.
func (s applyRBACMappings) dismiss(ctx context.Context, r *Run, own *Owned, roles []accessRole) error {
	wanted, err := s.holders(r, roles)
	if err != nil {
		return err
	}
	held, err := gather(ctx, r, roles, func(ctx context.Context, role accessRole) ([]snowflake.Membership, error) {
		return r.Snowflake.GrantsOf(ctx, role.role)
	})
	if err != nil {
		return err
	}
	for i, role := range roles {
		for _, membership := range held[i] {
			if wanted[role.role.SQL()+" "+membership.Grantee.SQL()] {
				continue
			}
			if err := own.RevokeAccessRole(ctx, role.role, membership.Grantee); err != nil {
				return err
			}
		}
	}
	return nil
}

// holders are the pairs of an access role and who is to hold it: the functional roles of the mappings, the next higher
// access role of the same schema, and the operator's role, which makes account roles and so may hold them.
func (s applyRBACMappings) holders(r *Run, roles []accessRole) (map[string]bool, error) {
	wanted := map[string]bool{}
	for i, role := range roles {
		wanted[role.role.SQL()+" "+snowflake.AccountRole(r.Role).SQL()] = true
		if i > 0 && roles[i-1].schema == role.schema {
			wanted[roles[i-1].role.SQL()+" "+role.role.SQL()] = true
		}
	}
	for _, mapping := range r.mappingsInForce() {
		for _, text := range mapping.GrantTo {
			functional, err := sqltext.ParseIdent(string(text))
			if err != nil {
				return nil, Terminalf(v1alpha1.ReasonStatementFailed, "access.mappings: grantTo: %w", err)
			}
			for _, role := range rolesOfMapping(mapping, roles) {
				wanted[role.role.SQL()+" "+snowflake.AccountRole(functional).SQL()] = true
			}
		}
	}
	return wanted, nil
}

// mappingsInForce are the mappings for the clone's environment.
func (r *Run) mappingsInForce() []v1alpha1.AccessMapping {
	return slices.DeleteFunc(slices.Clone(r.Spec.Access.Mappings), func(mapping v1alpha1.AccessMapping) bool {
		return mapping.Environment != "" && !strings.EqualFold(mapping.Environment, r.Spec.Environment)
	})
}

// describe says what was granted and which roles are missing.
func (applyRBACMappings) describe(memberships int, missing []string) string {
	text := fmt.Sprintf("The clone is open, with %d access roles granted", memberships)
	if len(missing) > 0 {
		text += "; these functional roles do not exist: " + named(missing)
	}
	return text
}

// memberships are the grants of access roles to functional roles. A functional role that does not exist keeps nobody
// else out: it is reported.
func (s applyRBACMappings) memberships(
	ctx context.Context, r *Run, roles []accessRole,
) (statements, missing []string, err error) {
	exists := map[sqltext.Ident]bool{}
	for _, mapping := range r.mappingsInForce() {
		for _, text := range mapping.GrantTo {
			functional, err := s.functionalRole(ctx, r, text, exists)
			if err != nil {
				return nil, nil, err
			}
			switch {
			case exists[functional]:
				statements = append(statements, grantsOfMapping(mapping, roles, functional)...)
			case !slices.Contains(missing, functional.String()):
				missing = append(missing, functional.String())
			}
		}
	}
	return statements, missing, nil
}

// functionalRole reads the name of a functional role, and looks once whether the role exists.
func (applyRBACMappings) functionalRole(
	ctx context.Context, r *Run, text v1alpha1.Identifier, exists map[sqltext.Ident]bool,
) (sqltext.Ident, error) {
	role, err := sqltext.ParseIdent(string(text))
	if err != nil {
		return "", Terminalf(v1alpha1.ReasonStatementFailed, "access.mappings: grantTo: %w", err)
	}
	if _, known := exists[role]; known {
		return role, nil
	}
	found, err := r.Snowflake.FindRole(ctx, role)
	exists[role] = found != nil
	return role, err
}

// grantsOfMapping grants the access roles that a mapping selects.
func grantsOfMapping(mapping v1alpha1.AccessMapping, roles []accessRole, to sqltext.Ident) []string {
	var statements []string
	for _, role := range rolesOfMapping(mapping, roles) {
		statements = append(statements, snowflake.GrantRole(role.role, snowflake.AccountRole(to)))
	}
	return statements
}

// rolesOfMapping are the access roles that a mapping selects.
func rolesOfMapping(mapping v1alpha1.AccessMapping, roles []accessRole) []accessRole {
	pattern := mapping.Schema
	if pattern == "" {
		pattern = "*"
	}
	return slices.DeleteFunc(slices.Clone(roles), func(role accessRole) bool {
		return role.level != mapping.Level || !Match(pattern, role.schema)
	})
}

// usersOfDatabase are the grantees that get USAGE on the database: the access roles, the clone's owner, and the roles
// whose privileges the spec keeps.
func (applyRBACMappings) usersOfDatabase(ctx context.Context, r *Run, roles []accessRole) ([]snowflake.Grantee, error) {
	var users []snowflake.Grantee
	for _, role := range roles {
		users = append(users, role.role)
	}
	owner, other, err := r.owner()
	if err != nil {
		return nil, err
	}
	if other {
		users = append(users, snowflake.AccountRole(owner))
	}
	if len(r.Spec.Access.KeepSourceGrants) == 0 {
		return users, nil
	}
	grants, err := r.Snowflake.ObjectPrivileges(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	for _, grant := range grants {
		kept := grant.Grantee.Kind == snowflake.GranteeRole && MatchAny(r.Spec.Access.KeepSourceGrants, grant.Grantee.Name)
		if kept && !slices.Contains(users, grant.Grantee) {
			users = append(users, grant.Grantee)
		}
	}
	return users, nil
}

// usage are the grants of USAGE on the database.
func (applyRBACMappings) usage(r *Run, users []snowflake.Grantee) []string {
	database := snowflake.On(snowflake.DatabaseRef(r.Target))
	statements := make([]string, len(users))
	for i, user := range users {
		statements[i] = snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, database, user)
	}
	return statements
}
