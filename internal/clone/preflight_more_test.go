package clone

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// strangers is the beginning of a script that makes objects of PROD which belong to a role that the operator does not have.
var strangers = []string{
	"CREATE ROLE STRANGER", "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE STRANGER", "GRANT ROLE STRANGER TO ROLE ACCOUNTADMIN",
	"GRANT USAGE ON DATABASE PROD TO ROLE STRANGER", "GRANT ALL PRIVILEGES ON SCHEMA PROD.SALES TO ROLE STRANGER",
	"USE ROLE STRANGER", "USE WAREHOUSE PROD_WH",
}

// Each object here would be left out of the clone without a word (C14). The statements that the check prints must be all
// that it takes, which is tried by running them.
func TestWhatACloneWouldLackIsNamedAndHealedByTheStatementsPrinted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		setup []string
		lacks string
		grant string
	}{
		"a table":              {[]string{"CREATE TABLE PROD.SALES.X (A NUMBER)"}, "TABLE PROD.SALES.X", `GRANT SELECT ON ALL TABLES IN DATABASE "PROD"`},
		"a view":               {[]string{"CREATE VIEW PROD.SALES.X AS SELECT 1 AS A"}, "VIEW PROD.SALES.X", `GRANT SELECT ON ALL VIEWS`},
		"a sequence":           {[]string{"CREATE SEQUENCE PROD.SALES.X"}, "SEQUENCE PROD.SALES.X", `GRANT USAGE ON ALL SEQUENCES`},
		"a file format":        {[]string{"CREATE FILE FORMAT PROD.SALES.X TYPE = CSV"}, "FILE FORMAT PROD.SALES.X", `GRANT USAGE ON ALL FILE FORMATS`},
		"a task":               {[]string{"CREATE TASK PROD.SALES.X WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS SELECT 1"}, "TASK PROD.SALES.X", `GRANT ROLE "STRANGER"`},
		"a tag":                {[]string{"CREATE TAG PROD.SALES.X"}, "TAG PROD.SALES.X", `GRANT APPLY ON TAG "PROD"."SALES"."X"`},
		"an external stage":    {[]string{"CREATE STAGE PROD.SALES.X URL = 's3://x/'"}, "STAGE PROD.SALES.X", `GRANT USAGE ON STAGE "PROD"."SALES"."X"`},
		"a procedure":          {[]string{"CREATE PROCEDURE PROD.SALES.X(A NUMBER) RETURNS NUMBER LANGUAGE SQL AS 'BEGIN RETURN 1; END'"}, "PROCEDURE PROD.SALES.X(NUMBER)", `GRANT USAGE ON ALL PROCEDURES`},
		"one of two overloads": {[]string{"CREATE FUNCTION PROD.SALES.TWICE(A DATE) RETURNS DATE AS 'A'"}, "FUNCTION PROD.SALES.TWICE(DATE)", `GRANT USAGE ON ALL FUNCTIONS`},
		"a database role": {
			[]string{"USE ROLE PROD_ADMIN", "CREATE DATABASE ROLE PROD.X", "USE ROLE ACCOUNTADMIN", "GRANT OWNERSHIP ON DATABASE ROLE PROD.X TO ROLE STRANGER"},
			"DATABASE ROLE PROD.X", `GRANT ROLE "STRANGER"`,
		},
		"what a database role owns": {
			[]string{
				"USE ROLE PROD_ADMIN", "CREATE DATABASE ROLE PROD.OWNERS", "CREATE ALERT PROD.SALES.X WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1",
				"USE ROLE ACCOUNTADMIN", "GRANT OWNERSHIP ON ALERT PROD.SALES.X TO DATABASE ROLE PROD.OWNERS",
			}, "ALERT PROD.SALES.X", `GRANT DATABASE ROLE "PROD"."OWNERS"`,
		},
		"a whole schema": {
			[]string{"USE ROLE ACCOUNTADMIN", "CREATE SCHEMA PROD.OTHER", "GRANT OWNERSHIP ON SCHEMA PROD.OTHER TO ROLE STRANGER REVOKE CURRENT GRANTS"},
			"SCHEMA PROD.OTHER", `GRANT USAGE ON ALL SCHEMAS IN DATABASE "PROD"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, append(slices.Clone(strangers), tc.setup...)...)
			err := w.step(t, preflight{})
			expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, tc.lacks, tc.grant)
			left := w.run.State.Report.LeftOut
			if !slices.ContainsFunc(left, func(note ObjectNote) bool {
				return note.Code == codeNoPrivilege && note.Kind+" "+note.Name == tc.lacks
			}) {
				t.Errorf("left out: %+v, want %s", left, tc.lacks)
			}
			w.admin(t, append([]string{"USE ROLE ACCOUNTADMIN"}, w.run.State.Report.Grants...)...)
			if err := w.upTo(t, v1alpha1.StepCloneDatabase); err != nil {
				t.Fatal(err)
			}
			w.expectCloned(t, tc.lacks)
		})
	}
}

// expectCloned checks that the twin of an object of PROD is in the clone.
func (w *world) expectCloned(t *testing.T, object string) {
	t.Helper()
	var there []snowflake.Object
	schemas, err := w.client.Schemas(t.Context(), w.run.Target)
	if err != nil {
		t.Fatal(err)
	}
	roles, err := w.client.DatabaseRoles(t.Context(), w.run.Target)
	if err != nil {
		t.Fatal(err)
	}
	inventory, err := w.client.Inventory(t.Context(), snowflake.InDatabase(w.run.Target))
	if err != nil {
		t.Fatal(err)
	}
	for _, schema := range schemas {
		there = append(there, schema.Object)
	}
	for _, role := range roles {
		there = append(there, role.Object)
	}
	for _, objects := range inventory {
		there = append(there, objects...)
	}
	twin := strings.Replace(object, " PROD.", " DEV.", 1)
	if !slices.ContainsFunc(there, func(o snowflake.Object) bool { return o.String() == twin }) {
		t.Errorf("after the statements were run, the clone lacks %s", twin)
	}
}

func TestWhatTheCloneUsesBesidesTheSourceIsCheckedBeforehand(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		setup  []string
		change func(*Run)
		reason string
		says   []string
	}{
		"the source's database": {
			[]string{"REVOKE ROLE PROD_ADMIN FROM ROLE OPERATOR"}, nil, v1alpha1.ReasonMissingPrivileges,
			[]string{`GRANT USAGE ON DATABASE "PROD" TO ROLE "OPERATOR"`},
		},
		"the right to a warehouse for the tasks": {
			[]string{"CREATE WAREHOUSE DEV_WH"}, func(r *Run) { r.Spec.Tasks.Warehouse = "DEV_WH" }, v1alpha1.ReasonMissingPrivileges,
			[]string{`GRANT USAGE ON WAREHOUSE "DEV_WH" TO ROLE "OPERATOR"`},
		},
		"the warehouse of the tasks": {
			nil, func(r *Run) { r.Spec.Tasks.Warehouse = "NO_WH" }, v1alpha1.ReasonMissingPrivileges, []string{"tasks.warehouse: NO_WH does not exist"},
		},
		"the rights of the owner of tasks": {
			nil, func(r *Run) { r.Spec.Access.Owner, r.Spec.Tasks.State = "DEV_OWNER", v1alpha1.ActivityResume },
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT EXECUTE TASK ON ACCOUNT TO ROLE "DEV_OWNER"`},
		},
		"the right of the owner to run tasks without a warehouse": {
			[]string{"CREATE TASK PROD.SALES.SERVERLESS SCHEDULE = '60 MINUTE' AS SELECT 1", "GRANT OWNERSHIP ON TASK PROD.SALES.SERVERLESS TO ROLE PROD_ADMIN"},
			func(r *Run) { r.Spec.Access.Owner, r.Spec.Tasks.State = "DEV_OWNER", v1alpha1.ActivityResume },
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT EXECUTE MANAGED TASK ON ACCOUNT TO ROLE "DEV_OWNER"`},
		},
		"the right of the owner to the warehouses of tasks": {
			nil, func(r *Run) { r.Spec.Access.Owner, r.Spec.Tasks.State = "DEV_OWNER", v1alpha1.ActivityResume },
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT USAGE ON WAREHOUSE "PROD_WH" TO ROLE "DEV_OWNER"`},
		},
		"an owner who does not exist": {
			nil, func(r *Run) { r.Spec.Access.Owner = "NOBODY" }, v1alpha1.ReasonMissingPrivileges, []string{"access.owner: role NOBODY does not exist"},
		},
		"a policy that may not be applied": {
			[]string{"REVOKE APPLY ON MASKING POLICY GOVERNANCE.POLICIES.HIDE FROM ROLE OPERATOR"}, maskedBy("GOVERNANCE.POLICIES.HIDE"),
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT APPLY ON MASKING POLICY "GOVERNANCE"."POLICIES"."HIDE" TO ROLE "OPERATOR"`},
		},
		"a policy whose schema may not be used": {
			[]string{"REVOKE USAGE ON SCHEMA GOVERNANCE.POLICIES FROM ROLE OPERATOR"}, maskedBy("GOVERNANCE.POLICIES.HIDE"),
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT USAGE ON SCHEMA "GOVERNANCE"."POLICIES" TO ROLE "OPERATOR"`},
		},
		"a policy that does not exist": {nil, maskedBy("GOVERNANCE.POLICIES.NONE"), v1alpha1.ReasonMaskingFailed, []string{"policy.requiredMasking[0]", "GOVERNANCE.POLICIES.NONE"}},
		"a policy of the source that does not exist": {
			nil, maskedBy("PROD.SALES.NONE"), v1alpha1.ReasonMaskingFailed, []string{"PROD.SALES.NONE does not exist"},
		},
		"a tag": {
			[]string{"CREATE TAG GOVERNANCE.POLICIES.COST"}, func(r *Run) { r.Spec.Target.Tags = map[string]string{"GOVERNANCE.POLICIES.COST": "1"} },
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT APPLY ON TAG "GOVERNANCE"."POLICIES"."COST" TO ROLE "OPERATOR"`},
		},
		"the table of mappings": {
			[]string{"CREATE TABLE GOVERNANCE.POLICIES.MAPPINGS (A VARCHAR)"}, func(r *Run) { r.Spec.Access.MappingTable = "GOVERNANCE.POLICIES.MAPPINGS" },
			v1alpha1.ReasonMissingPrivileges, []string{`GRANT SELECT ON TABLE "GOVERNANCE"."POLICIES"."MAPPINGS" TO ROLE "OPERATOR"`},
		},
		"schemas that do not exist": {
			nil, func(r *Run) { r.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"NONE*"}} },
			v1alpha1.ReasonSourceNotFound, []string{"source.schemas"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tc.setup...)
			if tc.change != nil {
				tc.change(w.run)
			}
			expectReason(t, w.step(t, preflight{}), tc.reason, true, tc.says...)
		})
	}
}

func maskedBy(policy v1alpha1.QualifiedName) func(*Run) {
	return func(r *Run) {
		r.Policy.RequiredMasking = []v1alpha1.MaskingRule{{Policy: policy, Columns: []v1alpha1.ColumnPattern{"*.*.EMAIL"}}}
	}
}

func TestAllProblemsAreSaidAtOnceWithinTheBoundOfACondition(t *testing.T) {
	t.Parallel()
	setup := slices.Clone(strangers)
	for i := range 40 {
		setup = append(setup, fmt.Sprintf("CREATE TAG PROD.SALES.TAG_WITH_A_LONG_NAME_%02d", i))
	}
	w := newWorld(t, append(setup, "USE ROLE ACCOUNTADMIN", "CREATE DATABASE DEV")...)
	err := w.step(t, preflight{})
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, "lack 40 objects", "more, which the report lists", "DEV exists")
	if n := len(err.Error()); n > 1024 {
		t.Errorf("the message has %d bytes:\n%s", n, err)
	}
	if grants := w.run.State.Report.Grants; len(grants) != 40 {
		t.Errorf("%d statements in the report, want 40", len(grants))
	}
}

func TestPreflightForeseesWhatNoRightBringsIntoTheClone(t *testing.T) {
	t.Parallel()
	script := []string{
		"USE ROLE PROD_ADMIN", "USE WAREHOUSE PROD_WH",
		`CREATE FUNCTION PROD.SALES.STAGED(A NUMBER) RETURNS NUMBER LANGUAGE JAVA IMPORTS = ('@PROD.SALES.SCRATCH/x.jar') HANDLER = 'X.y'`,
		`CREATE PROCEDURE PROD.SALES.STAGED_TOO() RETURNS NUMBER LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') IMPORTS = ('@PROD.SALES.SCRATCH/x.py') HANDLER = 'x.y'`,
		`CREATE FUNCTION PROD.SALES.INLINE(A NUMBER) RETURNS NUMBER LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'f' AS 'def f(a): return a'`,
		"CREATE EXTERNAL TABLE PROD.SALES.OUTSIDE WITH LOCATION = @PROD.SALES.LANDING/e/ FILE_FORMAT = (TYPE = PARQUET) AUTO_REFRESH = FALSE",
	}
	w := newWorld(t, script...)
	if err := w.step(t, preflight{}); err != nil {
		t.Fatal(err)
	}
	foreseen := notes(w.run.State.Report.LeftOut)
	expectStrings(t, "foreseen", foreseen,
		"STAGE PROD.SALES.SCRATCH INTERNAL_STAGE", "PIPE PROD.SALES.FROM_SCRATCH PIPE_ON_INTERNAL_STAGE",
		"FUNCTION PROD.SALES.STAGED(NUMBER) STAGED_CODE", "PROCEDURE PROD.SALES.STAGED_TOO() STAGED_CODE",
		"EXTERNAL TABLE PROD.SALES.OUTSIDE NEVER_CLONED")
	w.mustFinish(t)
	expectStrings(t, "what is missing in the end", notes(w.run.State.Report.Missing), foreseen...)
}

