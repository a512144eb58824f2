package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Patterns of the names of access roles, where the spec gives none. A database role lives in the clone already, so that
// its name need not say which.
const (
	accountRolePattern  = "{{DATABASE}}_{{SCHEMA}}_{{LEVEL}}"
	databaseRolePattern = "{{SCHEMA}}_{{LEVEL}}"
)

// accessRole is a role that gives one level of access to one schema.
type accessRole struct {
	schema sqltext.Ident
	level  v1alpha1.AccessLevel
	role   snowflake.Grantee
}

// roleKind is the kind of the access roles.
func (r *Run) roleKind() v1alpha1.RoleKind {
	if kind := r.Spec.Access.Roles.Kind; kind != "" {
		return kind
	}
	return v1alpha1.RoleKindDatabase
}

// levels are the levels of access for which roles are made, lowest first.
func (r *Run) levels() []v1alpha1.AccessLevel {
	all := []v1alpha1.AccessLevel{v1alpha1.LevelRead, v1alpha1.LevelReadWrite, v1alpha1.LevelAdmin}
	wanted := r.Spec.Access.Roles.Levels
	if len(wanted) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(level v1alpha1.AccessLevel) bool { return !slices.Contains(wanted, level) })
}

// rolePattern is the pattern of the access roles' names.
func (r *Run) rolePattern() string {
	switch {
	case r.Spec.Access.Roles.NamePattern != "":
		return r.Spec.Access.Roles.NamePattern
	case r.roleKind() == v1alpha1.RoleKindAccount:
		return accountRolePattern
	default:
		return databaseRolePattern
	}
}

// accessRole names the role of a schema and level.
func (r *Run) accessRole(schema sqltext.Ident, level v1alpha1.AccessLevel) accessRole {
	name := sqltext.Ident(strings.NewReplacer(
		"{{DATABASE}}", string(r.Target), "{{SCHEMA}}", string(schema), "{{LEVEL}}", string(level),
	).Replace(r.rolePattern()))
	one := accessRole{schema: schema, level: level, role: snowflake.RoleOfDatabase(r.Target, name)}
	if r.roleKind() == v1alpha1.RoleKindAccount {
		one.role = snowflake.AccountRole(name)
	}
	return one
}

// accessRoles are all access roles of the clone, by schema and level, lowest level first.
func (r *Run) accessRoles(ctx context.Context) ([]accessRole, error) {
	schemas, err := r.Snowflake.Schemas(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	var roles []accessRole
	for _, schema := range schemas {
		for _, level := range r.levels() {
			roles = append(roles, r.accessRole(schema.Name.Schema, level))
		}
	}
	return roles, checkRoleNames(roles)
}

// maxIdentifier is how many characters a name may have (N1).
const maxIdentifier = 255

// checkRoleNames refuses names that are too long, or that two roles would share: a pattern such as {{LEVEL}}_{{SCHEMA}}
// makes READ_WRITE_X of READ for the schema WRITE_X, and of READ_WRITE for the schema X.
func checkRoleNames(roles []accessRole) error {
	taken := map[sqltext.Ident]accessRole{}
	for _, role := range roles {
		name := role.role.Name
		if length := utf8.RuneCountInString(string(name)); length > maxIdentifier {
			return Terminalf(v1alpha1.ReasonNotSupported, "access.roles.namePattern: the name of the %s role of schema %s has %d "+
				"characters, more than %d; set a pattern that makes shorter names", role.level, role.schema, length, maxIdentifier)
		}
		if other, isTaken := taken[name]; isTaken {
			return Terminalf(v1alpha1.ReasonNotSupported, "access.roles.namePattern: the %s role of schema %s and the %s role of "+
				"schema %s would both be called %s; set a pattern that keeps them apart",
				other.level, other.schema, role.level, role.schema, name)
		}
		taken[name] = role
	}
	return nil
}

// rolePrefix is the part of an access role's name that is the same for all schemas and levels.
func (r *Run) rolePrefix() sqltext.Ident {
	pattern := r.rolePattern()
	if r.roleKind() != v1alpha1.RoleKindAccount {
		pattern = accountRolePattern // The roles of a clone may have been account roles before.
	}
	prefix, _, _ := strings.Cut(strings.ReplaceAll(pattern, "{{DATABASE}}", string(r.Target)), "{{")
	return sqltext.Ident(prefix)
}

// accountRoles are the account roles that were made for this clone, or for an earlier one of its name: those whose
// comments say so.
func (r *Run) accountRoles(ctx context.Context) ([]snowflake.Role, error) {
	roles, err := r.Snowflake.RolesWithPrefix(ctx, r.rolePrefix())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(roles, func(role snowflake.Role) bool {
		return !r.Marker.In(role.Comment) && !r.Marker.SucceedsOneIn(role.Comment)
	}), nil
}

// dropAccountRoles drops the account roles that were made for this clone or for an earlier one of its name, and says how
// many there were.
func (r *Run) dropAccountRoles(ctx context.Context) (dropped, found int, err error) {
	roles, err := r.accountRoles(ctx)
	if err != nil {
		return 0, 0, err
	}
	dropped, err = forEach(ctx, r, roles, func(ctx context.Context, role snowflake.Role) error {
		return r.dropAccountRole(ctx, role)
	})
	return dropped, len(roles), err
}

// deleteRBACMappings clears away the account roles that an earlier clone of this name left behind, and with them their
// grants and members. Database roles went with their database.
type deleteRBACMappings struct{}

func (deleteRBACMappings) Name() v1alpha1.StepName { return v1alpha1.StepDeleteRBACMappings }

func (deleteRBACMappings) Run(ctx context.Context, r *Run) (Outcome, error) {
	if r.State.Database != nil {
		return Skip("The database exists, so that its roles are its own"), nil
	}
	dropped, found, err := r.dropAccountRoles(ctx)
	r.Progress(dropped, found)
	switch {
	case err != nil:
		return Outcome{}, err
	case found == 0:
		return Skip("No earlier clone of this name left roles behind"), nil
	case dropped < found:
		return Wait(0, fmt.Sprintf("Dropped %d of %d roles of an earlier clone", dropped, found)), nil
	}
	return Done(fmt.Sprintf("Dropped %d roles of an earlier clone", dropped)), nil
}
