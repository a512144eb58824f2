// Package query compiles and evaluates Snowflake queries and expressions for the emulator.
//
// Compiling resolves every name: relations, functions, sequences and stages through a Catalog, which knows the account
// and the rights of one role, and columns through the lists that relations give. Evaluating works for plain SQL; what
// compiles and cannot be evaluated answers 000002 (0A000) when its rows are asked for, never with wrong rows.
package query
