package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// tableCall compiles a table function: one of this package, or one of the account.
func (c *compiler) tableCall(e *sql.TableCall, outer *scope) (*table, error) {
	if len(e.Call.Name) == 1 {
		switch e.Call.Name[0] {
		case "FLATTEN":
			return c.flatten(e, outer)
		case "GENERATOR":
			return c.generator(e, outer)
		case "SPLIT_TO_TABLE", "STRTOK_SPLIT_TO_TABLE":
			return c.splitToTable(e, outer)
		case "GETNEXTVAL":
			return c.getNextval(e)
		}
	}
	args, err := c.tableArgs(e.Call, outer)
	if err != nil {
		return nil, err
	}
	r, err := c.catalog.TableFunction(e.Call.Name, args)
	if err != nil {
		return nil, unknownFunction(err, e.Call.Name)
	}
	return scan(r, e.Call.Name[len(e.Call.Name)-1:], e.Alias, e.Pos)
}

func (c *compiler) tableArgs(call *sql.Call, outer *scope) ([]Arg, error) {
	out := make([]Arg, len(call.Args))
	for i, arg := range call.Args {
		v, known, err := c.constant(arg.Value, outer)
		if err != nil {
			return nil, err
		}
		out[i] = Arg{arg.Name, v, known}
	}
	return out, nil
}

// named arguments of a table function, compiled: those passed by position take the names in order.
func (c *compiler) namedArgs(e *sql.TableCall, outer *scope, names ...string) (map[string]node, error) {
	out := map[string]node{}
	s := newScope(outer, nil, nil)
	for i, arg := range e.Call.Args {
		name := arg.Name
		if name == "" && i < len(names) {
			name = names[i]
		}
		if !slices.Contains(names, name) {
			return nil, compilation(1044, "42P13", e.Pos, "invalid argument '%s' for function '%s'", name, sql.FormatName(e.Call.Name))
		}
		n, err := c.expr(arg.Value, s)
		if err != nil {
			return nil, err
		}
		out[name] = n
	}
	return out, nil
}

// evalArg evaluates an argument that may be missing, in the frame that namedArgs' scope stands for.
func evalArg(args map[string]node, name string, f *frame, otherwise Value) (Value, error) {
	n, ok := args[name]
	if !ok {
		return otherwise, nil
	}
	return n.eval(f.inner(nil))
}

// flattenColumns are the columns of FLATTEN.
var flattenColumns = []Column{
	{Name: "SEQ", Type: sql.NumberType, Nullable: true}, {Name: "KEY", Type: sql.VarcharType, Nullable: true}, {Name: "PATH", Type: sql.VarcharType, Nullable: true},
	{Name: "INDEX", Type: sql.NumberType, Nullable: true}, {Name: "VALUE", Type: sql.VariantType, Nullable: true}, {Name: "THIS", Type: sql.VariantType, Nullable: true},
}

