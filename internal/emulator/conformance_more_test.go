package emulator_test

// namingFacts are about names, texts and what stands on names.
var namingFacts = []fact{
	{
		id: "C11", name: "what_is_imported_cannot_be_cloned", reason: "a share is read where it is; a clone is in no share", setup: shop,
		show: func(w *world) {
			w.run("CREATE SHARE S COMMENT = 'out'", "ALTER SHARE S ADD ACCOUNTS = A1, ORG.A2", "GRANT USAGE ON DATABASE SHOP TO SHARE S",
				"GRANT USAGE ON SCHEMA SHOP.SALES TO SHARE S", "GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO SHARE S")
			w.fails(2, "not secure", "GRANT SELECT ON VIEW SHOP.SALES.V_FULL TO SHARE S")
			equal(w.t, "share", w.rows("SHOW SHARES", "kind", "name", "database_name", "to"), "OUTBOUND S SHOP A1, ORG.A2")
			w.run("CREATE DATABASE COPY CLONE SHOP")
			equal(w.t, "a clone is in no share", w.rows("SHOW GRANTS TO SHARE S", "privilege", "name"),
				"SELECT SHOP.SALES.CUSTOMERS", "USAGE SHOP", "USAGE SHOP.SALES")
			w.fails(2003, "Share 'OTHER.S' does not exist or not authorized.", "CREATE DATABASE D FROM SHARE OTHER.S")
			w.run("CREATE DATABASE D FROM SHARE TEST.S", "INSERT INTO SHOP.SALES.CUSTOMERS VALUES (3, 'Cid', NULL)")
			equal(w.t, "kind", w.rows("SHOW DATABASES LIKE 'D'", "origin", "kind"), "TEST.S IMPORTED DATABASE")
			equal(w.t, "rows", w.rows("SELECT COUNT(*) FROM D.SALES.CUSTOMERS"), "3")
			for _, statement := range []string{
				"CREATE DATABASE E CLONE D", "CREATE SCHEMA SHOP.E CLONE D.SALES", "CREATE TABLE SHOP.SALES.E CLONE D.SALES.CUSTOMERS",
			} {
				w.fails(2, "imported", statement)
			}
			w.fails(3001, "Granting individual privileges on imported database is not allowed.", "GRANT USAGE ON DATABASE D TO ROLE READER")
			w.fails(3001, "Insufficient privileges", "DELETE FROM D.SALES.CUSTOMERS")
			w.fails(3001, "Insufficient privileges", "CREATE SCHEMA D.MORE")
			w.run("GRANT IMPORTED PRIVILEGES ON DATABASE D TO ROLE READER")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH", "SELECT * FROM D.SALES.CUSTOMERS")
			w.run("REVOKE IMPORTED PRIVILEGES ON DATABASE D FROM ROLE READER")
			r.fails(2003, "does not exist or not authorized", "SELECT * FROM D.SALES.CUSTOMERS")
			w.run("DROP DATABASE D", "DROP SHARE S", "SELECT * FROM SHOP.SALES.CUSTOMERS")
		},
	},
	{
		id: "C1", name: "the_clauses_of_clone", reason: "all may stand together, in the order of the grammar", setup: shop,
		show: func(w *world) {
			w.run("CREATE OR REPLACE DATABASE D CLONE SHOP AT(OFFSET => -1) IGNORE TABLES WITH INSUFFICIENT DATA RETENTION " +
				"IGNORE HYBRID TABLES INCLUDE INTERNAL STAGES")
			w.run("CREATE SCHEMA IF NOT EXISTS D.S CLONE SHOP.SALES BEFORE(TIMESTAMP => CURRENT_TIMESTAMP()) INCLUDE INTERNAL STAGES")
			w.fails(1003, "unexpected 'CLONE'", "CREATE VIEW D.PUBLIC.V CLONE SHOP.SALES.V_FULL")
			w.fails(1003, "unexpected 'IGNORE'", "CREATE TABLE D.PUBLIC.T CLONE SHOP.SALES.ORDERS IGNORE HYBRID TABLES")
		},
	},
	{
		id: "M1 M3", name: "texts_name_the_stored_name_alone", reason: "folded and without its container", setup: "CREATE ROLE R;",
		show: func(w *world) {
			equal(w.t, "texts", []string{
				w.status("create database d"), w.status("create schema d.s"), w.status(`create table d.s."Mixed" (a number)`), w.status("use schema d.s"),
				w.status("alter table d.s.\"Mixed\" set comment = 'x'"), w.status("grant select on table \"Mixed\" to role r"),
				w.status("revoke select on table \"Mixed\" from role r"), w.status("grant usage on all schemas in database d to role r"),
				w.status("drop table d.s.\"Mixed\""),
			}, "Database D successfully created.", "Schema S successfully created.", "Table Mixed successfully created.",
				"Statement executed successfully.", "Statement executed successfully.", "Statement executed successfully.",
				"Statement executed successfully.", "Statement executed successfully. 2 objects affected.", "Mixed successfully dropped.")
		},
	},
	{
		id: "N7", name: "names_of_kubernetes_need_quotes", reason: "small letters and hyphens", setup: "",
		show: func(w *world) {
			w.fails(1003, "unexpected '-'", "CREATE DATABASE my-clone")
			w.run(`CREATE DATABASE "my-clone"`, "CREATE DATABASE MY_CLONE")
			equal(w.t, "names", w.column("name", "SHOW DATABASES LIKE 'my%'"), "MY_CLONE", "my-clone")
		},
	},
	{
		id: "R3", name: "or_replace_drops_what_is_not_said", reason: "policies, tags, comment; streams go stale", setup: masked + "COMMENT ON TABLE SHOP.SALES.CUSTOMERS IS 'x';",
		show: func(w *world) {
			w.as("PROD").run("USE WAREHOUSE WH", "CREATE STREAM SHOP.SALES.S ON TABLE SHOP.SALES.CUSTOMERS",
				"CREATE OR REPLACE TABLE SHOP.SALES.CUSTOMERS COPY GRANTS AS SELECT 1 AS ID, 'Ann' AS NAME, 'a@x' AS EMAIL")
			equal(w.t, "policy", w.column("policy name", "DESC TABLE SHOP.SALES.CUSTOMERS"), "∅", "∅", "∅")
			equal(w.t, "comment", w.column("comment", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE SHOP"), "")
			equal(w.t, "stream", w.column("stale", "SHOW STREAMS IN DATABASE SHOP"), "true")
			equal(w.t, "view", w.column("NAME", "SELECT NAME FROM SHOP.SALES.V_FULL"), "Ann")
		},
	},
	{
		id: "R5", name: "who_depends_by_name_does_not_notice", reason: "who depends by id does", setup: shop,
		show: func(w *world) {
			w.as("PROD").run("CREATE MATERIALIZED VIEW SHOP.SALES.MV AS SELECT ID FROM SHOP.SALES.CUSTOMERS",
				"CREATE OR REPLACE TABLE SHOP.SALES.CUSTOMERS (ID NUMBER, NAME VARCHAR, EMAIL VARCHAR)")
			w.run("SELECT * FROM SHOP.SALES.V_SHORT")
			equal(w.t, "materialized", w.column("invalid", "SHOW MATERIALIZED VIEWS IN DATABASE SHOP"), "true")
			w.fails(2037, "Materialized View MV is invalid.", "SELECT * FROM SHOP.SALES.MV")
		},
	},
	{
		id: "R9", name: "handlers_are_not_checked_without_a_warehouse", reason: "the code may be wrong and the statement right", setup: "CREATE DATABASE D; CREATE ROLE R; GRANT OWNERSHIP ON DATABASE D TO ROLE R; GRANT OWNERSHIP ON SCHEMA D.PUBLIC TO ROLE R;",
		show: func(w *world) {
			w.as("R").run("CREATE FUNCTION D.PUBLIC.F() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'nope' AS 'def f(): pass'")
		},
	},
}
