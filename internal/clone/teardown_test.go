package clone

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// drop takes the clone down, as the controller does.
func (w *world) drop(t *testing.T) error {
	t.Helper()
	for range maxCalls {
		outcome, err := Drop(t.Context(), w.run)
		if err != nil || outcome.Result == ResultDone {
			return err
		}
	}
	t.Fatal("the teardown does not end")
	return nil
}

func TestDropTakesDownTheCloneAndItsRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Access.Roles.Kind = v1alpha1.RoleKindAccount
	w.mustFinish(t)
	before := w.describe(t, "PROD")
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE")
	expectStrings(t, "roles", w.show(t, "SHOW ROLES LIKE 'DEV_%'", "name"), "DEV_OWNER")
	if after := w.describe(t, "PROD"); len(after) != len(before) {
		t.Errorf("the source had %d facts and has %d", len(before), len(after))
	}
	dropped := w.run.State.Dropped
	if dropped == nil || dropped.As == "" || !dropped.UndropBefore.After(dropped.At.Time) {
		t.Fatalf("dropped: %+v", dropped)
	}
	w.operator(t, `UNDROP DATABASE "`+dropped.As+`"`)
}

func TestDropTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustFinish(t)
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	w.run.State.Dropped = nil // As if the operator had been killed before it could record it.
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
}

func TestDropGoesOnAfterTheRename(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustFinish(t)
	if _, err := Drop(t.Context(), w.run); err != nil { // Records the intent.
		t.Fatal(err)
	}
	own, err := w.run.Own(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := own.renameTo(t.Context(), w.run.tombName()); err != nil {
		t.Fatal(err)
	}
	w.admin(t, "CREATE DATABASE DEV COMMENT = 'somebody was quick'")
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE", "DEV")
}

func TestADatabaseThatIsNotProvedToBeOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		why    string
		tamper func(t *testing.T, w *world)
		reason string
	}{
		"its comment was changed": {
			why:    "somebody took it over, and said so",
			tamper: func(t *testing.T, w *world) { t.Helper(); w.operator(t, "ALTER DATABASE DEV SET COMMENT = 'mine'") },
			reason: v1alpha1.ReasonTargetNotOurs,
		},
		"its owner was changed": {
			why: "somebody took it over",
			tamper: func(t *testing.T, w *world) {
				t.Helper()
				w.admin(t, "GRANT OWNERSHIP ON DATABASE DEV TO ROLE DEV_OWNER COPY CURRENT GRANTS")
			},
			reason: v1alpha1.ReasonTargetNotOurs,
		},
		"another stands in its place, with a copied comment": {
			why: "only the creation time tells",
			tamper: func(t *testing.T, w *world) {
				t.Helper()
				comment := w.show(t, "SHOW DATABASES LIKE 'DEV'", "comment")[0]
				w.operator(t, "DROP DATABASE DEV")
				w.server.Clock().SetOffset(time.Second)
				w.admin(t, "CREATE DATABASE DEV COMMENT = '"+comment+"'", "GRANT OWNERSHIP ON DATABASE DEV TO ROLE OPERATOR")
			},
			reason: v1alpha1.ReasonTargetNotOurs,
		},
		"the policy protects it": {
			why:    "the administrator said so after it was made",
			tamper: func(_ *testing.T, w *world) { w.run.Policy.Protected = []v1alpha1.Pattern{"DEV*"} },
			reason: v1alpha1.ReasonTargetNotOurs,
		},
		"it is another object's": {
			why:    "an object of the same target was created anew",
			tamper: func(_ *testing.T, w *world) { w.run.Marker.UID = "99999999-0000" },
			reason: v1alpha1.ReasonTargetNotOurs,
		},
		"it is another cluster's": {
			why:    "two clusters share the account",
			tamper: func(_ *testing.T, w *world) { w.run.Marker.ClusterUID = "cluster-2" },
			reason: v1alpha1.ReasonTargetNotOurs,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if err := w.upTo(t, v1alpha1.StepCloneDatabase); err != nil {
				t.Fatal(err)
			}
			tc.tamper(t, w)
			before := w.describe(t, "DEV")
			expectReason(t, w.drop(t), tc.reason, true, "DEV")
			if after := w.describe(t, "DEV"); len(after) != len(before) {
				t.Errorf("%s: the database changed", tc.why)
			}
		})
	}
}

func TestDropOfWhatWasNeverMadeTouchesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CREATE DATABASE DEV COMMENT = 'precious'")
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE", "DEV")
}

func TestTheSourceIsNeverOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	marker := w.run.Marker.On("")
	w.admin(t, "ALTER DATABASE PROD SET COMMENT = '"+marker+"'", "GRANT OWNERSHIP ON DATABASE PROD TO ROLE OPERATOR COPY CURRENT GRANTS")
	w.run.Target = "PROD"
	w.run.State.Database = &v1alpha1.DatabaseStatus{Name: "PROD", CreatedOn: metav1.NowMicro()}
	expectReason(t, w.drop(t), v1alpha1.ReasonTargetNotOurs, true, "it is the source")
}

func TestADatabaseThatAppearsAfterALostAnswerIsStillDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.run.Intends(v1alpha1.IntentCreateDatabase, w.run.Target) {
		t.Fatal("the intent was there before")
	}
	outcome, err := Drop(t.Context(), w.run)
	if err != nil || outcome.Result != ResultWait {
		t.Fatalf("teardown right after the intent: %+v, %v; want it to wait", outcome, err)
	}
	w.operator(t, "CREATE DATABASE DEV CLONE PROD COMMENT = '"+w.run.Marker.On("")+"'") // The statement, at last.
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "databases", w.show(t, "SHOW DATABASES", "name"), "PROD", "GOVERNANCE")
}

func TestALostStatementIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Intends(v1alpha1.IntentCreateDatabase, w.run.Target)
	w.clock.SetTime(w.clock.Now().Add(lostFor))
	if outcome, err := Drop(t.Context(), w.run); err != nil || outcome.Result != ResultDone {
		t.Errorf("teardown: %+v, %v; want it done", outcome, err)
	}
}
