package clone

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// externalSource is a database with external tables, what reads them, and what watches them.
func externalSource() []string {
	return []string{
		`CREATE SCHEMA {{PROD}}."ex t"`, "CREATE TAG {{PROD}}.PUBLIC.TG",
		`CREATE STAGE {{PROD}}."ex t"."G é" URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING`,
		`CREATE FILE FORMAT {{PROD}}."ex t".FF TYPE = PARQUET`,
		`CREATE EXTERNAL TABLE {{PROD}}."ex t"."E 1" (A NUMBER AS (VALUE:a::NUMBER)) WITH LOCATION = @{{PROD}}."ex t"."G é"/e/ AUTO_REFRESH = TRUE FILE_FORMAT = (FORMAT_NAME = '{{PROD}}."ex t".FF') COMMENT = 'it''s outside'`,
		`CREATE EXTERNAL TABLE {{PROD}}.PUBLIC.E2 WITH LOCATION = @{{PROD}}."ex t"."G é"/f/ FILE_FORMAT = (TYPE = CSV) AUTO_REFRESH = FALSE`,
		`ALTER EXTERNAL TABLE {{PROD}}."ex t"."E 1" SET TAG {{PROD}}.PUBLIC.TG = 'v'`,
		`CREATE VIEW {{PROD}}.PUBLIC.OVER AS SELECT A FROM {{PROD}}."ex t"."E 1"`,
		`CREATE STREAM {{PROD}}.PUBLIC.SE ON EXTERNAL TABLE {{PROD}}."ex t"."E 1" INSERT_ONLY = TRUE COMMENT = 'only new ones'`,
		`GRANT SELECT ON EXTERNAL TABLE {{PROD}}."ex t"."E 1" TO ROLE PROD_READER WITH GRANT OPTION`,
		`GRANT SELECT ON EXTERNAL TABLE {{PROD}}."ex t"."E 1" TO ROLE ANALYST`,
		`GRANT SELECT ON STREAM {{PROD}}.PUBLIC.SE TO ROLE PROD_READER WITH GRANT OPTION`,
	}
}

func TestExternalTablesAreMadeAnewOverTheClonesOwnStage(t *testing.T) {
	t.Parallel()
	for name, switches := range map[string][]string{
		"as documented": nil, "streams are stale": {"streamsStaleAfterClone"}, "streams stay on the source": {"streamsKeepSourceTable"},
		"streams keep grants": {"streamCopyGrants"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "prod db", "Dev-Db", externalSource()...)
			w.turnOn(t, switches...)
			w.run.Spec.ExternalTables.Mode = v1alpha1.ExternalTablesRecreate
			w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"PROD_R*"}
			w.admin(t, "GRANT USAGE ON INTEGRATION LANDING TO ROLE OPERATOR")
			w.mustIsolate(t)
			w.expectNoCertainReference(t)
			if got := w.run.State.Summary.ExternalTables; got != 2 {
				t.Errorf("%d external tables were made, want 2", got)
			}
			facts := w.describe(t, "Dev-Db")
			for _, want := range []string{
				`EXTERNAL TABLE "Dev-Db"."ex t"."E 1" comment "it's outside"`,
				`EXTERNAL TABLE "Dev-Db"."ex t"."E 1" tag "Dev-Db".PUBLIC.TG="v"`,
				`EXTERNAL TABLE "Dev-Db"."ex t"."E 1" grant SELECT to ROLE PROD_READER by ROLE OPERATOR option true`,
				`STREAM "Dev-Db".PUBLIC.SE grant SELECT to ROLE PROD_READER by ROLE OPERATOR option true`,
				`STREAM "Dev-Db".PUBLIC.SE comment "only new ones"`,
			} {
				if !slices.Contains(facts, want) {
					t.Errorf("no fact says %s", want)
				}
			}
			for _, fact := range facts {
				if strings.Contains(fact, "auto_refresh=true") || strings.HasPrefix(fact, "EXTERNAL TABLE") && strings.Contains(fact, "ANALYST") {
					t.Errorf("unwanted: %s", fact)
				}
			}
			streams, err := w.client.Streams(t.Context(), snowflake.InDatabase("Dev-Db"))
			if err != nil || len(streams) != 1 || streams[0].Mode != "INSERT_ONLY" || streams[0].Stale ||
				streams[0].Source != (sqltext.Name{Database: "Dev-Db", Schema: "ex t", Object: "E 1"}) {
				t.Errorf("streams: %+v, %v", streams, err)
			}
		})
	}
}

func TestExternalTablesThatAreLeftAreReportedAndWhatWatchesThemIsNamed(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", externalSource()...)
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	w.mustFinish(t)
	var codes []string
	for _, note := range w.run.State.Report.Missing {
		codes = append(codes, note.Code+" "+note.Name)
	}
	expectStrings(t, "missing", codes, `NEVER_CLONED "prod db"."ex t"."E 1"`, `NEVER_CLONED "prod db".PUBLIC.E2`)
	var failed []string
	for _, note := range w.run.State.Report.Failures {
		failed = append(failed, note.Code+" "+note.Kind+" "+note.Name)
		if !strings.Contains(note.Note, "externalTables.mode: Recreate") {
			t.Errorf("%s %s: the note says nothing of what to do: %s", note.Kind, note.Name, note.Note)
		}
	}
	expectStrings(t, "failures", failed, `REFUSED VIEW "Dev-Db".PUBLIC.OVER`, `REFUSED STREAM "Dev-Db".PUBLIC.SE`)
	expectStrings(t, "streams", w.show(t, `SHOW STREAMS IN DATABASE "Dev-Db"`, "name"), "SE")
}

