package emulator_test

// code is a database of OWNER with procedures that CALLER may call, who has a
// database of the same shape.
const code = `
CREATE WAREHOUSE CODE_WH; CREATE ROLE OWNER; CREATE ROLE CALLER;
GRANT USAGE ON WAREHOUSE CODE_WH TO ROLE OWNER; GRANT USAGE ON WAREHOUSE CODE_WH TO ROLE CALLER;
GRANT EXECUTE TASK ON ACCOUNT TO ROLE OWNER; GRANT EXECUTE ALERT ON ACCOUNT TO ROLE OWNER;
CREATE DATABASE D; CREATE DATABASE MINE;
CREATE TABLE MINE.PUBLIC.LOG (TEXT VARCHAR); GRANT OWNERSHIP ON TABLE MINE.PUBLIC.LOG TO ROLE CALLER;
GRANT OWNERSHIP ON SCHEMA MINE.PUBLIC TO ROLE CALLER; GRANT OWNERSHIP ON DATABASE MINE TO ROLE CALLER;
GRANT OWNERSHIP ON SCHEMA D.PUBLIC TO ROLE OWNER; GRANT OWNERSHIP ON DATABASE D TO ROLE OWNER;
GRANT ROLE OWNER TO USER SNOWFLAKE; USE ROLE OWNER; USE SCHEMA D.PUBLIC;
CREATE TABLE LOG (TEXT VARCHAR);
CREATE PROCEDURE NOTE(T VARCHAR) RETURNS NUMBER LANGUAGE SQL AS 'BEGIN INSERT INTO LOG VALUES (:t); RETURN SQLROWCOUNT; END';
CREATE PROCEDURE NOTE_HERE(T VARCHAR) RETURNS NUMBER LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN INSERT INTO LOG VALUES (:t); RETURN SQLROWCOUNT; END';
CREATE PROCEDURE THROUGH(T VARCHAR) RETURNS NUMBER LANGUAGE SQL AS 'DECLARE n NUMBER; BEGIN CALL NOTE_HERE(:t) INTO :n; RETURN n; END';
CREATE PROCEDURE CHANGES() RETURNS NUMBER LANGUAGE SQL AS 'BEGIN ALTER SESSION SET QUERY_TAG = X; END';
CREATE PROCEDURE TELLS() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN GET_DDL(''PROCEDURE'', ''NOTE(VARCHAR)''); END';
CREATE TASK ROOT WAREHOUSE = CODE_WH SCHEDULE = '60 MINUTE' AS CALL NOTE('root');
CREATE TASK SKIPPED WAREHOUSE = CODE_WH AFTER ROOT AS CALL NOTE('suspended');
CREATE TASK CHILD WAREHOUSE = CODE_WH AFTER ROOT AS CALL NOTE_HERE('child of ' || CURRENT_ROLE());
CREATE TASK LAST_ONE WAREHOUSE = CODE_WH FINALIZE = ROOT AS CALL NOTE('finalizer');
CREATE ALERT MANY WAREHOUSE = CODE_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1 FROM LOG)) THEN CALL NOTE('many');
ALTER TASK CHILD RESUME; ALTER TASK LAST_ONE RESUME;
GRANT USAGE ON DATABASE D TO ROLE CALLER; GRANT USAGE ON SCHEMA D.PUBLIC TO ROLE CALLER;
GRANT USAGE ON ALL PROCEDURES IN SCHEMA D.PUBLIC TO ROLE CALLER; GRANT OPERATE ON TASK ROOT TO ROLE CALLER;
`

