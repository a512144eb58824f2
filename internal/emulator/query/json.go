package query

// JSON is a semi-structured value: nil, bool, string, Decimal, float64, []JSON or *Object.
type JSON any

// Object is a JSON object that keeps its keys sorted, as Snowflake prints them.
type Object struct {
	keys   []string
	values map[string]JSON
}
