package clone

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// expectOwner checks that a role owns every object and schema of the clone.
func (w *world) expectOwner(t *testing.T, role string) {
	t.Helper()
	inventory, err := w.client.Inventory(t.Context(), snowflake.InDatabase(w.run.Target))
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := w.client.Schemas(t.Context(), w.run.Target)
	if err != nil {
		t.Fatal(err)
	}
	var objects []snowflake.Object
	for _, kind := range snowflake.SchemaKinds() {
		if !kind.Info().NoOwnership {
			objects = append(objects, inventory[kind]...)
		}
	}
	for _, schema := range schemas {
		objects = append(objects, schema.Object)
	}
	for _, object := range objects {
		owner, err := w.client.OwnerOf(t.Context(), object.ObjectRef)
		if err != nil || owner != snowflake.AccountRole("DEV_OWNER") && owner != snowflake.AccountRole("OPERATOR") || string(owner.Name) != role {
			t.Errorf("%s is owned by %s, want role %s (%v)", object.ObjectRef, owner, role, err)
		}
	}
}

func TestEveryKindChangesHandsTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Owner = "DEV_OWNER"
	if err := w.upTo(t, v1alpha1.StepTakeOwnership); err != nil {
		t.Fatal(err)
	}
	w.expectOwner(t, "OPERATOR")
	if said := w.messages[v1alpha1.StepTakeOwnership]; !strings.Contains(said, "SCHEMA 3, DATABASE ROLE 1, TABLE 3") {
		t.Errorf("it does not count by kind: %s", said)
	}
	w.mustFinish(t)
	w.expectOwner(t, "DEV_OWNER")
}

func TestADatabaseRoleOfTheOperatorsNameIsNotTakenForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN", "CREATE DATABASE ROLE PROD.OPERATOR", "CREATE TABLE PROD.SALES.OWNED (A NUMBER)",
		"GRANT DATABASE ROLE PROD.OPERATOR TO ROLE PROD_ADMIN", "USE ROLE ACCOUNTADMIN",
		"GRANT OWNERSHIP ON TABLE PROD.SALES.OWNED TO DATABASE ROLE PROD.OPERATOR REVOKE CURRENT GRANTS")
	if err := w.upTo(t, v1alpha1.StepTakeOwnership); err != nil {
		t.Fatal(err)
	}
	w.expectOwner(t, "OPERATOR")
}

func TestAGrantThatIsPartlyRefusedIsMadeOneByOne(t *testing.T) {
	t.Parallel()
	partial := emulator.Fault{
		Kind: emulator.FaultError, Times: 1, Code: 3011, State: "42501",
		Message: "Grant partially executed: privileges [OWNERSHIP] not granted.",
	}
	for name, tc := range map[string]struct {
		bulk string
		// stubborn matches the statement on the one object that cannot be moved.
		stubborn, says string
		left           []string
	}{
		"tables":                 {bulk: "ON ALL TABLES"},
		"views of both sorts":    {bulk: "ON ALL VIEWS"},
		"routines":               {bulk: "ON ALL FUNCTIONS"},
		"tasks keep their graph": {bulk: "ON ALL TASKS IN DATABASE"},
		"one table stays": {
			bulk: "ON ALL TABLES", stubborn: `ON TABLE "DEV"."SALES"."CUSTOMERS"`, says: "give TABLE DEV.SALES.CUSTOMERS to role OPERATOR",
			left: []string{"TABLE DEV.SALES.CUSTOMERS"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if err := w.upTo(t, v1alpha1.StepCloneDatabase); err != nil {
				t.Fatal(err)
			}
			partial := partial
			partial.Match = "^GRANT OWNERSHIP " + tc.bulk
			w.fault(t, partial)
			if tc.stubborn != "" {
				w.fault(t, emulator.Fault{
					Kind: emulator.FaultError, Match: "^GRANT OWNERSHIP " + tc.stubborn, Code: 3001, State: "42501",
					Message: "SQL access control error:\nInsufficient privileges to operate on table 'CUSTOMERS'.",
				})
			}
			err := w.step(t, takeOwnership{})
			if tc.left != nil {
				expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, tc.says, "Insufficient privileges")
				expectStrings(t, "left", owned(t, w, "PROD_ADMIN"), tc.left...)
				if failed := notes(w.run.State.Report.Failures); !slices.Equal(failed, []string{tc.left[0] + " REFUSED"}) {
					t.Errorf("failures: %q", failed)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w.expectOwner(t, "OPERATOR")
			if got := w.show(t, "SHOW TASKS LIKE 'AFTER_LOAD' IN DATABASE DEV", "predecessors"); len(got) != 1 || !strings.Contains(got[0], "LOAD") {
				t.Errorf("the task graph was cut: predecessors %q", got)
			}
		})
	}
}

func (w *world) fault(t *testing.T, fault emulator.Fault) {
	t.Helper()
	if _, err := w.server.AddFault(fault); err != nil {
		t.Fatal(err)
	}
}

// owned are the objects of the clone's schemas that a role owns, as far as listings tell.
func owned(t *testing.T, w *world, role string) []string {
	t.Helper()
	inventory, err := w.client.Inventory(t.Context(), snowflake.InDatabase(w.run.Target))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, kind := range snowflake.SchemaKinds() {
		for _, object := range inventory[kind] {
			if object.Owner == role {
				found = append(found, object.String())
			}
		}
	}
	return found
}

// What Snowflake does not document must not decide what a clone looks like in the end (U3, U13, U15).
func TestTheEndIsTheSameWhateverACloneKeepsOfOwnersAndGrants(t *testing.T) {
	t.Parallel()
	ends := map[string][]string{}
	names := []string{"clonerOwnsChildren", "cloneDropsSchemaGrants", "cloneKeepsRoleMembers"}
	for setting := range 1 << len(names) {
		w := newWorld(t)
		key := ""
		for i, name := range names {
			value := fmt.Sprint(setting&(1<<i) != 0)
			key += name + "=" + value + " "
			if err := w.account.SetSwitch(name, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.upTo(t, v1alpha1.StepRevokeGrants); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		var end []string
		for _, line := range w.describe(t, "DEV") {
			if strings.Contains(line, "grant") || strings.Contains(line, "owner") {
				end = append(end, line)
			}
		}
		ends[key] = end
		if setting > 0 {
			continue
		}
		ends[""] = end
		if len(end) == 0 {
			t.Fatal("no fact of owners and grants is described")
		}
	}
	for key, end := range ends {
		if diff := cmp.Diff(ends[""], end); diff != "" {
			t.Errorf("%s: (-defaults +this):\n%s", key, diff)
		}
	}
}
