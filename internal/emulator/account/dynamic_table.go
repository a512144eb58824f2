package account

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// createDynamicTable runs CREATE DYNAMIC TABLE.
func (st *statement) createDynamicTable(cr *creation) (*Result, error) {
	return st.createDynamic(cr, false)
}

// createDynamicIceberg runs CREATE DYNAMIC ICEBERG TABLE.
func (st *statement) createDynamicIceberg(cr *creation) (*Result, error) {
	return st.createDynamic(cr, true)
}

// dynamicOptions are the properties of dynamic tables.
const dynamicOptions = "TARGET_LAG WAREHOUSE INITIALIZATION_WAREHOUSE REFRESH_MODE INITIALIZE DATA_RETENTION_TIME_IN_DAYS " +
	"MAX_DATA_EXTENSION_TIME_IN_DAYS COMMENT EXTERNAL_VOLUME CATALOG BASE_LOCATION SCHEDULER"

func (st *statement) createDynamic(cr *creation, iceberg bool) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindDynamicTable)
	}
	spec := &tableSpec{detail: &tableDetail{transient: cr.has("TRANSIENT")}}
	if st.c.LookingOp("(") {
		if err := st.columnDefinitions(spec.detail); err != nil {
			return nil, err
		}
	}
	if err := st.tableClauses(spec, dynamicOptions); err != nil {
		return nil, err
	}
	if err := st.c.Expect("AS"); err != nil {
		return nil, err
	}
	t, err := st.dynamicQuery(cr, spec.props)
	if err != nil {
		return nil, err
	}
	spec.detail.dynamic = t
	if iceberg {
		if err := st.setIceberg(cr, spec.detail, spec.props); err != nil {
			return nil, err
		}
	}
	return st.installDynamic(cr, spec)
}

// dynamicQuery reads the query and the properties that must stand before it.
func (st *statement) dynamicQuery(cr *creation, props properties) (*dynamicDetail, error) {
	mark := st.c.Mark()
	q, err := query.Parse(st.c)
	if err != nil {
		return nil, err
	}
	t := &dynamicDetail{
		query: q, body: st.c.Text(mark, st.c.Mark()), text: st.c.Text(cr.start, st.c.Mark()),
		targetLag: props.text("TARGET_LAG", ""), warehouse: foldName(props.text("WAREHOUSE", "")),
		mode: sql.Upper(props.text("REFRESH_MODE", "AUTO")), initialize: sql.Upper(props.text("INITIALIZE", "ON_CREATE")),
		refreshed: st.a.now(),
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if t.targetLag == "" {
		return nil, sqlError(1014, "22023", "missing TARGET_LAG in CREATE DYNAMIC TABLE")
	}
	if t.mode == "AUTO" {
		t.mode = "INCREMENTAL"
	}
	w, err := st.accountObject(kindWarehouse, t.warehouse)
	if err != nil {
		return nil, err
	}
	return t, st.demand(w, "USAGE")
}

// installDynamic compiles the query with the creator's rights, fills the table
// and puts it into its place.
func (st *statement) installDynamic(cr *creation, spec *tableSpec) (*Result, error) {
	s, err := st.slot(cr, kindDynamicTable)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	plan, err := st.inSchema(s.parent).compile(spec.detail.dynamic.query)
	if err != nil {
		return nil, err
	}
	if spec.detail.columns, err = namedColumns(spec.detail.columns, spec.detail.dynamic.query, plan); err != nil {
		return nil, err
	}
	spec.detail.dynamic.unfilled = st.refreshDynamic(spec.detail, plan)
	if cr.alter && s.old != nil {
		return st.reshapeDynamic(s.old, spec)
	}
	if err := cmp.Or(st.checkTable(kindDynamicTable, spec, s), st.checkColumns(spec)); err != nil {
		return nil, err
	}
	o := st.install(s, kindDynamicTable, spec.detail, spec.copyGrants)
	if spec.copyTags && s.old != nil {
		copyTags(o, s.old)
	}
	spec.detail.changed = o.created
	return st.finishTable(o, spec)
}

// refreshDynamic fills a dynamic table. Where its query cannot be run the rows
// stay as they are.
func (st *statement) refreshDynamic(d *tableDetail, plan *query.Plan) error {
	rows, err := plan.Rows(st.ctx)
	if err != nil {
		return err
	}
	if rows, err = st.castRows(rows, d.columns); err != nil {
		return err
	}
	d.rows, d.dynamic.unfilled, d.dynamic.refreshed = rows, nil, st.a.now()
	return nil
}

// checkFilled refuses to read a dynamic table that could be made and not
// filled: it is not empty, what is in it is not known.
func (d *tableDetail) checkFilled(name string) error {
	if d.dynamic == nil || d.dynamic.unfilled == nil {
		return nil
	}
	return errUnsupported("query of the dynamic table " + name + ", which could not be refreshed: " + d.dynamic.unfilled.Error())
}

// reshapeDynamic runs CREATE OR ALTER DYNAMIC TABLE: the query may change, and
// grants, tags, policies and state stay (R4).
func (st *statement) reshapeDynamic(o *object, spec *tableSpec) (*Result, error) {
	d := o.detail.(*tableDetail)
	t := *spec.detail.dynamic
	t.suspended, t.cloned, t.reason, t.suspendedOn = d.dynamic.suspended, d.dynamic.cloned, d.dynamic.reason, d.dynamic.suspendedOn
	for _, c := range spec.detail.columns {
		if i := columnIndex(d.columns, c.name); i >= 0 {
			c.policy, c.projection, c.tags = d.columns[i].policy, d.columns[i].projection, d.columns[i].tags
		}
	}
	st.snapshot(o)
	d.columns, d.rows, d.dynamic, d.clusterBy = spec.detail.columns, spec.detail.rows, &t, spec.detail.clusterBy
	o.comment, o.params = "", nil
	if err := st.setOptions(o, spec.props.only(tableParameters)); err != nil {
		return nil, err
	}
	return statusResult(fmt.Sprintf("Dynamic table %s successfully altered.", o.name)), nil
}

// alterDynamicTable runs ALTER DYNAMIC TABLE. It cannot change the query.
func (st *statement) alterDynamicTable() (*Result, error) {
	o, err := st.target(kindDynamicTable)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*tableDetail)
	switch {
	case st.c.Looking("SUSPEND", "RECLUSTER"), st.c.Looking("RESUME", "RECLUSTER"):
		return st.alterTableAction(o, d)
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.dynamic.suspend(st.a.now()) }, "OPERATE")
	case st.c.Accept("RESUME"):
		return st.changeWith(o, func() { st.resumeDynamic(o) }, "OPERATE")
	case st.c.Accept("REFRESH"):
		return st.refreshDynamicTable(o, d)
	case st.c.Accept("SET"):
		return st.setDynamic(o, d)
	}
	return st.alterTableAction(o, d)
}

