package controller

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestAProbeSeesWhatTheRoleMayDo(t *testing.T) {
	w := newWorld(t)
	w.start()
	connection := w.expectConnection("default", v1alpha1.ReadyCondition, "True/Ready")
	probe := connection.Status.Probe
	w.Expect(probe.User).To(gomega.Equal("OPERATOR_USER"))
	w.Expect(probe.Role).To(gomega.Equal("OPERATOR"))
	w.Expect(probe.CreateDatabase).To(gomega.BeTrue())
	w.Expect(probe.ManageGrants).To(gomega.BeTrue())
}

func TestAProbeListsTheMissingGrants(t *testing.T) {
	w := newWorld(t, "REVOKE CREATE DATABASE ON ACCOUNT FROM ROLE OPERATOR",
		"CREATE ROLE GRANTOR", "REVOKE MANAGE GRANTS ON ACCOUNT FROM ROLE OPERATOR",
		"GRANT MANAGE GRANTS ON ACCOUNT TO ROLE GRANTOR", "GRANT ROLE GRANTOR TO ROLE OPERATOR")
	w.start()
	connection := w.expectConnection("default", v1alpha1.StalledCondition, "True/MissingPrivileges")
	message := describe(connection.Status.Conditions)
	w.Expect(message).To(gomega.ContainSubstring(`GRANT CREATE DATABASE ON ACCOUNT TO ROLE "OPERATOR"`))
	w.Expect(message).NotTo(gomega.ContainSubstring("MANAGE GRANTS"), "it is inherited")
}

func TestARefusedLoginStallsUntilTheSecretIsRight(t *testing.T) {
	w := newWorld(t)
	secret := &corev1.Secret{}
	w.must(w.api.Get(t.Context(), client.ObjectKey{Namespace: w.home, Name: "default-token"}, secret))
	secret.Data[secretToken] = []byte("a-token-that-was-revoked")
	w.must(w.api.Update(t.Context(), secret))
	w.start()
	key := w.createClone("locked-out", nil)
	w.expect(key, v1alpha1.StalledCondition, "True/LoginRefused")
	w.expectConnection("default", v1alpha1.StalledCondition, "True/LoginRefused")
	w.expectNoSecret("a-token-that-was-revoked")

	secret.Data[secretToken] = []byte(operatorToken)
	w.must(w.api.Update(t.Context(), secret))
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.expectConnection("default", v1alpha1.ReadyCondition, "True/Ready")
	w.expectNoSecret(operatorToken)
}

func TestASecretThatIsMissingIsNamed(t *testing.T) {
	w := newWorld(t)
	w.must(w.api.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: "default-token"}}))
	w.start()
	connection := w.expectConnection("default", v1alpha1.StalledCondition, "True/CredentialsInvalid")
	w.Expect(describe(connection.Status.Conditions)).To(gomega.ContainSubstring(w.home + "/default-token"))
}

func TestPlainHTTPIsRefusedUnlessItIsAllowed(t *testing.T) {
	w := newWorld(t)
	w.options.AllowInsecureEndpoints = false
	w.start()
	connection := w.expectConnection("default", v1alpha1.StalledCondition, "True/NotSupported")
	w.Expect(describe(connection.Status.Conditions)).To(gomega.ContainSubstring("--allow-insecure-endpoints"))
	w.Expect(w.server.Statements(0)).To(gomega.BeEmpty())
}

func TestAConnectionThatIsMadeLaterIsFound(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("waiting", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.ConnectionRef = &v1alpha1.ConnectionReference{Name: "later"}
	})
	obj := w.expect(key, v1alpha1.StalledCondition, "True/ConnectionNotFound")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring(w.home + "/later"))
	w.createConnection("later", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.must(w.api.Delete(t.Context(), w.readConnection("later")))
	w.Eventually(func() string { return describe(w.read(key).Status.Conditions) }).
		Should(gomega.ContainSubstring(w.home + "/later does not exist"))
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
}

func TestAConnectionServesOnlyTheNamespacesThatItAdmits(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("abroad", func(obj *v1alpha1.SnowflakeClone) { obj.Namespace = w.away })
	obj := w.expect(key, v1alpha1.StalledCondition, "True/ConnectionNotAllowed")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("spec.allowedNamespaces"))
	w.Expect(w.hasDatabase("ABROAD")).To(gomega.BeFalse())
	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) {
		c.Spec.AllowedNamespaces = v1alpha1.AllowedNamespaces{
			From:     v1alpha1.NamespacesSelector,
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": w.away}},
		}
	})
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
}

func TestACloneEndsThroughTheConnectionThatMadeIt(t *testing.T) {
	w := newWorld(t)
	admit := func(from v1alpha1.NamespacesFrom) func(*v1alpha1.SnowflakeConnection) {
		return func(c *v1alpha1.SnowflakeConnection) { c.Spec.AllowedNamespaces.From = from }
	}
	w.changeConnection("default", admit(v1alpha1.NamespacesAll))
	w.createConnection("private", nil)
	w.start()
	key := w.createClone("guest", func(obj *v1alpha1.SnowflakeClone) { obj.Namespace = w.away })
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	use := func(name string) {
		w.change(key, func(obj *v1alpha1.SnowflakeClone) {
			obj.Spec.ConnectionRef = &v1alpha1.ConnectionReference{Namespace: w.home, Name: name}
		})
	}
	use("private")
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expect(key, v1alpha1.StalledCondition, "True/ConnectionNotAllowed")
	w.Expect(w.hasDatabase("GUEST")).To(gomega.BeTrue())
	w.changeConnection("default", admit(v1alpha1.NamespacesSame))
	use("default")
	w.expectGone(key)
	w.Expect(w.hasDatabase("GUEST")).To(gomega.BeFalse(), "taking it down is what nobody wants to forbid")
}

func TestAConnectionThatLeadsElsewhereDropsNothing(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("bound", anHour)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	before := w.fingerprint("BOUND")
	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) { c.Spec.Role = "OTHER_OPERATOR" })
	obj := w.expect(key, v1alpha1.StalledCondition, "True/ConnectionChanged")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("OTHER_OPERATOR"))

	w.later(2*time.Hour, 2*time.Hour)
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expect(key, v1alpha1.ReadyCondition, "False/Deleting")
	w.expect(key, v1alpha1.StalledCondition, "True/ConnectionChanged")
	w.Expect(w.fingerprint("BOUND")).To(gomega.Equal(before))

	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) { c.Spec.Role = "OPERATOR" })
	w.expectGone(key)
	w.Expect(w.hasDatabase("BOUND")).To(gomega.BeFalse())
}

// expectNoSecret fails the test when a secret stands in anything that the operator has written.
func (w *world) expectNoSecret(secret string) {
	w.t.Helper()
	for _, list := range []client.ObjectList{
		&v1alpha1.SnowflakeCloneList{}, &v1alpha1.SnowflakeConnectionList{}, &corev1.ConfigMapList{}, &eventsv1.EventList{},
	} {
		w.must(w.api.List(w.t.Context(), list))
		text, err := json.Marshal(list)
		w.must(err)
		if strings.Contains(string(text), secret) {
			w.t.Errorf("the secret is in a %T", list)
		}
	}
}
