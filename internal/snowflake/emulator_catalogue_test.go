package snowflake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
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
	check(t, "hybrid tables", nil, func() ([]HybridTable, error) { return c.HybridTables(ctx, prod) })
	check(t, "external tables", nil, func() ([]ExternalTable, error) { return c.ExternalTables(ctx, prod) })
	check(t, "event tables", nil, func() ([]EventTable, error) { return c.EventTables(ctx, prod) })
	check(t, "file formats", []FileFormat{{Object: in(KindFileFormat, "FF", "commas"), Type: "CSV"}}, func() ([]FileFormat, error) {
		formats, err := c.FileFormats(ctx, prod)
		for i := range formats {
			formats[i].Options = ""
		}
		return formats, err
	})
	check(t, "stages", []Stage{
		{Object: in(KindStage, "INTERNAL_ST", "")},
		{Object: in(KindStage, "ST", ""), URL: "s3://landing/", External: true},
	}, func() ([]Stage, error) { return c.Stages(ctx, prod) })
	check(t, "sequences", []Sequence{{Object: in(KindSequence, "SEQ", ""), NextValue: 5, Interval: 2}}, func() ([]Sequence, error) {
		sequences, err := c.Sequences(ctx, prod)
		for i := range sequences {
			sequences[i].Ordered = false
		}
		return sequences, err
	})
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
	root, child := in(KindTask, "ROOT", ""), in(KindTask, "CHILD", "")
	check(t, "tasks", []Task{
		{
			Object: child, Warehouse: "WH", Definition: "CALL PROD.DATA.P()", Condition: "SYSTEM$STREAM_HAS_DATA('PROD.DATA.STR')",
			Predecessors: []sqltext.Name{root.Name},
		},
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
	check(t, "policies", []MaskingPolicy{{Policy{Object: in(KindMaskingPolicy, "MP", "")}}}, func() ([]MaskingPolicy, error) {
		policies, err := c.MaskingPolicies(ctx, prod)
		for i := range policies {
			policies[i].Options = ""
		}
		return policies, err
	})
	check(t, "row access policies", []RowAccessPolicy{{Policy{Object: in(KindRowAccessPolicy, "RAP", "")}}}, func() ([]RowAccessPolicy, error) {
		policies, err := c.RowAccessPolicies(ctx, prod)
		for i := range policies {
			policies[i].Options = ""
		}
		return policies, err
	})
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
	check(t, "external volumes", []ExternalVolume{{Name: "LAKE", AllowWrites: true}}, func() ([]ExternalVolume, error) {
		return c.ExternalVolumes(ctx)
	})
	identity, err := c.Probe(ctx)
	if err != nil || identity.Account != "ACME" || identity.Role != "CLONER" || identity.User != "SNOWCLONE" || identity.Warehouse != "WH" {
		t.Errorf("identity %+v, %v", identity, err)
	}
	if now, err := c.ServerTime(ctx); err != nil || time.Since(now).Abs() > time.Minute {
		t.Errorf("server time %s, %v", now, err)
	}
}

// grantText prints a grant for comparing.
func grantText(g Grant) string {
	text := fmt.Sprintf("%s on %s %s to %s", g.Privilege, g.GrantedOn, g.ObjectName, g.Grantee)
	// An owner may grant everything on, and SHOW says so.
	if g.GrantOption && g.Privilege != PrivilegeOwnership {
		text += " with grant option"
	}
	return text
}

func TestGrantsAreReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	grants := func(read func() ([]Grant, error)) func() ([]string, error) {
		return func() ([]string, error) {
			found, err := read()
			var printed []string
			for _, grant := range found {
				if _, err := grant.Ref(); err != nil && strings.Contains(grant.ObjectName, "(") {
					t.Errorf("object of %s: %v", grantText(grant), err)
				}
				printed = append(printed, grantText(grant))
			}
			slices.Sort(printed)
			return printed, err
		}
	}
	table := ObjectRef{Kind: KindTable, Name: name3("PROD", "DATA", "T")}
	check(t, "on a table", []string{
		"OWNERSHIP on TABLE PROD.DATA.T to ROLE CLONER", "SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR",
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, table) }))
	check(t, "with grant option", []string{
		"OWNERSHIP on VIEW PROD.DATA.V to ROLE CLONER", `SELECT on VIEW PROD.DATA.V to ROLE "my reader" with grant option`,
	}, grants(func() ([]Grant, error) {
		return c.GrantsOn(ctx, ObjectRef{Kind: KindView, Name: name3("PROD", "DATA", "V")})
	}))
	check(t, "on a database", []string{
		"OWNERSHIP on DATABASE PROD to ROLE CLONER", "USAGE on DATABASE PROD to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, DatabaseRef("PROD")) }))
	check(t, "on a schema", []string{
		"OWNERSHIP on SCHEMA PROD.DATA to ROLE CLONER", "USAGE on SCHEMA PROD.DATA to ROLE READER",
	}, grants(func() ([]Grant, error) { return c.GrantsOn(ctx, SchemaRef("PROD", "DATA")) }))
	procedure := ObjectRef{Kind: KindProcedure, Name: name3("PROD", "DATA", "P"), Arguments: []string{"VARCHAR", "NUMBER"}}
	check(t, "on a procedure", []ObjectRef{procedure, procedure}, func() ([]ObjectRef, error) {
		found, err := c.GrantsOn(ctx, procedure)
		var refs []ObjectRef
		for _, grant := range found {
			ref, err := grant.Ref()
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		return refs, err
	})
	owner, err := c.OwnerOf(ctx, procedure)
	if owner != AccountRole("CLONER") || err != nil {
		t.Errorf("owner %s, %v", owner, err)
	}
	check(t, "to a role", []string{
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
		"USAGE on DATABASE PROD to ROLE READER",
		"USAGE on DATABASE_ROLE PROD.DR to ROLE READER",
		"USAGE on SCHEMA PROD.DATA to ROLE READER",
	}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.GrantsTo(ctx, AccountRole("READER")) })()
		return slices.DeleteFunc(printed, func(g string) bool { return strings.Contains(g, "PROCEDURE") }), err
	})
	check(t, "to a database role", []string{"SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR"}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.GrantsTo(ctx, RoleOfDatabase("PROD", "DR")) })()
		// A new database role has USAGE on its database in some releases.
		return slices.DeleteFunc(printed, func(g string) bool { return strings.HasPrefix(g, "USAGE on DATABASE ") }), err
	})
	members := func(role Grantee) func() ([]Grantee, error) {
		return func() ([]Grantee, error) {
			found, err := c.GrantsOf(ctx, role)
			var grantees []Grantee
			for _, one := range found {
				grantees = append(grantees, one.Grantee)
			}
			return grantees, err
		}
	}
	check(t, "of a role", []Grantee{AccountRole("CLONER")}, members(AccountRole("READER")))
	check(t, "of a database role", []Grantee{AccountRole("READER")}, members(RoleOfDatabase("PROD", "DR")))
	reader, dr := AccountRole("READER"), RoleOfDatabase("PROD", "DR")
	check(t, "future in a database", []FutureGrant{
		{Privilege: "SELECT", Kind: KindTable, Scope: prod, Grantee: reader},
		{Privilege: "USAGE", Kind: KindSchema, Scope: prod, Grantee: reader},
	}, func() ([]FutureGrant, error) {
		found, err := c.FutureGrantsIn(ctx, prod)
		slices.SortFunc(found, func(a, b FutureGrant) int { return strings.Compare(a.Privilege, b.Privilege) })
		return found, err
	})
	inSchema := FutureGrant{Privilege: "SELECT", Kind: KindView, Scope: InSchema("PROD", "DATA"), Grantee: dr}
	check(t, "future in a schema", []FutureGrant{inSchema}, func() ([]FutureGrant, error) {
		return c.FutureGrantsIn(ctx, InSchema("PROD", "DATA"))
	})
	check(t, "future to a database role", []FutureGrant{inSchema}, func() ([]FutureGrant, error) { return c.FutureGrantsTo(ctx, dr) })
	check(t, "over the information schema", []string{
		"OWNERSHIP on TABLE PROD.DATA.T to ROLE CLONER", "SELECT on TABLE PROD.DATA.T to DATABASE ROLE PROD.DR",
		"SELECT on TABLE PROD.DATA.T to ROLE READER",
	}, func() ([]string, error) {
		printed, err := grants(func() ([]Grant, error) { return c.ObjectPrivileges(ctx, "PROD") })()
		return slices.DeleteFunc(printed, func(g string) bool { return !strings.Contains(g, "TABLE PROD.DATA.T ") }), err
	})
}

