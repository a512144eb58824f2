package snowflake

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// PolicyBody is what DESCRIBE tells of a policy.
type PolicyBody struct {
	// Signature is "(VAL VARCHAR, …)".
	Signature  string
	ReturnType string
	// Body is the expression behind the arrow.
	Body string
}

// DescribePolicy reads the body of a masking or row access policy. It needs OWNERSHIP or APPLY.
func (c *Client) DescribePolicy(ctx context.Context, ref ObjectRef) (PolicyBody, error) {
	what := "body of " + ref.String()
	found, err := selectRows(ctx, c, what, "DESCRIBE "+ref.Kind.Singular()+" "+ref.SQL(), func(b *binder) PolicyBody {
		return PolicyBody{Signature: b.need("signature"), ReturnType: b.need("return_type"), Body: b.need("body")}
	})
	switch {
	case err != nil:
		return PolicyBody{}, err
	case len(found) != 1:
		return PolicyBody{}, fmt.Errorf("read %s: %w", what, errMalformed)
	}
	return found[0], nil
}

// TagObject is a row of SHOW TAGS.
type TagObject struct {
	Object
	// AllowedValues is a JSON array as printed, or "".
	AllowedValues string
	Propagate     string
}

// Tags lists tags.
func (c *Client) Tags(ctx context.Context, scope Scope) ([]TagObject, error) {
	return list(ctx, c, KindTag, scope, func(b *binder) TagObject {
		return TagObject{
			Object:        objectOf(b, KindTag),
			AllowedValues: b.text("allowed_values"),
			Propagate:     b.text("propagate"),
		}
	})
}

// PolicyReference says that a policy guards an object or a column, directly or by way of a tag (I10).
type PolicyReference struct {
	Policy sqltext.Name
	// PolicyKind is MASKING_POLICY, ROW_ACCESS_POLICY, …
	PolicyKind string
	// Entity is the table, view or tag that is guarded, EntityDomain its kind: TABLE, VIEW, TAG.
	Entity       sqltext.Name
	EntityDomain string
	// Column is empty where the whole entity is guarded.
	Column sqltext.Ident
	// Arguments are the columns that a row access policy looks at, in the order of its arguments. For masking policies
	// they are not told.
	Arguments []sqltext.Ident
	// Tag is the tag by whose way a masking policy applies; zero for a direct one.
	Tag sqltext.Name
	// Status is PolicyActive, or why the policy does not act (X12).
	Status string
}

// PolicyActive is the status of a policy that acts on its column or object, and is the only one that does.
const PolicyActive = "ACTIVE"

// PolicyReferences lists the policies on one table, view or tag: domain TABLE, VIEW or TAG. It needs a warehouse, and
// sees only policies that the role may apply or owns (I10).
func (c *Client) PolicyReferences(ctx context.Context, entity sqltext.Name, domain string) ([]PolicyReference, error) {
	arguments := "REF_ENTITY_NAME => " + sqltext.Literal(entity.SQL()) + ", REF_ENTITY_DOMAIN => " + sqltext.Literal(domain)
	return c.policyReferences(ctx, entity.Database, "policies on "+entity.String(), arguments)
}

// PolicyUses lists everything that one policy guards. It needs a warehouse.
func (c *Client) PolicyUses(ctx context.Context, policy sqltext.Name) ([]PolicyReference, error) {
	arguments := "POLICY_NAME => " + sqltext.Literal(policy.SQL())
	return c.policyReferences(ctx, policy.Database, "uses of policy "+policy.String(), arguments)
}

func (c *Client) policyReferences(
	ctx context.Context, database sqltext.Ident, what, arguments string,
) ([]PolicyReference, error) {
	statement := "SELECT * FROM TABLE(" + informationView(database, "POLICY_REFERENCES") + "(" + arguments + "))"
	return selectRows(ctx, c, what, statement, func(b *binder) PolicyReference {
		return PolicyReference{
			Policy:       nameFrom(b, "policy_db", "policy_schema", "policy_name"),
			PolicyKind:   b.text("policy_kind"),
			Entity:       nameFrom(b, "ref_database_name", "ref_schema_name", "ref_entity_name"),
			EntityDomain: b.text("ref_entity_domain"),
			Column:       sqltext.Ident(b.text("ref_column_name")),
			Arguments:    columnList(b, "ref_arg_column_names"),
			Tag:          nameFrom(b, "tag_database", "tag_schema", "tag_name"),
			Status:       b.text("policy_status"),
		}
	})
}

// columnList reads names of columns out of a JSON array; none where there is none.
func columnList(b *binder, column string) []sqltext.Ident {
	text := b.text(column)
	if text == "" {
		return nil
	}
	var names []sqltext.Ident
	if err := json.Unmarshal([]byte(text), &names); err != nil && b.err == nil {
		b.err = fmt.Errorf("read %s: %w", column, err)
	}
	return names
}

// nameFrom reads a name out of three required columns.
func nameFrom(b *binder, database, schema, object string) sqltext.Name {
	return sqltext.Name{
		Database: sqltext.Ident(b.need(database)),
		Schema:   sqltext.Ident(b.need(schema)),
		Object:   sqltext.Ident(b.need(object)),
	}
}

// TagReference says that an object or a column carries a tag.
type TagReference struct {
	Tag   sqltext.Name
	Value string
	// Level is where the tag was set: DATABASE, SCHEMA, TABLE, COLUMN; above the object's own, it is inherited.
	Level  string
	Object sqltext.Name
	// Column is empty where the tag is not on a column.
	Column sqltext.Ident
}

// TagReferences lists the tags of one object, inherited ones among them. The domain is TABLE (views too), SCHEMA or
// DATABASE. It needs a warehouse.
func (c *Client) TagReferences(ctx context.Context, object sqltext.Name, domain string) ([]TagReference, error) {
	return c.TagReferencesOf(ctx, ObjectRef{Name: object}, domain)
}

// TagReferencesOf is TagReferences for what needs more than a name: a routine is named with the types of its arguments.
// Which domains Snowflake knows is documented (I11); another it may refuse.
func (c *Client) TagReferencesOf(ctx context.Context, ref ObjectRef, domain string) ([]TagReference, error) {
	arguments := sqltext.Literal(ref.SQL()) + ", " + sqltext.Literal(domain)
	return c.tagReferences(ctx, ref.Name, "TAG_REFERENCES", arguments)
}

// ColumnTagReferences lists the tags of all columns of one table or view. It needs a warehouse.
func (c *Client) ColumnTagReferences(ctx context.Context, table sqltext.Name) ([]TagReference, error) {
	arguments := sqltext.Literal(table.SQL()) + ", 'TABLE'"
	return c.tagReferences(ctx, table, "TAG_REFERENCES_ALL_COLUMNS", arguments)
}

func (c *Client) tagReferences(
	ctx context.Context, object sqltext.Name, function, arguments string,
) ([]TagReference, error) {
	statement := "SELECT * FROM TABLE(" + informationView(object.Database, function) + "(" + arguments + "))"
	return selectRows(ctx, c, "tags of "+object.String(), statement, func(b *binder) TagReference {
		return TagReference{
			Tag:    nameFrom(b, "tag_database", "tag_schema", "tag_name"),
			Value:  b.need("tag_value"),
			Level:  b.text("level"),
			Object: nameFrom(b, "object_database", "object_schema", "object_name"),
			Column: sqltext.Ident(b.text("column_name")),
		}
	})
}
