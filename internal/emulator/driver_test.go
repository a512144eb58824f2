package emulator_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"crypto/rand"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// password is what the test users log in with.
const password = "correct-horse"

// TestMain keeps the driver from looking for clouds and from writing logs.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{
		"SNOWFLAKE_DISABLE_PLATFORM_DETECTION":  "true",
		"SF_TELEMETRY_DISABLE_CONNECTION_SHAPE": "true",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	if err := sf.GetLogger().SetLogLevel("off"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// service is an emulated account that listens, with what tests need to reach it.
type service struct {
	*emulator.Running

	account *account.Account
	clock   *emulator.Clock
	key     *rsa.PrivateKey
}

// testKey is the key pair of the test user; making one takes long.
var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// start serves an account with the user TESTER. Options that are not given have
// short times.
func start(t *testing.T, options emulator.Options) *service {
	t.Helper()
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if options.Clock == nil {
		options.Clock = emulator.NewClock(nil)
	}
	options.Account = account.New(account.Options{Now: options.Clock.Now})
	script := fmt.Sprintf("CREATE USER TESTER PASSWORD = '%s' RSA_PUBLIC_KEY = '%s';\nGRANT ROLE ACCOUNTADMIN TO USER TESTER;\n"+
		"CREATE WAREHOUSE TEST_WH;\n",
		password, base64.StdEncoding.EncodeToString(public))
	if err := options.Account.Load(t.Context(), "test.sql", script); err != nil {
		t.Fatal(err)
	}
	running, err := emulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	return &service{Running: running, account: options.Account, clock: options.Clock, key: key}
}

// config is a driver configuration that logs in with the password.
func (s *service) config() sf.Config {
	off := "false"
	config := sf.Config{
		Account: "emulator", User: "TESTER", Password: password,
		Protocol: "http", Host: s.Host, Port: s.Port, Role: "ACCOUNTADMIN", Warehouse: "TEST_WH", DisableOCSPChecks: true,
		Params: map[string]*string{"CLIENT_TELEMETRY_ENABLED": &off},
	}
	limit(&config, 20*time.Second, 3)
	return config
}

// limit bounds the time of the driver's requests and the number of its retries.
func limit(config *sf.Config, timeout time.Duration, retries int) {
	config.MaxRetryCount = retries
	config.ClientTimeout = timeout  //nolint:staticcheck // deprecated, and the only way to say it
	config.LoginTimeout = timeout   //nolint:staticcheck // deprecated, and the only way to say it
	config.RequestTimeout = timeout //nolint:staticcheck // deprecated, and the only way to say it
}

// open returns a pool of connections for the configuration. Connections that
// are open at the end of the test are closed.
func open(t *testing.T, config sf.Config) *sql.DB {
	t.Helper()
	db := sql.OpenDB(sf.NewConnector(sf.SnowflakeDriver{}, config))
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the pool: %v", err)
		}
	})
	return db
}

// pool returns a pool with the password login.
func (s *service) pool(t *testing.T) *sql.DB {
	t.Helper()
	return open(t, s.config())
}

// exec runs a statement that must succeed.
func exec(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// scalar runs a query that must return one cell.
func scalar(ctx context.Context, t *testing.T, db *sql.DB, text string) string {
	t.Helper()
	var cell string
	if err := db.QueryRowContext(ctx, text).Scan(&cell); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return cell
}

// submit runs a statement asynchronously and returns its query id. The driver's
// result is drained in the background, as its goroutine would not end without.
func submit(t *testing.T, db *sql.DB, text string) string {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ids := make(chan string, 1)
	ctx := sf.WithQueryIDChan(sf.WithAsyncMode(t.Context()), ids)
	err = conn.Raw(func(raw any) error {
		result, err := raw.(driver.ExecerContext).ExecContext(ctx, text, nil)
		if err != nil {
			return err
		}
		go func() { _, _ = result.RowsAffected() }()
		return nil
	})
	if err != nil {
		t.Fatalf("submit %s: %v", text, err)
	}
	return <-ids
}

// status asks for the status of a statement by its id.
func status(t *testing.T, db *sql.DB, id string) error {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(func(raw any) error {
		_, err := raw.(sf.SnowflakeConnection).GetQueryStatus(t.Context(), id)
		return err
	})
}

// number is the Snowflake error number of an error, 0 when it has none.
func number(err error) int {
	if known, ok := errors.AsType[*sf.SnowflakeError](err); ok {
		return known.Number
	}
	return 0
}

// executions counts the statements of that text that reached the account.
func (s *service) executions(text string) int {
	count := 0
	for _, entry := range s.Statements(0) {
		if entry.SQL == text && entry.Executed {
			count++
		}
	}
	return count
}

// hold sets up a gate and releases it at the end of the test at the latest.
func (s *service) hold(t *testing.T, moment emulator.Moment, match string) *emulator.Gate {
	t.Helper()
	gate, err := s.Hold(moment, match)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(gate.Release)
	return gate
}

// fault adds a fault that must be valid.
func (s *service) fault(t *testing.T, f emulator.Fault) {
	t.Helper()
	if _, err := s.AddFault(f); err != nil {
		t.Fatal(err)
	}
}
