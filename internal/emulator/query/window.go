package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// windowCall is a compiled call with OVER.
type windowCall struct {
	name      string
	call      aggregateCall // Its arguments; of an aggregate, also how it is computed.
	partition []node
	order     []orderKey
	frame     *sql.Frame
	ignore    bool // IGNORE NULLS
}

// ranking are the window functions that are no aggregates and are evaluated, with the type of their results.
var ranking = map[string]func(args []node) sql.Type{
	"ROW_NUMBER": typed(countType), "RANK": typed(countType), "DENSE_RANK": typed(countType),
	"NTILE": typed(countType), "LAG": likeFirst, "LEAD": likeFirst, "FIRST_VALUE": likeFirst, "LAST_VALUE": likeFirst,
	"RATIO_TO_REPORT": avgType,
}

// rankingArgs are their numbers of arguments, at least and at most.
var rankingArgs = map[string][2]int{"NTILE": {1, 1}, "LAG": {1, 3}, "LEAD": {1, 3}, "FIRST_VALUE": {1, 1}, "LAST_VALUE": {1, 1}, "RATIO_TO_REPORT": {1, 1}}

// otherWindows compile and are not evaluated.
var otherWindows = wordSet("NTH_VALUE CUME_DIST PERCENT_RANK CONDITIONAL_CHANGE_EVENT CONDITIONAL_TRUE_EVENT")

// window compiles a call with OVER. Its values are computed for all rows after grouping, before QUALIFY.
func (c *compiler) window(e *sql.Call, s *scope) (node, error) {
	name := e.Name[0]
	typ, ranks := ranking[name]
	if !ranks && !otherWindows[name] && !isAggregate(name) {
		return c.accountCall(e, s)
	}
	if s.windows == nil {
		return node{}, compilationPlain(2036, "42601", "Window function [%s] may not be nested or stand in this clause", sql.Format(e, nil))
	}
	inner := *s
	inner.windows, inner.aliases = nil, s.aliases.fresh()
	w, result, err := c.windowCall(e, &inner)
	if err != nil {
		return node{}, err
	}
	if ranks {
		n := rankingArgs[name]
		if err := checkCount(e, len(w.call.args), function{min: n[0], max: n[1]}); err != nil {
			return node{}, err
		}
		result = typ(w.call.args)
	} else if w.call.fn.eval == nil {
		return unsupportedNode("function " + name), nil
	}
	i := len(*s.windows)
	*s.windows = append(*s.windows, w)
	return node{typ: result, eval: func(f *frame) (Value, error) { return f.windows[i], nil }}, nil
}

func (c *compiler) windowCall(e *sql.Call, s *scope) (windowCall, sql.Type, error) {
	w := windowCall{name: e.Name[0], frame: e.Over.Frame, ignore: e.Nulls == "IGNORE"}
	var typ sql.Type
	var err error
	if w.call, typ, err = c.aggregateCall(e, s); err != nil {
		return w, typ, err
	}
	if w.partition, err = c.exprs(e.Over.Partition, s); err != nil {
		return w, typ, err
	}
	w.order, err = c.orderKeys(e.Over.Order, nil, s)
	return w, typ, err
}

