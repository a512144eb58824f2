package sqltext

// keyword is a word that the rules know; zero is any other word. Whether a word
// acts as a keyword depends on where it stands: nearly all of them are also
// names of columns somewhere.
type keyword uint8

const (
	kwNone keyword = iota
	kwAccount
	kwAfter
	kwAlert
	kwAllowedDatabases
	kwAllowedValues
	kwAlter
	kwAnd
	kwAny
	kwAs
	kwBegin
	kwCall
	kwCase
	kwClone
	kwColumn
	kwConnect
	kwComment
	kwConfig
	kwContact
	kwCopy
	kwCreate
	kwDatabase
	kwDatabases
	kwDeclare
	kwDecode
	kwDefaultNamespace
	kwDelete
	kwDesc
	kwDescribe
	kwDistinct
	kwDo
	kwDrop
	kwElse
	kwEnd
	kwExcept
	kwExecute
	kwExists
	kwExplain
	kwFile
	kwFor
	kwForeignOption
	kwFormat
	kwFrom
	kwFunction
	kwGetDDL
	kwGetNextval
	kwGrant
	kwGroup
	kwHandler
	kwHaving
	kwIdentifier
	kwIf
	kwImmediate
	kwImports
	kwIn
	kwInsert
	kwIntegration
	kwIntersect
	kwInto
	kwIs
	kwJoin
	kwLanguage
	kwLateral
	kwLike
	kwLimit
	kwList
	kwLocation
	kwLoop
	kwMerge
	kwMinus
	kwModel
	kwNetworkList
	kwNextval
	kwNot
	kwNotebook
	kwObjectOption
	kwOn
	kwOr
	kwOrder
	kwPackages
	kwPattern
	kwPatternFunction
	kwParseJSON
	kwPath
	kwPathFunction
	kwPipe
	kwPolicy
	kwProcedure
	kwQualify
	kwRecursive
	kwReferences
	kwRelativeName
	kwRename
	kwRepeat
	kwRepository
	kwReturns
	kwRevoke
	kwRole
	kwRoles
	kwRule
	kwSchema
	kwSchemas
	kwSearchPath
	kwSecret
	kwSecrets
	kwSelect
	kwSemanticView
	kwSequence
	kwService
	kwSet
	kwShare
	kwShow
	kwSpecification
	kwStage
	kwStageFunction
	kwStream
	kwStreamlit
	kwSwap
	kwSynonyms
	kwTable
	kwTables
	kwTag
	kwTask
	kwThen
	kwTo
	kwTruncate
	kwUndrop
	kwUnion
	kwUnset
	kwUpdate
	kwUse
	kwUser
	kwUsing
	kwValueFunction
	kwValues
	kwView
	kwWarehouse
	kwWhen
	kwWhere
	kwWhile
	kwWith
	keywordCount
)

