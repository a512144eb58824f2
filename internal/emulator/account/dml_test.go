package account

import (
	"testing"
)

// newTable makes a world with the table D.PUBLIC.T and two rows.
func newTable(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, Switches{})
	w.run("CREATE DATABASE D", "CREATE SEQUENCE D.PUBLIC.SEQ START 10",
		"CREATE TABLE D.PUBLIC.T (ID NUMBER DEFAULT SEQ.NEXTVAL, NAME VARCHAR(5) NOT NULL, AT TIMESTAMP_NTZ DEFAULT CURRENT_TIMESTAMP(), N NUMBER AUTOINCREMENT)",
		"INSERT INTO D.PUBLIC.T (NAME) VALUES ('a'), ('b')")
	return w
}

func TestInsert(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	equal(t, "defaults", w.rows("SELECT ID, NAME, N FROM T ORDER BY ID"), "10 a 1", "11 b 2")
	equal(t, "count", w.rows("INSERT INTO T SELECT ID + 90, NAME, AT, N FROM T"), "2")
	equal(t, "query", w.rows("SELECT ID FROM T WHERE ID >= 100 ORDER BY 1"), "100", "101")
	w.run("INSERT OVERWRITE INTO T (ID, NAME) VALUES (1 + 1, UPPER('x')), (DEFAULT, 'y')")
	equal(t, "overwritten", w.rows("SELECT ID, NAME FROM T ORDER BY ID"), "2 X", "12 y")
	w.fails(100072, "NULL result in a non-nullable column", "INSERT INTO T (ID) VALUES (1)")
	w.fails(2020, "expecting 1 but got 2", "INSERT INTO T (NAME) VALUES ('a', 'b')")
	w.fails(904, "invalid identifier 'NOPE'", "INSERT INTO T (NOPE) VALUES (1)")
	w.fails(100078, "too long", "INSERT INTO T (NAME) VALUES ('abcdef')")
	equal(t, "unchanged", w.rows("SELECT COUNT(*) FROM T"), "2")
}

func TestInsertBinds(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	x, y, one := "x", "y", "1"
	for _, b := range []map[string]Binding{
		{"1": {Type: "FIXED", Value: &one}, "2": {Type: "TEXT", Value: &x}},
		{"1": {Type: "FIXED", Values: []*string{&one, nil}}, "2": {Type: "TEXT", Values: []*string{&x, &y}}},
	} {
		if _, err := w.session.Execute(t.Context(), Request{SQL: "INSERT INTO T (ID, NAME) VALUES (?, ?)", Bindings: b}); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "rows", w.rows("SELECT ID, NAME FROM T WHERE NAME > 'w' ORDER BY NAME, ID"), "1 x", "1 x", "∅ y")
}

func TestUpdateAndDelete(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.run("CREATE TABLE D.PUBLIC.S (ID NUMBER, NEW VARCHAR)", "INSERT INTO S VALUES (11, 'z')")
	equal(t, "update", w.rows("UPDATE T SET NAME = S.NEW, ID = T.ID + 1 FROM S WHERE S.ID = T.ID"), "1 0")
	equal(t, "rows", w.rows("SELECT ID, NAME FROM D.PUBLIC.T ORDER BY ID"), "10 a", "12 z")
	equal(t, "delete", w.rows("DELETE FROM T X USING S WHERE X.NAME = S.NEW"), "1")
	equal(t, "all", w.rows("DELETE FROM T"), "1")
	w.run("INSERT INTO T (NAME) VALUES ('q')", "TRUNCATE TABLE T", "TRUNCATE TABLE IF EXISTS NOPE")
	equal(t, "empty", w.rows("SELECT COUNT(*) FROM T"), "0")
}

func TestMerge(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.run("CREATE TABLE D.PUBLIC.S (ID NUMBER, NAME VARCHAR)", "INSERT INTO S VALUES (10, 'A'), (11, NULL), (12, 'C')")
	equal(t, "counts", w.rows("MERGE INTO T USING (SELECT * FROM S) AS X ON T.ID = X.ID WHEN MATCHED AND X.NAME IS NULL THEN DELETE "+
		"WHEN MATCHED THEN UPDATE SET NAME = X.NAME WHEN NOT MATCHED THEN INSERT (ID, NAME) VALUES (X.ID, X.NAME)"), "1 1 1")
	equal(t, "rows", w.rows("SELECT ID, NAME FROM T ORDER BY ID"), "10 A", "12 C")
}

