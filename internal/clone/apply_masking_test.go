package clone

import (
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// peopleWorld has a table of people with policies in the source and outside of it, and a view on them.
func peopleWorld(t *testing.T, script ...string) *world {
	t.Helper()
	w := hostileWorld(t, "prod db", "Dev-Db", append([]string{
		"CREATE SCHEMA {{PROD}}.HR",
		"CREATE TABLE {{PROD}}.HR.PEOPLE (ID NUMBER, REGION VARCHAR, NAME VARCHAR, MAIL VARCHAR, SALARY NUMBER(10, 2))",
		"INSERT INTO {{PROD}}.HR.PEOPLE VALUES (1, 'EU', 'Ada', 'a@b', 10.50), (2, 'US', 'Grace', 'g@h', 20.00)",
		"CREATE VIEW {{PROD}}.HR.STAFF AS SELECT ID, NAME FROM {{PROD}}.HR.PEOPLE",
		`CREATE MASKING POLICY {{PROD}}.HR.OWN AS (V VARCHAR) RETURNS VARCHAR -> CASE WHEN CURRENT_ROLE() = 'ENGINEER' THEN V ELSE '-' END`,
		`CREATE ROW ACCESS POLICY {{PROD}}.HR.REGIONS AS (R VARCHAR) RETURNS BOOLEAN -> R = 'EU'`,
		`CREATE ROW ACCESS POLICY {{PROD}}.HR.NOTHING AS (R VARCHAR) RETURNS BOOLEAN -> 1 = 0`,
	}, script...)...)
	w.admin(t, "CREATE MASKING POLICY GOVERNANCE.POLICIES.ZERO AS (N NUMBER) RETURNS NUMBER -> 0",
		"GRANT APPLY ON MASKING POLICY GOVERNANCE.POLICIES.ZERO TO ROLE OPERATOR",
		"CREATE MASKING POLICY GOVERNANCE.POLICIES.BY_REGION AS (V VARCHAR, REGION VARCHAR) RETURNS VARCHAR -> CASE WHEN REGION = 'US' THEN V ELSE '*' END",
		"GRANT APPLY ON MASKING POLICY GOVERNANCE.POLICIES.BY_REGION TO ROLE OPERATOR",
		"GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE ENGINEER", "CREATE USER ENGINEER_USER DEFAULT_ROLE = ENGINEER",
		"GRANT ROLE ENGINEER TO USER ENGINEER_USER")
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
		{Schema: "*", Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST", "ENGINEER"}},
	}
	return w
}

func columnsRule(policy v1alpha1.QualifiedName, patterns ...v1alpha1.ColumnPattern) v1alpha1.MaskingRule {
	return v1alpha1.MaskingRule{Policy: policy, Columns: patterns}
}

const (
	hide = "GOVERNANCE.POLICIES.HIDE"
	zero = "GOVERNANCE.POLICIES.ZERO"
)

// analystReads is one column, named N, as the analyst sees it.
func (w *world) analystReads(t *testing.T, query string, want ...string) {
	t.Helper()
	rows, err := w.query(t, "ANALYST_USER", "ANALYST", query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row["n"])
	}
	expectStrings(t, query, got, want...)
}

// counted counts the statements that match from now on.
func (w *world) counted(t *testing.T, pattern string) *atomic.Int64 {
	t.Helper()
	var n atomic.Int64
	match := regexp.MustCompile(pattern)
	gate := w.server.HoldIf(emulator.BeforeExecution, func(held emulator.Held) bool {
		if match.MatchString(held.SQL) {
			n.Add(1)
		}
		return false
	})
	t.Cleanup(gate.Release)
	return &n
}

// notesWith are the names of the notes with a code.
func notesWith(notes []ObjectNote, code string) []string {
	var names []string
	for _, note := range notes {
		if note.Code == code {
			names = append(names, note.Name)
		}
	}
	return names
}

