package account

// parameter is a parameter that ALTER SESSION, ALTER ACCOUNT or ALTER on an
// object may set.
type parameter struct {
	value, typ, description string
}

// sessionParameters are the parameters of sessions that are known, with
// Snowflake's defaults.
var sessionParameters = map[string]parameter{
	"ABORT_DETACHED_QUERY":                          {"false", "BOOLEAN", "If true, aborts queries whose client is gone for five minutes"},
	"AUTOCOMMIT":                                    {"true", "BOOLEAN", "If true, every statement is a transaction of its own"},
	"BINARY_INPUT_FORMAT":                           {"HEX", "STRING", "input format for binary"},
	"BINARY_OUTPUT_FORMAT":                          {"HEX", "STRING", "display format for binary"},
	"CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX":    {"false", "BOOLEAN", ""},
	"CLIENT_PREFETCH_THREADS":                       {"4", "NUMBER", "number of threads that fetch result chunks"},
	"CLIENT_RESULT_CHUNK_SIZE":                      {"160", "NUMBER", "largest result chunk in MB"},
	"CLIENT_SESSION_KEEP_ALIVE":                     {"false", "BOOLEAN", "If true, the client keeps the session alive"},
	"CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": {"3600", "NUMBER", "seconds between heartbeats"},
	"CLIENT_STAGE_ARRAY_BINDING_THRESHOLD":          {"65280", "NUMBER", "number of binds above which a stage is used"},
	"CLIENT_TELEMETRY_ENABLED":                      {"true", "BOOLEAN", ""},
	"CLIENT_TIMESTAMP_TYPE_MAPPING":                 {"TIMESTAMP_LTZ", "STRING", ""},
	"DATE_INPUT_FORMAT":                             {"AUTO", "STRING", "input format for date"},
	"DATE_OUTPUT_FORMAT":                            {"YYYY-MM-DD", "STRING", "display format for date"},
	"ENABLE_GET_DDL_USE_DATA_TYPE_ALIAS":            {"false", "BOOLEAN", "If true, GET_DDL keeps data-type aliases"},
	"ERROR_ON_NONDETERMINISTIC_MERGE":               {"true", "BOOLEAN", ""},
	"GEOGRAPHY_OUTPUT_FORMAT":                       {"GeoJSON", "STRING", ""},
	"GO_QUERY_RESULT_FORMAT":                        {"JSON", "STRING", ""},
	"JDBC_QUERY_RESULT_FORMAT":                      {"JSON", "STRING", ""},
	"LOCK_TIMEOUT":                                  {"43200", "NUMBER", "seconds to wait for a lock"},
	"MULTI_STATEMENT_COUNT":                         {"1", "NUMBER", "statements in one request; 0 is any number"},
	"ODBC_QUERY_RESULT_FORMAT":                      {"JSON", "STRING", ""},
	"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT":          {"JSON", "STRING", ""},
	"QUERY_RESULT_FORMAT":                           {"JSON", "STRING", ""},
	"QUERY_TAG":                                     {"", "STRING", "string tagged to the session's statements"},
	"QUOTED_IDENTIFIERS_IGNORE_CASE":                {"false", "BOOLEAN", "If true, quoted identifiers are folded"},
	"READ_CONSISTENCY_MODE":                         {"SESSION", "STRING", ""},
	"ROWS_PER_RESULTSET":                            {"0", "NUMBER", "most rows in a result; 0 is no limit"},
	"SIMULATED_DATA_SHARING_CONSUMER":               {"", "STRING", ""},
	"STATEMENT_QUEUED_TIMEOUT_IN_SECONDS":           {"0", "NUMBER", "seconds that a statement may be queued"},
	"STATEMENT_TIMEOUT_IN_SECONDS":                  {"172800", "NUMBER", "seconds after which a statement is cancelled"},
	"STRICT_JSON_OUTPUT":                            {"false", "BOOLEAN", ""},
	"TIMESTAMP_DAY_IS_ALWAYS_24H":                   {"false", "BOOLEAN", ""},
	"TIMESTAMP_INPUT_FORMAT":                        {"AUTO", "STRING", "input format for timestamp"},
	"TIMESTAMP_LTZ_OUTPUT_FORMAT":                   {"", "STRING", "display format for timestamp_ltz"},
	"TIMESTAMP_NTZ_OUTPUT_FORMAT":                   {"YYYY-MM-DD HH24:MI:SS.FF3", "STRING", "display format for timestamp_ntz"},
	"TIMESTAMP_OUTPUT_FORMAT":                       {"YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING", "display format for all timestamps"},
	"TIMESTAMP_TYPE_MAPPING":                        {"TIMESTAMP_NTZ", "STRING", "what TIMESTAMP means"},
	"TIMESTAMP_TZ_OUTPUT_FORMAT":                    {"", "STRING", "display format for timestamp_tz"},
	"TIMEZONE":                                      {"America/Los_Angeles", "STRING", "time zone"},
	"TIME_INPUT_FORMAT":                             {"AUTO", "STRING", "input format for time"},
	"TIME_OUTPUT_FORMAT":                            {"HH24:MI:SS", "STRING", "display format for time"},
	"TRANSACTION_ABORT_ON_ERROR":                    {"false", "BOOLEAN", ""},
	"TRANSACTION_DEFAULT_ISOLATION_LEVEL":           {"READ COMMITTED", "STRING", ""},
	"TWO_DIGIT_CENTURY_START":                       {"1970", "NUMBER", ""},
	"UNSUPPORTED_DDL_ACTION":                        {"ignore", "STRING", ""},
	"USE_CACHED_RESULT":                             {"true", "BOOLEAN", "If true, results are reused"},
	"WEEK_OF_YEAR_POLICY":                           {"0", "NUMBER", ""},
	"WEEK_START":                                    {"0", "NUMBER", ""},
}

