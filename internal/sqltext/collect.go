package sqltext

import "slices"

// collect notes a name as a reference.
func (s *scanner) collect(c *chain) {
	if c.follow == opArrow || c.dangling || c.n > maxParts {
		return
	}
	n := c.n
	at := s.positionOf(c)
	if at == AtColumn || at == AtSequence {
		n--
	}
	if at == "" || n < 1 || c.parts[n-1] < 0 || n == 1 && at == AtObject && s.isCTE(c) {
		return
	}
	s.a.reference(s.layer, s.nameOf(c, n, at), at, span{s.toks[c.first].start, s.toks[c.parts[n-1]].end}, s.class)
}

// positionOf returns what a name refers to, whether or not its database is
// written; empty if to no object.
func (s *scanner) positionOf(c *chain) Position {
	if last := c.last(); c.n > 1 && last >= 0 && s.toks[last].key == kwNextval {
		return AtSequence
	}
	at, code := judge(s.want, c)
	if at != "" {
		return at
	}
	called := c.follow == '(' || c.follow == '!'
	switch {
	case s.want == wantObject && c.n <= 2 && (!called || c.n == 2 || s.listsColumns(c)):
		return AtObject
	case s.want == wantRoutine, s.want == wantNothing && called && c.n == 2:
		return AtFunction
	case s.want == wantStage:
		return AtStage
	case s.want == wantSchema && code != "":
		return AtSchema
	}
	return ""
}

// listsColumns tells whether the parenthesis behind a name of one part holds
// columns: elsewhere the name is that of a function.
func (s *scanner) listsColumns(c *chain) bool {
	switch s.keyAt(c.first - 1) {
	case kwReferences, kwInto, kwTable, kwView:
		return true
	}
	return false
}

func (s *scanner) isCTE(c *chain) bool {
	return slices.Contains(s.ctes, s.ident(c.first))
}

// nameOf reads the first n parts of a chain as the name of what is at the
// position.
func (s *scanner) nameOf(c *chain, n int, at Position) Name {
	parts := make([]Ident, n)
	for i := range n {
		parts[i] = publicSchema
		if token := c.parts[i]; token >= 0 {
			parts[i] = s.ident(token)
		}
	}
	switch at {
	case AtDatabase:
		return Name{Database: parts[0]}
	case AtSchema:
		if n == 1 {
			return Name{Schema: parts[0]}
		}
		return Name{Database: parts[0], Schema: parts[1]}
	case AtDatabaseRole:
		return Name{Database: parts[0], Object: parts[n-1]}
	case AtObject, AtFunction, AtSequence, AtColumn, AtStage:
	}
	name := Name{Object: parts[n-1]}
	if n > 1 {
		name.Schema = parts[n-2]
	}
	if n > 2 {
		name.Database = parts[n-3]
	}
	return name
}
