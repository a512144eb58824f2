package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	code := m.Run()
	if err := stopAPIServer(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "stop the API server:", err)
		return 1
	}
	return code
}

// apiServer starts etcd and kube-apiserver with the two kinds installed, once, for the tests that need them.
var apiServer = sync.OnceValues(func() (*envtest.Environment, error) {
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
	}
	_, err := environment.Start()
	started = environment
	if err != nil {
		return nil, fmt.Errorf("start the API server (make test builds it and sets KUBEBUILDER_ASSETS): %w", err)
	}
	return environment, nil
})

// started is the API server that must be stopped, nil when no test needed it.
var started *envtest.Environment

func stopAPIServer() error {
	if started == nil {
		return nil
	}
	return started.Stop()
}

// checkWorld is an emulated account, and an API server with a connection to it.
type checkWorld struct {
	account *account.Account
	// kubeconfig of a user who may do everything.
	kubeconfig string
	api        client.Client
	// operators is the operator's namespace, with the default connection; team is where the clone is to be.
	operators, team string
	environment     *envtest.Environment
}

const checkToken = "programmatic-token-of-the-operator"

// newCheckWorld loads the account's script, and statements of the test's own after it.
func newCheckWorld(t *testing.T, statements ...string) *checkWorld {
	t.Helper()
	w := &checkWorld{}
	var err error
	if w.environment, err = apiServer(); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join("testdata", "account.sql"))
	if err != nil {
		t.Fatal(err)
	}
	clock := emulator.NewClock(nil)
	w.account = account.New(account.Options{Name: "MYACCOUNT", Now: clock.Now})
	text := strings.Join(append([]string{"USE ROLE ACCOUNTADMIN"}, statements...), ";\n")
	must(t, errors.Join(w.account.Load(t.Context(), "account.sql", string(script)), w.account.Load(t.Context(), "test", text),
		w.account.AddToken("SNOWCLONE", checkToken)))
	server, err := emulator.Start(emulator.Options{Account: w.account, Clock: clock})
	must(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	w.api, err = client.New(w.environment.Config, client.Options{})
	must(t, err)
	w.kubeconfig = w.user(t, "admin", "system:masters")
	w.operators, w.team = w.namespace(t, "snowclone-system-"), w.namespace(t, "team-c360-")
	w.connect(t, server)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// users guards the authority of the API server that all tests share: it counts its certificates without a lock.
var users sync.Mutex

// user makes a user of groups and returns the path of a kubeconfig.
func (w *checkWorld) user(t *testing.T, name string, groups ...string) string {
	t.Helper()
	users.Lock()
	user, err := w.environment.AddUser(envtest.User{Name: name, Groups: groups}, nil)
	users.Unlock()
	must(t, err)
	text, err := user.KubeConfig()
	must(t, err)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, os.WriteFile(path, text, 0o600))
	return path
}

func (w *checkWorld) namespace(t *testing.T, prefix string) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: prefix}}
	must(t, w.api.Create(t.Context(), namespace))
	return namespace.Name
}

// connect makes the default connection, which admits every namespace.
func (w *checkWorld) connect(t *testing.T, server *emulator.Running) {
	t.Helper()
	w.apply(t, fmt.Sprintf(`
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: %[1]s}
stringData: {token: %[2]s}`, w.operators, checkToken))
	w.apply(t, fmt.Sprintf(`
apiVersion: snowclone.dev/v1alpha1
kind: SnowflakeConnection
metadata: {name: default, namespace: %[1]s}
spec:
  account: myaccount
  user: SNOWCLONE
  role: SNOWCLONE_OPERATOR
  warehouse: SNOWCLONE_WH
  endpoint: {host: %[2]s, port: %[3]d, scheme: HTTP}
  auth: {programmaticAccessToken: {secretRef: {name: token}}}
  allowedNamespaces: {from: All}
  policy: {sources: [PRODUCTION_DB], targets: ["DEV_*"], maxTTL: 720h}`, w.operators, server.Host, server.Port))
	w.apply(t, fmt.Sprintf(`
apiVersion: snowclone.dev/v1alpha1
kind: SnowflakeConnection
metadata: {name: cloud, namespace: %[1]s}
spec:
  account: myaccount
  user: SNOWCLONE
  role: SNOWCLONE_OPERATOR
  warehouse: SNOWCLONE_WH
  auth: {workloadIdentity: {}}
  allowedNamespaces: {from: All}
  policy: {sources: [PRODUCTION_DB]}`, w.operators))
}

// check runs the command on a manifest with more arguments.
func (w *checkWorld) check(t *testing.T, manifest string, more ...string) (code int, stdout, stderr string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clone.yaml")
	must(t, os.WriteFile(path, []byte(manifest), 0o600))
	var out, errs strings.Builder
	arguments := append([]string{
		"check", "-f", path, "-n", w.team, "--kubeconfig", w.kubeconfig, "--operator-namespace", w.operators,
		"--allow-insecure-endpoints",
	}, more...)
	code = run(arguments, strings.NewReader(""), &out, &errs)
	return code, w.named(out.String()), w.named(errs.String())
}

// named is a text with the namespaces' names as they would be in a cluster.
func (w *checkWorld) named(text string) string {
	return strings.NewReplacer(w.operators, "snowclone-system", w.team, "team-c360").Replace(text)
}
