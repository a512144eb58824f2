package account

import (
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// warehouseOptions are the properties of warehouses.
const warehouseOptions = "WAREHOUSE_SIZE WAREHOUSE_TYPE AUTO_SUSPEND AUTO_RESUME INITIALLY_SUSPENDED MIN_CLUSTER_COUNT " +
	"MAX_CLUSTER_COUNT SCALING_POLICY RESOURCE_MONITOR COMMENT ENABLE_QUERY_ACCELERATION " +
	"QUERY_ACCELERATION_MAX_SCALE_FACTOR MAX_CONCURRENCY_LEVEL STATEMENT_QUEUED_TIMEOUT_IN_SECONDS " +
	"STATEMENT_TIMEOUT_IN_SECONDS RESOURCE_CONSTRAINT GENERATION"

// createWarehouse runs CREATE WAREHOUSE, which also makes it the session's.
func (st *statement) createWarehouse(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	st.c.Accept("WITH")
	props, tags, err := st.optionsToEnd(warehouseOptions)
	if err != nil {
		return nil, err
	}
	s, err := st.accountSlot(cr, kindWarehouse)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	d := &warehouseDetail{size: "X-Small", typ: "STANDARD", autoResume: true, autoSuspend: 600, minClusters: 1, maxClusters: 1}
	if err := d.set(props); err != nil {
		return nil, err
	}
	if d.suspended, err = props.flag("INITIALLY_SUSPENDED", false); err != nil {
		return nil, err
	}
	o := st.installInAccount(s, kindWarehouse, d)
	o.comment = props.text("COMMENT", "")
	for _, t := range tags {
		o.setTag(t)
	}
	st.session.warehouse = o.name
	return created(o)
}

// warehouseSizes maps the spellings of sizes to what SHOW prints.
var warehouseSizes = map[string]string{
	"XSMALL": "X-Small", "SMALL": "Small", "MEDIUM": "Medium", "LARGE": "Large", "XLARGE": "X-Large",
	"XXLARGE": "2X-Large", "X2LARGE": "2X-Large", "2XLARGE": "2X-Large", "XXXLARGE": "3X-Large", "X3LARGE": "3X-Large",
	"3XLARGE": "3X-Large", "X4LARGE": "4X-Large", "4XLARGE": "4X-Large", "X5LARGE": "5X-Large", "5XLARGE": "5X-Large",
	"X6LARGE": "6X-Large", "6XLARGE": "6X-Large",
}

// set applies properties to a warehouse.
func (d *warehouseDetail) set(props properties) error {
	if p, ok := props.get("WAREHOUSE_SIZE"); ok {
		size, known := warehouseSizes[sql.Upper(strings.ReplaceAll(p.value, "-", ""))]
		if !known {
			return errInvalidValue(p.value, p.key)
		}
		d.size = size
	}
	d.typ = sql.Upper(props.text("WAREHOUSE_TYPE", d.typ))
	var err error
	if d.autoResume, err = props.flag("AUTO_RESUME", d.autoResume); err != nil {
		return err
	}
	if props.text("AUTO_SUSPEND", "") == "NULL" {
		d.autoSuspend = 0
	} else if d.autoSuspend, err = props.number("AUTO_SUSPEND", d.autoSuspend); err != nil {
		return err
	}
	if d.minClusters, err = props.number("MIN_CLUSTER_COUNT", d.minClusters); err != nil {
		return err
	}
	d.maxClusters, err = props.number("MAX_CLUSTER_COUNT", d.maxClusters)
	return err
}

// alterWarehouse runs ALTER WAREHOUSE.
func (st *statement) alterWarehouse() (*Result, error) {
	o, err := st.target(kindWarehouse)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*warehouseDetail)
	switch {
	case st.c.Accept("SUSPEND"):
		return st.changeWith(o, func() { d.suspended = true }, "OPERATE")
	case st.c.Accept("RESUME"):
		st.c.Accept("IF", "SUSPENDED")
		return st.changeWith(o, func() { d.suspended = false }, "OPERATE")
	case st.c.Accept("ABORT", "ALL", "QUERIES"):
		return st.changeWith(o, func() {}, "OPERATE")
	case st.c.Accept("RENAME", "TO"):
		return st.renameAccountObject(o)
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		return st.setWarehouse(o, d)
	}
	return st.setOrUnsetComment(o)
}

// setWarehouse runs SET of properties.
func (st *statement) setWarehouse(o *object, d *warehouseDetail) (*Result, error) {
	props, err := st.propertiesToSet(names(warehouseOptions))
	if err != nil {
		return nil, err
	}
	next := *d
	if err := next.set(props); err != nil {
		return nil, err
	}
	return st.changeWith(o, func() {
		*d = next
		o.comment = props.text("COMMENT", o.comment)
	}, "MODIFY")
}
