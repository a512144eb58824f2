package emulator_test

import (
	"fmt"
	"strings"
)

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
			w.must(w.query(w.t.Context(), "DROP TABLE IDENTIFIER(?)", "D.PUBLIC.T"))
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
		id: "S3", name: "ten_thousand_and_one", reason: "by kind an error or a silent cut; paging reaches all",
		setup: "CREATE DATABASE D; CREATE SCHEMA D.MANY;",
		show: func(w *world) {
			var script strings.Builder
			for i := range 10001 {
				fmt.Fprintf(&script, "CREATE TABLE D.MANY.T%05d (A NUMBER); CREATE SEQUENCE D.MANY.S%05d;\n", i, i)
			}
			w.load(script.String())
			w.fails(90153, "exceeded the max number of rows(10000)", "SHOW TABLES IN SCHEMA D.MANY")
			w.fails(90153, "exceeded the max number of rows(10000)", "SHOW TABLES IN ACCOUNT")
			if got := len(w.run("SHOW SEQUENCES IN SCHEMA D.MANY").rows); got != 10000 {
				w.t.Errorf("SHOW SEQUENCES has %d rows", got)
			}
			if got := len(w.run("SHOW OBJECTS IN SCHEMA D.MANY").rows); got != 10000 {
				w.t.Errorf("SHOW OBJECTS has %d rows", got)
			}
			w.fails(1003, "LIMIT", "SHOW TABLES IN SCHEMA D.MANY LIMIT 10001")
			first := w.column("name", "SHOW TABLES IN SCHEMA D.MANY LIMIT 10000")
			last := first[len(first)-1]
			equal(w.t, "the last of the first page", []string{last}, "T09999")
			equal(w.t, "the second page", w.column("name", "SHOW TABLES IN SCHEMA D.MANY LIMIT 10000 FROM '"+last+"'"), "T10000")
			equal(w.t, "a filter", w.column("name", "SHOW TABLES LIKE 't1%' IN SCHEMA D.MANY"), "T10000")
		},
	},
	{
		id: "S1", name: "objects_are_tables_and_views", reason: "of every kind, under two words", setup: mixed,
		show: func(w *world) {
			equal(w.t, "objects", w.rows("SHOW OBJECTS IN SCHEMA SHOP.SALES", "name", "kind", "is_dynamic"),
				"CLUSTERED TABLE N", "CUSTOMERS TABLE N", "DT TABLE Y", "EVENTS TABLE N", "EXT TABLE N", "MV VIEW N", "ORDERS TABLE N", "RAW TABLE N",
				"V_FULL VIEW N", "V_SHORT VIEW N")
			equal(w.t, "to a reader", w.as("READER").column("name", "SHOW TERSE OBJECTS IN DATABASE SHOP"), "CUSTOMERS", "V_FULL")
		},
	},
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
			if got := len(w.run("SHOW TERSE DATABASES").columns); got != 5 {
				w.t.Errorf("SHOW TERSE has %d columns", got)
			}
			w.fails(2043, "Object does not exist, or operation cannot be performed.", "SHOW TABLES IN DATABASE E")
		},
	},
}
