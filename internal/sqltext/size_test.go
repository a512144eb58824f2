package sqltext

import (
	"strings"
	"testing"
	"time"
)

var toDev = Options{Mappings: []Mapping{{"PROD_DB", "DEV_DB"}}}

// bigDefinition returns a procedure of about so many bytes, with names, strings,
// comments and dynamic SQL in the proportion that real ones have.
func bigDefinition(size int) Definition {
	const block = `
  -- load PROD_DB.S.T, see the run book; it isn''t quick
  insert into PROD_DB.SALES.ORDERS (ID, AMOUNT, NOTE)
    select o.ID, coalesce(o.AMOUNT, 0) * 1.19, ''order '' || o.ID || '' of '' || c.NAME
    from prod_db.RAW.ORDERS o join CUSTOMERS c on c.ID = o.CUSTOMER_ID /* and more */
    where o.STATUS in (''A'', ''B'', ''C'') and exists (select 1 from "PROD_DB"."S"."FLAGS" f where f.ID = o.ID);
  stmt := ''delete from PROD_DB.S.T where ID = '' || :id || '' and KIND = ''''X'''''';
`
	var b strings.Builder
	b.WriteString("create or replace procedure P() returns string language sql as '\nbegin\n")
	for b.Len() < size {
		b.WriteString(block)
	}
	b.WriteString("end';")
	return Definition{Kind: Procedure, Text: b.String()}
}

func TestTimeGrowsWithTheSize(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	cases := map[string]func(size int) Definition{
		"a large procedure": bigDefinition,
		"a hundred thousand comments and strings": func(size int) Definition {
			return Definition{Kind: Script, Text: "select 1 from PROD_DB.S.T " + strings.Repeat("/* 'PROD_DB */ -- '\n , 'it''s PROD_DB' ", size/40)}
		},
		"quotes inside quotes": func(size int) Definition {
			return Definition{Kind: Script, Text: "execute immediate '" + strings.Repeat("select ''PROD_DB.S.T'' || ''a'' from PROD_DB.S.T;", size/48) + "'"}
		},
		"deep parentheses": func(size int) Definition {
			return Definition{Kind: Script, Text: strings.Repeat("(", size/2) + "select 1 from PROD_DB.S.T" + strings.Repeat(")", size/2)}
		},
		"nested templates": func(size int) Definition {
			return Definition{Kind: RoutineBody, Language: "JAVASCRIPT", Text: strings.Repeat("x = `${`${`${PROD_DB}`}`} PROD_DB.`;\n", size/36)}
		},
		"a specification on one line": func(size int) Definition {
			return Definition{Kind: Script, Text: "create agent A from specification '[" + strings.Repeat(`{"a b":"PROD_DB.S.T", c: see PROD_DB},`, size/39) + "]'"}
		},
		"a specification of unclosed quotes": func(size int) Definition {
			return Definition{Kind: Script, Text: "create agent A from specification $$ PROD_DB " + strings.Repeat("\n- \" 'x", size/8) + "$$"}
		},
		"backslashes in a string": func(size int) Definition {
			return Definition{Kind: Script, Text: "select 1 from PROD_DB.S.T where a = '" + strings.Repeat(`\\''\n`, size/6) + "'"}
		},
		"regular expressions and blocks": func(size int) Definition {
			return Definition{Kind: RoutineBody, Language: "JAVASCRIPT", Text: "q = 'PROD_DB.S.T';" + strings.Repeat("if (a) { /'/.test(b) } ((", size/26)}
		},
		"a long name": func(size int) Definition {
			return Definition{Kind: Script, Text: "select " + strings.Repeat("PROD_DB.", size/8) + "T"}
		},
		"a word that nearly is the name": func(size int) Definition {
			return Definition{Kind: Script, Text: "select " + strings.Repeat("ROD_DB", size/6) + " from PROD_DB.S.T"}
		},
		"regular expressions that are none": func(size int) Definition {
			return Definition{Kind: RoutineBody, Language: "JAVASCRIPT", Text: "q = 'PROD_DB.S.T';" + strings.Repeat("/[", size/4) + strings.Repeat(`\/`, size/4) + "]"}
		},
		"strings in an f-string of one line": func(size int) Definition {
			return Definition{Kind: RoutineBody, Language: "PYTHON", Text: "q = f'''PROD_DB." + strings.Repeat(`{a+"b"}`, size/7) + "'''"}
		},
		"thousands of unclosed templates": func(size int) Definition {
			return Definition{Kind: RoutineBody, Language: "JAVASCRIPT", Text: strings.Repeat("`${", size/3) + "PROD_DB"}
		},
	}
	for name, build := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			small, large := elapsed(t, build(mb/4)), elapsed(t, build(2*mb))
			// Eight times the size may take eight times the time; forty allows for a busy machine.
			if large > 40*small+2*time.Second {
				t.Errorf("a quarter of a megabyte takes %s, two take %s", small, large)
			}
		})
	}
}

