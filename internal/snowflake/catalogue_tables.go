package snowflake

import (
	"context"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Table is a row of SHOW TABLES.
type Table struct {
	Object
	// Transient tables have neither Fail-safe nor more than a day of Time Travel.
	Transient bool
	// Temporary tables belong to one session, which alone sees them.
	Temporary bool
	Rows      int64
	Bytes     int64
	// RetentionDays is how far Time Travel reaches back (C39).
	RetentionDays int64
	ClusterBy     string
	// AutomaticClustering is off on a clone until it is resumed (C34).
	AutomaticClustering bool
	ChangeTracking      bool
	SearchOptimization  bool
}

// Tables lists plain tables. Dynamic, Iceberg, external, hybrid and event tables have listings of their own.
func (c *Client) Tables(ctx context.Context, scope Scope) ([]Table, error) {
	tables, err := list(ctx, c, KindTable, scope, func(b *binder) Table {
		return Table{
			Object:              objectOf(b, kindOfRow(b, KindTable)),
			Transient:           strings.EqualFold(b.text("kind"), "TRANSIENT"),
			Temporary:           strings.EqualFold(b.text("kind"), "TEMPORARY"),
			Rows:                b.row.Int("rows"),
			Bytes:               b.row.Int("bytes"),
			RetentionDays:       b.row.Int("retention_time"),
			ClusterBy:           b.text("cluster_by"),
			AutomaticClustering: b.flag("automatic_clustering"),
			ChangeTracking:      b.flag("change_tracking"),
			SearchOptimization:  b.flag("search_optimization"),
		}
	})
	return slices.DeleteFunc(tables, func(t Table) bool { return t.Kind != KindTable }), err
}

// View is a row of SHOW VIEWS.
type View struct {
	Object
	Secure bool
	// ChangeTracking is lost when a view is replaced.
	ChangeTracking bool
	// Text is the statement as it was typed, by whomever and wherever: never to be run again (C26). Empty for secure
	// views of others.
	Text string
}

// Views lists plain and secure views. Materialized ones have a listing of their own.
func (c *Client) Views(ctx context.Context, scope Scope) ([]View, error) {
	views, err := list(ctx, c, KindView, scope, func(b *binder) View {
		return View{
			Object:         objectOf(b, kindOfRow(b, KindView)),
			Secure:         b.flag("is_secure"),
			ChangeTracking: b.flag("change_tracking"),
			Text:           b.text("text"),
		}
	})
	return slices.DeleteFunc(views, func(v View) bool { return v.Kind != KindView }), err
}

// MaterializedView is a row of SHOW MATERIALIZED VIEWS.
type MaterializedView struct {
	Object
	Secure bool
	// Source is the base table. Its database tells at once whether the view still hangs on production.
	Source              sqltext.Name
	Invalid             bool
	InvalidReason       string
	ClusterBy           string
	AutomaticClustering bool
	Text                string
}

// MaterializedViews lists materialized views.
func (c *Client) MaterializedViews(ctx context.Context, scope Scope) ([]MaterializedView, error) {
	return list(ctx, c, KindMaterializedView, scope, func(b *binder) MaterializedView {
		return MaterializedView{
			Object: objectOf(b, KindMaterializedView),
			Secure: b.flag("is_secure"),
			Source: sqltext.Name{
				Database: sqltext.Ident(b.text("source_database_name")),
				Schema:   sqltext.Ident(b.text("source_schema_name")),
				Object:   sqltext.Ident(b.text("source_table_name")),
			},
			Invalid:             b.flag("invalid"),
			InvalidReason:       b.name("invalid_reason"),
			ClusterBy:           b.text("cluster_by"),
			AutomaticClustering: b.flag("automatic_clustering"),
			Text:                b.text("text"),
		}
	})
}

// DynamicTable is a row of SHOW DYNAMIC TABLES.
type DynamicTable struct {
	Object
	TargetLag string
	Warehouse sqltext.Ident
	// SchedulingState is RUNNING, ACTIVE or SUSPENDED; a clone is suspended (C33).
	SchedulingState string
	RefreshMode     string
	ClusterBy       string
	// AutomaticClustering is off in a clone (C34), and on in a table that was made anew.
	AutomaticClustering bool
	IsClone             bool
	Iceberg             bool
	Text                string
}

// DynamicTables lists dynamic tables, dynamic Iceberg tables among them.
func (c *Client) DynamicTables(ctx context.Context, scope Scope) ([]DynamicTable, error) {
	return list(ctx, c, KindDynamicTable, scope, func(b *binder) DynamicTable {
		return DynamicTable{
			Object:          objectOf(b, KindDynamicTable),
			TargetLag:       b.text("target_lag"),
			Warehouse:       sqltext.Ident(b.name("warehouse")),
			SchedulingState: b.text("scheduling_state"),
			RefreshMode:     b.text("refresh_mode"),
			ClusterBy:       b.text("cluster_by"), AutomaticClustering: b.flag("automatic_clustering"),
			IsClone: b.flag("is_clone"),
			Iceberg: b.flag("is_iceberg"),
			Text:    b.text("text"),
		}
	})
}

// IcebergTable is a row of SHOW ICEBERG TABLES.
type IcebergTable struct {
	Object
	ExternalVolume sqltext.Ident
	Catalog        string
	// Managed tables are Snowflake's own; others live in an external catalogue and are not cloned.
	Managed bool
	// BaseLocation is where files land: a clone goes on writing under its source's.
	BaseLocation string
}

// IcebergTables lists Iceberg tables, dynamic Iceberg tables among them.
func (c *Client) IcebergTables(ctx context.Context, scope Scope) ([]IcebergTable, error) {
	return list(ctx, c, KindIcebergTable, scope, func(b *binder) IcebergTable {
		return IcebergTable{
			Object:         objectOf(b, KindIcebergTable),
			ExternalVolume: sqltext.Ident(b.need("external_volume_name")),
			Catalog:        b.text("catalog_name"),
			Managed:        strings.EqualFold(b.text("iceberg_table_type"), "MANAGED"),
			BaseLocation:   b.text("base_location"),
		}
	})
}

// ExternalTable is a row of SHOW EXTERNAL TABLES.
type ExternalTable struct {
	Object
	Invalid       bool
	InvalidReason string
	// Stage is the stage's name as SHOW prints it, Location the path with it.
	Stage, Location     string
	FileFormat          string
	NotificationChannel string
}

// ExternalTables lists external tables, which a clone leaves out.
func (c *Client) ExternalTables(ctx context.Context, scope Scope) ([]ExternalTable, error) {
	return list(ctx, c, KindExternalTable, scope, func(b *binder) ExternalTable {
		return ExternalTable{
			Object:              objectOf(b, KindExternalTable),
			Invalid:             b.flag("invalid"),
			InvalidReason:       b.name("invalid_reason"),
			Stage:               b.text("stage"),
			Location:            b.text("location"),
			FileFormat:          b.text("file_format_name"),
			NotificationChannel: b.name("notification_channel"),
		}
	})
}

// Column is a row of INFORMATION_SCHEMA.COLUMNS.
type Column struct {
	Table    sqltext.Name
	Name     sqltext.Ident
	Position int64
	DataType string
	Nullable bool
	// Default is the default's expression; "" where there is none. A sequence in it may be production's (C23).
	Default string
}

// Columns lists the columns of all tables and views of a scope that the role sees. It needs a warehouse (I1).
func (c *Client) Columns(ctx context.Context, scope Scope) ([]Column, error) {
	statement := "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, IS_NULLABLE, COLUMN_DEFAULT FROM " +
		informationView(scope.Database, "COLUMNS") + " WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'"
	if scope.Schema != "" {
		statement += " AND TABLE_SCHEMA = " + sqltext.Literal(string(scope.Schema))
	}
	return selectRows(ctx, c, "columns of "+scope.SQL(), statement, func(b *binder) Column {
		b.require("ordinal_position", "data_type", "column_default")
		return Column{
			Table: sqltext.Name{
				Database: scope.Database,
				Schema:   sqltext.Ident(b.need("table_schema")),
				Object:   sqltext.Ident(b.need("table_name")),
			},
			Name:     sqltext.Ident(b.need("column_name")),
			Position: b.row.Int("ordinal_position"),
			DataType: b.text("data_type"),
			Nullable: b.flag("is_nullable"),
			Default:  b.text("column_default"),
		}
	})
}

// informationView names a view of a database's INFORMATION_SCHEMA.
func informationView(database sqltext.Ident, view string) string {
	return database.SQL() + "." + informationSchema + "." + view
}
