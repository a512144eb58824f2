// Package sql reads Snowflake SQL text for the emulator: a lexer, a splitter of scripts into statements, a cursor over
// the tokens of one statement, and the syntax trees and parsers of expressions and queries.
//
// It knows syntax only. What a name means, and whether a role may use it, is for the packages above it.
package sql
