package sqltext

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		text   string
		want   Name
		fails  bool
	}{
		"one part is an object":                {"nothing says more", "t", Name{Object: "T"}, false},
		"two parts are a schema and an object": {"nothing says more", "s.t", Name{Schema: "S", Object: "T"}, false},
		"three parts":                          {"N2", `DB."my.schema"."T"`, Name{"DB", "my.schema", "T"}, false},
		"two dots mean PUBLIC":                 {"N4", "DB..T", Name{"DB", "PUBLIC", "T"}, false},
		"a routine's signature in quotes":      {"SHOW GRANTS", `DB.S."F(A NUMBER):VARCHAR"`, Name{"DB", "S", "F(A NUMBER):VARCHAR"}, false},
		"four parts fail":                      {"no object has them", "a.b.c.d", Name{}, true},
		"an empty last part fails":             {"malformed", "a.b.", Name{}, true},
		"an empty first part fails":            {"malformed", ".b.c", Name{}, true},
		"nothing fails":                        {"malformed", "", Name{}, true},
		"text behind a quoted part fails":      {"malformed", `"a"b.c`, Name{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseName(c.text)
			if diff := cmp.Diff(c.want, got); diff != "" || (err != nil) != c.fails {
				t.Errorf("%s: ParseName(%q): %v (-want +got):\n%s", c.reason, c.text, err, diff)
			}
		})
	}
}

func TestNameIsWrittenPartByPart(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		name      Name
		sql, text string
	}{
		"all parts":      {Name{"DB", "s", "T"}, `"DB"."s"."T"`, `DB."s".T`},
		"a schema":       {Name{Database: "DB", Schema: "S"}, `"DB"."S"`, "DB.S"},
		"a database":     {Name{Database: "DB"}, `"DB"`, "DB"},
		"an object":      {Name{Object: "T"}, `"T"`, "T"},
		"nothing at all": {Name{}, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.name.SQL() != c.sql || c.name.String() != c.text {
				t.Errorf("%#v: %s and %s, want %s and %s", c.name, c.name.SQL(), c.name, c.sql, c.text)
			}
		})
	}
}

func TestParseSignature(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		text   string
		name   Ident
		args   []string
		fails  bool
	}{
		"the arguments column": {
			"N6", "P(VARCHAR, NUMBER(38,0), DEFAULT VARCHAR) RETURN VARCHAR",
			"P", []string{"VARCHAR", "NUMBER(38,0)", "VARCHAR"}, false,
		},
		"no arguments":           {"an empty list", "P() RETURN VARCHAR", "P", nil, false},
		"a stored name is exact": {"N2: SHOW prints no quotes", "my proc(VARCHAR) RETURN VARCHAR", "my proc", []string{"VARCHAR"}, false},
		"a quoted name":          {"as a statement has it", `"a(b"(VARCHAR)`, "a(b", []string{"VARCHAR"}, false},
		"a table argument": {
			"commas inside parentheses do not separate", "F(TABLE(NUMBER, VARCHAR), ARRAY(NUMBER)) RETURN TABLE (A NUMBER, B VARCHAR)",
			"F", []string{"TABLE(NUMBER, VARCHAR)", "ARRAY(NUMBER)"}, false,
		},
		"a type of two words":     {"no argument is named here", "F(DOUBLE PRECISION) RETURN NUMBER", "F", []string{"DOUBLE PRECISION"}, false},
		"the name in SHOW GRANTS": {"arguments have names there", "FN(A NUMBER, B VARCHAR(10)):VARCHAR", "FN", []string{"NUMBER", "VARCHAR(10)"}, false},
		"a qualified name in SHOW GRANTS": {
			"quoted as one part", `DB.S."FN(A NUMBER, ""b c"" VARCHAR):VARCHAR"`,
			"FN", []string{"NUMBER", "VARCHAR"}, false,
		},
		"no list fails":       {"not a routine", "P", "", nil, true},
		"an open list fails":  {"cut off", "P(VARCHAR", "", nil, true},
		"no name fails":       {"malformed", "(VARCHAR)", "", nil, true},
		"a nested open fails": {"cut off", "P(NUMBER(38,0)", "", nil, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ident, args, err := ParseSignature(c.text)
			if ident != c.name || (err != nil) != c.fails {
				t.Errorf("%s: %q, %v; want %q, failure %t", c.reason, ident, err, c.name, c.fails)
			}
			if diff := cmp.Diff(c.args, args); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}
