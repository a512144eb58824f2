package sqltext

// Kind says what a definition's text is, and so how it begins: a whole
// statement as GET_DDL prints it, or only a part as SHOW prints it.
type Kind string

// Kinds whose text is one CREATE statement.
const (
	View             Kind = "VIEW"
	MaterializedView Kind = "MATERIALIZED VIEW"
	DynamicTable     Kind = "DYNAMIC TABLE"
	Table            Kind = "TABLE"
	ExternalTable    Kind = "EXTERNAL TABLE"
	Procedure        Kind = "PROCEDURE"
	Function         Kind = "FUNCTION"
	Task             Kind = "TASK"
	Alert            Kind = "ALERT"
	Pipe             Kind = "PIPE"
	Stream           Kind = "STREAM"
	Policy           Kind = "POLICY"
	Tag              Kind = "TAG"
	Sequence         Kind = "SEQUENCE"
	Stage            Kind = "STAGE"
	FileFormat       Kind = "FILE FORMAT"
)

// Kinds whose text is not a CREATE statement of one object.
const (
	// Script is any number of statements separated by semicolons.
	Script Kind = "SCRIPT"
	// TaskBody is the statement that a task runs (SHOW TASKS, definition), that
	// an alert runs (SHOW ALERTS, action) or that a pipe runs (SHOW PIPES).
	TaskBody Kind = "TASK BODY"
	// Condition is a task's WHEN or an alert's condition: an expression or a query.
	Condition Kind = "CONDITION"
	// PolicyBody is the expression that follows a policy's arrow.
	PolicyBody Kind = "POLICY BODY"
	// Expression is a column's default or any other scalar expression.
	Expression Kind = "EXPRESSION"
	// RoutineBody is the body of a procedure or function, decoded: the text
	// between its quotes, in the definition's language.
	RoutineBody Kind = "ROUTINE BODY"
)

// Definition is one object's text, to be rewritten or searched.
type Definition struct {
	Kind Kind
	// Language is that of a RoutineBody: SQL, JAVASCRIPT, PYTHON, JAVA or SCALA
	// in any case, SQL when empty. Other kinds say it in their text.
	Language string
	Text     string
}

// Mapping says that what names database From shall name database To.
type Mapping struct{ From, To Ident }

// Mode says what to do with names inside string literals of code.
type Mode string

// The modes. The zero value means Rewrite.
const (
	RewriteStrings Mode = "Rewrite"
	ReportStrings  Mode = "Report"
)

// Options says what Rewrite does.
type Options struct {
	// Mappings are applied side by side: none to another's result.
	Mappings []Mapping
	// CodeStrings says whether names found inside string literals of code are
	// rewritten and reported as Probable, or only reported.
	CodeStrings Mode
	// ReportOthers also reports references to databases that are neither a
	// source nor a target of a mapping (OTHER_DATABASE).
	ReportOthers bool
	// Allow lists literals, without their quotes, that are rewritten where they
	// would be reported as BARE_LITERAL or CATALOG_FILTER, whatever CodeStrings
	// says. Such rewrites are Probable.
	Allow []string
	// QuotedIgnoreCase says that the account runs with
	// QUOTED_IDENTIFIERS_IGNORE_CASE (N5): quoted identifiers fold as bare ones do.
	// A target that holds small letters cannot be written then, and is refused.
	QuotedIgnoreCase bool
	// ListCertain also lists every certain rewrite among the findings.
	ListCertain bool
}

// StartsStatement tells whether a text begins like a statement of SQL, and not
// like the body of a routine in another language or like an expression.
func StartsStatement(text string) bool {
	var toks []token
	for lex := (lexer{text: text}); lex.pos < len(text) && len(toks) < 2; {
		var t token
		if lex.next(&t); t.kind != Space && t.kind != Comment {
			toks = append(toks, t)
		}
	}
	return len(toks) == 2 && toks[0].key != kwWith && startsStatement(toks)
}
