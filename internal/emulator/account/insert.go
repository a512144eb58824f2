package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// insertion is what INSERT says.
type insertion struct {
	columns []string
	// values holds the expressions of VALUES; nil stands for DEFAULT.
	values    [][]sql.Expr
	query     *sql.Query
	overwrite bool
}

// insert runs INSERT INTO … VALUES and INSERT INTO … SELECT.
func (st *statement) insert() (*Result, error) {
	in := insertion{overwrite: st.c.Accept("OVERWRITE")}
	if !st.c.Accept("INTO") {
		if st.c.Looking("ALL") || st.c.Looking("FIRST") {
			return nil, errUnsupported("multi-table INSERT")
		}
		return nil, st.c.Unexpected()
	}
	st.c.Accept("TABLE")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if st.c.LookingOp("(") && !st.columnsAreQuery() {
		if in.columns, err = st.identList(); err != nil {
			return nil, err
		}
	}
	if err := st.insertSource(&in); err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.runInsert(name, in)
}

// columnsAreQuery reports whether the parenthesis opens a query.
func (st *statement) columnsAreQuery() bool {
	t := st.c.PeekAt(1)
	return t.Is("SELECT") || t.Is("WITH") || t.IsOp("(")
}

// insertSource reads VALUES or a query.
func (st *statement) insertSource(in *insertion) error {
	if !st.c.Accept("VALUES") {
		var err error
		in.query, err = query.Parse(st.c)
		return err
	}
	for {
		row, err := st.valuesRow()
		if err != nil {
			return err
		}
		in.values = append(in.values, row)
		if !st.c.AcceptOp(",") {
			return nil
		}
	}
}

// valuesRow reads (expression | DEFAULT, …).
func (st *statement) valuesRow() ([]sql.Expr, error) {
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	var row []sql.Expr
	for {
		if st.c.Accept("DEFAULT") {
			row = append(row, nil)
		} else {
			e, err := sql.ParseExpr(st.c)
			if err != nil {
				return nil, err
			}
			row = append(row, e)
		}
		if !st.c.AcceptOp(",") {
			return row, st.c.ExpectOp(")")
		}
	}
}

// runInsert computes the rows and appends them.
func (st *statement) runInsert(name []string, in insertion) (*Result, error) {
	if st.resolving != nil {
		return nil, st.resolveInsert(name, in)
	}
	o, d, err := st.dmlTarget(name, "INSERT")
	if err != nil {
		return nil, err
	}
	targets, err := d.targets(in.columns)
	if err != nil {
		return nil, err
	}
	var added [][]query.Value
	if in.query != nil {
		added, err = st.queryRows(d, targets, in.query)
	} else {
		added, err = st.valueRows(d, targets, in.values)
	}
	if err != nil {
		return nil, err
	}
	if in.overwrite {
		if err := st.unlocked(o, false); err != nil {
			return nil, err
		}
		st.setRows(o, added)
	} else {
		st.addRows(o, added)
	}
	return counted(TypeInsert, "inserted", len(added))
}

// targets finds the places of the named columns; all when none are named.
func (d *tableDetail) targets(columns []string) ([]int, error) {
	if columns == nil {
		out := make([]int, len(d.columns))
		for i := range out {
			out[i] = i
		}
		return out, nil
	}
	out := make([]int, len(columns))
	for i, name := range columns {
		if out[i] = columnIndex(d.columns, name); out[i] < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
		}
	}
	return out, nil
}

// errColumnCount says that values and columns do not match.
func errColumnCount(want, got int) *Error {
	return sqlError(2020, "21S01", "Insert value list does not match column list expecting %d but got %d", want, got)
}

// queryRows runs the query of an INSERT.
func (st *statement) queryRows(d *tableDetail, targets []int, q *sql.Query) ([][]query.Value, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	plan, err := st.compile(q)
	if err != nil {
		return nil, err
	}
	if got := len(plan.Columns()); got > 0 && got != len(targets) {
		return nil, errColumnCount(len(targets), got)
	}
	from, err := plan.Rows(st.ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]query.Value, len(from))
	for r, values := range from {
		row, err := st.newRow(d, targets, len(values), func(i int) (query.Value, bool, error) { return values[i], true, nil })
		if err != nil {
			return nil, err
		}
		out[r] = row
	}
	return out, nil
}

// valueRows computes the rows of VALUES, once for each element of array
// bindings.
func (st *statement) valueRows(d *tableDetail, targets []int, values [][]sql.Expr) ([][]query.Value, error) {
	var out [][]query.Value
	for n := range st.bindingRows() {
		if err := st.bindRow(n); err != nil {
			return nil, err
		}
		for _, exprs := range values {
			row, err := st.newRow(d, targets, len(exprs), func(i int) (query.Value, bool, error) {
				if exprs[i] == nil {
					return query.NullValue, false, nil
				}
				v, err := st.constant(exprs[i])
				return v, true, err
			})
			if err != nil {
				return nil, err
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// bindingRows is the length of array bindings, 1 without any.
func (st *statement) bindingRows() int {
	n := 1
	for _, b := range st.req.Bindings {
		n = max(n, len(b.Values))
	}
	return n
}

// newRow makes a row of given values and, for the other columns, defaults.
func (st *statement) newRow(
	d *tableDetail, targets []int, got int, value func(int) (query.Value, bool, error),
) ([]query.Value, error) {
	if got != len(targets) {
		return nil, errColumnCount(len(targets), got)
	}
	row := make([]query.Value, len(d.columns))
	given, settings := make([]bool, len(d.columns)), st.settings()
	for i, at := range targets {
		v, ok, err := value(i)
		if err != nil {
			return nil, err
		}
		row[at], given[at] = v, ok
	}
	for i, c := range d.columns {
		var err error
		if !given[i] {
			if row[i], err = st.defaultValue(c); err != nil {
				return nil, err
			}
		}
		if row[i], err = castCell(row[i], c, settings); err != nil {
			return nil, err
		}
	}
	return row, nil
}

// defaultValue is what a column gets when nothing is given.
func (st *statement) defaultValue(c *column) (query.Value, error) {
	switch {
	case c.identity != nil:
		n := c.identity.next
		c.identity.next += c.identity.step
		return query.IntOf(n), nil
	case c.sequence != nil:
		return c.sequence.detail.(*sequenceDetail).Next()
	case c.expr != nil:
		return st.constant(c.expr)
	}
	return query.NullValue, nil
}
