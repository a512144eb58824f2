package sql

// selectBlock reads SELECT … up to QUALIFY.
func (c *Cursor) selectBlock() (*Select, error) {
	s := &Select{Pos: c.Next().pos()}
	s.Distinct = c.Accept("DISTINCT")
	if !s.Distinct {
		c.Accept("ALL")
	}
	if t := c.PeekAt(1); c.Looking("TOP") && (t.Kind == Number || t.Kind == Bind) {
		c.Next()
		top, err := c.primary()
		if err != nil {
			return nil, err
		}
		s.Top = top
	}
	var err error
	if s.Items, err = c.items(); err != nil {
		return nil, err
	}
	if c.Accept("FROM") {
		if s.From, err = ParseFrom(c); err != nil {
			return nil, err
		}
	}
	return s, c.selectClauses(s)
}

// selectClauses reads the clauses after FROM in their order; WHERE may stand on either side of CONNECT BY.
func (c *Cursor) selectClauses(s *Select) error {
	for _, clause := range []struct {
		into  *Expr
		words []string
	}{
		{&s.Where, []string{"WHERE"}},
		{&s.StartWith, []string{"START", "WITH"}},
		{&s.ConnectBy, []string{"CONNECT", "BY"}},
		{&s.StartWith, []string{"START", "WITH"}},
		{&s.Where, []string{"WHERE"}},
	} {
		if *clause.into != nil {
			continue
		}
		if err := c.clause(clause.into, clause.words...); err != nil {
			return err
		}
	}
	if c.Accept("GROUP") {
		if err := c.groupBy(s); err != nil {
			return err
		}
	}
	if err := c.clause(&s.Having, "HAVING"); err != nil {
		return err
	}
	return c.clause(&s.Qualify, "QUALIFY")
}

// clause reads the expression after the words into e, if they are there.
func (c *Cursor) clause(e *Expr, words ...string) error {
	if !c.Accept(words...) {
		return nil
	}
	c.Accept("NOCYCLE")
	var err error
	*e, err = ParseExpr(c)
	return err
}

func (c *Cursor) items() ([]Item, error) {
	var out []Item
	for again := true; again; again = c.AcceptOp(",") {
		item, err := c.item()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

func (c *Cursor) item() (Item, error) {
	from := c.Mark()
	e, err := ParseExpr(c)
	if err != nil {
		return Item{}, err
	}
	item := Item{Expr: e, Text: c.Text(from, c.Mark())}
	if _, ok := e.(*Star); ok {
		return item, nil
	}
	item.Alias, err = c.alias(notItemAlias)
	return item, err
}

// Words that may name things and yet end an item or an element of FROM where they follow without AS.
var (
	notItemAlias  = wordSet("LIMIT OFFSET FETCH EXCEPT")
	notTableAlias = wordSet(`LIMIT OFFSET FETCH EXCEPT CROSS FULL INNER JOIN LATERAL LEFT NATURAL RIGHT USING
		MATCH_CONDITION DIRECTED`)
)

// alias reads [AS] name, or returns "" where the next word is a keyword.
func (c *Cursor) alias(keywords map[string]bool) (string, error) {
	if c.Accept("AS") {
		return c.Ident()
	}
	t := c.Peek()
	if t.Kind == QuotedIdent || t.Kind == Ident && !IsReserved(t.Value) && !keywords[t.Value] {
		return c.Ident()
	}
	return "", nil
}

func (c *Cursor) groupBy(s *Select) error {
	if err := c.Expect("BY"); err != nil {
		return err
	}
	s.GroupBy = &GroupBy{}
	if c.Accept("ALL") {
		s.GroupBy.All = true
		return nil
	}
	for again := true; again; again = c.AcceptOp(",") {
		element, err := c.groupElement()
		if err != nil {
			return err
		}
		s.GroupBy.Elements = append(s.GroupBy.Elements, element)
	}
	return nil
}

func (c *Cursor) groupElement() (GroupElement, error) {
	kind := ""
	switch {
	case c.Looking("GROUPING", "SETS"):
		c.pos += 2
		kind = "GROUPING SETS"
	case (c.Looking("CUBE") || c.Looking("ROLLUP")) && c.PeekAt(1).IsOp("("):
		kind = c.Next().Value
	default:
		e, err := ParseExpr(c)
		return GroupElement{Sets: [][]Expr{{e}}}, err
	}
	sets, err := c.groupSets()
	return GroupElement{Kind: kind, Sets: sets}, err
}

// groupSets reads "((a, b), c, ())".
func (c *Cursor) groupSets() ([][]Expr, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	var out [][]Expr
	for again := true; again; again = c.AcceptOp(",") {
		if c.LookingOp("(") && c.PeekAt(1).IsOp(")") {
			c.pos += 2
			out = append(out, nil)
			continue
		}
		e, err := ParseExpr(c)
		if err != nil {
			return nil, err
		}
		out = append(out, elements(e))
	}
	return out, c.ExpectOp(")")
}

// star reads * and its modifiers; t is the first token of the item, table what stands before the star.
func (c *Cursor) star(t Token, table []string) (*Star, error) {
	c.Next()
	s := &Star{Pos: t.pos(), Table: table}
	if c.Looking("ILIKE") && c.PeekAt(1).Kind == String {
		c.Next()
		s.Ilike = c.Next().Value
	}
	var err error
	if c.Looking("EXCLUDE") && !c.PeekAt(1).IsOp(",") {
		c.Next()
		if s.Exclude, err = c.oneOrMore(); err != nil {
			return nil, err
		}
	}
	if c.Looking("REPLACE") && c.PeekAt(1).IsOp("(") {
		if s.Replace, err = c.replacements(); err != nil {
			return nil, err
		}
	}
	if c.Accept("RENAME") {
		if s.Rename, err = c.renames(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// oneOrMore reads a column, or columns in parentheses.
func (c *Cursor) oneOrMore() ([]string, error) {
	if c.LookingOp("(") {
		return c.columnList()
	}
	name, err := c.Ident()
	return []string{name}, err
}

func (c *Cursor) replacements() ([]Item, error) {
	c.pos += 2
	items, err := c.items()
	if err != nil {
		return nil, err
	}
	return items, c.ExpectOp(")")
}

func (c *Cursor) renames() ([]Rename, error) {
	if !c.AcceptOp("(") {
		one, err := c.rename()
		return []Rename{one}, err
	}
	var out []Rename
	for again := true; again; again = c.AcceptOp(",") {
		one, err := c.rename()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, c.ExpectOp(")")
}

func (c *Cursor) rename() (Rename, error) {
	from, err := c.Ident()
	if err != nil {
		return Rename{}, err
	}
	if err := c.Expect("AS"); err != nil {
		return Rename{}, err
	}
	to, err := c.Ident()
	return Rename{from, to}, err
}
