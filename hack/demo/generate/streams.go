package main

import (
	"fmt"
	"slices"
	"strings"
)

// streamedViews are those that people follow by a stream. A stream needs a view that only selects and filters.
var streamedViews = []object{
	{"DATA", "V_CUSTOMERS"},
	{"DATA", "V_ORDERS"},
	{"DATA", "V_PAYMENTS"},
	{"DATA", "V_RETURNS"},
	{"DATA", "ACTIVE_CUSTOMERS"},
	{"REPORTING", "CUSTOMER_DIRECTORY"},
	{"INTEGRATION", "V_CUSTOMER_MATCHES"},
	{"ANALYTICS", "V_CHURN_SCORES"},
}

// streamedAnalytics are the tables of ANALYTICS that somebody follows.
var streamedAnalytics = []string{"CUSTOMER_PROFILES", "CUSTOMER_LIFETIME_VALUE", "CHURN_SCORES", "SESSION_FACTS"}

// writeStreams writes a stream for every table that is loaded or kept up to date, and for a few views.
func writeStreams(s *script) {
	s.section("Streams")
	n := 0
	for _, t := range tables {
		if !t.streamed() {
			continue
		}
		s.statement("%s", t.createStream(n))
		n++
	}
	for _, v := range streamedViews {
		s.statement("CREATE STREAM %s.%s.%s_STREAM ON VIEW %s", database, v.schema, v.name, spellings[n%4](v))
		n++
	}
	s.statement("CREATE STREAM PRODUCTION_DB.ANALYTICS.ORDER_FACTS_STREAM ON DYNAMIC TABLE PRODUCTION_DB.ANALYTICS.ORDER_FACTS")
}

// streamed reports whether the table has a stream.
func (t table) streamed() bool {
	return t.schema == "DATA" || t.schema == "INTEGRATION" || slices.Contains(streamedAnalytics, t.name)
}

// createStream returns the statement of the table's stream; n picks how it names the table.
func (t table) createStream(n int) string {
	source := object{t.schema, t.name}
	name := relative(source, "", n)
	if n%4 != 3 {
		name = spellings[n%4](source)
	}
	text := fmt.Sprintf("CREATE STREAM %s.%s.%s_STREAM ON TABLE %s", database, t.schema, t.name, name)
	if t.columns == rawColumns {
		text += " APPEND_ONLY = TRUE"
	}
	if n%3 == 0 {
		text += fmt.Sprintf(" COMMENT = 'Changes of %s in %s'", strings.ToLower(t.name), database)
	}
	return text
}
