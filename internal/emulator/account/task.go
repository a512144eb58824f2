package account

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Limits of a task graph (T6).
const (
	maxGraph    = 1000
	maxRelative = 100
)

// taskDetail is what only tasks have.
type taskDetail struct {
	warehouse, schedule, config string
	definition, condition       string
	after                       []*object
	finalizes                   *object
	started                     bool
	suspendReason               string
	suspendedOn, committedOn    time.Time
	props                       properties
}

// suspend stops a task. Suspending a suspended one changes nothing (R6).
func (d *taskDetail) suspend(now time.Time, reason string) {
	if d.started {
		d.started, d.suspendedOn, d.suspendReason = false, now, reason
	}
}

// taskOptions are the properties of tasks.
const taskOptions = "WAREHOUSE SCHEDULE CONFIG ALLOW_OVERLAPPING_EXECUTION OVERLAP_POLICY USER_TASK_TIMEOUT_MS " +
	"SUSPEND_TASK_AFTER_NUM_FAILURES ERROR_INTEGRATION SUCCESS_INTEGRATION LOG_LEVEL COMMENT TASK_AUTO_RETRY_ATTEMPTS " +
	"USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE TARGET_COMPLETION_INTERVAL " +
	"SERVERLESS_TASK_MIN_STATEMENT_SIZE SERVERLESS_TASK_MAX_STATEMENT_SIZE SCHEDULING_MODE"

// createTask runs CREATE TASK and CREATE OR ALTER TASK.
func (st *statement) createTask(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindTask)
	}
	d := &taskDetail{}
	tags, err := st.taskClauses(d)
	if err != nil {
		return nil, err
	}
	if d.condition, err = st.whenClause(); err != nil {
		return nil, err
	}
	if d.definition, err = st.bodyText("AS"); err != nil {
		return nil, err
	}
	s, err := st.slot(cr, kindTask)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if err := st.checkTask(s, d); err != nil {
		return nil, err
	}
	return st.installTask(cr, s, d, tags)
}

// installTask puts a task into its place. OR ALTER keeps grants, id and state
// (R4).
func (st *statement) installTask(cr *creation, s *slot, d *taskDetail, tags []tagUse) (*Result, error) {
	comment := d.props.text("COMMENT", "")
	if cr.alter && s.old != nil {
		old := s.old.detail.(*taskDetail)
		d.started, d.suspendReason, d.suspendedOn = old.started, old.suspendReason, old.suspendedOn
		s.old.detail, s.old.comment = d, comment
		st.touch(s.old)
		return statusResult(fmt.Sprintf("Task %s successfully altered.", s.name)), nil
	}
	o := st.install(s, kindTask, d, false)
	if s.old != nil {
		s.old.cutLinks(st.a.now()) // Links to a replaced task must be restated.
	}
	o.comment = comment
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// taskClauses reads properties, AFTER and FINALIZE.
func (st *statement) taskClauses(d *taskDetail) ([]tagUse, error) {
	var tags []tagUse
	for {
		props, more, err := st.options(taskOptions)
		if err != nil {
			return nil, err
		}
		d.props, tags = append(d.props, props...), append(tags, more...)
		switch {
		case st.c.Accept("AFTER"):
			d.after, err = st.taskList()
		case st.c.Accept("FINALIZE"):
			st.c.AcceptOp("=")
			d.finalizes, err = st.taskNamed()
		default:
			if len(props) == 0 && len(more) == 0 {
				return tags, d.apply(d.props)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// apply takes over properties.
func (d *taskDetail) apply(props properties) error {
	if p, ok := props.get("WAREHOUSE"); ok {
		d.warehouse = foldName(p.value)
	}
	d.schedule = props.text("SCHEDULE", d.schedule)
	d.config = props.text("CONFIG", d.config)
	if d.config != "" && !json.Valid([]byte(d.config)) {
		return errInvalidValue(d.config, "CONFIG")
	}
	return nil
}

// taskList reads the tasks of AFTER.
func (st *statement) taskList() ([]*object, error) {
	var out []*object
	for {
		t, err := st.taskNamed()
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
		if !st.c.AcceptOp(",") {
			return out, nil
		}
	}
}

// taskNamed reads the name of a task.
func (st *statement) taskNamed() (*object, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	return st.object(kindTask, name)
}

// whenClause reads WHEN expression, as written.
func (st *statement) whenClause() (string, error) {
	if !st.c.Accept("WHEN") {
		return "", nil
	}
	mark := st.c.Mark()
	if _, err := sql.ParseExpr(st.c); err != nil {
		return "", err
	}
	return st.c.Text(mark, st.c.Mark()), nil
}

// bodyText reads a keyword and then everything to the end, as written. Task
// bodies are not resolved when they are made (R7), but their first statement
// must start as one does.
func (st *statement) bodyText(words ...string) (string, error) {
	if err := st.c.Expect(words...); err != nil {
		return "", err
	}
	if st.c.AtEnd() {
		return "", st.c.Unexpected()
	}
	if err := checkStatementStart(st.c); err != nil {
		return "", err
	}
	text := strings.TrimSpace(st.c.Rest())
	return strings.TrimSpace(strings.TrimSuffix(text, ";")) + blockEnd(text), nil
}

// blockEnd keeps the semicolon that closes a scripting block.
func blockEnd(text string) string {
	trimmed := strings.TrimSpace(strings.TrimSuffix(text, ";"))
	if strings.HasSuffix(text, ";") && strings.HasSuffix(sql.Upper(trimmed), "END") {
		return ";"
	}
	return ""
}

// statementStarts are the words that a statement may start with.
var statementStarts = names("ALTER BEGIN CALL COMMENT COMMIT COPY CREATE DECLARE DELETE DESC DESCRIBE DROP EXECUTE FOR GET " +
	"GRANT IF INSERT LET LIST LS MERGE PUT REMOVE RETURN REVOKE RM ROLLBACK SELECT SET SHOW TRUNCATE UNDROP UNSET UPDATE " +
	"USE VALUES WITH")

// checkStatementStart refuses text that cannot be a statement.
func checkStatementStart(c *sql.Cursor) error {
	t := c.Peek()
	if t.Kind == sql.Ident && slices.Contains(statementStarts, t.Value) || t.Kind == sql.String || t.IsOp("(") {
		return nil
	}
	return c.Unexpected()
}

// enableDependents is SYSTEM$TASK_DEPENDENTS_ENABLE: it resumes a whole graph,
// its root last (T7).
func (st *scope) enableDependents(o *object) error {
	tasks := graph(o.root())
	run := &statement{scope: st}
	for _, t := range tasks {
		if err := cmp.Or(st.demand(t, "OPERATE"), run.mayRun(t)); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		t.detail.(*taskDetail).started = true
		t.altered = st.a.now()
	}
	return nil
}
