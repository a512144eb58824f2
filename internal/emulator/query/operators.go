package query

import (
	"errors"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func isUnsupported(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == 2
}

func (c *compiler) unary(e *sql.Unary, s *scope) (node, error) {
	if e.Op == "PRIOR" || e.Op == "CONNECT_BY_ROOT" {
		return c.above(e, s)
	}
	x, err := c.expr(e.X, s)
	if err != nil {
		return node{}, err
	}
	switch e.Op {
	case "NOT":
		return node{typ: sql.BooleanType, eval: func(f *frame) (Value, error) { return negation(x, f) }}, nil
	case "-":
		n := node{typ: x.typ, some: x.some, eval: func(f *frame) (Value, error) { return minus(x, f) }}
		if x.is != nil && x.is.kind == Number {
			v := NumberOf(x.is.Decimal().Neg())
			n.is = &v
		}
		return n, nil
	case "+":
		return x, nil
	}
	return unsupportedNode(e.Op), nil
}

// negation is NOT in three-valued logic.
func negation(x node, f *frame) (Value, error) {
	v, err := x.eval(f)
	if err == nil {
		v, err = castKind(v, Bool)
	}
	if err != nil || v.IsNull() {
		return NullValue, err
	}
	return BoolOf(!v.Bool()), nil
}

func minus(x node, f *frame) (Value, error) {
	v, err := x.eval(f)
	if err != nil || v.IsNull() {
		return NullValue, err
	}
	if v.kind == Float {
		return FloatOf(-v.Float()), nil
	}
	if v, err = castKind(v, Number); err != nil || v.IsNull() {
		return NullValue, err
	}
	return NumberOf(v.Decimal().Neg()), nil
}

func (c *compiler) binary(e *sql.Binary, s *scope) (node, error) {
	l, err := c.expr(e.L, s)
	if err != nil {
		return node{}, err
	}
	if interval, ok := e.R.(*sql.Interval); ok {
		return addInterval(l, e.Op, interval)
	}
	if e.Op == "=" || e.Op == "<>" {
		if _, ok := e.L.(*sql.Tuple); ok {
			return c.unsupported("comparison of row values", s, e.R)
		}
	}
	r, err := c.expr(e.R, s)
	if err != nil {
		return node{}, err
	}
	switch e.Op {
	case "AND", "OR":
		return logical(e.Op == "OR", l, r), nil
	case "=", "<>", "<", "<=", ">", ">=":
		return comparison(e.Op, l, r), nil
	}
	op := arithmetic[e.Op]
	return node{typ: arithmeticType(e.Op, l.typ, r.typ), eval: func(f *frame) (Value, error) {
		a, b, null, err := both(l, r, f)
		if err != nil || null {
			return NullValue, err
		}
		return op(a, b)
	}}, nil
}

// both evaluates two operands and says whether one of them is null.
func both(l, r node, f *frame) (a, b Value, null bool, err error) {
	if a, err = l.eval(f); err != nil {
		return a, b, false, err
	}
	b, err = r.eval(f)
	return a, b, a.IsNull() || b.IsNull(), err
}

// logical is AND, or OR, in three-valued logic: the deciding value is false for AND and true for OR.
func logical(deciding bool, l, r node) node {
	return node{typ: sql.BooleanType, eval: func(f *frame) (Value, error) {
		unknown := false
		for _, x := range []node{l, r} {
			v, err := x.eval(f)
			if err == nil {
				v, err = castKind(v, Bool)
			}
			switch {
			case err != nil:
				return NullValue, err
			case v.IsNull():
				unknown = true
			case v.Bool() == deciding:
				return BoolOf(deciding), nil
			}
		}
		if unknown {
			return NullValue, nil
		}
		return BoolOf(!deciding), nil
	}}
}

// holds says for each comparison operator which results of Compare satisfy it.
func holds(op string, c int) bool {
	switch op {
	case "=":
		return c == 0
	case "<>":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

func comparison(op string, l, r node) node {
	return node{typ: sql.BooleanType, eval: func(f *frame) (Value, error) {
		a, b, null, err := both(l, r, f)
		if err != nil || null {
			return NullValue, err
		}
		return compareOp(op, a, b)
	}}
}

// compareOp compares two values that are not null. A JSON null compares as NULL with anything that is no VARIANT.
func compareOp(op string, a, b Value) (Value, error) {
	if plain(a, b).IsNull() || plain(b, a).IsNull() {
		return NullValue, nil
	}
	c, err := Compare(a, b)
	if err != nil {
		return NullValue, err
	}
	return BoolOf(holds(op, c)), nil
}

// arithmetic holds the operators that compute from two values that are not null.
var arithmetic = map[string]func(a, b Value) (Value, error){
	"+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo, "||": concat,
}

func arithmeticType(op string, a, b sql.Type) sql.Type {
	switch {
	case op == "||":
		return sql.VarcharType
	case a.Name == "FLOAT" || b.Name == "FLOAT":
		return sql.FloatType
	case isDateType(a) && isDateType(b):
		return sql.NumberType
	case isDateType(a):
		return a
	case isDateType(b):
		return b
	}
	scale := min(resultScale(op, a.Scale, b.Scale), maxScale)
	return sql.Type{Name: "NUMBER", Precision: min(38, leadingDigits(op, a, b)+scale), Scale: scale}
}

// leadingDigits is how many digits a result may have before the point (M5).
func leadingDigits(op string, a, b sql.Type) int {
	if a.Name != "NUMBER" || b.Name != "NUMBER" {
		return 38
	}
	left, right := a.Precision-a.Scale, b.Precision-b.Scale
	switch op {
	case "+", "-":
		return max(left, right) + 1
	case "*":
		return left + right
	case "/":
		return left + b.Scale
	}
	return 38
}

func isDateType(t sql.Type) bool { return t.Name == "DATE" }

// resultScale follows Decimal's Add, Mul and Div.
func resultScale(op string, a, b int) int {
	switch op {
	case "*":
		return min(a+b, max(a, b, 12))
	case "/":
		return max(a, min(a+6, 12))
	}
	return max(a, b)
}

func concat(a, b Value) (Value, error) {
	if a.kind == Binary && b.kind == Binary {
		return BinaryOf(append(slices.Clip(a.Bytes()), b.Bytes()...)), nil
	}
	x, y := castString(a), castString(b)
	if x.IsNull() || y.IsNull() {
		return NullValue, nil
	}
	return boundedString(x.Text() + y.Text())
}

// boundedString refuses strings longer than a VARCHAR can be.
func boundedString(s string) (Value, error) {
	if len(s) > sql.MaxVarchar {
		return NullValue, execution(100078, "22000", "String is too long and would be truncated")
	}
	return StringOf(s), nil
}

// numbers brings two operands to numbers of one kind; floats reports that they are floats.
func numbers(a, b Value) (x, y Value, floats bool, err error) {
	if a, err = numeric(a); err != nil {
		return a, b, false, err
	}
	if b, err = numeric(b); err != nil {
		return a, b, false, err
	}
	if a.kind == Float || b.kind == Float {
		return FloatOf(asFloat(a)), FloatOf(asFloat(b)), true, nil
	}
	return a, b, false, nil
}

// numeric makes a number of a value that is not null.
func numeric(v Value) (Value, error) {
	if v.kind == Variant {
		v = fromJSON(v.JSON())
	}
	if v.kind == Float || v.kind == Number {
		return v, nil
	}
	return castKind(v, Number)
}

func compute(a, b Value, exact func(x, y Decimal) Decimal, float func(x, y float64) float64) (Value, error) {
	x, y, floats, err := numbers(a, b)
	switch {
	case err != nil:
		return NullValue, err
	case floats:
		return FloatOf(float(x.Float(), y.Float())), nil
	}
	d := exact(x.Decimal(), y.Decimal())
	if !d.fits() {
		return NullValue, execution(100046, "22003", "Number out of representable range")
	}
	return NumberOf(d), nil
}

func multiply(a, b Value) (Value, error) {
	return compute(a, b, Decimal.Mul, func(x, y float64) float64 { return x * y })
}
