package sqltext

import (
	"strings"
	"testing"
)

func TestParseIdent(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		text   string
		want   Ident
		fails  bool
	}{
		"a bare name folds to upper case":             {"N1", "Prod_Db$1", "PROD_DB$1", false},
		"a quoted name is exact":                      {"N1", `"Prod Db"`, "Prod Db", false},
		"a doubled quote stands for one":              {"the only escape of quoted names", `"a""b"`, `a"b`, false},
		"nothing but doubled quotes":                  {"four quotes are one", `""""`, `"`, false},
		"a dot inside quotes belongs to the name":     {"tokens are not split on dots", `"a.b"`, "a.b", false},
		"the empty name fails":                        {"no object has it", ``, "", true},
		"the empty quoted name fails":                 {"no object has it", `""`, "", true},
		"a name that begins with a digit fails":       {"it would be a number", `1a`, "", true},
		"a name with a hyphen needs quotes":           {"it would be a subtraction", `a-b`, "", true},
		"a name with a letter beyond ASCII fails":     {"N1 allows ASCII only when bare", `é`, "", true},
		"a quote that is not closed fails":            {"malformed", `"a`, "", true},
		"a single quote inside quotes fails":          {"malformed", `"a"b"`, "", true},
		"an odd number of quotes inside fails":        {"malformed", `"a"""b"`, "", true},
		"two tokens fail":                             {"one token is wanted", `a b`, "", true},
		"a dotted name fails":                         {"one token is wanted", `a.b`, "", true},
		"255 characters are allowed":                  {"N1", strings.Repeat("a", 255), Ident(strings.Repeat("A", 255)), false},
		"256 characters are too many":                 {"N1", strings.Repeat("a", 256), "", true},
		"255 characters beyond ASCII are not counted": {"characters, not bytes", `"` + strings.Repeat("é", 255) + `"`, Ident(strings.Repeat("é", 255)), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseIdent(c.text)
			if got != c.want || (err != nil) != c.fails {
				t.Errorf("%s: ParseIdent(%q) = %q, %v; want %q, failure %t", c.reason, c.text, got, err, c.want, c.fails)
			}
		})
	}
}

func TestIdentIsWrittenForStatementsAndForPeople(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		ident     Ident
		sql, text string
	}{
		"an upper case name is bare for people": {"PROD_DB", `"PROD_DB"`, "PROD_DB"},
		"a small letter needs quotes":           {"prod", `"prod"`, `"prod"`},
		"a blank needs quotes":                  {"A B", `"A B"`, `"A B"`},
		"a quote is doubled":                    {`A"B`, `"A""B"`, `"A""B"`},
		"a leading digit needs quotes":          {"1A", `"1A"`, `"1A"`},
		"a leading dollar needs quotes":         {"$A", `"$A"`, `"$A"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.ident.SQL(); got != c.sql {
				t.Errorf("SQL() = %s, want %s", got, c.sql)
			}
			if got := c.ident.String(); got != c.text {
				t.Errorf("String() = %s, want %s", got, c.text)
			}
			for _, text := range []string{c.sql, c.text} {
				if back, err := ParseIdent(text); err != nil || back != c.ident {
					t.Errorf("ParseIdent(%s) = %q, %v; want it to read back as %q", text, back, err, c.ident)
				}
			}
		})
	}
}

func TestLiteralReadsBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "it's", `a\b`, `\'`, `''`, "a\nb", `C:\x\`, "$$", "é'\\é"} {
		literal := Literal(text)
		tokens := Lex(literal)
		if len(tokens) != 1 || tokens[0].Kind != String {
			t.Errorf("Literal(%q) = %s, which is not one string token", text, literal)
			continue
		}
		if decoded, _, ok := sqlString.decode(literal[1 : len(literal)-1]); !ok || decoded != text {
			t.Errorf("Literal(%q) = %s reads back as %q", text, literal, decoded)
		}
	}
}
