package controller

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// anHour is a life that ends during a test.
func anHour(obj *v1alpha1.SnowflakeClone) { obj.Spec.TTL = &metav1.Duration{Duration: time.Hour} }

// later lets time pass for the operator, for Snowflake, or for both.
func (w *world) later(operator, snowflake time.Duration) {
	w.clock.SetTime(w.clock.Now().Add(operator))
	w.server.Clock().SetOffset(w.server.Clock().Offset() + snowflake)
}

func TestAnExpiredCloneIsDroppedAndLeavesATombstone(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("mortal", anHour)
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(obj.Status.ExpiresAt.Sub(obj.Status.Database.CreatedOn.Time)).To(gomega.BeNumerically("~", time.Hour, time.Second))

	w.later(2*time.Hour, 0)
	w.poke(key, "by our clock")
	w.expect(key, v1alpha1.ReadyCondition, "False/Expiring")
	w.Expect(w.hasDatabase("MORTAL")).To(gomega.BeTrue(), "Snowflake's clock has not been asked")

	w.later(0, 2*time.Hour)
	w.poke(key, "by both clocks")
	obj = w.expect(key, v1alpha1.ReadyCondition, "False/Expired")
	w.Expect(obj.Status.Phase).To(gomega.Equal(v1alpha1.PhaseExpired))
	w.Expect(readCondition(obj.Status.Conditions, v1alpha1.ExpiredCondition)).To(gomega.Equal("True/Expired"))
	w.Expect(obj.Status.Dropped).NotTo(gomega.BeNil())
	w.Expect(w.hasDatabase("MORTAL")).To(gomega.BeFalse())

	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.TTL = &metav1.Duration{Duration: 100 * time.Hour} })
	w.expect(key, v1alpha1.ReadyCondition, "False/Expired")
	w.Expect(w.sent(createDatabase)).To(gomega.HaveLen(1), "a tombstone is never cloned again")

	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
}

func TestAnExpiredCloneTakesItsObjectAlongWhereAsked(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("brief", func(obj *v1alpha1.SnowflakeClone) {
		anHour(obj)
		obj.Spec.ExpirationPolicy = v1alpha1.ExpirationDeleteResource
	})
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.later(2*time.Hour, 2*time.Hour)
	w.poke(key, "over")
	w.expectGone(key)
	w.Expect(w.hasDatabase("BRIEF")).To(gomega.BeFalse())
}

func TestALongerLifeIsGiven(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("extended", anHour)
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	until := obj.Status.Database.CreatedOn.Add(5 * time.Hour).UTC().Truncate(time.Second)
	w.change(key, func(obj *v1alpha1.SnowflakeClone) {
		obj.Annotations = map[string]string{v1alpha1.ExtendUntilAnnotation: until.Format(time.RFC3339)}
	})
	w.Eventually(func() bool { return w.read(key).Status.ExpiresAt.Time.Equal(until) }).Should(gomega.BeTrue())
	w.later(2*time.Hour, 2*time.Hour)
	w.poke(key, "not over")
	w.Eventually(func() string { return w.read(key).Status.LastHandledRetry }).Should(gomega.Equal("not over"))
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.hasDatabase("EXTENDED")).To(gomega.BeTrue())

	w.change(key, func(obj *v1alpha1.SnowflakeClone) {
		obj.Annotations = map[string]string{v1alpha1.ExtendUntilAnnotation: "tomorrow", v1alpha1.RefreshRequestedAnnotation: "1"}
	})
	w.Eventually(func() string { return describe(w.read(key).Status.Conditions) }).Should(gomega.And(
		gomega.ContainSubstring(`extend-until: "tomorrow" is no time`),
		gomega.ContainSubstring("refresh-requested is passed over")))
	w.Expect(w.hasDatabase("EXTENDED")).To(gomega.BeTrue(), "a slip of the pen drops nothing")
}

func TestATimeThatIsOverBeforeItBeganMakesNothing(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("late", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.ExpiresAt = new(metav1.NewTime(w.clock.Now().Add(-time.Hour)))
	})
	w.expect(key, v1alpha1.ReadyCondition, "False/Expired")
	w.Expect(w.sent(createDatabase)).To(gomega.BeEmpty())
}

func TestADeletedCloneIsDropped(t *testing.T) {
	w := newWorld(t)
	before := w.fingerprint("PROD")
	w.start()
	key := w.createClone("doomed", func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Access.Roles.Kind = v1alpha1.RoleKindAccount })
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.roles("DOOMED_")).NotTo(gomega.BeEmpty())
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	w.Expect(w.hasDatabase("DOOMED")).To(gomega.BeFalse())
	w.Expect(w.roles("DOOMED_")).To(gomega.BeEmpty(), "the roles go with the database")
	w.Expect(w.fingerprint("PROD")).To(gomega.Equal(before))
}

