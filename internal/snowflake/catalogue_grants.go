package snowflake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Grant is a privilege, OWNERSHIP among them, of one grantee on one object.
type Grant struct {
	CreatedOn time.Time
	// Privilege is in upper case: SELECT, USAGE, OWNERSHIP, CREATE TABLE.
	Privilege string
	// GrantedOn is the kind of object as SHOW GRANTS prints it, with underscores.
	GrantedOn string
	// ObjectName is the object's name as printed; Ref parses it.
	ObjectName  string
	Grantee     Grantee
	GrantOption bool
	// GrantedBy is the role that is recorded as grantor; often the owner (P10), "" for grants by the system.
	GrantedBy string
	// Inherited grants come from a container by way of GRANT INHERITED (P15) and cannot be revoked here.
	Inherited bool
	// asked is the object of the question, where that was one.
	asked ObjectRef
}

// Ref is the object on which the privilege is.
func (g Grant) Ref() (ObjectRef, error) {
	if g.asked.Kind != "" {
		return g.asked, nil // Printed names of routines are ambiguous where a name holds parentheses.
	}
	return parseGranted(KindOf(g.GrantedOn), g.ObjectName)
}

// grantOf reads a row of SHOW GRANTS but for what the question told already.
func grantOf(b *binder) Grant {
	return Grant{
		CreatedOn:   b.row.Time("created_on"),
		Privilege:   strings.ToUpper(b.need("privilege")),
		GrantedOn:   b.need("granted_on"),
		ObjectName:  b.need("name"),
		GrantOption: b.flag("grant_option"),
		GrantedBy:   b.text("granted_by"),
		Inherited:   b.flag("is_inherited"),
	}
}

// GrantsOn lists all privileges on one object, complete for every grantee (MANAGE GRANTS or ownership given). There is
// no form for all objects of a schema: ObjectPrivileges is one, as far as the role sees, and GrantsTo is the way round
// for one role.
func (c *Client) GrantsOn(ctx context.Context, ref ObjectRef) ([]Grant, error) {
	statement := "SHOW GRANTS ON " + ref.Kind.Singular() + " " + ref.SQL()
	if ref.Kind == KindAccount {
		statement = "SHOW GRANTS ON ACCOUNT"
	}
	return selectRows(ctx, c, "grants on "+ref.String(), statement, func(b *binder) Grant {
		grant := grantOf(b)
		grant.asked = ref
		grant.Grantee = granteeOf(b.need("granted_to"), b.need("grantee_name"), ref.Name.Database)
		return grant
	})
}

// GrantsTo lists all privileges of one account role or database role, anywhere in the account, and the roles granted
// to it (as USAGE on a ROLE). Complete for that role; what it inherits from other roles stands with them.
func (c *Client) GrantsTo(ctx context.Context, grantee Grantee) ([]Grant, error) {
	return selectRows(ctx, c, "grants to "+grantee.String(), "SHOW GRANTS TO "+grantee.SQL(), func(b *binder) Grant {
		grant := grantOf(b)
		grant.Grantee = grantee
		return grant
	})
}

// Membership says that a role was granted to somebody.
type Membership struct {
	CreatedOn time.Time
	Grantee   Grantee
	GrantedBy string
}

// GrantsOf lists who has been granted an account role or a database role.
func (c *Client) GrantsOf(ctx context.Context, role Grantee) ([]Membership, error) {
	return selectRows(ctx, c, "holders of "+role.String(), "SHOW GRANTS OF "+role.SQL(), func(b *binder) Membership {
		return Membership{
			CreatedOn: b.row.Time("created_on"),
			Grantee:   granteeOf(b.need("granted_to"), b.need("grantee_name"), role.Database),
			GrantedBy: b.text("granted_by"),
		}
	})
}

// FutureGrant is a privilege that somebody will have on each object of a kind yet to be created.
type FutureGrant struct {
	CreatedOn time.Time
	Privilege string
	// Kind is the kind of the objects to come.
	Kind Kind
	// Scope is the database or schema in which the objects will be.
	Scope       Scope
	Grantee     Grantee
	GrantOption bool
}

// FutureGrantsIn lists the future grants of a database, or of a schema. A database's listing does not show those of its
// schemas.
func (c *Client) FutureGrantsIn(ctx context.Context, scope Scope) ([]FutureGrant, error) {
	return selectRows(ctx, c, "future grants in "+scope.SQL(), "SHOW FUTURE GRANTS IN "+scope.SQL(), func(b *binder) FutureGrant {
		return FutureGrant{
			CreatedOn:   b.row.Time("created_on"),
			Privilege:   strings.ToUpper(b.need("privilege")),
			Kind:        KindOf(b.need("grant_on")),
			Scope:       scope,
			Grantee:     granteeOf(b.need("grant_to"), b.need("grantee_name"), scope.Database),
			GrantOption: b.flag("grant_option"),
		}
	})
}

// ObjectPrivileges lists the privileges on all objects of a database in one statement, over INFORMATION_SCHEMA. It
// needs a warehouse (I1) and shows only what the role itself may see, MANAGE GRANTS or not (I1, I8): good for finding
// where to look, no proof that there is nothing else. The proof is GrantsOn per object, or GrantsTo per role. Names of
// procedures and functions may lack the argument types; Ref fails for those.
func (c *Client) ObjectPrivileges(ctx context.Context, database sqltext.Ident) ([]Grant, error) {
	statement := "SELECT GRANTOR, GRANTEE, GRANTED_TO, OBJECT_SCHEMA, OBJECT_NAME, OBJECT_TYPE, PRIVILEGE_TYPE, " +
		"IS_GRANTABLE, CREATED FROM " + informationView(database, "OBJECT_PRIVILEGES") +
		" WHERE OBJECT_CATALOG = " + sqltext.Literal(string(database))
	return selectRows(ctx, c, "privileges in "+database.String(), statement, func(b *binder) Grant {
		return Grant{
			CreatedOn: b.row.Time("created"),
			Privilege: strings.ToUpper(b.need("privilege_type")),
			GrantedOn: strings.ReplaceAll(b.need("object_type"), " ", "_"),
			ObjectName: sqltext.Name{
				Database: database,
				Schema:   sqltext.Ident(b.need("object_schema")),
				Object:   sqltext.Ident(b.need("object_name")),
			}.String(),
			Grantee:     granteeOf(b.need("granted_to"), b.need("grantee"), database),
			GrantOption: b.flag("is_grantable"),
			GrantedBy:   b.need("grantor"),
		}
	})
}

// OwnerOf finds the owner of one object by its grants: for procedures and functions, whose listings do not tell.
func (c *Client) OwnerOf(ctx context.Context, ref ObjectRef) (Grantee, error) {
	grants, err := c.GrantsOn(ctx, ref)
	if err != nil {
		return Grantee{}, err
	}
	for _, grant := range grants {
		if grant.Privilege == PrivilegeOwnership {
			return grant.Grantee, nil
		}
	}
	return Grantee{}, fmt.Errorf("find the owner of %s: %w", ref, errNoOwner)
}

// errNoOwner is the cause where no OWNERSHIP is among the grants that the role sees.
var errNoOwner = errors.New("the role does not see who owns it")
