package sqltext

// action handles a keyword at the current token. It returns false where the
// word does not act as a keyword and is a name instead.
type action func(s *scanner, f *frame) bool

// actions holds what every keyword does; keywords without an action are names
// that other rules look at.
var actions [keywordCount]action

func init() { // not an initializer: the functions refer to the table
	actions = [keywordCount]action{
		kwSelect: selectClause, kwFrom: fromClause, kwJoin: joinClause, kwInto: wants(wantObject),
		kwUsing: usingClause, kwValues: valuesClause, kwLateral: keeps, kwWith: withClause,
		kwRecursive: keeps, kwIf: keeps, kwNot: keeps, kwExists: keeps, kwOn: onClause,
		kwWhere: endList, kwGroup: endList, kwHaving: endList, kwQualify: endList, kwOrder: endList,
		kwLimit: endList, kwUnion: endList, kwExcept: endList, kwIntersect: endList, kwMinus: endList, kwConnect: endList,
		kwSet: setClause, kwUnset: endList,
		kwAnd: nextComparison, kwOr: nextComparison, kwIs: neutral, kwDistinct: neutral,
		kwLike: likeClause, kwAny: anyClause, kwIn: inClause,
		kwCase: caseClause, kwWhen: whenClause, kwThen: branch, kwElse: branch, kwEnd: endCase,
		kwBegin: opensStatement, kwDeclare: opensStatement, kwLoop: opensStatement,
		kwDo: opensStatement, kwRepeat: repeatClause,
		kwAs: asClause,

		kwInsert: verb(wantNothing), kwDelete: verb(wantNothing), kwMerge: verb(wantNothing),
		kwCopy: verb(wantNothing), kwUpdate: verb(wantObject), kwTruncate: verb(wantObject),
		kwCreate: verb(wantNothing), kwAlter: verb(wantNothing), kwDrop: verb(wantNothing),
		kwUndrop: verb(wantNothing), kwDescribe: verb(wantObject), kwDesc: verb(wantObject),
		kwShow: verb(wantNothing), kwUse: verb(wantUse), kwGrant: verb(wantNothing),
		kwRevoke: verb(wantNothing), kwCall: verb(wantRoutine), kwExecute: verb(wantNothing),
		kwExplain: opensStatement, kwList: verb(wantNothing), kwComment: commentClause,

		kwTable: object(wantObject), kwView: object(wantObject), kwStage: object(wantObject),
		kwStream: streamClause, kwTask: object(wantObject), kwPipe: object(wantObject),
		kwSequence: object(wantObject), kwAlert: object(wantObject), kwSecret: object(wantObject),
		kwFormat: formatKind, kwRule: object(wantObject), kwService: object(wantObject),
		kwModel: object(wantObject), kwNotebook: object(wantObject), kwStreamlit: object(wantObject),
		kwRepository: object(wantObject), kwPolicy: object(wantObject), kwTag: tagClause,
		kwFunction: routineKind, kwProcedure: routineKind, kwSchema: schemaKind,
		kwDatabase: databaseKind, kwSchemas: listedKind, kwDatabases: listedKind,
		kwTables: tablesClause, kwRole: roleKind, kwRoles: rolesKind, kwColumn: object(wantNothing),
		kwWarehouse: foreignKind, kwIntegration: foreignKind, kwShare: foreignKind,
		kwUser: foreignKind, kwAccount: foreignKind,

		kwClone: cloneClause, kwAfter: afterClause, kwReferences: wants(wantObject),
		kwTo: toClause, kwReturns: wants(wantAlias), kwLanguage: languageClause,
		kwImmediate: immediateClause, kwIdentifier: identifierClause,
		kwObjectOption: option(wantObject, roleName), kwForeignOption: foreignOption,
		kwAllowedDatabases: databasesOption, kwContact: contactClause,
		kwAllowedValues: tagValues, kwPath: pathArgument, kwSynonyms: synonyms,
		kwLocation: option(wantNothing, roleStage), kwImports: option(wantNothing, roleStage),
		kwHandler: option(wantNothing, roleIgnored), kwPackages: option(wantNothing, roleIgnored),
		kwSearchPath: option(wantNothing, rolePath), kwDefaultNamespace: option(wantNamespace, roleNamespace),
		kwConfig: option(wantNothing, roleData), kwPattern: option(wantNothing, roleData), kwSpecification: specification,
		kwSecrets: secretsClause, kwNetworkList: networkList,
	}
}

