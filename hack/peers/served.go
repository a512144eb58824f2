package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// What account.sql creates for the clients.
const (
	accountName = "PEERS"
	user        = "PEER"
	password    = "peer-password"
)

//go:embed account.sql
var accountScript string

// served is an emulated account with one user, who may log in by password and by key pair.
type served struct {
	*emulator.Running

	// folder is scratch, and removed at the end.
	folder string
	// keyFile holds the user's private key, PKCS#8 in PEM.
	keyFile string
}

// hurried is a clock on which every wait is shorter than it says, so that statements which wait half a minute on purpose
// take a second. The time of day is right.
type hurried struct{}

// hurry is how many times shorter waits are.
const hurry = 20

// Now is the present moment.
func (hurried) Now() time.Time { return time.Now() }

// After delivers when a part of d has passed.
func (hurried) After(d time.Duration) <-chan time.Time { return time.After(d / hurry) }

// serve starts an account, whose waits a nil time source does not shorten. The caller must close it.
func serve(ctx context.Context, folder string, source emulator.TimeSource) (*served, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for the account: %w", err)
	}
	keyFile := filepath.Join(folder, "key.pem")
	public, err := writeKey(keyFile)
	if err != nil {
		return nil, err
	}
	clock := emulator.NewClock(source)
	judged := account.New(account.Options{Name: accountName, Now: clock.Now})
	script := accountScript + "ALTER USER " + user + " SET RSA_PUBLIC_KEY = '" + public + "';\n"
	if err := judged.Load(ctx, "account.sql", script); err != nil {
		return nil, fmt.Errorf("prepare the account: %w", err)
	}
	running, err := emulator.Start(emulator.Options{Account: judged, Clock: clock})
	if err != nil {
		return nil, fmt.Errorf("serve the account: %w", err)
	}
	return &served{running, folder, keyFile}, nil
}

// writeKey makes a key pair, writes the private key to the file and returns the public one as ALTER USER takes it.
func writeKey(file string) (public string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("encode the private key: %w", err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		return "", fmt.Errorf("write the private key: %w", err)
	}
	encoded, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", fmt.Errorf("encode the public key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(encoded), nil
}

// environment tells a client where the account is, in the words of gosnowflake's tests.
func (s *served) environment(more ...string) []string {
	return append(os.Environ(), append([]string{
		"SNOWFLAKE_TEST_ACCOUNT=" + accountName,
		"SNOWFLAKE_TEST_USER=" + user,
		"SNOWFLAKE_TEST_PASSWORD=" + password,
		"SNOWFLAKE_TEST_PRIVATE_KEY=" + s.keyFile,
		"SNOWFLAKE_TEST_HOST=" + s.Host,
		"SNOWFLAKE_TEST_PORT=" + strconv.Itoa(s.Port),
		"SNOWFLAKE_TEST_PROTOCOL=http",
		"SNOWFLAKE_TEST_DATABASE=PEER_DB",
		"SNOWFLAKE_TEST_SCHEMA=PUBLIC",
		"SNOWFLAKE_TEST_WAREHOUSE=PEER_WH",
		"SNOWFLAKE_TEST_ROLE=PEER_ROLE",
	}, more...)...)
}

// killDelay is how long a client may take to end when it is asked to.
const killDelay = 5 * time.Second

// command is a program that ends, with all that it started, when ctx does.
func command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = killDelay
	return cmd
}
