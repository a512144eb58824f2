package account

import "testing"

// callWorld has a procedure's owner OWNER, who alone may use the table LOG, and
// a CALLER with a database of its own.
const callWorld = `
CREATE ROLE OWNER; CREATE ROLE CALLER; GRANT ROLE OWNER TO ROLE SYSADMIN;
GRANT USAGE ON WAREHOUSE WH TO ROLE OWNER; GRANT USAGE ON WAREHOUSE WH TO ROLE CALLER;
CREATE DATABASE D; GRANT OWNERSHIP ON DATABASE D TO ROLE OWNER; GRANT OWNERSHIP ON SCHEMA D.PUBLIC TO ROLE OWNER;
CREATE DATABASE MINE; GRANT OWNERSHIP ON DATABASE MINE TO ROLE CALLER; GRANT OWNERSHIP ON SCHEMA MINE.PUBLIC TO ROLE CALLER;
GRANT ROLE OWNER TO USER SNOWFLAKE; GRANT ROLE CALLER TO USER SNOWFLAKE;
USE ROLE CALLER; CREATE TABLE MINE.PUBLIC.LOG (TEXT VARCHAR);
USE ROLE OWNER; USE SCHEMA D.PUBLIC; CREATE TABLE LOG (TEXT VARCHAR);
CREATE PROCEDURE NOTE(T VARCHAR) RETURNS NUMBER LANGUAGE SQL AS 'BEGIN INSERT INTO LOG VALUES (:t); RETURN SQLROWCOUNT; END';
CREATE PROCEDURE NOTE_HERE(T VARCHAR) RETURNS NUMBER LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN INSERT INTO LOG VALUES (:t); RETURN SQLROWCOUNT; END';
GRANT USAGE ON DATABASE D TO ROLE CALLER; GRANT USAGE ON SCHEMA D.PUBLIC TO ROLE CALLER;
GRANT USAGE ON ALL PROCEDURES IN SCHEMA D.PUBLIC TO ROLE CALLER;
`

// called is the world of a caller.
func called(t *testing.T) (owner, caller *world) {
	t.Helper()
	w := newWorld(t, Switches{})
	w.load(callWorld)
	owner, caller = w.as("OWNER"), w.as("CALLER")
	owner.run("USE WAREHOUSE WH", "USE SCHEMA D.PUBLIC")
	caller.run("USE WAREHOUSE WH", "USE SCHEMA MINE.PUBLIC")
	return owner, caller
}

func TestCallRunsWithItsOwnersRightsWhereItLives(t *testing.T) {
	t.Parallel()
	owner, caller := called(t)
	equal(t, "answer", caller.rows("CALL D.PUBLIC.NOTE('a')"), "1")
	equal(t, "the owner's table", owner.rows("SELECT * FROM LOG"), "a")
	equal(t, "the caller's table", caller.rows("SELECT * FROM LOG"))
	caller.fails(2003, "does not exist or not authorized", "SELECT * FROM D.PUBLIC.LOG")
}

func TestCallRunsWithTheCallersRightsInTheSession(t *testing.T) {
	t.Parallel()
	owner, caller := called(t)
	equal(t, "answer", caller.rows("CALL D.PUBLIC.NOTE_HERE('b')"), "1")
	equal(t, "the caller's table", caller.rows("SELECT * FROM LOG"), "b")
	equal(t, "the owner's table", owner.rows("SELECT * FROM LOG"))
	caller.run("USE SCHEMA D.PUBLIC")
	caller.fails(2003, "Uncaught exception of type 'STATEMENT_ERROR' on line 1 at position 6 : SQL compilation error:\nTable 'D.PUBLIC.LOG' does not exist",
		"CALL NOTE_HERE('c')")
}

func TestCallFromAnOwnersProcedureHasOwnersRights(t *testing.T) {
	t.Parallel()
	owner, caller := called(t)
	owner.run("CREATE PROCEDURE OUTER_ONE() RETURNS NUMBER LANGUAGE SQL AS 'DECLARE n NUMBER; BEGIN CALL NOTE_HERE(''d'') INTO :n; RETURN n; END'",
		"GRANT USAGE ON PROCEDURE OUTER_ONE() TO ROLE CALLER")
	equal(t, "answer", caller.rows("CALL D.PUBLIC.OUTER_ONE()"), "1")
	equal(t, "the owner's table", owner.rows("SELECT * FROM LOG"), "d")
}

