package clone

import (
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestPatternsMatchStoredNames(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason  string
		pattern v1alpha1.Pattern
		text    sqltext.Ident
		want    bool
	}{
		"a bare pattern folds":            {"N1: bare identifiers fold to upper case", "production_db", "PRODUCTION_DB", true},
		"a bare pattern is not a prefix":  {"a longer name is another database", "PRODUCTION_DB", "PRODUCTION_DB_ARCHIVE", false},
		"a star at the end":               {"any run of characters", "DEV_*", "DEV_CUSTOMER", true},
		"a star matches nothing too":      {"any run, the empty one as well", "DEV_*", "DEV_", true},
		"a star in the middle":            {"both ends must match", "DEV_*_DB", "DEV_X_DB", true},
		"ends must not overlap":           {"each character is matched once", "AB*BA", "ABA", false},
		"two stars":                       {"the pieces stand in order", "*_PII_*", "A_PII_B", true},
		"pieces in another order":         {"the pieces stand in order", "A*B*C", "ACB", false},
		"a star alone":                    {"everything", "*", "x", true},
		"an underscore is itself":         {"unlike in LIKE (S2)", "A_B", "AXB", false},
		"a quoted pattern is exact":       {"N1: quoted identifiers are exact", `"dev_*"`, "dev_x", true},
		"a quoted pattern does not fold":  {"N1: quoted identifiers are exact", `"dev_*"`, "DEV_X", false},
		"a quote inside a quoted pattern": {"it is written twice", `"a""*"`, `a"b`, true},
		"only ASCII letters fold":         {"ſ is another letter than S", "ſ*", "S", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Match(tc.pattern, tc.text); got != tc.want {
				t.Errorf("%s: Match(%s, %s) = %v, want %v", tc.reason, tc.pattern, tc.text, got, tc.want)
			}
		})
	}
}

func TestAPatternOfManyStarsEndsSoon(t *testing.T) {
	t.Parallel()
	pattern := v1alpha1.Pattern(strings.Repeat("*A", 100) + "B")
	if Match(pattern, sqltext.Ident(strings.Repeat("A", 10_000))) {
		t.Error("a name without B matched a pattern that ends in B")
	}
}

func TestSchemasAreSelectedByIncludeAndExclude(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason    string
		selection *v1alpha1.SchemaSelection
		schema    sqltext.Ident
		want      bool
	}{
		"no selection":       {"all schemas are wanted", nil, "A", true},
		"included":           {"it is named", &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"A"}}, "A", true},
		"not included":       {"another is named", &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"A"}}, "B", false},
		"excluded":           {"it is named", &v1alpha1.SchemaSelection{Exclude: []v1alpha1.Pattern{"A"}}, "A", false},
		"exclusion wins":     {"deny wins", &v1alpha1.SchemaSelection{Include: []v1alpha1.Pattern{"*"}, Exclude: []v1alpha1.Pattern{"A*"}}, "AB", false},
		"excluding the rest": {"what is not excluded is in", &v1alpha1.SchemaSelection{Exclude: []v1alpha1.Pattern{"B"}}, "A", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := selected(tc.selection, tc.schema); got != tc.want {
				t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
			}
		})
	}
}

func TestObjectPatternsMatchSchemaAndObject(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		patterns []v1alpha1.ObjectPattern
		object   sqltext.Name
		want     bool
	}{
		"both parts":                {"each is matched by itself", []v1alpha1.ObjectPattern{"sales.load_*"}, sqltext.Name{Schema: "SALES", Object: "LOAD_X"}, true},
		"another schema":            {"both must match", []v1alpha1.ObjectPattern{"SALES.*"}, sqltext.Name{Schema: "MARTS", Object: "LOAD_X"}, false},
		"another object":            {"both must match", []v1alpha1.ObjectPattern{"*.LOAD"}, sqltext.Name{Schema: "SALES", Object: "LOAD_X"}, false},
		"the second of two":         {"any pattern will do", []v1alpha1.ObjectPattern{"A.B", "*.*"}, sqltext.Name{Schema: "SALES", Object: "x"}, true},
		"quoted parts":              {"N1: quoted identifiers are exact", []v1alpha1.ObjectPattern{`"odd s"."*x"`}, sqltext.Name{Schema: "odd s", Object: "a x"}, true},
		"quoted parts do not fold":  {"N1: quoted identifiers are exact", []v1alpha1.ObjectPattern{`"sales".*`}, sqltext.Name{Schema: "SALES", Object: "X"}, false},
		"no pattern matches nobody": {"an empty list selects nothing", nil, sqltext.Name{Schema: "SALES", Object: "X"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := matchesObject(tc.patterns, tc.object); got != tc.want {
				t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
			}
		})
	}
}

func TestWhatProtectsDataMatchesNamesInWhateverCase(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, pattern, schema, table, column string
		want                                   bool
	}{
		"the stored form":        {"bare names are folded", "sales.customers.email", "SALES", "CUSTOMERS", "EMAIL", true},
		"names in lower case":    {"nobody means to leave them out", "*.CUSTOMERS.EMAIL", "crm", "Customers", "email", true},
		"quoted parts":           {"N1: quoted identifiers are exact", `*.*."email"`, "SALES", "CUSTOMERS", "EMAIL", false},
		"quoted parts that fit":  {"N1: quoted identifiers are exact", `*.*."email"`, "SALES", "CUSTOMERS", "email", true},
		"a star within":          {"it stands for any run", "*.*.*mail*", "SALES", "CUSTOMERS", "Work_eMail_2", true},
		"another column":         {"the rest must match", "*.*.EMAIL", "SALES", "CUSTOMERS", "email2", false},
		"a name that needs dots": {"a star matches them", "*.*.*", "a.b", "c.d", "e.f", true},
	} {
		column := tableColumn{
			table: snowflake.ObjectRef{Name: sqltext.Name{Schema: sqltext.Ident(tc.schema), Object: sqltext.Ident(tc.table)}},
			name:  sqltext.Ident(tc.column),
		}
		if got := matchColumn(v1alpha1.ColumnPattern(tc.pattern), column); got != tc.want {
			t.Errorf("%s: got %v, want %v: %s", name, got, tc.want, tc.reason)
		}
	}
}
