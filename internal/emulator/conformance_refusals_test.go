package emulator_test

import (
	"fmt"
	"strings"
)

// refusal is a statement and the error that it ends with.
type refusal struct {
	statement string
	code      int
	says      string
}

// refuses demands that each of the statements ends with its error.
func (w *world) refuses(list ...refusal) {
	w.t.Helper()
	for _, r := range list {
		w.fails(r.code, r.says, r.statement)
	}
}

// odds adds to mixed what statements can be refused for.
var odds = mixed + `GRANT CREATE DATABASE, CREATE INTEGRATION ON ACCOUNT TO ROLE PROD; USE ROLE PROD; USE WAREHOUSE PROD_WH; USE SCHEMA SHOP.PUBLIC;
CREATE API INTEGRATION GATEWAY API_PROVIDER = AWS_API_GATEWAY API_ALLOWED_PREFIXES = ('https://x.example') ENABLED = TRUE;
CREATE TABLE T (A NUMBER, B VARCHAR); CREATE STAGE INSIDE; CREATE STAGE OUT URL = 's3://b/x/'; CREATE SEQUENCE SEQ; CREATE FILE FORMAT FF TYPE = CSV;
CREATE MASKING POLICY MASK AS (V VARCHAR) RETURNS VARCHAR -> '*'; CREATE TABLE HIDDEN (A NUMBER, B VARCHAR WITH MASKING POLICY MASK);
CREATE HYBRID TABLE HY (ID NUMBER PRIMARY KEY, V VARCHAR, INDEX BY_V (V) INCLUDE (ID)); CREATE HYBRID TABLE HY2 (ID NUMBER PRIMARY KEY, R NUMBER REFERENCES HY (ID));
CREATE EVENT TABLE EV; CREATE VIEW V AS SELECT A FROM T; CREATE DYNAMIC TABLE DT TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A FROM T;
CREATE MATERIALIZED VIEW MV AS SELECT A FROM T; CREATE FUNCTION MEMO() RETURNS NUMBER MEMOIZABLE AS '1';
CREATE EXTERNAL TABLE EXT (ID NUMBER AS (VALUE:c1::NUMBER), D VARCHAR AS (METADATA$FILENAME)) PARTITION BY (D) LOCATION = @OUT PATTERN = '.*[.]csv' AUTO_REFRESH = FALSE FILE_FORMAT = (TYPE = CSV);`

