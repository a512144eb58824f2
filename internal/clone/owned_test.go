package clone

import (
	"errors"
	"testing"
)

func TestDestructiveStatementsAreKnownByTheirVerb(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		`DROP DATABASE "A"`:                                          "DROP",
		` drop schema "A"."B"`:                                       "DROP",
		`REVOKE SELECT ON TABLE "A"."B"."C" FROM ROLE`:               "REVOKE",
		`ALTER DATABASE "A" RENAME TO "B"`:                           "RENAME",
		`ALTER DATABASE "A" SWAP WITH "B"`:                           "SWAP",
		`ALTER TABLE "A"."B"."C D" RENAME TO "E"`:                    "RENAME",
		`TRUNCATE TABLE "A"."B"."C"`:                                 "TRUNCATE",
		`ALTER TASK "A"."B"."T" MODIFY AS DROP TABLE X`:              "",
		`ALTER TASK "A"."B"."T" MODIFY AS ALTER TABLE X RENAME TO Y`: "",
		`ALTER TABLE "A"."B RENAME "."C" SUSPEND RECLUSTER`:          "",
		`GRANT SELECT ON TABLE "A"."B"."DROP" TO ROLE "R"`:           "",
		`CREATE OR REPLACE VIEW "A"."B"."C" AS SELECT 1`:             "",
		`CREATE OR REPLACE DYNAMIC TABLE "A"."B"."C" AS SELECT 1`:    "",
		`create or replace  table "A"."B"."C" (D NUMBER)`:            "OR REPLACE TABLE",
		`CREATE OR REPLACE TRANSIENT DATABASE "A" CLONE "B"`:         "OR REPLACE DATABASE",
		`CREATE OR REPLACE SCHEMA "A"."B"`:                           "OR REPLACE SCHEMA",
		``:                                                           "",
	} {
		if got := destructiveWord(statement); got != want {
			t.Errorf("destructiveWord(%s) = %q, want %q", statement, got, want)
		}
	}
}

func TestExecSendsNothingDestructive(t *testing.T) {
	t.Parallel()
	var nobody Owned // It has no session: a statement that got through would panic.
	if err := nobody.Exec(t.Context(), `DROP DATABASE "PRODUCTION_DB"`); !errors.Is(err, errNotOurs) {
		t.Errorf("Exec of a DROP: %v, want a refusal", err)
	}
}
