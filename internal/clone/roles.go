package clone

import (
	"context"
	"errors"
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

// roleWords are the words of the access roles' comments. They name the database: an object that was deleted with
// deletionPolicy Retain leaves roles behind that are in use, and the next object of its name may have another target.
func (r *Run) roleWords() string { return "Access role of database " + r.Target.SQL() }

// roleComment is the comment of the access roles.
func (r *Run) roleComment() string { return r.Marker.On(r.roleWords()) }

// madeRole says whether the comment of a role tells that it was made for this clone, or for an earlier one of its name and
// target.
func (r *Run) madeRole(comment string) bool {
	return r.Marker.In(comment) || r.Marker.SucceedsOneIn(comment) && strings.HasPrefix(comment, r.roleWords()+" [")
}

// accountRoles are the account roles that were made for this clone, or for an earlier one of its name and target, and whose
// names begin with a prefix.
func (r *Run) accountRoles(ctx context.Context, prefix sqltext.Ident) ([]snowflake.Role, error) {
	roles, err := r.Snowflake.RolesWithPrefix(ctx, prefix)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(roles, func(role snowflake.Role) bool { return !r.madeRole(role.Comment) }), nil
}

// dropAccountRoles drops the account roles that were made for this clone or for an earlier one of its name and target,
// those to be kept aside, and says how many there were. It goes through all roles of the account: the pattern of their
// names may have been another when they were made.
func (r *Run) dropAccountRoles(ctx context.Context, kept ...accessRole) (dropped, found int, err error) {
	roles, err := r.accountRoles(ctx, "")
	if err != nil {
		return 0, 0, err
	}
	roles = slices.DeleteFunc(roles, func(role snowflake.Role) bool {
		return slices.ContainsFunc(kept, func(one accessRole) bool { return one.role == snowflake.AccountRole(role.Name.Object) })
	})
	dropped, err = forEach(ctx, r, roles, func(ctx context.Context, role snowflake.Role) error {
		return r.dropAccountRole(ctx, role)
	})
	return dropped, len(roles), err
}

// deleteRBACMappings clears away the account roles that an earlier clone of this name left behind, and with them their
// grants and members. Database roles went with their database. In a later run over the same database it drops the access
// roles of either kind that the spec asks for no longer: who holds one would be in for ever.
type deleteRBACMappings struct{}

func (deleteRBACMappings) Name() v1alpha1.StepName { return v1alpha1.StepDeleteRBACMappings }

func (s deleteRBACMappings) Run(ctx context.Context, r *Run) (Outcome, error) {
	if r.State.Database != nil {
		return s.dropStale(ctx, r)
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

// dropStale drops the access roles of the clone that its spec asks for no longer.
func (deleteRBACMappings) dropStale(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	wanted, err := r.accessRoles(ctx)
	if err != nil {
		return Outcome{}, err
	}
	inDatabase, err := r.Snowflake.DatabaseRoles(ctx, r.Target)
	if err != nil {
		return Outcome{}, err
	}
	inDatabase = slices.DeleteFunc(inDatabase, func(role snowflake.DatabaseRole) bool {
		name := snowflake.RoleOfDatabase(r.Target, role.Name.Object)
		return !r.Marker.In(role.Comment) || slices.ContainsFunc(wanted, func(one accessRole) bool { return one.role == name })
	})
	dropped, err := forEach(ctx, r, inDatabase, own.DropDatabaseRole)
	more, found, moreErr := r.dropAccountRoles(ctx, wanted...)
	dropped, found = dropped+more, len(inDatabase)+found
	r.Progress(dropped, found)
	switch err := errors.Join(err, moreErr); {
	case err != nil:
		return Outcome{}, err
	case found == 0:
		return Skip("The database exists, and all its access roles are asked for"), nil
	case dropped < found:
		return Wait(0, fmt.Sprintf("Dropped %d of %d roles that are asked for no longer", dropped, found)), nil
	}
	return Done(fmt.Sprintf("Dropped %d roles that are asked for no longer", dropped)), nil
}
