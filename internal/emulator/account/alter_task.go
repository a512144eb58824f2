package account

import (
	"cmp"
	"fmt"
	"slices"
)

// alterTask runs ALTER TASK.
func (st *statement) alterTask() (*Result, error) {
	o, err := st.target(kindTask)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*taskDetail)
	switch {
	case st.c.Accept("SUSPEND"):
		return st.suspendTask(o, d)
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

// suspendTask runs ALTER TASK … SUSPEND. A child cannot be suspended below a
// started root (R6).
func (st *statement) suspendTask(o *object, d *taskDetail) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	if o.root() != o {
		if err := st.checkStill(o); err != nil {
			return nil, err
		}
	}
	d.suspend(st.a.now(), userSuspended)
	st.touch(o)
	return done()
}

// userSuspended is the reason of a task that somebody suspended.
const userSuspended = "USER_SUSPENDED"

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
		return func() { d.condition = text }, cmp.Or(err, st.endIf(err))
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
		return func() { d.finalizes = root }, cmp.Or(st.checkLink(&slot{parent: o.parent, name: o.name, old: o}, root), st.end())
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
			d.leave(st.a.now(), list...)
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
	props, err := st.propertiesToSet(names(taskOptions))
	if err != nil {
		return nil, err
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
	if err := st.checkTaskOptions(&taskDetail{warehouse: next.warehouse, props: props}); err != nil {
		return nil, err
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
	if d.schedule == "" && len(d.after) == 0 && d.finalizes == nil && d.condition == "" {
		return sqlError(91088, "22000", "Task %s cannot be resumed: it has neither a schedule nor a predecessor.", o.name)
	}
	return st.a.ownerMayRun(o)
}

// ownerMayRun checks the rights of a task's owner role (T8).
func (a *Account) ownerMayRun(o *object) error {
	d := o.detail.(*taskDetail)
	owner := a.rightsOf(o.owner)
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
	w := a.root.lookup(kindWarehouse, d.warehouse, 0)
	if w == nil || !owner.has(w, "USAGE") {
		return &Error{Code: 91090, State: "23001", Message: fmt.Sprintf(
			"Cannot execute task, USAGE privilege on the task's warehouse %s must be granted to owner role", d.warehouse)}
	}
	return nil
}
