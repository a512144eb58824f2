package emulator_test

// rightsFacts are attempts to get around the rights of section 4.
var rightsFacts = []fact{
	{
		id: "P9", name: "only_ones_own_grants_can_be_taken", reason: "those of another grantor stay",
		setup: shop + `CREATE ROLE A; CREATE ROLE B; CREATE ROLE TARGET;
			GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE A WITH GRANT OPTION; GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE B WITH GRANT OPTION;
			GRANT USAGE ON DATABASE SHOP TO ROLE A; GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE A;
			GRANT USAGE ON DATABASE SHOP TO ROLE B; GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE B;`,
		show: func(w *world) {
			a, b := w.as("A"), w.as("B")
			a.run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE TARGET")
			b.run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE TARGET")
			both := w.rows("SHOW GRANTS TO ROLE TARGET", "privilege", "granted_by")
			equal(w.t, "one grant from each", both, "SELECT A", "SELECT B")
			a.run("REVOKE SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE TARGET")
			equal(w.t, "that of the other stays", w.rows("SHOW GRANTS TO ROLE TARGET", "granted_by"), "B")
			w.as("PROD").run("REVOKE SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE TARGET")
			equal(w.t, "the owner did not grant it", w.rows("SHOW GRANTS TO ROLE TARGET", "granted_by"), "B")
			w.run("REVOKE SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE TARGET")
			equal(w.t, "MANAGE GRANTS takes all", w.rows("SHOW GRANTS TO ROLE TARGET", "granted_by"))
		},
	},
	{
		id: "P9", name: "cascade_follows_a_chain_and_the_option_can_go_alone", reason: "grants that rest on what is taken go, others stay",
		setup: shop + `CREATE ROLE A; CREATE ROLE B; CREATE ROLE C;
			GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE A WITH GRANT OPTION;
			GRANT USAGE ON DATABASE SHOP TO ROLE PUBLIC; GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE PUBLIC;`,
		show: func(w *world) {
			w.as("A").run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE B WITH GRANT OPTION")
			w.as("B").run("GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE C")
			w.as("PROD").fails(3036, "Dependent grant", "REVOKE GRANT OPTION FOR SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE A")
			w.run("GRANT INSERT ON TABLE SHOP.SALES.ORDERS TO ROLE C", "REVOKE GRANT OPTION FOR INSERT ON TABLE SHOP.SALES.ORDERS FROM ROLE C")
			p := w.as("PROD")
			p.fails(3036, "Dependent grant of privilege 'SELECT'", "REVOKE SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE A RESTRICT")
			p.run("REVOKE SELECT ON TABLE SHOP.SALES.ORDERS FROM ROLE A CASCADE")
			equal(w.t, "left", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.ORDERS", "privilege", "grantee_name"), "INSERT C", "OWNERSHIP PROD")
		},
	},
	{
		id: "P10", name: "manage_grants_is_a_way_up", reason: "it takes ownership, and with it everything",
		setup: shop + "CREATE ROLE GRANTER; GRANT MANAGE GRANTS ON ACCOUNT TO ROLE GRANTER;",
		show: func(w *world) {
			g := w.as("GRANTER")
			g.run("USE WAREHOUSE WH")
			g.fails(2003, "does not exist or not authorized", "SELECT * FROM SHOP.SALES.ORDERS")
			g.fails(3001, "Insufficient privileges", "CREATE DATABASE MINE")
			g.run("GRANT OWNERSHIP ON TABLE SHOP.SALES.CUSTOMERS TO ROLE GRANTER COPY CURRENT GRANTS", "GRANT USAGE ON DATABASE SHOP TO ROLE GRANTER",
				"GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE GRANTER", "DROP TABLE SHOP.SALES.CUSTOMERS")
			equal(w.t, "what SHOW lists", g.column("name", "SHOW TABLES IN DATABASE SHOP"), "ORDERS")
			equal(w.t, "what INFORMATION_SCHEMA lists", g.rows("SELECT TABLE_NAME FROM SHOP.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'SALES'")) // I1
		},
	},
	{
		id: "P11", name: "managed_access_binds_owners_and_the_grant_option", reason: "only the schema's owner and MANAGE GRANTS decide",
		setup: shop + `USE ROLE PROD; CREATE SCHEMA SHOP.M WITH MANAGED ACCESS; GRANT USAGE, CREATE TABLE ON SCHEMA SHOP.M TO ROLE READER; CREATE TABLE SHOP.M.MINE (A NUMBER);
			GRANT SELECT ON TABLE SHOP.M.MINE TO ROLE READER WITH GRANT OPTION; USE ROLE ACCOUNTADMIN; CREATE ROLE BELOW; CREATE ROLE BESIDE; GRANT ROLE BELOW TO ROLE PROD;`,
		show: func(w *world) {
			r, p := w.as("READER"), w.as("PROD")
			r.run("CREATE TABLE SHOP.M.T (A NUMBER)")
			r.fails(3001, "Insufficient privileges", "GRANT SELECT ON TABLE SHOP.M.T TO ROLE BESIDE")
			r.fails(3001, "Insufficient privileges", "GRANT OWNERSHIP ON TABLE SHOP.M.T TO ROLE BESIDE")
			r.fails(3001, "Insufficient privileges", "GRANT SELECT ON TABLE SHOP.M.MINE TO ROLE BESIDE")
			p.fails(3001, "managed access schema", "GRANT OWNERSHIP ON TABLE SHOP.M.MINE TO ROLE BESIDE REVOKE CURRENT GRANTS")
			p.run("GRANT OWNERSHIP ON TABLE SHOP.M.MINE TO ROLE BELOW REVOKE CURRENT GRANTS", "GRANT SELECT ON TABLE SHOP.M.T TO ROLE BESIDE")
			equal(w.t, "grantor", w.rows("SHOW GRANTS TO ROLE BESIDE", "privilege", "granted_by"), "SELECT PROD")
			w.run("GRANT OWNERSHIP ON TABLE SHOP.M.T TO ROLE BESIDE COPY CURRENT GRANTS")
			p.fails(3001, "Insufficient privileges to operate on account", "ALTER SCHEMA SHOP.SALES ENABLE MANAGED ACCESS")
			w.run("GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER")
			w.fails(3001, "future grants must be revoked first", "ALTER SCHEMA SHOP.SALES ENABLE MANAGED ACCESS")
			p.run("ALTER SCHEMA SHOP.M DISABLE MANAGED ACCESS")
		},
	},
	{
		id: "P8", name: "future_grants_on_schemas_and_their_precedence", reason: "one kind at a time, and not for what was there",
		setup: shop + `CREATE ROLE A; GRANT USAGE ON FUTURE SCHEMAS IN DATABASE SHOP TO ROLE A; GRANT SELECT ON FUTURE TABLES IN DATABASE SHOP TO ROLE A WITH GRANT OPTION;
			GRANT INSERT ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE READER; GRANT OWNERSHIP ON FUTURE SEQUENCES IN DATABASE SHOP TO ROLE A;`,
		show: func(w *world) {
			p := w.as("PROD")
			p.run("CREATE SCHEMA SHOP.NEW", "CREATE TABLE SHOP.NEW.T (A NUMBER)", "CREATE TABLE SHOP.SALES.T (A NUMBER)", "CREATE SEQUENCE SHOP.SALES.Q")
			equal(w.t, "schema", w.rows("SHOW GRANTS ON SCHEMA SHOP.NEW", "privilege", "grantee_name"), "OWNERSHIP PROD", "USAGE A")
			equal(w.t, "by the database", w.rows("SHOW GRANTS ON TABLE SHOP.NEW.T", "privilege", "grantee_name", "grant_option"), "OWNERSHIP PROD true", "SELECT A true")
			equal(w.t, "by the schema", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.T", "privilege", "grantee_name"), "INSERT READER", "OWNERSHIP PROD")
			equal(w.t, "another kind", w.column("owner", "SHOW SEQUENCES LIKE 'Q' IN DATABASE SHOP"), "A")
			equal(w.t, "what was there", w.rows("SHOW GRANTS ON TABLE SHOP.SALES.ORDERS", "privilege", "grantee_name"), "OWNERSHIP PROD")
			equal(w.t, "list", w.rows("SHOW FUTURE GRANTS TO ROLE A", "privilege", "grant_on", "name"),
				"USAGE SCHEMA SHOP.<SCHEMA>", "SELECT TABLE SHOP.<TABLE>", "OWNERSHIP SEQUENCE SHOP.<SEQUENCE>")
			p.fails(1003, "unexpected", "GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA SHOP.SALES TO ROLE A REVOKE CURRENT GRANTS")
			w.run("GRANT SELECT ON FUTURE TABLES IN SCHEMA SHOP.NEW TO ROLE READER", "REVOKE SELECT ON FUTURE TABLES IN SCHEMA SHOP.NEW FROM ROLE READER")
			p.run("CREATE TABLE SHOP.NEW.T2 (A NUMBER)")
			equal(w.t, "the database's again", w.rows("SHOW GRANTS ON TABLE SHOP.NEW.T2", "privilege", "grantee_name"), "OWNERSHIP PROD", "SELECT A")
		},
	},
	{
		id: "P1", name: "ownership_moves_with_all_or_nothing", reason: "a bulk move that is refused moves none",
		setup: shop + "CREATE ROLE NEW; CREATE ROLE OTHER; GRANT OWNERSHIP ON TABLE SHOP.SALES.ORDERS TO ROLE OTHER; GRANT SELECT ON TABLE SHOP.SALES.ORDERS TO ROLE PROD;",
		show: func(w *world) {
			w.as("PROD").fails(3001, "Insufficient privileges", "GRANT OWNERSHIP ON ALL TABLES IN SCHEMA SHOP.SALES TO ROLE NEW REVOKE CURRENT GRANTS")
			equal(w.t, "owners", w.rows("SHOW TABLES IN SCHEMA SHOP.SALES", "name", "owner"), "CUSTOMERS PROD", "ORDERS OTHER")
			w.run("GRANT OWNERSHIP ON ALL TABLES IN SCHEMA SHOP.SALES TO ROLE NEW COPY CURRENT GRANTS")
			equal(w.t, "moved", w.rows("SHOW TABLES IN SCHEMA SHOP.SALES", "name", "owner"), "CUSTOMERS NEW", "ORDERS NEW")
			w.fails(2003, "Role 'NOBODY' does not exist", "GRANT OWNERSHIP ON TABLE SHOP.SALES.ORDERS TO ROLE NOBODY")
			w.fails(1003, "unexpected 'USER'", "GRANT OWNERSHIP ON TABLE SHOP.SALES.ORDERS TO USER SNOWFLAKE")
		},
	},
	{
		id: "P6 P14", name: "database_roles_own_and_hold_within_their_database", reason: "and are granted within it alone",
		setup: shop + `CREATE DATABASE OTHER; USE ROLE PROD; CREATE DATABASE ROLE SHOP.DR; CREATE DATABASE ROLE SHOP.DR2; USE ROLE ACCOUNTADMIN; CREATE DATABASE ROLE OTHER.DR;`,
		show: func(w *world) {
			w.fails(3099, "not of the same database", "GRANT DATABASE ROLE OTHER.DR TO DATABASE ROLE SHOP.DR")
			w.fails(3099, "not of the same database", "GRANT ROLE READER TO DATABASE ROLE SHOP.DR")
			w.fails(1003, "unexpected 'USER'", "GRANT DATABASE ROLE SHOP.DR TO USER SNOWFLAKE")
			w.fails(3098, "cannot be granted to database role", "GRANT USAGE ON WAREHOUSE WH TO DATABASE ROLE SHOP.DR")
			w.fails(3098, "cannot be granted to database role", "GRANT CREATE DATABASE ON ACCOUNT TO DATABASE ROLE SHOP.DR")
			w.fails(3098, "cannot be granted to database role", "GRANT OWNERSHIP ON SCHEMA OTHER.PUBLIC TO DATABASE ROLE SHOP.DR")
			w.fails(1003, "must be a name of one part", "USE ROLE SHOP.DR")
			w.run("GRANT DATABASE ROLE SHOP.DR TO DATABASE ROLE SHOP.DR2", "GRANT DATABASE ROLE SHOP.DR2 TO ROLE READER",
				"GRANT INSERT ON TABLE SHOP.SALES.ORDERS TO DATABASE ROLE SHOP.DR")
			w.fails(3097, "circle", "GRANT DATABASE ROLE SHOP.DR2 TO DATABASE ROLE SHOP.DR")
			r := w.as("READER")
			r.run("USE WAREHOUSE WH", "INSERT INTO SHOP.SALES.ORDERS (CUSTOMER_ID) VALUES (1)")
			w.run("REVOKE DATABASE ROLE SHOP.DR FROM DATABASE ROLE SHOP.DR2")
			r.fails(2003, "does not exist or not authorized", "INSERT INTO SHOP.SALES.ORDERS (CUSTOMER_ID) VALUES (1)")
		},
	},
	{
		id: "S1", name: "what_show_hides", reason: "an object without a right on it, or in a container that may not be used",
		setup: shop + `CREATE ROLE BLIND; GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE BLIND; GRANT USAGE ON DATABASE SHOP TO ROLE BLIND;
			CREATE ROLE MONITORING; GRANT MONITOR ON DATABASE SHOP TO ROLE MONITORING;`,
		show: func(w *world) {
			b := w.as("BLIND")
			equal(w.t, "a schema that may not be used", b.column("name", "SHOW TABLES IN DATABASE SHOP"))
			b.run("USE WAREHOUSE WH")
			b.fails(2003, "Schema 'SHOP.SALES' does not exist or not authorized.", "DESCRIBE SCHEMA SHOP.SALES")
			b.fails(2003, "Object 'SHOP.SALES.CUSTOMERS' does not exist or not authorized.", "SELECT * FROM SHOP.SALES.CUSTOMERS")
			b.fails(2043, "Object does not exist", "SHOW TABLES IN SCHEMA SHOP.SALES")
			b.fails(2003, "Database 'NOPE' does not exist or not authorized.", "SHOW GRANTS ON DATABASE NOPE")
			m := w.as("MONITORING")
			equal(w.t, "any right shows a database", m.column("name", "SHOW DATABASES"), "SHOP")
			equal(w.t, "and not what it holds", m.column("name", "SHOW TABLES IN DATABASE SHOP"))
			m.fails(3001, "Insufficient privileges", "CREATE DATABASE D CLONE SHOP")
		},
	},
	{
		id: "P7", name: "a_privilege_must_exist_on_the_kind", reason: "001003 at its place", setup: shop,
		show: func(w *world) {
			w.fails(1003, "unexpected 'USAGE'", "GRANT USAGE ON TABLE SHOP.SALES.ORDERS TO ROLE READER")
			w.fails(1003, "unexpected 'SELECT'", "GRANT SELECT ON SCHEMA SHOP.SALES TO ROLE READER")
			w.fails(1003, "unexpected 'INSERT'", "GRANT INSERT ON VIEW SHOP.SALES.V_FULL TO ROLE READER")
			w.fails(1003, "unexpected 'SELECT'", "REVOKE SELECT ON WAREHOUSE WH FROM ROLE READER")
			w.run("GRANT ALL ON TABLE SHOP.SALES.ORDERS TO ROLE READER", "GRANT ALL PRIVILEGES ON SCHEMA SHOP.SALES TO ROLE READER")
			w.as("READER").fails(3001, "Insufficient privileges", "DROP TABLE SHOP.SALES.ORDERS")
		},
	},
	{
		id: "X3 X1", name: "containers_need_their_owner", reason: "to be dropped, renamed, swapped or restored", setup: shop + "CREATE DATABASE MINE; GRANT ALL ON DATABASE SHOP TO ROLE READER;",
		show: func(w *world) {
			r := w.as("READER")
			for _, statement := range []string{
				"DROP DATABASE SHOP", "ALTER DATABASE SHOP RENAME TO X", "DROP SCHEMA SHOP.SALES", "CREATE OR REPLACE SCHEMA SHOP.SALES",
				"ALTER SCHEMA SHOP.SALES RENAME TO X",
			} {
				r.fails(3001, "Insufficient privileges", statement)
			}
			r.fails(3001, "Insufficient privileges to operate on account", "CREATE OR REPLACE DATABASE SHOP")
			w.as("PROD").fails(2003, "Database 'MINE' does not exist or not authorized.", "ALTER DATABASE SHOP SWAP WITH MINE")
			w.as("PROD").fails(3001, "account", "ALTER DATABASE SHOP RENAME TO X") // CREATE DATABASE is needed, too.
			w.run("DROP DATABASE SHOP")
			r.fails(3001, "Insufficient privileges", "UNDROP DATABASE SHOP")
		},
	},
}
