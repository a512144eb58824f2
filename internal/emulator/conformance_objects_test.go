package emulator_test

import (
	"fmt"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var viewFacts = []fact{
	{
		id: "R7", name: "a_view_compiles_with_the_creators_rights", reason: "every object must exist and be visible", setup: shop,
		show: func(w *world) {
			w.fails(2003, "Object 'SHOP.SALES.NOPE' does not exist or not authorized.", "CREATE VIEW SHOP.SALES.V AS SELECT * FROM SHOP.SALES.NOPE")
			w.fails(904, "invalid identifier 'NOPE'", "CREATE VIEW SHOP.SALES.V AS SELECT NOPE FROM SHOP.SALES.ORDERS")
			w.run("GRANT CREATE VIEW ON SCHEMA SHOP.SALES TO ROLE READER")
			w.as("READER").fails(2003, "Object 'SHOP.SALES.ORDERS' does not exist or not authorized.", "CREATE VIEW SHOP.SALES.V AS SELECT * FROM ORDERS")
		},
	},
	{
		id: "R7", name: "views_nest_at_most_twenty_deep", reason: "the limit is documented", setup: "CREATE DATABASE D; CREATE VIEW D.PUBLIC.V1 AS SELECT 1 AS A;",
		show: func(w *world) {
			for i := 2; i <= 20; i++ {
				w.run(fmt.Sprintf("CREATE VIEW D.PUBLIC.V%d AS SELECT A FROM V%d", i, i-1))
			}
			w.fails(2035, "nested views (20)", "CREATE VIEW D.PUBLIC.V21 AS SELECT A FROM V20")
			w.fails(2037, "refers to view being defined", "CREATE OR REPLACE VIEW D.PUBLIC.V1 AS SELECT A FROM V20")
		},
	},
	{
		id: "C24", name: "a_view_resolves_names_in_its_own_schema", reason: "unqualified code needs no repointing", setup: shop,
		show: func(w *world) {
			w.run("CREATE DATABASE ELSEWHERE", "CREATE TABLE ELSEWHERE.PUBLIC.CUSTOMERS (ID NUMBER, NAME VARCHAR)")
			equal(w.t, "rows", w.column("NAME", "SELECT NAME FROM SHOP.SALES.V_SHORT"), "Ann", "Bob")
			w.run("CREATE VIEW SHOP.SALES.WHERE_AM_I AS SELECT CURRENT_DATABASE() AS D, CURRENT_SCHEMA() AS S")
			equal(w.t, "context", w.rows("SELECT * FROM SHOP.SALES.WHERE_AM_I"), "SHOP SALES")
		},
	},
	{
		id: "R2", name: "copy_tags_keeps_tags", reason: "on the view and on columns of the same name",
		setup: shop + `USE ROLE PROD; CREATE TAG SHOP.PUBLIC.T; ALTER VIEW SHOP.SALES.V_FULL SET TAG SHOP.PUBLIC.T = 'v';
			ALTER VIEW SHOP.SALES.V_FULL MODIFY COLUMN ID SET TAG SHOP.PUBLIC.T = 'c';`,
		show: func(w *world) {
			w.as("PROD").run("CREATE OR REPLACE VIEW SHOP.SALES.V_FULL COPY GRANTS COPY TAGS AS SELECT ID FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "tags", w.rows("SELECT DOMAIN, TAG_VALUE FROM TABLE(SHOP.INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('SHOP.SALES.V_FULL', 'TABLE'))"), "COLUMN c")
			w.as("PROD").run("CREATE OR REPLACE VIEW SHOP.SALES.V_FULL AS SELECT ID FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "lost", w.rows("SELECT TAG_VALUE FROM TABLE(SHOP.INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('SHOP.SALES.V_FULL', 'TABLE'))")) // R3
		},
	},
	{
		id: "U8", name: "switch_lets_create_or_alter_change_the_query", reason: "undocumented", setup: shop, switches: account.Switches{CreateOrAlterViewChangesQuery: true},
		show: func(w *world) {
			w.as("PROD").run("CREATE OR ALTER VIEW SHOP.SALES.V_FULL AS SELECT ID FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "columns", w.column("name", "DESC VIEW SHOP.SALES.V_FULL"), "ID")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON VIEW SHOP.SALES.V_FULL", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT READER")
		},
	},
	{
		id: "R4", name: "create_or_alter_keeps_grants_and_unsets_the_rest", reason: "properties left out go to their default",
		setup: shop + "USE ROLE PROD; COMMENT ON VIEW SHOP.SALES.V_FULL IS 'old'; COMMENT ON TABLE SHOP.SALES.CUSTOMERS IS 'old';",
		show: func(w *world) {
			p := w.as("PROD")
			p.run("CREATE OR ALTER SECURE VIEW SHOP.SALES.V_FULL AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "view", w.rows("SHOW VIEWS LIKE 'V_FULL' IN DATABASE SHOP", "comment", "is_secure"), " true")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON VIEW SHOP.SALES.V_FULL", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT READER")
			p.fails(2, "changed query", "CREATE OR ALTER VIEW SHOP.SALES.V_FULL AS SELECT ID FROM SHOP.SALES.CUSTOMERS") // U8
			p.run("CREATE OR ALTER TABLE SHOP.SALES.CUSTOMERS (ID NUMBER PRIMARY KEY, NAME VARCHAR, PHONE VARCHAR)")
			w.run("USE WAREHOUSE WH")
			equal(w.t, "rows", w.rows("SELECT * FROM SHOP.SALES.CUSTOMERS"), "1 Ann ∅", "2 Bob ∅")
		},
	},
	{
		id: "views", name: "run_with_their_owners_rights", reason: "the reader needs no right on what they read",
		setup: shop + "USE ROLE PROD; CREATE VIEW SHOP.SALES.V_ORDERS AS SELECT ID FROM ORDERS; GRANT SELECT ON VIEW SHOP.SALES.V_ORDERS TO ROLE READER; INSERT INTO SHOP.SALES.ORDERS (CUSTOMER_ID) VALUES (1);",
		show: func(w *world) {
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "rows", r.rows("SELECT * FROM SHOP.SALES.V_ORDERS"), "1")
			w.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.ORDERS TO ROLE SECURITYADMIN REVOKE CURRENT GRANTS")
			r.fails(2003, "Failure during expansion of view 'V_ORDERS'", "SELECT * FROM SHOP.SALES.V_ORDERS")
		},
	},
}

var masked = shop + `USE ROLE PROD;
CREATE MASKING POLICY SHOP.PUBLIC.MASK AS (V VARCHAR) RETURNS VARCHAR -> CASE WHEN IS_ROLE_IN_SESSION('PROD') THEN V ELSE '***' END;
CREATE ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF AS (V NUMBER) RETURNS BOOLEAN -> V = 1 OR CURRENT_ROLE() = 'PROD';
CREATE TAG SHOP.PUBLIC.PII;
ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN EMAIL SET MASKING POLICY SHOP.PUBLIC.MASK;
`

var policyFacts = []fact{
	{
		id: "X11 U17", name: "a_query_can_be_run_as_another_role_would_see_it", reason: "whose rights are needed is a switch", setup: masked,
		show: func(w *world) {
			w.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE ACCOUNTADMIN REVOKE CURRENT GRANTS")
			const simulated = "EXECUTE USING POLICY_CONTEXT(CURRENT_ROLE => 'READER') AS SELECT EMAIL FROM SHOP.SALES.CUSTOMERS"
			equal(w.t, "masked", w.column("EMAIL", simulated), "***", "***")
			w.turn("policyContextNeedsItsRolesRights", "true")
			w.fails(3001, "Insufficient privileges", simulated)
		},
	},
	{
		id: "X12 I10", name: "policy_references_go_by_policy_and_by_object", reason: "rows need a right on the policy",
		setup: masked + `CREATE MASKING POLICY SHOP.PUBLIC.WIDE AS (V VARCHAR, ID NUMBER) RETURNS VARCHAR -> IFF(ID = 1, V, '#');
			ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET MASKING POLICY SHOP.PUBLIC.WIDE USING (NAME, ID);`,
		show: func(w *world) {
			const columns = "SELECT POLICY_NAME, REF_ENTITY_NAME, REF_COLUMN_NAME, REF_ARG_COLUMN_NAMES, POLICY_STATUS FROM TABLE(SHOP.INFORMATION_SCHEMA."
			equal(w.t, "by object", w.rows(columns+"POLICY_REFERENCES(REF_ENTITY_NAME => 'SHOP.SALES.CUSTOMERS', REF_ENTITY_DOMAIN => 'TABLE'))"),
				"MASK CUSTOMERS EMAIL ∅ ACTIVE", `WIDE CUSTOMERS NAME ["ID"] ACTIVE`)
			equal(w.t, "by policy", w.rows(columns+"POLICY_REFERENCES(POLICY_NAME => 'SHOP.PUBLIC.MASK'))"), "MASK CUSTOMERS EMAIL ∅ ACTIVE")
			equal(w.t, "arguments", w.column("NAME", "SELECT NAME FROM SHOP.SALES.CUSTOMERS ORDER BY ID"), "Ann", "#")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "no right", r.rows(columns+"POLICY_REFERENCES(REF_ENTITY_NAME => 'SHOP.SALES.CUSTOMERS', REF_ENTITY_DOMAIN => 'TABLE'))"))
		},
	},
	{
		id: "C27", name: "policies_on_whole_tables_are_set_and_cloned", reason: "they are shown and held on to; storage policies and metrics stay behind",
		setup: masked + `CREATE AGGREGATION POLICY SHOP.PUBLIC.AGG AS () RETURNS AGGREGATION_CONSTRAINT -> NO_AGGREGATION_CONSTRAINT();
			CREATE PROJECTION POLICY SHOP.PUBLIC.PRO AS () RETURNS PROJECTION_CONSTRAINT -> PROJECTION_CONSTRAINT(ALLOW => TRUE);
			CREATE STORAGE LIFECYCLE POLICY SHOP.PUBLIC.OLD AS (V NUMBER) RETURNS BOOLEAN -> V < 0;
			CREATE DATA METRIC FUNCTION SHOP.PUBLIC.ROWS_IN(T TABLE(A NUMBER)) RETURNS NUMBER AS 'SELECT COUNT(*) FROM T';`,
		show: func(w *world) {
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS SET AGGREGATION POLICY SHOP.PUBLIC.AGG ENTITY KEY (ID)",
				"ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET PROJECTION POLICY SHOP.PUBLIC.PRO",
				"ALTER TABLE SHOP.SALES.CUSTOMERS ADD STORAGE LIFECYCLE POLICY SHOP.PUBLIC.OLD ON (ID)",
				"ALTER TABLE SHOP.SALES.CUSTOMERS ADD DATA METRIC FUNCTION SHOP.PUBLIC.ROWS_IN ON (ID)", "CREATE DATABASE D CLONE SHOP")
			w.fails(3593, "FORCE", "ALTER TABLE SHOP.SALES.CUSTOMERS SET AGGREGATION POLICY SHOP.PUBLIC.AGG")
			w.fails(1492, "cannot be dropped/replaced", "DROP AGGREGATION POLICY SHOP.PUBLIC.AGG")
			w.run("SELECT * FROM SHOP.SALES.CUSTOMERS", "ALTER AGGREGATION POLICY SHOP.PUBLIC.AGG SET BODY -> AGGREGATION_CONSTRAINT(MIN_GROUP_SIZE => 2)")
			w.fails(2, "query of what has the aggregation policy AGG", "SELECT * FROM SHOP.SALES.V_FULL")
			w.run("CREATE DYNAMIC TABLE SHOP.SALES.UNKNOWN TARGET_LAG = '1 hour' WAREHOUSE = WH AS SELECT ID FROM SHOP.SALES.CUSTOMERS",
				"CREATE DATABASE WITH_UNKNOWN CLONE SHOP")
			w.fails(2, "could not be refreshed", "SELECT * FROM SHOP.SALES.UNKNOWN")
			w.fails(2, "could not be refreshed", "SELECT COUNT(*) FROM WITH_UNKNOWN.SALES.UNKNOWN")
			w.fails(2, "query of what has the aggregation policy AGG", "ALTER DYNAMIC TABLE SHOP.SALES.UNKNOWN REFRESH")
			references := func(database string) []string {
				return w.rows("SELECT POLICY_DB, POLICY_NAME, REF_COLUMN_NAME FROM TABLE(" + database + ".INFORMATION_SCHEMA.POLICY_REFERENCES('" +
					database + ".SALES.CUSTOMERS', 'TABLE')) WHERE POLICY_KIND <> 'MASKING_POLICY' ORDER BY 2")
			}
			equal(w.t, "source", references("SHOP"), "SHOP AGG ∅", "SHOP OLD ∅", "SHOP PRO NAME")
			equal(w.t, "clone", references("D"), "D AGG ∅", "D PRO NAME")
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS UNSET AGGREGATION POLICY", "ALTER DYNAMIC TABLE SHOP.SALES.UNKNOWN REFRESH")
			equal(w.t, "filled", w.rows("SELECT ID FROM SHOP.SALES.UNKNOWN ORDER BY ID"), "1", "2")
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS DROP STORAGE LIFECYCLE POLICY",
				"ALTER TABLE SHOP.SALES.CUSTOMERS DROP DATA METRIC FUNCTION SHOP.PUBLIC.ROWS_IN ON (ID)", "DROP AGGREGATION POLICY SHOP.PUBLIC.AGG",
				"DROP FUNCTION SHOP.PUBLIC.ROWS_IN(TABLE(NUMBER))")
		},
	},
	{
		id: "X9", name: "masking_acts_on_the_role_that_reads", reason: "the data are not changed", setup: masked,
		show: func(w *world) {
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "reader", r.column("EMAIL", "SELECT EMAIL FROM SHOP.SALES.CUSTOMERS"), "***", "***")
			p := w.as("PROD")
			p.run("USE WAREHOUSE PROD_WH")
			equal(w.t, "owner", p.column("EMAIL", "SELECT EMAIL FROM SHOP.SALES.CUSTOMERS"), "ann@example.com", "bob@example.com")
		},
	},
	{
		id: "X6", name: "force_replaces_a_policy", reason: "in one step", setup: masked + "CREATE MASKING POLICY SHOP.PUBLIC.OTHER AS (V VARCHAR) RETURNS VARCHAR -> '#';",
		show: func(w *world) {
			w.fails(3593, "FORCE", "ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN EMAIL SET MASKING POLICY SHOP.PUBLIC.OTHER")
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN EMAIL SET MASKING POLICY SHOP.PUBLIC.OTHER FORCE")
			equal(w.t, "policy", w.column("policy name", "DESC TABLE SHOP.SALES.CUSTOMERS")[2:], "SHOP.PUBLIC.OTHER")
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN EMAIL UNSET MASKING POLICY")
		},
	},
	{
		id: "X6", name: "row_access_lets_rows_through", reason: "and can be swapped in one statement", setup: masked,
		show: func(w *world) {
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS ADD ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF ON (ID)")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "reader", r.column("NAME", "SELECT NAME FROM SHOP.SALES.CUSTOMERS"), "Ann")
			equal(w.t, "through a view", r.column("NAME", "SELECT NAME FROM SHOP.SALES.V_FULL"), "Ann")
			w.fails(3553, "Only one", "ALTER TABLE SHOP.SALES.CUSTOMERS ADD ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF ON (ID)")
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS DROP ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF, ADD ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF ON (ID)")
		},
	},
	{
		id: "X7", name: "a_tag_masks_what_it_is_set_on", reason: "also by way of the database", setup: masked,
		show: func(w *world) {
			w.run("ALTER TAG SHOP.PUBLIC.PII SET MASKING POLICY SHOP.PUBLIC.MASK", "ALTER DATABASE SHOP SET TAG SHOP.PUBLIC.PII = 'yes'")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "reader", r.rows("SELECT NAME, EMAIL FROM SHOP.SALES.CUSTOMERS"), "*** ***", "*** ***")
		},
	},
	{
		id: "X8", name: "a_masked_column_is_no_argument_of_row_access", reason: "and types must match", setup: masked,
		show: func(w *world) {
			w.run("CREATE ROW ACCESS POLICY SHOP.PUBLIC.BY_MAIL AS (V VARCHAR) RETURNS BOOLEAN -> TRUE")
			w.fails(3554, "cannot have a masking policy", "ALTER TABLE SHOP.SALES.CUSTOMERS ADD ROW ACCESS POLICY SHOP.PUBLIC.BY_MAIL ON (EMAIL)")
			w.fails(3551, "Data type mismatch", "ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN ID SET MASKING POLICY SHOP.PUBLIC.MASK")
		},
	},
	{
		id: "X5", name: "applying_takes_the_right_to", reason: "APPLY on the policy or on the account", setup: masked + "CREATE TABLE SHOP.SALES.MINE (A VARCHAR); GRANT OWNERSHIP ON TABLE SHOP.SALES.MINE TO ROLE READER; GRANT USAGE ON SCHEMA SHOP.PUBLIC TO ROLE READER;",
		show: func(w *world) {
			r := w.as("READER")
			r.fails(2003, "Masking policy 'SHOP.PUBLIC.MASK' does not exist or not authorized.", "ALTER TABLE SHOP.SALES.MINE MODIFY COLUMN A SET MASKING POLICY SHOP.PUBLIC.MASK")
			w.run("GRANT APPLY ON MASKING POLICY SHOP.PUBLIC.MASK TO ROLE READER")
			r.run("ALTER TABLE SHOP.SALES.MINE MODIFY COLUMN A SET MASKING POLICY SHOP.PUBLIC.MASK")
			r.fails(3001, "Insufficient privileges to operate on table 'CUSTOMERS'", "ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET MASKING POLICY SHOP.PUBLIC.MASK")
			w.run("GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE READER", "GRANT APPLY ROW ACCESS POLICY ON ACCOUNT TO ROLE READER")
			r.run("ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET MASKING POLICY SHOP.PUBLIC.MASK")
			r.fails(3001, "Insufficient privileges", "ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME COMMENT 'x'")
			w.run("GRANT APPLY ON ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF TO ROLE READER")
			r.run("ALTER TABLE SHOP.SALES.CUSTOMERS ADD ROW ACCESS POLICY SHOP.PUBLIC.ROWS_OF ON (ID)")
		},
	},
	{
		id: "policies", name: "set_body_keeps_assignments_and_grants", reason: "the best way to repoint a policy", setup: masked,
		show: func(w *world) {
			w.run("ALTER MASKING POLICY SHOP.PUBLIC.MASK SET BODY -> '+++'")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "reader", r.column("EMAIL", "SELECT EMAIL FROM SHOP.SALES.CUSTOMERS"), "+++", "+++")
			equal(w.t, "describe", w.rows("DESC MASKING POLICY SHOP.PUBLIC.MASK"), "MASK (V VARCHAR) VARCHAR(16777216) '+++'")
		},
	},
}

