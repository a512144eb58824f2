package account

import (
	"fmt"
	"slices"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// alertRun is one run of an alert.
type alertRun struct {
	alert             *object
	condition, action string
	conditionID       string
	actionID          string
	state             string
	err               *Error
	start, end        time.Time
}

// executeAlert runs EXECUTE ALERT: the condition, and the action if that finds
// a row. How it went stands in ALERT_HISTORY (T16).
func (st *statement) executeAlert() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.permitted(kindAlert, name, "OPERATE")
	if err != nil {
		return nil, err
	}
	d := o.detail.(*alertDetail)
	if err := st.a.mayRunAlert(o, d); err != nil {
		return nil, err
	}
	run := &alertRun{alert: o, condition: d.condition, action: d.action, start: st.a.now()}
	st.a.alertRuns = append(st.a.alertRuns, run)
	if len(st.a.alertRuns) > keptRuns {
		st.a.alertRuns = slices.Clone(st.a.alertRuns[keptRuns/10:])
	}
	err = st.runAlert(run, d)
	run.end = st.a.now()
	if stopped(err) {
		return nil, err
	}
	run.err, _ = clientError(err).(*Error) //nolint:errorlint // never wrapped
	return statusResult(fmt.Sprintf("Alert %s is scheduled to run immediately.", o.name)), nil
}

// runAlert runs condition and action with the rights of the alert's owner
// (T16).
func (st *statement) runAlert(run *alertRun, d *alertDetail) error {
	s := st.a.ownerSession(run.alert, d.warehouse)
	defer s.start()()
	sc := s.ownScope(run.alert, nil)
	r, err := s.child(st.ctx, sc, Request{SQL: d.condition})
	run.conditionID = s.lastRun()
	if err != nil {
		run.state = "CONDITION_FAILED"
		return err
	}
	if len(r.Rows) == 0 {
		run.state = "CONDITION_FALSE"
		return nil
	}
	_, err = s.child(st.ctx, s.ownScope(run.alert, nil), Request{SQL: d.action})
	run.actionID, run.state = s.lastRun(), "TRIGGERED"
	if err != nil {
		run.state = "ACTION_FAILED"
	}
	return err
}

// mayRunAlert checks the rights of an alert's owner role (T14).
func (a *Account) mayRunAlert(o *object, d *alertDetail) error {
	owner := a.rightsOf(o.owner)
	need := "EXECUTE ALERT"
	if d.warehouse == "" {
		need = "EXECUTE MANAGED ALERT"
	}
	w := a.root.lookup(kindWarehouse, d.warehouse, 0)
	if !owner.global(need) || d.warehouse != "" && (w == nil || !owner.has(w, "USAGE")) {
		return &Error{Code: 91089, State: "23001", Message: fmt.Sprintf(
			"Cannot execute alert, %s privilege and USAGE on the warehouse must be granted to owner role", need)}
	}
	return nil
}

// alertHistory is ALERT_HISTORY, the latest first: for the owner of an alert
// and for ACCOUNTADMIN.
func (sc *scope) alertHistory(args arguments) (query.Relation, error) {
	from, to, err := timeRange(args)
	if err != nil {
		return nil, err
	}
	name, named := args.text("ALERT_NAME", -1)
	admin := sc.rights.roles[sc.a.root.lookup(kindRole, roleAccountAdmin, 0)]
	s := newSheet(TypeSelect, "NAME DATABASE_NAME SCHEMA_NAME CONDITION CONDITION_QUERY_ID ACTION ACTION_QUERY_ID STATE "+
		"SQL_ERROR_CODE:number SQL_ERROR_MESSAGE SCHEDULED_TIME:time COMPLETED_TIME:time SCHEDULED_FROM")
	for i := len(sc.a.alertRuns) - 1; i >= 0 && len(s.Rows) < args.limit(); i-- {
		r := sc.a.alertRuns[i]
		if named && sql.Upper(name) != sql.Upper(r.alert.name) || !admin && !sc.rights.owns(r.alert) ||
			!inRange(r.start, from, to) {
			continue
		}
		var code, message any
		if r.err != nil {
			code, message = r.err.Code, r.err.Message
		}
		s.add(r.alert.name, databaseName(r.alert), schemaName(r.alert), r.condition, textCell(r.conditionID), r.action,
			textCell(r.actionID), r.state, code, message, r.start, r.end, "EXECUTE ALERT")
	}
	return sheetRelation(s)
}

// timeRange reads the SCHEDULED_TIME_RANGE arguments; a zero time is no bound.
func timeRange(args arguments) (from, to time.Time, err error) {
	for _, a := range args {
		if a.Name != "SCHEDULED_TIME_RANGE_START" && a.Name != "SCHEDULED_TIME_RANGE_END" || a.Value.IsNull() {
			continue
		}
		v, err := query.Cast(a.Value, sql.TimestampLTZType)
		if err != nil {
			return from, to, err
		}
		if a.Name == "SCHEDULED_TIME_RANGE_START" {
			from = v.Time()
		} else {
			to = v.Time()
		}
	}
	return from, to, nil
}
