package clone

import (
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// What Preflight prints is run as it stands by SECURITYADMIN, as it says; then it must find nothing more. A role without
// MANAGE GRANTS is not shown all, so that it takes two rounds.
func TestTheStatementsThatPreflightPrintsMakeTheCloneReady(t *testing.T) {
	t.Parallel()
	bare := []string{"CREATE ROLE BARE", "GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE BARE", "GRANT ROLE BARE TO USER OPERATOR_USER"}
	for name, tc := range map[string]struct {
		reason     string
		statements []string
		tune       func(*v1alpha1.SnowflakeCloneSpec)
		prints     []string
	}{
		"a role that has nothing": {
			reason: "the account, the source, the owner, the warehouse and the policy are all asked for", statements: []string{"CREATE WAREHOUSE OTHER_WH"},
			tune: func(spec *v1alpha1.SnowflakeCloneSpec) {
				spec.Access.Owner, spec.Tasks = "DEV_OWNER", v1alpha1.TaskActivity{State: v1alpha1.ActivityResume, Warehouse: "OTHER_WH"}
				spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "*.CUSTOMERS.EMAIL")}
			},
			prints: []string{
				`GRANT MANAGE GRANTS ON ACCOUNT TO ROLE "BARE"`, `GRANT USAGE ON DATABASE "PROD" TO ROLE "BARE"`,
				`GRANT USAGE ON WAREHOUSE "OTHER_WH" TO ROLE "DEV_OWNER"`, `GRANT EXECUTE TASK ON ACCOUNT TO ROLE "DEV_OWNER"`,
			},
		},
		"internal stages and hybrid tables": {
			reason:     "each has words of its own (P18)",
			statements: []string{"USE ROLE PROD_ADMIN", "CREATE HYBRID TABLE PROD.SALES.H (ID NUMBER PRIMARY KEY)"},
			tune:       func(spec *v1alpha1.SnowflakeCloneSpec) { spec.Source.IncludeInternalStages = true },
			prints: []string{`GRANT READ ON STAGE "PROD"."SALES"."SCRATCH" TO ROLE "BARE"`, `GRANT USAGE ON STAGE "PROD"."SALES"."LANDING" TO ROLE "BARE"`,
				`GRANT SELECT ON ALL TABLES IN DATABASE "PROD" TO ROLE "BARE"`},
		},
		"objects that a database role owns": {
			reason: "that role is granted",
			statements: []string{"CREATE DATABASE ROLE PROD.OWNERS", "GRANT OWNERSHIP ON DATABASE ROLE PROD.OWNERS TO ROLE PROD_ADMIN",
				"GRANT OWNERSHIP ON STREAM PROD.SALES.ORDER_CHANGES TO DATABASE ROLE PROD.OWNERS COPY CURRENT GRANTS"},
			prints: []string{`GRANT DATABASE ROLE "PROD"."OWNERS" TO ROLE "BARE"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, append(slices.Clone(bare), tc.statements...)...)
			w.beRole(t, "BARE")
			if tc.tune != nil {
				tc.tune(&w.run.Spec)
			}
			var printed []string
			for range 2 {
				found := w.check(t)
				printed = append(printed, found.Grants...)
				w.admin(t, append([]string{"USE ROLE SECURITYADMIN"}, found.Grants...)...)
			}
			if found := w.check(t); len(found.Problems) > 0 {
				t.Errorf("%s: after all that was printed is run there still are problems: %+v", tc.reason, found.Problems)
			}
			for _, want := range tc.prints {
				if !slices.Contains(printed, want) {
					t.Errorf("%s: %s is not among %q", tc.reason, want, printed)
				}
			}
		})
	}
}

// beRole lets the operator work with another role.
func (w *world) beRole(t *testing.T, role string) {
	t.Helper()
	w.role = role
	w.client = w.connect(t)
	w.run = w.newRun()
}

// check examines the clone to be.
func (w *world) check(t *testing.T) *Examination {
	t.Helper()
	found, err := Check(t.Context(), w.run)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestARoleThatHoldsTheOperatorsIsNotToBeGrantedToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "REVOKE ROLE PROD_ADMIN FROM ROLE OPERATOR", "CREATE ROLE MIDDLE", "GRANT ROLE OPERATOR TO ROLE MIDDLE",
		"GRANT ROLE MIDDLE TO ROLE PROD_ADMIN")
	found := w.check(t)
	grant := `GRANT ROLE "PROD_ADMIN" TO ROLE "OPERATOR"`
	if slices.Contains(found.Grants, grant) {
		t.Errorf("a statement is printed that makes a circle: %q", found.Grants)
	}
	want := `REVOKE ROLE "OPERATOR" FROM ROLE "MIDDLE"; ` + grant
	if !slices.ContainsFunc(found.Problems, func(p Problem) bool { return strings.Contains(p.Message, want) }) {
		t.Errorf("no problem says %q: %+v", want, found.Problems)
	}
	w.admin(t, `REVOKE ROLE "OPERATOR" FROM ROLE "MIDDLE"`, grant)
	if found := w.check(t); len(found.Problems) > 0 {
		t.Errorf("what it says does not help: %+v", found.Problems)
	}
}

func TestRolesInTheWayAreFoundBeforeTheCloneIsMade(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kind       v1alpha1.RoleKind
		statements []string
		says       []string
	}{
		"account roles": {
			kind: v1alpha1.RoleKindAccount, statements: []string{"CREATE ROLE DEV_SALES_READ", "CREATE ROLE DEV_MARTS_ADMIN", "CREATE ROLE DEV_SALES"},
			says: []string{"2 roles", "ROLE DEV_SALES_READ", "ROLE DEV_MARTS_ADMIN", "namePattern"},
		},
		"database roles, which come along": {
			kind: v1alpha1.RoleKindDatabase, statements: []string{"CREATE DATABASE ROLE PROD.SALES_READ", "CREATE ROLE DEV_SALES_READ"},
			says: []string{"1 roles", "DATABASE ROLE DEV.SALES_READ", "namePattern"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, append(tc.statements, "GRANT ROLE ACCOUNTADMIN TO ROLE OPERATOR")...)
			w.run.Spec.Access.Roles.Kind = tc.kind
			expectReason(t, w.step(t, preflight{}), v1alpha1.ReasonTargetExists, true, tc.says...)
			w.run.Spec.Access.Roles.NamePattern = "SNOWCLONE_{{DATABASE}}_{{SCHEMA}}_{{LEVEL}}"
			if err := w.step(t, preflight{}); err != nil {
				t.Error(err)
			}
		})
	}
}
