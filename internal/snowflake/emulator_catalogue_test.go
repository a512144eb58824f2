package snowflake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

var prod = InDatabase("PROD")

// ignoreMoments leaves creation times out of comparisons.
var ignoreMoments = cmpopts.IgnoreTypes(time.Time{})

// in is an object of PROD.DATA that CLONER owns.
func in(kind Kind, name, comment string) Object {
	return Object{
		ObjectRef: ObjectRef{Kind: kind, Name: name3("PROD", "DATA", name)},
		Owner:     "CLONER", OwnerRoleType: "ROLE", Comment: comment,
	}
}

// check compares what a listing returned.
func check[T any](t *testing.T, what string, want []T, list func() ([]T, error)) {
	t.Helper()
	t.Run(what, func(t *testing.T) {
		got, err := list()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, ignoreMoments, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestEveryKindIsReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	odd := Object{ObjectRef: ObjectRef{Kind: KindTable, Name: name3("PROD", "odd schema", `t "x"`)}, Owner: "CLONER", OwnerRoleType: "ROLE"}

	check(t, "tables", []Table{
		{Object: in(KindTable, "T", "plain"), RetentionDays: 1},
		{Object: in(KindTable, "TT", ""), Transient: true, RetentionDays: 1},
		{Object: odd, RetentionDays: 1},
	}, func() ([]Table, error) {
		tables, err := c.Tables(ctx, prod)
		for i := range tables {
			tables[i].Bytes, tables[i].ChangeTracking = 0, false
		}
		return tables, err
	})
	check(t, "views", []View{
		{Object: in(KindView, "SV", ""), Secure: true},
		{Object: in(KindView, "V", "plain view")},
	}, func() ([]View, error) {
		views, err := c.Views(ctx, prod)
		for i := range views {
			if !strings.Contains(views[i].Text, "SELECT") {
				t.Errorf("text of %s: %q", views[i].Name, views[i].Text)
			}
			views[i].Text = ""
		}
		return views, err
	})
	check(t, "materialized views", []MaterializedView{{Object: in(KindMaterializedView, "MV", ""), Source: name3("PROD", "DATA", "T")}},
		func() ([]MaterializedView, error) {
			views, err := c.MaterializedViews(ctx, prod)
			for i := range views {
				views[i].Text = ""
			}
			return views, err
		})
	check(t, "dynamic tables", []DynamicTable{{
		Object: in(KindDynamicTable, "DT", ""), TargetLag: "1 hour", Warehouse: "WH",
	}}, func() ([]DynamicTable, error) {
		tables, err := c.DynamicTables(ctx, prod)
		for i := range tables {
			if tables[i].SchedulingState == "SUSPENDED" || tables[i].SchedulingState == "" || tables[i].Text == "" {
				t.Errorf("state of the dynamic table: %+v", tables[i])
			}
			tables[i].Text, tables[i].SchedulingState, tables[i].RefreshMode = "", "", ""
		}
		return tables, err
	})
	check(t, "Iceberg tables", []IcebergTable{{
		Object: in(KindIcebergTable, "IT", ""), ExternalVolume: "LAKE", Catalog: "SNOWFLAKE", Managed: true, BaseLocation: "prod/it/",
	}}, func() ([]IcebergTable, error) { return c.IcebergTables(ctx, prod) })
	check(t, "external tables", []ExternalTable{{Object: in(KindExternalTable, "ET", ""), Stage: "PROD.DATA.ST"}},
		func() ([]ExternalTable, error) {
			tables, err := c.ExternalTables(ctx, prod)
			for i := range tables {
				if !strings.Contains(tables[i].Location, "events/") {
					t.Errorf("location %q", tables[i].Location)
				}
				tables[i].Location, tables[i].FileFormat = "", ""
			}
			return tables, err
		})
	check(t, "stages", []Stage{
		{Object: in(KindStage, "INTERNAL_ST", "")},
		{Object: in(KindStage, "ST", ""), URL: "s3://landing/", External: true},
	}, func() ([]Stage, error) { return c.Stages(ctx, prod) })
	check(t, "streams", []Stream{{
		Object: in(KindStream, "STR", "changes"), Source: name3("PROD", "DATA", "T"), SourceText: "PROD.DATA.T",
		SourceType: "Table", BaseTables: "PROD.DATA.T", Mode: "APPEND_ONLY",
	}}, func() ([]Stream, error) {
		streams, err := c.Streams(ctx, prod)
		for i := range streams {
			if streams[i].InvalidReason == "N/A" {
				streams[i].InvalidReason = ""
			}
		}
		return streams, err
	})
	root, child, last := in(KindTask, "ROOT", ""), in(KindTask, "CHILD", ""), in(KindTask, "LAST", "")
	check(t, "tasks", []Task{
		{
			Object: child, Warehouse: "WH", Definition: "CALL PROD.DATA.P()", Condition: "SYSTEM$STREAM_HAS_DATA('PROD.DATA.STR')",
			Predecessors: []sqltext.Name{root.Name},
		},
		{Object: last, Warehouse: "WH", Definition: "CALL PROD.DATA.P()", FinalizedRoot: root.Name},
		{Object: root, Warehouse: "WH", Schedule: "60 MINUTE", Definition: "CALL PROD.DATA.P()"},
	}, func() ([]Task, error) { return c.Tasks(ctx, prod) })
	check(t, "alerts", []Alert{{
		Object: in(KindAlert, "AL", ""), Warehouse: "WH", Schedule: "60 MINUTE", Condition: "SELECT 1 FROM PROD.DATA.T",
		Action: "CALL PROD.DATA.P()",
	}}, func() ([]Alert, error) { return c.Alerts(ctx, prod) })
	check(t, "pipes", []Pipe{
		{Object: in(KindPipe, "PI", "loads"), Definition: "COPY INTO PROD.DATA.TT FROM @PROD.DATA.ST"},
		{Object: in(KindPipe, "PI2", ""), Definition: "COPY INTO PROD.DATA.TT FROM @PROD.DATA.ST"},
	}, func() ([]Pipe, error) { return c.Pipes(ctx, prod) })
	for _, plain := range []Object{
		in(KindHybridTable, "HT", "rows"), in(KindEventTable, "EV", ""), in(KindFileFormat, "FF", "commas"),
		in(KindSequence, "SEQ", ""), in(KindMaskingPolicy, "MP", ""), in(KindRowAccessPolicy, "RAP", ""),
	} {
		check(t, strings.ToLower(plain.Kind.Plural()), []Object{plain}, func() ([]Object, error) { return c.Objects(ctx, plain.Kind, prod) })
	}
	check(t, "tags", []string{`TAG PROD.DATA.TG by CLONER: kinds, ["a","b"]`}, func() ([]string, error) {
		tags, err := c.Tags(ctx, prod)
		var printed []string
		for _, tag := range tags {
			printed = append(printed, fmt.Sprintf("%s by %s: %s, %s", tag.Ref(), tag.Owner, tag.Comment, tag.AllowedValues))
		}
		return printed, err
	})
	check(t, "routines", []string{
		"PROCEDURE PROD.DATA.P()", "PROCEDURE PROD.DATA.P(VARCHAR, NUMBER)", "FUNCTION PROD.DATA.F(NUMBER)",
	}, func() ([]string, error) {
		procedures, err := c.Procedures(ctx, prod)
		if err != nil {
			return nil, err
		}
		functions, err := c.Functions(ctx, prod)
		var printed []string
		for _, p := range procedures {
			printed = append(printed, p.Ref().String())
		}
		slices.Sort(printed)
		for _, f := range functions {
			printed = append(printed, f.Ref().String())
		}
		return printed, err
	})
}

func TestContainersAreReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	found, err := c.FindDatabase(ctx, "PROD")
	if err != nil || found == nil {
		t.Fatal(found, err)
	}
	want := &Database{
		Object:       Object{ObjectRef: DatabaseRef("PROD"), Owner: "CLONER", OwnerRoleType: "ROLE", Comment: "the source"},
		DatabaseKind: "STANDARD", RetentionDays: 1,
	}
	if diff := cmp.Diff(want, found, ignoreMoments); diff != "" || found.CreatedOn.IsZero() {
		t.Errorf("database (-want +got):\n%s", diff)
	}
	scratch, err := c.FindDatabase(ctx, "SCRATCH")
	if err != nil || scratch == nil || !scratch.Transient {
		t.Errorf("transient database: %+v, %v", scratch, err)
	}
	if absent, err := c.FindDatabase(ctx, "prod"); absent != nil || err != nil {
		t.Errorf("a name of other case: %+v, %v", absent, err)
	}
	check(t, "databases", []sqltext.Ident{"PROD", "SCRATCH"}, func() ([]sqltext.Ident, error) {
		databases, err := c.Databases(ctx)
		var names []sqltext.Ident
		for _, database := range databases {
			names = append(names, database.Name.Database)
		}
		return names, err
	})
	check(t, "schemas", []string{"DATA managed=false base", "PUBLIC managed=false ", "odd schema managed=true "}, func() ([]string, error) {
		schemas, err := c.Schemas(ctx, "PROD")
		var printed []string
		for _, schema := range schemas {
			printed = append(printed, fmt.Sprintf("%s managed=%v %s", string(schema.Name.Schema), schema.ManagedAccess, schema.Comment))
		}
		return printed, err
	})
	check(t, "database roles", []DatabaseRole{{Object{
		ObjectRef: ObjectRef{Kind: KindDatabaseRole, Name: sqltext.Name{Database: "PROD", Object: "DR"}},
		Owner:     "CLONER", OwnerRoleType: "ROLE", Comment: "reads",
	}}}, func() ([]DatabaseRole, error) { return c.DatabaseRoles(ctx, "PROD") })
	role, err := c.FindRole(ctx, "my reader")
	if err != nil || role == nil || role.Name.Object != "my reader" {
		t.Errorf("role: %+v, %v", role, err)
	}
	roles, err := c.RolesWithPrefix(ctx, "READ")
	if err != nil || len(roles) != 1 || roles[0].Name.Object != "READER" {
		t.Errorf("roles: %+v, %v", roles, err)
	}
	warehouse, err := c.FindWarehouse(ctx, "WH")
	if err != nil || warehouse == nil || !warehouse.AutoResume {
		t.Errorf("warehouse: %+v, %v", warehouse, err)
	}
	identity, err := c.Probe(ctx)
	if err != nil || identity.Account != "ACME" || identity.Role != "CLONER" || identity.User != "SNOWCLONE" || identity.Warehouse != "WH" {
		t.Errorf("identity %+v, %v", identity, err)
	}
	if now, err := c.ServerTime(ctx); err != nil || time.Since(now).Abs() > time.Minute {
		t.Errorf("server time %s, %v", now, err)
	}
}