var refusalFacts = []fact{
	{
		id: "X4 C2", name: "a_bad_property_leaves_nothing_half_done", reason: "what is there is taken for made", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			for _, bad := range []string{"DATA_RETENTION_TIME_IN_DAYS = 91", "LOG_LEVEL = 'LOUD'", "TRACE_LEVEL = 'X'", "EXTERNAL_VOLUME = 'NOPE'", "CATALOG = 'NOPE'"} {
				for _, form := range []string{"CREATE DATABASE Z %s", "CREATE DATABASE Z CLONE SHOP %s", "CREATE SCHEMA SHOP.Z %s", "CREATE OR REPLACE SCHEMA SHOP.SALES %s"} {
					if _, err := p.query(w.t.Context(), fmt.Sprintf(form, bad)); err == nil {
						w.t.Errorf("%s is taken in %q", bad, form)
					}
				}
			}
			equal(w.t, "databases", w.column("name", "SHOW DATABASES LIKE 'Z'"))
			equal(w.t, "schemas", w.column("name", "SHOW SCHEMAS IN DATABASE SHOP"), "INFORMATION_SCHEMA", "PUBLIC", "SALES")
			p.refuses(
				refusal{"CREATE OR REPLACE TABLE SHOP.PUBLIC.T (A NUMBER) DATA_RETENTION_TIME_IN_DAYS = 91", 1008, "[91]"},
				refusal{"CREATE TABLE SHOP.PUBLIC.T2 CLONE SHOP.PUBLIC.T DATA_RETENTION_TIME_IN_DAYS = 91", 1008, "[91]"},
				refusal{"CREATE SCHEMA SHOP.INFORMATION_SCHEMA", 2002, "already exists"},
				refusal{"ALTER DATABASE SHOP RENAME TO SHOP", 2002, "already exists"},
				refusal{"ALTER DATABASE SHOP SWAP WITH SHOP", 2002, "already exists"},
			)
			equal(w.t, "columns", w.column("name", "DESCRIBE TABLE SHOP.PUBLIC.T"), "A", "B")
			equal(w.t, "tables", w.column("name", "SHOW TABLES LIKE 'T2' IN SCHEMA SHOP.PUBLIC"))
		},
	},
	{
		id: "R6 T6", name: "a_graph_stands_still_while_a_task_is_suspended_or_dropped", reason: "and who loses its last predecessor is suspended",
		setup: odds + `CREATE TASK ONE WAREHOUSE = PROD_WH SCHEDULE = '2 HOURS' AS SELECT 1; CREATE TASK TWO WAREHOUSE = PROD_WH AFTER ONE AS SELECT 1;
			CREATE TASK THREE WAREHOUSE = PROD_WH AFTER TWO AS SELECT 1; CREATE TASK FOUR WAREHOUSE = PROD_WH AFTER ONE AS SELECT 1;
			ALTER TASK TWO RESUME; ALTER TASK THREE RESUME; ALTER TASK FOUR RESUME; ALTER TASK ONE RESUME;`,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC")
			for _, s := range []string{"ALTER TASK TWO SUSPEND", "DROP TASK TWO", "DROP TASK ONE", "ALTER TASK FOUR REMOVE AFTER ONE"} {
				p.fails(91421, "root task SHOP.PUBLIC.ONE", s)
			}
			p.run("ALTER TASK ONE SUSPEND", "DROP TASK TWO", "ALTER TASK FOUR REMOVE AFTER ONE")
			equal(w.t, "states", p.rows("SHOW TASKS IN SCHEMA SHOP.PUBLIC", "name", "state", "predecessors"),
				"FOUR [] suspended", "ONE [] suspended", "THREE [] suspended")
		},
	},
	{
		id: "tasks", name: "schedules_and_lags_are_times", reason: "what cannot run is not made", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC")
			for _, schedule := range []string{"soon", "0 MINUTES", "5", "USING CRON bad UTC", "USING CRON * * * * * Nowhere/Zone", "USING CRON 60 * * * * UTC", "USING CRON * * * * UTC"} {
				p.fails(1008, "SCHEDULE", "CREATE TASK X WAREHOUSE = PROD_WH SCHEDULE = '"+schedule+"' AS SELECT 1")
				p.fails(1008, "SCHEDULE", "CREATE ALERT X WAREHOUSE = PROD_WH SCHEDULE = '"+schedule+"' IF (EXISTS (SELECT 1)) THEN SELECT 1")
			}
			for _, schedule := range []string{"10 SECONDS", "5 M", "USING CRON 0 9-17 * JAN,MAR MON-FRI America/Los_Angeles", "USING CRON */5 0 L * 5L UTC"} {
				p.run("CREATE OR REPLACE TASK X WAREHOUSE = PROD_WH SCHEDULE = '" + schedule + "' AS SELECT 1")
			}
			for _, lag := range []string{"soon", "30 seconds", "1"} {
				p.fails(1008, "TARGET_LAG", "CREATE DYNAMIC TABLE Y TARGET_LAG = '"+lag+"' WAREHOUSE = PROD_WH AS SELECT A FROM T")
			}
			p.refuses(
				refusal{"ALTER DYNAMIC TABLE DT SET TARGET_LAG = 'never'", 1008, "TARGET_LAG"},
				refusal{"CREATE DYNAMIC TABLE Y TARGET_LAG = DOWNSTREAM WAREHOUSE = PROD_WH REFRESH_MODE = SLOW AS SELECT A FROM T", 1008, "REFRESH_MODE"},
				refusal{"CREATE TASK Y WAREHOUSE = PROD_WH USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'XSMALL' AS SELECT 1", 1008, "INITIAL_WAREHOUSE_SIZE"},
				refusal{"CREATE TASK Y WAREHOUSE = PROD_WH USER_TASK_TIMEOUT_MS = -1 AS SELECT 1", 1008, "USER_TASK_TIMEOUT_MS"},
				refusal{"CREATE TASK Y WAREHOUSE = PROD_WH ERROR_INTEGRATION = NOPE AS SELECT 1", 2003, "Integration 'NOPE'"},
			)
		},
	},
	{
		id: "C4 C12 C33", name: "an_object_is_cloned_by_the_word_of_its_kind", reason: "a dynamic table alone becomes a table as well", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC", "CREATE TABLE PLAIN CLONE DT", "CREATE DYNAMIC TABLE DT2 CLONE DT TARGET_LAG = '2 hours' WAREHOUSE = PROD_WH",
				"CREATE EVENT TABLE EV2 CLONE EV", "CREATE STAGE OUT2 CLONE OUT")
			equal(w.t, "lag", p.rows("SHOW DYNAMIC TABLES IN SCHEMA SHOP.PUBLIC", "name", "target_lag", "is_clone"), "DT 1 hour false", "DT2 2 hours true")
			p.refuses(
				refusal{"CREATE TABLE X CLONE EV", 2203, "'EVENT TABLE', not specified type 'TABLE'"},
				refusal{"CREATE TABLE X CLONE V", 2203, "'VIEW', not specified type 'TABLE'"},
				refusal{"CREATE ICEBERG TABLE X CLONE T", 2203, "'TABLE', not specified type 'ICEBERG TABLE'"},
				refusal{"CREATE STAGE X CLONE INSIDE", 2, "internal stage"},
				refusal{"CREATE TASK X CLONE SHOP.SALES.ROOT CHANGE_TRACKING = TRUE", 1003, "CHANGE_TRACKING"},
			)
		},
	},
	{
		id: "T1 T3", name: "a_stream_is_on_what_changes_in_a_mode_that_goes_with_it", reason: "others are not made", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC", "CREATE STREAM ON_EXT ON EXTERNAL TABLE EXT INSERT_ONLY = TRUE")
			p.refuses(
				refusal{"CREATE STREAM X ON VIEW MV", 2, "materialized view"},
				refusal{"CREATE STREAM X ON STAGE OUT", 2, "directory table"},
				refusal{"CREATE STREAM X ON EXTERNAL TABLE EXT", 2, "mode of stream"},
				refusal{"CREATE STREAM X ON TABLE T INSERT_ONLY = TRUE", 2, "mode of stream"},
				refusal{"CREATE STREAM X ON DYNAMIC TABLE DT APPEND_ONLY = TRUE", 2, "mode of stream"},
			)
		},
	},
	{
		id: "X8 G7", name: "columns_have_names_and_types_that_hold", reason: "views and tables are checked when they are made", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC", "USE WAREHOUSE PROD_WH", "ALTER TABLE T ALTER COLUMN A SET DATA TYPE NUMBER(20,0)", "CREATE VIEW NAMED (X) AS SELECT A + 1 FROM T")
			p.refuses(
				refusal{"CREATE VIEW X AS SELECT A + 1 FROM T", 2022, "Missing column specification"},
				refusal{"CREATE TABLE X AS SELECT 1 UNION ALL SELECT A FROM T", 2022, "Missing column specification"},
				refusal{"CREATE MATERIALIZED VIEW X AS SELECT A FROM V", 2210, "view"},
				refusal{"CREATE MATERIALIZED VIEW X AS SELECT B FROM HIDDEN", 2, "CREATE ON MASKING POLICY COLUMN"},
				refusal{"ALTER TABLE T ALTER COLUMN A SET DATA TYPE VARCHAR", 2108, "cannot change column A from type NUMBER(20,0) to VARCHAR"},
				refusal{"CREATE TABLE X (A NUMBER DEFAULT 'many')", 2023, "data type for column A"},
				refusal{"CREATE TABLE X (A NUMBER) CLUSTER BY (NOPE)", 904, "NOPE"},
				refusal{"ALTER TABLE T CLUSTER BY (NOPE)", 904, "NOPE"},
				refusal{"CREATE TABLE X (A NUMBER, INDEX I (A))", 2, "INDEX"},
				refusal{"CREATE MASKING POLICY X AS (V VARCHAR) RETURNS VARCHAR -> 1", 2023, "expecting VARCHAR"},
				refusal{"ALTER MASKING POLICY MASK SET BODY -> 5", 2023, "expecting VARCHAR"},
				refusal{"CREATE ROW ACCESS POLICY X AS (V NUMBER) RETURNS BOOLEAN -> 'yes'", 2023, "expecting BOOLEAN"},
			)
		},
	},
	{
		id: "T12 N6", name: "clauses_name_what_there_is", reason: "they are not kept unread", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC")
			p.refuses(
				refusal{"CREATE PIPE X AS COPY INTO T FROM @OUT PURGE = TRUE", 2, "PURGE in a pipe"},
				refusal{"CREATE PIPE X AS COPY INTO T FROM (SELECT $1, $2 FROM @OUT) FILE_FORMAT = (FORMAT_NAME = 'NOPE')", 2003, "File format"},
				refusal{"CREATE PIPE X AUTO_INGEST = TRUE INTEGRATION = 'NOPE' AS COPY INTO T FROM @OUT", 2003, "Integration 'NOPE'"},
				refusal{"CREATE FUNCTION X(A NUMBER, A NUMBER) RETURNS NUMBER AS '1'", 2025, "duplicate argument"},
				refusal{"CREATE FUNCTION X(A NUMBER DEFAULT 1, B NUMBER) RETURNS NUMBER AS '1'", 1007, "without a default"},
				refusal{"CREATE FUNCTION X() RETURNS NUMBER LANGUAGE PYTHON HANDLER = 'f' AS 'def f(): pass'", 1014, "RUNTIME_VERSION"},
				refusal{"CREATE FUNCTION X() RETURNS NUMBER LANGUAGE JAVA HANDLER = 'f' IMPORTS = ('@NOPE/x.jar')", 2003, "Stage"},
				refusal{"CREATE EXTERNAL FUNCTION X() RETURNS VARIANT API_INTEGRATION = GATEWAY AS 'https://other.example/x'", 1008, "URL"},
				refusal{"CREATE SECRET X TYPE = RIDDLE", 1008, "TYPE"},
				refusal{"CREATE SECRET X TYPE = PASSWORD USERNAME = 'u'", 1014, "PASSWORD"},
				refusal{"CREATE NETWORK RULE X TYPE = HOST_PORT MODE = INGRESS VALUE_LIST = ('a.example')", 1008, "MODE"},
				refusal{"CREATE NETWORK RULE X TYPE = IPV4 VALUE_LIST = ('nowhere')", 1008, "VALUE_LIST"},
				refusal{"CREATE STAGE X URL = 'ftp://x'", 1008, "invalid URL prefix"},
				refusal{"ALTER STAGE INSIDE SET URL = 's3://b/'", 1008, "URL"},
				refusal{"ALTER FILE FORMAT FF SET TYPE = JSON", 1003, "TYPE"},
				refusal{"ALTER SEQUENCE SEQ SET INCREMENT = 0", 1008, "INCREMENT"},
			)
		},
	},
	{
		id: "X1", name: "retention_is_that_of_the_drop_and_hybrid_tables_restrict", reason: "later changes and references do not matter otherwise", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC", "CREATE TABLE GONE (A NUMBER)", "DROP TABLE GONE", "ALTER DATABASE SHOP SET DATA_RETENTION_TIME_IN_DAYS = 0",
				"UNDROP TABLE GONE", "DROP TABLE GONE", "ALTER DATABASE SHOP SET DATA_RETENTION_TIME_IN_DAYS = 5")
			p.fails(2003, "does not exist", "UNDROP TABLE GONE")
			p.fails(3004, "refers to it", "DROP TABLE HY")
			p.run("DROP TABLE HY CASCADE")
		},
	},
	{
		id: "P18", name: "stages_are_used_outside_and_read_and_written_within", reason: "GRANT knows hybrid tables as tables", setup: odds,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE SCHEMA SHOP.PUBLIC", "GRANT USAGE ON FUTURE STAGES IN SCHEMA SHOP.PUBLIC TO ROLE READER", "CREATE STAGE INSIDE2", "CREATE STAGE OUT2 URL = 's3://b/'")
			p.refuses(
				refusal{"GRANT USAGE ON STAGE INSIDE TO ROLE READER", 1003, "unexpected 'USAGE'"},
				refusal{"GRANT READ ON STAGE OUT TO ROLE READER", 1003, "unexpected 'READ'"},
				refusal{"GRANT SELECT ON HYBRID TABLE HY TO ROLE READER", 1003, "unexpected 'HYBRID'"},
				refusal{"REVOKE SELECT ON ALL HYBRID TABLES IN SCHEMA SHOP.PUBLIC FROM ROLE READER", 1003, "unexpected 'ALL'"},
			)
			p.run("GRANT ALL ON STAGE INSIDE TO ROLE READER")
			var got []string
			for _, stage := range []string{"INSIDE", "INSIDE2", "OUT2"} {
				got = append(got, p.rows("SHOW GRANTS ON STAGE "+stage, "name", "privilege", "grantee_name")...)
			}
			equal(w.t, "grants", got, "OWNERSHIP SHOP.PUBLIC.INSIDE PROD", "READ SHOP.PUBLIC.INSIDE READER", "WRITE SHOP.PUBLIC.INSIDE READER",
				"OWNERSHIP SHOP.PUBLIC.INSIDE2 PROD", "OWNERSHIP SHOP.PUBLIC.OUT2 PROD", "USAGE SHOP.PUBLIC.OUT2 READER")
		},
	},
	{
		id: "I11 U19", name: "tag_references_know_domains", reason: "TABLE is the domain of all that is like a table",
		setup: odds + "CREATE TAG TG; ALTER VIEW V SET TAG TG = 'x'; ALTER PIPE SHOP.SALES.AUTO SET TAG TG = 'x';",
		show: func(w *world) {
			const question = "SELECT TAG_NAME, DOMAIN FROM TABLE(SHOP.INFORMATION_SCHEMA.TAG_REFERENCES('SHOP.PUBLIC.V', '%s'))"
			const aboutPipe = "SELECT TAG_NAME, DOMAIN FROM TABLE(SHOP.INFORMATION_SCHEMA.TAG_REFERENCES('SHOP.SALES.AUTO', 'PIPE'))"
			equal(w.t, "view", w.rows(fmt.Sprintf(question, "table")), "TG VIEW")
			w.fails(1008, "OBJECT_DOMAIN", fmt.Sprintf(question, "VIEW"))
			equal(w.t, "pipe", w.rows(aboutPipe), "TG PIPE")
			w.turn("tagReferencesRefusePipes", "true")
			w.fails(1008, "OBJECT_DOMAIN", aboutPipe)
		},
	},
	{
		id: "I12", name: "a_stage_tells_the_name_of_its_file_format", reason: "and nothing where it has none", setup: odds,
		show: func(w *world) {
			w.as("PROD").run("USE SCHEMA SHOP.PUBLIC", "CREATE STAGE NAMED FILE_FORMAT = (FORMAT_NAME = 'SHOP.PUBLIC.FF')")
			for stage, want := range map[string][]string{"NAMED": {"STAGE_FILE_FORMAT SHOP.PUBLIC.FF"}, "INSIDE": nil} {
				var got []string
				for _, row := range w.rows("DESCRIBE STAGE SHOP.PUBLIC."+stage, "parent_property", "property", "property_value") {
					if before, after, found := strings.Cut(row, " FORMAT_NAME "); found {
						got = append(got, before+" "+after)
					}
				}
				equal(w.t, stage, got, want...)
			}
		},
	},
	{
		id: "G2 G8", name: "ddl_has_the_clauses_of_its_kind", reason: "what is made again is made alike", setup: odds,
		show: func(w *world) {
			const question = "SELECT GET_DDL('%s', 'SHOP.PUBLIC.%s')"
			p := w.as("PROD")
			equal(w.t, "external", p.rows(fmt.Sprintf(question, "TABLE", "EXT")), "create or replace EXTERNAL TABLE EXT (\n\tID NUMBER(38,0) AS (VALUE:c1::NUMBER),\n\t"+
				"D VARCHAR(16777216) AS (METADATA$FILENAME)\n)\npartition by (D)\nlocation=@OUT\nauto_refresh=false\npattern='.*[.]csv'\nfile_format=(TYPE=CSV)\n;")
			equal(w.t, "memoizable", p.rows(fmt.Sprintf(question, "FUNCTION", "MEMO()")), "CREATE OR REPLACE FUNCTION \"MEMO\"()\nRETURNS NUMBER(38,0)\nLANGUAGE SQL\nMEMOIZABLE\nAS '1';")
			equal(w.t, "hybrid", p.rows(fmt.Sprintf(question, "TABLE", "HY")), "create or replace HYBRID TABLE HY (\n\tID NUMBER(38,0) NOT NULL,\n\tV VARCHAR(16777216),\n\t"+
				"primary key (ID),\n\tindex BY_V (V) include (ID)\n);")
		},
	},
}
