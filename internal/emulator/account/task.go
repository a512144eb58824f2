package account

import (
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
const taskOptions = "WAREHOUSE SCHEDULE CONFIG ALLOW_OVERLAPPING_EXECUTION USER_TASK_TIMEOUT_MS " +
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
		s.old.relink(nil)
	}
	o.comment = comment
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// relink drops this task, which was replaced, from the AFTER lists of others:
// links must be restated.
func (o *object) relink(_ *object) { o.cutLinks() }

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

// checkTask applies the rules of graphs: one owner, one schema, the root alone
// has a schedule, no circle, and the root stands still while the graph changes
// (R6, T6).
func (st *statement) checkTask(s *slot, d *taskDetail) error {
	if d.warehouse != "" {
		w, err := st.accountObject(kindWarehouse, d.warehouse)
		if err != nil {
			return err
		}
		if err := st.demand(w, "USAGE"); err != nil {
			return err
		}
	}
	if len(d.after) > 0 && d.schedule != "" {
		return sqlError(91091, "22000", "Task %s cannot have both a schedule and a predecessor.", s.name)
	}
	if s.old != nil {
		if err := st.checkStill(s.old); err != nil {
			return err
		}
	}
	links := d.after
	if d.finalizes != nil {
		links = append(slices.Clone(links), d.finalizes)
	}
	for _, p := range links {
		if err := st.checkLink(s, p); err != nil {
			return err
		}
	}
	return nil
}

// checkLink checks one predecessor or the root of a finalizer.
func (st *statement) checkLink(s *slot, p *object) error {
	switch {
	case p.parent != s.parent:
		return sqlError(91093, "22000", "Task %s and its predecessor %s must be in the same schema.", s.name, p.name)
	case !st.rights.owns(p):
		return errPrivilege(p)
	case s.old != nil && slices.Contains(graph(s.old), p):
		return sqlError(91094, "22000", "Task %s cannot come after %s: this would make a circle.", s.name, p.name)
	case len(children(p)) >= maxRelative, len(graph(p.root())) >= maxGraph:
		return sqlError(91095, "22000", "Task graph of %s is too large.", p.root().plainName())
	}
	return st.checkStill(p)
}

// checkStill answers 091421 when the root of a task's graph is started (R6).
func (st *statement) checkStill(o *object) error {
	if root := o.root(); root.detail.(*taskDetail).started {
		return errGraphRunning(root)
	}
	return nil
}

// errGraphRunning says that a graph may not change while its root runs (R6).
func errGraphRunning(root *object) *Error {
	return &Error{Code: 91421, State: "22000", Message: fmt.Sprintf(
		"Unable to update graph with root task %s since that root task is not suspended.", root.qualified())}
}

// root is the root of the task's graph. A finalizer belongs to the graph that
// it closes.
func (o *object) root() *object {
	seen := map[*object]bool{}
	for t := o; ; {
		d := t.detail.(*taskDetail)
		if seen[t] {
			return t
		}
		seen[t] = true
		switch {
		case len(d.after) > 0:
			t = d.after[0]
		case d.finalizes != nil:
			t = d.finalizes
		default:
			return t
		}
	}
}

// children lists the tasks that follow a task, by name.
func children(o *object) []*object {
	return o.parent.sorted(func(c *object) bool {
		d, ok := c.detail.(*taskDetail)
		return ok && slices.Contains(d.after, o)
	})
}

