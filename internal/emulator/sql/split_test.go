package sql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		script string
		want   []Statement
	}{
		"SemicolonsInStringsAndComments": {
			reason: "Only a semicolon token ends a statement; empty statements vanish.",
			script: "select ';' /* ; */, $$;$$; -- ;\n;\n  select 2",
			want:   []Statement{{"select ';' /* ; */, $$;$$", 1, 1}, {"select 2", 3, 3}},
		},
		"TransactionsAreNoBlocks": {
			reason: "BEGIN alone, WORK or TRANSACTION starts a transaction.",
			script: "begin; begin work; begin transaction name t; select 1; commit",
			want: []Statement{
				{"begin", 1, 1}, {"begin work", 1, 8}, {"begin transaction name t", 1, 20}, {"select 1", 1, 46}, {"commit", 1, 56},
			},
		},
		"AnonymousBlock": {
			reason: "A block ends at its own END, past nested blocks, loops, IF and CASE.",
			script: "declare x int; begin if (x > 0) then begin x := case when 1 then 2 end; end; end if; end; select 1",
			want: []Statement{
				{"declare x int; begin if (x > 0) then begin x := case when 1 then 2 end; end; end if; end", 1, 1},
				{"select 1", 1, 91},
			},
		},
		"ProcedureBodyWithoutQuotes": {
			reason: "AS BEGIN in CREATE PROCEDURE and CREATE TASK opens a block.",
			script: "create task t as begin select 1; end; create view v as select begin from t; select 2",
			want: []Statement{
				{"create task t as begin select 1; end", 1, 1},
				{"create view v as select begin from t", 1, 39}, {"select 2", 1, 77},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Split(tc.script)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}
