package sqltext

import "fmt"

// Class says how sure the rewriter was, and with that what it did.
type Class string

// The classes.
const (
	// Certain: the grammar says that a database stands there. Rewritten.
	Certain Class = "Certain"
	// Probable: a name inside a string literal of code. Rewritten unless
	// Options.CodeStrings says otherwise, and always listed.
	Probable Class = "Probable"
	// Report: a person has to decide. Left as it is.
	Report Class = "Report"
)

// Reason codes of findings and refusals.
const (
	CodeReference       = "REFERENCE"         // a certain reference, rewritten
	CodeString          = "CODE_STRING"       // a name in SQL inside a string literal of code
	CodeBareLiteral     = "BARE_LITERAL"      // a literal equal to the database's name
	CodeCatalogFilter   = "CATALOG_FILTER"    // a comparison of a catalogue column with the name
	CodeCurrentDatabase = "CURRENT_DATABASE"  // a comparison of CURRENT_DATABASE() with the name
	CodeDataLiteral     = "DATA_LITERAL"      // the name inside data
	CodePrefixConcat    = "PREFIX_CONCAT"     // a name completed by concatenation or a placeholder
	CodeComputedName    = "COMPUTED_NAME"     // a name that is known only at run time
	CodeDatabaseDDL     = "DATABASE_DDL"      // CREATE, ALTER or DROP of the database itself
	CodeSelfCopy        = "SELF_COPY"         // a copy from the source into the target
	CodeSourceAndTarget = "SOURCE_AND_TARGET" // one statement names both source and target
	CodeSameNameSchema  = "SAME_NAME_SCHEMA"  // a schema that is called like the database
	CodeQuotedVariant   = "QUOTED_VARIANT"    // the name in quotes and in another case
	CodeURLOrPath       = "URL_OR_PATH"       // the name inside a URL or a path
	CodeSpecValue       = "SPEC_VALUE"        // a value of a YAML or JSON specification
	CodeTooManyParts    = "TOO_MANY_PARTS"    // a chain with more parts than any name has
	CodeUnknownPolicy   = "UNKNOWN_POLICY"    // GET_DDL hid a policy or a tag (G13)
	CodeNotLexable      = "NOT_LEXABLE"       // malformed text
	CodeOtherDatabase   = "OTHER_DATABASE"    // a database that is not mapped
	CodeNotEscapable    = "NOT_ESCAPABLE"     // the target cannot be written at that place
	CodeUnstable        = "UNSTABLE"          // the result does not read back as intended
)

// Finding is one place that a person should know about.
type Finding struct {
	// Line and Column, from 1, stand in the definition's text; columns count bytes.
	Line, Column int
	// BodyLine and BodyColumn stand in the decoded routine body that holds the
	// place, and are zero outside one.
	BodyLine, BodyColumn int
	Class                Class
	// Code is one of the reason codes.
	Code string
	// High marks what must be looked at before the object may run: report-only
	// places in objects that can write, and catalogue filters.
	High bool
	// Context is the text around the place on one line, at most 80 characters.
	Context string
}

// Result is a rewritten definition.
type Result struct {
	Text string
	// Certain and Probable count the edits of each class.
	Certain, Probable int
	// Findings are in the order of the text.
	Findings []Finding
}

// RefusedError says why a definition was left untouched.
type RefusedError struct {
	// Code is UNKNOWN_POLICY, NOT_LEXABLE, NOT_ESCAPABLE or UNSTABLE.
	Code string
	// Line and Column, from 1, say where in the definition's text; zero means
	// the definition as a whole.
	Line, Column int
	// Reason says what is wrong, for people.
	Reason string
}

// Error returns the reason with its code and place.
func (e *RefusedError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("definition refused (%s): %s", e.Code, e.Reason)
	}
	return fmt.Sprintf("definition refused at %d:%d (%s): %s", e.Line, e.Column, e.Code, e.Reason)
}
