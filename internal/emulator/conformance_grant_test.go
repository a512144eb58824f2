package emulator_test

import "github.com/snowclone-dev/snowclone/internal/emulator/account"

var grantFacts = []fact{
	{
		id: "U18", name: "names_in_grants_are_quoted_where_needed_unless_switched", reason: "no page says", setup: `CREATE DATABASE "d"; CREATE TABLE "d".PUBLIC."t" (A NUMBER);`,
		show: func(w *world) {
			equal(w.t, "quoted", w.column("name", `SHOW GRANTS ON TABLE "d".PUBLIC."t"`), `"d".PUBLIC."t"`)
			w.turn("grantNamesUnquoted", "true")
			equal(w.t, "switched", w.column("name", `SHOW GRANTS ON TABLE "d".PUBLIC."t"`), `d.PUBLIC.t`)
		},
	},
	{
		id: "P15", name: "a_preview_adds_columns", reason: "columns are read by name", setup: shop, switches: account.Switches{InheritedGrantColumns: true},
		show: func(w *world) {
			equal(w.t, "row", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.ORDERS", "privilege", "grantee_name", "is_inherited", "inherited_from"), "OWNERSHIP PROD false ∅")
		},
	},
	{
		id: "P5", name: "ownership_cannot_be_revoked", reason: "it can only be moved", setup: shop,
		show: func(w *world) {
			w.fails(3007, "OWNERSHIP cannot be revoked", "REVOKE OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS FROM ROLE PROD")
			w.run("GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER", "REVOKE OWNERSHIP ON FUTURE TABLES IN SCHEMA SHOP.SALES FROM ROLE READER")
			equal(w.t, "future", w.column("privilege", "SHOW FUTURE GRANTS IN SCHEMA SHOP.SALES"))
		},
	},
	{
		id: "P6", name: "database_roles_stay_within_their_database", reason: "they are cloned with it",
		setup: shop + "USE ROLE PROD; CREATE DATABASE ROLE SHOP.DR; USE ROLE ACCOUNTADMIN; CREATE DATABASE OTHER; CREATE TABLE OTHER.PUBLIC.T (A NUMBER);",
		show: func(w *world) {
			w.fails(3098, "cannot be granted to database role", "GRANT SELECT ON TABLE OTHER.PUBLIC.T TO DATABASE ROLE SHOP.DR")
			w.run("GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO DATABASE ROLE SHOP.DR")
			equal(w.t, "grantee", w.rows("SHOW GRANTS TO DATABASE ROLE SHOP.DR", "privilege", "granted_on", "name", "grantee_name"),
				"SELECT TABLE SHOP.SALES.CUSTOMERS SHOP.DR", "USAGE DATABASE SHOP SHOP.DR")
			w.fails(3098, "cannot be granted to database role", "GRANT CREATE DATABASE ROLE ON DATABASE SHOP TO DATABASE ROLE SHOP.DR")
			w.fails(3098, "cannot be granted to database role", "GRANT OWNERSHIP ON DATABASE SHOP TO DATABASE ROLE SHOP.DR")
			w.fails(2043, "does not exist", "SHOW DATABASE ROLES IN ACCOUNT")
		},
	},
	{
		id: "U18", name: "switch_prints_names_of_grants_without_quotes", reason: "no page says",
		setup: shop + `CREATE ROLE "data team"; CREATE ROLE "a.b"; GRANT ROLE "a.b" TO ROLE "data team";`,
		show: func(w *world) {
			const question = `SHOW GRANTS TO ROLE "data team"`
			equal(w.t, "quoted", w.column("name", question), `"a.b"`)
			w.turn("grantNamesUnquoted", "true")
			equal(w.t, "bare", w.column("name", question), "a.b")
		},
	},
	{
		id: "P7", name: "bulk_grants_count_what_exists", reason: "they are many single grants", setup: shop,
		show: func(w *world) {
			equal(w.t, "text", []string{
				w.status("GRANT SELECT ON ALL TABLES IN SCHEMA SHOP.SALES TO ROLE READER"),
				w.status("GRANT SELECT ON ALL STREAMS IN SCHEMA SHOP.SALES TO ROLE READER"),
			}, "Statement executed successfully. 2 objects affected.", "Statement executed successfully. 0 objects affected.")
		},
	},
	{
		id: "P7", name: "all_tables_are_tables", reason: "dynamic and event tables have words of their own", setup: mixed,
		show: func(w *world) {
			equal(w.t, "text", []string{
				w.status("GRANT SELECT ON ALL TABLES IN SCHEMA SHOP.SALES TO ROLE PUBLIC"),
				w.status("GRANT SELECT ON ALL DYNAMIC TABLES IN SCHEMA SHOP.SALES TO ROLE PUBLIC"),
				w.status("GRANT SELECT ON ALL VIEWS IN SCHEMA SHOP.SALES TO ROLE PUBLIC"),
			}, "Statement executed successfully. 4 objects affected.", "Statement executed successfully. 1 objects affected.",
				"Statement executed successfully. 2 objects affected.")
		},
	},
	{
		id: "P7", name: "what_may_not_be_granted_is_003011", reason: "partial success",
		setup: shop + "GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE READER WITH GRANT OPTION; CREATE ROLE OTHER;",
		show: func(w *world) {
			r := w.as("READER")
			r.run("GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE OTHER")
			r.fails(3011, "Grant partially executed: privileges [INSERT] not granted.", "GRANT SELECT, INSERT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE OTHER")
			r.fails(3001, "Insufficient privileges", "GRANT INSERT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE OTHER")
			equal(w.t, "grantor", w.rows("SHOW GRANTS TO ROLE OTHER", "privilege", "granted_by"), "SELECT READER")
		},
	},
	{
		id: "P9", name: "revoking_what_was_not_granted_succeeds", reason: "there was nothing to take", setup: shop,
		show: func(w *world) {
			equal(w.t, "text", []string{w.status("REVOKE INSERT ON TABLE SHOP.SALES.ORDERS FROM ROLE READER")}, "Statement executed successfully.")
		},
	},
	{
		id: "P9", name: "dependent_grants_block_unless_cascade", reason: "RESTRICT is the default",
		setup: shop + "GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE READER WITH GRANT OPTION; CREATE ROLE OTHER;",
		show: func(w *world) {
			w.as("READER").run("GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE OTHER")
			prod := w.as("PROD")
			prod.fails(3036, "Dependent grant", "REVOKE SELECT ON TABLE SHOP.SALES.CUSTOMERS FROM ROLE READER")
			prod.run("REVOKE SELECT ON TABLE SHOP.SALES.CUSTOMERS FROM ROLE READER CASCADE")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.CUSTOMERS", "privilege", "grantee_name"), "OWNERSHIP PROD")
		},
	},
	{
		id: "P9", name: "revoking_future_grants_leaves_what_they_gave", reason: "they are grants of their own",
		setup: shop + "GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER; USE ROLE PROD; CREATE TABLE SHOP.SALES.N (A NUMBER);",
		show: func(w *world) {
			w.run("REVOKE SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES FROM ROLE READER")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.N", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT READER")
		},
	},
	{
		id: "P10", name: "manage_grants_grants_anything_in_the_owners_name", reason: "but it does not alter or drop",
		setup: shop + "CREATE ROLE GRANTER; GRANT MANAGE GRANTS ON ACCOUNT TO ROLE GRANTER;",
		show: func(w *world) {
			g := w.as("GRANTER")
			g.run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE READER")
			equal(w.t, "grantor", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.ORDERS", "privilege", "granted_by"), "OWNERSHIP PROD", "SELECT PROD")
			g.fails(2003, "does not exist or not authorized", "ALTER TABLE SHOP.SALES.ORDERS SET COMMENT = 'x'")
			g.run("GRANT USAGE ON DATABASE SHOP TO ROLE GRANTER", "GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE GRANTER")
			g.fails(3001, "Insufficient privileges to operate on table 'ORDERS'", "DROP TABLE SHOP.SALES.ORDERS")
		},
	},
	{
		id: "P11", name: "in_a_managed_schema_only_its_owner_grants", reason: "object owners may not",
		setup: shop + `USE ROLE PROD; CREATE SCHEMA SHOP.M WITH MANAGED ACCESS; GRANT USAGE ON SCHEMA SHOP.M TO ROLE READER;
			GRANT CREATE TABLE ON SCHEMA SHOP.M TO ROLE READER;`,
		show: func(w *world) {
			r := w.as("READER")
			r.run("CREATE TABLE SHOP.M.T (A NUMBER)")
			r.fails(3001, "Insufficient privileges", "GRANT SELECT ON TABLE SHOP.M.T TO ROLE PUBLIC")
			w.as("PROD").run("GRANT SELECT ON TABLE SHOP.M.T TO ROLE PUBLIC")
		},
	},
	{
		id: "P12", name: "volumes_are_granted_to_roles_only", reason: "there is no other form",
		setup: "CREATE ROLE R; CREATE DATABASE D; CREATE DATABASE ROLE D.DR; CREATE EXTERNAL VOLUME V STORAGE_LOCATIONS = ((NAME = 'x' STORAGE_PROVIDER = 'S3'));",
		show: func(w *world) {
			w.fails(1003, "unexpected 'DATABASE'", "GRANT USAGE ON EXTERNAL VOLUME V TO DATABASE D")
			w.fails(3098, "database role", "GRANT USAGE ON EXTERNAL VOLUME V TO DATABASE ROLE D.DR")
			w.run("GRANT USAGE ON EXTERNAL VOLUME V TO ROLE R")
			equal(w.t, "granted_on", w.column("granted_on", "SHOW GRANTS TO ROLE R"), "VOLUME")
		},
	},
	{
		id: "P13", name: "the_owner_of_an_iceberg_table_needs_the_volume", reason: "BCR-2247",
		setup: shop + `CREATE EXTERNAL VOLUME V STORAGE_LOCATIONS = ((NAME = 'x' STORAGE_PROVIDER = 'S3')); GRANT USAGE ON EXTERNAL VOLUME V TO ROLE PROD;
			USE ROLE PROD; CREATE ICEBERG TABLE SHOP.SALES.I (A NUMBER) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'V' BASE_LOCATION = 'i';`,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("USE WAREHOUSE WH", "INSERT INTO SHOP.SALES.I VALUES (1)")
			w.run("REVOKE USAGE ON EXTERNAL VOLUME V FROM ROLE PROD")
			p.fails(3001, "external volume 'V'", "INSERT INTO SHOP.SALES.I VALUES (1)")
			p.fails(3001, "external volume 'V'", "ALTER ICEBERG TABLE SHOP.SALES.I ADD COLUMN B NUMBER")
			w.run("GRANT USAGE ON EXTERNAL VOLUME V TO ROLE PROD")
			p.fails(1003, "unexpected 'EXTERNAL_VOLUME'", "ALTER ICEBERG TABLE SHOP.SALES.I SET EXTERNAL_VOLUME = 'V2'")
		},
	},
	{
		id: "P14", name: "database_roles_reach_users_through_roles", reason: "they cannot be active by themselves",
		setup: shop + "USE ROLE PROD; CREATE DATABASE ROLE SHOP.DR; GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO DATABASE ROLE SHOP.DR;",
		show: func(w *world) {
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			r.fails(2003, "Object 'SHOP.SALES.ORDERS' does not exist or not authorized.", "SELECT * FROM SHOP.SALES.ORDERS")
			w.run("GRANT DATABASE ROLE SHOP.DR TO ROLE READER")
			equal(w.t, "rows", r.rows("SELECT * FROM SHOP.SALES.ORDERS"))
			equal(w.t, "members", w.rows("SHOW GRANTS OF DATABASE ROLE SHOP.DR", "granted_to", "grantee_name"), "ROLE READER")
		},
	},
	{
		id: "P19", name: "a_database_role_has_its_database", reason: "so has who is granted it, in a clone as well",
		setup: shop + "GRANT CREATE DATABASE ON ACCOUNT TO ROLE PROD; USE ROLE PROD; CREATE DATABASE ROLE SHOP.DR; CREATE DATABASE CLONED CLONE SHOP; USE ROLE ACCOUNTADMIN; CREATE ROLE OUTSIDER;",
		show: func(w *world) {
			o := w.as("OUTSIDER")
			o.fails(2043, "", "USE DATABASE CLONED")
			w.run("GRANT DATABASE ROLE CLONED.DR TO ROLE OUTSIDER")
			o.run("USE DATABASE CLONED")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON DATABASE CLONED", "privilege", "grantee_name"), "OWNERSHIP PROD", "USAGE CLONED.DR")
			w.as("PROD").run("DROP DATABASE CLONED")
			equal(w.t, "gone", w.rows("SHOW GRANTS TO ROLE OUTSIDER"))
		},
	},
	{
		id: "P16", name: "privileges_can_be_granted_to_users", reason: "SHOW GRANTS ON then names a user", setup: shop + "CREATE USER U;",
		show: func(w *world) {
			w.run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO USER U")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.ORDERS", "granted_to", "grantee_name"), "ROLE PROD", "USER U")
		},
	},
	{
		id: "roles", name: "are_granted_and_revoked", reason: "hierarchy gives and takes rights", setup: shop + "CREATE ROLE BOSS;",
		show: func(w *world) {
			w.run("GRANT ROLE READER TO ROLE BOSS")
			b := w.as("BOSS")
			b.run("USE WAREHOUSE WH", "SELECT * FROM SHOP.SALES.CUSTOMERS", "USE ROLE READER")
			w.run("REVOKE ROLE READER FROM ROLE BOSS")
			w.fails(3097, "circle", "GRANT ROLE ACCOUNTADMIN TO ROLE SYSADMIN")
		},
	},
}

