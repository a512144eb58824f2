package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheSessionsTimeZoneSaysWhatAMomentWithoutZoneMeans(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		sql    string
		want   string
	}{
		"a text cast to local time": {
			"the session's clock shows it", "SELECT '2026-01-15 10:00:00'::TIMESTAMP_LTZ::VARCHAR", "2026-01-15 10:00:00.000 +0100",
		},
		"summer time": {
			"the zone has another offset in July", "SELECT '2026-07-15 10:00:00'::TIMESTAMP_LTZ::VARCHAR", "2026-07-15 10:00:00.000 +0200",
		},
		"a text with its own zone": {
			"the instant counts, shown locally", "SELECT '2026-01-15 10:00:00 +0000'::TIMESTAMP_LTZ::VARCHAR", "2026-01-15 11:00:00.000 +0100",
		},
		"local time cast to a plain timestamp": {
			"it is what the session's clock shows", "SELECT TO_TIMESTAMP_LTZ('2026-01-15 10:00:00Z')::TIMESTAMP_NTZ::VARCHAR", "2026-01-15 11:00:00.000",
		},
		"a plain timestamp cast to local time": {
			"it is read by the session's clock", "SELECT ('2026-01-15 10:00:00'::TIMESTAMP_NTZ::TIMESTAMP_LTZ = '2026-01-15 09:00:00Z'::TIMESTAMP_LTZ)::VARCHAR", "true",
		},
		"a text cast to a time with zone": {
			"the session's offset is taken", "SELECT '2026-01-15 10:00:00'::TIMESTAMP_TZ::VARCHAR", "2026-01-15 10:00:00.000 +0100",
		},
		"a text compared with local time": {
			"it is read by the session's clock", "SELECT ('2026-01-15 10:00:00' = '2026-01-15 09:00:00Z'::TIMESTAMP_LTZ)::VARCHAR", "true",
		},
		"the present moment": {
			"it is shown locally, to the millisecond", "SELECT CURRENT_TIMESTAMP()::VARCHAR", "2026-09-01 14:00:00.987 +0200",
		},
		"the present day": {
			"it is that of the session", "SELECT CURRENT_DATE()::VARCHAR || ' ' || CURRENT_TIME()::VARCHAR", "2026-09-01 14:00:00",
		},
		"the system's date": {
			"it is in UTC whatever the session says", "SELECT SYSDATE()::VARCHAR", "2026-09-01 12:00:00.987",
		},
		"a row that was stored": {
			"it is shown locally", "SELECT AT::VARCHAR FROM D.PUBLIC.T", "2026-01-15 19:00:00.000 +0100",
		},
		"hours of a stored row": {
			"they are the session's", "SELECT HOUR(AT)::VARCHAR FROM D.PUBLIC.T", "19",
		},
		"a format of the session": {
			"a cast prints by it", "SELECT '2026-01-15'::DATE::VARCHAR", "15.01.2026",
		},
		"TO_VARCHAR without a format": {
			"it prints as a cast does", "SELECT TO_VARCHAR('2026-01-15'::DATE)", "15.01.2026",
		},
	}
	w := newWorld(t, Switches{})
	*w.clock = w.clock.Add(987654321)
	w.run("CREATE DATABASE D", "USE WAREHOUSE WH", "CREATE TABLE T (AT TIMESTAMP_LTZ)",
		"INSERT INTO T VALUES ('2026-01-15 10:00:00')", // Los Angeles, as every session begins.
		"ALTER SESSION SET TIMEZONE = 'Europe/Berlin', DATE_OUTPUT_FORMAT = 'DD.MM.YYYY'")
	start := w.clock.Truncate(3600e9).Add(987654321)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			*w.clock = start.Add(-1e9)
			if got := *w.run(c.sql).Rows[0][0]; strings.ReplaceAll(got, "01.09.2026", "2026-09-01") != c.want {
				t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
			}
		})
	}
}

func TestAZoneThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	for _, zone := range []string{"Mars/Olympus", "", "Local"} {
		w.fails(1008, "TIMEZONE", "ALTER SESSION SET TIMEZONE = '"+zone+"'")
	}
	if diff := cmp.Diff([]string{"America/Los_Angeles"}, w.column("value", "SHOW PARAMETERS LIKE 'TIMEZONE'")); diff != "" {
		t.Errorf("the session's zone (-want +got):\n%s", diff)
	}
}

func TestBoundMomentsReachAsFarAsYearsDo(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, typ, text, want string
	}{
		"before 1678":       {"64 bits of nanoseconds do not reach it", "TIMESTAMP_NTZ", "-11651089790000000000", "-11651089790.000000000"},
		"after 2262":        {"nor this", "TIMESTAMP_LTZ", "253402300799999999999", "253402300799.999999999"},
		"with an offset":    {"it follows the number", "TIMESTAMP_TZ", "1000000000 1500", "1.000000000 1500"},
		"a day before 1970": {"milliseconds are rounded down", "DATE", "-1", "-1"},
		"a time of day":     {"it counts from midnight", "TIME", "3661000000001", "3661.000000001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := decodeBinding(c.typ, &c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := *encodeValue(v, strings.ToLower(c.typ)); got != c.want {
				t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
			}
		})
	}
	for _, text := range []string{"99999999999999999999999999", "x", ""} {
		if v, err := decodeBinding("TIMESTAMP_NTZ", &text); err == nil {
			t.Errorf("%q is no moment and was read as %s", text, v)
		}
	}
}

