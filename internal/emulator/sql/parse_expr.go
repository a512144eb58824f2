package sql

// maxHeight bounds how high a tree of operators and joins without parentheses grows.
const maxHeight = 20000

// ParseExpr reads one expression and leaves the cursor after it. Errors are a *SyntaxError, *DepthError or *TypeError.
func ParseExpr(c *Cursor) (Expr, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	outer := c.height
	c.height = 0
	e, err := c.binary(precOr)
	c.height = max(outer, c.height+1)
	return e, err
}

// ParseExprs reads one or more expressions separated by commas.
func ParseExprs(c *Cursor) ([]Expr, error) {
	var out []Expr
	for {
		e, err := ParseExpr(c)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if !c.AcceptOp(",") {
			return out, nil
		}
	}
}

// grow counts one more operator around what was read, and refuses trees that grow too high to walk.
func (c *Cursor) grow() error {
	c.height++
	if c.height > maxHeight {
		return c.tooDeep()
	}
	return nil
}

// Precedences of infix operators, loosest first.
const (
	precOr = iota + 1
	precAnd
	precNot
	precCompare
	precAdd
	precMultiply
	precUnary
)

// operatorPrecedence maps punctuation to its precedence.
var operatorPrecedence = map[string]int{
	"=": precCompare, "<>": precCompare, "!=": precCompare, "<": precCompare, "<=": precCompare, ">": precCompare, ">=": precCompare,
	"+": precAdd, "-": precAdd, "||": precAdd,
	"*": precMultiply, "/": precMultiply, "%": precMultiply,
}

// infix says which operator stands at the cursor and how tight it binds, 0 for none.
func (c *Cursor) infix() (string, int) {
	t := c.Peek()
	if t.Kind == Op {
		return t.Text, operatorPrecedence[t.Text]
	}
	if t.Kind != Ident {
		return "", 0
	}
	switch t.Value {
	case "OR":
		return t.Value, precOr
	case "AND":
		return t.Value, precAnd
	case "IS", "IN", "BETWEEN", "LIKE", "ILIKE", "RLIKE", "REGEXP":
		return t.Value, precCompare
	case "NOT":
		if next := c.PeekAt(1); next.Kind == Ident && negatable[next.Value] {
			return t.Value, precCompare
		}
	}
	return "", 0
}

var negatable = wordSet("IN BETWEEN LIKE ILIKE RLIKE REGEXP")

// binary reads operators that bind at least as tight as limit.
func (c *Cursor) binary(limit int) (Expr, error) {
	left, err := c.prefix(limit)
	if err != nil {
		return nil, err
	}
	for {
		op, prec := c.infix()
		if prec == 0 || prec < limit {
			return left, nil
		}
		if err := c.grow(); err != nil {
			return nil, err
		}
		if left, err = c.infixTail(left, op, prec); err != nil {
			return nil, err
		}
	}
}

// infixTail reads the operator at the cursor and what follows it.
func (c *Cursor) infixTail(left Expr, op string, prec int) (Expr, error) {
	if prec == precCompare && c.Peek().Kind == Ident {
		return c.predicate(left)
	}
	c.Next()
	if op == "!=" {
		op = "<>"
	}
	if prec == precCompare {
		if quantified, err := c.quantified(left, op); quantified != nil || err != nil {
			return quantified, err
		}
	}
	right, err := c.binary(prec + 1)
	if err != nil {
		return nil, err
	}
	return &Binary{left.At(), op, left, right}, nil
}

// prefix reads a unary operator or a primary expression with what is attached to it.
func (c *Cursor) prefix(limit int) (Expr, error) {
	t := c.Peek()
	op, prec := c.prefixOperator(t)
	if op == "" || op == "NOT" && limit > precNot {
		return c.postfix()
	}
	c.Next()
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	x, err := c.binary(prec)
	if err != nil {
		return nil, err
	}
	return &Unary{t.pos(), op, x}, nil
}

func (c *Cursor) prefixOperator(t Token) (op string, prec int) {
	switch {
	case t.Is("NOT"):
		return "NOT", precNot
	case t.IsOp("-"), t.IsOp("+"), t.IsOp("**"):
		return t.Text, precUnary
	case t.Is("PRIOR"), t.Is("CONNECT_BY_ROOT"):
		if next := c.PeekAt(1); next.Kind == QuotedIdent || next.Kind == Ident && !IsReserved(next.Value) {
			return t.Value, precUnary
		}
	}
	return "", 0
}

// postfix reads a primary expression and the casts, paths and collations after it.
func (c *Cursor) postfix() (Expr, error) {
	x, err := c.primary()
	for err == nil {
		t := c.Peek()
		switch {
		case t.IsOp("::"):
			x, err = c.castTail(x)
		case t.IsOp(":"), t.IsOp("["):
			x, err = c.path(x)
		case t.Is("COLLATE"):
			x, err = c.collate(x)
		case t.IsOp(".") && isPathLike(x):
			x, err = c.path(x)
		default:
			return x, nil
		}
		if err == nil {
			err = c.grow()
		}
	}
	return nil, err
}

// isPathLike reports whether a dot after x goes on into semi-structured data: x[0].a, f(x).a.
func isPathLike(x Expr) bool {
	switch x.(type) {
	case *Path, *Call:
		return true
	}
	return false
}

func (c *Cursor) castTail(x Expr) (Expr, error) {
	c.Next()
	t, err := ParseType(c)
	if err != nil {
		return nil, err
	}
	return &Cast{Pos: x.At(), X: x, Type: t}, nil
}

func (c *Cursor) collate(x Expr) (Expr, error) {
	c.Next()
	name, err := c.String()
	if err != nil {
		return nil, err
	}
	return &Collate{x.At(), x, name}, nil
}

// path reads :a.b[0] steps. The first step after a dot or bracket continues a path that exists.
func (c *Cursor) path(x Expr) (Expr, error) {
	p := &Path{Pos: x.At(), X: x}
	if inner, ok := x.(*Path); ok {
		*p = *inner
	}
	for {
		step, ok, err := c.step()
		if err != nil {
			return nil, err
		}
		if !ok {
			return p, nil
		}
		p.Steps = append(p.Steps, step)
	}
}

func (c *Cursor) step() (Step, bool, error) {
	switch {
	case c.AcceptOp(":"), c.AcceptOp("."):
		t := c.Peek()
		if t.Kind != Ident && t.Kind != QuotedIdent {
			return Step{}, false, c.Unexpected()
		}
		c.Next()
		if t.Kind == Ident { // Field names keep their case.
			return Step{Field: t.Text}, true, nil
		}
		return Step{Field: t.Value}, true, nil
	case c.AcceptOp("["):
		index, err := ParseExpr(c)
		if err != nil {
			return Step{}, false, err
		}
		return Step{Index: index}, true, c.ExpectOp("]")
	}
	return Step{}, false, nil
}
