package query

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// units maps the names of date and time parts to one name each.
var units = unitNames(map[string]string{
	"YEAR": "YEAR Y YY YYY YYYY YR YEARS YRS", "QUARTER": "QUARTER Q QTR QTRS QUARTERS", "MONTH": "MONTH MM MON MONS MONTHS",
	"WEEK": "WEEK W WK WEEKOFYEAR WOY WY WEEKS", "DAY": "DAY D DD DAYS DAYOFMONTH", "HOUR": "HOUR H HH HR HOURS HRS",
	"MINUTE": "MINUTE M MI MIN MINUTES MINS", "SECOND": "SECOND S SEC SECONDS SECS",
	"MILLISECOND": "MILLISECOND MS MSEC MILLISECONDS", "MICROSECOND": "MICROSECOND US USEC MICROSECONDS",
	"NANOSECOND":        "NANOSECOND NS NSEC NANOSEC NSECOND NANOSECONDS NANOSECS NSECONDS",
	"DAYOFWEEK":         "DAYOFWEEK WEEKDAY DOW DW",
	"DAYOFWEEKISO":      "DAYOFWEEKISO DAYOFWEEK_ISO WEEKDAY_ISO DOW_ISO DW_ISO",
	"DAYOFYEAR":         "DAYOFYEAR YEARDAY DOY DY",
	"WEEKISO":           "WEEKISO WEEK_ISO WEEKOFYEARISO WEEKOFYEAR_ISO",
	"YEAROFWEEK":        "YEAROFWEEK",
	"YEAROFWEEKISO":     "YEAROFWEEKISO",
	"EPOCH_SECOND":      "EPOCH_SECOND EPOCH EPOCH_SECONDS",
	"EPOCH_MILLISECOND": "EPOCH_MILLISECOND EPOCH_MILLISECONDS", "EPOCH_MICROSECOND": "EPOCH_MICROSECOND EPOCH_MICROSECONDS",
	"EPOCH_NANOSECOND": "EPOCH_NANOSECOND EPOCH_NANOSECONDS", "TIMEZONE_HOUR": "TIMEZONE_HOUR TZH", "TIMEZONE_MINUTE": "TIMEZONE_MINUTE TZM",
})

func unitNames(names map[string]string) map[string]string {
	out := map[string]string{}
	for unit, words := range names {
		for word := range strings.FieldsSeq(words) {
			out[word] = unit
		}
	}
	return out
}

// unitOf returns the one name of a part.
func unitOf(name string) (string, error) {
	if unit, ok := units[sql.Upper(strings.TrimSpace(name))]; ok {
		return unit, nil
	}
	return "", execution(1007, "22023", "SQL compilation error:\n'%s' is not a valid date/time component for this function.", name)
}

// spans holds the units of fixed length.
var spans = map[string]time.Duration{
	"HOUR": time.Hour, "MINUTE": time.Minute, "SECOND": time.Second, "MILLISECOND": time.Millisecond,
	"MICROSECOND": time.Microsecond, "NANOSECOND": time.Nanosecond,
}

// monthsIn holds the units counted in months, daysIn those counted in days.
var (
	monthsIn = map[string]int64{"YEAR": 12, "QUARTER": 3, "MONTH": 1}
	daysIn   = map[string]int64{"WEEK": 7, "DAY": 1}
)

// maxShift bounds what is added to a date, in months or days.
const maxShift = 10_000_000

func outOfRange(v Value) error {
	return execution(100042, "22007", "Date/time value '%s' is out of range", v)
}

// shift adds n units to a date, time or timestamp. A date becomes a timestamp when the unit is shorter than a day.
func shift(v Value, unit string, n int64) (Value, error) {
	t := v.Time()
	if span, ok := spans[unit]; ok {
		return shiftSpan(v, span, n)
	}
	months, days := monthsIn[unit]*n, daysIn[unit]*n
	if n > maxShift || n < -maxShift || v.kind == Time {
		return NullValue, outOfRange(v)
	}
	switch {
	case monthsIn[unit] != 0:
		t = addMonths(t, int(months))
	case daysIn[unit] != 0:
		t = t.AddDate(0, 0, int(days))
	default:
		_, err := unitOf("")
		return NullValue, err
	}
	if t.Year() < 0 || t.Year() > 99999 {
		return NullValue, outOfRange(v)
	}
	return Value{v.kind, t}, nil
}

func shiftSpan(v Value, span time.Duration, n int64) (Value, error) {
	if n > math.MaxInt64/int64(span) || n < math.MinInt64/int64(span) {
		return NullValue, outOfRange(v)
	}
	t := v.Time().Add(time.Duration(n) * span)
	switch v.kind {
	case Date:
		return NTZOf(t), nil
	case Time:
		return TimeOf(t), nil
	default:
		return Value{v.kind, t}, nil
	}
}

