package account

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// keptRuns is how many runs of tasks and alerts the account remembers.
const keptRuns = 10000

// The states of a run in TASK_HISTORY.
const (
	runSucceeded = "SUCCEEDED"
	runFailed    = "FAILED"
	runSkipped   = "SKIPPED"
)

// taskRun is one run of a task.
type taskRun struct {
	task        *object
	graph       *graphRun
	queryID     string
	definition  string
	state       string
	err         *Error
	start, end  moment
	returnValue query.Value
}

// graphRun is one run of a root task with what follows from it.
type graphRun struct {
	root   *object
	id     string
	config string
	start  moment
	runs   map[*object]*taskRun
}

// executeTask runs EXECUTE TASK: a whole graph at once, so that it is over when
// the statement answers. How it went stands in TASK_HISTORY (T15).
func (st *statement) executeTask() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	config := ""
	if st.c.Accept("USING") {
		props, err := readProperties(st.c, names("CONFIG"))
		if err != nil {
			return nil, err
		}
		config = props.text("CONFIG", "")
	}
	if st.c.Accept("RETRY") {
		return nil, errUnsupported("EXECUTE TASK … RETRY")
	}
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
	if err := st.a.ownerMayRun(o); err != nil {
		return nil, err
	}
	if config, err = mergedConfig(o.detail.(*taskDetail).config, config); err != nil {
		return nil, err
	}
	o.detail.(*taskDetail).committedOn = st.a.now()
	if err := st.runGraph(o, config); err != nil {
		return nil, err
	}
	return statusResult(fmt.Sprintf("Task %s is scheduled to run immediately.", o.name)), nil
}

// mergedConfig puts the fields of USING CONFIG over those of the task.
func mergedConfig(base, over string) (string, error) {
	if over == "" {
		return base, nil
	}
	all, more := map[string]any{}, map[string]any{}
	if err := json.Unmarshal([]byte(over), &more); err != nil {
		return "", errInvalidValue(over, "CONFIG")
	}
	if base != "" {
		if err := json.Unmarshal([]byte(base), &all); err != nil {
			return "", errInvalidValue(base, "CONFIG")
		}
	}
	mergeFields(all, more)
	text, err := json.Marshal(all)
	return string(text), err
}

// mergeFields puts fields over others; objects are merged field by field.
func mergeFields(into, from map[string]any) {
	for name, value := range from {
		inner, ok := value.(map[string]any)
		if old, both := into[name].(map[string]any); ok && both {
			mergeFields(old, inner)
			continue
		}
		into[name] = value
	}
}

// runGraph runs a root task, then those that follow, and the finalizer last.
// The error is the end of the context alone: that of a task is in its run.
func (st *statement) runGraph(root *object, config string) error {
	g := &graphRun{
		root: root, id: newUUID(), config: config, runs: map[*object]*taskRun{},
		start: moment{at: st.a.now(), tick: st.a.tick},
	}
	if err := st.runTask(g, root); err != nil {
		return err
	}
	if g.runs[root].state == runSkipped {
		return nil
	}
	if err := st.runChildren(g); err != nil {
		return err
	}
	for _, t := range graph(root) {
		if d := t.detail.(*taskDetail); d.finalizes == root && d.started {
			return st.runTask(g, t)
		}
	}
	return nil
}

// runChildren runs the tasks below the root, each when its turn has come.
func (st *statement) runChildren(g *graphRun) error {
	tasks := graph(g.root)
	for {
		i := slices.IndexFunc(tasks, func(t *object) bool { return g.runs[t] == nil && g.ready(t) })
		if i < 0 {
			return nil
		}
		if err := st.runTask(g, tasks[i]); err != nil {
			return err
		}
	}
}

// ready reports whether a task's turn has come: it is resumed, and its resumed
// predecessors have not failed. A suspended one counts as if it had succeeded,
// but where there are several at least one is resumed (T15).
func (g *graphRun) ready(t *object) bool {
	d := t.detail.(*taskDetail)
	if !d.started || len(d.after) == 0 {
		return false
	}
	resumed := 0
	for _, p := range d.after {
		if p != g.root && !p.detail.(*taskDetail).started {
			if !g.reached(p) {
				return false
			}
			continue
		}
		run := g.runs[p]
		if run == nil || run.state == runFailed {
			return false
		}
		resumed++
	}
	return resumed > 0 || len(d.after) == 1
}

