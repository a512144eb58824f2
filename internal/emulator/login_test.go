package emulator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// identityToken is an unsigned web token; who signs it is not checked.
func identityToken(issuer, subject string) string {
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return encode(`{"alg":"RS256","typ":"JWT"}`) + "." +
		encode(`{"iss":"`+issuer+`","sub":"`+subject+`"}`) + "." + encode("signature")
}

func TestADriverLogsInByEveryMethodThatTheOperatorOffers(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	trusted := identityToken("https://issuer.example", "system:serviceaccount:a:b")
	for _, err := range []error{
		s.account.AddToken("TESTER", "pat-secret"),
		s.account.TrustToken(account.MethodOAuth, "oauth-token", "TESTER"),
		s.account.TrustToken(account.MethodWorkloadIdentity, trusted, "TESTER"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		reason string
		login  func(*sf.Config)
		want   int
	}{
		"right password": {
			reason: "the user has this password",
			login:  func(*sf.Config) {},
		},
		"wrong password": {
			reason: "390100 is Snowflake's number for it",
			login:  func(c *sf.Config) { c.Password = "wrong" },
			want:   390100,
		},
		"unknown user": {
			reason: "it cannot be told from a wrong password",
			login:  func(c *sf.Config) { c.User = "NOBODY" },
			want:   390100,
		},
		"key pair": {
			reason: "the token is signed by the user's key",
			login:  func(c *sf.Config) { c.Authenticator, c.PrivateKey = sf.AuthTypeJwt, s.key },
		},
		"foreign key pair": {
			reason: "the signature and the fingerprint are those of another key",
			login:  func(c *sf.Config) { c.Authenticator, c.PrivateKey = sf.AuthTypeJwt, stranger },
			want:   390144,
		},
		"programmatic access token": {
			reason: "the user has this token",
			login:  func(c *sf.Config) { c.Authenticator, c.Token = sf.AuthTypePat, "pat-secret" },
		},
		"unknown programmatic access token": {
			reason: "nobody has this token",
			login:  func(c *sf.Config) { c.Authenticator, c.Token = sf.AuthTypePat, "other" },
			want:   394400,
		},
		"OAuth token": {
			reason: "the account trusts it",
			login:  func(c *sf.Config) { c.Authenticator, c.Token = sf.AuthTypeOAuth, "oauth-token" },
		},
		"unknown OAuth token": {
			reason: "390303 is Snowflake's number for it",
			login:  func(c *sf.Config) { c.Authenticator, c.Token = sf.AuthTypeOAuth, "other" },
			want:   390303,
		},
		"workload identity": {
			reason: "the account trusts this service account",
			login: func(c *sf.Config) {
				c.Authenticator, c.WorkloadIdentityProvider, c.Token = sf.AuthTypeWorkloadIdentityFederation, "OIDC", trusted
			},
		},
		"foreign workload identity": {
			reason: "no user has this issuer and subject",
			login: func(c *sf.Config) {
				c.Authenticator, c.WorkloadIdentityProvider = sf.AuthTypeWorkloadIdentityFederation, "OIDC"
				c.Token = identityToken("https://issuer.example", "somebody")
			},
			want: 390303,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := s.config()
			c.login(&config)
			err := open(t, config).PingContext(t.Context())
			if diff := cmp.Diff(c.want, number(err)); diff != "" || (c.want == 0 && err != nil) {
				t.Errorf("%s: %v (-want +got)\n%s", c.reason, err, diff)
			}
		})
	}
}

func TestAKeyPairLoginIsRefusedWhenTheClocksStandApart(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.clock.SetOffset(time.Hour)
	config := s.config()
	config.Authenticator, config.PrivateKey = sf.AuthTypeJwt, s.key
	if err := open(t, config).PingContext(t.Context()); number(err) != 390144 {
		t.Errorf("login with an hour of skew: got %v, want 390144", err)
	}
}

func TestALoginCanBeRefusedByAFault(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	s.fault(t, emulator.Fault{Kind: emulator.FaultLoginRefused, Match: "TESTER", Times: 1})
	db := s.pool(t)
	if err := db.PingContext(t.Context()); number(err) != 390100 {
		t.Errorf("first login: got %v, want 390100", err)
	}
	if err := db.PingContext(t.Context()); err != nil {
		t.Errorf("second login: %v", err)
	}
}

func TestASessionTokenThatExpiredIsRenewedUnnoticed(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	db.SetMaxOpenConns(1)
	scalar(t.Context(), t, db, "SELECT 1")
	s.clock.SetOffset(time.Hour + time.Minute)
	scalar(t.Context(), t, db, "SELECT 1")
	s.clock.SetOffset(5 * time.Hour)
	scalar(t.Context(), t, db, "SELECT 1")
	sessions := map[int64]bool{}
	for _, entry := range s.Statements(0) {
		sessions[entry.SessionID] = true
	}
	if len(sessions) != 1 {
		t.Errorf("statements ran in %d sessions, want 1", len(sessions))
	}
}

func TestASessionEndsWhenItsMasterTokenExpires(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	db := s.pool(t)
	db.SetMaxOpenConns(1)
	scalar(t.Context(), t, db, "SELECT 1")
	s.clock.SetOffset(5 * time.Hour)
	if err := db.PingContext(t.Context()); number(err) != 390114 {
		t.Errorf("after five idle hours: got %v, want 390114", err)
	}
}

func TestASessionCanBeLost(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		kind   emulator.FaultKind
		want   int
	}{
		"token expired":  {reason: "the driver renews it", kind: emulator.FaultSessionExpired, want: 0},
		"session gone":   {reason: "the driver does not log in again", kind: emulator.FaultSessionGone, want: 390111},
		"master expired": {reason: "the renewal is refused", kind: emulator.FaultMasterExpired, want: 390114},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Options{})
			db := s.pool(t)
			db.SetMaxOpenConns(1)
			scalar(t.Context(), t, db, "SELECT 1")
			s.fault(t, emulator.Fault{Kind: c.kind, Times: 1})
			for range 2 {
				err := db.PingContext(t.Context())
				if number(err) != c.want || (c.want == 0 && err != nil) {
					t.Errorf("%s: got %v, want %d", c.reason, err, c.want)
				}
			}
		})
	}
}
