//go:build unix

package sqltext

import (
	"strings"
	"syscall"
	"testing"
)

// measure runs f over a text of so many bytes. Beside the usual MB/s it reports
// megabytes per second of processor time (MB/cpu-s), which holds on a machine
// that is busy with other work too.
func measure(b *testing.B, size int, f func()) {
	b.Helper()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		f()
	}
	if used := processorTime(b) - before; used > 0 {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/used, "MB/cpu-s")
	}
}

// processorTime returns the seconds of processor time that the process has used.
func processorTime(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// withoutTheName returns the same definition with other names.
func withoutTheName(def Definition) Definition {
	def.Text = strings.NewReplacer("PROD_DB", "OTHER_DB", "prod_db", "other_db").Replace(def.Text)
	return def
}

// bigScript returns many views, as GET_DDL prints those of a schema.
func bigScript(size int) Definition {
	const view = `create or replace view PROD_DB.S.ORDERS_BY_REGION(
	REGION,
	TOTAL
) comment='made from "ORDERS"' as
select r.NAME as REGION, sum(o.AMOUNT) as TOTAL -- gross
from PROD_DB.SALES.ORDERS o
join PROD_DB.SALES.REGIONS r on r.ID = o.REGION_ID and r.KIND = 'X'
where o.CREATED_AT >= dateadd('day', -30, current_date()) and o.STATUS in ('A', 'B')
group by r.NAME;
`
	return Definition{Kind: Script, Text: strings.Repeat(view, size/len(view))}
}

// bigJavaScript returns the body of a procedure in JavaScript.
func bigJavaScript(size int) Definition {
	const block = `
    // copies what has changed
    var rows = snowflake.execute({sqlText: "select ID, NAME from PROD_DB.RAW.CUSTOMERS where DAY = ?", binds: [day]});
    while (rows.next()) { total += rows.getColumnValue(1) / 2; log('row ' + rows.getColumnValue("NAME")); }
    snowflake.execute({sqlText: ` + "`insert into PROD_DB.MART.CUSTOMERS select * from ${table} where DAY = '${day}'`" + `});
`
	return Definition{Kind: RoutineBody, Language: "JAVASCRIPT", Text: strings.Repeat(block, size/len(block))}
}

// bigPython returns the body of a procedure in Python.
func bigPython(size int) Definition {
	const block = `
def load(session, schema):
    """Copies what has changed; it isn't quick."""
    rows = session.table("PROD_DB.RAW.CUSTOMERS").filter(col("DAY") == day)  # by day
    session.sql(f"insert into PROD_DB.{schema}.CUSTOMERS select * from {table} where DAY = '{day}'").collect()
    rows.write.mode("append").save_as_table('PROD_DB.MART.CUSTOMERS')
    return {"rows": rows.count(), "state": 'done', "note": "copied %d rows" % rows.count()}
`
	return Definition{Kind: RoutineBody, Language: "PYTHON", Text: strings.Repeat(block, size/len(block))}
}

// bigJava returns the body of a procedure in Java.
func bigJava(size int) Definition {
	const block = `
  /** Copies what has changed; it isn't quick. */
  public long load(Session session, String schema) { // by day
    Row[] rows = session.table("PROD_DB.RAW.CUSTOMERS").filter(col("DAY").equal_to(lit(day))).collect();
    session.sql("insert into PROD_DB." + schema + ".CUSTOMERS select * from T where DAY = '" + day + "'").collect();
    String query = """
        select ID, NAME from PROD_DB.RAW.CUSTOMERS
        where "Day" = ? and KIND = 'X'""";
    char separator = '"'; return rows.length / 2;
  }
`
	return Definition{Kind: RoutineBody, Language: "JAVA", Text: strings.Repeat(block, size/len(block))}
}

// bigScala returns the body of a procedure in Scala.
func bigScala(size int) Definition {
	const block = `
  /* copies /* what */ has changed */
  def load(session: Session, schema: String): Long = {
    val rows = session.table("PROD_DB.RAW.CUSTOMERS").filter(col("DAY") === lit(day))
    session.sql(s"insert into PROD_DB.$schema.CUSTOMERS select * from ${table} where DAY = '$day'").collect()
    val query = """select ID, NAME from PROD_DB.RAW.CUSTOMERS where "Day" = 'X'"""
    val separator = '"'; rows.count() / 2
  }
`
	return Definition{Kind: RoutineBody, Language: "SCALA", Text: strings.Repeat(block, size/len(block))}
}

func BenchmarkRewrite(b *testing.B) {
	const mb = 1 << 20
	cases := []struct {
		name string
		def  Definition
	}{
		{"a procedure with the name", bigDefinition(mb)},
		{"views with the name", bigScript(mb)},
		{"JavaScript with the name", bigJavaScript(mb)},
		{"Python with the name", bigPython(mb)},
		{"Java with the name", bigJava(mb)},
		{"Scala with the name", bigScala(mb)},
		{"a procedure without the name", withoutTheName(bigDefinition(mb))},
		{"views without the name", withoutTheName(bigScript(mb))},
		{"one view", Definition{Kind: View, Text: bigScript(1000).Text}},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			measure(b, len(c.def.Text), func() {
				if _, err := Rewrite(c.def, toDev); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

func BenchmarkRewriteReportsOthers(b *testing.B) {
	def := withoutTheName(bigScript(1 << 20))
	opts := toDev
	opts.ReportOthers = true
	measure(b, len(def.Text), func() {
		if _, err := Rewrite(def, opts); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkSplitDDL(b *testing.B) {
	text := bigScript(1 << 20).Text
	measure(b, len(text), func() {
		if _, err := SplitDDL(text); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkReferences(b *testing.B) {
	def := bigDefinition(1 << 20)
	measure(b, len(def.Text), func() { References(def) })
}

func BenchmarkLex(b *testing.B) {
	text := bigScript(1 << 20).Text
	measure(b, len(text), func() { Lex(text) })
}
