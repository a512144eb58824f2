package sql

// window reads the parentheses after OVER.
func (c *Cursor) window() (*Window, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	w := &Window{}
	var err error
	if c.Accept("PARTITION", "BY") {
		if w.Partition, err = ParseExprs(c); err != nil {
			return nil, err
		}
	}
	if c.Accept("ORDER", "BY") {
		if w.Order, err = c.orderItems(); err != nil {
			return nil, err
		}
	}
	if unit := c.AcceptAny("ROWS", "RANGE", "GROUPS"); unit != "" {
		if w.Frame, err = c.frame(unit); err != nil {
			return nil, err
		}
	}
	return w, c.ExpectOp(")")
}

func (c *Cursor) frame(unit string) (*Frame, error) {
	f := &Frame{Unit: unit}
	var err error
	if !c.Accept("BETWEEN") {
		f.Start, err = c.bound()
		return f, err
	}
	if f.Start, err = c.bound(); err != nil {
		return nil, err
	}
	if err := c.Expect("AND"); err != nil {
		return nil, err
	}
	f.End, err = c.bound()
	return f, err
}

func (c *Cursor) bound() (Bound, error) {
	if c.Accept("CURRENT", "ROW") {
		return Bound{}, nil
	}
	var b Bound
	if c.Accept("UNBOUNDED") {
		b.Unbounded = true
	} else {
		offset, err := c.binary(precAdd)
		if err != nil {
			return b, err
		}
		b.Offset = offset
	}
	b.Following = c.Accept("FOLLOWING")
	if b.Following {
		return b, nil
	}
	return b, c.Expect("PRECEDING")
}

// orderItems reads the elements of an ORDER BY.
func (c *Cursor) orderItems() ([]OrderItem, error) {
	var out []OrderItem
	for {
		item, err := c.orderItem()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
		if !c.AcceptOp(",") {
			return out, nil
		}
	}
}

func (c *Cursor) orderItem() (OrderItem, error) {
	e, err := ParseExpr(c)
	if err != nil {
		return OrderItem{}, err
	}
	return c.orderDirection(OrderItem{Expr: e})
}

// orderDirection reads what follows an element of ORDER BY.
func (c *Cursor) orderDirection(item OrderItem) (OrderItem, error) {
	item.Desc = c.AcceptAny("ASC", "DESC") == "DESC"
	item.NullsFirst = item.Desc
	if c.Accept("NULLS") {
		switch c.AcceptAny("FIRST", "LAST") {
		case "FIRST":
			item.NullsFirst = true
		case "LAST":
			item.NullsFirst = false
		default:
			return item, c.Unexpected()
		}
	}
	return item, nil
}
