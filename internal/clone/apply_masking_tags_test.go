package clone

import (
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// taggedWorld has a source whose database carries a cost tag, a tag of its own, and one that masks all names.
func taggedWorld(t *testing.T) *world {
	t.Helper()
	return peopleWorld(t, "CREATE TAG {{PROD}}.HR.INNER_TAG", "USE ROLE ACCOUNTADMIN", "CREATE SCHEMA GOVERNANCE.TAGS",
		"CREATE TAG GOVERNANCE.TAGS.COST", "CREATE TAG GOVERNANCE.TAGS.GUARD", "GRANT USAGE ON SCHEMA GOVERNANCE.TAGS TO ROLE OPERATOR",
		"GRANT APPLY ON TAG GOVERNANCE.TAGS.COST TO ROLE OPERATOR", "GRANT APPLY ON TAG GOVERNANCE.TAGS.GUARD TO ROLE OPERATOR",
		"ALTER TAG GOVERNANCE.TAGS.GUARD SET MASKING POLICY GOVERNANCE.POLICIES.HIDE",
		"ALTER DATABASE {{PROD}} SET TAG GOVERNANCE.TAGS.COST = 'production', GOVERNANCE.TAGS.GUARD = 'names', {{PROD}}.HR.INNER_TAG = 'x'")
}

// tagsOf are the tags on the clone's database.
func (w *world) tagsOf(t *testing.T) []string {
	t.Helper()
	return w.show(t, `SELECT TAG_DATABASE || '.' || TAG_NAME || '=' || TAG_VALUE AS N FROM TABLE("Dev-Db".INFORMATION_SCHEMA.TAG_REFERENCES('"Dev-Db"', 'DATABASE'))`, "n")
}

func TestTheDatabaseHasTheTagsOfTheSpecUnderBothAccountsOfCloning(t *testing.T) { // U5
	t.Parallel()
	for _, kept := range []string{"false", "true"} {
		t.Run("tags of the source's database kept "+kept, func(t *testing.T) {
			t.Parallel()
			w := taggedWorld(t)
			if err := w.account.SetSwitch("cloneKeepsDatabaseTags", kept); err != nil {
				t.Fatal(err)
			}
			w.run.Spec.Target.Tags = map[string]string{"GOVERNANCE.TAGS.COST": "4711"}
			w.mustIsolate(t)
			expectStrings(t, "tags", w.tagsOf(t), "GOVERNANCE.COST=4711", "GOVERNANCE.GUARD=names")
			w.analystReads(t, `SELECT NAME AS N FROM "Dev-Db".HR.PEOPLE`, "***", "***")
		})
	}
}

func TestATagOfTheSourcesDatabaseStandsForAllItsColumns(t *testing.T) { // U5
	t.Parallel()
	w := taggedWorld(t)
	w.admin(t, `ALTER TABLE "prod db".HR.PEOPLE MODIFY COLUMN MAIL SET TAG GOVERNANCE.TAGS.COST = 'mail'`)
	w.run.Spec.Masking = []v1alpha1.MaskingRule{{Policy: hide, Tag: "GOVERNANCE.TAGS.COST"}}
	err := w.upTo(t, v1alpha1.StepApplyRBACMappings)
	expectReason(t, err, v1alpha1.ReasonMaskingFailed, true, "access stays closed", "takes TEXT and column ID is NUMBER")
	uses, err := w.client.PolicyUses(t.Context(), sqltext.Name{Database: "GOVERNANCE", Schema: "POLICIES", Object: "HIDE"})
	if err != nil {
		t.Fatal(err)
	}
	var masked []string
	for _, use := range uses {
		if use.Entity.Database == "Dev-Db" {
			masked = append(masked, string(use.Entity.Object)+"."+string(use.Column))
		}
	}
	expectStrings(t, "masked", masked, "PEOPLE.NAME", "PEOPLE.MAIL", "PEOPLE.REGION", "STAFF.NAME")
}

func TestTagsFollowTheSpecWhenTheCloneExists(t *testing.T) {
	t.Parallel()
	w := taggedWorld(t)
	w.run.Spec.Target.Tags = map[string]string{"GOVERNANCE.TAGS.COST": "4711"}
	w.mustIsolate(t)
	w.run.HandedOver = time.Now()
	w.admin(t, "CREATE TAG GOVERNANCE.TAGS.THEIRS", `ALTER DATABASE "Dev-Db" SET TAG GOVERNANCE.TAGS.THEIRS = 'y'`)
	w.run.Spec.Target.Tags = map[string]string{"GOVERNANCE.TAGS.COST": "0815"}
	if err := w.step(t, applyMasking{}); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "tags", w.tagsOf(t), "GOVERNANCE.COST=0815", "GOVERNANCE.GUARD=names", "GOVERNANCE.THEIRS=y")
	w.run.Spec.Target.Tags = nil
	if err := w.step(t, applyMasking{}); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "tags", w.tagsOf(t), "GOVERNANCE.GUARD=names", "GOVERNANCE.THEIRS=y")
}

func TestATagThatGuardsTheSourceAndMayNotBeSetKeepsTheCloneClosed(t *testing.T) {
	t.Parallel()
	w := taggedWorld(t)
	if err := w.upTo(t, v1alpha1.StepHandleIceberg); err != nil {
		t.Fatal(err)
	}
	w.admin(t, "REVOKE APPLY ON TAG GOVERNANCE.TAGS.GUARD FROM ROLE OPERATOR")
	expectReason(t, w.step(t, applyMasking{}), v1alpha1.ReasonMaskingFailed, true, "access stays closed", "needs APPLY")
}
