package emulator_test

import (
	"errors"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var errorFacts = []fact{
	{
		id: "M2", name: "status_texts_name_the_kind_and_the_plain_name", reason: "stored and unqualified (M3)", setup: "CREATE DATABASE D; CREATE ROLE R;",
		show: func(w *world) {
			equal(w.t, "texts", []string{
				w.status("CREATE SCHEMA D.s"), w.status("CREATE TABLE D.S.t (a NUMBER)"), w.status("CREATE VIEW D.S.v AS SELECT 1 AS A"),
				w.status("CREATE STREAM D.S.st ON TABLE D.S.T"), w.status("CREATE PROCEDURE D.S.p() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN 1; END'"),
				w.status("ALTER TABLE D.S.T SET COMMENT = 'x'"), w.status("USE ROLE SYSADMIN"), w.status("USE ROLE ACCOUNTADMIN"),
				w.status("DROP TABLE D.S.T"), w.status("UNDROP TABLE D.S.T"),
			}, "Schema S successfully created.", "Table T successfully created.", "View V successfully created.", "Stream ST successfully created.",
				"Function P successfully created.", "Statement executed successfully.", "Statement executed successfully.",
				"Statement executed successfully.", "T successfully dropped.", "Table T successfully restored.")
		},
	},
	{
		id: "T10", name: "tasks_cannot_be_renamed", reason: "there is no such clause", setup: mixed,
		show: func(w *world) {
			w.fails(1003, "unexpected 'RENAME'", "ALTER TASK SHOP.SALES.ROOT RENAME TO SHOP.SALES.R2")
		},
	},
	{
		id: "U4", name: "kinds_that_there_are_none_of_can_be_shown", reason: "an inventory asks for them", setup: shop,
		show: func(w *world) {
			equal(w.t, "notebooks", w.column("name", "SHOW NOTEBOOKS IN DATABASE SHOP"))
			equal(w.t, "repositories", w.column("name", "SHOW GIT REPOSITORIES IN SCHEMA SHOP.SALES"))
			w.fails(2043, "Object does not exist", "SHOW STREAMLITS IN DATABASE NOPE")
		},
	},
	{
		id: "errors", name: "what_is_not_known_is_a_syntax_error", reason: "strictness", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			w.fails(1003, "syntax error line 1 at position 0 unexpected 'FROBNICATE'.", "FROBNICATE THE TABLE")
			w.fails(1003, "syntax error line 1 at position 7 unexpected 'WIDGET'.", "CREATE WIDGET D.PUBLIC.N")
			w.fails(1003, "unexpected 'FOO'", "CREATE TABLE D.PUBLIC.T (A NUMBER) FOO = 1")
			w.fails(1003, "unexpected 'SHOUT'", "GRANT SHOUT ON DATABASE D TO ROLE PUBLIC")
			w.fails(2040, "Unsupported data type 'NUMBR'.", "CREATE TABLE D.PUBLIC.T (A NUMBR)")
			w.fails(1003, "unexpected 'DROP'", "CREATE DATABASE D2 CLONE D DROP DATABASE D")
		},
	},
	{
		id: "errors", name: "missing_context", reason: "090105 and 090106", setup: "CREATE DATABASE D; DROP SCHEMA D.PUBLIC;",
		show: func(w *world) {
			w.fails(90105, "does not have a current database", "CREATE TABLE T (A NUMBER)")
			w.run("USE DATABASE D")
			w.fails(90106, "does not have a current schema", "CREATE TABLE T (A NUMBER)")
			w.fails(2043, "Object does not exist, or operation cannot be performed.", "USE DATABASE NOPE")
			w.fails(2043, "Object does not exist, or operation cannot be performed.", "USE WAREHOUSE NOPE")
		},
	},
	{
		id: "errors", name: "statements_that_are_not_run", reason: "Snowflake has them, so that they are no syntax errors", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			for _, s := range []string{"EXPLAIN SELECT 1", "LIST @~", "REMOVE @~/a"} {
				w.fails(2, "Unsupported feature", s)
			}
			equal(w.t, "a statement that runs", w.rows("SELECT EXECUTION_STATUS, TOTAL_ELAPSED_TIME >= 0 FROM TABLE(D.INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 1))"),
				"RUNNING 1")
			w.run("CREATE ROLE R", "GRANT APPLY PROJECTION POLICY ON ACCOUNT TO ROLE R", "GRANT APPLY JOIN POLICY ON ACCOUNT TO ROLE R")
		},
	},
	{
		id: "errors", name: "an_object_of_another_kind", reason: "it is named", setup: shop,
		show: func(w *world) {
			w.fails(2203, "Object found is of type 'VIEW', not specified type 'TABLE'.", "DROP TABLE SHOP.SALES.V_FULL")
			w.fails(2002, "Object 'SHOP.SALES.CUSTOMERS' already exists.", "CREATE TABLE SHOP.SALES.CUSTOMERS (A NUMBER)")
			w.fails(2002, "already exists as TABLE", "CREATE OR REPLACE VIEW SHOP.SALES.CUSTOMERS AS SELECT 1 AS A")
		},
	},
	{
		id: "U16", name: "switch_changes_the_state_of_missing_tables", reason: "02000 and 42S02 are both seen", setup: "CREATE DATABASE D;",
		switches: account.Switches{TableNotFoundState42S02: true},
		show: func(w *world) {
			_, err := w.query(w.t.Context(), "SELECT * FROM D.PUBLIC.NOPE")
			if e, ok := errors.AsType[*sf.SnowflakeError](err); !ok || e.SQLState != "42S02" {
				w.t.Error(err)
			}
		},
	},
}