var streamFacts = []fact{
	{
		id: "T1", name: "streams_on_views_dynamic_and_event_tables_and_stages_are_read", reason: "each has the columns of its source",
		setup: shop + `USE ROLE PROD; CREATE DYNAMIC TABLE SHOP.SALES.DT TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT ID FROM CUSTOMERS;
			CREATE EVENT TABLE SHOP.SALES.EVENTS; CREATE STAGE SHOP.SALES.FILES DIRECTORY = (ENABLE = TRUE); CREATE VIEW SHOP.SALES.TOP AS SELECT NAME FROM V_FULL;`,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE WAREHOUSE PROD_WH", "USE SCHEMA SHOP.SALES", "ALTER DYNAMIC TABLE DT SET CHANGE_TRACKING = TRUE",
				"CREATE STREAM ON_VIEW ON VIEW TOP", "CREATE STREAM ON_DYNAMIC ON DYNAMIC TABLE DT", "CREATE STREAM ON_EVENTS ON EVENT TABLE EVENTS",
				"CREATE STREAM ON_STAGE ON STAGE FILES")
			equal(w.t, "nothing yet", p.rows("SELECT * FROM ON_VIEW"))
			p.run("INSERT INTO CUSTOMERS VALUES (3, 'Cid', NULL)", "DELETE FROM CUSTOMERS WHERE ID = 1", "ALTER DYNAMIC TABLE DT REFRESH")
			equal(w.t, "view", p.rows("SELECT NAME, METADATA$ACTION FROM ON_VIEW"), "Cid INSERT", "Ann DELETE")
			equal(w.t, "dynamic table", p.rows("SELECT ID, METADATA$ACTION FROM ON_DYNAMIC"), "3 INSERT", "1 DELETE")
			equal(w.t, "event table", p.rows("SELECT RECORD_TYPE FROM ON_EVENTS"))
			equal(w.t, "stage", p.rows("SELECT RELATIVE_PATH, METADATA$ACTION FROM ON_STAGE"))
			p.run("CREATE TABLE SINK AS SELECT NAME FROM ON_VIEW WHERE FALSE", "INSERT INTO SINK SELECT NAME FROM ON_VIEW")
			equal(w.t, "the offset moved", p.rows("SELECT * FROM ON_VIEW"))
			equal(w.t, "has data", p.rows("SELECT SYSTEM$STREAM_HAS_DATA('ON_DYNAMIC'), SYSTEM$STREAM_HAS_DATA('ON_STAGE')"), "1 0")
		},
	},
	{
		id: "T2", name: "an_offset_comes_from_a_stream_on_the_same_source", reason: "a clone's table is another source",
		setup: shop + "USE ROLE PROD; CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS; USE ROLE ACCOUNTADMIN; CREATE DATABASE D CLONE SHOP;",
		show: func(w *world) {
			w.run("CREATE STREAM SHOP.SALES.S2 ON TABLE SHOP.SALES.CUSTOMERS AT(STREAM => 'SHOP.SALES.S')")
			w.fails(2204, "not on the same source", "CREATE STREAM D.SALES.S2 ON TABLE D.SALES.CUSTOMERS AT(STREAM => 'SHOP.SALES.S')")
		},
	},
	{
		id: "T3", name: "the_first_stream_needs_the_tables_owner", reason: "it turns change tracking on",
		setup: shop + "GRANT CREATE STREAM ON SCHEMA SHOP.SALES TO ROLE READER;",
		show: func(w *world) {
			r := w.as("READER")
			r.fails(3001, "Insufficient privileges to operate on table 'CUSTOMERS'", "CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS")
			w.as("PROD").run("CREATE STREAM SHOP.SALES.S0 ON TABLE SHOP.SALES.CUSTOMERS")
			equal(w.t, "tracking", w.column("change_tracking", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE SHOP"), "ON")
			r.run("CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS")
		},
	},
	{
		id: "T4", name: "replacing_the_source_makes_a_stream_stale", reason: "renaming does not",
		setup: shop + "USE ROLE PROD; CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS;",
		show: func(w *world) {
			w.run("ALTER TABLE SHOP.SALES.CUSTOMERS RENAME TO SHOP.SALES.C2")
			equal(w.t, "renamed", w.rows("SHOW STREAMS IN DATABASE SHOP", "table_name", "stale"), "SHOP.SALES.C2 false")
			w.run("CREATE OR REPLACE TABLE SHOP.SALES.C2 (ID NUMBER)")
			equal(w.t, "replaced", w.column("stale", "SHOW STREAMS IN DATABASE SHOP"), "true")
			w.run("USE WAREHOUSE WH")
			w.fails(91901, "stale", "SELECT * FROM SHOP.SALES.S")
		},
	},
	{
		id: "T5", name: "or_replace_resets_the_offset", reason: "unless it takes its own",
		setup: shop + "USE ROLE PROD; CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS; INSERT INTO SHOP.SALES.CUSTOMERS VALUES (3, 'Cid', NULL);",
		show: func(w *world) {
			w.run("USE WAREHOUSE WH", "CREATE OR REPLACE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS AT(STREAM => 'SHOP.SALES.S')")
			equal(w.t, "kept", w.rows("SELECT COUNT(*) FROM SHOP.SALES.S"), "1")
			w.run("CREATE OR REPLACE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS")
			equal(w.t, "reset", w.rows("SELECT COUNT(*) FROM SHOP.SALES.S"), "0")
		},
	},
	{
		id: "T1", name: "dml_consumes_a_stream_and_reading_does_not", reason: "its offset moves with the transaction",
		setup: shop + "USE ROLE PROD; CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS; CREATE TABLE SHOP.SALES.LOG (N VARCHAR, A VARCHAR); INSERT INTO SHOP.SALES.CUSTOMERS VALUES (3, 'Cid', NULL); DELETE FROM SHOP.SALES.CUSTOMERS WHERE ID = 1;",
		show: func(w *world) {
			w.run("USE WAREHOUSE WH")
			equal(w.t, "has data", w.rows("SELECT SYSTEM$STREAM_HAS_DATA('SHOP.SALES.S')"), "1")
			equal(w.t, "changes", w.rows("SELECT NAME, METADATA$ACTION FROM SHOP.SALES.S ORDER BY 1"), "Ann DELETE", "Cid INSERT")
			w.run("INSERT INTO SHOP.SALES.LOG SELECT NAME, METADATA$ACTION FROM SHOP.SALES.S")
			equal(w.t, "consumed", w.rows("SELECT SYSTEM$STREAM_HAS_DATA('SHOP.SALES.S')"), "0")
		},
	},
	{
		id: "U9", name: "copy_grants_is_ignored_unless_switched_on", reason: "the grammar lists it, a note limits it",
		setup: shop + "USE ROLE PROD; CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS; GRANT SELECT ON STREAM SHOP.SALES.S TO ROLE READER;",
		show: func(w *world) {
			p := w.as("PROD")
			w.turn("streamCopyGrants", "true")
			p.run("CREATE OR REPLACE STREAM SHOP.SALES.S COPY GRANTS ON TABLE SHOP.SALES.CUSTOMERS")
			equal(w.t, "on", w.column("grantee_name", "SHOW GRANTS ON STREAM SHOP.SALES.S"), "PROD", "READER")
			w.turn("streamCopyGrants", "false")
			p.run("CREATE OR REPLACE STREAM SHOP.SALES.S COPY GRANTS ON TABLE SHOP.SALES.CUSTOMERS")
			equal(w.t, "off", w.column("grantee_name", "SHOW GRANTS ON STREAM SHOP.SALES.S"), "PROD")
		},
	},
}

var taskFacts = []fact{
	{
		id: "R6", name: "a_graph_changes_only_while_its_root_stands_still", reason: "091421, and nothing changes", setup: mixed,
		show: func(w *world) {
			const text = "Unable to update graph with root task SHOP.SALES.ROOT since that root task is not suspended."
			for _, statement := range []string{
				"ALTER TASK SHOP.SALES.CHILD MODIFY AS SELECT 9", "ALTER TASK SHOP.SALES.CHILD RESUME", "ALTER TASK SHOP.SALES.ROOT MODIFY AS SELECT 9",
				"CREATE OR REPLACE TASK SHOP.SALES.CHILD WAREHOUSE = PROD_WH AFTER SHOP.SALES.ROOT AS SELECT 9",
				"CREATE OR ALTER TASK SHOP.SALES.CHILD WAREHOUSE = PROD_WH AFTER SHOP.SALES.ROOT AS SELECT 9",
			} {
				w.fails(91421, text, statement)
			}
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "ALTER TASK SHOP.SALES.ROOT SUSPEND", "ALTER TASK SHOP.SALES.CHILD MODIFY AS SELECT 9",
				"ALTER TASK SHOP.SALES.CHILD MODIFY WHEN SYSTEM$STREAM_HAS_DATA('SHOP.SALES.CHANGES')")
			equal(w.t, "task", w.rows("SHOW TASKS LIKE 'CHILD' IN DATABASE SHOP", "definition", "condition"), "SELECT 9 SYSTEM$STREAM_HAS_DATA('SHOP.SALES.CHANGES')")
		},
	},
	{
		id: "T7", name: "resuming_a_graph_goes_from_the_leaves_to_the_root", reason: "or in one call", setup: mixed,
		show: func(w *world) {
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "ALTER TASK SHOP.SALES.CHILD SUSPEND")
			equal(w.t, "roots", w.column("name", "SHOW TASKS IN DATABASE SHOP ROOT ONLY"), "LAST", "ROOT")
			w.run("ALTER TASK SHOP.SALES.CHILD RESUME", "ALTER TASK SHOP.SALES.ROOT RESUME")
			equal(w.t, "states", w.column("state", "SHOW TASKS IN DATABASE SHOP"), "started", "started", "started")
		},
	},
	{
		id: "T6", name: "a_root_has_the_schedule", reason: "a child has predecessors, in the same schema", setup: mixed,
		show: func(w *world) {
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND")
			w.fails(91091, "both a schedule and a predecessor", "CREATE TASK SHOP.SALES.X WAREHOUSE = PROD_WH SCHEDULE = '1 MINUTE' AFTER SHOP.SALES.ROOT AS SELECT 1")
			w.fails(91093, "same schema", "CREATE TASK SHOP.PUBLIC.X WAREHOUSE = PROD_WH AFTER SHOP.SALES.ROOT AS SELECT 1")
			w.fails(91094, "circle", "CREATE OR REPLACE TASK SHOP.SALES.ROOT WAREHOUSE = PROD_WH AFTER SHOP.SALES.CHILD AS SELECT 1")
			w.run("CREATE TASK SHOP.SALES.X WAREHOUSE = PROD_WH AS SELECT 1", "ALTER TASK SHOP.SALES.X ADD AFTER SHOP.SALES.CHILD", "ALTER TASK SHOP.SALES.X REMOVE AFTER SHOP.SALES.CHILD")
		},
	},
	{
		id: "T8", name: "resume_checks_the_owner_role", reason: "EXECUTE TASK and the warehouse; OPERATE is enough to ask", setup: mixed,
		show: func(w *world) {
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "REVOKE EXECUTE TASK ON ACCOUNT FROM ROLE PROD", "GRANT OPERATE ON TASK SHOP.SALES.ROOT TO ROLE READER")
			r := w.as("READER")
			r.fails(91089, "EXECUTE TASK privilege must be granted to owner role", "ALTER TASK SHOP.SALES.ROOT RESUME")
			w.run("GRANT EXECUTE TASK ON ACCOUNT TO ROLE PROD")
			r.run("ALTER TASK SHOP.SALES.ROOT RESUME", "ALTER TASK SHOP.SALES.ROOT SUSPEND")
			r.fails(3001, "Insufficient privileges", "ALTER TASK SHOP.SALES.ROOT MODIFY AS SELECT 1")
			w.run("REVOKE USAGE ON WAREHOUSE PROD_WH FROM ROLE PROD")
			r.fails(91090, "warehouse PROD_WH", "ALTER TASK SHOP.SALES.ROOT RESUME")
		},
	},
	{
		id: "T9", name: "execute_task_works_on_a_suspended_root", reason: "it runs once", setup: mixed,
		show: func(w *world) {
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "EXECUTE TASK SHOP.SALES.ROOT")
			w.fails(1008, "CONFIG", "ALTER TASK SHOP.SALES.ROOT SET CONFIG = 'no json'")
		},
	},
	{
		id: "T11", name: "warehouse_and_integration_can_be_changed", reason: "they stay production's", setup: mixed + "CREATE WAREHOUSE W2;",
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP", "ALTER TASK D.SALES.ROOT SET WAREHOUSE = W2 COMMENT = 'x'", "ALTER TASK D.SALES.ROOT UNSET ERROR_INTEGRATION")
			equal(w.t, "task", w.rows("SHOW TASKS LIKE 'ROOT' IN DATABASE D", "warehouse", "comment"), "x W2")
		},
	},
}

