// Package controller knows Kubernetes: it reads SnowflakeClones and SnowflakeConnections, decides what is due, lets the
// pipeline of package clone do one slice of it, and records what came of that. It alone writes status, events and
// metrics, and only in this order: the change in Snowflake, the status, then what announces it.
//
// A clone is read from the API server itself at the start of each reconcile, not from a cache: a decision to create or
// to drop a database must not rest on a view that is behind our own last write.
package controller
