package sqltext

func (s *scanner) comma(f *frame) {
	if f.decode {
		f.compareAgain()
	} else if !f.kept {
		f.left = operandOther
	}
	f.want = f.list
	if f.rest != roleValue {
		f.role = f.rest
	}
}

// semicolon ends the statement, and with it every parenthesis.
func (s *scanner) semicolon(t token) {
	s.a.copied = 0
	if len(s.frames) > 1 {
		s.unbalanced(t.start, "a statement ends inside a parenthesis")
	}
	s.endStatement()
	s.frames = append(s.frames[:0], frame{start: true, callee: -1})
	s.ctes = s.ctes[:0]
}

// open pushes the frame of a parenthesis or brace.
func (s *scanner) open(f *frame, braces bool) {
	in := frame{
		start: true, callee: -1, braces: braces, tables: len(s.ctes),
		role: s.role, left: f.left, kept: true,
	}
	switch {
	case s.i > 0 && f.callee == s.i-1:
		s.openCall(f, &in)
	case s.want == wantObject, s.want == wantDatabaseDDL:
		in.want, in.list = s.want, s.want
	}
	s.frames = append(s.frames, in)
}

// openCall sets up the arguments of a call by the name that is called.
func (s *scanner) openCall(f *frame, in *frame) {
	callee := s.toks[f.callee]
	in.callee = f.callee
	f.callee = -1
	if in.role == roleName {
		in.role = roleValue // a call inside TABLE( … ) has arguments of its own
	}
	switch callee.key {
	case kwGetDDL:
		in.role = roleDDL
	case kwParseJSON:
		in.role = roleData
	case kwStageFunction:
		in.role = roleStage
	case kwRelativeName:
		in.role = roleIgnored
	case kwGetNextval, kwSemanticView:
		in.want = wantObject
	case kwPatternFunction:
		in.rest = roleData
	case kwPathFunction:
		in.rest = roleIgnored
	case kwDecode:
		in.decode = true
	case kwValueFunction:
	default:
		const system = "SYSTEM$"
		if word := s.text[callee.start:callee.end]; len(word) > len(system) && sameFolded(system, word[:len(system)]) {
			in.role = roleName
		}
	}
}

// closing pops the frame of a parenthesis or brace.
func (s *scanner) closing(t token) {
	if len(s.frames) == 1 || s.frame().braces != (t.op == '}') {
		s.unbalanced(t.start, "a parenthesis is closed that was not opened")
		return
	}
	in := s.frame()
	last, tables := in.last, in.tables
	s.frames = s.frames[:len(s.frames)-1]
	s.ctes = s.ctes[:min(tables, len(s.ctes))]
	if last != operandOther {
		s.frame().last = last
	}
}