var limitFacts = []fact{
	{
		id: "L12", name: "ddl_commits", reason: "ROLLBACK takes back DML since BEGIN only", setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (A NUMBER);",
		show: func(w *world) {
			w.run("USE DATABASE D", "BEGIN", "INSERT INTO T VALUES (1)", "ROLLBACK")
			equal(w.t, "taken back", w.rows("SELECT * FROM T"))
			w.run("BEGIN", "INSERT INTO T VALUES (2)", "CREATE TABLE T2 (A NUMBER)", "ROLLBACK")
			equal(w.t, "committed", w.rows("SELECT * FROM T"), "2")
			w.run("BEGIN TRANSACTION", "DELETE FROM T", "COMMIT", "ROLLBACK")
			equal(w.t, "deleted", w.rows("SELECT * FROM T"))
		},
	},
	{
		id: "R8", name: "a_stage_of_an_external_table_stays", reason: "and so does its file format",
		setup: mixed + "USE ROLE PROD; CREATE FILE FORMAT SHOP.SALES.FF TYPE = JSON; CREATE EXTERNAL TABLE SHOP.SALES.EXT2 LOCATION = @SHOP.SALES.OUTSIDE FILE_FORMAT = (FORMAT_NAME = 'SHOP.SALES.FF');",
		show: func(w *world) {
			w.fails(3004, "refers to it", "DROP STAGE SHOP.SALES.OUTSIDE")
			w.fails(3004, "refers to it", "CREATE OR REPLACE FILE FORMAT SHOP.SALES.FF TYPE = CSV")
			w.run("DROP EXTERNAL TABLE SHOP.SALES.EXT2", "DROP FILE FORMAT SHOP.SALES.FF")
		},
	},
	{
		id: "L2", name: "ddl_needs_no_warehouse_and_computing_does", reason: "000606", setup: shop,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("CREATE TABLE SHOP.PUBLIC.T (A NUMBER)", "GRANT SELECT ON TABLE SHOP.PUBLIC.T TO ROLE READER", "SHOW TABLES", "SELECT CURRENT_ROLE()")
			for _, s := range []string{"SELECT * FROM SHOP.PUBLIC.T", "INSERT INTO SHOP.PUBLIC.T VALUES (1)", "CREATE TABLE SHOP.PUBLIC.T2 AS SELECT 1 AS A",
				"DELETE FROM SHOP.PUBLIC.T", "UPDATE SHOP.PUBLIC.T SET A = 1"} {
				p.fails(606, "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.", s)
			}
		},
	},
	{
		id: "L11", name: "a_tag_value_has_at_most_256_characters", reason: "and must be allowed", setup: "CREATE DATABASE D; CREATE TAG D.PUBLIC.T ALLOWED_VALUES 'a', 'b';",
		show: func(w *world) {
			w.run("ALTER DATABASE D SET TAG D.PUBLIC.T = 'a'")
			w.fails(391818, "not allowed", "ALTER DATABASE D SET TAG D.PUBLIC.T = 'c'")
		},
	},
}

