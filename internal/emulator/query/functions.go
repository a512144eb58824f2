package query

import (
	"maps"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// functions holds the scalar functions of this package by name.
var functions = merged(stringFunctions(), regexFunctions(), numberFunctions(), momentFunctions(), conversionFunctions(),
	jsonFunctions(), arrayFunctions(), hashFunctions())

func merged(sets ...map[string]function) map[string]function {
	out := map[string]function{}
	for _, set := range sets {
		maps.Copy(out, set)
	}
	return out
}

// countType is the type of numbers that count something. Drivers take it for a 64-bit integer, unlike NUMBER(38,0).
var countType = sql.Type{Name: "NUMBER", Precision: 18}

// typed gives every call the same type.
func typed(t sql.Type) func([]node) sql.Type {
	return func([]node) sql.Type { return t }
}

// likeFirst gives a call the type of its first argument.
func likeFirst(args []node) sql.Type {
	if len(args) == 0 {
		return sql.Type{}
	}
	return args[0].typ
}

// likeAll gives a call the type that holds all arguments.
func likeAll(args []node) sql.Type {
	var t sql.Type
	for _, arg := range args {
		t = unify(t, arg.typ)
	}
	return t
}

// text makes a function of one string.
func text(f func(string) string) function {
	return function{1, 1, typed(sql.VarcharType), false, func(args []Value) (Value, error) {
		return StringOf(f(args[0].String())), nil
	}}
}

// whole reads an argument as a whole number.
func whole(v Value) (int, error) {
	n, err := castKind(v, Number)
	if err != nil {
		return 0, err
	}
	i, ok := n.Decimal().Round(0).Int64()
	if !ok || i > 1<<40 || i < -1<<40 {
		return 0, execution(100038, "22018", "Numeric value '%s' is out of range", v)
	}
	return int(i), nil
}

// documented are functions that Snowflake has and that are compiled but not evaluated here.
var documented = wordSet(`ACOSH ALL_USER_NAMES ARRAYS_TO_OBJECT ARRAYS_ZIP ARRAY_APPEND ARRAY_CAT ARRAY_DISTINCT ARRAY_EXCEPT
	ARRAY_FLATTEN ARRAY_GENERATE_RANGE ARRAY_INSERT ARRAY_INTERSECTION ARRAY_MAX ARRAY_MIN ARRAY_POSITION ARRAY_PREPEND
	ARRAY_REMOVE ARRAY_REMOVE_AT ARRAY_REVERSE ARRAY_SLICE ARRAY_SORT ARRAY_UNIQUE_AGG ARRAY_UNION_AGG ASINH
	AS_BINARY AS_DATE AS_DECIMAL AS_NUMBER AS_TIME
	ATANH BASE64_DECODE_BINARY BITAND BITNOT BITOR BITSHIFTLEFT BITSHIFTRIGHT BITXOR BUILD_SCOPED_FILE_URL
	BUILD_STAGE_FILE_URL CBRT CHECK_JSON CHECK_XML COLLATE COLLATION COMPRESS CONVERT_TIMEZONE COSH COT DECOMPRESS_BINARY
	DECOMPRESS_STRING DECRYPT DECRYPT_RAW DEGREES DIV0NULL EDITDISTANCE ENCRYPT ENCRYPT_RAW ESTIMATE_REMAINING_DML_CREDITS
	FACTORIAL FILTER GENERATE_COLUMN_DESCRIPTION GETBIT GET_ABSOLUTE_PATH GET_IGNORE_CASE GET_OBJECT_REFERENCES
	GET_PRESIGNED_URL GET_RELATIVE_PATH GET_STAGE_LOCATION GROUPING GROUPING_ID H3_CELL_TO_POINT H3_LATLNG_TO_CELL HAVERSINE
	INVOKER_ROLE INVOKER_SHARE IS_DATABASE_ROLE_IN_SESSION IS_GRANTED_TO_INVOKER_ROLE IS_INSTANCE_ROLE_IN_SESSION
	IS_ROLE_IN_SESSION JAROWINKLER_SIMILARITY MAP_CAT MAP_CONTAINS_KEY MAP_DELETE MAP_INSERT MAP_KEYS MAP_PICK MAP_SIZE
	MD5_BINARY MD5_NUMBER_LOWER64 MD5_NUMBER_UPPER64 NEXT_DAY NORMAL PARSE_IP PARSE_URL PARSE_XML PI PREVIOUS_DAY RADIANS
	REDUCE ROUND_HALF_EVEN RTRIMMED_LENGTH SHA1_BINARY SHA2_BINARY SINH SOUNDEX SOUNDEX_P123 SPLIT_TO_TABLE
	ST_ASGEOJSON ST_ASTEXT ST_ASWKT ST_DISTANCE ST_GEOGFROMTEXT ST_GEOGRAPHYFROMWKT ST_MAKEPOINT ST_X ST_Y STRIP_NULL_VALUE
	STRTOK_TO_ARRAY SYS_CONNECT_BY_PATH TANH TIME_SLICE TO_GEOGRAPHY TO_GEOMETRY TO_QUERY TO_XML TRANSFORM TRUNCATE_AUTO
	TRY_BASE64_DECODE_BINARY TRY_BASE64_DECODE_STRING TRY_HEX_DECODE_BINARY TRY_HEX_DECODE_STRING TRY_PARSE_XML TRY_TO_BINARY
	TRY_TO_GEOGRAPHY UNICODE UNIFORM WIDTH_BUCKET XMLGET ZIPF APPROX_COUNT_DISTINCT AI_CLASSIFY AI_COMPLETE AI_FILTER
	AI_EMBED VECTOR_COSINE_SIMILARITY VECTOR_INNER_PRODUCT VECTOR_L2_DISTANCE BOOLXOR OBJECT_PICK REGEXP_SUBSTR_ALL
	REGEXP_EXTRACT_ALL TIMESTAMP_LTZ_FROM_PARTS TIMESTAMP_TZ_FROM_PARTS TIMESTAMPFROMPARTS TIMESTAMPNTZFROMPARTS TIME_FROM_PARTS
	TIMEFROMPARTS BIT_LENGTH SEARCH SEARCH_IP IS_BINARY IS_DATE IS_TIME IS_TIMESTAMP_LTZ IS_TIMESTAMP_NTZ IS_TIMESTAMP_TZ
	TO_DECFLOAT TO_FILE CURRENT_STATEMENT CURRENT_TRANSACTION LAST_SUCCESSFUL_SCHEDULED_TIME SCHEDULED_TIME
	GET_CONDITION_QUERY_UUID TO_UUID TRY_TO_GEOMETRY`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
