package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// expr compiles an expression in a scope.
func (c *compiler) expr(e sql.Expr, s *scope) (node, error) {
	if s.group != nil {
		if i := s.group.match(c, e); i >= 0 {
			return node{typ: s.group.keys[i].typ, eval: func(f *frame) (Value, error) { return f.keys[i], nil }}, nil
		}
	}
	switch e := e.(type) {
	case *sql.Literal:
		return literal(e)
	case *sql.ColumnRef:
		return c.column(e, s)
	case *sql.Positional:
		return c.positional(e, s)
	case *sql.VariableRef:
		return c.placeholder(c.binds.Variables, "$"+e.Name, e.Name, e.Pos)
	case *sql.BindRef:
		return c.placeholder(c.binds.Values, ":"+e.Name, e.Name, e.Pos)
	case *sql.Call:
		return c.call(e, s)
	case *sql.Cast:
		return c.cast(e, s)
	case *sql.Unary:
		return c.unary(e, s)
	case *sql.Binary:
		return c.binary(e, s)
	case *sql.Case:
		return c.caseExpr(e, s)
	}
	return c.otherExpr(e, s)
}

func (c *compiler) otherExpr(e sql.Expr, s *scope) (node, error) {
	switch e := e.(type) {
	case *sql.In, *sql.Between, *sql.Like, *sql.Is, *sql.IsDistinct, *sql.Exists, *sql.Quantified:
		return c.predicate(e, s)
	case *sql.Subquery:
		return c.scalar(e, s)
	case *sql.Path:
		return c.path(e, s)
	case *sql.Array:
		return c.array(e, s)
	case *sql.Object:
		return c.object(e, s)
	case *sql.Collate:
		n, err := c.expr(e.X, s)
		return n, err
	case *sql.Interval:
		return node{}, compilationPlain(1003, "42000", "syntax error line %d at position %d unexpected 'INTERVAL'.", e.Line, e.Column)
	case *sql.StageRef:
		return c.stageRef(e)
	case *sql.Tuple:
		return c.unsupported("row value", s, e.Items...)
	case *sql.Star:
		return node{}, compilationPlain(1003, "42000", "syntax error line %d at position %d unexpected '*'.", e.Line, e.Column)
	case *sql.Lambda:
		return unsupportedNode("lambda expression"), nil
	}
	return node{}, Unsupported("expression")
}

