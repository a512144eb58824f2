package emulator_test

import "strings"

var scriptFacts = []fact{
	{
		id: "C43 G15", name: "an_owners_rights_procedure_has_its_owners_rights_alone", reason: "a caller's-rights one has the caller's",
		setup: shop + `CREATE DATABASE SECRET; CREATE TABLE SECRET.PUBLIC.T (A NUMBER); USE ROLE PROD;
			CREATE PROCEDURE SHOP.SALES.AS_OWNER() RETURNS VARCHAR LANGUAGE SQL EXECUTE AS OWNER AS
				'BEGIN LET V VARCHAR := (SELECT GET_DDL(''TABLE'', ''SECRET.PUBLIC.T'')); RETURN V; END';
			CREATE PROCEDURE SHOP.SALES.AS_CALLER() RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS
				'BEGIN LET V VARCHAR := (SELECT GET_DDL(''TABLE'', ''SECRET.PUBLIC.T'')); RETURN V; END';`,
		show: func(w *world) {
			w.fails(2003, "SECRET", "CALL SHOP.SALES.AS_OWNER()")
			if got := w.rows("CALL SHOP.SALES.AS_CALLER()")[0]; !strings.HasPrefix(got, "create or replace TABLE T") {
				w.t.Error(got)
			}
		},
	},
	{
		id: "E5", name: "what_nobody_handles_ends_the_script", reason: "it names the place and keeps the number", setup: "",
		show: func(w *world) {
			w.fails(2003, "Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position", "EXECUTE IMMEDIATE $$\nBEGIN DROP TABLE D.PUBLIC.T; END $$")
		},
	},
	{
		id: "T15 T16", name: "tasks_and_alerts_run_once_when_told", reason: "with their owners' rights",
		setup: shop + `USE ROLE PROD; CREATE TABLE SHOP.SALES.LOG (A VARCHAR);
			CREATE TASK SHOP.SALES.T WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS INSERT INTO SHOP.SALES.LOG SELECT 'task ' || CURRENT_ROLE();
			CREATE ALERT SHOP.SALES.A WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' IF (EXISTS (SELECT 1)) THEN INSERT INTO SHOP.SALES.LOG SELECT 'alert ' || CURRENT_ROLE();`,
		show: func(w *world) {
			w.run("EXECUTE TASK SHOP.SALES.T", "EXECUTE ALERT SHOP.SALES.A")
			equal(w.t, "log", w.rows("SELECT A FROM SHOP.SALES.LOG ORDER BY 1"), "alert PROD", "task PROD")
		},
	},
}
