package snowflake

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

func TestLoginsToTheEmulatedAccount(t *testing.T) {
	service := startService(t, accountScript+`
USE ROLE ACCOUNTADMIN;
CREATE USER POD TYPE = SERVICE DEFAULT_ROLE = CLONER WORKLOAD_IDENTITY = (TYPE = OIDC ISSUER = 'i' SUBJECT = 's7');
GRANT ROLE CLONER TO USER POD;`)
	if err := service.account.AddToken("SNOWCLONE", "programmatic-token"); err != nil {
		t.Fatal(err)
	}
	if err := service.account.TrustToken(account.MethodOAuth, "oauth-token-1", "SNOWCLONE"); err != nil {
		t.Fatal(err)
	}
	foreign, err := KeyPair(pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey(t))), nil)
	if err != nil {
		t.Fatal(err)
	}
	path := tokenFile(t, jwt(7))
	cases := map[string]struct {
		change     func(*Connection)
		wantNumber int // 0 for success.
	}{
		"key pair":               {change: asIs},
		"programmatic token":     {change: func(c *Connection) { c.Auth = ProgrammaticAccessToken("programmatic-token") }},
		"OAuth token":            {change: func(c *Connection) { c.Auth = OAuth("oauth-token-1") }},
		"workload identity":      {change: func(c *Connection) { c.User, c.Auth = "", WorkloadIdentity(path) }},
		"a foreign key":          {change: func(c *Connection) { c.Auth = foreign }, wantNumber: 390144},
		"a foreign token":        {change: func(c *Connection) { c.Auth = OAuth("oauth-token-2") }, wantNumber: 390303},
		"a role not granted":     {change: func(c *Connection) { c.Role = "SECURITYADMIN" }, wantNumber: 390189},
		"no such role":           {change: func(c *Connection) { c.Role = "NOBODY" }, wantNumber: 390189},
		"no such warehouse":      {change: func(c *Connection) { c.Warehouse = "NOWHERE" }, wantNumber: 390201},
		"no warehouse is needed": {change: func(c *Connection) { c.Warehouse = "" }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			identity, err := service.client(t, tc.change).Probe(t.Context())
			if tc.wantNumber == 0 {
				if err != nil || identity.Role != "CLONER" {
					t.Errorf("%+v, %v", identity, err)
				}
				return
			}
			if !HasNumber(err, tc.wantNumber) || ClassOf(err) != LoginRefused {
				t.Errorf("%v of class %s, want %d and LoginRefused", err, ClassOf(err), tc.wantNumber)
			}
		})
	}
}

func TestASubmittedCloneRunsOnItsOwn(t *testing.T) {
	service := startService(t, accountScript, func(o *emulator.Options) { o.LongPoll = 200 * time.Millisecond })
	c := service.client(t, asIs)
	ctx := WithTag(t.Context(), Tag{Clone: "uid", Run: "1", Step: "CloneDatabase"})
	if err := service.SetLatency(emulator.Latency{Match: "CLONE", Delay: 500 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	statement, err := CloneDatabase{Source: "PROD", Target: "DEV", Comment: "ours"}.SQL()
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Submit(ctx, statement)
	if err != nil {
		t.Fatal(err)
	}
	status, err := c.Status(ctx, id)
	if err != nil || status.State != QueryRunning {
		t.Errorf("right after: %v, %v, want Running", status, err)
	}
	if status = waitFor(ctx, t, c, id); status.State != QuerySucceeded {
		t.Fatalf("in the end: %s, %v", status.State, status.Err)
	}
	found, err := c.FindDatabase(ctx, "DEV")
	if err != nil || found == nil || found.Comment != "ours" {
		t.Errorf("the clone: %+v, %v", found, err)
	}
	if id, err = c.Submit(ctx, statement); err != nil {
		t.Fatal(err)
	}
	if status = waitFor(ctx, t, c, id); status.State != QueryFailed || ClassOf(status.Err) != AlreadyExists {
		t.Errorf("a second time: %s, %v, want AlreadyExists", status.State, status.Err)
	}
	if status, err := c.Status(ctx, "01000000-0000-0000-0000-000000000000"); err != nil || status.State != QueryUnknown {
		t.Errorf("a query nobody sent: %v, %v, want Unknown", status, err)
	}
	if left := driverGoroutines(ctx); len(left) > 0 {
		t.Errorf("goroutines left: %s", left[0])
	}
}

func TestASubmittedStatementIsCancelled(t *testing.T) {
	service := startService(t, accountScript)
	c := service.client(t, asIs)
	if err := service.SetLatency(emulator.Latency{Match: "CLONE", Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	id, err := c.Submit(t.Context(), `CREATE DATABASE "DEV" CLONE "PROD"`)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if status := waitFor(t.Context(), t, c, id); status.State != QueryFailed || ClassOf(status.Err) != Canceled {
		t.Errorf("%s, %v, want Canceled", status.State, status.Err)
	}
	if found, err := c.FindDatabase(t.Context(), "DEV"); found != nil || err != nil {
		t.Errorf("the clone that was cancelled: %+v, %v", found, err)
	}
}

// waitFor asks until a statement has ended.
func waitFor(ctx context.Context, t *testing.T, c *Client, id string) QueryStatus {
	t.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		status, err := c.Status(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if status.State != QueryRunning {
			return status
		}
		select {
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		case <-ticker.C:
		}
	}
}

func TestEndingAContextLeavesAChangeOfTheEmulatedAccountAlone(t *testing.T) {
	service := startService(t, accountScript)
	c := service.client(t, asIs)
	if err := c.Exec(t.Context(), "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	if err := service.SetLatency(emulator.Latency{Match: "CLONE", Delay: 400 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := c.Exec(ctx, `CREATE DATABASE "DEV" CLONE "PROD"`); ClassOf(err) != Timeout {
		t.Errorf("%v, want Timeout", err)
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for range 100 {
		found, err := c.FindDatabase(t.Context(), "DEV")
		if err != nil {
			t.Fatal(err)
		}
		if found != nil {
			return
		}
		<-ticker.C
	}
	t.Error("the clone never came to be")
}

func TestRefusalsOfTheEmulatedAccountAreClassed(t *testing.T) {
	c := startService(t, accountScript).client(t, asIs)
	for statement, want := range map[string]Class{
		"CREATE DATABASE PROD":                          AlreadyExists,
		"DROP DATABASE NO_SUCH":                         NotFound,
		"SHOW TABLES IN DATABASE NO_SUCH":               NotFound,
		"FROBNICATE":                                    Syntax,
		"DROP WAREHOUSE WH":                             Privilege,
		"SELECT NO_SUCH FROM PROD.DATA.T":               Syntax,
		`CREATE DATABASE "X" CLONE "SCRATCH"`:           Other,
		fmt.Sprintf("SELECT %q FROM PROD.DATA.T", "ID"): None,
	} {
		if err := c.Exec(t.Context(), statement); ClassOf(err) != want {
			t.Errorf("%s: %v of class %s, want %s", statement, err, ClassOf(err), want)
		}
	}
}

// tokenFile writes a token to a file and returns its path.
func tokenFile(t *testing.T, token string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
