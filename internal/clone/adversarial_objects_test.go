package clone

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

func TestStreamsOfEveryModeAndSourceAreRecreatedInTheClone(t *testing.T) {
	t.Parallel()
	script := []string{
		"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER) CHANGE_TRACKING = TRUE",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT A FROM {{PROD}}.PUBLIC.T",
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.D TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A FROM {{PROD}}.PUBLIC.T",
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING DIRECTORY = (ENABLE = TRUE)",
		"CREATE STREAM {{PROD}}.PUBLIC.ON_T ON TABLE {{PROD}}.PUBLIC.T COMMENT = 'it''s here'",
		"CREATE STREAM {{PROD}}.PUBLIC.ON_T_APPEND ON TABLE {{PROD}}.PUBLIC.T APPEND_ONLY = TRUE",
		"CREATE STREAM {{PROD}}.PUBLIC.ON_V ON VIEW {{PROD}}.PUBLIC.V",
		"CREATE STREAM {{PROD}}.PUBLIC.ON_D ON DYNAMIC TABLE {{PROD}}.PUBLIC.D",
		"CREATE STREAM {{PROD}}.PUBLIC.ON_G ON STAGE {{PROD}}.PUBLIC.G",
	}
	for _, name := range []string{"streamsStaleAfterClone", "streamsKeepSourceTable"} {
		t.Run(name, func(t *testing.T) {
			w := hostileWorld(t, "prod db", "Dev-Db", script...)
			if err := w.account.SetSwitch(name, "true"); err != nil {
				t.Fatal(err)
			}
			w.mustIsolate(t)
			streams, err := w.client.Streams(t.Context(), snowflake.InDatabase("Dev-Db"))
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"ON_T": "DEFAULT", "ON_T_APPEND": "APPEND_ONLY", "ON_V": "DEFAULT", "ON_D": "DEFAULT", "ON_G": "DEFAULT"}
			for _, stream := range streams {
				if stream.Stale || stream.Source.Database != "Dev-Db" {
					t.Errorf("%s: stale %v, on %s", stream.Name, stream.Stale, stream.Source)
				}
				if mode := want[string(stream.Name.Object)]; stream.Mode != mode {
					t.Errorf("%s: mode %s, want %s", stream.Name, stream.Mode, mode)
				}
				if stream.Name.Object == "ON_T" && stream.Comment != "it's here" {
					t.Errorf("%s: comment %q", stream.Name, stream.Comment)
				}
			}
			if len(streams) != len(want) {
				t.Errorf("%d streams, want %d", len(streams), len(want))
			}
		})
	}
}

func TestPoliciesThatReadMappingTablesReadTheClonesOwn(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE SCHEMA {{PROD}}.GOV", "CREATE TABLE {{PROD}}.GOV.ALLOWED (WHO VARCHAR)",
		"CREATE TABLE {{PROD}}.PUBLIC.T (ID NUMBER, NAME VARCHAR, MAIL VARCHAR)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1, 'Ada', 'a@b')",
		`CREATE MASKING POLICY {{PROD}}.GOV.HIDE AS (VAL VARCHAR) RETURNS VARCHAR ->
  CASE WHEN EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED WHERE WHO = CURRENT_ROLE()) THEN VAL ELSE '***' END`,
		`CREATE ROW ACCESS POLICY {{PROD}}.GOV.ROWS_OF AS (ID NUMBER) RETURNS BOOLEAN ->
  EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED WHERE WHO = CURRENT_ROLE())`,
		"CREATE TAG {{PROD}}.GOV.PII", "ALTER TAG {{PROD}}.GOV.PII SET MASKING POLICY {{PROD}}.GOV.HIDE",
		"ALTER TABLE {{PROD}}.PUBLIC.T MODIFY COLUMN NAME SET MASKING POLICY {{PROD}}.GOV.HIDE",
		"ALTER TABLE {{PROD}}.PUBLIC.T MODIFY COLUMN MAIL SET TAG {{PROD}}.GOV.PII = 'mail'",
		"ALTER TABLE {{PROD}}.PUBLIC.T ADD ROW ACCESS POLICY {{PROD}}.GOV.ROWS_OF ON (ID)",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT ID, NAME FROM {{PROD}}.PUBLIC.T",
		"ALTER VIEW {{PROD}}.PUBLIC.V MODIFY COLUMN NAME SET MASKING POLICY {{PROD}}.GOV.HIDE",
	)
	w.mustIsolate(t)
	if got := w.run.State.Summary.Repointed.Policies; got != 2 {
		t.Errorf("%d policies were repointed, want 2", got)
	}
	if got := w.show(t, `SELECT ID AS N FROM "Dev-Db".PUBLIC.T`, "n"); len(got) != 0 {
		t.Errorf("the clone's row access policy lets through %v", got)
	}
	w.operator(t, `INSERT INTO "Dev-Db".GOV.ALLOWED VALUES ('OPERATOR')`)
	w.readsAs(t, `SELECT NAME AS N FROM "Dev-Db".PUBLIC.T`, "Ada")
}

