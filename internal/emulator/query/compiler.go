package query

import (
	"errors"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// compiler holds what is the same for all of a statement.
type compiler struct {
	catalog Catalog
	binds   Binds
	refs    [][]string
	ctes    *cte                   // Visible ones, innermost first.
	nested  []nested               // Queries that are being compiled, outermost first.
	slots   map[*sql.ColumnRef]int // Columns that a * stands for, by their index.
}

// cte is a common table expression that is in scope.
type cte struct {
	name     string
	relation *relation
	working  bool // Refers to the rows of the last round of a recursion.
	read     bool // Whether a working CTE is referred to at all.
	level    int  // Number of nested queries around its definition.
	outer    int  // Level of the scope around its definition.
	next     *cte
}

// nested is a query inside another that is being compiled.
type nested struct {
	level      int  // Of the scope that it may reach out to, -1 for none.
	correlated bool // Whether it did, or reads the working rows of a recursion.
}

// subquery compiles a query that may use the columns of outer. Its rows are cached when it does not.
func (c *compiler) subquery(q *sql.Query, outer *scope) (*relation, error) {
	var r *relation
	correlated, err := c.watch(levelOf(outer), func() (err error) {
		r, err = c.query(q, outer)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !correlated && r.cacheable {
		return r, nil
	}
	return &relation{columns: r.columns, open: r.open, produce: r.rows, cacheable: !correlated}, nil
}

// watch reports whether what is compiled meanwhile uses a column of the scope at level, or of one around it.
func (c *compiler) watch(level int, compile func() error) (bool, error) {
	c.nested = append(c.nested, nested{level: level})
	err := compile()
	last := c.nested[len(c.nested)-1]
	c.nested = c.nested[:len(c.nested)-1]
	return last.correlated, err
}

// reached notes that a column of the scope at level is used: the queries inside that scope depend on its row.
func (c *compiler) reached(level int) {
	for i := range c.nested {
		if c.nested[i].level >= level {
			c.nested[i].correlated = true
		}
	}
}

// query compiles a query with its CTEs.
func (c *compiler) query(q *sql.Query, outer *scope) (*relation, error) {
	saved := c.ctes
	defer func() { c.ctes = saved }()
	for i := range q.With {
		if err := c.define(&q.With[i], outer); err != nil {
			return nil, err
		}
	}
	tail, err := c.limits(q, outer)
	if err != nil {
		return nil, err
	}
	if block, ok := q.Body.(*sql.Select); ok {
		return c.selectBlock(block, q.OrderBy, tail, outer)
	}
	r, err := c.body(q.Body, outer)
	if err != nil {
		return nil, err
	}
	return c.ordered(r, q.OrderBy, tail, outer)
}

// body compiles one side of a set operation, or what a query consists of.
func (c *compiler) body(b sql.Body, outer *scope) (*relation, error) {
	switch b := b.(type) {
	case *sql.Select:
		return c.selectBlock(b, nil, limits{}, outer)
	case *sql.SetOperation:
		return c.setOperation(b, outer)
	case *sql.Values:
		return c.values(b, outer)
	case *sql.Query:
		return c.query(b, outer)
	}
	return nil, Unsupported("query form")
}

// define compiles a CTE, used or not, and makes it visible.
func (c *compiler) define(def *sql.CTE, outer *scope) error {
	var r *relation
	var err error
	if members := unionMembers(def.Query); len(members) > 1 {
		r, err = c.recursive(def, members, outer)
	} else {
		r, err = c.subquery(def.Query, outer)
	}
	if err != nil {
		return err
	}
	if r, err = renamed(r, def.Columns, def.At()); err != nil {
		return err
	}
	c.ctes = &cte{name: def.Name, relation: r, level: len(c.nested), outer: levelOf(outer), next: c.ctes}
	return nil
}

// findCTE returns the CTE that a one-part name means, or nil.
func (c *compiler) findCTE(name []string) *cte {
	if len(name) != 1 {
		return nil
	}
	for at := c.ctes; at != nil; at = at.next {
		if at.name == name[0] {
			return at
		}
	}
	return nil
}

// renamed gives a relation's columns other names; no names keep those that they have.
func renamed(r *relation, names []string, at sql.Pos) (*relation, error) {
	if len(names) == 0 {
		return r, nil
	}
	if len(names) != len(r.columns) && !r.open || len(names) < len(r.columns) {
		return nil, compilation(2057, "42601", at, "invalid number of column names: %d given, %d expected", len(names), len(r.columns))
	}
	columns := make([]Column, len(names))
	copy(columns, r.columns)
	for i, name := range names {
		columns[i].Name = name
	}
	return &relation{columns: columns, open: r.open, produce: r.rows}, nil
}

// relationOf asks the catalogue for a relation and remembers that the query names it.
func (c *compiler) relationOf(name []string) (Relation, error) {
	r, err := c.catalog.Relation(name)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(c.refs, func(ref []string) bool { return slices.Equal(ref, name) }) {
		c.refs = append(c.refs, name)
	}
	return r, nil
}

// unknownFunction turns a Catalog's answer for a function into the error that a client sees.
func unknownFunction(err error, name []string) error {
	if !errors.Is(err, ErrUnknownFunction) {
		return err
	}
	if len(name) > 1 {
		return compilationPlain(2141, "42601", "Unknown user-defined function %s", sql.FormatName(name))
	}
	return compilationPlain(2140, "42601", "Unknown function %s", sql.FormatName(name))
}