func TestColumnsOfTablesAndViewsAreMaskedByPatternAndByTag(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t, "CREATE TAG {{PROD}}.HR.PII", "ALTER TABLE {{PROD}}.HR.PEOPLE MODIFY COLUMN MAIL SET TAG {{PROD}}.HR.PII = 'x'")
	w.run.Spec.Masking = []v1alpha1.MaskingRule{
		columnsRule(hide, "*.*.NAME"), {Policy: hide, Tag: `"prod db".HR.PII`}, columnsRule(zero, "HR.PEOPLE.SAL*"),
	}
	w.mustIsolate(t)
	if got := w.run.State.Summary.Masked; got != 4 {
		t.Errorf("%d columns are masked, want 4", got)
	}
	expectStrings(t, "masked", notesWith(w.run.State.Report.Masking, codeMasked),
		`"Dev-Db".HR.PEOPLE.NAME`, `"Dev-Db".HR.STAFF.NAME`, `"Dev-Db".HR.PEOPLE.MAIL`, `"Dev-Db".HR.PEOPLE.SALARY`)
	w.analystReads(t, `SELECT NAME || MAIL || SALARY AS N FROM "Dev-Db".HR.PEOPLE`, "******0", "******0")
	w.analystReads(t, `SELECT NAME AS N FROM "Dev-Db".HR.STAFF`, "***", "***")
}

func TestOnlyWhatDiffersIsMaskedAnew(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "HR.PEOPLE.NAME", "HR.PEOPLE.MAIL")}
	w.run.Spec.RowAccess = []v1alpha1.RowAccessRule{{
		Policy: `"prod db".HR.REGIONS`, Tables: []v1alpha1.ObjectPattern{"HR.PEOPLE"}, Columns: []v1alpha1.Identifier{"REGION"},
	}}
	if err := w.upTo(t, v1alpha1.StepApplyMasking); err != nil {
		t.Fatal(err)
	}
	n := w.counted(t, "POLICY.* FORCE$|ROW ACCESS POLICY .* ON ")
	if err := w.step(t, applyMasking{}); err != nil {
		t.Fatal(err)
	}
	if n.Load() != 0 {
		t.Errorf("%d statements change policies although all are in place", n.Load())
	}
	w.operator(t, `ALTER TABLE "Dev-Db".HR.PEOPLE MODIFY COLUMN MAIL UNSET MASKING POLICY`)
	if err := w.step(t, applyMasking{}); err != nil {
		t.Fatal(err)
	}
	if n.Load() != 1 {
		t.Errorf("%d statements for one column that had lost its policy", n.Load())
	}
}

func TestWhatTheConnectionRequiresIsNeitherLeftOutNorOverridden(t *testing.T) {
	t.Parallel()
	for name, own := range map[string][]v1alpha1.MaskingRule{
		"no rule of its own":         nil,
		"a rule with another policy": {columnsRule(`"prod db".HR.OWN`, "HR.PEOPLE.NAME")},
	} {
		t.Run(name, func(t *testing.T) {
			w := peopleWorld(t)
			w.run.Spec.Masking = own
			w.run.Policy.RequiredMasking = []v1alpha1.MaskingRule{columnsRule(hide, "*.PEOPLE.NAME")}
			w.mustIsolate(t)
			w.analystReads(t, `SELECT NAME AS N FROM "Dev-Db".HR.PEOPLE`, "***", "***")
		})
	}
}

