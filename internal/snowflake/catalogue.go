package snowflake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// A listing shows only objects on which the role has some privilege (S1): what is not listed may still exist.

// list reads all objects of a kind in a scope and binds each row.
func list[T any](ctx context.Context, c *Client, kind Kind, scope Scope, one func(*binder) T) ([]T, error) {
	rows, err := c.show(ctx, kind, scope)
	if err != nil {
		return nil, fmt.Errorf("list %s in %s: %w", strings.ToLower(kind.Plural()), scope.SQL(), err)
	}
	typed, err := bindRows(rows, one)
	if err != nil {
		return nil, fmt.Errorf("list %s in %s: %w", strings.ToLower(kind.Plural()), scope.SQL(), err)
	}
	return typed, nil
}

// show lists a whole database in one statement where that is sound, else schema by schema: beyond 10,000 rows SHOW
// fails for some kinds and cuts off without a word for others, and its cursor is sound in one schema only (S3, S4).
func (c *Client) show(ctx context.Context, kind Kind, scope Scope) (Rows, error) {
	if scope.Schema != "" {
		return c.showSchema(ctx, kind, scope)
	}
	rows, err := c.Query(ctx, "SHOW "+kind.Show()+" IN "+scope.SQL())
	if err == nil && len(rows) < c.pool.options.ShowLimit {
		return rows, nil
	}
	if err != nil && !mayBeCap(err) {
		return nil, err
	}
	schemas, schemasErr := c.Schemas(ctx, scope.Database)
	if schemasErr != nil {
		return nil, errors.Join(err, schemasErr)
	}
	rows = nil
	for _, schema := range schemas {
		more, err := c.showSchema(ctx, kind, InSchema(scope.Database, schema.Name.Schema))
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// showSchema lists one schema, in pages when there is more than one answer holds.
func (c *Client) showSchema(ctx context.Context, kind Kind, scope Scope) (Rows, error) {
	statement := "SHOW " + kind.Show() + " IN " + scope.SQL()
	rows, err := c.Query(ctx, statement)
	if err == nil && len(rows) < c.pool.options.ShowLimit {
		return rows, nil
	}
	if err != nil && !mayBeCap(err) {
		return nil, err
	}
	return c.showPages(ctx, statement)
}

// mayBeCap says whether an error may be the refusal to list more than 10,000 objects, whose number is documented nowhere.
func mayBeCap(err error) bool {
	return ClassOf(err) == Other && !HasNumber(err, NumberUnsupportedFeature)
}

// showPages walks a cursor over names. Rows of one name (overloads) may be torn apart by the end of a page, so the
// last name of a full page is left for the next one.
func (c *Client) showPages(ctx context.Context, statement string) (Rows, error) {
	limit := c.pool.options.ShowLimit
	var all Rows
	var after string
	for {
		page := fmt.Sprintf("%s LIMIT %d", statement, limit)
		if after != "" {
			page += " FROM " + sqltext.Literal(after)
		}
		rows, err := c.Query(ctx, page)
		if err != nil {
			return nil, err
		}
		full := len(rows) >= limit
		if full {
			if rows = withoutLastName(rows); len(rows) == 0 {
				return nil, fmt.Errorf("%s: %d objects of one name do not fit into a page", statement, limit)
			}
		}
		// The cursor stands behind the first row of its name: its overloads may come again.
		all = append(all, slices.DeleteFunc(rows, func(r Row) bool { return after != "" && r.String("name") == after })...)
		if !full {
			return all, nil
		}
		next := all[len(all)-1].String("name")
		if next == after {
			return nil, fmt.Errorf("%s: the cursor does not move beyond %q", statement, after)
		}
		after = next
	}
}

// withoutLastName drops the rows that share the last row's name.
func withoutLastName(rows Rows) Rows {
	last := rows[len(rows)-1].String("name")
	return rows[:slices.IndexFunc(rows, func(r Row) bool { return r.String("name") == last })]
}

// selectRows runs a SELECT over metadata and binds its rows.
func selectRows[T any](ctx context.Context, c *Client, what, statement string, one func(*binder) T) ([]T, error) {
	rows, err := c.Query(ctx, statement)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	typed, err := bindRows(rows, one)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return typed, nil
}

// likeName is a LIKE clause that the name matches, and perhaps other names: the pattern ignores case and takes _ and %
// for wildcards (S2), so the caller must compare exactly.
func likeName(name sqltext.Ident) string {
	return " LIKE " + sqltext.Literal(strings.ReplaceAll(string(name), `\`, `\\`))
}

// find runs a SHOW … LIKE and picks the row whose name is exactly right; nil when there is none.
func find[T any](ctx context.Context, c *Client, statement string, name sqltext.Ident, one func(*binder) T) (*T, error) {
	rows, err := c.Query(ctx, statement)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.String("name") != string(name) })
	found, err := bindRows(rows, one)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Objects lists the objects of any kind that lives in a schema, with what all listings share. Kinds that overlap in
// SHOW are kept apart: TABLE has no dynamic, Iceberg, external, hybrid or event tables, VIEW no materialized views.
func (c *Client) Objects(ctx context.Context, kind Kind, scope Scope) ([]Object, error) {
	objects, err := list(ctx, c, kind, scope, func(b *binder) Object { return objectOf(b, kindOfRow(b, kind)) })
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(objects, func(o Object) bool { return o.Kind != kind }), nil
}

// kindOfRow tells the kinds apart that SHOW TABLES and SHOW VIEWS mix.
func kindOfRow(b *binder, listed Kind) Kind {
	switch {
	case listed == KindView && b.flag("is_materialized"):
		return KindMaterializedView
	case listed != KindTable:
		return listed
	case b.flag("is_dynamic"):
		return KindDynamicTable
	case b.flag("is_iceberg"):
		return KindIcebergTable
	case b.flag("is_external"):
		return KindExternalTable
	case b.flag("is_hybrid"):
		return KindHybridTable
	case b.flag("is_event"):
		return KindEventTable
	}
	return KindTable
}

// Inventory lists all objects of the kinds given, or of SchemaKinds when none are given, in a scope. A kind that the
// account does not know or support is left out.
func (c *Client) Inventory(ctx context.Context, scope Scope, only ...Kind) (map[Kind][]Object, error) {
	if len(only) == 0 {
		only = SchemaKinds()
	}
	found := make([][]Object, len(only))
	err := each(ctx, len(only), func(ctx context.Context, i int) error {
		objects, err := c.Objects(ctx, only[i], scope)
		if class := ClassOf(err); (class == Syntax || HasNumber(err, NumberUnsupportedFeature)) && optionalKinds[only[i]] {
			return nil
		}
		found[i] = objects
		return err
	})
	if err != nil {
		return nil, err
	}
	inventory := make(map[Kind][]Object, len(only))
	for i, kind := range only {
		if len(found[i]) > 0 {
			inventory[kind] = found[i]
		}
	}
	countOnce(inventory)
	return inventory, nil
}

// countOnce takes dynamic Iceberg tables, which are listed as dynamic tables and as Iceberg tables, for dynamic ones.
func countOnce(inventory map[Kind][]Object) {
	dynamic := make(map[sqltext.Name]bool)
	for _, object := range inventory[KindDynamicTable] {
		dynamic[object.Name] = true
	}
	iceberg := slices.DeleteFunc(inventory[KindIcebergTable], func(o Object) bool { return dynamic[o.Name] })
	if inventory[KindIcebergTable] = iceberg; len(iceberg) == 0 {
		delete(inventory, KindIcebergTable)
	}
}

// optionalKinds are those that an account may refuse to list, for its edition, region or release.
var optionalKinds = map[Kind]bool{
	KindHybridTable: true, KindAggregationPolicy: true, KindProjectionPolicy: true, KindJoinPolicy: true, KindPrivacyPolicy: true, KindLifecyclePolicy: true, KindSecret: true, KindNetworkRule: true, KindGitRepository: true, KindImageRepository: true,
	KindNotebook: true, KindStreamlit: true, KindCortexSearchService: true, KindSemanticView: true,
}
