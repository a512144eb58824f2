package query

import "time"

// Kind says what a Value is.
type Kind int

// The kinds of value.
const (
	Null Kind = iota
	String
	Number
	Float
	Bool
	Date
	Time
	TimestampNTZ
	TimestampLTZ
	TimestampTZ
	Variant
	Binary
)

// Value is one cell. The zero Value is null. Values are immutable.
type Value struct {
	kind Kind
	data any // string, Decimal, float64, bool, time.Time, JSON or []byte, by kind.
}

// NullValue is SQL's NULL.
var NullValue = Value{}

// StringOf makes a VARCHAR.
func StringOf(s string) Value { return Value{String, s} }

// IntOf makes a NUMBER with scale 0.
func IntOf(n int64) Value { return Value{Number, decimalOf(n)} }

// NumberOf makes a NUMBER.
func NumberOf(d Decimal) Value { return Value{Number, d} }

// FloatOf makes a FLOAT.
func FloatOf(f float64) Value { return Value{Float, f} }

// BoolOf makes a BOOLEAN.
func BoolOf(b bool) Value { return Value{Bool, b} }

// BinaryOf makes a BINARY. The caller does not change b afterwards.
func BinaryOf(b []byte) Value { return Value{Binary, b} }

// DateOf makes a DATE of the day that t falls on in its own zone.
func DateOf(t time.Time) Value {
	return Value{Date, time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
}

// TimeOf makes a TIME of the time of day of t in its own zone.
func TimeOf(t time.Time) Value {
	return Value{Time, time.Date(1970, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}
}

// NTZOf makes a TIMESTAMP_NTZ of the wall clock of t in its own zone.
func NTZOf(t time.Time) Value { return Value{TimestampNTZ, wallClock(t)} }

// LTZOf makes a TIMESTAMP_LTZ of the instant t, shown in its zone.
func LTZOf(t time.Time) Value { return Value{TimestampLTZ, t} }

// TZOf makes a TIMESTAMP_TZ of the instant t with its offset.
func TZOf(t time.Time) Value { return Value{TimestampTZ, t} }

// VariantOf makes a VARIANT of a JSON value. JSON null is a value that is not SQL's NULL; what is undefined in an array
// is SQL's NULL once it is taken out of it.
func VariantOf(j JSON) Value {
	if _, absent := j.(undefined); absent {
		return NullValue
	}
	return Value{Variant, j}
}

// Kind says what the value is.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether the value is SQL's NULL.
func (v Value) IsNull() bool { return v.kind == Null }

// Text returns the string of a String, else "".
func (v Value) Text() string {
	s, _ := v.data.(string)
	return s
}

// Decimal returns the number of a Number, else zero.
func (v Value) Decimal() Decimal {
	d, _ := v.data.(Decimal)
	return d
}

// Float returns the number of a Float, else 0.
func (v Value) Float() float64 {
	f, _ := v.data.(float64)
	return f
}

// Bool returns the truth of a Bool, else false.
func (v Value) Bool() bool {
	b, _ := v.data.(bool)
	return b
}

// Time returns the moment of a Date, Time or timestamp, else the zero time. Dates, times and TIMESTAMP_NTZ are in UTC.
func (v Value) Time() time.Time {
	t, _ := v.data.(time.Time)
	return t
}

// JSON returns the value of a Variant.
func (v Value) JSON() JSON {
	j, _ := v.data.(JSON)
	return j
}

// Bytes returns the bytes of a Binary, else nil.
func (v Value) Bytes() []byte {
	b, _ := v.data.([]byte)
	return b
}

// wallClock drops the zone of t and keeps what its clock shows.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
