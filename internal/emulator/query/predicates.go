package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func (c *compiler) predicate(e sql.Expr, s *scope) (node, error) {
	switch e := e.(type) {
	case *sql.In:
		return c.in(e, s)
	case *sql.Between:
		return c.between(e, s)
	case *sql.Like:
		return c.like(e, s)
	case *sql.Is:
		return c.is(e, s)
	case *sql.IsDistinct:
		return c.isDistinct(e, s)
	case *sql.Exists:
		return c.exists(e, s)
	case *sql.Quantified:
		return c.quantified(e, s)
	}
	return node{}, Unsupported("predicate")
}

// test makes a node of a function that gives true, false or unknown.
func test(eval func(*frame) (Value, error), not bool) node {
	return node{typ: sql.BooleanType, eval: func(f *frame) (Value, error) {
		v, err := eval(f)
		if err != nil || v.IsNull() || !not {
			return v, err
		}
		return BoolOf(!v.Bool()), nil
	}}
}

// items returns what a row value holds, or the expression itself.
func items(e sql.Expr) []sql.Expr {
	if t, ok := e.(*sql.Tuple); ok {
		return t.Items
	}
	return []sql.Expr{e}
}

// evalAll evaluates several nodes.
func evalAll(nodes []node, f *frame) ([]Value, error) {
	out := make([]Value, len(nodes))
	for i, n := range nodes {
		v, err := n.eval(f)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// rowsEqual compares two rows of one width: true, false or unknown.
func rowsEqual(a, b []Value) (Value, error) {
	result := BoolOf(true)
	for i := range a {
		if a[i].IsNull() || b[i].IsNull() {
			result = NullValue
			continue
		}
		v, err := compareOp("=", a[i], b[i])
		if err != nil || !v.IsNull() && !v.Bool() {
			return v, err
		}
		if v.IsNull() {
			result = NullValue
		}
	}
	return result, nil
}

func (c *compiler) in(e *sql.In, s *scope) (node, error) {
	left, err := c.exprs(items(e.X), s)
	if err != nil {
		return node{}, err
	}
	candidates, err := c.candidates(e, len(left), s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		row, err := evalAll(left, f)
		if err != nil {
			return NullValue, err
		}
		rows, err := candidates(f)
		if err != nil {
			return NullValue, err
		}
		return among(row, rows)
	}, e.Not), nil
}

// candidates compiles the right side of IN to a function that gives its rows.
func (c *compiler) candidates(e *sql.In, width int, s *scope) (func(*frame) ([][]Value, error), error) {
	if e.Query != nil {
		r, err := c.subquery(e.Query, s)
		if err != nil {
			return nil, err
		}
		return r.rows, checkWidth(r, width, e.Pos)
	}
	list := make([][]node, len(e.List))
	for i, item := range e.List {
		var err error
		if list[i], err = c.exprs(items(item), s); err != nil {
			return nil, err
		}
		if len(list[i]) != width {
			return nil, compilation(2020, "42601", e.Pos, "invalid argument types for function 'IN'")
		}
	}
	return func(f *frame) ([][]Value, error) {
		rows := make([][]Value, len(list))
		for i, nodes := range list {
			var err error
			if rows[i], err = evalAll(nodes, f); err != nil {
				return nil, err
			}
		}
		return rows, nil
	}, nil
}

func checkWidth(r *relation, width int, at sql.Pos) error {
	if r.open || len(r.columns) == width {
		return nil
	}
	return compilation(2164, "42601", at, "invalid number of columns in subquery: %d, expected %d", len(r.columns), width)
}

func among(row []Value, rows [][]Value) (Value, error) {
	result := BoolOf(false)
	for _, candidate := range rows {
		if len(candidate) != len(row) {
			return NullValue, Unsupported("IN over a query whose columns are not known")
		}
		v, err := rowsEqual(row, candidate)
		if err != nil || v.Bool() {
			return v, err
		}
		if v.IsNull() {
			result = NullValue
		}
	}
	return result, nil
}

func (c *compiler) between(e *sql.Between, s *scope) (node, error) {
	x, err := c.exprs([]sql.Expr{e.X, e.Low, e.High}, s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		v, err := evalAll(x, f)
		if err != nil {
			return NullValue, err
		}
		return within(v[0], v[1], v[2])
	}, e.Not), nil
}