// runWindows computes every window call for every record.
func runWindows(f *frame, records []*record, calls []windowCall) error {
	for _, r := range records {
		r.windows = make([]Value, len(calls))
	}
	for i := range calls {
		parts, err := calls[i].partitions(f, records)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if err := calls[i].compute(f, p, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// windowRow is a record with what its window is ordered by.
type windowRow struct {
	record *record
	keys   []Value
}

// partitions sorts the records into partitions, each in its order.
func (w *windowCall) partitions(f *frame, records []*record) ([][]windowRow, error) {
	var order []string
	parts := map[string][]windowRow{}
	for _, r := range records {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		inner := f.of(r)
		values, err := evalAll(w.partition, inner)
		if err != nil {
			return nil, err
		}
		keys, err := keyValues(w.order, nil, inner)
		if err != nil {
			return nil, err
		}
		k := rowKey(values)
		if _, ok := parts[k]; !ok {
			order = append(order, k)
		}
		parts[k] = append(parts[k], windowRow{r, keys})
	}
	out := make([][]windowRow, len(order))
	for i, k := range order {
		out[i] = parts[k]
		slices.SortStableFunc(out[i], func(a, b windowRow) int { return compareKeys(w.order, a.keys, b.keys) })
	}
	return out, nil
}

// compute sets the value at index at of every record of a partition.
func (w *windowCall) compute(f *frame, part []windowRow, at int) error {
	switch w.name {
	case "ROW_NUMBER", "RANK", "DENSE_RANK":
		w.rank(part, at)
		return nil
	case "NTILE":
		return w.ntile(f, part, at)
	case "LAG":
		return w.offset(f, part, at, -1)
	case "LEAD":
		return w.offset(f, part, at, 1)
	case "RATIO_TO_REPORT":
		return w.ratio(f, part, at)
	}
	for i := range part {
		from, to, err := w.bounds(part, i)
		if err != nil {
			return err
		}
		v, err := w.overRows(f, part[from:to])
		if err != nil {
			return err
		}
		part[i].record.windows[at] = v
	}
	return nil
}

func (w *windowCall) rank(part []windowRow, at int) {
	rank, dense := 0, 0
	for i, r := range part {
		if i == 0 || compareKeys(w.order, part[i-1].keys, r.keys) != 0 {
			rank = i + 1
			dense++
		}
		n := map[string]int{"ROW_NUMBER": i + 1, "RANK": rank, "DENSE_RANK": dense}[w.name]
		r.record.windows[at] = IntOf(int64(n))
	}
}

func (w *windowCall) ntile(f *frame, part []windowRow, at int) error {
	v, err := w.call.args[0].eval(f.of(part[0].record))
	if err != nil {
		return err
	}
	n, err := whole(v)
	if err != nil || n < 1 {
		return execution(1018, "22023", "invalid argument of NTILE: %s", v)
	}
	size, larger := len(part)/n, len(part)%n
	for i, r := range part {
		bucket := i / (size + 1)
		if i >= larger*(size+1) {
			bucket = larger + (i-larger*(size+1))/max(size, 1)
		}
		r.record.windows[at] = IntOf(int64(bucket + 1))
	}
	return nil
}

// offset computes LAG and LEAD: the value some rows before or behind, else the default.
func (w *windowCall) offset(f *frame, part []windowRow, at, direction int) error {
	if w.ignore {
		return Unsupported(w.name + " IGNORE NULLS")
	}
	for i, r := range part {
		row, err := evalAll(w.call.args, f.of(r.record))
		if err != nil {
			return err
		}
		distance, err := wholeAt(row, 1, 1)
		if err != nil {
			return err
		}
		target := i + direction*distance
		switch {
		case target >= 0 && target < len(part):
			if r.record.windows[at], err = w.call.args[0].eval(f.of(part[target].record)); err != nil {
				return err
			}
		case len(row) > 2:
			r.record.windows[at] = row[2]
		}
	}
	return nil
}

// ratio computes RATIO_TO_REPORT: the share of each row in the sum of its partition, in whatever order. Of a sum of zero
// it is NULL.
func (w *windowCall) ratio(f *frame, part []windowRow, at int) error {
	var rows [][]Value
	for _, r := range part {
		row, err := evalAll(w.call.args, f.of(r.record))
		if err != nil {
			return err
		}
		r.record.windows[at] = row[0]
		if !row[0].IsNull() {
			rows = append(rows, row)
		}
	}
	total, err := sum(rows)
	if err != nil {
		return err
	}
	zero, err := isZero(total)
	if err != nil {
		return err
	}
	for _, r := range part {
		share := &r.record.windows[at]
		switch {
		case zero:
			*share = NullValue
		case !share.IsNull():
			if *share, err = divide(*share, total); err != nil {
				return err
			}
		}
	}
	return nil
}

// overRows computes an aggregate, or FIRST_VALUE and LAST_VALUE, over the rows of a window's frame.
func (w *windowCall) overRows(f *frame, rows []windowRow) (Value, error) {
	if w.name != "FIRST_VALUE" && w.name != "LAST_VALUE" {
		records := make([]*record, len(rows))
		for i, r := range rows {
			records[i] = r.record
		}
		return w.call.over(f, records)
	}
	for i := range rows {
		r := rows[i]
		if w.name == "LAST_VALUE" {
			r = rows[len(rows)-1-i]
		}
		v, err := w.call.args[0].eval(f.of(r.record))
		if err != nil || !v.IsNull() || !w.ignore {
			return v, err
		}
	}
	return NullValue, nil
}

// bounds returns the rows of the frame of row i. The default is the whole partition without ORDER BY, else up to the
// last row that is ordered like row i; for FIRST_VALUE and LAST_VALUE it is always the whole partition.
func (w *windowCall) bounds(part []windowRow, i int) (from, to int, err error) {
	if w.frame == nil {
		if len(w.order) == 0 || w.name == "FIRST_VALUE" || w.name == "LAST_VALUE" {
			return 0, len(part), nil
		}
		return 0, w.peersEnd(part, i), nil
	}
	if w.frame.Start.Offset == nil && w.frame.End.Offset == nil && w.frame.Unit == "RANGE" {
		return w.rangeBounds(part, i)
	}
	if w.frame.Unit != "ROWS" {
		return 0, 0, Unsupported(w.frame.Unit + " frame")
	}
	if from, err = rowBound(w.frame.Start, i, 0); err != nil {
		return 0, 0, err
	}
	if to, err = rowBound(w.frame.End, i, len(part)-1); err != nil {
		return 0, 0, err
	}
	from = min(max(from, 0), len(part))
	return from, max(min(to+1, len(part)), from), nil
}

// peersEnd returns the index after the last row that is ordered like row i.
func (w *windowCall) peersEnd(part []windowRow, i int) int {
	end := i + 1
	for end < len(part) && compareKeys(w.order, part[i].keys, part[end].keys) == 0 {
		end++
	}
	return end
}

// rangeBounds is for RANGE with UNBOUNDED and CURRENT ROW only.
func (w *windowCall) rangeBounds(part []windowRow, i int) (from, to int, err error) {
	from, to = 0, len(part)
	if !w.frame.End.Unbounded {
		to = w.peersEnd(part, i)
	}
	if !w.frame.Start.Unbounded {
		for from = i; from > 0 && compareKeys(w.order, part[from-1].keys, part[i].keys) == 0; {
			from--
		}
	}
	return from, to, nil
}

// rowBound returns the index that one end of a ROWS frame means; unbounded is the end of the partition on its side.
func rowBound(b sql.Bound, i, unbounded int) (int, error) {
	if b.Unbounded {
		return unbounded, nil
	}
	if b.Offset == nil {
		return i, nil
	}
	literal, ok := b.Offset.(*sql.Literal)
	if !ok {
		return 0, Unsupported("window frame with a computed bound")
	}
	n, err := whole(StringOf(literal.Text))
	if err != nil {
		return 0, err
	}
	if b.Following {
		return i + n, nil
	}
	return i - n, nil
}
