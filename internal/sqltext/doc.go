// Package sqltext reads and edits Snowflake SQL as text: identifiers, a
// lossless lexer, the headers that GET_DDL prints, and the rewriter that makes
// a definition which names a source database name its target.
//
// Nothing here is ever printed anew. The rewriter finds byte spans, replaces
// them, and leaves every other byte as it was, so that comments, layout and
// string contents survive. Where it cannot be sure it reports; where the text
// is malformed it refuses and changes nothing.
//
// The package is pure: no input or output, no clock, no dependency outside the
// standard library. Everything in it runs in time linear in its input.
package sqltext
