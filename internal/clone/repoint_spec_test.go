package clone

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// entryOf is the report's entry of an object of the clone, by its name as the report prints it.
func (w *world) entryOf(t *testing.T, name string) RepointedObject {
	t.Helper()
	for _, entry := range w.run.State.Report.Repointed {
		if entry.Name == name {
			return entry
		}
	}
	t.Fatalf("the report has no entry for %s: %+v", name, w.run.State.Report.Repointed)
	return RepointedObject{}
}

func TestLiteralsAreRewrittenWhereTheSpecAllowsIt(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "PROD2", "DEV",
		"CREATE SCHEMA {{PROD}}.B", "CREATE TABLE {{PROD}}.PUBLIC.T (D VARCHAR)",
		"CREATE VIEW {{PROD}}.PUBLIC.V AS SELECT 'PROD2' AS N FROM {{PROD}}.PUBLIC.T",
		"CREATE VIEW {{PROD}}.B.V AS SELECT 'PROD2' AS N FROM {{PROD}}.PUBLIC.T",
		`CREATE PROCEDURE {{PROD}}.B.P() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'var db = "PROD2"; return db;'`,
	)
	w.run.Spec.Repoint.Literals = []v1alpha1.LiteralRule{
		{Text: "PROD2", Objects: []v1alpha1.ObjectPattern{"b.*"}}, {Text: "OTHER"},
	}
	w.mustFinish(t)
	for name, want := range map[string]string{"DEV.PUBLIC.V": "'PROD2'", "DEV.B.V": "'DEV'"} {
		if text := w.show(t, "SELECT GET_DDL('VIEW', '"+name+"') AS N", "n")[0]; !strings.Contains(text, want) {
			t.Errorf("%s does not hold %s: %s", name, want, text)
		}
	}
	if text := w.show(t, "SELECT GET_DDL('PROCEDURE', 'DEV.B.P()') AS N", "n")[0]; !strings.Contains(text, `var db = "DEV"`) {
		t.Errorf("the procedure was not changed: %s", text)
	}
	if got := w.run.State.Summary; got.NeedsReview != 1 || got.HighFindings != 0 {
		t.Errorf("summary: %+v, want one object to review and nothing grave", got)
	}
}

// graveActors is a source with a task, an alert and a pipe beside, each with a finding that is grave.
func graveActors() []string {
	return []string{
		"CREATE TABLE {{PROD}}.PUBLIC.T (D VARCHAR)", "CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE TASK {{PROD}}.PUBLIC.GRAVE WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS INSERT INTO {{PROD}}.PUBLIC.T VALUES ('prod db')",
		"CREATE TASK {{PROD}}.PUBLIC.FINE WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS INSERT INTO {{PROD}}.PUBLIC.T VALUES ('x')",
		"CREATE ALERT {{PROD}}.PUBLIC.LOUD WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1 FROM {{PROD}}.PUBLIC.T)) THEN DELETE FROM {{PROD}}.PUBLIC.T WHERE D = 'prod db'",
		"CREATE PIPE {{PROD}}.PUBLIC.PI AS COPY INTO {{PROD}}.PUBLIC.T FROM (SELECT 'prod db' FROM @{{PROD}}.PUBLIC.G)",
		"CREATE PIPE {{PROD}}.PUBLIC.PLAIN AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC.G",
	}
}

func TestWhatHoldsGraveFindingsRunsOnlyWhenItWasReviewed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		reviewed []v1alpha1.ObjectPattern
		started  []string
		left     []string
		high     int32
	}{
		"nobody has looked":     {"they may write to production", nil, []string{"FINE"}, []string{"GRAVE", "LOUD", "PI"}, 3},
		"the task was reviewed": {"somebody accepts it as it is", []v1alpha1.ObjectPattern{"PUBLIC.GRAVE"}, []string{"FINE", "GRAVE"}, []string{"LOUD", "PI"}, 2},
		"all were reviewed":     {"somebody accepts them as they are", []v1alpha1.ObjectPattern{"public.*"}, []string{"FINE", "GRAVE"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "prod db", "Dev-Db", graveActors()...)
			w.run.Spec.Tasks.State, w.run.Spec.Alerts.State, w.run.Spec.Pipes.State = v1alpha1.ActivityResume, v1alpha1.ActivityResume, v1alpha1.ActivityResume
			w.run.Spec.Tasks.Warehouse, w.run.Spec.Repoint.Reviewed = "OPERATOR_WH", tc.reviewed
			w.admin(t, "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE OPERATOR")
			w.mustFinish(t)
			tasks, err := w.client.Tasks(t.Context(), snowflake.InDatabase("Dev-Db"))
			if err != nil {
				t.Fatal(err)
			}
			var started, left []string
			for _, task := range tasks {
				if task.Started {
					started = append(started, string(task.Name.Object))
				}
			}
			for _, note := range w.run.State.Report.Suspended {
				left = append(left, note.Name[strings.LastIndex(note.Name, ".")+1:])
			}
			expectStrings(t, tc.reason+": started", started, tc.started...)
			expectStrings(t, tc.reason+": left suspended", left, tc.left...)
			if got := w.run.State.Summary.HighFindings; got != tc.high {
				t.Errorf("%s: %d grave objects, want %d", tc.reason, got, tc.high)
			}
		})
	}
}

