package query

import (
	"fmt"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// defaultFormat is how a date, time or timestamp prints without a format of its own.
func defaultFormat(kind Kind) string {
	switch kind {
	case Date:
		return "YYYY-MM-DD"
	case Time:
		return "HH24:MI:SS"
	case TimestampNTZ:
		return "YYYY-MM-DD HH24:MI:SS.FF3"
	default:
		return "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"
	}
}

// formatElements are the elements of Snowflake's date and time formats, longest first.
var formatElements = []string{
	"HH24", "HH12", "YYYY", "MMMM", "MON", "TZH", "TZM", "TZD", "FF0", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "FF7", "FF8", "FF9",
	"HH", "MI", "MM", "SS", "FF", "YY", "DD", "DY", "AM", "PM",
}

// formatParts cuts a format into elements, in upper case, and literal text, which starts with a zero byte.
func formatParts(format string) []string {
	var parts []string
	for rest := format; rest != ""; {
		if element := leadingElement(rest); element != "" {
			parts = append(parts, element)
			rest = rest[len(element):]
			continue
		}
		if text, after, ok := strings.Cut(rest[1:], `"`); rest[0] == '"' && ok {
			parts = append(parts, "\x00"+text)
			rest = after
			continue
		}
		parts = append(parts, "\x00"+rest[:1])
		rest = rest[1:]
	}
	return parts
}

func leadingElement(s string) string {
	upper := sql.Upper(s[:min(len(s), 4)])
	for _, element := range formatElements {
		if strings.HasPrefix(upper, element) {
			return element
		}
	}
	return ""
}

// formatMoment prints a date, time or timestamp by a format.
func formatMoment(v Value, format string) string {
	if strings.EqualFold(format, "AUTO") {
		format = defaultFormat(v.kind)
	}
	t := v.Time()
	var b strings.Builder
	parts := formatParts(format)
	for i := 0; i < len(parts); i++ {
		if text, ok := strings.CutPrefix(parts[i], "\x00"); ok {
			b.WriteString(text)
			continue
		}
		if isZulu(t, parts[i:]) {
			b.WriteByte('Z')
			i++ // TZM is said with it.
			continue
		}
		b.WriteString(formatElement(t, parts[i]))
	}
	return b.String()
}

// isZulu reports whether TZHTZM comes next and the zone is UTC. It then prints as Z, as gosnowflake's own
// TestSnowflakeFormatToGoFormatIntegrationTest holds the service to.
func isZulu(t time.Time, parts []string) bool {
	_, offset := t.Zone()
	return offset == 0 && len(parts) > 1 && parts[0] == "TZH" && parts[1] == "TZM"
}

// goLayouts maps elements to the layouts of package time.
var goLayouts = map[string]string{
	"YYYY": "2006", "YY": "06", "MM": "01", "MON": "Jan", "MMMM": "January", "DD": "02", "DY": "Mon",
	"HH24": "15", "HH": "15", "HH12": "03", "MI": "04", "SS": "05", "AM": "PM", "PM": "PM",
}

func formatElement(t time.Time, element string) string {
	if layout, ok := goLayouts[element]; ok {
		return t.Format(layout)
	}
	_, offset := t.Zone()
	switch element {
	case "TZH":
		return fmt.Sprintf("%+03d", offset/3600)
	case "TZM":
		return fmt.Sprintf("%02d", max(offset, -offset)/60%60)
	case "TZD":
		return t.Format("MST")
	case "FF":
		return fmt.Sprintf("%09d", t.Nanosecond())
	}
	digits := int(element[2] - '0') // FF0 to FF9.
	return fmt.Sprintf("%09d", t.Nanosecond())[:digits]
}
