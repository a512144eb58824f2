// Package emulator stands in for a Snowflake account: an HTTP server that the
// real Snowflake drivers log in to and run statements on.
//
// This package is the wire: logins, sessions and their tokens, synchronous and
// asynchronous statements with long poll, cancellation, the memory of request
// ids, a log of statements, and the knobs with which tests make the network and
// the service misbehave. What a statement means is the business of package
// account, which this one drives through one call per statement.
//
// Nothing here sleeps or looks at the wall clock except through Clock, every
// goroutine ends with Server.Close, and everything that is remembered is
// bounded by number or by age.
package emulator
