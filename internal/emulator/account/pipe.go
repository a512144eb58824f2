package account

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// stalePipe is how long a pipe may be paused before it must be forced (T13).
const stalePipe = 14 * 24 * time.Hour

// pipeDetail is what only pipes have.
type pipeDetail struct {
	definition string
	table      []string // as written
	stage      string   // as written, after the @
	stageKind  *stageDetail
	options    properties // of COPY
	autoIngest bool
	state      string // executionState of SYSTEM$PIPE_STATUS (T12)
	pausedOn   time.Time
	props      properties
}

// paused reports whether the pipe stands still.
func (d *pipeDetail) paused() bool { return d.state != "RUNNING" }

// internalStage reports whether the pipe reads a stage inside Snowflake.
func (d *pipeDetail) internalStage() bool { return d.stageKind == nil || !d.stageKind.external() }

// createPipe runs CREATE PIPE. A new pipe runs at once.
func (st *statement) createPipe(cr *creation) (*Result, error) {
	if cr.alter {
		return nil, errUnsupported("CREATE OR ALTER PIPE")
	}
	if err := st.header(cr); err != nil {
		return nil, err
	}
	props, tags, err := st.options("AUTO_INGEST ERROR_INTEGRATION AWS_SNS_TOPIC INTEGRATION COMMENT")
	if err != nil {
		return nil, err
	}
	d := &pipeDetail{state: "RUNNING", props: props}
	if d.autoIngest, err = props.flag("AUTO_INGEST", false); err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	mark := st.c.Mark()
	if err := st.copyInto(d); err != nil {
		return nil, err
	}
	d.definition = st.c.Text(mark, st.c.Mark())
	s, err := st.slot(cr, kindPipe)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if err := st.resolvePipe(d, s.parent); err != nil {
		return nil, err
	}
	o := st.install(s, kindPipe, d, false)
	o.comment = props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// alterPipe runs ALTER PIPE. It cannot change the COPY statement.
func (st *statement) alterPipe() (*Result, error) {
	o, err := st.target(kindPipe)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*pipeDetail)
	switch {
	case st.c.Accept("REFRESH"):
		return st.refreshPipe(o)
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		return st.setPipe(o, d)
	case st.c.Accept("UNSET"):
		keys, err := st.keyList(names("PIPE_EXECUTION_PAUSED COMMENT ERROR_INTEGRATION"))
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() {
			if slices.Contains(keys, "COMMENT") {
				o.comment = ""
			}
			if slices.Contains(keys, "PIPE_EXECUTION_PAUSED") {
				d.state = "RUNNING"
			}
		})
	}
	return nil, st.c.Unexpected()
}

// setPipe runs SET of properties; pausing needs OPERATE, the rest OWNERSHIP.
func (st *statement) setPipe(o *object, d *pipeDetail) (*Result, error) {
	props, err := st.propertiesToSet(names("PIPE_EXECUTION_PAUSED COMMENT ERROR_INTEGRATION"))
	if err != nil {
		return nil, err
	}
	paused, err := props.flag("PIPE_EXECUTION_PAUSED", d.paused())
	if err != nil {
		return nil, err
	}
	need := "OPERATE"
	if len(props.only("COMMENT ERROR_INTEGRATION")) > 0 {
		need = "OWNERSHIP"
	}
	_, changes := props.get("PIPE_EXECUTION_PAUSED")
	if changes && !paused && st.pipeIsStale(d) {
		return nil, sqlError(91104, "22000", "Pipe %s cannot be resumed: it was paused for more than 14 days. "+
			"Use SYSTEM$PIPE_FORCE_RESUME.", o.name)
	}
	return st.changeWith(o, func() {
		if changes {
			st.pausePipe(d, paused)
		}
		d.props = d.props.with(props.only("ERROR_INTEGRATION"))
		o.comment = props.text("COMMENT", o.comment)
	}, need)
}

// pipeIsStale reports whether a pipe was paused for too long (T13).
func (sc *scope) pipeIsStale(d *pipeDetail) bool {
	return d.state == "PAUSED" && !d.pausedOn.IsZero() && sc.a.now().Sub(d.pausedOn) > stalePipe
}

// pausePipe stops or starts a pipe.
func (sc *scope) pausePipe(d *pipeDetail, paused bool) {
	if paused && d.state != "PAUSED" {
		d.state, d.pausedOn = "PAUSED", sc.a.now()
	}
	if !paused {
		d.state = "RUNNING"
	}
}

// refreshPipe runs ALTER PIPE … REFRESH: the emulator has no files.
func (st *statement) refreshPipe(o *object) (*Result, error) {
	if _, err := readProperties(st.c, names("PREFIX MODIFIED_AFTER")); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	return newSheet(TypeDDL, "File Status").result(), nil
}