// addMonths keeps the day of the month, or takes the last one where the month is too short.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()).AddDate(0, months, 0)
	return first.AddDate(0, 0, min(t.Day(), daysOf(first))-1)
}

func daysOf(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// truncateTo cuts a date or timestamp at a part.
func truncateTo(v Value, part string) (Value, error) {
	unit, err := unitOf(part)
	if err != nil {
		return NullValue, err
	}
	t := v.Time()
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	switch unit {
	case "YEAR":
		t = day.AddDate(0, 0, 1-day.YearDay())
	case "QUARTER":
		t = time.Date(t.Year(), t.Month()-(t.Month()-1)%3, 1, 0, 0, 0, 0, t.Location())
	case "MONTH":
		t = day.AddDate(0, 0, 1-t.Day())
	case "WEEK", "WEEKISO":
		t = day.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	case "DAY":
		t = day
	default:
		span, ok := spans[unit]
		if !ok {
			_, err := unitOf("")
			return NullValue, err
		}
		t = day.Add(t.Sub(day).Truncate(span))
	}
	return Value{v.kind, t}, nil
}

// partOf reads one part of a date, time or timestamp as a number.
func partOf(t time.Time, unit string) int64 {
	year, week := t.ISOWeek()
	_, offset := t.Zone()
	parts := map[string]int64{
		"YEAR": int64(t.Year()), "QUARTER": int64(t.Month()-1)/3 + 1, "MONTH": int64(t.Month()), "WEEK": int64(week),
		"WEEKISO": int64(week), "YEAROFWEEK": int64(year), "YEAROFWEEKISO": int64(year), "DAY": int64(t.Day()),
		"DAYOFWEEK": int64(t.Weekday()), "DAYOFWEEKISO": int64(t.Weekday()+6)%7 + 1, "DAYOFYEAR": int64(t.YearDay()),
		"HOUR": int64(t.Hour()), "MINUTE": int64(t.Minute()), "SECOND": int64(t.Second()),
		"MILLISECOND": int64(t.Nanosecond() / 1e6), "MICROSECOND": int64(t.Nanosecond() / 1e3), "NANOSECOND": int64(t.Nanosecond()),
		"EPOCH_SECOND": t.Unix(), "EPOCH_MILLISECOND": t.UnixMilli(), "EPOCH_MICROSECOND": t.UnixMicro(),
		"EPOCH_NANOSECOND": t.UnixNano(), "TIMEZONE_HOUR": int64(offset / 3600), "TIMEZONE_MINUTE": int64(offset / 60 % 60),
	}
	return parts[unit]
}

// between counts the boundaries of a unit between two moments, as DATEDIFF does.
func between(from, to time.Time, unit string) (int64, error) {
	if span, ok := spans[unit]; ok {
		return floorDiv(to.UnixNano(), int64(span)) - floorDiv(from.UnixNano(), int64(span)), nil
	}
	a, b := wallClock(from), wallClock(to)
	switch unit {
	case "YEAR":
		return int64(b.Year() - a.Year()), nil
	case "QUARTER":
		return int64(b.Year()*4+int(b.Month()-1)/3) - int64(a.Year()*4+int(a.Month()-1)/3), nil
	case "MONTH":
		return int64(b.Year()*12+int(b.Month())) - int64(a.Year()*12+int(a.Month())), nil
	case "WEEK":
		return floorDiv(floorDiv(b.Unix(), 86400)+3, 7) - floorDiv(floorDiv(a.Unix(), 86400)+3, 7), nil
	case "DAY":
		return floorDiv(b.Unix(), 86400) - floorDiv(a.Unix(), 86400), nil
	}
	_, err := unitOf("")
	return 0, err
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// intervalPart is one count with its unit.
type intervalPart struct {
	count int64
	unit  string
}

// parseInterval reads '1 year, 3 months', '2 days 4 hours', '1d' and plain numbers, which are seconds.
func parseInterval(text string) ([]intervalPart, bool) {
	var out []intervalPart
	fields := strings.FieldsFunc(spaced(text), func(r rune) bool { return r == ' ' || r == ',' })
	for i := 0; i < len(fields); i++ {
		n, err := strconv.ParseInt(fields[i], 10, 32)
		if err != nil {
			return nil, false
		}
		unit := "SECOND"
		if i+1 < len(fields) {
			i++
			if unit, err = unitOf(fields[i]); err != nil {
				return nil, false
			}
		}
		out = append(out, intervalPart{n, unit})
	}
	return out, len(out) > 0
}

// spaced puts a blank between a number and the letters after it.
func spaced(text string) string {
	var b strings.Builder
	digit := false
	for _, r := range text {
		if digit && (r < '0' || r > '9') {
			b.WriteByte(' ')
		}
		digit = '0' <= r && r <= '9'
		b.WriteRune(r)
	}
	return b.String()
}
