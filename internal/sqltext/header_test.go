package sqltext

import (
	"strings"
	"testing"
)

func TestHeader(t *testing.T) {
	t.Parallel()
	target := Name{"DEV_DB", "S", "V"}
	cases := map[string]struct {
		reason                   string
		ddl, verb, clauses, want string
		kind                     Kind
		body, condition          string
	}{
		"a view": {
			reason: "COPY GRANTS stands before AS", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS COPY TAGS",
			ddl:  "create or replace view PROD_DB.S.V(\n\tA,\n\tB\n) as select a from t;",
			want: "CREATE OR REPLACE VIEW \"DEV_DB\".\"S\".\"V\"(\n\tA,\n\tB\n) COPY GRANTS COPY TAGS as select a from t;",
			kind: View, body: "select a from t",
		},
		"a secure view with a comment and policies": {
			reason: "COPY GRANTS stands before COMMENT", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS COPY TAGS",
			ddl:  "create or replace secure recursive view V(A COMMENT 'as')with row access policy P on (A)comment='x as y'as (select 1 as a);\n",
			want: `CREATE OR REPLACE SECURE RECURSIVE VIEW "DEV_DB"."S"."V"(A COMMENT 'as')with row access policy P on (A) COPY GRANTS COPY TAGS comment='x as y'as (select 1 as a);` + "\n",
			kind: View, body: "(select 1 as a)",
		},
		"a view that copies grants already": {
			reason: "a clause is not repeated", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS COPY TAGS",
			ddl:  "CREATE OR REPLACE VIEW IF NOT EXISTS prod_db.s.v COPY GRANTS AS SELECT 1",
			want: `CREATE OR REPLACE VIEW "DEV_DB"."S"."V" COPY GRANTS COPY TAGS AS SELECT 1`,
			kind: View, body: "SELECT 1",
		},
		"a materialized view": {
			reason: "COPY GRANTS stands behind the name", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS",
			ddl:  "create or replace materialized view DB.S.MV(\n\tA\n) cluster by (A) as select a from t;",
			want: "CREATE OR REPLACE MATERIALIZED VIEW \"DEV_DB\".\"S\".\"V\" COPY GRANTS (\n\tA\n) cluster by (A) as select a from t;",
			kind: MaterializedView, body: "select a from t",
		},
		"a dynamic table": {
			reason: "COPY GRANTS stands before policies", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS COPY TAGS",
			ddl:  "create or replace dynamic table DB.S.DT(\n\tA\n) target_lag = '1 hour' warehouse = W\n with tag (T='x') as\nselect 1;",
			want: "CREATE OR REPLACE DYNAMIC TABLE \"DEV_DB\".\"S\".\"V\"(\n\tA\n) target_lag = '1 hour' warehouse = W\n COPY GRANTS COPY TAGS with tag (T='x') as\nselect 1;",
			kind: DynamicTable, body: "select 1",
		},
		"a dynamic table that is altered": {
			reason: "CREATE OR ALTER keeps grants by itself (R4)", verb: "CREATE OR ALTER",
			ddl:  "create or replace transient dynamic table DT(A) target_lag = '1 hour' warehouse = W as select 1;",
			want: `CREATE OR ALTER TRANSIENT DYNAMIC TABLE "DEV_DB"."S"."V"(A) target_lag = '1 hour' warehouse = W as select 1;`,
			kind: DynamicTable, body: "select 1",
		},
		"a procedure": {
			reason: "COPY GRANTS stands behind the arguments", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS",
			ddl:  "CREATE OR REPLACE PROCEDURE \"DB\".\"S\".\"P\"(\"A\" NUMBER(38,0), \"AS\" VARCHAR)\nRETURNS VARCHAR\nLANGUAGE SQL\nEXECUTE AS OWNER\nAS 'return ''x'';';",
			want: "CREATE OR REPLACE PROCEDURE \"DEV_DB\".\"S\".\"V\"(\"A\" NUMBER(38,0), \"AS\" VARCHAR) COPY GRANTS\nRETURNS VARCHAR\nLANGUAGE SQL\nEXECUTE AS OWNER\nAS 'return ''x'';';",
			kind: Procedure, body: "return 'x';",
		},
		"a procedure that is altered": {
			reason: "the statement that keeps everything (R4)", verb: "CREATE OR ALTER",
			ddl:  "CREATE OR REPLACE SECURE PROCEDURE P()\nRETURNS VARCHAR\nLANGUAGE JAVASCRIPT\nEXECUTE AS CALLER\nAS $$ return 1; $$;",
			want: "CREATE OR ALTER SECURE PROCEDURE \"DEV_DB\".\"S\".\"V\"()\nRETURNS VARCHAR\nLANGUAGE JAVASCRIPT\nEXECUTE AS CALLER\nAS $$ return 1; $$;",
			kind: Procedure, body: " return 1; ",
		},
		"a function": {
			reason: "as a procedure", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS",
			ddl:  "CREATE OR REPLACE FUNCTION F(\"A\" NUMBER)\nRETURNS TABLE (\"X\" NUMBER)\nLANGUAGE SQL\nAS 'select 1';",
			want: "CREATE OR REPLACE FUNCTION \"DEV_DB\".\"S\".\"V\"(\"A\" NUMBER) COPY GRANTS\nRETURNS TABLE (\"X\" NUMBER)\nLANGUAGE SQL\nAS 'select 1';",
			kind: Function, body: "select 1",
		},
		"a task": {
			reason: "its condition stands between WHEN and AS", verb: "CREATE OR REPLACE",
			ddl:  "create or replace task DB.S.T\n\twarehouse=WH\n\tschedule='USING CRON 0 * * * * UTC'\n\tafter DB.S.PRED\n\twhen SYSTEM$STREAM_HAS_DATA('x')\n\tas begin\n  select 1;\nend;",
			want: "CREATE OR REPLACE TASK \"DEV_DB\".\"S\".\"V\"\n\twarehouse=WH\n\tschedule='USING CRON 0 * * * * UTC'\n\tafter DB.S.PRED\n\twhen SYSTEM$STREAM_HAS_DATA('x')\n\tas begin\n  select 1;\nend;",
			kind: Task, body: "begin\n  select 1;\nend", condition: "SYSTEM$STREAM_HAS_DATA('x')",
		},
		"an alert": {
			reason: "its condition stands in IF ( … )", verb: "CREATE OR REPLACE",
			ddl:  "create or replace alert DB.S.A\n\twarehouse=WH\n\tschedule='5 MINUTE'\n\tif (exists(\nselect 1\n))\n\tthen\ninsert into L select 1;",
			want: "CREATE OR REPLACE ALERT \"DEV_DB\".\"S\".\"V\"\n\twarehouse=WH\n\tschedule='5 MINUTE'\n\tif (exists(\nselect 1\n))\n\tthen\ninsert into L select 1;",
			kind: Alert, body: "insert into L select 1", condition: "exists(\nselect 1\n)",
		},
		"a pipe": {
			reason: "its body is the COPY statement", verb: "CREATE OR REPLACE",
			ddl:  "create or replace pipe DB.S.P auto_ingest=true as COPY INTO T from @ST;",
			want: `CREATE OR REPLACE PIPE "DEV_DB"."S"."V" auto_ingest=true as COPY INTO T from @ST;`,
			kind: Pipe, body: "COPY INTO T from @ST",
		},
		"a stream": {
			reason: "COPY GRANTS stands before ON", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS",
			ddl:  "create or replace stream DB.S.ST on table DB.S.T append_only = true;",
			want: `CREATE OR REPLACE STREAM "DEV_DB"."S"."V" COPY GRANTS on table DB.S.T append_only = true;`,
			kind: Stream,
		},
		"a masking policy": {
			reason: "its body follows the arrow", verb: "CREATE OR REPLACE",
			ddl:  "create or replace masking policy DB.S.P as (VAL VARCHAR) \nreturns VARCHAR ->\ncase when 1 = 1 then VAL end\n;",
			want: "CREATE OR REPLACE MASKING POLICY \"DEV_DB\".\"S\".\"V\" as (VAL VARCHAR) \nreturns VARCHAR ->\ncase when 1 = 1 then VAL end\n;",
			kind: Policy, body: "case when 1 = 1 then VAL end",
		},
		"a policy with options": {
			reason: "they are no part of its body", verb: "CREATE OR REPLACE",
			ddl:  "create or replace row access policy DB.S.P as (R VARCHAR) returns BOOLEAN ->\nexists (select 1)\nEXEMPT_OTHER_POLICIES = TRUE COMMENT = 'why';",
			want: "CREATE OR REPLACE ROW ACCESS POLICY \"DEV_DB\".\"S\".\"V\" as (R VARCHAR) returns BOOLEAN ->\nexists (select 1)\nEXEMPT_OTHER_POLICIES = TRUE COMMENT = 'why';",
			kind: Policy, body: "exists (select 1)",
		},
		"a policy that compares an argument called COMMENT": {
			reason: "it is an operand there", verb: "CREATE OR REPLACE",
			ddl:  "create or replace row access policy DB.S.P as (COMMENT VARCHAR) returns BOOLEAN -> true or COMMENT = 'x'",
			want: "CREATE OR REPLACE ROW ACCESS POLICY \"DEV_DB\".\"S\".\"V\" as (COMMENT VARCHAR) returns BOOLEAN -> true or COMMENT = 'x'",
			kind: Policy, body: "true or COMMENT = 'x'",
		},
		"a table": {
			reason: "COPY GRANTS ends it", verb: "CREATE OR REPLACE", clauses: "COPY GRANTS",
			ddl:  "create or replace TABLE DB.S.T (\n\tA NUMBER(38,0)\n);",
			want: "CREATE OR REPLACE TABLE \"DEV_DB\".\"S\".\"V\" (\n\tA NUMBER(38,0)\n) COPY GRANTS;",
			kind: Table,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, err := ParseHeader(c.ddl)
			if err != nil {
				t.Fatal(err)
			}
			got, err := h.Rebuild(h.Opening(c.verb), target, c.clauses)
			if got != c.want || err != nil {
				t.Errorf("%s: %v\ngot  %s\nwant %s", c.reason, err, got, c.want)
			}
			if h.Kind != c.kind || h.Body() != c.body || h.Condition() != c.condition {
				t.Errorf("%s: kind %s, body %q, condition %q", c.reason, h.Kind, h.Body(), h.Condition())
			}
		})
	}
}

