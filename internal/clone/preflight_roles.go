package clone

import (
	"context"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// checkAccessRoles finds out whether the names of the access roles will be free: of account roles that are there, or of
// the source's database roles, which come along with the clone. A clone that exists has left that behind.
func (x *examiner) checkAccessRoles(ctx context.Context) error {
	if x.exists() {
		return nil
	}
	schemas, err := x.Snowflake.Schemas(ctx, x.Source)
	if err != nil {
		return err
	}
	var roles []accessRole
	for _, schema := range schemas {
		for _, level := range x.levels() {
			if selected(x.Spec.Source.Schemas, schema.Name.Schema) {
				roles = append(roles, x.accessRole(schema.Name.Schema, level))
			}
		}
	}
	if err := checkRoleNames(roles); err != nil {
		return err
	}
	existing, err := x.existingRoles(ctx, x.Source)
	if err != nil {
		return err
	}
	var taken []accessRole
	for _, role := range roles {
		// What an earlier clone of this name left behind is cleared away before.
		if found, exists := existing[role.role.SQL()]; exists && !x.madeRole(found.Comment) {
			taken = append(taken, role)
		}
	}
	return rolesInTheWay(taken)
}

// rolesInTheWay is the error for access roles whose names others have; nil for none.
func rolesInTheWay(taken []accessRole) error {
	if len(taken) == 0 {
		return nil
	}
	names := make([]string, len(taken))
	for i, role := range taken {
		names[i] = role.role.String()
	}
	return Terminalf(v1alpha1.ReasonTargetExists, "access.roles: %d roles have the names of access roles, and this object did not make "+
		"them: %s; set access.roles.namePattern or drop them yourself", len(taken), named(names))
}
