package query

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func numberFunctions() map[string]function {
	float := typed(sql.FloatType)
	out := map[string]function{
		"ABS":   {1, 1, likeFirst, false, abs},
		"SIGN":  {1, 1, typed(sql.NumberType), false, sign},
		"ROUND": {1, 3, roundType, false, rounder(Decimal.Round, math.Round)}, "TRUNC": truncate(), "TRUNCATE": truncate(),
		"FLOOR": {1, 2, roundType, false, rounder(floorAt, math.Floor)},
		"CEIL":  {1, 2, roundType, false, rounder(ceilAt, math.Ceil)}, "CEILING": {1, 2, roundType, false, rounder(ceilAt, math.Ceil)},
		"MOD":   {2, 2, likeAll, false, func(a []Value) (Value, error) { return modulo(a[0], a[1]) }},
		"DIV0":  {2, 2, divisionType, false, div0},
		"POWER": {2, 2, float, false, power}, "POW": {2, 2, float, false, power},
		"LOG":      {2, 2, float, false, logarithm},
		"ATAN2":    {2, 2, float, false, func(a []Value) (Value, error) { return floats2(a, math.Atan2) }},
		"RANDSTR":  {2, 2, typed(sql.VarcharType), false, randstr},
		"RANDOM":   {0, 1, typed(sql.NumberType), true, func([]Value) (Value, error) { return IntOf(rand.Int64()), nil }},
		"GREATEST": {1, -1, likeAll, false, func(a []Value) (Value, error) { return extreme(a, 1) }},
		"LEAST":    {1, -1, likeAll, false, func(a []Value) (Value, error) { return extreme(a, -1) }},
	}
	for name, f := range map[string]func(float64) float64{
		"SQRT": math.Sqrt, "EXP": math.Exp, "LN": math.Log, "SIN": math.Sin, "COS": math.Cos, "TAN": math.Tan,
		"ASIN": math.Asin, "ACOS": math.Acos, "ATAN": math.Atan, "SQUARE": func(x float64) float64 { return x * x },
	} {
		out[name] = function{1, 1, float, false, func(a []Value) (Value, error) { return floats1(a, f) }}
	}
	return out
}

// roundType is the type of a number rounded: with scale 0, or with the scale that is given if it is a constant.
func roundType(args []node) sql.Type {
	t := args[0].typ
	if t.Name != "NUMBER" {
		return t
	}
	if len(args) == 1 {
		return sql.NumberType
	}
	if args[1].is != nil {
		if n, err := whole(*args[1].is); err == nil {
			t.Scale = min(max(n, 0), t.Scale)
		}
	}
	return t
}

func divisionType(args []node) sql.Type { return arithmeticType("/", args[0].typ, args[1].typ) }

func floats1(a []Value, f func(float64) float64) (Value, error) {
	x, err := castKind(a[0], Float)
	return FloatOf(f(x.Float())), err
}

func floats2(a []Value, f func(x, y float64) float64) (Value, error) {
	x, err := castKind(a[0], Float)
	if err != nil {
		return NullValue, err
	}
	y, err := castKind(a[1], Float)
	return FloatOf(f(x.Float(), y.Float())), err
}

func power(a []Value) (Value, error) { return floats2(a, math.Pow) }

func logarithm(a []Value) (Value, error) {
	return floats2(a, func(base, x float64) float64 { return math.Log(x) / math.Log(base) })
}

func abs(a []Value) (Value, error) {
	n, err := numeric(a[0])
	switch {
	case err != nil || n.IsNull():
		return NullValue, err
	case n.kind == Float:
		return FloatOf(math.Abs(n.Float())), nil
	case n.Decimal().Sign() < 0:
		return NumberOf(n.Decimal().Neg()), nil
	}
	return n, nil
}

func sign(a []Value) (Value, error) {
	n, err := numeric(a[0])
	if n.kind == Float {
		switch f := n.Float(); {
		case f > 0:
			return IntOf(1), nil
		case f < 0:
			return IntOf(-1), nil
		}
		return IntOf(0), nil
	}
	return IntOf(int64(n.Decimal().Sign())), err
}

// rounder makes ROUND, FLOOR and CEIL of what each does to exact numbers and to floats.
func rounder(exact func(Decimal, int) Decimal, float func(float64) float64) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		n, err := numeric(a[0])
		if err != nil || n.IsNull() {
			return NullValue, err
		}
		scale, err := wholeAt(a, 1, 0)
		if err != nil {
			return NullValue, err
		}
		if len(a) == 3 && !strings.EqualFold(a[2].String(), "HALF_AWAY_FROM_ZERO") {
			return NullValue, Unsupported("rounding mode " + a[2].String())
		}
		scale = min(max(scale, -38), maxScale)
		if n.kind == Float {
			factor := math.Pow10(scale)
			return FloatOf(float(n.Float()*factor) / factor), nil
		}
		if scale >= n.Decimal().Scale() {
			return n, nil
		}
		return NumberOf(exact(n.Decimal(), scale).Round(max(scale, 0))), nil
	}
}

// truncate makes TRUNC, which also takes a date and a part.
func truncate() function {
	number := rounder(Decimal.Trunc, math.Trunc)
	return function{1, 2, roundType, false, func(a []Value) (Value, error) {
		if isMoment(a[0]) && len(a) == 2 {
			return truncateTo(a[0], a[1].String())
		}
		return number(a)
	}}
}

func floorAt(d Decimal, scale int) Decimal {
	t := d.Trunc(scale)
	if d.Sign() < 0 && t.Cmp(d) != 0 {
		return t.Sub(Decimal{pow10(max(-scale, 0)), max(scale, 0)})
	}
	return t
}

func ceilAt(d Decimal, scale int) Decimal { return floorAt(d.Neg(), scale).Neg() }

func div0(a []Value) (Value, error) {
	if zero, err := isZero(a[1]); zero || err != nil {
		return IntOf(0), err
	}
	return divide(a[0], a[1])
}

// extreme returns the largest argument, or the smallest for sign -1.
func extreme(a []Value, sign int) (Value, error) {
	out := a[0]
	for _, v := range a[1:] {
		c, err := Compare(v, out)
		if err != nil {
			return NullValue, err
		}
		if c*sign > 0 {
			out = v
		}
	}
	return out, nil
}

// letters are what RANDSTR chooses from.
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// maxRandstr bounds the length of what RANDSTR makes.
const maxRandstr = 16 << 20

// randstr makes a string of the length of its first argument, the same for every equal second one.
func randstr(a []Value) (Value, error) {
	n, err := whole(a[0])
	if err != nil {
		return NullValue, err
	}
	if n < 0 || n > maxRandstr {
		return NullValue, execution(100154, "22023", "Invalid argument for RANDSTR: length %d", n)
	}
	seed, err := castKind(a[1], Number)
	if err != nil {
		return NullValue, err
	}
	low, _ := seed.Decimal().Round(0).Int64()
	source := rand.NewPCG(uint64(low), 0) //nolint:gosec // a seed has no sign
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[source.Uint64()%uint64(len(letters))]
	}
	return StringOf(string(text)), nil
}