// reached reports whether a suspended task would have had its turn.
func (g *graphRun) reached(t *object) bool {
	return !slices.ContainsFunc(t.detail.(*taskDetail).after, func(p *object) bool {
		if p != g.root && !p.detail.(*taskDetail).started {
			return !g.reached(p)
		}
		return g.runs[p] == nil || g.runs[p].state == runFailed
	})
}

// runTask runs one task in a session of its own with its owner's rights (C24,
// T8).
func (st *statement) runTask(g *graphRun, t *object) error {
	d := t.detail.(*taskDetail)
	run := &taskRun{task: t, graph: g, definition: d.definition, start: moment{at: st.a.now(), tick: st.a.tick}}
	g.runs[t] = run
	st.a.runs = append(st.a.runs, run)
	if len(st.a.runs) > keptRuns {
		st.a.runs = slices.Clone(st.a.runs[keptRuns/10:])
	}
	s := st.a.ownerSession(t, d.warehouse)
	defer s.start()()
	sc := s.ownScope(t, run)
	var err error
	due := true
	if d.condition != "" {
		due, err = s.conditionHolds(sc, d.condition)
	}
	switch {
	case err == nil && !due:
		run.state = runSkipped
	case err == nil:
		_, err = s.child(st.ctx, sc, Request{SQL: d.definition})
		run.queryID = s.lastRun()
	}
	run.end = moment{at: st.a.now(), tick: st.a.tick}
	if stopped(err) {
		return err
	}
	run.finish(err)
	return nil
}

// finish notes how a run ended.
func (r *taskRun) finish(err error) {
	if err == nil {
		if r.state == "" {
			r.state = runSucceeded
		}
		return
	}
	r.state = runFailed
	r.err, _ = clientError(err).(*Error) //nolint:errorlint // never wrapped
}

// ownerSession is the session in which a task or alert runs: that of the system
// user with the owner role and nothing else.
func (a *Account) ownerSession(o *object, warehouse string) *Session {
	return &Session{
		account: a, user: a.root.lookup(kindUser, systemUser, 0), role: o.owner,
		warehouse: warehouse, serverless: warehouse == "",
		database: o.database().name, schema: o.schema().name,
		parameters: map[string]string{}, variables: map[string]query.Value{}, results: map[string]*Result{},
	}
}

// start gives the session a number and a time. What it answers ends it.
func (s *Session) start() (end func()) {
	s.account.nextSession++
	s.id, s.began = s.account.nextSession, s.account.now()
	return func() {
		s.takeBack() // What a task or alert leaves open.
		s.dropTemporary()
	}
}

// ownScope is where a task's or alert's statements resolve.
func (s *Session) ownScope(o *object, run *taskRun) *scope {
	sc := s.placeOf(o)()
	sc.script = &scriptScope{locals: newLocals(nil), budget: &budget{}, task: run}
	return sc
}

// lastRun is the id of the statement that ran last, whether it failed or not.
func (s *Session) lastRun() string {
	for _, e := range slices.Backward(s.account.history) {
		if e.session == s.id {
			return e.id
		}
	}
	return ""
}

// conditionHolds computes the WHEN of a task.
func (s *Session) conditionHolds(sc *scope, condition string) (bool, error) {
	c, err := newCursor(condition)
	if err != nil {
		return false, err
	}
	e, err := sql.ParseExpr(c)
	if err != nil {
		return false, err
	}
	v, err := sc.constant(e)
	if err != nil || v.IsNull() {
		return false, err
	}
	b, err := query.Cast(v, sql.BooleanType)
	return b.Bool(), err
}

