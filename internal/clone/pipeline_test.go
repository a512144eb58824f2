package clone

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestThePipelineMakesAnIsolatedClone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST", "NOBODY"}},
		{Schema: "SALES", Level: v1alpha1.LevelReadWrite, GrantTo: []v1alpha1.Identifier{"ENGINEER"}},
	}
	before := w.describe(t, "PROD")
	w.mustFinish(t)

	if diff := cmp.Diff(before, w.describe(t, "PROD")); diff != "" {
		t.Errorf("the source changed (-before +after):\n%s", diff)
	}
	for _, line := range w.describe(t, "DEV") {
		if namesSource(line) {
			t.Errorf("a fact of the clone names the source: %s", line)
		}
		if strings.Contains(line, "PROD_READER") {
			t.Errorf("production's reader may still do something: %s", line)
		}
	}
	if !w.run.State.Isolated.Holds || !w.run.State.Complete.Holds {
		t.Errorf("verdicts: %+v, %+v", w.run.State.Isolated, w.run.State.Complete)
	}
	want := v1alpha1.Repointed{Views: 3, DynamicTables: 1, Procedures: 2, Functions: 1, Tasks: 2, Pipes: 1, Alerts: 1}
	if diff := cmp.Diff(want, w.run.State.Summary.Repointed); diff != "" {
		t.Errorf("repointed (-want +got):\n%s", diff)
	}
	if !strings.Contains(w.messages[v1alpha1.StepApplyRBACMappings], "NOBODY") {
		t.Errorf("the missing functional role is not named: %s", w.messages[v1alpha1.StepApplyRBACMappings])
	}
}

// namesSource says whether a line names the database PROD, as a name of its own and not as a role or inside a literal. The
// header of a view's text as it was once typed does not count: nobody runs it (C26).
func namesSource(line string) bool {
	upper := strings.ToUpper(line)
	if before, after, found := strings.Cut(upper, ` TEXT "CREATE `); found {
		_, query, _ := strings.Cut(after, " AS ")
		upper = before + query
	}
	return strings.Contains(upper, "PROD.") || strings.Contains(upper, `"PROD".`)
}

func TestAnalystsReadTheCloneAndNotProduction(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}},
	}
	if err := w.upTo(t, v1alpha1.StepValidate); err != nil {
		t.Fatal(err)
	}
	const question = "SELECT TOTAL FROM DEV.MARTS.REVENUE ORDER BY TOTAL"
	if _, err := w.query(t, "ANALYST_USER", "ANALYST", question); err == nil {
		t.Fatal("the analyst reads the clone before it is open")
	}
	if err := w.step(t, applyRBACMappings{}); err != nil {
		t.Fatal(err)
	}
	w.operator(t, "INSERT INTO DEV.SALES.ORDERS (ID, CUSTOMER_ID, AMOUNT) VALUES (99, 99, 99.00)")
	rows, err := w.query(t, "ANALYST_USER", "ANALYST", question)
	if err != nil {
		t.Fatalf("the analyst cannot read the clone: %v", err)
	}
	if len(rows) != 3 {
		t.Errorf("the analyst sees %d rows, want the source's 2 and the clone's own: %v", len(rows), rows)
	}
	if _, err := w.query(t, "ANALYST_USER", "ANALYST", "SELECT TOTAL FROM PROD.MARTS.REVENUE"); err == nil {
		t.Error("the analyst reads production")
	}
}

func TestTheCloneComesOutTheSameUnderEveryUnsureFact(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"streamsStaleAfterClone", "streamsKeepSourceTable", "tasksKeepSourcePredecessors", "clonerOwnsChildren",
		"streamCopyGrants", "cloneDropsSchemaGrants", "cloneKeepsRoleMembers", "tableNotFoundState42S02",
		"cloneKeepsDatabaseTags", "getDDLNeedsWarehouse", "grantNamesUnquoted",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if err := w.account.SetSwitch(name, "true"); err != nil {
				t.Fatal(err)
			}
			w.mustFinish(t)
			for _, line := range w.describe(t, "DEV") {
				if namesSource(line) || strings.Contains(line, "PROD_READER") {
					t.Errorf("a fact of the clone leads to production: %s", line)
				}
			}
			for _, stale := range w.show(t, "SHOW STREAMS IN DATABASE DEV", "stale") {
				if stale != "false" {
					t.Error("a stream is stale")
				}
			}
		})
	}
}