// spellings maps every spelling to its keyword; words that the rules treat
// alike share one.
var spellings = map[string]keyword{
	"ACCOUNT": kwAccount, "AFTER": kwAfter, "ALERT": kwAlert, "ALTER": kwAlter, "ALL": kwAny, "AND": kwAnd, "ANY": kwAny,
	"AS": kwAs, "BEGIN": kwBegin, "CALL": kwCall, "CASE": kwCase, "CLONE": kwClone,
	"COLUMN": kwColumn, "COMMENT": kwComment, "CONNECT": kwConnect, "CONFIG": kwConfig, "CONTACT": kwContact, "COPY": kwCopy,
	"CREATE": kwCreate, "DATABASE": kwDatabase, "DATABASES": kwDatabases,
	"DECLARE": kwDeclare, "DECODE": kwDecode, "DEFAULT_NAMESPACE": kwDefaultNamespace, "DELETE": kwDelete,
	"DESC": kwDesc, "DESCRIBE": kwDescribe, "DISTINCT": kwDistinct, "DO": kwDo,
	"DROP": kwDrop, "ELSE": kwElse, "END": kwEnd, "EXCEPT": kwExcept, "EXECUTE": kwExecute,
	"EXISTS": kwExists, "EXPLAIN": kwExplain, "FILE": kwFile, "FILE_FORMAT": kwObjectOption,
	"FILES": kwPattern, "FINALIZE": kwObjectOption, "FOR": kwFor, "FORMAT": kwFormat, "FORMAT_NAME": kwObjectOption, "FROM": kwFrom,
	"FUNCTION": kwFunction, "GET": kwList, "GETNEXTVAL": kwGetNextval, "GET_DDL": kwGetDDL,
	"GRANT": kwGrant, "GROUP": kwGroup, "HANDLER": kwHandler, "HAVING": kwHaving,
	"IDENTIFIER": kwIdentifier, "IF": kwIf, "ILIKE": kwLike, "IMMEDIATE": kwImmediate,
	"IMPORTS": kwImports, "IN": kwIn, "INSERT": kwInsert, "INTEGRATION": kwIntegration,
	"INTERSECT": kwIntersect, "INTO": kwInto, "IS": kwIs, "JOIN": kwJoin,
	"LANGUAGE": kwLanguage, "LATERAL": kwLateral, "LIKE": kwLike, "LIMIT": kwLimit,
	"LIST": kwList, "LOCATION": kwLocation, "LOOP": kwLoop, "LS": kwList, "MERGE": kwMerge,
	"MINUS": kwMinus, "MODEL": kwModel, "NEXTVAL": kwNextval, "NOT": kwNot,
	"NOTEBOOK": kwNotebook, "ON": kwOn, "OR": kwOr, "ORDER": kwOrder,
	"PACKAGES": kwPackages, "PARSE_JSON": kwParseJSON, "PATTERN": kwPattern, "PIPE": kwPipe, "POLICY": kwPolicy,
	"PROCEDURE": kwProcedure, "PUT": kwList, "QUALIFY": kwQualify, "RECURSIVE": kwRecursive,
	"REFERENCES": kwReferences, "REGEXP": kwLike, "REMOVE": kwList, "RENAME": kwRename,
	"REPEAT": kwRepeat, "REPOSITORY": kwRepository, "REQUEST_TRANSLATOR": kwObjectOption,
	"RESPONSE_TRANSLATOR": kwObjectOption, "RETURNS": kwReturns, "REVOKE": kwRevoke,
	"RLIKE": kwLike, "RM": kwList, "ROLE": kwRole, "ROLES": kwRoles,
	"ROOT_LOCATION": kwLocation, "RULE": kwRule, "RUNTIME_VERSION": kwPackages,
	"SCHEDULE": kwPackages, "SCHEMA": kwSchema, "SCHEMAS": kwSchemas,
	"SEARCH_PATH": kwSearchPath, "SECRET": kwSecret, "SECRETS": kwSecrets,
	"SELECT": kwSelect, "SEMANTIC_VIEW": kwSemanticView, "SEQUENCE": kwSequence,
	"SERVICE": kwService, "SET": kwSet, "SHARE": kwShare, "SHOW": kwShow,
	"SPECIFICATION": kwSpecification, "STAGE": kwStage, "STREAM": kwStream,
	"STREAMLIT": kwStreamlit, "SWAP": kwSwap, "SYNONYMS": kwSynonyms, "TABLE": kwTable, "TABLES": kwTables, "TAG": kwTag,
	"TARGET_LAG": kwPackages, "TARGET_PATH": kwLocation, "TASK": kwTask, "THEN": kwThen,
	"TO": kwTo, "TRUNCATE": kwTruncate, "UNDROP": kwUndrop, "UNION": kwUnion,
	"UNSET": kwUnset, "UPDATE": kwUpdate, "USE": kwUse, "USER": kwUser, "USING": kwUsing,
	"VALUES": kwValues, "VIEW": kwView, "WAREHOUSE": kwWarehouse, "WHEN": kwWhen,
	"WHERE": kwWhere, "WHILE": kwWhile, "WITH": kwWith,
	"ALLOWED_AUTHENTICATION_SECRETS": kwNetworkList, "ALLOWED_NETWORK_RULES": kwNetworkList,
	"BLOCKED_NETWORK_RULES": kwNetworkList, "ALLOWED_NETWORK_RULE_LIST": kwNetworkList,
	"BLOCKED_NETWORK_RULE_LIST": kwNetworkList,
	"BUILD_SCOPED_FILE_URL":     kwStageFunction, "BUILD_STAGE_FILE_URL": kwStageFunction,
	"GET_ABSOLUTE_PATH": kwStageFunction, "GET_PRESIGNED_URL": kwStageFunction,
	"GET_RELATIVE_PATH": kwStageFunction, "GET_STAGE_LOCATION": kwStageFunction,
	"TO_FILE": kwStageFunction, "DIRECTORY": kwStageFunction,
	"IS_DATABASE_ROLE_IN_SESSION": kwRelativeName,
	"SYSTEM$ADD_EVENT":            kwValueFunction, "SYSTEM$EXPLAIN_PLAN_JSON": kwValueFunction,
	"SYSTEM$LOG": kwValueFunction, "SYSTEM$LOG_DEBUG": kwValueFunction,
	"SYSTEM$LOG_ERROR": kwValueFunction, "SYSTEM$LOG_FATAL": kwValueFunction,
	"SYSTEM$LOG_INFO": kwValueFunction, "SYSTEM$LOG_TRACE": kwValueFunction,
	"SYSTEM$LOG_WARN": kwValueFunction, "SYSTEM$SEND_EMAIL": kwValueFunction,
	"SYSTEM$SEND_SNOWFLAKE_NOTIFICATION": kwValueFunction,
	"SYSTEM$SET_RETURN_VALUE":            kwValueFunction, "SYSTEM$SET_SPAN_ATTRIBUTES": kwValueFunction,
	"SYSTEM$TYPEOF": kwValueFunction,
	"EVENT_TABLE":   kwObjectOption, "GIT_CREDENTIALS": kwObjectOption,
	"ALLOWED_DATABASES": kwAllowedDatabases,
	"API_INTEGRATION":   kwForeignOption, "CATALOG": kwForeignOption,
	"CATALOG_NAMESPACE": kwForeignOption, "CATALOG_TABLE_NAME": kwForeignOption,
	"MAIN_FILE": kwForeignOption, "SUBPATH": kwForeignOption,
	"ALLOWED_VALUES": kwAllowedValues, "PATH": kwPath,
	"GET_PATH": kwPathFunction, "JSON_EXTRACT_PATH_TEXT": kwPathFunction,
	"DEFAULT_ROLE": kwForeignOption, "DEFAULT_WAREHOUSE": kwForeignOption,
	"ERROR_INTEGRATION": kwForeignOption, "EXTERNAL_VOLUME": kwForeignOption,
	"NOTIFICATION_INTEGRATION": kwForeignOption, "QUERY_WAREHOUSE": kwForeignOption,
	"STORAGE_INTEGRATION": kwForeignOption, "SUCCESS_INTEGRATION": kwForeignOption,
	"PASSWORD": kwConfig, "SECRET_STRING": kwConfig, "VALUE_LIST": kwConfig,
	"CONTAINS": kwPatternFunction, "ENDSWITH": kwPatternFunction, "REGEXP_COUNT": kwPatternFunction,
	"REGEXP_INSTR": kwPatternFunction, "REGEXP_LIKE": kwPatternFunction,
	"REGEXP_REPLACE": kwPatternFunction, "REGEXP_SUBSTR": kwPatternFunction,
	"REGEXP_SUBSTR_ALL": kwPatternFunction, "REPLACE": kwPatternFunction,
	"SPLIT": kwPatternFunction, "SPLIT_PART": kwPatternFunction, "STARTSWITH": kwPatternFunction,
	"STRTOK": kwPatternFunction, "TRANSLATE": kwPatternFunction,
}

