package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// hashed speeds up a join whose ON holds equalities between one side and the other. It only leaves out pairs that an
// equality makes impossible; ON is still evaluated for the others.
type hashed struct{ left, right []node } // Over a row of both sides; left[i] = right[i].

// hashable finds the equalities of ON that compare columns of the same kind on either side.
func (c *compiler) hashable(on sql.Expr, j *joining, s *scope) *hashed {
	h := &hashed{}
	for _, e := range conjuncts(on) {
		equal, ok := e.(*sql.Binary)
		if !ok || equal.Op != "=" {
			continue
		}
		l, lok := c.sideColumn(equal.L, s)
		r, rok := c.sideColumn(equal.R, s)
		width := len(j.left.columns)
		if lok && rok && l >= width && r < width {
			l, r = r, l
		}
		if !lok || !rok || l >= width || r < width || !sameKey(s.columns[l].Type, s.columns[r].Type) {
			continue
		}
		h.left = append(h.left, c.bound(found{scope: s, index: l}, s))
		h.right = append(h.right, c.bound(found{scope: s, index: r}, s))
	}
	if len(h.left) == 0 {
		return nil
	}
	return h
}

// conjuncts splits a condition at its ANDs.
func conjuncts(e sql.Expr) []sql.Expr {
	var out []sql.Expr
	for {
		and, ok := e.(*sql.Binary)
		if !ok || and.Op != "AND" {
			return append(out, e)
		}
		out = append(out, and.R)
		e = and.L
	}
}

// sideColumn returns the index of the column that an expression is.
func (c *compiler) sideColumn(e sql.Expr, s *scope) (int, bool) {
	ref, ok := e.(*sql.ColumnRef)
	if !ok {
		return 0, false
	}
	f, ok := s.own(ref.Name)
	return f.index, ok && f.index >= 0 && !f.many
}

// sameKey reports whether values of two types are equal exactly when their keys are.
func sameKey(a, b sql.Type) bool {
	return a.Name == b.Name && slices.Contains([]string{"NUMBER", "VARCHAR", "DATE", "BOOLEAN"}, a.Name)
}

// build maps keys to the rows of the right side.
func (h *hashed) build(f *frame, rows [][]Value, left int) (map[string][]int, error) {
	index := map[string][]int{}
	padding := make([]Value, left)
	for i, row := range rows {
		k, ok, err := h.key(f, h.right, slices.Concat(padding, row))
		if err != nil {
			return nil, err
		}
		if ok {
			index[k] = append(index[k], i)
		}
	}
	return index, nil
}

// key computes the key of a row; NULL equals nothing and gives none.
func (h *hashed) key(f *frame, nodes []node, row []Value) (string, bool, error) {
	values, err := evalAll(nodes, f.inner(row))
	if err != nil || slices.ContainsFunc(values, Value.IsNull) {
		return "", false, err
	}
	return rowKey(values), true, nil
}
