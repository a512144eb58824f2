package query

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// kinds maps the names of types to the kinds of their values. Types that are not here cannot be computed with.
var kinds = map[string]Kind{
	"NUMBER": Number, "FLOAT": Float, "DECFLOAT": Float, "VARCHAR": String, "BOOLEAN": Bool, "DATE": Date, "TIME": Time,
	"TIMESTAMP_NTZ": TimestampNTZ, "TIMESTAMP_LTZ": TimestampLTZ, "TIMESTAMP_TZ": TimestampTZ,
	"VARIANT": Variant, "ARRAY": Variant, "OBJECT": Variant, "MAP": Variant, "BINARY": Binary, "UUID": String,
}

// kindNames are the kinds as error messages name them.
var kindNames = map[Kind]string{
	Number: "FIXED", Float: "REAL", Bool: "BOOLEAN", Date: "DATE", Time: "TIME", TimestampNTZ: "TIMESTAMP_NTZ",
	TimestampLTZ: "TIMESTAMP_LTZ", TimestampTZ: "TIMESTAMP_TZ", Binary: "BINARY",
}

// Cast converts a value to a type, as CAST does in a session whose zone is UTC. Errors are those of Snowflake: 100038
// and its kin. A TIMESTAMP_LTZ or TIMESTAMP_TZ made of what has no zone is floating until Settings.Cast settles it.
func Cast(v Value, t sql.Type) (Value, error) {
	kind, ok := kinds[t.Name]
	if !ok {
		return NullValue, Unsupported("cast to " + t.Name)
	}
	out, err := castKind(v, kind)
	if err != nil || out.IsNull() {
		return out, err
	}
	switch kind {
	case Number:
		return fitNumber(out, t)
	case String:
		if t.Length > 0 && t.Length < utf8.RuneCountInString(out.Text()) {
			return fitString(v, out, t)
		}
	case Variant:
		return fitVariant(out, t)
	case Time, TimestampNTZ, TimestampLTZ, TimestampTZ:
		return fitFraction(out, t), nil
	default:
	}
	return out, nil
}

// fitFraction cuts the digits of a second that the type does not hold.
func fitFraction(v Value, t sql.Type) Value {
	unit := time.Second
	for range t.Precision {
		unit /= 10
	}
	at := v.Time()
	return Value{v.kind, at.Add(-time.Duration(at.Nanosecond()) % unit)}
}

// fitNumber rounds to the scale of the type and refuses what has too many digits.
func fitNumber(v Value, t sql.Type) (Value, error) {
	if t.Precision == 0 {
		return v, nil
	}
	d := v.Decimal().Round(t.Scale)
	if d.Trunc(0).int().CmpAbs(pow10(t.Precision-t.Scale)) >= 0 {
		return NullValue, execution(100132, "22003", "Number out of representable range: type FIXED[SB16](%d,%d){nullable}, value %s",
			t.Precision, t.Scale, v)
	}
	return NumberOf(d), nil
}

// fitString cuts a string that CAST shortens; other values must fit.
func fitString(from, to Value, t sql.Type) (Value, error) {
	if from.kind != String {
		return NullValue, execution(100078, "22000", "String '%s' is too long and would be truncated", to.Text())
	}
	return StringOf(string([]rune(to.Text())[:t.Length])), nil
}

// fitVariant makes ARRAY and OBJECT of documents that are.
func fitVariant(v Value, t sql.Type) (Value, error) {
	switch j := v.JSON().(type) {
	case []JSON:
		if t.Name == "OBJECT" || t.Name == "MAP" {
			return NullValue, execution(100071, "22000", "Failed to cast variant value %s to OBJECT", FormatJSON(j))
		}
	case *Object:
		if t.Name == "ARRAY" {
			return VariantOf([]JSON{j}), nil
		}
	case nil:
		if t.Name != "VARIANT" {
			return NullValue, nil
		}
	default:
		if t.Name == "ARRAY" {
			return VariantOf([]JSON{j}), nil
		}
		if t.Name == "OBJECT" || t.Name == "MAP" {
			return NullValue, execution(100071, "22000", "Failed to cast variant value %s to OBJECT", FormatJSON(j))
		}
	}
	return v, nil
}

