package sqltext

// isDatabase tells whether a word that is also a keyword can only be the name of
// a database, as in USE DATABASE STAGE or USE STAGE.
func (s *scanner) isDatabase(t token) bool {
	next := s.i + 1
	switch s.want {
	case wantDatabase, wantDatabaseDDL, wantNamespace:
		switch t.key {
		case kwIf, kwNot, kwExists: // of IF [NOT] EXISTS
			return s.keyAt(next) != kwNot && s.keyAt(next) != kwExists && s.keyAt(s.i-1) != kwIf && s.keyAt(s.i-1) != kwNot
		case kwIdentifier:
			return !isOp(s.toks, next, '(')
		case kwRole:
			return !s.isDatabaseRole(s.i)
		case kwRoles:
			return false
		}
		return true
	case wantUse, wantIn, wantInDatabase:
		return t.key != kwAccount && t.key != kwIdentifier && partAt(s.toks, next, false) == 0
	default:
		return false
	}
}

// isDatabaseRole tells whether the word at token i is that of DATABASE ROLE name:
// it is the name of a database where what follows is said about databases only, or
// says nothing about a role, as in ALTER DATABASE ROLE RENAME TO X.
func (s *scanner) isDatabaseRole(i int) bool {
	next := i + 1
	if s.keyAt(i) != kwRole || s.keyAt(i-1) != kwDatabase || partAt(s.toks, next, false) == 0 || isOp(s.toks, next+1, '=') {
		return false
	}
	switch s.keyAt(next) {
	case kwTo, kwFrom, kwIs, kwSet, kwUnset:
		return false
	case kwRename:
		return s.keyAt(next+1) != kwTo
	case kwSwap:
		return s.keyAt(next+1) != kwWith
	case kwClone:
		return partAt(s.toks, next+1, false) == 0
	}
	return !s.isDropOption(i - 2)
}

// isDropOption tells whether a DROP at token i ends with what is said about databases
// and schemas only, as in DROP DATABASE ROLE CASCADE.
func (s *scanner) isDropOption(i int) bool {
	option := i + 3
	if s.keyAt(i) != kwDrop || option+1 < len(s.toks) && !isOp(s.toks, option+1, ';') {
		return false
	}
	word := s.raw(option)
	return sameFolded("CASCADE", word) || sameFolded("RESTRICT", word)
}

// unsaid says what a name of three parts is where no word says it: the name of an
// object whose kind is not known, as in CREATE AGENT db.schema.name, or a type.
func (s *scanner) unsaid(f *frame, c *chain) want {
	switch {
	case f.opening && f.object == kwNone && ddlVerbs[f.verb]:
		return wantObject
	case s.isType(c.first):
		return wantAlias
	}
	return wantNothing
}

// ddlVerbs begin statements about one object.
var ddlVerbs = map[keyword]bool{
	kwCreate: true, kwAlter: true, kwDrop: true, kwUndrop: true, kwComment: true,
	kwDescribe: true, kwDesc: true, kwGrant: true, kwRevoke: true, kwShow: true,
}

// isType tells whether the name at token i is the type of a column or argument
// of what is created: it stands behind a name that begins an item of a list.
func (s *scanner) isType(i int) bool {
	if len(s.frames) != 2 || s.frames[0].verb != kwCreate || s.frames[0].start {
		return false
	}
	before := opAt(s.toks, i-2)
	return (before == '(' || before == ',') && s.keyAt(i-1) == kwNone && partAt(s.toks, i-1, false) == 1
}
