package account

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// counted is the answer of DML: how many rows it touched.
func counted(statementType int64, what string, n int) (*Result, error) {
	s := &sheet{Result{StatementType: statementType, Columns: []Column{fixedColumn("number of rows " + what)}}}
	s.add(n)
	return s.result(), nil
}

// dmlTarget finds the table of a DML statement, with the privilege on it and a
// warehouse to run on. The owner of an Iceberg table needs its volume (P13).
func (st *statement) dmlTarget(name []string, privilege string) (*object, *tableDetail, error) {
	o, err := st.permitted(kindTable, name, privilege)
	if err != nil && st.resolving != nil {
		return nil, nil, st.resolving.target(st.scope, name, err)
	}
	if err != nil {
		return nil, nil, err
	}
	if o.kind == kindDynamicTable {
		return nil, nil, errUnsupported("DML on a dynamic table")
	}
	if err := st.checkVolume(o); err != nil {
		return nil, nil, err
	}
	if st.resolving != nil {
		return o, o.detail.(*tableDetail), nil
	}
	if privilege != "INSERT" {
		if err := st.unlocked(o, false); err != nil {
			return nil, nil, err
		}
	}
	return o, o.detail.(*tableDetail), st.needWarehouse()
}

// setRows gives a table new rows.
func (st *statement) setRows(o *object, rows [][]query.Value) { st.changeRows(o, rows, true) }

// addRows gives a table more rows.
func (st *statement) addRows(o *object, added [][]query.Value) {
	st.changeRows(o, slices.Concat(o.detail.(*tableDetail).rows, added), false)
}

// changeRows gives a table new rows, and says whether that locks it.
func (st *statement) changeRows(o *object, rows [][]query.Value, locks bool) {
	if st.resolving != nil {
		return
	}
	st.remember(o, locks)
	st.snapshot(o)
	d := o.detail.(*tableDetail)
	d.rows = rows
	d.tidyLineage(st.a.pendingRows(o))
	st.consumeStreams()
}

// source is a table of UPDATE, DELETE or MERGE in the form that expressions
// resolve their columns in.
func (st *statement) source(o *object, alias string) query.Source {
	name := []string{alias}
	if alias == "" {
		name = o.path()
	}
	return query.Source{Name: name, Columns: queryShape(o.columnsOf())}
}

// target reads the table of UPDATE and DELETE with its alias.
func (st *statement) targetTable(stop ...string) (name []string, alias string, err error) {
	if name, err = st.c.Name(); err != nil {
		return nil, "", err
	}
	st.c.Accept("AS")
	if t := st.token(); t.Kind == sql.QuotedIdent || t.Kind == sql.Ident && !slices.Contains(stop, t.Value) {
		alias, err = st.c.Ident()
	}
	return name, alias, err
}

// joined are the rows that UPDATE and DELETE may look at beside the target's.
type joined struct {
	sources []query.Source
	rows    [][]query.Value
}

// others reads FROM or USING with its tables.
func (st *statement) others(word string) (joined, error) {
	if !st.c.Accept(word) {
		if st.resolving != nil {
			return joined{}, nil // Without rows nothing is computed.
		}
		return joined{rows: [][]query.Value{nil}}, nil
	}
	from, err := sql.ParseFrom(st.c)
	if err != nil {
		return joined{}, err
	}
	return st.joinedRows(from)
}

// joinedRows compiles and reads tables.
func (st *statement) joinedRows(from sql.TableExpr) (joined, error) {
	t, err := query.CompileTable(from, &catalog{st.scope}, st.binds())
	if err != nil {
		return joined{}, err
	}
	if st.resolving != nil {
		return joined{sources: t.Sources()}, nil
	}
	rows, err := t.Rows(st.ctx)
	return joined{sources: t.Sources(), rows: rows}, err
}

// whereClause reads WHERE over the given sources; nil without one.
func (st *statement) whereClause(sources []query.Source) (*query.Expression, error) {
	if !st.c.Accept("WHERE") {
		return nil, st.end()
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return query.CompileExpr(e, sources, &catalog{st.scope}, st.binds())
}

// hits finds the joined rows for which the condition holds, at most so many.
func (st *statement) hits(row []query.Value, j joined, where *query.Expression, atMost int) ([][]query.Value, error) {
	var found [][]query.Value
	for _, other := range j.rows {
		all := slices.Concat(row, other)
		if where != nil {
			if ok, err := where.Matches(st.ctx, all); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
		}
		if found = append(found, all); len(found) == atMost {
			break
		}
	}
	return found, nil
}

// deleteRows runs DELETE FROM … [USING …] [WHERE …].
func (st *statement) deleteRows() (*Result, error) {
	if err := cmp.Or(st.c.Expect("FROM"), st.bind()); err != nil {
		return nil, err
	}
	name, alias, err := st.targetTable("WHERE", "USING")
	if err != nil {
		return nil, err
	}
	o, d, err := st.dmlTarget(name, "DELETE")
	if err != nil {
		return nil, err
	}
	j, err := st.others("USING")
	if err != nil {
		return nil, err
	}
	where, err := st.whereClause(append([]query.Source{st.source(o, alias)}, j.sources...))
	if err != nil {
		return nil, err
	}
	return st.runDelete(o, d, j, where)
}

// runDelete keeps the rows that do not match, or that the session does not see.
func (st *statement) runDelete(o *object, d *tableDetail, j joined, where *query.Expression) (*Result, error) {
	shown, err := st.shown(o, d)
	if err != nil {
		return nil, err
	}
	kept := make([][]query.Value, 0, len(d.rows))
	for i, row := range d.rows {
		if shown[i] != nil {
			found, err := st.hits(shown[i], j, where, 1)
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				continue
			}
		}
		kept = append(kept, row)
	}
	n := len(d.rows) - len(kept)
	st.setRows(o, kept)
	return counted(TypeDelete, "deleted", n)
}

