package emulator_test

import (
	"fmt"
	"slices"
	"strings"
)

// kindCase is one kind of object of a schema and what becomes of it in a clone.
type kindCase struct {
	// words is the kind, plural the same for SHOW, and rest what follows the
	// name in CREATE.
	words, plural, rest string
	// args are the argument types in the name of a routine.
	args string
	// grant is a privilege on the kind; empty for none but OWNERSHIP.
	grant string
	// cloned is "always", "switch" or "never".
	cloned string
	// ddl is the type word of GET_DDL, if it knows the kind.
	ddl string
	// moved is the word under which GRANT OWNERSHIP takes the kind where that is
	// not its own, "-" where it takes it under none.
	moved string
}

// kindsOfSchemas are all kinds that lie in schemas (1.3).
var kindsOfSchemas = []kindCase{
	{words: "TABLE", plural: "TABLES", rest: "(A NUMBER)", grant: "SELECT", cloned: "always", ddl: "TABLE"},
	{words: "VIEW", plural: "VIEWS", rest: "AS SELECT ID FROM CUSTOMERS", grant: "SELECT", cloned: "always", ddl: "VIEW"},
	{
		words: "MATERIALIZED VIEW", plural: "MATERIALIZED VIEWS", rest: "AS SELECT ID FROM CUSTOMERS", grant: "SELECT", cloned: "always",
		ddl: "VIEW", moved: "VIEW",
	},
	{
		words: "DYNAMIC TABLE", plural: "DYNAMIC TABLES", rest: "TARGET_LAG = '1 hour' WAREHOUSE = WH AS SELECT ID FROM CUSTOMERS", grant: "SELECT",
		cloned: "always", ddl: "DYNAMIC_TABLE",
	},
	{words: "EVENT TABLE", plural: "EVENT TABLES", grant: "SELECT", cloned: "always", ddl: "EVENT_TABLE"},
	{
		words: "EXTERNAL TABLE", plural: "EXTERNAL TABLES", rest: "LOCATION = @OUTSIDE FILE_FORMAT = (TYPE = CSV)", grant: "SELECT", cloned: "never",
		ddl: "TABLE",
	},
	{
		words: "HYBRID TABLE", plural: "HYBRID TABLES", rest: "(A NUMBER PRIMARY KEY)", grant: "SELECT", cloned: "always", ddl: "TABLE",
		moved: "TABLE",
	},
	{
		words: "ICEBERG TABLE", plural: "ICEBERG TABLES", rest: "(A NUMBER) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'VOLUME' BASE_LOCATION = 'i'",
		grant: "SELECT", cloned: "always", ddl: "ICEBERG_TABLE",
	},
	{words: "SEQUENCE", plural: "SEQUENCES", grant: "USAGE", cloned: "always", ddl: "SEQUENCE"},
	{words: "FILE FORMAT", plural: "FILE FORMATS", rest: "TYPE = CSV", grant: "USAGE", cloned: "always", ddl: "FILE_FORMAT"},
	{words: "STAGE", plural: "STAGES", rest: "URL = 's3://x/' STORAGE_INTEGRATION = S3", grant: "USAGE", cloned: "always"},
	{words: "STREAM", plural: "STREAMS", rest: "ON TABLE CUSTOMERS", grant: "SELECT", cloned: "always", ddl: "STREAM"},
	{words: "TASK", plural: "TASKS", rest: "SCHEDULE = '5 MINUTE' AS SELECT 1", grant: "MONITOR", cloned: "always", ddl: "TASK"},
	{
		words: "PIPE", plural: "PIPES", rest: "AS COPY INTO RAW FROM @OUTSIDE", grant: "MONITOR", cloned: "always", ddl: "PIPE",
	},
	{words: "ALERT", plural: "ALERTS", rest: "SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1", grant: "MONITOR", cloned: "always"},
	{
		words: "PROCEDURE", plural: "PROCEDURES", args: "(NUMBER)", rest: "(A NUMBER) RETURNS NUMBER LANGUAGE SQL AS 'BEGIN RETURN 1; END'",
		grant: "USAGE", cloned: "always", ddl: "PROCEDURE",
	},
	{words: "FUNCTION", plural: "USER FUNCTIONS", args: "(NUMBER)", rest: "(A NUMBER) RETURNS NUMBER AS 'A'", grant: "USAGE", cloned: "always", ddl: "FUNCTION"},
	{
		words: "EXTERNAL FUNCTION", plural: "EXTERNAL FUNCTIONS", args: "(NUMBER)",
		rest: "(A NUMBER) RETURNS VARIANT API_INTEGRATION = GATEWAY AS 'https://x.example/y'", grant: "", cloned: "always", ddl: "FUNCTION", moved: "FUNCTION",
	},
	{
		words: "DATA METRIC FUNCTION", plural: "DATA METRIC FUNCTIONS", args: "(TABLE(NUMBER))",
		rest: "(T TABLE(A NUMBER)) RETURNS NUMBER AS 'SELECT COUNT(*) FROM T'", grant: "USAGE", cloned: "always", ddl: "FUNCTION",
	},
	{words: "MASKING POLICY", plural: "MASKING POLICIES", rest: "AS (V VARCHAR) RETURNS VARCHAR -> V", grant: "APPLY", cloned: "always", ddl: "POLICY"},
	{words: "ROW ACCESS POLICY", plural: "ROW ACCESS POLICIES", rest: "AS (V NUMBER) RETURNS BOOLEAN -> TRUE", grant: "APPLY", cloned: "always", ddl: "POLICY"},
	{
		words: "AGGREGATION POLICY", plural: "AGGREGATION POLICIES", grant: "APPLY", cloned: "always", ddl: "POLICY",
		rest: "AS () RETURNS AGGREGATION_CONSTRAINT -> AGGREGATION_CONSTRAINT(MIN_GROUP_SIZE => 5)",
	},
	{
		words: "PROJECTION POLICY", plural: "PROJECTION POLICIES", grant: "APPLY", cloned: "always", ddl: "POLICY",
		rest: "AS () RETURNS PROJECTION_CONSTRAINT -> PROJECTION_CONSTRAINT(ALLOW => false)",
	},
	{
		words: "JOIN POLICY", plural: "JOIN POLICIES", rest: "AS () RETURNS JOIN_CONSTRAINT -> JOIN_CONSTRAINT(JOIN_REQUIRED => TRUE)", grant: "APPLY",
		cloned: "always", ddl: "POLICY",
	},
	{
		words: "STORAGE LIFECYCLE POLICY", plural: "STORAGE LIFECYCLE POLICIES", grant: "APPLY", cloned: "always", ddl: "POLICY",
		rest: "AS (V NUMBER) RETURNS BOOLEAN -> V < 0 ARCHIVE_TIER = COOL ARCHIVE_FOR_DAYS = 90",
	},
	{words: "PASSWORD POLICY", plural: "PASSWORD POLICIES", rest: "PASSWORD_MIN_LENGTH = 14", grant: "APPLY", cloned: "always", ddl: "POLICY"},
	{words: "SESSION POLICY", plural: "SESSION POLICIES", rest: "SESSION_IDLE_TIMEOUT_MINS = 30", grant: "APPLY", cloned: "always", ddl: "POLICY"},
	{words: "AUTHENTICATION POLICY", plural: "AUTHENTICATION POLICIES", rest: "CLIENT_TYPES = ('DRIVERS')", grant: "APPLY", cloned: "always", ddl: "POLICY"},
	{words: "PACKAGES POLICY", plural: "PACKAGES POLICIES", rest: "LANGUAGE PYTHON ALLOWLIST = ('numpy')", grant: "APPLY", cloned: "always"},
	{words: "TAG", plural: "TAGS", grant: "APPLY", cloned: "always", ddl: "TAG"},
	{words: "SECRET", plural: "SECRETS", rest: "TYPE = GENERIC_STRING SECRET_STRING = 'x'", grant: "READ", cloned: "switch"},
	{words: "NETWORK RULE", plural: "NETWORK RULES", rest: "TYPE = IPV4 MODE = INGRESS VALUE_LIST = ('10.0.0.0/8')", grant: "USAGE", cloned: "switch"},
	{
		words: "GIT REPOSITORY", plural: "GIT REPOSITORIES", rest: "ORIGIN = 'https://git.example/a/b.git' API_INTEGRATION = GATEWAY", grant: "READ",
		cloned: "switch",
	},
	{words: "IMAGE REPOSITORY", plural: "IMAGE REPOSITORIES", grant: "READ", cloned: "switch"},
	{words: "STREAMLIT", plural: "STREAMLITS", rest: "FROM '@OUTSIDE/app' MAIN_FILE = 'app.py' QUERY_WAREHOUSE = WH", grant: "USAGE", cloned: "switch"},
	{words: "NOTEBOOK", plural: "NOTEBOOKS", rest: "QUERY_WAREHOUSE = WH", grant: "USAGE", cloned: "switch"},
	{words: "MODEL", plural: "MODELS", rest: "WITH VERSION V1 FROM @OUTSIDE/model", grant: "USAGE", cloned: "switch", moved: "-"},
	{
		words: "CORTEX SEARCH SERVICE", plural: "CORTEX SEARCH SERVICES", grant: "USAGE", cloned: "switch", ddl: "CORTEX_SEARCH_SERVICE",
		rest: "ON NAME ATTRIBUTES ID WAREHOUSE = WH TARGET_LAG = '1 day' AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS",
	},
	{
		words: "SEMANTIC VIEW", plural: "SEMANTIC VIEWS", grant: "SELECT", cloned: "switch", ddl: "SEMANTIC VIEW",
		rest: "TABLES (C AS SHOP.SALES.CUSTOMERS PRIMARY KEY (ID)) METRICS (C.N AS COUNT(C.ID))",
	},
	{words: "SERVICE", plural: "SERVICES", rest: "IN COMPUTE POOL POOL FROM SPECIFICATION $$spec: {}$$", grant: "MONITOR", cloned: "switch", moved: "-"},
	{words: "AGENT", plural: "AGENTS", rest: "FROM SPECIFICATION $$models: {}$$", grant: "USAGE", cloned: "switch"},
	{words: "CONTACT", plural: "CONTACTS", rest: "URL = 'https://x.example'", grant: "APPLY", cloned: "switch", ddl: "CONTACT"},
	{words: "BACKUP POLICY", plural: "BACKUP POLICIES", rest: "SCHEDULE = '60 MINUTE' EXPIRE_AFTER_DAYS = 7", grant: "APPLY", cloned: "never"},
	{words: "BACKUP SET", plural: "BACKUP SETS", rest: "FOR TABLE CUSTOMERS", grant: "", cloned: "never"},
}

