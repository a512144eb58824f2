package clone

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// governed is a database in which everything that can be repointed carries grants, comments, tags and policies.
func governed() []string {
	return []string{
		"USE ROLE ACCOUNTADMIN", "CREATE NOTIFICATION INTEGRATION PAGER TYPE = QUEUE ENABLED = TRUE NOTIFICATION_PROVIDER = AWS_SNS DIRECTION = OUTBOUND " +
			"AWS_SNS_TOPIC_ARN = 'arn:x' AWS_SNS_ROLE_ARN = 'arn:y'",
		"GRANT USAGE ON INTEGRATION PAGER TO ROLE PROD_ADMIN", "GRANT USAGE ON INTEGRATION PAGER TO ROLE OPERATOR", "USE ROLE PROD_ADMIN",
		"CREATE SCHEMA {{PROD}}.GOV", "CREATE TAG {{PROD}}.GOV.PII", "CREATE TABLE {{PROD}}.GOV.ALLOWED (WHO VARCHAR)",
		`CREATE MASKING POLICY {{PROD}}.GOV.HIDE AS (V VARCHAR) RETURNS VARCHAR ->
  CASE WHEN EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED) THEN V ELSE '***' END COMMENT = 'hides it'`,
		`CREATE ROW ACCESS POLICY {{PROD}}.GOV.ROWS_OF AS (N NUMBER) RETURNS BOOLEAN -> EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED)`,
		`CREATE AGGREGATION POLICY {{PROD}}.GOV.AGG AS () RETURNS AGGREGATION_CONSTRAINT ->
  CASE WHEN EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED) THEN NO_AGGREGATION_CONSTRAINT() ELSE AGGREGATION_CONSTRAINT(MIN_GROUP_SIZE => 5) END`,
		`CREATE PROJECTION POLICY {{PROD}}.GOV.PROJ AS () RETURNS PROJECTION_CONSTRAINT ->
  CASE WHEN EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED) THEN PROJECTION_CONSTRAINT(ALLOW => TRUE) ELSE PROJECTION_CONSTRAINT(ALLOW => FALSE) END`,
		`CREATE JOIN POLICY {{PROD}}.GOV.JOINED AS () RETURNS JOIN_CONSTRAINT -> JOIN_CONSTRAINT(JOIN_REQUIRED => EXISTS (SELECT 1 FROM {{PROD}}.GOV.ALLOWED))`,
		"CREATE TABLE {{PROD}}.GOV.GUARDED (N NUMBER, M NUMBER)", "CREATE VIEW {{PROD}}.GOV.GUARDED_VIEW AS SELECT N, M FROM {{PROD}}.GOV.GUARDED",
		"ALTER TABLE {{PROD}}.GOV.GUARDED SET AGGREGATION POLICY {{PROD}}.GOV.AGG", "ALTER VIEW {{PROD}}.GOV.GUARDED_VIEW SET AGGREGATION POLICY {{PROD}}.GOV.AGG",
		"ALTER VIEW {{PROD}}.GOV.GUARDED_VIEW MODIFY COLUMN N SET PROJECTION POLICY {{PROD}}.GOV.PROJ",
		"GRANT APPLY ON MASKING POLICY {{PROD}}.GOV.HIDE TO ROLE PROD_READER",
		"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER, M VARCHAR) CHANGE_TRACKING = TRUE",
		"CREATE STAGE {{PROD}}.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING DIRECTORY = (ENABLE = TRUE)",
		`CREATE VIEW {{PROD}}.PUBLIC."the view" (N COMMENT 'it''s a number', M WITH MASKING POLICY {{PROD}}.GOV.HIDE COMMENT 'ö')
  WITH ROW ACCESS POLICY {{PROD}}.GOV.ROWS_OF ON (N) WITH TAG ({{PROD}}.GOV.PII = 'view')
  CHANGE_TRACKING = TRUE COMMENT = 'what''s "this"' AS SELECT N, M FROM {{PROD}}.PUBLIC.T`,
		`ALTER VIEW {{PROD}}.PUBLIC."the view" MODIFY COLUMN M SET TAG {{PROD}}.GOV.PII = 'column'`,
		"CREATE SECURE VIEW {{PROD}}.PUBLIC.SECRET COMMENT = 'secret' AS SELECT N FROM {{PROD}}.PUBLIC.T",
		"CREATE MATERIALIZED VIEW {{PROD}}.PUBLIC.MV WITH TAG ({{PROD}}.GOV.PII = 'mv') CLUSTER BY (N) COMMENT = 'kept' AS SELECT N FROM {{PROD}}.PUBLIC.T",
		"CREATE DYNAMIC TABLE {{PROD}}.PUBLIC.DT (N COMMENT 'of it', M WITH MASKING POLICY {{PROD}}.GOV.HIDE) TARGET_LAG = DOWNSTREAM WAREHOUSE = PROD_WH REFRESH_MODE = FULL " +
			"INITIALIZE = ON_SCHEDULE CLUSTER BY (N) DATA_RETENTION_TIME_IN_DAYS = 3 MAX_DATA_EXTENSION_TIME_IN_DAYS = 5 WITH ROW ACCESS POLICY {{PROD}}.GOV.ROWS_OF ON (N) " +
			"WITH TAG ({{PROD}}.GOV.PII = 'dt') COMMENT = 'dynamic' AS SELECT N, M FROM {{PROD}}.PUBLIC.T",
		`CREATE FUNCTION {{PROD}}.PUBLIC.F(A NUMBER) RETURNS NUMBER COMMENT = 'f' AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE SECURE FUNCTION {{PROD}}.PUBLIC.F(A VARCHAR) RETURNS NUMBER AS 'SELECT COUNT(*) FROM "prod db".PUBLIC.T'`,
		`CREATE PROCEDURE {{PROD}}.PUBLIC.P() RETURNS VARCHAR LANGUAGE JAVASCRIPT COMMENT = 'p' EXECUTE AS CALLER AS
  'snowflake.execute({sqlText: "DELETE FROM \\"prod db\\".PUBLIC.T"}); return "it''s done";'`,
		"ALTER FUNCTION {{PROD}}.PUBLIC.F(NUMBER) SET TAG {{PROD}}.GOV.PII = 'function'", "ALTER PROCEDURE {{PROD}}.PUBLIC.P() SET TAG {{PROD}}.GOV.PII = 'procedure'",
		"CREATE TASK {{PROD}}.PUBLIC.ROOT WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' COMMENT = 'root' AS DELETE FROM {{PROD}}.PUBLIC.T",
		"CREATE TASK {{PROD}}.PUBLIC.CHILD WAREHOUSE = PROD_WH AFTER {{PROD}}.PUBLIC.ROOT AS DELETE FROM {{PROD}}.PUBLIC.T",
		"CREATE ALERT {{PROD}}.PUBLIC.AL WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' COMMENT = 'al' IF (EXISTS (SELECT 1 FROM {{PROD}}.PUBLIC.T)) THEN DELETE FROM {{PROD}}.PUBLIC.T",
		"CREATE PIPE {{PROD}}.PUBLIC.PI ERROR_INTEGRATION = PAGER COMMENT = 'pi' AS COPY INTO {{PROD}}.PUBLIC.T FROM @{{PROD}}.PUBLIC.G",
		"ALTER PIPE {{PROD}}.PUBLIC.PI SET TAG {{PROD}}.GOV.PII = 'pipe'",
		"ALTER TASK {{PROD}}.PUBLIC.CHILD SET TAG {{PROD}}.GOV.PII = 'task'", "ALTER ALERT {{PROD}}.PUBLIC.AL SET TAG {{PROD}}.GOV.PII = 'alert'",
		"CREATE STREAM {{PROD}}.PUBLIC.ST WITH TAG ({{PROD}}.GOV.PII = 'stream') ON TABLE {{PROD}}.PUBLIC.T APPEND_ONLY = TRUE COMMENT = 'st'",
		`CREATE STREAM {{PROD}}.PUBLIC.SV ON VIEW {{PROD}}.PUBLIC."the view" COMMENT = 'sv'`,
		"CREATE STREAM {{PROD}}.PUBLIC.SG ON STAGE {{PROD}}.PUBLIC.G", "CREATE STREAM {{PROD}}.PUBLIC.SD ON DYNAMIC TABLE {{PROD}}.PUBLIC.DT",
		"GRANT SELECT ON ALL VIEWS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT SELECT ON ALL STREAMS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT SELECT ON STREAM {{PROD}}.PUBLIC.ST TO ROLE ANALYST",
		"GRANT SELECT ON ALL DYNAMIC TABLES IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER",
		"GRANT USAGE ON ALL FUNCTIONS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER", "GRANT USAGE ON ALL PROCEDURES IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT OPERATE ON PIPE {{PROD}}.PUBLIC.PI TO ROLE PROD_READER WITH GRANT OPTION", "GRANT MONITOR ON PIPE {{PROD}}.PUBLIC.PI TO ROLE ANALYST",
		"GRANT MONITOR ON ALL TASKS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER", "GRANT MONITOR ON ALL ALERTS IN SCHEMA {{PROD}}.PUBLIC TO ROLE PROD_READER",
	}
}

