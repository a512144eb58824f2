package clone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// entangled is a source whose clone is full of paths back to it.
func entangled() []string {
	return []string{
		"CREATE TABLE ACME.PUBLIC.T (A NUMBER, B VARCHAR) CHANGE_TRACKING = TRUE", "CREATE TABLE ACME.PUBLIC.P (ID NUMBER, PRIMARY KEY (ID))",
		"CREATE SEQUENCE ACME.PUBLIC.S", "CREATE TABLE ACME.PUBLIC.Q (N NUMBER DEFAULT ACME.PUBLIC.S.NEXTVAL, A NUMBER, B VARCHAR)",
		"CREATE VIEW ACME.PUBLIC.V AS SELECT A FROM ACME.PUBLIC.T",
		"CREATE MATERIALIZED VIEW ACME.PUBLIC.MV AS SELECT A FROM ACME.PUBLIC.T",
		"CREATE DYNAMIC TABLE ACME.PUBLIC.D TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH AS SELECT A FROM ACME.PUBLIC.T",
		"CREATE STREAM ACME.PUBLIC.ST ON TABLE ACME.PUBLIC.T",
		"CREATE STAGE ACME.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING",
		"CREATE PIPE ACME.PUBLIC.PI AS COPY INTO ACME.PUBLIC.T FROM @ACME.PUBLIC.G",
		"CREATE FUNCTION ACME.PUBLIC.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM ACME.PUBLIC.T'",
		"CREATE PROCEDURE ACME.PUBLIC.DYN() RETURNS VARCHAR LANGUAGE SQL AS $$DECLARE Q VARCHAR; BEGIN Q := 'DELETE FROM ACME.PUBLIC.T'; EXECUTE IMMEDIATE :Q; RETURN ''; END$$",
		"CREATE MASKING POLICY ACME.PUBLIC.M AS (V VARCHAR) RETURNS VARCHAR -> '*'",
		"CREATE ROW ACCESS POLICY ACME.PUBLIC.R AS (V NUMBER) RETURNS BOOLEAN -> EXISTS (SELECT 1 FROM ACME.PUBLIC.P WHERE ID = V)",
		"CREATE TAG ACME.PUBLIC.TG", "CREATE DATABASE ROLE ACME.LOW", "GRANT SELECT ON TABLE ACME.PUBLIC.T TO DATABASE ROLE ACME.LOW",
		"GRANT DATABASE ROLE ACME.LOW TO ROLE PROD_READER", "GRANT SELECT ON TABLE ACME.PUBLIC.T TO ROLE PROD_READER",
		"CREATE TASK ACME.PUBLIC.T1 WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS DELETE FROM ACME.PUBLIC.T",
		"CREATE TASK ACME.PUBLIC.T2 WAREHOUSE = PROD_WH AFTER ACME.PUBLIC.T1 AS DELETE FROM ACME.PUBLIC.T",
		"CREATE TASK ACME.PUBLIC.T3 WAREHOUSE = PROD_WH FINALIZE = ACME.PUBLIC.T1 AS DELETE FROM ACME.PUBLIC.T",
		"CREATE ALERT ACME.PUBLIC.AL WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1 FROM ACME.PUBLIC.T)) THEN DELETE FROM ACME.PUBLIC.T",
		"ALTER DATABASE ACME SET TAG ACME.PUBLIC.TG = 'x'", "USE ROLE ACCOUNTADMIN",
		"GRANT SELECT ON FUTURE TABLES IN SCHEMA ACME.PUBLIC TO ROLE PROD_READER",
	}
}

