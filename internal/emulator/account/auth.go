package account

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// trustedToken is a token that was declared good by TrustToken.
type trustedToken struct{ method, token string }

// jwtLeeway is how old a key-pair token may be when it arrives, and how far
// the two clocks may stand apart.
const jwtLeeway = 60 * time.Second

// Login errors.
func errBadPassword() *Error {
	return &Error{Code: 390100, State: "08004", Message: "Incorrect username or password was specified."}
}

func errBadJWT() *Error {
	return &Error{Code: 390144, State: "08004", Message: fmt.Sprintf("JWT token is invalid. [%s]", newUUID())}
}

func errBadToken() *Error {
	return &Error{Code: 390303, State: "08004", Message: "Invalid OAuth access token."}
}

func errBadAccessToken() *Error {
	return &Error{Code: 394400, State: "08004", Message: "Programmatic access token is invalid."}
}

func errDisabled() *Error {
	return &Error{
		Code: 390101, State: "08004",
		Message: "User access disabled. Contact your local system administrator.",
	}
}

// Authenticate checks credentials at the moment now and returns the name of
// the user whom they prove. The error is an *Error: 390100 for a password,
// 390144 for a key-pair token, 390303 for OAuth and workload identity, 394400
// for a programmatic access token, 390101 for a disabled user.
func (a *Account) Authenticate(c Credentials, now time.Time) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	user, err := a.authenticate(c, now)
	if err != nil {
		return "", err
	}
	if user.detail.(*userDetail).disabled {
		return "", errDisabled()
	}
	return user.name, nil
}

// authenticate picks the check for the method.
func (a *Account) authenticate(c Credentials, now time.Time) (*object, error) {
	switch c.Method {
	case MethodPassword:
		return a.byPassword(c)
	case MethodKeyPair:
		return a.byKeyPair(c, now)
	case MethodAccessToken:
		return a.byAccessToken(c)
	case MethodOAuth:
		return a.byTrust(c)
	case MethodWorkloadIdentity:
		return a.byWorkloadIdentity(c)
	}
	return nil, errBadPassword()
}

// userByLogin finds a user by login name, which case does not matter for.
func (a *Account) userByLogin(login string) *object {
	login = sql.Upper(login)
	for _, u := range a.root.ofKind(kindUser) {
		d := u.detail.(*userDetail)
		if sql.Upper(d.login) == login || d.login == "" && sql.Upper(u.name) == login {
			return u
		}
	}
	return nil
}

// byPassword checks a password.
func (a *Account) byPassword(c Credentials) (*object, error) {
	user := a.userByLogin(c.User)
	if user == nil {
		return nil, errBadPassword()
	}
	want := user.detail.(*userDetail).password
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(c.Password)) != 1 {
		return nil, errBadPassword()
	}
	return user, nil
}

// byAccessToken finds the user of a programmatic access token.
func (a *Account) byAccessToken(c Credentials) (*object, error) {
	for _, u := range a.root.ofKind(kindUser) {
		if _, ok := u.detail.(*userDetail).tokens[c.Token]; ok && c.Token != "" {
			return u, nil
		}
	}
	return nil, errBadAccessToken()
}

// byTrust finds the user of a token given to TrustToken.
func (a *Account) byTrust(c Credentials) (*object, error) {
	name, ok := a.trusted[trustedToken{c.Method, c.Token}]
	if !ok {
		return nil, errBadToken()
	}
	user := a.root.lookup(kindUser, name, 0)
	if user == nil {
		return nil, errBadToken()
	}
	return user, nil
}

// byWorkloadIdentity matches the issuer and subject of a token with those of a
// user. The signature is not checked: the emulator knows no issuer's keys.
func (a *Account) byWorkloadIdentity(c Credentials) (*object, error) {
	if user, err := a.byTrust(c); err == nil {
		return user, nil
	}
	token, err := parseJWT(c.Token)
	if err != nil {
		return nil, errBadToken()
	}
	for _, u := range a.root.ofKind(kindUser) {
		d := u.detail.(*userDetail)
		if d.identityType != "" && d.issuer == token.claims.Issuer && d.subject == token.claims.Subject {
			return u, nil
		}
	}
	return nil, errBadToken()
}