func TestCallKeepsTheCallersSession(t *testing.T) {
	t.Parallel()
	owner, caller := called(t)
	caller.run("SET V = 'mine'")
	for _, body := range []string{"USE ROLE PUBLIC", "SET X = 1", "ALTER SESSION SET QUERY_TAG = X", "SHOW VARIABLES", "CREATE TEMPORARY TABLE T (A INT)"} {
		owner.run("CREATE OR REPLACE PROCEDURE BAD() RETURNS NUMBER LANGUAGE SQL AS 'BEGIN "+body+"; END'", "GRANT USAGE ON PROCEDURE BAD() TO ROLE CALLER")
		caller.fails(90236, "Stored procedure execution error: Unsupported statement type", "CALL D.PUBLIC.BAD()")
	}
	owner.run("CREATE OR REPLACE PROCEDURE BAD() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN $V; END'", "GRANT USAGE ON PROCEDURE BAD() TO ROLE CALLER")
	caller.fails(2211, "Session variable '$V' does not exist", "CALL D.PUBLIC.BAD()")
	owner.run("ALTER PROCEDURE BAD() EXECUTE AS CALLER")
	equal(t, "a caller's procedure sees it", caller.rows("CALL D.PUBLIC.BAD()"), "mine")
}

func TestCallChoosesAmongOverloads(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	body := func(signature, text string) string {
		return "CREATE PROCEDURE O(" + signature + ") RETURNS VARCHAR LANGUAGE SQL AS $$BEGIN RETURN '" + text + "'; END$$"
	}
	owner.run(body("A NUMBER", "number"), body("B VARCHAR", "text"), body("A NUMBER, B VARCHAR DEFAULT 'x'", "both"), body("C DATE", "date"))
	for statement, want := range map[string]string{
		"CALL O('1')": "text", "CALL O(1, 'y')": "both", "CALL O(b => 'x')": "text", "CALL O(c => '2020-01-01')": "date",
		"CALL O(CURRENT_DATE)": "date", "CALL O(a => 1, b => 'z')": "both",
	} {
		equal(t, statement, owner.rows(statement), want)
	}
	owner.fails(1044, "Invalid argument types for function 'O': (NUMBER(1,0), NUMBER(1,0), NUMBER(1,0))", "CALL O(1, 2, 3)")
	owner.fails(1044, "Invalid argument types", "CALL O(nope => 1)")
	owner.fails(2140, "Unknown function NOPE", "CALL NOPE()")
	owner.fails(2141, "Unknown user-defined function D.PUBLIC.NOPE", "CALL D.PUBLIC.NOPE(1)")
	owner.fails(1003, "unexpected '<EOF>'", "CALL O")
}

func TestCallPassesArgumentsAndDefaults(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	owner.run("INSERT INTO LOG VALUES ('x'), ('y')", "CREATE PROCEDURE ARGS(A NUMBER(5,2), B VARCHAR DEFAULT 'b' || 'c', C BOOLEAN DEFAULT TRUE) "+
		"RETURNS VARCHAR LANGUAGE SQL AS $$BEGIN a := a + 1; RETURN a || ' ' || b || ' ' || c::VARCHAR; END$$", "SET V = 7")
	equal(t, "defaults", owner.rows("CALL ARGS('1.5')"), "2.50 bc true")
	equal(t, "by name", owner.rows("CALL ARGS(c => FALSE, a => 2)"), "3.00 bc false")
	equal(t, "a subquery", owner.rows("CALL ARGS((SELECT COUNT(*) FROM LOG), $V)"), "3.00 7 true")
	equal(t, "a query without parentheses", owner.rows("CALL ARGS(SELECT COUNT(*) FROM LOG)"), "3.00 bc true")
	owner.fails(100038, "Numeric value 'x' is not recognized", "CALL ARGS('x')")
}