// graph lists a task, all that follow it, and the finalizer.
func graph(o *object) []*object {
	out := []*object{o}
	for i := 0; i < len(out); i++ {
		for _, c := range children(out[i]) {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return append(out, o.parent.sorted(func(c *object) bool {
		d, ok := c.detail.(*taskDetail)
		return ok && d.finalizes == o
	})...)
}

// cutLinks takes a task out of its graph.
func (o *object) cutLinks() {
	d := o.detail.(*taskDetail)
	d.after, d.finalizes = nil, nil
	for _, c := range o.parent.ofKind(kindTask) {
		t := c.detail.(*taskDetail)
		t.after = slices.DeleteFunc(slices.Clone(t.after), func(p *object) bool { return p == o })
		if t.finalizes == o {
			t.finalizes = nil
		}
	}
}

// alterTask runs ALTER TASK.
func (st *statement) alterTask() (*Result, error) {
	o, err := st.target(kindTask)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*taskDetail)
	switch {
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.suspend(st.a.now(), "USER_SUSPENDED") }, "OPERATE")
	case st.c.Accept("RESUME"):
		return st.resumeTask(o)
	case isTagClause(st.c):
		return st.alterTags(o)
	}
	change, err := st.taskChange(o, d)
	if err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if err := st.checkStill(o); err != nil {
		return nil, err
	}
	change()
	st.touch(o)
	return done()
}

// taskChange reads a change that needs OWNERSHIP and a graph at rest (R6).
func (st *statement) taskChange(o *object, d *taskDetail) (func(), error) {
	c := st.c
	switch {
	case c.Accept("MODIFY", "AS"):
		c.Reset(c.Mark() - 1)
		text, err := st.bodyText("AS")
		return func() { d.definition = text }, err
	case c.Looking("MODIFY", "WHEN"):
		c.Next()
		text, err := st.whenClause()
		return func() { d.condition = text }, cmpErr(err, st.endIf(err))
	case c.Accept("REMOVE", "WHEN"):
		return func() { d.condition = "" }, st.end()
	case c.Accept("ADD", "AFTER"), c.Accept("REMOVE", "AFTER"):
		return st.changeAfter(o, d, c.PeekAt(-2).Is("ADD"))
	case c.Accept("SET", "FINALIZE"):
		c.AcceptOp("=")
		root, err := st.taskNamed()
		if err != nil {
			return nil, err
		}
		return func() { d.finalizes = root }, cmpErr(st.checkLink(&slot{parent: o.parent, name: o.name, old: o}, root), st.end())
	case c.Accept("UNSET", "FINALIZE"):
		return func() { d.finalizes = nil }, st.end()
	case c.Accept("SET"):
		return st.setTask(o, d)
	case c.Accept("UNSET"):
		return st.unsetTask(o, d)
	}
	return nil, c.Unexpected()
}

// endIf demands the end unless there was an error before.
func (st *statement) endIf(err error) error {
	if err != nil {
		return err
	}
	return st.end()
}

// changeAfter reads the tasks of ADD AFTER and REMOVE AFTER.
func (st *statement) changeAfter(o *object, d *taskDetail, add bool) (func(), error) {
	list, err := st.taskList()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if !add {
		return func() {
			d.after = slices.DeleteFunc(slices.Clone(d.after), func(p *object) bool { return slices.Contains(list, p) })
		}, nil
	}
	if d.schedule != "" {
		return nil, sqlError(91091, "22000", "Task %s cannot have both a schedule and a predecessor.", o.name)
	}
	for _, p := range list {
		if err := st.checkLink(&slot{parent: o.parent, name: o.name, old: o}, p); err != nil {
			return nil, err
		}
	}
	return func() {
		for _, p := range list {
			if !slices.Contains(d.after, p) {
				d.after = append(slices.Clone(d.after), p)
			}
		}
	}, nil
}

