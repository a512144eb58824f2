package clone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// hostileWorld is a world with a second production database, whose name needs quotes and whose owner is PROD_ADMIN. The
// script is run in it by that role; {{PROD}} in it stands for the database's quoted name. The run clones it.
func hostileWorld(t *testing.T, source, target sqltext.Ident, script ...string) *world {
	t.Helper()
	statements := []string{
		"USE ROLE ACCOUNTADMIN", "CREATE DATABASE {{PROD}}", "GRANT OWNERSHIP ON DATABASE {{PROD}} TO ROLE PROD_ADMIN",
		"GRANT OWNERSHIP ON SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_ADMIN", "USE ROLE PROD_ADMIN", "USE WAREHOUSE PROD_WH",
	}
	for i, statement := range script {
		script[i] = strings.TrimRight(strings.TrimSpace(statement), ";")
	}
	text := strings.ReplaceAll(strings.Join(append(statements, script...), ";\n"), "{{PROD}}", source.SQL())
	w := newWorld(t, text)
	w.run.Source, w.run.Target = source, target
	w.run.Spec.Source.Database = v1alpha1.Identifier(source.SQL())
	w.run.Spec.Target.Database = v1alpha1.Identifier(target.SQL())
	return w
}

// mustIsolate runs the whole pipeline and checks what holds for every clone: the source is untouched, no fact of the
// clone names it, both verdicts hold, and the database was made once.
func (w *world) mustIsolate(t *testing.T) {
	t.Helper()
	source, target := string(w.run.Source), string(w.run.Target)
	before := w.describe(t, source)
	w.mustFinish(t)
	if diff := cmp.Diff(before, w.describe(t, source)); diff != "" {
		t.Errorf("the source changed (-before +after):\n%s", diff)
	}
	w.expectIsolated(t)
	if n := creations(w, target); n != 1 {
		t.Errorf("the database was created %d times", n)
	}
}

// expectIsolated checks that no fact of the clone names its source, and that the verdicts say so.
func (w *world) expectIsolated(t *testing.T) {
	t.Helper()
	quoted := w.run.Source.SQL() + "."
	for _, line := range w.describe(t, string(w.run.Target)) {
		if strings.Contains(line, " row (") {
			continue // Data may say what it likes.
		}
		if strings.Contains(strings.ReplaceAll(withoutTypedHeader(line), `\"`, `"`), quoted) {
			t.Errorf("a fact of the clone names the source: %s", line)
		}
	}
	if isolated := w.run.State.Isolated; isolated == nil || !isolated.Holds {
		t.Errorf("isolated: %+v", isolated)
	}
	if complete := w.run.State.Complete; complete == nil || !complete.Holds {
		t.Errorf("complete: %+v", complete)
	}
}

// withoutTypedHeader is a fact without the header of a view's text as it was once typed, which nobody runs (C26).
func withoutTypedHeader(line string) string {
	upper := strings.ToUpper(line)
	start := strings.Index(upper, ` TEXT "CREATE `)
	if start < 0 {
		return line
	}
	_, query, _ := strings.Cut(line[start:], " AS ")
	return line[:start] + query
}

// readsAs fails the test unless a query as the operator gives these values in its first column, named N.
func (w *world) readsAs(t *testing.T, query string, want ...string) {
	t.Helper()
	expectStrings(t, query, w.show(t, query, "n"), want...)
}

