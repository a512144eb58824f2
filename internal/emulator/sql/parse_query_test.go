package sql

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// accepted are queries as people write them; each must be read to its end.
var accepted = []string{
	"select 1",
	"select distinct a, b as c, d e from t where a > 1",
	"select top 10 * from db.s.t",
	"select all t.*, u.* exclude (a, b) rename (c as d) from t, u",
	"select * ilike '%id%' exclude a replace (b + 1 as b) rename c as d from t",
	"select a from t as x (a, b) order by 1 desc nulls last, b limit 10 offset 5",
	"select a from t offset 5 rows fetch first 10 rows only",
	"with a as (select 1), b (x) as (select * from a) select * from b",
	"with recursive r as (select 1 n union all select n + 1 from r where n < 5) select * from r",
	"select * from a join b on a.i = b.i left outer join c using (i, j) natural full join d cross join e",
	"select * from a asof join b match_condition (a.t >= b.t) on a.i = b.i",
	"select * from (select 1) x, lateral (select x.a) y, (values (1, 'a'), (2, 'b')) as v (i, s)",
	"select * from ((select 1) union all (select 2)) u",
	"select * from (((select 1)))",
	"select * from ((a join b on 1 = 1) cross join c)",
	"(select 1) union select 2 except (select 3 minus select 4) intersect select 5 order by 1",
	"select 1 union all by name select 2",
	"select f.value:a.b::string from t, lateral flatten(input => t.v:items, outer => true) f",
	"select * from table(flatten(input => parse_json('[1]'))) as f",
	"select * from table(db.information_schema.policy_references(ref_entity_name => 'x', ref_entity_domain => 'table'))",
	"select * from table('db.s.t') x, identifier('db.s.u') y",
	"select * from table(udtf(t.a) over (partition by t.b order by t.c)) q",
	"select $1, t.$2:a from @db.s.stage/path/x.csv (file_format => 'db.s.f', pattern => '.*csv') t",
	"select $1 from '@stage/x'",
	"select metadata$filename from @~/x t",
	"select * from t at(timestamp => '2024-01-01'::timestamp_ltz) x join u before(statement => 'id') y on x.a = y.a",
	"select * from t changes(information => default) at(offset => -60) end(offset => -1) c",
	"select * from t sample (10), u tablesample bernoulli (5 rows) repeatable (1), v sample system (1) seed (2)",
	"select * from t pivot(sum(x) as s, avg(y) for m in ('JAN' as j, 'FEB')) as p (a, b)",
	"select * from t pivot(max(x) for m in (any order by m) default on null (0)) p",
	"select * from t pivot(max(x) for m in (select distinct m from u)) p",
	"select * from t unpivot include nulls (v for n in (a, b as 'B')) u",
	"select * from t match_recognize (partition by a order by b measures x as y pattern (s e+) define s as true) m",
	"select a, sum(b) from t group by all having sum(b) > 1 qualify row_number() over (order by a) = 1",
	"select a from t group by cube (a, b), rollup ((a, b), c), grouping sets ((a), (), b), d",
	"select level, a from t start with p is null connect by prior i = p where a > 1",
	"select a from t where a > 1 connect by nocycle p = prior i start with p is null",
	"select case when exists (select 1 from t) then 1 end, (select max(a) from t) m, not exists (select 2)",
	"select left(a, 1) left, right(b, 2) as right from full_t, t2 at",
	"select a.b.c.d, \"x y\".\"z\" from a.b.c",
	"select count(*) over (), lag(a, 1, 0) ignore nulls over (partition by b order by c) from t",
	"select array_agg(distinct a) within group (order by a) from t",
	"select seq.nextval, db.s.seq.nextval from table(getnextval(db.s.seq)) n",
	"select date '2024-01-01', timestamp '2024-01-01 00:00:00', interval '1 day', date, time from t",
	"select a from t where (a, b) in (select a, b from u) and c like any ('x%', 'y') and d rlike '^a'",
	"select current_timestamp, current_date(), sysdate(), localtime from dual",
	"select a from t order by a limit null",
	"values (1, 2), (3, 4)",
	"select parse_json(a):\"B c\"[0]['x'].y::number(10,2) from t",
	"select [1, 2][0], {'a': 1, 'b': {'c': []}}, {}, {*} from t",
}

func TestParseQuery(t *testing.T) {
	t.Parallel()
	for _, src := range accepted {
		c := cursor(t, src)
		if _, err := ParseQuery(c); err != nil {
			t.Errorf("ParseQuery(%q): %v", src, err)
		} else if !c.AtEnd() {
			t.Errorf("ParseQuery(%q) stopped before %q", src, c.Rest())
		}
	}
}

