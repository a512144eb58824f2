package snowflake

import "github.com/snowclone-dev/snowclone/internal/sqltext"

// SetTags puts tags on an object (X5).
func SetTags(ref ObjectRef, tags []TagValue) string { return alter(ref) + " SET TAG " + tagList(tags) }

// UnsetTags takes tags off an object.
func UnsetTags(ref ObjectRef, tags []sqltext.Name) string {
	return alter(ref) + " UNSET TAG " + nameList(tags)
}

// RenameDatabase gives a database a new name. Prove first that it is ours (X3).
func RenameDatabase(from, to sqltext.Ident) string {
	return "ALTER DATABASE " + from.SQL() + " RENAME TO " + to.SQL()
}

// DropDatabase drops a database with everything in it. Prove first that it is ours (X1).
func DropDatabase(name sqltext.Ident) string { return Drop(DatabaseRef(name)) }

// DropSchema drops a schema with everything in it.
func DropSchema(database, schema sqltext.Ident) string { return Drop(SchemaRef(database, schema)) }

// Drop drops any object. It has no IF EXISTS: look first, and know what you drop.
func Drop(ref ObjectRef) string { return "DROP " + ref.Kind.Singular() + " " + ref.SQL() }

// alter opens an ALTER statement for an object.
func alter(ref ObjectRef) string { return "ALTER " + ref.Kind.Singular() + " " + ref.SQL() }
