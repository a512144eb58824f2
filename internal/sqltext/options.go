package sqltext

// option is for KEYWORD = value and KEYWORD => value.
func option(w want, r role) action {
	return func(s *scanner, f *frame) bool {
		if !isOp(s.toks, s.i+1, '=') && !isOp(s.toks, s.i+1, opArrow) {
			return false
		}
		s.i++
		f.want, f.next = w, r
		return true
	}
}

// specification: FROM SPECIFICATION '…' and SPECIFICATION = '…'.
func specification(s *scanner, f *frame) bool {
	if isOp(s.toks, s.i+1, '=') {
		s.i++
	}
	f.next = roleSpec
	return s.isText(s.i + 1)
}

// secretsClause: SECRETS = ('name' = db.schema.secret, …).
func secretsClause(s *scanner, f *frame) bool {
	if !isOp(s.toks, s.i+1, '=') || !isOp(s.toks, s.i+2, '(') {
		return false
	}
	s.i += 2
	s.open(f, false)
	in := s.frame()
	in.secrets, in.role = true, roleIgnored
	return true
}

// networkList: ALLOWED_NETWORK_RULES = (db.schema.rule, …) and its like.
func networkList(s *scanner, f *frame) bool {
	if !isOp(s.toks, s.i+1, '=') || !isOp(s.toks, s.i+2, '(') {
		return false
	}
	s.i += 2
	s.open(f, false)
	in := s.frame()
	in.want, in.list = wantObject, wantObject
	return true
}

// languageClause: the language of the body.
func languageClause(s *scanner, f *frame) bool {
	if f.verb == kwSelect || s.kindAt(s.i+1) != Word {
		return false
	}
	s.i++
	s.stmt.language = languageOf(s.raw(s.i))
	return true
}

// immediateClause: EXECUTE IMMEDIATE takes SQL in a literal.
func immediateClause(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) != kwExecute {
		return false
	}
	f.next = roleSQL
	return true
}

// identifierClause: IDENTIFIER('…') stands where the name in it would stand.
func identifierClause(s *scanner, _ *frame) bool {
	if !isOp(s.toks, s.i+1, '(') {
		return false
	}
	if s.isText(s.i+2) && isOp(s.toks, s.i+3, ')') {
		s.nameLiteral(s.i+2, s.want, opAt(s.toks, s.i+4))
		s.i += 3
		return true
	}
	s.computed()
	return true
}

// computed reports that IDENTIFIER( … ) or TABLE( … ), at the current token, takes
// a name that is known only at run time.
func (s *scanner) computed() {
	if s.a.named {
		t := s.toks[s.i]
		s.a.report(s.layer, t.start, t.end, CodeComputedName)
	}
}

// foreignOption is for options of CREATE and ALTER whose value, bare or a string,
// names something outside databases.
func foreignOption(s *scanner, f *frame) bool {
	if !isOp(s.toks, s.i+1, '=') || f.verb != kwCreate && f.verb != kwAlter {
		return false
	}
	s.i++
	f.want, f.next = wantForeign, roleIgnored
	return true
}

// tagValues: what a tag may be set to names nothing.
func tagValues(_ *scanner, f *frame) bool {
	if f.object != kwTag {
		return false
	}
	f.role = roleIgnored
	return true
}

// synonyms: WITH SYNONYMS ('…', …) of a semantic view, also with an equals sign, are
// words that people say.
func synonyms(s *scanner, f *frame) bool {
	if s.keyAt(s.i-1) != kwWith {
		return false
	}
	if isOp(s.toks, s.i+1, '=') {
		s.i++
	}
	f.next = roleIgnored
	return true
}

// pathArgument: PATH => '…' of FLATTEN leads into semi-structured data.
func pathArgument(s *scanner, f *frame) bool {
	return isOp(s.toks, s.i+1, opArrow) && option(wantNothing, roleIgnored)(s, f)
}

// databasesOption is a list of databases that are replicated.
func databasesOption(s *scanner, f *frame) bool {
	f.list = wantDatabaseDDL
	return option(wantDatabaseDDL, roleValue)(s, f)
}

// tablesClause: the logical tables of a semantic view.
func tablesClause(s *scanner, f *frame) bool {
	if f.verb != kwCreate || f.object != kwView || !isOp(s.toks, s.i+1, '(') {
		return false
	}
	f.want = wantObject
	return true
}

// contactClause: a kind of object, or what contacts an object has: WITH CONTACT
// (purpose = name, …) and SET CONTACT purpose = name, ….
func contactClause(s *scanner, f *frame) bool {
	switch {
	case f.verb != kwCreate && f.verb != kwAlter:
		return object(wantObject)(s, f)
	case isOp(s.toks, s.i+1, '('):
		s.i++
		s.open(f, false)
		f = s.frame()
		f.secrets = true
	case s.keyAt(s.i-1) == kwSet:
		f.secrets = true
	default:
		return object(wantObject)(s, f)
	}
	return true
}
