package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// path compiles x:a.b[0].
func (c *compiler) path(e *sql.Path, s *scope) (node, error) {
	x, err := c.expr(e.X, s)
	if err != nil {
		return node{}, err
	}
	steps := make([]node, len(e.Steps))
	for i, step := range e.Steps {
		steps[i] = constant(StringOf(step.Field), sql.VarcharType)
		if step.Index != nil {
			if steps[i], err = c.expr(step.Index, s); err != nil {
				return node{}, err
			}
		}
	}
	return node{typ: sql.VariantType, eval: func(f *frame) (Value, error) {
		v, err := x.eval(f)
		for i := 0; i < len(steps) && err == nil; i++ {
			var key Value
			if key, err = steps[i].eval(f); err == nil {
				v = element(v, key)
			}
		}
		return v, err
	}}, nil
}

// element takes one element of a document: of an array by number, of an object by name. What is not there is NULL.
func element(v, key Value) Value {
	switch j := v.JSON().(type) {
	case []JSON:
		n, err := castKind(key, Number)
		if err != nil {
			return NullValue
		}
		i, ok := n.Decimal().Int64()
		if !n.IsNull() && ok && i >= 0 && i < int64(len(j)) {
			return VariantOf(j[i])
		}
	case *Object:
		if item, ok := j.Field(key.String()); ok && !key.IsNull() {
			return VariantOf(item)
		}
	}
	return NullValue
}

func (c *compiler) array(e *sql.Array, s *scope) (node, error) {
	nodes, err := c.exprs(e.Items, s)
	if err != nil {
		return node{}, err
	}
	return node{typ: sql.ArrayType, eval: func(f *frame) (Value, error) {
		values, err := evalAll(nodes, f)
		return arrayOf(values), err
	}}, nil
}

func arrayOf(values []Value) Value {
	out := make([]JSON, len(values))
	for i, v := range values {
		out[i] = toJSON(v)
		if v.IsNull() {
			out[i] = undefined{}
		}
	}
	return VariantOf(out)
}

func (c *compiler) object(e *sql.Object, s *scope) (node, error) {
	if e.Star != nil {
		return c.objectOfStar(e.Star, s)
	}
	nodes := make([]node, len(e.Fields))
	for i, field := range e.Fields {
		var err error
		if nodes[i], err = c.expr(field.Value, s); err != nil {
			return node{}, err
		}
	}
	return node{typ: sql.ObjectType, eval: func(f *frame) (Value, error) {
		values, err := evalAll(nodes, f)
		fields := map[string]JSON{}
		for i, v := range values {
			if !v.IsNull() {
				fields[e.Fields[i].Key] = toJSON(v)
			}
		}
		return VariantOf(ObjectOf(fields)), err
	}}, nil
}

// objectOfStar compiles {*}: an object of all columns of the row.
func (c *compiler) objectOfStar(e *sql.Star, s *scope) (node, error) {
	columns, open, err := c.expandStar(e, s)
	if err != nil {
		return node{}, err
	}
	if open {
		return unsupportedNode("* over columns that are not known"), nil
	}
	nodes := make([]node, len(columns))
	for i, column := range columns {
		if nodes[i], err = c.expr(column.Expr, s); err != nil {
			return node{}, err
		}
	}
	return node{typ: sql.ObjectType, eval: func(f *frame) (Value, error) {
		values, err := evalAll(nodes, f)
		fields := map[string]JSON{}
		for i, v := range values {
			if !v.IsNull() {
				fields[itemName(columns[i])] = toJSON(v)
			}
		}
		return VariantOf(ObjectOf(fields)), err
	}}, nil
}
