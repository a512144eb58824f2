package query

import (
	"math"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// aggregateFunction computes one value of the rows of a group. Each row is the values of the arguments.
type aggregateFunction struct {
	min, max int
	typ      func(args []node) sql.Type
	nulls    bool // Rows whose first argument is NULL count too.
	eval     func(rows [][]Value) (Value, error)
}

var aggregateFunctions = map[string]aggregateFunction{
	"COUNT": {1, -1, typed(countType), true, countRows}, "COUNT_IF": {1, 1, typed(countType), false, countIf},
	"SUM": {1, 1, sumType, false, sum}, "AVG": {1, 1, avgType, false, avg},
	"MIN":       {1, 1, likeFirst, false, func(r [][]Value) (Value, error) { return extremeOf(r, -1) }},
	"MAX":       {1, 1, likeFirst, false, func(r [][]Value) (Value, error) { return extremeOf(r, 1) }},
	"ANY_VALUE": {1, 1, likeFirst, false, func(r [][]Value) (Value, error) { return firstValue(r), nil }},
	"LISTAGG":   {1, 2, typed(sql.VarcharType), false, listagg},
	"ARRAY_AGG": {1, 1, typed(sql.ArrayType), false, arrayAgg}, "ARRAYAGG": {1, 1, typed(sql.ArrayType), false, arrayAgg},
	"OBJECT_AGG":  {2, 2, typed(sql.ObjectType), false, objectAgg},
	"BOOLOR_AGG":  {1, 1, typed(sql.BooleanType), false, func(r [][]Value) (Value, error) { return boolAgg(r, true) }},
	"BOOLAND_AGG": {1, 1, typed(sql.BooleanType), false, func(r [][]Value) (Value, error) { return boolAgg(r, false) }},
	"MEDIAN":      {1, 1, avgType, false, median},
	"MIN_BY":      {2, 3, likeFirst, true, func(r [][]Value) (Value, error) { return extremeBy(r, -1) }},
	"MAX_BY":      {2, 3, likeFirst, true, func(r [][]Value) (Value, error) { return extremeBy(r, 1) }},
	"STDDEV":      {1, 1, typed(sql.FloatType), false, stddev}, "STDDEV_SAMP": {1, 1, typed(sql.FloatType), false, stddev},
	"VARIANCE": {1, 1, typed(sql.FloatType), false, variance}, "VAR_SAMP": {1, 1, typed(sql.FloatType), false, variance},
	"APPROX_COUNT_DISTINCT": {1, -1, typed(countType), false, countDistinct}, "HLL": {1, -1, typed(countType), false, countDistinct},
}

// otherAggregates are aggregates that compile and are not evaluated.
var otherAggregates = wordSet(`APPROX_PERCENTILE APPROX_TOP_K ARRAY_UNIQUE_AGG ARRAY_UNION_AGG BITAND_AGG BITOR_AGG BITXOR_AGG
	BOOLXOR_AGG CORR COVAR_POP COVAR_SAMP HASH_AGG KURTOSIS MODE PERCENTILE_CONT PERCENTILE_DISC REGR_SLOPE REGR_INTERCEPT
	REGR_R2 REGR_COUNT SKEW STDDEV_POP VAR_POP VARIANCE_POP MINHASH
	APPROXIMATE_JACCARD_INDEX APPROXIMATE_SIMILARITY APPROX_PERCENTILE_ACCUMULATE APPROX_PERCENTILE_COMBINE APPROX_TOP_K_ACCUMULATE
	APPROX_TOP_K_COMBINE BITMAP_CONSTRUCT_AGG BITMAP_OR_AGG HLL_ACCUMULATE HLL_COMBINE MINHASH_COMBINE REGR_AVGX REGR_AVGY REGR_SXX
	REGR_SXY REGR_SYY VARIANCE_SAMP AI_AGG AI_SUMMARIZE_AGG`)

func isAggregate(name string) bool {
	_, ok := aggregateFunctions[name]
	return ok || otherAggregates[name] || isGrouping(name)
}

// isGrouping reports whether a function tells by what a row is grouped. Such a function stands where aggregates do.
func isGrouping(name string) bool { return name == "GROUPING" || name == "GROUPING_ID" }

// hasAggregate reports whether an expression holds an aggregate call that is no window.
func hasAggregate(e sql.Expr) bool {
	has := false
	sql.Walk(e, func(e sql.Expr) bool {
		call, ok := e.(*sql.Call)
		has = has || ok && call.Over == nil && len(call.Name) == 1 && isAggregate(call.Name[0])
		return !has
	})
	return has
}

// aggregates reports whether a SELECT without GROUP BY is grouped because it computes aggregates.
func aggregates(list []sql.Item, order []sql.OrderItem, qualify sql.Expr) bool {
	return slices.ContainsFunc(list, func(item sql.Item) bool { return hasAggregate(item.Expr) }) ||
		slices.ContainsFunc(order, func(item sql.OrderItem) bool { return hasAggregate(item.Expr) }) || hasAggregate(qualify)
}

// aggregateCall is a compiled call of an aggregate.
type aggregateCall struct {
	fn       aggregateFunction
	star     bool // COUNT(*)
	args     []node
	distinct bool
	order    []orderKey // Of WITHIN GROUP.
}

// aggregate compiles an aggregate call in a grouped SELECT. Equal calls are computed once.
func (c *compiler) aggregate(e *sql.Call, s *scope) (node, error) {
	g := s.group
	if g == nil {
		return node{}, compilationPlain(2035, "42601", "Invalid aggregate function in where clause [%s]", sql.Format(e, nil))
	}
	if isGrouping(e.Name[0]) {
		return g.grouping(c, e)
	}
	call, typ, err := c.aggregateCall(e, g.plain)
	if err != nil {
		return node{}, err
	}
	if call.fn.eval == nil {
		return unsupportedNode("function " + e.Name[0]), nil
	}
	printed := c.print(e, g.plain)
	i, ok := g.byText[printed]
	if !ok {
		i = len(g.calls)
		g.calls, g.byText[printed] = append(g.calls, call), i
	}
	return node{typ: typ, eval: func(f *frame) (Value, error) { return f.aggs[i], nil }}, nil
}

// aggregateCall compiles the arguments of an aggregate over the rows of a scope.
func (c *compiler) aggregateCall(e *sql.Call, s *scope) (aggregateCall, sql.Type, error) {
	call := aggregateCall{fn: aggregateFunctions[e.Name[0]], distinct: e.Distinct}
	var err error
	if call.star = isCountStar(e); !call.star {
		if call.args, err = c.args(e, s); err != nil {
			return call, sql.Type{}, err
		}
	}
	if call.fn.eval != nil && !call.star {
		if err := checkCount(e, len(call.args), function{min: call.fn.min, max: call.fn.max}); err != nil {
			return call, sql.Type{}, err
		}
	}
	if call.order, err = c.orderKeys(e.Order, nil, s); err != nil {
		return call, sql.Type{}, err
	}
	if len(call.args) == 3 && call.fn.max == 3 { // MIN_BY and MAX_BY of several rows.
		call.fn.eval = nil
		return call, sql.ArrayType, nil
	}
	if call.fn.typ == nil {
		return call, sql.Type{}, nil
	}
	return call, call.fn.typ(call.args), nil
}

func isCountStar(e *sql.Call) bool {
	if e.Name[0] != "COUNT" || len(e.Args) != 1 || e.Distinct {
		return false
	}
	star, ok := e.Args[0].Value.(*sql.Star)
	return ok && star.Table == nil // COUNT(t.*) counts the rows of t that hold no NULL.
}

// over computes the call over the records of a group.
func (a *aggregateCall) over(f *frame, records []*record) (Value, error) {
	if a.star {
		return IntOf(int64(len(records))), nil
	}
	s := &sorting{keys: a.order}
	seen := map[string]bool{}
	for _, r := range records {
		inner := f.of(r)
		row, err := evalAll(a.args, inner)
		if err != nil {
			return NullValue, err
		}
		if !a.fn.nulls && row[0].IsNull() {
			continue
		}
		if k := rowKey(row); a.distinct {
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		if err := s.add(row, inner); err != nil {
			return NullValue, err
		}
	}
	return a.fn.eval(s.sorted())
}

// countRows counts the rows none of whose values is NULL.
func countRows(rows [][]Value) (Value, error) {
	n := int64(0)
	for _, row := range rows {
		if !slices.ContainsFunc(row, Value.IsNull) {
			n++
		}
	}
	return IntOf(n), nil
}

func countIf(rows [][]Value) (Value, error) {
	n := int64(0)
	for _, row := range rows {
		ok, err := truth(row[0])
		if err != nil {
			return NullValue, err
		}
		if ok {
			n++
		}
	}
	return IntOf(n), nil
}

func countDistinct(rows [][]Value) (Value, error) {
	seen := map[string]bool{}
	for _, row := range rows {
		seen[rowKey(row)] = true
	}
	return IntOf(int64(len(seen))), nil
}

func sumType(args []node) sql.Type {
	if t := likeFirst(args); t.Name == "NUMBER" {
		return sql.Type{Name: "NUMBER", Precision: 38, Scale: t.Scale}
	} else if t.Name != "" {
		return sql.FloatType
	}
	return sql.Type{}
}

// avgType is NUMBER with six more fractional digits, or FLOAT.
func avgType(args []node) sql.Type {
	if t := likeFirst(args); t.Name == "NUMBER" {
		return sql.Type{Name: "NUMBER", Precision: 38, Scale: resultScale("/", t.Scale, 0)}
	}
	return sql.FloatType
}

func sum(rows [][]Value) (Value, error) {
	total := NullValue
	for _, row := range rows {
		n, err := numeric(row[0])
		if err != nil {
			return NullValue, err
		}
		if total.IsNull() {
			total = n
			continue
		}
		if total, err = add(total, n); err != nil {
			return NullValue, err
		}
	}
	return total, nil
}

func avg(rows [][]Value) (Value, error) {
	total, err := sum(rows)
	if err != nil || total.IsNull() {
		return NullValue, err
	}
	return divide(total, IntOf(int64(len(rows))))
}

func extremeOf(rows [][]Value, sign int) (Value, error) {
	if len(rows) == 0 {
		return NullValue, nil
	}
	values := make([]Value, len(rows))
	for i, row := range rows {
		values[i] = row[0]
	}
	return extreme(values, sign)
}

// extremeBy returns the first argument of the row whose second one is the largest, or smallest.
func extremeBy(rows [][]Value, sign int) (Value, error) {
	var best []Value
	for _, row := range rows {
		if row[1].IsNull() {
			continue
		}
		if best == nil {
			best = row
			continue
		}
		c, err := Compare(row[1], best[1])
		if err != nil {
			return NullValue, err
		}
		if c*sign > 0 {
			best = row
		}
	}
	if best == nil {
		return NullValue, nil
	}
	return best[0], nil
}

func firstValue(rows [][]Value) Value {
	if len(rows) == 0 {
		return NullValue
	}
	return rows[0][0]
}

func listagg(rows [][]Value) (Value, error) {
	parts := make([]string, len(rows))
	separator := ""
	for i, row := range rows {
		parts[i] = row[0].String()
		if len(row) == 2 {
			separator = row[1].String()
		}
	}
	return boundedString(strings.Join(parts, separator))
}

func arrayAgg(rows [][]Value) (Value, error) {
	out := make([]JSON, len(rows))
	for i, row := range rows {
		out[i] = toJSON(row[0])
	}
	return VariantOf(out), nil
}

func objectAgg(rows [][]Value) (Value, error) {
	fields := map[string]JSON{}
	for _, row := range rows {
		if !row[1].IsNull() {
			fields[row[0].String()] = toJSON(row[1])
		}
	}
	return VariantOf(ObjectOf(fields)), nil
}

func boolAgg(rows [][]Value, deciding bool) (Value, error) {
	for _, row := range rows {
		is, err := truth(row[0])
		if err != nil {
			return NullValue, err
		}
		if is == deciding {
			return BoolOf(deciding), nil
		}
	}
	if len(rows) == 0 {
		return NullValue, nil
	}
	return BoolOf(!deciding), nil
}

func median(rows [][]Value) (Value, error) {
	if len(rows) == 0 {
		return NullValue, nil
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b []Value) int { return compareNulls(a[0], b[0], false) })
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle][0], nil
	}
	return avg(sorted[middle-1 : middle+1])
}

func variance(rows [][]Value) (Value, error) {
	if len(rows) < 2 {
		return NullValue, nil
	}
	values := make([]float64, len(rows))
	mean := 0.0
	for i, row := range rows {
		v, err := castKind(row[0], Float)
		if err != nil {
			return NullValue, err
		}
		values[i] = v.Float()
		mean += v.Float() / float64(len(rows))
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return FloatOf(squares / float64(len(rows)-1)), nil
}

func stddev(rows [][]Value) (Value, error) {
	v, err := variance(rows)
	if err != nil || v.IsNull() {
		return NullValue, err
	}
	return FloatOf(math.Sqrt(v.Float())), nil
}
