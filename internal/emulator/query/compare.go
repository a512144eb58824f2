package query

import (
	"bytes"
	"cmp"
	"strings"
)

// Compare orders two values that are not null: -1, 0 or 1. Values of different kinds are brought to one kind as
// Snowflake coerces them; the error is that of a value that cannot be.
func Compare(a, b Value) (int, error) {
	a, b = plain(a, b), plain(b, a)
	switch {
	case a.kind == b.kind:
		return compareSame(a, b), nil
	case isNumeric(a) && isNumeric(b):
		return cmp.Compare(asFloat(a), asFloat(b)), nil
	case isMoment(a) && isMoment(b):
		return zoned(a, b).Time().Compare(zoned(b, a).Time()), nil
	case a.kind == String:
		return compareCoerced(a, b, b)
	default:
		return compareCoerced(a, b, a)
	}
}

// compareCoerced brings both values to the kind of like.
func compareCoerced(a, b, like Value) (int, error) {
	a, err := castKind(a, like.kind)
	if err != nil {
		return 0, err
	}
	b, err = castKind(b, like.kind)
	if err != nil {
		return 0, err
	}
	return compareSame(zoned(a, like), zoned(b, like)), nil
}

// zoned puts a moment that has no zone into that of the value it is compared with: a TIMESTAMP_LTZ is shown in the
// session's.
func zoned(v, other Value) Value {
	without := v.kind == TimestampNTZ || v.kind == Date || v.Time().Location() == floating
	if !isMoment(v) || !without || other.kind != TimestampLTZ && other.kind != TimestampTZ {
		return v
	}
	return Settings{Zone: other.Time().Location()}.settle(Value{TimestampTZ, float(v.Time())})
}

// plain unwraps a VARIANT that is compared with something else.
func plain(v, other Value) Value {
	if v.kind == Variant && other.kind != Variant {
		return fromJSON(v.JSON())
	}
	return v
}

func isNumeric(v Value) bool { return v.kind == Number || v.kind == Float }

func isTimestamp(v Value) bool {
	return v.kind == TimestampNTZ || v.kind == TimestampLTZ || v.kind == TimestampTZ
}

func isMoment(v Value) bool { return isTimestamp(v) || v.kind == Date }

func asFloat(v Value) float64 {
	if v.kind == Number {
		return v.Decimal().Float64()
	}
	return v.Float()
}

func compareSame(a, b Value) int {
	switch a.kind {
	case String:
		return strings.Compare(a.Text(), b.Text())
	case Number:
		return a.Decimal().Cmp(b.Decimal())
	case Float:
		return cmp.Compare(a.Float(), b.Float())
	case Bool:
		return compareBool(a.Bool(), b.Bool())
	case Variant:
		return compareJSON(a.JSON(), b.JSON())
	case Binary:
		return bytes.Compare(a.Bytes(), b.Bytes())
	case Null:
		return 0
	default:
		return a.Time().Compare(b.Time())
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareJSON orders scalars of one kind by value and everything else by its text.
func compareJSON(a, b JSON) int {
	x, y := fromJSON(a), fromJSON(b)
	if x.kind == y.kind && x.kind != Variant {
		return compareSame(x, y)
	}
	return strings.Compare(FormatJSON(a), FormatJSON(b))
}

// compareNulls orders values of which some may be null, for ORDER BY. Values that cannot be compared are equal.
func compareNulls(a, b Value, nullsFirst bool) int {
	switch {
	case a.IsNull() && b.IsNull():
		return 0
	case a.IsNull() == nullsFirst && (a.IsNull() || b.IsNull()):
		return -1
	case a.IsNull() || b.IsNull():
		return 1
	}
	c, err := Compare(a, b)
	if err != nil {
		return strings.Compare(a.String(), b.String())
	}
	return c
}

// key returns a text that two values have in common exactly when GROUP BY and DISTINCT take them for one.
func key(v Value) string {
	switch v.kind {
	case Null:
		return "\x00"
	case Number:
		return "n" + v.Decimal().trim().String()
	case Float:
		if d, ok := ParseDecimal(formatFloat(v.Float())); ok {
			return "n" + d.trim().String()
		}
		return "f" + formatFloat(v.Float())
	case Variant:
		return "v" + FormatJSON(v.JSON())
	case Date, TimestampNTZ, TimestampLTZ, TimestampTZ:
		return "t" + v.Time().UTC().Format("2006-01-02T15:04:05.999999999")
	default:
		return "s" + v.String()
	}
}

// rowKey is key for a whole row.
func rowKey(row []Value) string {
	var b strings.Builder
	for _, v := range row {
		k := key(v)
		b.WriteString(strings.ReplaceAll(k, "\x01", "\x01\x02"))
		b.WriteString("\x01\x03")
	}
	return b.String()
}
