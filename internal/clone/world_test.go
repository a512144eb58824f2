package clone

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// world is an emulated account with a small production database, the real driver to it, and a clone in the making.
type world struct {
	account *account.Account
	server  *emulator.Running
	clock   *clocktesting.FakePassiveClock
	client  *snowflake.Client
	run     *Run
	// limit is how many rows the operator believes that a listing shows; zero means Snowflake's own.
	limit int
	// role is the operator's.
	role string
	// messages are what each step said in the end.
	messages map[v1alpha1.StepName]string
	results  map[v1alpha1.StepName]Result
}

const operatorToken = "operator-token"

// newWorld loads the shop, and statements of the test's own after it.
func newWorld(t *testing.T, statements ...string) *world {
	t.Helper()
	script, err := os.ReadFile("testdata/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	clock := emulator.NewClock(nil)
	w := &world{
		account:  account.New(account.Options{Name: "TESTACCOUNT", Now: clock.Now}),
		clock:    clocktesting.NewFakePassiveClock(time.Now()),
		role:     "OPERATOR",
		messages: map[v1alpha1.StepName]string{},
		results:  map[v1alpha1.StepName]Result{},
	}
	if err := w.account.Load(t.Context(), "shop.sql", string(script)); err != nil {
		t.Fatal(err)
	}
	w.admin(t, statements...)
	if err := w.account.AddToken("OPERATOR_USER", operatorToken); err != nil {
		t.Fatal(err)
	}
	w.server, err = emulator.Start(emulator.Options{Account: w.account, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	w.client = w.connect(t)
	w.run = w.newRun()
	return w
}

// showLimit makes the operator believe that a listing shows no more rows than this.
func (w *world) showLimit(t *testing.T, rows int) {
	t.Helper()
	w.limit = rows
	w.client = w.connect(t)
	w.run.Snowflake = w.client
}

// connect opens a client for the operator.
func (w *world) connect(t *testing.T) *snowflake.Client {
	t.Helper()
	pools := snowflake.NewPools(snowflake.PoolsOptions{
		AllowInsecure: true, RequestTimeout: 2 * time.Second, LoginTimeout: 2 * time.Second, MaxRetryCount: 1,
		ShowLimit: w.limit,
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := pools.Close(ctx); err != nil {
			t.Errorf("close sessions: %v", err)
		}
	})
	client, err := pools.Client(t.Context(), "test", snowflake.Connection{
		Account: "testaccount", User: "OPERATOR_USER", Role: w.role, Warehouse: "OPERATOR_WH",
		Host: w.server.Host, Port: w.server.Port, Scheme: "http", Auth: snowflake.ProgrammaticAccessToken(operatorToken),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// newRun is a run that clones PROD to DEV.
func (w *world) newRun() *Run {
	return &Run{
		Spec: v1alpha1.SnowflakeCloneSpec{
			Source: v1alpha1.CloneSource{Database: "PROD"}, Target: v1alpha1.CloneTarget{Database: "DEV"}, Parallelism: 8,
		},
		Policy: v1alpha1.ConnectionPolicy{Sources: []v1alpha1.Pattern{"PROD"}},
		Source: "PROD", Target: "DEV", Role: sqltext.Ident(w.role),
		Marker:    Marker{ClusterUID: "cluster-1", UID: "11112222-3333", Namespace: "team", Name: "dev"},
		Snowflake: w.client, Clock: w.clock, Deadline: w.clock.Now().Add(time.Minute), State: &State{},
	}
}

// admin runs statements as ACCOUNTADMIN.
func (w *world) admin(t *testing.T, statements ...string) {
	t.Helper()
	if err := w.account.Load(t.Context(), "test", strings.Join(statements, ";\n")); err != nil {
		t.Fatal(err)
	}
}

// operator runs statements as the operator, behind the back of the run.
func (w *world) operator(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := w.query(t, "OPERATOR_USER", "OPERATOR", statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// query runs one statement as a role and returns its rows by column name.
func (w *world) query(t *testing.T, user, role, statement string) ([]map[string]string, error) {
	t.Helper()
	session, err := w.account.OpenSession(user, account.Context{Role: role, Warehouse: "OPERATOR_WH"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	result, err := session.Execute(t.Context(), account.Request{SQL: statement, QueryID: "test"})
	if err != nil {
		return nil, err
	}
	var rows []map[string]string
	for _, values := range result.Rows {
		row := map[string]string{}
		for i, column := range result.Columns {
			if values[i] != nil {
				row[strings.ToLower(column.Name)] = *values[i]
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// show runs a statement as the operator and returns one column.
func (w *world) show(t *testing.T, statement, column string) []string {
	t.Helper()
	rows, err := w.query(t, "OPERATOR_USER", "OPERATOR", statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	var values []string
	for _, row := range rows {
		values = append(values, row[column])
	}
	return values
}

// describe is every fact of a database, one a line.
func (w *world) describe(t *testing.T, database string) []string {
	t.Helper()
	lines, err := w.account.Describe(database)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// maxCalls bounds how often a step is called.
const maxCalls = 1000

// step calls one step until it has ended.
func (w *world) step(t *testing.T, step Step) error {
	t.Helper()
	for range maxCalls {
		outcome, err := step.Run(t.Context(), w.run)
		if err != nil {
			return err
		}
		w.messages[step.Name()], w.results[step.Name()] = outcome.Message, outcome.Result
		if outcome.Result != ResultWait {
			w.run.State.QueryID = ""
			return nil
		}
	}
	t.Fatalf("step %s is not done after %d calls: %s", step.Name(), maxCalls, w.messages[step.Name()])
	return nil
}

// upTo runs the steps up to and including one.
func (w *world) upTo(t *testing.T, last v1alpha1.StepName) error {
	t.Helper()
	for _, step := range NewPipeline() {
		if err := w.step(t, step); err != nil {
			return err
		}
		if step.Name() == last {
			return nil
		}
	}
	return nil
}

// mustFinish runs the whole pipeline.
func (w *world) mustFinish(t *testing.T) {
	t.Helper()
	if err := w.upTo(t, v1alpha1.StepApplyRBACMappings); err != nil {
		for _, failure := range w.run.State.Report.Failures {
			t.Logf("failure: %+v", failure)
		}
		for _, leak := range w.run.State.Report.Leaks {
			t.Logf("leak: %+v", leak)
		}
		for _, missing := range w.run.State.Report.Missing {
			t.Logf("missing: %+v", missing)
		}
		t.Fatalf("the pipeline failed: %v", err)
	}
}

// expectReason fails the test unless the error has the reason and says every text.
func expectReason(t *testing.T, err error, reason string, terminal bool, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with reason %s", reason)
	}
	judged := Classify(err)
	if judged.Reason != reason || judged.Terminal != terminal {
		t.Errorf("reason %s, terminal %v; want %s, %v: %v", judged.Reason, judged.Terminal, reason, terminal, err)
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q does not say %q", err, text)
		}
	}
}

// expectStrings compares lists regardless of order.
func expectStrings(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
