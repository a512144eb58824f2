package clone

import (
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestTheWarehouseOfTheSpecReplacesProductionsEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN", "CREATE TASK PROD.SALES.SERVERLESS SCHEDULE = '60 MINUTE' AS SELECT 1")
	w.run.Spec.Tasks.Warehouse = "OPERATOR_WH"
	w.mustFinish(t)
	for _, show := range []string{"SHOW ALERTS IN DATABASE DEV", "SHOW DYNAMIC TABLES IN DATABASE DEV"} {
		expectStrings(t, show, w.show(t, show, "warehouse"), "OPERATOR_WH")
	}
	tasks := strings.Join(w.show(t, "SHOW TASKS IN DATABASE DEV", "warehouse"), ",")
	if strings.Count(tasks, "OPERATOR_WH") != 2 || strings.Contains(tasks, "PROD_WH") {
		t.Errorf("warehouses of the tasks: %s, want two of them replaced and one serverless", tasks)
	}
}

func TestWhatIsAwakeIsSuspendedAndOneRefusalHidesNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.upTo(t, v1alpha1.StepRevokeGrants); err != nil {
		t.Fatal(err)
	}
	w.operator(t, "ALTER TASK DEV.SALES.AFTER_LOAD RESUME", "ALTER TASK DEV.SALES.LOAD RESUME", "ALTER ALERT DEV.SALES.NO_ORDERS RESUME",
		"ALTER PIPE DEV.SALES.INGEST SET PIPE_EXECUTION_PAUSED = FALSE", "ALTER DYNAMIC TABLE DEV.MARTS.TOTALS RESUME")
	w.fault(t, emulator.Fault{
		Kind: emulator.FaultError, Match: "^ALTER ALERT .* SUSPEND", Times: 1, Code: 3001, State: "42501", Message: "Insufficient privileges to operate on alert",
	})
	expectReason(t, w.step(t, suspendTasks{}), v1alpha1.ReasonMissingPrivileges, true, "suspend ALERT DEV.SALES.NO_ORDERS", "Insufficient privileges")
	awake, err := w.run.awake(t.Context())
	if err != nil || len(awake) != 1 {
		t.Errorf("awake: %v, %v; want the alert alone", awake, err)
	}
	if err := w.step(t, suspendTasks{}); err != nil {
		t.Fatal(err)
	}
	if awake, err := w.run.awake(t.Context()); err != nil || len(awake) != 0 {
		t.Errorf("still awake: %v, %v", awake, err)
	}
}

func TestARootIsNotResumedOverAChildThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Tasks.State, w.run.Spec.Alerts.State = v1alpha1.ActivityResume, v1alpha1.ActivityResume
	w.run.Spec.Repoint.Reviewed = []v1alpha1.ObjectPattern{"*.*"}
	w.fault(t, emulator.Fault{
		Kind: emulator.FaultError, Match: `^ALTER TASK .*"AFTER_LOAD" RESUME`, Times: 1, Code: 3001, State: "42501", Message: "Cannot execute task",
	})
	err := w.upTo(t, v1alpha1.StepValidate)
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, "resume TASK DEV.SALES.AFTER_LOAD", "Cannot execute task")
	expectStrings(t, "tasks", w.show(t, "SHOW TASKS IN DATABASE DEV", "state"), "suspended", "suspended")
	expectStrings(t, "alerts", w.show(t, "SHOW ALERTS IN DATABASE DEV", "state"), "started")
	if err := w.step(t, validate{}); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "tasks in the end", w.show(t, "SHOW TASKS IN DATABASE DEV", "state"), "started", "started")
}

