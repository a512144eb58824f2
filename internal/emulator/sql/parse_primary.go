package sql

import "strconv"

// primary reads an operand.
func (c *Cursor) primary() (Expr, error) {
	t := c.Peek()
	switch t.Kind {
	case Number:
		c.Next()
		return &Literal{t.pos(), NumberLiteral, t.Value}, nil
	case String:
		c.Next()
		return &Literal{t.pos(), StringLiteral, t.Value}, nil
	case Variable:
		c.Next()
		return variable(t)
	case Bind:
		c.Next()
		return &BindRef{t.pos(), t.Value}, nil
	case Stage:
		c.Next()
		return &StageRef{t.pos(), t.Value}, nil
	case Op:
		return c.primaryOp(t)
	case Ident:
		return c.primaryWord(t)
	case QuotedIdent:
		return c.reference()
	case EOF:
	}
	return nil, c.Unexpected()
}

// variable makes $1 a position and $x a variable.
func variable(t Token) (Expr, error) {
	if !isDigit(t.Value[0]) {
		return &VariableRef{t.pos(), t.Value}, nil
	}
	index, err := strconv.ParseInt(t.Value, 10, 32)
	if err != nil || index == 0 {
		return nil, unexpected(t)
	}
	return &Positional{Pos: t.pos(), Index: int(index)}, nil
}

func (c *Cursor) primaryOp(t Token) (Expr, error) {
	switch t.Text {
	case "(":
		return c.parenthesised()
	case "[":
		return c.array()
	case "{":
		return c.object()
	case "*":
		return c.star(t, nil)
	case ":":
		c.Next()
		name, err := c.Word()
		if err != nil {
			return nil, err
		}
		return &BindRef{t.pos(), name}, nil
	}
	return nil, c.Unexpected()
}

// primaryWord reads what an unquoted word starts: a keyword construct, a typed literal, a call or a column.
func (c *Cursor) primaryWord(t Token) (Expr, error) {
	switch t.Value {
	case "NULL":
		c.Next()
		return &Literal{Pos: t.pos()}, nil
	case "TRUE", "FALSE":
		c.Next()
		return &Literal{t.pos(), BoolLiteral, t.Value}, nil
	case "CASE":
		return c.caseExpr()
	case "CAST", "TRY_CAST":
		if c.PeekAt(1).IsOp("(") {
			return c.cast(t)
		}
	case "EXISTS":
		return c.exists()
	case "X":
		if c.PeekAt(1).Kind == String && c.PeekAt(1).Start == t.End {
			return c.binaryLiteral(t)
		}
	case "INTERVAL", "DATE", "TIME", "DATETIME", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		if c.PeekAt(1).Kind == String {
			return c.typedLiteral(t)
		}
	}
	if bareCalls[t.Value] && !c.PeekAt(1).IsOp("(") && !c.PeekAt(1).IsOp(".") {
		c.Next()
		return &Call{Pos: t.pos(), Name: []string{t.Value}, Bare: true}, nil
	}
	return c.reference()
}

// bareCalls are the functions that may be called without parentheses.
var bareCalls = wordSet(`CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP`)

func (c *Cursor) typedLiteral(t Token) (Expr, error) {
	if c.Accept("INTERVAL") {
		return &Interval{t.pos(), c.Next().Value}, nil
	}
	c.Next()
	text := c.Next()
	return &Cast{Pos: t.pos(), X: &Literal{text.pos(), StringLiteral, text.Value}, Type: aliases[t.Value]}, nil
}

// binaryLiteral reads x'…', whose digits are hexadecimal.
func (c *Cursor) binaryLiteral(t Token) (Expr, error) {
	c.Next()
	text := c.Next()
	return &Cast{Pos: t.pos(), X: &Literal{text.pos(), StringLiteral, text.Value}, Type: BinaryType}, nil
}

func (c *Cursor) caseExpr() (Expr, error) {
	e := &Case{Pos: c.Next().pos()}
	var err error
	if !c.Looking("WHEN") {
		if e.Operand, err = ParseExpr(c); err != nil {
			return nil, err
		}
	}
	if err := c.Expect("WHEN"); err != nil {
		return nil, err
	}
	for again := true; again; again = c.Accept("WHEN") {
		when, err := c.when()
		if err != nil {
			return nil, err
		}
		e.Whens = append(e.Whens, when)
	}
	if c.Accept("ELSE") {
		if e.Else, err = ParseExpr(c); err != nil {
			return nil, err
		}
	}
	return e, c.Expect("END")
}

