package snowflake

import (
	"fmt"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// ObjectRef names one object. The name has the parts that the kind's level asks for: Database alone for a database,
// Database and Schema for a schema, Database and Object for a database role, Object alone for roles, warehouses and
// external volumes, and all three for what lives in a schema.
type ObjectRef struct {
	Kind Kind
	Name sqltext.Name
	// Arguments are the types of a procedure's or function's arguments (N6).
	Arguments []string
}

// DatabaseRef names a database.
func DatabaseRef(name sqltext.Ident) ObjectRef {
	return ObjectRef{Kind: KindDatabase, Name: sqltext.Name{Database: name}}
}

// SchemaRef names a schema.
func SchemaRef(database, schema sqltext.Ident) ObjectRef {
	return ObjectRef{Kind: KindSchema, Name: sqltext.Name{Database: database, Schema: schema}}
}

// AccountRef names an object of the account: a role, a warehouse, an external volume.
func AccountRef(kind Kind, name sqltext.Ident) ObjectRef {
	return ObjectRef{Kind: kind, Name: sqltext.Name{Object: name}}
}

// SQL is the quoted name, with the argument types of a procedure or function.
func (r ObjectRef) SQL() string {
	if !r.Kind.Info().Overloaded {
		return r.Name.SQL()
	}
	return r.Name.SQL() + "(" + typeList(r.Arguments) + ")"
}

// String is the name for people: `VIEW A.B.C`.
func (r ObjectRef) String() string {
	text := string(r.Kind) + " " + r.Name.String()
	if r.Kind.Info().Overloaded {
		text += "(" + strings.Join(r.Arguments, ", ") + ")"
	}
	return text
}

// Object is what all listed objects have.
type Object struct {
	ObjectRef
	// Owner is the owning role as stored, without quotes; "" where the listing does not tell (procedures, functions).
	Owner string
	// OwnerRoleType is ROLE, DATABASE_ROLE or APPLICATION; "" where the listing does not tell.
	OwnerRoleType string
	Comment       string
	CreatedOn     time.Time
}

// Ref is the object's name alone.
func (o Object) Ref() ObjectRef { return o.ObjectRef }

// Scope is where a listing looks: a database, or one schema of it.
type Scope struct {
	Database sqltext.Ident
	// Schema is empty for all schemas of the database.
	Schema sqltext.Ident
}

// InDatabase is the scope of a whole database.
func InDatabase(database sqltext.Ident) Scope { return Scope{Database: database} }

// InSchema is the scope of one schema.
func InSchema(database, schema sqltext.Ident) Scope { return Scope{Database: database, Schema: schema} }

// SQL is the scope as SHOW and GRANT name it.
func (s Scope) SQL() string {
	if s.Schema == "" {
		return "DATABASE " + s.Database.SQL()
	}
	return "SCHEMA " + sqltext.Name{Database: s.Database, Schema: s.Schema}.SQL()
}

// objectOf reads the columns that nearly all listings share.
func objectOf(b *binder, kind Kind) Object {
	b.require("created_on", "name")
	object := Object{
		ObjectRef:     ObjectRef{Kind: kind, Name: nameOf(b, kind.Info().Level)},
		Owner:         b.text("owner"),
		OwnerRoleType: b.text("owner_role_type"),
		Comment:       b.text("comment"),
		CreatedOn:     b.row.Time("created_on"),
	}
	if kind.Info().Overloaded {
		object.Comment = b.text("description")
		object.Arguments = argumentsOf(b, object.Name.Object)
	}
	return object
}

// nameOf reads an object's name: stored form, without quotes (N2).
func nameOf(b *binder, level Level) sqltext.Name {
	name := sqltext.Ident(b.need("name"))
	if level != LevelSchema {
		return sqltext.Name{Object: name}
	}
	database := b.text("database_name")
	if database == "" {
		database = b.need("catalog_name") // SHOW PROCEDURES and FUNCTIONS.
	}
	return sqltext.Name{
		Database: sqltext.Ident(database),
		Schema:   sqltext.Ident(b.need("schema_name")),
		Object:   name,
	}
}

// argumentsOf reads the types out of "P(VARCHAR, DEFAULT NUMBER) RETURN VARCHAR" (N6). The name stands there without
// quotes and may hold parentheses itself, so it is cut off first: the listing tells it in a column of its own.
func argumentsOf(b *binder, name sqltext.Ident) []string {
	text := b.need("arguments")
	if b.err != nil {
		return nil
	}
	if list, bare := strings.CutPrefix(text, string(name)); bare && strings.HasPrefix(list, "(") {
		text = "ROUTINE" + list
	}
	_, arguments, err := sqltext.ParseSignature(text)
	if err != nil {
		b.err = fmt.Errorf("read arguments: %w", err)
	}
	return arguments
}
