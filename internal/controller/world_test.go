package controller

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// apiServer is the real API server that the tests share; each has a namespace of its own.
var apiServer *rest.Config

func TestMain(m *testing.M) { os.Exit(runWithAPIServer(m)) }

func runWithAPIServer(m *testing.M) int {
	flag.Parse()
	ctrl.SetLogger(testLog())
	environment, err := startAPIServer()
	if err != nil {
		println("start the API server (make test builds it and sets KUBEBUILDER_ASSETS):", err.Error())
		return 1
	}
	defer func() {
		if err := environment.Stop(); err != nil {
			println("stop the API server:", err.Error())
		}
	}()
	apiServer = environment.Config
	return m.Run()
}

// startAPIServer starts etcd and kube-apiserver with the two kinds installed.
func startAPIServer() (*envtest.Environment, error) {
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
	}
	config, err := environment.Start()
	if err != nil {
		return nil, err
	}
	if err := grantRole(config); err != nil {
		return nil, errors.Join(err, environment.Stop())
	}
	return environment, nil
}

// operatorUser is whom the operator of the tests is to the API server.
const operatorUser = "snowclone-operator"

// grantRole gives the operator of the tests the rights of the one that is installed, and no others.
func grantRole(config *rest.Config) error {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "rbac", "role.yaml"))
	if err != nil {
		return err
	}
	role := &rbacv1.ClusterRole{}
	if err := yaml.Unmarshal(text, role); err != nil {
		return err
	}
	api, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	return errors.Join(api.Create(context.Background(), role), api.Create(context.Background(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: operatorUser},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: operatorUser}},
	}))
}

// operatorToken is what the operator logs in with. It must never be seen anywhere.
const operatorToken = "programmatic-token-of-the-operator"

// patience bounds the waiting for anything.
const patience = 30 * time.Second

// world is an emulated account, a namespace on a real API server, and an operator between them.
type world struct {
	*gomega.WithT

	t       *testing.T
	account *account.Account
	server  *emulator.Running
	// clock is the operator's; it stands still until it is set. That of the account runs.
	clock  *clocktesting.FakePassiveClock
	config *rest.Config
	api    client.Client
	// home holds connection and clones, and is the operator's namespace; away is another.
	home, away string
	// options are changed before the operator is started.
	options Options
	// registry holds the metrics of the operator that was started last.
	registry *prometheus.Registry
	// writes, when set, stands between the operator and the API server.
	writes *interceptor.Funcs
	stop   func()
}

// newWorld sets the scene, with the account's script and statements of the test's own after it, and a connection called
// default. No operator runs yet.
func newWorld(t *testing.T, statements ...string) *world {
	t.Helper()
	return newWorldOn(t, apiServer, statements...)
}

func newWorldOn(t *testing.T, api *rest.Config, statements ...string) *world {
	t.Helper()
	t.Parallel() // Nothing is shared but the API server, and there is much waiting.
	script, err := os.ReadFile(filepath.Join("testdata", "account.sql"))
	if err != nil {
		t.Fatal(err)
	}
	clock := emulator.NewClock(nil)
	w := &world{
		WithT: gomega.NewWithT(t), t: t, config: api,
		account: account.New(account.Options{Name: "TESTACCOUNT", Now: clock.Now}),
		clock:   clocktesting.NewFakePassiveClock(time.Now()),
		stop:    func() {},
	}
	w.SetDefaultEventuallyTimeout(patience)
	w.SetDefaultEventuallyPollingInterval(50 * time.Millisecond)
	w.must(w.account.Load(t.Context(), "account.sql", string(script)))
	w.admin(statements...)
	w.must(w.account.AddToken("OPERATOR_USER", operatorToken))
	w.server, err = emulator.Start(emulator.Options{Account: w.account, Clock: clock})
	w.must(err)
	t.Cleanup(func() {
		w.stop()
		if err := w.server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	w.api, err = client.New(api, client.Options{Scheme: newScheme(t)})
	w.must(err)
	w.home, w.away = w.newNamespace("home-"), w.newNamespace("away-")
	w.options = Options{
		OperatorNamespace: w.home, ClusterUID: "cluster-1", Slice: 5 * time.Second, Grace: 5 * time.Second,
		AllowInsecureEndpoints: true, Clock: w.clock, Random: func() float64 { return 0 },
	}
	w.createConnection("default", nil)
	return w
}

func newScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return scheme
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) newNamespace(prefix string) string {
	w.t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: prefix}}
	w.must(w.api.Create(w.t.Context(), namespace))
	return namespace.Name
}

