package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// lineage knows of changed rows which row they were first, so that a stream can
// tell a row that was changed from one that was deleted and another that was
// inserted (T18). Rows never change in place: the address of the first cell is a
// row's identity.
type lineage struct {
	first map[*query.Value][]query.Value
	// limit is the size at which rows that no version of the table has are
	// forgotten.
	limit int
}

// smallLineage is a size that is not worth tidying.
const smallLineage = 10_000

// origin is the row that a row was first.
func (l *lineage) origin(row []query.Value) []query.Value {
	if l != nil {
		if first, changed := l.first[&row[0]]; changed {
			return first
		}
	}
	return row
}

// descend notes that a row of a table that streams may watch has become another.
func (d *tableDetail) descend(old, row []query.Value) {
	if !d.tracking || len(row) == 0 {
		return
	}
	if d.lineage == nil {
		d.lineage = &lineage{first: map[*query.Value][]query.Value{}, limit: smallLineage}
	}
	d.lineage.first[&row[0]] = d.lineage.origin(old)
}

// tidyLineage forgets the rows that neither the table nor its past has, nor the
// transactions that have yet to be committed.
func (d *tableDetail) tidyLineage(pending [][][]query.Value) {
	if d.lineage == nil || len(d.lineage.first) < d.lineage.limit {
		return
	}
	kept := map[*query.Value][]query.Value{}
	keep := func(rows [][]query.Value) {
		for _, row := range rows {
			if first, changed := d.lineage.first[&row[0]]; changed {
				kept[&row[0]] = first
			}
		}
	}
	keep(d.rows)
	for _, v := range d.past {
		keep(v.rows)
	}
	for _, rows := range pending {
		keep(rows)
	}
	d.lineage = &lineage{first: kept, limit: max(smallLineage, 2*len(kept))}
}

// rowChanges are what a stream on a table hands out.
type rowChanges struct {
	inserted, deleted []rowChange
}

// rowChange is one row of a stream.
type rowChange struct {
	row    []query.Value
	origin []query.Value
	update bool
}

// changesSince compares two states of a table row by row. What is the same in
// all columns that both have is no change; columns added since are NULL in rows
// that were deleted before.
func (d *tableDetail) changesSince(before, after version) rowChanges {
	was := map[*query.Value][]query.Value{}
	for _, row := range before.rows {
		was[&d.lineage.origin(row)[0]] = row
	}
	places := columnPlaces(before.columns, after.columns)
	var out rowChanges
	for _, row := range after.rows {
		origin := d.lineage.origin(row)
		old, existed := was[&origin[0]]
		delete(was, &origin[0])
		moved := moveCells(old, places, row)
		if existed && rowKey(moved) == rowKey(row) {
			continue
		}
		out.inserted = append(out.inserted, rowChange{row: row, origin: origin, update: existed})
		if existed {
			out.deleted = append(out.deleted, rowChange{row: moved, origin: origin, update: true})
		}
	}
	for _, row := range before.rows {
		origin := d.lineage.origin(row)
		if _, gone := was[&origin[0]]; gone {
			out.deleted = append(out.deleted, rowChange{row: moveCells(row, places, nil), origin: origin})
		}
	}
	return out
}

// columnPlaces says for each column where the rows of another shape have it; -1
// for columns that they have not.
func columnPlaces(from, to []*column) []int {
	out := make([]int, len(to))
	for i, c := range to {
		out[i] = columnIndex(from, c.name)
	}
	return out
}

// moveCells gives a row another shape. What it does not have comes from the
// other row, or is NULL.
func moveCells(row []query.Value, places []int, other []query.Value) []query.Value {
	out := make([]query.Value, len(places))
	copy(out, other)
	for i, at := range places {
		if at >= 0 && at < len(row) {
			out[i] = row[at]
		}
	}
	return out
}

// rows are the changes with the stream's own columns.
func (c rowChanges) rows(deleted bool) [][]query.Value {
	out := make([][]query.Value, 0, len(c.inserted)+len(c.deleted))
	add := func(list []rowChange, action string) {
		for _, r := range list {
			if r.update && !deleted { // Streams of insertions know of no updates.
				continue
			}
			out = append(out, append(slices.Clone(r.row),
				query.StringOf(action), query.BoolOf(r.update), query.StringOf(rowID(r.origin))))
		}
	}
	add(c.inserted, "INSERT")
	if deleted {
		add(c.deleted, "DELETE")
	}
	return out
}