var futureFacts = []fact{
	{
		id: "P8", name: "future_grants_of_the_schema_replace_those_of_the_database", reason: "for the same kind of object",
		setup: shop + `CREATE ROLE OTHER; GRANT SELECT ON FUTURE TABLES IN DATABASE SHOP TO ROLE OTHER;
			GRANT SELECT ON FUTURE VIEWS IN DATABASE SHOP TO ROLE OTHER; GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER;`,
		show: func(w *world) {
			w.as("PROD").run("CREATE TABLE SHOP.SALES.N (A NUMBER)", "CREATE VIEW SHOP.SALES.NV AS SELECT 1 AS A")
			equal(w.t, "table", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.N", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT READER")
			equal(w.t, "view", w.rows("SHOW GRANTS ON VIEW SHOP.SALES.NV", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT OTHER")
		},
	},
	{
		id: "P8", name: "there_is_one_future_ownership", reason: "the later wins, and moves what is created",
		setup: shop + "CREATE ROLE A; CREATE ROLE B; GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE A; GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE B;",
		show: func(w *world) {
			w.as("PROD").run("CREATE TABLE SHOP.SALES.N (A NUMBER)")
			equal(w.t, "owner", w.column("owner", "SHOW TABLES LIKE 'N' IN SCHEMA SHOP.SALES"), "B")
		},
	},
	{
		id: "P8", name: "on_databases_they_need_manage_grants", reason: "schema owners define those of their schema", setup: shop,
		show: func(w *world) {
			p := w.as("PROD")
			p.fails(3001, "Insufficient privileges to operate on database 'SHOP'", "GRANT SELECT ON FUTURE TABLES IN DATABASE SHOP TO ROLE READER")
			p.run("GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER")
			p.fails(1003, "unexpected", "GRANT APPLY ON FUTURE MASKING POLICIES IN SCHEMA SHOP.SALES TO ROLE READER")
		},
	},
	{
		id: "P8", name: "rename_and_swap_do_not_apply_them", reason: "they belong to creation",
		setup: shop + "USE ROLE PROD; CREATE TABLE SHOP.PUBLIC.T (A NUMBER); GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER;",
		show: func(w *world) {
			w.as("PROD").run("ALTER TABLE SHOP.PUBLIC.T RENAME TO SHOP.SALES.T")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.T", "privilege", "grantee_name"), "OWNERSHIP PROD")
		},
	},
	{
		id: "P8", name: "future_ownership_of_the_database_stops_at_managed_schemas", reason: "their owner decides",
		setup: shop + "CREATE ROLE A; GRANT OWNERSHIP ON FUTURE TABLES IN DATABASE SHOP TO ROLE A; USE ROLE PROD; CREATE SCHEMA SHOP.M WITH MANAGED ACCESS;",
		show: func(w *world) {
			w.as("PROD").run("CREATE TABLE SHOP.M.T (A NUMBER)", "CREATE TABLE SHOP.PUBLIC.T (A NUMBER)")
			equal(w.t, "owner", w.column("owner", "SHOW TABLES LIKE 'T' IN DATABASE SHOP"), "PROD", "A")
		},
	},
	{
		id: "R1", name: "copy_grants_keeps_grants_and_skips_future_grants", reason: "the executing role becomes the owner",
		setup: shop + "CREATE ROLE OTHER; GRANT SELECT ON FUTURE VIEWS IN SCHEMA SHOP.SALES TO ROLE OTHER;",
		show: func(w *world) {
			p := w.as("PROD")
			p.run("CREATE OR REPLACE VIEW SHOP.SALES.V_FULL COPY GRANTS AS SELECT ID FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "copied", w.rows("SHOW GRANTS ON VIEW SHOP.SALES.V_FULL", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT READER")
			p.run("CREATE OR REPLACE VIEW SHOP.SALES.V_FULL AS SELECT ID FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "not copied", w.rows("SHOW GRANTS ON VIEW SHOP.SALES.V_FULL", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT OTHER")
		},
	},
	{
		id: "R1", name: "routines_get_both", reason: "copied grants and future grants",
		setup: shop + `CREATE ROLE OTHER; GRANT USAGE ON FUTURE PROCEDURES IN SCHEMA SHOP.SALES TO ROLE OTHER; USE ROLE PROD;
			CREATE PROCEDURE SHOP.SALES.P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN 1; END';
			GRANT USAGE ON PROCEDURE SHOP.SALES.P() TO ROLE READER; REVOKE USAGE ON PROCEDURE SHOP.SALES.P() FROM ROLE OTHER;`,
		show: func(w *world) {
			w.as("PROD").run("CREATE OR REPLACE PROCEDURE SHOP.SALES.P() COPY GRANTS RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN 2; END'")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON PROCEDURE SHOP.SALES.P()", "privilege", "grantee_name"),
				"OWNERSHIP PROD", "USAGE OTHER", "USAGE READER")
		},
	},
}

var ownershipFacts = []fact{
	{
		id: "P4", name: "some_kinds_move_under_another_word", reason: "and external tables stop refreshing by themselves",
		setup: mixed + "USE ROLE PROD; CREATE HYBRID TABLE SHOP.SALES.H (A NUMBER PRIMARY KEY); USE ROLE ACCOUNTADMIN; CREATE ROLE NEW;",
		show: func(w *world) {
			w.fails(1003, "unexpected 'MATERIALIZED'", "GRANT OWNERSHIP ON MATERIALIZED VIEW SHOP.SALES.MV TO ROLE NEW")
			w.fails(1003, "unexpected 'HYBRID'", "GRANT OWNERSHIP ON HYBRID TABLE SHOP.SALES.H TO ROLE NEW")
			w.run("GRANT OWNERSHIP ON VIEW SHOP.SALES.MV TO ROLE NEW", "GRANT OWNERSHIP ON TABLE SHOP.SALES.H TO ROLE NEW",
				"GRANT OWNERSHIP ON EXTERNAL TABLE SHOP.SALES.EXT TO ROLE NEW")
			equal(w.t, "owners", w.rows("SHOW GRANTS TO ROLE NEW", "privilege", "granted_on", "name"),
				"OWNERSHIP EXTERNAL_TABLE SHOP.SALES.EXT", "OWNERSHIP MATERIALIZED_VIEW SHOP.SALES.MV", "OWNERSHIP TABLE SHOP.SALES.H")
		},
	},
	{
		id: "P17", name: "what_runs_a_task_is_its_owners", reason: "the privilege is the account's; ACCOUNTADMIN alone has it at first",
		setup: shop + "REVOKE EXECUTE TASK ON ACCOUNT FROM ROLE PROD;",
		show: func(w *world) {
			p := w.as("PROD")
			p.run("CREATE TASK SHOP.SALES.T WAREHOUSE = PROD_WH SCHEDULE = '5 MINUTE' AS SELECT 1",
				"CREATE ALERT SHOP.SALES.A WAREHOUSE = PROD_WH SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1")
			w.run("REVOKE EXECUTE ALERT ON ACCOUNT FROM ROLE PROD")
			p.fails(3001, "account", "CREATE ALERT SHOP.SALES.A2 SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1")
			p.fails(91089, "EXECUTE TASK", "ALTER TASK SHOP.SALES.T RESUME")
			p.fails(91089, "EXECUTE ALERT", "ALTER ALERT SHOP.SALES.A RESUME")
			w.fails(91089, "EXECUTE TASK", "ALTER TASK SHOP.SALES.T RESUME")
			w.run("GRANT EXECUTE TASK ON ACCOUNT TO ROLE PROD", "GRANT EXECUTE ALERT ON ACCOUNT TO ROLE PROD")
			p.run("ALTER TASK SHOP.SALES.T RESUME", "ALTER ALERT SHOP.SALES.A RESUME")
		},
	},
	{
		id: "P1", name: "outbound_grants_need_a_clause", reason: "003036", setup: shop + "CREATE ROLE NEW;",
		show: func(w *world) {
			w.fails(3036, "Dependent grant of privilege 'SELECT'", "GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE NEW")
			w.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE NEW COPY CURRENT GRANTS")
			equal(w.t, "copied", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.CUSTOMERS", "privilege", "grantee_name", "granted_by"),
				"OWNERSHIP NEW NEW", "SELECT READER NEW")
			w.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE PROD REVOKE CURRENT GRANTS")
			equal(w.t, "revoked", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.CUSTOMERS", "privilege", "grantee_name"), "OWNERSHIP PROD")
		},
	},
	{
		id: "P1", name: "copy_needs_manage_grants_or_the_new_owner", reason: "it is an escalation path", setup: shop + "CREATE ROLE NEW;",
		show: func(w *world) {
			w.as("PROD").fails(3001, "COPY CURRENT GRANTS", "GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE NEW COPY CURRENT GRANTS")
			w.as("READER").fails(3001, "Insufficient privileges", "GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE READER COPY CURRENT GRANTS")
		},
	},
	{
		id: "P1", name: "bulk_transfer_moves_all", reason: "and says how many", setup: mixed + "CREATE ROLE NEW;",
		show: func(w *world) {
			equal(w.t, "text", []string{w.status("GRANT OWNERSHIP ON ALL VIEWS IN DATABASE SHOP TO ROLE NEW COPY CURRENT GRANTS")},
				"Statement executed successfully. 3 objects affected.")
			equal(w.t, "owners", w.column("owner", "SHOW VIEWS IN DATABASE SHOP"), "NEW", "NEW", "NEW")
			w.fails(1003, "unexpected 'MATERIALIZED'", "GRANT OWNERSHIP ON MATERIALIZED VIEW SHOP.SALES.MV TO ROLE PROD") // P4
			w.run("GRANT OWNERSHIP ON VIEW SHOP.SALES.MV TO ROLE PROD COPY CURRENT GRANTS")
		},
	},
	{
		id: "P2", name: "pipes_move_one_by_one_and_paused", reason: "bulk does not know them", setup: mixed + "CREATE ROLE NEW; GRANT ROLE NEW TO ROLE SYSADMIN;",
		show: func(w *world) {
			w.fails(2, "PIPES", "GRANT OWNERSHIP ON ALL PIPES IN SCHEMA SHOP.SALES TO ROLE NEW")
			w.fails(2, "DATA METRIC FUNCTIONS", "GRANT OWNERSHIP ON ALL DATA METRIC FUNCTIONS IN SCHEMA SHOP.SALES TO ROLE NEW")
			w.fails(91103, "must be paused", "GRANT OWNERSHIP ON PIPE SHOP.SALES.AUTO TO ROLE NEW")
			w.run("ALTER PIPE SHOP.SALES.AUTO SET PIPE_EXECUTION_PAUSED = TRUE", "GRANT OWNERSHIP ON PIPE SHOP.SALES.AUTO TO ROLE NEW",
				"SELECT SYSTEM$PIPE_FORCE_RESUME('SHOP.SALES.AUTO', 'ownership_transfer_check_override')")
			equal(w.t, "state", w.rows("SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('SHOP.SALES.AUTO')):executionState::VARCHAR"), "RUNNING")
		},
	},
	{
		id: "P3", name: "a_single_task_is_cut_from_its_graph", reason: "bulk keeps it whole", setup: mixed + "CREATE ROLE NEW;",
		show: func(w *world) {
			w.fails(91421, "Unable to update graph with root task SHOP.SALES.ROOT", "GRANT OWNERSHIP ON TASK SHOP.SALES.CHILD TO ROLE NEW")
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "GRANT OWNERSHIP ON TASK SHOP.SALES.CHILD TO ROLE NEW")
			equal(w.t, "links", w.column("predecessors", "SHOW TASKS LIKE 'CHILD' IN SCHEMA SHOP.SALES"), "[]")
		},
	},
	{
		id: "P3", name: "bulk_keeps_the_graph_and_suspends", reason: "last_suspended_reason tells", setup: mixed + "CREATE ROLE NEW;",
		show: func(w *world) {
			w.run("GRANT OWNERSHIP ON ALL TASKS IN SCHEMA SHOP.SALES TO ROLE NEW COPY CURRENT GRANTS")
			equal(w.t, "tasks", w.rows("SHOW TASKS IN SCHEMA SHOP.SALES", "owner", "predecessors", "state", "last_suspended_reason"),
				`NEW ["SHOP.SALES.ROOT"] suspended GRANT_OWNERSHIP`, "NEW [] suspended GRANT_OWNERSHIP", "NEW [] suspended GRANT_OWNERSHIP")
		},
	},
	{
		id: "P6", name: "database_roles_own_no_dynamic_tables", reason: "documented with SHOW DYNAMIC TABLES",
		setup: mixed + "USE ROLE PROD; CREATE DATABASE ROLE SHOP.DR;",
		show: func(w *world) {
			w.fails(2, "dynamic table", "GRANT OWNERSHIP ON DYNAMIC TABLE SHOP.SALES.DT TO DATABASE ROLE SHOP.DR")
			w.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.RAW TO DATABASE ROLE SHOP.DR COPY CURRENT GRANTS")
			equal(w.t, "owner", w.rows("SHOW TABLES LIKE 'RAW' IN DATABASE SHOP", "owner", "owner_role_type"), "DR DATABASE_ROLE")
		},
	},
}