// admin runs statements as ACCOUNTADMIN.
func (w *world) admin(statements ...string) {
	w.t.Helper()
	w.must(w.account.Load(w.t.Context(), "test", strings.Join(statements, ";\n")))
}

// createConnection makes a connection with the operator's token, after a change of its spec.
func (w *world) createConnection(name string, change func(*v1alpha1.SnowflakeConnectionSpec)) {
	w.t.Helper()
	w.must(w.api.Create(w.t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: name + "-token"},
		StringData: map[string]string{secretToken: operatorToken},
	}))
	connection := &v1alpha1.SnowflakeConnection{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: name},
		Spec: v1alpha1.SnowflakeConnectionSpec{
			Account: "testaccount", User: "OPERATOR_USER", Role: "OPERATOR", Warehouse: "OPERATOR_WH",
			Endpoint: &v1alpha1.Endpoint{Host: w.server.Host, Port: int32(w.server.Port), Scheme: v1alpha1.SchemeHTTP},
			Auth: v1alpha1.ConnectionAuth{ProgrammaticAccessToken: &v1alpha1.TokenAuth{
				SecretRef: v1alpha1.SecretReference{Name: name + "-token"},
			}},
			Policy: v1alpha1.ConnectionPolicy{Sources: []v1alpha1.Pattern{"PROD"}},
		},
	}
	if change != nil {
		change(&connection.Spec)
	}
	w.must(w.api.Create(w.t.Context(), connection))
}

// createClone makes a clone of PROD called like its database, after a change of its spec.
func (w *world) createClone(name string, change func(*v1alpha1.SnowflakeClone)) client.ObjectKey {
	w.t.Helper()
	obj := &v1alpha1.SnowflakeClone{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: name},
		Spec: v1alpha1.SnowflakeCloneSpec{
			Source: v1alpha1.CloneSource{Database: "PROD"},
			Target: v1alpha1.CloneTarget{Database: databaseOf(name)},
		},
	}
	if change != nil {
		change(obj)
	}
	w.must(w.api.Create(w.t.Context(), obj))
	return client.ObjectKeyFromObject(obj)
}

