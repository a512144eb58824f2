package emulator_test

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

var cloneStateFacts = []fact{
	{
		id: "C17", name: "the_cloner_owns_the_pipes", reason: "pipes are the exception", setup: mixed,
		show: func(w *world) {
			w.as("CLONER").run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "pipes", w.rows("SHOW PIPES IN DATABASE D", "name", "owner"), "AUTO CLONER", "MANUAL CLONER")
		},
	},
	{
		id: "C25", name: "a_cloned_pipe_still_loads_the_source", reason: "its definition is text", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "definition", w.column("definition", "SHOW PIPES LIKE 'AUTO' IN DATABASE D"),
				"COPY INTO SHOP.SALES.RAW FROM @SHOP.SALES.OUTSIDE/a/")
		},
	},
	{
		id: "C30", name: "tasks_are_suspended", reason: "they would run on production", setup: mixed,
		show: func(w *world) {
			equal(w.t, "source", w.column("state", "SHOW TASKS IN DATABASE SHOP"), "started", "started", "started")
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "clone", w.column("state", "SHOW TASKS IN DATABASE D"), "suspended", "suspended", "suspended")
			equal(w.t, "source after", w.column("state", "SHOW TASKS IN DATABASE SHOP"), "started", "started", "started")
		},
	},
	{
		id: "C31", name: "alerts_are_suspended", reason: "they would act on production", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "state", w.column("state", "SHOW ALERTS IN ACCOUNT"), "suspended", "started")
		},
	},
	{
		id: "C32", name: "pipes_stand_still", reason: "by the kind of ingest", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "auto", w.rows("SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('D.SALES.AUTO')):executionState::VARCHAR"), "STOPPED_CLONED")
			equal(w.t, "manual", w.rows("SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('D.SALES.MANUAL')):executionState::VARCHAR"), "PAUSED")
			w.run("ALTER PIPE D.SALES.AUTO SET PIPE_EXECUTION_PAUSED = FALSE")
			equal(w.t, "resumed", w.rows("SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('D.SALES.AUTO')):executionState::VARCHAR"), "RUNNING")
		},
	},
	{
		id: "C33", name: "dynamic_tables_are_suspended_clones", reason: "their first refresh may cost", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "state", w.rows("SHOW DYNAMIC TABLES IN DATABASE D", "scheduling_state", "is_clone"), "SUSPENDED true")
			equal(w.t, "source", w.rows("SHOW DYNAMIC TABLES IN DATABASE SHOP", "scheduling_state", "is_clone"), "ACTIVE false")
			w.as("PROD").run("CREATE DYNAMIC TABLE SHOP.SALES.DT2 TARGET_LAG = DOWNSTREAM WAREHOUSE = PROD_WH AS SELECT ID FROM DT")
			w.run("CREATE DATABASE E CLONE SHOP", "GRANT USAGE ON DATABASE E TO ROLE PROD", "ALTER DYNAMIC TABLE E.SALES.DT RESUME")
			equal(w.t, "downstream too", w.column("scheduling_state", "SHOW DYNAMIC TABLES IN DATABASE E"), "ACTIVE", "ACTIVE")
		},
	},
	{
		id: "C34", name: "automatic_clustering_is_off", reason: "until RESUME RECLUSTER", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "clone", w.column("automatic_clustering", "SHOW TABLES LIKE 'CLUSTERED' IN DATABASE D"), "OFF")
			w.run("ALTER TABLE D.SALES.CLUSTERED RESUME RECLUSTER")
			equal(w.t, "resumed", w.column("automatic_clustering", "SHOW TABLES LIKE 'CLUSTERED' IN DATABASE D"), "ON")
		},
	},
	{
		id: "C35", name: "materialized_views_follow_their_base", reason: "the base table in the same clone", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP", "INSERT INTO D.SALES.CUSTOMERS VALUES (3, 'Cid', NULL)")
			equal(w.t, "base", w.column("source_database_name", "SHOW MATERIALIZED VIEWS IN DATABASE D"), "D")
			equal(w.t, "rows", w.rows("SELECT COUNT(*) FROM D.SALES.MV"), "3")
			equal(w.t, "valid", w.column("invalid", "SHOW MATERIALIZED VIEWS IN DATABASE D"), "false") // U12
		},
	},
	{
		id: "C36", name: "streams_start_anew_on_the_cloned_table", reason: "unconsumed records are out of reach",
		setup: mixed + "INSERT INTO SHOP.SALES.CUSTOMERS VALUES (3, 'Cid', NULL);",
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "source", w.rows("SELECT COUNT(*) FROM SHOP.SALES.CHANGES"), "1")
			equal(w.t, "clone", w.rows("SELECT COUNT(*) FROM D.SALES.CHANGES"), "0")
			equal(w.t, "table", w.rows("SHOW STREAMS IN DATABASE D", "table_name", "stale"), "D.SALES.CUSTOMERS false")
			w.run("INSERT INTO D.SALES.CUSTOMERS VALUES (4, 'Dan', NULL)")
			equal(w.t, "change", w.rows("SELECT NAME, METADATA$ACTION FROM D.SALES.CHANGES"), "Dan INSERT")
		},
	},
	{
		id: "U1", name: "switches_make_streams_stale_and_keep_the_source", reason: "undocumented", setup: mixed,
		switches: account.Switches{StreamsStaleAfterClone: true, StreamsKeepSourceTable: true},
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "table", w.rows("SHOW STREAMS IN DATABASE D", "table_name", "stale"), "SHOP.SALES.CUSTOMERS true")
		},
	},
	{
		id: "C37", name: "task_links_stay_within_the_clone", reason: "U2 as it is assumed", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "links", w.column("predecessors", "SHOW TASKS IN DATABASE D"), `["D.SALES.ROOT"]`, "[]", "[]")
			equal(w.t, "finalizer", w.column("task_relations", "SHOW TASKS LIKE 'LAST' IN DATABASE D"),
				`{"FinalizedRootTask":"D.SALES.ROOT","Predecessors":[]}`)
		},
	},
	{
		id: "U2", name: "switch_keeps_the_predecessors_of_the_source", reason: "undocumented", setup: mixed,
		switches: account.Switches{TasksKeepSourcePredecessors: true},
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "links", w.column("predecessors", "SHOW TASKS LIKE 'CHILD' IN DATABASE D"), `["SHOP.SALES.ROOT"]`)
		},
	},
	{
		id: "kinds", name: "what_is_and_is_not_cloned", reason: "the table of kinds", setup: mixed,
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "tables", w.column("name", "SHOW TABLES IN SCHEMA D.SALES"), "CLUSTERED", "CUSTOMERS", "DT", "EVENTS", "ORDERS", "RAW")
			equal(w.t, "stages", w.column("name", "SHOW STAGES IN SCHEMA D.SALES"), "OUTSIDE")
			equal(w.t, "pipes", w.column("name", "SHOW PIPES IN SCHEMA D.SALES"), "AUTO", "MANUAL")
			equal(w.t, "functions", w.column("name", "SHOW USER FUNCTIONS IN SCHEMA D.SALES"))
			equal(w.t, "secrets", w.column("name", "SHOW SECRETS IN SCHEMA D.SALES"))
			equal(w.t, "rules", w.column("name", "SHOW NETWORK RULES IN SCHEMA D.SALES"))
			w.run("CREATE DATABASE E CLONE SHOP INCLUDE INTERNAL STAGES")
			equal(w.t, "stages", w.column("name", "SHOW STAGES IN SCHEMA E.SALES"), "INSIDE", "OUTSIDE")
		},
	},
	{
		id: "U12", name: "switch_suspends_materialized_views", reason: "undocumented", setup: mixed, switches: account.Switches{MaterializedViewsSuspendedAfterClone: true},
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "invalid", w.column("invalid", "SHOW MATERIALIZED VIEWS IN DATABASE D"), "true")
			w.run("ALTER MATERIALIZED VIEW D.SALES.MV RESUME")
			equal(w.t, "resumed", w.column("invalid", "SHOW MATERIALIZED VIEWS IN DATABASE D"), "false")
		},
	},
	{
		id: "U4", name: "switch_clones_secrets_and_rules", reason: "undocumented", setup: mixed, switches: account.Switches{CloneSecrets: true},
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "secrets", w.column("name", "SHOW SECRETS IN SCHEMA D.SALES"), "KEY")
			equal(w.t, "rules", w.column("name", "SHOW NETWORK RULES IN SCHEMA D.SALES"), "RULE")
		},
	},
	{
		id: "U6", name: "switch_clones_staged_python_but_never_java", reason: "undocumented", setup: mixed, switches: account.Switches{CloneStagedHandlers: true},
		show: func(w *world) {
			w.run("CREATE DATABASE D CLONE SHOP")
			equal(w.t, "functions", w.column("name", "SHOW USER FUNCTIONS IN SCHEMA D.SALES"), "PY")
		},
	},
	{
		id: "C4", name: "single_objects_can_be_cloned", reason: "the other forms of CLONE", setup: mixed,
		show: func(w *world) {
			w.run("USE SCHEMA SHOP.PUBLIC",
				"CREATE SEQUENCE SEQ2 CLONE SHOP.SALES.ORDER_SEQ", "CREATE STAGE STAGE2 CLONE SHOP.SALES.OUTSIDE",
				"CREATE STREAM STREAM2 CLONE SHOP.SALES.CHANGES", "CREATE TASK TASK2 CLONE SHOP.SALES.ROOT",
				"CREATE ALERT ALERT2 CLONE SHOP.SALES.BELL", "CREATE EVENT TABLE EVENTS2 CLONE SHOP.SALES.EVENTS",
				"CREATE DYNAMIC TABLE DT2 CLONE SHOP.SALES.DT")
			equal(w.t, "task", w.column("state", "SHOW TASKS IN SCHEMA SHOP.PUBLIC"), "suspended")
			w.fails(1003, "unexpected", "CREATE SEQUENCE SEQ3 CLONE SHOP.SALES.ORDER_SEQ AT(OFFSET => -1)")
		},
	},
	{
		id: "U11", name: "hybrid_tables_have_their_own_rules", reason: "391411",
		setup: shop + "USE ROLE PROD; CREATE HYBRID TABLE SHOP.SALES.H (ID NUMBER PRIMARY KEY);",
		show: func(w *world) {
			w.fails(391411, "This feature is not supported for hybrid tables: 'CLONE'.", "CREATE SCHEMA SHOP.S2 CLONE SHOP.SALES")
			w.run("CREATE SCHEMA SHOP.S2 CLONE SHOP.SALES IGNORE HYBRID TABLES", "CREATE DATABASE D CLONE SHOP")
			equal(w.t, "copied", w.column("name", "SHOW HYBRID TABLES IN DATABASE D"), "H")
			w.fails(391411, "CLONE", "CREATE TABLE SHOP.PUBLIC.H2 CLONE SHOP.SALES.H")
			w.run("CREATE TABLE SHOP.PUBLIC.LATER (A NUMBER)")
			w.fails(391411, "CLONE", "CREATE DATABASE E CLONE SHOP AT(OFFSET => -1)")
		},
	},
}