// codesOf are the codes of notes, each once, with the kinds that they are about.
func codesOf(notes []ObjectNote) []string {
	var codes []string
	for _, note := range notes {
		if code := note.Code + " " + note.Kind; !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

func TestEveryPathOfARawCloneIsFound(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", append(entangled(),
		"CREATE DATABASE RAW", "CREATE TABLE RAW.PUBLIC.R (A NUMBER) CHANGE_TRACKING = TRUE", "GRANT USAGE ON DATABASE RAW TO ROLE PROD_ADMIN", "GRANT USAGE ON SCHEMA RAW.PUBLIC TO ROLE PROD_ADMIN",
		"GRANT SELECT ON TABLE RAW.PUBLIC.R TO ROLE PROD_ADMIN", "USE ROLE PROD_ADMIN", "CREATE STREAM ACME.PUBLIC.SR ON TABLE RAW.PUBLIC.R",
		"CREATE FILE FORMAT ACME.PUBLIC.FF TYPE = CSV", "CREATE STAGE ACME.PUBLIC.GF URL = 's3://landing/f/' STORAGE_INTEGRATION = LANDING FILE_FORMAT = (FORMAT_NAME = 'ACME.PUBLIC.FF')",
		"CREATE SEMANTIC VIEW ACME.PUBLIC.SEM TABLES (X AS ACME.PUBLIC.T PRIMARY KEY (A)) DIMENSIONS (X.D AS B)",
		"CREATE CORTEX SEARCH SERVICE ACME.PUBLIC.CS ON B WAREHOUSE = PROD_WH TARGET_LAG = '1 hour' AS SELECT B FROM ACME.PUBLIC.T",
		"CREATE STREAMLIT ACME.PUBLIC.APP ROOT_LOCATION = '@ACME.PUBLIC.G' MAIN_FILE = 'x.py'")...)
	w.run.Spec.Repoint.Databases = []v1alpha1.DatabaseMapping{{From: "RAW", To: "RAW_DEV"}}
	w.turnOn(t, "streamsKeepSourceTable", "tasksKeepSourcePredecessors", "cloneKeepsRoleMembers", "cloneSecrets")
	if err := w.upTo(t, v1alpha1.StepTakeOwnership); err != nil {
		t.Fatal(err)
	}
	w.operator(t, "GRANT DATABASE ROLE ACME_DEV.LOW TO ROLE PROD_READER") // The step takes that away before all else.
	leaks, err := w.run.leaks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "paths", codesOf(leaks),
		"CODE_STRING PROCEDURE", "DYNAMIC_TABLE_BASE DYNAMIC TABLE", "FUTURE_GRANT FUTURE GRANT", "GRANT TABLE", "PIPE_STAGE PIPE",
		"PIPE_TARGET PIPE", "REFERENCE ALERT", "REFERENCE CORTEX SEARCH SERVICE", "REFERENCE FUNCTION", "REFERENCE MATERIALIZED VIEW", "REFERENCE ROW ACCESS POLICY",
		"REFERENCE SEMANTIC VIEW", "REFERENCE STAGE", "REFERENCE TASK", "REFERENCE VIEW", "ROLE_MEMBER DATABASE ROLE", "STREAM_BASE STREAM", "TASK_FINALIZER TASK",
		"TASK_PREDECESSOR TASK")
	expectStrings(t, "streams", notesWith(leaks, codeStreamBase), "ACME_DEV.PUBLIC.SR", "ACME_DEV.PUBLIC.ST")
	expectStrings(t, "shared", codesOf(w.run.State.Report.Shared), "SHARED_STORAGE STAGE", "UNREAD_CODE STREAMLIT")
}

