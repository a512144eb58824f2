package sqltext

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden cases with what the rewriter does now")

// goldenCase is one case of testdata/rewrite/*.txt:
//
//	### name that reads as a sentence
//	# why, in one sentence
//	kind VIEW            what the text is, default SCRIPT
//	language PYTHON      of a ROUTINE BODY
//	map A=B              SQL identifiers with ␤ for newlines, may repeat, default PROD_DB=DEV_DB
//	strings Report       default Rewrite
//	allow PROD_DB        a literal that may be rewritten, may repeat
//	fold                 quoted identifiers fold
//	others               also report other databases
//	crlf                 lines end in CRLF
//	=== in
//	=== out              left out when the text is unchanged or refused
//	=== findings         class code line:column [body line:column] [high]
type goldenCase struct {
	name, why, file   string
	settings          []string
	in, out, findings string
	def               Definition
	opts              Options
	crlf              bool
}

const (
	caseMark    = "### "
	sectionMark = "=== "
)

func readGoldenFiles(tb testing.TB) map[string][]*goldenCase {
	tb.Helper()
	files, err := filepath.Glob("testdata/rewrite/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("golden files: %v, %d found", err, len(files))
	}
	cases := map[string][]*goldenCase{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, text := range strings.Split(string(content), "\n"+caseMark)[1:] {
			cases[file] = append(cases[file], parseGolden(tb, file, text))
		}
	}
	return cases
}

func parseGolden(tb testing.TB, file, text string) *goldenCase {
	tb.Helper()
	c := &goldenCase{file: file, def: Definition{Kind: Script}}
	sections := strings.Split(strings.TrimRight(text, "\n"), "\n"+sectionMark)
	head := strings.Split(sections[0], "\n")
	c.name = head[0]
	for _, line := range head[1:] {
		if why, ok := strings.CutPrefix(line, "# "); ok {
			c.why += why
			continue
		}
		c.settings = append(c.settings, line)
		c.set(tb, line)
	}
	for _, section := range sections[1:] {
		title, body, _ := strings.Cut(section, "\n")
		switch title {
		case "in":
			c.in = body
		case "out":
			c.out = body
		case "findings":
			c.findings = body
		default:
			tb.Fatalf("%s: %s: unknown section %q", file, c.name, title)
		}
	}
	if len(c.opts.Mappings) == 0 {
		c.opts.Mappings = []Mapping{{From: "PROD_DB", To: "DEV_DB"}}
	}
	c.def.Text = c.lineEnds(c.in)
	return c
}

func (c *goldenCase) set(tb testing.TB, line string) {
	tb.Helper()
	key, value, _ := strings.Cut(line, " ")
	switch key {
	case "kind":
		c.def.Kind = Kind(value)
	case "language":
		c.def.Language = value
	case "map":
		from, to, _ := strings.Cut(strings.ReplaceAll(value, "␤", "\n"), "=")
		c.opts.Mappings = append(c.opts.Mappings, Mapping{From: mustIdent(tb, from), To: mustIdent(tb, to)})
	case "strings":
		c.opts.CodeStrings = Mode(value)
	case "allow":
		c.opts.Allow = append(c.opts.Allow, value)
	case "fold":
		c.opts.QuotedIgnoreCase = true
	case "others":
		c.opts.ReportOthers = true
	case "crlf":
		c.crlf = true
	case "":
	default:
		tb.Fatalf("%s: %s: unknown setting %q", c.file, c.name, line)
	}
}

func mustIdent(tb testing.TB, text string) Ident {
	tb.Helper()
	ident, err := ParseIdent(text)
	if err != nil {
		tb.Fatal(err)
	}
	return ident
}

func (c *goldenCase) lineEnds(text string) string {
	if c.crlf {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// got runs the case and returns what its out and findings sections should be.
func (c *goldenCase) got() (out, findings string) {
	result, err := Rewrite(c.def, c.opts)
	if err != nil {
		return "", err.Error()
	}
	if result.Text != c.def.Text {
		out = strings.ReplaceAll(result.Text, "\r\n", "\n")
		if c.crlf && c.lineEnds(out) != result.Text {
			out = "line ends changed: " + out
		}
	}
	var lines []string
	if result.Certain+result.Probable > 0 {
		lines = append(lines, fmt.Sprintf("%d certain, %d probable", result.Certain, result.Probable))
	}
	for _, f := range result.Findings {
		lines = append(lines, describe(f))
	}
	return out, strings.Join(lines, "\n")
}

func describe(f Finding) string {
	line := fmt.Sprintf("%s %s %d:%d", f.Class, f.Code, f.Line, f.Column)
	if f.BodyLine > 0 {
		line += fmt.Sprintf(" body %d:%d", f.BodyLine, f.BodyColumn)
	}
	if f.High {
		line += " high"
	}
	return line
}

func TestRewriteGolden(t *testing.T) {
	t.Parallel()
	total := 0
	for file, cases := range readGoldenFiles(t) {
		if *update {
			writeGolden(t, file, cases)
			continue
		}
		total += len(cases)
		for _, c := range cases {
			t.Run(filepath.Base(file)+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				checkGolden(t, c)
			})
		}
	}
	if total < 300 && !*update {
		t.Errorf("%d golden cases, fewer than 300: some file was not read", total)
	}
}

func checkGolden(t *testing.T, c *goldenCase) {
	t.Helper()
	if c.why == "" {
		t.Errorf("the case does not say why")
	}
	out, findings := c.got()
	if diff := cmp.Diff(c.out, out); diff != "" {
		t.Errorf("%s\ntext (-want +got):\n%s", c.why, diff)
	}
	if diff := cmp.Diff(c.findings, findings); diff != "" {
		t.Errorf("%s\nfindings (-want +got):\n%s", c.why, diff)
	}
}

func writeGolden(t *testing.T, file string, cases []*goldenCase) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(strings.Split(string(content), "\n"+caseMark)[0] + "\n")
	for _, c := range cases {
		out, findings := c.got()
		fmt.Fprintf(&b, "%s%s\n# %s\n", caseMark, c.name, c.why)
		for _, s := range c.settings {
			if s != "" {
				fmt.Fprintf(&b, "%s\n", s)
			}
		}
		fmt.Fprintf(&b, "%sin\n%s\n", sectionMark, c.in)
		if out != "" {
			fmt.Fprintf(&b, "%sout\n%s\n", sectionMark, out)
		}
		if findings != "" {
			fmt.Fprintf(&b, "%sfindings\n%s\n", sectionMark, findings)
		}
		b.WriteString("\n")
	}
	if err := os.WriteFile(file, []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
