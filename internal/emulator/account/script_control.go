package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// branch runs the first branch of IF whose condition holds.
func (p *program) branch(s *script.If, n *locals) (flow, error) {
	for _, b := range s.Branches {
		ok, err := p.holds(b.When, n)
		if err != nil {
			return flow{}, err
		}
		if ok {
			return p.list(b.Body, n, false)
		}
	}
	return p.list(s.Else, n, false)
}

// choose runs the first branch of CASE whose value is that of the operand.
func (p *program) choose(s *script.Case, n *locals) (flow, error) {
	for _, b := range s.Branches {
		same, err := p.holds(&sql.Binary{Pos: b.When.At(), Op: "=", L: s.Operand, R: b.When}, n)
		if err != nil {
			return flow{}, err
		}
		if same {
			return p.list(b.Body, n, false)
		}
	}
	return p.list(s.Else, n, false)
}

// round runs the body of a loop once and answers whether the loop is over. A
// CONTINUE handler goes on with the next round.
func (p *program) round(body []script.Statement, label string, n *locals) (over bool, f flow, err error) {
	if err := p.step(); err != nil {
		return true, flow{}, raise(statementError, body[0].At(), err)
	}
	f, err = p.list(body, n, false)
	if err != nil {
		f, err = p.resume(err)
	}
	mine := f.label == "" || f.label == label
	switch {
	case err != nil, f.kind == leaveScript:
		return true, f, err
	case f.kind == breakLoop && mine:
		return true, flow{}, nil
	case f.kind == continueLoop && mine:
		return false, flow{}, nil
	}
	return f.kind != goOn, f, nil
}

// loop runs LOOP, WHILE and REPEAT.
func (p *program) loop(s *script.Loop, n *locals) (flow, error) {
	for {
		if s.While != nil {
			if ok, err := p.holds(s.While, n); !ok || err != nil {
				return flow{}, err
			}
		}
		if over, f, err := p.round(s.Body, s.Label, n); over {
			return f, err
		}
		if s.Until != nil {
			if done, err := p.holds(s.Until, n); done || err != nil {
				return flow{}, err
			}
		}
	}
}

// count runs FOR with a counter, which is the loop's own.
func (p *program) count(s *script.For, n *locals) (flow, error) {
	low, err := p.whole(s.Start, n)
	if err != nil {
		return flow{}, err
	}
	high, err := p.whole(s.End, n)
	if err != nil {
		return flow{}, err
	}
	for i := int64(0); i <= high-low; i++ {
		inner := newLocals(n)
		value := low + i
		if s.Reverse {
			value = high - i
		}
		inner.declare(s.Name, &declared{value: query.IntOf(value), typ: sql.NumberType})
		if over, f, err := p.round(s.Body, s.Label, inner); over {
			return f, err
		}
	}
	return flow{}, nil
}

// whole computes a bound of FOR.
func (p *program) whole(e sql.Expr, n *locals) (int64, error) {
	v, _, err := p.eval(e, n)
	if err != nil {
		return 0, err
	}
	v, err = query.Cast(v, sql.NumberType)
	if err == nil {
		if number, ok := v.Decimal().Int64(); ok && !v.IsNull() {
			return number, nil
		}
		err = &Error{Code: 100038, State: "22018", Message: "Numeric value '" + v.String() + "' is not recognized"}
	}
	return 0, raise(expressionError, e.At(), err)
}

// each runs FOR over the rows of a cursor or result set.
func (p *program) each(s *script.ForEach, n *locals) (flow, error) {
	rows, next, err := p.rowsOf(s, n)
	if err != nil {
		return flow{}, raise(statementError, s.At(), err)
	}
	for *next < len(rows.rows) {
		row := map[string]query.Value{}
		for i, name := range rows.columns {
			row[name] = rows.rows[*next][i]
		}
		*next++
		inner := newLocals(n)
		inner.declare(s.Name, &declared{row: row})
		if over, f, err := p.round(s.Body, s.Label, inner); over {
			return f, err
		}
	}
	return flow{}, nil
}