// wants makes the next name that of w.
func wants(w want) action {
	return func(_ *scanner, f *frame) bool {
		f.want = w
		return true
	}
}

// keeps is for words that stand between a keyword and its name.
func keeps(s *scanner, f *frame) bool {
	f.want, f.start = s.want, s.start
	return true
}

// neutral is for words that only end the name before them.
func neutral(_ *scanner, f *frame) bool {
	f.last = operandOther
	return true
}

// verb begins a statement where one may begin, and wants what its name is.
func verb(w want) action {
	return func(s *scanner, f *frame) bool {
		if !s.start || !s.beginsStatement() {
			return false
		}
		f.verb, f.object, f.list, f.want = s.toks[s.i].key, kwNone, wantNothing, w
		f.opening = true
		return true
	}
}

// beginsStatement tells a verb from a column or variable of the same name by
// what stands behind it.
func (s *scanner) beginsStatement() bool {
	switch s.kindAt(s.i + 1) {
	case Word, QuotedIdent, StageSign, Variable:
		return s.toks[s.i+1].key != kwAs
	case String, DollarString, Bind:
		return true
	case Operator:
		return isOp(s.toks, s.i+1, '{') || isOp(s.toks, s.i+1, '%')
	case Other:
		return isOp(s.toks, s.i+1, placeholder)
	case Space, Comment, Number, StagePath, Unterminated:
	}
	return false
}

// selectClause begins a query; in GRANT it is a privilege.
func selectClause(_ *scanner, f *frame) bool {
	if f.verb == kwGrant || f.verb == kwRevoke {
		return true
	}
	f.verb, f.list, f.role = kwSelect, wantNothing, roleValue
	f.left, f.kept = operandOther, false
	return true
}

// fromClause: FROM inside parentheses that hold no query is an operator, as in
// EXTRACT(YEAR FROM x), and so it is after IS DISTINCT.
func fromClause(s *scanner, f *frame) bool {
	before := s.keyAt(s.i - 2)
	switch {
	case len(s.frames) > 1 && f.verb == kwNone,
		s.keyAt(s.i-1) == kwDistinct && (before == kwIs || before == kwNot),
		f.verb == kwShow:
		return true
	}
	f.want, f.list, f.left, f.kept = wantObject, wantObject, operandOther, false
	return true
}

func joinClause(_ *scanner, f *frame) bool {
	f.want, f.list, f.left = wantObject, wantObject, operandOther
	return true
}

// usingClause: MERGE and DELETE name tables there; joins and policies columns.
func usingClause(s *scanner, f *frame) bool {
	switch f.verb {
	case kwMerge:
		f.want = wantObject
	case kwDelete:
		f.want, f.list = wantObject, wantObject
	case kwNone:
		if s.mergesInPiece(f) {
			f.want = wantObject
		}
	}
	return true
}

func valuesClause(_ *scanner, f *frame) bool {
	f.role = roleData
	if f.verb != kwSelect {
		f.list = wantNothing
	}
	return true
}

// withClause: common table expressions where a statement begins, SWAP WITH, and
// clauses such as WITH TAG.
func withClause(s *scanner, f *frame) bool {
	switch {
	case s.keyAt(s.i-1) == kwSwap:
		f.want = sameKind(f.object)
	case s.start, s.beginsCTE():
		f.verb, f.want, f.list = kwWith, wantCTE, wantCTE
	}
	return true
}