// TestEveryPathMadeBehindTheOperatorsBackIsFound makes a path in a clone that is all but open.
func TestEveryPathMadeBehindTheOperatorsBackIsFound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		statement, code, object string
	}{
		"a view":                {"CREATE OR REPLACE VIEW ACME_DEV.PUBLIC.V AS SELECT A FROM ACME.PUBLIC.T", codeReference, "ACME_DEV.PUBLIC.V"},
		"a function":            {"CREATE OR REPLACE FUNCTION ACME_DEV.PUBLIC.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM ACME.PUBLIC.T'", codeReference, "ACME_DEV.PUBLIC.F()"},
		"a string of code":      {"CREATE OR REPLACE PROCEDURE ACME_DEV.PUBLIC.DYN() RETURNS VARCHAR LANGUAGE SQL AS $$DECLARE Q VARCHAR; BEGIN Q := 'DELETE FROM ACME.PUBLIC.T'; EXECUTE IMMEDIATE :Q; RETURN ''; END$$", codeCodeString, "ACME_DEV.PUBLIC.DYN()"},
		"a materialized view":   {"CREATE MATERIALIZED VIEW ACME_DEV.PUBLIC.MV2 AS SELECT A FROM ACME.PUBLIC.T", codeViewBase, "ACME_DEV.PUBLIC.MV2"},
		"a dynamic table":       {"CREATE OR REPLACE DYNAMIC TABLE ACME_DEV.PUBLIC.D TARGET_LAG = '1 hour' WAREHOUSE = OPERATOR_WH AS SELECT A FROM ACME.PUBLIC.T", codeDynamicBase, "ACME_DEV.PUBLIC.D"},
		"a stream":              {"CREATE OR REPLACE STREAM ACME_DEV.PUBLIC.ST ON TABLE ACME.PUBLIC.T", codeStreamBase, "ACME_DEV.PUBLIC.ST"},
		"a masking policy":      {"ALTER TABLE ACME_DEV.PUBLIC.T MODIFY COLUMN B SET MASKING POLICY ACME.PUBLIC.M FORCE", codePolicy, "ACME_DEV.PUBLIC.T"},
		"a row access policy":   {"ALTER TABLE ACME_DEV.PUBLIC.T ADD ROW ACCESS POLICY ACME.PUBLIC.R ON (A)", codePolicy, "ACME_DEV.PUBLIC.T"},
		"a view's policy":       {"ALTER VIEW ACME_DEV.PUBLIC.V ADD ROW ACCESS POLICY ACME.PUBLIC.R ON (A)", codePolicy, "ACME_DEV.PUBLIC.V"},
		"a column's tag":        {"ALTER TABLE ACME_DEV.PUBLIC.T MODIFY COLUMN B SET TAG ACME.PUBLIC.TG = 'x'", codeTag, "ACME_DEV.PUBLIC.T"},
		"a table's tag":         {"ALTER TABLE ACME_DEV.PUBLIC.T SET TAG ACME.PUBLIC.TG = 'x'", codeTag, "ACME_DEV.PUBLIC.T"},
		"a schema's tag":        {"ALTER SCHEMA ACME_DEV.PUBLIC SET TAG ACME.PUBLIC.TG = 'x'", codeTag, "ACME_DEV.PUBLIC"},
		"the database's tag":    {"ALTER DATABASE ACME_DEV SET TAG ACME.PUBLIC.TG = 'x'", codeTag, "ACME_DEV"},
		"a sequence":            {"ALTER TABLE ACME_DEV.PUBLIC.Q ALTER COLUMN N SET DEFAULT ACME.PUBLIC.S.NEXTVAL", codeSequenceDefault, "ACME_DEV.PUBLIC.Q"},
		"a foreign key":         {"ALTER TABLE ACME_DEV.PUBLIC.Q ADD FOREIGN KEY (A) REFERENCES ACME.PUBLIC.P (ID)", codeForeignKey, "ACME_DEV.PUBLIC.Q"},
		"a task":                {"ALTER TASK ACME_DEV.PUBLIC.T1 MODIFY AS DELETE FROM ACME.PUBLIC.T", codeReference, "ACME_DEV.PUBLIC.T1"},
		"an alert":              {"ALTER ALERT ACME_DEV.PUBLIC.AL MODIFY ACTION DELETE FROM ACME.PUBLIC.T", codeReference, "ACME_DEV.PUBLIC.AL"},
		"a policy's body":       {"ALTER MASKING POLICY ACME_DEV.PUBLIC.M SET BODY -> (SELECT MAX(B) FROM ACME.PUBLIC.T)", codeReference, "ACME_DEV.PUBLIC.M"},
		"a task's notification": {"ALTER TASK ACME_DEV.PUBLIC.T1 SET ERROR_INTEGRATION = PAGER", codeIntegration, "ACME_DEV.PUBLIC.T1"},
		"a task's successes":    {"ALTER TASK ACME_DEV.PUBLIC.T1 SET SUCCESS_INTEGRATION = PAGER", codeSuccessIntegration, "ACME_DEV.PUBLIC.T1"},
		"a grant":               {"GRANT SELECT ON TABLE ACME_DEV.PUBLIC.T TO ROLE PROD_READER", codeGrant, "ACME_DEV.PUBLIC.T"},
		"a grant on a schema":   {"GRANT USAGE ON SCHEMA ACME_DEV.PUBLIC TO ROLE PROD_READER", codeGrant, "ACME_DEV.PUBLIC"},
		"a future grant":        {"GRANT SELECT ON FUTURE TABLES IN DATABASE ACME_DEV TO ROLE PROD_READER", codeFutureGrant, "DATABASE \"ACME_DEV\""},
		"a member":              {"GRANT DATABASE ROLE ACME_DEV.LOW TO ROLE PROD_READER", codeMember, "LOW"},
		"a pipe": {"CREATE OR REPLACE PIPE ACME_DEV.PUBLIC.PI AS COPY INTO ACME.PUBLIC.T FROM @ACME_DEV.PUBLIC.G", codePipeTarget,
			"ACME_DEV.PUBLIC.PI"},
		"a pipe's stage": {"CREATE OR REPLACE PIPE ACME_DEV.PUBLIC.PI AS COPY INTO ACME_DEV.PUBLIC.T FROM @ACME.PUBLIC.G", codePipeStage,
			"ACME_DEV.PUBLIC.PI"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := hostileWorld(t, "ACME", "ACME_DEV", append(entangled(),
				"CREATE NOTIFICATION INTEGRATION PAGER TYPE = QUEUE ENABLED = TRUE NOTIFICATION_PROVIDER = AWS_SNS DIRECTION = OUTBOUND "+
					"AWS_SNS_TOPIC_ARN = 'arn:x' AWS_SNS_ROLE_ARN = 'arn:y'",
				"GRANT USAGE ON INTEGRATION PAGER TO ROLE OPERATOR", "GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE OPERATOR",
				"GRANT APPLY ROW ACCESS POLICY ON ACCOUNT TO ROLE OPERATOR", "GRANT APPLY TAG ON ACCOUNT TO ROLE OPERATOR",
				"GRANT USAGE ON INTEGRATION LANDING TO ROLE OPERATOR")...)
			if err := w.upTo(t, v1alpha1.StepTransferOwnership); err != nil {
				t.Fatal(err)
			}
			if leaks, err := w.run.leaks(t.Context()); err != nil || len(leaks) > 0 {
				t.Fatalf("paths before: %+v, %v", leaks, err)
			}
			w.operator(t, tc.statement)
			if err := w.step(t, validate{}); err == nil {
				t.Error("the clone is valid")
			}
			found := notesWith(w.run.State.Report.Leaks, tc.code)
			if !slices.Contains(found, tc.object) {
				t.Errorf("%s: paths %+v, want %s on %s", tc.statement, w.run.State.Report.Leaks, tc.code, tc.object)
			}
			if isolated := w.run.State.Isolated; isolated == nil || isolated.Holds {
				t.Errorf("isolated: %+v", isolated)
			}
			if advice := Advice(tc.code); advice == "" {
				t.Errorf("nothing says what to do about %s", tc.code)
			}
		})
	}
}

