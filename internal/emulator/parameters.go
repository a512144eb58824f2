package emulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// parameter is a session parameter as clients are told of it.
type parameter struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// clientDefaults are the parameters that drivers read, with the values of a
// new session. Drivers fail without some of them.
var clientDefaults = map[string]string{
	"AUTOCOMMIT":                                    "true",
	"BINARY_OUTPUT_FORMAT":                          "HEX",
	"CLIENT_DISABLE_INCIDENTS":                      "true",
	"CLIENT_HONOR_CLIENT_TZ_FOR_TIMESTAMP_NTZ":      "true",
	"CLIENT_MEMORY_LIMIT":                           "1536",
	"CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX":    "false",
	"CLIENT_METADATA_USE_SESSION_DATABASE":          "false",
	"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED":          "false",
	"CLIENT_PREFETCH_THREADS":                       "4",
	"CLIENT_RESULT_CHUNK_SIZE":                      "16",
	"CLIENT_RESULT_COLUMN_CASE_INSENSITIVE":         "false",
	"CLIENT_SESSION_CLONE":                          "false",
	"CLIENT_SESSION_KEEP_ALIVE":                     "false",
	"CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": "3600",
	"CLIENT_TELEMETRY_ENABLED":                      "false",
	"CLIENT_TELEMETRY_SESSIONLESS_ENABLED":          "false",
	"CLIENT_TIMESTAMP_TYPE_MAPPING":                 "TIMESTAMP_LTZ",
	"CLIENT_USE_V1_QUERY_API":                       "true",
	"DATE_OUTPUT_FORMAT":                            "YYYY-MM-DD",
	"GO_QUERY_RESULT_FORMAT":                        "JSON",
	"QUERY_CONTEXT_CACHE_SIZE":                      "5",
	"SERVICE_NAME":                                  "",
	"TIMESTAMP_LTZ_OUTPUT_FORMAT":                   "",
	"TIMESTAMP_NTZ_OUTPUT_FORMAT":                   "YYYY-MM-DD HH24:MI:SS.FF3",
	"TIMESTAMP_OUTPUT_FORMAT":                       "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
	"TIMESTAMP_TZ_OUTPUT_FORMAT":                    "",
	"TIMEZONE":                                      "America/Los_Angeles",
	"TIME_OUTPUT_FORMAT":                            "HH24:MI:SS",
}

// paramBindThreshold makes drivers upload large bindings to a stage. There is
// none here, so it is always 0, whatever the client asks for.
const paramBindThreshold = "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD"

// paramTelemetry makes drivers report what they do. Unless a client asks for it
// at login it is off here.
const paramTelemetry = "CLIENT_TELEMETRY_ENABLED"

// parameterList is what the client is told of its session with every answer:
// what drivers read, and besides what the session or its account has set.
func (s *session) parameterList() []parameter {
	values := maps.Clone(clientDefaults)
	for name := range values {
		values[name] = orElse(s.Parameter(name), values[name])
	}
	maps.Copy(values, s.ChangedParameters())
	values[paramTelemetry] = orElse(s.echo[paramTelemetry], "false")
	values[paramBindThreshold] = "0"
	list := make([]parameter, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, newParameter(name, values[name]))
	}
	return list
}

// newParameter gives numbers and truth values the JSON type that the drivers
// expect. Parameters that the wire does not know stay texts: a QUERY_TAG may
// look like a number.
func newParameter(name, text string) parameter {
	if _, known := clientDefaults[name]; !known && name != paramBindThreshold {
		return parameter{name, text}
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil {
		return parameter{name, number}
	}
	if truth, err := strconv.ParseBool(strings.ToLower(text)); err == nil {
		return parameter{name, truth}
	}
	return parameter{name, text}
}

// plainParameters turns the parameters of a request into texts under upper
// case names.
func plainParameters(given map[string]any) map[string]string {
	plain := make(map[string]string, len(given))
	for name, value := range given {
		plain[strings.ToUpper(name)] = plainValue(value)
	}
	return plain
}

func plainValue(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return ""
	}
}