func TestNothingActsByItselfInAClone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Tasks.Warehouse = "OPERATOR_WH"
	w.mustFinish(t)
	for what, statement := range map[string]string{
		"tasks": "SHOW TASKS IN DATABASE DEV", "alerts": "SHOW ALERTS IN DATABASE DEV",
	} {
		for _, state := range w.show(t, statement, "state") {
			if state != "suspended" {
				t.Errorf("%s: state %s", what, state)
			}
		}
	}
	for _, state := range w.show(t, "SHOW DYNAMIC TABLES IN DATABASE DEV", "scheduling_state") {
		if state != "SUSPENDED" {
			t.Errorf("dynamic table: state %s", state)
		}
	}
	status := w.show(t, "SELECT SYSTEM$PIPE_STATUS('DEV.SALES.INGEST') AS STATUS", "status")
	if strings.Contains(status[0], "RUNNING") {
		t.Errorf("the pipe runs: %s", status[0])
	}
	expectStrings(t, "warehouses of tasks", w.show(t, "SHOW TASKS IN DATABASE DEV", "warehouse"), "OPERATOR_WH", "OPERATOR_WH")
}

func TestWhatTheSpecWantsToRunRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Tasks = v1alpha1.TaskActivity{State: v1alpha1.ActivityResume, Warehouse: "OPERATOR_WH"}
	w.run.Spec.Alerts.State = v1alpha1.ActivityResume
	w.run.Spec.Pipes.State = v1alpha1.ActivityResume
	w.run.Spec.DynamicTables.State = v1alpha1.ActivityResume
	w.admin(t, "GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE OPERATOR")
	w.mustFinish(t)
	expectStrings(t, "tasks", w.show(t, "SHOW TASKS IN DATABASE DEV", "state"), "started", "started")
	expectStrings(t, "alerts", w.show(t, "SHOW ALERTS IN DATABASE DEV", "state"), "started")
	status := w.show(t, "SELECT SYSTEM$PIPE_STATUS('DEV.SALES.INGEST') AS STATUS", "status")
	if !strings.Contains(status[0], "RUNNING") {
		t.Errorf("the pipe does not run: %s", status[0])
	}
	for _, state := range w.show(t, "SHOW DYNAMIC TABLES IN DATABASE DEV", "scheduling_state") {
		if state == "SUSPENDED" {
			t.Error("the dynamic table is suspended")
		}
	}
}

// TestAStepWhoseRecordIsLostComesToTheSameEnd runs each step with an earlier copy of its state once more, as if the
// operator had been killed after its statements and before it could save what came of them.
func TestAStepWhoseRecordIsLostComesToTheSameEnd(t *testing.T) {
	t.Parallel()
	undisturbed := newWorld(t)
	undisturbed.mustFinish(t)
	want := timeless(undisturbed.describe(t, "DEV"))

	w := newWorld(t)
	for _, step := range NewPipeline() {
		saved := *w.run.State
		if err := w.step(t, step); err != nil {
			t.Fatalf("%s: %v", step.Name(), err)
		}
		w.run.State = &saved // Nothing of what it did was recorded.
		if err := w.step(t, step); err != nil {
			t.Fatalf("%s, once more: %v", step.Name(), err)
		}
	}
	if diff := cmp.Diff(want, timeless(w.describe(t, "DEV"))); diff != "" {
		t.Errorf("the clone differs from an undisturbed one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(undisturbed.run.State.Summary.Repointed, w.run.State.Summary.Repointed); diff != "" {
		t.Errorf("the counts differ (-want +got):\n%s", diff)
	}
	if n := creations(w, "DEV"); n != 1 {
		t.Errorf("the database was created %d times", n)
	}
}

// moment matches the times in facts, which differ between any two runs.
var moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)

// timeless is a list of facts without their times.
func timeless(lines []string) []string {
	var facts []string
	for _, line := range lines {
		facts = append(facts, moment.ReplaceAllString(line, "<time>"))
	}
	return facts
}

// creations counts how often a database was really made.
func creations(w *world, name string) int {
	n := 0
	for _, origin := range w.account.Origins() {
		if origin.Kind == "DATABASE" && origin.Name == name {
			n++
		}
	}
	return n
}

func TestASliceThatIsOverAtOnceStillGetsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Deadline = w.clock.Now().Add(-1)
	w.run.Spec.Parallelism = 1
	w.mustFinish(t)
}

func TestOnlySelectedSchemasStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"sales"}}
	w.mustFinish(t)
	expectStrings(t, "schemas", w.show(t, "SHOW SCHEMAS IN DATABASE DEV", "name"), "SALES", "INFORMATION_SCHEMA")
	if w.run.State.Summary.Missing != 0 {
		t.Errorf("%d objects count as missing", w.run.State.Summary.Missing)
	}
}

func TestATransientSourceGivesATransientClone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CREATE TRANSIENT DATABASE SCRATCH", "CREATE TABLE SCRATCH.PUBLIC.T (A NUMBER)",
		"GRANT OWNERSHIP ON DATABASE SCRATCH TO ROLE PROD_ADMIN", "GRANT OWNERSHIP ON SCHEMA SCRATCH.PUBLIC TO ROLE PROD_ADMIN",
		"GRANT OWNERSHIP ON TABLE SCRATCH.PUBLIC.T TO ROLE PROD_ADMIN")
	w.run.Source = "SCRATCH"
	w.mustFinish(t)
	options := w.show(t, "SHOW DATABASES LIKE 'DEV'", "options")
	if len(options) != 1 || !strings.Contains(options[0], "TRANSIENT") {
		t.Errorf("options %q, want TRANSIENT (C12)", options)
	}
}

