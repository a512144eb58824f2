package main

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
)

// routine is what a procedure template may use.
type routine struct {
	Schema, Name string
	Feed, Raw    string
	Source       string
	Target       string
	Key, KeyType string
	Changed      string
	Columns      string
}

// feeds says into which table each load puts what came in.
var feeds = []struct{ feed, target string }{
	{"CRM_CONTACTS", "DATA.CUSTOMERS"},
	{"CRM_CASES", "DATA.CUSTOMER_CONSENTS"},
	{"POS_SALES", "DATA.ORDERS"},
	{"POS_RETURNS", "DATA.RETURNS"},
	{"WEB_EVENTS", "ANALYTICS.SESSION_FACTS"},
	{"WEB_SESSIONS", "ANALYTICS.SESSION_FACTS"},
	{"ERP_PRODUCTS", "DATA.PRODUCTS"},
	{"ERP_SUPPLIERS", "DATA.SUPPLIERS"},
	{"LOYALTY_FEED", "DATA.LOYALTY_TRANSACTIONS"},
	{"MARKETING_CLICKS", "DATA.COUPON_REDEMPTIONS"},
	{"EMAIL_SENDS", "DATA.CUSTOMER_CONSENTS"},
	{"PAYMENT_EVENTS", "DATA.PAYMENTS"},
}

// archived says from where each archive table gets its rows.
var archived = []struct{ name, source, columns string }{
	{"CUSTOMERS_ARCHIVE", "DATA.CUSTOMERS", "CUSTOMER_ID, EMAIL"},
	{"ORDERS_ARCHIVE", "DATA.ORDERS", "ORDER_ID, CUSTOMER_ID, ORDER_TOTAL, CURRENCY, ORDERED_AT"},
	{"PAYMENTS_ARCHIVE", "DATA.PAYMENTS", "PAYMENT_ID, ORDER_ID, PAID_AMOUNT"},
	{"WEB_EVENTS_ARCHIVE", "INTEGRATION.WEB_EVENTS_RAW", "LOAD_ID, RAW, FILE_NAME"},
}

// How many feeds are purged and how many entities are checked: together with what is written by hand, 64 procedures.
const (
	purgedFeeds     = 8
	checkedEntities = 14
)

// writeProcedures writes the procedures that most tables have one of.
func writeProcedures(s *script) {
	s.section("Loads, purges, checks, refreshes and moves to the archive")
	for i, f := range feeds {
		t := s.table(f.target)
		r := routine{
			Feed: f.feed, Raw: f.feed + "_RAW", Target: f.target,
			Key: t.key(), KeyType: columnType(t.key()), Changed: t.changed(),
		}
		s.template("load.sql.tmpl", r)
		if i < purgedFeeds {
			s.template("purge.sql.tmpl", r)
		}
	}
	for _, t := range inSchema("DATA")[:checkedEntities] {
		s.template("check.sql.tmpl", routine{Schema: t.schema, Name: t.name, Key: t.key()})
	}
	for _, t := range inSchema("ANALYTICS") {
		s.template("refresh.sql.tmpl", routine{Name: t.name, Key: t.key(), Changed: t.changed()})
	}
	for _, a := range archived {
		r := routine{Name: a.name, Source: a.source, Columns: a.columns, Changed: s.table(a.source).changed()}
		s.template("archive.sql.tmpl", r)
	}
}

// table returns the table with the given schema and name, as in "DATA.ORDERS".
func (s *script) table(name string) table {
	i := slices.IndexFunc(tables, func(t table) bool { return t.schema+"."+t.name == name })
	if i < 0 {
		s.fail(fmt.Errorf("there is no table %s", name))
		return tables[0]
	}
	return tables[i]
}

// inSchema returns the tables of one schema.
func inSchema(schema string) []table {
	var found []table
	for _, t := range tables {
		if t.schema == schema {
			found = append(found, t)
		}
	}
	return found
}

// template adds one statement made from a file of parts.
func (s *script) template(name string, r routine) {
	t, err := template.ParseFS(parts, "parts/"+name)
	if err != nil {
		s.fail(fmt.Errorf("read the template %s: %w", name, err))
		return
	}
	var text strings.Builder
	if err := t.Execute(&text, r); err != nil {
		s.fail(fmt.Errorf("fill the template %s: %w", name, err))
		return
	}
	s.out.WriteString(text.String())
}