func TestPoliciesTagsColumnsAndPipesAreReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	policy, table := name3("PROD", "DATA", "MP"), name3("PROD", "DATA", "T")
	reference := PolicyReference{
		Policy: policy, PolicyKind: "MASKING_POLICY", Entity: table, EntityDomain: "TABLE", Column: "NAME", Status: "ACTIVE",
	}
	check(t, "policies on a table", []PolicyReference{reference}, func() ([]PolicyReference, error) {
		return c.PolicyReferences(ctx, table, "TABLE")
	})
	check(t, "uses of a policy", []PolicyReference{reference}, func() ([]PolicyReference, error) { return c.PolicyUses(ctx, policy) })
	body, err := c.DescribePolicy(ctx, ObjectRef{Kind: KindMaskingPolicy, Name: policy})
	if err != nil || body.Body != "'***'" || !strings.HasPrefix(body.ReturnType, "VARCHAR") {
		t.Errorf("policy %+v, %v", body, err)
	}
	check(t, "tags of a table", []TagReference{{Tag: name3("PROD", "DATA", "TG"), Value: "a", Level: "TABLE", Object: table}},
		func() ([]TagReference, error) { return c.TagReferences(ctx, table, "TABLE") })
	check(t, "tags of its columns", nil, func() ([]TagReference, error) {
		found, err := c.ColumnTagReferences(ctx, table)
		return slices.DeleteFunc(found, func(r TagReference) bool { return r.Level == "TABLE" }), err
	})
	check(t, "columns", []string{"ID PROD.DATA.SEQ.NEXTVAL", "NAME "}, func() ([]string, error) {
		columns, err := c.Columns(ctx, InSchema("PROD", "DATA"))
		var printed []string
		for _, column := range columns {
			if column.Table == table {
				printed = append(printed, string(column.Name)+" "+strings.ReplaceAll(column.Default, `"`, ""))
			}
		}
		slices.Sort(printed)
		return printed, err
	})
	pipes := []sqltext.Name{name3("PROD", "DATA", "PI"), name3("PROD", "DATA", "NO_SUCH"), name3("PROD", "DATA", "PI2")}
	check(t, "states of pipes", []string{"RUNNING quiet=false ", " quiet=false NotFound", "PAUSED quiet=true "}, func() ([]string, error) {
		statuses, err := c.PipeStatuses(ctx, pipes)
		var printed []string
		for _, status := range statuses {
			class := ""
			if status.Err != nil {
				class = ClassOf(status.Err).String()
			}
			printed = append(printed, fmt.Sprintf("%s quiet=%v %s", status.State, status.Quiet(), class))
		}
		return printed, err
	})
}

