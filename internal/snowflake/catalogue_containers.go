package snowflake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Database is a row of SHOW DATABASES. Its name has the Database part only.
type Database struct {
	Object
	// Kind of database: STANDARD, IMPORTED DATABASE, APPLICATION, … Only standard ones can be cloned (C11).
	DatabaseKind string
	// Origin is the share of an imported database.
	Origin string
	// Transient databases can be cloned to transient ones only (C12).
	Transient bool
	// RetentionDays is how far Time Travel reaches back.
	RetentionDays int64
}

func databaseOf(b *binder) Database {
	object := objectOf(b, KindDatabase)
	object.Name = sqltext.Name{Database: object.Name.Object}
	return Database{
		Object:        object,
		DatabaseKind:  b.text("kind"),
		Origin:        b.text("origin"),
		Transient:     hasOption(b.text("options"), "TRANSIENT"),
		RetentionDays: b.row.Int("retention_time"),
	}
}

// hasOption finds a word in a list such as "TRANSIENT, MANAGED ACCESS".
func hasOption(options, word string) bool {
	return slices.ContainsFunc(strings.Split(options, ","), func(option string) bool {
		return strings.EqualFold(strings.TrimSpace(option), word)
	})
}

// FindDatabase looks for one database by its exact name; nil, nil when the role sees none of that name.
func (c *Client) FindDatabase(ctx context.Context, name sqltext.Ident) (*Database, error) {
	found, err := find(ctx, c, "SHOW DATABASES"+likeName(name), name, databaseOf)
	if err != nil {
		return nil, fmt.Errorf("find database %s: %w", name, err)
	}
	return found, nil
}

// Databases lists all databases that the role sees.
func (c *Client) Databases(ctx context.Context) ([]Database, error) {
	rows, err := c.showPages(ctx, "SHOW DATABASES")
	if err != nil {
		return nil, fmt.Errorf("list databases: %w", err)
	}
	return bindRows(rows, databaseOf)
}

// Schema is a row of SHOW SCHEMAS. Its name has the parts Database and Schema.
type Schema struct {
	Object
	Transient bool
	// ManagedAccess schemas let only their owner grant (P11).
	ManagedAccess bool
	RetentionDays int64
}

func schemaOf(b *binder) Schema {
	object := objectOf(b, KindSchema)
	object.Name = sqltext.Name{Database: sqltext.Ident(b.need("database_name")), Schema: object.Name.Object}
	return Schema{
		Object:        object,
		Transient:     hasOption(b.text("options"), "TRANSIENT"),
		ManagedAccess: hasOption(b.text("options"), "MANAGED ACCESS"),
		RetentionDays: b.row.Int("retention_time"),
	}
}

// informationSchema is in every database and belongs to nobody: it is neither cloned nor granted.
const informationSchema = "INFORMATION_SCHEMA"

// Schemas lists the schemas of a database without INFORMATION_SCHEMA.
func (c *Client) Schemas(ctx context.Context, database sqltext.Ident) ([]Schema, error) {
	rows, err := c.showPages(ctx, "SHOW SCHEMAS IN "+InDatabase(database).SQL())
	if err != nil {
		return nil, fmt.Errorf("list schemas of %s: %w", database, err)
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.String("name") == informationSchema })
	schemas, err := bindRows(rows, schemaOf)
	if err != nil {
		return nil, fmt.Errorf("list schemas of %s: %w", database, err)
	}
	return schemas, nil
}

// DatabaseRole is a row of SHOW DATABASE ROLES. Its name has the parts Database and Object.
type DatabaseRole struct {
	Object
}

// DatabaseRoles lists the database roles of a database.
func (c *Client) DatabaseRoles(ctx context.Context, database sqltext.Ident) ([]DatabaseRole, error) {
	return list(ctx, c, KindDatabaseRole, InDatabase(database), func(b *binder) DatabaseRole {
		object := objectOf(b, KindDatabaseRole)
		object.Name.Database = database
		return DatabaseRole{Object: object}
	})
}

// Role is a row of SHOW ROLES. Its name has the Object part only.
type Role struct {
	Object
	// AssignedToUsers, GrantedToRoles and GrantedRoles count.
	AssignedToUsers, GrantedToRoles, GrantedRoles int64
}

func roleOf(b *binder) Role {
	return Role{
		Object:          objectOf(b, KindRole),
		AssignedToUsers: b.row.Int("assigned_to_users"),
		GrantedToRoles:  b.row.Int("granted_to_roles"),
		GrantedRoles:    b.row.Int("granted_roles"),
	}
}

// FindRole looks for one account role by its exact name; nil, nil when the role sees none of that name.
func (c *Client) FindRole(ctx context.Context, name sqltext.Ident) (*Role, error) {
	found, err := find(ctx, c, "SHOW ROLES"+likeName(name), name, roleOf)
	if err != nil {
		return nil, fmt.Errorf("find role %s: %w", name, err)
	}
	return found, nil
}

// RolesWithPrefix lists the account roles whose names start with the prefix, case and all.
func (c *Client) RolesWithPrefix(ctx context.Context, prefix sqltext.Ident) ([]Role, error) {
	statement := "SHOW ROLES" + likeName(prefix+"%")
	rows, err := c.Query(ctx, statement)
	if err == nil && len(rows) >= c.pool.options.ShowLimit {
		rows, err = c.showPages(ctx, statement) // S3: it may have been cut off without a word.
	}
	if err != nil {
		return nil, fmt.Errorf("list roles %s…: %w", prefix, err)
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return !strings.HasPrefix(r.String("name"), string(prefix)) })
	return bindRows(rows, roleOf)
}

// Warehouse is a row of SHOW WAREHOUSES. Its name has the Object part only.
type Warehouse struct {
	Object
	// State is STARTED, SUSPENDED, RESUMING or SUSPENDING.
	State string
	Size  string
	// AutoResume warehouses start by themselves with the next statement.
	AutoResume bool
}

// FindWarehouse looks for one warehouse by its exact name; nil, nil when the role sees none of that name.
func (c *Client) FindWarehouse(ctx context.Context, name sqltext.Ident) (*Warehouse, error) {
	found, err := find(ctx, c, "SHOW WAREHOUSES"+likeName(name), name, func(b *binder) Warehouse {
		return Warehouse{
			Object:     objectOf(b, KindWarehouse),
			State:      b.text("state"),
			Size:       b.text("size"),
			AutoResume: b.flag("auto_resume"),
		}
	})
	if err != nil {
		return nil, fmt.Errorf("find warehouse %s: %w", name, err)
	}
	return found, nil
}
