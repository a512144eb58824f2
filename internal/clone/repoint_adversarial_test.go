package clone

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestTwoHundredObjectsThatStandOnOneAnotherAreRepointedInOrder(t *testing.T) {
	t.Parallel()
	// Views nest twenty deep at most (R7): a dynamic table in between ends the nesting and not the dependency. The names
	// run against the order of dependency (G9).
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.X200 (N NUMBER)"}
	for i := 199; i >= 0; i-- {
		create := "CREATE VIEW {{PROD}}.PUBLIC.X%03d AS SELECT N FROM {{PROD}}.PUBLIC.X%03d"
		if i%12 == 0 {
			create = "CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.X%03d TARGET_LAG = '1 hour' WAREHOUSE = OPERATOR_WH AS SELECT N FROM {{PROD}}.PUBLIC.X%03d"
		}
		script = append(script, fmt.Sprintf(create, i, i+1))
	}
	w := hostileWorld(t, "prod db", "Dev-Db", append([]string{
		"USE ROLE ACCOUNTADMIN", "GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE PROD_ADMIN", "USE ROLE PROD_ADMIN"}, script...)...)
	w.mustIsolate(t)
	w.expectNoCertainReference(t)
	if got := w.run.State.Summary.Repointed; got.Views != 183 || got.DynamicTables != 17 {
		t.Errorf("repointed: %+v, want 183 views and 17 dynamic tables", got)
	}
}

func TestViewsInACircleAreNamedAndHideNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)", "CREATE VIEW {{PROD}}.PUBLIC.A AS SELECT N FROM {{PROD}}.PUBLIC.T",
		"CREATE VIEW {{PROD}}.PUBLIC.B AS SELECT N FROM {{PROD}}.PUBLIC.A", "CREATE VIEW {{PROD}}.PUBLIC.C AS SELECT N FROM {{PROD}}.PUBLIC.B",
		"DROP VIEW {{PROD}}.PUBLIC.A", "CREATE TABLE {{PROD}}.PUBLIC.A (N NUMBER)", "DROP TABLE {{PROD}}.PUBLIC.A",
		"CREATE VIEW {{PROD}}.PUBLIC.GOOD AS SELECT N FROM {{PROD}}.PUBLIC.T",
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN CALL "prod db".PUBLIC.Q(); RETURN 1; END'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.Q() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN CALL "prod db".PUBLIC.P(); RETURN 1; END'`,
	)
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	w.mustFinish(t)
	var failed []string
	for _, note := range w.run.State.Report.Failures {
		failed = append(failed, note.Name)
	}
	expectStrings(t, "failures", failed, `"Dev-Db".PUBLIC.B`, `"Dev-Db".PUBLIC.C`)
	for _, name := range []string{`"Dev-Db".PUBLIC.GOOD`, `"Dev-Db".PUBLIC.P()`, `"Dev-Db".PUBLIC.Q()`} {
		if entry := w.entryOf(t, name); entry.Action != ActionRewritten {
			t.Errorf("%s: %+v, want it rewritten", name, entry)
		}
	}
}

func TestABrokenObjectThatWasReviewedIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)", "CREATE TABLE {{PROD}}.PUBLIC.U (A NUMBER)",
		"CREATE VIEW {{PROD}}.PUBLIC.BROKEN AS SELECT A FROM {{PROD}}.PUBLIC.T", "DROP TABLE {{PROD}}.PUBLIC.T",
		"CREATE VIEW {{PROD}}.PUBLIC.GOOD AS SELECT A FROM {{PROD}}.PUBLIC.U")
	w.run.Spec.Repoint.Reviewed = []v1alpha1.ObjectPattern{"PUBLIC.BROKEN"}
	w.mustFinish(t)
	if failed := w.run.State.Report.Failures; len(failed) != 1 || failed[0].Name != `"Dev-Db".PUBLIC.BROKEN` {
		t.Errorf("failures: %+v, want the broken view named", failed)
	} else if note := failed[0].Note; !strings.HasPrefix(note, "002003 (02000): ") || strings.Contains(note, ".;") {
		t.Errorf("the remark behind the view's name is %q, want Snowflake's words at once, and advice as the same sentence", note)
	}
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.GOOD`); entry.Action != ActionRewritten {
		t.Errorf("the good view: %+v", entry)
	}
}