var pipeFacts = []fact{
	{
		id: "T12", name: "status_is_json_for_who_may_monitor", reason: "SHOW PIPES has no state", setup: mixed,
		show: func(w *world) {
			equal(w.t, "status", w.rows("SELECT SYSTEM$PIPE_STATUS('SHOP.SALES.\"MANUAL\"')"), `{"executionState":"RUNNING","pendingFileCount":0}`)
			w.as("READER").fails(2003, "Pipe 'SHOP.SALES.MANUAL' does not exist or not authorized.", "SELECT SYSTEM$PIPE_STATUS('SHOP.SALES.MANUAL')")
		},
	},
	{
		id: "T13 U14", name: "a_pipe_paused_too_long_must_be_forced", reason: "it is stale; a schema can pause its pipes", setup: mixed,
		show: func(w *world) {
			w.run("ALTER PIPE SHOP.SALES.MANUAL SET PIPE_EXECUTION_PAUSED = TRUE")
			w.pass(14 * 24 * time.Hour)
			w.fails(91104, "SYSTEM$PIPE_FORCE_RESUME", "ALTER PIPE SHOP.SALES.MANUAL SET PIPE_EXECUTION_PAUSED = FALSE")
			w.run("SELECT SYSTEM$PIPE_FORCE_RESUME('SHOP.SALES.MANUAL', 'staleness_check_override')", "ALTER SCHEMA SHOP.SALES SET PIPE_EXECUTION_PAUSED = TRUE")
			equal(w.t, "schema", w.rows("SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('SHOP.SALES.MANUAL')):executionState::VARCHAR"), "PAUSED")
			w.fails(1006, "invalid parameter", "ALTER DATABASE SHOP SET PIPE_EXECUTION_PAUSED = TRUE")
			w.turn("databasePipePause", "true")
			w.run("ALTER DATABASE SHOP SET PIPE_EXECUTION_PAUSED = TRUE")
		},
	},
	{
		id: "T14", name: "an_alert_is_created_suspended", reason: "its owner needs EXECUTE ALERT", setup: mixed,
		show: func(w *world) {
			w.run("CREATE OR REPLACE ALERT SHOP.SALES.BELL WAREHOUSE = PROD_WH SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1")
			equal(w.t, "new", w.column("state", "SHOW ALERTS IN DATABASE SHOP"), "suspended")
			w.run("ALTER ALERT SHOP.SALES.BELL MODIFY CONDITION EXISTS (SELECT 2)", "ALTER ALERT SHOP.SALES.BELL MODIFY ACTION INSERT INTO T VALUES (1)")
			equal(w.t, "changed", w.rows("SHOW ALERTS IN DATABASE SHOP", "condition", "action"), "SELECT 2 INSERT INTO T VALUES (1)")
			w.run("REVOKE EXECUTE ALERT ON ACCOUNT FROM ROLE PROD", "GRANT OWNERSHIP ON ALERT SHOP.SALES.BELL TO ROLE PROD")
			w.fails(91089, "EXECUTE ALERT", "ALTER ALERT SHOP.SALES.BELL RESUME")
		},
	},
	{
		id: "R1", name: "a_replaced_pipe_runs_and_has_no_grants", reason: "pause it at once", setup: mixed + "GRANT MONITOR ON PIPE SHOP.SALES.MANUAL TO ROLE READER;",
		show: func(w *world) {
			w.run("CREATE OR REPLACE PIPE SHOP.SALES.MANUAL AS COPY INTO SHOP.SALES.RAW FROM @SHOP.SALES.OUTSIDE/b/")
			equal(w.t, "grants", w.column("privilege", "SHOW GRANTS ON PIPE SHOP.SALES.MANUAL"), "OWNERSHIP")
			w.fails(2003, "does not exist", "CREATE PIPE SHOP.SALES.P AS COPY INTO SHOP.SALES.NOPE FROM @SHOP.SALES.OUTSIDE")
			w.fails(2003, "Stage 'SHOP.SALES.NOPE' does not exist", "CREATE PIPE SHOP.SALES.P AS COPY INTO SHOP.SALES.RAW FROM @SHOP.SALES.NOPE")
			w.fails(1003, "unexpected", "ALTER PIPE SHOP.SALES.MANUAL SET DEFINITION = 'x'")
		},
	},
}

