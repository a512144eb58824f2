package snowflake

import (
	"cmp"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// OCSP is whether and how strictly the driver asks if the server's certificate was revoked.
type OCSP int

const (
	// OCSPFailOpen asks, and goes on when nobody answers. The default, as the driver's.
	OCSPFailOpen OCSP = iota
	// OCSPFailClosed asks, and refuses the connection when nobody answers.
	OCSPFailClosed
	// OCSPOff does not ask.
	OCSPOff
)

func (o OCSP) configure(cfg *sf.Config) {
	switch o {
	case OCSPOff:
		cfg.DisableOCSPChecks = true
	case OCSPFailClosed:
		cfg.OCSPFailOpen = sf.OCSPFailOpenFalse
	case OCSPFailOpen:
		cfg.OCSPFailOpen = sf.OCSPFailOpenTrue
	}
}

// PoolsOptions are the settings shared by all pools. The zero value is fit for production.
type PoolsOptions struct {
	// AllowInsecure admits connections over plain HTTP: emulators only.
	AllowInsecure bool
	// OCSP is the check for revoked certificates.
	OCSP OCSP
	// MaxOpenConns bounds the sessions of one connection that run statements; 16 when zero.
	MaxOpenConns int
	// ClientTimeout bounds one HTTP round trip; 75 s when zero. It must exceed the 45 s for which the server holds back
	// the answer to a long statement.
	ClientTimeout time.Duration
	// RequestTimeout bounds the driver's sleeping between retries of one request; 60 s when zero.
	RequestTimeout time.Duration
	// LoginTimeout is the same for logins; 60 s when zero.
	LoginTimeout time.Duration
	// MaxRetryCount is how often the driver sends a request again; 3 when zero.
	MaxRetryCount int
	// StatementTimeout is the server's limit for a synchronous statement; an hour when zero.
	StatementTimeout time.Duration
	// SubmitTimeout is the server's limit for a submitted statement; a day when zero, as hybrid tables are copied.
	SubmitTimeout time.Duration
	// Grace is how long a call whose context has ended still waits for the answer of a statement that is under way;
	// 2 s when zero. A statement that changes something is left to finish at the server.
	Grace time.Duration
	// ConnMaxLifetime ends sessions well before their master token does (four hours, L8); 45 min when zero.
	ConnMaxLifetime time.Duration
	// ConnMaxIdleTime closes idle sessions; 10 min when zero.
	ConnMaxIdleTime time.Duration
	// IdlePools closes the pools of connections not used for so long; 30 min when zero.
	IdlePools time.Duration
	// ShowLimit is the most rows that one SHOW returns (S3); 10,000 when zero. Tests lower it.
	ShowLimit int
	// Observe, when set, is called once for each login and statement, from any goroutine. It must not block.
	Observe func(StatementEvent)
	// Now is the clock, for tests.
	Now func() time.Time
}

// withDefaults fills in every setting that is zero.
func (o PoolsOptions) withDefaults() PoolsOptions {
	o.MaxOpenConns = cmp.Or(o.MaxOpenConns, 16)
	o.ClientTimeout = cmp.Or(o.ClientTimeout, 75*time.Second)
	o.RequestTimeout = cmp.Or(o.RequestTimeout, time.Minute)
	o.LoginTimeout = cmp.Or(o.LoginTimeout, time.Minute)
	o.MaxRetryCount = cmp.Or(o.MaxRetryCount, 3)
	o.StatementTimeout = cmp.Or(o.StatementTimeout, time.Hour)
	o.SubmitTimeout = cmp.Or(o.SubmitTimeout, 24*time.Hour)
	o.Grace = cmp.Or(o.Grace, 2*time.Second)
	o.ConnMaxLifetime = cmp.Or(o.ConnMaxLifetime, 45*time.Minute)
	o.ConnMaxIdleTime = cmp.Or(o.ConnMaxIdleTime, 10*time.Minute)
	o.IdlePools = cmp.Or(o.IdlePools, 30*time.Minute)
	o.ShowLimit = cmp.Or(o.ShowLimit, 10_000)
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // The one place where the real clock comes in.
	}
	if o.Observe == nil {
		o.Observe = func(StatementEvent) {}
	}
	return o
}

// StatementClass is the kind of work an event reports.
type StatementClass string

// The classes of work.
const (
	// ClassLogin opened a session.
	ClassLogin StatementClass = "Login"
	// ClassRead only looked: SELECT, SHOW, DESCRIBE.
	ClassRead StatementClass = "Read"
	// ClassChange may have changed something, and its answer was waited for.
	ClassChange StatementClass = "Change"
	// ClassSubmit handed over a statement whose end is asked for later.
	ClassSubmit StatementClass = "Submit"
	// ClassStatus asked after, or cancelled, a submitted statement.
	ClassStatus StatementClass = "Status"
)

// StatementEvent is one login or statement, for counting.
type StatementEvent struct {
	// Connection is the key under which the pool was asked for.
	Connection string
	Class      StatementClass
	// Word is the statement's first word in upper case: SHOW, GRANT, CREATE. Empty for logins.
	Word string
	// Duration runs from the call to its answer, waiting for a free session included.
	Duration time.Duration
	// Err is the class of the error; None for success.
	Err Class
}
