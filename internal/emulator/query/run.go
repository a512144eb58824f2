package query

import (
	"context"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// run is one execution of a plan.
type run struct {
	ctx context.Context // A run lives no longer than the call that it serves.
	// cached holds the rows of CTEs and subqueries that do not depend on the row around them, by relation.
	cached map[*relation][][]Value
	// working holds the rows that the recursive part of a CTE reads.
	working map[*relation][][]Value
	// sequences holds the next number of each SEQ4() and its kin.
	sequences map[*sql.Call]int64
	steps     int
	held      int // Bytes of the rows that were made, about.
}

// maxHeld bounds, in bytes, the rows that one execution makes, those between
// its parts included. Snowflake spills to disk; the emulator refuses.
const maxHeld = 256 << 20

// Memory of a row and of a cell beside its text, in bytes.
const (
	rowSize  = 24
	cellSize = 24
)

// hold counts a row that was made.
func (r *run) hold(row []Value) error {
	r.held += rowSize + cellSize*len(row)
	for _, v := range row {
		r.held += len(v.Text()) + len(v.Bytes())
	}
	if r.held > maxHeld {
		return Unsupported("a query whose rows take more than 256 MB")
	}
	return nil
}

// newRun returns the outermost frame of an execution.
func newRun(ctx context.Context) *frame {
	return &frame{run: &run{ctx: ctx}}
}

// step is called for every row that is produced, so that a cancelled query ends soon.
func (r *run) step() error {
	r.steps++
	if r.steps%1024 == 0 {
		return r.ctx.Err()
	}
	return nil
}

// relation is a compiled query.
type relation struct {
	columns []Column
	open    bool // Columns are missing from the list, because a * stands for what is not known.
	// produce computes the rows for the frame of the query around, or the outermost frame.
	produce func(*frame) ([][]Value, error)
	// cacheable says that the rows are the same for every frame of a run.
	cacheable bool
}

// rows computes the rows, once a run where that is enough.
func (r *relation) rows(f *frame) ([][]Value, error) {
	if !r.cacheable {
		return r.produce(f)
	}
	if rows, ok := f.run.cached[r]; ok {
		return rows, nil
	}
	rows, err := r.produce(f)
	if err != nil {
		return nil, err
	}
	if f.run.cached == nil {
		f.run.cached = map[*relation][][]Value{}
	}
	f.run.cached[r] = rows
	return rows, nil
}
