package query

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// call compiles a function call: a window, an aggregate, a function of this package, or one of the account.
func (c *compiler) call(e *sql.Call, s *scope) (node, error) {
	if len(e.Name) == 1 {
		name := e.Name[0]
		switch {
		case e.Over != nil:
			return c.window(e, s)
		case isAggregate(name):
			return c.aggregate(e, s)
		}
		if special, ok := specials[name]; ok {
			return special(c, e, s)
		}
		if f, ok := functions[name]; ok {
			named, err := c.withNames(withPart(e), s)
			if err != nil {
				return node{}, err
			}
			return c.builtin(named, f, s)
		}
	}
	return c.accountCall(e, s)
}

// args compiles the arguments of a call. A * among them stands for all columns.
func (c *compiler) args(e *sql.Call, s *scope) ([]node, error) {
	var out []node
	for _, arg := range e.Args {
		if star, ok := arg.Value.(*sql.Star); ok {
			columns, open, err := c.expandStar(star, s)
			if err != nil {
				return nil, err
			}
			if open {
				out = append(out, unsupportedNode("* over columns that are not known"))
			}
			nodes, err := c.exprs(expressions(columns), s)
			if err != nil {
				return nil, err
			}
			out = append(out, nodes...)
			continue
		}
		n, err := c.expr(arg.Value, s)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// withNames returns the call of OBJECT_CONSTRUCT with each * turned into the names and values of the columns.
func (c *compiler) withNames(e *sql.Call, s *scope) (*sql.Call, error) {
	if e.Name[0] != "OBJECT_CONSTRUCT" && e.Name[0] != "OBJECT_CONSTRUCT_KEEP_NULL" {
		return e, nil
	}
	call := *e
	call.Args = nil
	for _, arg := range e.Args {
		star, ok := arg.Value.(*sql.Star)
		if !ok {
			call.Args = append(call.Args, arg)
			continue
		}
		columns, open, err := c.expandStar(star, s)
		if err != nil {
			return nil, err
		}
		if open {
			return nil, Unsupported("* over columns that are not known")
		}
		for _, column := range columns {
			name := &sql.Literal{Pos: star.Pos, Kind: sql.StringLiteral, Text: itemName(column)}
			call.Args = append(call.Args, sql.Arg{Value: name}, sql.Arg{Value: column.Expr})
		}
	}
	return &call, nil
}

func expressions(items []sql.Item) []sql.Expr {
	out := make([]sql.Expr, len(items))
	for i, item := range items {
		out[i] = item.Expr
	}
	return out
}

// function is a scalar function of this package.
type function struct {
	min, max int                               // Numbers of arguments; max -1 is any.
	typ      func(args []node) sql.Type        // Nil where the type is not known.
	nulls    bool                              // Called with NULLs; otherwise a NULL argument gives NULL.
	eval     func(args []Value) (Value, error) // Nil for a function that compiles and cannot be evaluated.
}

func (c *compiler) builtin(e *sql.Call, f function, s *scope) (node, error) {
	args, err := c.args(e, s)
	if err != nil {
		return node{}, err
	}
	if err := checkCount(e, len(args), f); err != nil {
		return node{}, err
	}
	n := node{}
	if f.typ != nil {
		n.typ = f.typ(args)
	}
	if f.eval == nil {
		n.eval = unsupportedNode("function " + e.Name[0]).eval
		return n, nil
	}
	settings := c.binds.Settings
	if name := e.Name[0]; len(args) == 1 && (name == "TO_VARCHAR" || name == "TO_CHAR") {
		return printed(args[0], n.typ, settings), nil
	}
	n.eval = func(fr *frame) (Value, error) {
		values, err := evalAll(args, fr)
		if err != nil || !f.nulls && slices.ContainsFunc(values, Value.IsNull) {
			return NullValue, err
		}
		v, err := f.eval(values)
		return settings.settle(v), err
	}
	return n, nil
}

// printed is TO_VARCHAR without a format: it prints as a cast does.
func printed(x node, t sql.Type, settings Settings) node {
	return node{typ: t, some: x.some, eval: func(f *frame) (Value, error) {
		v, err := x.eval(f)
		if err != nil {
			return NullValue, err
		}
		return castString(settings.print(v)), nil
	}}
}

func checkCount(e *sql.Call, n int, f function) error {
	switch {
	case n < f.min:
		return compilation(938, "22023", e.Pos, "not enough arguments for function [%s], expected %d, got %d",
			sql.Format(e, nil), f.min, n)
	case f.max >= 0 && n > f.max:
		return compilation(939, "22023", e.Pos, "too many arguments for function [%s] expected %d, got %d",
			sql.Format(e, nil), f.max, n)
	}
	return nil
}

// accountCall compiles a call of what the account has: user-defined and context functions.
func (c *compiler) accountCall(e *sql.Call, s *scope) (node, error) {
	args, argsErr := c.args(e, s)
	f, err := c.catalog.Function(e.Name, passed(e, args))
	if err != nil {
		return c.unknownCall(e, s, err)
	}
	if argsErr != nil {
		return node{}, argsErr
	}
	if args, err = inOrder(e, args, f.Params); err != nil {
		return node{}, err
	}
	if f.Call == nil || f.Aggregate || e.Over != nil {
		n := unsupportedNode("function " + sql.FormatName(e.Name))
		n.typ = f.Returns
		return n, nil
	}
	return node{typ: f.Returns, eval: func(fr *frame) (Value, error) {
		values, err := evalAll(args, fr)
		if err != nil {
			return NullValue, err
		}
		v, err := f.Call(fr.run.ctx, values)
		return c.binds.Settings.settle(v), err
	}}, nil
}

// passed tells the names of a call's arguments, and their types where those are compiled one by one.
func passed(e *sql.Call, args []node) []Passed {
	out := make([]Passed, len(e.Args))
	for i, arg := range e.Args {
		out[i].Name = arg.Name
		if len(args) == len(out) {
			out[i].Type = args[i].typ
		}
	}
	return out
}

// inOrder puts arguments that are passed by name where the function's parameters are.
func inOrder(e *sql.Call, args []node, params []string) ([]node, error) {
	if len(e.Args) == 0 || e.Args[0].Name == "" {
		return args, nil
	}
	out := make([]node, 0, len(args))
	for _, param := range params {
		for i, arg := range e.Args {
			if arg.Name == param && i < len(args) {
				out = append(out, args[i])
			}
		}
	}
	if len(out) != len(args) {
		return nil, compilation(1044, "42P13", e.Pos, "invalid argument names for function '%s'", sql.FormatName(e.Name))
	}
	return out, nil
}

// unknownCall compiles a call of a function that Snowflake has and the emulator has not, or reports the function.
func (c *compiler) unknownCall(e *sql.Call, s *scope, err error) (node, error) {
	if len(e.Name) != 1 || !documented[e.Name[0]] {
		return node{}, unknownFunction(err, e.Name)
	}
	if _, err := c.args(e, s); err != nil {
		return node{}, err
	}
	return unsupportedNode("function " + e.Name[0]), nil
}

// account makes a node that calls a context function of the account without arguments.
func (c *compiler) account(name string) (node, error) {
	f, err := c.catalog.Function([]string{name}, nil)
	if err != nil {
		return node{}, unknownFunction(err, []string{name})
	}
	if f.Call == nil {
		return unsupportedNode("function " + name), nil
	}
	return node{typ: f.Returns, some: true, eval: func(fr *frame) (Value, error) {
		v, err := f.Call(fr.run.ctx, nil)
		return c.binds.Settings.settle(v), err
	}}, nil
}
