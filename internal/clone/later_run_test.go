package clone

import (
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// handOver ends a run as the controller does: what is made in the clone from now on is its users' own.
func (w *world) handOver(t *testing.T) {
	t.Helper()
	w.run.HandedOver = w.server.Clock().Now()
	w.server.Clock().SetOffset(time.Minute)
	w.run.State.Done, w.run.State.Total, w.run.State.QueryID = 0, 0, ""
}

// analyst runs statements as the analyst, who must be allowed to.
func (w *world) analyst(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := w.query(t, "ANALYST_USER", "ANALYST", statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestALaterRunNeitherDropsNorTakesWhatUsersMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"SALES", "MARTS"}}
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelAdmin, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	w.mustFinish(t)
	w.handOver(t)
	w.operator(t, "GRANT CREATE SCHEMA ON DATABASE DEV TO ROLE ANALYST", "CREATE VIEW DEV.SALES.REPLACED AS SELECT 1 AS A")
	w.analyst(t, "CREATE SCHEMA DEV.MINE", "CREATE TABLE DEV.MINE.T (A NUMBER)", "CREATE TABLE DEV.SALES.OURS (A NUMBER)")
	w.run.Spec.Access.Owner = "DEV_OWNER" // All that the clone itself consists of is to move.
	w.mustFinish(t)
	w.analyst(t, "ALTER TABLE DEV.MINE.T ADD COLUMN B NUMBER", "ALTER TABLE DEV.SALES.OURS ADD COLUMN B NUMBER")
	for _, line := range w.describe(t, "DEV") {
		name, owner, found := strings.Cut(line, " owner ROLE ")
		isTheirs := strings.Contains(name, "MINE") || strings.Contains(name, "OURS")
		switch {
		case !found || strings.HasPrefix(name, "DATABASE"): // The operator keeps the database and manages its roles.
		case isTheirs && owner != "ANALYST", !isTheirs && owner != "DEV_OWNER":
			t.Errorf("after the later run: %s", line)
		}
	}
}

func TestAccessRolesThatAreAskedForNoLongerAreDropped(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kind   v1alpha1.RoleKind
		change func(*v1alpha1.AccessRoles)
	}{
		"fewer levels":       {v1alpha1.RoleKindDatabase, func(r *v1alpha1.AccessRoles) { r.Levels = []v1alpha1.AccessLevel{v1alpha1.LevelRead} }},
		"another kind":       {v1alpha1.RoleKindDatabase, func(r *v1alpha1.AccessRoles) { r.Kind = v1alpha1.RoleKindAccount }},
		"the other kind":     {v1alpha1.RoleKindAccount, func(r *v1alpha1.AccessRoles) { r.Kind = v1alpha1.RoleKindDatabase }},
		"another pattern":    {v1alpha1.RoleKindDatabase, func(r *v1alpha1.AccessRoles) { r.NamePattern = "X_{{SCHEMA}}_{{LEVEL}}" }},
		"another prefix too": {v1alpha1.RoleKindAccount, func(r *v1alpha1.AccessRoles) { r.NamePattern = "{{SCHEMA}}_{{LEVEL}}_OF_{{DATABASE}}" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.run.Spec.Access.Roles.Kind = tc.kind
			w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelReadWrite, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
			w.mustFinish(t)
			w.analyst(t, "INSERT INTO DEV.SALES.ORDERS (ID) VALUES (7)")
			w.handOver(t)
			w.run.Spec.Access.Mappings = nil
			tc.change(&w.run.Spec.Access.Roles)
			w.mustFinish(t)
			for _, line := range w.describe(t, "DEV") {
				if strings.Contains(line, "ANALYST") {
					t.Errorf("the analyst may still do something: %s", line)
				}
			}
			expectStrings(t, "what the analyst holds", w.show(t, "SHOW GRANTS TO ROLE ANALYST", "name"), "OPERATOR_WH")
			if err := w.drop(t); err != nil {
				t.Fatal(err)
			}
			for _, role := range w.show(t, "SHOW ROLES", "comment") {
				if strings.Contains(role, w.run.Marker.UID) {
					t.Errorf("a role is left: %s", role)
				}
			}
		})
	}
}

func TestRolesOfARetainedCloneAreLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Target, w.run.Spec.Access.Roles.Kind = "A_B", v1alpha1.RoleKindAccount
	w.run.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	w.mustFinish(t)
	next := w.newRun() // The object was deleted with deletionPolicy Retain, and another of its name has another target.
	next.Target, next.Spec.Access.Roles.Kind, next.Marker.UID = "A", v1alpha1.RoleKindAccount, "44445555-6666"
	w.run = next
	w.mustFinish(t)
	w.analyst(t, "SELECT ID FROM A_B.SALES.ORDERS")
	if err := w.drop(t); err != nil {
		t.Fatal(err)
	}
	w.analyst(t, "SELECT ID FROM A_B.SALES.ORDERS")
}
