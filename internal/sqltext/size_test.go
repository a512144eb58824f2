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
		"a long name": func(size int) Definition {
			return Definition{Kind: Script, Text: "select " + strings.Repeat("PROD_DB.", size/8) + "T"}
		},
		"a word that nearly is the name": func(size int) Definition {
			return Definition{Kind: Script, Text: "select " + strings.Repeat("ROD_DB", size/6) + " from PROD_DB.S.T"}
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

func elapsed(t *testing.T, def Definition) time.Duration {
	t.Helper()
	start := time.Now()
	if _, err := Rewrite(def, toDev); err != nil && def.Language == "" {
		t.Fatal(err)
	}
	return time.Since(start)
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
