package snowflake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// grantText prints a grant for comparing.
func grantText(g Grant) string {
	text := fmt.Sprintf("%s on %s %s to %s", g.Privilege, g.GrantedOn, g.ObjectName, g.Grantee)
	// An owner may grant everything on, and SHOW says so.
	if g.GrantOption && g.Privilege != PrivilegeOwnership {
		text += " with grant option"
	}
	return text
}

func TestGrantsAreReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	grants := func(read func() ([]Grant, error)) func() ([]string, error) {
		return func() ([]string, error) {
			found, err := read()
			var printed []string
			for _, grant := range found {
				if _, err := grant.Ref(); err != nil && strings.Contains(grant.ObjectName, "(") {
					t.Errorf("object of %s: %v", grantText(grant), err)
				}
				printed = append(printed, grantText(grant))
			}
			slices.Sort(printed)
			return printed, err
		}
	}
	table := ObjectRef{Kind: KindTable, Name: name3("PROD", "DATA", "T")}
	check(t, "on a table", []string{
		"OWNERSHIP on TABLE PROD.DATA.T to ROLE CLONER", "SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR",
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, table) }))
	check(t, "with grant option", []string{
		"OWNERSHIP on VIEW PROD.DATA.V to ROLE CLONER", `SELECT on VIEW PROD.DATA.V to ROLE "my reader" with grant option`,
	}, grants(func() ([]Grant, error) {
		return c.GrantsOn(ctx, ObjectRef{Kind: KindView, Name: name3("PROD", "DATA", "V")})
	}))
	check(t, "on a database", []string{
		"OWNERSHIP on DATABASE PROD to ROLE CLONER", "USAGE on DATABASE PROD to DATABASE ROLE PROD.DR", "USAGE on DATABASE PROD to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, DatabaseRef("PROD")) }))
	check(t, "on a schema", []string{
		"OWNERSHIP on SCHEMA PROD.DATA to ROLE CLONER", "USAGE on SCHEMA PROD.DATA to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, SchemaRef("PROD", "DATA")) }))
	procedure := ObjectRef{Kind: KindProcedure, Name: name3("PROD", "DATA", "P"), Arguments: []string{"VARCHAR", "NUMBER"}}
	check(t, "on a procedure", []ObjectRef{procedure, procedure}, func() ([]ObjectRef, error) {
		found, err := c.GrantsOn(ctx, procedure)
		var refs []ObjectRef
		for _, grant := range found {
			ref, err := grant.Ref()
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		return refs, err
	})
	owner, err := c.OwnerOf(ctx, procedure)
	if owner != AccountRole("CLONER") || err != nil {
		t.Errorf("owner %s, %v", owner, err)
	}
	check(t, "to a role", []string{
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
		"USAGE on DATABASE PROD to ROLE READER",
		"USAGE on DATABASE_ROLE PROD.DR to ROLE READER",
		"USAGE on SCHEMA PROD.DATA to ROLE READER",
	}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.GrantsTo(ctx, AccountRole("READER")) })()
		return slices.DeleteFunc(printed, func(g string) bool { return strings.Contains(g, "PROCEDURE") }), err
	})
	check(t, "to a database role", []string{"SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR"}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.GrantsTo(ctx, RoleOfDatabase("PROD", "DR")) })()
		// A new database role has USAGE on its database in some releases.
		return slices.DeleteFunc(printed, func(g string) bool { return strings.HasPrefix(g, "USAGE on DATABASE ") }), err
	})
	members := func(role Grantee) func() ([]Grantee, error) {
		return func() ([]Grantee, error) {
			found, err := c.GrantsOf(ctx, role)
			var grantees []Grantee
			for _, one := range found {
				grantees = append(grantees, one.Grantee)
			}
			return grantees, err
		}
	}
	check(t, "of a role", []Grantee{AccountRole("CLONER")}, members(AccountRole("READER")))
	check(t, "of a database role", []Grantee{AccountRole("READER")}, members(RoleOfDatabase("PROD", "DR")))
	reader, dr := AccountRole("READER"), RoleOfDatabase("PROD", "DR")
	check(t, "future in a database", []FutureGrant{
		{Privilege: "SELECT", Kind: KindTable, Scope: prod, Grantee: reader},
		{Privilege: "USAGE", Kind: KindSchema, Scope: prod, Grantee: reader},
	}, func() ([]FutureGrant, error) {
		found, err := c.FutureGrantsIn(ctx, prod)
		slices.SortFunc(found, func(a, b FutureGrant) int { return strings.Compare(a.Privilege, b.Privilege) })
		return found, err
	})
	inSchema := FutureGrant{Privilege: "SELECT", Kind: KindView, Scope: InSchema("PROD", "DATA"), Grantee: dr}
	check(t, "future in a schema", []FutureGrant{inSchema}, func() ([]FutureGrant, error) {
		return c.FutureGrantsIn(ctx, InSchema("PROD", "DATA"))
	})
	check(t, "over the information schema", []string{
		"OWNERSHIP on TABLE PROD.DATA.T to ROLE CLONER", "SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR",
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
	}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.ObjectPrivileges(ctx, "PROD") })()
		return slices.DeleteFunc(printed, func(g string) bool { return !strings.Contains(g, "TABLE PROD.DATA.T ") }), err
	})
}