func (c *compiler) flatten(e *sql.TableCall, outer *scope) (*table, error) {
	args, err := c.namedArgs(e, outer, "INPUT", "PATH", "OUTER", "RECURSIVE", "MODE")
	if err != nil {
		return nil, err
	}
	if _, ok := args["INPUT"]; !ok {
		return nil, compilation(1044, "42P13", e.Pos, "missing argument 'INPUT' for function 'FLATTEN'")
	}
	t, err := labelled(flattenColumns, false, []string{"FLATTEN"}, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = func(f *frame) ([][]Value, error) {
		o, err := flattenOptions(args, f)
		if err != nil {
			return nil, err
		}
		return o.rows()
	}
	return t, nil
}

// flattening is one call of FLATTEN.
type flattening struct {
	input            Value
	path, mode       string
	outer, recursive bool
	out              [][]Value
}

func flattenOptions(args map[string]node, f *frame) (*flattening, error) {
	o := &flattening{}
	values := map[string]Value{"PATH": StringOf(""), "MODE": StringOf("BOTH"), "OUTER": BoolOf(false), "RECURSIVE": BoolOf(false)}
	for _, name := range []string{"INPUT", "PATH", "MODE", "OUTER", "RECURSIVE"} {
		v, err := evalArg(args, name, f, values[name])
		if err != nil {
			return nil, err
		}
		values[name] = v
	}
	o.input, o.path, o.mode = values["INPUT"], values["PATH"].String(), sql.Upper(values["MODE"].String())
	var err error
	if o.outer, err = truth(values["OUTER"]); err != nil {
		return nil, err
	}
	o.recursive, err = truth(values["RECURSIVE"])
	return o, err
}

func (o *flattening) rows() ([][]Value, error) {
	input := o.input
	if o.path != "" && !input.IsNull() {
		var err error
		if input, err = getPath([]Value{input, StringOf(o.path)}); err != nil {
			return nil, err
		}
	}
	o.walk(input.JSON(), o.path)
	if len(o.out) == 0 && o.outer {
		o.out = append(o.out, []Value{IntOf(1), NullValue, NullValue, NullValue, NullValue, NullValue})
	}
	return o.out, nil
}

func (o *flattening) walk(j JSON, path string) {
	switch items := j.(type) {
	case []JSON:
		if o.mode == "OBJECT" {
			return
		}
		for i, item := range items {
			at := path + "[" + decimalOf(int64(i)).String() + "]"
			o.row(NullValue, at, IntOf(int64(i)), item, j)
		}
	case *Object:
		if o.mode == "ARRAY" {
			return
		}
		for _, key := range items.Keys() {
			at := key
			if path != "" {
				at = path + "." + key
			}
			o.row(StringOf(key), at, NullValue, items.fields[key], j)
		}
	}
}

func (o *flattening) row(key Value, path string, index Value, item, this JSON) {
	o.out = append(o.out, []Value{IntOf(1), key, StringOf(path), index, VariantOf(item), VariantOf(this)})
	if o.recursive {
		o.walk(item, path)
	}
}

// maxGenerated bounds the rows of a GENERATOR.
const maxGenerated = 1_000_000

func (c *compiler) generator(e *sql.TableCall, outer *scope) (*table, error) {
	args, err := c.namedArgs(e, outer, "ROWCOUNT", "TIMELIMIT")
	if err != nil {
		return nil, err
	}
	return &table{rows: func(f *frame) ([][]Value, error) {
		n, err := generated(args, f)
		if err != nil {
			return nil, err
		}
		return make([][]Value, n), nil
	}}, nil
}

// timedRows is how many rows a second of TIMELIMIT gives. In Snowflake it is as
// many as the warehouse can; the time itself is spent by whoever runs the query.
const timedRows = 1000

// generated is the number of rows of GENERATOR: ROWCOUNT, else what TIMELIMIT
// gives, else none.
func generated(args map[string]node, f *frame) (int, error) {
	count, err := evalArg(args, "ROWCOUNT", f, NullValue)
	if err != nil {
		return 0, err
	}
	factor := 1
	if count.IsNull() {
		if count, err = evalArg(args, "TIMELIMIT", f, IntOf(0)); err != nil {
			return 0, err
		}
		factor = timedRows
	}
	n, err := whole(count)
	switch {
	case err != nil:
		return 0, err
	case n > maxGenerated/factor:
		return 0, Unsupported("GENERATOR of more than a million rows")
	}
	return max(n*factor, 0), nil
}

func (c *compiler) splitToTable(e *sql.TableCall, outer *scope) (*table, error) {
	args, err := c.namedArgs(e, outer, "STRING", "DELIMITER")
	if err != nil {
		return nil, err
	}
	columns := []Column{{Name: "SEQ", Type: sql.NumberType}, {Name: "INDEX", Type: sql.NumberType}, {Name: "VALUE", Type: sql.VarcharType, Nullable: true}}
	t, err := labelled(columns, false, e.Call.Name, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = func(f *frame) ([][]Value, error) {
		text, err := evalArg(args, "STRING", f, NullValue)
		if err != nil || text.IsNull() {
			return nil, err
		}
		delimiter, err := evalArg(args, "DELIMITER", f, StringOf(" "))
		if err != nil {
			return nil, err
		}
		parts, err := split([]Value{text, delimiter})
		items, _ := parts.JSON().([]JSON)
		var out [][]Value
		for i, item := range items {
			out = append(out, []Value{IntOf(1), IntOf(int64(i + 1)), fromJSON(item)})
		}
		return out, err
	}
	return t, nil
}

// getNextval compiles TABLE(GETNEXTVAL(sequence)): one row with one new number.
func (c *compiler) getNextval(e *sql.TableCall) (*table, error) {
	ref, ok := (*sql.ColumnRef)(nil), false
	if len(e.Call.Args) == 1 {
		ref, ok = e.Call.Args[0].Value.(*sql.ColumnRef)
	}
	if !ok {
		return nil, compilation(1044, "42P13", e.Pos, "GETNEXTVAL needs the name of a sequence")
	}
	sequence, err := c.catalog.Sequence(ref.Name)
	if err != nil {
		return nil, err
	}
	t, err := labelled([]Column{{Name: "NEXTVAL", Type: sql.NumberType}}, false, ref.Name, e.Alias, e.Pos)
	if err != nil {
		return nil, err
	}
	t.rows = func(*frame) ([][]Value, error) {
		v, err := sequence.Next()
		return [][]Value{{v}}, err
	}
	return t, nil
}
