package controller

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

func TestAClonesEndOutlivesItsConnection(t *testing.T) {
	w := newWorld(t)
	w.start()
	keys := []client.ObjectKey{w.createClone("one", nil), w.createClone("two", nil)}
	for _, key := range keys {
		w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	}
	// Nobody deletes what is in a namespace here but the test, in the order that helps least.
	w.must(w.api.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.home}}))
	w.must(w.api.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: "default-token"}}))
	w.expectConnection("default", v1alpha1.StalledCondition, "True/CredentialsInvalid")
	w.must(w.api.Delete(t.Context(), w.readConnection("default")))
	w.must(w.api.Delete(t.Context(), w.read(keys[0])))
	w.expectGone(keys[0])
	w.Expect(w.hasDatabase("ONE")).To(gomega.BeFalse(), "the operator knows how it logged in last")

	w.start()
	w.must(w.api.Delete(t.Context(), w.read(keys[1])))
	obj := w.expect(keys[1], v1alpha1.StalledCondition, "True/ConnectionNotFound")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.And(
		gomega.ContainSubstring("nothing can be created"), gomega.ContainSubstring("role OPERATOR"),
		gomega.ContainSubstring("Retain")), "an operator that was restarted knows nothing, and says what there is to do")
	elsewhere := *w
	elsewhere.home = w.away
	elsewhere.createConnection("rescue", func(spec *v1alpha1.SnowflakeConnectionSpec) {
		spec.AllowedNamespaces.From = v1alpha1.NamespacesAll
	})
	w.change(keys[1], func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.ConnectionRef = &v1alpha1.ConnectionReference{Namespace: w.away, Name: "rescue"}
	})
	w.expectGone(keys[1])
	w.Expect(w.hasDatabase("TWO")).To(gomega.BeFalse())
}

func TestAFarewellIsBounded(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	connection := &v1alpha1.SnowflakeConnection{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "default", UID: "1"},
		Spec:       v1alpha1.SnowflakeConnectionSpec{Policy: v1alpha1.ConnectionPolicy{MaxDropsPerHour: 1}},
	}
	key := types.NamespacedName{Namespace: "team", Name: "default"}
	known := newFarewells()
	known.keep(connection, snowflake.OAuth("token"), now)
	_, has := known.auth(connection, now)
	g.Expect(has).To(gomega.BeFalse(), "a connection that is there has the Secret that is there")
	gone := known.connection(key, now)
	g.Expect(gone.DeletionTimestamp).NotTo(gomega.BeNil())
	_, has = known.auth(gone, now)
	g.Expect(has).To(gomega.BeTrue())

	g.Expect(known.takePlace(key, now)).To(gomega.BeZero())
	known.keep(gone, snowflake.OAuth("token"), now)
	g.Expect(known.takePlace(key, now)).To(gomega.Equal(time.Hour), "the bound on drops outlives the connection")
	later := now.Add(time.Hour)
	g.Expect(known.takePlace(key, later)).To(gomega.BeZero())

	successor := gone.DeepCopy()
	successor.UID = "2"
	_, has = known.auth(successor, later)
	g.Expect(has).To(gomega.BeFalse(), "a connection of the same name is another")
	g.Expect(known.connection(key, later.Add(farewellTime+time.Second))).To(gomega.BeNil(), "nothing is known for ever")
}
