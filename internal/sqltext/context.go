package sqltext

// want says what the grammar wants at a token.
type want uint8

const (
	wantNothing      want = iota // an expression, or anything else
	wantObject                   // the name of a schema object
	wantRoutine                  // the name of a function or procedure
	wantStage                    // the name of a stage, after @
	wantSchema                   // the name of a schema
	wantDatabase                 // the name of a database
	wantDatabaseRole             // the name of a database role
	wantUse                      // what plain USE takes: a database, or a schema of one
	wantIn                       // what SHOW … IN takes: a schema, or an object with columns
	wantInDatabase               // what SHOW SCHEMAS IN takes: a database
	wantForeign                  // a name outside databases: a warehouse, a role, a JSON path
	wantAlias                    // a name that is made here: alias, label; or a type
	wantCTE                      // the name of a common table expression
	wantNamespace                // what DEFAULT_NAMESPACE takes: a database, or a schema of one
	wantDatabaseDDL              // the database that CREATE, ALTER or DROP DATABASE acts on
)

// role says what a string literal is for.
type role uint8

const (
	roleValue     role = iota // a value, or code
	roleName                  // names an object
	roleStage                 // names a stage if it begins with @
	roleIgnored               // prose or another thing that names no object
	rolePath                  // a comma list of schemas (SEARCH_PATH)
	roleNamespace             // a database or a schema of one (DEFAULT_NAMESPACE)
	roleSQL                   // SQL that is executed (EXECUTE IMMEDIATE)
	roleBody                  // the body of a routine
	roleData                  // data: VALUES, PARSE_JSON, CONFIG
	roleSpec                  // a YAML or JSON specification
	roleDDL                   // the arguments of GET_DDL
)

// operand says what stands on one side of a comparison, as far as it matters.
type operand uint8

const (
	operandOther operand = iota
	operandCatalog
	operandCurrentDatabase
)

// frame is what the scanner knows inside one pair of parentheses, and outside
// all of them.
type frame struct {
	// want is what the next token should be; list is what a comma restores.
	want, list want
	// role is that of every literal in here; next that of the next token only,
	// where it is not zero.
	role, next role
	// verb is the statement's or query's first word, object the kind of thing
	// that CREATE, ALTER, DROP or SHOW is about.
	verb, object keyword
	// opening means that only words have stood behind the verb.
	opening bool
	// start means that a statement may begin at the next token.
	start bool
	// secrets means that an object follows each equals sign (SECRETS = (…)).
	secrets bool
	// braces means a { }, where a colon separates a key from its value.
	braces bool
	// cases counts the open CASE expressions.
	cases int
	// left and last are the left side of the comparison, and the last operand;
	// kept means that left holds for the whole frame (x IN (…)).
	left, last operand
	kept       bool
	// subject is what every WHEN of a CASE, or search value of a DECODE, is compared
	// with, once judged is set; decode marks the arguments of DECODE.
	subject        operand
	judged, decode bool
	// rest is the role of every literal behind the first comma, if not zero.
	rest role
	// cut means that the last literal of a concatenation ended inside a quote.
	cut bool
	// callee is the index of the last token of the called name, -1 if none.
	callee int
	// tables is the number of common table expressions known outside.
	tables int
}

// statement is what the scanner knows about the statement it is in.
type statement struct {
	// routine is set once the statement creates a procedure or function, and
	// language is that of its body.
	routine  bool
	language language
	// named is set once the name of what is created has been seen.
	named bool
	// editsFrom and placesFrom are how many there were when it began.
	editsFrom, placesFrom int
	// into is what the statement writes to, where its database is not written.
	into Name
	// copiesTo is the mapping whose target the statement copies data into, and
	// names the mapping whose target it names anywhere; -1 if none.
	copiesTo, names int
}

func newStatement(l *layer, a *analysis) statement {
	return statement{copiesTo: -1, names: -1, editsFrom: len(l.edits), placesFrom: len(a.places)}
}

// judge says what a chain of so many parts is where w is wanted: the position
// of the name, or a reason code for leaving it. Both empty: it names no database.
func judge(w want, c *chain) (at Position, code string) {
	switch {
	case c.follow == opArrow || c.dangling || w == wantForeign:
		return "", ""
	case c.n > maxParts:
		return "", CodeTooManyParts
	case c.n == maxParts:
		return judgeFour(w, c)
	case c.n == 3:
		return judgeThree(w, c)
	case c.n == 2:
		return judgeTwo(w, c)
	}
	return judgeOne(w)
}

// judgeFour: a column of a table, or a sequence's NEXTVAL.
func judgeFour(w want, c *chain) (Position, string) {
	if c.follow == '(' || c.follow == '!' || isObject(w) {
		return "", CodeTooManyParts
	}
	return AtColumn, ""
}

// judgeThree: an object where one is wanted, or a call; otherwise a column whose
// schema is called like the database.
func judgeThree(w want, c *chain) (Position, string) {
	switch w {
	case wantObject, wantAlias, wantIn, wantDatabaseRole, wantSchema:
		return AtObject, ""
	case wantRoutine:
		return AtFunction, ""
	case wantStage:
		return AtStage, ""
	case wantForeign, wantCTE, wantDatabase, wantUse, wantInDatabase, wantNamespace, wantDatabaseDDL:
		return "", ""
	case wantNothing:
	}
	if c.follow == '(' || c.follow == '!' {
		return AtFunction, ""
	}
	return "", CodeSameNameSchema
}

// judgeTwo: a schema of the database where a schema is wanted, an object of the
// schema where an object is.
func judgeTwo(w want, c *chain) (Position, string) {
	switch w {
	case wantSchema, wantUse, wantIn, wantInDatabase, wantNamespace:
		return AtSchema, ""
	case wantDatabaseRole:
		return AtDatabaseRole, ""
	case wantObject, wantRoutine, wantStage:
		return "", CodeSameNameSchema
	case wantNothing:
		if c.follow == '(' || c.follow == '!' {
			return "", CodeSameNameSchema
		}
	case wantForeign, wantAlias, wantCTE, wantDatabase, wantDatabaseDDL:
	}
	return "", ""
}

// judgeOne: the database itself.
func judgeOne(w want) (Position, string) {
	switch w {
	case wantDatabase, wantUse, wantInDatabase, wantNamespace:
		return AtDatabase, ""
	case wantDatabaseDDL:
		return "", CodeDatabaseDDL
	case wantIn, wantSchema:
		return "", CodeSameNameSchema
	case wantNothing, wantObject, wantRoutine, wantStage, wantDatabaseRole, wantForeign, wantAlias, wantCTE:
	}
	return "", ""
}

func isObject(w want) bool {
	return w == wantObject || w == wantRoutine || w == wantStage
}
