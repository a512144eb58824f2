package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// Where the demo's objects live: the clones where config/samples puts them, the operator and its connection in a
// namespace of the demo's own, so that nothing in a cluster of yours is overwritten.
const (
	operatorNamespace = "snowclone-demo"
	cloneNamespace    = "default"
)

// cluster is the Kubernetes that the demo talks to.
type cluster struct {
	kubeconfig string
	kubectl    kubectl
	client     client.WithWatch
	// own is the control plane that the demo started; nil for a cluster of the user's.
	own *envtest.Environment
	// installed is set once objects were put into a cluster of the user's.
	installed bool
}

// startCluster starts a control plane, or connects to the user's, and installs the CRDs.
func (d *demo) startCluster() error {
	d.console.chapter("A Kubernetes API server, a Snowflake account and the operator")
	if err := d.connectCluster(); err != nil {
		return err
	}
	if err := d.refuseToMeddle(); err != nil {
		return err
	}
	d.cluster.installed = true
	return d.cluster.kubectl.show(d.ctx, d.console, "apply", "-f", "config/crd/bases")
}

// connectCluster fills in d.cluster.
func (d *demo) connectCluster() error {
	if d.options.kubeconfig == "" {
		return d.startControlPlane()
	}
	config, err := clientcmd.BuildConfigFromFlags("", d.options.kubeconfig)
	if err != nil {
		return fmt.Errorf("read %s: %w", d.options.kubeconfig, err)
	}
	d.console.note("your cluster at %s", config.Host)
	return d.useCluster(&cluster{kubeconfig: d.options.kubeconfig}, config)
}

// startControlPlane starts etcd, kube-apiserver and kube-controller-manager.
func (d *demo) startControlPlane() error {
	if _, err := os.Stat(filepath.Join(d.options.assets, "kube-apiserver")); err != nil {
		return errors.New("the control plane is not built: run make controlplane, or name its folder with --assets")
	}
	environment, err := d.newEnvironment()
	if err != nil {
		return err
	}
	config, err := environment.Start()
	if err != nil {
		return fmt.Errorf("start the control plane: %w", errors.Join(err, environment.Stop()))
	}
	own := &cluster{kubeconfig: filepath.Join(d.dir, "kubeconfig"), own: environment}
	d.cluster = own // From here on close stops it.
	if err := os.WriteFile(own.kubeconfig, environment.KubeConfig, 0o600); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	if err := d.startControllerManager(own.kubeconfig); err != nil {
		return err
	}
	d.console.note("etcd, kube-apiserver and kube-controller-manager at %s", config.Host)
	return d.useCluster(own, config)
}

// newEnvironment describes the control plane: its files in the demo's folder, its output in log files. They are files,
// not writers of ours, because with --keep the processes outlive the demo.
func (d *demo) newEnvironment() (*envtest.Environment, error) {
	environment := &envtest.Environment{}
	server := environment.ControlPlane.GetAPIServer()
	environment.ControlPlane.Etcd = &envtest.Etcd{DataDir: filepath.Join(d.dir, "etcd")}
	// Named one by one: envtest heeds an empty KUBEBUILDER_ASSETS more than the folder it is given.
	server.Path = filepath.Join(d.options.assets, "kube-apiserver")
	environment.ControlPlane.Etcd.Path = filepath.Join(d.options.assets, "etcd")
	environment.ControlPlane.KubectlPath = filepath.Join(d.options.assets, "kubectl")
	server.CertDir = filepath.Join(d.dir, "certificates")
	for _, dir := range []string{environment.ControlPlane.Etcd.DataDir, server.CertDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make a folder for the control plane: %w", err)
		}
	}
	serverLog, err := os.Create(d.processes.logFile("kube-apiserver"))
	if err != nil {
		return nil, fmt.Errorf("make the log of kube-apiserver: %w", err)
	}
	etcdLog, err := os.Create(d.processes.logFile("etcd"))
	if err != nil {
		return nil, fmt.Errorf("make the log of etcd: %w", err)
	}
	server.Out, server.Err = serverLog, serverLog
	environment.ControlPlane.Etcd.Out, environment.ControlPlane.Etcd.Err = etcdLog, etcdLog
	return environment, nil
}

// startControllerManager starts the two controllers that users of an API server take for granted: what a deleted
// object owns goes with it, and namespaces can be deleted.
func (d *demo) startControllerManager(kubeconfig string) error {
	_, err := d.processes.start("kube-controller-manager", exec.Command( //nolint:noctx // Stopped by processes.stop.
		filepath.Join(d.options.assets, "kube-controller-manager"),
		"--kubeconfig="+kubeconfig,
		"--controllers=namespace-controller,garbage-collector-controller",
		"--leader-elect=false",
		"--secure-port=0",
	))
	return err
}

