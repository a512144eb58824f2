package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// block is a compiled SELECT.
type block struct {
	source   *table
	where    *node
	group    *grouping
	having   *node
	windows  []windowCall
	qualify  *node
	outputs  []node
	columns  []Column
	open     bool
	distinct bool
	order    []orderKey
	tail     limits
}

// selectBlock compiles a SELECT with the ORDER BY and LIMIT of the query that it is.
func (c *compiler) selectBlock(s *sql.Select, order []sql.OrderItem, tail limits, outer *scope) (*relation, error) {
	b := &block{distinct: s.Distinct, tail: tail}
	var err error
	if s.Top != nil {
		if b.tail.limit, err = c.optional(s.Top, newScope(outer, nil, nil)); err != nil {
			return nil, err
		}
	}
	plain, err := c.source(b, s, outer)
	if err != nil {
		return nil, err
	}
	list, err := c.selectList(b, s, plain)
	if err != nil {
		return nil, err
	}
	plain.aliases = newAliases(list)
	if b.where, err = c.optional(s.Where, plain); err != nil {
		return nil, err
	}
	main, err := c.grouped(b, s, list, order, plain)
	if err != nil {
		return nil, err
	}
	if err := c.outputs(b, s, list, main); err != nil {
		return nil, err
	}
	if b.order, err = c.orderKeys(order, b.columns, main); err != nil {
		return nil, err
	}
	return &relation{columns: b.columns, open: b.open, produce: b.rows}, nil
}

// source compiles FROM and CONNECT BY, and opens the scope of the rows.
func (c *compiler) source(b *block, s *sql.Select, outer *scope) (*scope, error) {
	b.source = &table{rows: func(*frame) ([][]Value, error) { return [][]Value{{}}, nil }}
	if s.From != nil {
		var err error
		if b.source, err = c.from(s.From, outer); err != nil {
			return nil, err
		}
	}
	if s.ConnectBy == nil && s.StartWith == nil {
		return newScope(outer, b.source.columns, b.source.open), nil
	}
	return c.hierarchy(b, s, outer)
}

// selectList replaces the stars of a select list by columns.
func (c *compiler) selectList(b *block, s *sql.Select, plain *scope) ([]sql.Item, error) {
	var out []sql.Item
	for _, item := range s.Items {
		star, ok := item.Expr.(*sql.Star)
		if !ok {
			out = append(out, item)
			continue
		}
		columns, open, err := c.expandStar(star, plain)
		if err != nil {
			return nil, err
		}
		b.open = b.open || open
		out = append(out, columns...)
	}
	return out, nil
}

// grouped compiles GROUP BY and HAVING, and returns the scope that the select list sees.
func (c *compiler) grouped(b *block, s *sql.Select, list []sql.Item, order []sql.OrderItem, plain *scope) (*scope, error) {
	main := *plain
	main.aliases = plain.aliases.fresh()
	var err error
	if s.GroupBy != nil || s.Having != nil || aggregates(list, order, s.Qualify) {
		if b.group, err = c.group(s.GroupBy, list, plain); err != nil {
			return nil, err
		}
		main.group = b.group
	}
	if b.having, err = c.optional(s.Having, &main); err != nil {
		return nil, err
	}
	main.aliases = plain.aliases.fresh()
	main.windows = &b.windows
	return &main, nil
}

// outputs compiles the select list and QUALIFY.
func (c *compiler) outputs(b *block, s *sql.Select, list []sql.Item, main *scope) error {
	for _, item := range list {
		n, err := c.item(item, main)
		if err != nil {
			return err
		}
		b.outputs = append(b.outputs, n)
		b.columns = append(b.columns, Column{Name: itemName(item), Type: n.typ, Nullable: !n.some})
	}
	var err error
	b.qualify, err = c.optional(s.Qualify, main)
	return err
}

// item compiles one element of the select list. Where its alias is used it is compiled once for both.
func (c *compiler) item(item sql.Item, s *scope) (node, error) {
	if e, ok := s.aliases.expr([]string{item.Alias}); ok && e == item.Expr {
		return c.alias(item.Alias, s)
	}
	return c.expr(item.Expr, s)
}

// itemName is the name of a column: its alias, the column that it is, or its text in upper case.
func itemName(item sql.Item) string {
	if item.Alias != "" {
		return item.Alias
	}
	if ref, ok := item.Expr.(*sql.ColumnRef); ok {
		return ref.Name[len(ref.Name)-1]
	}
	return sql.Upper(item.Text)
}

// rows runs the block: FROM, WHERE, GROUP BY, HAVING, windows, QUALIFY, the select list, DISTINCT, ORDER BY, LIMIT.
func (b *block) rows(f *frame) ([][]Value, error) {
	if b.open {
		return nil, Unsupported("* over columns that are not known")
	}
	records, err := b.filtered(f)
	if err != nil {
		return nil, err
	}
	if b.group != nil {
		if records, err = b.group.run(f, records); err != nil {
			return nil, err
		}
	}
	if records, err = keep(f, records, b.having); err != nil {
		return nil, err
	}
	if err := runWindows(f, records, b.windows); err != nil {
		return nil, err
	}
	if records, err = keep(f, records, b.qualify); err != nil {
		return nil, err
	}
	return b.project(f, records)
}

// filtered reads the rows of FROM that satisfy WHERE.
func (b *block) filtered(f *frame) ([]*record, error) {
	rows, err := b.source.rows(f)
	if err != nil {
		return nil, err
	}
	records := make([]*record, len(rows))
	for i, row := range rows {
		records[i] = &record{row: row}
	}
	return keep(f, records, b.where)
}

// keep drops the records for which a condition is not true.
func keep(f *frame, records []*record, condition *node) ([]*record, error) {
	if condition == nil {
		return records, nil
	}
	out := records[:0:0]
	for _, r := range records {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		v, err := condition.eval(f.of(r))
		if err != nil {
			return nil, err
		}
		ok, err := truth(v)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// of returns the frame of a record inside this frame.
func (f *frame) of(r *record) *frame { return &frame{record: *r, outer: f, run: f.run} }

// project computes the select list and what it is ordered by.
func (b *block) project(f *frame, records []*record) ([][]Value, error) {
	s := &sorting{keys: b.order}
	seen := map[string]bool{}
	for _, r := range records {
		if err := f.run.step(); err != nil {
			return nil, err
		}
		inner := f.of(r)
		row, err := evalAll(b.outputs, inner)
		if err == nil {
			err = f.run.hold(row)
		}
		if err != nil {
			return nil, err
		}
		if b.distinct {
			k := rowKey(row)
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		if err := s.add(row, inner); err != nil {
			return nil, err
		}
	}
	return b.tail.cut(f, s.sorted())
}
