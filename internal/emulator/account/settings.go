package account

import (
	"sync"
	"time"
	_ "time/tzdata" // The zones are the same on every machine.

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// paramTimezone is the parameter that says in which zone a session lives.
const paramTimezone = "TIMEZONE"

// zones remembers the zones that were looked up, by name: reading one takes
// longer than most statements.
var zones sync.Map

// zoneOf finds a time zone by its name in the IANA database. Names that package
// time reads in a way of its own are none there.
func zoneOf(name string) (*time.Location, bool) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), true
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, false
	}
	zones.Store(name, zone)
	return zone, true
}

// outputFormats are the parameters by which a kind of value is printed; the
// first that is set counts.
var outputFormats = map[query.Kind][]string{
	query.Date:         {"DATE_OUTPUT_FORMAT"},
	query.Time:         {"TIME_OUTPUT_FORMAT"},
	query.TimestampNTZ: {"TIMESTAMP_NTZ_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT"},
	query.TimestampLTZ: {"TIMESTAMP_LTZ_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT"},
	query.TimestampTZ:  {"TIMESTAMP_TZ_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT"},
}

// settings are the session's parameters about dates and times. What belongs to
// no session lives by the account's.
func (sc *scope) settings() query.Settings {
	value := sc.a.sessionDefault
	if sc.session != nil {
		value = sc.session.parameter
	}
	zone, ok := zoneOf(value(paramTimezone))
	if !ok {
		zone, _ = zoneOf(sessionParameters[paramTimezone].value)
	}
	s := query.Settings{Zone: zone, Formats: map[query.Kind]string{}}
	for kind, names := range outputFormats {
		for _, name := range names {
			if s.Formats[kind] == "" {
				s.Formats[kind] = value(name)
			}
		}
	}
	return s
}

// sessionDefault is the value of a session parameter where no session sets it.
func (a *Account) sessionDefault(name string) string {
	if v, ok := a.parameters[name]; ok {
		return v
	}
	return sessionParameters[name].value
}

// currentMoment is CURRENT_TIMESTAMP: one moment for all of a statement, in
// milliseconds, as gosnowflake's own
// TestSnowflakeFormatToGoFormatIntegrationTest holds the service to.
func currentMoment(sc *scope) query.Value {
	now := sc.a.now()
	if sc.session != nil {
		now = sc.session.began
	}
	return query.LTZOf(now.Truncate(time.Millisecond))
}
