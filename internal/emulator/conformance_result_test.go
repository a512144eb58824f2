package emulator_test

import (
	"fmt"
	"strings"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// types lists name and type of a query's columns as the driver tells them, with
// precision and scale, and whether they are never NULL.
func (w *world) types(statement string) string {
	w.t.Helper()
	rows, err := w.conn.QueryContext(w.t.Context(), statement)
	if err != nil {
		w.t.Fatalf("%s\n%v", statement, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.ColumnTypes()
	if err != nil || rows.Err() != nil {
		w.t.Fatal(err, rows.Err())
	}
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name() + " " + c.DatabaseTypeName()
		if precision, scale, ok := c.DecimalSize(); ok && c.DatabaseTypeName() == "FIXED" {
			out[i] += fmt.Sprintf("(%d,%d)", precision, scale)
		}
		if nullable, ok := c.Nullable(); ok && !nullable {
			out[i] += "!"
		}
	}
	return strings.Join(out, ", ")
}

// describes lists the columns that a statement would answer, without running it,
// or says why it cannot run.
func (w *world) describes(statement string) string {
	w.t.Helper()
	a, err := w.query(sf.WithDescribeOnly(w.t.Context()), statement)
	if err != nil {
		return err.Error()
	}
	return strings.Join(a.columns, ", ")
}

var resultFacts = []fact{
	{
		id: "results", name: "a_statement_is_described_before_it_runs", reason: "clients that prepare statements have no values yet",
		setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (A NUMBER, B VARCHAR);",
		show: func(w *world) {
			w.run("USE SCHEMA D.PUBLIC")
			for statement, want := range map[string]string{
				"SELECT A, ? AS X FROM T WHERE B = ?":                          "A, X",
				"INSERT INTO T VALUES (?, 'x')":                                "number of rows inserted",
				"UPDATE T SET A = ? WHERE B = ?":                               "number of rows updated, number of multi-joined rows updated",
				"DELETE FROM T WHERE A = 1":                                    "number of rows deleted",
				"MERGE INTO T USING T S ON T.A = S.A WHEN MATCHED THEN DELETE": "number of rows inserted, number of rows updated",
				"INSERT INTO NOPE VALUES (1)":                                  "002003",
				"INSERT INTO T (NOPE) VALUES (1)":                              "000904",
				"DELETE FROM T WHERE NOPE = 1":                                 "000904",
				"UPDATE T SET A = NOPE(1)":                                     "002140",
			} {
				if got := w.describes(statement); !strings.HasPrefix(got, want) {
					w.t.Errorf("%s\n got %s\nwant %s", statement, got, want)
				}
			}
			equal(w.t, "nothing has run", w.rows("SELECT * FROM T"))
		},
	},
	{
		id: "M4", name: "documents_are_indented", reason: "clients print what they get",
		setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (O OBJECT, A ARRAY, V VARIANT);",
		show: func(w *world) {
			w.run("USE SCHEMA D.PUBLIC", "INSERT INTO T SELECT {'a': 1}, [1, 'x'], 5")
			equal(w.t, "indented", w.rows("SELECT * FROM T"), "{\n  \"a\": 1\n} [\n  1,\n  \"x\"\n] 5")
			equal(w.t, "text is not", w.rows("SELECT O::VARCHAR, TO_JSON(A) FROM T"), `{"a":1} [1,"x"]`)
			equal(w.t, "read again", w.rows("SELECT O:a, A[1]::VARCHAR FROM T"), "1 x")
			w.run("SELECT * FROM T")
			equal(w.t, "from a result", w.rows("SELECT O:a, A[1]::VARCHAR, V + 1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))"), "1 x 6")
			equal(w.t, "nulls", w.rows("SELECT [NULL, PARSE_JSON('null'), [], {}], {'k': ['[\"{,:', NULL]}"),
				"[\n  undefined,\n  null,\n  [],\n  {}\n] {\n  \"k\": [\n    \"[\\\"{,:\",\n    undefined\n  ]\n}")
			w.run("ALTER SESSION SET JSON_INDENT = 0")
			equal(w.t, "one line", w.rows("SELECT * FROM T"), `{"a":1} [1,"x"] 5`)
			if got, want := w.types("SELECT O, A, V, {} AS X FROM T"), "O OBJECT, A ARRAY, V VARIANT, X OBJECT"; got != want {
				w.t.Errorf("types\n got %s\nwant %s", got, want)
			}
		},
	},
	{
		id: "M5", name: "computed_columns_have_documented_types", reason: "drivers choose their types by them",
		setup: "CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (I NUMBER(5) NOT NULL, N NUMBER(10,2), B VARCHAR NOT NULL);",
		show: func(w *world) {
			w.run("USE SCHEMA D.PUBLIC")
			for statement, want := range map[string]string{
				"SELECT I + 1 A, N * N B, N / 3 C, N - I D, 1 + 1 E FROM T":                 "A FIXED(6,0), B FIXED(20,4), C FIXED(16,8), D FIXED(11,2), E FIXED(2,0)",
				"SELECT I, N, T.B FROM T":                                                   "I FIXED(5,0)!, N FIXED(10,2), B TEXT!",
				"SELECT X.I A, Y.I B FROM T X LEFT JOIN T Y ON X.I = Y.I":                   "A FIXED(5,0)!, B FIXED(5,0)",
				"SELECT X.I A, Y.I B FROM T X FULL JOIN T Y ON X.I = Y.I":                   "A FIXED(5,0), B FIXED(5,0)",
				"SELECT I FROM T UNION ALL SELECT NULL":                                     "I FIXED(5,0)",
				"SELECT I, COUNT(*) N FROM (SELECT I FROM T) GROUP BY ROLLUP(I)":            "I FIXED(5,0), N FIXED(18,0)",
				"SELECT F.KEY, F.VALUE FROM T, LATERAL FLATTEN(INPUT => PARSE_JSON(T.B)) F": "KEY TEXT, VALUE VARIANT",
			} {
				if got := w.types(statement); got != want {
					w.t.Errorf("%s\n got %s\nwant %s", statement, got, want)
				}
			}
			w.run("CREATE TABLE N AS SELECT NULL AS A")
			equal(w.t, "NULL makes a text", w.column("type", "DESCRIBE TABLE N"), "VARCHAR(16777216)")
		},
	},
}