// assignment is one column = expression of SET.
type assignment struct {
	column int
	parsed sql.Expr
	expr   *query.Expression
}

// assignments reads SET column = expression, ….
func (st *statement) assignments(d *tableDetail) ([]assignment, error) {
	var out []assignment
	for {
		name, err := st.c.Name()
		if err != nil {
			return nil, err
		}
		i := columnIndex(d.columns, lastPart(name))
		if i < 0 {
			return nil, sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteName(name))
		}
		if err := st.c.ExpectOp("="); err != nil {
			return nil, err
		}
		e, err := sql.ParseExpr(st.c)
		if err != nil {
			return nil, err
		}
		out = append(out, assignment{column: i, parsed: e})
		if !st.c.AcceptOp(",") {
			return out, nil
		}
	}
}

// compileAssignments resolves the expressions of SET.
func (st *statement) compileAssignments(list []assignment, sources []query.Source) error {
	for i := range list {
		var err error
		if list[i].expr, err = query.CompileExpr(list[i].parsed, sources, &catalog{st.scope}, st.binds()); err != nil {
			return err
		}
	}
	return nil
}

// assign computes the changed row.
func (st *statement) assignRow(d *tableDetail, row, all []query.Value, list []assignment) ([]query.Value, error) {
	out, settings := slices.Clone(row), st.settings()
	for _, a := range list {
		v, err := a.expr.Eval(st.ctx, all)
		if err != nil {
			return nil, err
		}
		if out[a.column], err = castCell(v, d.columns[a.column], settings); err != nil {
			return nil, err
		}
	}
	d.descend(row, out)
	return out, nil
}

// update runs UPDATE … SET … [FROM …] [WHERE …].
func (st *statement) update() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	name, alias, err := st.targetTable("SET")
	if err != nil {
		return nil, err
	}
	o, d, err := st.dmlTarget(name, "UPDATE")
	if err != nil {
		return nil, err
	}
	if err := st.c.Expect("SET"); err != nil {
		return nil, err
	}
	list, err := st.assignments(d)
	if err != nil {
		return nil, err
	}
	j, err := st.others("FROM")
	if err != nil {
		return nil, err
	}
	sources := append([]query.Source{st.source(o, alias)}, j.sources...)
	where, err := st.whereClause(sources)
	if err != nil {
		return nil, err
	}
	if err := st.compileAssignments(list, sources); err != nil {
		return nil, err
	}
	return st.runUpdate(o, d, j, where, list)
}

// runUpdate changes the rows that match, among those that the session sees.
func (st *statement) runUpdate(o *object, d *tableDetail, j joined, where *query.Expression, list []assignment) (*Result, error) {
	shown, err := st.shown(o, d)
	if err != nil {
		return nil, err
	}
	rows := slices.Clone(d.rows)
	n, ambiguous := 0, 0
	for i, row := range d.rows {
		if shown[i] == nil {
			continue
		}
		found, err := st.hits(shown[i], j, where, 2)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			continue
		}
		if len(found) > 1 {
			ambiguous++
			if st.refuses("ERROR_ON_NONDETERMINISTIC_UPDATE") {
				return nil, errDuplicateRow(shown[i])
			}
		}
		if rows[i], err = st.assignRow(d, row, found[0], list); err != nil {
			return nil, err
		}
		n++
	}
	st.setRows(o, rows)
	r, err := counted(TypeUpdate, "updated", n)
	r.Columns = append(r.Columns, fixedColumn("number of multi-joined rows updated"))
	r.Rows[0] = append(r.Rows[0], encode(ambiguous))
	return r, err
}

// refuses reports whether a parameter makes an error of DML whose outcome the
// order of rows decides.
func (st *statement) refuses(parameter string) bool {
	return strings.EqualFold(st.session.parameter(parameter), "true")
}

// errDuplicateRow says that a row would be changed in more than one way.
func errDuplicateRow(row []query.Value) *Error {
	cells := make([]string, len(row))
	for i, v := range row {
		switch v.Kind() {
		case query.Null:
			cells[i] = "NULL"
		case query.Number, query.Float:
			cells[i] = v.String()
		default:
			cells[i] = strconv.Quote(v.String())
		}
	}
	return &Error{Code: 100090, State: "42P18", Message: "Duplicate row detected during DML action\nRow Values: [" +
		strings.Join(cells, ", ") + "]"}
}

// truncate runs TRUNCATE [TABLE] [IF EXISTS] t.
func (st *statement) truncate() (*Result, error) {
	st.c.Accept("TABLE")
	ifExists := st.c.Accept("IF", "EXISTS")
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.object(kindTable, name)
	if err != nil {
		if ifExists && isNotFound(err) {
			return done()
		}
		return nil, err
	}
	if err := cmp.Or(st.demand(o, "TRUNCATE"), st.checkVolume(o), st.unlocked(o, false)); err != nil {
		return nil, err
	}
	st.setRows(o, nil)
	return done()
}
