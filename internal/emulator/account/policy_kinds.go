package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// constraintTypes are what the policies that constrain queries return. They
// are no data types.
var constraintTypes = map[*kind]string{
	kindAggregationPolicy: "AGGREGATION_CONSTRAINT", kindProjectionPolicy: "PROJECTION_CONSTRAINT",
	kindJoinPolicy: "JOIN_CONSTRAINT", kindPrivacyPolicy: "PRIVACY_BUDGET",
}

// bodyPolicies are the policies with a body beside those that act on reading.
var bodyPolicies = []*kind{kindAggregationPolicy, kindProjectionPolicy, kindJoinPolicy, kindPrivacyPolicy, kindLifecyclePolicy}

// policyCreators are the rows of the table of CREATE for those.
func policyCreators() []creator {
	var out []creator
	for _, k := range bodyPolicies {
		out = append(out, creator{k.words, "", func(st *statement, cr *creation) (*Result, error) { return st.createPolicy(cr, k) }})
	}
	return out
}

// policyShowings are the rows of the table of SHOW for those.
func policyShowings() []showing {
	var out []showing
	for _, k := range bodyPolicies {
		out = append(out, showing{words: k.plural, kinds: []*kind{k}, columns: policyColumns, row: policyRow})
	}
	return out
}

// returnType reads the type after RETURNS.
func (st *statement) returnType(k *kind) (sql.Type, error) {
	if word, ok := constraintTypes[k]; ok {
		return sql.Type{Name: word}, st.c.Expect(word)
	}
	typ, err := sql.ParseType(st.c)
	return typ, typeError(err)
}

// attachment is a policy or data metric function that is set on a table or
// view as a whole.
type attachment struct {
	what    *object
	columns []string
}

// attachments lists what is set on an object, and what it acts on.
func (o *object) attachedOf(k *kind) []attachment {
	return slices.DeleteFunc(slices.Clone(o.attached), func(a attachment) bool { return a.what.kind != k })
}

// attachable are the policies that ALTER TABLE and ALTER VIEW set as a whole.
var attachable = []*kind{kindAggregationPolicy, kindJoinPolicy}

// attachPolicy runs SET and UNSET of aggregation and join policies, ADD and
// DROP of storage lifecycle policies, and ADD and DROP of data metric
// functions. It answers false when something else stands at the cursor.
func (st *statement) attachPolicy(o *object) (*Result, bool, error) {
	for _, k := range attachable {
		if st.c.Accept(append([]string{"SET"}, names(k.words)...)...) {
			r, err := st.setAttached(o, k)
			return r, true, err
		}
		if st.c.Accept(append([]string{"UNSET"}, names(k.words)...)...) {
			r, err := st.ownerChange(o, func() { o.detach(k, nil) })
			return r, true, err
		}
	}
	for _, k := range []*kind{kindLifecyclePolicy, kindMetricFunction} {
		if st.c.Accept(append([]string{"ADD"}, names(k.words)...)...) {
			r, err := st.addAttached(o, k)
			return r, true, err
		}
		if st.c.Accept(append([]string{"DROP"}, names(k.words)...)...) {
			r, err := st.dropAttached(o, k)
			return r, true, err
		}
	}
	return nil, false, nil
}

// setAttached reads p [ENTITY KEY (c, …)] [ALLOWED JOIN KEYS (c, …)] [FORCE].
// There is one policy of a kind on a table.
func (st *statement) setAttached(o *object, k *kind) (*Result, error) {
	p, err := st.policyNamed(k)
	if err != nil {
		return nil, err
	}
	a := attachment{what: p}
	if st.c.Accept("ENTITY", "KEY") || st.c.Accept("ALLOWED", "JOIN", "KEYS") {
		if a.columns, err = st.columnsNamed(o); err != nil {
			return nil, err
		}
	}
	force := st.c.Accept("FORCE")
	if len(o.attachedOf(k)) > 0 && !force {
		return nil, sqlError(3593, "0A000", "Object '%s' already has a policy of this kind. Use FORCE to replace it.", o.name)
	}
	return st.ownerChange(o, func() {
		o.detach(k, nil)
		o.attached = append(o.attached, a)
	})
}