var dropFacts = []fact{
	{
		id: "X1", name: "only_the_owner_drops", reason: "and what is used outside stays", setup: masked + "USE ROLE ACCOUNTADMIN; CREATE DATABASE D;",
		show: func(w *world) {
			w.as("READER").fails(3001, "Insufficient privileges to operate on database 'SHOP'", "DROP DATABASE SHOP")
			w.run("CREATE TABLE D.PUBLIC.T (A VARCHAR WITH MASKING POLICY SHOP.PUBLIC.MASK)")
			w.fails(1492, "associated with one or more entities", "DROP DATABASE SHOP")
			w.run("DROP TABLE D.PUBLIC.T", "DROP DATABASE SHOP CASCADE")
			w.fails(2003, "does not exist", "DROP DATABASE SHOP")
		},
	},
	{
		id: "X2", name: "undrop_restores_within_retention", reason: "unless the name is taken", setup: shop,
		show: func(w *world) {
			w.run("DROP DATABASE SHOP", "CREATE DATABASE SHOP")
			w.fails(2002, "already exists", "UNDROP DATABASE SHOP")
			w.run("ALTER DATABASE SHOP RENAME TO OTHER")
			equal(w.t, "text", []string{w.status("UNDROP DATABASE SHOP")}, "Database SHOP successfully restored.")
			w.run("USE WAREHOUSE WH")
			equal(w.t, "rows", w.rows("SELECT COUNT(*) FROM SHOP.SALES.CUSTOMERS"), "2")
			w.run("DROP TABLE SHOP.SALES.ORDERS", "UNDROP TABLE SHOP.SALES.ORDERS", "DROP DATABASE SHOP")
			w.pass(8 * 24 * time.Hour)
			w.fails(2003, "does not exist", "UNDROP DATABASE SHOP")
		},
	},
	{
		id: "X3", name: "swap_exchanges_names_contents_and_grants", reason: "the way to refresh a clone", setup: shop,
		show: func(w *world) {
			w.run("CREATE DATABASE D", "ALTER DATABASE SHOP SWAP WITH D")
			equal(w.t, "schemas", w.column("name", "SHOW SCHEMAS IN DATABASE D"), "INFORMATION_SCHEMA", "PUBLIC", "SALES")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON DATABASE D", "privilege", "grantee_name"), "OWNERSHIP PROD", "USAGE READER")
			w.run("ALTER DATABASE D RENAME TO E")
			equal(w.t, "text", w.column("text", "SHOW VIEWS LIKE 'V_FULL' IN DATABASE E"), "CREATE VIEW SHOP.SALES.V_FULL AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS")
			w.as("READER").fails(3001, "Insufficient privileges", "ALTER DATABASE E SWAP WITH SHOP")
		},
	},
	{
		id: "X4", name: "retention_has_limits", reason: "90 days, one for what is transient", setup: "CREATE DATABASE D; CREATE TRANSIENT DATABASE T;",
		show: func(w *world) {
			w.fails(1008, "invalid value [91]", "ALTER DATABASE D SET DATA_RETENTION_TIME_IN_DAYS = 91")
			w.fails(1008, "invalid value [2]", "ALTER DATABASE T SET DATA_RETENTION_TIME_IN_DAYS = 2")
			w.run("ALTER DATABASE D SET DATA_RETENTION_TIME_IN_DAYS = 90", "ALTER DATABASE D SET COMMENT = 'x'", "ALTER DATABASE D UNSET COMMENT")
			equal(w.t, "database", w.rows("SHOW DATABASES LIKE 'D'", "comment", "retention_time"), " 90")
		},
	},
}

