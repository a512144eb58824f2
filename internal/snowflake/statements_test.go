package snowflake

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func name3(database, schema, object string) sqltext.Name {
	return sqltext.Name{
		Database: sqltext.Ident(database), Schema: sqltext.Ident(schema), Object: sqltext.Ident(object),
	}
}

func TestStatements(t *testing.T) {
	var (
		table    = ObjectRef{Kind: KindTable, Name: name3("D", "S", "T")}
		view     = ObjectRef{Kind: KindView, Name: name3("D", "S", `v"x`)}
		mv       = ObjectRef{Kind: KindMaterializedView, Name: name3("D", "S", "MV")}
		function = ObjectRef{Kind: KindFunction, Name: name3("D", "S", "F"), Arguments: []string{"VARCHAR", "NUMBER(38,0)"}}
		policy   = ObjectRef{Kind: KindMaskingPolicy, Name: name3("D", "S", "P")}
		tag      = name3("D", "S", "G")
		task     = name3("D", "S", "J")
		volume   = AccountRef(KindExternalVolume, "V")
		role     = AccountRole("R")
		dbRole   = RoleOfDatabase("D", "dr")
	)
	cases := map[string]struct{ got, want string }{
		"comment with quotes and backslashes": {
			CreateRole(role, `it's a \ "mark"`), `CREATE ROLE "R" COMMENT = 'it''s a \\ "mark"'`,
		},
		"tags of a schema": {SetTags(SchemaRef("D", "S"), []TagValue{{tag, "x"}, {tag, "y'"}}), `ALTER SCHEMA "D"."S" SET TAG "D"."S"."G" = 'x', "D"."S"."G" = 'y'''`},
		"tags taken off":   {UnsetTags(table, []sqltext.Name{tag, tag}), `ALTER TABLE "D"."S"."T" UNSET TAG "D"."S"."G", "D"."S"."G"`},
		"rename":           {RenameDatabase("A", "b"), `ALTER DATABASE "A" RENAME TO "b"`},
		"drop database":    {DropDatabase("D"), `DROP DATABASE "D"`},
		"drop schema":      {DropSchema("D", "S"), `DROP SCHEMA "D"."S"`},
		"drop stream":      {Drop(ObjectRef{Kind: KindStream, Name: task}), `DROP STREAM "D"."S"."J"`},
		"drop function":    {Drop(function), `DROP FUNCTION "D"."S"."F"(VARCHAR, NUMBER(38,0))`},
		"drop role":        {DropRole(role), `DROP ROLE "R"`},
		"drop database role": {
			DropRole(dbRole), `DROP DATABASE ROLE "D"."dr"`,
		},

		"grant on the account":    {GrantPrivileges([]string{PrivilegeCreateDatabase}, OnAccount(), role), `GRANT CREATE DATABASE ON ACCOUNT TO ROLE "R"`},
		"grant on one object":     {GrantPrivileges([]string{PrivilegeSelect, PrivilegeReferences}, On(view), dbRole), `GRANT SELECT, REFERENCES ON VIEW "D"."S"."v""x" TO DATABASE ROLE "D"."dr"`},
		"grant on a function":     {GrantPrivileges([]string{PrivilegeUsage}, On(function), role), `GRANT USAGE ON FUNCTION "D"."S"."F"(VARCHAR, NUMBER(38,0)) TO ROLE "R"`},
		"grant on all":            {GrantPrivileges([]string{PrivilegeSelect}, OnAll(KindTable, InSchema("D", "S")), role), `GRANT SELECT ON ALL TABLES IN SCHEMA "D"."S" TO ROLE "R"`},
		"grant on future":         {GrantPrivileges([]string{PrivilegeSelect}, OnFuture(KindDynamicTable, InDatabase("D")), role), `GRANT SELECT ON FUTURE DYNAMIC TABLES IN DATABASE "D" TO ROLE "R"`},
		"grant on a volume (P12)": {GrantPrivileges([]string{PrivilegeUsage}, On(volume), role), `GRANT USAGE ON EXTERNAL VOLUME "V" TO ROLE "R"`},
		"revoke":                  {RevokePrivileges([]string{PrivilegeAll}, OnAll(KindView, InDatabase("D")), role), `REVOKE ALL PRIVILEGES ON ALL VIEWS IN DATABASE "D" FROM ROLE "R" CASCADE`},
		"revoke future":           {RevokeFuture([]string{PrivilegeOwnership}, KindTable, InSchema("D", "S"), role), `REVOKE OWNERSHIP ON FUTURE TABLES IN SCHEMA "D"."S" FROM ROLE "R"`},
		"ownership of one":        {GrantOwnership(On(table), role, CopyGrants), `GRANT OWNERSHIP ON TABLE "D"."S"."T" TO ROLE "R" COPY CURRENT GRANTS`},
		"ownership of all":        {GrantOwnership(OnAll(KindTask, InDatabase("D")), role, RevokeGrants), `GRANT OWNERSHIP ON ALL TASKS IN DATABASE "D" TO ROLE "R" REVOKE CURRENT GRANTS`},
		"ownership of a materialized view goes by view (P4)": {
			GrantOwnership(On(mv), role, CopyGrants), `GRANT OWNERSHIP ON VIEW "D"."S"."MV" TO ROLE "R" COPY CURRENT GRANTS`,
		},
		"ownership of all hybrid tables goes by table (P4)": {
			GrantOwnership(OnAll(KindHybridTable, InDatabase("D")), dbRole, FailOnGrants),
			`GRANT OWNERSHIP ON ALL TABLES IN DATABASE "D" TO DATABASE ROLE "D"."dr"`,
		},
		"future ownership":           {GrantOwnership(OnFuture(KindView, InSchema("D", "S")), role, FailOnGrants), `GRANT OWNERSHIP ON FUTURE VIEWS IN SCHEMA "D"."S" TO ROLE "R"`},
		"grant role":                 {GrantRole(role, AccountRole("X")), `GRANT ROLE "R" TO ROLE "X"`},
		"grant database role":        {GrantRole(dbRole, role), `GRANT DATABASE ROLE "D"."dr" TO ROLE "R"`},
		"revoke database role":       {RevokeRole(dbRole, dbRole), `REVOKE DATABASE ROLE "D"."dr" FROM DATABASE ROLE "D"."dr"`},
		"create role":                {CreateRole(role, "c'"), `CREATE ROLE "R" COMMENT = 'c'''`},
		"create database role":       {CreateRole(dbRole, ""), `CREATE DATABASE ROLE "D"."dr"`},
		"a privilege cannot add SQL": {GrantPrivileges([]string{`SELECT ON TABLE X TO ROLE PUBLIC; --`}, OnAccount(), role), `GRANT "SELECT ON TABLE X TO ROLE PUBLIC; --" ON ACCOUNT TO ROLE "R"`},
		"a kind cannot add SQL":      {Drop(ObjectRef{Kind: `TABLE X; DROP`, Name: task}), `DROP "TABLE X; DROP" "D"."S"."J"`},
		"a type cannot add SQL":      {ObjectRef{Kind: KindFunction, Name: task, Arguments: []string{"X); DROP TABLE Y; --"}}.SQL(), `"D"."S"."J"("X); DROP TABLE Y; --")`},
		"a type cannot add a type":   {ObjectRef{Kind: KindFunction, Name: task, Arguments: []string{"X, Y"}}.SQL(), `"D"."S"."J"("X, Y")`},

		"suspend task":               {SuspendTask(task), `ALTER TASK "D"."S"."J" SUSPEND`},
		"resume task":                {ResumeTask(task), `ALTER TASK "D"."S"."J" RESUME`},
		"task body":                  {ModifyTaskBody(task, "CALL P()"), `ALTER TASK "D"."S"."J" MODIFY AS CALL P()`},
		"task condition":             {ModifyTaskCondition(task, "TRUE"), `ALTER TASK "D"."S"."J" MODIFY WHEN TRUE`},
		"task warehouse":             {SetTaskWarehouse(task, "W"), `ALTER TASK "D"."S"."J" SET WAREHOUSE = "W"`},
		"task error reports":         {UnsetTaskIntegration(task, OnError), `ALTER TASK "D"."S"."J" UNSET ERROR_INTEGRATION`},
		"task success reports":       {UnsetTaskIntegration(task, OnSuccess), `ALTER TASK "D"."S"."J" UNSET SUCCESS_INTEGRATION`},
		"task links added":           {AddTaskPredecessors(task, []sqltext.Name{task, tag}), `ALTER TASK "D"."S"."J" ADD AFTER "D"."S"."J", "D"."S"."G"`},
		"task links removed":         {RemoveTaskPredecessors(task, []sqltext.Name{tag}), `ALTER TASK "D"."S"."J" REMOVE AFTER "D"."S"."G"`},
		"suspend alert":              {SuspendAlert(task), `ALTER ALERT "D"."S"."J" SUSPEND`},
		"resume alert":               {ResumeAlert(task), `ALTER ALERT "D"."S"."J" RESUME`},
		"alert condition":            {ModifyAlertCondition(task, "SELECT 1"), `ALTER ALERT "D"."S"."J" MODIFY CONDITION EXISTS (SELECT 1)`},
		"alert action":               {ModifyAlertAction(task, "CALL P()"), `ALTER ALERT "D"."S"."J" MODIFY ACTION CALL P()`},
		"alert warehouse":            {SetAlertWarehouse(task, "W"), `ALTER ALERT "D"."S"."J" SET WAREHOUSE = "W"`},
		"pause pipe":                 {PausePipe(task, true), `ALTER PIPE "D"."S"."J" SET PIPE_EXECUTION_PAUSED = TRUE`},
		"run pipe":                   {PausePipe(task, false), `ALTER PIPE "D"."S"."J" SET PIPE_EXECUTION_PAUSED = FALSE`},
		"pause schema's pipes":       {PauseSchemaPipes("D", "S", true), `ALTER SCHEMA "D"."S" SET PIPE_EXECUTION_PAUSED = TRUE`},
		"force resume pipe":          {ForceResumePipe(name3("D", "S", "p'")), `SELECT SYSTEM$PIPE_FORCE_RESUME('"D"."S"."p''"', 'staleness_check_override, ownership_transfer_check_override')`},
		"suspend dynamic":            {SuspendDynamicTable(task), `ALTER DYNAMIC TABLE "D"."S"."J" SUSPEND`},
		"resume dynamic":             {ResumeDynamicTable(task), `ALTER DYNAMIC TABLE "D"."S"."J" RESUME`},
		"dynamic warehouse":          {SetDynamicTableWarehouse(task, "W"), `ALTER DYNAMIC TABLE "D"."S"."J" SET WAREHOUSE = "W"`},
		"alert's condition":          {ModifyAlertCondition(task, "SELECT 1 -- one"), "ALTER ALERT \"D\".\"S\".\"J\" MODIFY CONDITION EXISTS (SELECT 1 -- one\n)"},
		"suspend clustering":         {SuspendRecluster(task), `ALTER TABLE "D"."S"."J" SUSPEND RECLUSTER`},
		"suspend dynamic clustering": {SuspendDynamicRecluster(task), `ALTER DYNAMIC TABLE "D"."S"."J" SUSPEND RECLUSTER`},
		"resume dynamic clustering":  {ResumeDynamicRecluster(task), `ALTER DYNAMIC TABLE "D"."S"."J" RESUME RECLUSTER`},
		"set a parameter": {SetParameter(ObjectRef{Kind: KindDynamicTable, Name: task}, OwnParameter{"DATA_RETENTION_TIME_IN_DAYS", 3}),
			`ALTER DYNAMIC TABLE "D"."S"."J" SET DATA_RETENTION_TIME_IN_DAYS = 3`},
		"set a stage's format": {SetStageFormat(task, sqltext.Name{Database: "D", Schema: "it's", Object: "F"}),
			`ALTER STAGE "D"."S"."J" SET FILE_FORMAT = (FORMAT_NAME = '"D"."it''s"."F"')`},
		"resume clustering": {ResumeRecluster(task), `ALTER TABLE "D"."S"."J" RESUME RECLUSTER`},
		"change tracking":   {SetChangeTracking(view, true), `ALTER VIEW "D"."S"."v""x" SET CHANGE_TRACKING = TRUE`},

		"policy body":     {SetPolicyBody(policy, "CASE WHEN TRUE THEN VAL END"), `ALTER MASKING POLICY "D"."S"."P" SET BODY -> CASE WHEN TRUE THEN VAL END`},
		"column default":  {SetColumnDefaultSequence(table.Name, "C", tag), `ALTER TABLE "D"."S"."T" ALTER COLUMN "C" SET DEFAULT "D"."S"."G".NEXTVAL`},
		"mask":            {SetMaskingPolicy(table, "C", policy.Name, nil), `ALTER TABLE "D"."S"."T" MODIFY COLUMN "C" SET MASKING POLICY "D"."S"."P" FORCE`},
		"mask by columns": {SetMaskingPolicy(view, "C", policy.Name, []sqltext.Ident{"C", "d"}), `ALTER VIEW "D"."S"."v""x" MODIFY COLUMN "C" SET MASKING POLICY "D"."S"."P" USING ("C", "d") FORCE`},
		"row access":      {AddRowAccessPolicy(table, policy.Name, []sqltext.Ident{"C"}), `ALTER TABLE "D"."S"."T" ADD ROW ACCESS POLICY "D"."S"."P" ON ("C")`},
		"row access swap": {SwapRowAccessPolicy(table, tag, policy.Name, []sqltext.Ident{"C"}), `ALTER TABLE "D"."S"."T" DROP ROW ACCESS POLICY "D"."S"."G", ADD ROW ACCESS POLICY "D"."S"."P" ON ("C")`},

		"audit table": {CreateTableIfMissing(table.Name, []ColumnDefinition{{"AT", "TIMESTAMP_LTZ"}, {"N", "NUMBER(38,0)"}}, "c"), `CREATE TABLE IF NOT EXISTS "D"."S"."T" ("AT" TIMESTAMP_LTZ, "N" NUMBER(38,0)) COMMENT = 'c'`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCloneStatement(t *testing.T) {
	moment := time.Date(2026, 3, 1, 8, 0, 0, 123_456_789, time.FixedZone("", 7200))
	days := 0
	cases := map[string]struct {
		reason  string
		clone   CloneDatabase
		want    string
		wantErr string
	}{
		"the shortest": {
			clone: CloneDatabase{Source: "S", Target: "T"},
			want:  `CREATE DATABASE "T" CLONE "S"`,
		},
		"everything": {
			reason: "the order of C1 and C2",
			clone: CloneDatabase{
				Source: "S", Target: "t", Transient: true, Moment: &Moment{Before: true, Timestamp: moment},
				IgnoreInsufficientRetention: true, IgnoreHybridTables: true, IncludeInternalStages: true,
				RetentionDays: &days, Comment: "it's ours", Tags: []TagValue{{name3("G", "P", "COST"), "42"}},
			},
			want: `CREATE TRANSIENT DATABASE "t" CLONE "S" BEFORE (TIMESTAMP => '2026-03-01 06:00:00.123 +0000'::TIMESTAMP_LTZ) ` +
				`IGNORE TABLES WITH INSUFFICIENT DATA RETENTION IGNORE HYBRID TABLES INCLUDE INTERNAL STAGES ` +
				`DATA_RETENTION_TIME_IN_DAYS = 0 COMMENT = 'it''s ours' WITH TAG ("G"."P"."COST" = '42')`,
		},
		"an offset": {
			clone: CloneDatabase{Source: "S", Target: "T", Moment: &Moment{Offset: 90 * time.Minute}},
			want:  `CREATE DATABASE "T" CLONE "S" AT (OFFSET => -5400)`,
		},
		"a statement": {
			clone: CloneDatabase{Source: "S", Target: "T", Moment: &Moment{Statement: "01a2-b"}},
			want:  `CREATE DATABASE "T" CLONE "S" AT (STATEMENT => '01a2-b')`,
		},
		"a statement that is none": {
			clone:   CloneDatabase{Source: "S", Target: "T", Moment: &Moment{Statement: "x'); DROP"}},
			wantErr: "is not a query ID",
		},
		"an offset into the future": {
			clone:   CloneDatabase{Source: "S", Target: "T", Moment: &Moment{Offset: -time.Hour}},
			wantErr: "below one second",
		},
		"two moments": {
			clone:   CloneDatabase{Source: "S", Target: "T", Moment: &Moment{Offset: time.Hour, Statement: "01"}},
			wantErr: "exactly one",
		},
		"no moment in the moment": {
			clone:   CloneDatabase{Source: "S", Target: "T", Moment: &Moment{}},
			wantErr: "exactly one",
		},
		"onto itself":  {clone: CloneDatabase{Source: "S", Target: "S"}, wantErr: "must be two databases"},
		"onto nothing": {clone: CloneDatabase{Source: "S"}, wantErr: "must be two databases"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := tc.clone.SQL()
			if tc.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wantErr) {
					t.Errorf("%q, %v; want an error about %q", got, err, tc.wantErr)
				}
				return
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", tc.reason, err, diff)
			}
		})
	}
}