func TestEveryColumnIsTriedAndEveryFailureNamed(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{
		columnsRule(hide, "HR.PEOPLE.*"), columnsRule("GOVERNANCE.POLICIES.BY_REGION", "HR.STAFF.NAME"),
	}
	w.run.Spec.RowAccess = []v1alpha1.RowAccessRule{{
		Policy: `"prod db".HR.REGIONS`, Tables: []v1alpha1.ObjectPattern{"HR.*"}, Columns: []v1alpha1.Identifier{"REGION"},
	}}
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "access stays closed", "PEOPLE.ID", "PEOPLE.SALARY",
		"takes TEXT and column ID is NUMBER", "looks at a column REGION too", "not both")
	expectStrings(t, "failures", notesWith(w.run.State.Report.Masking, codePolicyRefused),
		`"Dev-Db".HR.PEOPLE`, `"Dev-Db".HR.PEOPLE.ID`, `"Dev-Db".HR.PEOPLE.SALARY`, `"Dev-Db".HR.STAFF.NAME`)
	if got := strings.Count(strings.Join(w.describe(t, "Dev-Db"), "\n"), "GOVERNANCE.POLICIES.HIDE"); got < 3 {
		t.Errorf("only %d columns were masked beside those that fail", got)
	}
	if _, err := w.query(t, "ANALYST_USER", "ANALYST", `SELECT ID FROM "Dev-Db".HR.PEOPLE`); err == nil {
		t.Error("the analyst gets in")
	}
}

func TestAConditionalPolicyIsGivenItsColumnsByName(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule("GOVERNANCE.POLICIES.BY_REGION", "HR.PEOPLE.NAME")}
	w.mustIsolate(t)
	w.analystReads(t, `SELECT NAME AS N FROM "Dev-Db".HR.PEOPLE`, "*", "Grace")
}

func TestRowsAreGuardedAndAnotherPolicyIsExchanged(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t, "ALTER TABLE {{PROD}}.HR.PEOPLE ADD ROW ACCESS POLICY {{PROD}}.HR.NOTHING ON (NAME)",
		"CREATE TABLE {{PROD}}.HR.PLACES (REGION VARCHAR)", "INSERT INTO {{PROD}}.HR.PLACES VALUES ('EU'), ('US')")
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "HR.PEOPLE.NAME")}
	w.run.Spec.RowAccess = []v1alpha1.RowAccessRule{{
		Policy: `"prod db".HR.REGIONS`, Tables: []v1alpha1.ObjectPattern{"HR.*"}, Columns: []v1alpha1.Identifier{"REGION"},
	}}
	w.mustIsolate(t)
	w.analystReads(t, `SELECT ID || NAME AS N FROM "Dev-Db".HR.PEOPLE`, "1***")
	w.analystReads(t, `SELECT REGION AS N FROM "Dev-Db".HR.PLACES`, "EU")
	expectStrings(t, "guarded", notesWith(w.run.State.Report.Masking, codeRowsGuarded), `"Dev-Db".HR.PEOPLE`, `"Dev-Db".HR.PLACES`)
	expectStrings(t, "not probed", notesWith(w.run.State.Report.Masking, codeNotProbed), `"Dev-Db".HR.PEOPLE`)
}

func TestARowAccessRuleThatFindsNoTableKeepsTheCloneClosed(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.RowAccess = []v1alpha1.RowAccessRule{{
		Policy: `"prod db".HR.REGIONS`, Tables: []v1alpha1.ObjectPattern{"HR.STAFF"}, Columns: []v1alpha1.Identifier{"REGION"},
	}}
	expectReason(t, w.upTo(t, v1alpha1.StepApplyRBACMappings), v1alpha1.ReasonMaskingFailed, true, "rowAccess", "REGIONS")
}

func TestARoleThatThePolicyExceptsKeepsTheCloneClosed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		exempt []v1alpha1.Pattern
		closed bool
	}{
		"not expected": {"ENGINEER would see clear names", nil, true},
		"expected":     {"the rule names it", []v1alpha1.Pattern{"ENG*"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := peopleWorld(t)
			w.run.Spec.Masking = []v1alpha1.MaskingRule{{
				Policy: `"prod db".HR.OWN`, Columns: []v1alpha1.ColumnPattern{"HR.PEOPLE.NAME"}, Exempt: tc.exempt,
			}}
			err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
			if !tc.closed {
				if err != nil {
					t.Fatalf("%s: %v", tc.reason, err)
				}
				w.analystReads(t, `SELECT NAME AS N FROM "Dev-Db".HR.PEOPLE`, "-", "-")
				return
			}
			expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "PEOPLE.NAME", "role ENGINEER", "exempt")
			for _, value := range []string{"Ada", "Grace"} {
				if strings.Contains(err.Error(), value) {
					t.Errorf("the error tells a value: %v", err)
				}
			}
			if _, err := w.query(t, "ENGINEER_USER", "ENGINEER", `SELECT NAME FROM "Dev-Db".HR.PEOPLE`); err == nil {
				t.Error("the engineer gets in")
			}
		})
	}
}

