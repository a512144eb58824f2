package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// joining is a compiled join. The columns of its rows are those of left, of right, and then those that USING merged.
type joining struct {
	left, right *table
	kind        string
	lateral     bool  // right sees the row of left.
	on          *node // Over a row of both sides, nil for none.
	hash        *hashed
	pairs       [][2]int // Columns that USING compares: in left, and in right.
}

func (c *compiler) join(e *sql.Join, outer *scope) (*table, error) {
	left, err := c.from(e.Left, outer)
	if err != nil {
		return nil, err
	}
	j := &joining{left: left, kind: e.Kind, lateral: isLateral(e.Right)}
	rightOuter := outer
	if j.lateral {
		rightOuter = newScope(outer, left.columns, left.open)
	}
	if j.right, err = c.from(e.Right, rightOuter); err != nil {
		return nil, err
	}
	merged, err := j.merge(e)
	if err != nil {
		return nil, err
	}
	both := slices.Concat(left.columns, j.right.columns)
	s := newScope(outer, both, slices.Concat(left.open, j.right.open))
	if j.on, err = c.optional(e.On, s); err != nil {
		return nil, err
	}
	j.loosen(both, merged)
	t := &table{columns: slices.Concat(hidden(both, j.pairs, len(left.columns)), merged), open: s.open, rows: j.rows}
	if e.Match != nil {
		if _, err := c.expr(e.Match, s); err != nil {
			return nil, err
		}
		t.rows = unread("ASOF JOIN")
	}
	if !j.lateral {
		j.hash = c.hashable(e.On, j, s)
	}
	return t, nil
}

// loosen marks the columns that are NULL in the rows that an outer join adds. What stands for both sides is there
// except where both may be missing.
func (j *joining) loosen(both, merged []boundColumn) {
	left := j.kind == "RIGHT" || j.kind == "FULL"
	right := j.kind == "LEFT" || j.kind == "FULL"
	for i := range both {
		if i < len(j.left.columns) && left || i >= len(j.left.columns) && right {
			both[i].Nullable = true
		}
	}
	for i, pair := range j.pairs {
		merged[i].Nullable = j.left.columns[pair[0]].Nullable || j.right.columns[pair[1]].Nullable
	}
}

// isLateral reports whether an element of FROM may see those before it.
func isLateral(e sql.TableExpr) bool {
	switch e := e.(type) {
	case *sql.Derived:
		return e.Lateral
	case *sql.TableCall:
		return true
	case *sql.Join:
		return isLateral(e.Left) || isLateral(e.Right)
	}
	return false
}

// merge finds the columns that USING or NATURAL compares, and returns the ones that stand for both sides.
func (j *joining) merge(e *sql.Join) ([]boundColumn, error) {
	names := e.Using
	if e.Natural {
		names = shared(j.left.columns, j.right.columns)
	}
	if len(j.left.open)+len(j.right.open) > 0 {
		return nil, nil
	}
	var out []boundColumn
	for _, name := range names {
		l, r := visible(j.left.columns, name), visible(j.right.columns, name)
		if l < 0 || r < 0 {
			return nil, InvalidIdentifier(e.Pos, []string{name})
		}
		j.pairs = append(j.pairs, [2]int{l, r})
		column := j.left.columns[l].Column
		column.Type = unify(column.Type, j.right.columns[r].Type)
		out = append(out, boundColumn{Column: column, merged: true})
	}
	return out, nil
}

func shared(left, right []boundColumn) []string {
	var out []string
	for _, l := range left {
		if !l.hidden && visible(right, l.Name) >= 0 && !slices.Contains(out, l.Name) {
			out = append(out, l.Name)
		}
	}
	return out
}

// visible returns the index of the column that an unqualified name means, or -1.
func visible(columns []boundColumn, name string) int {
	return slices.IndexFunc(columns, func(c boundColumn) bool { return !c.hidden && c.Name == name })
}

// hidden returns the columns of both sides, those that were merged found by their qualified names only.
func hidden(both []boundColumn, pairs [][2]int, left int) []boundColumn {
	out := slices.Clone(both)
	for _, pair := range pairs {
		out[pair[0]].hidden = true
		out[left+pair[1]].hidden = true
	}
	return out
}

