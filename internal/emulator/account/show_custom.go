package account

import (
	"fmt"
	"strings"
)

// The values of columns that are no properties.

// constant shows the same in every row.
func constant(value any) func(*object, *plainDetail) any {
	return func(*object, *plainDetail) any { return value }
}

// propertyOf shows a property or clause.
func propertyOf(key string) func(*object, *plainDetail) any {
	return func(_ *object, d *plainDetail) any { return textCell(d.props.text(key, "")) }
}

// hasClause shows whether a clause was written.
func hasClause(key string) func(*object, *plainDetail) any {
	return func(_ *object, d *plainDetail) any { return yesNo(d.given(key)) }
}

// entriesOf counts the elements of a list.
func entriesOf(key string) func(*object, *plainDetail) any {
	return func(_ *object, d *plainDetail) any {
		p, _ := d.props.get(key)
		return len(p.list)
	}
}

// urlID is what the web interface calls the object.
func urlID(o *object, _ *plainDetail) any { return fmt.Sprintf("%020d", o.id) }

// repositoryURL is where images are pushed to.
func repositoryURL(o *object, _ *plainDetail) any {
	return "emulator.registry.snowflakecomputing.com/" + strings.ToLower(strings.Join(o.path(), "/"))
}

// dnsName is how services reach one another.
func dnsName(o *object, _ *plainDetail) any {
	return strings.ToLower(strings.ReplaceAll(o.name, "_", "-")) + ".svc.spcs.internal"
}

// modelVersion is the name of a model's only version.
func modelVersion(_ *object, d *plainDetail) any { return d.props.text("WITH VERSION", "VERSION_1") }

// showing is the row of the table of SHOW for a custom kind.
func (c *custom) showing() showing {
	return showing{words: c.kind.plural, kinds: []*kind{c.kind}, columns: c.columns, row: c.row}
}

// row fills the columns of SHOW by their names.
func (c *custom) row(_ *statement, o *object) []any {
	d := o.detail.(*plainDetail)
	var cells []any
	for column := range strings.FieldsSeq(c.columns) {
		name, _, _ := strings.Cut(column, ":")
		cells = append(cells, c.cell(name, o, d))
	}
	return cells
}

// cell is the value of one column.
func (c *custom) cell(name string, o *object, d *plainDetail) any {
	if value, ok := c.values[name]; ok {
		return value(o, d)
	}
	switch name {
	case "created_on":
		return o.created.at
	case "name":
		return o.name
	case "database_name":
		return databaseName(o)
	case "schema_name":
		return schemaName(o)
	case "owner":
		return o.ownerName()
	case "owner_role_type":
		return o.ownerRoleType()
	case "comment":
		return o.comment
	case "kind":
		return o.kind.grantedOn
	case "options":
		return ""
	}
	return textCell(d.props.text(strings.ToUpper(name), ""))
}

// customShowings are the rows of the table of SHOW for all custom kinds.
func customShowings() []showing {
	var out []showing
	for i := range customSchemaKinds {
		out = append(out, customSchemaKinds[i].showing())
	}
	for i := range customAccountKinds {
		out = append(out, customAccountKinds[i].showing())
	}
	return out
}

// customOf is the description of a custom kind; nil for other kinds.
func customOf(k *kind) *custom {
	for _, list := range [][]custom{customSchemaKinds, customAccountKinds} {
		for i := range list {
			if list[i].kind == k {
				return &list[i]
			}
		}
	}
	return nil
}
