package snowflake

import (
	"database/sql/driver"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// rowOf makes a row of column names and cells in turn.
func rowOf(pairs ...any) Row {
	var names []string
	var cells []driver.Value
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i].(string))
		cells = append(cells, pairs[i+1])
	}
	return Row{columns: newColumns(names), cells: cells}
}

func TestFlagsComeInManySpellings(t *testing.T) {
	for text, want := range map[string]bool{
		"true": true, "TRUE": true, "Y": true, "YES": true, "ON": true, "1": true,
		"false": false, "N": false, "NO": false, "OFF": false, "0": false, "": false, "null": false,
	} {
		if got := rowOf("x", text).Bool("X"); got != want {
			t.Errorf("%q reads as %v", text, got)
		}
	}
}

func TestCellsAreFoundByNameAndMissingOnesAreEmpty(t *testing.T) {
	moment := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	row := rowOf("Name", "X", "rows", "12", "created_on", moment, "nothing", nil, "text_time", "2026-03-01 08:00:00.000 +0000",
		"number", int64(5), "raw", []byte("b"))
	if row.String("NAME") != "X" || row.Int("rows") != 12 || row.String("number") != "5" || row.String("raw") != "b" {
		t.Errorf("cells lost: %v", row)
	}
	if !row.Time("created_on").Equal(moment) || !row.Time("text_time").Equal(moment) {
		t.Errorf("moments lost: %s, %s", row.Time("created_on"), row.Time("text_time"))
	}
	if !row.Has("nothing") || row.Has("missing") || row.String("nothing") != "" || row.Int("name") != 0 || !row.Time("name").IsZero() {
		t.Error("NULL and missing columns are not told apart, or not empty")
	}
}

func TestAMissingRequiredColumnIsAnErrorAndAnUnknownOneIsNot(t *testing.T) {
	one := func(b *binder) string { return b.need("name") + b.text("optional") }
	got, err := bindRows(Rows{rowOf("name", "A", "new_in_some_release", "x")}, one)
	if diff := cmp.Diff([]string{"A"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := bindRows(Rows{rowOf("title", "A")}, one); err == nil || !strings.Contains(err.Error(), "no column name") {
		t.Errorf("error %v, want one about the column", err)
	}
}

func TestNamesOfGrantsAreParsedByKind(t *testing.T) {
	cases := map[string]struct {
		grantedOn, name string
		want            ObjectRef
	}{
		"account":                             {"ACCOUNT", "ACME", ObjectRef{Kind: KindAccount}},
		"database":                            {"DATABASE", "D", DatabaseRef("D")},
		"quoted":                              {"DATABASE", `"a.b"`, DatabaseRef("a.b")},
		"schema":                              {"SCHEMA", "D.S", SchemaRef("D", "S")},
		"database role":                       {"DATABASE_ROLE", "D.R", ObjectRef{Kind: KindDatabaseRole, Name: sqltext.Name{Database: "D", Object: "R"}}},
		"role":                                {"ROLE", "R", AccountRef(KindRole, "R")},
		"role that needs quotes and has none": {"ROLE", "my role", AccountRef(KindRole, "my role")},
		"external volume":                     {"VOLUME", "V", AccountRef(KindExternalVolume, "V")},
		"role with a dot and no quotes":       {"ROLE", "a.b", AccountRef(KindRole, "a.b")},
		"role with a dot in quotes":           {"ROLE", `"a.b"`, AccountRef(KindRole, "a.b")},
		"role in lower case without quotes":   {"ROLE", "lower", AccountRef(KindRole, "lower")},
		"role in lower case in quotes":        {"ROLE", `"lower"`, AccountRef(KindRole, "lower")},
		"warehouse with a quote in its name":  {"WAREHOUSE", `"a""b"`, AccountRef(KindWarehouse, `a"b`)},
		"database with a dot and no quotes":   {"DATABASE", "a.b", DatabaseRef("a.b")},
		"schema in lower case":                {"SCHEMA", "D.sales", SchemaRef("D", "sales")},
		"table in lower case":                 {"TABLE", "D.sales.orders of 2026", ObjectRef{Kind: KindTable, Name: name3("D", "sales", "orders of 2026")}},
		"table":                               {"TABLE", `D.S."t x"`, ObjectRef{Kind: KindTable, Name: name3("D", "S", "t x")}},
		"function": {
			"FUNCTION", `D.S."FN(A NUMBER, B VARCHAR):VARCHAR"`,
			ObjectRef{Kind: KindFunction, Name: name3("D", "S", "FN"), Arguments: []string{"NUMBER", "VARCHAR"}},
		},
		"function without quotes": {
			"FUNCTION", "D.sales.fn(A NUMBER(38,0), B VARCHAR):VARCHAR",
			ObjectRef{Kind: KindFunction, Name: name3("D", "sales", "fn"), Arguments: []string{"NUMBER(38,0)", "VARCHAR"}},
		},
		"procedure without arguments": {
			"PROCEDURE", `D.S."P():VARCHAR"`, ObjectRef{Kind: KindProcedure, Name: name3("D", "S", "P")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Grant{GrantedOn: tc.grantedOn, ObjectName: tc.name}.Ref()
			if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestGranteesAreReadWithAndWithoutTheirDatabase(t *testing.T) {
	cases := map[string]struct {
		kind, name string
		want       Grantee
	}{
		"role":                            {"ROLE", "R.x", AccountRole("R.x")},
		"user":                            {"USER", "U", Grantee{Kind: GranteeUser, Name: "U"}},
		"database role with database":     {"DATABASE_ROLE", "D.R", RoleOfDatabase("D", "R")},
		"database role without":           {"DATABASE_ROLE", "R", RoleOfDatabase("HOME", "R")},
		"role in quotes":                  {"ROLE", `"lower"`, AccountRole("lower")},
		"role in lower case":              {"ROLE", "lower", AccountRole("lower")},
		"database role behind its home":   {"DATABASE_ROLE", "HOME.a.b", RoleOfDatabase("HOME", "a.b")},
		"database role in quotes":         {"DATABASE_ROLE", `"HOME"."a.b"`, RoleOfDatabase("HOME", "a.b")},
		"database role in lower case":     {"DATABASE_ROLE", "lower", RoleOfDatabase("HOME", "lower")},
		"database role that needs quotes": {"DATABASE_ROLE", `D."r r"`, RoleOfDatabase("D", "r r")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := granteeOf(tc.kind, tc.name, "HOME"); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
