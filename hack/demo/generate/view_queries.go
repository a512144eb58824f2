package main

import "fmt"

// baseQuery shows a table's columns; of documents it shows the fields that everybody asks for.
func baseQuery(t table) query {
	if t.columns == rawColumns {
		return query{columns: []string{
			"{}LOAD_ID",
			"{}RAW:id::VARCHAR AS SOURCE_KEY",
			"{}RAW:type::VARCHAR AS RECORD_TYPE",
			"{}FILE_NAME",
			"{}LOADED_AT",
		}}
	}
	var q query
	for _, column := range t.fields() {
		q.columns = append(q.columns, "{}"+column)
	}
	return q
}

// qualityQuery counts what a table holds and lacks.
func qualityQuery(t table) query {
	return query{columns: []string{
		fmt.Sprintf("'%s.%s' AS TABLE_NAME", t.schema, t.name),
		"COUNT(*) AS ROW_COUNT",
		fmt.Sprintf("COUNT_IF({}%s IS NULL) AS MISSING_KEYS", t.key()),
		fmt.Sprintf("MAX({}%s) AS LAST_CHANGE", t.changed()),
	}}
}

// recentQuery keeps what changed lately.
func recentQuery(t table) query {
	q := baseQuery(t)
	if t.columns == rawColumns {
		q.columns = []string{"{}LOAD_ID", "{}SOURCE_KEY", "{}RECORD_TYPE", "{}FILE_NAME", "{}LOADED_AT"}
	}
	q.tail = fmt.Sprintf("WHERE {}%s >= DATEADD('day', -400, CURRENT_TIMESTAMP())", t.changed())
	return q
}

// dailyQuery counts and adds up by day.
func dailyQuery(t table) query {
	total := "COUNT(DISTINCT {}" + t.key() + ")"
	if t.measure() != "" {
		total = "SUM({}" + t.measure() + ")"
	}
	return query{
		columns: []string{
			fmt.Sprintf("TO_DATE({}%s) AS ACTIVITY_DATE", t.changed()),
			"COUNT(*) AS ROW_COUNT",
			total + " AS TOTAL",
		},
		tail: fmt.Sprintf("GROUP BY TO_DATE({}%s)", t.changed()),
	}
}

// monthlyQuery adds days up to months.
func monthlyQuery(table) query {
	return query{
		columns: []string{
			"DATE_TRUNC('MONTH', {}ACTIVITY_DATE) AS ACTIVITY_MONTH",
			"SUM({}ROW_COUNT) AS ROW_COUNT",
			"SUM({}TOTAL) AS TOTAL",
		},
		tail: "GROUP BY 1\nHAVING COUNT(*) > 0",
	}
}

// trendQuery compares each month with the one before.
func trendQuery(table) query {
	return query{
		columns: []string{
			"{}ACTIVITY_MONTH",
			"{}TOTAL",
			"LAG({}TOTAL) OVER (ORDER BY {}ACTIVITY_MONTH) AS PREVIOUS_TOTAL",
			"IFF(LAG({}TOTAL) OVER (ORDER BY {}ACTIVITY_MONTH) > {}TOTAL, 'DOWN', 'UP') AS DIRECTION",
		},
		tail: "QUALIFY ROW_NUMBER() OVER (ORDER BY {}ACTIVITY_MONTH DESC) <= 24",
	}
}
