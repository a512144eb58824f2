package sqltext

// caseClause opens a CASE expression. Where a statement may begin it is taken
// for the statement of that name, whose branches hold statements.
func caseClause(s *scanner, f *frame) bool {
	if !s.start || len(s.frames) > 1 {
		f.cases++
	}
	f.last, f.judged = operandOther, false
	return true
}

// whenClause: of a CASE, or the condition of a task.
func whenClause(s *scanner, f *frame) bool {
	if f.cases == 0 {
		return endList(s, f)
	}
	f.compareAgain()
	return true
}

// branch is THEN or ELSE: outside a CASE expression a statement follows.
func branch(s *scanner, f *frame) bool {
	if f.cases == 0 {
		return opensStatement(s, f)
	}
	return nextComparison(s, f)
}

func endCase(_ *scanner, f *frame) bool {
	if f.cases > 0 {
		f.cases--
	}
	f.last = operandOther
	return true
}

func opensStatement(_ *scanner, f *frame) bool {
	f.start, f.list, f.left, f.last = true, wantNothing, operandOther, operandOther
	return true
}

// compareAgain makes what the CASE or DECODE is about the left side of the next
// comparison. It is what stands before the first WHEN or comma.
func (f *frame) compareAgain() {
	if !f.judged {
		f.subject, f.judged = f.last, true
	}
	f.left, f.last, f.kept = f.subject, operandOther, false
}
