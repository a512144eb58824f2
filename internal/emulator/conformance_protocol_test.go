package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	sf "github.com/snowflakedb/gosnowflake/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator"
)

// fault adds a fault that must be valid.
func (w *world) fault(f emulator.Fault) {
	w.t.Helper()
	if _, err := w.running.AddFault(f); err != nil {
		w.t.Fatal(err)
	}
}

var raceFacts = []fact{
	{
		id: "C38", name: "a_rename_during_a_clone_fails_it", reason: "a new attempt succeeds; the race is a fault that strikes twice", setup: shop,
		show: func(w *world) {
			w.fault(emulator.Fault{
				Kind: emulator.FaultError, Match: "CLONE SHOP", Times: 2, Code: 2002, State: "42710",
				Message: "SQL compilation error:\nObject 'CUSTOMERS' already exists.",
			})
			for range 2 {
				w.fails(2002, "Object 'CUSTOMERS' already exists.", "CREATE DATABASE D CLONE SHOP")
				equal(w.t, "nothing is left behind", w.column("name", "SHOW DATABASES LIKE 'D'"))
			}
			w.run("CREATE DATABASE D CLONE SHOP")
		},
	},
	{
		id: "C39", name: "changed_data_without_retention_fail_a_clone", reason: "retention for its duration helps; the race is a fault", setup: shop,
		show: func(w *world) {
			w.fault(emulator.Fault{
				Kind: emulator.FaultError, Match: "CLONE SHOP", Times: 1, Code: 707, State: "02000", Message: "Data is not available.",
			})
			w.fails(707, "Data is not available.", "CREATE DATABASE D CLONE SHOP")
			w.run("CREATE DATABASE D CLONE SHOP")
		},
	},
	{
		id: "L13", name: "a_lock_has_twenty_waiters", reason: "the next one is aborted; the crowd is a fault", setup: shop,
		show: func(w *world) {
			w.fault(emulator.Fault{
				Kind: emulator.FaultError, Match: "UPDATE", Times: 1, Code: 625, State: "57014",
				Message: "Statement 'x' has locked table 'CUSTOMERS' in transaction 1 and this lock has not yet been released.",
			})
			w.fails(625, "has locked table 'CUSTOMERS'", "UPDATE SHOP.SALES.CUSTOMERS SET NAME = 'x'")
			w.run("UPDATE SHOP.SALES.CUSTOMERS SET NAME = 'x'")
		},
	},
}

