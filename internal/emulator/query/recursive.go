package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// maxRounds bounds the rounds of a recursive CTE.
const maxRounds = 10_000

// unionMembers returns the members of a query that is nothing but a UNION ALL, which is what a recursive CTE is.
func unionMembers(q *sql.Query) []sql.Body {
	if len(q.With) > 0 || len(q.OrderBy) > 0 || q.Limit != nil || q.Offset != nil {
		return nil
	}
	var out []sql.Body
	body := q.Body
	for {
		op, ok := body.(*sql.SetOperation)
		if !ok || op.Op != "UNION" || !op.All || op.ByName {
			out = append(out, body)
			slices.Reverse(out)
			return out
		}
		out = append(out, op.Right)
		body = op.Left
	}
}

// recursive compiles a CTE that may be recursive: the first member does not see it, the others do. One that nobody
// refers to is a plain union.
func (c *compiler) recursive(def *sql.CTE, members []sql.Body, outer *scope) (*relation, error) {
	var out *relation
	correlated, err := c.watch(levelOf(outer), func() (err error) {
		out, err = c.members(def, members, outer)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.cacheable = !correlated
	return out, nil
}

func (c *compiler) members(def *sql.CTE, members []sql.Body, outer *scope) (*relation, error) {
	anchor, err := c.body(members[0], outer)
	if err != nil {
		return nil, err
	}
	named, err := renamed(anchor, def.Columns, def.At())
	if err != nil {
		return nil, err
	}
	working := &relation{columns: named.columns, open: named.open}
	working.produce = func(f *frame) ([][]Value, error) { return f.run.working[working], nil }
	saved := c.ctes
	defer func() { c.ctes = saved }()
	self := &cte{name: def.Name, relation: working, working: true, level: len(c.nested), outer: levelOf(outer), next: saved}
	c.ctes = self
	steps := make([]*relation, len(members)-1)
	all := &sql.SetOperation{Pos: def.Pos, Op: "UNION", All: true}
	columns := slices.Clone(named.columns)
	for i, member := range members[1:] {
		if steps[i], err = c.body(member, outer); err != nil {
			return nil, err
		}
		both, err := combine(all, &relation{columns: columns, open: named.open}, steps[i])
		if err != nil {
			return nil, err
		}
		columns = both.columns
	}
	return &relation{columns: columns, open: named.open, produce: rounds(anchor, working, steps, self)}, nil
}

// rounds runs the recursion: the anchor, then the other members over the rows of the round before, until there are none.
func rounds(anchor, working *relation, steps []*relation, self *cte) func(*frame) ([][]Value, error) {
	return func(f *frame) ([][]Value, error) {
		rows, err := anchor.rows(f)
		if err != nil {
			return nil, err
		}
		out := slices.Clone(rows)
		for round := 0; len(rows) > 0; round++ {
			if round == maxRounds {
				return nil, execution(100298, "54001", "Recursion exceeded max iteration count (%d)", maxRounds)
			}
			if rows, err = oneRound(f, rows, working, steps); err != nil {
				return nil, err
			}
			out = append(out, rows...)
			if !self.read {
				break
			}
		}
		return out, nil
	}
}

func oneRound(f *frame, rows [][]Value, working *relation, steps []*relation) ([][]Value, error) {
	if err := f.run.ctx.Err(); err != nil {
		return nil, err
	}
	if f.run.working == nil {
		f.run.working = map[*relation][][]Value{}
	}
	f.run.working[working] = rows
	var out [][]Value
	for _, step := range steps {
		more, err := step.rows(f)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}