func TestConstantsAndTheirCastsAreNeverNull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	r := w.run("SELECT 1, 'x'::VARCHAR(9), NULL, NULL::NUMBER, TO_VARCHAR(1), CURRENT_DATE(), ABS(1)")
	var got []bool
	for _, c := range r.Columns {
		got = append(got, c.Nullable)
	}
	if diff := cmp.Diff([]bool{false, false, true, true, false, true, true}, got); diff != "" {
		t.Errorf("nullable (-want +got):\n%s", diff)
	}
}

func TestTheClockStandsStillWithinAStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.account.now = func() time.Time {
		*w.clock = w.clock.Add(time.Second)
		return *w.clock
	}
	if got := *w.run("SELECT CURRENT_TIMESTAMP() = CURRENT_TIMESTAMP()").Rows[0][0]; got != "1" {
		t.Errorf("two calls in one statement are equal: %s", got)
	}
}

// errorCode is the number of Snowflake's error, 0 for none.
func errorCode(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return 0
}

func TestWhatWouldChangeAnswersAndIsNotHonouredKeepsItsDefault(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, parameter, fallback, other string }{
		"the first day of the week":   {"DAYOFWEEK would differ", "WEEK_START", "0", "1"},
		"the first week of the year":  {"WEEK would differ", "WEEK_OF_YEAR_POLICY", "0", "1"},
		"what TIMESTAMP means":        {"columns would have another type", "TIMESTAMP_TYPE_MAPPING", "timestamp_ntz", "TIMESTAMP_LTZ"},
		"where names are looked for":  {"other objects would be found", "SEARCH_PATH", "$current,$public", "$current, D.S"},
		"the century of a short year": {"dates would differ", "TWO_DIGIT_CENTURY_START", "1970", "1980"},
		"how dates are read":          {"dates would differ", "DATE_INPUT_FORMAT", "AUTO", "DD.MM.YYYY"},
		"how moments are read":        {"moments would differ", "TIMESTAMP_INPUT_FORMAT", "AUTO", "DD.MM.YYYY"},
		"how times are read":          {"times would differ", "TIME_INPUT_FORMAT", "AUTO", "HH24MI"},
		"how bytes are shown":         {"cells would differ", "BINARY_OUTPUT_FORMAT", "HEX", "BASE64"},
		"how bytes are read":          {"bytes would differ", "BINARY_INPUT_FORMAT", "HEX", "BASE64"},
		"how many rows are answered":  {"rows would be missing", "ROWS_PER_RESULTSET", "0", "5"},
		"how columns are compared":    {"new columns would have a collation", "DEFAULT_DDL_COLLATION", "", "de-ci"},
		"the types that DDL prints":   {"GET_DDL would differ", "ENABLE_GET_DDL_USE_DATA_TYPE_ALIAS", "FALSE", "TRUE"},
		"DDL that does nothing":       {"it would be refused", "UNSUPPORTED_DDL_ACTION", "IGNORE", "fail"},
		"a failure in a transaction":  {"it would be rolled back", "TRANSACTION_ABORT_ON_ERROR", "false", "true"},
	}
	w := newWorld(t, Switches{})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, of := range []string{"SESSION", "ACCOUNT"} {
				w.run("ALTER " + of + " SET " + c.parameter + " = '" + c.fallback + "'")
				w.fails(2, c.parameter+" = "+c.other, "ALTER "+of+" SET QUERY_TAG = 'not set', "+c.parameter+" = '"+c.other+"'")
				w.run("ALTER " + of + " UNSET " + c.parameter)
			}
			given := map[string]string{strings.ToLower(c.parameter): c.other}
			if _, err := w.account.OpenSession(systemUser, Context{}, given); errorCode(err) != 2 {
				t.Errorf("%s: a login with it: got %v, want 000002", c.reason, err)
			}
			if _, err := w.session.Execute(t.Context(), Request{SQL: "SELECT 1", Parameters: given}); errorCode(err) != 2 {
				t.Errorf("%s: a request with it: got %v, want 000002", c.reason, err)
			}
		})
	}
	if diff := cmp.Diff([]string{""}, w.column("value", "SHOW PARAMETERS LIKE 'QUERY_TAG'")); diff != "" {
		t.Errorf("what stood beside them was set all the same (-want +got):\n%s", diff)
	}
	// What cannot change an answer is the clients' own business.
	w.run("ALTER SESSION SET USE_CACHED_RESULT = FALSE, LOCK_TIMEOUT = 5, JDBC_QUERY_RESULT_FORMAT = 'ARROW', CLIENT_PREFETCH_THREADS = 8")
}