// taskHistory is TASK_HISTORY, the latest first: for who owns a task, operates
// or monitors it, or monitors the account (I9).
func (sc *scope) taskHistory(args arguments) (query.Relation, error) {
	keep, err := sc.runFilter(args)
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, "QUERY_ID NAME DATABASE_NAME SCHEMA_NAME QUERY_TEXT CONDITION_TEXT STATE ERROR_CODE:number "+
		"ERROR_MESSAGE SCHEDULED_TIME:time QUERY_START_TIME:time NEXT_SCHEDULED_TIME:time COMPLETED_TIME:time ROOT_TASK_ID "+
		"GRAPH_VERSION:number RUN_ID:number RETURN_VALUE SCHEDULED_FROM ATTEMPT_NUMBER:number CONFIG GRAPH_RUN_GROUP_ID")
	for i := len(sc.a.runs) - 1; i >= 0 && len(s.Rows) < args.limit(); i-- {
		if r := sc.a.runs[i]; keep(r) {
			s.add(r.cells()...)
		}
	}
	return sheetRelation(s)
}

// cells are the columns of a run.
func (r *taskRun) cells() []any {
	var code, message, started any
	if r.err != nil {
		code, message = r.err.Code, r.err.Message
	}
	if r.queryID != "" {
		started = r.start.at
	}
	return []any{
		textCell(r.queryID), r.task.name, databaseName(r.task), schemaName(r.task), r.definition,
		textCell(r.task.detail.(*taskDetail).condition), r.state, code, message, r.graph.start.at, started, nil, r.end.at,
		taskID(r.graph.root), 1, r.graph.start.at.UnixMilli(), returnCell(r.returnValue), "EXECUTE_TASK", 1,
		textCell(r.graph.config), r.graph.id,
	}
}

// returnCell is what SYSTEM$SET_RETURN_VALUE was given.
func returnCell(v query.Value) any {
	if v.IsNull() {
		return nil
	}
	return v.String()
}

// limit is RESULT_LIMIT, 100 unless given.
func (a arguments) limit() int {
	for _, arg := range a {
		if arg.Name == "RESULT_LIMIT" {
			if n, err := parseInt(arg.Value.String()); err == nil {
				return n
			}
		}
	}
	return 100
}

// taskFilter holds the arguments of TASK_HISTORY, by name.
type taskFilter struct {
	given    map[string]string
	from, to time.Time
}

// runFilter reads the arguments of TASK_HISTORY.
func (sc *scope) runFilter(args arguments) (func(*taskRun) bool, error) {
	f := taskFilter{given: map[string]string{}}
	for _, a := range args {
		if !slices.Contains(names("TASK_NAME DATABASE_NAME SCHEMA_NAME ROOT_TASK_ID ERROR_ONLY RESULT_LIMIT "+
			"SCHEDULED_TIME_RANGE_START SCHEDULED_TIME_RANGE_END"), a.Name) {
			return nil, errInvalidValue(a.Name, "TASK_HISTORY")
		}
		f.given[a.Name] = a.Value.String()
	}
	var err error
	if f.from, f.to, err = timeRange(args); err != nil {
		return nil, err
	}
	return func(r *taskRun) bool { return f.keeps(r) && sc.seesRuns(r.task) }, nil
}

// seesRuns reports whether the roles may see the runs of a task.
func (sc *scope) seesRuns(task *object) bool {
	return sc.rights.global("MONITOR EXECUTION") || sc.rights.has(task, "OPERATE") || sc.rights.has(task, "MONITOR")
}

// keeps reports whether a run is asked for. Names are compared whatever their
// case, or exactly between double quotes.
func (f *taskFilter) keeps(r *taskRun) bool {
	for key, name := range map[string]string{
		"TASK_NAME": r.task.name, "DATABASE_NAME": databaseName(r.task), "SCHEMA_NAME": schemaName(r.task),
	} {
		if text, ok := f.given[key]; ok && foldName(text) != name && sql.Upper(text) != name {
			return false
		}
	}
	if id, ok := f.given["ROOT_TASK_ID"]; ok && id != taskID(r.graph.root) {
		return false
	}
	return (f.given["ERROR_ONLY"] != "true" || r.state == runFailed) && inRange(r.graph.start.at, f.from, f.to)
}

// inRange reports whether a moment lies between two; a zero time is no bound.
func inRange(at, from, to time.Time) bool {
	return (from.IsZero() || !at.Before(from)) && (to.IsZero() || !at.After(to))
}
