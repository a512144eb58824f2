package account

import (
	"fmt"
	"slices"
	"strings"
)

// showings are tried in order, so that longer spellings stand first. The
// columns are those of the documentation (§3.2).
var showings []showing

func init() {
	showings = slices.Concat(showRelations, showSchemaObjects, showRoutines, showAccountObjects, policyShowings(), customShowings(), []showing{showShares})
}

// showRelations are tables, views and their kin.
var showRelations = []showing{
	{
		words: "OBJECTS", kinds: append(slices.Clone(relationKinds), kindSemanticView),
		columns: "created_on:time name database_name schema_name kind comment cluster_by rows:number bytes:number owner retention_time " +
			"owner_role_type budget is_hybrid is_dynamic is_iceberg",
		row: objectRow,
	},
	{
		words: "DYNAMIC TABLES", kinds: []*kind{kindDynamicTable}, strict: true,
		columns: "created_on:time name reserved database_name schema_name cluster_by rows:number bytes:number owner " +
			"target_lag refresh_mode refresh_mode_reason warehouse comment text automatic_clustering scheduling_state " +
			"last_suspended_on:time is_clone is_replica data_timestamp:time owner_role_type is_iceberg",
		row: dynamicRow,
	},
	{
		words: "ICEBERG TABLES", kinds: []*kind{kindIcebergTable, kindDynamicTable},
		columns: "created_on:time name database_name schema_name owner external_volume_name catalog_name iceberg_table_type " +
			"catalog_table_name catalog_namespace base_location can_write_metadata comment name_mapping owner_role_type " +
			"catalog_sync_name auto_refresh_status",
		row: icebergRow,
	},
	{
		words: "HYBRID TABLES", kinds: []*kind{kindHybridTable},
		columns: "created_on:time name database_name schema_name owner rows:number bytes:number comment owner_role_type",
		row: func(_ *statement, o *object) []any {
			return []any{o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.rowCount(), 0, o.comment, o.ownerRoleType()}
		},
	},
	{
		words: "EXTERNAL TABLES", kinds: []*kind{kindExternalTable},
		columns: "created_on:time name database_name schema_name invalid invalid_reason owner comment stage location " +
			"file_format_name file_format_type cloud region notification_channel last_refreshed_on:time table_format " +
			"last_refresh_details owner_role_type",
		row: externalRow,
	},
	{
		words: "EVENT TABLES", kinds: []*kind{kindEventTable},
		columns: "created_on:time name database_name schema_name owner comment owner_role_type",
		row: func(_ *statement, o *object) []any {
			return []any{o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.comment, o.ownerRoleType()}
		},
	},
	{
		words: "TABLES", kinds: tableKinds, strict: true, history: true,
		columns: "created_on:time name database_name schema_name kind comment cluster_by rows:number bytes:number owner " +
			"retention_time automatic_clustering change_tracking search_optimization search_optimization_progress " +
			"search_optimization_bytes is_external enable_schema_evolution owner_role_type is_event budget is_hybrid " +
			"is_iceberg is_dynamic is_immutable",
		row: tableRow,
	},
	{
		words: "MATERIALIZED VIEWS", kinds: []*kind{kindMaterializedView},
		columns: "created_on:time name reserved database_name schema_name cluster_by rows:number bytes:number " +
			"source_database_name source_schema_name source_table_name refreshed_on:time compacted_on:time owner invalid " +
			"invalid_reason behind_by comment text is_secure automatic_clustering owner_role_type budget",
		row: materializedRow,
	},
	{
		words: "VIEWS", kinds: []*kind{kindView, kindMaterializedView}, strict: true,
		columns: "created_on:time name reserved kind database_name schema_name owner comment text is_secure is_materialized " +
			"owner_role_type change_tracking",
		row: viewRow,
	},
}

// rowCount is the number of rows of a table.
func (o *object) rowCount() int {
	d, ok := o.detail.(*tableDetail)
	if !ok {
		return 0
	}
	return len(d.rows)
}

// tableWord is the kind column of SHOW TABLES.
func tableWord(o *object) string {
	switch {
	case o.session != 0:
		return "TEMPORARY"
	case o.isTransient():
		return "TRANSIENT"
	}
	return "TABLE"
}