var codeFacts = []fact{
	{
		id: "C24 C43", name: "procedures_run_as_owner_or_caller", reason: "whose tables unqualified names mean", setup: code,
		show: func(w *world) {
			o, c := w.as("OWNER"), w.as("CALLER")
			o.run("USE WAREHOUSE CODE_WH", "USE SCHEMA D.PUBLIC")
			c.run("USE WAREHOUSE CODE_WH", "USE SCHEMA MINE.PUBLIC")
			equal(w.t, "answer", c.rows("CALL D.PUBLIC.NOTE('owner')"), "1")
			equal(w.t, "answer", c.rows("CALL D.PUBLIC.NOTE_HERE('caller')"), "1")
			equal(w.t, "answer", c.rows("CALL D.PUBLIC.THROUGH('through')"), "1")
			equal(w.t, "the owner's table", o.rows("SELECT TEXT FROM LOG"), "owner", "through")
			equal(w.t, "the caller's table", c.rows("SELECT TEXT FROM LOG"), "caller")
			c.fails(90236, "Stored procedure execution error: Unsupported statement type 'ALTER_SESSION'.", "CALL D.PUBLIC.CHANGES()")
		},
	},
	{
		id: "G15", name: "an_owners_procedure_does_not_tell_others_its_code", reason: "GET_DDL is the owner's", setup: code,
		show: func(w *world) {
			o, c := w.as("OWNER"), w.as("CALLER")
			o.run("USE WAREHOUSE CODE_WH", "CALL D.PUBLIC.TELLS()")
			c.run("USE WAREHOUSE CODE_WH")
			c.fails(90236, "GET_DDL", "CALL D.PUBLIC.TELLS()")
		},
	},
	{
		id: "E5", name: "an_exception_that_nobody_handles", reason: "type, line and position", setup: code,
		show: func(w *world) {
			w.fails(-20002, "Uncaught exception of type 'MINE' on line 3 at position 1 : Mine.",
				"EXECUTE IMMEDIATE $$DECLARE MINE EXCEPTION (-20002, 'Mine.');\nBEGIN\n RAISE MINE;\nEND$$")
			w.fails(2003, "Uncaught exception of type 'STATEMENT_ERROR' on line 1 at position 6 : SQL compilation error:\nObject 'D.PUBLIC.NOPE' does not exist",
				"BEGIN SELECT * FROM D.PUBLIC.NOPE; END")
			equal(w.t, "handled", w.rows("BEGIN SELECT * FROM D.PUBLIC.NOPE; EXCEPTION WHEN STATEMENT_ERROR THEN RETURN SQLCODE || ' ' || SQLSTATE; END"), "2003 02000")
		},
	},
	{
		id: "T9 T15", name: "execute_task_runs_a_graph_once", reason: "as the owner, in order, the finalizer last", setup: code,
		show: func(w *world) {
			o, c := w.as("OWNER"), w.as("CALLER")
			o.run("USE WAREHOUSE CODE_WH", "USE SCHEMA D.PUBLIC")
			equal(w.t, "answer", []string{c.status("EXECUTE TASK D.PUBLIC.ROOT")}, "Task ROOT is scheduled to run immediately.")
			equal(w.t, "rows", o.rows("SELECT TEXT FROM LOG"), "root", "child of OWNER", "finalizer")
			o.run("ALTER TASK CHILD MODIFY AS CALL NOPE()", "EXECUTE TASK ROOT")
			equal(w.t, "history", o.rows("SELECT NAME, STATE, ERROR_CODE FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 3)) ORDER BY NAME"),
				"CHILD FAILED 2140", "LAST_ONE SUCCEEDED ∅", "ROOT SUCCEEDED ∅")
		},
	},
	{
		id: "T16", name: "execute_alert_runs_an_alert_once", reason: "the action if the condition finds a row", setup: code,
		show: func(w *world) {
			o := w.as("OWNER")
			o.run("USE WAREHOUSE CODE_WH", "USE SCHEMA D.PUBLIC", "EXECUTE ALERT MANY")
			equal(w.t, "nothing", o.rows("SELECT TEXT FROM LOG"))
			o.run("INSERT INTO LOG VALUES ('one')", "EXECUTE ALERT MANY")
			equal(w.t, "rows", o.rows("SELECT TEXT FROM LOG"), "one", "many")
			equal(w.t, "history", o.column("STATE", "SELECT STATE FROM TABLE(INFORMATION_SCHEMA.ALERT_HISTORY())"), "TRIGGERED", "CONDITION_FALSE")
		},
	},
}
