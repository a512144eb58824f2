package query

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// table is a compiled element of FROM.
type table struct {
	columns []boundColumn
	open    [][]string // Names of elements whose columns are not known.
	rows    func(*frame) ([][]Value, error)
}

// from compiles an element of FROM. outer is the scope around it, which only lateral elements see the inside of.
func (c *compiler) from(e sql.TableExpr, outer *scope) (*table, error) {
	switch e := e.(type) {
	case *sql.Table:
		return c.named(e, outer)
	case *sql.Derived:
		return c.derived(e, outer)
	case *sql.TableCall:
		return c.tableCall(e, outer)
	case *sql.StageTable:
		return c.stage(e)
	case *sql.Join:
		return c.join(e, outer)
	case *sql.Sample:
		return c.sample(e, outer)
	case *sql.Pivot:
		return c.pivot(e, outer)
	case *sql.Unpivot:
		return c.unpivot(e, outer)
	case *sql.MatchRecognize:
		return c.matchRecognize(e, outer)
	}
	return nil, Unsupported("table expression")
}

// labelled gives columns the name of their element of FROM, and other column names where the alias lists some.
func labelled(columns []Column, open bool, name []string, alias sql.Alias, at sql.Pos) (*table, error) {
	if alias.Name != "" {
		name = []string{alias.Name}
	}
	if len(alias.Columns) > len(columns) && !open {
		return nil, compilation(2057, "42601", at, "invalid number of column names: %d given, %d expected",
			len(alias.Columns), len(columns))
	}
	t := &table{columns: make([]boundColumn, len(columns))}
	for i, column := range columns {
		if i < len(alias.Columns) {
			column.Name = alias.Columns[i]
		}
		t.columns[i] = boundColumn{Column: column, table: name}
	}
	if open {
		t.open = [][]string{name}
	}
	return t, nil
}

// named compiles a table, view or CTE by name.
func (c *compiler) named(e *sql.Table, outer *scope) (*table, error) {
	if def := c.findCTE(e.Name); def != nil {
		if def.working {
			def.read = true
			c.nonCacheable(def.level)
		}
		t, err := labelled(def.relation.columns, def.relation.open, e.Name, e.Alias, e.Pos)
		if err != nil {
			return nil, err
		}
		up := levelOf(outer) - def.outer
		t.rows = func(f *frame) ([][]Value, error) { return def.relation.rows(f.up(up)) }
		return t, nil
	}
	r, err := c.relationOf(e.Name)
	if err != nil && slices.Equal(e.Name, []string{"DUAL"}) {
		return dual(), nil
	}
	if err != nil {
		return nil, err
	}
	if r, err = c.travel(r, e, outer); err != nil {
		return nil, err
	}
	name := e.Name
	if named, ok := r.(Named); ok {
		name = named.FullName()
	}
	return scan(r, name, e.Alias, e.Pos)
}

// dual is the table of one row that stands in FROM where nothing is read, unless the account has a table of that name.
func dual() *table {
	return &table{rows: func(*frame) ([][]Value, error) { return [][]Value{{}}, nil }}
}

// constant computes an expression that may not depend on a row. It reports false where it does, or cannot be computed.
func (c *compiler) constant(e sql.Expr, outer *scope) (v Value, known bool, err error) {
	var n node
	depends, err := c.watch(levelOf(outer), func() (err error) {
		n, err = c.expr(e, newScope(outer, nil, nil))
		return err
	})
	if err != nil || depends {
		return NullValue, false, err
	}
	v, evalErr := n.eval(newRun(context.Background()))
	return v, evalErr == nil, nil
}

// nonCacheable notes that what is being compiled reads the working rows of a recursion defined level queries deep.
func (c *compiler) nonCacheable(level int) {
	for i := level; i < len(c.nested); i++ {
		c.nested[i].correlated = true
	}
}

