// Package charts_test renders the chart with Helm itself, and the kustomization beside it with kubectl, and hands what
// comes out to a real API server.
package charts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const namespace = "snowclone-system"

// A connection as a user would write it into the values.
const connection = `
defaultConnection:
  enabled: true
  spec:
    account: myorg-account123
    role: SNOWCLONE
    auth:
      workloadIdentity: {}
    policy:
      sources: [PRODUCTION_DB]
`

// Everything that the values can switch on.
const everything = connection + `
image: {digest: "sha256:0123456789012345678901234567890123456789012345678901234567890123"}
imagePullSecrets: [{name: registry}]
replicas: 2
operator:
  maxConcurrentReconciles: 16
  watchNamespaces: [team-a, team-b]
  allowInsecureEndpoints: true
  extraArgs: [--zap-log-level=debug]
  extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
serviceAccount: {name: cloner, annotations: {example.com/team: data}}
podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}
securityContext: {privileged: false}
podAnnotations: {example.com/a: b}
podLabels: {example.com/c: d}
priorityClassName: system-cluster-critical
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{key: dedicated, operator: Exists}]
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector: {matchLabels: {app.kubernetes.io/name: snowclone}}
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: ScheduleAnyway
  labelSelector: {matchLabels: {app.kubernetes.io/name: snowclone}}
`

func TestTheAPIServerAcceptsWhatTheChartRenders(t *testing.T) {
	cases := map[string]struct {
		reason  string
		release string
		values  string
		args    []string
	}{
		"with the values as they come": {
			reason:  "an installation needs no values",
			release: "snowclone",
		},
		"with everything switched on": {
			reason:  "each value ends up where the API knows it",
			release: "all",
			values:  everything,
		},
		"with the CRDs there already": {
			reason:  "an upgrade finds the kinds, so that the connection needs no hook",
			release: "upgrade",
			values:  connection,
			args:    []string{"--api-versions", "snowclone.dev/v1alpha1"},
		},
	}
	server := startServer(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			objects := mustRender(t, tc.release, tc.values, tc.args...)
			for _, object := range append(inOrder(objects), podsOf(t, objects)...) {
				apply(t, server, object, tc.reason)
			}
		})
	}
}

func TestTheAPIServerAcceptsTheKustomization(t *testing.T) {
	server := startServer(t)
	kubectl := filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), "kubectl")
	objects, err := run(t, exec.CommandContext(t.Context(), kubectl, "kustomize", "../config/default"))
	if err != nil {
		t.Fatalf("build config/default: %v", err)
	}
	for _, object := range append(inOrder(objects), podsOf(t, objects)...) {
		apply(t, server, object, "kubectl apply -k config/default is the other way to install")
	}
}

func TestTheChartHasTheCRDsOfTheOperator(t *testing.T) {
	bases, err := filepath.Glob("../config/crd/bases/*.yaml")
	if err != nil || len(bases) == 0 {
		t.Fatalf("list ../config/crd/bases: %d files, %v", len(bases), err)
	}
	rendered := map[string]*unstructured.Unstructured{}
	for _, object := range ofKind(mustRender(t, "snowclone", ""), "CustomResourceDefinition") {
		rendered[object.GetName()] = object
	}
	for _, base := range bases {
		want := readManifest(t, base)
		got := rendered[want.GetName()]
		if got == nil {
			t.Errorf("the chart has no %s", want.GetName())
			continue
		}
		if diff := cmp.Diff(want.Object["spec"], got.Object["spec"]); diff != "" {
			t.Errorf("%s differs from %s (-want +got):\n%s", want.GetName(), base, diff)
		}
		delete(rendered, want.GetName())
	}
	for name := range rendered {
		t.Errorf("the chart has %s, which the operator has not", name)
	}
}

