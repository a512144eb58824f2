package sqltext

// object is for the words that name a kind of object: the object's name follows.
func object(w want) action {
	return func(s *scanner, f *frame) bool {
		if isOp(s.toks, s.i+1, '(') {
			return tableCall(s, f)
		}
		if f.verb == kwSelect {
			return false
		}
		s.setKind(f)
		f.want = w
		if f.verb == kwGrant || f.verb == kwRevoke {
			f.list = w
		}
		return true
	}
}

// setKind notes the kind of object that a DDL statement is about.
func (s *scanner) setKind(f *frame) {
	if f.object == kwNone {
		f.object = s.toks[s.i].key
	}
}

// tableCall is TABLE( … ), whose argument is a name, a string that holds one, or
// a call, and MODEL( … ). Any other kind before a parenthesis is an ordinary name.
func tableCall(s *scanner, f *frame) bool {
	switch s.toks[s.i].key {
	case kwTable:
	case kwModel:
		f.want = wantObject // MODEL(name, version)!method
		return true
	default:
		return false
	}
	if s.keyAt(s.i-1) == kwReturns {
		return true
	}
	f.want, f.next = wantObject, roleName
	if s.isPlaceholder(s.i+2) && isOp(s.toks, s.i+3, ')') {
		s.computed()
	}
	return true
}

// streamClause: the kind, or the argument of AT(STREAM => '…').
func streamClause(s *scanner, f *frame) bool {
	if isOp(s.toks, s.i+1, opArrow) {
		return option(wantObject, roleName)(s, f)
	}
	return object(wantObject)(s, f)
}

// formatKind: FORMAT is a kind only in FILE FORMAT.
func formatKind(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) != kwFile {
		return false
	}
	return object(wantObject)(s, f)
}

// routineKind: a function or procedure; what is created has a body.
func routineKind(s *scanner, f *frame) bool {
	if isOp(s.toks, s.i+1, '(') && f.verb != kwWith {
		return false
	}
	s.setKind(f)
	if f.verb == kwCreate || f.verb == kwWith {
		s.stmt.routine = true
	}
	f.want = wantRoutine
	return true
}

func schemaKind(s *scanner, f *frame) bool {
	if f.verb == kwSelect {
		return false
	}
	s.setKind(f)
	f.want = wantSchema
	return true
}

// databaseKind: DATABASE is a word of these statements only; elsewhere it is a
// column.
func databaseKind(s *scanner, f *frame) bool {
	switch f.verb {
	case kwUse, kwShow, kwGrant, kwRevoke, kwComment, kwDescribe, kwDesc:
		f.want = wantDatabase
	case kwCreate, kwAlter, kwDrop, kwUndrop:
		if s.isDatabaseRole(s.i + 1) {
			return true // a kind of its own
		}
		if f.object == kwNone {
			f.want = wantDatabaseDDL
		}
	default:
		return false
	}
	s.setKind(f)
	return true
}

// listedKind: SHOW SCHEMAS and SHOW DATABASES take a database after IN.
func listedKind(_ *scanner, f *frame) bool {
	if f.verb != kwShow {
		return false
	}
	f.object = kwSchemas
	return true
}

func roleKind(s *scanner, f *frame) bool {
	if s.isDatabaseRole(s.i) {
		s.setKind(f)
		f.want = wantDatabaseRole
		return true
	}
	return foreignKind(s, f)
}

// rolesKind: SHOW DATABASE ROLES takes a database after IN.
func rolesKind(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) == kwDatabase {
		return listedKind(s, f)
	}
	return true
}

// foreignKind: the name of something outside databases follows. In front of an
// operator the word is a column.
func foreignKind(s *scanner, f *frame) bool {
	switch s.kindAt(s.i + 1) {
	case Word, QuotedIdent:
		f.want = wantForeign
		return true
	case Operator:
		return foreignOption(s, f)
	}
	return false
}

// cloneClause: what is cloned is of the kind that is created.
func cloneClause(s *scanner, f *frame) bool {
	if f.verb != kwCreate && !s.clonesInPiece(f) {
		return false
	}
	f.want = sameKind(f.object)
	return true
}

func sameKind(kind keyword) want {
	switch kind {
	case kwSchema:
		return wantSchema
	case kwDatabase:
		return wantDatabaseDDL
	case kwRole:
		return wantDatabaseRole
	}
	return wantObject
}

// afterClause: the predecessors of a task.
func afterClause(_ *scanner, f *frame) bool {
	if f.verb != kwCreate && f.verb != kwAlter {
		return false
	}
	f.want, f.list = wantObject, wantObject
	return true
}

// toClause: RENAME TO takes a name of the same kind.
func toClause(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) == kwRename {
		f.want = sameKind(f.object)
	}
	return true
}

// tagClause: SET TAG and UNSET TAG take a list, TAG ( … ) too, and their values
// name nothing; elsewhere it is a kind of object.
func tagClause(s *scanner, f *frame) bool {
	before := s.keyAt(s.i - 1)
	switch {
	case isOp(s.toks, s.i+1, '('):
		if f.verb == kwSelect {
			return false
		}
		f.want, f.next = wantObject, roleIgnored
	case before == kwSet || before == kwUnset:
		f.want, f.list, f.role = wantObject, wantObject, roleIgnored
	default:
		return object(wantObject)(s, f)
	}
	return true
}

// commentClause: COMMENT ON is a statement; COMMENT = '…' and COMMENT '…' are
// prose.
func commentClause(s *scanner, f *frame) bool {
	switch next := s.i + 1; {
	case s.start && (s.keyAt(next) == kwOn || s.keyAt(next) == kwIf):
		f.verb, f.object, f.role = kwComment, kwNone, roleIgnored
	case isOp(s.toks, next, '=') && s.isText(next+1):
		s.i++
		f.next = roleIgnored
	case s.isText(next):
		f.next = roleIgnored
	default:
		return false
	}
	return true
}