// travel resolves AT and BEFORE, and the columns that CHANGES adds.
func (c *compiler) travel(r Relation, e *sql.Table, outer *scope) (Relation, error) {
	for _, t := range e.Travel {
		v, known, err := c.constant(t.Value, outer)
		if err != nil {
			return nil, err
		}
		historical, ok := r.(Historical)
		if !ok || !known || t.End || t.Kind == "VERSION" {
			r = notEvaluated{r.Columns(), "time travel"}
			continue
		}
		if r, err = historical.AsOf(Moment{t.Before, t.Kind, v}); err != nil {
			return nil, err
		}
	}
	if !e.Changes {
		return r, nil
	}
	columns := slices.Concat(r.Columns(), []Column{
		{Name: "METADATA$ACTION", Type: sql.VarcharType}, {Name: "METADATA$ISUPDATE", Type: sql.BooleanType},
		{Name: "METADATA$ROW_ID", Type: sql.VarcharType},
	})
	return notEvaluated{columns, "CHANGES"}, nil
}

// scan reads a relation once a run.
func scan(r Relation, name []string, alias sql.Alias, at sql.Pos) (*table, error) {
	columns := r.Columns()
	t, err := labelled(columns, columns == nil, name, alias, at)
	if err != nil {
		return nil, err
	}
	once := &relation{columns: columns, cacheable: true, produce: func(f *frame) ([][]Value, error) {
		if columns == nil {
			return nil, Unsupported("rows of " + sql.FormatName(name))
		}
		rows, err := r.Rows(f.run.ctx)
		for _, row := range rows {
			if len(row) != len(columns) {
				return nil, fmt.Errorf("read %s: row of %d values for %d columns", sql.FormatName(name), len(row), len(columns))
			}
		}
		return rows, err
	}}
	t.rows = once.rows
	return t, nil
}

// derived compiles a query in FROM. Only LATERAL lets it see the elements before it, by the scope that it is given.
func (c *compiler) derived(e *sql.Derived, outer *scope) (*table, error) {
	r, err := c.query(e.Query, outer)
	if err != nil {
		return nil, err
	}
	t, err := labelled(r.columns, r.open, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = r.rows
	return t, nil
}

// stageColumns are the pseudo-columns of a staged file.
var stageColumns = []Column{
	{Name: "METADATA$FILENAME", Type: sql.VarcharType}, {Name: "METADATA$FILE_ROW_NUMBER", Type: sql.NumberType},
	{Name: "METADATA$FILE_CONTENT_KEY", Type: sql.VarcharType}, {Name: "METADATA$FILE_LAST_MODIFIED", Type: sql.TimestampNTZType},
	{Name: "METADATA$START_SCAN_TIME", Type: sql.TimestampLTZType},
}

// stage compiles @stage in FROM. Its files are not read.
func (c *compiler) stage(e *sql.StageTable) (*table, error) {
	if err := c.catalog.Stage(stageName(e.Path)); err != nil {
		return nil, err
	}
	t, err := labelled(stageColumns, true, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	for i := range t.columns {
		t.columns[i].pseudo = true
	}
	t.rows = unread("files of a stage")
	return t, nil
}

// stageName cuts the path off a stage.
func stageName(path string) string {
	quoted := false
	for i, r := range path {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '/' && !quoted:
			return path[:i]
		}
	}
	return path
}

func unread(what string) func(*frame) ([][]Value, error) {
	return func(*frame) ([][]Value, error) { return nil, Unsupported(what) }
}

func (c *compiler) matchRecognize(e *sql.MatchRecognize, outer *scope) (*table, error) {
	if _, err := c.from(e.Source, outer); err != nil {
		return nil, err
	}
	t, err := labelled(nil, true, nil, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = unread("MATCH_RECOGNIZE")
	return t, nil
}

// sameTable reports whether two names of elements of FROM are one.
func sameTable(a, b []string) bool { return slices.Equal(a, b) }
