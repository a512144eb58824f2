package account

import (
	"slices"
	"strconv"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// propertyWords are the words that a property may have, for keys that mean the
// same in every statement.
var propertyWords = map[string][]string{
	"INITIALIZE":                   names("ON_CREATE ON_SCHEDULE"),
	"LOG_LEVEL":                    names("TRACE DEBUG INFO WARN ERROR FATAL OFF"),
	"METRIC_LEVEL":                 names("ALL NONE"),
	"OVERLAP_POLICY":               names("NO_OVERLAP ALLOW_CHILD_OVERLAP ALLOW_ALL_OVERLAP"),
	"PROPAGATE":                    names("NONE ON_DEPENDENCY ON_DATA_MOVEMENT ON_DEPENDENCY_AND_DATA_MOVEMENT"),
	"REFRESH_MODE":                 names("AUTO FULL INCREMENTAL ADAPTIVE CUSTOM_INCREMENTAL"),
	"SCHEDULER":                    names("ENABLE DISABLE"),
	"STORAGE_SERIALIZATION_POLICY": names("COMPATIBLE OPTIMIZED"),
	"TRACE_LEVEL":                  names("ALWAYS ON_EVENT PROPAGATE OFF"),
}

// numberRange is the least and the greatest value of a property.
type numberRange struct{ least, most int64 }

// unbounded is the greatest value of a property that has no documented bound.
const unbounded = 1<<63 - 1

// propertyNumbers are the ranges of properties that are numbers.
var propertyNumbers = map[string]numberRange{
	"MAX_DATA_EXTENSION_TIME_IN_DAYS":               {0, 90},
	"SUSPEND_TASK_AFTER_NUM_FAILURES":               {0, unbounded},
	"TASK_AUTO_RETRY_ATTEMPTS":                      {0, 30},
	"USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": {10, 604_800},
	"USER_TASK_TIMEOUT_MS":                          {0, 604_800_000},
}

// check refuses a value that the property cannot have, in every statement that
// has the property.
func (p property) check() error {
	if words, ok := propertyWords[p.key]; ok && !slices.Contains(words, sql.Upper(p.value)) {
		return errInvalidValue(p.value, p.key)
	}
	if limits, ok := propertyNumbers[p.key]; ok {
		return p.within(limits.least, limits.most)
	}
	switch p.key {
	case "SCHEDULE":
		if p.kind != sql.Ident || p.value != "NULL" {
			return p.checkSchedule()
		}
	case "TARGET_LAG":
		return p.checkLag()
	}
	return nil
}

// within demands a whole number in a range.
func (p property) within(least, most int64) error {
	if n, err := strconv.ParseInt(p.value, 10, 64); err != nil || n < least || n > most {
		return errInvalidValue(p.value, p.key)
	}
	return nil
}

// minimumLag is the least TARGET_LAG of a dynamic table in seconds.
const minimumLag = 60

// checkLag reads the TARGET_LAG of a dynamic table: DOWNSTREAM, or a time of at
// least a minute.
func (p property) checkLag() error {
	if sql.Upper(p.value) == "DOWNSTREAM" {
		return nil
	}
	if seconds, ok := interval(p.value); !ok || seconds < minimumLag {
		return errInvalidValue(p.value, p.key)
	}
	return nil
}

// checkSchedule reads the SCHEDULE of a task or alert: a time, or USING CRON.
func (p property) checkSchedule() error {
	if words := strings.Fields(p.value); len(words) > 1 && sql.Upper(words[0]) == "USING" && sql.Upper(words[1]) == "CRON" {
		if !isCron(words[2:]) {
			return errInvalidValue(p.value, p.key)
		}
		return nil
	}
	if seconds, ok := interval(p.value); !ok || seconds <= 0 {
		return errInvalidValue(p.value, p.key)
	}
	return nil
}

// units are the units of time of intervals, in seconds.
var units = map[string]int64{
	"S": 1, "SECOND": 1, "SECONDS": 1, "M": 60, "MINUTE": 60, "MINUTES": 60,
	"H": 3600, "HOUR": 3600, "HOURS": 3600, "DAY": 86_400, "DAYS": 86_400,
}

// interval reads "5 minutes" into seconds.
func interval(text string) (int64, bool) {
	words := strings.Fields(sql.Upper(text))
	if len(words) != 2 {
		return 0, false
	}
	n, err := strconv.ParseInt(words[0], 10, 32)
	unit, known := units[words[1]]
	return n * unit, err == nil && known
}

// cronField is one field of a cron expression.
type cronField struct {
	least, most int
	words       []string
}

// cronFields are the fields in their order: minute, hour, day of the month,
// month, day of the week.
var cronFields = []cronField{
	{0, 59, nil},
	{0, 23, nil},
	{1, 31, nil},
	{1, 12, names("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
	{0, 6, names("SUN MON TUE WED THU FRI SAT")},
}

// isCron reports whether the words are five fields and a time zone.
func isCron(words []string) bool {
	if len(words) != len(cronFields)+1 {
		return false
	}
	for i, field := range cronFields {
		for part := range strings.SplitSeq(sql.Upper(words[i]), ",") {
			if !field.accepts(part) {
				return false
			}
		}
	}
	_, ok := zoneOf(words[len(cronFields)])
	return ok
}

// accepts reads one element of a list: *, n, n-m, each with /step, and L for
// the last one.
func (f cronField) accepts(part string) bool {
	part, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n <= 0) {
		return false
	}
	if part == "*" || part == "L" {
		return true
	}
	from, to, ranged := strings.Cut(strings.TrimSuffix(part, "L"), "-")
	return f.holds(from) && (!ranged || f.holds(to))
}

// holds reports whether the text is a value of the field.
func (f cronField) holds(text string) bool {
	if slices.Contains(f.words, text) {
		return true
	}
	n, err := strconv.Atoi(text)
	return err == nil && n >= f.least && n <= f.most
}