// exprs compiles several expressions.
func (c *compiler) exprs(list []sql.Expr, s *scope) ([]node, error) {
	out := make([]node, len(list))
	for i, e := range list {
		n, err := c.expr(e, s)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// optional compiles an expression that may be missing.
func (c *compiler) optional(e sql.Expr, s *scope) (*node, error) {
	if e == nil {
		return nil, nil
	}
	n, err := c.expr(e, s)
	return &n, err
}

// unsupported compiles the parts of what cannot be evaluated, so that their names are still checked.
func (c *compiler) unsupported(what string, s *scope, parts ...sql.Expr) (node, error) {
	_, err := c.exprs(parts, s)
	return unsupportedNode(what), err
}

func unsupportedNode(what string) node {
	return node{eval: func(*frame) (Value, error) { return NullValue, Unsupported(what) }}
}

// constant makes a node of a value.
func constant(v Value, t sql.Type) node {
	return node{typ: t, eval: func(*frame) (Value, error) { return v, nil }, is: &v, some: !v.IsNull()}
}

func literal(e *sql.Literal) (node, error) {
	switch e.Kind {
	case sql.BoolLiteral:
		return constant(BoolOf(e.Text == "TRUE"), sql.BooleanType), nil
	case sql.StringLiteral:
		return constant(StringOf(e.Text), stringType(e.Text)), nil
	case sql.NumberLiteral:
		return numberLiteral(e)
	default:
		return constant(NullValue, sql.Type{}), nil
	}
}

// numberLiteral is exact, unless it has an exponent or too many digits.
func numberLiteral(e *sql.Literal) (node, error) {
	if d, ok := ParseDecimal(e.Text); ok && d.precision() <= 38 {
		return constant(NumberOf(d), numberTypeOf(d)), nil
	}
	f, err := castFloat(StringOf(e.Text))
	return constant(f, sql.FloatType), err
}

func numberTypeOf(d Decimal) sql.Type {
	return sql.Type{Name: "NUMBER", Precision: max(d.precision(), 1), Scale: d.Scale()}
}

func stringType(s string) sql.Type {
	return sql.Type{Name: "VARCHAR", Length: max(len([]rune(s)), 1)}
}

// placeholder compiles a bind or session variable.
func (c *compiler) placeholder(values map[string]Value, text, name string, at sql.Pos) (node, error) {
	v, ok := values[name]
	if !ok {
		if text[0] == '$' {
			return node{}, compilation(2211, "42601", at, "Session variable '%s' does not exist", text)
		}
		return node{}, compilation(2049, "42601", at, "Bind variable %s not set.", text)
	}
	v = c.binds.Settings.settle(v)
	return constant(v, typeOf(v)), nil
}

// typeOf is the type of a value that came without one.
func typeOf(v Value) sql.Type {
	switch v.kind {
	case String:
		return sql.VarcharType
	case Number:
		return numberTypeOf(v.Decimal())
	case Float:
		return sql.FloatType
	case Bool:
		return sql.BooleanType
	case Date:
		return sql.DateType
	case Time:
		return sql.TimeType
	case TimestampNTZ:
		return sql.TimestampNTZType
	case TimestampLTZ:
		return sql.TimestampLTZType
	case TimestampTZ:
		return sql.TimestampTZType
	case Variant:
		return sql.VariantType
	case Binary:
		return sql.BinaryType
	default:
		return sql.Type{}
	}
}

func (c *compiler) stageRef(e *sql.StageRef) (node, error) {
	if err := c.catalog.Stage(stageName(e.Path)); err != nil {
		return node{}, err
	}
	return constant(StringOf("@"+e.Path), sql.VarcharType), nil
}

func (c *compiler) cast(e *sql.Cast, s *scope) (node, error) {
	x, err := c.expr(e.X, s)
	if err != nil {
		return node{}, err
	}
	if e.Try {
		return node{typ: e.Type, eval: func(f *frame) (Value, error) { return c.tryCast(x, e.Type, f) }}, nil
	}
	return node{typ: e.Type, some: x.some, eval: func(f *frame) (Value, error) {
		v, err := x.eval(f)
		if err != nil {
			return NullValue, err
		}
		return c.binds.Settings.Cast(v, e.Type)
	}}, nil
}

// tryCast is TRY_CAST.
func (c *compiler) tryCast(x node, t sql.Type, f *frame) (Value, error) {
	v, err := x.eval(f)
	if err != nil {
		return NullValue, err
	}
	return orNull(c.binds.Settings.Cast(v, t))
}

// orNull turns a failed conversion into NULL.
func orNull(v Value, err error) (Value, error) {
	if err == nil || isUnsupported(err) {
		return v, err
	}
	return NullValue, nil
}

// unify is the type that holds values of both types.
func unify(a, b sql.Type) sql.Type {
	switch {
	case a.Name == "" || a == b:
		return b
	case b.Name == "":
		return a
	case a.Name == "NUMBER" && b.Name == "NUMBER":
		scale := max(a.Scale, b.Scale)
		return sql.Type{Name: "NUMBER", Precision: min(38, max(a.Precision-a.Scale, b.Precision-b.Scale)+scale), Scale: scale}
	case a.Name == "VARCHAR" && b.Name == "VARCHAR":
		return sql.Type{Name: "VARCHAR", Length: max(a.Length, b.Length)}
	case a.Name == "VARIANT" || b.Name == "VARIANT":
		return sql.VariantType
	case isNumericType(a) && isNumericType(b):
		return sql.FloatType
	case a.Name == "VARCHAR":
		return b
	case a.Name == "DATE":
		return b
	}
	return a
}

func isNumericType(t sql.Type) bool {
	return t.Name == "NUMBER" || t.Name == "FLOAT" || t.Name == "DECFLOAT"
}
