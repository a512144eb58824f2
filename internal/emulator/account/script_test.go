package account

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// scriptWorld is an account with a database, a warehouse and two rows.
func scriptWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, Switches{})
	w.run("USE WAREHOUSE WH", "CREATE DATABASE D", "USE SCHEMA D.PUBLIC", "CREATE TABLE INVOICES (ID INTEGER, PRICE NUMBER(12, 2))",
		"INSERT INTO INVOICES VALUES (1, 11.11), (2, 22.22)")
	return w
}

// quoted wraps a script as EXECUTE IMMEDIATE takes it.
func quoted(text string) string { return "EXECUTE IMMEDIATE $$" + text + "$$" }

func TestScriptAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, script string
		want           []string
	}{
		"a variable has the type that was declared": {
			reason: "scale 2", want: []string{"10.00"},
			script: `DECLARE profit NUMBER(38, 2) DEFAULT 0.0; BEGIN LET cost NUMBER(38, 2) := 100.0;
				LET revenue NUMBER(38, 2) DEFAULT 110.0; profit := revenue - cost; RETURN profit; END;`,
		},
		"IF takes the first branch that holds": {
			reason: "ELSEIF", want: []string{"two"},
			script: `BEGIN LET x := 2; IF (x = 1) THEN RETURN 'one'; ELSEIF (x = 2) THEN RETURN 'two'; ELSE RETURN 'more'; END IF; END`,
		},
		"a condition that is NULL does not hold": {
			reason: "three-valued logic", want: []string{"no"},
			script: `DECLARE x INT; BEGIN IF (x = 1) THEN RETURN 'yes'; ELSE RETURN 'no'; END IF; END`,
		},
		"CASE compares its operand": {
			reason: "END and END CASE", want: []string{"twothree"},
			script: `BEGIN LET a := ''; CASE (2) WHEN 1 THEN a := 'one'; WHEN 2 THEN a := 'two'; END;
				CASE WHEN a = 'x' THEN a := a || 'x'; ELSE a := a || 'three'; END CASE; RETURN a; END`,
		},
		"FOR counts up and down": {
			reason: "the counter is the loop's own", want: []string{"123-321-999"},
			script: `DECLARE i INT DEFAULT 999; s VARCHAR DEFAULT ''; BEGIN FOR i IN 1 TO 3 DO s := s || i; END FOR; s := s || '-';
				FOR i IN REVERSE 1 TO 3 LOOP s := s || i; END LOOP; FOR i IN 2 TO 1 DO s := s || 'x'; END FOR; RETURN s || '-' || i; END`,
		},
		"FOR walks a cursor": {
			reason: "columns by name", want: []string{"33.33"},
			script: `DECLARE total FLOAT; c1 CURSOR FOR SELECT price FROM invoices; BEGIN total := 0.0; OPEN c1;
				FOR rec IN c1 DO total := total + rec.price; END FOR; CLOSE c1; RETURN total; END;`,
		},
		"FOR walks a result set": {
			reason: "once it is assigned", want: []string{"3"},
			script: `DECLARE s INT DEFAULT 0; rs RESULTSET; BEGIN rs := (SELECT id FROM invoices); FOR r IN rs DO s := s + r.id; END FOR; RETURN s; END`,
		},
		"WHILE, REPEAT and LOOP end": {
			reason: "by condition and BREAK", want: []string{"3 3 3"},
			script: `BEGIN LET a := 0; LET b := 0; LET c := 0; WHILE (a < 3) DO a := a + 1; END WHILE;
				REPEAT b := b + 1; UNTIL (b = 3) END REPEAT; LOOP c := c + 1; IF (c = 3) THEN BREAK; END IF; END LOOP;
				RETURN a || ' ' || b || ' ' || c; END`,
		},
		"labels name the loop to leave": {
			reason: "BREAK and CONTINUE", want: []string{"11 21 31 "},
			script: `BEGIN LET s := ''; FOR i IN 1 TO 5 DO FOR j IN 1 TO 3 DO IF (j = 2) THEN CONTINUE outer; END IF;
				IF (i = 4) THEN BREAK outer; END IF; s := s || i || j || ' '; END FOR inner; END FOR outer; RETURN s; END`,
		},
		"cursors are opened with binds and fetched": {
			reason: "? in the query", want: []string{"2"},
			script: `DECLARE id INTEGER DEFAULT 0; low NUMBER(13,2) DEFAULT 22.00; high NUMBER(13,2) DEFAULT 33.00;
				c1 CURSOR FOR SELECT id FROM invoices WHERE price > ? AND price < ?; BEGIN OPEN c1 USING (low, high); FETCH c1 INTO id; RETURN id; END;`,
		},
		"fetching after the last row gives NULL": {
			reason: "1 is the wire's TRUE", want: []string{"1"},
			script: `DECLARE x INT DEFAULT 7; c CURSOR FOR SELECT 1 AS A; BEGIN OPEN c; FETCH c INTO x; FETCH c INTO x; RETURN x IS NULL; END`,
		},
		"SELECT INTO stores a row": {
			reason: "with its INTO in the middle", want: []string{"1 11.11"},
			script: `DECLARE id INTEGER; price NUMBER(12,2); BEGIN SELECT id, price INTO :id, :price FROM invoices WHERE id = 1; RETURN :id || ' ' || :price; END`,
		},
		"DML sets its counts, and a query takes them back": {
			reason: "2025_01 bundle", want: []string{"2truefalse true2"},
			script: `BEGIN UPDATE invoices SET price = 0; LET n := SQLROWCOUNT; LET s := n || SQLFOUND::VARCHAR || SQLNOTFOUND::VARCHAR;
				SELECT * FROM invoices; RETURN s || ' ' || (SQLROWCOUNT IS NULL)::VARCHAR || ACTIVITY_COUNT; END`,
		},
		"variables are bound in SQL": {
			reason: ":x and IDENTIFIER(:x)", want: []string{"22.22"},
			script: `DECLARE t VARCHAR DEFAULT 'invoices'; n INT DEFAULT 2; p FLOAT; BEGIN SELECT price INTO :p FROM IDENTIFIER(:t) WHERE id = :n; RETURN p; END`,
		},
		"EXECUTE IMMEDIATE runs a text with binds": {
			reason: "an expression, and USING", want: []string{"22.22"},
			script: `DECLARE rs RESULTSET; c VARCHAR DEFAULT 'price'; n INT DEFAULT 2; x FLOAT; BEGIN
				rs := (EXECUTE IMMEDIATE 'SELECT ' || c || ' AS V FROM invoices WHERE id = ?' USING (n)); FOR r IN rs DO x := r.V; END FOR; RETURN x; END`,
		},
		"RETURN TABLE gives all rows": {
			reason: "whatever was fetched", want: []string{"1 11.11", "2 22.22"},
			script: `DECLARE id INT; c1 CURSOR FOR SELECT * FROM invoices ORDER BY id; BEGIN OPEN c1; FETCH c1 INTO id; RETURN TABLE(RESULTSET_FROM_CURSOR(c1)); END`,
		},
		"a block without RETURN answers NULL": {
			reason: "one row", want: []string{"∅"}, script: `BEGIN NULL; END`,
		},
		"a handler tells what was wrong": {
			reason: "SQLCODE, SQLERRM and SQLSTATE", want: []string{"-20002 Raised MY_EXCEPTION. P0001"},
			script: `DECLARE my_exception EXCEPTION (-20002, 'Raised MY_EXCEPTION.'); BEGIN RAISE my_exception; RETURN 'not here';
				EXCEPTION WHEN STATEMENT_ERROR THEN RETURN 'no'; WHEN my_exception THEN RETURN SQLCODE || ' ' || SQLERRM || ' ' || SQLSTATE; END`,
		},
		"the exceptions of Snowflake are handled by name": {
			reason: "a statement and an expression", want: []string{"S 2003 E 100051"},
			script: `DECLARE s VARCHAR DEFAULT ''; BEGIN
				BEGIN SELECT * FROM nope; EXCEPTION WHEN EXPRESSION_ERROR THEN RETURN 'no'; WHEN STATEMENT_ERROR THEN s := s || 'S ' || SQLCODE; END;
				BEGIN LET x := 1 / 0; EXCEPTION WHEN STATEMENT_ERROR THEN RETURN 'no'; WHEN EXPRESSION_ERROR THEN s := s || ' E ' || SQLCODE; END;
				RETURN s; END`,
		},
		"an exception goes to the block around": {
			reason: "lexical scope", want: []string{"Exception e1 caught in outer block."},
			script: `DECLARE e1 EXCEPTION (-20001, 'Exception e1'); BEGIN DECLARE e2 EXCEPTION (-20002, 'x'); BEGIN RAISE e1; EXCEPTION WHEN e2 THEN RETURN 'no'; END;
				EXCEPTION WHEN e1 OR STATEMENT_ERROR THEN RETURN SQLERRM || ' caught in outer block.'; END`,
		},
		"RAISE raises again": {
			reason: "in a handler", want: []string{"again x"},
			script: `DECLARE e EXCEPTION (-20001, 'x'); BEGIN BEGIN RAISE e; EXCEPTION WHEN OTHER THEN RAISE; END; EXCEPTION WHEN e THEN RETURN 'again ' || SQLERRM; END`,
		},
		"a CONTINUE handler goes on": {
			reason: "after the IF that raised", want: []string{"Counter value: 11"},
			script: `DECLARE exception_1 EXCEPTION (-20001, 'Catch and continue'); counter INT DEFAULT 0; BEGIN IF (TRUE) THEN RAISE exception_1; END IF;
				counter := counter + 10; RETURN 'Counter value: ' || counter; EXCEPTION WHEN exception_1 CONTINUE THEN counter := counter + 1; END`,
		},
		"a CONTINUE handler goes on with the next round": {
			reason: "of a loop", want: []string{"2 1"},
			script: `DECLARE x INT := 0; n INT := 0; BEGIN FOR i IN 0 TO 5 DO x := 10/i; END FOR; RETURN x || ' ' || n;
				EXCEPTION WHEN EXPRESSION_ERROR CONTINUE THEN n := n + 1; END`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := scriptWorld(t)
			equal(t, tc.reason, w.rows(tc.script), tc.want...)
			w = scriptWorld(t)
			equal(t, tc.reason+", in quotes", w.rows(quoted(tc.script)), tc.want...)
		})
	}
}

func TestScriptErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, script string
		code           int
		want           string
	}{
		"an exception that nobody handles": {
			reason: "type, line and position", code: -20002,
			script: "\nDECLARE\n  my_exception EXCEPTION (-20002, 'Raised MY_EXCEPTION.');\nBEGIN\n  LET counter := 0;\n  LET b := true;\n  IF (b) THEN\n    RAISE my_exception;\n  END IF;\nEND;",
			want:   "Uncaught exception of type 'MY_EXCEPTION' on line 8 at position 4 : Raised MY_EXCEPTION.",
		},
		"a statement that fails": {
			reason: "with the number of the statement's error", code: 2003, script: "BEGIN\n  SELECT * FROM D.PUBLIC.NOPE;\nEND",
			want: "Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : SQL compilation error:\nObject 'D.PUBLIC.NOPE' does not exist or not authorized.",
		},
		"an expression that fails": {
			reason: "where it stands", code: 100051, script: "BEGIN\n  LET x := 1;\n  x := x / 0;\nEND",
			want: "Uncaught exception of type 'EXPRESSION_ERROR' on line 3 at position 7 : Division by zero",
		},
		"what was raised in a script within": {
			reason: "each script wraps it", code: 2003, script: "BEGIN EXECUTE IMMEDIATE 'BEGIN DROP TABLE NOPE; END'; END",
			want: "Uncaught exception of type 'STATEMENT_ERROR' on line 1 at position 6 : Uncaught exception of type 'STATEMENT_ERROR' on line 1 at position 6 : SQL",
		},
		"a variable that is not declared": {
			reason: "no silence", code: 904, script: "BEGIN x := 1; END", want: "invalid identifier 'X'",
		},
		"a variable of LET in a handler": {
			reason: "only DECLARE is seen there", code: 904, script: "BEGIN LET x := 1; SELECT * FROM NOPE; EXCEPTION WHEN OTHER THEN RETURN x; END", want: "invalid identifier 'X'",
		},
		"a variable without a colon in SQL": {
			reason: "it is a column there", code: 904, script: "BEGIN LET x := 1; SELECT id FROM invoices WHERE id = x; END", want: "invalid identifier 'X'",
		},
		"a variable without a colon in a subquery": {
			reason: "it is a column there too", code: 904, script: "BEGIN LET x := 1; LET y := (SELECT MAX(id) FROM invoices WHERE id = x); END", want: "invalid identifier 'X'",
		},
		"SELECT INTO of many rows": {
			reason: "one is wanted", code: 90227, script: "DECLARE x INT; BEGIN SELECT id INTO :x FROM invoices; END",
			want: "A SELECT INTO statement expects exactly 1 returned row, but got 2.",
		},
		"a value that does not fit the variable": {
			reason: "types hold", code: 100038, script: "DECLARE x INT; BEGIN x := 'abc'; END", want: "Numeric value 'abc' is not recognized",
		},
		"several statements in one text": {
			reason: "000006", code: 6, script: "BEGIN EXECUTE IMMEDIATE 'SELECT 1; SELECT 2'; END", want: "Multiple SQL statements in a single API call are not supported",
		},
		"what the emulator does not run, even with a handler": {
			reason: "it must not be hidden", code: 2, script: "BEGIN LET r RESULTSET := ASYNC (SELECT 1); EXCEPTION WHEN OTHER THEN RETURN 'hidden'; END",
			want: "Unsupported feature 'ASYNC in Snowflake Scripting'",
		},
		"a cursor that is closed": {
			reason: "FETCH needs OPEN", code: 90229, script: "DECLARE x INT; c CURSOR FOR SELECT 1; BEGIN FETCH c INTO x; END", want: "Cursor 'C' is not open.",
		},
		"syntax": {
			reason: "the place in the text", code: 1003, script: "BEGIN\n  IF (TRUE) RETURN 1; END IF;\nEND", want: "syntax error line 2 at position 12 unexpected 'RETURN'.",
		},
		"texts that grow without end": {
			reason: "they count for more", code: 2, script: "DECLARE s VARCHAR DEFAULT 'x'; BEGIN LOOP s := s || s; END LOOP; EXCEPTION WHEN OTHER CONTINUE THEN NULL; END", want: "steps",
		},
		"an endless loop": {
			reason: "it is bounded", code: 2, script: "BEGIN LOOP NULL; END LOOP; END", want: "steps",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := scriptWorld(t)
			w.fails(tc.code, tc.want, quoted(tc.script))
			if t.Failed() {
				t.Log(tc.reason)
			}
		})
	}
}

func TestScriptEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := scriptWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.session.Execute(ctx, Request{SQL: "BEGIN LOOP NULL; END LOOP; END"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, got %v", err)
	}
}

func TestScriptColumn(t *testing.T) {
	t.Parallel()
	w := scriptWorld(t)
	r := w.run("BEGIN RETURN 1.5; END")
	if got := r.Columns[0].Name; got != "anonymous block" {
		t.Errorf("column %q", got)
	}
	w.run("CREATE PROCEDURE P() RETURNS TABLE (A INT, B VARCHAR) LANGUAGE SQL AS DECLARE R RESULTSET DEFAULT (SELECT ID, PRICE FROM INVOICES ORDER BY 1); BEGIN RETURN TABLE(R); END")
	r = w.run("CALL P()")
	if r.Columns[0].Name != "A" || r.Columns[1].Type != "text" {
		t.Errorf("columns %+v", r.Columns)
	}
	equal(t, "RESULT_SCAN reads what CALL gave", w.rows("SELECT B FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE A = 2"), "22.22")
}

// Every statement of a script has its place in the history.
func TestScriptHistory(t *testing.T) {
	t.Parallel()
	w := scriptWorld(t)
	w.run("BEGIN INSERT INTO INVOICES VALUES (3, 1); END")
	texts := w.column("QUERY_TEXT", "SELECT * FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE QUERY_TYPE = 'INSERT' LIMIT 1")
	if len(texts) != 1 || !strings.HasPrefix(texts[0], "INSERT INTO INVOICES VALUES (3") {
		t.Errorf("history %q", texts)
	}
}
