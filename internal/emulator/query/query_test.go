package query

import (
	"testing"
)

func TestRows(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"select 1, 'a', null, true, 1.50, 1e3":                                                                                "1|a|NULL|true|1.50|1000",
		"select id, note from orders where id <= 2":                                                                           "1|first\n2|NULL",
		"select * from db.s.customers where name ilike 'a%'":                                                                  "10|Ann|true",
		"select c.* exclude (name), 'x' || c.id x from customers c limit 1":                                                   "10|true|x10",
		"select * exclude id rename name as n from customers limit 1":                                                         "Ann|true",
		"select \"lower\" from customers order by 1 nulls first":                                                              "NULL\nfalse\ntrue",
		"select o.id, c.name from orders o join customers c on o.customer = c.id order by o.id":                               "1|Ann\n2|Ann\n3|Bob",
		"select o.id, c.name from orders o left join customers c on o.customer = c.id and c.name = 'Bob'":                     "1|NULL\n2|NULL\n3|Bob\n4|NULL",
		"select o.id, c.name from orders o right join customers c on o.customer = c.id where o.id is null":                    "NULL|Cid",
		"select o.id, c.id from orders o full outer join customers c on o.customer = c.id where o.id is null or c.id is null": "4|NULL\nNULL|30",
		"select * from (select 1 i, 2 a) x join (select 1 i, 3 b) y using (i)":                                                "1|2|3",
		"select i, x.a, y.i from (select 1 i, 2 a) x natural full join (select 5 i) y order by i":                             "1|2|NULL\n5|NULL|5",
		"select count(*) from orders, customers":                                                                              "12",
		"select customer, count(*), sum(amount), avg(amount), min(day) from orders group by customer order by 1":              "10|2|12.50|6.25000000|2026-01-01\n20|1|1.25|1.25000000|2026-02-01\n99|1|2.00|2.00000000|2026-02-02",
		"select count(*), count(note), sum(amount) from orders where 1 = 0":                                                   "0|0|NULL",
		"select customer c, count(distinct note) n from orders group by c having n > 0 order by n desc, c":                    "10|1\n20|1\n99|1",
		"select date_trunc(month, day) m, sum(amount) from orders group by 1 order by m desc":                                 "2026-02-01|3.25\n2026-01-01|12.50",
		"select day > '2026-01-20' late, count(*) from orders group by all order by 1":                                        "false|2\ntrue|2",
		"select customer, id, sum(amount) from orders where customer = 10 group by rollup (customer, id) order by 1, 2":       "10|1|5.00\n10|2|7.50\n10|NULL|12.50\nNULL|NULL|12.50",
		"select listagg(name, ',') within group (order by name desc) from customers":                                          "Cid,Bob,Ann",
		"select array_agg(id) from customers":                                                                                 "[10,20,30]",
		"select distinct customer > 15 from orders order by 1":                                                                "false\ntrue",
		"select id + 1 as a, a * 2 as b from orders where a = 2":                                                              "2|4",
		"select amount as id from orders where id = 3":                                                                        "1.25",
		"select id from orders where customer in (select id from customers where name = 'Bob')":                               "3",
		"select id from orders where customer not in (10, 20)":                                                                "4",
		"select name from customers c where exists (select 1 from orders o where o.customer = c.id) order by 1":               "Ann\nBob",
		"select name, (select count(*) from orders o where o.customer = c.id) n from customers c order by n desc":             "Ann|2\nBob|1\nCid|0",
		"select (select max(id) from orders)":                                                                                 "4",
		"select 1 where 1 = any (select 1 union select 2) and 3 > all (select 2)":                                             "1",
		"select 1 union all select 1 union select 2 order by 1 desc":                                                          "2\n1",
		"select 1 intersect select 1":                                                                                         "1",
		"(select 1 union select 2) minus select 1":                                                                            "2",
		"select 1 a, 2 b union all by name select 3 b, 4 c":                                                                   "1|2|NULL\nNULL|3|4",
		"with c as (select id from customers), d (x) as (select * from c) select sum(x) from d":                               "60",
		"with recursive r as (select 1 n union all select n + 1 from r where n < 4) select listagg(n, ' ') from r":            "1 2 3 4",
		"with t (n) as (select 1 union all select 5) select * from t":                                                         "1\n5",
		"with orders as (select 1 id) select * from orders, db.s.orders o where o.id = orders.id and o.id = 1":                "1|1|10|5.00|2026-01-01|first",
		"with orders as (select * from orders) select count(*) from orders":                                                   "4",
		"select * from values (1, 'a'), (2, 'b') as v (i, s) where i = 2":                                                     "2|b",
		"select column1, $2 from (values (1, 'a'))":                                                                           "1|a",
		"values (1, 2), (3, 4)": "1|2\n3|4",
		"select id, row_number() over (partition by customer order by amount desc) r from orders qualify r = 1 order by 1":             "2|1\n3|1\n4|1",
		"select id, sum(amount) over (order by id) from orders":                                                                        "1|5.00\n2|12.50\n3|13.75\n4|15.75",
		"select id, lag(id) over (order by id), lead(id, 2, 0) over (order by id) from orders":                                         "1|NULL|3\n2|1|4\n3|2|0\n4|3|0",
		"select customer, sum(count(*)) over () from orders group by customer order by 1":                                              "10|4\n20|4\n99|4",
		"select rank() over (order by customer), dense_rank() over (order by customer) from orders":                                    "1|1\n1|1\n3|2\n4|3",
		"select sum(id) over (order by id rows between 1 preceding and current row) from orders":                                       "1\n3\n5\n7",
		"select v:a.b[0], v:a.b[1]::string, v:x, v:c from docs limit 1":                                                                "1|two|NULL|null",
		"select f.value, f.index from docs, lateral flatten(input => v:a.b) f":                                                         "1|0\ntwo|1",
		"select f.key from docs d, table(flatten(d.v, outer => true)) f order by 1":                                                    "a\na\nc",
		"select f.value from docs d, lateral flatten(input => d.v:a.b, outer => true) f":                                               "1\ntwo\nNULL",
		"select x.n from customers c, lateral (select max(amount) n from orders o where o.customer = c.id) x":                          "7.50\n1.25\nNULL",
		"select index, value from table(split_to_table('a,b', ',')) s":                                                                 "1|a\n2|b",
		"select count(*) from table(generator(rowcount => 5))":                                                                         "5",
		"select seq.nextval, db.s.seq.nextval":                                                                                         "1|2",
		"select current_role(), twice(4), db.s.twice(n => 2), $v, ?, :name":                                                            "ANALYST|8|4|var|7|Ann",
		"select current_date, sysdate()":                                                                                               "2026-02-03|2026-02-03 04:05:06.000",
		"select * from table(echo(a => 1 + 1, b => upper('x')))":                                                                       "2|X",
		"select count(*) from orders at(offset => -60)":                                                                                "0",
		"select orders.id, s.orders.id, db.s.orders.id from db.s.orders where id = 1":                                                  "1|1|1",
		"select k, v from (select 1 a, 2 b) unpivot (v for k in (a, b as 'bee'))":                                                      "A|1\nbee|2",
		"select top 2 id from orders order by id desc":                                                                                 "4\n3",
		"select id from orders order by id offset 1 rows fetch first 2 rows only":                                                      "2\n3",
		"select id from orders order by -id limit 1":                                                                                   "4",
		"select name from customers order by length(name), name desc":                                                                  "Cid\nBob\nAnn",
		"select count(*) c from orders having c > 5":                                                                                   "",
		"select c.id from customers c where c.id = (select min(x.customer) from orders x where x.customer >= c.id) order by 1":         "10\n20",
		"with a as (select 1 x) select * from a where x in (with b as (select x from a) select x from b)":                              "1",
		"select a.x from (select 1 x) a where exists (with b as (select a.x y) select 1 from b, lateral (select b.y z) q where z = 1)": "1",
		"select {'a': 1, 'b': [1, null]}, [1, 'x'][1], {*} from (select 1 k)":                                                          `{"a":1,"b":[1,null]}|x|{"K":1}`,
		"select max(case when customer = 10 then amount end) from orders":                                                              "7.50",
		"select customer + 1 from orders group by customer order by customer limit 1":                                                  "11",
		"select upper(note) from orders group by upper(note) order by 1 nulls first":                                                   "NULL\n100%\nA_B\nFIRST",
	} {
		got, err := answer(t, src)
		if err != nil {
			t.Errorf("%s\n%v", src, err)
		} else if got != want {
			t.Errorf("%s\n got %q\nwant %q", src, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"select nope from orders":                                          "000904 (42000): SQL compilation error: error line 1 at position 7\ninvalid identifier 'NOPE'",
		"select id\n  , o.nope from orders o":                              "000904 (42000): SQL compilation error: error line 2 at position 4\ninvalid identifier 'O.NOPE'",
		"select orders.id from orders o":                                   "000904 (42000): SQL compilation error: error line 1 at position 7\ninvalid identifier 'ORDERS.ID'",
		`select "id" from orders`:                                          "000904 (42000): SQL compilation error: error line 1 at position 7\ninvalid identifier '\"id\"'",
		"select id from orders, customers":                                 "002028 (42601): SQL compilation error: error line 1 at position 7\nambiguous column name 'ID'",
		"select 1 from nope":                                               "002003 (02000): SQL compilation error:\nObject 'NOPE' does not exist or not authorized.",
		"with x as (select * from db.s.nope) select 1":                     "002003 (02000): SQL compilation error:\nObject 'DB.S.NOPE' does not exist or not authorized.",
		"select nope(1)":                                                   "002140 (42601): SQL compilation error:\nUnknown function NOPE",
		"select db.s.nope(1)":                                              "002141 (42601): SQL compilation error:\nUnknown user-defined function DB.S.NOPE",
		"select * from table(nope(1))":                                     "002140 (42601): SQL compilation error:\nUnknown function NOPE",
		"select upper()":                                                   "000938 (22023): SQL compilation error: error line 1 at position 7\nnot enough arguments for function [UPPER()], expected 1, got 0",
		"select upper(1, 2)":                                               "000939 (22023): SQL compilation error: error line 1 at position 7\ntoo many arguments for function [UPPER(1, 2)] expected 1, got 2",
		"select customer, id from orders group by customer":                "000979 (42601): SQL compilation error: error line 1 at position 17\n[ID] is not a valid group by expression",
		"select 1 union select 1, 2":                                       "001789 (42601): SQL compilation error:\ninvalid number of result columns for set operator input branches, expected 1, got 2 in branch {2}",
		"select 1 / 0":                                                     "100051 (22012): Division by zero",
		"select 'a' + 1":                                                   "100038 (22018): Numeric value 'a' is not recognized",
		"select (select id from orders)":                                   "090150 (22000): Single-row subquery returns more than one row.",
		"select 1 where count(*) > 1":                                      "002035 (42601): SQL compilation error:\nInvalid aggregate function in where clause [COUNT(*)]",
		"select other.nextval":                                             "002003 (02000): SQL compilation error:\nSequence 'OTHER' does not exist or not authorized.",
		"select * from @nope":                                              "002003 (02000): SQL compilation error:\nStage 'nope' does not exist or not authorized.",
		"select $1 from @db.s.st/x":                                        "000002 (0A000): Unsupported feature 'files of a stage'.",
		"select uniform(1, 2, random())":                                   "000002 (0A000): Unsupported feature 'function UNIFORM'.",
		"select a from orders connect by prior id = customer":              "000904",
		"select level from orders connect by prior id = customer":          "000002 (0A000): Unsupported feature 'CONNECT BY'.",
		"select * from orders pivot(sum(amount) for customer in (10, 20))": "000002 (0A000): Unsupported feature 'PIVOT'.",
		"select $nope":                                                     "002211",
		"select ?, ?":                                                      "002049",
		"select id from orders order by 2":                                 "002104",
		"select * exclude nope from orders":                                "000904",
		"select x.* from orders":                                           "000904",
		"select to_date('x')":                                              "100040 (22007): Date 'x' is not recognized",
		"select parse_json('{')":                                           "100069 (22P02)",
		"select cast('abc' as number)":                                     "100038 (22018): Numeric value 'abc' is not recognized",
		"select 1234::number(3,0)":                                         "100132 (22003)",
		"with recursive r as (select 1 n union all select n from r) select count(*) from r": "100298",
		"select id from orders at(statement => 'x')":                                        "000707 (02000): Data is not available.",
		"select dateadd(nope, 1, current_date)":                                             "000904",
		"select repeat('x', 100000000)":                                                     "100078",
	} {
		_, err := answer(t, src)
		if err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
			t.Errorf("%s\n got %v\nwant %s", src, err, want)
		}
	}
}
