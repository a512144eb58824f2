package clone

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestPreflightSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		why    string
		setup  []string
		change func(*Run)
		reason string
		says   []string
	}{
		"no source": {
			why:    "a typing error in the name",
			change: func(r *Run) { r.Source = "NOWHERE" },
			reason: v1alpha1.ReasonSourceNotFound,
			says:   []string{"source.database", "NOWHERE", `GRANT USAGE ON DATABASE "NOWHERE" TO ROLE "OPERATOR"`},
		},
		"target exists": {
			why:    "somebody else's database",
			setup:  []string{"CREATE DATABASE DEV COMMENT = 'precious'"},
			reason: v1alpha1.ReasonTargetExists,
			says:   []string{"target.database", "DEV", "nothing was done"},
		},
		"no right to create databases": {
			why:    "the account privilege was forgotten",
			setup:  []string{"REVOKE CREATE DATABASE ON ACCOUNT FROM ROLE OPERATOR"},
			reason: v1alpha1.ReasonMissingPrivileges,
			says:   []string{`GRANT CREATE DATABASE ON ACCOUNT TO ROLE "OPERATOR"`},
		},
		"not the owner of what only owners can clone": {
			why:    "streams, tasks, alerts and pipes would be left out without a word (C14)",
			setup:  []string{"REVOKE ROLE PROD_ADMIN FROM ROLE OPERATOR"},
			reason: v1alpha1.ReasonMissingPrivileges,
			says:   []string{`GRANT ROLE "PROD_ADMIN" TO ROLE "OPERATOR"`, `GRANT SELECT ON ALL TABLES IN DATABASE "PROD"`},
		},
		"no role for the owner": {
			why:    "definitions that only the owner sees could not be validated (G4)",
			setup:  []string{"REVOKE ROLE DEV_OWNER FROM ROLE OPERATOR"},
			change: func(r *Run) { r.Spec.Access.Owner = "DEV_OWNER" },
			reason: v1alpha1.ReasonMissingPrivileges,
			says:   []string{`GRANT ROLE "DEV_OWNER" TO ROLE "OPERATOR"`},
		},
		"a moment in the future": {
			why: "Time Travel goes one way",
			change: func(r *Run) {
				r.Spec.Source.At = &v1alpha1.TimeTravelPoint{Timestamp: &metav1.Time{Time: r.Clock.Now().Add(time.Hour)}}
			},
			reason: v1alpha1.ReasonTimeTravelOutOfReach,
			says:   []string{"future"},
		},
		"a moment before the source was made": {
			why: "there was nothing to clone",
			change: func(r *Run) {
				r.Spec.Source.At = &v1alpha1.TimeTravelPoint{Timestamp: &metav1.Time{Time: r.Clock.Now().Add(-time.Hour)}}
			},
			reason: v1alpha1.ReasonTimeTravelOutOfReach,
			says:   []string{"PROD was created on"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tc.setup...)
			if tc.change != nil {
				tc.change(w.run)
			}
			origins := len(w.account.Origins())
			expectReason(t, w.step(t, preflight{}), tc.reason, true, tc.says...)
			if made := len(w.account.Origins()); made != origins {
				t.Errorf("%s: preflight made %d objects", tc.why, made-origins)
			}
		})
	}
}

func TestRightsThatComeByWayOfOtherRolesCount(t *testing.T) {
	t.Parallel()
	for name, grant := range map[string][]string{
		"through a database role": {
			"USE ROLE PROD_ADMIN", "CREATE DATABASE ROLE PROD.CLONERS", "USE ROLE ACCOUNTADMIN", "GRANT DATABASE ROLE PROD.CLONERS TO ROLE OPERATOR",
			"GRANT SELECT ON TABLE PROD.SALES.LATE TO DATABASE ROLE PROD.CLONERS",
		},
		"through PUBLIC": {"GRANT SELECT ON TABLE PROD.SALES.LATE TO ROLE PUBLIC"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, append([]string{
				"CREATE ROLE STRANGER", "USE ROLE PROD_ADMIN", "CREATE TABLE PROD.SALES.LATE (A NUMBER)", "USE ROLE ACCOUNTADMIN",
				"GRANT OWNERSHIP ON TABLE PROD.SALES.LATE TO ROLE STRANGER REVOKE CURRENT GRANTS",
			}, grant...)...)
			if err := w.step(t, preflight{}); err != nil {
				t.Errorf("the table can be cloned, and preflight says: %v", err)
			}
		})
	}
}

func TestPreflightDescribesWhatWillBeCloned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.step(t, preflight{}); err != nil {
		t.Fatal(err)
	}
	if got := w.messages[v1alpha1.StepPreflight]; got == "" {
		t.Error("no message")
	}
}
