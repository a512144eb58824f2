package clone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestEveryKindOfObjectIsGrantedByLevelAndWhatLeadsOutIsNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "USE ROLE PROD_ADMIN", "CREATE SECRET PROD.SALES.KEY TYPE = GENERIC_STRING SECRET_STRING = 'x'")
	w.run.Spec.Source.IncludeInternalStages = true
	w.mustFinish(t)
	held := map[string][]string{}
	for _, level := range []string{"READ", "READ_WRITE", "ADMIN"} {
		rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", "SHOW GRANTS TO DATABASE ROLE DEV.SALES_"+level)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			held[level] = append(held[level], row["privilege"]+" "+row["granted_on"]+" "+row["name"])
		}
	}
	for level, want := range map[string][]string{
		"READ": {
			"USAGE SCHEMA DEV.SALES", "SELECT TABLE DEV.SALES.ORDERS", "SELECT STREAM DEV.SALES.NEW_ORDERS",
			"USAGE FILE_FORMAT DEV.SALES.CSV", "READ STAGE DEV.SALES.SCRATCH", "USAGE DATABASE DEV",
		},
		"READ_WRITE": {
			"INSERT TABLE DEV.SALES.ORDERS", "USAGE SEQUENCE DEV.SALES.ORDER_SEQ", "MONITOR TASK DEV.SALES.LOAD",
			"MONITOR PIPE DEV.SALES.INGEST", "WRITE STAGE DEV.SALES.SCRATCH", "USAGE DATABASE_ROLE DEV.SALES_READ",
		},
		"ADMIN": {
			"CREATE TABLE SCHEMA DEV.SALES", "OPERATE TASK DEV.SALES.LOAD", "OPERATE PIPE DEV.SALES.INGEST",
			"OPERATE ALERT DEV.SALES.NO_ORDERS", "REFERENCES TABLE DEV.SALES.ORDERS", "CREATE MASKING POLICY SCHEMA DEV.SALES",
		},
	} {
		for _, one := range want {
			if !slices.Contains(held[level], one) {
				t.Errorf("%s lacks %s", level, one)
			}
		}
		for _, one := range held[level] {
			for _, out := range []string{"STAGE DEV.SALES.LANDING", "SECRET DEV.SALES.KEY", "APPLY", "OWNERSHIP", "POLICY DEV."} {
				if strings.Contains(one, out) {
					t.Errorf("%s has %s", level, one)
				}
			}
		}
	}
}

func TestGrantsThatAreInForceAreNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	w.mustFinish(t)
	before := len(w.server.Statements(0))
	w.run.State.Done, w.run.State.Total = 0, 0
	for _, step := range []Step{createRoles{}, applyRBACMappings{}} {
		if err := w.step(t, step); err != nil {
			t.Fatal(err)
		}
	}
	for _, entry := range w.server.Statements(0)[before:] {
		for _, again := range []string{" ON FUTURE ", "CREATE DATABASE ROLE", "GRANT USAGE ON DATABASE", `TO ROLE "ANALYST"`} {
			if strings.Contains(entry.SQL, again) {
				t.Errorf("sent again: %s", entry.SQL)
			}
		}
	}
}

func TestRolesOfSchemasWithOddNamesAndManagedAccess(t *testing.T) {
	t.Parallel()
	for _, quoted := range []string{"false", "true"} {
		for _, kind := range []v1alpha1.RoleKind{v1alpha1.RoleKindDatabase, v1alpha1.RoleKindAccount} {
			t.Run("unquoted "+quoted+" "+string(kind), func(t *testing.T) { // U18
				t.Parallel()
				w := newWorld(t, `CREATE ROLE "data.team"`, `GRANT ROLE "data.team" TO USER ANALYST_USER`,
					`GRANT USAGE ON WAREHOUSE OPERATOR_WH TO ROLE "data.team"`, "USE ROLE PROD_ADMIN",
					`CREATE SCHEMA PROD."Größe ""x"".y" WITH MANAGED ACCESS`, `CREATE TABLE PROD."Größe ""x"".y"."t.1" (ID NUMBER)`)
				if err := w.account.SetSwitch("grantNamesUnquoted", quoted); err != nil {
					t.Fatal(err)
				}
				w.run.Spec.Access.Roles.Kind = kind
				w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{
					{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{`"data.team"`}},
				}
				w.mustFinish(t)
				w.operator(t, `CREATE TABLE DEV."Größe ""x"".y".LATER (ID NUMBER)`)
				w.mustFinish(t)
				for _, table := range []string{`"t.1"`, "LATER"} {
					question := `SELECT ID FROM DEV."Größe ""x"".y".` + table
					if _, err := w.query(t, "ANALYST_USER", "data.team", question); err != nil {
						t.Errorf("the team does not read: %v", err)
					}
				}
				w.run.Spec.Access.Mappings = nil
				w.mustFinish(t)
				if _, err := w.query(t, "ANALYST_USER", "data.team", `SELECT ID FROM DEV."Größe ""x"".y"."t.1"`); err == nil {
					t.Error("the team is still in")
				}
			})
		}
	}
}

func TestNamesOfRolesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, pattern string
		schemas         []sqltext.Ident
		says            []string
	}{
		"two roles of one name": {
			reason: "READ_WRITE_X is both", pattern: "{{LEVEL}}_{{SCHEMA}}", schemas: []sqltext.Ident{"X", "WRITE_X"},
			says: []string{"access.roles.namePattern", "READ_WRITE_X", "keeps them apart"},
		},
		"a long name": {
			reason: "255 characters are the limit", schemas: []sqltext.Ident{sqltext.Ident(strings.Repeat("ü", 246))},
			says: []string{"access.roles.namePattern", "257 characters"},
		},
		"the longest name":     {reason: "characters count, not bytes", schemas: []sqltext.Ident{sqltext.Ident(strings.Repeat("ü", 244))}},
		"names that are alike": {reason: "case keeps them apart", schemas: []sqltext.Ident{"X", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := &Run{Target: "DEV"}
			run.Spec.Access.Roles.NamePattern = tc.pattern
			var roles []accessRole
			for _, schema := range tc.schemas {
				for _, level := range run.levels() {
					roles = append(roles, run.accessRole(schema, level))
				}
			}
			err := checkRoleNames(roles)
			if len(tc.says) == 0 {
				if err != nil {
					t.Errorf("%v: %s", err, tc.reason)
				}
				return
			}
			expectReason(t, err, v1alpha1.ReasonNotSupported, true, tc.says...)
		})
	}
}

func TestASliceThatIsOverAtOnceStillMakesAllRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.upTo(t, v1alpha1.StepApplyMasking); err != nil {
		t.Fatal(err)
	}
	w.run.State.Done, w.run.State.Total = 0, 0
	w.run.Deadline = w.clock.Now()
	w.run.Spec.Parallelism = 1
	if err := w.step(t, createRoles{}); err != nil {
		t.Fatal(err)
	}
	slow := w.describe(t, "DEV")
	w.run.State.Done, w.run.State.Total = 0, 0
	w.run.Deadline = w.clock.Now().Add(time.Minute)
	if err := w.step(t, createRoles{}); err != nil {
		t.Fatal(err)
	}
	if quick := w.describe(t, "DEV"); !slices.Equal(timeless(slow), timeless(quick)) {
		t.Error("a second call made grants that the first one had left out")
	}
}