func TestAGraveFindingKeepsTheCloneFromBeingReadyWhereTheSpecWantsThat(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", graveActors()...)
	w.admin(t, "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE OPERATOR")
	w.run.Spec.Validation.OnReview = v1alpha1.ValidationFail
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonReviewNeeded, true, "3 objects", `ALERT "Dev-Db".PUBLIC.LOUD`, "repoint.literals", "repoint.reviewed")
	if w.run.State.Isolated == nil || !w.run.State.Isolated.Holds {
		t.Errorf("isolated: %+v, want the verdict beside the finding", w.run.State.Isolated)
	}
	w.run.Spec.Repoint.Reviewed = []v1alpha1.ObjectPattern{"PUBLIC.GRAVE", "PUBLIC.LOUD", "PUBLIC.PI"}
	w.mustFinish(t)
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.GRAVE`); !entry.Reviewed || entry.Action != ActionNeedsReview || entry.Certain != 1 {
		t.Errorf("entry of the task: %+v, want it reviewed", entry)
	}
}

func TestReferencesToOtherDatabasesAreOneLineForEachDatabase(t *testing.T) {
	t.Parallel()
	script := []string{
		"USE ROLE ACCOUNTADMIN", "CREATE DATABASE REFERENCE", "CREATE TABLE REFERENCE.PUBLIC.R (A NUMBER)", "CREATE DATABASE RARE", "CREATE TABLE RARE.PUBLIC.R (A NUMBER)",
		"GRANT USAGE ON DATABASE REFERENCE TO ROLE PROD_ADMIN", "GRANT USAGE ON SCHEMA REFERENCE.PUBLIC TO ROLE PROD_ADMIN", "GRANT SELECT ON TABLE REFERENCE.PUBLIC.R TO ROLE PROD_ADMIN",
		"GRANT USAGE ON DATABASE RARE TO ROLE PROD_ADMIN", "GRANT USAGE ON SCHEMA RARE.PUBLIC TO ROLE PROD_ADMIN", "GRANT SELECT ON TABLE RARE.PUBLIC.R TO ROLE PROD_ADMIN",
		"USE ROLE PROD_ADMIN", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE VIEW {{PROD}}.PUBLIC.ODD AS SELECT T.A FROM {{PROD}}.PUBLIC.T JOIN RARE.PUBLIC.R ON R.A = T.A",
	}
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G"} {
		script = append(script, "CREATE VIEW {{PROD}}.PUBLIC."+name+" AS SELECT T.A FROM {{PROD}}.PUBLIC.T JOIN REFERENCE.PUBLIC.R ON R.A = T.A")
	}
	w := hostileWorld(t, "prod db", "Dev-Db", script...)
	w.mustFinish(t)
	want := []OtherDatabase{
		{Database: "REFERENCE", References: 7, Objects: 7, Examples: []string{
			`VIEW "Dev-Db".PUBLIC.A`, `VIEW "Dev-Db".PUBLIC.B`, `VIEW "Dev-Db".PUBLIC.C`, `VIEW "Dev-Db".PUBLIC.D`, `VIEW "Dev-Db".PUBLIC.E`}},
		{Database: "RARE", References: 1, Objects: 1, Examples: []string{`VIEW "Dev-Db".PUBLIC.ODD`}},
	}
	if diff := cmp.Diff(want, w.run.State.Report.Others); diff != "" {
		t.Errorf("other databases (-want +got):\n%s", diff)
	}
	if got := w.run.State.Summary.NeedsReview; got != 0 {
		t.Errorf("%d objects need a review, want none: they name nothing of the source", got)
	}
}

func TestQuotedNamesFoldWhereTheAccountFoldsThem(t *testing.T) {
	t.Parallel()
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1)",
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN DELETE FROM "prod2"."public"."t"; RETURN ''x''; END'`}
	for name, tc := range map[string]struct {
		reason, parameter string
		want              string
	}{
		"the account folds":          {`"prod2" is the source there`, "ALTER ACCOUNT SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE", `"DEV"`},
		"the account does not fold":  {`"prod2" is another database`, "ALTER ACCOUNT SET QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE", `"prod2"`},
		"the source's database does": {"its objects were compiled so", "ALTER DATABASE PROD2 SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE", `"DEV"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "PROD2", "DEV", append([]string{}, script...)...)
			w.admin(t, tc.parameter)
			w.mustFinish(t)
			if text := w.show(t, "SELECT GET_DDL('PROCEDURE', 'DEV.PUBLIC.P()') AS N", "n")[0]; !strings.Contains(text, "DELETE FROM "+tc.want) {
				t.Errorf("%s: want %s in %s", tc.reason, tc.want, text)
			}
		})
	}
}

func TestAViewIsSpeltAsItWasMeantWhereTheAccountFoldsQuotedNames(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "PROD2", "DEV", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		`CREATE VIEW {{PROD}}.PUBLIC.V ("Kept") AS SELECT "small"."A" /* "small" */ FROM {{PROD}}.PUBLIC.T AS "small"`)
	w.admin(t, "ALTER ACCOUNT SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE")
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: `(?s)CREATE OR REPLACE VIEW .*AS "small"`, Code: 2003, State: "02000", Message: "Object 'small' does not exist or not authorized.",
	}); err != nil {
		t.Fatal(err)
	}
	w.mustFinish(t)
	want := `SELECT "SMALL"."A" /* "small" */ FROM "DEV".PUBLIC.T AS "SMALL"`
	if text := w.show(t, "SELECT GET_DDL('VIEW', 'DEV.PUBLIC.V') AS N", "n")[0]; !strings.Contains(text, want) || !strings.Contains(text, `"Kept"`) {
		t.Errorf("the view: %s; want %s behind the column \"Kept\"", text, want)
	}
}

func TestATargetThatCannotBeNamedIsRefusedWhereTheAccountFoldsQuotedNames(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "PROD2", "Dev-Db", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)")
	w.admin(t, "ALTER ACCOUNT SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE")
	err := w.upTo(t, v1alpha1.StepRepoint)
	expectReason(t, err, v1alpha1.ReasonRepointFailed, true, "QUOTED_IDENTIFIERS_IGNORE_CASE", `"Dev-Db"`, "small letters")
}

func TestARoleThatMayNotReadTheParameterIsToldSo(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "PROD2", "DEV", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)")
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: "SHOW PARAMETERS LIKE 'QUOTED", Code: 3001, State: "42501", Message: "Insufficient privileges",
	}); err != nil {
		t.Fatal(err)
	}
	err := w.upTo(t, v1alpha1.StepRepoint)
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, "QUOTED_IDENTIFIERS_IGNORE_CASE", "OPERATOR")
}

func TestSequencesAndStreamsOfAMappedDatabaseAreMapped(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		"USE ROLE ACCOUNTADMIN", "CREATE DATABASE RAW", "CREATE SEQUENCE RAW.PUBLIC.S", "CREATE DATABASE RAW_DEV", "CREATE SEQUENCE RAW_DEV.PUBLIC.S",
		"GRANT USAGE ON DATABASE RAW TO ROLE PROD_ADMIN", "GRANT USAGE ON SCHEMA RAW.PUBLIC TO ROLE PROD_ADMIN", "GRANT USAGE ON SEQUENCE RAW.PUBLIC.S TO ROLE PROD_ADMIN",
		"GRANT USAGE ON DATABASE RAW_DEV TO ROLE OPERATOR", "GRANT USAGE ON SCHEMA RAW_DEV.PUBLIC TO ROLE OPERATOR", "GRANT USAGE ON SEQUENCE RAW_DEV.PUBLIC.S TO ROLE OPERATOR",
		"CREATE TABLE RAW.PUBLIC.R (A NUMBER) CHANGE_TRACKING = TRUE", "GRANT SELECT ON TABLE RAW.PUBLIC.R TO ROLE PROD_ADMIN",
		"CREATE TABLE RAW_DEV.PUBLIC.R (A NUMBER) CHANGE_TRACKING = TRUE", "GRANT SELECT ON TABLE RAW_DEV.PUBLIC.R TO ROLE OPERATOR",
		"USE ROLE PROD_ADMIN", "CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER DEFAULT RAW.PUBLIC.S.NEXTVAL, B NUMBER)",
		"CREATE STREAM {{PROD}}.PUBLIC.ST ON TABLE RAW.PUBLIC.R",
	)
	w.run.Spec.Repoint.Databases = []v1alpha1.DatabaseMapping{{From: "RAW", To: "RAW_DEV"}}
	w.mustFinish(t)
	if text := w.show(t, `SELECT GET_DDL('TABLE', '"Dev-Db".PUBLIC.T') AS N`, "n")[0]; !strings.Contains(text, "RAW_DEV.PUBLIC.S.NEXTVAL") {
		t.Errorf("the default still names the mapped database: %s", text)
	}
	expectStrings(t, "streams", w.show(t, `SHOW STREAMS IN DATABASE "Dev-Db"`, "table_name"), "RAW_DEV.PUBLIC.R")
	if entry := w.entryOf(t, `"Dev-Db".PUBLIC.T`); entry.Kind != "TABLE" || entry.Action != ActionRewritten || entry.Certain != 1 {
		t.Errorf("entry: %+v", entry)
	}
}
