package snowflake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

func TestErrorsAreClassedByNumber(t *testing.T) {
	cases := map[string]struct {
		reason string
		err    error
		want   Class
	}{
		"nil":                        {err: nil, want: None},
		"syntax error":               {err: &Error{Number: 1003}, want: Syntax},
		"invalid identifier":         {err: &Error{Number: 904}, want: Syntax},
		"object not found":           {err: &Error{Number: 2003}, want: NotFound},
		"container not found":        {err: &Error{Number: 2043}, want: NotFound},
		"already exists":             {err: &Error{Number: 2002}, want: AlreadyExists},
		"insufficient privileges":    {err: &Error{Number: 3001}, want: Privilege},
		"bulk grant in part":         {err: &Error{Number: 3011}, want: Privilege},
		"dependent grants":           {err: &Error{Number: 3036}, want: Other},
		"canceled":                   {err: &Error{Number: 604}, want: Canceled},
		"statement timeout":          {err: &Error{Number: 630}, want: Timeout},
		"too many waiters":           {err: &Error{Number: 625}, want: ConcurrentChange},
		"data not available":         {err: &Error{Number: 707}, want: ConcurrentChange},
		"no warehouse":               {err: &Error{Number: 606}, want: Other},
		"session gone":               {err: &Error{Number: 390111}, want: SessionLost},
		"token expired":              {err: &Error{Number: 390318}, want: SessionLost},
		"token expired before login": {err: &Error{Number: 390318, login: true}, want: LoginRefused},
		"wrong password":             {err: &Error{Number: 390100, login: true}, want: LoginRefused},
		"an unknown number in login": {reason: "the login was answered, and the answer was no", err: &Error{Number: 390999, login: true}, want: LoginRefused},
		"an unknown number":          {err: &Error{Number: 123456}, want: Other},
		"a post that failed":         {err: &Error{Number: 261000}, want: Unavailable},
		"wrapped twice":              {err: fmt.Errorf("a: %w", fmt.Errorf("b: %w", &Error{Number: 2003})), want: NotFound},
		"a context's own":            {err: fmt.Errorf("a: %w", context.Canceled), want: Canceled},
		"a deadline's own":           {err: context.DeadlineExceeded, want: Timeout},
		"somebody else's":            {err: errors.New("x"), want: Other},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := ClassOf(tc.err); got != tc.want {
				t.Errorf("%s, want %s: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func TestErrorsOfTheDriverKeepTheirFields(t *testing.T) {
	err := newError(t.Context(), fmt.Errorf("wrapped: %w", &sf.SnowflakeError{
		Number: 2003, SQLState: "02000", QueryID: "01-x", Message: "Object '%v' does not exist", MessageArgs: []any{"X"},
	}))
	if got, want := err.Error(), "002003 (02000): Object 'X' does not exist"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if refused, ok := errors.AsType[*Error](err); !ok || !HasNumber(err, 2003) || refused.QueryID != "01-x" {
		t.Errorf("number or query ID lost: %#v", err)
	}
	if _, ok := errors.AsType[*sf.SnowflakeError](err); !ok {
		t.Error("the driver's error is not wrapped")
	}
	if newError(t.Context(), nil) != nil {
		t.Error("nil does not stay nil")
	}
}

func TestLongMessagesAreCutBetweenCharacters(t *testing.T) {
	for _, message := range []string{strings.Repeat("ä", 5000), strings.Repeat("x", 5000), strings.Repeat("x", maxMessage)} {
		got := cut(message)
		if len(got) > maxMessage || !utf8.ValidString(got) {
			t.Errorf("%d bytes, valid %v", len(got), utf8.ValidString(got))
		}
	}
	if got := cut("short"); got != "short" {
		t.Errorf("%q", got)
	}
}

func TestHTTPStatusesBecomeClasses(t *testing.T) {
	cases := map[string]struct {
		status int
		want   Class
	}{
		"too many requests":   {http.StatusTooManyRequests, Throttled},
		"service unavailable": {http.StatusServiceUnavailable, Unavailable},
		"forbidden":           {http.StatusForbidden, Unavailable},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.answer = func(fakeQuery) fakeReply { return fakeReply{HTTP: tc.status} }
			err := f.client(t).Exec(t.Context(), "GRANT X")
			if ClassOf(err) != tc.want {
				t.Errorf("%v of class %s, want %s", err, ClassOf(err), tc.want)
			}
		})
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	f := newFake(t)
	client := f.client(t, func(o *PoolsOptions) { o.LoginTimeout = 1 })
	f.Listener.Close()
	if err := client.Exec(t.Context(), "GRANT X"); ClassOf(err) != Unavailable {
		t.Errorf("%v of class %s, want Unavailable", err, ClassOf(err))
	}
}