func TestCRDs(t *testing.T) {
	cases := map[string]struct {
		reason string
		values string
		want   map[string]string
	}{
		"stay after the release is gone": {
			reason: "with the CRDs every SnowflakeClone would go",
			want: map[string]string{
				"snowflakeclones.snowclone.dev":      "keep",
				"snowflakeconnections.snowclone.dev": "keep",
			},
		},
		"go with the release when they need not be kept": {
			reason: "crds.keep: false is a wish to leave nothing behind",
			values: "crds: {keep: false}",
			want: map[string]string{
				"snowflakeclones.snowclone.dev":      "",
				"snowflakeconnections.snowclone.dev": "",
			},
		},
		"are left out when somebody else installs them": {
			reason: "crds.enabled: false leaves them to the cluster's administrators",
			values: "crds: {enabled: false}",
			want:   map[string]string{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := map[string]string{}
			for _, crd := range ofKind(mustRender(t, "snowclone", tc.values), "CustomResourceDefinition") {
				got[crd.GetName()] = crd.GetAnnotations()["helm.sh/resource-policy"]
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nresource policy of each CRD (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestValuesThatTheSchemaRefuses(t *testing.T) {
	cases := map[string]struct {
		values string
		want   string
	}{
		"a number of replicas that is a word":          {"replicas: two", "replicas"},
		"a value that does not exist":                  {"replica: 2", "replica"},
		"a misspelt switch":                            {"crds: {enable: true}", "enable"},
		"a pull policy that Kubernetes does not know":  {"image: {pullPolicy: Sometimes}", "pullPolicy"},
		"a digest that is none":                        {"image: {digest: latest}", "digest"},
		"a namespace that can be none":                 {"operator: {watchNamespaces: [Team_A]}", "watchNamespaces"},
		"a token that is valid for less than possible": {"workloadIdentity: {expirationSeconds: 10}", "expirationSeconds"},
		"a default connection without its spec":        {"defaultConnection: {enabled: true}", "account"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := render(t, "snowclone", tc.values)
			if err == nil {
				t.Fatalf("values %q were accepted", tc.values)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("values %q were refused without a word on %q:\n%v", tc.values, tc.want, err)
			}
		})
	}
}

func TestAReleaseFromInstallationToRemoval(t *testing.T) {
	server, kubeconfig := startEmptyServer(t)
	helmCommand := func(args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), helm(t), append(args, "--kubeconfig", kubeconfig, "--namespace", namespace)...)
		command.Stdin = strings.NewReader(connection)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("helm %s: %v\n%s", args[0], err, out)
		}
	}

	helmCommand("install", "snowclone", "snowclone", "--create-namespace", "--values", "-")
	before := mustFind(t, server, "SnowflakeConnection", namespace, "default")

	helmCommand("upgrade", "snowclone", "snowclone", "--values", "-")
	after := mustFind(t, server, "SnowflakeConnection", namespace, "default")
	if before.GetUID() != after.GetUID() {
		t.Error("the upgrade made the default connection anew instead of taking it over")
	}

	clone := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"source": map[string]any{"database": "PRODUCTION_DB"},
		"target": map[string]any{"database": "DEV_DB"},
	}}}
	clone.SetGroupVersionKind(schema.GroupVersionKind{Group: "snowclone.dev", Version: "v1alpha1", Kind: "SnowflakeClone"})
	clone.SetNamespace("default")
	clone.SetName("survivor")
	apply(t, server, clone, "a clone that lives while the operator is taken away")

	helmCommand("uninstall", "snowclone")
	mustFind(t, server, "SnowflakeClone", "default", "survivor")
	if _, err := find(t, server, "SnowflakeConnection", namespace, "default"); !apierrors.IsNotFound(err) {
		t.Errorf("the default connection is part of the release and must go with it, got %v", err)
	}
}

func find(t *testing.T, server client.Client, kind, namespace, name string) (*unstructured.Unstructured, error) {
	t.Helper()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: "snowclone.dev", Version: "v1alpha1", Kind: kind})
	err := server.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object)
	return object, err
}

func mustFind(t *testing.T, server client.Client, kind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	object, err := find(t, server, kind, namespace, name)
	if err != nil {
		t.Fatalf("find %s %s: %v", kind, name, err)
	}
	return object
}
