package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestEachLineIsAnsweredWithALine(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, line, want string
		code               int
	}{
		"a view": {
			"names come as the catalogue has them, and are quoted where they must be",
			`{"id":"a","object_type":"VIEW","language":"","source":"PRODUCTION_DB","target":"dev <db>","input":"create view V as select * from production_db.s.t"}`,
			`{"id":"a","output":"create view V as select * from \"dev <db>\".s.t","error":null,"findings":[]}`, exitClean,
		},
		"a source that is not folded": {
			"exactly that name is meant",
			`{"id":7,"source":"prod","target":"dev","input":"select * from \"prod\".s.u"}`,
			`{"id":7,"output":"select * from \"dev\".s.u","error":null,"findings":[]}`, exitClean,
		},
		"a body in another language": {
			"the field says which; fields that are not known are left alone",
			`{"id":{"n":1},"object_type":"routine_body","language":"javascript","source":"P","target":"D","input":"return call(` + "`P.S.T`" + `)","note":1}`,
			`{"id":{"n":1},"output":"return call(` + "`D.S.T`" + `)","error":null,"findings":[{"line":1,"column":14,"bodyLine":1,"bodyColumn":14,"class":"Probable","code":"CODE_STRING","high":false,"context":"return call(` + "`P.S.T`" + `)"}]}`, exitClean,
		},
		"a procedure says its language itself": {
			"the field may say so too",
			`{"id":1,"object_type":"PROCEDURE","language":"R","source":"P","target":"D","input":"create procedure P.S.P() returns int language sql as 'return 1'"}`,
			`{"id":1,"output":"create procedure D.S.P() returns int language sql as 'return 1'","error":null,"findings":[]}`, exitClean,
		},
		"a procedure that is only its body": {
			"a text that begins no statement is in the language of the field",
			`{"id":1,"object_type":"PROCEDURE","language":"Python 3.11","source":"P","target":"D","input":"def f(s):\n  return s.table('P.S.T') # it's\n"}`,
			`{"id":1,"output":"def f(s):\n  return s.table('D.S.T') # it's\n","error":null,"findings":[{"line":2,"column":19,"bodyLine":2,"bodyColumn":19,"class":"Probable","code":"CODE_STRING","high":false,"context":": return s.table('P.S.T') # it's"}]}`, exitClean,
		},
		"a body that is the whole procedure": {
			"the text says more than the type",
			`{"id":1,"object_type":"routineBody","language":"java","source":"P","target":"D","input":"create procedure P.S.P() returns int as 'select f(P.S.T.C)'"}`,
			`{"id":1,"output":"create procedure D.S.P() returns int as 'select f(D.S.T.C)'","error":null,"findings":[]}`, exitClean,
		},
		"a function that is only an expression": {
			"nothing says that its strings are run",
			`{"id":1,"object_type":"UDF","language":null,"source":"P","target":"D","input":"P.S.F('P.S.T')"}`,
			`{"id":1,"output":"D.S.F('P.S.T')","error":null,"findings":[{"line":1,"column":8,"bodyLine":0,"bodyColumn":0,"class":"Report","code":"DATA_LITERAL","high":false,"context":"P.S.F('P.S.T')"}]}`, exitReview,
		},
		"a script that is no SQL": {
			"it is a body, then",
			`{"id":1,"object_type":null,"language":"js","source":"P","target":"D","input":"// it's\nvar q = 1"}`,
			`{"id":1,"output":"// it's\nvar q = 1","error":null,"findings":[]}`, exitClean,
		},
		"a type that has no rules of its own": {
			"it is read as statements",
			`{"id":1,"object_type":"SCHEMA","source":"P","target":"D","input":"create schema P.S; create view P.S.V as select 1;"}`,
			`{"id":1,"output":"create schema D.S; create view D.S.V as select 1;","error":null,"findings":[]}`, exitClean,
		},
		"a finding": {
			"the exit code says that a person has to look",
			`{"id":1,"source":"P","target":"D","input":"select 'P'"}`,
			`{"id":1,"output":"select 'P'","error":null,"findings":[{"line":1,"column":9,"bodyLine":0,"bodyColumn":0,"class":"Report","code":"BARE_LITERAL","high":true,"context":"select 'P'"}]}`, exitReview,
		},
		"a refusal": {
			"there is no output",
			`{"id":1,"source":"P","target":"D","input":"select (P.s.f(1)"}`,
			`{"id":1,"output":null,"error":"definition refused at 1:17 (NOT_LEXABLE): a parenthesis is not closed","findings":[]}`, exitRefused,
		},
		"no JSON": {
			"the line is named", `select 1`,
			`{"id":null,"output":null,"error":"line 1: not an object with the fields id, object_type, language, source, target and input: invalid character 's' looking for beginning of value","findings":[]}`, exitFailed,
		},
		"a field of another type": {
			"what was read of the line is kept", `{"input":1,"id":9}`,
			`{"id":9,"output":null,"error":"line 1: not an object with the fields id, object_type, language, source, target and input: json: cannot unmarshal number into Go struct field request.input of type string","findings":[]}`, exitFailed,
		},
		"no target": {
			"it cannot be guessed", `{"id":1,"source":"P","input":"select 1"}`,
			`{"id":1,"output":null,"error":"line 1: \"source\" and \"target\" are needed: give both databases, as the catalogue names them","findings":[]}`, exitFailed,
		},
		"the source for a target": {
			"its own references would be those to another database", `{"id":1,"source":"P","target":"P","input":"select * from P.S.T"}`,
			`{"id":1,"output":null,"error":"line 1: \"target\": P is the \"source\" itself: name the clone","findings":[]}`, exitFailed,
		},
		"a language that is not known": {
			"its strings could not be told from its code",
			`{"id":1,"object_type":"ROUTINE BODY","language":"R","source":"P","target":"D","input":"1"}`,
			`{"id":1,"output":null,"error":"line 1: \"language\": unknown language \"R\": use one of sql, javascript, python, java, scala","findings":[]}`, exitFailed,
		},
		"bytes that are no text": {
			"they would change", "{\"id\":1,\"input\":\"\xff\"}",
			`{"id":null,"output":null,"error":"line 1: not valid UTF-8","findings":[]}`, exitFailed,
		},
		"half a character": {
			"it would change", `{"id":1,"source":"P","target":"D","input":"select '\uFFFD \ud800'"}`,
			`{"id":1,"output":null,"error":"line 1: \"input\" has half of a surrogate pair, which stands for no character","findings":[]}`, exitFailed,
		},
		"characters of all kinds": {
			"they come back as they were", `{"id":1,"source":"P","target":"D","input":"select '\uFFFD � \ud83d\ude00 😀 ſ' from P.s.t"}`,
			`{"id":1,"output":"select '� � 😀 😀 ſ' from D.s.t","error":null,"findings":[]}`, exitClean,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := ran{c.want + "\n", "", c.code}
			if diff := cmp.Diff(want, command(c.line, "rewrite", "--jsonl")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestOneBadLineDoesNotStopTheRest(t *testing.T) {
	t.Parallel()
	good := `{"id":1,"source":"P","target":"D","input":"select * from P.S.T, Q.S.T"}`
	got := command(good+"\n\noops\r\n \n"+good+"\r\n"+good, "rewrite", "--jsonl", "--map", "Q=E")
	answered := `{"id":1,"output":"select * from D.S.T, E.S.T","error":null,"findings":[]}` + "\n"
	if got.Code != exitFailed || strings.Count(got.Stdout, answered) != 3 || !strings.Contains(got.Stdout, `"line 3: not an`) {
		t.Errorf("got %+v", got)
	}
	got = command(strings.ReplaceAll(good, `"P"`, `"Q"`), "rewrite", "--jsonl", "--map", "Q=E")
	if got.Code != exitFailed || !strings.Contains(got.Stdout, "database Q is mapped twice") {
		t.Errorf("a mapping that contradicts a line is the line's fault: got %+v", got)
	}
}

func TestTheGravestLineDecidesTheExitCode(t *testing.T) {
	t.Parallel()
	const (
		clean   = `{"source":"P","target":"D","input":"select 1"}` + "\n"
		review  = `{"source":"P","target":"D","input":"select 'P'"}` + "\n"
		refused = `{"source":"P","target":"D","input":"select (P.s.f(1)"}` + "\n"
		bad     = "[]\n"
	)
	for lines, want := range map[string]int{
		"":                       exitClean,
		clean + clean:            exitClean,
		review + clean:           exitReview,
		clean + review + refused: exitRefused,
		refused + review:         exitRefused,
		refused + bad + review:   exitFailed,
	} {
		if got := command(lines, "rewrite", "--jsonl").Code; got != want {
			t.Errorf("exit code %d, want %d, of\n%s", got, want, lines)
		}
	}
}

func TestLinesAreAnsweredAsTheyCome(t *testing.T) {
	t.Parallel()
	input, questions := io.Pipe()
	answers, output := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := rewriteLines(input, output, sqltext.Options{})
		done <- err
	}()
	decoder := json.NewDecoder(answers)
	for id := range 3 {
		line, err := json.Marshal(map[string]any{"id": id, "source": "P", "target": "D", "input": "select 1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := questions.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		var reply struct{ ID int }
		if err := decoder.Decode(&reply); err != nil || reply.ID != id {
			t.Fatalf("answer %+v, %v, to question %d", reply, err, id)
		}
	}
	if err := questions.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestALineMayHoldMegabytes(t *testing.T) {
	t.Parallel()
	input := strings.Repeat("select * from P.S.T; -- and so on\n", 200_000)
	line, err := json.Marshal(map[string]string{"id": "x", "source": "P", "target": "D", "input": input})
	if err != nil {
		t.Fatal(err)
	}
	got := command(string(line), "rewrite", "--jsonl")
	var reply struct{ Output string }
	if err := json.Unmarshal([]byte(got.Stdout), &reply); err != nil {
		t.Fatal(err)
	}
	if reply.Output != strings.ReplaceAll(input, "P.", "D.") {
		t.Errorf("%d bytes came of %d", len(reply.Output), len(input))
	}
}

func TestALineThatIsTooLongIsSkipped(t *testing.T) {
	t.Parallel()
	input := io.MultiReader(bytes.NewReader(make([]byte, maxLine+1)), strings.NewReader("\n"),
		strings.NewReader(`{"id":1,"source":"P","target":"D","input":"select 1"}`))
	var output strings.Builder
	code, err := rewriteLines(input, &output, sqltext.Options{})
	want := `{"id":null,"output":null,"error":"line 1: longer than 64 MiB","findings":[]}` + "\n" +
		`{"id":1,"output":"select 1","error":null,"findings":[]}` + "\n"
	if diff := cmp.Diff(want, output.String()); diff != "" || code != exitFailed || err != nil {
		t.Errorf("exit code %d, %v, (-want +got):\n%s", code, err, diff)
	}
}

func TestAReadErrorEndsTheLines(t *testing.T) {
	t.Parallel()
	code, err := rewriteLines(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("\n\n"))), io.Discard, sqltext.Options{})
	if code != exitFailed || err == nil || !strings.Contains(err.Error(), "read line 2: timeout") {
		t.Errorf("exit code %d, %v", code, err)
	}
}
