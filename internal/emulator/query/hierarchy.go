package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// hierarchy is START WITH and CONNECT BY over the rows of a FROM. Its rows are the columns of FROM, LEVEL, the columns
// of the row above, and those of the topmost row.
type hierarchy struct {
	source  *table
	start   *node // Nil: every row is a topmost one.
	connect *node
}

// hierarchy compiles START WITH and CONNECT BY, and opens the scope of the rows.
func (c *compiler) hierarchy(b *block, s *sql.Select, outer *scope) (*scope, error) {
	source := b.source
	level := boundColumn{Column: Column{Name: "LEVEL", Type: sql.NumberType}, pseudo: true}
	plain := newScope(outer, append(slices.Clone(source.columns), level), source.open)
	width := len(source.columns)
	plain.prior = newScope(outer, append(make([]boundColumn, width+1), source.columns...), nil)
	plain.root = newScope(outer, append(make([]boundColumn, 2*width+1), source.columns...), nil)
	h := &hierarchy{source: source}
	var err error
	if h.start, err = c.optional(s.StartWith, plain); err != nil {
		return nil, err
	}
	if h.connect, err = c.optional(s.ConnectBy, plain); err != nil {
		return nil, err
	}
	b.source = &table{columns: source.columns, open: source.open, rows: h.rows}
	return plain, nil
}

// rows finds the topmost rows, and then the rows below them level by level.
func (h *hierarchy) rows(f *frame) ([][]Value, error) {
	all, err := h.source.rows(f)
	if err != nil {
		return nil, err
	}
	above, err := h.below(f, all, nil, h.start, 1)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(above)
	for level := 2; len(above) > 0 && h.connect != nil; level++ {
		if level > maxRounds {
			return nil, execution(100298, "54001", "Recursion exceeded max iteration count (%d)", maxRounds)
		}
		var next [][]Value
		for _, parent := range above {
			children, err := h.below(f, all, parent, h.connect, int64(level))
			if err != nil {
				return nil, err
			}
			next = append(next, children...)
		}
		out, above = append(out, next...), next
	}
	return out, nil
}

// below lists the rows for which a condition holds under a parent, or without one.
func (h *hierarchy) below(f *frame, all [][]Value, parent []Value, condition *node, level int64) ([][]Value, error) {
	var out [][]Value
	for _, own := range all {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		row := h.extended(own, parent, level)
		holds := true
		if condition != nil {
			v, err := condition.eval(f.inner(row))
			if err == nil {
				holds, err = truth(v)
			}
			if err != nil {
				return nil, err
			}
		}
		if !holds {
			continue
		}
		if err := f.run.hold(row); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// extended puts LEVEL, the row above and the topmost row behind a row's own columns.
func (h *hierarchy) extended(own, parent []Value, level int64) []Value {
	width := len(h.source.columns)
	row := append(slices.Clone(own), IntOf(level))
	if parent == nil {
		return append(append(row, make([]Value, width)...), own...)
	}
	return append(append(row, parent[:width]...), parent[2*width+1:]...)
}

// above compiles PRIOR and CONNECT_BY_ROOT.
func (c *compiler) above(e *sql.Unary, s *scope) (node, error) {
	at := s.prior
	if e.Op == "CONNECT_BY_ROOT" {
		at = s.root
	}
	if at == nil {
		return node{}, compilation(2053, "42601", e.Pos, "%s may only be used with CONNECT BY", e.Op)
	}
	return c.expr(e.X, at)
}
