package query

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func parseExpr(t *testing.T, src string) sql.Expr {
	t.Helper()
	c, err := sql.NewCursor(src)
	if err != nil {
		t.Fatal(err)
	}
	e, err := sql.ParseExpr(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestReferencesNameEveryRelationOnce(t *testing.T) {
	t.Parallel()
	plan, err := compile(t, `with c as (select * from db.s.orders) select (select max(id) from customers) from c
		join s.orders o on exists (select 1 from "DOCS") union select id from customers`)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"DB", "S", "ORDERS"}, {"S", "ORDERS"}, {"DOCS"}, {"CUSTOMERS"}}
	if diff := cmp.Diff(want, plan.References()); diff != "" {
		t.Errorf("CTEs are no references\n(-want +got)\n%s", diff)
	}
}

func TestColumnsAreUnknownWhereAStarIs(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"select * from @st", "select * from (select * from @st) x", "select 1, t.* from @st t"} {
		plan, err := compile(t, src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
		} else if plan.Columns() != nil {
			t.Errorf("%s: got columns %v, want none", src, plan.Columns())
		}
	}
}

func TestCompileExpr(t *testing.T) {
	t.Parallel()
	sources := []Source{
		{[]string{"T"}, []Column{{Name: "A", Type: sql.NumberType}, {Name: "B", Type: sql.VarcharType}}},
		{[]string{"S"}, []Column{{Name: "A", Type: sql.NumberType}}},
	}
	cases := map[string]struct {
		reason string
		src    string
		want   bool
	}{
		"QualifiedColumns":   {"MERGE compares columns of two tables.", "t.a = s.a", true},
		"NullIsFalse":        {"A condition that is unknown selects nothing.", "b = null", false},
		"Subquery":           {"DELETE may look into other tables.", "exists (select 1 from orders where id = t.a)", true},
		"UncorrelatedInList": {"So may UPDATE.", "t.a in (select id from orders)", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, err := CompileExpr(parseExpr(t, tc.src), sources, newFake(), Binds{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := x.Matches(t.Context(), []Value{IntOf(2), StringOf("x"), IntOf(2)})
			if err != nil || got != tc.want {
				t.Errorf("%s: got %t, %v, want %t", tc.reason, got, err, tc.want)
			}
		})
	}
	x, err := CompileExpr(parseExpr(t, "s.a"), sources, newFake(), Binds{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Eval(t.Context(), []Value{IntOf(1)}); err == nil {
		t.Error("a row that is too short was read beyond its end")
	}
	if _, err := CompileExpr(parseExpr(t, "count(*)"), nil, newFake(), Binds{}); err == nil {
		t.Error("an aggregate outside a query compiled")
	}
}

func TestCompileTableKeepsSourcesApart(t *testing.T) {
	t.Parallel()
	c, err := sql.NewCursor("orders o join (select 1 as x) y on o.id = y.x")
	if err != nil {
		t.Fatal(err)
	}
	from, err := sql.ParseFrom(c)
	if err != nil {
		t.Fatal(err)
	}
	table, err := CompileTable(from, newFake(), Binds{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range table.Sources() {
		names = append(names, fmt.Sprintf("%v:%d", s.Name, len(s.Columns)))
	}
	if diff := cmp.Diff([]string{"[O]:5", "[Y]:1"}, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	rows, err := table.Rows(t.Context())
	if err != nil || len(rows) != 1 || len(rows[0]) != 6 {
		t.Errorf("got rows %v, %v", rows, err)
	}
}

func TestRowsStopWhenCancelled(t *testing.T) {
	t.Parallel()
	plan, err := compile(t, "select count(*) from table(generator(rowcount => 3000)) a, table(generator(rowcount => 3000)) b")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := plan.Rows(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestJoinOfManyRowsIsQuick(t *testing.T) {
	t.Parallel()
	start := time.Now()
	got, err := answer(t, `with n as (select seq4() i from table(generator(rowcount => 5000)))
		select count(*) from n a join n b on a.i = b.i and b.i <> 7`)
	if err != nil || got != "4999" {
		t.Fatalf("got %q, %v", got, err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("joining 5,000 rows with 5,000 took %v", took)
	}
}

func TestCompileQueryOfFifteenHundredLinesIsQuick(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("with base as (select * from orders)\n")
	for i := range 300 {
		fmt.Fprintf(&b, ", c%d as (\n select coalesce(a.note, 'x') || upper(a.note) as z,\n case when a.id in (1, %d) then 1 else 2 end k,\n", i, i)
		b.WriteString(" max(a.amount) m, row_number() over (order by a.id) r\n from base a left join customers b on a.id = b.id group by z, k, a.id)\n")
	}
	b.WriteString("select * from c299")
	start := time.Now()
	if _, err := compile(t, b.String()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("compiling took %v", took)
	}
}

func TestValuesCompare(t *testing.T) {
	t.Parallel()
	ntz := NTZOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	cases := map[string]struct {
		a, b Value
		want int
	}{
		"NumbersOfOtherScale": {NumberOf(Decimal{pow10(2), 2}), IntOf(1), 0},
		"NumberAndFloat":      {IntOf(1), FloatOf(1.5), -1},
		"NumberAndText":       {StringOf("10"), IntOf(9), 1},
		"DateAndTimestamp":    {DateOf(ntz.Time()), ntz, 0},
		"TextAndDate":         {StringOf("2026-01-02"), DateOf(ntz.Time()), 1},
		"BoolAndText":         {BoolOf(true), StringOf("true"), 0},
		"VariantAndNumber":    {VariantOf(decimalOf(3)), IntOf(3), 0},
		"Documents":           {VariantOf([]JSON{"a"}), VariantOf([]JSON{"b"}), -1},
	}
	for name, tc := range cases {
		got, err := Compare(tc.a, tc.b)
		if err != nil || got != tc.want {
			t.Errorf("%s: got %d, %v, want %d", name, got, err, tc.want)
		}
	}
	if _, err := Compare(VariantOf([]JSON{"a"}), DateOf(ntz.Time())); err != nil {
		t.Errorf("a document and a date compare as documents: %v", err)
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"1": "1", "-0.50": "-0.50", ".5": "0.5", "1e3": "1000", "1.5e-2": "0.015", "-12345678901234567890.1": "-12345678901234567890.1",
	} {
		d, ok := ParseDecimal(src)
		if !ok || d.String() != want {
			t.Errorf("ParseDecimal(%q) = %s, %t, want %s", src, d, ok, want)
		}
	}
	for _, src := range []string{"", "-", "1.2.3", "--1", "1e", "1e999999999999", "abc", "0x10", strings.Repeat("9", 39)} {
		if d, ok := ParseDecimal(src); ok {
			t.Errorf("ParseDecimal(%q) = %s, want refused", src, d)
		}
	}
}

func FuzzRows(f *testing.F) {
	for _, src := range []string{
		"select * from orders o join customers c on o.customer = c.id where note like 'a%' order by 1",
		"select customer, count(*), listagg(note) within group (order by id) from orders group by cube (customer, 1) having count(*) > 0",
		"with recursive r as (select 1 n union all select n + 1 from r where n < 4) select n, lag(n) over (order by n) from r",
		"select v:a.b[0]::string, f.* from docs, lateral flatten(input => v, recursive => true) f",
		"select dateadd(day, 99999999, current_date), round(1.5, -50), substr('a', -9, 9), split_part('', '', 0), '1'::number(38, 37)",
		"select x.* exclude a rename b as c from (values (1, 2)) x (a, b) unpivot (v for k in (b)) union all by name select 1 v",
		"select (select max(id) from orders where id < o.id) from orders o qualify ntile(3) over (order by id desc rows 1 preceding) = 1",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		c, err := sql.NewCursor(src)
		if err != nil || len(src) > 500 {
			return
		}
		q, err := Parse(c)
		if err != nil {
			return
		}
		plan, err := Compile(q, newFake(), Binds{Values: map[string]Value{"1": IntOf(1)}})
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if rows, err := plan.Rows(ctx); err == nil && plan.Columns() != nil {
			for _, row := range rows {
				if len(row) != len(plan.Columns()) {
					t.Fatalf("%q: row of %d values for %d columns", src, len(row), len(plan.Columns()))
				}
			}
		}
	})
}

func TestEvaluationStaysLinear(t *testing.T) {
	t.Parallel()
	aliases := "select 1 as a0"
	for i := range 60 {
		aliases += fmt.Sprintf(", greatest(a%d, a%d) as a%d", i, i, i+1)
	}
	nested := func(open, closing string) string {
		return "select " + strings.Repeat(open, 60) + "1" + strings.Repeat(closing, 60)
	}
	for name, src := range map[string]string{
		"aliases": aliases, "case": nested("case ", " when 1 then 1 when 2 then 2 end"), "between": "select 1" + strings.Repeat(" between 0 and 1", 60),
		"nullif": nested("nullif(", ", 2)"), "decode": nested("decode(", ", 1, 1, 2, 2)"),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		done := make(chan error, 1)
		go func() {
			_, err := answer(t, src)
			done <- err
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case <-ctx.Done():
			t.Fatalf("%s: evaluating the same operand again and again", name)
		}
	}
}

func TestLongChainsAreEvaluated(t *testing.T) {
	t.Parallel()
	got, err := answer(t, "select 0"+strings.Repeat(" + 1", 15000))
	if err != nil || got != "15000" {
		t.Errorf("got %q, %v", got, err)
	}
}
