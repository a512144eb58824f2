package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// describeOnly answers the shape of a statement that is no query, without
// running it. DML is compiled, so that it fails as it would when it is run.
func (st *statement) describeOnly(first string, run handler) (*Result, error) {
	r := statusResult("")
	if counts := countsOf[first]; counts != nil {
		if err := st.compileOnly(run); err != nil {
			return nil, err
		}
		r.Columns = nil
		for _, name := range counts {
			r.Columns = append(r.Columns, fixedColumn("number of "+name))
		}
	}
	r.Rows = nil
	if first == "SHOW" || first == "DESC" || first == "DESCRIBE" {
		r.StatementType = TypeShow
	}
	return r, nil
}

// countsOf are the columns that DML answers. Those of MERGE depend on its
// branches: the ones that nearly every MERGE has stand for them.
var countsOf = map[string][]string{
	"INSERT": {"rows inserted"},
	"UPDATE": {"rows updated", "multi-joined rows updated"},
	"DELETE": {"rows deleted"},
	"MERGE":  {"rows inserted", "rows updated"},
}

// compileOnly reads a statement and looks its names up.
func (st *statement) compileOnly(run handler) error {
	r := &resolver{a: st.a, made: map[string]bool{}}
	r.begin("", st.c.Source())
	sc := *st.scope
	sc.resolving = r
	st.scope = &sc
	if err := st.bind(); err != nil {
		return err
	}
	st.c.Next()
	if _, err := run(st); err != nil && err != errReported { //nolint:errorlint // never wrapped
		return err
	}
	if len(r.found) > 0 {
		return &Error{Code: r.found[0].Code, State: r.found[0].State, Message: r.found[0].Message}
	}
	return nil
}

// bindUnset gives the binds of a statement that is only described and comes
// without their values NULL: clients ask for a statement's shape before they
// have any. It answers how many binds there are.
func (st *statement) bindUnset(bound map[string]query.Value) int {
	tokens, err := sql.Lex(st.c.Source())
	if err != nil {
		return 0 // The statement itself says what is wrong with it.
	}
	names := map[string]bool{}
	for _, t := range tokens {
		if t.Kind != sql.Bind {
			continue
		}
		names[t.Value] = true
		if _, given := bound[t.Value]; !given {
			bound[t.Value] = query.NullValue
		}
	}
	return len(names)
}
