package snowflake

import (
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// SuspendTask stops a task. Suspending a suspended task is harmless (R6).
func SuspendTask(task sqltext.Name) string { return "ALTER TASK " + task.SQL() + " SUSPEND" }

// ResumeTask starts a task: children first, the root last (T7).
func ResumeTask(task sqltext.Name) string { return "ALTER TASK " + task.SQL() + " RESUME" }

// ModifyTaskBody gives a task a new statement. Graph, grants and owner stay; the root must be suspended (R6).
func ModifyTaskBody(task sqltext.Name, body string) string {
	return "ALTER TASK " + task.SQL() + " MODIFY AS " + body
}

// ModifyTaskCondition gives a task a new WHEN expression.
func ModifyTaskCondition(task sqltext.Name, condition string) string {
	return "ALTER TASK " + task.SQL() + " MODIFY WHEN " + condition
}

// SetTaskWarehouse makes a task run in another warehouse (T11).
func SetTaskWarehouse(task sqltext.Name, warehouse sqltext.Ident) string {
	return "ALTER TASK " + task.SQL() + " SET WAREHOUSE = " + warehouse.SQL()
}

// TaskIntegration is a property of a task that names the notification channel it reports to.
type TaskIntegration string

// What a task reports (T11).
const (
	OnError   TaskIntegration = "ERROR_INTEGRATION"
	OnSuccess TaskIntegration = "SUCCESS_INTEGRATION"
)

// UnsetTaskIntegration stops a task from reporting to production's notification channel (T11).
func UnsetTaskIntegration(task sqltext.Name, on TaskIntegration) string {
	return "ALTER TASK " + task.SQL() + " UNSET " + string(on)
}

// AddTaskPredecessors makes a task run after others.
func AddTaskPredecessors(task sqltext.Name, after []sqltext.Name) string {
	return "ALTER TASK " + task.SQL() + " ADD AFTER " + nameList(after)
}

// RemoveTaskPredecessors unlinks a task from others.
func RemoveTaskPredecessors(task sqltext.Name, after []sqltext.Name) string {
	return "ALTER TASK " + task.SQL() + " REMOVE AFTER " + nameList(after)
}

// SetTaskFinalize makes a task the finalizer of a root task, in place of the one that it had (T6).
func SetTaskFinalize(task, root sqltext.Name) string {
	return "ALTER TASK " + task.SQL() + " SET FINALIZE = " + root.SQL()
}

// nameList prints names with commas.
func nameList(names []sqltext.Name) string {
	printed := make([]string, len(names))
	for i, name := range names {
		printed[i] = name.SQL()
	}
	return strings.Join(printed, ", ")
}

// SuspendAlert stops an alert.
func SuspendAlert(alert sqltext.Name) string { return "ALTER ALERT " + alert.SQL() + " SUSPEND" }

// ResumeAlert starts an alert.
func ResumeAlert(alert sqltext.Name) string { return "ALTER ALERT " + alert.SQL() + " RESUME" }

// ModifyAlertCondition gives an alert a new condition: the query alone, without EXISTS.
func ModifyAlertCondition(alert sqltext.Name, query string) string {
	if tokens := sqltext.Lex(query); len(tokens) > 0 && tokens[len(tokens)-1].Kind == sqltext.Comment {
		query += "\n" // The parenthesis must not become part of a comment.
	}
	return "ALTER ALERT " + alert.SQL() + " MODIFY CONDITION EXISTS (" + query + ")"
}

// ModifyAlertAction gives an alert a new statement.
func ModifyAlertAction(alert sqltext.Name, action string) string {
	return "ALTER ALERT " + alert.SQL() + " MODIFY ACTION " + action
}

// SetAlertWarehouse makes an alert run in another warehouse.
func SetAlertWarehouse(alert sqltext.Name, warehouse sqltext.Ident) string {
	return "ALTER ALERT " + alert.SQL() + " SET WAREHOUSE = " + warehouse.SQL()
}

// PausePipe pauses a pipe, or lets it run (T13). Never let a pipe run whose COPY statement was not checked (C25).
func PausePipe(pipe sqltext.Name, paused bool) string {
	return "ALTER PIPE " + pipe.SQL() + " SET PIPE_EXECUTION_PAUSED = " + strings.ToUpper(fmt.Sprint(paused))
}

// PauseSchemaPipes pauses all pipes of a schema, those to come as well, or lets them run (T13, U14).
func PauseSchemaPipes(database, schema sqltext.Ident, paused bool) string {
	return alter(SchemaRef(database, schema)) + " SET PIPE_EXECUTION_PAUSED = " + strings.ToUpper(fmt.Sprint(paused))
}

// UnsetSchemaPipePause takes back what PauseSchemaPipes set: the schema goes by its container's setting again.
func UnsetSchemaPipePause(database, schema sqltext.Ident) string {
	return alter(SchemaRef(database, schema)) + " UNSET PIPE_EXECUTION_PAUSED"
}

// ForceResumePipe lets a pipe run whose owner has changed (P2), or that was paused for more than 14 days (T13).
func ForceResumePipe(pipe sqltext.Name) string {
	return "SELECT SYSTEM$PIPE_FORCE_RESUME(" + sqltext.Literal(pipe.SQL()) + ", 'staleness_check_override, ownership_transfer_check_override')"
}

// SuspendDynamicTable stops the refreshes of a dynamic table.
func SuspendDynamicTable(table sqltext.Name) string {
	return "ALTER DYNAMIC TABLE " + table.SQL() + " SUSPEND"
}

// ResumeDynamicTable starts the refreshes of a dynamic table; the first may rebuild it all (C33).
func ResumeDynamicTable(table sqltext.Name) string {
	return "ALTER DYNAMIC TABLE " + table.SQL() + " RESUME"
}

// SetDynamicTableWarehouse makes a dynamic table refresh in another warehouse.
func SetDynamicTableWarehouse(table sqltext.Name, warehouse sqltext.Ident) string {
	return "ALTER DYNAMIC TABLE " + table.SQL() + " SET WAREHOUSE = " + warehouse.SQL()
}

// SuspendRecluster stops the automatic clustering of a table.
func SuspendRecluster(table sqltext.Name) string {
	return "ALTER TABLE " + table.SQL() + " SUSPEND RECLUSTER"
}

// ResumeRecluster starts the automatic clustering of a table, which a clone has off (C34).
func ResumeRecluster(table sqltext.Name) string {
	return "ALTER TABLE " + table.SQL() + " RESUME RECLUSTER"
}

// SuspendDynamicRecluster stops the automatic clustering of a dynamic table.
func SuspendDynamicRecluster(table sqltext.Name) string {
	return "ALTER DYNAMIC TABLE " + table.SQL() + " SUSPEND RECLUSTER"
}

// ResumeDynamicRecluster starts the automatic clustering of a dynamic table.
func ResumeDynamicRecluster(table sqltext.Name) string {
	return "ALTER DYNAMIC TABLE " + table.SQL() + " RESUME RECLUSTER"
}

// SuspendViewRecluster stops the automatic clustering of a materialized view.
func SuspendViewRecluster(view sqltext.Name) string {
	return "ALTER MATERIALIZED VIEW " + view.SQL() + " SUSPEND RECLUSTER"
}

// ResumeViewRecluster starts the automatic clustering of a materialized view.
func ResumeViewRecluster(view sqltext.Name) string {
	return "ALTER MATERIALIZED VIEW " + view.SQL() + " RESUME RECLUSTER"
}

// SetChangeTracking turns the change tracking of a table or view on or off: replacing a view loses it.
func SetChangeTracking(ref ObjectRef, on bool) string {
	return alter(ref) + " SET CHANGE_TRACKING = " + strings.ToUpper(fmt.Sprint(on))
}

// SetParameter sets a parameter on an object itself.
func SetParameter(ref ObjectRef, parameter OwnParameter) string {
	return fmt.Sprintf("%s SET %s = %d", alter(ref), parameter.Name, parameter.Value)
}

// SetStageFormat makes a stage read its files by a named file format.
func SetStageFormat(stage, format sqltext.Name) string {
	return "ALTER STAGE " + stage.SQL() + " SET FILE_FORMAT = (FORMAT_NAME = " + sqltext.Literal(format.SQL()) + ")"
}
