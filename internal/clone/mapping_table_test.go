package clone

import (
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// mappingTable is a table of mappings that the operator may read, with rows.
func mappingTable(rows ...string) []string {
	statements := []string{
		"CREATE DATABASE ACCESS", "CREATE SCHEMA ACCESS.RBAC", `CREATE ROLE "data team"`,
		"CREATE TABLE ACCESS.RBAC.MAPPINGS (SCHEMA_ROLE VARCHAR, ENVIRONMENT VARCHAR, FUNCTIONAL_ROLE VARCHAR, " +
			"OPERATION VARCHAR, EXECUTE_INDICATOR VARCHAR)",
		"GRANT USAGE ON DATABASE ACCESS TO ROLE OPERATOR", "GRANT USAGE ON SCHEMA ACCESS.RBAC TO ROLE OPERATOR",
		"GRANT SELECT ON TABLE ACCESS.RBAC.MAPPINGS TO ROLE OPERATOR",
	}
	if len(rows) > 0 {
		statements = append(statements, "USE WAREHOUSE OPERATOR_WH", "INSERT INTO ACCESS.RBAC.MAPPINGS VALUES "+strings.Join(rows, ", "))
	}
	return statements
}

// holdersOf lists who holds an access role of the clone, its own access roles and the operator aside.
func (w *world) holdersOf(t *testing.T, role string) []string {
	t.Helper()
	words := "DATABASE ROLE DEV."
	if w.run.roleKind() == v1alpha1.RoleKindAccount {
		words = "ROLE DEV_"
	}
	return slices.DeleteFunc(w.show(t, "SHOW GRANTS OF "+words+role, "grantee_name"), func(name string) bool {
		return name == "OPERATOR" || strings.Contains(name, "SALES") || strings.Contains(name, "MARTS") || strings.Contains(name, "PUBLIC")
	})
}

func TestATableOfMappingsSaysWhoGetsIn(t *testing.T) {
	t.Parallel()
	for _, kind := range []v1alpha1.RoleKind{v1alpha1.RoleKindDatabase, v1alpha1.RoleKindAccount} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, mappingTable(
				"('{{CLONE_DB}}_SALES_READ', 'dev', 'ANALYST', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_SALES_READ', NULL, 'data team', 'grant', 'y')",
				"('{{CLONE_DB}}_{{SCHEMA}}_READ_WRITE', '*', 'engineer', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_PUBLIC_{{LEVEL}}', '', 'ANALYST', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_MARTS_READ', 'QA', 'ANALYST', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_MARTS_READ', 'DEV', 'ANALYST', 'GRANT', 'N')",
				"('{{CLONE_DB}}_MARTS_READ', 'DEV', 'ENGINEER', 'REVOKE', 'Y')",
				"('{{CLONE_DB}}_MARTS_READ_WRITE', 'DEV', 'ENGINEER', 'REVOKE', 'Y')",
				"('{{CLONE_DB}}_SALES_READ', 'DEV', 'NOBODY', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_NOWHERE_READ', 'DEV', 'ANALYST', 'GRANT', 'Y')",
				"('{{CLONE_DB}}_SALES_READ', 'DEV', 'ANALYST', 'LEND', 'Y')",
				"('{{CLONE_DB}}_SALES_READ', 'DEV', 'ANALYST', 'GRANT', 'maybe')",
				"('{{CLONE_DB}}_SALES_READ', 'DEV', NULL, 'GRANT', 'Y')",
				"('{{CLONE_DB}}_SALES_ADMIN', 'DEV', 'DEV_SALES_READ', 'GRANT', 'Y')", // A circle, where it is an account role.
			)...)
			w.run.Spec.Environment = "DEV"
			w.run.Spec.Access.Roles.Kind = kind
			w.run.Spec.Access.MappingTable = "access.rbac.mappings"
			w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
				{Schema: "MARTS", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ENGINEER", "PROD_READER"}},
			}
			w.mustFinish(t)
			expectStrings(t, "SALES_READ", w.holdersOf(t, "SALES_READ"), "ANALYST", "data team")
			expectStrings(t, "SALES_READ_WRITE", w.holdersOf(t, "SALES_READ_WRITE"), "ENGINEER")
			expectStrings(t, "MARTS_READ", w.holdersOf(t, "MARTS_READ"), "PROD_READER")
			expectStrings(t, "MARTS_READ_WRITE", w.holdersOf(t, "MARTS_READ_WRITE"))
			expectStrings(t, "PUBLIC_ADMIN", w.holdersOf(t, "PUBLIC_ADMIN"), "ANALYST")
			var codes []string
			for _, note := range w.run.State.Report.Access {
				codes = append(codes, note.Code)
			}
			circle, says := codeAccessRole, []string{"functional roles do not exist: NOBODY", "5 rows of access.mappingTable"}
			if kind == v1alpha1.RoleKindDatabase {
				circle, says = codeNoFunctionalRole, []string{"functional roles do not exist: DEV_SALES_READ, NOBODY", "4 rows of access.mappingTable"}
			}
			expectStrings(t, "what cannot be followed", codes, codeNoAccessRole, codeNoFunctionalRole, codeUnknownOperation,
				codeUnknownIndicator, codeNoName, circle)
			for _, says := range says {
				if message := w.messages[v1alpha1.StepApplyRBACMappings]; !strings.Contains(message, says) {
					t.Errorf("message %q does not say %q", message, says)
				}
			}
			if _, err := w.query(t, "ANALYST_USER", "ANALYST", "SELECT ID FROM DEV.SALES.ORDERS"); err != nil {
				t.Errorf("the analyst is not in: %v", err)
			}

			w.admin(t, "USE WAREHOUSE OPERATOR_WH", "UPDATE ACCESS.RBAC.MAPPINGS SET OPERATION = 'REVOKE' WHERE FUNCTIONAL_ROLE = 'ANALYST'")
			w.mustFinish(t)
			expectStrings(t, "SALES_READ afterwards", w.holdersOf(t, "SALES_READ"), "data team")
			if _, err := w.query(t, "ANALYST_USER", "ANALYST", "SELECT ID FROM DEV.SALES.ORDERS"); err == nil {
				t.Error("the analyst is still in")
			}
			if err := w.drop(t); err != nil {
				t.Fatal(err)
			}
			expectStrings(t, "what is left", w.show(t, "SHOW ROLES LIKE 'DEV_%'", "name"), "DEV_OWNER")
			if kind == v1alpha1.RoleKindAccount { // Database roles go with their database, and come back with it.
				expectStrings(t, "what the team holds", w.show(t, `SHOW GRANTS TO ROLE "data team"`, "name"))
			}
		})
	}
}

func TestATableOfMappingsThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, table string
		statements    []string
		want          string
		says          []string
	}{
		"no right to read it": {
			reason: "the statement to run is in the message", table: "ACCESS.RBAC.MAPPINGS",
			statements: append(mappingTable(), "REVOKE SELECT ON TABLE ACCESS.RBAC.MAPPINGS FROM ROLE OPERATOR"),
			want:       v1alpha1.ReasonMissingPrivileges,
			says:       []string{"access.mappingTable", `GRANT SELECT ON TABLE "ACCESS"."RBAC"."MAPPINGS" TO ROLE "OPERATOR"`},
		},
		"no such table": {
			reason: "the name may be wrong", table: `ACCESS.RBAC."mappings"`, statements: mappingTable(),
			want: v1alpha1.ReasonMissingPrivileges, says: []string{"correct the name", "GRANT USAGE ON DATABASE"},
		},
		"other columns": {
			reason: "it is another table", table: "ACCESS.RBAC.OTHER",
			statements: append(mappingTable(), "CREATE TABLE ACCESS.RBAC.OTHER (N NUMBER)", "GRANT SELECT ON TABLE ACCESS.RBAC.OTHER TO ROLE OPERATOR"),
			want:       v1alpha1.ReasonStatementFailed, says: []string{"SCHEMA_ROLE", "EXECUTE_INDICATOR"},
		},
		"too many rows": {
			reason: "each may be a grant", table: "ACCESS.RBAC.MAPPINGS",
			statements: append(mappingTable("('a', NULL, 'b', 'GRANT', 'N')"),
				"INSERT INTO ACCESS.RBAC.MAPPINGS SELECT 'a', NULL, 'b', 'GRANT', 'N' FROM TABLE(GENERATOR(ROWCOUNT => 10000))"),
			want: v1alpha1.ReasonNotSupported, says: []string{"10000 rows", "name a view"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tc.statements...)
			w.run.Spec.Access.MappingTable = v1alpha1.QualifiedName(tc.table)
			_, err := w.run.mappingRows(t.Context())
			expectReason(t, err, tc.want, true, tc.says...)
		})
	}
}
