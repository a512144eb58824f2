package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// governed is a table on which a masking policy and a row access policy act for
// the role READER, with what may be read in its stead.
const governed = `
CREATE WAREHOUSE IF NOT EXISTS WH; CREATE DATABASE D; USE SCHEMA D.PUBLIC; USE WAREHOUSE WH;
CREATE ROLE READER; GRANT USAGE ON WAREHOUSE WH TO ROLE READER; GRANT USAGE ON DATABASE D TO ROLE READER;
GRANT USAGE, CREATE TABLE, CREATE VIEW ON SCHEMA D.PUBLIC TO ROLE READER;
CREATE TABLE T (ID NUMBER, REGION VARCHAR, NAME VARCHAR, SALARY NUMBER);
CREATE MASKING POLICY M AS (V VARCHAR, R VARCHAR) RETURNS VARCHAR -> CASE WHEN CURRENT_ROLE() = 'READER' THEN R || '***' ELSE V END;
CREATE MASKING POLICY N AS (V NUMBER, W VARCHAR) RETURNS NUMBER -> CASE WHEN CURRENT_ROLE() = 'READER' THEN -LENGTH(W) ELSE V END;
CREATE ROW ACCESS POLICY RA AS (R VARCHAR) RETURNS BOOLEAN -> CURRENT_ROLE() <> 'READER' OR R = 'EU';
ALTER TABLE T MODIFY COLUMN NAME SET MASKING POLICY M USING (NAME, REGION);
ALTER TABLE T MODIFY COLUMN SALARY SET MASKING POLICY N USING (SALARY, NAME);
ALTER TABLE T ADD ROW ACCESS POLICY RA ON (REGION);
CREATE STREAM ST ON TABLE T;
INSERT INTO T VALUES (1, 'EU', 'ann', 100), (2, 'US', 'robert', 200), (3, 'EU', 'cid', 300);
CREATE VIEW V AS SELECT * FROM T; CREATE VIEW VV AS SELECT * FROM V WHERE SALARY < 0;
CREATE SECURE VIEW SV AS SELECT ID, NAME, SALARY FROM T;
CREATE SECURE VIEW SVV AS SELECT NAME, COUNT(*) AS C FROM SV GROUP BY NAME;
CREATE TABLE OTHER (ID NUMBER, NAME VARCHAR);
INSERT INTO OTHER VALUES (1, 'old'), (2, 'old');
CREATE FUNCTION FN() RETURNS VARCHAR AS 'SELECT LISTAGG(NAME) FROM T'; GRANT USAGE ON FUNCTION FN() TO ROLE READER;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA D.PUBLIC TO ROLE READER;
GRANT SELECT ON ALL VIEWS IN SCHEMA D.PUBLIC TO ROLE READER; GRANT SELECT ON STREAM ST TO ROLE READER;
`

// reader is a session of READER on a fresh governed table, and the one of its
// owner.
func reader(t *testing.T) (reading, owning *world) {
	t.Helper()
	owning = newWorld(t, Switches{})
	owning.load(governed)
	owning.run("USE SCHEMA D.PUBLIC", "USE WAREHOUSE WH")
	reading = owning.as("READER")
	reading.run("USE SCHEMA D.PUBLIC", "USE WAREHOUSE WH")
	return reading, owning
}

// all runs a statement and prints its rows.
func (w *world) all(statement string) []string {
	w.t.Helper()
	out := []string{}
	for _, row := range w.run(statement).Rows {
		line := ""
		for i, cell := range row {
			if i > 0 {
				line += " "
			}
			line += cellText(cell)
		}
		out = append(out, line)
	}
	return out
}

