package account

import (
	"cmp"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// mergeBranch is one WHEN … THEN … of MERGE.
type mergeBranch struct {
	matched bool
	cond    *query.Expression
	remove  bool
	set     []assignment
	targets []int
	values  []*query.Expression
}

// merging is a MERGE statement while it is read and run.
type merging struct {
	o                         *object
	d                         *tableDetail
	from                      joined
	sources                   []query.Source
	branches                  []mergeBranch
	inserted, updated, erased int
}

// merge runs MERGE INTO t USING s ON condition WHEN ….
func (st *statement) merge() (*Result, error) {
	if err := cmp.Or(st.c.Expect("INTO"), st.bind()); err != nil {
		return nil, err
	}
	name, alias, err := st.targetTable("USING")
	if err != nil {
		return nil, err
	}
	m := &merging{}
	if m.o, m.d, err = st.dmlTarget(name, "SELECT"); err != nil {
		return nil, err
	}
	if !st.c.Looking("USING") {
		return nil, st.c.Unexpected()
	}
	if err := st.mergeSource(m); err != nil {
		return nil, err
	}
	m.sources = append([]query.Source{st.source(m.o, alias)}, m.from.sources...)
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	on, err := st.mergeExpr(m.sources)
	if err != nil {
		return nil, err
	}
	for st.c.Accept("WHEN") {
		if err := st.mergeBranch(m); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if len(m.branches) == 0 {
		return nil, st.c.Unexpected()
	}
	return st.runMerge(m, on)
}

// mergeSource reads USING. The join of FROM would take ON for itself, so the
// source is one table or query.
func (st *statement) mergeSource(m *merging) error {
	st.c.Next()
	mark := st.c.Mark()
	var text string
	if st.c.LookingOp("(") {
		if _, err := st.c.Parenthesised(); err != nil {
			return err
		}
	} else if _, err := st.c.Name(); err != nil {
		return err
	}
	st.c.Accept("AS")
	if t := st.token(); t.Kind == sql.QuotedIdent || t.Kind == sql.Ident && !t.Is("ON") {
		st.c.Next()
	}
	text = st.c.Text(mark, st.c.Mark())
	c, err := sql.NewCursor(text)
	if err != nil {
		return err
	}
	c.Lookup = st.lookupText
	from, err := sql.ParseFrom(c)
	if err != nil {
		return err
	}
	m.from, err = st.joinedRows(from)
	return err
}

// mergeExpr reads an expression over target and source, or over the source alone.
func (st *statement) mergeExpr(sources []query.Source) (*query.Expression, error) {
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	return query.CompileExpr(e, sources, &catalog{st.scope}, st.binds())
}

// mergeBranch reads one branch and checks the right that it needs. What a row
// without a match is compared with and makes is of the source alone: there the
// names of columns are those of the source, as dbt writes them.
func (st *statement) mergeBranch(m *merging) error {
	b := mergeBranch{matched: !st.c.Accept("NOT")}
	if err := st.c.Expect("MATCHED"); err != nil {
		return err
	}
	var err error
	sources := m.sources
	if !b.matched {
		sources = m.from.sources
	}
	if st.c.Accept("AND") {
		if b.cond, err = st.mergeExpr(sources); err != nil {
			return err
		}
	}
	if err := st.c.Expect("THEN"); err != nil {
		return err
	}
	switch {
	case b.matched && st.c.Accept("DELETE"):
		b.remove = true
		err = st.demand(m.o, "DELETE")
	case b.matched && st.c.Accept("UPDATE", "SET"):
		if b.set, err = st.assignments(m.d); err == nil {
			err = cmp.Or(st.compileAssignments(b.set, m.sources), st.demand(m.o, "UPDATE"))
		}
	case !b.matched && st.c.Accept("INSERT"):
		err = cmp.Or(st.mergeInsert(m, &b), st.demand(m.o, "INSERT"))
	default:
		err = st.c.Unexpected()
	}
	m.branches = append(m.branches, b)
	return err
}

// mergeInsert reads [(columns)] VALUES (expressions).
func (st *statement) mergeInsert(m *merging, b *mergeBranch) error {
	var columns []string
	var err error
	if st.c.LookingOp("(") {
		if columns, err = st.identList(); err != nil {
			return err
		}
	}
	if b.targets, err = m.d.targets(columns); err != nil {
		return err
	}
	if err := st.c.Expect("VALUES"); err != nil {
		return err
	}
	row, err := st.valuesRow()
	if err != nil {
		return err
	}
	if len(row) != len(b.targets) {
		return errColumnCount(len(b.targets), len(row))
	}
	b.values = make([]*query.Expression, len(row))
	for i, e := range row {
		if e == nil {
			continue
		}
		if b.values[i], err = query.CompileExpr(e, m.from.sources, &catalog{st.scope}, st.binds()); err != nil {
			return err
		}
	}
	return nil
}

// runMerge pairs rows and applies the first branch that fits each pair.
func (st *statement) runMerge(m *merging, on *query.Expression) (*Result, error) {
	rows := make([][]query.Value, 0, len(m.d.rows))
	used := make([]bool, len(m.from.rows))
	shown, err := st.shown(m.o, m.d)
	if err != nil {
		return nil, err
	}
	for i, row := range m.d.rows {
		if shown[i] == nil {
			rows = append(rows, row)
			continue
		}
		kept, err := st.mergeRow(m, on, row, shown[i], used)
		if err != nil {
			return nil, err
		}
		if kept != nil {
			rows = append(rows, kept)
		}
	}
	for i, other := range m.from.rows {
		if used[i] {
			continue
		}
		row, err := st.mergeNew(m, other)
		if err != nil {
			return nil, err
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	st.setRows(m.o, rows)
	return m.result(), nil
}

// mergeRow is what becomes of a row of the target, which the session sees as
// shown; nil when it is deleted. Several rows of the source may match it only to
// delete it, unless the session lets the first decide (L16).
func (st *statement) mergeRow(m *merging, on *query.Expression, row, shown []query.Value, used []bool) ([]query.Value, error) {
	var first *mergeBranch
	var with []query.Value
	for i, other := range m.from.rows {
		all := slices.Concat(shown, other)
		hit, b, err := st.mergeMatch(m, on, all)
		if err != nil {
			return nil, err
		}
		used[i] = used[i] || hit
		switch {
		case b == nil:
		case first == nil:
			first, with = b, all
		case (!first.remove || !b.remove) && st.refuses("ERROR_ON_NONDETERMINISTIC_MERGE"):
			return nil, errDuplicateRow(shown)
		}
	}
	if first == nil {
		return row, nil
	}
	return st.mergeMatched(m, first, row, with)
}

// mergeMatch reports whether a row of the source matches one of the target, and
// the branch that is for them; nil for none.
func (st *statement) mergeMatch(m *merging, on *query.Expression, all []query.Value) (bool, *mergeBranch, error) {
	hit, err := on.Matches(st.ctx, all)
	if err != nil || !hit {
		return false, nil, err
	}
	b, err := st.fitting(m, true, all)
	return true, b, err
}

// mergeMatched deletes or updates a row of the target.
func (st *statement) mergeMatched(m *merging, b *mergeBranch, row, all []query.Value) ([]query.Value, error) {
	if b.remove {
		m.erased++
		return nil, nil
	}
	m.updated++
	return st.assignRow(m.d, row, all, b.set)
}

// mergeNew is the row that a row of the source without a match makes; nil for
// none.
func (st *statement) mergeNew(m *merging, row []query.Value) ([]query.Value, error) {
	b, err := st.fitting(m, false, row)
	if b == nil || err != nil {
		return nil, err
	}
	m.inserted++
	return st.newRow(m.d, b.targets, len(b.values), func(i int) (query.Value, bool, error) {
		if b.values[i] == nil {
			return query.NullValue, false, nil
		}
		v, err := b.values[i].Eval(st.ctx, row)
		return v, true, err
	})
}

// fitting finds the first branch whose condition holds.
func (st *statement) fitting(m *merging, matched bool, all []query.Value) (*mergeBranch, error) {
	for i := range m.branches {
		b := &m.branches[i]
		if b.matched != matched {
			continue
		}
		if b.cond == nil {
			return b, nil
		}
		ok, err := b.cond.Matches(st.ctx, all)
		if ok || err != nil {
			return b, err
		}
	}
	return nil, nil
}

// result counts what MERGE did: a column for each kind of branch.
func (m *merging) result() *Result {
	s := &sheet{Result{StatementType: TypeMerge}}
	var cells []any
	count := func(what string, n int, has func(mergeBranch) bool) {
		if slices.ContainsFunc(m.branches, has) {
			s.Columns = append(s.Columns, fixedColumn("number of rows "+what))
			cells = append(cells, n)
		}
	}
	count("inserted", m.inserted, func(b mergeBranch) bool { return !b.matched })
	count("updated", m.updated, func(b mergeBranch) bool { return b.matched && !b.remove })
	count("deleted", m.erased, func(b mergeBranch) bool { return b.remove })
	s.add(cells...)
	return s.result()
}
