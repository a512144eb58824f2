package account

import "strings"

var nameFacts = []fact{
	{
		id: "N5", name: "quoted_names_can_be_made_to_fold", reason: "so the parameter must be forced", setup: `CREATE DATABASE D; CREATE TABLE D.PUBLIC."t" (A NUMBER);`,
		show: func(w *world) {
			w.run(`DESC TABLE D.PUBLIC."t"`, "ALTER SESSION SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE")
			w.fails(2003, "D.PUBLIC.T", `DESC TABLE D.PUBLIC."t"`)
			w.run("ALTER SESSION SET QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE", `DESC TABLE D.PUBLIC."t"`)
		},
	},
	{
		id: "N1", name: "unquoted_names_fold_and_quoted_ones_do_not", reason: `"ABC" is ABC and not "abc"`, setup: "CREATE DATABASE D;",
		show: func(w *world) {
			w.run(`CREATE TABLE d.public.t (a NUMBER, "b" NUMBER)`, `CREATE TABLE D.PUBLIC."t" ("We ""x""" NUMBER)`)
			equal(w.t, "names", w.column("name", `SHOW TABLES IN DATABASE "D"`), "T", "t")
			equal(w.t, "columns", w.column("name", `DESC TABLE "D"."PUBLIC"."t"`), `We "x"`)
			w.fails(2003, "does not exist", `DESC TABLE "d".PUBLIC.T`)
		},
	},
	{
		id: "N2", name: "qualified_names_in_columns_are_quoted_where_needed", reason: "they must be parsed",
		setup: `CREATE DATABASE "my db"; CREATE TABLE "my db".PUBLIC."t.1" (A NUMBER); CREATE STREAM "my db".PUBLIC.S ON TABLE "my db".PUBLIC."t.1";`,
		show: func(w *world) {
			equal(w.t, "table", w.column("table_name", `SHOW STREAMS IN DATABASE "my db"`), `"my db".PUBLIC."t.1"`)
		},
	},
	{
		id: "N3", name: "identifier_takes_strings_variables_and_binds", reason: "in DDL, SHOW, USE and SELECT", setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (A NUMBER);",
		show: func(w *world) {
			w.run("SET t = 'd.public.t'", "SELECT * FROM IDENTIFIER($t)", "USE SCHEMA IDENTIFIER('D.PUBLIC')", "DESC TABLE IDENTIFIER($t)")
			name := "D.PUBLIC.T"
			if _, err := w.session.Execute(w.t.Context(), Request{SQL: "DROP TABLE IDENTIFIER(?)", Bindings: map[string]Binding{"1": {Type: "TEXT", Value: &name}}}); err != nil {
				w.t.Error(err)
			}
			w.fails(1008, "256", "SET v = '"+strings.Repeat("x", 257)+"'")
		},
	},
	{
		id: "N4", name: "two_dots_are_the_schema_public", reason: "db..obj", setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (A NUMBER);",
		show: func(w *world) { w.run("USE DATABASE D", "SELECT * FROM D..T") },
	},
	{
		id: "N6", name: "overloads_are_told_apart_by_types", reason: "names alone are not enough",
		setup: `CREATE DATABASE D; CREATE FUNCTION D.PUBLIC.F(A NUMBER(10,2)) RETURNS NUMBER AS 'A + 1';
			CREATE FUNCTION D.PUBLIC.F(A VARCHAR) RETURNS VARCHAR AS 'A';`,
		show: func(w *world) {
			equal(w.t, "arguments", w.column("arguments", "SHOW USER FUNCTIONS IN DATABASE D"), "F(NUMBER) RETURN NUMBER", "F(VARCHAR) RETURN VARCHAR")
			w.fails(2002, "already exists", "CREATE FUNCTION D.PUBLIC.F(B NUMBER(38,0)) RETURNS NUMBER AS '1'")
			w.run("DROP FUNCTION D.PUBLIC.F(NUMBER)")
			equal(w.t, "grants name", w.column("name", "SHOW GRANTS ON FUNCTION D.PUBLIC.F(VARCHAR)"), `D.PUBLIC."F(A VARCHAR):VARCHAR"`)
		},
	},
}

