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
	// Repointed lists the objects whose definitions named the source, and what became of each. Objects that never did are
	// not in it.
	Repointed []RepointedObject `json:"repointed,omitempty"`
	// CodeStrings lists the references in string literals of code that were rewritten: probable ones, which the grammar
	// does not prove.
	CodeStrings []ReviewItem `json:"codeStrings,omitempty"`
	// Others lists the databases that definitions name and that are neither cloned nor mapped, the most named first.
	Others []OtherDatabase `json:"others,omitempty"`
	// ExternalTables lists the external tables that were made anew.
	ExternalTables []ObjectNote `json:"externalTables,omitempty"`
	// Streams lists the streams that were recreated; their offsets start at that moment.
	Streams []ObjectNote `json:"streams,omitempty"`
	// Suspended lists the tasks, alerts and pipes that were to be resumed and were not, each with the reason.
	Suspended []ObjectNote `json:"suspended,omitempty"`
	// Iceberg lists the Iceberg tables and what is special about them.
	Iceberg []ObjectNote `json:"iceberg,omitempty"`
	// Masking lists the columns and tables that policies guard, and what was found in probing them.
	Masking []ObjectNote `json:"masking,omitempty"`
	// Access lists what the access mappings ask for and nobody can give, such as a role that does not exist.
	Access []ObjectNote `json:"access,omitempty"`
	// Tags lists the tags that the spec put on the clone's database.
	Tags []ObjectNote `json:"tags,omitempty"`
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
	// Cut says of which lists entries are left out, because they were too long for where the report is kept.
	Cut []CutList `json:"cut,omitempty"`
}

// CutList says how much of a list is kept.
type CutList struct {
	// List is the name of the field that holds the list, Kept how many of its entries are there, LeftOut how many are not.
	List    string `json:"list"`
	Kept    int    `json:"kept"`
	LeftOut int    `json:"leftOut"`
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
	// Reviewed says that spec.repoint.reviewed accepts it.
	Reviewed bool `json:"reviewed,omitempty"`
}

// RepointAction is what became of an object's definition.
type RepointAction string

// The actions. An object of which there is nothing to say is Unchanged, and not listed.
const (
	// ActionRewritten: it names the clone now, and nothing of it needs a review.
	ActionRewritten RepointAction = "Rewritten"
	// ActionNeedsReview: references were left in it that a person has to look at, whether others were rewritten or not.
	ActionNeedsReview RepointAction = "NeedsReview"
	// ActionRefused: the rewriter left it untouched, for the reason in the note.
	ActionRefused RepointAction = "Refused"
	// ActionFailed: Snowflake refused the new definition, or did not show the old one; the note has its words.
	ActionFailed RepointAction = "Failed"
)

// RepointedObject is what became of one object's definition.
type RepointedObject struct {
	// Kind of the object, such as VIEW.
	Kind string `json:"kind"`
	// Name of the object, fully qualified, with the argument types of a routine.
	Name string `json:"name"`
	// Language of a procedure or function; empty for others.
	Language string        `json:"language,omitempty"`
	Action   RepointAction `json:"action"`
	// Certain and Probable count the references that were rewritten, Reported those that were left for review.
	Certain  int `json:"certain,omitempty"`
	Probable int `json:"probable,omitempty"`
	Reported int `json:"reported,omitempty"`
	// Reviewed says that spec.repoint.reviewed accepts what was left.
	Reviewed bool `json:"reviewed,omitempty"`
	// Before and After are the SHA-256 of the definition, in hex. Before is empty where nobody lived to write it down.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Note says in words what there is to know beside.
	Note string `json:"note,omitempty"`
}

// OtherDatabase is a database that definitions name, and that a clone therefore shares with its source.
type OtherDatabase struct {
	// Database is its stored name.
	Database string `json:"database"`
	// References and Objects count the places that name it, and the objects that hold them.
	References int `json:"references"`
	Objects    int `json:"objects"`
	// Examples are some of the objects.
	Examples []string `json:"examples,omitempty"`
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