func TestPoliciesOutsideOfTheSourceStayInPlace(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (ID NUMBER, NAME VARCHAR)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1, 'Ada')",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT ID, NAME FROM {{PROD}}.PUBLIC.T",
		"USE ROLE ACCOUNTADMIN",
		"ALTER TABLE {{PROD}}.PUBLIC.T MODIFY COLUMN NAME SET MASKING POLICY GOVERNANCE.POLICIES.HIDE",
		"ALTER VIEW {{PROD}}.PUBLIC.V MODIFY COLUMN NAME SET MASKING POLICY GOVERNANCE.POLICIES.HIDE",
	)
	w.mustIsolate(t)
	w.readsAs(t, `SELECT NAME AS N FROM "Dev-Db".PUBLIC.T`, "***")
	found := 0
	for _, line := range w.describe(t, "Dev-Db") {
		found += strings.Count(line, "GOVERNANCE.POLICIES.HIDE")
	}
	if found < 2 {
		t.Errorf("the policy stands %d times in the clone's facts, want it on the table and on the view", found)
	}
}

func TestGrantsOfEverySortAreTakenFromProductionsRoles(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE SCHEMA {{PROD}}.M WITH MANAGED ACCESS", "CREATE TABLE {{PROD}}.M.T (A NUMBER)", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE DATABASE ROLE {{PROD}}.LOW", "CREATE DATABASE ROLE {{PROD}}.MIDDLE", "CREATE DATABASE ROLE {{PROD}}.HIGH",
		"GRANT DATABASE ROLE {{PROD}}.LOW TO DATABASE ROLE {{PROD}}.MIDDLE", "GRANT DATABASE ROLE {{PROD}}.MIDDLE TO DATABASE ROLE {{PROD}}.HIGH",
		"GRANT SELECT ON TABLE {{PROD}}.PUBLIC.T TO DATABASE ROLE {{PROD}}.LOW",
		"GRANT DATABASE ROLE {{PROD}}.HIGH TO ROLE PROD_READER",
		"GRANT SELECT ON TABLE {{PROD}}.M.T TO ROLE PROD_READER",
		"GRANT SELECT ON TABLE {{PROD}}.PUBLIC.T TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT USAGE ON DATABASE {{PROD}} TO ROLE PROD_READER", "GRANT USAGE ON SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER WITH GRANT OPTION",
		"USE ROLE ACCOUNTADMIN", "GRANT ROLE PROD_READER TO ROLE ACCOUNTADMIN", "GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE PROD_READER",
		"USE ROLE PROD_READER", "GRANT SELECT ON TABLE {{PROD}}.PUBLIC.T TO ROLE ANALYST WITH GRANT OPTION", "GRANT USAGE ON SCHEMA {{PROD}}.PUBLIC TO ROLE ANALYST",
		"USE ROLE ACCOUNTADMIN", "GRANT SELECT ON FUTURE TABLES IN DATABASE {{PROD}} TO ROLE PROD_READER",
		"GRANT OWNERSHIP ON FUTURE VIEWS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER",
		"GRANT SELECT ON FUTURE TABLES IN SCHEMA {{PROD}}.M TO DATABASE ROLE {{PROD}}.LOW",
		"GRANT INSERT ON FUTURE TABLES IN SCHEMA {{PROD}}.M TO ROLE ANALYST",
	)
	if err := w.account.SetSwitch("cloneKeepsRoleMembers", "true"); err != nil {
		t.Fatal(err)
	}
	w.mustIsolate(t)
	for _, line := range w.describe(t, "Dev-Db") {
		for _, role := range []string{"PROD_READER", "ANALYST", "PROD_ADMIN"} {
			if strings.Contains(line, role) {
				t.Errorf("role %s may still do something: %s", role, line)
			}
		}
	}
}