func TestADefaultThatNoStatementChangesIsNamed(t *testing.T) {
	t.Parallel()
	column := snowflake.Column{Table: sqltext.Name{Database: "DEV", Schema: "S", Object: "T"}, Name: "c"}
	change, err := newDefault(column, "DEV.S.SEQ.NEXTVAL")
	if want := `ALTER TABLE "DEV"."S"."T" ALTER COLUMN "c" SET DEFAULT "DEV"."S"."SEQ".NEXTVAL`; err != nil || len(change.statements) != 1 || change.statements[0] != want {
		t.Errorf("a sequence: %+v, %v; want %s", change, err, want)
	}
	_, err = newDefault(column, "DEV.S.F()")
	expectReason(t, err, v1alpha1.ReasonRepointFailed, true, `column "c"`, "DEV.S.F()", "drop the default in the source")
}

func TestCodeOfEveryLanguageAndKindIsRepointed(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"USE ROLE ACCOUNTADMIN", `CREATE API INTEGRATION GATE API_PROVIDER = aws_api_gateway API_AWS_ROLE_ARN = 'arn' API_ALLOWED_PREFIXES = ('https://x/') ENABLED = TRUE`,
		"GRANT USAGE ON INTEGRATION GATE TO ROLE PROD_ADMIN", "GRANT USAGE ON INTEGRATION GATE TO ROLE OPERATOR", "USE ROLE PROD_ADMIN",
		"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		`CREATE PROCEDURE {{PROD}}.PUBLIC."p (q)""é"("a b" VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN 1; END'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN EXECUTE IMMEDIATE ''DELETE FROM "prod db".PUBLIC.T WHERE N = ''''1''''''; RETURN 1; END'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P(A NUMBER) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$const t = "\"prod db\".PUBLIC.T"; snowflake.execute({sqlText: "DELETE FROM " + t}); return "it's";$$`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P(A VARCHAR) RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') HANDLER = 'main' AS 'def main(session, a):
    """Reads "prod db".PUBLIC.T."""
    return session.table(''"prod db".PUBLIC.T'').count()'`,
		`CREATE EXTERNAL FUNCTION {{PROD}}.PUBLIC.EF(A NUMBER) RETURNS VARIANT API_INTEGRATION = GATE AS 'https://x/prod db/y'`,
		`CREATE DATA METRIC FUNCTION {{PROD}}.PUBLIC.DMF(ARG_T TABLE(ARG_C NUMBER)) RETURNS NUMBER AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		"CREATE STORAGE LIFECYCLE POLICY {{PROD}}.PUBLIC.LP AS (N NUMBER) RETURNS BOOLEAN -> EXISTS (SELECT 1 FROM {{PROD}}.PUBLIC.T)",
		`CREATE PRIVACY POLICY {{PROD}}.PUBLIC.PP AS () RETURNS PRIVACY_BUDGET -> CASE WHEN EXISTS (SELECT 1 FROM {{PROD}}.PUBLIC.T) THEN PRIVACY_BUDGET(BUDGET_NAME => 'x') ELSE NO_PRIVACY_POLICY() END`,
		"CREATE ALERT {{PROD}}.PUBLIC.AL SCHEDULE = '1 MINUTE' IF (EXISTS (SELECT ')' FROM {{PROD}}.PUBLIC.T -- all )\n)) THEN DELETE FROM {{PROD}}.PUBLIC.T",
		`CREATE FUNCTION {{PROD}}.PUBLIC.JF(A NUMBER) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$return "\"prod db\".PUBLIC.T";$$`,
	)
	w.mustFinish(t) // A docstring names the source still, and is prose.
	w.expectNoCertainReference(t)
	languages := map[string]string{
		`"Dev-Db".PUBLIC.DMF(TABLE(ARG_C NUMBER))`: "SQL", `"Dev-Db".PUBLIC.LP`: "", `"Dev-Db".PUBLIC.PP`: "", `"Dev-Db".PUBLIC.AL`: "",
		`"Dev-Db".PUBLIC."p (q)""é"(VARCHAR)`: "SQL", `"Dev-Db".PUBLIC.P()`: "SQL", `"Dev-Db".PUBLIC.P(NUMBER)`: "JAVASCRIPT", `"Dev-Db".PUBLIC.P(VARCHAR)`: "PYTHON",
	}
	for name, language := range languages {
		if entry := w.entryOf(t, name); entry.Language != language || entry.Action != ActionRewritten || len(entry.Before) != 64 || len(entry.After) != 64 || entry.Before == entry.After {
			t.Errorf("%s: %+v, want it rewritten, in %s, with two hashes", name, entry, language)
		}
	}
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.P(VARCHAR)`); entry.Probable != 1 || entry.Certain != 0 {
		t.Errorf("the procedure in Python: %+v, want one probable reference", entry)
	}
	if len(w.run.State.Report.CodeStrings) < 3 {
		t.Errorf("code strings: %+v, want one at least of each procedure that builds SQL", w.run.State.Report.CodeStrings)
	}
}