// keywordTable holds the spellings by a cheap hash of the word: most words are
// not keywords, and find an empty or short row.
var keywordTable = buildKeywordTable()

// spellingRows is the table of rows that are not empty: the index, which every
// word is looked up in, must stay in the fastest cache.
type spellingRows struct {
	index [keywordRows]uint8
	rows  [][]spelling
}

type spelling struct {
	text string
	key  keyword
}

const keywordRows = 1024

func buildKeywordTable() *spellingRows {
	table := &spellingRows{rows: make([][]spelling, 1)}
	for text, key := range spellings {
		row := keywordRow(text)
		if table.index[row] == 0 {
			table.index[row] = uint8(len(table.rows)) //nolint:gosec // there are fewer keywords than 256
			table.rows = append(table.rows, nil)
		}
		at := table.index[row]
		table.rows[at] = append(table.rows[at], spelling{text, key})
	}
	return table
}

// keywordRow hashes length, first, middle and last letter, without their case.
func keywordRow(word string) uint {
	n := uint(len(word))
	first, middle, last := uint(word[0]|0x20), uint(word[n/2]|0x20), uint(word[n-1]|0x20)
	return (first*37 + middle*101 + last*7 + n*211) % keywordRows
}

// keywordOf returns the keyword that a bare word spells, in any case.
func keywordOf(word string) keyword {
	at := keywordTable.index[keywordRow(word)]
	if at == 0 {
		return kwNone
	}
	for _, s := range keywordTable.rows[at] {
		if sameFolded(s.text, word) {
			return s.key
		}
	}
	return kwNone
}

// sameFolded tells whether word equals folded when its ASCII letters are
// upper-cased. folded must be in upper case already.
func sameFolded(folded, word string) bool {
	if len(folded) != len(word) {
		return false
	}
	for i := range len(word) {
		if upper(word[i]) != folded[i] {
			return false
		}
	}
	return true
}
