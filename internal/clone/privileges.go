package clone

import (
	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// levelPrivileges is what a level of access adds to the one below it.
type levelPrivileges struct {
	// onSchema are privileges on the schema itself.
	onSchema []string
	// onObjects are privileges on all objects of a kind, those to come as well.
	onObjects []kindPrivileges
}

// kindPrivileges are privileges on a kind of object.
type kindPrivileges struct {
	kind       snowflake.Kind
	privileges []string
}

// access is what each level adds. Policies and tags are missing on purpose: who reads and writes data has no business
// with what protects it.
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
	},
	v1alpha1.LevelReadWrite: {
		onObjects: []kindPrivileges{
			{snowflake.KindTable, []string{
				snowflake.PrivilegeInsert, snowflake.PrivilegeUpdate, snowflake.PrivilegeDelete, snowflake.PrivilegeTruncate,
			}},
			{snowflake.KindIcebergTable, []string{
				snowflake.PrivilegeInsert, snowflake.PrivilegeUpdate, snowflake.PrivilegeDelete, snowflake.PrivilegeTruncate,
			}},
			{snowflake.KindProcedure, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindSequence, []string{snowflake.PrivilegeUsage}},
			{snowflake.KindTask, []string{snowflake.PrivilegeMonitor}},
			{snowflake.KindDynamicTable, []string{snowflake.PrivilegeMonitor}},
		},
	},
	v1alpha1.LevelAdmin: {
		onSchema: []string{
			snowflake.PrivilegeMonitor, snowflake.PrivilegeModify, "CREATE TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW",
			"CREATE DYNAMIC TABLE", "CREATE SEQUENCE", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE FILE FORMAT",
			"CREATE STAGE", "CREATE STREAM", "CREATE TASK", "CREATE ALERT", "CREATE PIPE",
		},
		onObjects: []kindPrivileges{
			{snowflake.KindTable, []string{snowflake.PrivilegeReferences}},
			{snowflake.KindTask, []string{snowflake.PrivilegeOperate}},
			{snowflake.KindAlert, []string{snowflake.PrivilegeMonitor, snowflake.PrivilegeOperate}},
			{snowflake.KindDynamicTable, []string{snowflake.PrivilegeOperate}},
		},
	},
}

// grantsOfLevel are the statements that give a role what a level adds in a schema. Stages are left out: external ones
// still lead to production's storage.
func grantsOfLevel(scope snowflake.Scope, level v1alpha1.AccessLevel, to snowflake.Grantee) []string {
	adds := access[level]
	var statements []string
	if len(adds.onSchema) > 0 {
		schema := snowflake.On(snowflake.SchemaRef(scope.Database, scope.Schema))
		statements = append(statements, snowflake.GrantPrivileges(adds.onSchema, schema, to))
	}
	for _, on := range adds.onObjects {
		statements = append(statements,
			snowflake.GrantPrivileges(on.privileges, snowflake.OnAll(on.kind, scope), to),
			snowflake.GrantPrivileges(on.privileges, snowflake.OnFuture(on.kind, scope), to))
	}
	return statements
}
