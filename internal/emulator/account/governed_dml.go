package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// shown are the rows of the table that UPDATE, DELETE or MERGE changes, as the
// session may see them: one for each row that there is, masked, and nil where a
// row access policy hides it. What is hidden is not changed either, and what is
// masked is compared and copied as it is shown.
func (st *statement) shown(o *object, d *tableDetail) ([][]query.Value, error) {
	if st.resolving != nil || len(d.rows) == 0 {
		return d.rows, nil
	}
	out := slices.Clone(d.rows)
	if d.rowAccess != nil {
		verdicts, err := st.evaluatePolicy(st.ctx, d.rowAccess.policy, d.columns, d.rowAccess.columns, d.rows)
		if err != nil {
			return nil, err
		}
		for i, v := range verdicts {
			if !v.Bool() {
				out[i] = nil
			}
		}
	}
	visible := slices.DeleteFunc(slices.Clone(out), func(row []query.Value) bool { return row == nil })
	masked, err := st.govern(st.ctx, o, d.columns, nil, visible)
	if err != nil {
		return nil, err
	}
	next := 0
	for i, row := range out {
		if row != nil {
			out[i] = masked[next]
			next++
		}
	}
	return out, nil
}
