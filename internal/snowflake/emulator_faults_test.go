package snowflake

import (
	"net/http"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

func TestLostSessionsOfTheEmulatedAccountAreReplaced(t *testing.T) {
	cases := map[emulator.FaultKind]struct {
		reason string
		change Class
	}{
		emulator.FaultSessionExpired: {reason: "the driver renews the token", change: None},
		emulator.FaultSessionGone:    {reason: "whether the change was made is for the caller to look up", change: SessionLost},
		emulator.FaultMasterExpired:  {reason: "the same", change: SessionLost},
	}
	for kind, tc := range cases {
		t.Run(string(kind), func(t *testing.T) {
			service := startService(t, accountScript)
			c := service.client(t, asIs)
			const comment = `ALTER DATABASE "PROD" SET COMMENT = 'x'`
			for _, step := range []struct {
				what  string
				fault bool
				run   func() error
				want  Class
			}{
				{"a change that opens the session", false, func() error { return c.Exec(t.Context(), comment) }, None},
				{"a read that meets the fault", true, func() error { _, err := c.FindDatabase(t.Context(), "PROD"); return err }, None},
				{"a change that meets the fault", true, func() error { return c.Exec(t.Context(), comment) }, tc.change},
				{"the next change", false, func() error { return c.Exec(t.Context(), comment) }, None},
			} {
				if step.fault {
					if _, err := service.AddFault(emulator.Fault{Kind: kind, Times: 1}); err != nil {
						t.Fatal(err)
					}
				}
				if err := step.run(); ClassOf(err) != step.want {
					t.Errorf("%s: %v of class %s, want %s: %s", step.what, err, ClassOf(err), step.want, tc.reason)
				}
			}
		})
	}
}

func TestAnAnswerThatWasLostIsAskedForAgain(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.FaultResetAfter, emulator.FaultTruncate, emulator.FaultHTTPAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			service := startService(t, accountScript)
			c := service.client(t, asIs, func(o *PoolsOptions) { o.RequestTimeout, o.MaxRetryCount = time.Minute, 3 })
			fault := emulator.Fault{Kind: kind, Times: 1, Match: "CREATE DATABASE"}
			if _, err := service.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			if err := c.Exec(t.Context(), `CREATE DATABASE "DEV" CLONE "PROD"`); err != nil {
				t.Errorf("the driver repeats the request with its id, and the server does not run it twice: %v", err)
			}
			if found, err := c.FindDatabase(t.Context(), "DEV"); found == nil || err != nil {
				t.Errorf("the clone: %v, %v", found, err)
			}
		})
	}
}

func TestAnOutageEndsWithTheOutage(t *testing.T) {
	service := startService(t, accountScript)
	c := service.client(t, asIs)
	for _, outage := range []emulator.Outage{{Active: true}, {Active: true, Status: http.StatusTooManyRequests}, {Active: true, Reset: true}} {
		service.SetOutage(outage)
		want := Unavailable
		if outage.Status == http.StatusTooManyRequests {
			want = Throttled
		}
		if _, err := c.Probe(t.Context()); ClassOf(err) != want {
			t.Errorf("during %+v: %v of class %s, want %s", outage, err, ClassOf(err), want)
		}
		service.SetOutage(emulator.Outage{})
		if _, err := c.Probe(t.Context()); err != nil {
			t.Errorf("after %+v: %v", outage, err)
		}
	}
}

func TestALoginThatIsRefusedForAWhileIsTriedAnewEachTime(t *testing.T) {
	service := startService(t, accountScript)
	c := service.client(t, asIs)
	if _, err := service.AddFault(emulator.Fault{Kind: emulator.FaultLoginRefused, Endpoint: emulator.EndpointLogin, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Probe(t.Context()); ClassOf(err) != LoginRefused {
		t.Errorf("%v of class %s, want LoginRefused", err, ClassOf(err))
	}
	if _, err := c.Probe(t.Context()); err != nil {
		t.Errorf("a second try: %v", err)
	}
}
