package clone

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What destroys or changes is sent from one place, so that nobody can send it without a proof.
func TestOnlyTheProofSendsWhatDestroysOrChanges(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{
		"owned.go":          {"Exec", "Drop", "DropDatabase", "DropSchema", "DropRole", "RenameDatabase", "RevokePrivileges", "RevokeFuture", "RevokeRole"},
		"clone_database.go": {"Submit"},
		"teardown.go":       {"Cancel"},
		"audit.go":          {"Exec"}, // It writes to no clone, and builds its statements of fixed names and binds.
	}
	guarded := slices.Concat(allowed["owned.go"], allowed["clone_database.go"], allowed["teardown.go"])
	seen := 0
	for file, calls := range callsByFile(t) {
		for _, call := range calls {
			receiver, name, _ := strings.Cut(call, ".")
			if receiver != "snowflake" && receiver != "Snowflake" || !slices.Contains(guarded, name) {
				continue
			}
			seen++
			if !slices.Contains(allowed[file], name) {
				t.Errorf("%s calls %s: that belongs in owned.go", file, call)
			}
		}
	}
	if seen == 0 {
		t.Error("no guarded call was found at all: is the search broken?")
	}
}

// callsByFile lists the selectors of the package's own files, each as its last two names: Snowflake.Exec for
// o.run.Snowflake.Exec.
func callsByFile(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string][]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				calls[path] = append(calls[path], lastName(selector.X)+"."+selector.Sel.Name)
			}
			return true
		})
	}
	return calls
}

// lastName is the last name of an expression: Snowflake for o.run.Snowflake.
func lastName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
