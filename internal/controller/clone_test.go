package controller

import (
	"slices"
	"testing"

	"github.com/onsi/gomega"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestACloneBecomesReady(t *testing.T) {
	w := newWorld(t)
	w.start()
	key := w.createClone("dev-one", func(obj *v1alpha1.SnowflakeClone) {
		obj.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"ANALYST"}}}
	})
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")

	w.Expect(w.hasDatabase("DEV_ONE")).To(gomega.BeTrue())
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