// everyKind makes one object of every kind, as PROD.
func everyKind() string {
	var b strings.Builder
	b.WriteString(shop + `
CREATE EXTERNAL VOLUME VOLUME STORAGE_LOCATIONS = ((NAME = 'x' STORAGE_PROVIDER = 'S3')); GRANT USAGE ON EXTERNAL VOLUME VOLUME TO ROLE PROD;
CREATE API INTEGRATION GATEWAY API_PROVIDER = AWS_API_GATEWAY API_ALLOWED_PREFIXES = ('https://x.example') ENABLED = TRUE;
GRANT USAGE ON INTEGRATION GATEWAY TO ROLE PROD;
CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS; GRANT USAGE ON COMPUTE POOL POOL TO ROLE PROD;
USE ROLE PROD; USE WAREHOUSE WH; USE SCHEMA SHOP.SALES;
CREATE TABLE RAW (V VARIANT); CREATE STAGE OUTSIDE URL = 's3://x/' STORAGE_INTEGRATION = S3; USE WAREHOUSE WH;
`)
	for _, k := range kindsOfSchemas {
		fmt.Fprintf(&b, "CREATE %s SHOP.SALES.%s %s;\n", k.words, k.name(), k.rest)
	}
	b.WriteString("USE ROLE ACCOUNTADMIN;\n")
	return b.String()
}