func TestPoliciesActWhateverWayATableIsRead(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, sql string
		want        []string
	}{
		"the table":                   {"rows are hidden, and columns masked by what other policies mask", "SELECT * FROM T", []string{"1 EU EU*** -3", "3 EU EU*** -3"}},
		"a count":                     {"hidden rows do not count", "SELECT COUNT(*) FROM T", []string{"2"}},
		"a count through a view":      {"nor there", "SELECT COUNT(*) FROM V", []string{"2"}},
		"a view on a view":            {"what it filters is masked for this role", "SELECT ID, SALARY FROM VV", []string{"1 -3", "3 -3"}},
		"a secure view":               {"its owner's rights do not unmask", "SELECT * FROM SV", []string{"1 EU*** -3", "3 EU*** -3"}},
		"a secure view on another":    {"nor in the second step", "SELECT * FROM SVV", []string{"EU*** 2"}},
		"a CTE":                       {"it reads the table as well", "WITH C AS (SELECT * FROM T) SELECT LISTAGG(NAME, ','), SUM(SALARY) FROM C", []string{"EU***,EU*** -6"}},
		"a join":                      {"masked values are compared", "SELECT A.ID, B.ID FROM T A JOIN OTHER B ON A.NAME = 'ann' AND A.ID = B.ID", []string{}},
		"a condition":                 {"what is masked cannot be guessed", "SELECT ID FROM T WHERE NAME = 'ann' OR SALARY > 0", []string{}},
		"an order":                    {"nor told by its order", "SELECT ID FROM T ORDER BY SALARY DESC, ID LIMIT 1", []string{"1"}},
		"a subquery":                  {"it reads the table as well", "SELECT (SELECT MAX(NAME) FROM T)", []string{"EU***"}},
		"an existence":                {"masked values are compared", "SELECT ID FROM OTHER WHERE EXISTS (SELECT 1 FROM T WHERE NAME = 'ann')", []string{}},
		"a window":                    {"it reads the table as well", "SELECT ID FROM T QUALIFY MAX(NAME) OVER () = 'cid'", []string{}},
		"a column by its place":       {"it is the same column", "SELECT $3 FROM T", []string{"EU***", "EU***"}},
		"a document of all columns":   {"it is made of what is shown", "SELECT OBJECT_CONSTRUCT(*) FROM T WHERE ID = 1", []string{`{"ID":1,"NAME":"EU***","REGION":"EU","SALARY":-3}`}},
		"a function":                  {"its owner's rights do not unmask", "SELECT FN()", []string{"EU***EU***"}},
		"the past":                    {"policies act now", "SELECT NAME FROM T AT(OFFSET => -1)", []string{"EU***", "EU***"}},
		"a stream":                    {"it shows the same", "SELECT ID, NAME, METADATA$ACTION FROM ST", []string{"1 EU*** INSERT", "3 EU*** INSERT"}},
		"the ids of a stream":         {"they tell nothing", "SELECT LENGTH(METADATA$ROW_ID) FROM ST", []string{"40", "40"}},
		"a sample":                    {"it is one of what is shown", "SELECT NAME FROM T SAMPLE (100)", []string{"EU***", "EU***"}},
		"a table turned about":        {"values are what is shown", "SELECT * FROM (SELECT REGION, SALARY FROM T) PIVOT (SUM(SALARY) FOR REGION IN ('EU', 'US'))", []string{"-6 ∅"}},
		"a set operation":             {"both sides are masked", "SELECT NAME FROM T UNION SELECT NAME FROM SV", []string{"EU***"}},
		"a union with the own schema": {"the view of another role is masked", "SELECT MAX(NAME) FROM VV", []string{"EU***"}},
	}
	r, _ := reader(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, r.all(c.sql)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestPoliciesActOnWhatAStatementWrites(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, sql, look string
		want              []string
	}{
		"CREATE TABLE AS": {"what is shown is stored", "CREATE TABLE C AS SELECT * FROM T", "SELECT * FROM C", []string{"1 EU EU*** -3", "3 EU EU*** -3"}},
		"INSERT":          {"what is shown is stored", "INSERT INTO OTHER SELECT ID, NAME FROM T", "SELECT * FROM OTHER", []string{"1 old", "2 old", "1 EU***", "3 EU***"}},
		"UPDATE from it":  {"what is shown is stored", "UPDATE OTHER SET NAME = T.NAME FROM T WHERE OTHER.ID = T.ID", "SELECT * FROM OTHER", []string{"1 EU***", "2 old"}},
		"MERGE from it": {
			"what is shown is stored",
			"MERGE INTO OTHER USING T ON OTHER.ID = T.ID WHEN MATCHED THEN UPDATE SET NAME = T.NAME WHEN NOT MATCHED THEN INSERT VALUES (T.ID, T.NAME)",
			"SELECT * FROM OTHER", []string{"1 EU***", "2 old", "3 EU***"},
		},
		"DELETE by it":             {"masked values are compared", "DELETE FROM OTHER USING T WHERE OTHER.ID = T.ID AND T.NAME = 'ann'", "SELECT COUNT(*) FROM OTHER", []string{"2"}},
		"UPDATE of it":             {"hidden rows stay", "UPDATE T SET ID = ID + 100", "SELECT ID, NAME, SALARY FROM T ORDER BY ID", []string{"2 robert 200", "101 ann 100", "103 cid 300"}},
		"UPDATE by a masked value": {"masked values are compared", "UPDATE T SET ID = 0 WHERE NAME = 'cid' OR SALARY = 300", "SELECT ID FROM T ORDER BY ID", []string{"1", "2", "3"}},
		"UPDATE to a masked value": {"a column in the open gets what is shown", "UPDATE T SET REGION = NAME", "SELECT REGION, NAME FROM T ORDER BY ID", []string{"EU*** ann", "US robert", "EU*** cid"}},
		"DELETE of it":             {"hidden rows stay", "DELETE FROM T", "SELECT ID FROM T", []string{"2"}},
		"DELETE by a masked value": {"masked values are compared", "DELETE FROM T WHERE SALARY > 0", "SELECT COUNT(*) FROM T", []string{"3"}},
		"MERGE into it": {
			"hidden rows match nothing and stay",
			"MERGE INTO T USING OTHER ON T.ID = OTHER.ID WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (OTHER.ID, 'EU', 'new', 0)",
			"SELECT ID, NAME FROM T ORDER BY ID, NAME", []string{"2 new", "2 robert", "3 cid"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, owner := reader(t)
			r.run(c.sql)
			if name == "CREATE TABLE AS" {
				owner.run("GRANT ROLE READER TO ROLE ACCOUNTADMIN")
			}
			if diff := cmp.Diff(c.want, owner.all(c.look)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestASecureViewTellsNothingByItsErrors(t *testing.T) {
	t.Parallel()
	const redacted = "Error in secure object"
	r, owner := reader(t)
	owner.run("CREATE TABLE SECRETS (TEXT VARCHAR)", "INSERT INTO SECRETS VALUES ('hidden'), ('12')",
		"CREATE SECURE VIEW BAD AS SELECT TEXT::NUMBER AS N FROM SECRETS", "CREATE VIEW PLAIN AS SELECT N FROM BAD",
		"CREATE SECURE VIEW GOOD AS SELECT TEXT FROM SECRETS WHERE TEXT = '12'",
		"CREATE TABLE GONE (A NUMBER)", "CREATE SECURE VIEW LOST AS SELECT A FROM GONE", "DROP TABLE GONE",
		"GRANT SELECT ON ALL VIEWS IN SCHEMA D.PUBLIC TO ROLE READER")
	r.fails(100038, redacted, "SELECT * FROM BAD")
	r.fails(100038, redacted, "SELECT * FROM BAD WHERE N > 1")
	r.fails(2003, redacted, "SELECT * FROM LOST")
	if _, err := r.exec("SELECT * FROM LOST"); err.Error() != "002003 (02000): "+redacted {
		t.Errorf("the view's table is named: %v", err)
	}
	if diff := cmp.Diff([]string{"12"}, r.all("SELECT TEXT::NUMBER FROM GOOD WHERE TEXT::NUMBER > 0")); diff != "" {
		t.Errorf("conditions see what the view lets through (-want +got):\n%s", diff)
	}
	owner.fails(100038, "'hidden'", "SELECT * FROM BAD")
	owner.fails(2003, "GONE", "SELECT * FROM LOST")
	if diff := cmp.Diff([]string{"∅"}, r.column("VIEW_DEFINITION", "SELECT VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS WHERE TABLE_NAME = 'GOOD'")); diff != "" {
		t.Errorf("the definition (-want +got):\n%s", diff)
	}
}
