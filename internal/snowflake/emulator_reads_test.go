package snowflake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

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
	comment := fmt.Sprintf(`ALTER TABLE "PROD"."DATA"."T" SET COMMENT = '%d'`, n)
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