// grantor matches who made a grant.
var grantor = regexp.MustCompile(` by ROLE \w+`)

// factsOf are the facts of the clone that repointing and recreating must keep, with the source's name replaced by the
// clone's.
func (w *world) factsOf(t *testing.T) []string {
	t.Helper()
	var facts []string
	for _, line := range w.describe(t, string(w.run.Target)) {
		volatile := strings.Contains(line, ` TEXT "`) || strings.Contains(line, ` text "`) || strings.Contains(line, " row (") ||
			strings.HasPrefix(line, "STREAM ") && (strings.Contains(line, " state ") || strings.Contains(line, " definition ")) ||
			strings.Contains(line, "parameter PIPE_EXECUTION_PAUSED")
		if !volatile {
			// Who granted it cannot be chosen: that is the owner of what was made anew.
			line = grantor.ReplaceAllString(line, "")
			facts = append(facts, strings.ReplaceAll(line, string(w.run.Source), string(w.run.Target)))
		}
	}
	pipes, err := w.client.Pipes(t.Context(), snowflake.InDatabase(w.run.Target))
	if err != nil {
		t.Fatal(err)
	}
	for _, pipe := range pipes {
		facts = append(facts, fmt.Sprintf("%s reports its errors to %q and is fed by %q", pipe.ObjectRef, pipe.ErrorIntegration, pipe.Integration))
	}
	slices.Sort(facts)
	return facts
}

