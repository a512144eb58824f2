package controller

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

func TestAnOperatorThatIsRestartedAfterEveryStageFinishes(t *testing.T) {
	w := newWorld(t)
	var turn atomic.Int32
	for i, stage := range clone.NewPipeline() {
		w.options.Pipeline = append(w.options.Pipeline, gatedStep{Step: stage, open: func() bool { return i <= int(turn.Load()) }})
	}
	key := w.createClone("restless", nil)
	for place := range w.options.Pipeline {
		turn.Store(int32(place))
		w.start()
		w.Eventually(func() bool { return isFinished(w.read(key), place) }).Should(gomega.BeTrue(), "stage %d", place)
		w.stop()
	}
	obj := w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(obj.Status.Run.Number).To(gomega.Equal(int64(1)))
	w.Expect(w.sent(createDatabase)).To(gomega.HaveLen(1))
}

// isFinished says whether the stage at a place is done.
func isFinished(obj *v1alpha1.SnowflakeClone, place int) bool {
	if len(obj.Status.Steps) <= place {
		return false
	}
	state := obj.Status.Steps[place].State
	return state == v1alpha1.StepSucceeded || state == v1alpha1.StepSkipped
}

// errLost is what the operator sees of a write whose answer was lost.
var errLost = errors.New("connection reset by peer")

func TestEverySaveThatIsLostIsMadeGood(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		happened bool
	}{
		"before it happened": {"what the stage did is found again", false},
		"after it happened":  {"what was recorded is read again", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var writes atomic.Int32
			w.writes = &interceptor.Funcs{SubResourceUpdate: func(
				ctx context.Context, c client.Client, sub string, obj client.Object, options ...client.SubResourceUpdateOption,
			) error {
				if _, ok := obj.(*v1alpha1.SnowflakeClone); !ok || writes.Add(1)%2 == 0 {
					return c.SubResource(sub).Update(ctx, obj, options...)
				}
				if !tc.happened {
					return errLost
				}
				return errors.Join(errLost, c.SubResource(sub).Update(ctx, obj, options...))
			}}
			w.start()
			key := w.createClone("unlucky", func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Access.Roles.Kind = v1alpha1.RoleKindAccount })
			w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
			w.Expect(w.sent(createDatabase)).To(gomega.HaveLen(1), tc.reason)
			w.must(w.api.Delete(t.Context(), w.read(key)))
			w.expectGone(key)
			w.Expect(w.hasDatabase("UNLUCKY")).To(gomega.BeFalse())
			w.Expect(w.sent("DROP DATABASE")).To(gomega.HaveLen(1), tc.reason)
			w.Expect(w.roles("UNLUCKY_")).To(gomega.BeEmpty())
		})
	}
}

func TestAWriteThatIsRefusedIsSaid(t *testing.T) {
	w := newWorld(t)
	var admitted atomic.Bool
	w.writes = &interceptor.Funcs{Patch: func(
		ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, options ...client.PatchOption,
	) error {
		if !admitted.Load() {
			return apierrors.NewForbidden(schema.GroupResource{Resource: "snowflakeclones"}, obj.GetName(), errors.New("denied by a policy"))
		}
		return c.Patch(ctx, obj, patch, options...)
	}}
	w.start()
	key := w.createClone("unheld", nil)
	obj := w.expect(key, v1alpha1.ReadyCondition, "False/InternalError")
	w.Expect(describe(obj.Status.Conditions)).To(gomega.ContainSubstring("denied by a policy"))
	w.Expect(w.hasDatabase("UNHELD")).To(gomega.BeFalse(), "nothing is done for an object that is not held")
	admitted.Store(true)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
}

func TestTwoOperatorsAtOnceMakeOneDatabase(t *testing.T) {
	w := newWorld(t)
	w.start()
	second := w.run()
	t.Cleanup(second)
	key := w.createClone("contested", nil)
	w.expect(key, v1alpha1.ReadyCondition, "True/Ready")
	w.Expect(w.sent(createDatabase)).To(gomega.HaveLen(1))
	w.must(w.api.Delete(t.Context(), w.read(key)))
	w.expectGone(key)
	w.Expect(w.hasDatabase("CONTESTED")).To(gomega.BeFalse())
	w.Expect(w.sent("DROP DATABASE")).To(gomega.HaveLen(1))
}
