package sql

import "strings"

// ParseFrom reads what follows FROM, or USING of DELETE and MERGE: elements with their joins, separated by commas.
func ParseFrom(c *Cursor) (TableExpr, error) {
	left, err := c.joined()
	for err == nil && c.AcceptOp(",") {
		var right TableExpr
		if right, err = c.joined(); err == nil {
			left = &Join{Pos: left.At(), Kind: "CROSS", Left: left, Right: right}
			err = c.grow()
		}
	}
	return left, err
}

// tableExpr reads one element of FROM without joins.
func (c *Cursor) tableExpr() (TableExpr, error) {
	t := c.Peek()
	source, err := c.tablePrimary(t)
	if err != nil {
		return nil, err
	}
	return c.tableSuffixes(source)
}

func (c *Cursor) tablePrimary(t Token) (TableExpr, error) {
	switch {
	case t.IsOp("("):
		return c.tableParens(t)
	case t.Is("LATERAL"):
		return c.lateral(t)
	case t.Is("TABLE") && c.PeekAt(1).IsOp("("):
		return c.tableOf(t)
	case t.Is("VALUES"):
		return c.valuesTable(t)
	case t.Kind == Stage, t.Kind == String && strings.HasPrefix(t.Value, "@"):
		return c.stageTable(t)
	}
	name, err := c.Name()
	if err != nil {
		return nil, err
	}
	if c.LookingOp("(") {
		return c.tableCall(t, name)
	}
	table := &Table{Pos: t.pos(), Name: name}
	if err := c.travel(table); err != nil {
		return nil, err
	}
	alias, err := c.tableAlias()
	table.Alias = alias
	return table, err
}

// tableParens reads a query or joins in parentheses. As in expressions, what nested parentheses hold shows behind them.
func (c *Cursor) tableParens(t Token) (TableExpr, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	c.Next()
	if c.Looking("SELECT") || c.Looking("WITH") || c.Looking("VALUES") {
		query, err := ParseQuery(c)
		if err != nil {
			return nil, err
		}
		return c.derived(t, query)
	}
	inner, err := ParseFrom(c)
	if err != nil {
		return nil, err
	}
	if d, ok := inner.(*Derived); ok && d.Alias.Name == "" && c.continuesQuery() {
		query, err := c.queryAfter(d.Query)
		if err != nil {
			return nil, err
		}
		return c.derived(t, query)
	}
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	if d, ok := inner.(*Derived); ok && d.Alias.Name == "" {
		d.Alias, err = c.tableAlias()
		return d, err
	}
	return inner, nil
}

// derived closes the parenthesis of a query in FROM and reads its alias.
func (c *Cursor) derived(t Token, query *Query) (TableExpr, error) {
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	alias, err := c.tableAlias()
	return &Derived{Pos: t.pos(), Query: query, Alias: alias}, err
}

func (c *Cursor) valuesTable(t Token) (TableExpr, error) {
	values, err := c.values()
	if err != nil {
		return nil, err
	}
	alias, err := c.tableAlias()
	return &Derived{Pos: t.pos(), Query: &Query{Pos: t.pos(), Body: values}, Alias: alias}, err
}

func (c *Cursor) lateral(t Token) (TableExpr, error) {
	c.Next()
	if c.LookingOp("(") {
		query, err := c.queryInParens()
		if err != nil {
			return nil, err
		}
		alias, err := c.tableAlias()
		return &Derived{t.pos(), query, true, alias}, err
	}
	if c.Looking("TABLE") && c.PeekAt(1).IsOp("(") {
		return c.tableOf(t)
	}
	name, err := c.Name()
	if err != nil {
		return nil, err
	}
	if !c.LookingOp("(") {
		return nil, c.Unexpected()
	}
	return c.tableCall(t, name)
}

// tableOf reads TABLE('name'), TABLE($x), TABLE(name) or TABLE(function(…)).
func (c *Cursor) tableOf(t Token) (TableExpr, error) {
	c.pos += 2
	name, err := c.tableOfName()
	if err != nil {
		return nil, err
	}
	if c.LookingOp("(") {
		call, err := c.call(t, name)
		if err != nil {
			return nil, err
		}
		if err := c.ExpectOp(")"); err != nil {
			return nil, err
		}
		return c.finishTableCall(t, call)
	}
	if err := c.ExpectOp(")"); err != nil {
		return nil, err
	}
	alias, err := c.tableAlias()
	return &Table{Pos: t.pos(), Name: name, Alias: alias}, err
}