// rows joins, one row of the left side after the other.
func (j *joining) rows(f *frame) ([][]Value, error) {
	left, err := j.left.rows(f)
	if err != nil {
		return nil, err
	}
	side := &rightSide{j: j, f: f}
	if !j.lateral {
		if err := side.load(); err != nil {
			return nil, err
		}
	}
	var out [][]Value
	for _, l := range left {
		if out, err = side.match(out, l); err != nil {
			return nil, err
		}
	}
	return side.unmatched(out), nil
}

// rightSide holds the rows of the right side while a join runs.
type rightSide struct {
	j       *joining
	f       *frame
	rows    [][]Value
	matched []bool
	index   map[string][]int // Of rows by the key of a hash join.
}

func (r *rightSide) load() error {
	rows, err := r.j.right.rows(r.f)
	if err != nil {
		return err
	}
	r.rows, r.matched = rows, make([]bool, len(rows))
	if r.j.hash != nil {
		r.index, err = r.j.hash.build(r.f, rows, len(r.j.left.columns))
	}
	return err
}

// match appends to out the rows that one row of the left side makes.
func (r *rightSide) match(out [][]Value, left []Value) ([][]Value, error) {
	if r.j.lateral {
		rows, err := r.j.right.rows(r.f.inner(left))
		if err != nil {
			return nil, err
		}
		r.rows, r.matched = rows, make([]bool, len(rows))
	}
	before := len(out)
	candidates, err := r.candidates(left)
	if err != nil {
		return nil, err
	}
	for _, i := range candidates {
		row := slices.Concat(left, r.rows[i])
		ok, err := r.pairs(row, left, r.rows[i])
		if err != nil {
			return nil, err
		}
		if ok {
			r.matched[i] = true
			out = append(out, r.j.complete(row, left, r.rows[i]))
		}
	}
	if len(out) == before && (r.j.kind == "LEFT" || r.j.kind == "FULL") {
		missing := make([]Value, len(r.j.right.columns))
		out = append(out, r.j.complete(slices.Concat(left, missing), left, missing))
	}
	return out, nil
}

// pairs reports whether a row of both sides belongs to the result, and counts it.
func (r *rightSide) pairs(row, left, right []Value) (bool, error) {
	if err := r.f.run.step(); err != nil {
		return false, err
	}
	ok, err := r.j.holds(r.f.inner(row), left, right)
	if ok && err == nil {
		err = r.f.run.hold(row)
	}
	return ok, err
}

// candidates lists the rows of the right side that may match: all of them, or those of equal key.
func (r *rightSide) candidates(left []Value) ([]int, error) {
	if r.index == nil {
		all := make([]int, len(r.rows))
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	k, ok, err := r.j.hash.key(r.f, r.j.hash.left, slices.Concat(left, make([]Value, len(r.j.right.columns))))
	if err != nil || !ok {
		return nil, err
	}
	return r.index[k], nil
}

// unmatched appends the rows of the right side that matched nothing, for RIGHT and FULL.
func (r *rightSide) unmatched(out [][]Value) [][]Value {
	if r.j.lateral || r.j.kind != "RIGHT" && r.j.kind != "FULL" {
		return out
	}
	missing := make([]Value, len(r.j.left.columns))
	for i, row := range r.rows {
		if !r.matched[i] {
			out = append(out, r.j.complete(slices.Concat(missing, row), missing, row))
		}
	}
	return out
}

// holds tests USING and ON.
func (j *joining) holds(f *frame, left, right []Value) (bool, error) {
	for _, pair := range j.pairs {
		a, b := left[pair[0]], right[pair[1]]
		if a.IsNull() || b.IsNull() {
			return false, nil
		}
		if v, err := compareOp("=", a, b); err != nil || !v.Bool() {
			return false, err
		}
	}
	if j.on == nil {
		return true, nil
	}
	v, err := j.on.eval(f)
	if err != nil {
		return false, err
	}
	return truth(v)
}

// complete appends the merged columns: the value of the left side, or of the right one where that is missing.
func (j *joining) complete(row, left, right []Value) []Value {
	for _, pair := range j.pairs {
		v := left[pair[0]]
		if v.IsNull() {
			v = right[pair[1]]
		}
		row = append(row, v)
	}
	return row
}
