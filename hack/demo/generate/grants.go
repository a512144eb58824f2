package main

import "fmt"

// writeGrants grants what people and services use, one statement an object, as tools that manage grants do.
func writeGrants(s *script) {
	s.section("Grants on the database and its schemas")
	s.part("grants.sql")
	writeTableGrants(s)
	writeViewGrants(s)
	writeRoutineGrants(s)
}

// writeTableGrants lets support read every table and engineers change what the feeds bring.
func writeTableGrants(s *script) {
	s.section("Grants on tables and streams")
	for _, t := range tables {
		name := fmt.Sprintf("%s.%s.%s", database, t.schema, t.name)
		s.statement("GRANT SELECT ON TABLE %s TO ROLE PROD_READ_ONLY", name)
		switch t.schema {
		case "INTEGRATION":
			s.statement("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO ROLE DATA_ENGINEER_ROLE", name)
			s.statement("GRANT SELECT ON STREAM %s_STREAM TO ROLE DATA_ENGINEER_ROLE", name)
		case "REPORTING":
			s.statement("GRANT SELECT ON TABLE %s TO DATABASE ROLE %s.REPORT_READER", name, database)
		}
	}
}

// writeViewGrants lets analysts read the views made for them.
func writeViewGrants(s *script) {
	s.section("Grants on views")
	for _, f := range families {
		for _, t := range tables {
			view := f.view(t)
			if f.has(t) && (view.schema == "REPORTING" || view.schema == "ANALYTICS") {
				s.statement("GRANT SELECT ON VIEW %s.%s.%s TO ROLE DATA_ANALYST_ROLE", database, view.schema, view.name)
			}
		}
	}
}

// writeRoutineGrants lets each team run its procedures.
func writeRoutineGrants(s *script) {
	s.section("Grants on procedures")
	for i, f := range feeds {
		s.statement("GRANT USAGE ON PROCEDURE %s.INTEGRATION.LOAD_%s() TO ROLE DATA_ENGINEER_ROLE", database, f.feed)
		if i < purgedFeeds {
			s.statement("GRANT USAGE ON PROCEDURE %s.INTEGRATION.PURGE_%s(FLOAT, BOOLEAN) TO ROLE DATA_ENGINEER_ROLE", database, f.feed)
		}
	}
	for _, t := range inSchema("DATA")[:checkedEntities] {
		s.statement("GRANT USAGE ON PROCEDURE %s.ADMINISTRATION.CHECK_%s(FLOAT) TO ROLE PROD_DBA", database, t.name)
	}
	for _, t := range inSchema("ANALYTICS") {
		s.statement("GRANT USAGE ON PROCEDURE %s.ANALYTICS.REFRESH_%s(DATE) TO ROLE PROJECT_ADMIN_ROLE", database, t.name)
	}
}
