package account

import "strings"

// fixedParameters are those that would change the answers of statements and
// have no effect here. They keep their defaults: whoever sets another value is
// told so rather than answered by the default.
var fixedParameters = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range names("BINARY_INPUT_FORMAT BINARY_OUTPUT_FORMAT DATE_INPUT_FORMAT DEFAULT_DDL_COLLATION " +
		"ENABLE_GET_DDL_USE_DATA_TYPE_ALIAS GEOGRAPHY_OUTPUT_FORMAT ROWS_PER_RESULTSET SEARCH_PATH SIMULATED_DATA_SHARING_CONSUMER " +
		"STRICT_JSON_OUTPUT TIME_INPUT_FORMAT TIMESTAMP_DAY_IS_ALWAYS_24H TIMESTAMP_INPUT_FORMAT TIMESTAMP_TYPE_MAPPING " +
		"TRANSACTION_ABORT_ON_ERROR TRANSACTION_DEFAULT_ISOLATION_LEVEL TWO_DIGIT_CENTURY_START UNSUPPORTED_DDL_ACTION " +
		"WEEK_OF_YEAR_POLICY WEEK_START") {
		out[name] = true
	}
	return out
}()

// checkFixed refuses a value that a session or the account cannot be given
// here: any but the default of a parameter that has no effect.
func checkFixed(name, value string) error {
	fallback, known := sessionParameters[name]
	if !known {
		fallback = objectParameters[name]
	}
	if !fixedParameters[name] || strings.EqualFold(withoutBlanks(value), withoutBlanks(fallback.value)) {
		return nil
	}
	return errUnsupported(name + " = " + value)
}

// checkAllFixed does so for the parameters of a login or a request.
func checkAllFixed(given map[string]string) error {
	for name, value := range given {
		if err := checkFixed(strings.ToUpper(name), value); err != nil {
			return err
		}
	}
	return nil
}

// withoutBlanks lets lists be written with blanks after their commas or not.
func withoutBlanks(text string) string { return strings.ReplaceAll(text, " ", "") }
