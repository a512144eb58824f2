package query

import (
	"math/big"
	"strings"
)

// maxScale is the largest number of fractional digits that a NUMBER keeps.
const maxScale = 37

// Decimal is an exact decimal number: unscaled / 10^scale.
type Decimal struct {
	unscaled *big.Int // Nil is zero. Never changed once set.
	scale    int
}

func decimalOf(n int64) Decimal { return Decimal{big.NewInt(n), 0} }

// ParseDecimal reads a number as written, with sign, fraction and exponent. It reports false for anything else and for
// numbers beyond 38 digits before the point.
func ParseDecimal(s string) (Decimal, bool) {
	mantissa, exponent, ok := cutExponent(strings.TrimSpace(s))
	if !ok {
		return Decimal{}, false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole, "+-") + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" || len(whole)-len(strings.TrimLeft(whole, "+-")) > 1 {
		return Decimal{}, false
	}
	unscaled, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return Decimal{}, false
	}
	if strings.HasPrefix(whole, "-") {
		unscaled.Neg(unscaled)
	}
	return normalScale(unscaled, len(fraction)-exponent)
}

// cutExponent splits 1.5e3 into 1.5 and 3. Exponents are bounded so that no literal makes a huge number.
func cutExponent(s string) (mantissa string, exponent int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, len(s) <= 400
	}
	n, valid := new(big.Int).SetString(strings.TrimPrefix(s[i+1:], "+"), 10)
	if !valid || !n.IsInt64() || n.Int64() > 400 || n.Int64() < -400 {
		return "", 0, false
	}
	return s[:i], int(n.Int64()), i <= 400
}

func normalScale(unscaled *big.Int, scale int) (Decimal, bool) {
	d := Decimal{unscaled, scale}
	if scale < 0 {
		d = Decimal{new(big.Int).Mul(unscaled, pow10(-scale)), 0}
	}
	if scale > maxScale {
		d = d.Round(maxScale)
	}
	return d, d.fits()
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// maxWhole is the first number with more than 38 digits.
var maxWhole = pow10(38)

// fits reports whether the number has at most 38 digits before the point.
func (d Decimal) fits() bool {
	return new(big.Int).Quo(d.int(), pow10(d.scale)).CmpAbs(maxWhole) < 0
}

func (d Decimal) int() *big.Int {
	if d.unscaled == nil {
		return new(big.Int)
	}
	return d.unscaled
}

// Scale returns the number of fractional digits.
func (d Decimal) Scale() int { return d.scale }

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int { return d.int().Sign() }

// Int64 returns the whole part, truncated towards zero, and whether it fits.
func (d Decimal) Int64() (int64, bool) {
	n := new(big.Int).Quo(d.int(), pow10(d.scale))
	return n.Int64(), n.IsInt64()
}

// Float64 returns the nearest float.
func (d Decimal) Float64() float64 {
	f, _ := new(big.Rat).SetFrac(d.int(), pow10(d.scale)).Float64()
	return f
}

// String prints the number with exactly its scale.
func (d Decimal) String() string {
	digits := new(big.Int).Abs(d.int()).String()
	if d.scale > 0 {
		if missing := d.scale + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		digits = digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	}
	if d.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// precision counts the digits.
func (d Decimal) precision() int {
	return max(len(new(big.Int).Abs(d.int()).String()), d.scale)
}

// trim drops zeros at the end of the fraction.
func (d Decimal) trim() Decimal {
	n := new(big.Int).Set(d.int())
	scale := d.scale
	ten, rest := big.NewInt(10), new(big.Int)
	for scale > 0 {
		q, r := new(big.Int).QuoRem(n, ten, rest)
		if r.Sign() != 0 {
			break
		}
		n, scale = q, scale-1
	}
	return Decimal{n, scale}
}

// align brings two numbers to one scale.
func align(a, b Decimal) (x, y *big.Int, scale int) {
	scale = max(a.scale, b.scale)
	return a.at(scale), b.at(scale), scale
}

// at returns the unscaled number at a scale that is not smaller.
func (d Decimal) at(scale int) *big.Int {
	if scale == d.scale {
		return d.int()
	}
	return new(big.Int).Mul(d.int(), pow10(scale-d.scale))
}

// Cmp compares by value.
func (d Decimal) Cmp(o Decimal) int {
	x, y, _ := align(d, o)
	return x.Cmp(y)
}

// Add returns d + o.
func (d Decimal) Add(o Decimal) Decimal {
	x, y, scale := align(d, o)
	return Decimal{new(big.Int).Add(x, y), scale}
}

// Sub returns d - o.
func (d Decimal) Sub(o Decimal) Decimal { return d.Add(o.Neg()) }

// Neg returns -d.
func (d Decimal) Neg() Decimal { return Decimal{new(big.Int).Neg(d.int()), d.scale} }

// Mul returns d * o with Snowflake's scale: the sum of both, but no more than the larger of both and 12.
func (d Decimal) Mul(o Decimal) Decimal {
	product := Decimal{new(big.Int).Mul(d.int(), o.int()), d.scale + o.scale}
	return product.Round(min(product.scale, max(d.scale, o.scale, 12)))
}

// Div returns d / o, which must not be zero, with Snowflake's scale: six digits more than d, up to 12.
func (d Decimal) Div(o Decimal) Decimal {
	return d.divTo(o, max(d.scale, min(d.scale+6, 12)))
}

// divTo divides to a scale, rounding half away from zero.
func (d Decimal) divTo(o Decimal, scale int) Decimal {
	numerator := new(big.Int).Mul(d.int(), pow10(scale+o.scale+1))
	denominator := new(big.Int).Mul(o.int(), pow10(d.scale))
	q := new(big.Int).Quo(numerator, denominator)
	return Decimal{q, scale + 1}.Round(scale)
}

// Mod returns the remainder with the sign of d. o must not be zero.
func (d Decimal) Mod(o Decimal) Decimal {
	x, y, scale := align(d, o)
	return Decimal{new(big.Int).Rem(x, y), scale}
}

// Round returns the number at a scale, rounded half away from zero. A negative scale rounds before the point.
func (d Decimal) Round(scale int) Decimal {
	if scale >= d.scale {
		return Decimal{d.at(scale), scale}
	}
	divisor := pow10(d.scale - scale)
	q, r := new(big.Int).QuoRem(d.int(), divisor, new(big.Int))
	if new(big.Int).Mul(r, big.NewInt(2)).CmpAbs(divisor) >= 0 {
		q.Add(q, big.NewInt(int64(d.Sign())))
	}
	return rounded(q, scale)
}

// Trunc returns the number at a scale, cut off.
func (d Decimal) Trunc(scale int) Decimal {
	if scale >= d.scale {
		return Decimal{d.at(scale), scale}
	}
	return rounded(new(big.Int).Quo(d.int(), pow10(d.scale-scale)), scale)
}

// rounded puts back the zeros of a number that was rounded before the point.
func rounded(q *big.Int, scale int) Decimal {
	if scale < 0 {
		return Decimal{q.Mul(q, pow10(-scale)), 0}
	}
	return Decimal{q, scale}
}
