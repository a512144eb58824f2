package account

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// keyPair makes a private key and its public half as RSA_PUBLIC_KEY has it.
func keyPair(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, base64.StdEncoding.EncodeToString(der)
}

// token signs a key-pair token.
func token(t *testing.T, key *rsa.PrivateKey, public, user string, issued time.Time) string {
	t.Helper()
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(map[string]string{"alg": "RS256", "typ": "JWT"}) + "." + part(map[string]any{
		"iss": "TEST." + user + "." + fingerprint(public), "sub": "TEST." + user,
		"iat": issued.Unix(), "exp": issued.Add(time.Minute).Unix(),
	})
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	key, public := keyPair(t)
	stranger, strange := keyPair(t)
	w.run("CREATE USER ANN PASSWORD = 'secret' RSA_PUBLIC_KEY = '"+public+"'", "CREATE USER GONE PASSWORD = 'secret' DISABLED = TRUE",
		"CREATE USER BOT WORKLOAD_IDENTITY = (TYPE = OIDC ISSUER = 'https://issuer' SUBJECT = 'system:bot')")
	pat := w.column("token_secret", "ALTER USER ANN ADD PROGRAMMATIC ACCESS TOKEN T1")[0]
	if err := errors.Join(w.account.AddToken("ANN", "given"), w.account.TrustToken(MethodOAuth, "oauth", "ANN")); err != nil {
		t.Fatal(err)
	}
	now := *w.clock
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://issuer","sub":"system:bot"}`))
	tests := map[string]struct {
		reason string
		give   Credentials
		user   string
		code   int
	}{
		"the password is right":          {"logs in, whatever the case", Credentials{Method: MethodPassword, User: "ann", Password: "secret"}, "ANN", 0},
		"the password is wrong":          {"390100", Credentials{Method: MethodPassword, User: "ANN", Password: "x"}, "", 390100},
		"the user is unknown":            {"as a wrong password", Credentials{Method: MethodPassword, User: "NOPE", Password: "secret"}, "", 390100},
		"the user has no password":       {"an empty one is none", Credentials{Method: MethodPassword, User: "BOT"}, "", 390100},
		"the user is disabled":           {"390101", Credentials{Method: MethodPassword, User: "GONE", Password: "secret"}, "", 390101},
		"the key is the user's":          {"logs in", Credentials{Method: MethodKeyPair, User: "ANN", Token: token(t, key, public, "ANN", now)}, "ANN", 0},
		"the key is another's":           {"390144", Credentials{Method: MethodKeyPair, User: "ANN", Token: token(t, stranger, strange, "ANN", now)}, "", 390144},
		"the fingerprint alone is right": {"the signature counts", Credentials{Method: MethodKeyPair, User: "ANN", Token: token(t, stranger, public, "ANN", now)}, "", 390144},
		"the token is old":               {"clock skew", Credentials{Method: MethodKeyPair, User: "ANN", Token: token(t, key, public, "ANN", now.Add(-time.Hour))}, "", 390144},
		"the token is no token":          {"390144", Credentials{Method: MethodKeyPair, User: "ANN", Token: "x.y"}, "", 390144},
		"the access token was made":      {"its secret logs in", Credentials{Method: MethodAccessToken, Token: pat}, "ANN", 0},
		"the access token was given":     {"by a test", Credentials{Method: MethodAccessToken, Token: "given"}, "ANN", 0},
		"the access token is unknown":    {"394400", Credentials{Method: MethodAccessToken, Token: "x"}, "", 394400},
		"the OAuth token is trusted":     {"logs in", Credentials{Method: MethodOAuth, Token: "oauth"}, "ANN", 0},
		"the OAuth token is unknown":     {"390303", Credentials{Method: MethodOAuth, Token: "x"}, "", 390303},
		"the workload is known":          {"by issuer and subject", Credentials{Method: MethodWorkloadIdentity, Token: "e30." + claims + ".e30"}, "BOT", 0},
		"the method is unknown":          {"390100", Credentials{Method: "SMOKE"}, "", 390100},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user, err := w.account.Authenticate(tt.give, now)
			code := 0
			if e, ok := errors.AsType[*Error](err); ok {
				code = e.Code
			}
			if user != tt.user || code != tt.code {
				t.Errorf("%s: got user %q, %v", tt.reason, user, err)
			}
		})
	}
}

func TestOpenSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop + "CREATE USER ANN DEFAULT_ROLE = READER DEFAULT_WAREHOUSE = WH DEFAULT_NAMESPACE = 'SHOP.SALES'; GRANT ROLE READER TO USER ANN;")
	tests := map[string]struct {
		reason string
		want   Context
		got    Context
		code   int
	}{
		"nothing is asked for":     {"the user's defaults hold", Context{}, Context{"READER", "WH", "SHOP", "SALES"}, 0},
		"a role is asked for":      {"and what it may see", Context{Role: "READER", Database: "SHOP", Schema: "SALES", Warehouse: "WH"}, Context{"READER", "WH", "SHOP", "SALES"}, 0},
		"the role is PUBLIC":       {"everybody has it", Context{Role: "PUBLIC"}, Context{"PUBLIC", "WH", "", ""}, 0},
		"the role is not granted":  {"390189", Context{Role: "PROD"}, Context{}, 390189},
		"the database is missing":  {"390201", Context{Database: "NOPE"}, Context{}, 390201},
		"the warehouse is missing": {"390201", Context{Warehouse: "NOPE"}, Context{}, 390201},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := w.account.OpenSession("ANN", tt.want, map[string]string{"query_tag": "x"})
			if e, ok := errors.AsType[*Error](err); ok {
				if e.Code != tt.code {
					t.Errorf("%s: %v", tt.reason, err)
				}
				return
			}
			if got := s.Context(); got != tt.got || tt.code != 0 {
				t.Errorf("%s: got %+v", tt.reason, got)
			}
			if got := s.Parameter("QUERY_TAG"); got != "x" {
				t.Errorf("QUERY_TAG is %q", got)
			}
		})
	}
}

