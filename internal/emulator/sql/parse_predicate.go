package sql

// predicate reads [NOT] IN, BETWEEN, LIKE …, or IS after left.
func (c *Cursor) predicate(left Expr) (Expr, error) {
	not := c.Accept("NOT")
	switch t := c.Next(); t.Value {
	case "IS":
		return c.is(left)
	case "IN":
		return c.in(left, not)
	case "BETWEEN":
		return c.between(left, not)
	case "REGEXP":
		return c.like(left, "RLIKE", not)
	default:
		return c.like(left, t.Value, not)
	}
}

func (c *Cursor) is(left Expr) (Expr, error) {
	not := c.Accept("NOT")
	if what := c.AcceptAny("NULL", "TRUE", "FALSE"); what != "" {
		return &Is{left.At(), left, not, what}, nil
	}
	if err := c.Expect("DISTINCT", "FROM"); err != nil {
		return nil, err
	}
	right, err := c.binary(precAdd)
	if err != nil {
		return nil, err
	}
	return &IsDistinct{left.At(), left, right, not}, nil
}

func (c *Cursor) in(left Expr, not bool) (Expr, error) {
	in := &In{Pos: left.At(), X: left, Not: not}
	if !c.LookingOp("(") { // IN UNNEST and IN array are not Snowflake's.
		return nil, c.Unexpected()
	}
	if c.startsQuery() {
		sub, err := c.parenthesised()
		if err != nil {
			return nil, err
		}
		if query, ok := sub.(*Subquery); ok {
			in.Query = query.Query
			return in, nil
		}
		in.List = elements(sub)
		return in, nil
	}
	c.Next()
	var err error
	if in.List, err = ParseExprs(c); err != nil {
		return nil, err
	}
	return in, c.ExpectOp(")")
}

// elements returns what a list in parentheses holds.
func elements(e Expr) []Expr {
	if tuple, ok := e.(*Tuple); ok {
		return tuple.Items
	}
	return []Expr{e}
}

func (c *Cursor) between(left Expr, not bool) (Expr, error) {
	low, err := c.binary(precAdd)
	if err != nil {
		return nil, err
	}
	if err := c.Expect("AND"); err != nil {
		return nil, err
	}
	high, err := c.binary(precAdd)
	if err != nil {
		return nil, err
	}
	return &Between{left.At(), left, low, high, not}, nil
}

func (c *Cursor) like(left Expr, op string, not bool) (Expr, error) {
	like := &Like{Pos: left.At(), Op: op, X: left, Not: not, Quant: c.AcceptAny("ANY", "ALL")}
	if err := c.patterns(like); err != nil {
		return nil, err
	}
	if op != "RLIKE" && c.Accept("ESCAPE") {
		var err error
		if like.Escape, err = c.binary(precAdd); err != nil {
			return nil, err
		}
	}
	return like, nil
}

func (c *Cursor) patterns(like *Like) error {
	if like.Quant != "" && !c.LookingOp("(") {
		return c.Unexpected()
	}
	pattern, err := c.binary(precAdd)
	if err != nil {
		return err
	}
	if like.Quant == "" {
		like.Patterns = []Expr{pattern}
		return nil
	}
	if query, ok := pattern.(*Subquery); ok {
		like.Query = query.Query
		return nil
	}
	like.Patterns = elements(pattern)
	return nil
}

// quantified reads ANY or ALL (query) after a comparison operator, or returns nil.
func (c *Cursor) quantified(left Expr, op string) (Expr, error) {
	if !c.PeekAt(1).IsOp("(") {
		return nil, nil
	}
	word := c.AcceptAny("ANY", "SOME", "ALL")
	if word == "" {
		return nil, nil
	}
	sub, err := c.parenthesised()
	if err != nil {
		return nil, err
	}
	query, ok := sub.(*Subquery)
	if !ok {
		return nil, unexpected(c.PeekAt(-1))
	}
	return &Quantified{left.At(), left, op, word == "ALL", query.Query}, nil
}
