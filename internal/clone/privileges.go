package clone

import (
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// levelPrivileges is what a level of access adds to the one below it.
type levelPrivileges struct {
	// onSchema are privileges on the schema itself.
	onSchema []string
	// onObjects are privileges on all objects of a kind, those to come as well.
	onObjects []kindPrivileges
	// onPresent are privileges on the objects that are there, for kinds whose future grants are not sure to be known.
	onPresent []kindPrivileges
	// onFuture are privileges on the objects to come only.
	onFuture []kindPrivileges
	// onPipes are privileges on pipes, which are granted one by one (P7).
	onPipes []string
	// onInternalStages are privileges on the stages that keep their files in Snowflake: READ, or READ and WRITE together,
	// because WRITE asks for READ and there is no order among statements in flight.
	onInternalStages []string
}

// kindPrivileges are privileges on a kind of object.
type kindPrivileges struct {
	kind       snowflake.Kind
	privileges []string
}

// The privileges that change the rows of a table.
var changeRows = []string{
	snowflake.PrivilegeInsert, snowflake.PrivilegeUpdate, snowflake.PrivilegeDelete, snowflake.PrivilegeTruncate,
}

// access is what each level adds. Hybrid tables are granted with TABLES and external functions with FUNCTIONS. Missing
// on purpose:
//   - APPLY on policies and tags: who reads and writes data has no business with what protects it, and neither can be
//     granted in bulk (P7, P8).
//   - USAGE on external stages, those to come included: they lead to production's storage.
//   - USAGE and READ on secrets that are there: they are production's credentials.
//   - CREATE HYBRID TABLE: not every account knows it, and one unknown word fails the whole statement.
var access = map[v1alpha1.AccessLevel]levelPrivileges{
	v1alpha1.LevelRead: {
		onSchema: []string{snowflake.PrivilegeUsage},
		onObjects: []kindPrivileges{
			{snowflake.KindTable, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindView, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindMaterializedView, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindDynamicTable, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindIcebergTable, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindExternalTable, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindEventTable, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindStream, []string{snowflake.PrivilegeSelect}},
			{snowflake.KindFunction, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindFileFormat, []string{snowflake.PrivilegeUsage}},
		},
		onPresent: []kindPrivileges{
			{snowflake.KindSemanticView, []string{snowflake.PrivilegeSelect, snowflake.PrivilegeReferences}},
			{snowflake.KindStreamlit, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindCortexSearchService, []string{snowflake.PrivilegeUsage}},
		},
		// Of the stages to come, READ reaches internal ones only.
		onFuture:         []kindPrivileges{{snowflake.KindStage, []string{snowflake.PrivilegeRead}}},
		onInternalStages: []string{snowflake.PrivilegeRead},
	},
	v1alpha1.LevelReadWrite: {
		onObjects: []kindPrivileges{
			{snowflake.KindTable, changeRows},
			{snowflake.KindIcebergTable, changeRows},
			// Rows come into event tables by themselves only.
			{snowflake.KindEventTable, []string{snowflake.PrivilegeDelete, snowflake.PrivilegeTruncate}},
			{snowflake.KindProcedure, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindSequence, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindTask, []string{snowflake.PrivilegeMonitor}},
			{snowflake.KindDynamicTable, []string{snowflake.PrivilegeMonitor}},
		},
		onFuture: []kindPrivileges{
			{snowflake.KindPipe, []string{snowflake.PrivilegeMonitor}},
			{snowflake.KindStage, []string{snowflake.PrivilegeRead, snowflake.PrivilegeWrite}},
		},
		onPipes:          []string{snowflake.PrivilegeMonitor},
		onInternalStages: []string{snowflake.PrivilegeRead, snowflake.PrivilegeWrite},
	},
	v1alpha1.LevelAdmin: {
		onSchema: []string{
			snowflake.PrivilegeMonitor, snowflake.PrivilegeModify, "CREATE TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW",
			"CREATE DYNAMIC TABLE", "CREATE ICEBERG TABLE", "CREATE EXTERNAL TABLE", "CREATE EVENT TABLE", "CREATE SEQUENCE",
			"CREATE FUNCTION", "CREATE PROCEDURE", "CREATE FILE FORMAT", "CREATE STAGE", "CREATE STREAM", "CREATE TASK",
			"CREATE ALERT", "CREATE PIPE", "CREATE SECRET", "CREATE TAG", "CREATE MASKING POLICY", "CREATE ROW ACCESS POLICY",
		},
		onObjects: []kindPrivileges{
			{snowflake.KindTable, []string{snowflake.PrivilegeReferences, "EVOLVE SCHEMA"}},
			{snowflake.KindView, []string{snowflake.PrivilegeReferences}},
			{snowflake.KindMaterializedView, []string{snowflake.PrivilegeReferences}},
			{snowflake.KindIcebergTable, []string{snowflake.PrivilegeReferences}},
			{snowflake.KindExternalTable, []string{snowflake.PrivilegeReferences}},
			{snowflake.KindTask, []string{snowflake.PrivilegeOperate}},
			{snowflake.KindAlert, []string{snowflake.PrivilegeMonitor, snowflake.PrivilegeOperate}},
			{snowflake.KindDynamicTable, []string{snowflake.PrivilegeOperate}},
		},
		onFuture: []kindPrivileges{
			{snowflake.KindPipe, []string{snowflake.PrivilegeOperate}},
			{snowflake.KindSecret, []string{snowflake.PrivilegeUsage, snowflake.PrivilegeRead}},
		},
		onPipes: []string{snowflake.PrivilegeOperate},
	},
}

// grantedKinds are the kinds of objects of which must be known where there are any.
func grantedKinds() []snowflake.Kind {
	kinds := []snowflake.Kind{snowflake.KindPipe, snowflake.KindHybridTable}
	for _, adds := range access {
		for _, on := range slices.Concat(adds.onObjects, adds.onPresent) {
			if !slices.Contains(kinds, on.kind) {
				kinds = append(kinds, on.kind)
			}
		}
	}
	return kinds
}

// futurePrivileges are what a level adds on the objects of a schema that are yet to come.
func futurePrivileges(level v1alpha1.AccessLevel) []kindPrivileges {
	return slices.Concat(access[level].onObjects, access[level].onFuture)
}

// grantsOfLevel are the statements that give a role what a level adds on a schema and on what it holds.
func grantsOfLevel(holds *holdings, level v1alpha1.AccessLevel, to snowflake.Grantee) []string {
	adds := access[level]
	var statements []string
	grant := func(privileges []string, on snowflake.Securable) {
		if len(privileges) > 0 {
			statements = append(statements, snowflake.GrantPrivileges(privileges, on, to))
		}
	}
	grant(adds.onSchema, snowflake.On(snowflake.SchemaRef(holds.scope.Database, holds.scope.Schema)))
	for _, on := range slices.Concat(adds.onObjects, adds.onPresent) {
		if holds.kinds[on.kind] {
			grant(on.privileges, snowflake.OnAll(on.kind, holds.scope))
		}
	}
	for _, pipe := range holds.pipes {
		grant(adds.onPipes, snowflake.On(pipe))
	}
	for _, stage := range holds.internalStages {
		grant(adds.onInternalStages, snowflake.On(stage))
	}
	return statements
}