func TestAPathFailsOrWarnsAsTheSpecSays(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", entangled()...)
	if err := w.upTo(t, v1alpha1.StepTransferOwnership); err != nil {
		t.Fatal(err)
	}
	w.operator(t, "CREATE OR REPLACE VIEW ACME_DEV.PUBLIC.V AS SELECT A FROM ACME.PUBLIC.T")
	expectReason(t, w.step(t, validate{}), v1alpha1.ReasonLeaksFound, true, "ACME_DEV.PUBLIC.V", "onLeak: Warn")
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	if err := w.step(t, validate{}); err != nil {
		t.Fatal(err)
	}
	if w.run.State.Isolated.Holds || w.run.State.Summary.Leaks != 1 {
		t.Errorf("isolated: %+v, %d paths", w.run.State.Isolated, w.run.State.Summary.Leaks)
	}
}

func TestWhatWasReviewedIsSharedAndNoLeak(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", entangled()...)
	w.run.Spec.Repoint.CodeStrings = v1alpha1.CodeStringsReport
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonLeaksFound, true, "ACME_DEV.PUBLIC.DYN()")
	w.operator(t, "CREATE OR REPLACE STREAM ACME_DEV.PUBLIC.ST ON TABLE ACME.PUBLIC.T",
		"ALTER TABLE ACME_DEV.PUBLIC.Q ADD FOREIGN KEY (A) REFERENCES ACME.PUBLIC.P (ID)")
	w.run.Spec.Repoint.Reviewed = []v1alpha1.ObjectPattern{"PUBLIC.DYN", "PUBLIC.ST", "PUBLIC.Q"}
	if err := w.step(t, validate{}); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "reviewed", notesWith(w.run.State.Report.Shared, codeReviewed),
		"ACME_DEV.PUBLIC.DYN()", "ACME_DEV.PUBLIC.ST", "ACME_DEV.PUBLIC.Q")
}

func TestWhatUsersMadeInTheirCloneIsTheirs(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", entangled()...)
	w.mustIsolate(t)
	w.run.HandedOver = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	w.operator(t, "CREATE VIEW ACME_DEV.PUBLIC.THEIRS AS SELECT A FROM ACME.PUBLIC.T",
		"CREATE STREAM ACME_DEV.PUBLIC.THEIR_STREAM ON TABLE ACME.PUBLIC.T", "GRANT SELECT ON TABLE ACME_DEV.PUBLIC.T TO ROLE PROD_READER")
	leaks, err := w.run.leaks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(leaks) > 0 {
		t.Errorf("what users made counts as a leak: %+v", leaks)
	}
}

func TestPoliciesThatAreTakenAwayBeforeTheOpeningKeepTheCloneClosed(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "HR.PEOPLE.NAME")}
	w.run.Spec.Validation.OnLeak = v1alpha1.ValidationWarn
	if err := w.upTo(t, v1alpha1.StepTransferOwnership); err != nil {
		t.Fatal(err)
	}
	w.operator(t, `ALTER TABLE "Dev-Db".HR.PEOPLE MODIFY COLUMN NAME UNSET MASKING POLICY`)
	err := w.step(t, validate{})
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "access stays closed", "PEOPLE.NAME")
	if strings.Contains(err.Error(), "Ada") {
		t.Errorf("the error tells a value: %v", err)
	}
}