func TestNamesThatNeedQuotesSurviveTheWholePipeline(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db",
		`CREATE SCHEMA {{PROD}}."sales & Söhne"`,
		`CREATE SCHEMA {{PROD}}."a.b.c"`,
		`CREATE TABLE {{PROD}}."a.b.c"."d.e" ("f.g" NUMBER, "quote""d" VARCHAR, "snow☃" VARCHAR DEFAULT 'x')`,
		`INSERT INTO {{PROD}}."a.b.c"."d.e" VALUES (1, 'prod db', '"prod db".x')`,
		`CREATE TABLE {{PROD}}."sales & Söhne"."x""; DROP DATABASE PROD; --" (ID NUMBER)`,
		`CREATE VIEW {{PROD}}."sales & Söhne"."Größe" AS SELECT "f.g" AS N FROM {{PROD}}."a.b.c"."d.e"`,
		`CREATE SECURE VIEW {{PROD}}."a.b.c"."SELECT" AS SELECT N FROM {{PROD}}."sales & Söhne"."Größe"`,
		`CREATE FUNCTION {{PROD}}."a.b.c"."f(x)"("arg one" NUMBER) RETURNS NUMBER AS 'SELECT MAX("f.g") FROM "prod db"."a.b.c"."d.e"'`,
		`CREATE PROCEDURE {{PROD}}."a.b.c"."p;q"("x" NUMBER) RETURNS VARCHAR LANGUAGE SQL AS
$$BEGIN INSERT INTO "prod db"."a.b.c"."d.e" VALUES (:x, '', ''); RETURN 'ok'; END$$`,
		`CREATE STREAM {{PROD}}."a.b.c"."s.t" ON TABLE {{PROD}}."a.b.c"."d.e"`,
		`CREATE TASK {{PROD}}."a.b.c"."task 1" WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS INSERT INTO {{PROD}}."a.b.c"."d.e" VALUES (2, 'a', 'b')`,
		`CREATE TASK {{PROD}}."a.b.c"."task.2" WAREHOUSE = PROD_WH AFTER {{PROD}}."a.b.c"."task 1" AS CALL {{PROD}}."a.b.c"."p;q"(3)`,
		`CREATE DATABASE ROLE {{PROD}}."lower role"`,
		`GRANT SELECT ON TABLE {{PROD}}."a.b.c"."d.e" TO DATABASE ROLE {{PROD}}."lower role"`,
		`USE ROLE ACCOUNTADMIN`, `CREATE ROLE "reader's role"`, `CREATE ROLE "a.b"`,
		`GRANT DATABASE ROLE {{PROD}}."lower role" TO ROLE "reader's role"`,
		`GRANT SELECT ON ALL VIEWS IN DATABASE {{PROD}} TO ROLE "reader's role"`,
		`GRANT USAGE ON FUNCTION {{PROD}}."a.b.c"."f(x)"(NUMBER) TO ROLE "reader's role"`,
		`GRANT SELECT ON FUTURE VIEWS IN SCHEMA {{PROD}}."a.b.c" TO ROLE "reader's role"`,
	)
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: `"a.b.c"`, Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{`"a.b"`}},
	}
	w.mustIsolate(t)
	for _, line := range w.describe(t, "Dev-Db") {
		if strings.Contains(line, "reader's role") {
			t.Errorf("production's reader may still do something: %s", line)
		}
	}
	w.operator(t, `INSERT INTO "Dev-Db"."a.b.c"."d.e" VALUES (9, '', '')`)
	w.readsAs(t, `SELECT N FROM "Dev-Db"."a.b.c"."SELECT"`, "1", "9")
	w.readsAs(t, `SELECT "Dev-Db"."a.b.c"."f(x)"(1) AS N`, "9")
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
}

func TestObjectsNamedLikeTheDatabaseAreNotTakenForIt(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV",
		"CREATE SCHEMA ACME.ACME", "CREATE TABLE ACME.ACME.ACME (ACME NUMBER)", "INSERT INTO ACME.ACME.ACME VALUES (1)",
		"CREATE VIEW ACME.PUBLIC.ACME AS SELECT ACME.ACME AS N FROM ACME.ACME.ACME ACME",
		"CREATE VIEW ACME.ACME.BARE AS SELECT ACME AS N FROM ACME",
		"CREATE VIEW ACME.ACME.TWO_PARTS AS SELECT ACME.ACME.ACME AS N FROM ACME.ACME",
		"CREATE TABLE ACME.PUBLIC.ACME_DEV (ACME_DEV NUMBER)",
		"USE ROLE ACCOUNTADMIN", "CREATE ROLE ACME", "GRANT SELECT ON ALL TABLES IN DATABASE ACME TO ROLE ACME",
		"GRANT USAGE ON SCHEMA ACME.ACME TO ROLE ACME",
	)
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "ACME", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ACME"}},
	}
	w.mustIsolate(t)
	w.operator(t, "INSERT INTO ACME_DEV.ACME.ACME VALUES (2)")
	for _, view := range []string{"PUBLIC.ACME", "ACME.BARE", "ACME.TWO_PARTS"} {
		w.readsAs(t, "SELECT N FROM ACME_DEV."+view, "1", "2")
	}
}

