package snowflake

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	sf "github.com/snowflakedb/gosnowflake/v2"
	"github.com/youmark/pkcs8"
)

// maxToken bounds what is read of a token file.
const maxToken = 64 << 10

// Auth is how a connection proves who it is: made by KeyPair, WorkloadIdentity, OAuth or ProgrammaticAccessToken, and
// by nothing else. However it is printed, by fmt, json or slog, no secret appears. The zero value is refused.
type Auth struct {
	method method
	// reveal gives the secret. A function is the one thing that no verb of fmt looks into, not even %s where this struct
	// is an unexported field and none of its methods are called.
	reveal func() secret
}

// hide makes the credential of a secret.
func hide(m method, s secret) Auth { return Auth{method: m, reveal: func() secret { return s }} }

// method is one of the ways to log in, in Snowflake's own words.
type method string

const (
	methodKeyPair          method = "KEY_PAIR"
	methodWorkloadIdentity method = "WORKLOAD_IDENTITY"
	methodOAuth            method = "OAUTH"
	methodProgrammatic     method = "PROGRAMMATIC_ACCESS_TOKEN"
)

// secret holds what one of the methods needs.
type secret struct {
	key       *rsa.PrivateKey
	token     string
	tokenPath string
}

// KeyPair logs in with an RSA private key in PEM: PKCS#8, PKCS#8 encrypted with the passphrase, or PKCS#1. The
// passphrase is ignored where the key is not encrypted. The errors name what is wrong and never quote the key.
func KeyPair(pemText, passphrase []byte) (Auth, error) {
	block, _ := pem.Decode(pemText)
	if block == nil {
		return Auth{}, errors.New("read private key: the text is not PEM")
	}
	key, err := parseKey(block, passphrase)
	if err != nil {
		return Auth{}, err
	}
	return hide(methodKeyPair, secret{key: key}), nil
}

// parseKey reads the three forms of key that Snowflake's documentation tells people to make.
func parseKey(block *pem.Block, passphrase []byte) (*rsa.PrivateKey, error) {
	switch block.Type {
	case "ENCRYPTED PRIVATE KEY":
		if len(passphrase) == 0 {
			return nil, errors.New("read private key: the key is encrypted and no passphrase is given")
		}
		key, err := pkcs8.ParsePKCS8PrivateKeyRSA(block.Bytes, passphrase)
		if err != nil {
			return nil, errors.New("read private key: the passphrase does not open it, or it is not an RSA key")
		}
		return key, nil
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("read private key: malformed PKCS#8")
		}
		key, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("read private key: Snowflake takes RSA keys, this is %T", parsed)
		}
		return key, nil
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("read private key: malformed PKCS#1, or encrypted in the old way")
		}
		return key, nil
	}
	return nil, fmt.Errorf("read private key: PEM block %q is not a private key", block.Type)
}

// WorkloadIdentity logs in with an OpenID Connect token that is read from a file again for every new session, so that a
// projected service-account token may rotate. There is no secret to keep.
func WorkloadIdentity(tokenPath string) Auth {
	return hide(methodWorkloadIdentity, secret{tokenPath: tokenPath})
}

// OAuth logs in with an access token of an external OAuth server.
func OAuth(token string) Auth {
	return hide(methodOAuth, secret{token: strings.TrimSpace(token)})
}

// ProgrammaticAccessToken logs in with a token that Snowflake made for the user.
func ProgrammaticAccessToken(token string) Auth {
	return hide(methodProgrammatic, secret{token: strings.TrimSpace(token)})
}

// configure puts the credential into a driver configuration, reading the token file if there is one. The driver's own
// reading of token files refuses the modes that Kubernetes gives them.
func (a Auth) configure(cfg *sf.Config) error {
	switch a.method {
	case methodKeyPair:
		cfg.Authenticator, cfg.PrivateKey = sf.AuthTypeJwt, a.reveal().key
		return nil
	case methodWorkloadIdentity:
		token, err := readToken(a.reveal().tokenPath)
		cfg.Authenticator, cfg.Token = sf.AuthTypeWorkloadIdentityFederation, token
		cfg.WorkloadIdentityProvider = "OIDC"
		return err
	case methodOAuth:
		cfg.Authenticator, cfg.Token = sf.AuthTypeOAuth, a.reveal().token
	case methodProgrammatic:
		cfg.Authenticator, cfg.Token = sf.AuthTypePat, a.reveal().token
	default:
		return errors.New("the connection has no credential")
	}
	if cfg.Token == "" {
		return fmt.Errorf("the %s token is empty", a.method)
	}
	return nil
}

// readToken reads a token of bounded size from a file.
func readToken(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read workload identity token: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxToken))
	if err := errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("read workload identity token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("read workload identity token: %s is empty", path)
	}
	return token, nil
}

// fingerprint tells two credentials apart without giving them away.
func (a Auth) fingerprint() string {
	sum := sha256.New()
	sum.Write([]byte(a.method))
	if a.reveal != nil {
		hidden := a.reveal()
		sum.Write([]byte("\x00" + hidden.token + "\x00" + hidden.tokenPath + "\x00"))
		if hidden.key != nil {
			sum.Write(x509.MarshalPKCS1PrivateKey(hidden.key))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// redact takes the token out of a message, should a server ever send it back.
func (a Auth) redact(message, token string) string {
	if len(token) < 8 {
		return message
	}
	return strings.ReplaceAll(message, token, "[redacted]")
}

// String names the method and nothing else.
func (a Auth) String() string {
	if a.method == "" {
		return "auth(none)"
	}
	return "auth(" + string(a.method) + ")"
}

// GoString is String: %#v shows no secret either.
func (a Auth) GoString() string { return a.String() }

// MarshalJSON writes the method's name.
func (a Auth) MarshalJSON() ([]byte, error) { return []byte(`"` + a.String() + `"`), nil }

// LogValue logs the method's name.
func (a Auth) LogValue() slog.Value { return slog.StringValue(a.String()) }
