package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

func TestTheOperatorRunsWithLeaseProbesAndGuardedMetrics(t *testing.T) {
	environment := &envtest.Environment{CRDDirectoryPaths: []string{filepath.Join("..", "..", "config", "crd", "bases")}}
	config, err := environment.Start()
	if err != nil {
		t.Fatalf("start the API server (make test builds it and sets KUBEBUILDER_ASSETS): %v", err)
	}
	t.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			t.Errorf("stop the API server: %v", err)
		}
	})
	useKubeconfig(t, environment)
	ctx, cancel := context.WithCancel(t.Context())
	probes, guarded := freeAddress(t), freeAddress(t)
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{
			"--operator-namespace=default", "--health-probe-bind-address=" + probes, "--metrics-bind-address=" + guarded,
		})
	}()

	g := gomega.NewWithT(t)
	g.SetDefaultEventuallyTimeout(30 * time.Second)
	g.Eventually(func() int { return status("http://" + probes + "/readyz") }).Should(gomega.Equal(http.StatusOK))
	g.Eventually(func() int { return status("https://" + guarded + "/metrics") }).Should(gomega.Equal(http.StatusUnauthorized))
	api, err := client.New(config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g.Eventually(func() error {
		return api.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: leaseName}, &coordinationv1.Lease{})
	}).Should(gomega.Succeed())
	cancel()
	g.Eventually(ended).Should(gomega.Receive(gomega.BeNil()))
}

// useKubeconfig makes the operator find the API server as a user would.
func useKubeconfig(t *testing.T, environment *envtest.Environment) {
	t.Helper()
	user, err := environment.AddUser(envtest.User{Name: "admin", Groups: []string{"system:masters"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := user.KubeConfig()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", path)
}

// freeAddress is an address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}()
	return fmt.Sprint(listener.Addr())
}

// status is the HTTP status of an answer; 0 where there is none.
func status(url string) int {
	// The endpoint's certificate is made at its start, for nobody in particular.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true} //nolint:gosec // a test
	answer, err := (&http.Client{Transport: transport, Timeout: time.Second}).Get(url)
	if err != nil {
		return 0
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}