// byKeyPair checks a key-pair token: who it names, its times, its signature
// with one of the user's two keys and the key's fingerprint in the issuer.
func (a *Account) byKeyPair(c Credentials, now time.Time) (*object, error) {
	token, err := parseJWT(c.Token)
	if err != nil {
		return nil, errBadJWT()
	}
	_, login, _ := strings.Cut(token.claims.Subject, ".")
	user := a.userByLogin(login)
	if user == nil || c.User != "" && sql.Upper(c.User) != sql.Upper(login) || !token.current(now) {
		return nil, errBadJWT()
	}
	for _, key := range user.detail.(*userDetail).keys {
		if key != "" && token.signedBy(key) {
			return user, nil
		}
	}
	return nil, errBadJWT()
}

// jwt is a JSON web token taken apart.
type jwt struct {
	signed    string
	signature []byte
	claims    struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		IssuedAt int64  `json:"iat"`
		Expires  int64  `json:"exp"`
	}
}

// parseJWT takes a token apart without checking it.
func parseJWT(text string) (*jwt, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, errors.New("parse token: not three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	t := &jwt{signed: parts[0] + "." + parts[1]}
	if err := json.Unmarshal(payload, &t.claims); err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	t.signature, err = base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	return t, nil
}

// current reports whether the token may be used now.
func (t *jwt) current(now time.Time) bool {
	issued, expires := claimTime(t.claims.IssuedAt), claimTime(t.claims.Expires)
	return !now.Before(issued.Add(-jwtLeeway)) && !now.After(issued.Add(jwtLeeway)) && now.Before(expires)
}

// claimTime reads a time of a token. The official Node driver writes milliseconds
// where the standard says seconds, and the service takes both.
func claimTime(claim int64) time.Time {
	const latestSecond = 1e11 // The year 5138; in milliseconds, 1973.
	if claim > latestSecond {
		return time.UnixMilli(claim)
	}
	return time.Unix(claim, 0)
}

// signedBy checks the signature and the fingerprint with a public key in the
// form of RSA_PUBLIC_KEY.
func (t *jwt) signedBy(key string) bool {
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return false
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return false
	}
	rsaKey, ok := public.(*rsa.PublicKey)
	if !ok || !strings.HasSuffix(t.claims.Issuer, "."+fingerprint(key)) {
		return false
	}
	sum := sha256.Sum256([]byte(t.signed))
	return rsa.VerifyPKCS1v15(rsaKey, crypto.SHA256, sum[:], t.signature) == nil
}

// fingerprint is the fingerprint of a public key as DESCRIBE USER shows it;
// empty without a key.
func fingerprint(key string) string {
	der, err := base64.StdEncoding.DecodeString(key)
	if key == "" || err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.StdEncoding.EncodeToString(sum[:])
}

// AddToken gives a user a programmatic access token with a known secret.
func (a *Account) AddToken(user, secret string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.root.lookup(kindUser, sql.Upper(user), 0)
	if u == nil {
		return fmt.Errorf("add token: there is no user %s", user)
	}
	u.detail.(*userDetail).addToken("ADDED", secret, a.now())
	return nil
}

// addToken records a token.
func (d *userDetail) addToken(name, secret string, now time.Time) {
	if d.tokens == nil {
		d.tokens = map[string]accessToken{}
	}
	d.tokens[secret] = accessToken{name: name, created: now}
}

// TrustToken lets an opaque token of the method (MethodOAuth or
// MethodWorkloadIdentity) log in as a user.
func (a *Account) TrustToken(method, token, user string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.root.lookup(kindUser, sql.Upper(user), 0)
	if u == nil {
		return fmt.Errorf("trust token: there is no user %s", user)
	}
	a.trusted[trustedToken{method, token}] = u.name
	return nil
}

// newUUID makes a random identifier in the form of a query id.
func newUUID() string {
	var b [16]byte
	// Read never fails on the platforms that Go supports.
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
