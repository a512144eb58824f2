package controller

import (
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// action is what is due for a clone.
type action int

const (
	// actStep: the next stage of the pipeline, or nothing when all are done.
	actStep action = iota
	// actHold: nothing is changed in Snowflake while the clone is suspended.
	actHold
	// actDrop: the database is to go, because the object is being deleted or its time is over.
	actDrop
	// actProtect: the database is to go, and spec.deletionProtection keeps it.
	actProtect
	// actBury: the time is over and the database gone; the object stays as a tombstone or goes too.
	actBury
	// actRelease: the object is being deleted, and no database depends on it.
	actRelease
	// actRetain: the object is being deleted, and its database is kept as asked for.
	actRetain
	// actWait: the time is over while the kind itself is being removed; the object's own deletion comes next.
	actWait
	// actAbandon: the kind itself is being removed, which nobody may take for the wish to drop databases.
	actAbandon
)

// decide says what is due. Removed says that the CustomResourceDefinition itself is being deleted. The order matters:
// each line assumes that none above it applies.
func decide(obj *v1alpha1.SnowflakeClone, removed bool, now time.Time) action {
	deleting, made := !obj.DeletionTimestamp.IsZero(), isMade(&obj.Status)
	// A drop that has begun goes on: the database may already have lost its name.
	over := isOver(obj.Status.ExpiresAt, now) || intendsDrop(obj.Status.Intent)
	switch {
	case deleting && !made:
		return actRelease
	case deleting && removed:
		return actAbandon
	case obj.Spec.Suspend:
		return actHold
	case deleting && obj.Spec.DeletionPolicy == v1alpha1.DeletionRetain:
		return actRetain
	case isDropped(&obj.Status), over && !made:
		return actBury
	case removed && over:
		return actWait
	case (deleting || over) && obj.Spec.DeletionProtection:
		return actProtect
	case deleting || over:
		return actDrop
	}
	return actStep
}
