package charts_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// mustRender returns the objects that the chart makes of some values.
func mustRender(t *testing.T, release, values string, args ...string) []*unstructured.Unstructured {
	t.Helper()
	objects, err := render(t, release, values, args...)
	if err != nil {
		t.Fatalf("render the chart: %v", err)
	}
	return objects
}

func render(t *testing.T, release, values string, args ...string) ([]*unstructured.Unstructured, error) {
	t.Helper()
	// Without a cluster Helm takes the Kubernetes that it was built for, which only its own releases know.
	args = append([]string{"template", release, "snowclone", "--kube-version", "1.37", "--namespace", namespace, "--values", "-"}, args...)
	command := exec.CommandContext(t.Context(), helm(t), args...)
	command.Stdin = strings.NewReader(values)
	return run(t, command)
}

// run returns the objects that a command prints, or what it complains about.
func run(t *testing.T, command *exec.Cmd) ([]*unstructured.Unstructured, error) {
	t.Helper()
	var manifests, complaint bytes.Buffer
	command.Stdout, command.Stderr = &manifests, &complaint
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, complaint.String())
	}
	return decode(t, &manifests), nil
}

// helm finds the program: where make says, on the PATH, or where make puts it.
func helm(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("HELM"); path != "" {
		return path
	}
	if path, err := exec.LookPath("helm"); err == nil {
		return path
	}
	if installed, err := filepath.Glob("../bin/tools/helm@*"); err == nil && len(installed) > 0 {
		path, err := filepath.Abs(installed[len(installed)-1])
		if err != nil {
			t.Fatalf("find helm: %v", err)
		}
		return path
	}
	t.Fatal("there is no helm: run these tests with make test, which builds it, or name one in HELM")
	return ""
}

func decode(t *testing.T, manifests io.Reader) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	decoder := utilyaml.NewYAMLOrJSONDecoder(manifests, 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("read a manifest: %v", err)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

func readManifest(t *testing.T, path string) *unstructured.Unstructured {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	objects := decode(t, bytes.NewReader(data))
	if len(objects) != 1 {
		t.Fatalf("%s holds %d objects, want one", path, len(objects))
	}
	return objects[0]
}

func ofKind(objects []*unstructured.Unstructured, kind string) []*unstructured.Unstructured {
	var found []*unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == kind {
			found = append(found, object)
		}
	}
	return found
}

// inOrder puts the CRDs first, as Helm installs them.
func inOrder(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	ordered := ofKind(objects, "CustomResourceDefinition")
	for _, object := range objects {
		if object.GetKind() != "CustomResourceDefinition" {
			ordered = append(ordered, object)
		}
	}
	return ordered
}

// podsOf returns a pod as each Deployment would make it: it is pods that the namespace's security level is enforced on.
func podsOf(t *testing.T, objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	t.Helper()
	var pods []*unstructured.Unstructured
	for _, deployment := range ofKind(objects, "Deployment") {
		template, found, err := unstructured.NestedMap(deployment.Object, "spec", "template")
		if err != nil || !found {
			t.Fatalf("deployment %s has no pod template: %v", deployment.GetName(), err)
		}
		pod := &unstructured.Unstructured{Object: template}
		pod.SetAPIVersion("v1")
		pod.SetKind("Pod")
		pod.SetName(deployment.GetName())
		pod.SetNamespace(deployment.GetNamespace())
		pods = append(pods, pod)
	}
	return pods
}

// startServer starts an API server that has the namespace which the chart is installed into, at the strictest of the
// levels of pod security.
func startServer(t *testing.T) client.Client {
	t.Helper()
	server, _ := startEmptyServer(t)
	system := &unstructured.Unstructured{}
	system.SetAPIVersion("v1")
	system.SetKind("Namespace")
	system.SetName(namespace)
	system.SetLabels(map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
	apply(t, server, system, "the namespace comes first")
	return server
}

// startEmptyServer starts an API server and returns a client of it and the path of its kubeconfig.
func startEmptyServer(t *testing.T) (server client.Client, kubeconfig string) {
	t.Helper()
	environment := &envtest.Environment{}
	config, err := environment.Start()
	if err != nil {
		t.Fatalf("start the API server that make controlplane builds: %v", err)
	}
	t.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			t.Errorf("stop the API server: %v", err)
		}
	})
	if server, err = client.New(config, client.Options{}); err != nil {
		t.Fatal(err)
	}
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, environment.KubeConfig, 0o600); err != nil {
		t.Fatal(err)
	}
	return server, kubeconfig
}

// apply hands an object to the API server, which refuses fields that it does not know. It tries again for a while,
// because a new kind is served a moment after its CRD is accepted.
func apply(t *testing.T, server client.Client, object *unstructured.Unstructured, reason string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() error {
		return server.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(object.DeepCopy()), client.FieldOwner("charts-test"))
	}, 10*time.Second).Should(gomega.Succeed(), "%s, but %s %s was refused", reason, object.GetKind(), object.GetName())
}
