package sql

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// values lexes src and returns kind:value of every token but EOF.
func values(t *testing.T, src string) []string {
	t.Helper()
	tokens, err := Lex(src)
	if err != nil {
		t.Fatalf("Lex(%q): %v", src, err)
	}
	names := map[Kind]string{
		Ident: "id", QuotedIdent: "quoted", String: "str", Number: "num", Op: "op", Variable: "var", Bind: "bind", Stage: "stage",
	}
	var out []string
	for _, token := range tokens[:len(tokens)-1] {
		value := token.Value
		if token.Kind == Op {
			value = token.Text
		}
		out = append(out, names[token.Kind]+":"+value)
	}
	return out
}

func TestLex(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		src    string
		want   []string
	}{
		"UnquotedIdentifiersFoldAsciiOnly": {
			reason: "Only ASCII letters fold (N1).",
			src:    `Prod_Db$1 "Prod ""x"" é"`,
			want:   []string{"id:PROD_DB$1", `quoted:Prod "x" é`},
		},
		"CommentsOfAllKindsAreSkipped": {
			reason: "Comments are no tokens, and quotes in them open nothing.",
			src:    "a -- it's\n// \"b\n/* ' */ b",
			want:   []string{"id:A", "id:B"},
		},
		"StringsDecodeQuotesAndEscapes": {
			reason: "Single-quoted strings know doubled quotes and backslashes, $$ strings neither.",
			src:    `'it''s \'x\' \\ \n \x41 \u00e9 \101 \q' $$a''\n$$`,
			want:   []string{"str:it's 'x' \\ \n A é A q", `str:a''\n`},
		},
		"NumbersStopBeforeRanges": {
			reason: "A number takes fraction and exponent; a name that ends in digits does not start one.",
			src:    "1 1.5 .5 1e10 2E-3 3e t1.2",
			want: []string{
				"num:1", "num:1.5", "num:.5", "num:1e10", "num:2E-3", "num:3", "id:E", "id:T1", "op:.", "num:2",
			},
		},
		"OperatorsAreLongestMatch": {
			reason: "A cast is one token, and so are arrows and comparisons.",
			src:    "a::b=>c->d<>e!=f<=g>=h||i..j:=k",
			want: []string{
				"id:A", "op:::", "id:B", "op:=>", "id:C", "op:->", "id:D", "op:<>", "id:E", "op:!=", "id:F", "op:<=", "id:G",
				"op:>=", "id:H", "op:||", "id:I", "op:..", "id:J", "op::=", "id:K",
			},
		},
		"VariablesAndBinds": {
			reason: "A colon before digits is a bind, except in an object literal.",
			src:    "$x $1 ? :2 {'a':1}",
			want:   []string{"var:X", "var:1", "bind:1", "bind:2", "op:{", "str:a", "op::", "num:1", "op:}"},
		},
		"StagesRunToTheEndOfTheirPath": {
			reason: "A path may hold characters that are operators elsewhere.",
			src:    `@db."S t".st/a-b/*.csv, (@~/x) @%t`,
			want:   []string{`stage:db."S t".st/a-b/*.csv`, "op:,", "op:(", "stage:~/x", "op:)", "stage:%t"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, values(t, tc.src)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLexPositions(t *testing.T) {
	t.Parallel()
	tokens, err := Lex("é a\n  /* x\ny */ 'p\nq' b")
	if err != nil {
		t.Fatal(err)
	}
	type place struct{ Line, Col int }
	var got []place
	for _, token := range tokens {
		got = append(got, place{token.Line, token.Col})
	}
	want := []place{{1, 1}, {1, 3}, {3, 6}, {4, 4}, {4, 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns count characters, lines count inside comments and strings\n(-want +got)\n%s", diff)
	}
}

func TestLexUnterminated(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]SyntaxError{
		"select 'abc":       {Line: 1, Pos: 7, Near: "'abc"},
		"select\n \"abc":    {Line: 2, Pos: 1, Near: `"abc`},
		"select /* abc":     {Line: 1, Pos: 7, Near: "/* abc"},
		"select $$abc$ $":   {Line: 1, Pos: 7, Near: "$$abc$ $"},
		`select 'abc\'`:     {Line: 1, Pos: 7, Near: `'abc\'`},
		`list @"db.s.stage`: {Line: 1, Pos: 5, Near: `@"db.s.stage`},
	} {
		_, err := Lex(src)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || *syntax != want {
			t.Errorf("Lex(%q) = %v, want %v", src, err, &want)
		}
	}
}
