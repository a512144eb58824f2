package query

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// String returns the value as TO_VARCHAR prints it, "" for NULL.
func (v Value) String() string {
	switch v.kind {
	case Null:
		return ""
	case String:
		return v.Text()
	case Number:
		return v.Decimal().String()
	case Float:
		return formatFloat(v.Float())
	case Bool:
		return strconv.FormatBool(v.Bool())
	case Binary:
		return strings.ToUpper(hex.EncodeToString(v.Bytes()))
	case Variant:
		return variantText(v.JSON())
	default:
		return formatMoment(v, defaultFormat(v.kind))
	}
}

// variantText prints a VARIANT as a cast to VARCHAR does: a string without its quotes.
func variantText(j JSON) string {
	if s, ok := j.(string); ok {
		return s
	}
	return FormatJSON(j)
}

func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
