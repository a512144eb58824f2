// Package snowflake is the only door to Snowflake: pooled sessions over the vendor's driver, errors classed by
// number, typed catalogue reads, and one builder for every statement that the operator sends.
//
// Everything here assumes that a statement may run twice, that its answer may be lost, and that a session may die
// between two calls. The package hides what can be hidden (tokens, dead sessions, panics and leaks of the driver) and
// reports the rest as *Error. It decides nothing: what an error means for a clone is for the caller to say.
package snowflake
