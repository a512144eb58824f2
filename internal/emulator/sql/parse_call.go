package sql

// nonColumns are words that cannot start a column or function though they are not reserved everywhere.
var nonColumns = wordSet("CASE WHEN CAST TRY_CAST CROSS FULL INNER JOIN NATURAL USING LATERAL CONSTRAINT")

// reference reads a column, a qualified star, a qualified position or a function call.
func (c *Cursor) reference() (Expr, error) {
	t := c.Peek()
	if t.Kind == Ident && nonColumns[t.Value] && !c.PeekAt(1).IsOp(".") {
		return nil, c.Unexpected()
	}
	if name := likeFunction(c); name != "" {
		c.Next()
		return c.call(t, []string{name})
	}
	name, star, err := c.chain()
	switch {
	case err != nil:
		return nil, err
	case star:
		return c.star(t, name)
	case c.Peek().Kind == Variable: // t.$1
		p, err := variable(c.Next())
		if position, ok := p.(*Positional); ok && err == nil {
			position.Pos, position.Table = t.pos(), name
			return position, nil
		}
		return nil, unexpected(c.PeekAt(-1))
	case c.LookingOp("("):
		return c.call(t, name)
	}
	return &ColumnRef{t.pos(), name}, nil
}

// likeFunction returns the reserved word at the cursor that is also a function, as in LIKE(a, b), else "".
func likeFunction(c *Cursor) string {
	t := c.Peek()
	if t.Kind == Ident && c.PeekAt(1).IsOp("(") {
		switch t.Value {
		case "LIKE", "ILIKE", "RLIKE", "REGEXP", "INSERT":
			return t.Value
		}
	}
	return ""
}

// chain reads a dotted name, which may end in * or in a dot before $n.
func (c *Cursor) chain() (name []string, star bool, err error) {
	if c.Peek().Is("IDENTIFIER") && c.PeekAt(1).IsOp("(") {
		if name, err = c.identifierCall(); err != nil {
			return nil, false, err
		}
	} else {
		first, err := c.Ident()
		if err != nil {
			return nil, false, err
		}
		name = []string{first}
	}
	for len(name) < 5 {
		switch {
		case len(name) == 1 && c.AcceptOp(".."):
			name = append(name, "PUBLIC")
		case !c.AcceptOp("."):
			return name, false, nil
		case c.LookingOp("*"):
			return name, true, nil
		case c.Peek().Kind == Variable:
			return name, false, nil
		}
		part, err := c.Ident()
		if err != nil {
			return nil, false, err
		}
		name = append(name, part)
	}
	return nil, false, unexpected(c.PeekAt(-1))
}

// call reads the arguments and clauses of the function called name.
func (c *Cursor) call(t Token, name []string) (Expr, error) {
	c.Next()
	call := &Call{Pos: t.pos(), Name: name}
	if err := c.callArgs(call); err != nil {
		return nil, err
	}
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	return call, c.callClauses(call)
}

func (c *Cursor) callArgs(call *Call) error {
	if len(call.Name) == 1 {
		switch call.Name[0] {
		case "EXTRACT":
			return c.extractArgs(call)
		case "POSITION":
			return c.positionArgs(call)
		}
	}
	return c.plainArgs(call)
}

func (c *Cursor) plainArgs(call *Call) error {
	if c.LookingOp(")") {
		return nil
	}
	call.Distinct = c.Accept("DISTINCT")
	if !call.Distinct && c.Looking("ALL") {
		c.Next()
	}
	for again := true; again; again = c.AcceptOp(",") {
		arg, err := c.arg()
		if err != nil {
			return err
		}
		call.Args = append(call.Args, arg)
	}
	return c.nulls(call)
}

func (c *Cursor) arg() (Arg, error) {
	if t := c.Peek(); (t.Kind == Ident || t.Kind == QuotedIdent) && c.PeekAt(1).IsOp("=>") {
		c.Next()
		c.Next()
		value, err := c.argValue()
		return Arg{t.Value, value}, err
	}
	value, err := c.argValue()
	return Arg{Value: value}, err
}

