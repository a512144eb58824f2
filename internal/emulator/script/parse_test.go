package script

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// everything is a script with all that the parser knows.
const everything = `DECLARE
  a INT; b NUMBER(10, 2) DEFAULT 1.5; c := 'x'; rs RESULTSET DEFAULT (SELECT 1); rs2 RESULTSET;
  c1 CURSOR FOR SELECT x FROM t WHERE y = ?; c2 CURSOR FOR rs; e EXCEPTION (-20001, 'bad'); f EXCEPTION;
  p PROCEDURE (x INT) RETURNS INT AS BEGIN RETURN 1; END;
BEGIN
  LET d := a + 1; LET g VARCHAR DEFAULT 'y'; LET h CURSOR FOR SELECT 2; LET i RESULTSET := (SHOW TABLES);
  a := 2; rs := (EXECUTE IMMEDIATE :g USING (a, b)); a := (SELECT MAX(x) FROM t) + 1; rs := (CALL q(1));
  IF (a = 1) THEN NULL; ELSEIF (a = 2) THEN BREAK; ELSE CONTINUE lab; END IF;
  CASE (a) WHEN 1 THEN NULL; ELSE NULL; END CASE; CASE WHEN a = 1 THEN NULL; END;
  FOR r IN c1 DO NULL; END FOR; FOR k IN REVERSE 1 TO a + 1 LOOP NULL; END LOOP lab;
  WHILE (a < 3) DO a := a + 1; END WHILE; REPEAT NULL; UNTIL (TRUE) END REPEAT; LOOP EXIT; END LOOP;
  OPEN c1 USING (a); FETCH c1 INTO a, b; CLOSE c1; SELECT 1, 2 INTO :a, :b FROM t; CALL q(:a) INTO :b;
  EXECUTE IMMEDIATE 'SELECT ' || a; INSERT INTO t SELECT CASE WHEN 1 = 1 THEN 2 END; BEGIN TRANSACTION; COMMIT; AWAIT rs;
  CREATE PROCEDURE z() RETURNS INT LANGUAGE SQL AS BEGIN SELECT 1; RETURN 2; END; BEGIN NULL; END;
  RETURN TABLE(RESULTSET_FROM_CURSOR(c1)); RETURN TABLE(rs); RETURN a; RETURN;
EXCEPTION
  WHEN e OR STATEMENT_ERROR CONTINUE THEN RAISE; WHEN OTHER THEN RAISE f;
END;`

func TestParseKnowsEveryStatement(t *testing.T) {
	t.Parallel()
	b, err := Parse(everything)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, s := range append(b.Declarations, b.Body...) {
		kinds = append(kinds, strings.TrimPrefix(reflect.TypeOf(s).String(), "*script."))
	}
	want := strings.Fields(`Variable Variable Variable ResultSet ResultSet Cursor Cursor Exception Exception Unsupported
		Variable Variable Cursor ResultSet Assign Assign Assign Assign If Case If ForEach For Loop Loop Loop Open Fetch Close SQL SQL
		Dynamic SQL SQL SQL Unsupported SQL Block Return Return Return Return`)
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	if len(b.Handlers) != 2 || !b.Handlers[0].Continue || b.Handlers[1].Continue {
		t.Errorf("handlers %+v", b.Handlers)
	}
}

func TestParseTakesIntoOut(t *testing.T) {
	t.Parallel()
	b, err := Parse("BEGIN SELECT a,\n b INTO :x,\n :y FROM t; WITH q AS (SELECT 1) SELECT * INTO :z FROM q; INSERT INTO t VALUES (:x); END")
	if err != nil {
		t.Fatal(err)
	}
	want := []Statement{
		&SQL{Pos: sql.Pos{Line: 1, Column: 6}, Text: "SELECT a,\n b         \n    FROM t", Into: []string{"X", "Y"}},
		&SQL{Pos: sql.Pos{Line: 3, Column: 12}, Text: "WITH q AS (SELECT 1) SELECT *         FROM q", Into: []string{"Z"}},
		&SQL{Pos: sql.Pos{Line: 3, Column: 58}, Text: "INSERT INTO t VALUES (:x)"},
	}
	if diff := cmp.Diff(want, b.Body, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, script, want string
	}{
		"an empty block":                      {"every list has a statement", "BEGIN END", "unexpected 'END'"},
		"a block without its end":             {"no silence", "BEGIN NULL;", "unexpected '<EOF>'"},
		"a statement without a semicolon":     {"END would be part of it", "BEGIN RETURN 1 END", "unexpected 'END'"},
		"IF without THEN":                     {"no silence", "BEGIN IF (TRUE) NULL; END IF; END", "unexpected 'NULL'"},
		"LET without a value":                 {"it needs one", "BEGIN LET x INT; END", "unexpected ';'"},
		"a variable without a type":           {"it has no value to infer it from", "DECLARE x; BEGIN NULL; END", "unexpected ';'"},
		"an unknown type":                     {"002040", "DECLARE x NUMBR; BEGIN NULL; END", "Unsupported data type"},
		"an exception outside of its numbers": {"-20999 to -20000", "DECLARE e EXCEPTION (-1, 'x'); BEGIN NULL; END", "unexpected '-'"},
		"FOR without a body":                  {"every list has a statement", "BEGIN FOR i IN 1 TO 2 DO END FOR; END", "unexpected 'END'"},
		"text after the end":                  {"one block only", "BEGIN NULL; END; SELECT 1", "unexpected"},
		"deep nesting":                        {"no stack overflow", strings.Repeat("BEGIN ", 5000), "nested too deeply"},
		"an open string":                      {"the lexer's error", "BEGIN RETURN 'x; END", "unexpected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(tc.script)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: want %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

// Cut anywhere, or with a word left out, a script is read or refused.
func TestParseOfPieces(t *testing.T) {
	t.Parallel()
	tokens, err := sql.Lex(everything)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		for _, text := range []string{everything[:token.Start], everything[token.Start:], everything[:token.Start] + everything[token.End:]} {
			if _, err := Parse(text); err != nil {
				known(t, err)
			}
		}
	}
}

// known demands that an error is one that a client can be told.
func known(t *testing.T, err error) {
	t.Helper()
	_, syntax := errors.AsType[*sql.SyntaxError](err)
	_, typ := errors.AsType[*sql.TypeError](err)
	_, depth := errors.AsType[*sql.DepthError](err)
	if !syntax && !typ && !depth {
		t.Errorf("unexpected kind of error: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything)
	f.Add("BEGIN RETURN 1; END")
	f.Add("DECLARE c CURSOR FOR SELECT 1; BEGIN FOR r IN c DO NULL; END FOR; END")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Parse(text); err != nil {
			known(t, err)
		}
	})
}
