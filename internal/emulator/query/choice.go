package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// branch is one WHEN, or one pair of DECODE.
type branch struct{ cond, result node }

func (c *compiler) caseExpr(e *sql.Case, s *scope) (node, error) {
	branches := make([]branch, len(e.Whens))
	results := make([]node, 0, len(e.Whens)+1)
	for i, when := range e.Whens {
		var err error
		if branches[i].cond, err = c.expr(when.Cond, s); err != nil {
			return node{}, err
		}
		if branches[i].result, err = c.expr(when.Result, s); err != nil {
			return node{}, err
		}
		results = append(results, branches[i].result)
	}
	otherwise := constant(NullValue, sql.Type{})
	if e.Else != nil {
		var err error
		if otherwise, err = c.expr(e.Else, s); err != nil {
			return node{}, err
		}
		results = append(results, otherwise)
	}
	if e.Operand == nil {
		return node{typ: likeAll(results), eval: func(f *frame) (Value, error) { return choose(branches, otherwise, f) }}, nil
	}
	operand, err := c.expr(e.Operand, s)
	if err != nil {
		return node{}, err
	}
	return node{typ: likeAll(results), eval: func(f *frame) (Value, error) {
		return pickEqual(operand, branches, otherwise, f, false)
	}}, nil
}

// choose gives the result of the first branch whose condition is true.
func choose(branches []branch, otherwise node, f *frame) (Value, error) {
	for _, b := range branches {
		v, err := b.cond.eval(f)
		if err != nil {
			return NullValue, err
		}
		if ok, err := truth(v); err != nil {
			return NullValue, err
		} else if ok {
			return b.result.eval(f)
		}
	}
	return otherwise.eval(f)
}

// pickEqual gives the result of the first branch whose value equals the operand, which is evaluated once only. NULL
// equals NULL where nulls says so.
func pickEqual(operand node, branches []branch, otherwise node, f *frame, nulls bool) (Value, error) {
	v, err := operand.eval(f)
	if err != nil {
		return NullValue, err
	}
	for _, b := range branches {
		candidate, err := b.cond.eval(f)
		if err != nil {
			return NullValue, err
		}
		ok, err := equal(v, candidate, nulls)
		if err != nil {
			return NullValue, err
		}
		if ok {
			return b.result.eval(f)
		}
	}
	return otherwise.eval(f)
}

// equal compares two values; NULL equals NULL where nulls says so, and nothing otherwise.
func equal(a, b Value, nulls bool) (bool, error) {
	if a.IsNull() || b.IsNull() {
		return nulls && a.IsNull() && b.IsNull(), nil
	}
	v, err := compareOp("=", a, b)
	return v.Bool(), err
}