// unknownAlter is what an account answers that does not know CREATE OR ALTER for a kind of object.
var unknownAlter = emulator.Fault{
	Kind: emulator.FaultError, Match: "^CREATE OR ALTER", Code: 2, State: "0A000", Message: "Unsupported feature 'CREATE OR ALTER'.",
}

func TestRepointingKeepsOwnersGrantsCommentsTagsPoliciesAndStates(t *testing.T) {
	t.Parallel()
	for name, switches := range map[string][]string{
		"as documented":                        nil,
		"streams are stale":                    {"streamsStaleAfterClone"},
		"streams stay on the source":           {"streamsKeepSourceTable"},
		"streams keep grants when replaced":    {"streamsStaleAfterClone", "streamCopyGrants"},
		"views can be altered, tasks linked":   {"createOrAlterViewChangesQuery", "tasksKeepSourcePredecessors"},
		"definitions need a warehouse":         {"getDDLNeedsWarehouse"},
		"the cloner owns what is in the clone": {"clonerOwnsChildren", "cloneDropsSchemaGrants"},
		"nothing can be altered":               {""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "prod db", "Dev-Db", governed()...)
			if slices.Equal(switches, []string{""}) {
				if _, err := w.server.AddFault(unknownAlter); err != nil {
					t.Fatal(err)
				}
			} else {
				w.turnOn(t, switches...)
			}
			w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"*"}
			if err := w.upTo(t, v1alpha1.StepSuspendTasks); err != nil {
				t.Fatal(err)
			}
			before := w.factsOf(t)
			for _, step := range []Step{repoint{}, recreateStreams{}} {
				if err := w.step(t, step); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(before, w.factsOf(t)); diff != "" {
				t.Errorf("facts of the clone (-before +after):\n%s", diff)
			}
			w.expectNoCertainReference(t)
		})
	}
}

// expectNoCertainReference reads every definition in the clone anew and looks for what still names the source.
func (w *world) expectNoCertainReference(t *testing.T) {
	t.Helper()
	texts, unread, err := w.run.definitions(t.Context())
	if err != nil || len(unread) > 0 {
		t.Fatalf("read the definitions: %v, %v", err, unread)
	}
	rewriter, err := w.run.rewriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		for _, reference := range rewriter.references(text.text) {
			if reference.Name.Database == w.run.Source {
				t.Errorf("%s names %s in line %d", text.ref, reference.Name, reference.Line)
			}
		}
	}
}
