package account

import (
	"os"
	"testing"
	"time"
)

// TestDemoAccountLoads loads the account of the demo, which has everything
// that real accounts have.
func TestDemoAccountLoads(t *testing.T) {
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
	s, err := a.OpenSession(systemUser, Context{Role: roleAccountAdmin}, nil)
	if err != nil {
		t.Fatal(err)
	}
	start = time.Now()
	r, err := s.Execute(t.Context(), Request{SQL: "CREATE DATABASE DEV CLONE PRODUCTION_DB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s in %v", *r.Rows[0][0], time.Since(start))
}