func TestDynamicTablesOnDynamicTablesAreRepointedAndRestAgain(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.Z TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A FROM {{PROD}}.PUBLIC.T",
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.Y TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A FROM {{PROD}}.PUBLIC.Z",
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.A TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A AS N FROM {{PROD}}.PUBLIC.Y",
		"CREATE VIEW {{PROD}}.PUBLIC.AA AS SELECT N FROM {{PROD}}.PUBLIC.A",
		"GRANT SELECT ON DYNAMIC TABLE {{PROD}}.PUBLIC.A TO ROLE PROD_READER",
	)
	w.admin(t, "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE OPERATOR")
	w.mustIsolate(t)
	for _, state := range w.show(t, `SHOW DYNAMIC TABLES IN DATABASE "Dev-Db"`, "scheduling_state") {
		if state != "SUSPENDED" {
			t.Errorf("dynamic table: state %s", state)
		}
	}
}

func TestIcebergTablesOnTwoVolumesAndExternalTables(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"USE ROLE ACCOUNTADMIN",
		"CREATE EXTERNAL VOLUME VOL_A STORAGE_LOCATIONS = ((NAME = 'a' STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://a/' STORAGE_AWS_ROLE_ARN = 'arn'))",
		`CREATE EXTERNAL VOLUME "vol b" STORAGE_LOCATIONS = ((NAME = 'b' STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://b/' STORAGE_AWS_ROLE_ARN = 'arn'))`,
		"GRANT USAGE ON EXTERNAL VOLUME VOL_A TO ROLE PROD_ADMIN", `GRANT USAGE ON EXTERNAL VOLUME "vol b" TO ROLE PROD_ADMIN`,
		"USE ROLE PROD_ADMIN",
		"CREATE ICEBERG TABLE {{PROD}}.PUBLIC.I1 (A NUMBER) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'VOL_A' BASE_LOCATION = 'i1'",
		`CREATE ICEBERG TABLE {{PROD}}.PUBLIC."i 2" (A NUMBER) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'vol b' BASE_LOCATION = 'i2'`,
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE EXTERNAL TABLE {{PROD}}.PUBLIC.E WITH LOCATION = @{{PROD}}.PUBLIC.G/e/ FILE_FORMAT = (TYPE = PARQUET) AUTO_REFRESH = FALSE",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT A FROM {{PROD}}.PUBLIC.I1",
	)
	w.mustIsolate(t)
	if notes := w.run.State.Report.Iceberg; len(notes) != 2 {
		t.Errorf("notes on Iceberg tables: %+v, want two", notes)
	}
	grants := w.show(t, "SHOW GRANTS TO ROLE OPERATOR", "name")
	for _, volume := range []string{"VOL_A", "vol b"} {
		if !strings.Contains(strings.Join(grants, "\n"), volume) {
			t.Errorf("the operator may not use volume %s", volume)
		}
	}
	if missing := w.run.State.Report.Missing; len(missing) != 1 || missing[0].Code != "NEVER_CLONED" {
		t.Errorf("missing: %+v, want the external table with its reason", missing)
	}
}

