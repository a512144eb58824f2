package query

import (
	"fmt"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// special compiles a call whose arguments are not all evaluated, or are not all values.
type special func(c *compiler, e *sql.Call, s *scope) (node, error)

// specials holds them by name. It is a function of its own because the compiler that they call looks into it.
var specials map[string]special

func init() {
	specials = map[string]special{
		"IFF": iff, "NVL2": nvl2, "DECODE": decodeCall,
		"COALESCE": coalesce, "NVL": coalesce, "IFNULL": coalesce, "ZEROIFNULL": zeroIfNull,
		"NULLIF": nullIf, "NULLIFZERO": nullIf, "EQUAL_NULL": equalNull, "BOOLAND": boolOp(false), "BOOLOR": boolOp(true),
		"CURRENT_DATE": clock(sql.DateType, DateOf), "CURRENT_TIME": clock(sql.TimeType, TimeOf), "LOCALTIME": clock(sql.TimeType, TimeOf),
		"GETDATE": clock(sql.TimestampLTZType, LTZOf), "LOCALTIMESTAMP": clock(sql.TimestampLTZType, LTZOf),
		"SYSTIMESTAMP": clock(sql.TimestampLTZType, LTZOf),
		"SEQ1":         rowSequence, "SEQ2": rowSequence, "SEQ4": rowSequence, "SEQ8": rowSequence,
		"SYSTEM$TYPEOF": systemTypeOf,
		"SYSDATE":       clock(sql.TimestampNTZType, func(t time.Time) Value { return NTZOf(t.UTC()) }),
	}
}

// counted compiles the arguments of a call that takes between low and high of them; high -1 is any number.
func counted(c *compiler, e *sql.Call, s *scope, low, high int) ([]node, error) {
	args, err := c.args(e, s)
	if err != nil {
		return nil, err
	}
	return args, checkCount(e, len(args), function{min: low, max: high})
}

func iff(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 3, 3)
	if err != nil {
		return node{}, err
	}
	return node{typ: unify(a[1].typ, a[2].typ), eval: func(f *frame) (Value, error) {
		return choose([]branch{{a[0], a[1]}}, a[2], f)
	}}, nil
}

func nvl2(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 3, 3)
	if err != nil {
		return node{}, err
	}
	return node{typ: unify(a[1].typ, a[2].typ), eval: func(f *frame) (Value, error) {
		v, err := a[0].eval(f)
		switch {
		case err != nil:
			return NullValue, err
		case v.IsNull():
			return a[2].eval(f)
		}
		return a[1].eval(f)
	}}, nil
}

func coalesce(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 1, -1)
	if err != nil {
		return node{}, err
	}
	return firstOf(a), nil
}

// firstOf is the first value that is not null.
func firstOf(nodes []node) node {
	return node{typ: likeAll(nodes), eval: func(f *frame) (Value, error) {
		for _, n := range nodes {
			if v, err := n.eval(f); err != nil || !v.IsNull() {
				return v, err
			}
		}
		return NullValue, nil
	}}
}

func zeroIfNull(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 1, 1)
	if err != nil {
		return node{}, err
	}
	n := firstOf(append(a, constant(IntOf(0), sql.Type{})))
	n.typ = a[0].typ
	return n, nil
}

// nullIf compiles NULLIF(a, b) and NULLIFZERO(a).
func nullIf(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 1, 2)
	if err != nil {
		return node{}, err
	}
	if len(a) == 1 {
		a = append(a, constant(IntOf(0), sql.NumberType))
	}
	return node{typ: a[0].typ, eval: func(f *frame) (Value, error) {
		l, r, null, err := both(a[0], a[1], f)
		if err != nil || null {
			return l, err
		}
		if is, err := equal(l, r, false); err != nil || is {
			return NullValue, err
		}
		return l, nil
	}}, nil
}

// decodeCall compiles DECODE(x, search, result, …[, default]), in which NULL equals NULL.
func decodeCall(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 3, -1)
	if err != nil {
		return node{}, err
	}
	otherwise := constant(NullValue, sql.Type{})
	if len(a)%2 == 0 {
		otherwise = a[len(a)-1]
	}
	var branches []branch
	var results []node
	for i := 1; i+1 < len(a); i += 2 {
		branches = append(branches, branch{a[i], a[i+1]})
		results = append(results, a[i+1])
	}
	return node{typ: likeAll(append(results, otherwise)), eval: func(f *frame) (Value, error) {
		return pickEqual(a[0], branches, otherwise, f, true)
	}}, nil
}

func equalNull(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 2, 2)
	if err != nil {
		return node{}, err
	}
	return node{typ: sql.BooleanType, eval: func(f *frame) (Value, error) {
		l, r, _, err := both(a[0], a[1], f)
		if err != nil {
			return NullValue, err
		}
		is, err := equal(l, r, true)
		return BoolOf(is), err
	}}, nil
}

func boolOp(deciding bool) special {
	return func(c *compiler, e *sql.Call, s *scope) (node, error) {
		a, err := counted(c, e, s, 2, 2)
		if err != nil {
			return node{}, err
		}
		return logical(deciding, a[0], a[1]), nil
	}
}

// rowSequence compiles SEQ4() and its kin: numbers from 0, one for each row.
func rowSequence(c *compiler, e *sql.Call, s *scope) (node, error) {
	if _, err := counted(c, e, s, 0, 1); err != nil {
		return node{}, err
	}
	return node{typ: sql.NumberType, eval: func(f *frame) (Value, error) {
		if f.run.sequences == nil {
			f.run.sequences = map[*sql.Call]int64{}
		}
		n := f.run.sequences[e]
		f.run.sequences[e]++
		return IntOf(n), nil
	}}, nil
}

// systemTypeOf is SYSTEM$TYPEOF: the type that an expression was compiled to, and how its values are kept.
func systemTypeOf(c *compiler, e *sql.Call, s *scope) (node, error) {
	a, err := counted(c, e, s, 1, 1)
	if err != nil {
		return node{}, err
	}
	return constant(StringOf(storedType(a[0].typ)), sql.VarcharType), nil
}

// storedType prints a type with the size of its values. Whole numbers take as many bytes as their digits need.
func storedType(t sql.Type) string {
	switch t.Name {
	case "":
		return "NULL[LOB]"
	case "NUMBER":
		for _, size := range []struct{ digits, bytes int }{{2, 1}, {4, 2}, {9, 4}, {18, 8}, {38, 16}} {
			if t.Precision <= size.digits {
				return fmt.Sprintf("%s[SB%d]", t, size.bytes)
			}
		}
	case "FLOAT":
		return "FLOAT[DOUBLE]"
	case "BOOLEAN":
		return "BOOLEAN[SB1]"
	case "DATE":
		return "DATE[SB4]"
	case "TIME":
		return t.String() + "[SB8]"
	case "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		return t.String() + "[SB16]"
	}
	return t.String() + "[LOB]"
}