// notes are remarks as kind, name and code.
func notes(list []ObjectNote) []string {
	var texts []string
	for _, note := range list {
		texts = append(texts, strings.Join([]string{note.Kind, note.Name, note.Code}, " "))
	}
	return texts
}

func TestAMomentIsJudgedOnceAndNotForAgainACloneThatExists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Source.At = &v1alpha1.TimeTravelPoint{Timestamp: &metav1.Time{Time: w.clock.Now().Add(-time.Hour)}}
	w.run.State.Database = &v1alpha1.DatabaseStatus{Name: "DEV"}
	if err := w.step(t, preflight{}); err != nil {
		t.Errorf("the clone is there, and its source's history no matter any more: %v", err)
	}
}

func TestHybridTablesNeedATimestamp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN", "CREATE HYBRID TABLE PROD.SALES.H (A NUMBER PRIMARY KEY)")
	w.run.Spec.Source.At = &v1alpha1.TimeTravelPoint{Statement: "01abc"}
	expectReason(t, w.step(t, preflight{}), v1alpha1.ReasonTimeTravelOutOfReach, true, "1 hybrid tables", "source.ignoreHybridTables")
	w.run.Spec.Source.IgnoreHybridTables = true
	if err := w.step(t, preflight{}); err != nil {
		t.Error(err)
	}
	w.run.Spec.Source.At, w.run.Spec.Source.IgnoreHybridTables = nil, false
	found, err := Check(t.Context(), w.run)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(found.Notes, func(note string) bool { return strings.Contains(note, "1 hybrid tables are copied") }) {
		t.Errorf("notes: %q, want the cost of hybrid tables", found.Notes)
	}
}

func TestCheckChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, origins := w.describe(t, "PROD"), len(w.account.Origins())
	found, err := Check(t.Context(), w.run)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Problems) > 0 || found.Objects["TABLE"] != 3 || found.RetentionDays != 1 {
		t.Errorf("found: %+v", found)
	}
	if after := w.describe(t, "PROD"); !slices.Equal(before, after) || len(w.account.Origins()) != origins {
		t.Error("the check changed something")
	}
}
