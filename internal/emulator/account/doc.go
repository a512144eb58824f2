// Package account is a stand-in for one Snowflake account: users, roles,
// grants, the catalogue, and every statement that the emulator knows.
//
// It is strict and honest. Rights are enforced for the active role, names
// resolve as Snowflake resolves them, and a statement that is not known is
// answered with Snowflake's own syntax error rather than with silence. The
// ids in comments, such as (C14), name facts in docs/snowflake-facts.md.
//
// A statement is atomic: one lock covers the account while it runs. Latency,
// faults and the wire format belong to the server above this package.
package account