func TestAViewOnAnObjectThatIsNotClonedIsNamedAndHidesNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE EXTERNAL TABLE {{PROD}}.PUBLIC.E WITH LOCATION = @{{PROD}}.PUBLIC.G/e/ FILE_FORMAT = (TYPE = PARQUET) AUTO_REFRESH = FALSE",
		"CREATE VIEW {{PROD}}.PUBLIC.BAD AS SELECT VALUE AS N FROM {{PROD}}.PUBLIC.E",
		"CREATE VIEW {{PROD}}.PUBLIC.WORSE AS SELECT N FROM {{PROD}}.PUBLIC.BAD",
		"CREATE VIEW {{PROD}}.PUBLIC.ZGOOD AS SELECT A AS N FROM {{PROD}}.PUBLIC.T",
	)
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonRepointFailed, true, "PUBLIC.BAD", "does not exist", "onLeak: Warn")
	if failed := w.run.State.Report.Failures; len(failed) != 1 || failed[0].Code != "REFUSED" {
		t.Errorf("failures: %+v, want the bad view", failed)
	}
	w.readsAs(t, `SELECT N FROM "Dev-Db".PUBLIC.ZGOOD`)
	if text := w.show(t, `SELECT GET_DDL('VIEW', '"Dev-Db".PUBLIC.ZGOOD') AS N`, "n"); strings.Contains(text[0], "prod db") {
		t.Errorf("the good view was not repointed: %s", text)
	}
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	w.mustFinish(t)
	if leaks := w.run.State.Report.Leaks; len(leaks) != 1 || w.run.State.Isolated.Holds {
		t.Errorf("leaks: %+v, want the bad view", leaks)
	}
}

func TestAViewThatIsBrokenInTheSourceAlreadyIsNamed(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT A FROM {{PROD}}.PUBLIC.T", "DROP TABLE {{PROD}}.PUBLIC.T",
		"CREATE TABLE {{PROD}}.PUBLIC.U (A NUMBER)", "CREATE VIEW {{PROD}}.PUBLIC.W AS SELECT A FROM {{PROD}}.PUBLIC.U")
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonRepointFailed, true, `VIEW "Dev-Db".PUBLIC.V`, "does not exist")
}

func TestWhatNeedsAnUnselectedSchemaIsNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		script []string
		says   []string
	}{
		"a view": {
			"it cannot be compiled", []string{"CREATE VIEW {{PROD}}.KEPT.V AS SELECT ID FROM {{PROD}}.GONE.P"},
			[]string{`VIEW "Dev-Db".KEPT.V`, `"Dev-Db".GONE`, "select the schemas"},
		},
		"a stream": {
			"there is nothing to watch", []string{"CREATE STREAM {{PROD}}.KEPT.ST ON TABLE {{PROD}}.GONE.P"},
			[]string{`STREAM "Dev-Db".KEPT.ST`},
		},
		"a column's policy": {
			"a policy in use cannot be dropped", []string{
				"CREATE MASKING POLICY {{PROD}}.GONE.M AS (V NUMBER) RETURNS NUMBER -> 0", "CREATE TABLE {{PROD}}.KEPT.T (P NUMBER)",
				"ALTER TABLE {{PROD}}.KEPT.T MODIFY COLUMN P SET MASKING POLICY {{PROD}}.GONE.M",
			},
			[]string{"GONE", "associated", "source.schemas"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := hostileWorld(t, "prod db", "Dev-Db", append([]string{
				"CREATE SCHEMA {{PROD}}.KEPT", "CREATE SCHEMA {{PROD}}.GONE",
				"CREATE TABLE {{PROD}}.GONE.P (ID NUMBER, PRIMARY KEY (ID))",
			}, tc.script...)...)
			w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"KEPT"}}
			before := w.describe(t, "prod db")
			err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
			if err == nil {
				t.Fatalf("%s, and the clone is open", tc.reason)
			}
			expectReason(t, err, Classify(err).Reason, true, tc.says...)
			if diff := cmp.Diff(before, w.describe(t, "prod db")); diff != "" {
				t.Errorf("the source changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestDefaultsAndKeysThatLoseTheirSchemaLeadNowhere(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE SCHEMA {{PROD}}.KEPT", "CREATE SCHEMA {{PROD}}.GONE",
		"CREATE TABLE {{PROD}}.GONE.P (ID NUMBER, PRIMARY KEY (ID))", "CREATE SEQUENCE {{PROD}}.GONE.S",
		"CREATE TABLE {{PROD}}.KEPT.T (A NUMBER DEFAULT {{PROD}}.GONE.S.NEXTVAL, P NUMBER REFERENCES {{PROD}}.GONE.P (ID))")
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"KEPT"}}
	w.mustIsolate(t)
}