func TestMaskingIsInPlaceBeforeAnybodyGetsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{{Policy: "GOVERNANCE.POLICIES.HIDE", Columns: []v1alpha1.ColumnPattern{"*.CUSTOMERS.EMAIL"}}}
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}},
	}
	w.mustFinish(t)
	rows, err := w.query(t, "ANALYST_USER", "ANALYST", "SELECT EMAIL FROM DEV.SALES.CUSTOMERS")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row["email"] != "***" {
			t.Errorf("the analyst reads %s", row["email"])
		}
	}
}

func TestMaskingThatFindsNoColumnKeepsTheCloneClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Policy.RequiredMasking = []v1alpha1.MaskingRule{
		{Policy: "GOVERNANCE.POLICIES.HIDE", Columns: []v1alpha1.ColumnPattern{"*.*.SOCIAL_SECURITY_NUMBER"}},
	}
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "GOVERNANCE.POLICIES.HIDE")
}

func TestAccountRolesAreMadeAndGrantedLevelByLevel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Roles.Kind = v1alpha1.RoleKindAccount
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "SALES", Level: v1alpha1.LevelReadWrite, GrantTo: []v1alpha1.Identifier{"ENGINEER"}},
	}
	w.mustFinish(t)
	var want []string
	for _, schema := range []string{"SALES", "MARTS", "PUBLIC"} {
		for _, level := range []string{"READ", "READ_WRITE", "ADMIN"} {
			want = append(want, fmt.Sprintf("DEV_%s_%s", schema, level))
		}
	}
	expectStrings(t, "roles", w.show(t, "SHOW ROLES LIKE 'DEV_%'", "name"), append(want, "DEV_OWNER")...)
	rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", "SHOW GRANTS OF ROLE DEV_SALES_READ_WRITE")
	if err != nil {
		t.Fatal(err)
	}
	holders := map[string]bool{}
	for _, row := range rows {
		holders[row["grantee_name"]] = true
	}
	if !holders["ENGINEER"] || !holders["DEV_SALES_ADMIN"] {
		t.Errorf("DEV_SALES_READ_WRITE is held by %v", holders)
	}
}

func TestTheOwnerGetsEverythingButTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Owner = "DEV_OWNER"
	w.mustFinish(t)
	expectStrings(t, "owner of the database", w.show(t, "SHOW DATABASES LIKE 'DEV'", "owner"), "OPERATOR")
	for _, kind := range []string{"TABLES", "VIEWS", "STREAMS", "TASKS", "PIPES", "STAGES", "DYNAMIC TABLES"} {
		for _, owner := range w.show(t, "SHOW "+kind+" IN DATABASE DEV", "owner") {
			if owner != "DEV_OWNER" {
				t.Errorf("%s: owned by %q", kind, owner)
			}
		}
	}
}

func TestWhatUsersMadeInTheCloneIsTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustFinish(t)
	w.run.HandedOver = time.Now()
	w.operator(t,
		"CREATE VIEW DEV.MARTS.COMPARED AS SELECT COUNT(*) AS N FROM PROD.SALES.ORDERS",
		"GRANT SELECT ON VIEW DEV.MARTS.COMPARED TO ROLE PROD_READER",
		"GRANT SELECT ON TABLE DEV.SALES.ORDERS TO ROLE PROD_READER")
	before := w.describe(t, "DEV")
	w.mustFinish(t)
	if diff := cmp.Diff(timeless(before), timeless(w.describe(t, "DEV"))); diff != "" {
		t.Errorf("the next run changed what users made (-before +after):\n%s", diff)
	}
}

func TestWhoIsNoLongerInTheMappingsIsNoLongerIn(t *testing.T) {
	t.Parallel()
	for _, kind := range []v1alpha1.RoleKind{v1alpha1.RoleKindDatabase, v1alpha1.RoleKindAccount} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			w.run.Spec.Access.Roles.Kind = kind
			w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
				{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}},
			}
			w.mustFinish(t)
			const question = "SELECT ID FROM DEV.SALES.ORDERS"
			if _, err := w.query(t, "ANALYST_USER", "ANALYST", question); err != nil {
				t.Fatalf("the analyst is not in: %v", err)
			}
			w.run.Spec.Access.Mappings[0].GrantTo = []v1alpha1.Identifier{"ENGINEER"}
			w.mustFinish(t)
			if _, err := w.query(t, "ANALYST_USER", "ANALYST", question); err == nil {
				t.Error("the analyst is still in")
			}
		})
	}
}
