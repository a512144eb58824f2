package clone

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// hostileGrants lets everybody do something in the shop: roles with odd names, PUBLIC, users, shares, database roles within
// database roles, those to whom others grant on, and whatever is yet to come, ownership among it.
func hostileGrants() []string {
	longest := `"` + strings.Repeat("Ü", maxIdentifier) + `"`
	return []string{
		`CREATE ROLE "evil ""role"" Ω"`, "CREATE ROLE " + longest, "CREATE ROLE LEAD", "CREATE ROLE KEPT_READER",
		"GRANT ROLE KEPT_READER TO USER ANALYST_USER", "GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE KEPT_READER",
		"GRANT SELECT ON ALL TABLES IN SCHEMA PROD.SALES TO ROLE " + longest,
		`GRANT SELECT ON ALL TABLES IN SCHEMA PROD.SALES TO ROLE "evil ""role"" Ω"`,
		"GRANT SELECT ON TABLE PROD.SALES.CUSTOMERS TO ROLE PUBLIC", "GRANT USAGE ON SCHEMA PROD.SALES TO ROLE PUBLIC",
		"GRANT SELECT ON TABLE PROD.SALES.CUSTOMERS TO USER ANALYST_USER", "GRANT USAGE ON SCHEMA PROD.SALES TO USER ANALYST_USER",
		"CREATE SHARE OUTSIDE", "GRANT USAGE ON DATABASE PROD TO SHARE OUTSIDE", "GRANT USAGE ON SCHEMA PROD.SALES TO SHARE OUTSIDE",
		"GRANT SELECT ON TABLE PROD.SALES.ORDERS TO SHARE OUTSIDE",
		"GRANT ALL PRIVILEGES ON SCHEMA PROD.MARTS TO ROLE LEAD", "GRANT MONITOR, CREATE SCHEMA ON DATABASE PROD TO ROLE LEAD",
		"GRANT SELECT ON TABLE PROD.SALES.CUSTOMERS TO ROLE LEAD WITH GRANT OPTION", "GRANT USAGE ON SCHEMA PROD.SALES TO ROLE KEPT_READER",
		"GRANT SELECT ON TABLE PROD.SALES.CUSTOMERS TO ROLE KEPT_READER",
		"GRANT OWNERSHIP ON FUTURE VIEWS IN SCHEMA PROD.MARTS TO ROLE KEPT_READER",
		"GRANT OWNERSHIP ON FUTURE STREAMS IN DATABASE PROD TO ROLE LEAD", "GRANT INSERT ON FUTURE TABLES IN DATABASE PROD TO ROLE LEAD",
		`CREATE DATABASE ROLE PROD."inner ""r"""`, `GRANT OWNERSHIP ON DATABASE ROLE PROD."inner ""r""" TO ROLE PROD_ADMIN`,
		`GRANT DATABASE ROLE PROD."inner ""r""" TO DATABASE ROLE PROD.READERS`, "GRANT DATABASE ROLE PROD.READERS TO ROLE KEPT_READER",
		`GRANT SELECT ON TABLE PROD.SALES.ORDERS TO DATABASE ROLE PROD."inner ""r"""`,
		"GRANT SELECT ON FUTURE TABLES IN DATABASE PROD TO DATABASE ROLE PROD.READERS",
	}
}