// TestSecondaryRoles: other roles of the user count for reading, and the
// primary role alone owns what is made.
func TestSecondaryRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop + "CREATE ROLE MAKER; GRANT CREATE DATABASE ON ACCOUNT TO ROLE MAKER; CREATE USER ANN; GRANT ROLE READER TO USER ANN; GRANT ROLE MAKER TO USER ANN;")
	s, err := w.account.OpenSession("ANN", Context{Role: "MAKER"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := *w
	a.session = s
	a.run("USE WAREHOUSE WH")
	a.fails(2003, "does not exist or not authorized", "SELECT * FROM SHOP.SALES.CUSTOMERS")
	a.run("USE SECONDARY ROLES ALL", "SELECT * FROM SHOP.SALES.CUSTOMERS", "CREATE DATABASE D")
	equal(t, "owner", w.column("owner", "SHOW DATABASES LIKE 'D'"), "MAKER")
	a.run("USE SECONDARY ROLES NONE")
	a.fails(2003, "does not exist or not authorized", "SELECT * FROM SHOP.SALES.CUSTOMERS")
	a.fails(3001, "is not assigned to the executing user", "USE ROLE PROD")
}

func TestTemporaryTablesLiveWithTheirSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop)
	p := w.as("PROD")
	p.run("USE WAREHOUSE WH", "CREATE TEMPORARY TABLE SHOP.SALES.CUSTOMERS (ID NUMBER)")
	equal(t, "own", p.rows("SELECT COUNT(*) FROM SHOP.SALES.CUSTOMERS"), "0")
	equal(t, "others", w.rows("SELECT COUNT(*) FROM SHOP.SALES.CUSTOMERS"), "2")
	equal(t, "kinds", p.column("kind", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE SHOP"), "TABLE", "TEMPORARY")
	w.run("CREATE DATABASE D CLONE SHOP")
	equal(t, "not cloned", w.column("kind", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE D"), "TABLE")
	p.session.Close()
	p.session.Close()
	equal(t, "gone", w.column("kind", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE SHOP"), "TABLE")
	p.fails(390111, "Session no longer exists", "SELECT 1")
}

func TestParametersAndVariables(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.run("ALTER SESSION SET QUERY_TAG = 'a' QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE", "SET (x, y) = (1, 'b')")
	equal(t, "parameter", w.rows("SHOW PARAMETERS LIKE 'query_tag' IN SESSION", "value", "level"), "a SESSION")
	equal(t, "variables", w.rows("SELECT $x + 1, $y"), "2 b")
	w.run("ALTER SESSION UNSET QUERY_TAG", "UNSET x", "ALTER ACCOUNT SET DATA_RETENTION_TIME_IN_DAYS = 3", "CREATE DATABASE D")
	equal(t, "default", w.rows("SHOW PARAMETERS LIKE 'QUERY_TAG'", "value", "level"), " ")
	equal(t, "object", w.rows("SHOW PARAMETERS LIKE 'DATA_RETENTION_TIME_IN_DAYS' IN DATABASE D", "value", "level"), "3 ACCOUNT")
	w.fails(1006, "invalid parameter 'NOPE'", "ALTER SESSION SET NOPE = 1")
}

func TestOriginsOutliveObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	if _, err := w.session.Execute(t.Context(), Request{SQL: "CREATE DATABASE D", QueryID: "q1"}); err != nil {
		t.Fatal(err)
	}
	w.run("CREATE TABLE D.PUBLIC.T (A NUMBER)", "DROP TABLE D.PUBLIC.T")
	var got []string
	for _, o := range w.account.Origins() {
		got = append(got, fmt.Sprintf("%s %s %s %t", o.Kind, o.Name, o.Role, o.Dropped.IsZero()))
	}
	equal(t, "origins", got, "WAREHOUSE WH ACCOUNTADMIN true", "DATABASE D ACCOUNTADMIN true", "SCHEMA D.PUBLIC ACCOUNTADMIN true",
		"TABLE D.PUBLIC.T ACCOUNTADMIN false")
	if id := w.account.Origins()[1].QueryID; id != "q1" {
		t.Errorf("query id is %s", id)
	}
}

func TestDescribeListsWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(mixed)
	before, err := w.account.Describe("SHOP")
	if err != nil {
		t.Fatal(err)
	}
	w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE READER", "INSERT INTO SHOP.SALES.CUSTOMERS VALUES (9, 'Eve', NULL)")
	after, err := w.account.Describe("SHOP")
	if err != nil {
		t.Fatal(err)
	}
	var added []string
	for _, line := range after {
		if !slices.Contains(before, line) {
			added = append(added, line)
		}
	}
	equal(t, "lines", added, "TABLE SHOP.SALES.CUSTOMERS row (\"9\", \"Eve\", NULL)",
		"TABLE SHOP.SALES.ORDERS grant SELECT to ROLE READER by ROLE PROD option false", "TASK SHOP.SALES.ROOT state suspended")
	if _, err := w.account.Describe("NOPE"); err == nil {
		t.Error("a missing database has a description")
	}
}

// TestScriptErrorsNameTheirPlace: the first bad statement is reported as
// name:line:column.
func TestScriptErrorsNameTheirPlace(t *testing.T) {
	t.Parallel()
	err := New(Options{}).Load(t.Context(), "a.sql", "CREATE ROLE A;\n\n  CREATE ROLE A;\n")
	if err == nil || !strings.HasPrefix(err.Error(), "a.sql:3:3: 002002 (42710)") {
		t.Error(err)
	}
}

// TestManySessionsAtOnce runs 64 sessions that create, clone, read and drop.
func TestManySessionsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop)
	var wg sync.WaitGroup
	for i := range 64 {
		s, err := w.account.OpenSession(systemUser, Context{Role: roleAccountAdmin, Warehouse: "WH"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer s.Close()
			db := fmt.Sprintf("D%d", i)
			for _, statement := range []string{
				"CREATE DATABASE " + db + " CLONE SHOP", "SHOW TABLES IN DATABASE " + db, "SELECT * FROM " + db + ".SALES.CUSTOMERS",
				"SELECT GET_DDL('DATABASE', '" + db + "')", "GRANT SELECT ON ALL TABLES IN DATABASE " + db + " TO ROLE READER",
				"SELECT * FROM " + db + ".INFORMATION_SCHEMA.COLUMNS", "DROP DATABASE " + db,
			} {
				if _, err := s.Execute(t.Context(), Request{SQL: statement}); err != nil {
					t.Errorf("%s: %v", statement, err)
				}
			}
		})
	}
	wg.Wait()
	equal(t, "left", w.column("name", "SHOW DATABASES"), "SHOP")
}

// FuzzExecute: no text makes the account panic, and its answer is always an
// *Error.
func FuzzExecute(f *testing.F) {
	for _, seed := range []string{
		"CREATE DATABASE D CLONE SHOP AT(OFFSET => -1)", "ALTER TASK SHOP.SALES.ROOT SET SCHEDULE = ''", "GRANT ALL ON ALL TABLES IN SCHEMA SHOP.SALES TO ROLE READER",
		"SHOW TABLES LIKE '%' IN ACCOUNT LIMIT 1 FROM 'A'", "MERGE INTO SHOP.SALES.CUSTOMERS C USING SHOP.SALES.ORDERS O ON C.ID = O.ID WHEN MATCHED THEN DELETE",
		"CREATE OR REPLACE VIEW SHOP.SALES.V_FULL (A) AS SELECT 1", "SELECT GET_DDL('TABLE','SHOP.SALES.CUSTOMERS')",
		"CREATE PROCEDURE SHOP.SALES.P(A TABLE(X NUMBER)) RETURNS TABLE (B NUMBER) LANGUAGE SQL AS 'x'", "DESC TABLE SHOP.SALES.DT", "SELECT SYSTEM$GET_TAG('A','B','COLUMN')",
	} {
		f.Add(seed)
	}
	a := New(Options{})
	if err := a.Load(f.Context(), "mixed.sql", "CREATE WAREHOUSE WH;"+mixed); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := a.OpenSession(systemUser, Context{Role: roleAccountAdmin, Warehouse: "WH"}, nil)
		if err != nil {
			t.Skip()
		}
		defer s.Close()
		var e *Error
		if _, err := s.Execute(t.Context(), Request{SQL: text}); err != nil && (!errors.As(err, &e) || e.Code == 603) {
			t.Errorf("%s\n%v", text, err)
		}
	})
}