func TestARetainedDatabaseIsKept(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("kept", func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	before := w.fingerprint("KEPT")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	w.Expect(w.fingerprint("KEPT")).To(gomega.Equal(before))
	w.Eventually(func() []string { return w.events("kept") }).Should(gomega.ContainElement(v1alpha1.ReasonRetained))
}

func TestSuspensionHoldsEverything(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("asleep", func(obj *v1alpha1.SnowflakeClone) {
		anHour(obj)
		obj.Spec.Suspend = true
	})
	obj := w.expect(key, v1alpha1.ReadyCondition, "False/Suspended")
	w.Expect(obj.Status.Phase).To(gomega.Equal(v1alpha1.PhaseSuspended))
	w.Expect(obj.Status.Steps).To(gomega.BeEmpty())

	suspend := func(to bool) {
		w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Suspend = to })
	}
	suspend(false)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	suspend(true)
	w.expect(key, v1alpha1.ReadyCondition, "True/Suspended")

	before := w.fingerprint("ASLEEP")
	w.later(2*time.Hour, 2*time.Hour)
	w.poke(key, "over")
	w.Eventually(func() string { return w.read(key).Status.LastHandledRetry }).Should(gomega.Equal("over"))
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expect(key, v1alpha1.ReadyCondition, "False/Suspended")
	w.Expect(w.fingerprint("ASLEEP")).To(gomega.Equal(before))

	suspend(false)
	w.expectGone(key)
	w.Expect(w.hasDatabase("ASLEEP")).To(gomega.BeFalse())
}

func TestDeletionProtectionKeepsTheDatabase(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("guarded", func(obj *v1alpha1.SnowflakeClone) {
		anHour(obj)
		obj.Spec.DeletionProtection = true
	})
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.later(2*time.Hour, 2*time.Hour)
	w.poke(key, "over")
	w.expect(key, v1alpha1.StalledCondition, "True/DeletionProtected")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	obj := w.expect(key, v1alpha1.ReadyCondition, "False/Deleting")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("spec.deletionProtection"))
	w.Expect(w.hasDatabase("GUARDED")).To(gomega.BeTrue())
	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionProtection = false })
	w.expectGone(key)
	w.Expect(w.hasDatabase("GUARDED")).To(gomega.BeFalse())
}

func TestACloneThatIsStillBeingMadeIsCancelled(t *testing.T) {
	w := newWorld(t)
	w.must(w.server.SetLatency(emulator.Latency{Match: `^CREATE DATABASE "HALFWAY"`, Delay: time.Hour}))
	w.start()
	key := w.createClone("halfway", nil)
	w.Eventually(func() *v1alpha1.StepStatus { return rowInFlight(&w.read(key).Status) }).ShouldNot(gomega.BeNil())
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	w.Expect(w.hasDatabase("HALFWAY")).To(gomega.BeFalse())
	w.Expect(w.sent("SELECT SYSTEM$CANCEL_QUERY")).NotTo(gomega.BeEmpty())
}

func TestACloneThatNeverMadeADatabaseGoesAtOnce(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("stillborn", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.ConnectionRef = &v1alpha1.ConnectionReference{Name: "nowhere"}
		obj.Spec.DeletionProtection = true
	})
	w.expect(key, v1alpha1.StalledCondition, "True/ConnectionNotFound")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
}

func TestADatabaseThatIsNotOursAnyMoreIsNotDropped(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("stolen", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.admin("ALTER DATABASE STOLEN SET COMMENT = 'mine now'")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	obj := w.expect(key, v1alpha1.StalledCondition, "True/TargetNotOurs")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("Retain"))
	w.Expect(w.hasDatabase("STOLEN")).To(gomega.BeTrue())
	w.change(key, func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.expectGone(key)
	w.Expect(w.hasDatabase("STOLEN")).To(gomega.BeTrue())
}

func TestDropsAreBoundedByTheHour(t *testing.T) {
	w := newWorld(t)
	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) { c.Spec.Policy.MaxDropsPerHour = 1 })
	w.start()
	keys := []client.ObjectKey{w.createClone("one", nil), w.createClone("two", nil)}
	for _, key := range keys {
		w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	}
	w.must(w.api.Delete(t.Context(), w.read(keys[0])))
	w.expectGone(keys[0])
	w.must(w.api.Delete(t.Context(), w.read(keys[1])))
	w.Eventually(func() string { return describe(w.read(keys[1]).Status.Conditions) }).
		Should(gomega.ContainSubstring("maxDropsPerHour"))
	w.Expect(w.hasDatabase("TWO")).To(gomega.BeTrue())
	w.Expect(w.readConnection("default").Status.Drops).To(gomega.HaveLen(1))
	w.later(time.Hour, 0)
	w.poke(keys[1], "an hour later")
	w.expectGone(keys[1])
	w.Expect(w.hasDatabase("TWO")).To(gomega.BeFalse())
}

func TestTheRemovalOfTheKindDropsNothing(t *testing.T) {
	environment, err := startAPIServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			t.Errorf("stop the API server: %v", err)
		}
	})
	w := newWorldOn(t, environment.Config)
	w.start()
	key := w.createClone("abandoned", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	before := w.fingerprint("ABANDONED")

	definition := &unstructured.Unstructured{}
	definition.SetAPIVersion("apiextensions.k8s.io/v1")
	definition.SetKind("CustomResourceDefinition")
	definition.SetName(kindResource.Name)
	w.must(w.api.Delete(t.Context(), definition))
	w.Eventually(func() error {
		return w.api.Get(t.Context(), client.ObjectKeyFromObject(definition), definition)
	}).ShouldNot(gomega.Succeed(), "the kind goes, so the finalizers have gone")
	w.Expect(w.fingerprint("ABANDONED")).To(gomega.Equal(before))
	w.Eventually(func() []string { return w.events("abandoned") }).Should(gomega.ContainElement(v1alpha1.ReasonAbandoned))
}