// pipeStatus is SYSTEM$PIPE_STATUS (T12): for who may monitor or operate it.
func (sc *scope) pipeStatus(name string) (string, error) {
	parts, err := sql.ParseName(name)
	if err != nil {
		return "", err
	}
	o, err := sc.permitted(kindPipe, parts, "MONITOR", "OPERATE")
	if err != nil {
		return "", err
	}
	status := map[string]any{"executionState": sc.a.pipeState(o), "pendingFileCount": 0}
	if d := o.detail.(*pipeDetail); d.autoIngest {
		status["notificationChannelName"] = notificationChannel(o)
	}
	text, err := json.Marshal(status)
	return string(text), err
}

// pipeState is the state of a pipe; a pause on schema or account counts too
// (T13).
func (a *Account) pipeState(o *object) string {
	d := o.detail.(*pipeDetail)
	if paused, level := a.parameter(o.parent, "PIPE_EXECUTION_PAUSED"); level != "" && paused == "true" && d.state == "RUNNING" {
		return "PAUSED"
	}
	return d.state
}

// notificationChannel is the queue of an auto-ingest pipe.
func notificationChannel(o *object) string {
	return fmt.Sprintf("arn:aws:sqs:us-west-2:001234567890:sf-snowpipe-emulator-%d", o.database().id)
}

// forceResume is SYSTEM$PIPE_FORCE_RESUME (P2, T13).
func (sc *scope) forceResume(name string) (string, error) {
	parts, err := sql.ParseName(name)
	if err != nil {
		return "", err
	}
	o, err := sc.permitted(kindPipe, parts, "OPERATE")
	if err != nil {
		return "", err
	}
	o.detail.(*pipeDetail).state = "RUNNING"
	return "Pipe execution successfully resumed for pipe " + o.plainName(), nil
}

// alertDetail is what only alerts have.
type alertDetail struct {
	warehouse, schedule, condition, action string
	started                                bool
}

// createAlert runs CREATE ALERT. A new alert is suspended (C31).
func (st *statement) createAlert(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindAlert)
	}
	props, tags, err := st.options("WAREHOUSE SCHEDULE COMMENT")
	if err != nil {
		return nil, err
	}
	d := &alertDetail{warehouse: foldName(props.text("WAREHOUSE", "")), schedule: props.text("SCHEDULE", "")}
	if err := st.c.Expect("IF"); err != nil {
		return nil, err
	}
	if d.condition, err = st.alertCondition(true); err != nil {
		return nil, err
	}
	if d.action, err = st.bodyText("THEN"); err != nil {
		return nil, err
	}
	if d.warehouse != "" {
		w, err := st.accountObject(kindWarehouse, d.warehouse)
		if err != nil {
			return nil, err
		}
		if err := st.demand(w, "USAGE"); err != nil {
			return nil, err
		}
	}
	s, err := st.slot(cr, kindAlert)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if !st.rights.global("EXECUTE ALERT") {
		return nil, errPrivilegeOn("account", st.a.name)
	}
	o := st.install(s, kindAlert, d, false)
	o.comment = props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	return created(o)
}

// alertCondition reads ( EXISTS ( statement ) ), the outer parentheses only in
// CREATE. What it answers is the statement inside.
func (st *statement) alertCondition(wrapped bool) (string, error) {
	if wrapped {
		if err := st.c.ExpectOp("("); err != nil {
			return "", err
		}
	}
	if err := st.c.Expect("EXISTS"); err != nil {
		return "", err
	}
	text, err := st.c.Parenthesised()
	if err != nil {
		return "", err
	}
	if wrapped {
		if err := st.c.ExpectOp(")"); err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(text[1 : len(text)-1]), nil
}

// alterAlert runs ALTER ALERT.
func (st *statement) alterAlert() (*Result, error) {
	o, err := st.target(kindAlert)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*alertDetail)
	switch {
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.started = false }, "OPERATE")
	case st.c.Accept("RESUME"):
		return st.resumeAlert(o, d)
	case st.c.Accept("MODIFY", "CONDITION"):
		text, err := st.alertCondition(false)
		if err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() { d.condition = text })
	case st.c.Looking("MODIFY", "ACTION"):
		st.c.Next()
		text, err := st.bodyText("ACTION")
		if err != nil {
			return nil, err
		}
		if err := st.demand(o, "OWNERSHIP"); err != nil {
			return nil, err
		}
		d.action = text
		st.touch(o)
		return done()
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		return st.setAlert(o, d)
	}
	return st.setOrUnsetComment(o)
}

// resumeAlert starts an alert if its owner may run it (T14).
func (st *statement) resumeAlert(o *object, d *alertDetail) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	if err := st.a.mayRunAlert(o, d); err != nil {
		return nil, err
	}
	d.started = true
	st.touch(o)
	return done()
}

// setAlert runs SET of properties.
func (st *statement) setAlert(o *object, d *alertDetail) (*Result, error) {
	props, err := st.propertiesToSet(names("WAREHOUSE SCHEDULE COMMENT"))
	if err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() {
		d.warehouse = foldName(props.text("WAREHOUSE", d.warehouse))
		d.schedule = props.text("SCHEDULE", d.schedule)
		o.comment = props.text("COMMENT", o.comment)
	})
}