// setTask reads SET of properties.
func (st *statement) setTask(o *object, d *taskDetail) (func(), error) {
	props, err := readProperties(st.c, names(taskOptions))
	if err != nil {
		return nil, err
	}
	if len(props) == 0 {
		return nil, st.c.Unexpected()
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	next := *d
	if err := next.apply(props); err != nil {
		return nil, err
	}
	if next.schedule != "" && len(next.after) > 0 {
		return nil, sqlError(91091, "22000", "Task %s cannot have both a schedule and a predecessor.", o.name)
	}
	if _, changed := props.get("WAREHOUSE"); changed {
		w, err := st.accountObject(kindWarehouse, next.warehouse)
		if err != nil {
			return nil, err
		}
		if err := st.demand(w, "USAGE"); err != nil {
			return nil, err
		}
	}
	next.props = d.props.with(props)
	return func() {
		*d = next
		o.comment = props.text("COMMENT", o.comment)
	}, nil
}

// unsetTask reads UNSET of properties.
func (st *statement) unsetTask(o *object, d *taskDetail) (func(), error) {
	keys, err := st.keyList(names(taskOptions))
	if err != nil {
		return nil, err
	}
	return func() {
		d.props = slices.DeleteFunc(slices.Clone(d.props), func(p property) bool { return slices.Contains(keys, p.key) })
		for _, k := range keys {
			switch k {
			case "WAREHOUSE":
				d.warehouse = ""
			case "SCHEDULE":
				d.schedule = ""
			case "CONFIG":
				d.config = ""
			case "COMMENT":
				o.comment = ""
			}
		}
	}, nil
}

// resumeTask runs ALTER TASK … RESUME. A child cannot be resumed below a
// started root (R6).
func (st *statement) resumeTask(o *object) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	if root := o.root(); root != o {
		if err := st.checkStill(o); err != nil {
			return nil, err
		}
	}
	if err := st.mayRun(o); err != nil {
		return nil, err
	}
	o.detail.(*taskDetail).started = true
	st.touch(o)
	return done()
}

// mayRun checks that the owner role can run the task: EXECUTE TASK, or EXECUTE
// MANAGED TASK without a warehouse, and USAGE on the warehouse (T8, P17).
func (st *statement) mayRun(o *object) error {
	d := o.detail.(*taskDetail)
	owner := st.a.rightsOf(o.owner)
	if d.schedule == "" && len(d.after) == 0 && d.finalizes == nil && d.condition == "" {
		return sqlError(91088, "22000", "Task %s cannot be resumed: it has neither a schedule nor a predecessor.", o.name)
	}
	need := "EXECUTE TASK"
	if d.warehouse == "" {
		need = "EXECUTE MANAGED TASK"
	}
	if !owner.global(need) {
		return &Error{Code: 91089, State: "23001", Message: fmt.Sprintf(
			"Cannot execute task , %s privilege must be granted to owner role", need)}
	}
	if d.warehouse == "" {
		return nil
	}
	w := st.a.root.lookup(kindWarehouse, d.warehouse, 0)
	if w == nil || !owner.has(w, "USAGE") {
		return &Error{Code: 91090, State: "23001", Message: fmt.Sprintf(
			"Cannot execute task, USAGE privilege on the task's warehouse %s must be granted to owner role", d.warehouse)}
	}
	return nil
}

// enableDependents is SYSTEM$TASK_DEPENDENTS_ENABLE: it resumes a whole graph,
// its root last (T7).
func (st *scope) enableDependents(o *object) error {
	tasks := graph(o.root())
	run := &statement{scope: st}
	for _, t := range tasks {
		if err := cmpErr(st.demand(t, "OPERATE"), run.mayRun(t)); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		t.detail.(*taskDetail).started = true
		t.altered = st.a.now()
	}
	return nil
}

// executeTask runs EXECUTE TASK: the emulator notes the run and runs nothing.
func (st *statement) executeTask() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	st.c.Accept("RETRY", "LAST")
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.permitted(kindTask, name, "OPERATE")
	if err != nil {
		return nil, err
	}
	if o.root() != o {
		return nil, sqlError(91092, "22000", "Cannot execute task %s: it is not the root of its graph.", o.name)
	}
	o.detail.(*taskDetail).committedOn = st.a.now()
	return statusResult(fmt.Sprintf("Task %s is scheduled to run immediately.", o.name)), nil
}
