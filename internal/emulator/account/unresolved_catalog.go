package account

import (
	"context"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// openRelation stands for what is missing, so that the rest of a query can be
// read: any column of it is taken to exist.
type openRelation struct{}

// Columns are not known.
func (openRelation) Columns() []query.Column { return nil }

// Rows are never asked for: nothing runs.
func (openRelation) Rows(context.Context) ([][]query.Value, error) { return nil, errReported }

// relation notes that a query reads what is missing.
func (r *resolver) relation(sc *scope, name []string, err error) (query.Relation, error) {
	if len(name) == 1 && name[0] == "DUAL" {
		return nil, err
	}
	if !r.isMade(sc, name) {
		r.name(name, err)
	}
	r.open = true
	return openRelation{}, nil
}

// function notes that a query calls what is missing; without an error there is
// no such function.
func (r *resolver) function(name []string, err error) {
	if err == nil {
		err = errUnknownProcedure(name)
	}
	r.name(name, err)
}

// target notes that DML changes what is missing, and ends the statement.
func (r *resolver) target(sc *scope, name []string, err error) error {
	if !r.isMade(sc, name) {
		r.name(name, err)
	}
	return errReported
}

// resolveInsert reads INSERT: its table, then what it inserts.
func (st *statement) resolveInsert(name []string, in insertion) error {
	_, d, err := st.dmlTarget(name, "INSERT")
	if err == nil {
		_, err = d.targets(in.columns)
	}
	st.resolving.fail(err)
	if in.query != nil {
		_, err := st.compile(in.query)
		return err
	}
	for _, row := range in.values {
		for _, e := range row {
			if e == nil {
				continue
			}
			if _, err := query.CompileExpr(e, nil, &catalog{st.scope}, st.binds()); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolveCall reads CALL: the procedure, with the right to run it, and the
// arguments.
func (st *statement) resolveCall(call *sql.Call) error {
	args := make([]argument, len(call.Args))
	for i, a := range call.Args {
		args[i].name = a.Name
		if _, err := query.CompileExpr(a.Value, nil, &catalog{st.scope}, st.binds()); err != nil {
			return err
		}
	}
	found := st.procedures(call.Name)
	if len(found) == 0 {
		st.resolving.name(call.Name, errUnknownProcedure(call.Name))
		return nil
	}
	err := error(errArgumentTypes(call, args))
	for _, o := range found {
		if o.detail.(*routineDetail).order(args) != nil {
			if err = st.demand(o, "USAGE"); err == nil {
				return nil
			}
		}
	}
	st.resolving.name(call.Name, err)
	return nil
}