func TestHybridTablesAndMaterializedViewsOverTheSourcesBase(t *testing.T) {
	t.Parallel()
	for _, suspended := range []string{"false", "true"} {
		t.Run("materialized views suspended "+suspended, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "prod db", "Dev-Db",
				"CREATE HYBRID TABLE {{PROD}}.PUBLIC.H (N NUMBER PRIMARY KEY)", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
				"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT N FROM {{PROD}}.PUBLIC.H",
				"CREATE MATERIALIZED VIEW {{PROD}}.PUBLIC.M CLUSTER BY (N) AS SELECT N FROM {{PROD}}.PUBLIC.T",
				"CREATE STREAM {{PROD}}.PUBLIC.S ON VIEW {{PROD}}.PUBLIC.V",
			)
			if err := w.account.SetSwitch("materializedViewsSuspendedAfterClone", suspended); err != nil {
				t.Fatal(err)
			}
			w.mustIsolate(t)
			w.expectNoCertainReference(t)
			views, err := w.client.MaterializedViews(t.Context(), snowflake.InDatabase("Dev-Db"))
			if err != nil || len(views) != 1 {
				t.Fatalf("materialized views: %+v, %v", views, err)
			}
			if view := views[0]; view.Source.Database != "Dev-Db" || view.ClusterBy == "" || view.AutomaticClustering {
				t.Errorf("the view is over %s, clustered by %q, by itself %v; want the clone's table, the key kept and nothing that acts by itself",
					view.Source, view.ClusterBy, view.AutomaticClustering)
			}
		})
	}
}