// castKind converts a value to a kind without the limits of a type.
func castKind(v Value, kind Kind) (Value, error) {
	if v.kind == kind || v.IsNull() {
		return v, nil
	}
	if v.kind == Variant && kind != String {
		if v = fromJSON(v.JSON()); v.kind != Variant {
			return castKind(v, kind)
		}
		return NullValue, execution(100071, "22000", "Failed to cast variant value %s to %s", v, kindNames[kind])
	}
	switch kind {
	case String:
		return castString(v), nil
	case Number:
		return castNumber(v)
	case Float:
		return castFloat(v)
	case Bool:
		return castBool(v)
	case Variant:
		return VariantOf(toJSON(v)), nil
	case Binary:
		return castBinary(v)
	default:
		return castMoment(v, kind, "")
	}
}

func castString(v Value) Value {
	if v.kind == Variant && v.JSON() == nil {
		return NullValue
	}
	return StringOf(v.String())
}

func castNumber(v Value) (Value, error) {
	switch v.kind {
	case String:
		if d, ok := ParseDecimal(v.Text()); ok {
			return NumberOf(d), nil
		}
	case Float:
		if d, ok := ParseDecimal(strconv.FormatFloat(v.Float(), 'f', -1, 64)); ok {
			return NumberOf(d), nil
		}
	case Bool:
		if v.Bool() {
			return IntOf(1), nil
		}
		return IntOf(0), nil
	default:
	}
	return NullValue, execution(100038, "22018", "Numeric value '%s' is not recognized", v)
}

func castFloat(v Value) (Value, error) {
	switch v.kind {
	case Number:
		return FloatOf(v.Decimal().Float64()), nil
	case String:
		text := strings.ToLower(strings.TrimSpace(v.Text()))
		if f, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text, "xp_") {
			return FloatOf(f), nil
		}
	case Bool:
		if v.Bool() {
			return FloatOf(1), nil
		}
		return FloatOf(0), nil
	default:
	}
	return NullValue, execution(100038, "22018", "Numeric value '%s' is not recognized", v)
}

func castBool(v Value) (Value, error) {
	switch v.kind {
	case Number:
		return BoolOf(v.Decimal().Sign() != 0), nil
	case Float:
		return BoolOf(v.Float() != 0 && !math.IsNaN(v.Float())), nil
	case String:
		switch strings.ToLower(strings.TrimSpace(v.Text())) {
		case "true", "t", "yes", "y", "on", "1":
			return BoolOf(true), nil
		case "false", "f", "no", "n", "off", "0":
			return BoolOf(false), nil
		}
	default:
	}
	return NullValue, execution(100037, "22018", "Boolean value '%s' is not recognized", v)
}

func castBinary(v Value) (Value, error) {
	b, err := hex.DecodeString(v.String())
	if err != nil {
		return NullValue, execution(100115, "22000", "The following string is not a legal hex-encoded value: '%s'", v)
	}
	return BinaryOf(b), nil
}

// castMoment converts to a date, time or timestamp, reading strings by a format ("" detects it).
func castMoment(v Value, kind Kind, format string) (Value, error) {
	t, ok := momentOf(v, kind, format)
	if !ok || t.Year() < 0 || t.Year() > 99999 {
		return NullValue, notRecognized(v, kind)
	}
	return momentAs(t, kind), nil
}

func momentOf(v Value, kind Kind, format string) (time.Time, bool) {
	zoned := kind == TimestampLTZ || kind == TimestampTZ
	switch {
	case zoned && (v.kind == TimestampNTZ || v.kind == Date):
		return float(v.Time()), true
	case v.kind == String && kind == Time && format == "":
		return parseTimeOfDay(v.Text())
	case v.kind == String:
		return parseMoment(v.Text(), format)
	case v.kind == Number && kind != Time:
		n, ok := v.Decimal().Int64()
		return epoch(n), ok
	case v.kind == Time:
		return v.Time(), kind == Time
	case isMoment(v):
		return v.Time(), kind != Time || v.kind != Date
	}
	return time.Time{}, false
}

// momentAs keeps of t what the kind holds.
func momentAs(t time.Time, kind Kind) Value {
	switch kind {
	case Date:
		return DateOf(t)
	case Time:
		return TimeOf(t)
	case TimestampLTZ:
		return LTZOf(t)
	case TimestampTZ:
		return TZOf(t)
	default:
		return NTZOf(t)
	}
}

func notRecognized(v Value, kind Kind) error {
	switch kind {
	case Date:
		return execution(100040, "22007", "Date '%s' is not recognized", v)
	case Time:
		return execution(100108, "22007", "Time '%s' is not recognized", v)
	default:
		return execution(100035, "22007", "Timestamp '%s' is not recognized", v)
	}
}
