package emulator_test

import (
	"fmt"
	"strings"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

var catalogFacts = []fact{
	{
		id: "I2", name: "the_views_that_there_are", reason: "the schema lists its own views, too", setup: shop,
		show: func(w *world) {
			const where = " FROM SHOP.INFORMATION_SCHEMA.%s WHERE TABLE_SCHEMA = 'INFORMATION_SCHEMA' ORDER BY 1"
			want := strings.Fields("APPLICABLE_ROLES COLUMNS CORTEX_SEARCH_SERVICES DATABASES ENABLED_ROLES EVENT_TABLES EXTERNAL_TABLES FILE_FORMATS FUNCTIONS " +
				"HYBRID_TABLES INFORMATION_SCHEMA_CATALOG_NAME OBJECT_PRIVILEGES PIPES PROCEDURES REFERENTIAL_CONSTRAINTS SCHEMATA SEMANTIC_VIEWS " +
				"SEQUENCES SERVICES STAGES TABLES TABLE_CONSTRAINTS TABLE_PRIVILEGES TABLE_STORAGE_METRICS USAGE_PRIVILEGES VIEWS")
			for _, view := range []string{"TABLES", "VIEWS"} {
				equal(w.t, view, w.rows("SELECT TABLE_NAME"+fmt.Sprintf(where, view)), want...)
			}
			equal(w.t, "COLUMNS", w.rows("SELECT DISTINCT TABLE_NAME"+fmt.Sprintf(where, "COLUMNS")), want...)
			for _, name := range want {
				w.run("SELECT * FROM SHOP.INFORMATION_SCHEMA." + name)
			}
		},
	},
	{
		id: "A1", name: "dependencies_come_late_and_leave_code_out", reason: "of no use on a new clone",
		setup: mixed,
		show: func(w *world) {
			const statement = "SELECT REFERENCING_OBJECT_NAME, REFERENCED_OBJECT_NAME, DEPENDENCY_TYPE FROM SNOWFLAKE.ACCOUNT_USAGE.OBJECT_DEPENDENCIES ORDER BY 1, 2"
			equal(w.t, "at once", w.rows(statement))
			w.tick(3 * time.Hour)
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "later", w.rows(statement), "CHANGES CUSTOMERS BY_ID", "DT CUSTOMERS BY_NAME", "MV CUSTOMERS BY_NAME_AND_ID", "OUTSIDE S3 BY_ID",
				"V_FULL CUSTOMERS BY_NAME", "V_SHORT CUSTOMERS BY_NAME")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			r.fails(2003, "does not exist or not authorized", statement)
			w.run("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE READER")
			r.run(statement)
		},
	},
	{
		id: "A2", name: "references_of_a_view_are_live", reason: "for views alone, and for owners of secure ones",
		setup: shop + "USE ROLE PROD; CREATE VIEW SHOP.SALES.TOP AS SELECT ID FROM V_FULL; GRANT SELECT ON VIEW SHOP.SALES.TOP TO ROLE READER;",
		show: func(w *world) {
			const of = "SELECT REFERENCED_OBJECT_NAME, REFERENCED_OBJECT_TYPE FROM TABLE(GET_OBJECT_REFERENCES(DATABASE_NAME => 'shop', SCHEMA_NAME => 'sales', OBJECT_NAME => "
			equal(w.t, "references", w.rows(of+"'top'))"), "CUSTOMERS TABLE", "V_FULL VIEW")
			w.fails(2203, "not specified type 'VIEW'", of+"'customers'))")
			w.as("PROD").run("ALTER VIEW SHOP.SALES.V_FULL SET SECURE")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			r.fails(3001, "Insufficient privileges to operate on view 'V_FULL'", of+"'top'))")
		},
	},
	{
		id: "A3", name: "clones_share_a_group_and_their_originals_bytes", reason: "their own bytes start at nothing", setup: shop,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP", "CREATE DATABASE E CLONE D", "UPDATE E.SALES.CUSTOMERS SET NAME = 'Zed'")
			const metrics = "SELECT TABLE_CATALOG, CLONE_GROUP_ID = ID, ACTIVE_BYTES > 0, COUNT(*) OVER (PARTITION BY CLONE_GROUP_ID) FROM "
			const where = " WHERE TABLE_NAME = 'CUSTOMERS' ORDER BY 1"
			equal(w.t, "now", w.rows(metrics+"SHOP.INFORMATION_SCHEMA.TABLE_STORAGE_METRICS"+where),
				"D 0 0 3", "E 0 1 3", "SHOP 1 1 3")
			equal(w.t, "in the account's", w.rows(metrics+"SNOWFLAKE.ACCOUNT_USAGE.TABLE_STORAGE_METRICS"+where))
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "to others", r.rows(metrics+"SHOP.INFORMATION_SCHEMA.TABLE_STORAGE_METRICS"+where))
		},
	},
	{
		id: "A5", name: "the_accounts_history_comes_late", reason: "that of INFORMATION_SCHEMA does not", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			w.must(w.query(sf.WithQueryTag(w.t.Context(), "mine"), "SELECT 1"))
			const statement, where = "SELECT QUERY_TEXT FROM ", " WHERE QUERY_TAG = 'mine'"
			equal(w.t, "at once", w.rows(statement+"TABLE(D.INFORMATION_SCHEMA.QUERY_HISTORY())"+where), "SELECT 1")
			equal(w.t, "not yet", w.rows(statement+"SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY"+where))
			w.tick(45 * time.Minute)
			equal(w.t, "later", w.rows(statement+"SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY"+where), "SELECT 1")
		},
	},
	{
		id: "I1", name: "information_schema_needs_a_warehouse", reason: "000606", setup: shop,
		show: func(w *world) {
			r := w.as("READER")
			r.fails(606, "No active warehouse selected in the current session.  Select an active warehouse", "SELECT * FROM SHOP.INFORMATION_SCHEMA.TABLES")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "visible", r.rows("SELECT TABLE_NAME FROM SHOP.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'SALES' ORDER BY 1"), "CUSTOMERS", "V_FULL")
		},
	},
	{
		id: "I3", name: "views_that_do_not_exist", reason: "there is no TASKS and no STREAMS", setup: shop,
		show: func(w *world) {
			for _, name := range []string{"TASKS", "STREAMS", "ALERTS", "MATERIALIZED_VIEWS", "TAGS", "EXTERNAL_VOLUME_PRIVILEGES"} {
				w.fails(2003, "does not exist or not authorized", "SELECT * FROM SHOP.INFORMATION_SCHEMA."+name)
			}
		},
	},
	{
		id: "I4", name: "table_types", reason: "Iceberg and dynamic tables are base tables", setup: mixed,
		show: func(w *world) {
			w.fails(904, "invalid identifier", "SELECT EXTERNAL_VOLUME FROM SHOP.INFORMATION_SCHEMA.TABLES")
			got := w.rows("SELECT TABLE_NAME, TABLE_TYPE FROM SHOP.INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME IN ('DT','EVENTS','EXT','MV','ORDERS','V_FULL') ORDER BY 1")
			equal(w.t, "types", got, "DT BASE TABLE", "EVENTS EVENT TABLE", "EXT EXTERNAL TABLE",
				"MV MATERIALIZED VIEW", "ORDERS BASE TABLE", "V_FULL VIEW")
		},
	},
	{
		id: "I5", name: "view_definitions_are_hidden_from_others", reason: "SHOW VIEWS shows them", setup: shop,
		show: func(w *world) {
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			equal(w.t, "hidden", r.rows("SELECT VIEW_DEFINITION FROM SHOP.INFORMATION_SCHEMA.VIEWS WHERE TABLE_NAME = 'V_FULL'"), "∅")
			equal(w.t, "shown", r.column("text", "SHOW VIEWS IN DATABASE SHOP"), "CREATE VIEW SHOP.SALES.V_FULL AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS")
		},
	},
	{
		id: "I6", name: "signatures_have_names", reason: "bodies are hidden from others", setup: mixed,
		show: func(w *world) {
			equal(w.t, "signature", w.rows("SELECT PROCEDURE_NAME, ARGUMENT_SIGNATURE, PROCEDURE_LANGUAGE, PROCEDURE_DEFINITION FROM SHOP.INFORMATION_SCHEMA.PROCEDURES"),
				"P () SQL BEGIN RETURN 1; END")
		},
	},
	{
		id: "I7", name: "schemata_and_pipes", reason: "managed access and auto-ingest are flags", setup: mixed + "USE ROLE PROD; CREATE SCHEMA SHOP.M WITH MANAGED ACCESS;",
		show: func(w *world) {
			equal(w.t, "schemata", w.rows("SELECT SCHEMA_NAME, IS_MANAGED_ACCESS FROM SHOP.INFORMATION_SCHEMA.SCHEMATA ORDER BY 1"),
				"INFORMATION_SCHEMA NO", "M YES", "PUBLIC NO", "SALES NO")
			equal(w.t, "pipes", w.rows("SELECT PIPE_NAME, IS_AUTOINGEST_ENABLED FROM SHOP.INFORMATION_SCHEMA.PIPES ORDER BY 1"),
				"AUTO YES", "INTERNAL NO", "MANUAL NO")
		},
	},
	{
		id: "I8", name: "object_privileges", reason: "only what the role may see", setup: shop,
		show: func(w *world) {
			equal(w.t, "privileges", w.rows("SELECT GRANTEE, PRIVILEGE_TYPE FROM SHOP.INFORMATION_SCHEMA.OBJECT_PRIVILEGES WHERE OBJECT_NAME = 'CUSTOMERS' ORDER BY 1"),
				"PROD OWNERSHIP", "READER SELECT")
		},
	},
	{
		id: "I9", name: "table_functions", reason: "graphs and history; they compute", setup: mixed,
		show: func(w *world) {
			p := w.as("PROD")
			p.fails(606, "No active warehouse", "SELECT * FROM TABLE(SHOP.INFORMATION_SCHEMA.TASK_DEPENDENTS('SHOP.SALES.ROOT'))")
			w.run("USE DATABASE SHOP")
			equal(w.t, "graph", w.rows("SELECT NAME FROM TABLE(INFORMATION_SCHEMA.TASK_DEPENDENTS('SHOP.SALES.ROOT', TRUE)) ORDER BY 1"), "CHILD", "LAST", "ROOT")
			w.must(w.query(sf.WithQueryTag(w.t.Context(), `{"run":"7"}`), "SELECT 1 AS A"))
			tagged := w.queryID
			equal(w.t, "tag", w.rows("SELECT QUERY_ID, QUERY_TEXT, EXECUTION_STATUS FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE QUERY_TAG LIKE '%run%'"),
				tagged+" SELECT 1 AS A SUCCESS") // L7
		},
	},
}
