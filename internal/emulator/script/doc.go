// Package script reads Snowflake Scripting: blocks, the statements that steer them, and the SQL statements in between. It
// resolves no names and runs nothing.
package script
