package snowflake

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"
)

// testKey makes a key; small, as nobody attacks it.
func testKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestKeyPairReadsWhatPeopleHave(t *testing.T) {
	key := testKey(t)
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	locked, err := pkcs8.MarshalPrivateKey(key, []byte("open sesame"), pkcs8.DefaultOpts)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		pem        []byte
		passphrase string
		want       string // Part of the error; "" for success.
	}{
		"PKCS#8":                                 {pem: pemOf("PRIVATE KEY", plain)},
		"PKCS#8 with a needless passphrase":      {pem: pemOf("PRIVATE KEY", plain), passphrase: "x"},
		"PKCS#1":                                 {pem: pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))},
		"encrypted PKCS#8":                       {pem: pemOf("ENCRYPTED PRIVATE KEY", locked), passphrase: "open sesame"},
		"encrypted PKCS#8, wrong passphrase":     {pem: pemOf("ENCRYPTED PRIVATE KEY", locked), passphrase: "x", want: "passphrase does not open"},
		"encrypted PKCS#8, no passphrase":        {pem: pemOf("ENCRYPTED PRIVATE KEY", locked), want: "no passphrase is given"},
		"a public key":                           {pem: pemOf("PUBLIC KEY", plain), want: "is not a private key"},
		"garbage in PEM":                         {pem: pemOf("PRIVATE KEY", []byte("x")), want: "malformed PKCS#8"},
		"garbage":                                {pem: []byte("secret"), want: "not PEM"},
		"an old PKCS#1 that is itself not a key": {pem: pemOf("RSA PRIVATE KEY", []byte("x")), want: "malformed PKCS#1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			auth, err := KeyPair(tc.pem, []byte(tc.passphrase))
			if tc.want == "" {
				if err != nil || !auth.reveal().key.Equal(key) {
					t.Errorf("key %v, %v", auth, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one about %q", err, tc.want)
			}
		})
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	const token = "tok-S3CR3T-en"
	key, err := KeyPair(pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey(t))), nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{token, base64.StdEncoding.EncodeToString([]byte(token)), key.reveal().key.D.String()[:40],
		fmt.Sprintf("%x", token)}
	for _, auth := range []Auth{OAuth(token), ProgrammaticAccessToken(token), key} {
		connection := Connection{Account: "ACME", User: "U", Auth: auth}
		hidden := struct{ inner Connection }{connection}
		var text bytes.Buffer
		for _, value := range []any{auth, &auth, connection, &connection, hidden, &hidden, connector{connection: connection}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
				fmt.Fprintf(&text, verb+"\n", value)
			}
			if err := json.NewEncoder(&text).Encode(value); err != nil {
				t.Fatal(err)
			}
			for _, handler := range []slog.Handler{slog.NewJSONHandler(&text, nil), slog.NewTextHandler(&text, nil)} {
				slog.New(handler).Info("x", "value", value)
			}
		}
		for _, secret := range secrets {
			if strings.Contains(text.String(), secret) {
				t.Errorf("%s prints its secret:\n%s", auth, text.String())
			}
		}
	}
}

func TestTheTokenOfARefusedLoginIsNotInTheError(t *testing.T) {
	f := newFake(t)
	f.refuseLogin = "390303"
	err := f.client(t).Exec(t.Context(), "GRANT X")
	if ClassOf(err) != LoginRefused || !HasNumber(err, 390303) {
		t.Fatalf("%v of class %s, want LoginRefused", err, ClassOf(err))
	}
	if strings.Contains(err.Error(), "a-token-of-some-length") || !strings.Contains(err.Error(), "[redacted]") {
		t.Errorf("the error quotes the token: %v", err)
	}
}

func TestAWorkloadIdentityTokenIsReadAgainForEachSession(t *testing.T) {
	f := newFake(t)
	path := filepath.Join(t.TempDir(), "token")
	connection := f.connection(t)
	connection.User, connection.Auth = "", WorkloadIdentity(path)
	client, err := newTestPools(t, func(o *PoolsOptions) { o.MaxOpenConns = 1 }).Client(t.Context(), "uid-1", connection)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(t.Context(), "GRANT X"); ClassOf(err) != LoginRefused {
		t.Errorf("without a token file: %v", err)
	}
	f.answer = func(q fakeQuery) fakeReply {
		if strings.Contains(q.Token, `"session-1"`) {
			return fakeReply{Code: "390111", Message: "gone"}
		}
		return oneRow("status", "done")
	}
	for i := range 2 {
		if err := os.WriteFile(path, []byte(jwt(i)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		err := client.Exec(t.Context(), "GRANT X")
		if want := []Class{SessionLost, None}[i]; ClassOf(err) != want {
			t.Fatalf("statement %d: %v, want %s", i, err, want)
		}
	}
	logins, _ := f.snapshot()
	for i, login := range logins {
		if login.Data["TOKEN"] != jwt(i) || login.Data["PROVIDER"] != "OIDC" {
			t.Errorf("login %d with %v, want the token of the moment", i, login.Data)
		}
	}
	if len(logins) != 2 {
		t.Errorf("%d logins, want 2", len(logins))
	}
}

// jwt is an unsigned token: the driver only looks at the subject and the issuer.
func jwt(n int) string {
	part := func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte(v)) }
	return part(`{"alg":"none"}`) + "." + part(fmt.Sprintf(`{"iss":"i","sub":"s%d"}`, n)) + "."
}

func TestEachMethodLogsInInItsOwnWay(t *testing.T) {
	key, err := KeyPair(pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey(t))), nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, auth := range map[string]Auth{
		"SNOWFLAKE_JWT": key, "OAUTH": OAuth("token-token"), "PROGRAMMATIC_ACCESS_TOKEN": ProgrammaticAccessToken("token-token"),
	} {
		t.Run(want, func(t *testing.T) {
			f := newFake(t)
			connection := f.connection(t)
			connection.Auth = auth
			client, err := newTestPools(t).Client(t.Context(), "uid-1", connection)
			if err != nil {
				t.Fatal(err)
			}
			if err := client.Exec(context.WithoutCancel(t.Context()), "GRANT X"); err != nil {
				t.Fatal(err)
			}
			if logins, _ := f.snapshot(); logins[0].Data["AUTHENTICATOR"] != want {
				t.Errorf("login %v, want %s", logins[0].Data, want)
			}
		})
	}
}
