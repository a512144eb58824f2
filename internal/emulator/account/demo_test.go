package account

import (
	"errors"
	"os"
	"testing"
	"time"
)

// demo loads the account of the demo, which has everything that real accounts
// have.
func demo(t *testing.T) *Session {
	t.Helper()
	script, err := os.ReadFile("../../../hack/demo/production.sql")
	if err != nil {
		t.Skipf("the demo account is not generated: %v", err)
	}
	a := New(Options{})
	start := time.Now()
	if err := a.Load(t.Context(), "production.sql", string(script)); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v", time.Since(start))
	s, err := a.OpenSession(systemUser, Context{Role: roleAccountAdmin, Warehouse: "PROD_LOAD_WH"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestDemoClone clones the demo's database and finds everything in it.
func TestDemoClone(t *testing.T) {
	t.Parallel()
	s := demo(t)
	start := time.Now()
	if _, err := s.Execute(t.Context(), Request{SQL: "CREATE DATABASE DEV CLONE PRODUCTION_DB"}); err != nil {
		t.Fatal(err)
	}
	t.Logf("cloned in %v", time.Since(start))
	for _, words := range []string{
		"TABLES", "VIEWS", "MATERIALIZED VIEWS", "STREAMS", "TASKS", "USER PROCEDURES", "USER FUNCTIONS", "SEQUENCES", "FILE FORMATS",
		"MASKING POLICIES", "TAGS", "DYNAMIC TABLES", "ICEBERG TABLES", "ALERTS",
	} {
		var count [2]int
		for i, db := range []string{"PRODUCTION_DB", "DEV"} {
			r, err := s.Execute(t.Context(), Request{SQL: "SHOW " + words + " IN DATABASE " + db})
			if err != nil {
				t.Fatal(err)
			}
			count[i] = len(r.Rows)
		}
		if count[0] != count[1] || count[0] == 0 {
			t.Errorf("%s: %d in the source, %d in the clone", words, count[0], count[1])
		}
	}
}

// TestDemoCode runs the tasks and alerts of the demo, which call its procedures:
// all names resolve, and nothing fails but what the emulator does not run.
func TestDemoCode(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, db := range []string{"PRODUCTION_DB", "PRODUCTION_DB_ARCHIVE", "GOVERNANCE_DB"} {
		if found, err := s.account.Unresolved(db); err != nil || len(found) > 0 {
			t.Errorf("%s: %v %v", db, found, err)
		}
	}
	s.account.walk(s.account.root.lookup(kindDatabase, "PRODUCTION_DB", 0), func(o *object) {
		text := "EXECUTE " + o.kind.words + " " + o.qualified()
		if o.kind != kindAlert && (o.kind != kindTask || o.root() != o) {
			return
		}
		if _, err := s.Execute(t.Context(), Request{SQL: text}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	})
	for _, r := range s.account.runs {
		if r.err != nil && r.err.Code != 2 {
			t.Errorf("task %s: %v", r.task.name, r.err)
		}
	}
	for _, r := range s.account.alertRuns {
		if r.err != nil && r.err.Code != 2 {
			t.Errorf("alert %s: %v", r.alert.name, r.err)
		}
	}
	if len(s.account.runs) < 10 || len(s.account.alertRuns) == 0 {
		t.Errorf("%d tasks and %d alerts ran", len(s.account.runs), len(s.account.alertRuns))
	}
}

// TestDefinitionsReplay runs every statement that GET_DDL prints for a clone of
// the demo's database: what is printed must be what can be read.
func TestDefinitionsReplay(t *testing.T) {
	t.Parallel()
	s := demo(t)
	if _, err := s.Execute(t.Context(), Request{SQL: "CREATE DATABASE DEV CLONE PRODUCTION_DB"}); err != nil {
		t.Fatal(err)
	}
	p := s.account.seeAll()
	var texts []string
	s.account.walk(s.account.root.lookup(kindDatabase, "DEV", 0), func(o *object) {
		if o.kind.ddl != "" && o.kind.inSchema() {
			texts = append(texts, p.object(o))
		}
	})
	if len(texts) < 400 {
		t.Errorf("only %d definitions", len(texts))
	}
	for _, text := range texts {
		_, err := s.Execute(t.Context(), Request{SQL: text})
		if e, ok := errors.AsType[*Error](err); ok && e.Code == 1003 {
			t.Errorf("%s\n%v", text, err)
		}
	}
}
