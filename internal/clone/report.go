package clone

import "reflect"

// Report is what a run found, in lists that are too long for a status. Each stage replaces its own lists when it runs,
// so that they speak of the state of the world and not of the calls that led to it.
type Report struct {
	// Grants are the statements that give the operator's role what it lacks for this clone.
	Grants []string `json:"grants,omitempty"`
	// LeftOut lists the objects of the source that the clone will not have, as foreseen before it was made.
	LeftOut []ObjectNote `json:"leftOut,omitempty"`
	// Review lists references that were reported and left, by object.
	Review []ReviewItem `json:"review,omitempty"`
	// Repointed lists the objects whose definitions name the clone now instead of the source.
	Repointed []ObjectNote `json:"repointed,omitempty"`
	// Streams lists the streams that were recreated; their offsets start at that moment.
	Streams []ObjectNote `json:"streams,omitempty"`
	// Iceberg lists the Iceberg tables and what is special about them.
	Iceberg []ObjectNote `json:"iceberg,omitempty"`
	// Masking lists the columns and tables that policies guard, and what was found in probing them.
	Masking []ObjectNote `json:"masking,omitempty"`
	// Leaks lists the paths from the clone to its source.
	Leaks []ObjectNote `json:"leaks,omitempty"`
	// Shared lists what the clone shares with production and no statement can part, such as the storage behind a stage.
	Shared []ObjectNote `json:"shared,omitempty"`
	// Inventory counts the objects of source and clone by kind.
	Inventory []KindCount `json:"inventory,omitempty"`
	// Missing lists the objects of the source that are not in the clone, each with the reason if one is known.
	Missing []ObjectNote `json:"missing,omitempty"`
	// Failures lists the objects on which a statement failed, with Snowflake's words.
	Failures []ObjectNote `json:"failures,omitempty"`
}

// KindCount counts the objects of a kind.
type KindCount struct {
	// Kind of the objects, such as VIEW.
	Kind string `json:"kind"`
	// Source is how many the source has in the schemas that are wanted, Clone how many the clone has.
	Source int `json:"source"`
	Clone  int `json:"clone"`
	// Missing is how many of the source's are not in the clone.
	Missing int `json:"missing,omitempty"`
}

// ObjectNote is a remark on an object.
type ObjectNote struct {
	// Kind of the object, such as VIEW.
	Kind string `json:"kind"`
	// Name of the object, fully qualified.
	Name string `json:"name"`
	// Code is a constant in capitals that programs can tell remarks apart by, such as STREAM_BASE.
	Code string `json:"code,omitempty"`
	// Note is the remark in words.
	Note string `json:"note,omitempty"`
}

// ReviewItem is a reference that was reported and left.
type ReviewItem struct {
	ObjectNote
	// Line and Column of the reference in the object's definition, from 1.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// High says that the object can write, so that somebody should look before it runs.
	High bool `json:"high,omitempty"`
}

// IsEmpty says whether nothing is reported.
func (r Report) IsEmpty() bool {
	for _, list := range reflect.ValueOf(r).Fields() {
		if list.Len() > 0 {
			return false
		}
	}
	return true
}
