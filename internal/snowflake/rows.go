package snowflake

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rows is a result, read whole.
type Rows []Row

// Row is one row of a result. Its cells are found by column name, in any case: the columns of SHOW grow in number and
// move with every release (S5).
type Row struct {
	columns map[string]int
	cells   []driver.Value
}

// newColumns indexes column names. The first of two equal names wins.
func newColumns(names []string) map[string]int {
	columns := make(map[string]int, len(names))
	for i, name := range names {
		key := strings.ToLower(name)
		if _, taken := columns[key]; !taken {
			columns[key] = i
		}
	}
	return columns
}

// Has says whether the result has the column, be it NULL or not.
func (r Row) Has(column string) bool {
	_, ok := r.columns[strings.ToLower(column)]
	return ok
}

// value is the raw cell; nil where it is NULL or there is no such column.
func (r Row) value(column string) driver.Value {
	i, ok := r.columns[strings.ToLower(column)]
	if !ok || i >= len(r.cells) {
		return nil
	}
	return r.cells[i]
}

// String is the cell as text; "" where it is NULL or there is no such column.
func (r Row) String(column string) string {
	switch value := r.value(column).(type) {
	case nil:
		return ""
	case string:
		return value
	case []byte:
		return string(value)
	case time.Time:
		return value.Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(value)
	}
}

// Bool reads the flags of SHOW, which come as true, Y, YES, ON or 1 by column (S6). Anything else is false.
func (r Row) Bool(column string) bool {
	switch strings.ToUpper(r.String(column)) {
	case "TRUE", "Y", "YES", "ON", "1":
		return true
	}
	return false
}

// Int is the cell as a whole number; 0 where it is none.
func (r Row) Int(column string) int64 {
	n, err := strconv.ParseInt(r.String(column), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// timeLayouts are the forms in which a moment may come as text.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999"}

// Time is the cell as a moment; the zero time where it is none.
func (r Row) Time(column string) time.Time {
	if moment, ok := r.value(column).(time.Time); ok {
		return moment.UTC()
	}
	text := r.String(column)
	for _, layout := range timeLayouts {
		if moment, err := time.Parse(layout, text); err == nil {
			return moment.UTC()
		}
	}
	return time.Time{}
}

// binder reads required and optional columns of one row and keeps the first failure.
type binder struct {
	row Row
	err error
}

// need reads a column without which the row has no meaning.
func (b *binder) need(column string) string {
	b.require(column)
	return b.row.String(column)
}

// require fails the row when a column is not there.
func (b *binder) require(columns ...string) {
	for _, column := range columns {
		if b.err == nil && !b.row.Has(column) {
			b.err = fmt.Errorf("the answer has no column %s", column)
		}
	}
}

// text reads a column that older accounts may not have.
func (b *binder) text(column string) string { return b.row.String(column) }

// name reads a column that holds a name or nothing: SHOW prints "null" for nothing in some of them.
func (b *binder) name(column string) string {
	if text := b.row.String(column); text != "null" {
		return text
	}
	return ""
}

// flag reads a flag; false where there is no such column.
func (b *binder) flag(column string) bool { return b.row.Bool(column) }

// bindRows turns a result into typed rows.
func bindRows[T any](rows Rows, one func(*binder) T) ([]T, error) {
	typed := make([]T, 0, len(rows))
	for i, row := range rows {
		b := binder{row: row}
		value := one(&b)
		if b.err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, b.err)
		}
		typed = append(typed, value)
	}
	return typed, nil
}
