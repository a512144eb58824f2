package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	emulated "github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// openAccount loads the production script and opens a session as the operator.
func openAccount(t *testing.T) *emulated.Session {
	t.Helper()
	a := emulated.New(emulated.Options{Name: accountName})
	if err := a.Load(t.Context(), "production.sql", productionScript); err != nil {
		t.Fatal(err)
	}
	s, err := a.OpenSession("SNOWCLONE", emulated.Context{Role: "SNOWCLONE_OPERATOR", Warehouse: "SNOWCLONE_WH"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// query runs a statement and returns its rows by column name.
func query(t *testing.T, s *emulated.Session, statement string) []map[string]string {
	t.Helper()
	result, err := s.Execute(t.Context(), emulated.Request{SQL: statement})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	var rows []map[string]string
	for _, cells := range result.Rows {
		row := map[string]string{}
		for i, cell := range cells {
			if cell != nil {
				row[strings.ToLower(result.Columns[i].Name)] = *cell
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// count counts the rows that keep accepts.
func count(rows []map[string]string, keep func(map[string]string) bool) int {
	n := 0
	for _, row := range rows {
		if keep(row) {
			n++
		}
	}
	return n
}

func all(map[string]string) bool { return true }

func TestTheAccountHasTheSizeThatPeopleReport(t *testing.T) {
	s := openAccount(t)
	plainTable := func(row map[string]string) bool {
		return row["is_dynamic"] != "Y" && row["is_iceberg"] != "Y" && row["is_dynamic"] != "true" && row["is_iceberg"] != "true"
	}
	plainView := func(row map[string]string) bool { return row["is_materialized"] != "true" }
	own := func(row map[string]string) bool {
		return row["name"] != "INFORMATION_SCHEMA" && row["name"] != "PUBLIC"
	}
	got := map[string]int{
		"schemas":            count(query(t, s, "SHOW SCHEMAS IN DATABASE PRODUCTION_DB"), own),
		"tables":             count(query(t, s, "SHOW TABLES IN DATABASE PRODUCTION_DB"), plainTable),
		"views":              count(query(t, s, "SHOW VIEWS IN DATABASE PRODUCTION_DB"), plainView),
		"materialized views": count(query(t, s, "SHOW MATERIALIZED VIEWS IN DATABASE PRODUCTION_DB"), all),
		"dynamic tables":     count(query(t, s, "SHOW DYNAMIC TABLES IN DATABASE PRODUCTION_DB"), all),
		"iceberg tables":     count(query(t, s, "SHOW ICEBERG TABLES IN DATABASE PRODUCTION_DB"), all),
		"procedures":         count(query(t, s, "SHOW USER PROCEDURES IN DATABASE PRODUCTION_DB"), all),
		"functions":          count(query(t, s, "SHOW USER FUNCTIONS IN DATABASE PRODUCTION_DB"), all),
		"streams":            count(query(t, s, "SHOW STREAMS IN DATABASE PRODUCTION_DB"), all),
		"tasks":              count(query(t, s, "SHOW TASKS IN DATABASE PRODUCTION_DB"), all),
		"started tasks": count(query(t, s, "SHOW TASKS IN DATABASE PRODUCTION_DB"), func(row map[string]string) bool {
			return row["state"] == "started"
		}),
		"pipes":     count(query(t, s, "SHOW PIPES IN DATABASE PRODUCTION_DB"), all),
		"alerts":    count(query(t, s, "SHOW ALERTS IN DATABASE PRODUCTION_DB"), all),
		"sequences": count(query(t, s, "SHOW SEQUENCES IN DATABASE PRODUCTION_DB"), all),
		"stages":    count(query(t, s, "SHOW STAGES IN DATABASE PRODUCTION_DB"), all),
		"tags":      count(query(t, s, "SHOW TAGS IN DATABASE PRODUCTION_DB"), all),
		"policies":  count(query(t, s, "SHOW MASKING POLICIES IN DATABASE PRODUCTION_DB"), all),
	}
	want := map[string]int{
		"schemas": 6, "tables": 60, "views": 280, "materialized views": 3, "dynamic tables": 3, "iceberg tables": 2,
		"procedures": 64, "functions": 23, "streams": 47, "tasks": 23, "started tasks": 20, "pipes": 6, "alerts": 4,
		"sequences": 15, "stages": 4, "tags": 2, "policies": 4,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects of the account (-want +got)\n%s", diff)
	}
}

func TestProductionGrantsAboutAsMuchAsPeopleReport(t *testing.T) {
	s := openAccount(t)
	grants := 0
	for _, grantee := range []string{
		"ROLE PROD_DBA", "ROLE PROD_READ_ONLY", "ROLE DATA_ANALYST_ROLE", "ROLE DATA_ENGINEER_ROLE", "ROLE PROJECT_ADMIN_ROLE",
		"DATABASE ROLE PRODUCTION_DB.REPORT_READER", "DATABASE ROLE PRODUCTION_DB.PROFILE_READER", "DATABASE ROLE PRODUCTION_DB.LOAD_OPERATOR",
	} {
		grants += count(query(t, s, "SHOW GRANTS TO "+grantee), func(row map[string]string) bool {
			inside := row["name"] == sourceDatabase || strings.HasPrefix(row["name"], sourceDatabase+".")
			return inside && row["privilege"] != "OWNERSHIP"
		})
	}
	if grants < 430 || grants > 470 {
		t.Errorf("%d grants on production, want about 450", grants)
	}
	future := len(query(t, s, "SHOW FUTURE GRANTS IN DATABASE PRODUCTION_DB")) + len(query(t, s, "SHOW FUTURE GRANTS IN SCHEMA PRODUCTION_DB.REPORTING"))
	if future < 5 {
		t.Errorf("%d future grants, want some", future)
	}
}

func TestExactlyThePromisedViewsNameTheDatabase(t *testing.T) {
	s := openAccount(t)
	naming := 0
	for _, row := range query(t, s, "SHOW VIEWS IN DATABASE PRODUCTION_DB") {
		if row["is_materialized"] == "true" {
			continue
		}
		name := sqltext.Name{
			Database: sourceDatabase, Schema: sqltext.Ident(row["schema_name"]), Object: sqltext.Ident(row["name"]),
		}
		ddl := query(t, s, "SELECT GET_DDL('VIEW', "+sqltext.Literal(name.SQL())+", TRUE) AS DDL")[0]["ddl"]
		ref := snowflake.ObjectRef{Kind: snowflake.KindView, Name: name}
		if certainReferences(snowflake.DDLResult{Ref: ref, Text: ddl}) > 0 {
			naming++
		}
	}
	if naming != 186 {
		t.Errorf("%d views name the database, want 186", naming)
	}
}

func TestTheAnalystReadsThroughAView(t *testing.T) {
	s := openAccount(t)
	rows := query(t, s, "SELECT FIRST_NAME FROM PRODUCTION_DB.REPORTING.CUSTOMER_DIRECTORY WHERE CUSTOMER_ID = 1003")
	if diff := cmp.Diff([]map[string]string{{"first_name": "Ngozi"}}, rows); diff != "" {
		t.Errorf("rows of the view (-want +got)\n%s", diff)
	}
}