// databaseOf is the database of a clone of a name.
func databaseOf(name string) v1alpha1.Identifier {
	return v1alpha1.Identifier(strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
}

// start runs an operator in the place of the one that may run.
func (w *world) start() {
	w.t.Helper()
	w.stop()
	w.stop = w.run()
}

// run runs an operator, and returns what stops it.
func (w *world) run() func() {
	w.t.Helper()
	w.registry = prometheus.NewRegistry()
	counters, err := NewMetrics(w.registry)
	w.must(err)
	pools := snowflake.NewPools(snowflake.PoolsOptions{
		AllowInsecure: true, RequestTimeout: time.Second, LoginTimeout: time.Second, MaxRetryCount: 1,
		Observe: counters.ObserveStatement,
	})
	options := w.options
	options.Pools, options.Metrics = pools, counters
	timeout := ShutdownTimeout(options)
	restricted := rest.CopyConfig(w.config)
	restricted.Impersonate.UserName = operatorUser
	manager, err := ctrl.NewManager(restricted, ctrl.Options{
		Scheme: newScheme(w.t), Logger: testLog(),
		Metrics:                 metricsserver.Options{BindAddress: "0"},
		Cache:                   cache.Options{DefaultNamespaces: map[string]cache.Config{w.home: {}, w.away: {}}},
		Controller:              config.Controller{SkipNameValidation: new(true)},
		GracefulShutdownTimeout: &timeout,
		NewClient:               w.newClient,
	})
	w.must(err)
	ctx, cancel := context.WithCancel(w.t.Context())
	w.must(Setup(ctx, manager, options))
	stopped := make(chan error, 1)
	go func() { stopped <- manager.Start(ctx) }()
	var once sync.Once
	return func() {
		once.Do(func() {
			cancel()
			if err := <-stopped; err != nil {
				w.t.Errorf("the manager ended with: %v", err)
			}
			closing, done := context.WithTimeout(context.Background(), 10*time.Second)
			defer done()
			if err := pools.Close(closing); err != nil {
				w.t.Errorf("close the sessions: %v", err)
			}
		})
	}
}

// newClient is the operator's client, with the interceptor in it.
func (w *world) newClient(config *rest.Config, options client.Options) (client.Client, error) {
	if w.writes == nil {
		return client.New(config, options)
	}
	direct, err := client.NewWithWatch(config, options)
	if err != nil {
		return nil, err
	}
	return interceptor.NewClient(direct, *w.writes), nil
}

// testLog is the operator's log with go test -v, and nothing without.
func testLog() logr.Logger {
	if !testing.Verbose() {
		return logr.Discard()
	}
	return funcr.New(func(prefix, line string) { println(prefix, line) }, funcr.Options{})
}

// read gets a clone; nil when it is gone.
func (w *world) read(key client.ObjectKey) *v1alpha1.SnowflakeClone {
	w.t.Helper()
	obj := &v1alpha1.SnowflakeClone{}
	err := w.api.Get(w.t.Context(), key, obj)
	if apierrors.IsNotFound(err) {
		return nil
	}
	w.must(err)
	return obj
}

// change edits a clone until no other writer is in the way.
func (w *world) change(key client.ObjectKey, edit func(*v1alpha1.SnowflakeClone)) {
	w.t.Helper()
	w.Eventually(func() error {
		obj := w.read(key)
		edit(obj)
		return w.api.Update(w.t.Context(), obj)
	}).Should(gomega.Succeed())
}

// changeConnection edits a connection until no other writer is in the way.
func (w *world) changeConnection(name string, edit func(*v1alpha1.SnowflakeConnection)) {
	w.t.Helper()
	w.Eventually(func() error {
		connection := w.readConnection(name)
		edit(connection)
		return w.api.Update(w.t.Context(), connection)
	}).Should(gomega.Succeed())
}

func (w *world) readConnection(name string) *v1alpha1.SnowflakeConnection {
	w.t.Helper()
	connection := &v1alpha1.SnowflakeConnection{}
	w.must(w.api.Get(w.t.Context(), client.ObjectKey{Namespace: w.home, Name: name}, connection))
	return connection
}

// poke makes the operator look at a clone again.
func (w *world) poke(key client.ObjectKey, word string) {
	w.t.Helper()
	w.change(key, func(obj *v1alpha1.SnowflakeClone) {
		if obj.Annotations == nil {
			obj.Annotations = map[string]string{}
		}
		obj.Annotations[v1alpha1.RetryAnnotation] = word
	})
}

// expect waits until a condition of a clone is as wanted, written as status/reason, and holds its conditions to the
// rules. It returns the clone.
func (w *world) expect(key client.ObjectKey, kind, want string) *v1alpha1.SnowflakeClone {
	w.t.Helper()
	var seen *v1alpha1.SnowflakeClone
	w.Eventually(func(g gomega.Gomega) {
		seen = w.read(key)
		g.Expect(seen).NotTo(gomega.BeNil(), "the clone is gone")
		g.Expect(readCondition(seen.Status.Conditions, kind)).To(gomega.Equal(want), describe(seen.Status.Conditions))
		g.Expect(seen.Status.ObservedGeneration).To(gomega.Equal(seen.Generation))
	}).Should(gomega.Succeed())
	checkConditions(w.t, seen.Generation, seen.Status.Conditions)
	return seen
}

// expectConnection waits until a condition of a connection is as wanted.
func (w *world) expectConnection(name, kind, want string) *v1alpha1.SnowflakeConnection {
	w.t.Helper()
	var seen *v1alpha1.SnowflakeConnection
	w.Eventually(func(g gomega.Gomega) {
		seen = w.readConnection(name)
		g.Expect(readCondition(seen.Status.Conditions, kind)).To(gomega.Equal(want), describe(seen.Status.Conditions))
	}).Should(gomega.Succeed())
	checkConditions(w.t, seen.Generation, seen.Status.Conditions)
	return seen
}

// expectGone waits until a clone is gone.
func (w *world) expectGone(key client.ObjectKey) {
	w.t.Helper()
	w.Eventually(func() *v1alpha1.SnowflakeClone { return w.read(key) }).Should(gomega.BeNil())
}

// readCondition is a condition as status/reason; empty where it is absent.
func readCondition(conditions []metav1.Condition, kind string) string {
	if condition := apimeta.FindStatusCondition(conditions, kind); condition != nil {
		return string(condition.Status) + "/" + condition.Reason
	}
	return ""
}

// events are the reasons of what was told about an object.
func (w *world) events(name string) []string {
	w.t.Helper()
	list := &eventsv1.EventList{}
	w.must(w.api.List(w.t.Context(), list, client.InNamespace(w.home)))
	var reasons []string
	for _, e := range list.Items {
		if e.Regarding.Name == name {
			reasons = append(reasons, e.Reason)
		}
	}
	return reasons
}

// gatedStep is a stage that is not called before its turn.
type gatedStep struct {
	clone.Step

	open func() bool
}

// Run waits for the turn.
func (s gatedStep) Run(ctx context.Context, r *clone.Run) (clone.Outcome, error) {
	if !s.open() {
		return clone.Wait(20*time.Millisecond, "Not yet"), nil
	}
	return s.Step.Run(ctx, r)
}
