package sql

import (
	"errors"
	"strings"
	"testing"
)

func TestParseExpr(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"1 + 2 * 3 - 4":                                  "((1 + (2 * 3)) - 4)",
		"a or b and not c = d":                           "(A OR (B AND (NOT (C = D))))",
		"not a in (1, 2) and b":                          "((NOT (A IN (1, 2))) AND B)",
		"-a::int":                                        "(- (A::NUMBER(38,0)))",
		"a || b::varchar(3) || 'c''d'":                   "((A || (B::VARCHAR(3))) || 'c''d')",
		"a between 1 and 2 and b":                        "((A BETWEEN 1 AND 2) AND B)",
		"a not between b + 1 and c":                      "(A NOT BETWEEN (B + 1) AND C)",
		"a is not null = b":                              "((A IS NOT NULL) = B)",
		"a is distinct from b || c":                      "(A IS DISTINCT FROM (B || C))",
		"v:a.b[0]::string":                               `(V:"a":"b"[0]::VARCHAR(16777216))`,
		`t.v:"A b"[i + 1].c`:                             `T.V:"A b"[(I + 1)]:"c"`,
		"a.b[0].c":                                       `A.B[0]:"c"`,
		"parse_json(x):y":                                `PARSE_JSON(X):"y"`,
		"db.s.t.c":                                       "DB.S.T.C",
		`"db"..f(x, y => 1)`:                             `"db".PUBLIC.F(X, Y => 1)`,
		"db.s.seq.nextval":                               "DB.S.SEQ.NEXTVAL",
		"t.$1 + $2":                                      "(T.\"$1\" + \"$2\")",
		"$x || ? || :2 || :name":                         "((($X || :1) || :2) || :NAME)",
		"case when a then 1 else 2 end":                  "CASE (WHEN A THEN 1)(ELSE 2)",
		"case a when 1 then 'x' end":                     "CASE A(WHEN 1 THEN 'x')(ELSE )",
		"cast(a as number(10,2))":                        "(A::NUMBER(10,2))",
		"try_cast(a as date)":                            "(A::DATE?)",
		"date '2024-01-01' + interval '1 day'":           "(('2024-01-01'::DATE) + INTERVAL '1 day')",
		"date":                                           "DATE",
		"a like any ('x', 'y') escape '^'":               "(A LIKE ANY('x', 'y') ESCAPE '^')",
		"a not ilike b":                                  "(A NOT ILIKE (B) ESCAPE )",
		"count(distinct a, b)":                           "COUNT(DISTINCT A, B)",
		"listagg(a, ',') within group (order by b desc)": "LISTAGG(A, ',') WITHIN GROUP ORDER BY(B true true)",
		"sum(a) over (partition by b order by c rows between unbounded preceding and current row)": "SUM(A) OVER (PARTITION BY B ORDER BY(C false false) ROWS( true false)( false false))",
		"first_value(a ignore nulls) over (order by b)":                                            "FIRST_VALUE(A)IGNORE OVER (PARTITION BY  ORDER BY(B false false))",
		"current_date":                          "CURRENT_DATE()",
		"{'a': 1, 'b': [1, 2]}":                 "{'a': 1, 'b': [1, 2], }",
		"transform(a, (x int, y) -> x + y)":     "TRANSFORM(A, (X,Y -> (X + Y)))",
		"filter(a, x -> x > 1)":                 "FILTER(A, (X -> (X > 1)))",
		"extract(year from d)":                  "EXTRACT('YEAR', D)",
		"left(a, 1) = right(b, 1)":              "(LEFT(A, 1) = RIGHT(B, 1))",
		"(a, b) in ((1, 2), (3, 4))":            "((A, B) IN ((1, 2), (3, 4)))",
		"a = any (select 1)":                    "(A = ALL=false )query@1:9",
		"a in (select 1)":                       "(A IN (query@1:6))",
		"((select 1) + 1)":                      "(query@1:2 + 1)",
		"(((select 1)))":                        "query@1:3",
		"((select 1) union (select 2) limit 1)": "query@1:2",
		"a != b":                                "(A <> B)",
		"count(*)":                              "COUNT(*)",
		"hash(t.* exclude (a))":                 "HASH(T*)",
		"a collate 'en-ci' = b":                 "((A COLLATE en-ci) = B)",
		"prior a = b":                           "((PRIOR A) = B)",
	} {
		c := cursor(t, src)
		e, err := ParseExpr(c)
		if err != nil {
			t.Errorf("ParseExpr(%q): %v", src, err)
			continue
		}
		if !c.AtEnd() {
			t.Errorf("ParseExpr(%q) stopped before %q", src, c.Rest())
		}
		if got := Format(e, nil); got != want {
			t.Errorf("ParseExpr(%q)\n got %s\nwant %s", src, got, want)
		}
	}
}

func TestParseExprRefusesMalformedText(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]SyntaxError{
		"":                     {1, 0, "<EOF>"},
		"1 +":                  {1, 3, "<EOF>"},
		"(1, 2":                {1, 5, "<EOF>"},
		"a in 1":               {1, 5, "1"},
		"a in ()":              {1, 6, ")"},
		"a between 1 or 2":     {1, 12, "or"},
		"case end":             {1, 8, "<EOF>"},
		"case when 1 then end": {1, 20, "<EOF>"},
		"cast(a, int)":         {1, 6, ","},
		"f(a,)":                {1, 4, ")"},
		"a like any 'x'":       {1, 11, "'x'"},
		"a is 5":               {1, 5, "5"},
		"from":                 {1, 0, "from"},
		"a.b.c.d.e.f":          {1, 8, "e"},
		"exists (1)":           {1, 7, "("},
		"sum(a) over (rows 1)": {1, 19, ")"},
		"{1: 2}":               {1, 1, "1"},
		"é":                    {1, 0, "é"},
	} {
		c := cursor(t, src)
		_, err := ParseExpr(c)
		if err == nil && !c.AtEnd() {
			err = c.Unexpected()
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || *syntax != want {
			t.Errorf("ParseExpr(%q) = %v, want %v", src, err, &want)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		src    string
		deep   bool
	}{
		"TwoHundredParentheses":   {"Real code nests this deep.", strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), false},
		"TooManyParentheses":      {"The stack stays small.", strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000), true},
		"TooManyNots":             {"Prefix operators nest too.", strings.Repeat("not ", 5000) + "a", true},
		"TooManySubqueries":       {"Queries nest too.", strings.Repeat("(select ", 5000) + "1" + strings.Repeat(")", 5000), true},
		"TooManyOperandsInARow":   {"A chain is a tree that grows to the left.", "1" + strings.Repeat("+1", 50000), true},
		"ManyOperandsInARow":      {"Generated predicates are long.", "1" + strings.Repeat(" or a = 1", 9000), false},
		"ManyListElements":        {"Lists do not nest.", "a in (1" + strings.Repeat(",1+1", 50000) + ")", false},
		"NestedQueriesInOperands": {"Parentheses are read once, whatever they hold.", strings.Repeat("((select ", 150) + "1" + strings.Repeat(")+1)", 150), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseExpr(cursor(t, tc.src))
			var deep *DepthError
			if errors.As(err, &deep) != tc.deep || !tc.deep && err != nil {
				t.Errorf("%s: got error %v, want one of depth: %t", tc.reason, err, tc.deep)
			}
		})
	}
}
