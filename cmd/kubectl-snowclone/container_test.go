package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A schema as GET_DDL prints it, with what makes cutting it hard.
const schemaDDL = `create or replace schema PRODUCTION_DB.S;

create or replace TABLE PRODUCTION_DB.S."a.b,c" (
	ID NUMBER(38,0) DEFAULT PRODUCTION_DB.S.Q.NEXTVAL,
	NOTE VARCHAR(16777216) COMMENT 'see PRODUCTION_DB.S.T; or not'
);
-- PRODUCTION_DB.S.V; it isn't much
create or replace view PRODUCTION_DB.S.V as select 'PRODUCTION_DB.S.T' as A from PRODUCTION_DB.S.T; create or replace view PRODUCTION_DB.S.W(A with masking policy #UNKNOWN_POLICY) as select 1 as A;
CREATE OR REPLACE PROCEDURE PRODUCTION_DB.S."P"("A" NUMBER(38,0), "T" TABLE(X NUMBER(38,0), Y VARCHAR), "B" VARCHAR DEFAULT 'a,b)')
RETURNS VARCHAR LANGUAGE JAVASCRIPT AS '
  return "select * from PRODUCTION_DB.S.T; select 1" + ''PRODUCTION_DB'';
';
create task PRODUCTION_DB.S.K warehouse=W as begin insert into PRODUCTION_DB.S.T select 1; end;
`

// toDev is what schemaDDL becomes, apart from the view that is refused.
var toDev = strings.NewReplacer("schema PRODUCTION_DB", "schema DEV_DB", "TABLE PRODUCTION_DB", "TABLE DEV_DB",
	"DEFAULT PRODUCTION_DB", "DEFAULT DEV_DB", "view PRODUCTION_DB.S.V", "view DEV_DB.S.V", "from PRODUCTION_DB", "from DEV_DB",
	"PROCEDURE PRODUCTION_DB", "PROCEDURE DEV_DB", "task PRODUCTION_DB", "task DEV_DB", "into PRODUCTION_DB", "into DEV_DB")

const (
	refusedView    = "create or replace view PRODUCTION_DB.S.W(A with masking policy #UNKNOWN_POLICY) as select 1 as A;"
	schemaFindings = `view PRODUCTION_DB.S.V:
  8:53: Report DATA_LITERAL  N_DB.S.V as select 'PRODUCTION_DB.S.T' as A from PRODUCTION_DB.S.T;
view PRODUCTION_DB.S.W: definition refused at 8:164 (UNKNOWN_POLICY): a policy or tag is hidden: the role lacks APPLY on it
procedure PRODUCTION_DB.S.P(NUMBER(38,0), TABLE(NUMBER(38,0), VARCHAR), VARCHAR):
  11:25: Probable CODE_STRING  select * from PRODUCTION_DB.S.T; select 1
  11:58: Report BARE_LITERAL (high)  B.S.T; select 1" + 'PRODUCTION_DB';
objects: 6, of which rewritten: 5, to review: 2, refused: 1
rewritten: 8 certain, 1 probable; to review: 2 (1 high)
`
)

func TestTheObjectsOfASchemaAreRewrittenOneByOne(t *testing.T) {
	t.Parallel()
	got := rewriting(schemaDDL, "--type", "schema")
	want := ran{strings.Replace(toDev.Replace(schemaDDL), refusedView, "", 1), schemaFindings, exitRefused}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is refused must not be run, and is left out (-want +got):\n%s", diff)
	}
	got = rewriting(schemaDDL, "--type", "database", "-o", "diff")
	want = ran{unifiedDiff("definition", schemaDDL, toDev.Replace(schemaDDL)), schemaFindings, exitRefused}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is refused does not change (-want +got):\n%s", diff)
	}
}

func TestTheObjectsOfASchemaAreListedAsJSON(t *testing.T) {
	t.Parallel()
	lines := rewriting(schemaDDL, "--type", "schema", "-o", "jsonl")
	var fromLines []objectAnswer
	for line := range strings.Lines(lines.Stdout) {
		var one objectAnswer
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		fromLines = append(fromLines, one)
	}
	var list bytes.Buffer
	if err := json.Compact(&list, []byte(rewriting(schemaDDL, "--type", "schema", "-o", "json").Stdout)); err != nil {
		t.Fatal(err)
	}
	oneLine := "[" + strings.ReplaceAll(strings.TrimSpace(lines.Stdout), "\n", ",") + "]"
	if diff := cmp.Diff(oneLine, list.String()); diff != "" || lines.Code != exitRefused || lines.Stderr != "" {
		t.Errorf("%+v, lines and list differ (-lines +list):\n%s", lines, diff)
	}
	var got []string
	for _, one := range fromLines {
		title := strings.Join(append([]string{string(one.Type), one.Name}, one.Arguments...), " | ")
		if one.Output == nil {
			title += " refused: " + *one.Error
		}
		got = append(got, title)
	}
	want := []string{
		"SCHEMA | PRODUCTION_DB.S", `TABLE | PRODUCTION_DB.S."a.b,c"`, "VIEW | PRODUCTION_DB.S.V",
		"VIEW | PRODUCTION_DB.S.W refused: definition refused at 8:164 (UNKNOWN_POLICY): a policy or tag is hidden: the role lacks APPLY on it",
		"PROCEDURE | PRODUCTION_DB.S.P | NUMBER(38,0) | TABLE(NUMBER(38,0), VARCHAR) | VARCHAR", "TASK | PRODUCTION_DB.S.K",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if line := fromLines[4]; line.Line != 9 || line.Findings[0].Line != 11 || line.Findings[0].BodyLine != 2 {
		t.Errorf("lines count in the whole text: %+v", line)
	}
}

func TestALineMayHoldASchema(t *testing.T) {
	t.Parallel()
	line := `{"id":1,"object_type":"SCHEMA","source":"P","target":"D","input":"create schema P.S;\n\n create view P.S.V as select 'P.S.T'; create task K as call f('P.S.T')"}`
	want := `{"id":1,"output":"create schema D.S;\n\n create view D.S.V as select 'P.S.T'; create task K as call f('D.S.T')","error":null,"findings":[` +
		`{"line":3,"column":31,"bodyLine":0,"bodyColumn":0,"class":"Report","code":"DATA_LITERAL","high":false,"context":"ew P.S.V as select 'P.S.T';"},` +
		`{"line":3,"column":64,"bodyLine":0,"bodyColumn":0,"class":"Probable","code":"CODE_STRING","high":false,"context":"e task K as call f('P.S.T')"}]}`
	if diff := cmp.Diff(ran{want + "\n", "", exitReview}, command(line, "rewrite", "--jsonl")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatGetDDLDoesNotPrintIsNoSchema(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"create view V as select 1;\nselect 1": "split DDL at 2:1: a statement begins with neither CREATE nor ALTER: leave --type out",
		"create view V as select (1;":          "split DDL at 1:27: a statement ends inside a parenthesis",
		" -- nothing\n":                        "split DDL: the text holds no statement",
	} {
		got := rewriting(text, "--type", "schema")
		if got.Code != exitFailed || got.Stdout != "" || !strings.Contains(got.Stderr, want) {
			t.Errorf("%q: got %+v, want %q", text, got, want)
		}
	}
	if got := rewriting("select 1", "-o", "jsonl"); got.Code != exitFailed || !strings.Contains(got.Stderr, `-o "jsonl": use one of text, diff, json`) {
		t.Errorf("a script is not many objects: got %+v", got)
	}
}
