package account

import (
	"testing"
)

// taskWorld has a graph of PROD's in the shop: ROOT, then LEFT and RIGHT, then
// BOTH, and LAST, the finalizer. Each notes its name.
var taskWorld = shop + `
USE ROLE PROD; USE SCHEMA SHOP.SALES;
CREATE TABLE NOTES (TEXT VARCHAR, ROLE VARCHAR, PLACE VARCHAR);
CREATE PROCEDURE NOTE(T VARCHAR) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS
  'BEGIN INSERT INTO NOTES SELECT :t, CURRENT_ROLE(), CURRENT_SCHEMA(); END';
CREATE TASK ROOT WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' CONFIG = '{"a": {"b": 1}, "c": "x"}' AS CALL NOTE('root');
CREATE TASK LEFT_ONE WAREHOUSE = PROD_WH AFTER ROOT AS BEGIN CALL NOTE('left'); CALL SYSTEM$SET_RETURN_VALUE('from left'); END;
CREATE TASK RIGHT_ONE WAREHOUSE = PROD_WH AFTER ROOT WHEN SYSTEM$STREAM_HAS_DATA('CHANGES') AS INSERT INTO NOTES (TEXT) SELECT NAME FROM CHANGES;
CREATE TASK BOTH_ONES WAREHOUSE = PROD_WH AFTER LEFT_ONE, RIGHT_ONE AS
  BEGIN LET V := SYSTEM$GET_PREDECESSOR_RETURN_VALUE('LEFT_ONE'); CALL NOTE(:v); END;
CREATE TASK LAST_ONE WAREHOUSE = PROD_WH FINALIZE = ROOT AS
  BEGIN LET V := SYSTEM$GET_TASK_GRAPH_CONFIG('a.b') || SYSTEM$GET_TASK_GRAPH_CONFIG('c'); CALL NOTE(:v); END;
CREATE STREAM CHANGES ON TABLE CUSTOMERS;
`

// tasks is the world of an administrator and of the graph's owner, with every
// task resumed.
func tasks(t *testing.T) (admin, p *world) {
	t.Helper()
	w := newWorld(t, Switches{})
	w.load(taskWorld)
	p = w.as("PROD")
	p.run("USE WAREHOUSE PROD_WH", "USE SCHEMA SHOP.SALES", "SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('ROOT')")
	return w, p
}

// history lists the runs, the first first.
func (w *world) history(args string) []string {
	w.t.Helper()
	return w.rows("SELECT NAME, STATE FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_HISTORY(" + args + ")) ORDER BY QUERY_START_TIME NULLS LAST, NAME")
}

func TestExecuteTaskRunsTheGraphInOrder(t *testing.T) {
	t.Parallel()
	_, p := tasks(t)
	equal(t, "answer", []string{p.status("EXECUTE TASK ROOT")}, "Task ROOT is scheduled to run immediately.")
	equal(t, "what ran, with the owner's role where the task lives", p.rows("SELECT * FROM NOTES"),
		"root PROD SALES", "left PROD SALES", "from left PROD SALES", "1x PROD SALES")
	equal(t, "the stream was empty", p.rows("SELECT STATE FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'right_one'))"), "SKIPPED")
	p.run("TRUNCATE TABLE NOTES", "INSERT INTO CUSTOMERS (ID, NAME) VALUES (3, 'Cid')", "EXECUTE TASK ROOT USING CONFIG = '{\"a\": {\"b\": 2}}'")
	equal(t, "the stream had data", p.rows("SELECT TEXT FROM NOTES"), "root", "left", "Cid", "from left", "2x")
	equal(t, "and its offset moved", p.rows("SELECT SYSTEM$STREAM_HAS_DATA('CHANGES')"), "0")
}

func TestExecuteTaskSkipsWhatIsSuspended(t *testing.T) {
	t.Parallel()
	_, p := tasks(t)
	p.run("ALTER TASK ROOT SUSPEND", "ALTER TASK LEFT_ONE SUSPEND", "ALTER TASK LAST_ONE SUSPEND", "EXECUTE TASK ROOT")
	equal(t, "runs", p.history(""), "BOTH_ONES SUCCEEDED", "ROOT SUCCEEDED", "RIGHT_ONE SKIPPED")
	equal(t, "the root stays suspended", p.column("state", "SHOW TASKS LIKE 'ROOT'"), "suspended")
}

func TestExecuteTaskKeepsFailuresToTheHistory(t *testing.T) {
	t.Parallel()
	_, p := tasks(t)
	p.run("ALTER TASK ROOT SUSPEND", "ALTER TASK LEFT_ONE MODIFY AS SELECT * FROM NOPE", "EXECUTE TASK ROOT")
	equal(t, "what comes after a failure does not run, the finalizer does",
		p.rows("SELECT NAME, STATE, ERROR_CODE FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_HISTORY()) ORDER BY NAME"),
		"LAST_ONE SUCCEEDED ∅", "LEFT_ONE FAILED 2003", "RIGHT_ONE SKIPPED ∅", "ROOT SUCCEEDED ∅")
	equal(t, "only errors", p.rows("SELECT ERROR_MESSAGE FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_HISTORY(ERROR_ONLY => TRUE))"),
		"SQL compilation error:\nObject 'SHOP.SALES.NOPE' does not exist or not authorized.")
}