// Where a statement ends must cost no more than reading it, however many end.
func TestSplitDDLTakesLinearTime(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"views":                  "create view V as select 1 as \"a;b\";\n",
		"tasks with long blocks": "create task T as begin " + strings.Repeat("insert into T select case when a then 1 end; ", 2000) + "end;\n",
		"procedures":             "create procedure P(A NUMBER(38,0) DEFAULT f(1, 2)) returns int as 'x;';\n",
	}
	for name, statement := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const mb = 1 << 20
			small, large := splitTime(t, statement, mb/4), splitTime(t, statement, 2*mb)
			if large > 40*small+2*time.Second {
				t.Errorf("a quarter of a megabyte takes %s, two take %s", small, large)
			}
		})
	}
}

func splitTime(t *testing.T, statement string, size int) time.Duration {
	t.Helper()
	text := strings.Repeat(statement, size/len(statement)+1)
	start := time.Now()
	statements, err := SplitDDL(text)
	if err != nil || len(statements) != size/len(statement)+1 {
		t.Fatalf("%d statements, error %v", len(statements), err)
	}
	return time.Since(start)
}

func elapsed(t *testing.T, def Definition) time.Duration {
	t.Helper()
	opts := toDev
	opts.ReportOthers = true // then every literal is read, not only those that hold the name
	start := time.Now()
	if _, err := Rewrite(def, opts); err != nil && def.Language == "" {
		t.Fatal(err)
	}
	return time.Since(start)
}

func TestTwoHundredParentheses(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("(select * from ", 200) + "PROD_DB.S.T" + strings.Repeat(")", 200)
	result, err := Rewrite(Definition{Kind: View, Text: "create view V as " + text}, toDev)
	if err != nil || result.Certain != 1 || !strings.Contains(result.Text, " DEV_DB.S.T)") {
		t.Errorf("%d certain, error %v", result.Certain, err)
	}
}

func TestHundredThousandComments(t *testing.T) {
	t.Parallel()
	text := "select 1 from PROD_DB.S.T" + strings.Repeat(" /* PROD_DB.S.T */ -- PROD_DB.S.T\n", 50_000) + ", PROD_DB.S.U"
	result, err := Rewrite(Definition{Kind: Script, Text: text}, toDev)
	if err != nil || result.Certain != 2 || strings.Count(result.Text, "PROD_DB") != 100_000 {
		t.Errorf("%d certain, error %v", result.Certain, err)
	}
}

func TestTenMegabytes(t *testing.T) {
	t.Parallel()
	def := bigDefinition(10 << 20)
	result, err := Rewrite(def, toDev)
	if err != nil {
		t.Fatal(err)
	}
	if result.Certain < 50000 || result.Probable < 15000 || len(result.Text) >= len(def.Text) {
		t.Errorf("%d certain, %d probable, %d bytes", result.Certain, result.Probable, len(result.Text))
	}
}
