package sqltext

import "strings"

// shape is what a literal of code looks like.
type shape uint8

const (
	shapeOther     shape = iota // prose or data
	shapeStatement              // SQL from its first word
	shapeFragment               // a piece of SQL, or a dotted name
	shapeDotted                 // a text that is put together and holds a dotted name
	shapeURL
)

func shapeOf(text string, toks []token, use literalUse) shape {
	switch {
	case len(toks) == 0:
		return shapeOther
	case startsStatement(toks):
		return shapeStatement
	case strings.Contains(text, "://"):
		return shapeURL
	case isWholeName(toks):
		return shapeFragment
	case toks[0].op == placeholder && hasDotted(toks):
		return shapeDotted
	case startsFragment(text, toks), use.expression, hasQuery(toks), startsSource(text, toks), startsColumns(toks):
		return shapeFragment
	case (use.joinedLeft || use.joinedRight || strings.IndexByte(text, 0) >= 0) && hasDotted(toks):
		return shapeDotted
	case startsComparison(toks), hasCondition(toks):
		return shapeDotted
	}
	return shapeOther
}

// startsStatement tells whether the first words are those of a statement.
func startsStatement(toks []token) bool {
	if toks[0].kind != Word || len(toks) < 2 {
		return false
	}
	switch next := toks[1]; toks[0].key {
	case kwSelect:
		return true
	case kwWith, kwInsert, kwUpdate, kwDelete, kwMerge, kwCopy, kwCreate, kwAlter, kwDrop,
		kwUndrop, kwTruncate, kwDescribe, kwDesc, kwShow, kwUse, kwGrant, kwRevoke, kwCall,
		kwExecute, kwBegin, kwDeclare, kwExplain, kwList, kwComment, kwSet, kwUnset:
		return next.kind == Word || next.kind == QuotedIdent || next.kind == StageSign ||
			next.kind == Variable || next.op == placeholder || next.op == '{' || next.op == '%'
	}
	return false
}

// isWholeName tells whether the tokens are one dotted name, complete or not, and
// at most the arguments of a call.
func isWholeName(toks []token) bool {
	i := 0
	if toks[0].kind == StageSign {
		i = 1
	}
	if partAt(toks, i, false) != 1 {
		return false
	}
	c := scanChain(toks, i, i == 1)
	if i == 1 && c.next < len(toks) && toks[c.next].kind == StagePath {
		return true
	}
	return (c.n > 1 || c.dangling) && (c.next == len(toks) || c.follow == '(' || c.dangling && len(toks) < c.next+4)
}

// clauseWords are those that a piece of SQL begins with, beside the keywords
// that begin a statement.
var clauseWords = wordSet(`FROM JOIN LEFT RIGHT INNER FULL CROSS OUTER NATURAL LATERAL WHERE AND OR ON
	GROUP ORDER HAVING QUALIFY LIMIT UNION EXCEPT INTERSECT MINUS VALUES INTO SET USING WHEN
	THEN ELSE AS TABLE VIEW SCHEMA DATABASE IN CLONE LIKE AT TO IF`)

// sentenceWords are those of them that sentences begin with, in a capital.
var sentenceWords = wordSet("As At Database If In Schema Table To View")

// startsFragment tells whether a literal begins like a piece of SQL. A clause word
// in front of a dot or slash is a name.
func startsFragment(text string, toks []token) bool {
	switch t := toks[0]; t.kind {
	case Word:
		word := text[t.start:t.end]
		return !isOp(toks, 1, '.') && !isOp(toks, 1, '/') && clauseWords[foldASCII(word)] && !sentenceWords[word]
	case Operator, Other:
		return strings.IndexByte("().,;=<>|", t.op) >= 0 || t.op == placeholder || t.op == opConcat
	}
	return false
}

// sourceClauses are words behind a table that no sentence goes on with.
var sourceClauses = wordSet("WHERE JOIN INNER CROSS NATURAL HAVING QUALIFY UNION")

// startsSource tells whether a literal begins with a name of three parts and its
// alias, or a clause: what a query selects from.
func startsSource(text string, toks []token) bool {
	if partAt(toks, 0, false) != 1 {
		return false
	}
	c := scanChain(toks, 0, false)
	if c.n != 3 || c.dangling {
		return false
	}
	rest := toks[c.next:]
	if len(rest) > 1 && rest[0].key == kwAs {
		rest = rest[1:]
	}
	if len(rest) == 1 && partAt(rest, 0, false) == 1 {
		return true
	}
	for i := range min(len(rest), 2) {
		if sourceClauses[foldASCII(text[rest[i].start:rest[i].end])] {
			return true
		}
	}
	return false
}

// startsColumns tells whether a literal begins with columns and the FROM behind
// them. One bare word is none: sentences have words before FROM as well.
func startsColumns(toks []token) bool {
	columns := false
	for i := 0; i < len(toks); i++ {
		switch {
		case isOp(toks, i, '*'):
			i, columns = i+1, true
		case partAt(toks, i, false) == 1:
			if i = scanChain(toks, i, false).next; isOp(toks, i, '(') && toks[i-1].end == toks[i].start {
				i, columns = closingOf(toks, i)+1, true
			}
		default:
			return false
		}
		if i < len(toks) && toks[i].key == kwAs {
			i += 2
		}
		if !isOp(toks, i, ',') {
			return columns && i < len(toks) && toks[i].key == kwFrom
		}
		columns = true
	}
	return false
}

// closingOf returns which token closes the parenthesis that token i opens; the last
// one if none does.
func closingOf(toks []token, i int) int {
	for depth := 0; i < len(toks); i++ {
		switch toks[i].op {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(toks) - 1
}

// startsComparison tells whether a literal begins with a name that is compared or
// set, as in FORMAT_NAME = 'db.schema.format'.
func startsComparison(toks []token) bool {
	return partAt(toks, 0, false) == 1 && isComparison(toks, scanChain(toks, 0, false).next)
}

// hasCondition tells whether a condition, with the word that it follows and a
// comparison, stands in a text with a dotted name.
func hasCondition(toks []token) bool {
	if !hasDotted(toks) {
		return false
	}
	condition := false
	for i := range toks {
		switch toks[i].key {
		case kwWhere, kwOn, kwHaving:
			condition = true
		}
		if condition && isComparison(toks, i) {
			return true
		}
	}
	return false
}

func isComparison(toks []token, i int) bool {
	switch opAt(toks, i) {
	case '=', '<', '>', opNotEqual:
		return true
	}
	return false
}

// hasQuery tells whether a query stands in parentheses among the tokens.
func hasQuery(toks []token) bool {
	for i := range toks {
		if toks[i].key == kwSelect && isOp(toks, i-1, '(') {
			return true
		}
	}
	return false
}

// hasDotted tells whether any dotted name stands among the tokens.
func hasDotted(toks []token) bool {
	for i := range toks {
		if toks[i].op == '.' && i > 0 && partAt(toks, i-1, false) == 1 {
			return true
		}
	}
	return false
}
