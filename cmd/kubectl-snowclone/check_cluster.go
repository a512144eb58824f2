package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// clusterFlags say which cluster is meant, in kubectl's words.
type clusterFlags struct {
	kubeconfig, context, namespace string
}

func (f *clusterFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig to use; default: KUBECONFIG, then ~/.kube/config")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig")
	flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace of the clone where the manifest names none; default: the context's")
}

// cluster is a way to an API server, with the user's rights.
type cluster struct {
	api client.Client
	// namespace is where things are that name none; given says that a flag says so.
	namespace string
	given     bool
}

// connect finds the API server. No request is made yet.
func (f *clusterFlags) connect() (*cluster, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: f.context}
	overrides.Context.Namespace = f.namespace
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("find the API server: %w", err)
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, fmt.Errorf("find the namespace: %w", err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("know the kinds: %w", err)
		}
	}
	api, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("reach the API server: %w", err)
	}
	return &cluster{api: api, namespace: namespace, given: f.namespace != ""}, nil
}

// errOtherNamespace is kubectl's refusal to guess.
var errOtherNamespace = errors.New("the namespace of the manifest is not that of -n")

// complete lets the API server validate the clone and fill in its defaults, without storing it. A clone that exists is
// taken with its status and the manifest's spec.
func (c *cluster) complete(ctx context.Context, obj *v1alpha1.SnowflakeClone) error {
	if c.given && obj.Namespace != "" && obj.Namespace != c.namespace {
		return fmt.Errorf("%w: %s, %s", errOtherNamespace, obj.Namespace, c.namespace)
	}
	if obj.Namespace == "" {
		obj.Namespace = c.namespace
	}
	wanted := obj.DeepCopy()
	err := c.api.Create(ctx, obj, client.DryRunAll)
	if apierrors.IsAlreadyExists(err) {
		if err := c.api.Get(ctx, client.ObjectKeyFromObject(wanted), obj); err != nil {
			return fmt.Errorf("read SnowflakeClone %s/%s: %w", wanted.Namespace, wanted.Name, err)
		}
		status := obj.Status.DeepCopy()
		obj.Spec = wanted.Spec
		err = c.api.Update(ctx, obj, client.DryRunAll)
		obj.Status = *status
	}
	if err != nil {
		return fmt.Errorf("let the API server validate SnowflakeClone %s/%s: %w", wanted.Namespace, wanted.Name, err)
	}
	return nil
}

// uid is the UID that tells this cluster from others; empty for users who may not read it.
func (c *cluster) uid(ctx context.Context) (string, error) {
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(namespaceKind)
	err := c.api.Get(ctx, client.ObjectKey{Name: metav1.NamespaceSystem}, namespace)
	if err != nil && !apierrors.IsForbidden(err) {
		return "", fmt.Errorf("read the UID of the cluster: %w", err)
	}
	return string(namespace.UID), nil
}

// namespaceKind is the kind of namespaces.
var namespaceKind = corev1.SchemeGroupVersion.WithKind("Namespace")

// Errors of manifests that do not say what is to be checked.
var (
	errNotAClone  = errors.New("it is no SnowflakeClone of " + v1alpha1.GroupVersion.String())
	errNoManifest = errors.New("it is empty; name a manifest with a SnowflakeClone")
)

// parseClones reads the clones of a file, which may hold several documents as for kubectl apply. Those of other kinds are
// passed over as long as there is a clone.
func parseClones(text []byte) ([]*v1alpha1.SnowflakeClone, error) {
	var clones []*v1alpha1.SnowflakeClone
	others := errNoManifest
	for documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		obj, err := parseDocument(document, err)
		switch {
		case errors.Is(err, errNotAClone):
			others = err
		case err != nil:
			return nil, err
		case obj != nil:
			clones = append(clones, obj)
		}
	}
	if len(clones) == 0 {
		return nil, others
	}
	return clones, nil
}

// parseDocument reads one of a file's documents, unless there was an error in finding it. One that holds nothing but
// comments is nil.
func parseDocument(text []byte, err error) (*v1alpha1.SnowflakeClone, error) {
	var content any
	err = cmp.Or(err, yaml.Unmarshal(text, &content))
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if content == nil {
		return nil, nil
	}
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(text, &kind); err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if kind.Kind != "SnowflakeClone" || kind.APIVersion != v1alpha1.GroupVersion.String() {
		return nil, fmt.Errorf("%w: %s %s", errNotAClone, kind.APIVersion, kind.Kind)
	}
	return parseClone(text)
}

// parseClone reads one manifest of a clone. Fields that nobody knows are an error, as a typing error would otherwise be a
// default.
func parseClone(text []byte) (*v1alpha1.SnowflakeClone, error) {
	obj := &v1alpha1.SnowflakeClone{}
	if err := yaml.UnmarshalStrict(text, obj); err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	// What a live object carries is not part of a manifest.
	obj.ObjectMeta = metav1.ObjectMeta{
		Namespace: obj.Namespace, Name: obj.Name, Labels: obj.Labels, Annotations: obj.Annotations,
	}
	obj.Status = v1alpha1.SnowflakeCloneStatus{}
	return obj, nil
}
