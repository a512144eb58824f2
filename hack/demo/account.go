package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// productionScript builds the account; see the folder generate.
//
//go:embed production.sql
var productionScript string

// The databases of the demo.
const (
	sourceDatabase = "PRODUCTION_DB"
	targetDatabase = "DEV_CUSTOMER360_DB"
	shortDatabase  = "DEV_SHORTLIVED_DB"
)

// accountName is what the emulated account calls itself.
const accountName = "retail-demo"

// account is the emulated account and how to log in to it.
type account struct {
	host  string
	port  int
	pools *snowflake.Pools
	// operator and analyst are sessions of the two users that the demo plays.
	operator, analyst *snowflake.Client
	// secret is the operator's private key, for the Kubernetes Secret. It is never written to a file.
	secret []byte
	// fingerprint is that of the source before anything was done.
	fingerprint string
}

// startAccount starts the emulator with the production account and logs in to it.
func (d *demo) startAccount() error {
	operatorKey, operatorPublic, err := newKey()
	if err != nil {
		return err
	}
	analystKey, analystPublic, err := newKey()
	if err != nil {
		return err
	}
	users := fmt.Sprintf("ALTER USER SNOWCLONE SET RSA_PUBLIC_KEY = '%s';\nALTER USER ANALYST SET RSA_PUBLIC_KEY = '%s';\n",
		operatorPublic, analystPublic)
	address, err := d.startEmulator(users)
	if err != nil {
		return err
	}
	d.account, err = newAccount(address)
	if err != nil {
		return err
	}
	d.account.secret = operatorKey
	if err := d.account.logIn(d.ctx, operatorKey, analystKey); err != nil {
		return err
	}
	if d.account.fingerprint, err = d.account.readFingerprint(d.ctx); err != nil {
		return err
	}
	d.console.note("snowflake-emulator at %s", address)
	return d.describeSource()
}

// startEmulator runs the emulator with the account's script and one that says how users log in, and returns its address.
func (d *demo) startEmulator(users string) (string, error) {
	scripts := map[string]string{"production.sql": productionScript, "users.sql": users}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("write the account's scripts: %w", err)
		}
	}
	addressFile := filepath.Join(d.dir, "emulator.address")
	_, err := d.processes.start("snowflake-emulator", exec.Command( //nolint:noctx // Stopped by processes.stop.
		filepath.Join(d.options.bin, "snowflake-emulator"),
		"--script", filepath.Join(d.dir, "production.sql"),
		"--script", filepath.Join(d.dir, "users.sql"),
		"--listen", "127.0.0.1:0",
		"--address-file", addressFile,
		"--account", accountName,
		"--latency", d.options.latency.String(),
	))
	if err != nil {
		return "", err
	}
	var address string
	err = waitFor(d.ctx, func(context.Context) (bool, error) {
		text, err := os.ReadFile(addressFile)
		address = strings.TrimSpace(string(text))
		return err == nil && address != "", nil // It is not there yet.
	})
	if err != nil {
		return "", fmt.Errorf("wait for the emulator: %w", err)
	}
	return strings.TrimPrefix(address, "http://"), nil
}

// newAccount splits the address and prepares sessions over plain HTTP.
func newAccount(address string) (*account, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read the emulator's address: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("read the emulator's port: %w", err)
	}
	return &account{host: host, port: port, pools: snowflake.NewPools(snowflake.PoolsOptions{AllowInsecure: true})}, nil
}

// logIn opens the sessions over the real driver.
func (a *account) logIn(ctx context.Context, operatorKey, analystKey []byte) error {
	var err error
	if a.operator, err = a.client(ctx, "SNOWCLONE", "SNOWCLONE_OPERATOR", "SNOWCLONE_WH", operatorKey); err != nil {
		return err
	}
	a.analyst, err = a.client(ctx, "ANALYST", "DATA_ANALYST_ROLE", "ANALYST_WH", analystKey)
	return err
}

// client opens sessions of one user with one role.
func (a *account) client(ctx context.Context, user, role, warehouse string, key []byte) (*snowflake.Client, error) {
	auth, err := snowflake.KeyPair(key, nil)
	if err != nil {
		return nil, fmt.Errorf("read the key of %s: %w", user, err)
	}
	return a.pools.Client(ctx, user, snowflake.Connection{
		Account: accountName, User: user, Role: role, Warehouse: warehouse,
		Host: a.host, Port: a.port, Scheme: "http", Auth: auth,
	})
}

// newKey makes a key pair: the private key as PEM, the public one as Snowflake wants it.
func newKey() (private []byte, public string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, "", fmt.Errorf("make a key: %w", err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, "", fmt.Errorf("encode a private key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, "", fmt.Errorf("encode a public key: %w", err)
	}
	private = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
	return private, base64.StdEncoding.EncodeToString(der), nil
}

// readFingerprint asks the emulator for a hash of everything that belongs to the source.
func (a *account) readFingerprint(ctx context.Context) (string, error) {
	var fingerprint string
	if err := a.ask(ctx, "fingerprint", sourceDatabase, &fingerprint); err != nil {
		return "", fmt.Errorf("read the fingerprint of %s: %w", sourceDatabase, err)
	}
	return fingerprint, nil
}

// unresolved is a name in the code of an object that leads nowhere.
type unresolved struct{ Kind, Object, Part, Message string }

// inClone tells findings of the source and of the clone that are the same.
func (u unresolved) inClone() string {
	return u.Kind + " " + strings.Replace(u.Object, sourceDatabase+".", targetDatabase+".", 1) + " " + u.Part
}

// compileAll lets the emulator compile all code in a database, as the roles that would run it.
func (a *account) compileAll(ctx context.Context, database string) ([]unresolved, error) {
	var found []unresolved
	if err := a.ask(ctx, "unresolved", database, &found); err != nil {
		return nil, fmt.Errorf("compile the code of %s: %w", database, err)
	}
	return found, nil
}

// address is the emulator's, as host:port.
func (a *account) address() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

// ask asks the emulator's admin API about a database.
func (a *account) ask(ctx context.Context, what, database string, answer any) error {
	address := url.URL{
		Scheme: "http", Host: a.address(), Path: "/admin/" + what,
		RawQuery: url.Values{"database": {database}}.Encode(),
	}
	body, err := get(ctx, address.String())
	if err != nil {
		return err
	}
	return json.Unmarshal(body, answer)
}

// get reads a page of one of the demo's programs.
func get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(body))
	}
	return body, err
}

// waitForOK waits until a page answers.
func waitForOK(ctx context.Context, address string) error {
	return waitFor(ctx, func(ctx context.Context) (bool, error) {
		_, err := get(ctx, address)
		return err == nil, nil // It does not answer yet.
	})
}

// waitFor asks again and again until done says yes, for half a minute at most.
func waitFor(ctx context.Context, done func(context.Context) (bool, error)) error {
	const every, most = 50 * time.Millisecond, 30 * time.Second
	return wait.PollUntilContextTimeout(ctx, every, most, true, done)
}

// freeAddress finds a port of the loopback interface that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
