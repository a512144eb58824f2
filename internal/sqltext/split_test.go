package sqltext

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitDDL(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, ddl string
		// want holds verb, kind, name and arguments of each statement.
		want []string
	}{
		"a schema with a table": {
			reason: "the shape that is documented",
			ddl:    "create or replace schema DB.S;\n\ncreate or replace TABLE DB.S.T (\n\tA VARCHAR(16777216),\n\tB NUMBER(38,0)\n);\n",
			want:   []string{"CREATE SCHEMA DB.S", "CREATE TABLE DB.S.T"},
		},
		"a database with tags": {
			reason: "the tags of a container come as a statement of their own",
			ddl:    "create or replace database \"my db\";\n\nALTER DATABASE \"my db\" SET TAG DB.S.COST='a;b';\n\ncreate or replace transient schema \"my db\".\"a.b\" COMMENT='x';",
			want:   []string{`CREATE DATABASE "my db"`, `ALTER DATABASE "my db"`, `CREATE SCHEMA "my db"."a.b"`},
		},
		"names with dots, commas, quotes and semicolons": {
			reason: "inside quotes they separate nothing",
			ddl:    `create or replace view "D.B"."S,1"."V"";x"("A;B") as select 1 as "A;B"; create or replace stage S;`,
			want:   []string{`CREATE VIEW "D.B"."S,1"."V"";x"`, "CREATE STAGE S"},
		},
		"types with commas and parentheses": {
			reason: "only the outermost commas separate arguments",
			ddl:    "CREATE OR REPLACE FUNCTION DB.S.\"f,(x\"(\"A\" NUMBER(38,0), b vector(float, 256), \"C,D\" ARRAY(NUMBER(10, 2) NOT NULL))\nRETURNS NUMBER\nAS 'a;b''c';",
			want:   []string{`CREATE FUNCTION DB.S."f,(x" (NUMBER(38,0) | VECTOR(FLOAT, 256) | ARRAY(NUMBER(10, 2) NOT NULL))`},
		},
		"defaults": {
			reason: "they are no part of the type, and may hold anything",
			ddl:    "CREATE OR REPLACE PROCEDURE P(A VARCHAR DEFAULT 'x, y);', B OUT NUMBER(38,0), C TIMESTAMP_NTZ(9) default dateadd(day, -1, current_date())) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS OWNER AS 'begin return 1; end';",
			want:   []string{"CREATE PROCEDURE P (VARCHAR | NUMBER(38,0) | TIMESTAMP_NTZ(9))"},
		},
		"an argument that is called like a mode": {
			reason: "a mode stands between name and type",
			ddl:    `CREATE OR REPLACE PROCEDURE P("IN" VARCHAR, OUT DOUBLE PRECISION) RETURNS VARCHAR LANGUAGE SQL AS 'x';`,
			want:   []string{"CREATE PROCEDURE P (VARCHAR | DOUBLE PRECISION)"},
		},
		"a table as an argument": {
			reason: "data metric functions take tables, named by the types of their columns",
			ddl:    "create or replace data metric function DB.S.DMF(ARG_T table(ARG_C1 NUMBER(38,0), \"C,2\" varchar), ARG_U TABLE(X DATE)) returns NUMBER as 'select 1';",
			want:   []string{"CREATE FUNCTION DB.S.DMF (TABLE(NUMBER(38,0), VARCHAR) | TABLE(DATE))"},
		},
		"no arguments": {
			reason: "an empty list is not a missing one",
			ddl:    "CREATE OR REPLACE PROCEDURE P()\nRETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return \"a;b\"; // it''s;';",
			want:   []string{"CREATE PROCEDURE P ()"},
		},
		"a body between dollars": {
			reason: "nothing in it separates statements",
			ddl:    "create procedure P() returns int language python as $$\ncreate view x; 'it\n$$; create view V as select 1;",
			want:   []string{"CREATE PROCEDURE P ()", "CREATE VIEW V"},
		},
		"a task that runs a block": {
			reason: "its statements end in semicolons of their own",
			ddl:    "create or replace task DB.S.T\n\twarehouse=WH\n\tas begin\n  if (1 = 1) then\n    insert into T select case when a then 1 else 2 end as x, t.end from T;\n  end if;\n  for r in c do call P(); end for;\n  begin\n    null;\n  exception when other then\n    rollback;\n  end;\nend;\ncreate or replace task T2 as select 1;",
			want:   []string{"CREATE TASK DB.S.T", "CREATE TASK T2"},
		},
		"a task that declares": {
			reason: "the declarations end in semicolons before the block begins",
			ddl:    "create task T as declare\n  x int default 1;\n  y int;\nbegin\n  begin transaction;\n  commit;\n  case (x) when 1 then null; else begin null; end; end case;\n  while (x < 3) do x := x + 1; end while;\n  repeat x := 1; until (x = 1) end repeat;\n  loop break; end loop;\nend;\ncreate sequence Q;",
			want:   []string{"CREATE TASK T", "CREATE SEQUENCE Q"},
		},
		"an alert that runs a block": {
			reason: "its action stands behind THEN",
			ddl:    "create or replace alert A warehouse=W schedule='1 MINUTE' if (exists(select 1)) then begin call P(); end;\ncreate alert B if (exists(select 1)) then call P();",
			want:   []string{"CREATE ALERT A", "CREATE ALERT B"},
		},
		"a view with columns that are called like blocks": {
			reason: "only tasks, alerts and routines have blocks",
			ddl:    "create view V as select a as begin, case when b then c end as x, task, end from t; create view W as select 1;",
			want:   []string{"CREATE VIEW V", "CREATE VIEW W"},
		},
		"policies, formats and tags": {
			reason: "a kind may have several words",
			ddl:    "create or replace masking policy DB.S.P as (V VARCHAR) returns VARCHAR ->\ncase when true then 'a;b' end\n;\ncreate or replace row access policy R as (A NUMBER) returns BOOLEAN -> true;\nCREATE OR REPLACE FILE FORMAT F TYPE=CSV FIELD_DELIMITER=';';\ncreate or replace tag G allowed_values 'a;', 'b';",
			want:   []string{"CREATE POLICY DB.S.P", "CREATE POLICY R", "CREATE FILE FORMAT F", "CREATE TAG G"},
		},
		"kinds of tables": {
			reason: "the kind tells what can be done with them",
			ddl:    "create or replace dynamic table D(A) target_lag='1 minute' warehouse=W as select 1;create or replace external table E(A) location=@S/x-y/ ;create or replace materialized view M as select 1;create or replace event table V;",
			want:   []string{"CREATE DYNAMIC TABLE D", "CREATE EXTERNAL TABLE E", "CREATE MATERIALIZED VIEW M", "CREATE TABLE V"},
		},
		"a kind that nobody knows": {
			reason: "it is a statement nevertheless",
			ddl:    "create or replace gizmo DB.S.G x=1; create or replace pipe P as copy into T from @S;",
			want:   []string{"CREATE  ", "CREATE PIPE P"},
		},
		"comments everywhere": {
			reason: "they belong to the statement behind them, and at the end to the last",
			ddl:    "-- one; two\ncreate view V as select 1 /* ; */;\n// three;\ncreate view W as select 2;\n-- the end;",
			want:   []string{"CREATE VIEW V", "CREATE VIEW W"},
		},
		"no semicolon at the end": {
			reason: "GET_DDL of some kinds prints none",
			ddl:    "create view V as select 1",
			want:   []string{"CREATE VIEW V"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			statements, err := SplitDDL(c.ddl)
			if err != nil {
				t.Fatalf("%s: %v", c.reason, err)
			}
			var got []string
			for _, s := range statements {
				line := fmt.Sprintf("%s %s %s", s.Verb, s.Kind, s.Name)
				if s.Arguments != nil {
					line += " (" + strings.Join(s.Arguments, " | ") + ")"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
			checkSpans(t, c.ddl, statements)
		})
	}
}

// checkSpans makes sure that the spans joined are the text.
func checkSpans(t *testing.T, text string, statements []Statement) {
	t.Helper()
	at := 0
	for _, s := range statements {
		if s.Start != at || s.End <= at || !strings.Contains(text[s.Start:s.End], s.Text) || s.Text == "" {
			t.Fatalf("statement %+v begins at %d, want %d", s, s.Start, at)
		}
		at = s.End
	}
	if at != len(text) {
		t.Fatalf("the spans of %q end at %d of %d", text, at, len(text))
	}
}

func TestSplitDDLRefusesWhatItCannotCut(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, ddl string }{
		"nothing":                 {"there is no statement", ""},
		"comments only":           {"there is no statement either", " -- x\n"},
		"a quote that stays open": {"the rest cannot be read", "create view V as select 'x; create view W;"},
		"a parenthesis too many":  {"the cuts would be anywhere", "create view V as select 1);"},
		"a parenthesis too few":   {"the cuts would be anywhere", "create view V as select (1; create view W as select 1;"},
		"a block that stays open": {"the next statement would be part of it", "create task T as begin null; create view V as select 1;"},
		"another statement":       {"GET_DDL prints none, so a cut was wrong", "create view V as select 1; select 2;"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if statements, err := SplitDDL(c.ddl); err == nil {
				t.Errorf("%s: got %+v", c.reason, statements)
			}
		})
	}
}

// FuzzSplit: the spans of the statements cover the text.
func FuzzSplit(f *testing.F) {
	seeds(f, func(c *goldenCase) { f.Add(c.def.Text) })
	f.Add("create task T as declare x int; begin case when 1 then null; end case; end; create view V as select 1; -- x")
	f.Add("create function F(A TABLE(B NUMBER(38,0), C), D) as 'x'; alter schema S set tag T = 'x';")
	f.Fuzz(func(t *testing.T, text string) {
		statements, err := SplitDDL(text)
		if err != nil {
			if statements != nil {
				t.Fatalf("%q: %v with %+v", text, err, statements)
			}
			return
		}
		checkSpans(t, text, statements)
	})
}
