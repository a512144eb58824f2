package query

import (
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Settings are what a session's parameters say about dates and times. The zero value is UTC and Snowflake's default
// formats.
type Settings struct {
	// Zone is the session's TIMEZONE. Nil is UTC.
	Zone *time.Location
	// Formats holds the output formats by which a cast to VARCHAR prints dates, times and timestamps. A kind that is
	// missing prints in Snowflake's default format.
	Formats map[Kind]string
}

// floating is the zone of a moment that was read without one. The session's zone takes its place before anybody
// computes with it. Its offset is one that no real zone has, so that it is never taken for one.
var floating = time.FixedZone("floating", 1)

// float keeps what the clock of t shows and forgets its zone.
func float(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), floating)
}

// settle puts a moment without zone into the session's, and shows a TIMESTAMP_LTZ in it. Other values stay.
func (s Settings) settle(v Value) Value {
	if v.kind != TimestampLTZ && v.kind != TimestampTZ {
		return v
	}
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := v.Time()
	if t.Location() == floating {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	}
	if v.kind == TimestampLTZ {
		t = t.In(zone)
	}
	return Value{v.kind, t}
}

// Show returns the value as the session sees it: a TIMESTAMP_LTZ in the session's zone.
func (s Settings) Show(v Value) Value { return s.settle(v) }

// Cast converts a value to a type as CAST does in a session with these settings. Errors are those of Snowflake: 100038
// and its kin.
func (s Settings) Cast(v Value, t sql.Type) (Value, error) {
	if t.Name == "VARCHAR" {
		v = s.print(v)
	}
	out, err := Cast(v, t)
	return s.settle(out), err
}

// print turns a date, time or timestamp into text by the session's format, and leaves other values alone.
func (s Settings) print(v Value) Value {
	if format := s.Formats[v.kind]; format != "" && (isMoment(v) || v.kind == Time) {
		return StringOf(formatMoment(v, format))
	}
	return v
}
