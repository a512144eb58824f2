package query

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// fakeCatalog is an account with a few tables, all in DB.S.
type fakeCatalog struct {
	tables map[string]fakeTable
	next   int64
}

type fakeTable struct {
	columns []Column
	rows    [][]Value
}

func (f fakeTable) Columns() []Column { return f.columns }

func (f fakeTable) Rows(context.Context) ([][]Value, error) { return f.rows, nil }

func (f fakeTable) AsOf(m Moment) (Relation, error) {
	if m.Kind != "OFFSET" {
		return nil, execution(707, "02000", "Data is not available.")
	}
	return fakeTable{f.columns, nil}, nil
}

func (c *fakeCatalog) Relation(name []string) (Relation, error) {
	full := slices.Concat([]string{"DB", "S"}[:3-len(name)], name)
	if t, ok := c.tables[strings.Join(full, ".")]; ok {
		return t, nil
	}
	return nil, compilationPlain(2003, "02000", "Object '%s' does not exist or not authorized.", sql.FormatName(name))
}

func (c *fakeCatalog) Function(name []string, _ []Passed) (Function, error) {
	switch strings.Join(name, ".") {
	case "CURRENT_ROLE":
		return Function{Returns: sql.VarcharType, Call: func(context.Context, []Value) (Value, error) { return StringOf("ANALYST"), nil }}, nil
	case "CURRENT_TIMESTAMP":
		now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
		return Function{Returns: sql.TimestampLTZType, Call: func(context.Context, []Value) (Value, error) { return LTZOf(now), nil }}, nil
	case "DB.S.TWICE", "TWICE":
		return Function{Params: []string{"N"}, Returns: sql.NumberType, Call: func(_ context.Context, a []Value) (Value, error) {
			return add(a[0], a[0])
		}}, nil
	}
	return Function{}, ErrUnknownFunction
}

func (c *fakeCatalog) TableFunction(name []string, args []Arg) (Relation, error) {
	if name[len(name)-1] != "ECHO" {
		return nil, ErrUnknownFunction
	}
	var row []Value
	var columns []Column
	for _, arg := range args {
		row, columns = append(row, arg.Value), append(columns, Column{Name: arg.Name})
	}
	return fakeTable{columns, [][]Value{row}}, nil
}

func (c *fakeCatalog) Sequence(name []string) (Sequence, error) {
	if name[len(name)-1] != "SEQ" {
		return nil, compilationPlain(2003, "02000", "Sequence '%s' does not exist or not authorized.", sql.FormatName(name))
	}
	return c, nil
}

func (c *fakeCatalog) Next() (Value, error) {
	c.next++
	return IntOf(c.next), nil
}

func (c *fakeCatalog) Stage(name string) error {
	if name != "ST" && name != "db.s.st" && name != "st" {
		return compilationPlain(2003, "02000", "Stage '%s' does not exist or not authorized.", name)
	}
	return nil
}

// newFake has ORDERS (ID, CUSTOMER, AMOUNT, DAY, NOTE), CUSTOMERS (ID, NAME, "lower") and DOCS (V).
func newFake() *fakeCatalog {
	money := sql.Type{Name: "NUMBER", Precision: 10, Scale: 2}
	columns := func(pairs ...any) []Column {
		var out []Column
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, Column{pairs[i].(string), pairs[i+1].(sql.Type), true})
		}
		return out
	}
	d := func(s string) Value { v, _ := castMoment(StringOf(s), Date, ""); return v }
	n := func(s string) Value { v, _ := castNumber(StringOf(s)); return v }
	doc := func(s string) Value { v, _ := parseJSON([]Value{StringOf(s)}); return v }
	return &fakeCatalog{tables: map[string]fakeTable{
		"DB.S.ORDERS": {
			columns("ID", sql.NumberType, "CUSTOMER", sql.NumberType, "AMOUNT", money, "DAY", sql.DateType, "NOTE", sql.VarcharType),
			[][]Value{
				{IntOf(1), IntOf(10), n("5.00"), d("2026-01-01"), StringOf("first")},
				{IntOf(2), IntOf(10), n("7.50"), d("2026-01-15"), NullValue},
				{IntOf(3), IntOf(20), n("1.25"), d("2026-02-01"), StringOf("100%")},
				{IntOf(4), IntOf(99), n("2.00"), d("2026-02-02"), StringOf("a_b")},
			},
		},
		"DB.S.CUSTOMERS": {
			columns("ID", sql.NumberType, "NAME", sql.VarcharType, "lower", sql.BooleanType),
			[][]Value{
				{IntOf(10), StringOf("Ann"), BoolOf(true)}, {IntOf(20), StringOf("Bob"), BoolOf(false)},
				{IntOf(30), StringOf("Cid"), NullValue},
			},
		},
		"DB.S.DOCS": {columns("V", sql.VariantType), [][]Value{{doc(`{"a": {"b": [1, "two"]}, "c": null}`)}, {doc(`{"a": {"b": []}}`)}}},
	}}
}

func compile(t *testing.T, src string) (*Plan, error) {
	t.Helper()
	c, err := sql.NewCursor(src)
	if err != nil {
		t.Fatalf("lex %q: %v", src, err)
	}
	q, err := Parse(c)
	if err != nil {
		t.Fatalf("parse %q: %v", src, err)
	}
	if !c.AtEnd() {
		t.Fatalf("parse %q: stopped before %q", src, c.Rest())
	}
	binds := Binds{
		Values:    map[string]Value{"1": IntOf(7), "NAME": StringOf("Ann")},
		Variables: map[string]Value{"V": StringOf("var")},
	}
	return Compile(q, newFake(), binds)
}

// answer runs a query and prints its rows: cells separated by | and rows by newlines.
func answer(t *testing.T, src string) (string, error) {
	t.Helper()
	plan, err := compile(t, src)
	if err != nil {
		return "", err
	}
	rows, err := plan.Rows(t.Context())
	if err != nil {
		return "", err
	}
	var lines []string
	for _, row := range rows {
		var cells []string
		for _, v := range row {
			cell := v.String()
			if v.IsNull() {
				cell = "NULL"
			}
			cells = append(cells, cell)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.Join(lines, "\n"), nil
}

// columnsOf prints the columns of a query: name and type.
func columnsOf(t *testing.T, src string) string {
	t.Helper()
	plan, err := compile(t, src)
	if err != nil {
		t.Fatalf("compile %q: %v", src, err)
	}
	var out []string
	for _, c := range plan.Columns() {
		out = append(out, fmt.Sprintf("%s %s", c.Name, c.Type))
	}
	return strings.Join(out, ", ")
}
