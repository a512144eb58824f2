package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// expandStar lists the columns that * or t.* stands for, as items of a select list. open reports that there are more,
// which are not known.
func (c *compiler) expandStar(e *sql.Star, s *scope) (list []sql.Item, open bool, err error) {
	if len(s.columns)+len(s.open) == 0 || len(e.Table) > 0 && !s.hasTable(e.Table) {
		return nil, false, InvalidIdentifier(e.Pos, append(slices.Clone(e.Table), "*"))
	}
	for _, merged := range []bool{true, false} {
		for i, column := range s.columns {
			if column.merged == merged && !column.pseudo && starMatches(e, column) {
				list = append(list, c.slot(e, i, column))
			}
		}
	}
	for _, name := range s.open {
		open = open || isSuffix(e.Table, name)
	}
	if !open {
		if err := checkStar(e, list); err != nil {
			return nil, false, err
		}
	}
	return changeStar(e, list), open, nil
}

// starMatches reports whether a column belongs to the star, its pattern and EXCLUDE considered.
func starMatches(e *sql.Star, column boundColumn) bool {
	if len(e.Table) == 0 && column.hidden || !isSuffix(e.Table, column.table) {
		return false
	}
	return e.Ilike == "" || matchLike(column.Name, e.Ilike, true, -1)
}

// slot makes an item of the column at index i. It is found by that index, as its name may be ambiguous.
func (c *compiler) slot(e *sql.Star, i int, column boundColumn) sql.Item {
	if c.slots == nil {
		c.slots = map[*sql.ColumnRef]int{}
	}
	ref := &sql.ColumnRef{Pos: e.Pos, Name: append(slices.Clone(column.table), column.Name)}
	c.slots[ref] = i
	return sql.Item{Expr: ref, Text: column.Name}
}

// checkStar refuses modifiers that name no column.
func checkStar(e *sql.Star, list []sql.Item) error {
	names := slices.Clone(e.Exclude)
	for _, r := range e.Rename {
		names = append(names, r.From)
	}
	for _, r := range e.Replace {
		names = append(names, r.Alias)
	}
	for _, name := range names {
		if !slices.ContainsFunc(list, func(item sql.Item) bool { return item.Text == name }) {
			return InvalidIdentifier(e.Pos, []string{name})
		}
	}
	return nil
}

// changeStar applies EXCLUDE, REPLACE and RENAME.
func changeStar(e *sql.Star, list []sql.Item) []sql.Item {
	list = slices.DeleteFunc(list, func(item sql.Item) bool { return slices.Contains(e.Exclude, item.Text) })
	for i := range list {
		list[i].Alias = ""
		for _, r := range e.Replace {
			if r.Alias == list[i].Text {
				list[i].Expr, list[i].Alias = r.Expr, r.Alias
			}
		}
		for _, r := range e.Rename {
			if r.From == list[i].Text {
				list[i].Alias = r.To
			}
		}
	}
	return list
}
