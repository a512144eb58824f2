package main

import (
	"fmt"
	"slices"
)

// Of the generated views, exactly these many name the database; named_views.sql brings the rest of 280 and 186.
const (
	generatedViews  = 249
	generatedNaming = 162
)

// family is a sort of view of which most tables have one.
type family struct {
	title string
	// has reports whether the table has a view of this sort.
	has func(table) bool
	// view and reads name the view and what it reads.
	view, reads func(table) object
	query       func(table) query
}

// families are in order of nesting: each reads views of the one before, so that the last is five levels deep.
var families = []family{
	{
		title: "The tables as they are meant to be read",
		has:   always,
		view:  func(t table) object { return object{t.schema, "V_" + t.name} },
		reads: func(t table) object { return object{t.schema, t.name} },
		query: baseQuery,
	},
	{
		title: "Data quality by table",
		has:   always,
		view:  func(t table) object { return object{"ADMINISTRATION", "DQ_" + t.name} },
		reads: func(t table) object { return object{t.schema, t.name} },
		query: qualityQuery,
	},
	{
		title: "Recent rows",
		has:   isDaily,
		view:  func(t table) object { return object{t.schema, "V_" + t.name + "_RECENT"} },
		reads: func(t table) object { return object{t.schema, "V_" + t.name} },
		query: recentQuery,
	},
	{
		title: "Activity by day",
		has:   isDaily,
		view:  func(t table) object { return object{"ANALYTICS", t.name + "_DAILY"} },
		reads: func(t table) object { return object{t.schema, "V_" + t.name + "_RECENT"} },
		query: dailyQuery,
	},
	{
		title: "Activity by month",
		has:   isDaily,
		view:  func(t table) object { return object{"REPORTING", t.name + "_MONTHLY"} },
		reads: func(t table) object { return object{"ANALYTICS", t.name + "_DAILY"} },
		query: monthlyQuery,
	},
	{
		title: "Trends",
		has:   func(t table) bool { return t.trend },
		view:  func(t table) object { return object{"REPORTING", t.name + "_TREND"} },
		reads: func(t table) object { return object{"REPORTING", t.name + "_MONTHLY"} },
		query: trendQuery,
	},
}

func always(table) bool    { return true }
func isDaily(t table) bool { return t.daily }

// writeViews writes every family and fails when their number is not the one the demo promises.
func writeViews(s *script) {
	n, naming := 0, 0
	for _, f := range families {
		s.section(f.title)
		for _, t := range tables {
			if !f.has(t) {
				continue
			}
			names := namesDatabase(n)
			s.statement("%s", f.create(t, n, names))
			n++
			if names {
				naming++
			}
		}
	}
	if n != generatedViews || naming != generatedNaming {
		s.fail(fmt.Errorf("%d views of which %d name the database, want %d and %d", n, naming, generatedViews, generatedNaming))
	}
}

// namesDatabase spreads generatedNaming evenly over generatedViews.
func namesDatabase(n int) bool {
	return (n+1)*generatedNaming/generatedViews > n*generatedNaming/generatedViews
}

// create returns the statement of the table's view in this family; n picks how it is written.
func (f family) create(t table, n int, names bool) string {
	view, reads := f.view(t), f.reads(t)
	relation := relative(reads, view.schema, n)
	if names {
		relation = qualified(reads, n)
	}
	return header(view, n) + dressed(f.query(t), relation, n)
}

// sensitive lists the tables whose views hide their text from everybody but the owner.
var sensitive = []string{"V_CUSTOMERS", "V_EMPLOYEES", "V_PAYMENTS", "V_CUSTOMER_CONSENTS"}

// header writes everything up to AS in one of the ways people open a view.
func header(view object, n int) string {
	kind := "VIEW"
	if slices.Contains(sensitive, view.name) {
		kind = "SECURE VIEW"
	}
	name := relative(view, "", n)
	if n%4 != 3 {
		name = spellings[n%4](view)
	}
	switch n % 5 {
	case 1:
		return fmt.Sprintf("CREATE OR REPLACE %s %s\nCOPY GRANTS\nAS\n", kind, name)
	case 3:
		return fmt.Sprintf("CREATE %s %s\nCOMMENT = 'Reads %s; owner''s contact: data@retail.example'\nAS\n", kind, name, database)
	}
	return fmt.Sprintf("CREATE %s %s AS\n", kind, name)
}