func TestAPipeOnProductionsStageStaysPaused(t *testing.T) {
	t.Parallel()
	r := &Run{Source: "PROD", Target: "DEV"}
	rewriter := &rewriter{options: sqltext.Options{
		QuotedIgnoreCase: true, Mappings: []sqltext.Mapping{{From: "PROD", To: "DEV"}, {From: "RAW", To: "RAW_DEV"}},
	}}
	for definition, barred := range map[string]bool{
		"COPY INTO DEV.SALES.ORDERS FROM @DEV.SALES.LANDING":   false,
		"COPY INTO ORDERS FROM @LANDING":                       false,
		"COPY INTO DEV.SALES.ORDERS FROM @SHARED.LOAD.LANDING": false,
		"COPY INTO DEV.SALES.ORDERS FROM @PROD.SALES.LANDING":  true,
		"COPY INTO PROD.SALES.ORDERS FROM @DEV.SALES.LANDING":  true,
		"COPY INTO OTHER.SALES.ORDERS FROM @DEV.SALES.LANDING": true,
		"COPY INTO DEV.SALES.ORDERS FROM @RAW.SALES.LANDING":   true,
		// The account folds names in quotes.
		`COPY INTO "dev".SALES.ORDERS FROM @"dev".SALES.LANDING`: false,
		`COPY INTO DEV.SALES.ORDERS FROM @"prod".SALES.LANDING`:  true,
	} {
		if got := r.loadsElsewhere(rewriter, pipeOf(definition)); got != barred {
			t.Errorf("%s: barred %v, want %v", definition, got, barred)
		}
	}
}

func pipeOf(definition string) snowflake.Pipe {
	return snowflake.Pipe{Definition: definition}
}

// twoGraphs are two graphs of tasks, each a root and a child.
func twoGraphs() []string {
	script := []string{"CREATE TABLE {{PROD}}.PUBLIC.T (N NUMBER)"}
	for _, graph := range []string{"A", "B"} {
		script = append(script, "CREATE TASK {{PROD}}.PUBLIC."+graph+"1 WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS DELETE FROM {{PROD}}.PUBLIC.T",
			"CREATE TASK {{PROD}}.PUBLIC."+graph+"2 WAREHOUSE = PROD_WH AFTER {{PROD}}.PUBLIC."+graph+"1 AS DELETE FROM {{PROD}}.PUBLIC.T")
	}
	return script
}

func TestATaskThatCannotBeResumedHoldsBackItsOwnGraphOnly(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", twoGraphs()...)
	w.run.Spec.Tasks = v1alpha1.TaskActivity{State: v1alpha1.ActivityResume, Warehouse: "OPERATOR_WH"}
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: `ALTER TASK .*"A2" RESUME`, Code: 3001, State: "42501", Message: "Cannot execute task, EXECUTE TASK privilege must be granted to owner role",
	}); err != nil {
		t.Fatal(err)
	}
	err := w.upTo(t, v1alpha1.StepValidate)
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, `TASK "Dev-Db".PUBLIC.A2`, "EXECUTE TASK", "tasks.state: Suspend")
	var started []string
	tasks, err := w.client.Tasks(t.Context(), snowflake.InDatabase("Dev-Db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if task.Started {
			started = append(started, string(task.Name.Object))
		}
	}
	expectStrings(t, "started", started, "B1", "B2")
}

func TestATaskThatWillNotBeLinkedHidesNoOther(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "prod db", "Dev-Db", twoGraphs()...)
	w.turnOn(t, "tasksKeepSourcePredecessors")
	if _, err := w.server.AddFault(emulator.Fault{
		Kind: emulator.FaultError, Match: `ALTER TASK .*"A2" ADD AFTER`, Code: 3001, State: "42501", Message: "Insufficient privileges to operate on task 'A2'.",
	}); err != nil {
		t.Fatal(err)
	}
	err := w.upTo(t, v1alpha1.StepSuspendTasks)
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, `TASK "Dev-Db".PUBLIC.A2`)
	expectStrings(t, "predecessors", w.show(t, `SHOW TASKS LIKE '%2' IN DATABASE "Dev-Db"`, "predecessors"),
		`["\"prod db\".PUBLIC.A1"]`, `["\"Dev-Db\".PUBLIC.B1"]`)
}
