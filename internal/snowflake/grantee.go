package snowflake

import "github.com/snowclone-dev/snowclone/internal/sqltext"

// GranteeKind is what can hold a privilege, in the words of GRANT … TO.
type GranteeKind string

// The kinds of grantees.
const (
	GranteeRole            GranteeKind = "ROLE"
	GranteeDatabaseRole    GranteeKind = "DATABASE ROLE"
	GranteeUser            GranteeKind = "USER"
	GranteeShare           GranteeKind = "SHARE"
	GranteeApplication     GranteeKind = "APPLICATION"
	GranteeApplicationRole GranteeKind = "APPLICATION ROLE"
)

// Grantee is who holds a privilege or a role.
type Grantee struct {
	Kind GranteeKind
	// Database is set for database roles only.
	Database sqltext.Ident
	Name     sqltext.Ident
}

// AccountRole is an account role as grantee, or as the role to grant.
func AccountRole(name sqltext.Ident) Grantee { return Grantee{Kind: GranteeRole, Name: name} }

// RoleOfDatabase is a database role as grantee, or as the role to grant.
func RoleOfDatabase(database, name sqltext.Ident) Grantee {
	return Grantee{Kind: GranteeDatabaseRole, Database: database, Name: name}
}

// SQL is the grantee with its kind: ROLE "R", DATABASE ROLE "D"."R".
func (g Grantee) SQL() string { return keywords(string(g.Kind)) + " " + g.name().SQL() }

// String is the grantee for people.
func (g Grantee) String() string { return string(g.Kind) + " " + g.name().String() }

func (g Grantee) name() sqltext.Name { return sqltext.Name{Database: g.Database, Object: g.Name} }