// within is low <= v AND v <= high in three-valued logic.
func within(v, low, high Value) (Value, error) {
	result := BoolOf(true)
	for _, bound := range []struct {
		op   string
		than Value
	}{{">=", low}, {"<=", high}} {
		is := NullValue
		if !v.IsNull() && !bound.than.IsNull() {
			var err error
			if is, err = compareOp(bound.op, v, bound.than); err != nil {
				return NullValue, err
			}
		}
		switch {
		case is.IsNull():
			result = NullValue
		case !is.Bool():
			return is, nil
		}
	}
	return result, nil
}

func (c *compiler) is(e *sql.Is, s *scope) (node, error) {
	x, err := c.expr(e.X, s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		v, err := x.eval(f)
		if err != nil {
			return NullValue, err
		}
		if e.What == "NULL" {
			return BoolOf(v.IsNull()), nil
		}
		v, err = castKind(v, Bool)
		return BoolOf(!v.IsNull() && v.Bool() == (e.What == "TRUE")), err
	}, e.Not), nil
}

func (c *compiler) isDistinct(e *sql.IsDistinct, s *scope) (node, error) {
	l, err := c.expr(e.L, s)
	if err != nil {
		return node{}, err
	}
	r, err := c.expr(e.R, s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		a, b, null, err := both(l, r, f)
		if err != nil || null {
			return BoolOf(a.IsNull() != b.IsNull()), err
		}
		return compareOp("<>", a, b)
	}, e.Not), nil
}

func (c *compiler) exists(e *sql.Exists, s *scope) (node, error) {
	r, err := c.subquery(e.Query, s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		rows, err := r.rows(f)
		return BoolOf(len(rows) > 0), err
	}, false), nil
}

// quantified compiles x op ANY (query) and x op ALL (query).
func (c *compiler) quantified(e *sql.Quantified, s *scope) (node, error) {
	l, err := c.expr(e.L, s)
	if err != nil {
		return node{}, err
	}
	r, err := c.subquery(e.Query, s)
	if err == nil {
		err = checkWidth(r, 1, e.Pos)
	}
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		v, err := l.eval(f)
		if err != nil {
			return NullValue, err
		}
		rows, err := r.rows(f)
		if err != nil {
			return NullValue, err
		}
		return quantify(v, e.Op, rows, e.All)
	}, false), nil
}

func quantify(v Value, op string, rows [][]Value, all bool) (Value, error) {
	result := BoolOf(all)
	for _, row := range rows {
		if len(row) != 1 {
			return NullValue, Unsupported("comparison with a query whose columns are not known")
		}
		if v.IsNull() || row[0].IsNull() {
			result = NullValue
			continue
		}
		is, err := compareOp(op, v, row[0])
		if err != nil || !is.IsNull() && is.Bool() != all {
			return is, err
		}
	}
	return result, nil
}

// scalar compiles a query used as a value.
func (c *compiler) scalar(e *sql.Subquery, s *scope) (node, error) {
	r, err := c.subquery(e.Query, s)
	if err == nil {
		err = checkWidth(r, 1, e.Pos)
	}
	if err != nil {
		return node{}, err
	}
	var typ sql.Type
	if len(r.columns) == 1 {
		typ = r.columns[0].Type
	}
	return node{typ: typ, eval: func(f *frame) (Value, error) {
		rows, err := r.rows(f)
		switch {
		case err != nil || len(rows) == 0:
			return NullValue, err
		case len(rows) > 1:
			return NullValue, execution(90150, "22000", "Single-row subquery returns more than one row.")
		case len(rows[0]) != 1:
			return NullValue, Unsupported("subquery whose columns are not known")
		}
		return rows[0][0], nil
	}}, nil
}
