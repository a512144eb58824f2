package snowflake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// application names the program to the server, in its session lists.
const application = "Snowclone"

// Connection is where to log in, as whom, and with which role and warehouse. Role and Warehouse are identifiers as SQL
// writes them: bare ones fold to upper case, others stand in double quotes.
type Connection struct {
	// Account is the account identifier, such as ORG-ACCOUNT or LOCATOR.REGION.CLOUD.
	Account string
	// User may be empty for workload identity, where the token tells it.
	User string
	// Role is the one role that every session of the connection has.
	Role string
	// Warehouse may be empty: only SELECT over INFORMATION_SCHEMA and a few others need one (L2).
	Warehouse string
	// Host overrides the host that the driver makes of the account: a private link, or an emulator.
	Host string
	// Scheme is "https", or "" for it. "http" needs PoolsOptions.AllowInsecure.
	Scheme string
	// Port is 443 when zero.
	Port int
	// Auth is the credential.
	Auth Auth
}

// fingerprint tells two connections apart by everything that a session depends on.
func (c Connection) fingerprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %q %d %s", c.Account, c.User, c.Role, c.Warehouse, c.Host,
		c.Scheme, c.Port, c.Auth.fingerprint()))
	return hex.EncodeToString(sum[:])
}

// validate refuses what the driver would refuse later in less clear words, and plain HTTP unless it is allowed.
func (c Connection) validate(allowInsecure bool) error {
	switch {
	case strings.TrimSpace(c.Account) == "":
		return errors.New("the connection names no account")
	case c.Auth.method == "":
		return errors.New("the connection has no credential")
	case c.Auth.method != methodWorkloadIdentity && strings.TrimSpace(c.User) == "":
		return errors.New("the connection names no user")
	case strings.Contains(c.Host, "/"):
		return fmt.Errorf("host %q is not a plain host name", c.Host)
	case c.Port < 0 || c.Port > 65535:
		return fmt.Errorf("port %d is out of range", c.Port)
	}
	switch c.Scheme {
	case "", "https":
		return nil
	case "http":
		if allowInsecure {
			return nil
		}
		return errors.New("scheme http sends credentials in the clear and is not allowed here; use https")
	}
	return fmt.Errorf("scheme %q is neither https nor http", c.Scheme)
}

// config is the driver's configuration for one new session. Nothing of it is ever a DSN.
func (c Connection) config(o PoolsOptions, keepSession bool) (sf.Config, error) {
	timeout := o.StatementTimeout
	if keepSession {
		timeout = o.SubmitTimeout
	}
	cfg := sf.Config{
		Account: c.Account, User: c.User, Role: c.Role, Warehouse: c.Warehouse,
		Host: c.Host, Port: c.Port, Protocol: c.Scheme,
		Application:               application,
		MaxRetryCount:             o.MaxRetryCount,
		ServerSessionKeepAlive:    keepSession,
		DisableQueryContextCache:  true,
		ValidateDefaultParameters: sf.ConfigBoolTrue,
		Params:                    sessionParameters(fmt.Sprint(int(timeout.Seconds()))),
	}
	setTimeouts(&cfg, o)
	o.OCSP.configure(&cfg)
	return cfg, c.Auth.configure(&cfg)
}

// setTimeouts bounds the driver's round trips and retries; its own limits add up to two hours.
//
//nolint:staticcheck // The driver announces that timeouts will be reorganized; 2.1.0 has no others.
func setTimeouts(cfg *sf.Config, o PoolsOptions) {
	cfg.ClientTimeout = o.ClientTimeout
	cfg.RequestTimeout = o.RequestTimeout
	cfg.LoginTimeout = o.LoginTimeout
	cfg.JWTClientTimeout = min(o.ClientTimeout, o.LoginTimeout)
}

// sessionParameters are what every session needs to mean the same thing by the same statement.
func sessionParameters(timeoutSeconds string) map[string]*string {
	values := map[string]string{
		"ABORT_DETACHED_QUERY":     "false", // L5: a clone in flight outlives this process.
		"CLIENT_TELEMETRY_ENABLED": "false",
		"GO_QUERY_RESULT_FORMAT":   "JSON",
		// N5: otherwise "abc" and "ABC" are one name wherever an account has set it so.
		"QUOTED_IDENTIFIERS_IGNORE_CASE": "false",
		"STATEMENT_TIMEOUT_IN_SECONDS":   timeoutSeconds, // L4: the default is two days.
		"TIMEZONE":                       "UTC",
	}
	params := make(map[string]*string, len(values))
	for name, value := range values {
		params[name] = &value
	}
	return params
}