var showFacts = []fact{
	{
		id: "S1", name: "needs_no_warehouse_and_shows_what_the_role_may_see", reason: "MANAGE GRANTS sees all", setup: shop,
		show: func(w *world) {
			r := w.as("READER")
			equal(w.t, "tables", r.column("name", "SHOW TABLES IN DATABASE SHOP"), "CUSTOMERS")
			equal(w.t, "schemas", r.column("name", "SHOW SCHEMAS IN DATABASE SHOP"), "INFORMATION_SCHEMA", "SALES")
			equal(w.t, "all", w.column("name", "SHOW TABLES IN DATABASE SHOP"), "CUSTOMERS", "ORDERS")
			r.run("USE WAREHOUSE WH", "SHOW TABLES IN DATABASE SHOP")
			equal(w.t, "scan", r.rows(`SELECT "name", "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))`), "CUSTOMERS TABLE")
		},
	},
	{
		id: "S2", name: "like_starts_with_limit_and_from", reason: "LIKE ignores case, STARTS WITH and FROM do not",
		setup: `CREATE DATABASE D; CREATE TABLE D.PUBLIC.A_1 (A NUMBER); CREATE TABLE D.PUBLIC.AX1 (A NUMBER); CREATE TABLE D.PUBLIC."a" (A NUMBER); CREATE TABLE D.PUBLIC.B (A NUMBER);`,
		show: func(w *world) {
			equal(w.t, "wildcard", w.column("name", "SHOW TABLES LIKE 'a_1' IN DATABASE D"), "AX1", "A_1")
			equal(w.t, "escaped", w.column("name", `SHOW TABLES LIKE 'a\\_1' IN DATABASE D`), "A_1")
			equal(w.t, "starts", w.column("name", "SHOW TABLES IN SCHEMA D.PUBLIC STARTS WITH 'A'"), "AX1", "A_1")
			equal(w.t, "limit", w.column("name", "SHOW TABLES IN SCHEMA D.PUBLIC LIMIT 2 FROM 'AX1'"), "A_1", "B")
			equal(w.t, "default", w.column("name", "SHOW TABLES LIKE '%'"), "AX1", "A_1", "B", "a")
		},
	},
	{
		id: "S3", name: "too_many_rows_fail_or_are_cut", reason: "by kind; paging avoids both",
		setup: `CREATE DATABASE D; CREATE TABLE D.PUBLIC.A (A NUMBER); CREATE TABLE D.PUBLIC.B (A NUMBER); CREATE TABLE D.PUBLIC.C (A NUMBER);
			CREATE SEQUENCE D.PUBLIC.A; CREATE SEQUENCE D.PUBLIC.B; CREATE SEQUENCE D.PUBLIC.C;`,
		show: func(w *world) {
			w.account.SetShowCap(2)
			w.fails(90153, "exceeded the max number of rows(2)", "SHOW TABLES IN DATABASE D")
			equal(w.t, "cut", w.column("name", "SHOW SEQUENCES IN DATABASE D"), "A", "B")
			equal(w.t, "page", w.column("name", "SHOW TABLES IN SCHEMA D.PUBLIC LIMIT 2 FROM 'B'"), "C")
		},
	},
	{
		id: "S6", name: "flags_are_spelled_by_column", reason: "true, Y and ON", setup: shop,
		show: func(w *world) {
			equal(w.t, "view", w.column("is_secure", "SHOW VIEWS LIKE 'V_FULL' IN DATABASE SHOP"), "false")
			equal(w.t, "database", w.column("is_default", "SHOW DATABASES LIKE 'SHOP'"), "N")
			equal(w.t, "table", w.rows("SHOW TABLES LIKE 'ORDERS' IN DATABASE SHOP", "change_tracking", "is_external"), "OFF N")
		},
	},
	{
		id: "S4", name: "order_is_database_schema_name", reason: "a cursor holds within one schema only",
		setup: "CREATE DATABASE B; CREATE DATABASE A; CREATE TABLE B.PUBLIC.X (A NUMBER); CREATE TABLE A.PUBLIC.Z (A NUMBER); CREATE SCHEMA A.A; CREATE TABLE A.A.Y (A NUMBER);",
		show: func(w *world) {
			equal(w.t, "order", w.rows("SHOW TABLES IN ACCOUNT", "database_name", "schema_name", "name"), "Y A A", "Z A PUBLIC", "X B PUBLIC")
		},
	},
	{
		id: "S5", name: "terse_and_history", reason: "fewer columns, and what was dropped", setup: "CREATE DATABASE D; CREATE DATABASE E; DROP DATABASE E;",
		show: func(w *world) {
			equal(w.t, "history", w.column("name", "SHOW DATABASES HISTORY"), "D", "E")
			if got := len(w.run("SHOW TERSE DATABASES").Columns); got != 5 {
				w.t.Errorf("SHOW TERSE has %d columns", got)
			}
			w.fails(2043, "Object does not exist, or operation cannot be performed.", "SHOW TABLES IN DATABASE E")
		},
	},
}

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
			if _, err := w.session.Execute(w.t.Context(), Request{SQL: "SELECT 1 AS A", Tag: `{"run":"7"}`, QueryID: "q1"}); err != nil {
				w.t.Fatal(err)
			}
			equal(w.t, "tag", w.rows("SELECT QUERY_ID, QUERY_TEXT, EXECUTION_STATUS FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE QUERY_TAG LIKE '%run%'"),
				"q1 SELECT 1 AS A SUCCESS") // L7
		},
	},
}