// name is the name of the object of a kind.
func (k kindCase) name() string { return "X_" + strings.ReplaceAll(k.words, " ", "_") }

// full is the same with its place and argument types.
func (k kindCase) full(database string) string { return database + ".SALES." + k.name() + k.args }

var kindFacts = []fact{
	{
		id: "kinds", name: "all_can_be_shown_described_and_granted", reason: "what cannot be seen cannot be restored", setup: everyKind(),
		show: func(w *world) {
			for _, k := range kindsOfSchemas {
				equal(w.t, k.words, w.column("name", fmt.Sprintf("SHOW %s LIKE '%s' IN SCHEMA SHOP.SALES", k.plural, k.name())), k.name())
				w.run(fmt.Sprintf("DESCRIBE %s %s", k.words, k.full("SHOP")), fmt.Sprintf("COMMENT ON %s %s IS 'c'", k.words, k.full("SHOP")))
				if k.grant != "" {
					granted := strings.TrimPrefix(k.words, "HYBRID ") // P18
					w.run(fmt.Sprintf("GRANT %s ON %s %s TO ROLE READER", k.grant, granted, k.full("SHOP")))
					equal(w.t, k.words, w.rows(fmt.Sprintf("SHOW GRANTS ON %s %s", k.words, k.full("SHOP")), "privilege", "grantee_name"),
						slices.Sorted(slices.Values([]string{"OWNERSHIP PROD", k.grant + " READER"}))...)
				}
				if k.ddl != "" {
					w.run(fmt.Sprintf("SELECT GET_DDL('%s', '%s', TRUE)", k.ddl, k.full("SHOP")))
				}
			}
		},
	},
	{
		id: "kinds", name: "change_hands_and_are_dropped", reason: "some of them not at all", setup: everyKind() + "CREATE ROLE NEW;",
		show: func(w *world) {
			w.run("ALTER PIPE SHOP.SALES.X_PIPE SET PIPE_EXECUTION_PAUSED = TRUE", "DROP EXTERNAL TABLE SHOP.SALES.X_EXTERNAL_TABLE")
			for _, k := range kindsOfSchemas {
				words := k.words
				if k.moved != "" {
					words = k.moved
				}
				switch {
				case k.words == "EXTERNAL TABLE":
					continue
				case words == "-":
					w.fails(2, k.words, fmt.Sprintf("GRANT OWNERSHIP ON %s %s TO ROLE NEW", k.words, k.full("SHOP")))
				default:
					w.run(fmt.Sprintf("GRANT OWNERSHIP ON %s %s TO ROLE NEW", words, k.full("SHOP")))
					w.run(fmt.Sprintf("GRANT OWNERSHIP ON %s %s TO ROLE PROD", words, k.full("SHOP")))
				}
				equal(w.t, k.words, []string{w.status(fmt.Sprintf("DROP %s %s", k.words, k.full("SHOP")))}, k.name()+" successfully dropped.")
				w.run(fmt.Sprintf("DROP %s IF EXISTS %s", k.words, k.full("SHOP")))
			}
		},
	},
	{
		id: "U4", name: "kinds_are_cloned_or_left_out", reason: "by the table, and by switch where no page says", setup: everyKind(),
		show: func(w *world) {
			for _, setting := range []string{"false", "true"} {
				w.turn("cloneSecrets", setting)
				w.run("CREATE OR REPLACE DATABASE D CLONE SHOP")
				for _, k := range kindsOfSchemas {
					var want []string
					if k.cloned == "always" || k.cloned == "switch" && setting == "true" {
						want = []string{k.name()}
					}
					equal(w.t, k.words+" with cloneSecrets "+setting,
						w.column("name", fmt.Sprintf("SHOW %s LIKE '%s' IN SCHEMA D.SALES", k.plural, k.name())), want...)
				}
			}
		},
	},
}
