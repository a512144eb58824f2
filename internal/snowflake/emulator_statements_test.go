package snowflake

import (
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// TestEveryStatementIsUnderstoodByTheEmulatedAccount runs all builders in an order in which each can succeed. What they
// do is for the tests of the steps.
func TestEveryStatementIsUnderstoodByTheEmulatedAccount(t *testing.T) {
	c := startService(t, accountScript).client(t, asIs)
	dev := func(object string) sqltext.Name { return name3("DEV", "DATA", object) }
	ref := func(kind Kind, object string, arguments ...string) ObjectRef {
		return ObjectRef{Kind: kind, Name: dev(object), Arguments: arguments}
	}
	days := 1
	clone := CloneDatabase{
		Source: "PROD", Target: "DEV", Transient: true, IgnoreHybridTables: true, IncludeInternalStages: true,
		RetentionDays: &days, Comment: "it's ours", Tags: []TagValue{{name3("PROD", "DATA", "TG"), "a"}},
	}
	past := CloneDatabase{
		Source: "PROD", Target: "PAST", Moment: &Moment{Timestamp: time.Now()}, IgnoreHybridTables: true,
		IgnoreInsufficientRetention: true,
	}
	var (
		me, reader, made  = AccountRole("CLONER"), AccountRole("READER"), AccountRole("DEV_READ")
		madeInside        = RoleOfDatabase("DEV", "READS")
		in                = InSchema("DEV", "DATA")
		table, view       = ref(KindTable, "T"), ref(KindView, "V")
		root, child       = dev("ROOT"), dev("CHILD")
		selects, usage    = []string{PrivilegeSelect}, []string{PrivilegeUsage}
		tags              = []TagValue{{dev("TG"), "b"}}
		procedure         = ref(KindProcedure, "P", "VARCHAR", "NUMBER")
		columns, sequence = []sqltext.Ident{"ID"}, dev("SEQ")
	)
	statements := []string{
		must(t, clone), must(t, past),
		SetTags(DatabaseRef("DEV"), tags), SetTags(table, tags), UnsetTags(table, []sqltext.Name{dev("TG")}),
		`CREATE SCHEMA "DEV"."EXTRA"`, DropSchema("DEV", "EXTRA"),

		CreateRole(made, "c"), CreateRole(madeInside, "c"), GrantRole(madeInside, made), GrantRole(made, reader),
		GrantPrivileges(usage, On(DatabaseRef("DEV")), made), GrantPrivileges(usage, On(SchemaRef("DEV", "DATA")), made),
		GrantPrivileges(selects, OnAll(KindTable, in), made), GrantPrivileges(selects, OnAll(KindView, InDatabase("DEV")), made),
		GrantPrivileges(selects, OnAll(KindDynamicTable, in), made), GrantPrivileges(selects, OnAll(KindMaterializedView, in), made),
		GrantPrivileges(usage, OnAll(KindProcedure, in), made), GrantPrivileges(usage, OnAll(KindFunction, in), made),
		GrantPrivileges(usage, OnAll(KindSequence, in), made), GrantPrivileges(usage, OnAll(KindFileFormat, in), made),
		GrantPrivileges([]string{PrivilegeMonitor, PrivilegeOperate}, OnAll(KindTask, in), made),
		GrantPrivileges(selects, OnFuture(KindTable, in), made), GrantPrivileges(usage, OnFuture(KindSchema, InDatabase("DEV")), made),
		GrantPrivileges(usage, On(AccountRef(KindExternalVolume, "LAKE")), made),
		GrantPrivileges([]string{PrivilegeExecuteTask}, OnAccount(), made),
		GrantPrivileges(usage, On(procedure), madeInside), GrantPrivileges(selects, On(view), made),
		RevokePrivileges(selects, On(view), made), RevokePrivileges([]string{PrivilegeAll}, OnAll(KindTable, in), reader),
		RevokePrivileges(usage, On(procedure), reader), RevokeFuture(selects, KindTable, in, made),

		PausePipe(dev("PI"), true), GrantOwnership(On(ref(KindPipe, "PI")), me, CopyGrants), ForceResumePipe(dev("PI")),
		PausePipe(dev("PI"), true), PauseSchemaPipes("DEV", "DATA", true), PauseSchemaPipes("DEV", "DATA", false),
		GrantOwnership(OnAll(KindTask, InDatabase("DEV")), me, CopyGrants),
		GrantOwnership(OnAll(KindTable, in), me, CopyGrants), GrantOwnership(OnAll(KindMaterializedView, in), me, CopyGrants),
		GrantOwnership(On(ref(KindMaterializedView, "MV")), me, CopyGrants), GrantOwnership(On(procedure), me, CopyGrants),
		GrantOwnership(On(SchemaRef("DEV", "PUBLIC")), reader, RevokeGrants),
		GrantOwnership(On(SchemaRef("DEV", "PUBLIC")), me, CopyGrants),

		SuspendTask(root), SuspendTask(child), ModifyTaskBody(child, "CALL DEV.DATA.P()"), ModifyTaskCondition(child, "TRUE"),
		SetTaskWarehouse(root, "WH"), UnsetTaskIntegration(root, OnError), RemoveTaskPredecessors(child, []sqltext.Name{root}),
		AddTaskPredecessors(child, []sqltext.Name{root}), ResumeTask(child), ResumeTask(root), SuspendTask(root),
		ResumeTask(root), SuspendTask(root),
		SuspendAlert(dev("AL")), ModifyAlertCondition(dev("AL"), "SELECT 2"), ModifyAlertAction(dev("AL"), "CALL DEV.DATA.P()"),
		SetAlertWarehouse(dev("AL"), "WH"), ResumeAlert(dev("AL")), SuspendAlert(dev("AL")),
		ResumeDynamicTable(dev("DT")), SuspendDynamicTable(dev("DT")), SetDynamicTableWarehouse(dev("DT"), "WH"),
		SetChangeTracking(view, true),

		SetPolicyBody(ref(KindMaskingPolicy, "MP"), "CASE WHEN TRUE THEN VAL END"),
		SetMaskingPolicy(table, "NAME", dev("MP"), nil), AddRowAccessPolicy(table, dev("RAP"), columns), SetColumnDefaultSequence(table.Name, "ID", sequence),

		CreateTableIfMissing(dev("AUDIT"), []ColumnDefinition{{"AT", "TIMESTAMP_LTZ"}, {"N", "NUMBER(38,0)"}}, "c"),
		streamStatement(t), Drop(ref(KindStream, "STR")), Drop(ref(KindProcedure, "P", "VARCHAR", "NUMBER")),
		RevokeRole(madeInside, made), DropRole(madeInside), DropRole(made),
		RenameDatabase("DEV", "DEV2"), DropDatabase("DEV2"), DropDatabase("PAST"),
	}
	for _, statement := range statements {
		if err := c.Exec(t.Context(), statement); err != nil {
			t.Errorf("%s\n\t%v", statement, err)
		}
	}
}

func must(t *testing.T, clone CloneDatabase) string {
	t.Helper()
	statement, err := clone.SQL()
	if err != nil {
		t.Fatal(err)
	}
	return statement
}

func streamStatement(t *testing.T) string {
	t.Helper()
	statement, err := CreateStream{
		Name: name3("DEV", "DATA", "STR"), On: name3("DEV", "DATA", "T"), SourceType: "Table", Mode: "APPEND_ONLY", Comment: "c",
	}.ReplaceSQL()
	if err != nil {
		t.Fatal(err)
	}
	return statement
}
