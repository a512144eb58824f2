package controller

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// fakeStep is a stage that does what a test wants.
type fakeStep struct {
	name v1alpha1.StepName
	run  func(context.Context, *clone.Run) (clone.Outcome, error)
}

// Name of the stage.
func (s fakeStep) Name() v1alpha1.StepName { return s.name }

// Run does what the test wants.
func (s fakeStep) Run(ctx context.Context, r *clone.Run) (clone.Outcome, error) { return s.run(ctx, r) }

func TestAStageUnderWayIsNotAbortedByAShutdown(t *testing.T) {
	w := newWorld(t)
	began, release := make(chan struct{}), make(chan struct{})
	w.options.Pipeline = clone.Pipeline{fakeStep{v1alpha1.StepPreflight, func(ctx context.Context, _ *clone.Run) (clone.Outcome, error) {
		close(began)
		<-release
		return clone.Done("done in peace"), ctx.Err()
	}}}
	w.start()
	key := w.createClone("peaceful", nil)
	<-began
	stopped := make(chan struct{})
	go func() {
		w.stop()
		close(stopped)
	}()
	close(release)
	<-stopped
	row := w.read(key).Status.Steps[0]
	w.Expect(row.State).To(gomega.Equal(v1alpha1.StepSucceeded), row.Message)
}

func TestAnIntentIsCommittedBeforeItIsActedOn(t *testing.T) {
	w := newWorld(t)
	var key client.ObjectKey
	var committed atomic.Bool
	w.options.Pipeline = clone.Pipeline{fakeStep{v1alpha1.StepCloneDatabase, func(_ context.Context, r *clone.Run) (clone.Outcome, error) {
		if !r.Intends(v1alpha1.IntentCreateDatabase, r.Target) {
			return clone.Wait(0, "recorded"), nil
		}
		seen := w.read(key).Status.Intent
		committed.Store(seen != nil && seen.Database == string(r.Target))
		return clone.Done("made"), nil
	}}}
	key = client.ObjectKey{Namespace: w.home, Name: "careful"}
	w.createClone("careful", nil)
	w.start()
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(committed.Load()).To(gomega.BeTrue())
	w.Expect(obj.Status.Intent).To(gomega.BeNil())
}

func TestAStageTakesOneWriteAndAFinishedCloneNone(t *testing.T) {
	w := newWorld(t)
	var writes atomic.Int32
	w.writes = &interceptor.Funcs{SubResourceUpdate: func(
		ctx context.Context, c client.Client, sub string, obj client.Object, options ...client.SubResourceUpdateOption,
	) error {
		if _, ok := obj.(*v1alpha1.SnowflakeClone); ok {
			writes.Add(1)
		}
		return c.SubResource(sub).Update(ctx, obj, options...)
	}}
	for _, name := range v1alpha1.AllSteps()[:3] {
		w.options.Pipeline = append(w.options.Pipeline, fakeStep{name, func(context.Context, *clone.Run) (clone.Outcome, error) {
			return clone.Done("done"), nil
		}})
	}
	w.start()
	key := w.createClone("frugal", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(writes.Load()).To(gomega.Equal(int32(3)))

	w.changeConnection("default", func(c *v1alpha1.SnowflakeConnection) { c.Spec.Policy.MaxClones = 100 })
	w.poke(key, "look")
	w.Eventually(func() string { return w.read(key).Status.LastHandledRetry }).Should(gomega.Equal("look"))
	w.Expect(writes.Load()).To(gomega.Equal(int32(4)), "only the retry that was handled is written down")
}

func TestALabelOnTheObjectCostsNoSlice(t *testing.T) {
	w := newWorld(t)
	var key client.ObjectKey
	var calls, edits atomic.Int32
	w.options.Pipeline = clone.Pipeline{fakeStep{v1alpha1.StepPreflight, func(context.Context, *clone.Run) (clone.Outcome, error) {
		calls.Add(1)
		w.change(key, func(obj *v1alpha1.SnowflakeClone) {
			obj.Labels = map[string]string{"edited": strconv.Itoa(int(edits.Add(1)))}
		})
		if calls.Load() == 1 {
			w.poke(key, "what the operator looks at is another matter")
		}
		return clone.Done("done"), nil
	}}}
	key = w.createClone("busy", func(obj *v1alpha1.SnowflakeClone) { obj.Finalizers = []string{v1alpha1.Finalizer} })
	w.start()
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(calls.Load()).To(gomega.Equal(int32(2)), "the second slice was saved over the label")
}

func TestWhateverGoesWrongIsSaidAndTriedAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		panics bool
		want   string
	}{
		"a mistake in a stage":    {"a panic is no end of the operator, and no secret", true, "a mistake in a stage"},
		"a report over the quota": {"what the API server refuses is as good a reason as any", false, "exceeded quota"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var healed atomic.Bool
			w.writes = &interceptor.Funcs{Create: func(
				ctx context.Context, c client.WithWatch, obj client.Object, options ...client.CreateOption,
			) error {
				if _, isReport := obj.(*corev1.ConfigMap); isReport && !healed.Load() {
					return apierrors.NewForbidden(schema.GroupResource{Resource: "configmaps"}, obj.GetName(), errors.New("exceeded quota"))
				}
				return c.Create(ctx, obj, options...)
			}}
			w.options.Pipeline = clone.Pipeline{fakeStep{v1alpha1.StepPreflight, func(_ context.Context, r *clone.Run) (clone.Outcome, error) {
				if tc.panics && !healed.Load() {
					panic("a mistake in a stage")
				}
				r.State.Report.Grants = []string{"GRANT"}
				return clone.Done("done"), nil
			}}}
			w.start()
			key := w.createClone("shaken", nil)
			obj := w.expect(key, v1alpha1.ReadyCondition, "False/InternalError")
			w.Expect(readCondition(obj.Status.Conditions, v1alpha1.ReconcilingCondition)).To(gomega.Equal("True/ProgressingWithRetry"))
			w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring(tc.want), tc.reason)
			healed.Store(true)
			w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
		})
	}
}
