package sqltext

// maxParts is the number of parts of the longest name: db.schema.table.column.
const maxParts = 4

// chain is a dotted name. Blanks and comments may stand between its parts.
type chain struct {
	// first and next are indices of tokens: the chain is [first, next).
	first, next int
	// parts are indices of tokens, -1 for the empty part of db..t. n may be
	// larger than the number kept.
	parts [maxParts]int
	n     int
	// dangling means that the chain ends in a dot: a placeholder or another
	// literal completes it.
	dangling bool
	// follow is the operator behind the chain, zero if none.
	follow byte
}

// scanChain reads the chain whose first part is the token at i. With stage set
// a part may begin with a percent sign (@db.schema.%table).
func scanChain(tokens []token, i int, stage bool) chain {
	c := chain{first: i}
	c.add(i)
	for i++; i < len(tokens) && tokens[i].op == '.'; i++ {
		n := partAt(tokens, i+1, stage)
		switch {
		case n > 0:
			i += n
			c.add(i)
		case isOp(tokens, i+1, '.') && c.n == 1:
			c.add(-1)
		case isOp(tokens, i+1, '*'):
			i++
			c.add(i)
		default:
			c.dangling = true
			c.next = i + 1
			c.follow = opAt(tokens, c.next)
			return c
		}
	}
	c.next = i
	c.follow = opAt(tokens, i)
	return c
}

// partAt returns how many tokens from i make up one part; zero if none does.
func partAt(tokens []token, i int, stage bool) int {
	if i >= len(tokens) {
		return 0
	}
	if tokens[i].kind == Word || tokens[i].kind == QuotedIdent {
		return 1
	}
	if stage && tokens[i].op == '%' && partAt(tokens, i+1, false) == 1 {
		return 2
	}
	return 0
}

func (c *chain) add(part int) {
	if c.n < maxParts {
		c.parts[c.n] = part
	}
	c.n++
}

// last returns the token of the last part that is kept.
func (c *chain) last() int {
	return c.parts[min(c.n, maxParts)-1]
}

func isOp(tokens []token, i int, op byte) bool {
	return i >= 0 && i < len(tokens) && tokens[i].op == op
}

func opAt(tokens []token, i int) byte {
	if i >= 0 && i < len(tokens) {
		return tokens[i].op
	}
	return 0
}

// identAt returns the identifier that a token denotes.
func identAt(text string, t token) Ident {
	raw := text[t.start:t.end]
	if t.kind != QuotedIdent {
		return Ident(foldASCII(raw))
	}
	content, _ := unquoteIdent(raw)
	return Ident(content)
}
