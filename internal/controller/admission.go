package controller

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// findConnection finds the connection that a clone uses; nil where there is none.
func findConnection(ctx context.Context, reader client.Reader, key types.NamespacedName) (*v1alpha1.SnowflakeConnection, error) {
	connection := &v1alpha1.SnowflakeConnection{}
	if err := reader.Get(ctx, key, connection); err != nil {
		if apierrors.IsNotFound(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("read connection %s: %w", key, err)
	}
	return connection, nil
}

// errNoConnection says that a clone's connection does not exist.
func errNoConnection(key types.NamespacedName) error {
	return clone.Terminalf(v1alpha1.ReasonConnectionNotFound,
		"SnowflakeConnection %s does not exist; create it or correct spec.connectionRef", key)
}

// admit checks that a connection serves a namespace.
func admit(ctx context.Context, reader client.Reader, connection *v1alpha1.SnowflakeConnection, namespace string) error {
	switch allowed := connection.Spec.AllowedNamespaces; allowed.From {
	case v1alpha1.NamespacesAll:
		return nil
	case v1alpha1.NamespacesSelector:
		found := &metav1.PartialObjectMetadata{}
		found.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
		if err := reader.Get(ctx, types.NamespacedName{Name: namespace}, found); err != nil {
			return fmt.Errorf("read namespace %s: %w", namespace, err)
		}
		selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
		if err != nil {
			return clone.Terminalf(v1alpha1.ReasonConnectionNotAllowed,
				"spec.allowedNamespaces.selector of connection %s: %w", keyOf(connection), err)
		}
		if selector.Matches(labels.Set(found.Labels)) {
			return nil
		}
	case v1alpha1.NamespacesSame, "":
		if namespace == connection.Namespace {
			return nil
		}
	}
	return clone.Terminalf(v1alpha1.ReasonConnectionNotAllowed, "SnowflakeConnection %s does not admit namespace %s; "+
		"ask its administrator to add it to spec.allowedNamespaces", keyOf(connection), namespace)
}

// refusals are the reasons for which a connection's own probe has failed and a clone does not try to log in: each
// attempt could bring the user closer to being locked out.
var refusals = map[string]bool{
	v1alpha1.ReasonLoginRefused:       true,
	v1alpha1.ReasonCredentialsInvalid: true,
	v1alpha1.ReasonNotSupported:       true,
}

// checkUsable refuses a connection whose probe was refused, with the probe's own words.
func checkUsable(connection *v1alpha1.SnowflakeConnection) error {
	stalled := apimeta.FindStatusCondition(connection.Status.Conditions, v1alpha1.StalledCondition)
	if stalled == nil || stalled.ObservedGeneration != connection.Generation || !refusals[stalled.Reason] {
		return nil
	}
	return clone.Terminalf(stalled.Reason, "connection %s is not ready: %s", keyOf(connection), stalled.Message)
}