func TestOverloadsWithDefaultsAreEachRepointed(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "DEV",
		"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		`CREATE FUNCTION {{PROD}}.PUBLIC.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE FUNCTION {{PROD}}.PUBLIC.F(A NUMBER(38, 0)) RETURNS NUMBER AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE FUNCTION {{PROD}}.PUBLIC.F(A NUMBER(10, 2), B VARCHAR(20)) RETURNS NUMBER AS 'SELECT 1 + COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE FUNCTION {{PROD}}.PUBLIC.TF(A NUMBER) RETURNS TABLE (A NUMBER) AS 'SELECT A FROM "prod db".PUBLIC.T'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P(A NUMBER, B VARCHAR DEFAULT 'prod db') RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN ''x''; END'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P(A TIMESTAMP_NTZ(9), B ARRAY) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN DELETE FROM "prod db".PUBLIC.T; RETURN ''y''; END'`,
		"GRANT USAGE ON FUNCTION {{PROD}}.PUBLIC.F(NUMBER, VARCHAR) TO ROLE PROD_READER",
		"GRANT USAGE ON PROCEDURE {{PROD}}.PUBLIC.P(TIMESTAMP_NTZ, ARRAY) TO ROLE PROD_READER",
	)
	w.mustIsolate(t)
	if got := w.run.State.Summary.Repointed; got.Functions != 4 || got.Procedures != 2 {
		t.Errorf("repointed: %+v, want 4 functions and 2 procedures", got)
	}
	for _, line := range w.describe(t, "DEV") {
		if strings.Contains(line, "PROD_READER") {
			t.Errorf("production's reader may still do something: %s", line)
		}
	}
}

func TestViewsNestedFifteenDeepAreRepointedInOrder(t *testing.T) {
	t.Parallel()
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.Z (N NUMBER)", "CREATE SCHEMA {{PROD}}.OTHER",
		"CREATE VIEW {{PROD}}.PUBLIC.V15 AS SELECT N FROM {{PROD}}.PUBLIC.Z"}
	// The alphabet runs against the order of dependency (G9), across schemas, through functions.
	for i := 14; i >= 1; i-- {
		below := fmt.Sprintf("{{PROD}}.PUBLIC.V%02d", i+1)
		script = append(script, fmt.Sprintf(`CREATE VIEW {{PROD}}.PUBLIC.V%02d AS SELECT N FROM %s`, i, below))
	}
	script = append(script,
		`CREATE FUNCTION {{PROD}}.OTHER.A() RETURNS NUMBER AS 'SELECT SUM(N) FROM "prod db".PUBLIC.V01'`,
		`CREATE FUNCTION {{PROD}}.OTHER.B() RETURNS NUMBER AS 'SELECT "prod db".OTHER.A() + 1'`,
		`CREATE VIEW {{PROD}}.OTHER.AA AS SELECT {{PROD}}.OTHER.B() AS N`,
	)
	w := hostileWorld(t, "prod db", "DEV", script...)
	w.mustIsolate(t)
	w.operator(t, "INSERT INTO DEV.PUBLIC.Z VALUES (5)")
	w.readsAs(t, "SELECT N FROM DEV.PUBLIC.V01", "5")
	w.readsAs(t, "SELECT N FROM DEV.OTHER.AA", "6")
}

