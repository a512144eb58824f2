package sqltext

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReferences(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		kind   Kind
		text   string
		want   []string
	}{
		"a view": {
			"its own name and its table expressions are no references", View,
			`create or replace view DB.S.V(A) as with C as (select * from T1), D as (select * from C) select S.F(a), g(b) from C join D join OTHER.S."t2" x, lateral flatten(x.a)`,
			[]string{"Object T1", "Function S.F", `Object OTHER.S."t2"`},
		},
		"a table expression ends with its query": {
			"outside the parentheses the name is a table again", View,
			`create view V as select * from (with C as (select 1) select * from C) x join C`,
			[]string{"Object C"},
		},
		"a default": {
			"sequences are found by NEXTVAL", Table,
			`create or replace TABLE DB.S.T (ID NUMBER DEFAULT DB.S.Q.NEXTVAL, B NUMBER DEFAULT Q2.NEXTVAL references U (A))`,
			[]string{"Sequence DB.S.Q", "Sequence Q2", "Object U"},
		},
		"a stream": {
			"the base table", Stream, `create or replace stream DB.S.ST on table PROD.S.T;`,
			[]string{"Object PROD.S.T"},
		},
		"a task": {
			"predecessors, names in strings, and the statement", Task,
			`create task DB.S.T after DB.S.R when system$stream_has_data('PROD.S.ST') as call PROD.S.P('x')`,
			[]string{"Object DB.S.R", "Object PROD.S.ST", "Function PROD.S.P"},
		},
		"a pipe": {
			"tables, stages and formats", Pipe,
			`create pipe P as copy into T from @PROD.S.ST/x file_format = (format_name = 'PROD.S.FF')`,
			[]string{"Object T", "Stage PROD.S.ST", "Object PROD.S.FF"},
		},
		"a procedure": {
			"names in strings of code are not certain, also one level deeper", Procedure,
			`create procedure DB.S.P() returns string language sql as 'begin use schema PROD.S; select a from PROD.S.T where PROD.S.T.A = 1; let q := ''select * from PROD.S.U''; use database PROD; end'`,
			[]string{"Schema PROD.S", "Object PROD.S.T", "Column PROD.S.T", "? Object PROD.S.U", "Database PROD"},
		},
		"a policy": {
			"what its body asks", Policy,
			`create masking policy DB.S.P as (V VARCHAR) returns VARCHAR -> case when exists (select 1 from PROD.S.T) then PROD.S.F(V) end;`,
			[]string{"Object PROD.S.T", "Function PROD.S.F"},
		},
		"a sequence without its name": {
			"what no name has is no reference", Script, `select DB..nextval, DB.S.Q.nextval`, []string{"Sequence DB.S.Q"},
		},
		"a malformed text": {
			"what comes before still counts", Script, `select * from PROD.S.T where (`,
			[]string{"Object PROD.S.T"},
		},
		"grants": {
			"schemas, databases and database roles", Script,
			`grant usage on schema PROD.S to database role PROD.R; grant usage on database PROD to role X`,
			[]string{"Schema PROD.S", "DatabaseRole PROD.R", "Database PROD"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range References(Definition{Kind: c.kind, Text: c.text}) {
				got = append(got, describeReference(t, c.text, r))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

// In an account with QUOTED_IDENTIFIERS_IGNORE_CASE quoted names are those without quotes (N5).
func TestReferencesFoldQuotedNames(t *testing.T) {
	t.Parallel()
	def := Definition{Kind: View, Text: `create view V as with "c" as (select 1) select "Prod".s."F"(1) from "prod"."S".t join C join prod.S."u"`}
	for _, c := range []struct {
		opts Options
		want []string
	}{
		{Options{}, []string{`Function "Prod".S.F`, `Object "prod".S.T`, "Object C", `Object PROD.S."u"`}},
		{Options{QuotedIgnoreCase: true}, []string{"Function PROD.S.F", "Object PROD.S.T", "Object PROD.S.U"}},
	} {
		var got []string
		for _, r := range ReferencesWith(def, c.opts) {
			got = append(got, fmt.Sprint(r.Position, " ", r.Name))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("with %+v (-want +got):\n%s", c.opts, diff)
		}
	}
}

func describeReference(t *testing.T, text string, r Reference) string {
	t.Helper()
	if written := text[r.Start:r.End]; !strings.HasPrefix(foldASCII(written), foldASCII(strings.Split(strings.Trim(r.Name.String(), `"`), ".")[0])) {
		t.Errorf("%s stands at %q", r.Name, written)
	}
	if r.Line != 1 || r.Column != r.Start+1 {
		t.Errorf("%s stands at %d:%d", r.Name, r.Line, r.Column)
	}
	certain := "? "
	if r.Certain {
		certain = ""
	}
	return fmt.Sprintf("%s%s %s", certain, r.Position, r.Name)
}

// Views are ordered by what References finds in them.
func TestReferencesOrderViews(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"A": "create view DB.S.A as select * from B",
		"B": "create view DB.S.B as with A as (select 1) select * from A join DB.S.C",
		"C": "create view DB.S.C as select * from S.T",
	}
	var nodes []Node
	for _, name := range []string{"A", "B", "C"} {
		n := Node{Name: Name{"DB", "S", Ident(name)}}
		for _, r := range References(Definition{Kind: View, Text: texts[name]}) {
			n.Needs = append(n.Needs, r.Name)
		}
		nodes = append(nodes, n)
	}
	order, cycles := Order(nodes)
	if diff := cmp.Diff([]int{2, 1, 0}, order); diff != "" || cycles != nil {
		t.Errorf("cycles %v, order (-want +got):\n%s", cycles, diff)
	}
}
