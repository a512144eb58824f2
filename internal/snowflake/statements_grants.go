package snowflake

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Securable is what privileges are granted on: made by OnAccount, On, OnAll and OnFuture.
type Securable struct {
	words string
	// ownership is the same in the words of GRANT OWNERSHIP, which knows fewer kinds (P4).
	ownership string
}

// OnAccount is the account.
func OnAccount() Securable { return Securable{words: "ACCOUNT", ownership: "ACCOUNT"} }

// On is one object.
func On(ref ObjectRef) Securable {
	return Securable{
		words:     ref.Kind.Singular() + " " + ref.SQL(),
		ownership: ref.Kind.OwnershipKind().Singular() + " " + ref.SQL(),
	}
}

// OnAll is all objects of a kind that are in a database or schema now (P1, P7). See KindInfo.NoBulkGrant and
// NoBulkOwnership.
func OnAll(kind Kind, scope Scope) Securable {
	return Securable{
		words:     "ALL " + kind.Plural() + " IN " + scope.SQL(),
		ownership: "ALL " + kind.OwnershipKind().Plural() + " IN " + scope.SQL(),
	}
}

// OnFuture is all objects of a kind that will be made in a database or schema (P8). See KindInfo.NoFutureGrant.
func OnFuture(kind Kind, scope Scope) Securable {
	return Securable{
		words:     "FUTURE " + kind.Plural() + " IN " + scope.SQL(),
		ownership: "FUTURE " + kind.OwnershipKind().Plural() + " IN " + scope.SQL(),
	}
}

// GrantPrivileges grants privileges. Granting what is granted already is no error.
func GrantPrivileges(privileges []string, on Securable, to Grantee) string {
	return "GRANT " + privilegeList(privileges) + " ON " + on.words + " TO " + to.SQL()
}

// RevokePrivileges revokes privileges, and with CASCADE those that the grantee granted on: with RESTRICT, Snowflake's
// default, a dependent grant blocks the statement (P9). Revoking what is not granted is no error. OWNERSHIP can be
// revoked on FUTURE only (P5).
func RevokePrivileges(privileges []string, on Securable, from Grantee) string {
	return "REVOKE " + privilegeList(privileges) + " ON " + on.words + " FROM " + from.SQL() + " CASCADE"
}

// RevokeFuture revokes future grants. Existing grants stay (P9).
func RevokeFuture(privileges []string, kind Kind, scope Scope, from Grantee) string {
	return "REVOKE " + privilegeList(privileges) + " ON FUTURE " + kind.Plural() + " IN " + scope.SQL() + " FROM " +
		from.SQL()
}

// CurrentGrants is what becomes of the privileges on an object whose owner changes.
type CurrentGrants string

const (
	// FailOnGrants lets the statement fail when there are any (P1).
	FailOnGrants CurrentGrants = ""
	// CopyGrants keeps them; the new owner becomes their grantor.
	CopyGrants CurrentGrants = " COPY CURRENT GRANTS"
	// RevokeGrants takes them away. Not for FUTURE (P1).
	RevokeGrants CurrentGrants = " REVOKE CURRENT GRANTS"
)

// GrantOwnership moves ownership (P1). One task alone loses its place in its graph: move all tasks of a schema or
// database together (P3). Pipes are moved one by one, paused (P2).
func GrantOwnership(on Securable, to Grantee, current CurrentGrants) string {
	return "GRANT OWNERSHIP ON " + on.ownership + " TO " + to.SQL() + string(current)
}

// GrantRole grants an account role or a database role to a role or, an account role, to a user (P14).
func GrantRole(role, to Grantee) string { return "GRANT " + role.SQL() + " TO " + to.SQL() }

// RevokeRole takes an account role or a database role away again.
func RevokeRole(role, from Grantee) string { return "REVOKE " + role.SQL() + " FROM " + from.SQL() }

// CreateRole makes an account role or a database role with a comment. It fails when there is one.
func CreateRole(role Grantee, comment string) string {
	statement := "CREATE " + role.SQL()
	if comment != "" {
		statement += " COMMENT = " + sqltext.Literal(comment)
	}
	return statement
}

// DropRole drops an account role or a database role. What it owns goes to the role that drops it.
func DropRole(role Grantee) string { return "DROP " + role.SQL() }

// privilegeList prints privileges; what is no plain word comes out quoted and fails at the server.
func privilegeList(privileges []string) string {
	printed := make([]string, len(privileges))
	for i, privilege := range privileges {
		printed[i] = keywords(privilege)
	}
	return strings.Join(printed, ", ")
}