// columnsNamed reads a list of columns that must exist.
func (st *statement) columnsNamed(o *object) ([]string, error) {
	list, err := st.identList()
	if err != nil {
		return nil, err
	}
	for _, name := range list {
		if _, err := o.column(name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// addAttached reads p ON (columns).
func (st *statement) addAttached(o *object, k *kind) (*Result, error) {
	what, err := st.attachedNamed(k)
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	columns, err := st.columnsNamed(o)
	if err != nil {
		return nil, err
	}
	if k == kindLifecyclePolicy && len(o.attachedOf(k)) > 0 {
		return nil, sqlError(3593, "0A000", "Object '%s' already has a storage lifecycle policy.", o.name)
	}
	return st.ownerChange(o, func() { o.attached = append(o.attached, attachment{what: what, columns: columns}) })
}

// attachedNamed reads the name of a lifecycle policy or a data metric function.
// A function is told by its name and the number of columns, so the first of
// its overloads stands for all.
func (st *statement) attachedNamed(k *kind) (*object, error) {
	if k != kindMetricFunction {
		return st.policyNamed(k)
	}
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	full, err := st.qualify(name)
	if err != nil {
		return nil, err
	}
	schema, err := st.schemaNamed(full[:2])
	if err != nil {
		return nil, err
	}
	for _, o := range schema.ofKind(k) {
		if o.name == full[2] && st.visible(o) {
			return o, st.demand(o, "USAGE")
		}
	}
	return nil, st.a.errNotFound(k.noun, quoteName(full))
}

// dropAttached reads [p ON (columns)] after DROP.
func (st *statement) dropAttached(o *object, k *kind) (*Result, error) {
	if k == kindLifecyclePolicy {
		return st.ownerChange(o, func() { o.detach(k, nil) })
	}
	what, err := st.attachedNamed(k)
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	if _, err := st.identList(); err != nil {
		return nil, err
	}
	return st.ownerChange(o, func() { o.detach(k, what) })
}

// unconstrained are the bodies of policies that let every query through.
var unconstrained = map[*kind]string{
	kindAggregationPolicy: "NO_AGGREGATION_CONSTRAINT()", kindProjectionPolicy: "PROJECTION_CONSTRAINT(ALLOW=>TRUE)",
	kindJoinPolicy: "JOIN_CONSTRAINT(JOIN_REQUIRED=>FALSE)",
}

// checkConstraints refuses to read what has a policy that could constrain the
// query: such policies are kept and shown, and do not act here.
func (o *object) checkConstraints() error {
	uses := slices.Clone(o.attached)
	for _, c := range o.columnsOf() {
		for _, p := range c.projection.object() {
			uses = append(uses, attachment{what: p})
		}
	}
	for _, a := range uses {
		free, constrains := unconstrained[a.what.kind]
		if !constrains {
			continue
		}
		body := sql.Upper(strings.Join(strings.Fields(a.what.detail.(*policyDetail).body), ""))
		if body != free {
			return errUnsupported("query of what has the " + lower(a.what.kind.words) + " " + a.what.name)
		}
	}
	return nil
}

// detach takes off what is set of a kind, or only one of it.
func (o *object) detach(k *kind, only *object) {
	o.attached = slices.DeleteFunc(slices.Clone(o.attached), func(a attachment) bool {
		return a.what.kind == k && (only == nil || a.what == only)
	})
}

// attachedTo copies what is set on a table for its clone: aggregation and join
// policies go along, lifecycle policies with dynamic tables only, and data
// metric functions never (C27).
func (c *cloner) attachedTo(o *object) []attachment {
	var out []attachment
	for _, a := range o.attached {
		if slices.Contains(attachable, a.what.kind) || a.what.kind == kindLifecyclePolicy && o.kind == kindDynamicTable {
			out = append(out, a)
		}
	}
	return out
}

// createMetricFunction runs CREATE DATA METRIC FUNCTION.
func (st *statement) createMetricFunction(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	d := &routineDetail{language: "SQL"}
	var err error
	if d.params, err = st.params(); err != nil {
		return nil, err
	}
	if err := st.c.Expect("RETURNS"); err != nil {
		return nil, err
	}
	if d.returns, err = sql.ParseType(st.c); err != nil {
		return nil, typeError(err)
	}
	if d.returns.Name != "NUMBER" {
		return nil, sqlError(1007, "22023", "invalid type for parameter 'RETURNS'")
	}
	d.notNull = st.c.Accept("NOT", "NULL")
	st.c.Accept("LANGUAGE", "SQL")
	props, _, err := st.options("COMMENT")
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	if d.body, err = st.c.String(); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.installMetricFunction(cr, d, props)
}

// installMetricFunction puts the function into its place.
func (st *statement) installMetricFunction(cr *creation, d *routineDetail, props properties) (*Result, error) {
	args := make([]string, len(d.params))
	for i, p := range d.params {
		if p.table == "" {
			return nil, sqlError(1007, "22023", "invalid type for parameter '%s': a data metric function takes tables", p.name)
		}
		args[i] = "TABLE" + columnTypes(p.table)
	}
	s, err := st.slot(cr, kindMetricFunction, args...)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	o := st.install(s, kindMetricFunction, d, false)
	o.comment = props.text("COMMENT", "")
	return created(o)
}

// columnTypes reduces "(A NUMBER, B VARCHAR)" to "(NUMBER, VARCHAR)".
func columnTypes(table string) string {
	c, err := newCursor(table)
	if err != nil {
		return table
	}
	types, err := readArgumentTypes(c)
	if err != nil {
		return table
	}
	return "(" + strings.Join(types, ", ") + ")"
}
