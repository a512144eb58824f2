package sql

// joined reads an element of FROM and the joins after it, from left to right.
func (c *Cursor) joined() (TableExpr, error) {
	left, err := c.tableExpr()
	for err == nil {
		kind, natural, ok := c.joinWords()
		if !ok {
			return left, nil
		}
		if left, err = c.join(left, kind, natural); err == nil {
			err = c.grow()
		}
	}
	return nil, err
}

// joinWords reads the keywords up to JOIN. Without JOIN behind them it leaves the cursor and reports false.
func (c *Cursor) joinWords() (kind string, natural, ok bool) {
	mark := c.Mark()
	natural = c.Accept("NATURAL")
	kind = c.AcceptAny("INNER", "LEFT", "RIGHT", "FULL", "CROSS", "ASOF")
	switch kind {
	case "":
		kind = "INNER"
	case "LEFT", "RIGHT", "FULL":
		c.Accept("OUTER")
	}
	c.Accept("DIRECTED")
	if !c.Accept("JOIN") {
		c.Reset(mark)
		return "", false, false
	}
	return kind, natural, true
}

func (c *Cursor) join(left TableExpr, kind string, natural bool) (TableExpr, error) {
	right, err := c.tableExpr()
	if err != nil {
		return nil, err
	}
	j := &Join{Pos: left.At(), Kind: kind, Natural: natural, Left: left, Right: right}
	if kind == "ASOF" {
		if err := c.Expect("MATCH_CONDITION"); err != nil {
			return nil, err
		}
		if j.Match, err = c.exprInParens(); err != nil {
			return nil, err
		}
	}
	if c.Accept("ON") {
		j.On, err = ParseExpr(c)
		return j, err
	}
	if c.Looking("USING") && c.PeekAt(1).IsOp("(") {
		c.Next()
		j.Using, err = c.columnList()
	}
	return j, err
}

func (c *Cursor) exprInParens() (Expr, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	e, err := ParseExpr(c)
	if err != nil {
		return nil, err
	}
	return e, c.ExpectOp(")")
}

// tableSuffixes reads PIVOT, UNPIVOT, MATCH_RECOGNIZE and SAMPLE after an element of FROM.
func (c *Cursor) tableSuffixes(source TableExpr) (TableExpr, error) {
	for {
		suffix := c.suffix()
		if suffix == nil {
			return source, nil
		}
		wrapped, err := suffix(source)
		if err == nil {
			err = c.grow()
		}
		if err != nil {
			return nil, err
		}
		source = wrapped
	}
}

func (c *Cursor) suffix() func(TableExpr) (TableExpr, error) {
	switch {
	case c.Looking("SAMPLE"), c.Looking("TABLESAMPLE"):
		return c.sample
	case !c.startsSuffix():
		return nil
	case c.Looking("PIVOT"):
		return c.pivot
	case c.Looking("UNPIVOT"):
		return c.unpivot
	case c.Looking("MATCH_RECOGNIZE"):
		return c.matchRecognize
	}
	return nil
}

func (c *Cursor) matchRecognize(source TableExpr) (TableExpr, error) {
	t := c.Next()
	text, err := c.Parenthesised()
	if err != nil {
		return nil, err
	}
	alias, err := c.tableAlias()
	return &MatchRecognize{t.pos(), source, text, alias}, err
}

func (c *Cursor) sample(source TableExpr) (TableExpr, error) {
	s := &Sample{Pos: c.Next().pos(), Source: source}
	switch c.AcceptAny("BERNOULLI", "ROW", "SYSTEM", "BLOCK") {
	case "SYSTEM", "BLOCK":
		s.Block = true
	}
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	var err error
	if s.Size, err = ParseExpr(c); err != nil {
		return nil, err
	}
	s.Rows = c.Accept("ROWS")
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	if c.AcceptAny("REPEATABLE", "SEED") != "" {
		_, err = c.exprInParens()
	}
	return s, err
}

func (c *Cursor) pivot(source TableExpr) (TableExpr, error) {
	p := &Pivot{Pos: c.Next().pos(), Source: source}
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	var err error
	if p.Calls, err = c.items(); err != nil {
		return nil, err
	}
	if err := c.Expect("FOR"); err != nil {
		return nil, err
	}
	if p.Column, err = c.Name(); err != nil {
		return nil, err
	}
	if err := c.pivotValues(p); err != nil {
		return nil, err
	}
	if c.Accept("DEFAULT", "ON", "NULL") {
		if p.Default, err = c.exprInParens(); err != nil {
			return nil, err
		}
	}
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	p.Alias, err = c.tableAlias()
	return p, err
}

func (c *Cursor) pivotValues(p *Pivot) error {
	if err := c.Expect("IN"); err != nil {
		return err
	}
	if c.startsQuery() {
		var err error
		p.Query, err = c.queryInParens()
		return err
	}
	if err := c.ExpectOp("("); err != nil {
		return err
	}
	var err error
	switch {
	case !c.Accept("ANY"):
		p.Values, err = c.items()
	case c.Accept("ORDER", "BY"):
		p.Any = true
		_, err = c.orderItems()
	default:
		p.Any = true
	}
	if err != nil {
		return err
	}
	return c.ExpectOp(")")
}

func (c *Cursor) unpivot(source TableExpr) (TableExpr, error) {
	u := &Unpivot{Pos: c.Next().pos(), Source: source}
	if word := c.AcceptAny("INCLUDE", "EXCLUDE"); word != "" {
		u.IncludeNulls = word == "INCLUDE"
		if err := c.Expect("NULLS"); err != nil {
			return nil, err
		}
	}
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	if err := c.unpivotBody(u); err != nil {
		return nil, err
	}
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	var err error
	u.Alias, err = c.tableAlias()
	return u, err
}

func (c *Cursor) unpivotBody(u *Unpivot) error {
	var err error
	if u.Value, err = c.Ident(); err != nil {
		return err
	}
	if err := c.Expect("FOR"); err != nil {
		return err
	}
	if u.Label, err = c.Ident(); err != nil {
		return err
	}
	if err := c.Expect("IN"); err != nil {
		return err
	}
	if err := c.ExpectOp("("); err != nil {
		return err
	}
	for again := true; again; again = c.AcceptOp(",") {
		column, err := c.unpivotColumn()
		if err != nil {
			return err
		}
		u.Columns = append(u.Columns, column)
	}
	return c.ExpectOp(")")
}

func (c *Cursor) unpivotColumn() (UnpivotColumn, error) {
	name, err := c.Ident()
	if err != nil {
		return UnpivotColumn{}, err
	}
	column := UnpivotColumn{name, name}
	if c.Accept("AS") {
		if c.Peek().Kind == String {
			column.Label, err = c.String()
		} else {
			column.Label, err = c.Ident()
		}
	}
	return column, err
}