func TestCallIsBoundedInDepth(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	owner.run("CREATE PROCEDURE DEEP(N INT) RETURNS INT LANGUAGE SQL AS $$DECLARE R INT DEFAULT 0; BEGIN IF (n > 0) THEN LET M := n - 1; CALL DEEP(:m) INTO :r; END IF; RETURN r + 1; END$$")
	equal(t, "some depth", owner.rows("CALL DEEP(10)"), "11")
	owner.fails(100183, "the maximum depth of 32 nested calls is exceeded", "CALL DEEP(1000)")
}

func TestCallAnswersWhatTheProcedureDeclares(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	owner.run("INSERT INTO LOG VALUES ('5')")
	for body, want := range map[string]string{
		"RETURNS FLOAT LANGUAGE SQL AS $$BEGIN RETURN '1.5'; END$$":                                                                               "1.5",
		"RETURNS TABLE (N NUMBER) LANGUAGE SQL AS $$DECLARE R RESULTSET DEFAULT (SELECT TEXT FROM LOG); BEGIN RETURN TABLE(R); END$$":             "5",
		"RETURNS TABLE () LANGUAGE SQL AS $$BEGIN LET R RESULTSET := (SELECT TEXT || 'x' AS C FROM LOG); RETURN TABLE(R); END$$":                  "5x",
		"RETURNS VARCHAR LANGUAGE SQL AS BEGIN LET X := (SELECT MAX(TEXT) FROM LOG); RETURN X; END":                                               "5",
		"RETURNS VARCHAR LANGUAGE SQL AS $$ EXECUTE IMMEDIATE 'SELECT 1' $$":                                                                      "∅",
		"RETURNS VARCHAR LANGUAGE SQL AS $$BEGIN EXECUTE IMMEDIATE 'CREATE TABLE N (A INT)'; INSERT INTO N VALUES (3); RETURN SQLROWCOUNT; END$$": "1",
	} {
		owner.run("CREATE OR REPLACE PROCEDURE P() " + body)
		equal(t, body, owner.rows("CALL P()"), want)
	}
	owner.run("CREATE OR REPLACE PROCEDURE P() RETURNS TABLE (A INT, B INT) LANGUAGE SQL AS $$DECLARE R RESULTSET DEFAULT (SELECT 1); BEGIN RETURN TABLE(R); END$$")
	owner.fails(100183, "data type of returned table does not match expected returned table type", "CALL P()")
	owner.run("CREATE OR REPLACE PROCEDURE P() RETURNS NUMBER NOT NULL LANGUAGE SQL AS $$BEGIN NULL; END$$")
	owner.fails(100072, "NULL result in a non-nullable column", "CALL P()")
}

func TestCallDoesNotRunOtherLanguages(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	owner.run("CREATE PROCEDURE JS() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1;'",
		"CREATE PROCEDURE PY() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') HANDLER = 'f' AS 'def f(s): return 1'")
	owner.fails(2, "Unsupported feature 'running the procedure D.PUBLIC.JS(), which is written in JAVASCRIPT'.", "CALL JS()")
	owner.fails(2, "which is written in PYTHON", "CALL PY()")
}

func TestCopyChecksItsNames(t *testing.T) {
	t.Parallel()
	owner, caller := called(t)
	owner.run("CREATE STAGE ST")
	owner.fails(2, "COPY INTO a table", "COPY INTO LOG FROM @ST FILE_FORMAT = (TYPE = CSV)")
	owner.fails(2, "COPY INTO a stage", "COPY INTO @ST FROM LOG")
	owner.fails(2003, "Stage 'D.PUBLIC.NOPE' does not exist", "COPY INTO LOG FROM @NOPE")
	caller.fails(2003, "Table 'D.PUBLIC.LOG' does not exist", "COPY INTO D.PUBLIC.LOG FROM @D.PUBLIC.ST")
}

func TestCallNeedsAWarehouse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(callWorld)
	w.as("OWNER").fails(606, "No active warehouse selected", "CALL D.PUBLIC.NOTE('a')")
}

func TestProceduresAreReadWhenTheyAreMade(t *testing.T) {
	t.Parallel()
	owner, _ := called(t)
	owner.fails(1003, "unexpected '<EOF>'", "CREATE PROCEDURE P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN 1;'")
	owner.run("CREATE PROCEDURE P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN SELECT * FROM NOT_YET; END'")
}
