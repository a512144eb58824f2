package emulator_test

import "database/sql/driver"

// twoSessions is a table that two sessions of a role work on.
var twoSessions = shop + `USE ROLE PROD; CREATE TABLE SHOP.PUBLIC.T (A NUMBER, B VARCHAR);
	INSERT INTO SHOP.PUBLIC.T VALUES (1, 'one'), (2, 'two'); CREATE STREAM SHOP.PUBLIC.S ON TABLE SHOP.PUBLIC.T;`

// sessions logs two sessions in.
func (w *world) sessions() (one, other *world) {
	w.t.Helper()
	one, other = w.as("PROD"), w.as("PROD")
	for _, s := range []*world{one, other} {
		s.run("USE WAREHOUSE PROD_WH", "USE SCHEMA SHOP.PUBLIC")
	}
	return one, other
}

// sees demands the values of column A that a session reads from a relation.
func (w *world) sees(what, relation string, want ...string) {
	w.t.Helper()
	equal(w.t, what, w.rows("SELECT A FROM "+relation+" ORDER BY A"), want...)
}

var transactionFacts = []fact{
	{
		id: "L14", name: "others_see_what_is_committed", reason: "reading what may be rolled back would be a wrong answer", setup: twoSessions,
		show: func(w *world) {
			one, other := w.sessions()
			one.run("BEGIN", "INSERT INTO T VALUES (3, 'three')", "UPDATE T SET A = A + 10 WHERE A = 1")
			one.sees("its own rows", "T", "2", "3", "11")
			other.sees("nothing of it", "T", "1", "2")
			other.fails(625, "has locked table 'T' in transaction", "DELETE FROM T WHERE A = 2")
			other.fails(625, "has locked table 'T'", "ALTER TABLE T ADD COLUMN C NUMBER")
			other.run("INSERT INTO T VALUES (4, 'four')")
			one.sees("what others commit, too", "T", "2", "3", "4", "11")
			one.sees("the past of others", "T AT(OFFSET => 0)", "2", "3", "4", "11")
			one.run("COMMIT")
			other.sees("what was committed", "T", "2", "3", "4", "11")
			other.run("DELETE FROM T WHERE A = 2")
		},
	},
	{
		id: "L14", name: "who_inserts_locks_nobody_out", reason: "and finds what others did", setup: twoSessions,
		show: func(w *world) {
			one, other := w.sessions()
			one.run("BEGIN", "INSERT INTO T VALUES (3, 'three')")
			other.run("DELETE FROM T WHERE A = 1")
			one.sees("both changes", "T", "2", "3")
			one.run("COMMIT")
			other.sees("both changes", "T", "2", "3")
		},
	},
	{
		id: "L14", name: "what_is_left_open_is_taken_back", reason: "by ROLLBACK, by the end of a session, after a task", setup: twoSessions,
		show: func(w *world) {
			one, other := w.sessions()
			one.run("BEGIN", "DELETE FROM T", "ROLLBACK")
			one.sees("as it was", "T", "1", "2")
			one.run("BEGIN", "DELETE FROM T")
			_ = one.conn.Raw(func(any) error { return driver.ErrBadConn }) // Closes the connection and so the session.
			other.sees("as it was", "T", "1", "2")
			other.run("DELETE FROM T WHERE A = 2")
			other.run("CREATE TASK BAD WAREHOUSE = PROD_WH AS BEGIN BEGIN TRANSACTION; DELETE FROM T; SELECT 1 / 0; END")
			other.run("EXECUTE TASK BAD")
			other.sees("what a task did that failed", "T", "1")
			other.run("BEGIN", "INSERT INTO T VALUES (5, 'five')", "EXECUTE TASK BAD")
			other.sees("nothing of another session's", "T", "1", "5")
		},
	},
	{
		id: "L15", name: "without_autocommit_dml_begins_a_transaction", reason: "ROLLBACK takes it back", setup: twoSessions,
		show: func(w *world) {
			one, other := w.sessions()
			one.run("ALTER SESSION SET AUTOCOMMIT = FALSE", "INSERT INTO T VALUES (3, 'three')")
			equal(w.t, "open", one.rows("SELECT CURRENT_TRANSACTION() IS NULL"), "0")
			one.run("ROLLBACK")
			one.sees("as it was", "T", "1", "2")
			one.run("DELETE FROM T WHERE A = 1", "COMMIT", "DELETE FROM T", "CREATE TABLE T2 (A NUMBER)", "ROLLBACK")
			other.sees("DDL commits", "T")
		},
	},
	{
		id: "T17", name: "a_transaction_reads_a_stream_again", reason: "rows that a transaction rolled back read are not lost", setup: twoSessions,
		show: func(w *world) {
			one, other := w.sessions()
			one.run("CREATE TABLE SINK (A NUMBER)", "INSERT INTO T VALUES (3, 'three')",
				"BEGIN", "INSERT INTO SINK SELECT A FROM S", "INSERT INTO T VALUES (4, 'four')")
			other.run("INSERT INTO T VALUES (5, 'five')")
			one.sees("the same as at first", "S", "3")
			equal(w.t, "data", one.rows("SELECT SYSTEM$STREAM_HAS_DATA('S')"), "1")
			one.run("ROLLBACK")
			one.sees("nothing is lost", "S", "3", "5")
			one.run("BEGIN", "INSERT INTO SINK SELECT A FROM S", "INSERT INTO T VALUES (6, 'six')", "COMMIT")
			one.sees("what came since the transaction began", "S", "6")
			one.sees("once", "SINK", "3", "5")
			one.run("CREATE TABLE SINK2 AS SELECT A FROM S")
			one.sees("CREATE TABLE AS moves the offset", "S")
		},
	},
	{
		id: "T18", name: "changed_rows_are_marked", reason: "an update is told from a deletion and an insertion", setup: twoSessions,
		show: func(w *world) {
			one, _ := w.sessions()
			const all = "SELECT A, B, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY 1, 3"
			one.run("CREATE STREAM ADDED ON TABLE T APPEND_ONLY = TRUE", "UPDATE T SET B = 'uno' WHERE A = 1",
				"UPDATE T SET B = 'eins' WHERE A = 1", "DELETE FROM T WHERE A = 2", "INSERT INTO T VALUES (3, 'three')",
				"UPDATE T SET B = 'drei' WHERE A = 3")
			equal(w.t, "net changes", one.rows(all), "1 one DELETE 1", "1 eins INSERT 1", "2 two DELETE 0", "3 drei INSERT 0")
			equal(w.t, "rows", one.rows("SELECT COUNT(DISTINCT METADATA$ROW_ID) FROM S"), "3")
			one.sees("insertions alone", "ADDED", "3")
			one.run("ALTER TABLE T ADD COLUMN C NUMBER DEFAULT 7")
			equal(w.t, "a column more changes no row", one.rows(all),
				"1 one DELETE 1", "1 eins INSERT 1", "2 two DELETE 0", "3 drei INSERT 0")
			one.run("MERGE INTO T USING (SELECT 1 AS K) ON A = K WHEN MATCHED THEN UPDATE SET B = 'one'")
			equal(w.t, "back to what it was", one.rows(all), "2 two DELETE 0", "3 drei INSERT 0")
		},
	},
	{
		id: "merge", name: "a_row_without_a_match_has_the_columns_of_the_source", reason: "dbt names them without more", setup: twoSessions,
		show: func(w *world) {
			one, _ := w.sessions()
			one.run("MERGE INTO T AS D USING (SELECT 3 AS A, 'three' AS B UNION ALL SELECT 4, 'four') AS N ON N.A = D.A " +
				"WHEN MATCHED THEN UPDATE SET A = N.A WHEN NOT MATCHED AND B = 'three' THEN INSERT (A, B) VALUES (A, B)")
			one.sees("the source's", "T", "1", "2", "3")
			one.fails(904, "invalid identifier 'D.A'", "MERGE INTO T AS D USING (SELECT 3 AS A) AS N ON N.A = D.A WHEN NOT MATCHED THEN INSERT (A) VALUES (D.A)")
		},
	},
	{
		id: "L16", name: "merge_takes_no_row_by_chance", reason: "the order of rows must not decide", setup: twoSessions,
		show: func(w *world) {
			one, _ := w.sessions()
			const twice = "MERGE INTO T USING (SELECT 1 AS K, 'x' AS N UNION ALL SELECT 1, 'y') ON A = K WHEN MATCHED THEN "
			one.fails(100090, "Duplicate row detected during DML action\nRow Values: [1, \"one\"]", twice+"UPDATE SET B = N")
			one.fails(100090, "Duplicate row", twice+"UPDATE SET B = 'same'")
			one.fails(100090, "Duplicate row", "MERGE INTO T USING (SELECT 1 AS K, 'x' AS N UNION ALL SELECT 1, 'y') ON A = K "+
				"WHEN MATCHED AND N = 'x' THEN DELETE WHEN MATCHED THEN UPDATE SET B = N")
			equal(w.t, "one fits", one.rows(twice[:len(twice)-5]+"AND N = 'x' THEN UPDATE SET B = N"), "1")
			equal(w.t, "all delete", one.rows(twice+"DELETE"), "1")
			const joined = "UPDATE T SET B = N FROM (SELECT 2 AS K, 'x' AS N UNION ALL SELECT 2, 'y') WHERE A = K"
			equal(w.t, "counted", one.rows(joined), "1 1")
			one.run("ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE")
			one.fails(100090, "Row Values: [2, \"x\"]", joined)
			one.run("ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_MERGE = FALSE")
			equal(w.t, "the first decides", one.rows("MERGE INTO T USING (SELECT 2 AS K, 'x' AS N UNION ALL SELECT 2, 'y') ON A = K "+
				"WHEN MATCHED THEN UPDATE SET B = N"), "1")
		},
	},
}