func TestCreateOrAlterThatIsRefusedGivesWayToAReplacementThatKeepsGrants(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE SQL COMMENT = 'c' AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN 1; END'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.Q() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN 1; END'`,
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.D TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH COMMENT = 'd' AS SELECT N FROM {{PROD}}.PUBLIC.T",
		"GRANT USAGE ON PROCEDURE {{PROD}}.PUBLIC.P() TO ROLE PROD_READER", "GRANT SELECT ON DYNAMIC TABLE {{PROD}}.PUBLIC.D TO ROLE PROD_READER",
	)
	w.admin(t, "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE OPERATOR")
	w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"*"}
	for _, match := range []string{`CREATE OR ALTER PROCEDURE .*"P"`, "CREATE OR ALTER DYNAMIC TABLE"} {
		if _, err := w.server.AddFault(emulator.Fault{
			Kind: emulator.FaultError, Match: match, Code: 2, State: "0A000", Message: "Unsupported feature 'CREATE OR ALTER'.",
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
		t.Fatal(err)
	}
	before := w.factsOf(t)
	w.mustFinishFrom(t, repoint{})
	after := w.factsOf(t)
	for _, fact := range before {
		if !strings.Contains(fact, "DATABASE ROLE") && !slices.Contains(after, fact) {
			t.Errorf("lost: %s", fact)
		}
	}
	for name, want := range map[string]bool{`"Dev-Db".PUBLIC.P()`: true, `"Dev-Db".PUBLIC.D`: true, `"Dev-Db".PUBLIC.Q()`: false} {
		if entry := w.entryOf(t, name); strings.Contains(entry.Note, "it was replaced") != want {
			t.Errorf("%s: note %q; want the replacement recorded where it was needed, and nowhere else", name, entry.Note)
		}
	}
}

// mustFinishFrom runs the pipeline from one step on.
func (w *world) mustFinishFrom(t *testing.T, first Step) {
	t.Helper()
	begun := false
	for _, step := range NewPipeline() {
		if begun = begun || step.Name() == first.Name(); begun {
			if err := w.step(t, step); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestOneDefinitionThatCannotBeReadHidesNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		"CREATE VIEW {{PROD}}.PUBLIC.DARK AS SELECT N FROM {{PROD}}.PUBLIC.T", "CREATE VIEW {{PROD}}.PUBLIC.LIGHT AS SELECT N FROM {{PROD}}.PUBLIC.T")
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: `GET_DDL.*DARK`, Code: 3001, State: "42501", Message: "Insufficient privileges to operate on view 'DARK'.",
	}); err != nil {
		t.Fatal(err)
	}
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonRepointFailed, true, `VIEW "Dev-Db".PUBLIC.DARK`, "Insufficient privileges")
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.LIGHT`); entry.Action != ActionRewritten {
		t.Errorf("the other view: %+v, want it rewritten", entry)
	}
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.DARK`); entry.Action != ActionFailed {
		t.Errorf("the view that cannot be read: %+v, want it failed", entry)
	}
}

func TestWhatIsDroppedWhileItIsRepointedIsGoneAndNoFailure(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		"CREATE TASK {{PROD}}.PUBLIC.J WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS DELETE FROM {{PROD}}.PUBLIC.T",
		"CREATE STREAM {{PROD}}.PUBLIC.S ON TABLE {{PROD}}.PUBLIC.T",
		`CREATE MASKING POLICY {{PROD}}.PUBLIC.M AS (V NUMBER) RETURNS NUMBER -> (SELECT MAX(N) FROM {{PROD}}.PUBLIC.T)`)
	w.turnOn(t, "streamsStaleAfterClone")
	if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
		t.Fatal(err)
	}
	texts, _, err := w.run.definitions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rewriter, err := w.run.rewriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan, err := rewriter.plan(texts)
	if err != nil {
		t.Fatal(err)
	}
	own, err := w.run.Own(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The plan is made, and then the task is dropped.
	pass := &repointPass{run: w.run, own: own, rewriter: rewriter, plan: plan, journal: w.run.openJournal(plan, nil)}
	w.operator(t, `DROP TASK "Dev-Db".PUBLIC.J`)
	if _, more, err := pass.work(t.Context()); err != nil || !more {
		t.Fatalf("the call that met it: %v, more %v", err, more)
	}
	pass.journal.close()
	gone := snowflake.ObjectRef{Kind: snowflake.KindMaskingPolicy, Name: sqltext.Name{Database: "Dev-Db", Schema: "PUBLIC", Object: "M"}}
	w.operator(t, `DROP MASKING POLICY "Dev-Db".PUBLIC.M`)
	if notes, err := w.run.unreadable(t.Context(), []snowflake.DDLResult{{Ref: gone, Err: errNotOurs}}); err != nil || len(notes) > 0 {
		t.Errorf("what was dropped before it was read: %+v, %v; want nothing to be said of it", notes, err)
	}
	w.run.Spec.Validation.OnMissing = v1alpha1.ValidationWarn
	w.mustFinishFrom(t, repoint{})
	if failed := w.run.State.Report.Failures; len(failed) != 0 {
		t.Errorf("failures: %+v, want none", failed)
	}
	for _, entry := range w.run.State.Report.Repointed {
		if entry.Name == `"Dev-Db".PUBLIC.J` || entry.Name == `"Dev-Db".PUBLIC.M` {
			t.Errorf("the report speaks of what is gone: %+v", entry)
		}
	}
}

func TestAStreamThatCannotBeMadeAnewIsKeptAndHidesNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)", "CREATE TABLE {{PROD}}.PUBLIC.U (N NUMBER)",
		"CREATE STREAM {{PROD}}.PUBLIC.BAD ON TABLE {{PROD}}.PUBLIC.U", "CREATE STREAM {{PROD}}.PUBLIC.GOOD ON TABLE {{PROD}}.PUBLIC.T")
	w.turnOn(t, "streamsStaleAfterClone")
	fault, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: `CREATE OR REPLACE STREAM .*"BAD"`, Code: 2003, State: "02000", Message: "Object 'U' does not exist or not authorized.",
	})
	if err != nil {
		t.Fatal(err)
	}
	err = w.upTo(t, v1alpha1.StepRecreateStreams)
	expectReason(t, err, v1alpha1.ReasonStatementFailed, true, "1 of 2 streams", `"Dev-Db".PUBLIC.BAD`, "does not exist", "select the schemas", "onLeak: Warn")
	streams, err := w.client.Streams(t.Context(), snowflake.InDatabase("Dev-Db"))
	if err != nil || len(streams) != 2 {
		t.Fatalf("streams: %+v, %v; want both", streams, err)
	}
	for _, stream := range streams {
		if stream.Stale != (stream.Name.Object == "BAD") {
			t.Errorf("%s: stale %v", stream.Name, stream.Stale)
		}
	}
	if got := w.run.State.Summary.Streams; got != 1 {
		t.Errorf("%d streams were recreated, want 1", got)
	}
	// Whoever accepts the stream as it is has it left and named, and nothing is held up.
	w.run.Spec.Repoint.Reviewed = []v1alpha1.ObjectPattern{"PUBLIC.BAD"}
	if err := w.step(t, recreateStreams{}); err != nil {
		t.Fatal(err)
	}
	if failed := w.run.State.Report.Failures; len(failed) != 1 || failed[0].Name != `"Dev-Db".PUBLIC.BAD` {
		t.Errorf("failures: %+v, want the stream named", failed)
	}
	// What was in the way goes away, and the next attempt finds that out by itself.
	w.server.RemoveFault(fault)
	w.mustFinishFrom(t, recreateStreams{})
	if got := w.run.State.Summary.Streams; got != 2 || len(w.run.State.Report.Failures) != 0 {
		t.Errorf("%d streams were recreated, failures %+v; want 2 and none", got, w.run.State.Report.Failures)
	}
}

func TestAPipeThatHasToBeForcedIsForcedToRun(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE PIPE {{PROD}}.PUBLIC.PI AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC.G")
	w.run.Spec.Pipes.State, w.run.Spec.Access.Owner = v1alpha1.ActivityResume, "DEV_OWNER"
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: "ALTER PIPE .*PIPE_EXECUTION_PAUSED = FALSE", Code: 91104, State: "22000", Message: "Pipe PI cannot be resumed: its owner has changed. Use SYSTEM$PIPE_FORCE_RESUME.",
	}); err != nil {
		t.Fatal(err)
	}
	w.mustFinish(t)
	statuses, err := w.client.PipeStatuses(t.Context(), []sqltext.Name{{Database: "Dev-Db", Schema: "PUBLIC", Object: "PI"}})
	if err != nil || statuses[0].Quiet() {
		t.Errorf("the pipe: %+v, %v; want it to run", statuses, err)
	}
}

// What was made anew in a call that did not live to give back what it had gets it all the same.
func TestWhatACrashTookComesBack(t *testing.T) {
	t.Parallel()
	for _, lost := range []string{
		`^GRANT OPERATE ON PIPE`, `^ALTER PIPE .* SET TAG`, `^ALTER PIPE .* PIPE_EXECUTION_PAUSED = TRUE`,
		`^ALTER (FUNCTION|PROCEDURE) .* SET TAG`, `^ALTER DYNAMIC TABLE .* TIME_IN_DAYS`,
	} {
		t.Run(lost, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "prod db", "Dev-Db", governed()...)
			w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"*"}
			if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
				t.Fatal(err)
			}
			before := w.factsOf(t)
			for _, tagged := range []string{"PIPE", "FUNCTION", "PROCEDURE"} {
				if !slices.ContainsFunc(before, regexp.MustCompile("^"+tagged+" .* tag ").MatchString) {
					t.Fatalf("the %s has no tag to lose", tagged)
				}
			}
			for _, fault := range []emulator.Fault{{Kind: emulator.FaultHTTPBefore, Match: lost, Times: 2, Status: 503}, unknownAlter} {
				if _, err := w.server.AddFault(fault); err != nil {
					t.Fatal(err)
				}
			}
			for _, step := range []Step{repoint{}, recreateStreams{}} {
				w.stubborn(t, step.Run)
			}
			after := w.factsOf(t)
			for _, fact := range before {
				if !slices.Contains(after, fact) {
					t.Errorf("lost: %s", fact)
				}
			}
		})
	}
}

// A pipe that was made anew in a call that was cut off stands still for its schema's sake. It still does when the schema
// lets its pipes run again, and the operator dies right then.
func TestAPipeStandsStillWhenItsSchemaLetsPipesRunAgain(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", governed()...)
	if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
		t.Fatal(err)
	}
	for _, fault := range []emulator.Fault{
		{Kind: emulator.FaultHTTPBefore, Match: `^ALTER PIPE .* PIPE_EXECUTION_PAUSED = TRUE`, Times: 2, Status: 503},
		{Kind: emulator.FaultHTTPAfter, Match: `^ALTER SCHEMA .* UNSET PIPE_EXECUTION_PAUSED`, Times: 2, Status: 503},
	} {
		if _, err := w.server.AddFault(fault); err != nil {
			t.Fatal(err)
		}
	}
	lifted := false
	for range maxCalls {
		w.run.State = &State{Database: w.run.State.Database}
		outcome, err := repoint{}.Run(t.Context(), w.run)
		if err == nil && outcome.Result == ResultDone {
			t.Fatal("the step did not die where it was to")
		}
		if lifted = err != nil && strings.Contains(err.Error(), "restore the setting of pipes"); lifted {
			break
		}
	}
	statuses, err := w.client.PipeStatuses(t.Context(), []sqltext.Name{{Database: "Dev-Db", Schema: "PUBLIC", Object: "PI"}})
	if err != nil || !lifted || !statuses[0].Quiet() {
		t.Errorf("the pipe: %+v, %v, the schema lets pipes run: %v; want it to stand still", statuses, err, lifted)
	}
}

func TestAPipeWhoseIntegrationTheOperatorMayNotUseIsMadeWithoutIt(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", governed()...)
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: "^CREATE OR REPLACE PIPE .*ERROR_INTEGRATION", Code: 3001, State: "42501", Message: "Insufficient privileges to operate on integration 'PAGER'.",
	}); err != nil {
		t.Fatal(err)
	}
	w.mustFinish(t)
	entry := w.entryOf(t, `"Dev-Db".PUBLIC.PI`)
	if entry.Action != ActionRewritten || !strings.Contains(entry.Note, "its integrations are not kept") {
		t.Errorf("the pipe: %+v, want it rewritten with a note", entry)
	}
}

func TestASchemaWhosePipeIsRefusedKeepsItsSetting(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)",
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE PIPE {{PROD}}.PUBLIC.PI AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC.G")
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: "^CREATE OR REPLACE PIPE", Code: 2003, State: "02000", Message: "Object 'T' does not exist or not authorized.",
	}); err != nil {
		t.Fatal(err)
	}
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	w.mustFinish(t)
	if pause, err := w.client.PipePauseOf(t.Context(), "Dev-Db", "PUBLIC"); err != nil || pause.Set {
		t.Errorf("the schema: %+v, %v; want no setting of its own, as in the source", pause, err)
	}
}