// objectParameters are parameters of databases, schemas and objects in them.
var objectParameters = map[string]parameter{
	"DATA_RETENTION_TIME_IN_DAYS":                   {"1", "NUMBER", "number of days to retain the old version of deleted or updated data"},
	"MAX_DATA_EXTENSION_TIME_IN_DAYS":               {"14", "NUMBER", "most days to extend retention to prevent stale streams"},
	"DEFAULT_DDL_COLLATION":                         {"", "STRING", "collation used for new columns"},
	"EXTERNAL_VOLUME":                               {"", "STRING", "external volume of Iceberg tables"},
	"CATALOG":                                       {"", "STRING", "catalog integration of Iceberg tables"},
	"LOG_LEVEL":                                     {"OFF", "STRING", "level of log messages that are kept"},
	"TRACE_LEVEL":                                   {"OFF", "STRING", "level of trace events that are kept"},
	"METRIC_LEVEL":                                  {"NONE", "STRING", "level of metrics that are kept"},
	"PIPE_EXECUTION_PAUSED":                         {"false", "BOOLEAN", "whether pipes stand still"},
	"QUOTED_IDENTIFIERS_IGNORE_CASE":                {"false", "BOOLEAN", "If true, quoted identifiers are folded"},
	"REPLACE_INVALID_CHARACTERS":                    {"false", "BOOLEAN", ""},
	"STORAGE_SERIALIZATION_POLICY":                  {"OPTIMIZED", "STRING", ""},
	"SUSPEND_TASK_AFTER_NUM_FAILURES":               {"10", "NUMBER", "consecutive failures after which a task is suspended"},
	"TASK_AUTO_RETRY_ATTEMPTS":                      {"0", "NUMBER", "automatic retries of a task graph"},
	"USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE":      {"Medium", "STRING", "first size of a serverless task"},
	"USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": {"30", "NUMBER", ""},
	"USER_TASK_TIMEOUT_MS":                          {"3600000", "NUMBER", "time limit of one task run"},
	"ENABLE_CONSOLE_OUTPUT":                         {"false", "BOOLEAN", ""},
	"SEARCH_PATH":                                   {"$current, $public", "STRING", ""},
}
