package account

import (
	"fmt"
	"slices"
	"time"
)

// checkTask applies the rules of graphs: one owner, one schema, the root alone
// has a schedule, no circle, and the root stands still while the graph changes
// (R6, T6).
func (st *statement) checkTask(s *slot, d *taskDetail) error {
	if err := st.checkTaskOptions(d); err != nil {
		return err
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

// checkTaskOptions checks the warehouse and the integrations of a task, which
// the role must be allowed to use. The first size is for serverless tasks alone.
func (st *statement) checkTaskOptions(d *taskDetail) error {
	if d.warehouse != "" {
		if err := st.checkUsable(kindWarehouse, quoteIdent(d.warehouse)); err != nil {
			return err
		}
		if p, ok := d.props.get("USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE"); ok {
			return errInvalidValue(p.value, p.key)
		}
	}
	for _, key := range names("ERROR_INTEGRATION SUCCESS_INTEGRATION") {
		if p, ok := d.props.get(key); ok {
			if err := st.checkUsable(kindIntegration, p.value); err != nil {
				return err
			}
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

// ownGraph is the graph that a task belongs to. A graph lies in one schema (T6):
// a clone whose predecessor stayed in the source (U2) is in none.
func (o *object) ownGraph() []*object {
	if root := o.root(); root.parent == o.parent {
		return graph(root)
	}
	return nil
}

// leave takes predecessors from a task. With the last of them it becomes a task
// of its own, which is suspended until somebody resumes it (T6).
func (d *taskDetail) leave(now time.Time, predecessors ...*object) {
	had := len(d.after)
	d.after = slices.DeleteFunc(slices.Clone(d.after), func(p *object) bool { return slices.Contains(predecessors, p) })
	if had > 0 && len(d.after) == 0 {
		d.suspend(now, userSuspended)
	}
}

// cutLinks takes a task out of its graph.
func (o *object) cutLinks(now time.Time) {
	d := o.detail.(*taskDetail)
	d.after, d.finalizes = nil, nil
	for _, c := range o.parent.ofKind(kindTask) {
		t := c.detail.(*taskDetail)
		t.leave(now, o)
		if t.finalizes == o {
			t.finalizes = nil
		}
	}
}