func TestKindsKnowTheirWords(t *testing.T) {
	cases := map[Kind]struct{ plural, show, grantedOn string }{
		KindTable:            {"TABLES", "TABLES", "TABLE"},
		KindMaterializedView: {"MATERIALIZED VIEWS", "MATERIALIZED VIEWS", "MATERIALIZED_VIEW"},
		KindMaskingPolicy:    {"MASKING POLICIES", "MASKING POLICIES", "MASKING_POLICY"},
		KindRowAccessPolicy:  {"ROW ACCESS POLICIES", "ROW ACCESS POLICIES", "ROW_ACCESS_POLICY"},
		KindGitRepository:    {"GIT REPOSITORIES", "GIT REPOSITORIES", "GIT_REPOSITORY"},
		KindProcedure:        {"PROCEDURES", "USER PROCEDURES", "PROCEDURE"},
		KindExternalVolume:   {"EXTERNAL VOLUMES", "EXTERNAL VOLUMES", "VOLUME"},
		KindDatabaseRole:     {"DATABASE ROLES", "DATABASE ROLES", "DATABASE_ROLE"},
	}
	for kind, want := range cases {
		got := []string{kind.Plural(), kind.Show(), kind.GrantedOn()}
		if diff := cmp.Diff([]string{want.plural, want.show, want.grantedOn}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	for kind := range kinds {
		if back := KindOf(kind.GrantedOn()); back != kind {
			t.Errorf("%s is granted on %s, which reads back as %s", kind, kind.GrantedOn(), back)
		}
	}
	for _, kind := range SchemaKinds() {
		if !kind.Known() || kind.Info().Level != LevelSchema {
			t.Errorf("%s is listed as a kind of schemas", kind)
		}
	}
}

func TestStreamStatement(t *testing.T) {
	cases := map[string]struct {
		stream  CreateStream
		want    string
		wantErr bool
	}{
		"on a table": {
			stream: CreateStream{Name: name3("D", "S", "X"), On: name3("D", "S", "T"), SourceType: "Table", Mode: "DEFAULT"},
			want:   `CREATE OR REPLACE STREAM "D"."S"."X" COPY GRANTS ON TABLE "D"."S"."T"`,
		},
		"on an external table, with all": {
			stream: CreateStream{
				Name: name3("D", "S", "X"), On: name3("D", "S", "T"), SourceType: "External Table", Mode: "INSERT_ONLY", Comment: "c'",
			},
			want: `CREATE OR REPLACE STREAM "D"."S"."X" COPY GRANTS ON EXTERNAL TABLE "D"."S"."T" INSERT_ONLY = TRUE COMMENT = 'c'''`,
		},
		"append only": {
			stream: CreateStream{Name: name3("D", "S", "X"), On: name3("D", "S", "V"), SourceType: "View", Mode: "APPEND_ONLY"},
			want:   `CREATE OR REPLACE STREAM "D"."S"."X" COPY GRANTS ON VIEW "D"."S"."V" APPEND_ONLY = TRUE`,
		},
		"on what cannot be named": {
			stream: CreateStream{Name: name3("D", "S", "X"), SourceType: "Table"}, wantErr: true,
		},
		"on an unknown kind": {
			stream: CreateStream{Name: name3("D", "S", "X"), On: name3("D", "S", "T"), SourceType: "Cloud"}, wantErr: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := tc.stream.ReplaceSQL()
			if (err != nil) != tc.wantErr || got != tc.want {
				t.Errorf("%q, %v; want %q", got, err, tc.want)
			}
		})
	}
}