func (c *Cursor) tableOfName() ([]string, error) {
	t := c.Peek()
	if t.Kind != String && t.Kind != Variable && t.Kind != Bind && !t.IsOp(":") {
		return c.Name()
	}
	c.Next()
	text, err := c.identifierText(t)
	if err != nil {
		return nil, err
	}
	name, err := ParseName(text)
	if err != nil {
		return nil, unexpected(t)
	}
	return name, nil
}

func (c *Cursor) tableCall(t Token, name []string) (TableExpr, error) {
	call, err := c.call(t, name)
	if err != nil {
		return nil, err
	}
	return c.finishTableCall(t, call)
}

func (c *Cursor) finishTableCall(t Token, e Expr) (TableExpr, error) {
	call, ok := e.(*Call)
	if !ok {
		return nil, unexpected(t)
	}
	table := &TableCall{Pos: t.pos(), Call: call, Lateral: t.Is("LATERAL"), Partition: call.Over}
	call.Over = nil
	if c.Looking("OVER") && c.PeekAt(1).IsOp("(") {
		c.Next()
		var err error
		if table.Partition, err = c.window(); err != nil {
			return nil, err
		}
	}
	alias, err := c.tableAlias()
	table.Alias = alias
	return table, err
}

func (c *Cursor) stageTable(t Token) (TableExpr, error) {
	c.Next()
	stage := &StageTable{Pos: t.pos(), Path: strings.TrimPrefix(t.Value, "@")}
	if c.AcceptOp("(") {
		for again := true; again; again = c.AcceptOp(",") {
			if !c.PeekAt(1).IsOp("=>") {
				return nil, unexpected(c.PeekAt(1))
			}
			arg, err := c.arg()
			if err != nil {
				return nil, err
			}
			stage.Options = append(stage.Options, arg)
		}
		if err := c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	alias, err := c.tableAlias()
	stage.Alias = alias
	return stage, err
}

// tableKeywords are words that start a suffix where a parenthesis follows, and are aliases elsewhere.
var tableKeywords = wordSet("AT BEFORE CHANGES END PIVOT UNPIVOT MATCH_RECOGNIZE")

func (c *Cursor) tableAlias() (Alias, error) {
	if c.startsSuffix() {
		return Alias{}, nil
	}
	name, err := c.alias(notTableAlias)
	if err != nil || name == "" {
		return Alias{}, err
	}
	columns, err := c.columnList()
	return Alias{name, columns}, err
}

// startsSuffix reports whether the word at the cursor is a keyword because of what follows it.
func (c *Cursor) startsSuffix() bool {
	t, next := c.Peek(), c.PeekAt(1)
	if t.Kind != Ident {
		return false
	}
	return tableKeywords[t.Value] && next.IsOp("(") ||
		t.Value == "UNPIVOT" && (next.Is("INCLUDE") || next.Is("EXCLUDE")) ||
		t.Value == "ASOF" && next.Is("JOIN") || t.Value == "START" && next.Is("WITH")
}

// travel reads CHANGES, AT, BEFORE and END after a table.
func (c *Cursor) travel(table *Table) error {
	if c.Looking("CHANGES") && c.PeekAt(1).IsOp("(") {
		c.Next()
		if _, err := c.Parenthesised(); err != nil {
			return err
		}
		table.Changes = true
	}
	for c.PeekAt(1).IsOp("(") && (c.Looking("AT") || c.Looking("BEFORE") || table.Changes && c.Looking("END")) {
		moment, err := ParseTravel(c)
		if err != nil {
			return err
		}
		table.Travel = append(table.Travel, moment)
	}
	return nil
}

// ParseTravel reads AT (Kind => value), BEFORE (…) or END (…), as CLONE and CREATE STREAM have it too (C1, T1).
func ParseTravel(c *Cursor) (Travel, error) {
	word := c.AcceptAny("AT", "BEFORE", "END")
	if word == "" {
		return Travel{}, c.Unexpected()
	}
	moment := Travel{Before: word == "BEFORE", End: word == "END"}
	if err := c.ExpectOp("("); err != nil {
		return moment, err
	}
	if moment.Kind = c.AcceptAny("TIMESTAMP", "OFFSET", "STATEMENT", "STREAM", "VERSION"); moment.Kind == "" {
		return moment, c.Unexpected()
	}
	if err := c.ExpectOp("=>"); err != nil {
		return moment, err
	}
	var err error
	if moment.Value, err = ParseExpr(c); err != nil {
		return moment, err
	}
	return moment, c.ExpectOp(")")
}