func TestTheMomentBeforeAStatementIsCloned(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1)",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT N FROM {{PROD}}.PUBLIC.T")
	if err := w.client.Exec(t.Context(), `INSERT INTO "prod db".PUBLIC.T VALUES (2)`); err != nil {
		t.Fatal(err)
	}
	ids, err := w.client.Query(t.Context(), "SELECT LAST_QUERY_ID() AS N")
	if err != nil {
		t.Fatal(err)
	}
	w.run.Spec.Source.Before = &v1alpha1.TimeTravelPoint{Statement: ids[0].String("n")}
	w.mustIsolate(t)
	w.readsAs(t, `SELECT N FROM "Dev-Db".PUBLIC.V`, "1")
}

func TestSequencesAndForeignKeysAcrossSchemasAreTheClonesOwn(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		`CREATE SCHEMA {{PROD}}."seqs"`, `CREATE SEQUENCE {{PROD}}."seqs"."my.seq"`,
		"CREATE TABLE {{PROD}}.PUBLIC.PARENT (ID NUMBER, PRIMARY KEY (ID))",
		`CREATE TABLE {{PROD}}."seqs".CHILD (N NUMBER DEFAULT {{PROD}}."seqs"."my.seq".NEXTVAL, P NUMBER REFERENCES {{PROD}}.PUBLIC.PARENT (ID), X VARCHAR DEFAULT 'prod db.x')`,
		`CREATE TABLE {{PROD}}.PUBLIC.OTHER (N NUMBER DEFAULT {{PROD}}."seqs"."my.seq".NEXTVAL, P NUMBER)`,
		`CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT {{PROD}}."seqs"."my.seq".NEXTVAL AS N FROM {{PROD}}.PUBLIC.PARENT`,
	)
	w.mustIsolate(t)
	w.operator(t, `INSERT INTO "Dev-Db".PUBLIC.OTHER (P) VALUES (1)`)
}

func TestUnselectedSchemasLeaveReferencesThatAreNamed(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE SCHEMA {{PROD}}.KEPT", `CREATE SCHEMA {{PROD}}."left out"`,
		`CREATE TABLE {{PROD}}."left out".T (ID NUMBER, PRIMARY KEY (ID))`, `CREATE SEQUENCE {{PROD}}."left out".S`,
		"CREATE TABLE {{PROD}}.KEPT.T (A NUMBER)", "CREATE VIEW {{PROD}}.KEPT.GOOD AS SELECT A AS N FROM {{PROD}}.KEPT.T",
	)
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Exclude: []v1alpha1.Pattern{`"left*"`, "PUBLIC"}}
	w.mustIsolate(t)
	expectStrings(t, "schemas", w.show(t, `SHOW SCHEMAS IN DATABASE "Dev-Db"`, "name"), "KEPT", "INFORMATION_SCHEMA")
}

