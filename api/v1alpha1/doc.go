// Package v1alpha1 is the API of Snowclone: SnowflakeClone, a clone of a Snowflake database that is made fit for use and
// removed when its time is over, and SnowflakeConnection, the account it lives in and the policy of its administrator.
// +kubebuilder:object:generate=true
// +groupName=snowclone.dev
package v1alpha1