func TestAnExternalTableThatIsRefusedHidesNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", append(externalSource(),
		`CREATE STAGE {{PROD}}.PUBLIC.INSIDE`, `CREATE EXTERNAL TABLE {{PROD}}.PUBLIC.BAD WITH LOCATION = @{{PROD}}.PUBLIC.INSIDE/f/ FILE_FORMAT = (TYPE = CSV) AUTO_REFRESH = FALSE`)...)
	w.run.Spec.ExternalTables.Mode = v1alpha1.ExternalTablesRecreate
	w.run.Spec.Validation.OnMissing = v1alpha1.ValidationWarn
	w.mustFinish(t)
	var notes []string
	for _, note := range w.run.State.Report.ExternalTables {
		notes = append(notes, note.Code+" "+note.Name)
	}
	expectStrings(t, "external tables", notes,
		`MADE_ANEW "Dev-Db"."ex t"."E 1"`, `MADE_ANEW "Dev-Db".PUBLIC.E2`, `REFUSED "Dev-Db".PUBLIC.BAD`)
	if missing := w.run.State.Report.Missing; !slices.ContainsFunc(missing, func(note ObjectNote) bool {
		return note.Kind == "EXTERNAL TABLE" && note.Code == codeUnexplained
	}) {
		t.Errorf("missing: %+v, want the external table that was refused", missing)
	}
}

func TestAStatementForAnExternalTableNamesAllInFullAndRefreshesNothing(t *testing.T) {
	t.Parallel()
	rewriter := &rewriter{options: sqltext.Options{Mappings: []sqltext.Mapping{{From: "PROD", To: "DEV"}}}}
	name := sqltext.Name{Database: "DEV", Schema: "S", Object: "E"}
	const tail = "(\n\tA NUMBER(38,0) AS (VALUE:AUTO_REFRESH),\n\tAWS_SNS_TOPIC VARCHAR AS ('x')\n)\n"
	for title, tc := range map[string]struct{ reason, text, want string }{
		"on, with a topic": {
			"it would hear of production's files",
			"create or replace external table PROD.S.E" + tail + "location=@PROD.S.G/e/\nauto_refresh=true\naws_sns_topic='arn:x'\nfile_format=(TYPE=CSV)\n;",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"` + tail + "location=@DEV.S.G/e/\nauto_refresh=FALSE\n\nfile_format=(TYPE=CSV)\n;",
		},
		"on, with an integration": {
			"it would hear of production's files",
			"create or replace external table PROD.S.E" + tail + "location=@PROD.S.G/e/\nauto_refresh=true\nintegration='HUB'\nfile_format=(TYPE=CSV)\n;",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"` + tail + "location=@DEV.S.G/e/\nauto_refresh=FALSE\n\nfile_format=(TYPE=CSV)\n;",
		},
		"named like a clause": {
			"a word that no equals sign follows opens none",
			"create or replace external table PROD.S.AUTO_REFRESH" + tail + "location=@PROD.S.INTEGRATION pattern='x'\nauto_refresh=true\nfile_format=(TYPE=CSV)\n;",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"` + tail + "location=@DEV.S.INTEGRATION pattern='x'\nauto_refresh=FALSE\nfile_format=(TYPE=CSV)\n;",
		},
		"not said": {
			"the default is on",
			"create or replace external table PROD.S.E" + tail + "location=@PROD.S.G/e/\nfile_format=(TYPE=CSV)\n;",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"` + tail + "location=@DEV.S.G/e/\nAUTO_REFRESH = FALSE file_format=(TYPE=CSV)\n;",
		},
		"names that are cut short": {
			"the session has neither database nor schema",
			"create or replace external table PROD.S.E" + tail + "location=@G/e/\nauto_refresh=false\nfile_format=(FORMAT_NAME='T.F')\n;",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"` + tail + "location=@\"DEV\".\"S\".\"G\"/e/\nauto_refresh=FALSE\nfile_format=(FORMAT_NAME='\"DEV\".\"T\".\"F\"')\n;",
		},
		"VALUE among the columns": {
			"every external table has it without being told",
			"create or replace external table PROD.S.E (\n\tVALUE VARIANT,\n\tA NUMBER(38,0) AS (VALUE:a)\n)\nlocation=@PROD.S.G/e/\nauto_refresh=false\nfile_format=(TYPE=CSV)\n;",
			"CREATE EXTERNAL TABLE \"DEV\".\"S\".\"E\" (\n\tA NUMBER(38,0) AS (VALUE:a)\n)\nlocation=@DEV.S.G/e/\nauto_refresh=FALSE\nfile_format=(TYPE=CSV)\n;",
		},
		"VALUE behind another column": {
			"every external table has it without being told",
			"create or replace external table PROD.S.E (A NUMBER AS (VALUE:a), VALUE VARIANT) location=@PROD.S.G/e/ auto_refresh=false file_format=(TYPE=CSV);",
			`CREATE EXTERNAL TABLE "DEV"."S"."E" (A NUMBER AS (VALUE:a)) location=@DEV.S.G/e/ auto_refresh=FALSE file_format=(TYPE=CSV);`,
		},
		"VALUE alone": {
			"a list of columns must not be empty",
			"create or replace external table PROD.S.E (\n\tVALUE VARIANT\n) location=@PROD.S.G/e/ auto_refresh=false file_format=(TYPE=CSV);",
			`CREATE EXTERNAL TABLE "DEV"."S"."E"  location=@DEV.S.G/e/ auto_refresh=FALSE file_format=(TYPE=CSV);`,
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := externalTableStatement(rewriter, name, tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