var protocolFacts = []fact{
	{
		id: "E1", name: "a_repeated_request_runs_once", reason: "the driver posts again with the same request id", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			for _, kind := range []emulator.FaultKind{emulator.FaultHTTPAfter, emulator.FaultResetAfter} {
				w.fault(emulator.Fault{Kind: kind, Match: "CREATE TABLE D.PUBLIC", Times: 1})
				w.run("CREATE TABLE D.PUBLIC.\"" + string(kind) + "\" (A NUMBER)")
			}
			equal(w.t, "tables", w.column("name", "SHOW TABLES IN DATABASE D"), "http-after", "reset-after")
		},
	},
	{
		id: "E2", name: "statements_have_a_status", reason: "it tells running ones from those that ended", setup: "",
		show: func(w *world) {
			w.run("SELECT 1")
			if err := w.statusOf(w.queryID); err != nil {
				w.t.Error(err)
			}
			for word, want := range map[string]int{"RUNNING": statusRunning, "BLOCKED": statusOdd, "ABORTED": statusOdd} {
				w.fault(emulator.Fault{Kind: emulator.FaultQueryStatus, State: word, Times: 1})
				if got := number(w.statusOf(w.queryID)); got != want {
					w.t.Errorf("%s is %d to the driver, want %d", word, got, want)
				}
			}
		},
	},
	{
		id: "E4", name: "a_lost_statement_is_found_by_its_tag", reason: "the state tells whether to repeat it", setup: "CREATE DATABASE D;",
		show: func(w *world) {
			w.must(w.query(sf.WithQueryTag(w.t.Context(), "run-7/step-1"), "CREATE SCHEMA D.S"))
			equal(w.t, "history", w.rows("SELECT QUERY_TEXT, EXECUTION_STATUS FROM TABLE(D.INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE QUERY_TAG = 'run-7/step-1'"),
				"CREATE SCHEMA D.S SUCCESS")
		},
	},
	{
		id: "L4", name: "a_statement_times_out", reason: "two days by default, DDL too", setup: "",
		show: func(w *world) {
			equal(w.t, "defaults", w.rows("SHOW PARAMETERS LIKE '%\\\\_TIMEOUT%' IN SESSION", "key", "value"),
				"LOCK_TIMEOUT 43200", "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS 0", "STATEMENT_TIMEOUT_IN_SECONDS 172800")
			if err := w.running.SetLatency(emulator.Latency{Match: "DATABASE SLOW", Delay: time.Minute}); err != nil {
				w.t.Fatal(err)
			}
			w.run("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
			w.fails(630, "timeout of 1 second(s)", "CREATE DATABASE SLOW")
			equal(w.t, "nothing is done", w.column("name", "SHOW DATABASES LIKE 'SLOW'"))
		},
	},
	{
		id: "L5 L6", name: "an_asynchronous_statement_goes_on_and_keeps_its_result", reason: "its id is enough to fetch it", setup: shop,
		show: func(w *world) {
			equal(w.t, "default", w.column("value", "SHOW PARAMETERS LIKE 'ABORT_DETACHED_QUERY' IN SESSION"), "false")
			w.must(w.query(sf.WithAsyncMode(w.t.Context()), "SELECT NAME FROM SHOP.SALES.CUSTOMERS ORDER BY 1"))
			id := w.queryID
			equal(w.t, "scan", w.rows("SELECT * FROM TABLE(RESULT_SCAN('"+id+"'))"), "Ann", "Bob")
			equal(w.t, "fetch", w.must(w.query(sf.WithFetchResultByID(w.t.Context(), id), "")).print(), "Ann", "Bob")
		},
	},
	{
		id: "L7", name: "a_query_tag_has_at_most_2000_characters", reason: "it is shown in the history", setup: "",
		show: func(w *world) {
			w.run("ALTER SESSION SET QUERY_TAG = '" + strings.Repeat("x", 2000) + "'")
			w.fails(1008, "QUERY_TAG", "ALTER SESSION SET QUERY_TAG = '"+strings.Repeat("x", 2001)+"'")
		},
	},
	{
		id: "L8", name: "a_session_ends_after_four_idle_hours", reason: "it must be kept alive or opened anew", setup: "",
		show: func(w *world) {
			w.tick(3 * time.Hour)
			w.run("SELECT 1")
			w.tick(4*time.Hour + time.Second)
			w.fails(390114, "expired", "SELECT 1")
		},
	},
	{
		id: "L9", name: "a_request_has_one_statement_unless_it_says_more", reason: "0 stands for any number", setup: "",
		show: func(w *world) {
			w.fails(8, "Actual statement count 2 did not match the desired statement count 1.", "CREATE DATABASE A; CREATE DATABASE B")
			w.must(w.query(sf.WithMultiStatement(w.t.Context(), 0), "CREATE DATABASE A; CREATE DATABASE B"))
			equal(w.t, "databases", w.column("name", "SHOW DATABASES"), "A", "B")
		},
	},
	{
		id: "L10", name: "there_is_no_async_outside_a_block", reason: "the driver has its own way", setup: "",
		show: func(w *world) {
			w.fails(1003, "unexpected 'ASYNC'", "ASYNC (SELECT 1)")
			w.fails(1003, "unexpected 'AWAIT'", "AWAIT ALL")
		},
	},
}

// statusOf asks for the status of a statement, as the driver does.
func (w *world) statusOf(id string) error {
	return w.conn.Raw(func(raw any) error {
		session, ok := raw.(sf.SnowflakeConnection)
		if !ok {
			return errors.New("read the status of a statement: this is no connection to Snowflake")
		}
		_, err := session.GetQueryStatus(context.WithoutCancel(w.t.Context()), id)
		if err != nil {
			return fmt.Errorf("read the status of %s: %w", id, err)
		}
		return nil
	})
}
