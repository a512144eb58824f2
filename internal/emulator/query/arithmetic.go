package query

import (
	"math"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// add adds numbers, or days to a date.
func add(a, b Value) (Value, error) {
	switch {
	case isMoment(a) && isNumeric(b):
		return addDays(a, b, 1)
	case isMoment(b) && isNumeric(a):
		return addDays(b, a, 1)
	}
	return compute(a, b, Decimal.Add, func(x, y float64) float64 { return x + y })
}

// subtract subtracts numbers, days from a date, or two dates.
func subtract(a, b Value) (Value, error) {
	switch {
	case isMoment(a) && isNumeric(b):
		return addDays(a, b, -1)
	case a.kind == Date && b.kind == Date:
		return IntOf(int64(a.Time().Sub(b.Time()).Hours() / 24)), nil
	}
	return compute(a, b, Decimal.Sub, func(x, y float64) float64 { return x - y })
}

func addDays(a, days Value, sign int64) (Value, error) {
	number, err := castKind(days, Number)
	if err != nil {
		return NullValue, err
	}
	n, ok := number.Decimal().Round(0).Int64()
	if !ok {
		return NullValue, outOfRange(a)
	}
	return shift(a, "DAY", sign*n)
}

func divide(a, b Value) (Value, error) {
	if zero, err := isZero(b); zero || err != nil {
		return NullValue, divisionByZero(err)
	}
	return compute(a, b, Decimal.Div, func(x, y float64) float64 { return x / y })
}

func modulo(a, b Value) (Value, error) {
	if zero, err := isZero(b); zero || err != nil {
		return NullValue, divisionByZero(err)
	}
	return compute(a, b, Decimal.Mod, math.Mod)
}

func isZero(v Value) (bool, error) {
	n, err := numeric(v)
	return err == nil && !n.IsNull() && asFloat(n) == 0, err
}

func divisionByZero(err error) error {
	if err != nil {
		return err
	}
	return execution(100051, "22012", "Division by zero")
}

// addInterval compiles x + INTERVAL '…' and x - INTERVAL '…'.
func addInterval(x node, op string, interval *sql.Interval) (node, error) {
	parts, ok := parseInterval(interval.Text)
	if !ok || op != "+" && op != "-" {
		return node{}, compilationPlain(1003, "42000", "syntax error line %d at position %d unexpected 'INTERVAL'.",
			interval.Line, interval.Column)
	}
	sign := int64(1)
	if op == "-" {
		sign = -1
	}
	typ := x.typ
	for _, part := range parts {
		typ = shiftedType(typ, part.unit)
	}
	return node{typ: typ, eval: func(f *frame) (Value, error) {
		v, err := x.eval(f)
		if err != nil || v.IsNull() {
			return NullValue, err
		}
		v, err = moment(v)
		for i := 0; i < len(parts) && err == nil; i++ {
			v, err = shift(v, parts[i].unit, sign*parts[i].count)
		}
		return v, err
	}}, nil
}
