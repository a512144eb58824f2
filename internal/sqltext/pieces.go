package sqltext

// nameAhead returns the name of three parts behind the current keyword, in a piece
// of code whose verb may stand in a piece before it; nil if none is there. Where the
// keyword may only be followed by an object, the name is one without the verb.
func (s *scanner) nameAhead(f *frame) *chain {
	if !s.piece.partial || f.verb != kwNone || len(s.frames) > 1 || partAt(s.toks, s.i+1, false) == 0 {
		return nil
	}
	if c := scanChain(s.toks, s.i+1, false); c.n == 3 && !c.dangling {
		return &c
	}
	return nil
}

// clonesInPiece tells whether the current word is CLONE, or LIKE, of a piece such as
// ' clone db.schema.table' behind 'create table ' and the table's name.
func (s *scanner) clonesInPiece(f *frame) bool {
	if s.piece.prose {
		return false
	}
	c := s.nameAhead(f)
	return c != nil && (s.keyAt(s.i) == kwClone || s.i <= 2 && c.next == len(s.toks))
}

// grantsInPiece does the same for the ON of ' on db.schema.table to role r'.
func (s *scanner) grantsInPiece(f *frame) bool {
	if s.piece.prose {
		return false
	}
	c := s.nameAhead(f)
	return c != nil && (s.keyAt(c.next) == kwTo || s.keyAt(c.next) == kwFrom)
}

// mergesInPiece does the same for the USING of ' t using db.schema.table u on'. In a
// text that may be prose the condition has to follow.
func (s *scanner) mergesInPiece(f *frame) bool {
	c := s.nameAhead(f)
	if c == nil || !s.piece.prose {
		return c != nil
	}
	next := c.next
	if s.keyAt(next) == kwAs {
		next++
	}
	return s.keyAt(next) == kwOn || partAt(s.toks, next, false) == 1 && s.keyAt(next+1) == kwOn
}
