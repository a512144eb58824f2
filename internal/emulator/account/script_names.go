package account

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Limits of a script. Snowflake bounds it by time alone; here everybody waits
// for a statement that runs.
const (
	maxScriptSteps = 1_000_000
	maxCallDepth   = 32
)

// budget counts what a client's statement has done in scripts.
type budget struct{ steps int }

// What counts for more than one step: a statement in SQL, an exception that is
// handled, and every kilobyte of the texts that an expression may use.
const (
	stepsPerStatement = 20
	stepsPerException = 500
	bytesPerStep      = 1 << 10
)

// scriptScope is what a scope has within a script.
type scriptScope struct {
	locals *locals
	// using holds what EXECUTE IMMEDIATE … USING and OPEN … USING bind.
	using  []query.Value
	budget *budget
	// calls is how deep procedures have called one another.
	calls int
	// owner is whether an owner's-rights procedure runs, or was called by one:
	// such a script does not see the caller's session.
	owner bool
	// task is the run that the script belongs to; nil outside of tasks.
	task *taskRun
}

// bind adds what a script binds to what a statement's placeholders stand for.
func (s *scriptScope) bind(b *query.Binds) {
	b.Values = s.locals.values()
	for i, v := range s.using {
		b.Values[itoa(i+1)] = v
	}
	if s.owner {
		b.Variables = nil
	}
}

// locals is what is declared in a block, and in those around it.
type locals struct {
	outer *locals
	own   map[string]*declared
}

// newLocals opens a scope within another.
func newLocals(outer *locals) *locals { return &locals{outer: outer, own: map[string]*declared{}} }

// declared is what a name of a script stands for: a variable unless one of the
// other fields is set.
type declared struct {
	typ   sql.Type // zero takes any value
	value query.Value

	// row holds the columns of the row variable of a FOR loop, by name.
	row       map[string]query.Value
	exception *script.Exception
	cursor    *cursor
	resultSet *resultSet
}

// isVariable reports whether the name holds a value.
func (d *declared) isVariable() bool {
	return d.row == nil && d.exception == nil && d.cursor == nil && d.resultSet == nil
}

// declare makes a name known; one of the same block is replaced.
func (n *locals) declare(name string, d *declared) { n.own[name] = d }

// find looks a name up from the innermost block outwards.
func (n *locals) find(name string) *declared {
	for at := n; at != nil; at = at.outer {
		if d, ok := at.own[name]; ok {
			return d
		}
	}
	return nil
}

// values are the variables that SQL may bind, by name.
func (n *locals) values() map[string]query.Value {
	out := map[string]query.Value{}
	seen := map[string]bool{}
	for at := n; at != nil; at = at.outer {
		for name, d := range at.own {
			if !seen[name] && d.isVariable() {
				out[name] = d.value
			}
			seen[name] = true
		}
	}
	return out
}

// size is the length of all texts that are declared, in bytes.
func (n *locals) size() int {
	total := 0
	for at := n; at != nil; at = at.outer {
		for _, d := range at.own {
			if d.value.Kind() == query.String {
				total += len(d.value.Text())
			}
		}
	}
	return total
}

// local is what a name outside of a query stands for: a variable, or a column
// of a row.
func (n *locals) local(name []string) (query.Value, bool) {
	d := n.find(name[0])
	switch {
	case d == nil || len(name) > 2:
		return query.NullValue, false
	case len(name) == 2:
		v, ok := d.row[name[1]]
		return v, ok
	}
	return d.value, d.isVariable()
}

// inferredType is the type of a variable that was declared without one: the
// widest of its kind, and FLOAT for numbers with a fraction.
func inferredType(t sql.Type, v query.Value) sql.Type {
	if t.Name == "" {
		t = typeOfValue(v)
	}
	switch t.Name {
	case "NUMBER":
		if t.Scale > 0 {
			return sql.FloatType
		}
		return sql.NumberType
	case "VARCHAR":
		return sql.VarcharType
	case "BINARY":
		return sql.BinaryType
	}
	return t
}

// typeOfValue is the type of a value that came without one.
func typeOfValue(v query.Value) sql.Type {
	if v.Kind() == query.Number {
		return sql.Type{Name: "NUMBER", Precision: 38, Scale: v.Decimal().Scale()}
	}
	return map[query.Kind]sql.Type{
		query.String: sql.VarcharType, query.Float: sql.FloatType, query.Bool: sql.BooleanType, query.Date: sql.DateType,
		query.Time: sql.TimeType, query.TimestampNTZ: sql.TimestampNTZType, query.TimestampLTZ: sql.TimestampLTZType,
		query.TimestampTZ: sql.TimestampTZType, query.Variant: sql.VariantType, query.Binary: sql.BinaryType,
	}[v.Kind()]
}

// castTo gives a value the type of a variable or argument.
func (sc *scope) castTo(v query.Value, t sql.Type) (query.Value, error) {
	if t.Name == "" {
		return v, nil
	}
	return castCell(v, &column{typ: t}, sc.settings())
}