func TestPrivilegesOfDML(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.load("CREATE ROLE R; GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE ON SCHEMA D.PUBLIC TO ROLE R; GRANT USAGE ON WAREHOUSE WH TO ROLE R; GRANT SELECT ON TABLE D.PUBLIC.T TO ROLE R;")
	r := w.as("R")
	r.run("USE WAREHOUSE WH", "SELECT * FROM D.PUBLIC.T")
	for _, s := range []string{
		"INSERT INTO D.PUBLIC.T (NAME) VALUES ('x')", "UPDATE D.PUBLIC.T SET NAME = 'x'", "DELETE FROM D.PUBLIC.T", "TRUNCATE TABLE D.PUBLIC.T",
		"MERGE INTO D.PUBLIC.T USING D.PUBLIC.T S ON T.ID = S.ID WHEN MATCHED THEN DELETE",
	} {
		r.fails(3001, "Insufficient privileges to operate on table 'T'.", s)
	}
}

func TestAlterTable(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.run("ALTER TABLE T ADD COLUMN X NUMBER DEFAULT 7, Y VARCHAR", "ALTER TABLE T RENAME COLUMN NAME TO LABEL", "ALTER TABLE T DROP COLUMN AT, N",
		"ALTER TABLE T ALTER COLUMN LABEL SET DATA TYPE VARCHAR(20), COLUMN Y SET NOT NULL", "ALTER TABLE T ALTER LABEL DROP NOT NULL, LABEL COMMENT 'l'",
		"CREATE SEQUENCE SEQ2", "ALTER TABLE T ALTER COLUMN ID SET DEFAULT SEQ2.NEXTVAL", "ALTER TABLE T ADD CONSTRAINT PK PRIMARY KEY (ID)",
		"ALTER TABLE T SET COMMENT = 'c' CHANGE_TRACKING = TRUE", "ALTER TABLE T CLUSTER BY (ID)", "ALTER TABLE T SUSPEND RECLUSTER")
	equal(t, "columns", w.rows("DESC TABLE T", "name", "type", "null?", "default", "primary key"),
		"ID NUMBER(38,0) N D.PUBLIC.SEQ2.NEXTVAL Y", "LABEL VARCHAR(20) Y ∅ N", "X NUMBER(38,0) Y 7 N", "Y VARCHAR(16777216) N ∅ N")
	equal(t, "rows", w.rows("SELECT * FROM T ORDER BY ID"), "10 a 7 ∅", "11 b 7 ∅")
	w.fails(2, "SET DEFAULT", "ALTER TABLE T ALTER COLUMN X SET DEFAULT 8")
	w.run("ALTER TABLE T DROP CONSTRAINT PK", "ALTER TABLE T UNSET COMMENT", "ALTER TABLE IF EXISTS NOPE ADD COLUMN A NUMBER",
		"CREATE TABLE T2 LIKE T", "CREATE TABLE T3 AS SELECT ID, LABEL AS L FROM T WHERE ID = 10", "ALTER TABLE T3 SWAP WITH T2")
	equal(t, "swapped", w.rows("SELECT * FROM T2"), "10 a")
	w.fails(904, "invalid identifier 'AT'", "SELECT AT FROM T")
	equal(t, "the past", w.rows("SELECT NAME FROM T AT(OFFSET => -22) ORDER BY 1"), "a", "b")
}

func TestExecuteImmediate(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.run("EXECUTE IMMEDIATE 'CREATE ROLE R'", "SET s = 'DROP ROLE R'", "EXECUTE IMMEDIATE $s")
	equal(t, "a block", w.rows("EXECUTE IMMEDIATE $$ BEGIN RETURN 1; END $$"), "1")
	equal(t, "binds", w.rows("EXECUTE IMMEDIATE 'SELECT ? + ?' USING (1, 2)"), "3")
	w.fails(2140, "Unknown function", "CALL NOPE(1)")
}

func TestDescribeOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	r, err := w.session.Execute(t.Context(), Request{SQL: "SELECT ID, NAME FROM T", DescribeOnly: true})
	if err != nil || len(r.Rows) != 0 || len(r.Columns) != 2 || r.Columns[1].Type != "text" || r.Columns[1].Length != 5 {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := w.session.Execute(t.Context(), Request{SQL: "DROP TABLE T", DescribeOnly: true}); err != nil {
		t.Error(err)
	}
	w.run("SELECT * FROM T")
}