// argValue reads an expression, a lambda with several parameters, or a query without parentheses of its own.
func (c *Cursor) argValue() (Expr, error) {
	t := c.Peek()
	if t.Is("SELECT") || t.Is("WITH") && c.PeekAt(2).Is("AS") {
		query, err := ParseQuery(c)
		if err != nil {
			return nil, err
		}
		return &Subquery{t.pos(), query}, nil
	}
	if params := c.lambdaParams(); params != nil {
		body, err := ParseExpr(c)
		if err != nil {
			return nil, err
		}
		return &Lambda{t.pos(), params, body}, nil
	}
	return ParseExpr(c)
}

// lambdaParams reads "(a, b) ->", "a TYPE ->" or "(a TYPE, b TYPE) ->", or leaves the cursor and returns nil.
func (c *Cursor) lambdaParams() []string {
	mark := c.Mark()
	list := c.AcceptOp("(")
	var params []string
	for again := true; again; again = list && c.AcceptOp(",") {
		name, err := c.Ident()
		if err != nil {
			break
		}
		params = append(params, name)
		if c.Peek().Kind == Ident && IsType(c.Peek().Value) {
			if _, err := ParseType(c); err != nil {
				break
			}
		}
	}
	if list && !c.AcceptOp(")") || !c.AcceptOp("->") {
		c.Reset(mark)
		return nil
	}
	return params
}

// extractArgs reads "part FROM x" as the arguments of DATE_PART.
func (c *Cursor) extractArgs(call *Call) error {
	t := c.Next()
	if t.Kind != Ident && t.Kind != String {
		return unexpected(t)
	}
	part := &Literal{t.pos(), StringLiteral, t.Value}
	if !c.Accept("FROM") && !c.AcceptOp(",") {
		return c.Unexpected()
	}
	x, err := ParseExpr(c)
	call.Args = []Arg{{Value: part}, {Value: x}}
	return err
}

// positionArgs reads "a IN b" or "a, b[, start]".
func (c *Cursor) positionArgs(call *Call) error {
	needle, err := c.binary(precAdd)
	if err != nil {
		return err
	}
	if !c.Accept("IN") && !c.AcceptOp(",") {
		return c.Unexpected()
	}
	rest, err := ParseExprs(c)
	if err != nil {
		return err
	}
	call.Args = []Arg{{Value: needle}}
	for _, x := range rest {
		call.Args = append(call.Args, Arg{Value: x})
	}
	return nil
}

func (c *Cursor) nulls(call *Call) error {
	if word := c.AcceptAny("IGNORE", "RESPECT"); word != "" {
		call.Nulls = word
		return c.Expect("NULLS")
	}
	return nil
}

// callClauses reads WITHIN GROUP, FROM FIRST or LAST, IGNORE NULLS and OVER after the arguments.
func (c *Cursor) callClauses(call *Call) error {
	if c.Accept("WITHIN", "GROUP") {
		if err := c.withinGroup(call); err != nil {
			return err
		}
	}
	if c.Looking("FROM", "FIRST") || c.Looking("FROM", "LAST") {
		if c.PeekAt(2).Is("OVER") || c.PeekAt(2).Is("IGNORE") || c.PeekAt(2).Is("RESPECT") {
			c.pos += 2
		}
	}
	if c.PeekAt(1).Is("NULLS") {
		if err := c.nulls(call); err != nil {
			return err
		}
	}
	if c.Looking("OVER") && c.PeekAt(1).IsOp("(") {
		c.Next()
		var err error
		call.Over, err = c.window()
		return err
	}
	return nil
}

func (c *Cursor) withinGroup(call *Call) error {
	if err := c.ExpectOp("("); err != nil {
		return err
	}
	if err := c.Expect("ORDER", "BY"); err != nil {
		return err
	}
	var err error
	if call.Order, err = c.orderItems(); err != nil {
		return err
	}
	return c.ExpectOp(")")
}
