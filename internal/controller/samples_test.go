package controller

import (
	"os"
	"path/filepath"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// samples is the folder of the manifests that users start from.
var samples = filepath.Join("..", "..", "config", "samples")

func TestTheAPIServerTakesEverySample(t *testing.T) {
	c, err := client.New(apiServer, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c = client.WithFieldValidation(c, metav1.FieldValidationStrict)
	for _, name := range sampleNames(t) {
		t.Run(name, func(t *testing.T) {
			obj := readSample(t, name)
			namespace := &unstructured.Unstructured{}
			namespace.SetAPIVersion("v1")
			namespace.SetKind("Namespace")
			namespace.SetName(obj.GetNamespace())
			if err := c.Create(t.Context(), namespace); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Fatal(err)
			}
			// A dry run leaves nothing behind for the operators of other tests.
			if err := c.Create(t.Context(), obj, client.DryRunAll); err != nil {
				t.Errorf("the API server refuses it: %v", err)
			}
		})
	}
}

func TestTheKustomizationListsEverySample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(samples, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Resources []string }
	if err := yaml.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, name := range list.Resources {
		listed[name] = true
	}
	for _, name := range sampleNames(t) {
		if !listed[name] {
			t.Errorf("%s is not in kustomization.yaml", name)
		}
	}
	if len(listed) != len(sampleNames(t)) {
		t.Errorf("kustomization.yaml lists %v", list.Resources)
	}
}

// sampleNames are the files of the folder, without the kustomization.
func sampleNames(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(samples, "*.yaml"))
	if err != nil || len(paths) < 7 {
		t.Fatalf("samples %v: %v", paths, err)
	}
	var names []string
	for _, path := range paths {
		if name := filepath.Base(path); name != "kustomization.yaml" {
			names = append(names, name)
		}
	}
	return names
}

func readSample(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	obj := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, &obj.Object); err != nil {
		t.Fatal(err)
	}
	if obj.GroupVersionKind().GroupVersion() != v1alpha1.GroupVersion {
		t.Fatalf("%s is a %s", name, obj.GroupVersionKind())
	}
	return obj
}
