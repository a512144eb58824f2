package emulator_test

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var cloneFacts = []fact{
	{
		id: "C2", name: "properties_follow_the_clone_part", reason: "comment, retention and tags in one statement",
		setup: shop + "CREATE DATABASE GOV; CREATE TAG GOV.PUBLIC.COST;",
		show: func(w *world) {
			w.run("CREATE TRANSIENT DATABASE D CLONE SHOP DATA_RETENTION_TIME_IN_DAYS = 0 COMMENT = 'it''s mine' WITH TAG (GOV.PUBLIC.COST = '42')")
			equal(w.t, "database", w.rows("SHOW DATABASES LIKE 'D'", "comment", "options", "retention_time"), "it's mine TRANSIENT 0")
			equal(w.t, "tag", w.rows("SELECT TAG_VALUE FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES('D', 'DATABASE'))"), "42")
			w.fails(2003, "Tag 'GOV.PUBLIC.NOPE' does not exist", "CREATE DATABASE E CLONE SHOP TAG (GOV.PUBLIC.NOPE = '1')")
			w.fails(2003, "Database 'E' does not exist", "DESC DATABASE E")
		},
	},
	{
		id: "U15", name: "members_of_database_roles_stay_behind_unless_switched", reason: "the role and its privileges come along",
		setup: shop + `USE ROLE PROD; CREATE DATABASE ROLE SHOP.A; CREATE DATABASE ROLE SHOP.B; GRANT DATABASE ROLE SHOP.A TO DATABASE ROLE SHOP.B;
			GRANT DATABASE ROLE SHOP.B TO ROLE READER; GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO DATABASE ROLE SHOP.A;`,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "inside", w.rows("SHOW GRANTS OF DATABASE ROLE D.A", "granted_to", "grantee_name"), "DATABASE_ROLE D.B")
			equal(w.t, "outside", w.rows("SHOW GRANTS OF DATABASE ROLE D.B", "grantee_name"))
			equal(w.t, "privileges", w.rows("SHOW GRANTS ON TABLE D.SALES.ORDERS", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT D.A")
			w.turn("cloneKeepsRoleMembers", "true")
			w.run("CREATE DATABASE E CLONE SHOP")
			equal(w.t, "switched", w.rows("SHOW GRANTS OF DATABASE ROLE E.B", "grantee_name"), "READER")
		},
	},
	{
		id: "C3", name: "or_replace_and_if_not_exists_exclude_each_other", reason: "the grammar has one or the other", setup: shop,
		show: func(w *world) {
			w.fails(1003, "unexpected 'IF'", "CREATE OR REPLACE DATABASE IF NOT EXISTS D CLONE SHOP")
		},
	},
	{
		id: "C5", name: "managed_access_needs_manage_grants", reason: "a schema clone with managed access is a matter of grants", setup: shop,
		show: func(w *world) {
			w.as("PROD").fails(3001, "Insufficient privileges", "CREATE SCHEMA SHOP.S2 CLONE SHOP.SALES WITH MANAGED ACCESS")
			w.run("GRANT CREATE SCHEMA ON DATABASE SHOP TO ROLE SYSADMIN", "CREATE SCHEMA SHOP.S2 CLONE SHOP.SALES WITH MANAGED ACCESS")
			equal(w.t, "options", w.column("options", "SHOW SCHEMAS LIKE 'S2' IN DATABASE SHOP"), "MANAGED ACCESS")
		},
	},
	{
		id: "C8", name: "create_makes_the_new_one_current", reason: "it is an implicit USE", setup: shop,
		show: func(w *world) {
			w.run("USE DATABASE SHOP", "CREATE DATABASE D CLONE SHOP")
			equal(w.t, "database", w.rows("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()"), "D PUBLIC")
			w.run("CREATE SCHEMA D.NEW")
			equal(w.t, "schema", w.rows("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()"), "D NEW")
		},
	},
	{
		id: "C9", name: "status_texts", reason: "people and tools read them", setup: shop,
		show: func(w *world) {
			equal(w.t, "texts", []string{
				w.status("CREATE DATABASE D CLONE SHOP"), w.status("CREATE DATABASE IF NOT EXISTS D CLONE SHOP"),
				w.status("DROP DATABASE D"), w.status("DROP DATABASE IF EXISTS D"),
			}, "Database D successfully created.", "D already exists, statement succeeded.", "D successfully dropped.",
				"Drop statement executed successfully (D already dropped).")
		},
	},
	{
		id: "C10", name: "or_replace_keeps_the_old_one_in_time_travel", reason: "it can be got back", setup: shop,
		show: func(w *world) {
			w.run("CREATE DATABASE D", "CREATE OR REPLACE DATABASE D CLONE SHOP")
			equal(w.t, "schemas", w.column("name", "SHOW SCHEMAS IN DATABASE D"), "INFORMATION_SCHEMA", "PUBLIC", "SALES")
			w.run("ALTER DATABASE D RENAME TO E", "UNDROP DATABASE D")
			equal(w.t, "schemas", w.column("name", "SHOW SCHEMAS IN DATABASE D"), "INFORMATION_SCHEMA", "PUBLIC")
		},
	},
	{
		id: "C12", name: "a_transient_database_needs_a_transient_clone", reason: "002120", setup: shop + "CREATE TRANSIENT DATABASE T;",
		show: func(w *world) {
			w.fails(2120, "Transient object cannot be cloned to a permanent object.", "CREATE DATABASE T2 CLONE T")
			w.run("CREATE TRANSIENT DATABASE T2 CLONE T", "CREATE TRANSIENT DATABASE D CLONE SHOP")
			equal(w.t, "options", w.column("options", "SHOW DATABASES LIKE 'D'"), "TRANSIENT")
		},
	},
	{
		id: "C13", name: "source_needs_usage", reason: "database USAGE and CREATE DATABASE", setup: shop + "CREATE ROLE NOBODY; GRANT CREATE DATABASE ON ACCOUNT TO ROLE NOBODY;",
		show: func(w *world) {
			w.as("NOBODY").fails(2003, "Database 'SHOP' does not exist or not authorized.", "CREATE DATABASE D CLONE SHOP")
			w.as("READER").fails(3001, "Insufficient privileges to operate on account", "CREATE DATABASE D CLONE SHOP")
		},
	},
	{
		id: "C14", name: "what_the_role_may_not_read_is_left_out_silently", reason: "the operator must compare inventories",
		setup: shop + "GRANT CREATE DATABASE ON ACCOUNT TO ROLE READER;",
		show: func(w *world) {
			r := w.as("READER")
			r.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "schemas", w.column("name", "SHOW SCHEMAS IN DATABASE D"), "INFORMATION_SCHEMA", "SALES")
			equal(w.t, "tables", w.column("name", "SHOW TABLES IN DATABASE D"), "CUSTOMERS")
			equal(w.t, "views", w.column("name", "SHOW VIEWS IN DATABASE D"), "V_FULL")
		},
	},
	{
		id: "C15", name: "the_container_belongs_to_the_cloner_without_grants", reason: "production roles cannot get in", setup: shop,
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON DATABASE D", "privilege", "grantee_name"), "OWNERSHIP CLONER")
		},
	},
	{
		id: "C16", name: "children_keep_grants_and_owners", reason: "the cloner owns the database but not the tables", setup: shop,
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "schema", w.rows("SHOW GRANTS ON SCHEMA D.SALES", "privilege", "grantee_name"), "OWNERSHIP PROD", "USAGE READER")
			equal(w.t, "table", w.rows("SHOW GRANTS ON TABLE D.SALES.CUSTOMERS", "privilege", "grantee_name"),
				"OWNERSHIP PROD", "SELECT READER")
		},
	},
	{
		id: "U3", name: "switch_gives_children_to_the_cloner", reason: "undocumented", setup: shop, switches: account.Switches{ClonerOwnsChildren: true},
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "owner", w.column("owner", "SHOW TABLES LIKE 'CUSTOMERS' IN DATABASE D"), "CLONER")
		},
	},
	{
		id: "U13", name: "switch_drops_grants_on_schemas", reason: "undocumented", setup: shop, switches: account.Switches{CloneDropsSchemaGrants: true},
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "grants", w.rows("SHOW GRANTS ON SCHEMA D.SALES", "privilege", "grantee_name"), "OWNERSHIP CLONER")
		},
	},
	{
		id: "C18", name: "future_grants_are_copied", reason: "they would open new objects of the clone",
		setup: shop + `GRANT SELECT ON FUTURE TABLES IN DATABASE SHOP TO ROLE READER;
			GRANT SELECT ON FUTURE VIEWS IN SCHEMA SHOP.SALES TO ROLE READER;`,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "database", w.rows("SHOW FUTURE GRANTS IN DATABASE D", "privilege", "grant_on", "name", "grantee_name"),
				"SELECT TABLE D.<TABLE> READER")
			equal(w.t, "schema", w.rows("SHOW FUTURE GRANTS IN SCHEMA D.SALES", "privilege", "grant_on", "name", "grantee_name"),
				"SELECT VIEW D.SALES.<VIEW> READER")
		},
	},
	{
		id: "C19", name: "a_single_clone_belongs_to_the_cloner", reason: "source grants stay behind unless COPY GRANTS",
		setup: shop + "GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.PUBLIC TO ROLE PUBLIC;",
		show: func(w *world) {
			w.run("CREATE TABLE SHOP.PUBLIC.A CLONE SHOP.SALES.CUSTOMERS", "CREATE TABLE SHOP.PUBLIC.B CLONE SHOP.SALES.CUSTOMERS COPY GRANTS")
			equal(w.t, "plain", w.rows("SHOW GRANTS ON TABLE SHOP.PUBLIC.A", "privilege", "grantee_name"),
				"OWNERSHIP ACCOUNTADMIN", "SELECT PUBLIC")
			got := w.rows("SHOW GRANTS ON TABLE SHOP.PUBLIC.B", "privilege", "grantee_name")
			equal(w.t, "copied", got, "OWNERSHIP ACCOUNTADMIN", "SELECT READER")
			w.run("GRANT INSERT ON TABLE SHOP.PUBLIC.A TO ROLE READER", "CREATE OR REPLACE TABLE SHOP.PUBLIC.A CLONE SHOP.SALES.CUSTOMERS COPY GRANTS")
			equal(w.t, "replaced", w.rows("SHOW GRANTS ON TABLE SHOP.PUBLIC.A", "privilege", "grantee_name"),
				"INSERT READER", "OWNERSHIP ACCOUNTADMIN", "SELECT PUBLIC")
		},
	},
	{
		id: "C20", name: "usage_on_the_database_opens_the_clone", reason: "the old grants on children work at once", setup: shop,
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH")
			r.fails(2003, "does not exist or not authorized", "SELECT * FROM D.SALES.CUSTOMERS")
			w.run("GRANT USAGE ON DATABASE D TO ROLE READER")
			equal(w.t, "rows", r.column("NAME", "SELECT NAME FROM D.SALES.CUSTOMERS"), "Ann", "Bob")
		},
	},
	{
		id: "C21", name: "explicit_parameters_come_along", reason: "others are inherited anew",
		setup: shop + "USE ROLE PROD; ALTER TABLE SHOP.SALES.ORDERS SET DATA_RETENTION_TIME_IN_DAYS = 3;",
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP DATA_RETENTION_TIME_IN_DAYS = 1")
			equal(w.t, "retention", w.rows("SHOW TABLES IN SCHEMA D.SALES", "name", "retention_time"), "CUSTOMERS 1", "ORDERS 3")
		},
	},
	{
		id: "C22", name: "text_is_verbatim", reason: "qualified names lead to the source, others stay within the clone", setup: shop,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP", "GRANT USAGE ON DATABASE D TO ROLE PROD", "INSERT INTO D.SALES.CUSTOMERS VALUES (3, 'Cid', NULL)")
			equal(w.t, "text", w.column("text", "SHOW VIEWS LIKE 'V_FULL' IN DATABASE D"),
				"CREATE VIEW SHOP.SALES.V_FULL AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS")
			equal(w.t, "full", w.rows("SELECT COUNT(*) FROM D.SALES.V_FULL"), "2")
			equal(w.t, "short", w.rows("SELECT COUNT(*) FROM D.SALES.V_SHORT"), "3")
		},
	},
	{
		id: "C23", name: "sequences_and_keys_map_within_the_clone", reason: "a schema clone can leave them on production",
		setup: shop + "USE ROLE PROD; CREATE TABLE SHOP.PUBLIC.O (ID NUMBER DEFAULT SHOP.SALES.ORDER_SEQ.NEXTVAL);",
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "default", w.column("default", "DESC TABLE D.SALES.ORDERS")[:1], "D.SALES.ORDER_SEQ.NEXTVAL")
			equal(w.t, "key", w.column("pk_database_name", "SHOW IMPORTED KEYS IN TABLE D.SALES.ORDERS"), "D")
			w.run("CREATE SCHEMA SHOP.P2 CLONE SHOP.PUBLIC")
			equal(w.t, "outside", w.column("default", "DESC TABLE SHOP.P2.O"), "SHOP.SALES.ORDER_SEQ.NEXTVAL")
		},
	},
	{
		id: "C26", name: "text_keeps_the_original_header", reason: "running it would replace the view of production", setup: shop,
		show: func(w *world) {
			w.run("CREATE OR REPLACE VIEW SHOP.SALES.V_FULL COPY GRANTS AS SELECT 1 AS A", "ALTER VIEW SHOP.SALES.V_FULL RENAME TO SHOP.SALES.V2")
			equal(w.t, "text", w.column("text", "SHOW VIEWS LIKE 'V2' IN SCHEMA SHOP.SALES"),
				"CREATE OR REPLACE VIEW SHOP.SALES.V_FULL COPY GRANTS AS SELECT 1 AS A")
		},
	},
	{
		id: "C27", name: "policies_map_within_the_clone", reason: "those elsewhere stay",
		setup: shop + `USE ROLE ACCOUNTADMIN; CREATE DATABASE GOV;
			CREATE MASKING POLICY GOV.PUBLIC.OUTSIDE AS (V VARCHAR) RETURNS VARCHAR -> '*';
			GRANT CREATE MASKING POLICY ON SCHEMA SHOP.SALES TO ROLE ACCOUNTADMIN;
			CREATE MASKING POLICY SHOP.SALES.INSIDE AS (V VARCHAR) RETURNS VARCHAR -> '#';
			ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET MASKING POLICY SHOP.SALES.INSIDE, EMAIL SET MASKING POLICY GOV.PUBLIC.OUTSIDE;`,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP", "USE DATABASE D")
			equal(w.t, "references", w.rows("SELECT POLICY_DB, REF_COLUMN_NAME FROM TABLE(D.INFORMATION_SCHEMA.POLICY_REFERENCES("+
				"REF_ENTITY_NAME => 'D.SALES.CUSTOMERS', REF_ENTITY_DOMAIN => 'TABLE')) ORDER BY 2"), "GOV EMAIL", "D NAME")
		},
	},
	{
		id: "C28", name: "tags_map_within_the_clone", reason: "associations on children come over",
		setup: shop + `USE ROLE PROD; CREATE TAG SHOP.PUBLIC.INSIDE; ALTER TABLE SHOP.SALES.CUSTOMERS SET TAG SHOP.PUBLIC.INSIDE = 'x';
			ALTER TABLE SHOP.SALES.CUSTOMERS MODIFY COLUMN NAME SET TAG SHOP.PUBLIC.INSIDE = 'y';`,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "table", w.rows("SELECT TAG_DATABASE, TAG_VALUE FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES('D.SALES.CUSTOMERS', 'TABLE'))"), "D x")
			equal(w.t, "column", w.rows("SELECT TAG_DATABASE, TAG_VALUE FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES('D.SALES.CUSTOMERS.NAME', 'COLUMN'))"), "D y")
		},
	},
	{
		id: "C29 U5", name: "tags_of_the_database_stay_behind", reason: "required tags must be set on the clone",
		setup: shop + "CREATE DATABASE GOV; CREATE TAG GOV.PUBLIC.T; ALTER DATABASE SHOP SET TAG GOV.PUBLIC.T = 'prod';",
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "tags", w.rows("SELECT TAG_VALUE FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES('D', 'DATABASE'))"))
			w.turn("cloneKeepsDatabaseTags", "true")
			w.run("CREATE DATABASE E CLONE SHOP WITH TAG (GOV.PUBLIC.T = 'dev')")
			equal(w.t, "tags", w.rows("SELECT TAG_VALUE FROM TABLE(E.INFORMATION_SCHEMA.TAG_REFERENCES('E', 'DATABASE'))"), "dev")
		},
	},
	{
		id: "C42", name: "a_missing_database_is_002003", reason: "missing and invisible look alike", setup: shop,
		show: func(w *world) {
			w.fails(2003, "Database 'NOPE' does not exist or not authorized.", "CREATE DATABASE D CLONE NOPE")
			w.fails(2002, "Object 'SHOP' already exists.", "CREATE DATABASE SHOP CLONE SHOP")
		},
	},
}