// rightsOf lists all that each role of the account holds.
func (w *world) rightsOf(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, role := range w.show(t, "SHOW ROLES", "name") {
		rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", `SHOW GRANTS TO ROLE "`+strings.ReplaceAll(role, `"`, `""`)+`"`)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all = append(all, strings.Join([]string{role, row["privilege"], row["granted_on"], row["name"]}, " "))
		}
	}
	slices.Sort(all)
	return all
}

// grantsTo are the facts of the clone by which some can do something, or own something. That a database role has USAGE on
// its database is so by nature (P19).
func (w *world) grantsTo(t *testing.T, grantees ...string) []string {
	t.Helper()
	return slices.DeleteFunc(w.describe(t, "DEV"), func(line string) bool {
		what, holder, found := strings.Cut(line, " owner ")
		if !found {
			what, holder, _ = strings.Cut(line, " to ")
			holder, _, _ = strings.Cut(holder, " by ")
		}
		return what == "DATABASE DEV grant USAGE" && strings.HasPrefix(holder, "DATABASE ROLE") ||
			!slices.ContainsFunc(grantees, func(one string) bool { return strings.Contains(holder, one) })
	})
}

func TestNobodyOfProductionKeepsAnythingButWhatTheSpecKeeps(t *testing.T) {
	t.Parallel()
	foreign := []string{"PROD_READER", "PROD_ADMIN", "LEAD", "evil", "ÜÜÜ", "ROLE PUBLIC", "USER ANALYST_USER", "SHARE OUTSIDE", "READERS", "inner"}
	for name, tc := range map[string]struct {
		reason   string
		keep     []v1alpha1.Pattern
		switches []string
		gone     []string
	}{
		"nobody is kept": {reason: "all of it goes", gone: append(slices.Clone(foreign), "KEPT_READER")},
		"one is kept":    {reason: "the others go", keep: []v1alpha1.Pattern{"KEPT_*"}, switches: []string{"cloneKeepsRoleMembers"}, gone: foreign},
		"all are kept": {
			reason: "everybody and who is no role is not meant by a star", keep: []v1alpha1.Pattern{"*"}, switches: []string{"clonerOwnsChildren"},
			gone: []string{"ROLE PUBLIC", "USER ANALYST_USER", "SHARE OUTSIDE", "READERS", "inner"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, hostileGrants()...)
			w.turnOn(t, tc.switches...)
			w.run.Spec.Access.KeepSourceGrants = tc.keep
			source, rights := w.describe(t, "PROD"), w.rightsOf(t)
			w.mustFinish(t)
			for _, line := range w.grantsTo(t, tc.gone...) {
				t.Errorf("%s: %s", tc.reason, line)
			}
			for _, line := range w.grantsTo(t, "PROD_ADMIN", "LEAD", "KEPT_READER") {
				if strings.Contains(line, " owner ") || strings.Contains(line, "future grant OWNERSHIP") {
					t.Errorf("production owns something, or will: %s", line)
				}
			}
			_, err := w.query(t, "ANALYST_USER", "KEPT_READER", "SELECT NAME FROM DEV.SALES.CUSTOMERS")
			if reads := err == nil; reads != (tc.keep != nil) {
				t.Errorf("%s: the kept role reads: %v (%v)", tc.reason, reads, err)
			}
			if _, err := w.query(t, "ANALYST_USER", "ANALYST", "SELECT NAME FROM DEV.SALES.CUSTOMERS"); err == nil {
				t.Errorf("%s: everybody reads", tc.reason)
			}
			w.handOver(t)
			w.run.Spec.Access.KeepSourceGrants = nil
			w.mustFinish(t)
			for _, line := range w.grantsTo(t, append(slices.Clone(foreign), "KEPT_READER")...) {
				t.Errorf("nobody is kept any more: %s", line)
			}
			if err := w.drop(t); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(source, w.describe(t, "PROD")); diff != "" {
				t.Errorf("the source changed (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(rights, w.rightsOf(t)); diff != "" {
				t.Errorf("what roles hold changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestMembersOfClonedRolesAreTakenOutBeforeAllElse(t *testing.T) { // P19
	t.Parallel()
	w := newWorld(t, "GRANT DATABASE ROLE PROD.READERS TO ROLE DEV_OWNER")
	w.turnOn(t, "cloneKeepsRoleMembers")
	w.run.Spec.Access.Owner, w.run.Spec.Access.KeepSourceGrants = "DEV_OWNER", []v1alpha1.Pattern{"PROD_R*"}
	if err := w.upTo(t, v1alpha1.StepCloneDatabase); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "holders in the raw clone", w.show(t, "SHOW GRANTS OF DATABASE ROLE DEV.READERS", "grantee_name"), "PROD_READER", "DEV_OWNER")
	if _, err := (takeOwnership{}).Run(t.Context(), w.run); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "holders after it", w.show(t, "SHOW GRANTS OF DATABASE ROLE DEV.READERS", "grantee_name"))
}