func TestExecuteTaskSkipsTheGraphWithItsRoot(t *testing.T) {
	t.Parallel()
	_, p := tasks(t)
	p.run("ALTER TASK ROOT SUSPEND", "ALTER TASK ROOT MODIFY WHEN SYSTEM$STREAM_HAS_DATA('CHANGES')", "EXECUTE TASK ROOT")
	equal(t, "runs", p.history(""), "ROOT SKIPPED")
	p.run("ALTER TASK ROOT MODIFY WHEN SYSTEM$STREAM_HAS_DATA('NO_STREAM')", "EXECUTE TASK ROOT")
	equal(t, "a condition that does not resolve fails the task", p.rows(
		"SELECT STATE, ERROR_MESSAGE FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'ROOT', RESULT_LIMIT => 1))"),
		"FAILED SQL compilation error:\nStream 'SHOP.SALES.NO_STREAM' does not exist or not authorized.")
}

func TestTasksEndWithTheirSession(t *testing.T) {
	t.Parallel()
	_, p := tasks(t)
	p.run("CREATE TASK OPEN_END WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS "+
		"BEGIN CREATE TEMPORARY TABLE TMP (A INT); BEGIN TRANSACTION; INSERT INTO NOTES (TEXT) VALUES ('lost'); END", "EXECUTE TASK OPEN_END")
	equal(t, "what is not committed is taken back", p.rows("SELECT TEXT FROM NOTES"))
	equal(t, "the task succeeded", p.history("TASK_NAME => 'OPEN_END'"), "OPEN_END SUCCEEDED")
	equal(t, "temporary tables are gone", p.column("name", "SHOW TABLES LIKE 'TMP'"))
}

func TestExecuteTaskNeedsRights(t *testing.T) {
	t.Parallel()
	admin, p := tasks(t)
	r := admin.as("READER")
	r.fails(2003, "does not exist or not authorized", "EXECUTE TASK SHOP.SALES.ROOT")
	p.run("GRANT MONITOR ON TASK ROOT TO ROLE READER")
	r.fails(3001, "Insufficient privileges", "EXECUTE TASK SHOP.SALES.ROOT")
	p.run("GRANT OPERATE ON TASK ROOT TO ROLE READER")
	r.run("EXECUTE TASK SHOP.SALES.ROOT")
	equal(t, "it ran as its owner", p.rows("SELECT DISTINCT ROLE FROM NOTES"), "PROD")
	p.fails(91092, "not the root", "EXECUTE TASK LEFT_ONE")
	admin.run("REVOKE EXECUTE TASK ON ACCOUNT FROM ROLE PROD")
	p.fails(91089, "EXECUTE TASK privilege must be granted to owner role", "EXECUTE TASK ROOT")
	r.run("USE WAREHOUSE WH", "USE DATABASE SHOP")
	equal(t, "who may not see a task does not see its runs",
		r.rows("SELECT DISTINCT NAME FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())"), "ROOT")
}

func TestTasksWithoutAWarehouseNeedNone(t *testing.T) {
	t.Parallel()
	admin, p := tasks(t)
	admin.run("GRANT EXECUTE MANAGED TASK ON ACCOUNT TO ROLE PROD")
	p.run("CREATE TASK FREE SCHEDULE = '60 MINUTE' AS EXECUTE IMMEDIATE $$BEGIN INSERT INTO NOTES (TEXT) VALUES ('free'); END$$", "EXECUTE TASK FREE")
	equal(t, "rows", p.rows("SELECT TEXT FROM NOTES"), "free")
	p.fails(91096, "must be called from within a task", "SELECT SYSTEM$SET_RETURN_VALUE('x')")
}

func TestExecuteAlertRunsItsActionIfItsConditionFindsARow(t *testing.T) {
	t.Parallel()
	admin, p := tasks(t)
	p.run("CREATE ALERT MANY WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1 FROM CUSTOMERS WHERE ID > 2)) THEN CALL NOTE('many')",
		"EXECUTE ALERT MANY")
	equal(t, "nothing yet", p.rows("SELECT TEXT FROM NOTES"))
	p.run("INSERT INTO CUSTOMERS (ID) VALUES (3)")
	equal(t, "answer", []string{p.status("EXECUTE ALERT MANY")}, "Alert MANY is scheduled to run immediately.")
	equal(t, "the action ran as the owner", p.rows("SELECT TEXT, ROLE FROM NOTES"), "many PROD")
	p.run("ALTER ALERT MANY MODIFY ACTION INSERT INTO NOPE VALUES (1)", "EXECUTE ALERT MANY",
		"ALTER ALERT MANY MODIFY CONDITION EXISTS (SELECT 1 FROM NOPE)", "EXECUTE ALERT MANY")
	equal(t, "history", p.rows("SELECT STATE, SQL_ERROR_CODE FROM TABLE(SHOP.INFORMATION_SCHEMA.ALERT_HISTORY(ALERT_NAME => 'many'))"),
		"CONDITION_FAILED 2003", "ACTION_FAILED 2003", "TRIGGERED ∅", "CONDITION_FALSE ∅")
	equal(t, "it stays suspended", p.column("state", "SHOW ALERTS"), "suspended")
	admin.as("READER").fails(2003, "does not exist", "EXECUTE ALERT SHOP.SALES.MANY")
}
