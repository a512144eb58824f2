package sqltext

import "errors"

// splitter cuts statements. A semicolon ends a statement outside parentheses and
// outside the blocks of an unquoted body: GET_DDL prints tasks and alerts with
// such bodies.
type splitter struct {
	lexer lexer
	toks  []token
	// at is where the text is malformed.
	at int
	// depth counts parentheses, blocks are the open BEGIN, CASE and DECLARE.
	depth  int
	blocks []keyword
	// known is set once the kind of object has been read, and body when objects of
	// that kind may have an unquoted body of statements.
	known, body bool
}

// next returns the tokens of the next statement, none at the end of the text.
func (s *splitter) next() ([]token, error) {
	s.toks, s.depth, s.blocks = s.toks[:0], 0, s.blocks[:0]
	s.known, s.body = false, false
	for s.lexer.pos < len(s.lexer.text) {
		i := len(s.toks)
		var cut *token
		if s.toks, cut = s.lexer.statement(s.toks); cut != nil {
			s.at = cut.start
			return nil, errors.New("the text ends inside a quote or comment")
		}
		for ; i < len(s.toks); i++ {
			if err := s.token(i); err != nil {
				s.at = s.toks[i].start
				return nil, err
			}
		}
		if len(s.blocks) == 0 {
			break
		}
	}
	if s.depth > 0 || len(s.blocks) > 0 {
		s.at = len(s.lexer.text)
		return nil, errors.New("the text ends inside a parenthesis or block")
	}
	return s.toks, nil
}

// token handles the token at i.
func (s *splitter) token(i int) error {
	t := s.toks[i]
	if i == 0 && t.key != kwCreate && t.key != kwAlter {
		return errors.New("a statement begins with neither CREATE nor ALTER")
	}
	switch {
	case t.op == '(':
		s.depth++
	case t.op == ')':
		if s.depth--; s.depth < 0 {
			return errors.New("a parenthesis is closed that was not opened")
		}
	case t.op == ';' && s.depth > 0:
		return errors.New("a statement ends inside a parenthesis")
	case t.kind == Word && !isOp(s.toks, i-1, '.') && !isOp(s.toks, i+1, '.'):
		s.word(i)
	}
	return nil
}

// word follows the words that open and close blocks.
func (s *splitter) word(i int) {
	if !s.known {
		s.kind(foldASCII(s.lexer.text[s.toks[i].start:s.toks[i].end]))
		return
	}
	switch s.toks[i].key {
	case kwBegin:
		if s.opens(i) && s.isBlock(i) {
			if s.top() == kwDeclare {
				s.pop()
			}
			s.blocks = append(s.blocks, kwBegin)
		}
	case kwDeclare:
		if s.opens(i) {
			s.blocks = append(s.blocks, kwDeclare)
		}
	case kwCase:
		if len(s.blocks) > 0 && s.keyAt(i-1) != kwEnd {
			s.blocks = append(s.blocks, kwCase)
		}
	case kwEnd:
		s.end(i)
	}
}

// kind notes a word of the opening that says what the statement is about.
func (s *splitter) kind(word string) {
	kind := kindWords[word]
	s.known = kind != "" || moreKindWords[word] != ""
	s.body = kind == Task || kind == Alert || kind == Procedure || kind == Function
}

// end closes a CASE, or a block: the END of a block stands where a statement may
// begin. Loops and conditions end in two words of their own, and need no count.
func (s *splitter) end(i int) {
	switch s.keyAt(i + 1) {
	case kwIf, kwFor, kwWhile, kwLoop, kwRepeat:
		return
	}
	if s.top() == kwCase || s.top() == kwBegin && (isOp(s.toks, i-1, ';') || s.keyAt(i-1) == kwBegin) {
		s.pop()
	}
}

// opens tells whether a block may open at token i: as the body, or where a
// statement of a block may begin.
func (s *splitter) opens(i int) bool {
	if !s.body || s.depth > 0 {
		return false
	}
	switch before := s.keyAt(i - 1); before {
	case kwAs:
		return s.keyAt(i-2) != kwExecute && s.top() != kwBegin && s.top() != kwCase
	case kwThen:
		return true // of an alert as well
	case kwElse, kwDo, kwLoop, kwRepeat, kwBegin:
		return len(s.blocks) > 0
	}
	return isOp(s.toks, i-1, ';')
}

// isBlock tells BEGIN from BEGIN TRANSACTION, which is a statement.
func (s *splitter) isBlock(i int) bool {
	if i+1 >= len(s.toks) || s.toks[i+1].op == ';' {
		return false
	}
	next := s.lexer.text[s.toks[i+1].start:s.toks[i+1].end]
	return !sameFolded("TRANSACTION", next) && !sameFolded("WORK", next) && !sameFolded("NAME", next)
}

func (s *splitter) top() keyword {
	if last := len(s.blocks) - 1; last >= 0 {
		return s.blocks[last]
	}
	return kwNone
}

func (s *splitter) pop() { s.blocks = s.blocks[:len(s.blocks)-1] }

func (s *splitter) keyAt(i int) keyword {
	if i < 0 || i >= len(s.toks) {
		return kwNone
	}
	return s.toks[i].key
}