func (c *Cursor) when() (When, error) {
	cond, err := ParseExpr(c)
	if err != nil {
		return When{}, err
	}
	if err := c.Expect("THEN"); err != nil {
		return When{}, err
	}
	result, err := ParseExpr(c)
	return When{cond, result}, err
}

func (c *Cursor) cast(t Token) (Expr, error) {
	c.Next()
	c.Next()
	x, err := ParseExpr(c)
	if err != nil {
		return nil, err
	}
	if err := c.Expect("AS"); err != nil {
		return nil, err
	}
	to, err := ParseType(c)
	if err != nil {
		return nil, err
	}
	if c.Accept("RENAME", "FIELDS") || c.Accept("ADD", "FIELDS") {
		return nil, c.Unexpected()
	}
	return &Cast{t.pos(), x, to, t.Value == "TRY_CAST"}, c.ExpectOp(")")
}

func (c *Cursor) exists() (Expr, error) {
	t := c.Next()
	if !c.LookingOp("(") {
		return nil, c.Unexpected()
	}
	mark := c.Peek()
	sub, err := c.parenthesised()
	if err != nil {
		return nil, err
	}
	query, ok := sub.(*Subquery)
	if !ok {
		return nil, unexpected(mark)
	}
	return &Exists{t.pos(), query.Query}, nil
}

// startsQuery reports whether the parentheses at the cursor hold a query, or more parentheses that do.
func (c *Cursor) startsQuery() bool {
	n := 0
	for c.PeekAt(n).IsOp("(") {
		n++
	}
	t := c.PeekAt(n)
	return n > 0 && (t.Is("SELECT") || t.Is("WITH"))
}

// parenthesised reads "(query)", "(expression)" or "(a, b)". Whether nested parentheses belong to a query shows only
// behind them, so what was read first becomes the left side of a set operation where one follows. It never reads twice.
func (c *Cursor) parenthesised() (Expr, error) {
	t := c.Next()
	if c.Looking("SELECT") || c.Looking("WITH") {
		query, err := ParseQuery(c)
		if err != nil {
			return nil, err
		}
		return &Subquery{t.pos(), query}, c.ExpectOp(")")
	}
	first, err := ParseExpr(c)
	if err != nil {
		return nil, err
	}
	if sub, ok := first.(*Subquery); ok && c.continuesQuery() {
		query, err := c.queryAfter(sub.Query)
		if err != nil {
			return nil, err
		}
		return &Subquery{t.pos(), query}, c.ExpectOp(")")
	}
	if !c.LookingOp(",") {
		return first, c.ExpectOp(")")
	}
	c.Next()
	rest, err := ParseExprs(c)
	if err != nil {
		return nil, err
	}
	return &Tuple{t.pos(), append([]Expr{first}, rest...)}, c.ExpectOp(")")
}

func (c *Cursor) array() (Expr, error) {
	a := &Array{Pos: c.Next().pos()}
	if c.AcceptOp("]") {
		return a, nil
	}
	var err error
	if a.Items, err = ParseExprs(c); err != nil {
		return nil, err
	}
	return a, c.ExpectOp("]")
}

func (c *Cursor) object() (Expr, error) {
	o := &Object{Pos: c.Next().pos()}
	if c.AcceptOp("}") {
		return o, nil
	}
	if t := c.Peek(); t.IsOp("*") {
		star, err := c.star(t, nil)
		if err != nil {
			return nil, err
		}
		o.Star = star
		return o, c.ExpectOp("}")
	}
	for again := true; again; again = c.AcceptOp(",") {
		field, err := c.field()
		if err != nil {
			return nil, err
		}
		o.Fields = append(o.Fields, field)
	}
	return o, c.ExpectOp("}")
}

func (c *Cursor) field() (Field, error) {
	key, err := c.String()
	if err != nil {
		return Field{}, err
	}
	if err := c.ExpectOp(":"); err != nil {
		return Field{}, err
	}
	value, err := ParseExpr(c)
	return Field{key, value}, err
}
