package clone

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

func TestKeptRolesKeepTheRightToGrantOnWhateverIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN",
		"GRANT SELECT ON STREAM PROD.SALES.ORDER_CHANGES TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT MONITOR ON PIPE PROD.SALES.INGEST TO ROLE PROD_READER WITH GRANT OPTION",
		"GRANT MONITOR ON TASK PROD.SALES.LOAD TO ROLE PROD_READER WITH GRANT OPTION")
	w.run.Spec.Access.KeepSourceGrants = []v1alpha1.Pattern{"PROD_*"}
	for _, name := range []string{"tasksKeepSourcePredecessors", "streamsStaleAfterClone"} {
		if err := w.account.SetSwitch(name, "true"); err != nil {
			t.Fatal(err)
		}
	}
	w.mustFinish(t)
	for _, on := range []string{"STREAM DEV.SALES.ORDER_CHANGES", "PIPE DEV.SALES.INGEST", "TASK DEV.SALES.LOAD"} {
		rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", "SHOW GRANTS ON "+on)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(rows, func(row map[string]string) bool {
			return row["grantee_name"] == "PROD_READER" && row["grant_option"] == "true"
		}) {
			t.Errorf("%s: PROD_READER may not grant on: %v", on, rows)
		}
	}
}

func TestGrantsThatComeBackEndTheRevokingWithTheirNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.upTo(t, v1alpha1.StepTakeOwnership); err != nil {
		t.Fatal(err)
	}
	// The statement is answered with an error of no account, so that nothing is revoked: the step must not go on for ever.
	w.fault(t, emulator.Fault{Kind: emulator.FaultError, Match: `^REVOKE .*"REVENUE"`, Code: 3001, State: "42501", Message: "no"})
	err := w.step(t, revokeGrants{})
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, `"REVENUE"`, "PROD_READER")
	if grants := w.grantsOf(t, "PROD_READER"); len(grants) != 1 {
		t.Errorf("one grant cannot be revoked, and %d are left: %q", len(grants), grants)
	}
	w.run.State.Done, w.run.State.Total = 1, 1
	expectReason(t, w.step(t, revokeGrants{}), v1alpha1.ReasonStatementFailed, true,
		"SELECT on VIEW DEV.MARTS.REVENUE to ROLE PROD_READER", "GRANT INHERITED", "keepSourceGrants")
}

// grantsOf are the facts of the clone that speak of a role.
func (w *world) grantsOf(t *testing.T, role string) []string {
	t.Helper()
	var found []string
	for _, line := range w.describe(t, string(w.run.Target)) {
		if strings.Contains(line, role) {
			found = append(found, line)
		}
	}
	return found
}

func TestWhoIsForeignToAClone(t *testing.T) {
	t.Parallel()
	r := &Run{Role: "OPERATOR", Target: "DEV"}
	r.Spec.Access = v1alpha1.AccessSpec{Owner: "DEV_OWNER", KeepSourceGrants: []v1alpha1.Pattern{"KEPT_*"}}
	ours := roleSet{snowflake.RoleOfDatabase("DEV", "SALES_READ").SQL(): true}
	for name, tc := range map[string]struct {
		grantee snowflake.Grantee
		foreign bool
	}{
		"a role of production":             {snowflake.AccountRole("PROD_READER"), true},
		"the operator":                     {snowflake.AccountRole("OPERATOR"), false},
		"the owner":                        {snowflake.AccountRole("DEV_OWNER"), false},
		"a kept role":                      {snowflake.AccountRole("KEPT_READER"), false},
		"a role made for the clone":        {snowflake.RoleOfDatabase("DEV", "SALES_READ"), false},
		"a database role of the same name": {snowflake.RoleOfDatabase("DEV", "OPERATOR"), true},
		"a user, who may hold privileges by himself (P16)": {snowflake.Grantee{Kind: snowflake.GranteeUser, Name: "ANNA"}, true},
		"a share": {snowflake.Grantee{Kind: snowflake.GranteeShare, Name: "S"}, true},
	} {
		if got := r.isForeign(tc.grantee, ours); got != tc.foreign {
			t.Errorf("%s: foreign %v, want %v", name, got, tc.foreign)
		}
	}
}

func TestOverloadsLoseTheirGrantsEachByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN", "GRANT USAGE ON FUNCTION PROD.SALES.TWICE(VARCHAR) TO ROLE PROD_READER",
		`CREATE FUNCTION PROD.SALES."f(x)"(A NUMBER) RETURNS NUMBER AS 'A'`, `GRANT USAGE ON FUNCTION PROD.SALES."f(x)"(NUMBER) TO ROLE PROD_READER`)
	w.mustIsolate(t)
	if grants := w.grantsOf(t, "PROD_READER"); len(grants) != 0 {
		t.Errorf("the role may still do something: %q", grants)
	}
}

func TestGrantsThatCannotBeRevokedInBulkAreRevokedOneByOne(t *testing.T) {
	t.Parallel()
	script := []string{"USE ROLE PROD_ADMIN"}
	for i := range 2 * leastBulk {
		script = append(script, fmt.Sprintf("CREATE TABLE PROD.SALES.MANY_%02d (A NUMBER)", i))
	}
	w := newWorld(t, append(script, "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA PROD.SALES TO ROLE ANALYST")...)
	w.fault(t, emulator.Fault{Kind: emulator.FaultError, Match: "^REVOKE .* ON ALL TABLES", Code: 2, State: "0A000", Message: "Unsupported feature 'X'."})
	w.mustIsolate(t)
	if grants := w.grantsOf(t, "ANALYST"); len(grants) != 0 {
		t.Errorf("the role may still do something: %q", grants)
	}
}