// TestSelfReference: a foreign key may lead to its own table, and goes with the
// table that it leads to.
func TestSelfReference(t *testing.T) {
	t.Parallel()
	w := newTable(t)
	w.run("CREATE TABLE D.PUBLIC.P (ID NUMBER PRIMARY KEY, PARENT NUMBER, FOREIGN KEY (PARENT) REFERENCES P (ID))",
		"CREATE TABLE D.PUBLIC.C (P NUMBER REFERENCES P (ID))", "CREATE DATABASE E CLONE D")
	equal(t, "clone", w.rows("SHOW IMPORTED KEYS IN DATABASE E", "pk_database_name", "fk_table_name"), "E C", "E P")
	w.run("DROP TABLE E.PUBLIC.P")
	equal(t, "gone", w.column("fk_name", "SHOW IMPORTED KEYS IN DATABASE E"))
}

// TestAccountObjects: what lives in the account can be made, shown, altered,
// described and dropped.
func TestAccountObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.run("CREATE USER ANN PASSWORD = 'x' DEFAULT_ROLE = SYSADMIN COMMENT = 'c'", "ALTER USER ANN SET DISABLED = TRUE DEFAULT_SECONDARY_ROLES = ('ALL')",
		"ALTER USER ANN UNSET COMMENT", "CREATE WAREHOUSE W2 WAREHOUSE_SIZE = 'X-LARGE' AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE", "ALTER WAREHOUSE W2 SET WAREHOUSE_SIZE = SMALL",
		"ALTER WAREHOUSE W2 RESUME", "CREATE NOTIFICATION INTEGRATION MAIL TYPE = EMAIL ENABLED = TRUE", "CREATE API INTEGRATION API API_PROVIDER = aws_api_gateway API_AWS_ROLE_ARN = 'x' API_ALLOWED_PREFIXES = ('https://x') ENABLED = TRUE",
		"CREATE EXTERNAL VOLUME V STORAGE_LOCATIONS = ((NAME = 'x' STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://b/')) COMMENT = 'v'",
		"CREATE RESOURCE MONITOR RM WITH CREDIT_QUOTA = 10 TRIGGERS ON 80 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND", "CREATE DATABASE D", "CREATE DATABASE ROLE D.DR COMMENT = 'r'",
		"CREATE EXTERNAL FUNCTION D.PUBLIC.EF(A VARCHAR) RETURNS VARIANT API_INTEGRATION = API AS 'https://x/f'")
	equal(t, "users", w.rows("SHOW USERS LIKE 'ANN'", "name", "disabled", "default_role", "default_secondary_roles"), `ANN true SYSADMIN ["ALL"]`)
	equal(t, "warehouse", w.rows("SHOW WAREHOUSES LIKE 'W2'", "name", "state", "size", "auto_suspend"), "W2 STARTED Small 60")
	equal(t, "integrations", w.rows("SHOW INTEGRATIONS", "name", "category"), "API API", "MAIL NOTIFICATION")
	equal(t, "volumes", w.rows("SHOW EXTERNAL VOLUMES", "name", "comment"), "V v")
	equal(t, "database roles", w.rows("SHOW DATABASE ROLES IN DATABASE D", "name", "owner", "comment"), "DR ACCOUNTADMIN r")
	equal(t, "external function", w.rows("SHOW EXTERNAL FUNCTIONS IN DATABASE D", "name", "language"), "EF EXTERNAL")
	w.run("DESC USER ANN", "DESC WAREHOUSE W2", "DESC INTEGRATION MAIL", "DESC EXTERNAL VOLUME V", "DESC FUNCTION D.PUBLIC.EF(VARCHAR)", "SHOW RESOURCE MONITORS",
		"ALTER ROLE IF EXISTS NOPE SET COMMENT = 'x'", "CREATE ROLE R COMMENT = 'x'", "ALTER ROLE R RENAME TO R2", "COMMENT ON ROLE R2 IS 'y'")
	equal(t, "roles", w.rows("SHOW ROLES LIKE 'R2'", "name", "comment", "owner"), "R2 ACCOUNTADMIN y")
	w.run("DROP ROLE R2", "DROP USER ANN", "DROP WAREHOUSE W2", "DROP INTEGRATION MAIL", "DROP EXTERNAL VOLUME V", "DROP RESOURCE MONITOR RM", "DROP DATABASE ROLE D.DR",
		"DROP FUNCTION D.PUBLIC.EF(VARCHAR)", "DROP API INTEGRATION API")
	w.fails(3001, "Insufficient privileges to operate on role 'SYSADMIN'", "DROP ROLE SYSADMIN")
}

// TestDroppedRoleLosesWhatItHad: its grants are gone and what it owned goes to
// the role that drops it.
func TestDroppedRoleLosesWhatItHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop)
	w.run("DROP ROLE READER", "DROP ROLE PROD")
	equal(t, "grants", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.CUSTOMERS", "privilege", "grantee_name"), "OWNERSHIP ACCOUNTADMIN")
}