// useCluster connects the clients.
func (d *demo) useCluster(c *cluster, config *rest.Config) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return fmt.Errorf("register kinds: %w", err)
		}
	}
	connected, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return fmt.Errorf("connect to the cluster: %w", err)
	}
	c.client = connected
	c.kubectl = kubectl{path: d.findKubectl(), kubeconfig: c.kubeconfig}
	d.cluster = c
	return nil
}

// findKubectl prefers the one that was built with the control plane.
func (d *demo) findKubectl() string {
	built := filepath.Join(d.options.assets, "kubectl")
	if _, err := os.Stat(built); err == nil {
		return built
	}
	return "kubectl"
}

// refuseToMeddle keeps the demo out of a cluster in which another operator would act on its clones, or in which it
// would remove a namespace that is not its own.
func (d *demo) refuseToMeddle() error {
	for key, object := range map[client.ObjectKey]client.Object{
		{Name: "snowflakeclones.snowclone.dev"}: &apiextensionsv1.CustomResourceDefinition{},
		{Name: operatorNamespace}:               &corev1.Namespace{},
	} {
		err := d.cluster.client.Get(d.ctx, key, object)
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("look whether the cluster is free for the demo: %w", err)
		}
		if err == nil {
			return fmt.Errorf("the cluster already has %s, and the demo would remove it: use another cluster", key.Name)
		}
	}
	return nil
}

// limitOperator returns a kubeconfig with which the operator has the rights that an installation gives it and no more, so
// that the demo fails where they do not suffice. In a cluster of the user's it has the user's: there nothing is granted.
func (d *demo) limitOperator() (string, error) {
	if d.cluster.own == nil {
		return d.cluster.kubeconfig, nil
	}
	const user = "system:serviceaccount:" + operatorNamespace + ":snowclone-operator"
	for _, arguments := range [][]string{
		{"apply", "-f", "config/rbac/role.yaml"},
		{"create", "clusterrolebinding", "snowclone-operator", "--clusterrole=snowclone-operator", "--user=" + user},
	} {
		if _, err := d.cluster.kubectl.run(d.ctx, arguments...); err != nil {
			return "", err
		}
	}
	config, err := clientcmd.LoadFromFile(d.cluster.kubeconfig)
	if err != nil {
		return "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	for _, one := range config.AuthInfos {
		one.Impersonate = user
	}
	path := filepath.Join(d.dir, "operator.kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return "", fmt.Errorf("write the operator's kubeconfig: %w", err)
	}
	return path, nil
}

// startOperator starts the operator as a program of this machine.
func (d *demo) startOperator() error {
	kubeconfig, err := d.limitOperator()
	if err != nil {
		return err
	}
	probe, err := freeAddress(d.ctx)
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(d.options.bin, "operator"), //nolint:noctx // Stopped by processes.stop.
		"--leader-elect=false",
		"--operator-namespace="+operatorNamespace,
		"--allow-insecure-endpoints",
		"--metrics-bind-address=0",
		"--health-probe-bind-address="+probe,
	)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	operator, err := d.processes.start("operator", cmd)
	if err != nil {
		return err
	}
	if err := waitForOK(d.ctx, "http://"+probe+"/readyz"); err != nil {
		return fmt.Errorf("wait for the operator: %w", err)
	}
	d.console.note("operator, process %s", strconv.Itoa(operator.cmd.Process.Pid))
	return nil
}

// stop stops the demo's own control plane. A cluster of the user's runs on.
func (c *cluster) stop(out *console) {
	if c.own == nil {
		return
	}
	if err := c.own.Stop(); err != nil {
		out.problem(fmt.Errorf("stop the control plane: %w", err))
	}
}

// clear takes everything that the demo put into a cluster of the user's out again, while the operator still runs: it
// has to let go of the clones.
func (c *cluster) clear(out *console) {
	if c.own != nil || !c.installed {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 6*patience)
	defer cancel()
	for _, arguments := range [][]string{
		{"delete", "snowflakeclones", "--all", "-n", cloneNamespace, "--timeout=30s"},
		{"delete", "namespace", operatorNamespace, "--wait=false", "--ignore-not-found"},
		{"delete", "-f", "config/crd/bases", "--wait=false", "--ignore-not-found"},
	} {
		if _, err := c.kubectl.run(ctx, arguments...); err != nil {
			out.problem(err)
		}
	}
}
