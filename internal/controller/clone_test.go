package controller

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
)

func TestACloneBecomesReady(t *testing.T) {
	w := newWorld(t)
	before := w.fingerprint("PROD")
	w.start()
	key := w.createClone("dev-one", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	})
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")

	w.Expect(w.hasDatabase("DEV_ONE")).To(gomega.BeTrue())
	w.Expect(w.fingerprint("PROD")).To(gomega.Equal(before), "the source is untouched")
	w.Expect(obj.Status.Database.Name).To(gomega.Equal("DEV_ONE"))
	w.Expect(obj.Status.Connection.Role).To(gomega.Equal("OPERATOR"))
	w.Expect(obj.Status.Connection.Account).To(gomega.ContainSubstring("TESTACCOUNT"))
	w.Expect(obj.Status.Progress).To(gomega.Equal("14/14"))
	w.Expect(obj.Status.Phase).To(gomega.Equal(v1alpha1.PhaseReady))
	w.Expect(obj.Status.Intent).To(gomega.BeNil())
	w.Expect(readCondition(obj.Status.Conditions, v1alpha1.IsolatedCondition)).To(gomega.Equal("True/Isolated"))
	w.Expect(readCondition(obj.Status.Conditions, v1alpha1.CompleteCondition)).To(gomega.Equal("True/Complete"))
	for _, row := range obj.Status.Steps {
		w.Expect(row.State).To(gomega.BeElementOf(v1alpha1.StepSucceeded, v1alpha1.StepSkipped), "step %s", row.Name)
	}
	w.Expect(obj.Finalizers).To(gomega.ContainElement(v1alpha1.Finalizer))
	w.Eventually(func() bool { return slices.Contains(w.events("dev-one"), v1alpha1.ReasonReady) }).Should(gomega.BeTrue())
	w.expectConnection("default", v1alpha1.ReadyCondition, "True/Ready")
}

func TestTheReportStandsBesideTheClone(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("reported", nil)
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	report := &corev1.ConfigMap{}
	w.must(w.api.Get(t.Context(), client.ObjectKey{Namespace: w.home, Name: "reported-report"}, report))
	w.Expect(metav1.IsControlledBy(report, obj)).To(gomega.BeTrue())
	w.Expect(report.Labels).To(gomega.HaveKeyWithValue(v1alpha1.CloneLabel, "reported"))
	w.Expect(report.Data[reportJSON]).To(gomega.ContainSubstring("REVENUE"))
	w.Expect(report.Data[reportText]).To(gomega.ContainSubstring("VIEW REPORTED.SALES.REVENUE"))
}

func TestAConfigMapOfTheReportsNameThatIsSomebodyElsesIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.must(w.api.Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: "taken-report"}, Data: map[string]string{"a": "b"},
	}))
	w.start()
	key := w.createClone("taken", nil)
	obj := w.expect(key, v1alpha1.StalledCondition, "True/InternalError")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("rename or delete it"))
	w.Expect(w.hasDatabase("TAKEN")).To(gomega.BeFalse())
}

func TestATemplateNamesTheDatabase(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("un-named", func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Target = v1alpha1.CloneTarget{} })
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(obj.Status.Database.Name).To(gomega.Equal(strings.ToUpper(strings.ReplaceAll(w.home, "-", "_")) + "_UN_NAMED"))
}

func TestWhatAVersionCannotDoIsRefusedBeforeAnythingIsDone(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("refreshed", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.Refresh = &v1alpha1.RefreshSpec{Schedule: "0 4 * * 1-5"}
	})
	obj := w.expect(key, v1alpha1.StalledCondition, "True/NotSupported")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("spec.refresh"))
	w.Expect(w.hasDatabase("REFRESHED")).To(gomega.BeFalse())
	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Refresh = nil })
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
}

func TestAForeignDatabaseOfTheTargetsNameIsUntouched(t *testing.T) {
	w := newWorld(t, "CREATE DATABASE PRECIOUS COMMENT = 'somebody''s own'", "CREATE SCHEMA PRECIOUS.DATA")
	before := w.fingerprint("PRECIOUS")
	w.start()
	key := w.createClone("precious", nil)
	obj := w.expect(key, v1alpha1.StalledCondition, "True/TargetExists")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("choose another name"))
	w.must(w.api.Delete(t.Context(), obj))
	w.expectGone(key)
	w.Expect(w.fingerprint("PRECIOUS")).To(gomega.Equal(before))
}

