package query

import (
	"strconv"
	"strings"
	"time"
)

// autoLayouts are the forms that Snowflake's AUTO detection reads, as layouts of package time. A fraction after the
// seconds is read without being named.
var autoLayouts = []string{
	"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006-01-02T15", "2006-01-02 15:04 -0700", "2006-01-02 15:04 -07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -07:00", "2006-01-02 15:04:05-07:00",
	"2006-01-02 15:04:05-0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "01/02/2006", "1/2/2006 15:04:05",
	"1/2/2006", "02-Jan-2006", "2-Jan-2006", "Mon, 02 Jan 2006 15:04:05 -0700", "Mon Jan 02 15:04:05 -0700 2006", "2006-1-2",
}

var timeLayouts = []string{"15:04:05", "15:04", "03:04:05 PM", "03:04 PM"}

// parseAuto reads a date or timestamp without a format. A whole number counts seconds, milli-, micro- or nanoseconds
// since 1970, by its size.
func parseAuto(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range autoLayouts {
		if t, err := time.ParseInLocation(layout, text, floating); err == nil {
			return t, true
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return epoch(n), true
	}
	return time.Time{}, false
}

// epoch reads a count since 1970 whose unit shows by its size, as Snowflake guesses it.
func epoch(n int64) time.Time {
	size := max(n, -n)
	switch {
	case size < 31536000000:
		return time.Unix(n, 0).UTC()
	case size < 31536000000000:
		return time.UnixMilli(n).UTC()
	case size < 31536000000000000:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

func parseTimeOfDay(text string) (time.Time, bool) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t, true
		}
	}
	return parseAuto(text)
}

// parseMoment reads text by a Snowflake format, "" and AUTO meaning detection.
func parseMoment(text, format string) (time.Time, bool) {
	if format == "" || strings.EqualFold(format, "AUTO") {
		return parseAuto(text)
	}
	var layout strings.Builder
	parts := formatParts(format)
	for i, part := range parts {
		if part == "\x00." && i+1 < len(parts) && strings.HasPrefix(parts[i+1], "FF") {
			continue // Package time reads a fraction after the seconds that its layout does not name.
		}
		layout.WriteString(parseLayout(part))
	}
	t, err := time.ParseInLocation(layout.String(), text, floating)
	return t, err == nil
}

// parseLayout translates one element of a format.
func parseLayout(part string) string {
	if text, ok := strings.CutPrefix(part, "\x00"); ok {
		return text
	}
	if layout, ok := goLayouts[part]; ok {
		return layout
	}
	switch part {
	case "TZH":
		return "-07"
	case "TZM":
		return "00"
	case "TZD":
		return "MST"
	}
	return "" // FF
}