func tableRow(st *statement, o *object) []any {
	d := o.detail.(*tableDetail)
	automatic := onOff(d.clusterBy != "" && !d.noRecluster)
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), tableWord(o), o.comment, d.clusterBy, len(d.rows), 0,
		o.ownerName(), itoa(st.a.retentionDays(o)), automatic, onOff(d.tracking), "OFF", nil, nil,
		yesNo(o.kind == kindExternalTable), yesNo(d.evolution), o.ownerRoleType(), yesNo(o.kind == kindEventTable), nil,
		yesNo(o.kind == kindHybridTable), yesNo(d.iceberg != nil), yesNo(d.dynamic != nil), "N",
	}
}

// viewText is the text column: as typed (C26), and empty for the secure views
// of others (G4).
func viewText(st *statement, o *object) string {
	d := o.detail.(*viewDetail)
	if d.secure && !st.rights.owns(o) {
		return ""
	}
	return d.text
}

func viewRow(st *statement, o *object) []any {
	d := o.detail.(*viewDetail)
	return []any{
		o.created.at, o.name, "", o.kind.grantedOn, databaseName(o), schemaName(o), o.ownerName(), o.comment, viewText(st, o),
		d.secure, d.materialized != nil, o.ownerRoleType(), onOff(d.tracking),
	}
}

// objectRow is a row of SHOW OBJECTS: everything is a table or a view.
func objectRow(st *statement, o *object) []any {
	word, clustering, rows := "VIEW", "", any(nil)
	iceberg := false
	if d, ok := o.detail.(*tableDetail); ok {
		word, clustering, rows, iceberg = "TABLE", d.clusterBy, len(d.rows), d.iceberg != nil
	}
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), word, o.comment, clustering, rows, 0, o.ownerName(),
		itoa(st.a.retentionDays(o)), o.ownerRoleType(), nil, yesNo(o.kind == kindHybridTable), yesNo(o.kind == kindDynamicTable), yesNo(iceberg),
	}
}

func materializedRow(st *statement, o *object) []any {
	d := o.detail.(*viewDetail)
	m := d.materialized
	base := m.base.path()
	reason := m.invalid()
	return []any{
		o.created.at, o.name, "", databaseName(o), schemaName(o), m.clusterBy, 0, 0, base[0], base[1], base[2],
		o.created.at, o.created.at, o.ownerName(), reason != "", reason, "0s", o.comment, viewText(st, o), d.secure,
		onOff(m.clusterBy != "" && !m.noCluster), o.ownerRoleType(), nil,
	}
}

// dynamicRow hides the details from roles that may not monitor the table.
func dynamicRow(st *statement, o *object) []any {
	d := o.detail.(*tableDetail)
	t := d.dynamic
	text, state, reason := t.text, t.schedulingState(), t.modeReason
	lag, mode := t.targetLag, t.mode
	if !st.rights.has(o, "MONITOR") && !st.rights.manage {
		text, state, reason, lag, mode = "", "", "", "", ""
	}
	return []any{
		o.created.at, o.name, "", databaseName(o), schemaName(o), d.clusterBy, len(d.rows), 0, o.ownerName(),
		lag, mode, reason, t.warehouse, o.comment, text, onOff(d.clusterBy != "" && !d.noRecluster), state,
		t.suspendedOn, t.cloned, false, t.refreshed, o.ownerRoleType(), yesNo(d.iceberg != nil),
	}
}

func icebergRow(_ *statement, o *object) []any {
	i := o.detail.(*tableDetail).iceberg
	typ := "MANAGED"
	if i.catalog != "SNOWFLAKE" {
		typ = "UNMANAGED"
	}
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), i.volume, i.catalog, typ, nil, nil,
		i.baseLocation, yesNo(typ == "MANAGED"), o.comment, nil, o.ownerRoleType(), nil, nil,
	}
}

func externalRow(_ *statement, o *object) []any {
	e := o.detail.(*tableDetail).external
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), false, nil, o.ownerName(), o.comment, e.stage, e.location,
		e.formatName, e.formatType, "AWS", "", nil, o.created.at, "EXTERNAL", nil, o.ownerRoleType(),
	}
}

// argumentsColumn is the arguments column of SHOW PROCEDURES (N6):
// "P(VARCHAR, DEFAULT NUMBER) RETURN VARCHAR".
func argumentsColumn(name string, params []param, returns string) string {
	types := make([]string, len(params))
	for i, p := range params {
		types[i] = shortType(p.typ)
		if p.fallback != "" {
			types[i] = "DEFAULT " + types[i]
		}
	}
	return fmt.Sprintf("%s(%s) RETURN %s", name, strings.Join(types, ", "), returns)
}
