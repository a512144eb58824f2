package query

import (
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// partArguments says which argument of a function is a date part, which may be written as a bare word.
var partArguments = map[string]int{
	"DATEADD": 0, "TIMEADD": 0, "TIMESTAMPADD": 0, "DATEDIFF": 0, "TIMEDIFF": 0, "TIMESTAMPDIFF": 0, "DATE_TRUNC": 0,
	"DATE_PART": 0, "EXTRACT": 0, "LAST_DAY": 1, "TRUNC": 1,
}

func momentFunctions() map[string]function {
	number, date, ntz := typed(countType), typed(sql.DateType), typed(sql.TimestampNTZType)
	add := function{3, 3, addType, false, dateAdd}
	diff := function{3, 3, number, false, dateDiff}
	part := function{2, 2, number, false, datePart}
	out := map[string]function{
		"DATEADD": add, "TIMEADD": add, "TIMESTAMPADD": add, "DATEDIFF": diff, "TIMEDIFF": diff, "TIMESTAMPDIFF": diff,
		"DATE_PART": part, "EXTRACT": part,
		"DATE_TRUNC":      {2, 2, func(a []node) sql.Type { return a[1].typ }, false, dateTrunc},
		"LAST_DAY":        {1, 2, date, false, lastDay},
		"ADD_MONTHS":      {2, 2, likeFirst, false, addMonthsToEnd},
		"MONTHS_BETWEEN":  {2, 2, typed(sql.FloatType), false, nil},
		"DAYNAME":         {1, 1, typed(sql.VarcharType), false, nameOf("Mon")},
		"MONTHNAME":       {1, 1, typed(sql.VarcharType), false, nameOf("Jan")},
		"DATE_FROM_PARTS": {3, 3, date, false, fromParts(Date)}, "DATEFROMPARTS": {3, 3, date, false, fromParts(Date)},
		"TIMESTAMP_FROM_PARTS": {6, 7, ntz, false, fromParts(TimestampNTZ)}, "TIMESTAMP_NTZ_FROM_PARTS": {6, 7, ntz, false, fromParts(TimestampNTZ)},
	}
	for _, name := range []string{
		"YEAR", "QUARTER", "MONTH", "WEEK", "WEEKOFYEAR", "WEEKISO", "DAY", "DAYOFMONTH", "DAYOFWEEK", "DAYOFWEEKISO", "DAYOFYEAR",
		"HOUR", "MINUTE", "SECOND", "YEAROFWEEK", "YEAROFWEEKISO",
	} {
		out[name] = function{1, 1, number, false, func(a []Value) (Value, error) { return datePart([]Value{StringOf(name), a[0]}) }}
	}
	return out
}

// addType is the type of the date that is added to. A date becomes a timestamp when the unit is shorter than a day.
func addType(args []node) sql.Type {
	if args[0].is == nil {
		return args[2].typ
	}
	return shiftedType(args[2].typ, units[sql.Upper(args[0].is.String())])
}

func shiftedType(t sql.Type, unit string) sql.Type {
	if _, short := spans[unit]; short && t.Name == "DATE" {
		return sql.TimestampNTZType
	}
	if t.Name == "VARCHAR" {
		return sql.TimestampNTZType
	}
	return t
}

// moment reads an argument as a date, time or timestamp.
func moment(v Value) (Value, error) {
	if v.kind == Date || v.kind == Time || isTimestamp(v) {
		return v, nil
	}
	return castKind(v, TimestampNTZ)
}

func dateAdd(a []Value) (Value, error) {
	unit, err := unitOf(a[0].String())
	if err != nil {
		return NullValue, err
	}
	n, err := whole(a[1])
	if err != nil {
		return NullValue, err
	}
	v, err := moment(a[2])
	if err != nil {
		return NullValue, err
	}
	return shift(v, unit, int64(n))
}

func dateDiff(a []Value) (Value, error) {
	unit, err := unitOf(a[0].String())
	if err != nil {
		return NullValue, err
	}
	from, err := moment(a[1])
	if err != nil {
		return NullValue, err
	}
	to, err := moment(a[2])
	if err != nil {
		return NullValue, err
	}
	n, err := between(from.Time(), to.Time(), unit)
	return IntOf(n), err
}

func datePart(a []Value) (Value, error) {
	unit, err := unitOf(a[0].String())
	if err != nil {
		return NullValue, err
	}
	v, err := moment(a[1])
	return IntOf(partOf(v.Time(), unit)), err
}

func dateTrunc(a []Value) (Value, error) {
	v, err := moment(a[1])
	if err != nil {
		return NullValue, err
	}
	return truncateTo(v, a[0].String())
}

func lastDay(a []Value) (Value, error) {
	v, err := castKind(a[0], Date)
	if err != nil {
		return NullValue, err
	}
	unit := textAt(a, 1, "MONTH")
	if unit, err = unitOf(unit); err != nil {
		return NullValue, err
	}
	first, err := truncateTo(v, unit)
	if err != nil {
		return NullValue, err
	}
	next, err := shift(first, unit, 1)
	if err != nil {
		return NullValue, err
	}
	return shift(next, "DAY", -1)
}

func nameOf(layout string) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		v, err := moment(a[0])
		return StringOf(v.Time().Format(layout)), err
	}
}

// fromParts makes a date or timestamp of its numbers. Numbers out of range carry over.
func fromParts(kind Kind) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		n := make([]int, 7)
		for i, v := range a {
			var err error
			if n[i], err = whole(v); err != nil {
				return NullValue, err
			}
			if n[i] > maxShift && i < 6 || n[i] < -maxShift {
				return NullValue, outOfRange(v)
			}
		}
		return momentAs(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6], time.UTC), kind), nil
	}
}

// withPart returns the call with a date part that is written as a bare word turned into a string.
func withPart(e *sql.Call) *sql.Call {
	i, ok := partArguments[e.Name[0]]
	if !ok || i >= len(e.Args) {
		return e
	}
	word, ok := e.Args[i].Value.(*sql.ColumnRef)
	if !ok || len(word.Name) != 1 || units[word.Name[0]] == "" {
		return e
	}
	call := *e
	call.Args = append([]sql.Arg(nil), e.Args...)
	call.Args[i].Value = &sql.Literal{Pos: word.Pos, Kind: sql.StringLiteral, Text: strings.ToLower(word.Name[0])}
	return &call
}

// clock compiles the functions of the current time from the account's CURRENT_TIMESTAMP, so that all agree.
func clock(typ sql.Type, of func(time.Time) Value) special {
	return func(c *compiler, _ *sql.Call, _ *scope) (node, error) {
		now, err := c.account("CURRENT_TIMESTAMP")
		if err != nil {
			return node{}, err
		}
		return node{typ: typ, eval: func(f *frame) (Value, error) {
			v, err := now.eval(f)
			if err != nil || v.IsNull() {
				return NullValue, err
			}
			return of(v.Time()), nil
		}}, nil
	}
}

// addMonthsToEnd is ADD_MONTHS. Unlike DATEADD it takes the last day of a month to the last day of another.
func addMonthsToEnd(args []Value) (Value, error) {
	v, err := dateAdd([]Value{StringOf("MONTH"), args[1], args[0]})
	if err != nil || v.IsNull() {
		return v, err
	}
	from, err := moment(args[0])
	if err != nil || from.Time().AddDate(0, 0, 1).Day() != 1 {
		return v, err
	}
	return shift(v, "DAY", int64(v.Time().AddDate(0, 1, -v.Time().Day()).Day()-v.Time().Day()))
}
