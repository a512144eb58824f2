package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// JSON is a semi-structured value: nil, bool, string, Decimal, float64, []JSON or *Object, and undefined within an array.
type JSON any

// undefined is SQL's NULL as an element of an array, which is not JSON's null, and prints as undefined (M4).
type undefined struct{}

// Object is a JSON object. It prints its keys sorted, as Snowflake does.
type Object struct{ fields map[string]JSON }

// ObjectOf makes an object. The caller does not change fields afterwards.
func ObjectOf(fields map[string]JSON) *Object { return &Object{fields} }

// Keys lists the keys in order.
func (o *Object) Keys() []string { return slices.Sorted(maps.Keys(o.fields)) }

// Field returns the value of a key and whether it is there.
func (o *Object) Field(key string) (JSON, bool) {
	j, ok := o.fields[key]
	return j, ok
}

// maxJSONDepth bounds the nesting of a document.
const maxJSONDepth = 1000

var errJSONDepth = errors.New("document is nested too deeply")

// ParseJSON reads one JSON document. The error says what is wrong with it.
func ParseJSON(text string) (JSON, error) { return parseDocument(text, false) }

// parseDocument reads one JSON document. A key that stands twice in an object is an error, or else the last one holds.
func parseDocument(text string, duplicates bool) (JSON, error) {
	tokens := json.NewDecoder(strings.NewReader(text))
	tokens.UseNumber()
	d := &decoder{Decoder: tokens, duplicates: duplicates}
	j, err := decode(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document in the input")
	}
	return j, nil
}

// decoder reads the tokens of a document.
type decoder struct {
	*json.Decoder
	duplicates bool
}

func decode(d *decoder, depth int) (JSON, error) {
	if depth > maxJSONDepth {
		return nil, errJSONDepth
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return decodeArray(d, depth)
		}
		return decodeObject(d, depth)
	case json.Number:
		return decodeNumber(t)
	default:
		return t, nil
	}
}

func decodeNumber(n json.Number) (JSON, error) {
	if decimal, ok := ParseDecimal(n.String()); ok {
		return decimal, nil
	}
	return n.Float64()
}

func decodeArray(d *decoder, depth int) (JSON, error) {
	items := []JSON{}
	for d.More() {
		item, err := decode(d, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func decodeObject(d *decoder, depth int) (JSON, error) {
	fields := map[string]JSON{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := decode(d, depth+1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string) // The decoder lets nothing else stand as a key.
		if _, twice := fields[name]; twice && !d.duplicates {
			return nil, fmt.Errorf("duplicate object attribute %q, pos %d", name, d.InputOffset())
		}
		fields[name] = value
	}
	_, err := d.Token()
	return ObjectOf(fields), err
}

// FormatJSON prints a document without blanks.
func FormatJSON(j JSON) string {
	var b strings.Builder
	writeJSON(&b, j)
	return b.String()
}

func writeJSON(b *strings.Builder, j JSON) {
	switch j := j.(type) {
	case nil:
		b.WriteString("null")
	case undefined:
		b.WriteString("undefined")
	case bool:
		b.WriteString(strconv.FormatBool(j))
	case string:
		writeJSONString(b, j)
	case Decimal:
		b.WriteString(j.trim().String())
	case float64:
		b.WriteString(formatFloat(j))
	case []JSON:
		writeJSONArray(b, j)
	case *Object:
		writeJSONObject(b, j)
	}
}

func writeJSONArray(b *strings.Builder, items []JSON) {
	b.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		writeJSON(b, item)
	}
	b.WriteByte(']')
}

func writeJSONObject(b *strings.Builder, o *Object) {
	b.WriteByte('{')
	for i, key := range o.Keys() {
		if i > 0 {
			b.WriteByte(',')
		}
		writeJSONString(b, key)
		b.WriteByte(':')
		writeJSON(b, o.fields[key])
	}
	b.WriteByte('}')
}

func writeJSONString(b *strings.Builder, s string) {
	var quoted strings.Builder
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // A string always encodes, and a strings.Builder takes every write.
	b.WriteString(strings.TrimSuffix(quoted.String(), "\n"))
}

// toJSON makes a document of a value, as TO_VARIANT does. SQL's NULL becomes JSON's.
func toJSON(v Value) JSON {
	switch v.kind {
	case Null:
		return nil
	case Number:
		return v.Decimal()
	case Float:
		return v.Float()
	case Bool:
		return v.Bool()
	case Variant:
		return v.JSON()
	default:
		return v.String()
	}
}

// fromJSON makes the plain value of a document: what casting a VARIANT starts from. JSON null becomes SQL's NULL.
func fromJSON(j JSON) Value {
	switch j := j.(type) {
	case nil:
		return NullValue
	case bool:
		return BoolOf(j)
	case string:
		return StringOf(j)
	case Decimal:
		return NumberOf(j)
	case float64:
		return FloatOf(j)
	}
	return VariantOf(j)
}
