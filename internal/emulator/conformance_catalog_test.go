package emulator_test

import (
	sf "github.com/snowflakedb/gosnowflake/v2"
)

var catalogFacts = []fact{
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
