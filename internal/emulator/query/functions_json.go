package query

import (
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func unixTime(seconds, nanos int64) time.Time { return time.Unix(seconds, nanos).UTC() }

func jsonFunctions() map[string]function {
	variant, boolean := typed(sql.VariantType), typed(sql.BooleanType)
	parse := function{1, 2, variant, false, parseJSON}
	out := map[string]function{
		"PARSE_JSON": parse, "TRY_PARSE_JSON": trying(parse),
		"TO_JSON":                    {1, 1, typed(sql.VarcharType), false, func(a []Value) (Value, error) { return StringOf(FormatJSON(toJSON(a[0]))), nil }},
		"OBJECT_CONSTRUCT":           {0, -1, typed(sql.ObjectType), true, func(a []Value) (Value, error) { return objectConstruct(a, false) }},
		"OBJECT_CONSTRUCT_KEEP_NULL": {0, -1, typed(sql.ObjectType), true, func(a []Value) (Value, error) { return objectConstruct(a, true) }},
		"OBJECT_KEYS":                {1, 1, typed(sql.ArrayType), false, objectKeys},
		"OBJECT_INSERT":              {3, 4, typed(sql.ObjectType), false, objectInsert},
		"OBJECT_DELETE":              {2, -1, typed(sql.ObjectType), false, objectDelete},
		"TO_OBJECT":                  {1, 1, typed(sql.ObjectType), false, func(a []Value) (Value, error) { return Cast(a[0], sql.ObjectType) }},
		"TO_ARRAY":                   {1, 1, typed(sql.ArrayType), false, func(a []Value) (Value, error) { return Cast(a[0], sql.ArrayType) }},
		"GET":                        {2, 2, variant, false, func(a []Value) (Value, error) { return element(a[0], a[1]), nil }},
		"GET_PATH":                   {2, 2, variant, false, getPath},
		"TYPEOF":                     {1, 1, typed(sql.VarcharType), false, func(a []Value) (Value, error) { return StringOf(jsonType(toJSON(a[0]))), nil }},
		"IS_NULL_VALUE":              {1, 1, boolean, false, func(a []Value) (Value, error) { return BoolOf(a[0].kind == Variant && a[0].JSON() == nil), nil }},
	}
	for name, types := range map[string]string{
		"IS_ARRAY": "ARRAY", "IS_OBJECT": "OBJECT", "IS_VARCHAR": "VARCHAR", "IS_CHAR": "VARCHAR", "IS_BOOLEAN": "BOOLEAN",
		"IS_INTEGER": "INTEGER", "IS_DECIMAL": "INTEGER DECIMAL", "IS_DOUBLE": "INTEGER DECIMAL DOUBLE", "IS_REAL": "INTEGER DECIMAL DOUBLE",
	} {
		set := wordSet(types)
		out[name] = function{1, 1, boolean, false, func(a []Value) (Value, error) { return BoolOf(set[jsonType(toJSON(a[0]))]), nil }}
	}
	for name, types := range map[string]string{
		"AS_ARRAY": "ARRAY", "AS_OBJECT": "OBJECT", "AS_VARCHAR": "VARCHAR", "AS_CHAR": "VARCHAR", "AS_BOOLEAN": "BOOLEAN",
		"AS_INTEGER": "INTEGER", "AS_DOUBLE": "INTEGER DECIMAL DOUBLE", "AS_REAL": "INTEGER DECIMAL DOUBLE",
	} {
		out[name] = asType(wordSet(types), asTypes[name])
	}
	return out
}

// asTypes are what the functions AS_… make of a VARIANT that holds such a value.
var asTypes = map[string]sql.Type{
	"AS_ARRAY": sql.ArrayType, "AS_OBJECT": sql.ObjectType, "AS_VARCHAR": sql.VarcharType, "AS_CHAR": sql.VarcharType,
	"AS_BOOLEAN": sql.BooleanType, "AS_INTEGER": sql.NumberType, "AS_DOUBLE": sql.FloatType, "AS_REAL": sql.FloatType,
}

// asType makes a strict cast: NULL where the VARIANT holds a value of another type.
func asType(holds map[string]bool, to sql.Type) function {
	return function{1, 1, typed(to), false, func(a []Value) (Value, error) {
		if !holds[jsonType(toJSON(a[0]))] {
			return NullValue, nil
		}
		return Cast(a[0], to)
	}}
}

func parseJSON(a []Value) (Value, error) {
	if a[0].kind == Variant && len(a) == 1 {
		return a[0], nil
	}
	text := strings.TrimSpace(a[0].String())
	if text == "" {
		return NullValue, nil
	}
	j, err := parseDocument(text, len(a) == 2 && strings.EqualFold(a[1].String(), "d"))
	if err != nil {
		return NullValue, execution(100069, "22P02", "Error parsing JSON: %v", err)
	}
	return VariantOf(j), nil
}

// objectConstruct leaves out pairs whose key or, unless kept, value is NULL.
func objectConstruct(a []Value, keepNulls bool) (Value, error) {
	if len(a)%2 != 0 {
		return NullValue, execution(100015, "22000", "OBJECT_CONSTRUCT takes an even number of arguments")
	}
	fields := map[string]JSON{}
	for i := 0; i < len(a); i += 2 {
		if a[i].IsNull() || a[i+1].IsNull() && !keepNulls {
			continue
		}
		fields[a[i].String()] = toJSON(a[i+1])
	}
	return VariantOf(ObjectOf(fields)), nil
}

func objectKeys(a []Value) (Value, error) {
	o, ok := a[0].JSON().(*Object)
	if !ok {
		return NullValue, nil
	}
	keys := []JSON{}
	for _, key := range o.Keys() {
		keys = append(keys, key)
	}
	return VariantOf(keys), nil
}

// changed returns the object with its fields changed in a copy.
func changed(v Value, change func(map[string]JSON)) Value {
	o, ok := v.JSON().(*Object)
	if !ok {
		return NullValue
	}
	fields := map[string]JSON{}
	for _, key := range o.Keys() {
		fields[key] = o.fields[key]
	}
	change(fields)
	return VariantOf(ObjectOf(fields))
}

func objectInsert(a []Value) (Value, error) {
	if o, ok := a[0].JSON().(*Object); ok && len(a) == 3 {
		if _, taken := o.Field(a[1].String()); taken {
			return NullValue, execution(100104, "22000", "Duplicate field key '%s'", a[1])
		}
	}
	return changed(a[0], func(fields map[string]JSON) { fields[a[1].String()] = toJSON(a[2]) }), nil
}

func objectDelete(a []Value) (Value, error) {
	return changed(a[0], func(fields map[string]JSON) {
		for _, key := range a[1:] {
			delete(fields, key.String())
		}
	}), nil
}

// getPath reads a path written as a string, by the parser of paths in expressions.
func getPath(a []Value) (Value, error) {
	c, err := sql.NewCursor("x:" + a[1].String())
	if err != nil {
		return NullValue, execution(100090, "22000", "Invalid extraction path '%s'", a[1])
	}
	e, err := sql.ParseExpr(c)
	path, ok := e.(*sql.Path)
	if err != nil || !ok || !c.AtEnd() {
		return NullValue, execution(100090, "22000", "Invalid extraction path '%s'", a[1])
	}
	v := a[0]
	for _, step := range path.Steps {
		key := StringOf(step.Field)
		if index, ok := step.Index.(*sql.Literal); ok {
			key = StringOf(index.Text)
		} else if step.Index != nil {
			return NullValue, execution(100090, "22000", "Invalid extraction path '%s'", a[1])
		}
		v = element(v, key)
	}
	return v, nil
}

// jsonType names the type of a document as TYPEOF does.
func jsonType(j JSON) string {
	switch j := j.(type) {
	case nil:
		return "NULL_VALUE"
	case bool:
		return "BOOLEAN"
	case string:
		return "VARCHAR"
	case float64:
		return "DOUBLE"
	case []JSON:
		return "ARRAY"
	case *Object:
		return "OBJECT"
	case Decimal:
		if j.trim().scale > 0 {
			return "DECIMAL"
		}
	}
	return "INTEGER"
}

func arrayFunctions() map[string]function {
	return map[string]function{
		"ARRAY_CONSTRUCT": {0, -1, typed(sql.ArrayType), true, func(a []Value) (Value, error) { return arrayOf(a), nil }},
		"ARRAY_SIZE":      {1, 1, typed(countType), false, arraySize},
		"ARRAY_CONTAINS":  {2, 2, typed(sql.BooleanType), false, arrayContains},
		"ARRAY_TO_STRING": {2, 2, typed(sql.VarcharType), false, arrayToString},
		"ARRAY_COMPACT":   {1, 1, typed(sql.ArrayType), false, arrayCompact},
	}
}

func arraySize(a []Value) (Value, error) {
	if items, ok := a[0].JSON().([]JSON); ok {
		return IntOf(int64(len(items))), nil
	}
	return NullValue, nil
}

func arrayContains(a []Value) (Value, error) {
	items, _ := a[1].JSON().([]JSON)
	for _, item := range items {
		if compareJSON(item, toJSON(a[0])) == 0 {
			return BoolOf(true), nil
		}
	}
	return BoolOf(false), nil
}

func arrayToString(a []Value) (Value, error) {
	items, _ := a[0].JSON().([]JSON)
	parts := make([]string, len(items))
	for i, item := range items {
		if !isMissing(item) {
			parts[i] = variantText(item)
		}
	}
	return boundedString(strings.Join(parts, a[1].String()))
}

// isMissing reports whether an element of an array is SQL's NULL or JSON's null.
func isMissing(item JSON) bool {
	_, absent := item.(undefined)
	return absent || item == nil
}

func arrayCompact(a []Value) (Value, error) {
	items, _ := a[0].JSON().([]JSON)
	out := []JSON{}
	for _, item := range items {
		if !isMissing(item) {
			out = append(out, item)
		}
	}
	return VariantOf(out), nil
}