func TestHeaderKnowsNameAndWords(t *testing.T) {
	t.Parallel()
	ddl := `create or replace secure external function db.."my f"(a number) returns variant language python as 'x'`
	h, err := ParseHeader(ddl)
	if err != nil {
		t.Fatal(err)
	}
	if h.Name != (Name{"DB", "PUBLIC", "my f"}) || ddl[h.NameStart:h.NameEnd] != `db.."my f"` {
		t.Errorf("name %v at %q", h.Name, ddl[h.NameStart:h.NameEnd])
	}
	if !h.Secure || h.Temporary || h.Language != "PYTHON" || ddl[h.AsOffset:] != "'x'" {
		t.Errorf("secure %t, temporary %t, language %s, body %q", h.Secure, h.Temporary, h.Language, ddl[h.AsOffset:])
	}
}

func TestParseHeaderRefuses(t *testing.T) {
	t.Parallel()
	for _, ddl := range []string{
		"", "select 1", "create", "create or replace", "create or replace view", "create role R",
		"create view a.b.c.d as select 1", "create view a. as select 1", "create view v as select 'x",
		"create view 'v' as select 1", "create database d",
	} {
		if h, err := ParseHeader(ddl); err == nil {
			t.Errorf("ParseHeader(%q) = %+v, want an error", ddl, h)
		} else if !strings.HasPrefix(err.Error(), "parse header: ") {
			t.Errorf("ParseHeader(%q): %v", ddl, err)
		}
	}
}