func TestMissingPrivilegesAreListedAndHeal(t *testing.T) {
	w := newWorld(t, "REVOKE ROLE PROD_ADMIN FROM ROLE OPERATOR", "GRANT USAGE ON DATABASE PROD TO ROLE OPERATOR",
		"GRANT USAGE ON ALL SCHEMAS IN DATABASE PROD TO ROLE OPERATOR", "GRANT REFERENCES ON ALL TABLES IN DATABASE PROD TO ROLE OPERATOR")
	w.start()
	key := w.createClone("later", nil)
	obj := w.expect(key, v1alpha1.StalledCondition, "True/MissingPrivileges")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("GRANT SELECT ON ALL TABLES IN DATABASE"))
	w.Expect(w.hasDatabase("LATER")).To(gomega.BeFalse())
	w.admin("GRANT ROLE PROD_ADMIN TO ROLE OPERATOR")
	w.poke(key, "granted")
	obj = w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(obj.Status.LastHandledRetry).To(gomega.Equal("granted"))
}

func TestAnOutageIsSatOut(t *testing.T) {
	w := newWorld(t)
	w.server.SetOutage(emulator.Outage{Active: true})
	w.start()
	key := w.createClone("patient", nil)
	w.expect(key, v1alpha1.ReadyCondition, "False/SnowflakeUnavailable")
	w.expect(key, v1alpha1.ReconcilingCondition, "True/ProgressingWithRetry")
	w.expectConnection("default", v1alpha1.ReconcilingCondition, "True/ProgressingWithRetry")
	w.server.SetOutage(emulator.Outage{})
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")

	w.server.SetOutage(emulator.Outage{Active: true})
	w.poke(key, "look")
	w.Eventually(func() string { return w.read(key).Status.LastHandledRetry }).Should(gomega.Equal("look"))
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.server.SetOutage(emulator.Outage{}) // The sessions log out.
}

func TestOneClonesTroubleHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	w.options.MaxConcurrentReconciles = 2
	w.must(w.server.SetLatency(emulator.Latency{Match: `"SLOW"`, Delay: time.Hour}))
	w.start()
	slow := w.createClone("slow", nil)
	w.Eventually(func() bool { return len(w.read(slow).Status.Steps) > 0 }).Should(gomega.BeTrue())
	quick := w.createClone("quick", nil)
	w.expect(quick, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.read(slow).Status.Phase).NotTo(gomega.Equal(v1alpha1.PhaseReady))
	w.must(w.server.SetLatency())
}

func TestAChangedSpecIsBroughtToTheClone(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("changing", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.canRead("CHANGING")).To(gomega.BeFalse())
	w.change(key, func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	})
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.canRead("CHANGING")).To(gomega.BeTrue())
	w.Expect(obj.Status.Run.Number).To(gomega.Equal(int64(2)))
	w.Expect(obj.Status.History).To(gomega.HaveLen(1))
	w.Expect(w.sent(createDatabase)).To(gomega.HaveLen(1))
}

func TestTheNumberOfClonesIsBounded(t *testing.T) {
	w := newWorld(t)
	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) { c.Spec.Policy.MaxClones = 1 })
	w.start()
	first := w.createClone("first", nil)
	w.expect(first, v1alpha1.ReadyCondition, "True/Ready")
	second := w.createClone("second", nil)
	w.expect(second, v1alpha1.StalledCondition, "True/PolicyViolation")
	w.Expect(w.hasDatabase("SECOND")).To(gomega.BeFalse())
	w.must(w.api.Delete(t.Context(), w.read(first)))
	w.expectGone(first)
	w.poke(second, "now")
	w.expect(second, v1alpha1.ReadyCondition, "True/Ready")
}

func TestWhatHappenedIsCounted(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("counted", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Eventually(func() float64 { return w.counted("snowclone_clones", "Ready") }).Should(gomega.Equal(1.0))
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	for _, stage := range []v1alpha1.StepName{v1alpha1.StepPreflight, v1alpha1.StepCloneDatabase, v1alpha1.StepValidate} {
		w.Expect(w.counted("snowclone_step_total", resultSucceeded, string(stage))).To(gomega.Equal(1.0), "stage %s", stage)
		w.Expect(w.counted("snowclone_step_duration_seconds", string(stage))).To(gomega.Equal(1.0), "stage %s", stage)
	}
	w.Expect(w.counted("snowclone_drops_total", causeDeletion, dropDone)).To(gomega.Equal(1.0))
	w.Expect(w.counted("snowclone_statements_total", "None", "DROP")).To(gomega.BeNumerically(">=", 1.0))
	w.Expect(w.counted("snowclone_statement_duration_seconds", "DROP")).To(gomega.BeNumerically(">=", 1.0))
}