// suspend stops a dynamic table.
func (d *dynamicDetail) suspend(now time.Time) {
	if !d.suspended {
		d.suspended, d.suspendedOn, d.reason = true, now, "USER_SUSPENDED"
	}
}

// resumeDynamic starts a dynamic table, and those downstream of it that stand
// still only because a clone suspended them (C33).
func (st *statement) resumeDynamic(o *object) {
	d := o.detail.(*tableDetail).dynamic
	d.suspended, d.reason = false, ""
	st.a.walk(o.database(), func(other *object) {
		t, ok := other.detail.(*tableDetail)
		if !ok || t.dynamic == nil || !t.dynamic.suspended || t.dynamic.reason != "UPSTREAM_CLONED_AUTO_SUSPENDED" {
			return
		}
		if slices.Contains(st.upstream(other, t), o) {
			st.resumeDynamic(other)
		}
	})
}

// upstream lists the dynamic tables that one reads, whoever may resolve them.
func (sc *scope) upstream(o *object, d *tableDetail) []*object {
	inner := sc.within(o)
	inner.rights = sc.a.allRights()
	plan, err := inner.compile(d.dynamic.query)
	if err != nil {
		return nil
	}
	var out []*object
	for _, name := range plan.References() {
		if up, err := inner.anyRelation(name); err == nil && up.kind == kindDynamicTable {
			out = append(out, up)
		}
	}
	return out
}

// refreshDynamicTable runs REFRESH with the owner's rights.
func (st *statement) refreshDynamicTable(o *object, d *tableDetail) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OPERATE"); err != nil {
		return nil, err
	}
	plan, err := st.within(o).compile(d.dynamic.query)
	if err != nil {
		return nil, err
	}
	st.snapshot(o)
	if err := st.refreshDynamic(d, plan); err != nil {
		return nil, err
	}
	return done()
}

// setDynamic runs SET of properties.
func (st *statement) setDynamic(o *object, d *tableDetail) (*Result, error) {
	if st.c.Looking("TAG") {
		st.c.Reset(st.c.Mark() - 1)
		return st.alterTags(o)
	}
	props, err := st.propertiesToSet(names(dynamicOptions + " CHANGE_TRACKING"))
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return nil, err
	}
	if err := st.setOptions(o, props.only(tableParameters)); err != nil {
		return nil, err
	}
	d.dynamic.targetLag = props.text("TARGET_LAG", d.dynamic.targetLag)
	d.dynamic.warehouse = foldName(props.text("WAREHOUSE", d.dynamic.warehouse))
	return done()
}
