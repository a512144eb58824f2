package account

import (
	"testing"
)

// brokenWorld has code of every kind that names OLD, a database that is then
// dropped, and code that names nothing outside.
const brokenWorld = `
CREATE ROLE DEV; GRANT ROLE DEV TO USER SNOWFLAKE; GRANT USAGE ON WAREHOUSE WH TO ROLE DEV;
GRANT CREATE DATABASE, EXECUTE ALERT ON ACCOUNT TO ROLE DEV; CREATE DATABASE SECRET; CREATE TABLE SECRET.PUBLIC.T (A NUMBER);
USE ROLE DEV; USE WAREHOUSE WH;
CREATE DATABASE OLD; CREATE TABLE OLD.PUBLIC.T (A NUMBER, B VARCHAR); CREATE SEQUENCE OLD.PUBLIC.S; CREATE STAGE OLD.PUBLIC.ST;
CREATE FUNCTION OLD.PUBLIC.F(X NUMBER) RETURNS NUMBER AS 'x + 1'; CREATE STREAM OLD.PUBLIC.CH ON TABLE OLD.PUBLIC.T;
CREATE DATABASE D; USE SCHEMA D.PUBLIC;
CREATE TABLE T (A NUMBER, B VARCHAR); CREATE STREAM CH ON TABLE T; CREATE STAGE ST;
CREATE VIEW GOOD AS SELECT A, B FROM T;
CREATE VIEW V AS
  SELECT o.A, OLD.PUBLIC.F(t.A) AS F
  FROM OLD.PUBLIC.T o JOIN T t ON t.A = o.A;
CREATE VIEW OVER_V AS SELECT * FROM V;
CREATE FUNCTION BAD_F(X NUMBER) RETURNS NUMBER AS 'SELECT MAX(A) + x FROM OLD.PUBLIC.T';
CREATE FUNCTION GOOD_F(X NUMBER) RETURNS NUMBER AS 'x + 1';
CREATE MASKING POLICY MP AS (V VARCHAR) RETURNS VARCHAR -> CASE WHEN EXISTS (SELECT 1 FROM OLD.PUBLIC.T) THEN V END;
CREATE PIPE P AS COPY INTO OLD.PUBLIC.T FROM @ST;
CREATE DYNAMIC TABLE DT TARGET_LAG = '1 hour' WAREHOUSE = WH AS SELECT A FROM OLD.PUBLIC.T;
CREATE TASK TK WAREHOUSE = WH WHEN SYSTEM$STREAM_HAS_DATA('OLD.PUBLIC.CH') AS INSERT INTO OLD.PUBLIC.T SELECT A, B FROM SECRET.PUBLIC.T;
CREATE TASK GOOD_TK WAREHOUSE = WH SCHEDULE = '5 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('CH') AS INSERT INTO T SELECT A, B FROM CH;
CREATE ALERT AL WAREHOUSE = WH SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT 1 FROM OLD.PUBLIC.T)) THEN CALL OLD.PUBLIC.NO_P();
CREATE PROCEDURE SP(N NUMBER, NAME VARCHAR) RETURNS NUMBER LANGUAGE SQL AS
$$
DECLARE
  c CURSOR FOR SELECT a FROM old.public.t WHERE a > ?;
  total NUMBER DEFAULT 0;
BEGIN
  SELECT COUNT(*) INTO :total FROM t WHERE a = :n AND b = :name;
  CREATE TEMPORARY TABLE tmp AS SELECT * FROM OLD.PUBLIC.T;
  INSERT INTO tmp SELECT a, b FROM t;
  FOR r IN c DO total := total + r.a; END FOR;
  IF ((SELECT MAX(a) FROM OLD.PUBLIC.T) > :n) THEN
    MERGE INTO OLD.PUBLIC.T x USING OLD.PUBLIC.T y ON x.a = y.a WHEN MATCHED THEN UPDATE SET x.b = y.b;
  END IF;
  UPDATE t SET nope = 1;
  SELECT * FROM IDENTIFIER(:name);
  EXECUTE IMMEDIATE 'DELETE FROM OLD.PUBLIC.T';
  EXECUTE IMMEDIATE 'DELETE FROM ' || :name;
  TRUNCATE TABLE OLD.PUBLIC.T;
  ALTER TABLE "T" ADD COLUMN c NUMBER;
  CALL sp2(:total);
  RETURN :undeclared;
END
$$;
DROP DATABASE OLD;
`

func TestUnresolvedListsEveryNameThatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(brokenWorld)
	before, err := w.account.Describe("D")
	if err != nil {
		t.Fatal(err)
	}
	found, err := w.account.Unresolved("d")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range found {
		got = append(got, u.String())
	}
	after, err := w.account.Describe("D")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "nothing runs", after, before...)
	missing := "002003 (02000): SQL compilation error: Object 'OLD.PUBLIC.T' does not exist or not authorized."
	table := "002003 (02000): SQL compilation error: Table 'OLD.PUBLIC.T' does not exist or not authorized."
	equal(t, "names", got,
		"ALERT D.PUBLIC.AL condition:1:15: "+missing,
		"ALERT D.PUBLIC.AL action:1:6: 002141 (42601): SQL compilation error: Unknown user-defined function OLD.PUBLIC.NO_P",
		"FUNCTION D.PUBLIC.BAD_F(NUMBER) body:1:24: "+missing,
		"DYNAMIC_TABLE D.PUBLIC.DT query:1:15: "+missing,
		"MASKING_POLICY D.PUBLIC.MP body:1:33: "+missing,
		"VIEW D.PUBLIC.OVER_V query:1:15: 002003 (02000): SQL compilation error: Failure during expansion of view 'V':"+
			" SQL compilation error: Object 'OLD.PUBLIC.T' does not exist or not authorized.",
		"PIPE D.PUBLIC.P copy:1:11: "+table,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:3:30: "+missing,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:7:47: "+missing,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:10:27: "+missing,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:11:16: "+table,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:11:37: "+missing,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:13:3: 000904 (42000): SQL compilation error: error line 1 at position 0 invalid identifier 'NOPE'",
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:15:34: "+table,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:17:18: "+table,
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:19:8: 002140 (42601): SQL compilation error: Unknown function SP2",
		"PROCEDURE D.PUBLIC.SP(NUMBER, VARCHAR) body:20:10: 002049 (42601):"+
			" SQL compilation error: error line 20 at position 9 Bind variable :UNDECLARED not set.",
		"TASK D.PUBLIC.TK condition:1:24: 002003 (02000): SQL compilation error: Stream 'OLD.PUBLIC.CH' does not exist or not authorized.",
		"TASK D.PUBLIC.TK body:1:13: "+table,
		"TASK D.PUBLIC.TK body:1:43: 002003 (02000): SQL compilation error: Object 'SECRET.PUBLIC.T' does not exist or not authorized.",
		"VIEW D.PUBLIC.V query:2:8: "+missing,
		"VIEW D.PUBLIC.V query:1:13: 002141 (42601): SQL compilation error: Unknown user-defined function OLD.PUBLIC.F",
	)
}

func TestUnresolvedOfAMissingDatabase(t *testing.T) {
	t.Parallel()
	if _, err := newWorld(t, Switches{}).account.Unresolved("NOPE"); err == nil {
		t.Error("want an error")
	}
}
