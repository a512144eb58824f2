package account

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// statementReach is how old a statement named by Time Travel may be (C6).
const statementReach = 14 * 24 * time.Hour

// cut divides what had happened by a moment from what came after it.
type cut struct {
	at time.Time
	// tick is set when a statement names the moment.
	tick   int64
	before bool
	// timestamp is set for TIMESTAMP => …, with which clones leave tasks out.
	timestamp bool
}

// after reports whether something happened after the moment. AT includes the
// change made by the moment itself, BEFORE does not (C6).
func (c cut) after(m moment) bool {
	if c.tick != 0 {
		return m.tick > c.tick || c.before && m.tick == c.tick
	}
	return m.at.After(c.at) || c.before && m.at.Equal(c.at)
}

// holds reports whether an object existed at the moment.
func (c cut) holds(o *object) bool {
	return !c.after(o.created) && (o.dropped.at.IsZero() || c.after(o.dropped))
}

// moment finds the moment that AT or BEFORE names in a query.
func (sc *scope) moment(m query.Moment) (cut, error) {
	return sc.cut(m.Before, m.Kind, m.Value)
}

// travel finds the moment that AT or BEFORE names in DDL. Its value must be a
// constant (C6).
func (sc *scope) travel(t sql.Travel) (cut, error) {
	v, err := sc.constant(t.Value)
	if err != nil {
		return cut{}, err
	}
	return sc.cut(t.Before, t.Kind, v)
}

func (sc *scope) cut(before bool, kind string, v query.Value) (cut, error) {
	c := cut{before: before}
	switch kind {
	case "TIMESTAMP":
		c.timestamp = true
		return c.timestampCut(v)
	case "OFFSET":
		seconds, err := strconv.ParseFloat(v.String(), 64)
		if err != nil || seconds > 0 {
			return c, errInvalidValue(v.String(), "OFFSET")
		}
		c.at = sc.a.now().Add(time.Duration(seconds * float64(time.Second)))
		return c, nil
	case "STATEMENT":
		return sc.statementCut(c, v.String())
	}
	return c, errUnsupported("AT(" + kind + ")")
}

// timestampCut reads a timestamp. Without a zone it is taken for UTC (C6).
func (c cut) timestampCut(v query.Value) (cut, error) {
	if v.Kind() == query.String {
		cast, err := query.Cast(v, sql.TimestampNTZType)
		if err != nil {
			return c, err
		}
		v = cast
	}
	switch v.Kind() {
	case query.TimestampLTZ, query.TimestampTZ, query.TimestampNTZ, query.Date:
		c.at = v.Time().Truncate(time.Millisecond)
		return c, nil
	default:
		return c, errInvalidValue(v.String(), "TIMESTAMP")
	}
}

// statementCut finds the end of a statement by its id.
func (sc *scope) statementCut(c cut, id string) (cut, error) {
	e := sc.a.byQueryID[id]
	if e == nil || e.status == "RUNNING" || sc.a.now().Sub(e.end.at) > statementReach {
		return c, &Error{Code: 709, State: "02000", Message: fmt.Sprintf("Error: statement %s not found", id)}
	}
	c.at, c.tick = e.end.at, e.end.tick
	return c, nil
}

// reachable says why Time Travel cannot reach an object at a moment (C40).
func (a *Account) reachable(o *object, c cut) error {
	days := a.retentionDays(o)
	if !o.dropped.at.IsZero() {
		days = o.keptDays
	}
	oldest := a.now().Add(-time.Duration(days) * 24 * time.Hour)
	d, isTable := o.detail.(*tableDetail)
	tooOld := c.at.Before(oldest) || isTable && d.forgotten.tick != 0 && c.after(d.forgotten)
	if !tooOld && !c.after(o.created) {
		return nil
	}
	return &Error{Code: 707, State: "02000", Message: fmt.Sprintf(
		"Time travel data is not available for %s %s. The requested time is either beyond the allowed time travel period "+
			"or before the object creation time.", sqlNoun(o), o.name)}
}

// sqlNoun is the kind of an object within a sentence.
func sqlNoun(o *object) string { return o.kind.words[:1] + lower(o.kind.words[1:]) }

// lower folds ASCII letters.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// versionAt is the place of the past version that a table had at a moment, or
// how many there are when it has it still.
func (d *tableDetail) versionAt(c cut) int {
	if i := slices.IndexFunc(d.past, func(v version) bool { return c.after(v.until) }); i >= 0 {
		return i
	}
	return len(d.past)
}

// asOf is what a table held at a moment.
func (d *tableDetail) asOf(c cut) version {
	if i := d.versionAt(c); i < len(d.past) {
		return d.past[i]
	}
	return version{columns: d.columns, rows: d.rows}
}
