package snowflake

import (
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// accountScript has one object of every kind.
//
//go:embed testdata/account.sql
var accountScript string

// service is an emulated account with the objects of the script and a user who logs in with a key.
type service struct {
	*emulator.Running
	account *account.Account
	key     *rsa.PrivateKey
}

// startService starts an emulator with a user SNOWCLONE and, after it, the statements of a script.
func startService(t *testing.T, script string, change ...func(*emulator.Options)) *service {
	t.Helper()
	key := testKey(t)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	s := &service{account: account.New(account.Options{Name: "ACME"}), key: key}
	script += fmt.Sprintf(`
USE ROLE ACCOUNTADMIN;
CREATE USER SNOWCLONE DEFAULT_ROLE = CLONER RSA_PUBLIC_KEY = '%s';
GRANT ROLE CLONER TO USER SNOWCLONE;`, base64.StdEncoding.EncodeToString(public))
	if err := s.account.Load(t.Context(), "account.sql", script); err != nil {
		t.Fatal(err)
	}
	options := emulator.Options{Account: s.account, LongPoll: 2 * time.Second}
	for _, one := range change {
		one(&options)
	}
	s.Running, err = emulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("stop the emulator: %v", err)
		}
	})
	return s
}

// connection is the user's connection with role and warehouse.
func (s *service) connection(t *testing.T) Connection {
	t.Helper()
	auth, err := KeyPair(pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(s.key)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Connection{
		Account: "ACME", User: "SNOWCLONE", Role: "CLONER", Warehouse: "WH", Host: s.Host, Port: s.Port, Scheme: "http",
		Auth: auth,
	}
}

// client opens a client of a connection that was changed somehow.
func (s *service) client(t *testing.T, change func(*Connection), options ...func(*PoolsOptions)) *Client {
	t.Helper()
	connection := s.connection(t)
	change(&connection)
	client, err := newTestPools(t, options...).Client(t.Context(), "uid-1", connection)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// asIs leaves a connection as it is.
func asIs(*Connection) {}