// beginsCTE tells INSERT … WITH x AS ( … ) from clauses such as WITH TAG ( … ).
func (s *scanner) beginsCTE() bool {
	next := s.i + 1
	if s.keyAt(next) == kwRecursive {
		return true
	}
	return partAt(s.toks, next, false) == 1 &&
		(s.keyAt(next+1) == kwAs || s.keyAt(next) == kwNone && isOp(s.toks, next+1, '(') && s.namesColumns(next+1))
}

// namesColumns tells the columns of a common table expression, whose parenthesis
// opens at token i, from what other clauses hold: WITH SYNONYMS ('a').
func (s *scanner) namesColumns(i int) bool {
	for i++; partAt(s.toks, i, false) == 1; i += 2 {
		if isOp(s.toks, i+1, ')') {
			return s.keyAt(i+2) == kwAs
		}
		if !isOp(s.toks, i+1, ',') {
			return false
		}
	}
	return false
}

// onClause: GRANT and REVOKE may leave out the word TABLE, and DESCRIBE SEARCH
// OPTIMIZATION ON has none.
func onClause(s *scanner, f *frame) bool {
	switch f.verb {
	case kwGrant, kwRevoke, kwDescribe, kwDesc:
		f.want = wantObject
	case kwNone:
		if s.grantsInPiece(f) {
			f.want = wantObject
		}
	}
	return neutral(s, f)
}

// repeatClause: a loop, or the function REPEAT.
func repeatClause(s *scanner, f *frame) bool {
	return !isOp(s.toks, s.i+1, '(') && opensStatement(s, f)
}

// endList ends what a comma continued.
func endList(_ *scanner, f *frame) bool {
	f.list, f.left, f.last = wantNothing, operandOther, operandOther
	if f.role == roleData {
		f.role = roleValue
	}
	return true
}

// setClause ends the table list of UPDATE; SET TAG has an action of its own.
func setClause(s *scanner, f *frame) bool {
	if s.start {
		f.verb = kwSet
	}
	return endList(s, f)
}

func nextComparison(_ *scanner, f *frame) bool {
	f.left, f.last, f.kept = operandOther, operandOther, false
	return true
}

// likeClause: an operator before a pattern, but in CREATE TABLE … LIKE.
func likeClause(s *scanner, f *frame) bool {
	if f.verb == kwCreate && f.object == kwTable || s.clonesInPiece(f) {
		f.want = wantObject
		return true
	}
	f.next = roleData
	f.left, f.last, f.kept = f.last, operandOther, false
	return true
}

// anyClause: LIKE ANY and LIKE ALL take a list of patterns.
func anyClause(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) != kwLike {
		return false
	}
	f.next = roleData
	return true
}

// inClause: an operator, but in SHOW … IN.
func inClause(_ *scanner, f *frame) bool {
	if f.verb == kwShow {
		f.want = wantIn
		if f.object == kwSchemas {
			f.want = wantInDatabase
		}
		return true
	}
	f.left, f.last, f.kept = f.last, operandOther, false
	return true
}

// asClause: an alias or a type follows; in CREATE, the body. EXECUTE AS OWNER
// has neither.
func asClause(s *scanner, f *frame) bool {
	f.want = wantAlias
	switch {
	case s.keyAt(s.i-1) == kwExecute:
		f.want = wantForeign
	case s.isMeasure(f):
		f.want = wantNothing
	case s.stmt.routine && s.isText(s.i+1):
		f.next, s.stmt.routine = roleBody, false
	case (f.verb == kwCreate || f.verb == kwAlter) && len(s.frames) == 1:
		f.want, f.start, f.list = wantNothing, true, wantNothing
	}
	return true
}

// isMeasure tells whether AS, in a semantic view, stands before the expression of
// a fact, dimension or metric.
func (s *scanner) isMeasure(f *frame) bool {
	outer := &s.frames[0]
	return len(s.frames) == 2 && outer.verb == kwCreate && outer.object == kwView && f.list != wantObject
}

func (s *scanner) isText(i int) bool {
	return s.kindAt(i) == String || s.kindAt(i) == DollarString || s.kindAt(i) == Unterminated
}