func TestRolesThatGetInOtherwiseThanByMappingsAreProbedToo(t *testing.T) {
	t.Parallel()
	for name, access := range map[string]v1alpha1.AccessSpec{
		"the privileges of a role are kept": {KeepSourceGrants: []v1alpha1.Pattern{"ENG*"}},
		"a role is the clone's owner":       {Owner: "ENGINEER"},
	} {
		t.Run(name, func(t *testing.T) {
			w := peopleWorld(t, "GRANT USAGE ON SCHEMA {{PROD}}.HR TO ROLE ENGINEER", "GRANT SELECT ON TABLE {{PROD}}.HR.PEOPLE TO ROLE ENGINEER")
			w.admin(t, "GRANT ROLE ENGINEER TO ROLE OPERATOR")
			w.run.Spec.Access = access
			w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(`"prod db".HR.OWN`, "HR.PEOPLE.NAME")}
			err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
			expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "PEOPLE.NAME", "role ENGINEER", "keepSourceGrants")
			if _, err := w.query(t, "ENGINEER_USER", "ENGINEER", `SELECT NAME FROM "Dev-Db".HR.PEOPLE`); err == nil {
				t.Error("the engineer gets in")
			}
		})
	}
}

func TestARefusedSimulationIsSaidAndProvesNothing(t *testing.T) { // U17
	t.Parallel()
	w := peopleWorld(t)
	w.turnOn(t, "policyContextNeedsItsRolesRights")
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "HR.PEOPLE.NAME")}
	w.mustIsolate(t)
	for _, note := range w.run.State.Report.Masking {
		if note.Code == codeNotProbed && strings.Contains(note.Note, "003001") {
			return
		}
	}
	t.Errorf("nothing says that the table was not probed: %+v", w.run.State.Report.Masking)
}

func TestAPolicyThatIsNotToBeAppliedKeepsTheCloneClosed(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(hide, "HR.PEOPLE.NAME")}
	if err := w.upTo(t, v1alpha1.StepHandleIceberg); err != nil {
		t.Fatal(err)
	}
	w.admin(t, "REVOKE APPLY ON MASKING POLICY GOVERNANCE.POLICIES.HIDE FROM ROLE OPERATOR")
	err := w.step(t, applyMasking{})
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "GRANT APPLY ON MASKING POLICY", "TO ROLE")
}

func TestRolesThatAMappingTableLetsInAreProbedToo(t *testing.T) {
	t.Parallel()
	w := peopleWorld(t)
	w.admin(t, "USE WAREHOUSE OPERATOR_WH", "CREATE TABLE GOVERNANCE.POLICIES.MAPPINGS (SCHEMA_ROLE VARCHAR, ENVIRONMENT VARCHAR, FUNCTIONAL_ROLE VARCHAR, OPERATION VARCHAR, EXECUTE_INDICATOR VARCHAR)",
		"INSERT INTO GOVERNANCE.POLICIES.MAPPINGS VALUES ('HR_READ', NULL, 'ENGINEER', 'GRANT', 'Y')",
		"GRANT SELECT ON TABLE GOVERNANCE.POLICIES.MAPPINGS TO ROLE OPERATOR")
	w.run.Spec.Access.Mappings, w.run.Spec.Access.MappingTable = nil, "GOVERNANCE.POLICIES.MAPPINGS"
	w.run.Spec.Masking = []v1alpha1.MaskingRule{columnsRule(`"prod db".HR.OWN`, "HR.PEOPLE.NAME")}
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "PEOPLE.NAME", "role ENGINEER")
}
