package snowflake

import (
	"strings"
)

// Kind is a kind of object, by the words that name one in SQL: "TABLE", "MASKING POLICY".
type Kind string

// The kinds of objects.
const (
	KindAccount             Kind = "ACCOUNT"
	KindDatabase            Kind = "DATABASE"
	KindSchema              Kind = "SCHEMA"
	KindTable               Kind = "TABLE"
	KindView                Kind = "VIEW"
	KindMaterializedView    Kind = "MATERIALIZED VIEW"
	KindDynamicTable        Kind = "DYNAMIC TABLE"
	KindIcebergTable        Kind = "ICEBERG TABLE"
	KindExternalTable       Kind = "EXTERNAL TABLE"
	KindHybridTable         Kind = "HYBRID TABLE"
	KindEventTable          Kind = "EVENT TABLE"
	KindStream              Kind = "STREAM"
	KindTask                Kind = "TASK"
	KindAlert               Kind = "ALERT"
	KindPipe                Kind = "PIPE"
	KindStage               Kind = "STAGE"
	KindFileFormat          Kind = "FILE FORMAT"
	KindSequence            Kind = "SEQUENCE"
	KindProcedure           Kind = "PROCEDURE"
	KindFunction            Kind = "FUNCTION"
	KindMaskingPolicy       Kind = "MASKING POLICY"
	KindRowAccessPolicy     Kind = "ROW ACCESS POLICY"
	KindAggregationPolicy   Kind = "AGGREGATION POLICY"
	KindProjectionPolicy    Kind = "PROJECTION POLICY"
	KindJoinPolicy          Kind = "JOIN POLICY"
	KindPrivacyPolicy       Kind = "PRIVACY POLICY"
	KindLifecyclePolicy     Kind = "STORAGE LIFECYCLE POLICY"
	KindTag                 Kind = "TAG"
	KindDatabaseRole        Kind = "DATABASE ROLE"
	KindSecret              Kind = "SECRET"
	KindNetworkRule         Kind = "NETWORK RULE"
	KindGitRepository       Kind = "GIT REPOSITORY"
	KindImageRepository     Kind = "IMAGE REPOSITORY"
	KindNotebook            Kind = "NOTEBOOK"
	KindStreamlit           Kind = "STREAMLIT"
	KindCortexSearchService Kind = "CORTEX SEARCH SERVICE"
	KindSemanticView        Kind = "SEMANTIC VIEW"
	KindRole                Kind = "ROLE"
	KindUser                Kind = "USER"
	KindWarehouse           Kind = "WAREHOUSE"
	KindExternalVolume      Kind = "EXTERNAL VOLUME"
)

// KindOf finds the kind for a word as SHOW GRANTS prints it in granted_on: with underscores, and with VOLUME for
// external volumes. An unknown word becomes a kind of that name, of which nothing is known.
func KindOf(grantedOn string) Kind {
	word := strings.ReplaceAll(strings.ToUpper(grantedOn), "_", " ")
	if word == "VOLUME" {
		return KindExternalVolume
	}
	return Kind(word)
}