func TestSecureRecursiveAndMaterializedViewsKeepTheirNature(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "DEV",
		"CREATE TABLE {{PROD}}.PUBLIC.T (ID NUMBER, PARENT NUMBER)", "INSERT INTO {{PROD}}.PUBLIC.T VALUES (1, NULL), (2, 1)",
		"CREATE SECURE VIEW {{PROD}}.PUBLIC.S COMMENT = 'it''s secret' AS SELECT ID AS N FROM {{PROD}}.PUBLIC.T",
		"CREATE RECURSIVE VIEW {{PROD}}.PUBLIC.R (ID, PARENT) AS SELECT ID, PARENT FROM {{PROD}}.PUBLIC.T WHERE PARENT IS NULL",
		"CREATE MATERIALIZED VIEW {{PROD}}.PUBLIC.M AS SELECT ID AS N FROM {{PROD}}.PUBLIC.T",
		"CREATE SECURE MATERIALIZED VIEW {{PROD}}.PUBLIC.SM AS SELECT ID AS N FROM {{PROD}}.PUBLIC.T",
		"CREATE VIEW {{PROD}}.PUBLIC.OVER AS SELECT N FROM {{PROD}}.PUBLIC.M",
	)
	w.mustIsolate(t)
	expectStrings(t, "secure views", w.show(t, "SHOW VIEWS IN SCHEMA DEV.PUBLIC", "is_secure"), "true", "false", "false", "false", "true")
	w.operator(t, "INSERT INTO DEV.PUBLIC.T VALUES (3, 2)")
	w.readsAs(t, "SELECT N FROM DEV.PUBLIC.S", "1", "2", "3")
	w.readsAs(t, "SELECT N FROM DEV.PUBLIC.OVER", "1", "2", "3")
}

func TestAGraphOfFiftyTasksIsRepointedWhole(t *testing.T) {
	t.Parallel()
	for _, keepsLinks := range []string{"false", "true"} {
		t.Run("links kept on the source "+keepsLinks, func(t *testing.T) {
			w := hostileWorld(t, "prod db", "Dev-Db", fiftyTasks()...)
			if err := w.account.SetSwitch("tasksKeepSourcePredecessors", keepsLinks); err != nil {
				t.Fatal(err)
			}
			w.run.Spec.Tasks = v1alpha1.TaskActivity{State: v1alpha1.ActivityResume, Warehouse: "OPERATOR_WH"}
			w.mustIsolate(t)
			tasks, err := w.client.Tasks(t.Context(), snowflake.InDatabase("Dev-Db"))
			if err != nil {
				t.Fatal(err)
			}
			links := 0
			for _, task := range tasks {
				links += len(task.Predecessors)
				if !task.Started {
					t.Errorf("%s is not started", task.Name)
				}
			}
			if len(tasks) != 50 || links != 48+16 {
				t.Errorf("%d tasks with %d links, want 50 with 64", len(tasks), links)
			}
		})
	}
}

// fiftyTasks is a graph with joins and a finalizer, started in the source.
func fiftyTasks() []string {
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.T (A NUMBER)",
		"CREATE TASK {{PROD}}.PUBLIC.T00 WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS INSERT INTO {{PROD}}.PUBLIC.T VALUES (0)"}
	for i := 1; i < 49; i++ {
		after := fmt.Sprintf("{{PROD}}.PUBLIC.T%02d", i/2)
		if i%3 == 0 {
			after += fmt.Sprintf(", {{PROD}}.PUBLIC.T%02d", i-1)
		}
		script = append(script, fmt.Sprintf(
			"CREATE TASK {{PROD}}.PUBLIC.T%02d WAREHOUSE = PROD_WH AFTER %s WHEN 1 = 1 AS INSERT INTO {{PROD}}.PUBLIC.T VALUES (%d)", i, after, i))
	}
	script = append(script,
		"CREATE TASK {{PROD}}.PUBLIC.T49 WAREHOUSE = PROD_WH FINALIZE = {{PROD}}.PUBLIC.T00 AS DELETE FROM {{PROD}}.PUBLIC.T")
	for i := 49; i >= 0; i-- {
		script = append(script, fmt.Sprintf("ALTER TASK {{PROD}}.PUBLIC.T%02d RESUME", i))
	}
	return script
}