func TestInternalStagesAndPipesOfBothKinds(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)", `CREATE STAGE {{PROD}}.PUBLIC."in side"`,
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		`CREATE PIPE {{PROD}}.PUBLIC.PI AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC."in side"/a`,
		`CREATE PIPE {{PROD}}.PUBLIC."p.e" AUTO_INGEST = TRUE COMMENT = 'c' AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC.G/b`,
		"CREATE PIPE {{PROD}}.PUBLIC.PE2 AS COPY INTO {{PROD}}.PUBLIC.T FROM (SELECT $1 FROM @{{PROD}}.PUBLIC.G)",
		`CREATE PIPE {{PROD}}.PUBLIC.PLOCAL AS COPY INTO PUBLIC.T FROM @PUBLIC.G`,
		`GRANT OPERATE ON PIPE {{PROD}}.PUBLIC."p.e" TO ROLE PROD_READER`,
	)
	w.run.Spec.Source.IncludeInternalStages = true
	w.run.Spec.Pipes.State = v1alpha1.ActivityResume
	w.mustIsolate(t)
	expectStrings(t, "pipes", w.show(t, `SHOW PIPES IN DATABASE "Dev-Db"`, "name"), "p.e", "PE2", "PLOCAL")
	expectStrings(t, "stages", w.show(t, `SHOW STAGES IN DATABASE "Dev-Db"`, "name"), "in side", "G")
	expectStrings(t, "comments of pipes", w.show(t, `SHOW PIPES IN DATABASE "Dev-Db"`, "comment"), "c", "", "")
}

func TestTheCloneComesOutTheSameUnderAllUnsureFactsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{
		"streamsStaleAfterClone", "streamsKeepSourceTable", "tasksKeepSourcePredecessors", "clonerOwnsChildren", "cloneSecrets",
		"cloneKeepsDatabaseTags", "cloneStagedHandlers", "getDDLNeedsWarehouse", "createOrAlterViewChangesQuery", "streamCopyGrants",
		"timestampCloneKeepsTasks", "historicalCloneSkipsHybridTables", "materializedViewsSuspendedAfterClone",
		"cloneDropsSchemaGrants", "databasePipePause", "cloneKeepsRoleMembers", "tableNotFoundState42S02", "defaultSecondaryRolesAll",
	} {
		if err := w.account.SetSwitch(name, "true"); err != nil {
			t.Fatal(err)
		}
	}
	w.mustFinish(t)
	for _, line := range w.describe(t, "DEV") {
		if namesSource(line) || strings.Contains(line, "PROD_READER") {
			t.Errorf("a fact of the clone leads to production: %s", line)
		}
	}
}

func TestMoreObjectsThanOneListingShowsAreAllCloned(t *testing.T) {
	t.Parallel()
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)"}
	for i := range 30 {
		script = append(script, fmt.Sprintf(`CREATE VIEW {{PROD}}.PUBLIC."v%02d" AS SELECT N FROM {{PROD}}.PUBLIC.T`, i))
	}
	w := hostileWorld(t, "prod db", "Dev-Db", script...)
	w.account.SetShowCap(7)
	w.showLimit(t, 7)
	w.mustIsolate(t)
	if got := w.run.State.Summary.Repointed.Views; got != 30 {
		t.Errorf("%d views were repointed, want 30", got)
	}
}

func TestManyViewsAreRepointedOneByOneInSlicesThatAreOverAtOnce(t *testing.T) {
	t.Parallel()
	const views = 100
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)"}
	for i := range views {
		script = append(script, fmt.Sprintf(`CREATE VIEW {{PROD}}.PUBLIC.V%03d AS SELECT N FROM {{PROD}}.PUBLIC.T`, i))
	}
	w := hostileWorld(t, "prod db", "Dev-Db", script...)
	if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
		t.Fatal(err)
	}
	w.run.Deadline, w.run.Spec.Parallelism = w.clock.Now().Add(-1), 1
	calls, done := 0, false
	for ; !done && calls < maxCalls; calls++ {
		outcome, err := repoint{}.Run(t.Context(), w.run)
		if err != nil {
			t.Fatal(err)
		}
		done = outcome.Result == ResultDone
	}
	if got := w.run.State.Summary.Repointed.Views; got != views {
		t.Errorf("%d views were repointed, want %d", got, views)
	}
	if calls > views/2 {
		t.Errorf("%d calls for %d views: each reads all of them", calls, views)
	}
}

