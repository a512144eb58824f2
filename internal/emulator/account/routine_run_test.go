package account

import "testing"

func TestFunctionBodies(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, create, call string
		want                 []string
	}{
		"an argument is a constant beside an aggregate": {
			reason: "it needs no GROUP BY", create: `F(X NUMBER) RETURNS NUMBER(38,2) AS 'SELECT MAX(PRICE) + x FROM INVOICES'`,
			call: "SELECT F(1)", want: []string{"23.22"},
		},
		"an expression may begin with a query": {
			reason: "in parentheses", create: `F(X NUMBER) RETURNS NUMBER(38,2) AS '(SELECT MAX(PRICE) FROM INVOICES WHERE ID = x) + x'`,
			call: "SELECT F(1)", want: []string{"12.11"},
		},
		"a quoted argument is found by its unquoted name": {
			reason: "gosnowflake's TestFunctionParameters", create: `F("param1" NUMBER) RETURNS NUMBER AS 'param1 + "param1"'`,
			call: "SELECT F(2)", want: []string{"4"},
		},
		"a default stands for what is not passed": {
			reason: "arguments may be left out", create: `F(X NUMBER, Y NUMBER DEFAULT 2 + 3) RETURNS NUMBER AS 'x * y'`,
			call: "SELECT F(2), F(2, 2)", want: []string{"10 4"},
		},
		"a table function gives rows": {
			reason: "of the types that it declares", create: `F("low" NUMBER, HIGH NUMBER DEFAULT 2) RETURNS TABLE (N VARCHAR, P FLOAT) AS 'SELECT ID, PRICE FROM INVOICES WHERE ID BETWEEN low AND high'`,
			call: "SELECT N || '!', P FROM TABLE(F(2)) UNION ALL SELECT N, P FROM TABLE(F(1, 1))", want: []string{"2! 22.22", "1 11.11"},
		},
		"a table function answers NULL": {
			reason: "gosnowflake's TestFunctionParameters", create: `F("param1" TEXT) RETURNS TABLE ("r1" TEXT) LANGUAGE SQL AS 'select param1;'`,
			call: "SELECT * FROM TABLE(F(NULL))", want: []string{"∅"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := scriptWorld(t)
			w.run("CREATE FUNCTION " + tc.create)
			equal(t, tc.reason, w.rows(tc.call), tc.want...)
		})
	}
}

func TestTableFunctionsCheckTheirColumns(t *testing.T) {
	t.Parallel()
	w := scriptWorld(t)
	w.run("CREATE FUNCTION F() RETURNS TABLE (A NUMBER, B NUMBER) AS 'SELECT 1'")
	w.fails(2057, "table function 'F'", "SELECT * FROM TABLE(F())")
	w.run("CREATE FUNCTION J() RETURNS TABLE (A NUMBER) LANGUAGE JAVASCRIPT AS 'return 1'")
	w.fails(2, "user-defined table function", "SELECT * FROM TABLE(J())")
	w.run("CREATE FUNCTION C1() RETURNS TABLE (A NUMBER) AS 'SELECT 1'", "CREATE FUNCTION C2() RETURNS TABLE (A NUMBER) AS 'SELECT A FROM TABLE(C1())'")
	w.run("CREATE OR REPLACE FUNCTION C1() RETURNS TABLE (A NUMBER) AS 'SELECT A FROM TABLE(C2())'")
	w.fails(2, "without end", "SELECT * FROM TABLE(C2())")
	w.run("CREATE FUNCTION O(A BOOLEAN) RETURNS TABLE (A VARCHAR) AS 'SELECT 1'", "CREATE FUNCTION O(A VARCHAR) RETURNS TABLE (A VARCHAR) AS 'SELECT 2'")
	equal(t, "the overload by type", w.rows("SELECT * FROM TABLE(O('x')) UNION ALL SELECT * FROM TABLE(O(TRUE))"), "2", "1")
	w.run("CREATE FUNCTION S(A BOOLEAN) RETURNS VARCHAR AS '''b'''", "CREATE FUNCTION S(A VARCHAR) RETURNS VARCHAR AS '''t'''", "CREATE FUNCTION S(A NUMBER, B NUMBER) RETURNS TABLE (A NUMBER) AS 'SELECT 1'")
	equal(t, "the scalar overload by type", w.rows("SELECT S('x'), S(TRUE), S(A => B) FROM (SELECT 'y' AS B)"), "t b t")
	w.fails(1003, "unexpected ')'", "CREATE FUNCTION G(X NUMBER) RETURNS NUMBER AS 'SELECT 1)'")
}

func TestRecursiveViews(t *testing.T) {
	t.Parallel()
	w := scriptWorld(t)
	w.run("CREATE RECURSIVE VIEW COUNTED (N) AS SELECT 1 UNION ALL SELECT N + 1 FROM COUNTED WHERE N < 4")
	equal(t, "rows", w.rows("SELECT * FROM COUNTED ORDER BY N DESC"), "4", "3", "2", "1")
	w.run("CREATE DATABASE E CLONE D", "DROP DATABASE D")
	equal(t, "in a clone", w.rows("SELECT COUNT(*) FROM E.PUBLIC.COUNTED"), "4")
	w.run("USE SCHEMA E.PUBLIC")
	w.fails(2003, "'E.PUBLIC.PLAIN' does not exist", "CREATE VIEW PLAIN (N) AS SELECT 1 UNION ALL SELECT N + 1 FROM PLAIN")
	found, err := w.account.Unresolved("E")
	if err != nil || len(found) > 0 {
		t.Errorf("unresolved %v %v", found, err)
	}
}
