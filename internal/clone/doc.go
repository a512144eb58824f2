// Package clone makes an isolated, usable clone of a Snowflake database, stage by stage, and takes it down
// again. Every stage looks before it acts, so that running it again, after a crash or a lost answer, does what is left
// to do and nothing else. That is all the resuming there is.
//
// A stage sees the world through a Run. It touches no Kubernetes object, condition, event or metric: it returns an
// Outcome or an Error, and the caller records it.
package clone