func TestATimeTravelCloneTakesTheSourceAsItWas(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1)",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT N FROM {{PROD}}.PUBLIC.T")
	at, err := w.client.ServerTime(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	<-time.After(5 * time.Millisecond)
	w.admin(t, "USE ROLE PROD_ADMIN", "USE WAREHOUSE PROD_WH", `INSERT INTO "prod db".PUBLIC.T VALUES (2)`, `CREATE TABLE "prod db".PUBLIC.LATER (A NUMBER)`)
	w.run.Spec.Source.At = &v1alpha1.TimeTravelPoint{Timestamp: &metav1.Time{Time: at}}
	w.mustIsolate(t)
	w.readsAs(t, `SELECT N FROM "Dev-Db".PUBLIC.V`, "1")
	for _, missing := range w.run.State.Report.Missing {
		if missing.Code != "CREATED_LATER" {
			t.Errorf("missing: %+v", missing)
		}
	}
}

func TestWhatTheOperatorCannotSeeIsSaidByPreflight(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE SCHEMA {{PROD}}.HIDDEN", "CREATE TABLE {{PROD}}.HIDDEN.T (A NUMBER)",
		"USE ROLE ACCOUNTADMIN", `CREATE ROLE "other team"`,
		`GRANT OWNERSHIP ON TABLE {{PROD}}.HIDDEN.T TO ROLE "other team"`,
		`GRANT OWNERSHIP ON SCHEMA {{PROD}}.HIDDEN TO ROLE "other team"`)
	err := w.step(t, preflight{})
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, `SCHEMA "prod db".HIDDEN`, `TABLE "prod db".HIDDEN.T`,
		`GRANT USAGE ON ALL SCHEMAS IN DATABASE "prod db" TO ROLE "OPERATOR"`,
		`GRANT SELECT ON ALL TABLES IN DATABASE "prod db" TO ROLE "OPERATOR"`)
	w.admin(t, `GRANT USAGE ON ALL SCHEMAS IN DATABASE "prod db" TO ROLE "OPERATOR"`,
		`GRANT SELECT ON ALL TABLES IN DATABASE "prod db" TO ROLE "OPERATOR"`)
	w.mustIsolate(t)
}

func TestTheOwnerKeepsSecureObjectsWhoseTextOnlyHeSees(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		"CREATE SECURE VIEW {{PROD}}.PUBLIC.S AS SELECT N FROM {{PROD}}.PUBLIC.T",
		`CREATE SECURE FUNCTION {{PROD}}.PUBLIC.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE SECURE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN ''x''; END'`,
		"CREATE SCHEMA {{PROD}}.M WITH MANAGED ACCESS", "CREATE SECURE VIEW {{PROD}}.M.S AS SELECT N FROM {{PROD}}.PUBLIC.S",
		"GRANT SELECT ON VIEW {{PROD}}.M.S TO ROLE PROD_READER", "GRANT SELECT ON VIEW {{PROD}}.M.S TO ROLE ANALYST",
		"GRANT USAGE ON SCHEMA {{PROD}}.M TO ROLE PROD_READER", "GRANT USAGE ON SCHEMA {{PROD}}.M TO ROLE ANALYST")
	w.run.Spec.Access.Owner = "DEV_OWNER"
	w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"PROD_R*"}
	w.mustIsolate(t)
	kept, taken := 0, 0
	for _, line := range w.describe(t, "Dev-Db") {
		kept += strings.Count(line, "PROD_READER")
		taken += strings.Count(line, "ANALYST")
	}
	if kept < 3 || taken != 0 {
		t.Errorf("%d grants of the reader are kept, want three with USAGE on the database; %d of the analyst, want none", kept, taken)
	}
}