func TestRebuildRefuses(t *testing.T) {
	t.Parallel()
	view, err := ParseHeader("create view V as select 1")
	if err != nil {
		t.Fatal(err)
	}
	task, err := ParseHeader("create task T as select 1")
	if err != nil {
		t.Fatal(err)
	}
	full := Name{"DB", "S", "V"}
	cases := map[string]struct {
		header  Header
		opening string
		name    Name
		clauses string
	}{
		"a header that was not parsed":         {Header{}, "CREATE VIEW", full, ""},
		"a name without its database":          {view, "CREATE VIEW", Name{Schema: "S", Object: "V"}, ""},
		"an opening of another kind":           {view, "CREATE OR REPLACE TABLE", full, ""},
		"an opening of a materialized view":    {view, "CREATE OR REPLACE MATERIALIZED VIEW", full, ""},
		"an opening that does not create":      {view, "DROP VIEW", full, ""},
		"COPY GRANTS in a task":                {task, "CREATE OR REPLACE TASK", full, "COPY GRANTS"},
		"COPY GRANTS where a statement alters": {view, "CREATE OR ALTER VIEW", full, "COPY GRANTS"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := c.header.Rebuild(c.opening, c.name, c.clauses); err == nil {
				t.Errorf("got %q, want an error", got)
			}
		})
	}
}
