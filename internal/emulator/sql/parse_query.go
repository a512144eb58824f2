package sql

// ParseQuery reads a query, from WITH, SELECT, VALUES or a parenthesis to its end, and leaves the cursor after it.
// Errors are a *SyntaxError, *DepthError or *TypeError.
func ParseQuery(c *Cursor) (*Query, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	q := &Query{Pos: c.Peek().pos()}
	if c.Accept("WITH") {
		c.Accept("RECURSIVE") // The keyword is optional: recursion shows in the query.
		if err := c.ctes(q); err != nil {
			return nil, err
		}
	}
	body, err := c.operand()
	if err != nil {
		return nil, err
	}
	return q, c.finishQuery(q, body)
}

// StartsQuery reports whether a query stands at the cursor, possibly in parentheses.
func StartsQuery(c *Cursor) bool {
	return c.Looking("SELECT") || c.Looking("WITH") || c.startsQuery()
}

// queryAfter reads on after a query in parentheses that turned out to be the left side of a set operation, or to have
// an ORDER BY or LIMIT of its own.
func (c *Cursor) queryAfter(left *Query) (*Query, error) {
	q := &Query{Pos: left.Pos}
	return q, c.finishQuery(q, left)
}

// continuesQuery reports whether queryAfter would find something.
func (c *Cursor) continuesQuery() bool {
	t := c.Peek()
	return t.Kind == Ident && queryTail[t.Value]
}

var queryTail = wordSet("UNION INTERSECT EXCEPT MINUS ORDER LIMIT OFFSET FETCH")

// finishQuery reads set operations, ORDER BY and LIMIT behind the first operand.
func (c *Cursor) finishQuery(q *Query, first Body) error {
	body, err := c.setOperations(first)
	if err != nil {
		return err
	}
	q.Body = body
	if c.Accept("ORDER") {
		if err := c.Expect("BY"); err != nil {
			return err
		}
		if q.OrderBy, err = c.queryOrder(); err != nil {
			return err
		}
	}
	return c.limits(q)
}

// queryOrder reads the ORDER BY of a query, which may be ALL.
func (c *Cursor) queryOrder() ([]OrderItem, error) {
	if !c.Accept("ALL") {
		return c.orderItems()
	}
	item, err := c.orderDirection(OrderItem{All: true})
	return []OrderItem{item}, err
}

func (c *Cursor) ctes(q *Query) error {
	for again := true; again; again = c.AcceptOp(",") {
		cte := CTE{Pos: c.Peek().pos()}
		var err error
		if cte.Name, err = c.Ident(); err != nil {
			return err
		}
		if cte.Columns, err = c.columnList(); err != nil {
			return err
		}
		if err := c.Expect("AS"); err != nil {
			return err
		}
		if cte.Query, err = c.queryInParens(); err != nil {
			return err
		}
		q.With = append(q.With, cte)
	}
	return nil
}

// columnList reads "(a, b)" if it is there.
func (c *Cursor) columnList() ([]string, error) {
	if !c.AcceptOp("(") {
		return nil, nil
	}
	var out []string
	for {
		name, err := c.Ident()
		if err != nil {
			return nil, err
		}
		out = append(out, name)
		if !c.AcceptOp(",") {
			return out, c.ExpectOp(")")
		}
	}
}

func (c *Cursor) queryInParens() (*Query, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	q, err := ParseQuery(c)
	if err != nil {
		return nil, err
	}
	return q, c.ExpectOp(")")
}

// operand reads one side of a set operation.
func (c *Cursor) operand() (Body, error) {
	t := c.Peek()
	switch {
	case t.Is("SELECT"):
		return c.selectBlock()
	case t.Is("VALUES"):
		return c.values()
	case t.IsOp("("):
		return c.queryInParens()
	}
	return nil, c.Unexpected()
}

// setOperations reads UNION, EXCEPT and MINUS, from left to right. INTERSECT binds tighter.
func (c *Cursor) setOperations(left Body) (Body, error) {
	left, err := c.intersections(left)
	if err != nil {
		return nil, err
	}
	for {
		word := c.AcceptAny("UNION", "EXCEPT", "MINUS")
		if word == "" {
			return left, nil
		}
		if word == "MINUS" {
			word = "EXCEPT"
		}
		op, err := c.setOperation(left, word)
		if err != nil {
			return nil, err
		}
		if op.Right, err = c.intersections(op.Right); err != nil {
			return nil, err
		}
		left = op
	}
}

func (c *Cursor) intersections(left Body) (Body, error) {
	for c.Accept("INTERSECT") {
		op, err := c.setOperation(left, "INTERSECT")
		if err != nil {
			return nil, err
		}
		left = op
	}
	return left, nil
}

// setOperation reads what follows the operator.
func (c *Cursor) setOperation(left Body, word string) (*SetOperation, error) {
	op := &SetOperation{Pos: left.At(), Op: word, Left: left}
	if !c.Accept("DISTINCT") {
		op.All = c.Accept("ALL")
	}
	op.ByName = c.Accept("BY", "NAME")
	if err := c.grow(); err != nil {
		return nil, err
	}
	var err error
	op.Right, err = c.operand()
	return op, err
}

func (c *Cursor) values() (*Values, error) {
	v := &Values{Pos: c.Next().pos()}
	for again := true; again; again = c.AcceptOp(",") {
		if err := c.ExpectOp("("); err != nil {
			return nil, err
		}
		row, err := ParseExprs(c)
		if err != nil {
			return nil, err
		}
		v.Rows = append(v.Rows, row)
		if err := c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// limits reads LIMIT, OFFSET and FETCH.
func (c *Cursor) limits(q *Query) error {
	var err error
	if c.Accept("LIMIT") {
		if q.Limit, err = ParseExpr(c); err != nil {
			return err
		}
	}
	if c.Accept("OFFSET") {
		if q.Offset, err = ParseExpr(c); err != nil {
			return err
		}
		c.AcceptAny("ROWS", "ROW")
	}
	if q.Limit != nil || !c.Looking("FETCH") {
		return nil
	}
	return c.fetch(q)
}

func (c *Cursor) fetch(q *Query) error {
	c.Next()
	c.AcceptAny("FIRST", "NEXT")
	var err error
	if q.Limit, err = ParseExpr(c); err != nil {
		return err
	}
	c.AcceptAny("ROWS", "ROW")
	c.Accept("ONLY")
	return nil
}
