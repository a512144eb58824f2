package emulator_test

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var ddlFacts = []fact{
	{
		id: "G1", name: "the_third_argument_qualifies_the_header_alone", reason: "what bodies refer to stays as it is", setup: shop,
		show: func(w *world) {
			equal(w.t, "view", w.rows("SELECT GET_DDL('VIEW', 'SHOP.SALES.V_SHORT', TRUE)"),
				"create or replace view SHOP.SALES.V_SHORT(\n\tID,\n\tNAME\n) as\nSELECT ID, NAME FROM CUSTOMERS;")
			equal(w.t, "plain", w.rows("SELECT GET_DDL('VIEW', 'SHOP.SALES.V_SHORT', FALSE)"),
				"create or replace view V_SHORT(\n\tID,\n\tNAME\n) as\nSELECT ID, NAME FROM CUSTOMERS;")
		},
	},
	{
		id: "G2", name: "types_that_are_supported", reason: "TABLE and VIEW stand for one another", setup: mixed + masked[len(shop):] + "CREATE FILE FORMAT SHOP.SALES.F;",
		show: func(w *world) {
			for _, call := range []string{
				"'DATABASE', 'SHOP'", "'SCHEMA', 'SHOP.SALES'", "'TABLE', 'SHOP.SALES.V_FULL'", "'VIEW', 'SHOP.SALES.CUSTOMERS'",
				"'TABLE', 'SHOP.SALES.EXT'", "'VIEW', 'SHOP.SALES.MV'", "'DYNAMIC_TABLE', 'SHOP.SALES.DT'", "'EVENT_TABLE', 'SHOP.SALES.EVENTS'",
				"'FILE_FORMAT', 'SHOP.SALES.F'", "'FUNCTION', 'SHOP.SALES.PY()'", "'PROCEDURE', 'SHOP.SALES.P()'", "'PIPE', 'SHOP.SALES.AUTO'",
				"'POLICY', 'SHOP.PUBLIC.MASK'", "'POLICY', 'SHOP.PUBLIC.ROWS_OF'", "'SEQUENCE', 'SHOP.SALES.ORDER_SEQ'",
				"'STREAM', 'SHOP.SALES.CHANGES'", "'TAG', 'SHOP.PUBLIC.PII'", "'TASK', 'SHOP.SALES.ROOT'", "'WAREHOUSE', 'WH'",
			} {
				if text := w.rows("SELECT GET_DDL(" + call + ")")[0]; !strings.HasPrefix(strings.ToLower(text), "create or replace ") {
					w.t.Errorf("%s: %s", call, text)
				}
			}
		},
	},
	{
		id: "G14", name: "grants_owners_and_states_are_not_in_the_text", reason: "they must be restored by other means", setup: mixed,
		show: func(w *world) {
			before := w.rows("SELECT GET_DDL('DATABASE', 'SHOP', TRUE)")
			w.run("ALTER TASK SHOP.SALES.ROOT SUSPEND", "ALTER PIPE SHOP.SALES.AUTO SET PIPE_EXECUTION_PAUSED = TRUE",
				"GRANT SELECT ON ALL TABLES IN DATABASE SHOP TO ROLE PUBLIC", "GRANT OWNERSHIP ON VIEW SHOP.SALES.V_FULL TO ROLE SYSADMIN COPY CURRENT GRANTS",
				"INSERT INTO SHOP.SALES.CUSTOMERS VALUES (3, 'Cid', NULL)")
			equal(w.t, "text", w.rows("SELECT GET_DDL('DATABASE', 'SHOP', TRUE)"), before...)
		},
	},
	{
		id: "G5 G6", name: "routines_are_named_by_types_and_names_are_quoted_inside", reason: "the name is a string",
		setup: `CREATE DATABASE "d b"; CREATE FUNCTION "d b".PUBLIC."f"(A NUMBER) RETURNS NUMBER AS 'A'; CREATE FUNCTION "d b".PUBLIC."f"(A VARCHAR) RETURNS VARCHAR AS 'A';`,
		show: func(w *world) {
			equal(w.t, "function", w.rows(`SELECT GET_DDL('FUNCTION', '"d b"."PUBLIC"."f"(VARCHAR)', TRUE)`),
				"CREATE OR REPLACE FUNCTION \"d b\".\"PUBLIC\".\"f\"(\"A\" VARCHAR(16777216))\nRETURNS VARCHAR(16777216)\nLANGUAGE SQL\nAS 'A';")
			w.fails(1003, "unexpected", `SELECT GET_DDL('FUNCTION', '"d b"."PUBLIC"."f"')`)
		},
	},
	{
		id: "G8", name: "table_shape", reason: "tabs, full types, keys and comments",
		setup: shop + "USE ROLE PROD; CREATE TRANSIENT TABLE SHOP.SALES.T (A STRING NOT NULL COMMENT 'x', B INT DEFAULT 1, C TIMESTAMP, D NUMBER AUTOINCREMENT) CLUSTER BY (B) COMMENT = 'it''s';",
		show: func(w *world) {
			equal(w.t, "keys", w.rows("SELECT GET_DDL('TABLE', 'SHOP.SALES.ORDERS', TRUE)"),
				"create or replace TABLE SHOP.SALES.ORDERS (\n\tID NUMBER(38,0) DEFAULT SHOP.SALES.ORDER_SEQ.NEXTVAL,\n\tCUSTOMER_ID NUMBER(38,0),\n"+
					"\tforeign key (CUSTOMER_ID) references SHOP.SALES.CUSTOMERS(ID)\n);")
			equal(w.t, "all", w.rows("SELECT GET_DDL('TABLE', 'SHOP.SALES.T')"),
				"create or replace TRANSIENT TABLE T cluster by (B)(\n\tA VARCHAR(16777216) NOT NULL COMMENT 'x',\n\tB NUMBER(38,0) DEFAULT 1,\n"+
					"\tC TIMESTAMP_NTZ(9),\n\tD NUMBER(38,0) autoincrement start 1 increment 1 noorder\n)COMMENT='it''s'\n;")
		},
	},
	{
		id: "G7", name: "view_shape", reason: "a column list, policies in WITH, no COPY GRANTS", setup: masked,
		show: func(w *world) {
			w.run("CREATE OR REPLACE SECURE VIEW SHOP.SALES.V (A WITH MASKING POLICY SHOP.PUBLIC.MASK COMMENT 'c', B) COPY GRANTS COMMENT = 'k' AS SELECT NAME, ID FROM CUSTOMERS")
			equal(w.t, "view", w.rows("SELECT GET_DDL('VIEW', 'SHOP.SALES.V', TRUE)"),
				"create or replace secure view SHOP.SALES.V(\n\tA WITH MASKING POLICY SHOP.PUBLIC.MASK COMMENT 'c',\n\tB\n) COMMENT='k' as\nSELECT NAME, ID FROM CUSTOMERS;")
		},
	},
	{
		id: "G4", name: "secure_views_and_bodies_are_for_owners", reason: "the cloner is often not the owner",
		setup: mixed + "USE ROLE PROD; ALTER VIEW SHOP.SALES.V_FULL SET SECURE; GRANT USAGE ON PROCEDURE SHOP.SALES.P() TO ROLE READER;",
		show: func(w *world) {
			r := w.as("READER")
			r.fails(3001, "Insufficient privileges", "SELECT GET_DDL('VIEW', 'SHOP.SALES.V_FULL')")
			r.fails(3001, "Insufficient privileges", "SELECT GET_DDL('PROCEDURE', 'SHOP.SALES.P()')")
			equal(w.t, "text", r.column("text", "SHOW VIEWS IN DATABASE SHOP"), "")
			r.run("SELECT GET_DDL('TABLE', 'SHOP.SALES.CUSTOMERS')")
		},
	},
	{
		id: "G10", name: "bodies_are_printed_in_single_quotes", reason: "with quotes doubled and names quoted",
		setup: shop + `USE ROLE PROD; CREATE PROCEDURE SHOP.SALES."p"(A FLOAT, B VARCHAR DEFAULT 'x') RETURNS FLOAT LANGUAGE JAVASCRIPT EXECUTE AS OWNER AS $$ return 'a\n'; $$;`,
		show: func(w *world) {
			equal(w.t, "body", w.rows(`SELECT GET_DDL('PROCEDURE', 'SHOP.SALES."p"(FLOAT, VARCHAR)')`),
				"CREATE OR REPLACE PROCEDURE \"p\"(\"A\" FLOAT, \"B\" VARCHAR(16777216) DEFAULT 'x')\nRETURNS FLOAT\nLANGUAGE JAVASCRIPT\nEXECUTE AS OWNER\nAS ' return ''a\\\\n''; ';")
		},
	},
	{
		id: "G11 G12", name: "task_and_stream_shapes", reason: "as captured from real accounts", setup: mixed,
		show: func(w *world) {
			equal(w.t, "task", w.rows("SELECT GET_DDL('TASK', 'SHOP.SALES.CHILD', TRUE)"),
				"create or replace task SHOP.SALES.CHILD\n\twarehouse=PROD_WH\n\tafter SHOP.SALES.ROOT\n\tas SELECT 2;")
			equal(w.t, "stream", w.rows("SELECT GET_DDL('STREAM', 'SHOP.SALES.CHANGES')"), "create or replace stream CHANGES on table CUSTOMERS;")
		},
	},
	{
		id: "G13", name: "unknown_policies_stay_unknown", reason: "never replay such text", setup: masked,
		show: func(w *world) {
			got := w.as("READER").rows("SELECT GET_DDL('TABLE', 'SHOP.SALES.CUSTOMERS')")[0]
			if !strings.Contains(got, "EMAIL VARCHAR(16777216) WITH MASKING POLICY #UNKNOWN_POLICY") {
				w.t.Error(got)
			}
		},
	},
	{
		id: "G3", name: "types_that_are_not_supported", reason: "stages, roles, secrets", setup: mixed,
		show: func(w *world) {
			w.fails(1008, "invalid value [STAGE]", "SELECT GET_DDL('STAGE', 'SHOP.SALES.OUTSIDE')")
			w.fails(2003, "does not exist or not authorized", "SELECT GET_DDL('TABLE', 'SHOP.SALES.NOPE')")
			w.run("CREATE PACKAGES POLICY SHOP.SALES.PACKED LANGUAGE PYTHON ALLOWLIST = ('numpy')")
			w.fails(2, "GET_DDL of a packages policy", "SELECT GET_DDL('POLICY', 'SHOP.SALES.PACKED')")
			w.fails(2, "GET_DDL of TYPE", "SELECT GET_DDL('type', 'SHOP.SALES.AGE')")
		},
	},
	{
		id: "G2", name: "policies_of_settings_are_printed_as_they_are_now", reason: "ALTER changes them", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			w.run("CREATE PASSWORD POLICY D.PUBLIC.P PASSWORD_MIN_LENGTH = 14 PASSWORD_HISTORY = 2 COMMENT = 'old'",
				"CREATE AUTHENTICATION POLICY D.PUBLIC.P CLIENT_TYPES = ('DRIVERS')", "CREATE SESSION POLICY D.PUBLIC.S SESSION_IDLE_TIMEOUT_MINS = 30",
				"ALTER PASSWORD POLICY D.PUBLIC.P SET PASSWORD_MIN_LENGTH = 16 COMMENT = 'it''s new'")
			w.fails(2003, "Policy 'D.PUBLIC.Q' does not exist", "SELECT GET_DDL('POLICY', 'D.PUBLIC.Q')")
			text := w.rows("SELECT GET_DDL('POLICY', 'D.PUBLIC.P', TRUE)")[0]
			for _, part := range []string{"create or replace password policy D.PUBLIC.P\n\t", "PASSWORD_MIN_LENGTH = 16", "PASSWORD_HISTORY = 2", "COMMENT='it''s new';"} {
				if !strings.Contains(text, part) {
					w.t.Errorf("no %q in\n%s", part, text)
				}
			}
			w.run("DROP PASSWORD POLICY D.PUBLIC.P")
			equal(w.t, "session", w.rows("SELECT GET_DDL('POLICY', 'D.PUBLIC.S')"), "create or replace session policy S\n\tSESSION_IDLE_TIMEOUT_MINS = 30;")
			equal(w.t, "authentication", w.rows("SELECT GET_DDL('POLICY', 'D.PUBLIC.P')"), "create or replace authentication policy P\n\tCLIENT_TYPES = ('DRIVERS');")
		},
	},
	{
		id: "G9", name: "schema_output_replays", reason: "what is printed makes the same objects again", setup: mixed,
		show: func(w *world) {
			text := w.rows("SELECT GET_DDL('SCHEMA', 'SHOP.SALES')")[0]
			for _, part := range []string{"create or replace schema SALES;", "create or replace TABLE CUSTOMERS (", "create or replace dynamic table DT(",
				"create or replace task CHILD", "create or replace view V_FULL("} {
				if !strings.Contains(text, part) {
					w.t.Errorf("no %q in\n%s", part, text)
				}
			}
		},
	},
	{
		id: "U7 G17", name: "switch_makes_get_ddl_need_a_warehouse", reason: "no page says", setup: shop, switches: account.Switches{GetDDLNeedsWarehouse: true},
		show: func(w *world) {
			r := w.as("READER")
			r.fails(606, "No active warehouse", "SELECT GET_DDL('TABLE', 'SHOP.SALES.CUSTOMERS')")
		},
	},
}