var routineFacts = []fact{
	{
		id: "R4", name: "create_or_alter_procedure_keeps_grants_and_owner", reason: "language, handler and arguments cannot change",
		setup: mixed + "GRANT USAGE ON PROCEDURE SHOP.SALES.P() TO ROLE READER;",
		show: func(w *world) {
			w.run("CREATE OR ALTER PROCEDURE SHOP.SALES.P() RETURNS NUMBER LANGUAGE SQL COMMENT = 'x' EXECUTE AS CALLER AS $$ BEGIN RETURN 2; END $$")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON PROCEDURE SHOP.SALES.P()", "privilege", "grantee_name"), "OWNERSHIP PROD", "USAGE READER")
			w.fails(2, "language", "CREATE OR ALTER PROCEDURE SHOP.SALES.P() RETURNS NUMBER LANGUAGE JAVASCRIPT AS 'return 1'")
		},
	},
	{
		id: "R7", name: "sql_functions_are_resolved_and_procedures_are_not", reason: "order of repointing", setup: shop,
		show: func(w *world) {
			w.fails(2003, "does not exist", "CREATE FUNCTION SHOP.SALES.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM NOPE'")
			w.run("CREATE PROCEDURE SHOP.SALES.P() RETURNS VARCHAR LANGUAGE SQL AS BEGIN SELECT * FROM NOPE; END",
				"CREATE FUNCTION SHOP.SALES.F(X NUMBER) RETURNS NUMBER AS 'X + (SELECT COUNT(*) FROM CUSTOMERS)'", "USE WAREHOUSE WH")
			equal(w.t, "call", w.rows("SELECT SHOP.SALES.F(5)"), "7")
			w.fails(2003, "Object 'SHOP.SALES.NOPE' does not exist", "CALL SHOP.SALES.P()")
		},
	},
}
