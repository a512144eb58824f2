package account

import (
	"encoding/json"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// init adds what only tasks and alerts need to the functions of the account.
func init() {
	builtins["SYSTEM$SET_RETURN_VALUE"] = builtin{1, 1, sql.VarcharType, setReturnValue}
	builtins["SYSTEM$GET_PREDECESSOR_RETURN_VALUE"] = builtin{0, 1, sql.VarcharType, predecessorReturnValue}
	builtins["SYSTEM$GET_TASK_GRAPH_CONFIG"] = builtin{0, 1, sql.VarcharType, taskGraphConfig}
	builtins["SYSTEM$CURRENT_USER_TASK_NAME"] = builtin{0, 0, sql.VarcharType, currentTaskName}
	tableFunctions["TASK_HISTORY"] = (*scope).taskHistory
	tableFunctions["ALERT_HISTORY"] = (*scope).alertHistory
}

// taskID is the id of a task, as SHOW TASKS has it.
func taskID(o *object) string { return "01" + itoa(int(o.id)) }

// run is the run of a task that the scope belongs to.
func (sc *scope) run(function string) (*taskRun, error) {
	if sc.script == nil || sc.script.task == nil {
		return nil, &Error{Code: 91096, State: "22000", Message: "Function " + function + " must be called from within a task."}
	}
	return sc.script.task, nil
}

// setReturnValue is SYSTEM$SET_RETURN_VALUE.
func setReturnValue(sc *scope, args []query.Value) (query.Value, error) {
	run, err := sc.run("SYSTEM$SET_RETURN_VALUE")
	if err != nil {
		return query.NullValue, err
	}
	run.returnValue = args[0]
	return query.StringOf("Return value set."), nil
}

// predecessorReturnValue is SYSTEM$GET_PREDECESSOR_RETURN_VALUE. The name may
// be left out where there is one predecessor.
func predecessorReturnValue(sc *scope, args []query.Value) (query.Value, error) {
	run, err := sc.run("SYSTEM$GET_PREDECESSOR_RETURN_VALUE")
	if err != nil {
		return query.NullValue, err
	}
	after := run.task.detail.(*taskDetail).after
	for _, p := range after {
		if len(args) == 0 && len(after) > 1 {
			break
		}
		if len(args) == 1 && p.name != foldName(args[0].String()) {
			continue
		}
		if before := run.graph.runs[p]; before != nil {
			return before.returnValue, nil
		}
		return query.NullValue, nil
	}
	return query.NullValue, &Error{Code: 91097, State: "22000", Message: "Task " + run.task.name + " has no such predecessor."}
}

// taskGraphConfig is SYSTEM$GET_TASK_GRAPH_CONFIG, the whole or one field of
// it.
func taskGraphConfig(sc *scope, args []query.Value) (query.Value, error) {
	run, err := sc.run("SYSTEM$GET_TASK_GRAPH_CONFIG")
	if err != nil {
		return query.NullValue, err
	}
	config := run.graph.config
	if len(args) == 0 || config == "" {
		return textOrNull(config), nil
	}
	var at any
	if err := json.Unmarshal([]byte(config), &at); err != nil {
		return query.NullValue, errInvalidValue(config, "CONFIG")
	}
	for field := range strings.SplitSeq(strings.TrimPrefix(args[0].String(), "$."), ".") {
		object, ok := at.(map[string]any)
		if !ok {
			return query.NullValue, nil
		}
		at = object[field]
	}
	switch at := at.(type) {
	case nil:
		return query.NullValue, nil
	case string:
		return query.StringOf(at), nil
	}
	text, err := json.Marshal(at)
	return query.StringOf(string(text)), err
}

// currentTaskName is SYSTEM$CURRENT_USER_TASK_NAME.
func currentTaskName(sc *scope, _ []query.Value) (query.Value, error) {
	run, err := sc.run("SYSTEM$CURRENT_USER_TASK_NAME")
	if err != nil {
		return query.NullValue, err
	}
	return query.StringOf(run.task.qualified()), nil
}