func TestParseQueryRefusesMalformedText(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]SyntaxError{
		"select":                             {1, 6, "<EOF>"},
		"select from t":                      {1, 7, "from"},
		"select a,\n  from t":                {2, 2, "from"},
		"select a from":                      {1, 13, "<EOF>"},
		"select a from t where":              {1, 21, "<EOF>"},
		"select a from t wher b = 1":         {1, 21, "b"},
		"select a from t group a":            {1, 22, "a"},
		"select a from (select 1":            {1, 23, "<EOF>"},
		"with a (select 1) select 1":         {1, 8, "select"},
		"select a from t join on 1 = 1":      {1, 21, "on"},
		"select a from t union":              {1, 21, "<EOF>"},
		"select a from table(":               {1, 20, "<EOF>"},
		"select a from t at(time => 1)":      {1, 19, "time"},
		"select a from lateral t":            {1, 23, "<EOF>"},
		"select a from t limit":              {1, 21, "<EOF>"},
		"select a from @s (pattern = 1)":     {1, 26, "="},
		"select a b c from t":                {1, 11, "c"},
		"select a from t order by a nulls":   {1, 32, "<EOF>"},
		"select a from t unpivot (a for b)":  {1, 32, ")"},
		"insert into t values (1)":           {1, 0, "insert"},
		"select a from t x y":                {1, 18, "y"},
		"select a from t match_recognize (a": {1, 34, "<EOF>"},
		"select a from $v":                   {1, 14, "$v"},
		"select * from identifier('a b') x":  {1, 25, "'a b'"},
	} {
		c := cursor(t, src)
		_, err := ParseQuery(c)
		if err == nil && !c.AtEnd() {
			err = c.Unexpected()
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || *syntax != want {
			t.Errorf("ParseQuery(%q) = %v, want %v", src, err, &want)
		}
	}
}

func TestParseQueryTree(t *testing.T) {
	t.Parallel()
	q, err := ParseQuery(cursor(t, "select 1 union select 2 intersect select 3 minus select 4"))
	if err != nil {
		t.Fatal(err)
	}
	except, ok := q.Body.(*SetOperation)
	if !ok || except.Op != "EXCEPT" {
		t.Fatalf("the last operator of equal rank is on top, got %T", q.Body)
	}
	union, ok := except.Left.(*SetOperation)
	if !ok || union.Op != "UNION" {
		t.Fatalf("left of it stands the union, got %T", except.Left)
	}
	if intersect, ok := union.Right.(*SetOperation); !ok || intersect.Op != "INTERSECT" {
		t.Errorf("INTERSECT binds tighter than UNION, got %T", union.Right)
	}
}

// longQuery is a view of lines lines with joins and CTEs, as people generate them.
func longQuery(lines int) string {
	var b strings.Builder
	b.WriteString("with base as (select 1 as c0)\n")
	for i := range lines / 5 {
		fmt.Fprintf(&b, ", c%d as (\n  select coalesce(a.x%d, 'it''s') || upper(a.y) as z, /* note */\n", i, i)
		fmt.Fprintf(&b, "    case when a.v:k[0]::string in ('a', 'b') then 1 else %d end as k -- note\n", i)
		b.WriteString("  from prod.s.t a left join prod.s.u b on (a.id = b.id and (a.d > current_date - 7))\n")
		b.WriteString("  where a.n between 1 and 10)\n")
	}
	b.WriteString("select * from base")
	return b.String()
}

func TestParseQueryOfFifteenHundredLinesIsQuick(t *testing.T) {
	t.Parallel()
	src := longQuery(1500)
	start := time.Now()
	c := cursor(t, src)
	if _, err := ParseQuery(c); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("reading %d bytes took %v, want well under a second", len(src), took)
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range accepted {
		f.Add(src)
	}
	f.Add("create procedure p() as begin let x := 1; end; select '")
	f.Add("((((((select ((select 1)+1)")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 10000 {
			t.Skip("long inputs only repeat what short ones show")
		}
		if _, err := Split(src); err != nil {
			return
		}
		c, err := NewCursor(src)
		if err != nil {
			t.Fatalf("Split lexed what NewCursor refuses: %v", err)
		}
		if q, err := ParseQuery(c); err == nil && q.Body == nil {
			t.Error("a query without error has a body")
		}
		c.Reset(0)
		if e, err := ParseExpr(c); err == nil {
			Format(e, nil)
		}
	})
}

func BenchmarkParseQuery(b *testing.B) {
	src := longQuery(1500)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		c, err := NewCursor(src)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ParseQuery(c); err != nil {
			b.Fatal(err)
		}
	}
}