var travelFacts = []fact{
	{
		id: "C6", name: "at_includes_and_before_excludes", reason: "by timestamp, offset and statement", setup: shop,
		show: func(w *world) {
			w.run("USE WAREHOUSE WH")
			w.run("DELETE FROM SHOP.SALES.CUSTOMERS WHERE ID = 1")
			id := w.queryID
			w.run("CREATE DATABASE A CLONE SHOP AT(STATEMENT => '"+id+"')", "CREATE DATABASE B CLONE SHOP BEFORE(STATEMENT => '"+id+"')",
				"CREATE DATABASE C CLONE SHOP AT(OFFSET => -1)",
				"CREATE DATABASE D CLONE SHOP AT(TIMESTAMP => '"+w.now().Format(time.RFC3339Nano)+"'::TIMESTAMP_TZ)")
			equal(w.t, "rows", w.rows("SELECT (SELECT COUNT(*) FROM A.SALES.CUSTOMERS), (SELECT COUNT(*) FROM B.SALES.CUSTOMERS), "+
				"(SELECT COUNT(*) FROM C.SALES.CUSTOMERS), (SELECT COUNT(*) FROM D.SALES.CUSTOMERS)"), "1 2 1 1")
			w.fails(709, "statement nope not found", "CREATE DATABASE E CLONE SHOP AT(STATEMENT => 'nope')")
			w.fails(1008, "OFFSET", "CREATE DATABASE E CLONE SHOP AT(OFFSET => 5)")
		},
	},
	{
		id: "C7", name: "a_clone_is_as_of_its_start", reason: "later changes do not show", setup: shop,
		show: func(w *world) {
			w.run("USE WAREHOUSE WH", "CREATE DATABASE D CLONE SHOP", "DELETE FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "rows", w.rows("SELECT COUNT(*) FROM D.SALES.CUSTOMERS"), "2")
		},
	},
	{
		id: "C40", name: "beyond_retention_or_before_creation", reason: "000707", setup: shop,
		show: func(w *world) {
			w.fails(707, "Time travel data is not available for Database SHOP.", "CREATE DATABASE D CLONE SHOP AT(OFFSET => -86400)")
			w.pass(10 * 24 * time.Hour)
			w.fails(707, "Time travel data is not available for Database SHOP.", "CREATE DATABASE D CLONE SHOP AT(OFFSET => -691200)")
			w.run("CREATE DATABASE D CLONE SHOP AT(OFFSET => -3600)")
		},
	},
	{
		id: "C41", name: "a_child_out_of_reach_fails_the_clone", reason: "unless it is ignored",
		setup: shop + "USE ROLE PROD; ALTER TABLE SHOP.SALES.ORDERS SET DATA_RETENTION_TIME_IN_DAYS = 0; ",
		show: func(w *world) {
			w.pass(time.Hour)
			w.fails(707, "Time travel data is not available for Table ORDERS.", "CREATE DATABASE D CLONE SHOP AT(OFFSET => -60)")
			w.run("CREATE DATABASE D CLONE SHOP AT(OFFSET => -60) IGNORE TABLES WITH INSUFFICIENT DATA RETENTION")
			equal(w.t, "tables", w.column("name", "SHOW TABLES IN DATABASE D"), "CUSTOMERS")
		},
	},
	{
		id: "C41", name: "children_are_those_of_that_time", reason: "dropped ones come back, later ones do not", setup: shop,
		show: func(w *world) {
			w.run("DROP TABLE SHOP.SALES.CUSTOMERS", "CREATE TABLE SHOP.SALES.LATER (A NUMBER)", "ALTER TABLE SHOP.SALES.ORDERS ADD COLUMN X NUMBER",
				"CREATE DATABASE D CLONE SHOP AT(OFFSET => -4)")
			equal(w.t, "tables", w.column("name", "SHOW TABLES IN DATABASE D"), "CUSTOMERS", "ORDERS")
			equal(w.t, "columns", w.column("name", "DESC TABLE D.SALES.ORDERS"), "ID", "CUSTOMER_ID")
		},
	},
	{
		id: "U10", name: "a_timestamp_clone_leaves_tasks_out", reason: "documented for schemas", setup: mixed,
		show: func(w *world) {
			at := "AT(TIMESTAMP => '" + w.now().Format(time.RFC3339Nano) + "'::TIMESTAMP_LTZ)"
			w.run("CREATE DATABASE D CLONE SHOP " + at)
			equal(w.t, "tasks", w.column("name", "SHOW TASKS IN DATABASE D"))
			w.run("CREATE OR REPLACE DATABASE D CLONE SHOP BEFORE(TIMESTAMP => '" + w.now().Format(time.RFC3339Nano) + "'::TIMESTAMP_LTZ)")
			equal(w.t, "tasks before", w.column("name", "SHOW TASKS IN DATABASE D"))
			w.turn("timestampCloneKeepsTasks", "true")
			w.run("CREATE DATABASE E CLONE SHOP "+at, "CREATE SCHEMA SHOP.S2 CLONE SHOP.SALES "+at)
			equal(w.t, "kept", w.column("name", "SHOW TASKS IN DATABASE E"), "CHILD", "LAST", "ROOT")
			equal(w.t, "schema", w.column("name", "SHOW TASKS IN SCHEMA SHOP.S2"))
		},
	},
}