func TestDefinitionsAreReadFromTheEmulatedAccount(t *testing.T) {
	ctx := t.Context()
	c := startService(t, accountScript).client(t, asIs)
	inventory, err := c.Inventory(ctx, prod)
	if err != nil {
		t.Fatal(err)
	}
	refs := []ObjectRef{{Kind: KindView, Name: name3("PROD", "DATA", "NO_SUCH")}}
	for _, kind := range SchemaKinds() {
		for _, object := range inventory[kind] {
			refs = append(refs, object.Ref())
		}
	}
	results, err := c.DDL(ctx, refs)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range results {
		expectNone := i == 0 || result.Ref.Kind.Info().DDL == ""
		if (result.Err != nil) != expectNone || expectNone == strings.Contains(strings.ToUpper(result.Text), "CREATE OR REPLACE") {
			t.Errorf("%s: %q, %v", result.Ref, result.Text, result.Err)
		}
	}
	if len(refs) < 25 {
		t.Errorf("only %d objects: the script has more", len(refs))
	}
}

func TestListingsOfTheEmulatedAccountAreCompleteBeyondItsCap(t *testing.T) {
	var script strings.Builder
	script.WriteString("CREATE ROLE CLONER; CREATE WAREHOUSE WH; GRANT USAGE ON WAREHOUSE WH TO ROLE CLONER; GRANT CREATE DATABASE ON ACCOUNT TO ROLE CLONER; " +
		"GRANT ROLE CLONER TO ROLE ACCOUNTADMIN; USE ROLE CLONER; CREATE DATABASE PROD;\n")
	for s := range 3 {
		fmt.Fprintf(&script, "CREATE SCHEMA PROD.S%d;\n", s)
		for n := range 7 * (s + 1) {
			fmt.Fprintf(&script, "CREATE TABLE PROD.S%d.T%d (ID NUMBER); CREATE SEQUENCE PROD.S%d.Q%d;\n", s, n, s, n)
		}
	}
	service := startService(t, script.String())
	const limit = 10
	service.account.SetShowCap(limit)
	c := service.client(t, asIs, func(o *PoolsOptions) { o.ShowLimit = limit })
	for _, kind := range []Kind{KindTable, KindSequence} {
		objects, err := c.Objects(t.Context(), kind, prod)
		names := map[sqltext.Name]bool{}
		for _, object := range objects {
			names[object.Name] = true
		}
		if err != nil || len(objects) != 42 || len(names) != 42 {
			t.Errorf("%d objects of kind %s, %d names, want 42: %v", len(objects), kind, len(names), err)
		}
	}
}

func TestManyGoroutinesShareOneClient(t *testing.T) {
	service := startService(t, accountScript)
	c := service.client(t, asIs, func(o *PoolsOptions) { o.MaxOpenConns = 4 })
	var group sync.WaitGroup
	for n := range 16 {
		group.Go(func() {
			ctx := WithTag(t.Context(), Tag{Step: fmt.Sprint(n)})
			for range 5 {
				if err := useClient(ctx, c, n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// useClient does a bit of everything.
func useClient(ctx context.Context, c *Client, n int) error {
	comment := SetComment(ObjectRef{Kind: KindTable, Name: name3("PROD", "DATA", "T")}, fmt.Sprint(n))
	if err := c.Exec(ctx, comment); err != nil {
		return err
	}
	if _, err := c.Views(ctx, prod); err != nil {
		return err
	}
	rows, err := c.Query(ctx, "SELECT ? AS N", n)
	if err != nil {
		return err
	}
	if got := rows[0].String("n"); got != fmt.Sprint(n) {
		return fmt.Errorf("bound %d, read %s", n, got)
	}
	return nil
}
