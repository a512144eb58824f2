package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ran is everything that a command line leaves behind.
type ran struct {
	Stdout, Stderr string
	Code           int
}

// command runs the program in memory.
func command(stdin string, arguments ...string) ran {
	var stdout, stderr strings.Builder
	code := run(arguments, strings.NewReader(stdin), &stdout, &stderr)
	return ran{stdout.String(), stderr.String(), code}
}

// rewriting runs rewrite for the two databases that all tests use.
func rewriting(stdin string, arguments ...string) ran {
	return command(stdin, append([]string{"rewrite", "--from", "PRODUCTION_DB", "--to", "DEV_DB"}, arguments...)...)
}

const view = "create view V as\nselect *\nfrom production_db.s.t\nwhere a <> 'PRODUCTION_DB'\n"

func TestRewritePrintsTheTextAndWhatIsLeft(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason    string
		stdin     string
		arguments []string
		want      ran
	}{
		"nothing names the database": {
			"the text is printed as it is", "select 1 from T", nil,
			ran{"select 1 from T", "rewritten: 0 certain, 0 probable; to review: 0 (0 high)\n", exitClean},
		},
		"certain references are rewritten and not listed": {
			"there is nothing to review in them", "select * from PRODUCTION_DB.S.T;\r\n", nil,
			ran{"select * from DEV_DB.S.T;\r\n", "rewritten: 1 certain, 0 probable; to review: 0 (0 high)\n", exitClean},
		},
		"a probable reference is listed and needs no review": {
			"it was rewritten", "execute immediate $$ call p('select * from PRODUCTION_DB.S.T') $$", nil,
			ran{
				"execute immediate $$ call p('select * from DEV_DB.S.T') $$",
				"1:44: Probable CODE_STRING  ll p('select * from PRODUCTION_DB.S.T')\n" +
					"rewritten: 0 certain, 1 probable; to review: 0 (0 high)\n", exitClean,
			},
		},
		"a literal in a view is to be reviewed": {
			"only a person knows what it is compared with", view, []string{"--type", "view"},
			ran{
				strings.Replace(view, "production_db", "dev_db", 1),
				"4:13: Report BARE_LITERAL  _db.s.t where a <> 'PRODUCTION_DB'\n" +
					"rewritten: 1 certain, 0 probable; to review: 1 (0 high)\n", exitReview,
			},
		},
		"the same literal in a script is grave": {
			"a script can write", view, nil,
			ran{
				strings.Replace(view, "production_db", "dev_db", 1),
				"4:13: Report BARE_LITERAL (high)  _db.s.t where a <> 'PRODUCTION_DB'\n" +
					"rewritten: 1 certain, 0 probable; to review: 1 (1 high)\n", exitReview,
			},
		},
		"malformed text is refused": {
			"nothing is printed that somebody might run", "select 'x from PRODUCTION_DB.S.T", nil,
			ran{"", "definition refused at 1:8 (NOT_LEXABLE): the text ends inside a quote or comment\n", exitRefused},
		},
		"a diff shows what changes": {
			"the rest is context", view, []string{"-o", "diff", "--type=view"},
			ran{
				"--- definition\n+++ definition\n@@ -1,4 +1,4 @@\n create view V as\n select *\n" +
					"-from production_db.s.t\n+from dev_db.s.t\n where a <> 'PRODUCTION_DB'\n",
				"4:13: Report BARE_LITERAL  _db.s.t where a <> 'PRODUCTION_DB'\n" +
					"rewritten: 1 certain, 0 probable; to review: 1 (0 high)\n", exitReview,
			},
		},
		"a refused diff is empty": {
			"nothing would change", "select 'x from PRODUCTION_DB.S.T", []string{"-o", "diff"},
			ran{"", "definition refused at 1:8 (NOT_LEXABLE): the text ends inside a quote or comment\n", exitRefused},
		},
		"JSON holds the text and the findings": {
			"nothing else is written", "select * from PRODUCTION_DB.S.T where a <> 'PRODUCTION_DB'", []string{"-o", "json"},
			ran{`{
  "output": "select * from DEV_DB.S.T where a <> 'PRODUCTION_DB'",
  "error": null,
  "findings": [
    {
      "line": 1,
      "column": 45,
      "bodyLine": 0,
      "bodyColumn": 0,
      "class": "Report",
      "code": "BARE_LITERAL",
      "high": true,
      "context": "_DB.S.T where a <> 'PRODUCTION_DB'"
    }
  ]
}
`, "", exitReview},
		},
		"JSON holds the reason of a refusal": {
			"there is no output then", "select (PRODUCTION_DB.s.f(1)", []string{"-o", "json"},
			ran{`{
  "output": null,
  "error": "definition refused at 1:29 (NOT_LEXABLE): a parenthesis is not closed",
  "findings": []
}
`, "", exitRefused},
		},
		"further databases are rewritten side by side": {
			"names are SQL identifiers: bare ones fold, quoted ones are exact",
			`select * from production_db.s.t join raw.s.t join "Raw=".s.t`,
			[]string{"--map", `raw="raw dev"`, "--map", `"Raw="=RAW_2`},
			ran{
				`select * from dev_db.s.t join "raw dev".s.t join "RAW_2".s.t`,
				"rewritten: 3 certain, 0 probable; to review: 0 (0 high)\n", exitClean,
			},
		},
		"code strings can be left": {
			"then they are for a person", "execute immediate $$ call p('select * from PRODUCTION_DB.S.T') $$",
			[]string{"--code-strings", "report", "-o", "diff"},
			ran{
				"",
				"1:44: Report CODE_STRING (high)  ll p('select * from PRODUCTION_DB.S.T')\n" +
					"rewritten: 0 certain, 0 probable; to review: 1 (1 high)\n", exitReview,
			},
		},
		"other databases are reported": {
			"a clone that reads them is not on its own", "select * from PRODUCTION_DB.S.T join RAW.S.T",
			[]string{"--type", "secure_view"},
			ran{
				"select * from DEV_DB.S.T join RAW.S.T",
				"1:38: Report OTHER_DATABASE  DUCTION_DB.S.T join RAW.S.T\n" +
					"rewritten: 1 certain, 0 probable; to review: 1 (0 high)\n", exitReview,
			},
		},
		"quoted identifiers can fold": {
			"some accounts run so", `select * from "production_db"."s".t`,
			[]string{"--quoted-ignore-case"},
			ran{
				`select * from "DEV_DB"."s".t`,
				"rewritten: 1 certain, 0 probable; to review: 0 (0 high)\n", exitClean,
			},
		},
		"other databases can be ignored": {
			"there may be many, all of them meant", "select * from PRODUCTION_DB.S.T join RAW.S.T",
			[]string{"--other-databases", "ignore", "--type", "secure_view"},
			ran{
				"select * from DEV_DB.S.T join RAW.S.T",
				"rewritten: 1 certain, 0 probable; to review: 0 (0 high)\n", exitClean,
			},
		},
		"a body by itself has a language": {
			"it is no statement that could say so", "# PRODUCTION_DB.S.T\nreturn s.table('PRODUCTION_DB.S.T')\n",
			[]string{"--type", "Routine Body", "--language", "Python", "-o", "diff"},
			ran{
				"--- definition\n+++ definition\n@@ -1,2 +1,2 @@\n # PRODUCTION_DB.S.T\n" +
					"-return s.table('PRODUCTION_DB.S.T')\n+return s.table('DEV_DB.S.T')\n",
				"2:17: Probable CODE_STRING  S.T return s.table('PRODUCTION_DB.S.T')\n" +
					"rewritten: 0 certain, 1 probable; to review: 0 (0 high)\n", exitClean,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, rewriting(c.stdin, c.arguments...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestRewriteSaysWhatIsWrongWithTheCommandLine(t *testing.T) {
	t.Parallel()
	both := []string{"--from", "A", "--to", "B"}
	cases := map[string]struct {
		reason    string
		arguments []string
		want      string
	}{
		"no source":          {"it is needed", []string{"--to", "B"}, "--from is missing: name both databases"},
		"no target":          {"it is needed", []string{"--from", "A"}, "--to is missing: name both databases"},
		"quotes were lost":   {"the shell takes them", []string{"--from", "my db", "--to", "B"}, `inside single ones: '"my db"'`},
		"an empty target":    {"a variable was not set", []string{"--from", "A", "--to", ""}, "--to: parse identifier: empty"},
		"the same database":  {"nothing would change", []string{"--from", "a", "--to", `"A"`}, `--to "A": that is the source's own name`},
		"half a mapping":     {"what becomes of it", append(both, "--map", `"C=D"`), "write SOURCE=TARGET"},
		"a bad mapping":      {"it is no identifier", append(both, "--map", "C=D E"), `--map: parse identifier "D E"`},
		"a bad source":       {"the other half", append(both, "--map", "C-D=E"), `--map: parse identifier "C-D"`},
		"an ambiguous one":   {"A cannot become both", append(both, "--map", "a=C"), `--map "A": database A is mapped twice`},
		"an unknown format":  {"the known are listed", append(both, "-o", "yaml"), `-o "yaml": use one of text, diff, json`},
		"an unknown mode":    {"the known are listed", append(both, "--code-strings", "x"), `--code-strings "x": use one of rewrite, report`},
		"an unknown choice":  {"the known are listed", append(both, "--other-databases", "x"), `"x": use one of report, ignore`},
		"an unknown type":    {"the known are listed", append(both, "--type", "vieww"), `--type: unknown type "vieww": use one of view, `},
		"an odd language":    {"the known are listed", append(both, "--type", "routine body", "--language", "r"), `--language: unknown language "r"`},
		"a missing file":     {"it is named", append(both, "-f", "nowhere.sql"), "-f: open nowhere.sql"},
		"a folder":           {"it cannot be read", append(both, "-f", "."), "read the definition: "},
		"a file without -f":  {"the flag is named", append(both, "view.sql"), "name a file with -f view.sql"},
		"an unknown flag":    {"help is named", append(both, "--colour"), "see `kubectl snowclone rewrite --help`"},
		"lines as text":      {"each answer is JSON", []string{"--jsonl", "-o", "text"}, "-o text: --jsonl writes JSON only"},
		"lines and a type":   {"lines have their own", []string{"--jsonl", "--type", "view"}, `each line says it in "object_type"`},
		"lines and a source": {"lines have their own", []string{"--jsonl", "--from", "A"}, `each line says it in "source"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := command("select 1 from A.S.T", append([]string{"rewrite"}, c.arguments...)...)
			if got.Code != exitFailed || got.Stdout != "" || !strings.Contains(got.Stderr, c.want) ||
				!strings.HasPrefix(got.Stderr, "error: ") || strings.Count(got.Stderr, "\n") != 1 {
				t.Errorf("%s: got %+v, want one line with %q", c.reason, got, c.want)
			}
		})
	}
}

func TestRewriteReadsAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "my view.sql")
	if err := os.WriteFile(file, []byte("select * from PRODUCTION_DB.S.T"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "--- " + file + "\t\n+++ " + file + "\t\n@@ -1 +1 @@\n" +
		"-select * from PRODUCTION_DB.S.T\n\\ No newline at end of file\n" +
		"+select * from DEV_DB.S.T\n\\ No newline at end of file\n"
	got := rewriting("not this", "-f", file, "-o", "diff")
	if diff := cmp.Diff(want, got.Stdout); diff != "" || got.Code != exitClean {
		t.Errorf("exit code %d, (-want +got):\n%s", got.Code, diff)
	}
}

func TestBytesThatAreNoTextStayAsTheyAreOrAreNotPrinted(t *testing.T) {
	t.Parallel()
	got := rewriting("select '\xff' from PRODUCTION_DB.S.T")
	if want := "select '\xff' from DEV_DB.S.T"; got.Stdout != want || got.Code != exitClean {
		t.Errorf("got %+v, want %q", got, want)
	}
	got = rewriting("select '\xff' from PRODUCTION_DB.S.T", "-o", "json")
	if got.Code != exitFailed || got.Stdout != "" || !strings.Contains(got.Stderr, "use -o text or -o diff") {
		t.Errorf("JSON cannot carry such bytes: got %+v", got)
	}
}

// brokenPipe cannot be written to.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnAnswerThatIsLostIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ stdin, flags string }{
		"text":  {"select * from PRODUCTION_DB.S.T", "--from PRODUCTION_DB --to DEV_DB"},
		"json":  {"select * from PRODUCTION_DB.S.T", "--from PRODUCTION_DB --to DEV_DB -o json"},
		"lines": {`{"source":"A","target":"B","input":"select 1"}`, "--jsonl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr strings.Builder
			arguments := append([]string{"rewrite"}, strings.Fields(c.flags)...)
			code := run(arguments, strings.NewReader(c.stdin), brokenPipe{}, &stderr)
			if code != exitFailed || !strings.Contains(stderr.String(), "broken pipe") {
				t.Errorf("exit code %d, %q", code, stderr.String())
			}
		})
	}
}

func TestThePluginIntroducesItself(t *testing.T) {
	t.Parallel()
	for argument, want := range map[string]string{
		"--help":    "rewrite     Preview how references to a database are repointed",
		"--version": "kubectl snowclone version ",
	} {
		if got := command("", argument); got.Code != exitClean || !strings.Contains(got.Stdout, want) {
			t.Errorf("%s: got %+v, want %q", argument, got, want)
		}
	}
}
