package query

import (
	"math/rand/v2"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// sample compiles SAMPLE. Blocks are rows here, and every sample is drawn with the same seed, as with REPEATABLE.
func (c *compiler) sample(e *sql.Sample, outer *scope) (*table, error) {
	t, err := c.from(e.Source, outer)
	if err != nil {
		return nil, err
	}
	size, err := c.expr(e.Size, newScope(outer, nil, nil))
	if err != nil {
		return nil, err
	}
	return &table{t.columns, t.open, func(f *frame) ([][]Value, error) {
		rows, err := t.rows(f)
		if err != nil {
			return nil, err
		}
		v, err := size.eval(f.inner(nil))
		if err == nil {
			v, err = castKind(v, Float)
		}
		if err != nil {
			return nil, err
		}
		return draw(rows, v.Float(), e.Rows)
	}}, nil
}

// maxSample is the largest number of rows that SAMPLE takes.
const maxSample = 1_000_000

// draw takes a number of rows, or each by a probability in percent, and keeps their order.
func draw(rows [][]Value, size float64, counted bool) ([][]Value, error) {
	if size < 0 || counted && size > maxSample || !counted && size > 100 {
		return nil, execution(2023, "22003", "Invalid sample size [%s]", formatFloat(size))
	}
	random := rand.New(rand.NewPCG(0, 0)) //nolint:gosec // A sample is no secret.
	out := [][]Value{}
	wanted := int(size)
	for i, row := range rows {
		chance := size / 100
		if counted {
			// Of the rows that are left each is as likely to be among those that are still wanted.
			chance = float64(wanted-len(out)) / float64(len(rows)-i)
		}
		if random.Float64() < chance {
			out = append(out, row)
		}
	}
	return out, nil
}
