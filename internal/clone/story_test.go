package clone

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/clock"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// The stories here hold in any account. They run against the emulator in every test run, and against a real account when
// SNOWFLAKE_TEST_ACCOUNT names one (make test-live). What they make has a name of its own, and they clear it away.

func TestAStoryOnTheEmulator(t *testing.T) {
	w := newWorld(t)
	tellStory(t, w.client, "OPERATOR")
}

func TestLiveStory(t *testing.T) {
	if os.Getenv("SNOWFLAKE_TEST_ACCOUNT") == "" {
		t.Skip("SNOWFLAKE_TEST_ACCOUNT is not set: no real account to test against")
	}
	client, role := liveClient(t)
	tellStory(t, client, role)
}

// liveClient logs in to the account that SNOWFLAKE_TEST_* describes.
func liveClient(t *testing.T) (*snowflake.Client, sqltext.Ident) {
	t.Helper()
	role, err := sqltext.ParseIdent(os.Getenv("SNOWFLAKE_TEST_ROLE"))
	if err != nil {
		t.Fatalf("SNOWFLAKE_TEST_ROLE: %v", err)
	}
	var auth snowflake.Auth
	switch key, token := os.Getenv("SNOWFLAKE_TEST_PRIVATE_KEY"), os.Getenv("SNOWFLAKE_TEST_TOKEN"); {
	case key != "":
		if auth, err = snowflake.KeyPair([]byte(key), []byte(os.Getenv("SNOWFLAKE_TEST_PASSPHRASE"))); err != nil {
			t.Fatalf("SNOWFLAKE_TEST_PRIVATE_KEY: %v", err)
		}
	case token != "":
		auth = snowflake.ProgrammaticAccessToken(token)
	default:
		t.Fatal("set SNOWFLAKE_TEST_PRIVATE_KEY (PEM) or SNOWFLAKE_TEST_TOKEN")
	}
	pools := snowflake.NewPools(snowflake.PoolsOptions{})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := pools.Close(ctx); err != nil {
			t.Errorf("close sessions: %v", err)
		}
	})
	client, err := pools.Client(t.Context(), "live", snowflake.Connection{
		Account: os.Getenv("SNOWFLAKE_TEST_ACCOUNT"), User: os.Getenv("SNOWFLAKE_TEST_USER"), Role: string(role),
		Warehouse: os.Getenv("SNOWFLAKE_TEST_WAREHOUSE"), Host: os.Getenv("SNOWFLAKE_TEST_HOST"), Auth: auth,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, role
}

// tellStory makes a small production, clones it, looks at both, and takes the clone down.
func tellStory(t *testing.T, client *snowflake.Client, role sqltext.Ident) {
	t.Helper()
	suffix := make([]byte, 4)
	if _, err := rand.Read(suffix); err != nil {
		t.Fatal(err)
	}
	name := "SNOWCLONE_TEST_" + strings.ToUpper(hex.EncodeToString(suffix))
	source, target := sqltext.Ident(name), sqltext.Ident(name+"_DEV")
	makeStory(t, client, source)
	before := definitionOf(t, client, source)

	r := storyRun(client, role, source, target)
	t.Cleanup(func() { finish(t, func(ctx context.Context) (Outcome, error) { return Drop(ctx, r) }) })
	for _, step := range NewPipeline() {
		finish(t, func(ctx context.Context) (Outcome, error) { return step.Run(ctx, r) })
		r.State.QueryID = ""
		t.Logf("%s is done", step.Name())
	}

	if diff := cmp.Diff(before, definitionOf(t, client, source)); diff != "" {
		t.Errorf("the source changed (-before +after):\n%s", diff)
	}
	if text := definitionOf(t, client, target); strings.Contains(text, name+".") || strings.Contains(text, name+`"`) {
		t.Errorf("the clone names its source:\n%s", text)
	}
	exec(t, client, "INSERT INTO "+target.SQL()+".SALES.ORDERS (ID, CUSTOMER_ID, AMOUNT) VALUES (3, 1, 30)")
	for database, want := range map[sqltext.Ident]int{source: 2, target: 3} {
		rows, err := client.Query(t.Context(), "SELECT AMOUNT FROM "+database.SQL()+".MARTS.ORDERS_NAMED")
		if err != nil || len(rows) != want {
			t.Errorf("%s: the view has %d rows (%v), want %d", database, len(rows), err, want)
		}
	}
}

// storyRun is the run of a story's clone.
func storyRun(client *snowflake.Client, role, source, target sqltext.Ident) *Run {
	return &Run{
		Spec: v1alpha1.SnowflakeCloneSpec{
			Source: v1alpha1.CloneSource{Database: v1alpha1.Identifier(source)},
			Target: v1alpha1.CloneTarget{Database: v1alpha1.Identifier(target)}, Parallelism: 8,
		},
		Source: source, Target: target, Role: role,
		Marker:    Marker{ClusterUID: "test", UID: string(target), Namespace: "test", Name: "story"},
		Snowflake: client, Clock: clock.RealClock{}, Deadline: time.Now().Add(time.Hour), State: &State{},
	}
}

// makeStory makes the production database of a story.
func makeStory(t *testing.T, client *snowflake.Client, source sqltext.Ident) {
	t.Helper()
	script, err := os.ReadFile("testdata/story.sql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Exec(context.Background(), snowflake.DropDatabase(source)); err != nil {
			t.Errorf("clear away: %v", err)
		}
	})
	for statement := range strings.SplitSeq(strings.ReplaceAll(string(script), "{{PROD}}", string(source)), ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			exec(t, client, statement)
		}
	}
}

// finish calls a step until it is done, as often as it asks for it.
func finish(t *testing.T, call func(context.Context) (Outcome, error)) {
	t.Helper()
	for {
		outcome, err := call(context.WithoutCancel(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Result != ResultWait {
			return
		}
		<-time.After(outcome.After)
	}
}

func exec(t *testing.T, client *snowflake.Client, statement string) {
	t.Helper()
	if err := client.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// definitionOf is the text of a whole database.
func definitionOf(t *testing.T, client *snowflake.Client, database sqltext.Ident) string {
	t.Helper()
	results, err := client.DDL(t.Context(), []snowflake.ObjectRef{snowflake.DatabaseRef(database)})
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Err != nil {
		t.Fatal(results[0].Err)
	}
	return results[0].Text
}
