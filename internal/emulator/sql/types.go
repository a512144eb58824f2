package sql

import (
	"fmt"
	"strconv"
	"strings"
)

// Type is a data type. Name is one of Snowflake's own type names; aliases are resolved.
type Type struct {
	Name      string
	Precision int    // Digits of NUMBER, fractional digits of TIME and TIMESTAMP.
	Scale     int    // Of NUMBER.
	Length    int    // Of VARCHAR in characters, of BINARY in bytes.
	Inner     string // The parentheses of ARRAY, OBJECT, MAP and VECTOR as written, empty for none.
}

// Lengths of types declared without one.
const (
	MaxVarchar = 16777216
	MaxBinary  = 8388608
)

// maxLength is the largest length that a VARCHAR may be declared with.
const maxLength = 134217728

// The types that a query computes with.
var (
	NumberType       = Type{Name: "NUMBER", Precision: 38}
	FloatType        = Type{Name: "FLOAT"}
	VarcharType      = Type{Name: "VARCHAR", Length: MaxVarchar}
	BooleanType      = Type{Name: "BOOLEAN"}
	DateType         = Type{Name: "DATE"}
	TimeType         = Type{Name: "TIME", Precision: 9}
	TimestampNTZType = Type{Name: "TIMESTAMP_NTZ", Precision: 9}
	TimestampLTZType = Type{Name: "TIMESTAMP_LTZ", Precision: 9}
	TimestampTZType  = Type{Name: "TIMESTAMP_TZ", Precision: 9}
	VariantType      = Type{Name: "VARIANT"}
	ArrayType        = Type{Name: "ARRAY"}
	ObjectType       = Type{Name: "OBJECT"}
	BinaryType       = Type{Name: "BINARY", Length: MaxBinary}
)

// TypeError is a data type that does not exist. It reaches a client as 002040 (42601).
type TypeError struct{ Name string }

func (e *TypeError) Error() string { return fmt.Sprintf("Unsupported data type '%s'.", e.Name) }

// String prints the type in full, as DESCRIBE and GET_DDL do (G7).
func (t Type) String() string {
	switch t.Name {
	case "NUMBER":
		return fmt.Sprintf("NUMBER(%d,%d)", t.Precision, t.Scale)
	case "VARCHAR", "BINARY":
		return fmt.Sprintf("%s(%d)", t.Name, t.Length)
	case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		return fmt.Sprintf("%s(%d)", t.Name, t.Precision)
	}
	return t.Name + t.Inner
}

// aliases maps every type name to the type that it means without parameters.
var aliases = typeAliases(map[Type]string{
	NumberType:                        "NUMBER DECIMAL NUMERIC DEC INT INTEGER BIGINT SMALLINT TINYINT BYTEINT",
	FloatType:                         "FLOAT FLOAT4 FLOAT8 DOUBLE REAL",
	VarcharType:                       "VARCHAR STRING TEXT NVARCHAR NVARCHAR2",
	{Name: "VARCHAR", Length: 1}:      "CHAR CHARACTER NCHAR",
	BinaryType:                        "BINARY VARBINARY",
	BooleanType:                       "BOOLEAN BOOL",
	DateType:                          "DATE",
	TimeType:                          "TIME",
	TimestampNTZType:                  "TIMESTAMP_NTZ TIMESTAMPNTZ TIMESTAMP DATETIME",
	TimestampLTZType:                  "TIMESTAMP_LTZ TIMESTAMPLTZ",
	TimestampTZType:                   "TIMESTAMP_TZ TIMESTAMPTZ",
	VariantType:                       "VARIANT",
	ArrayType:                         "ARRAY",
	ObjectType:                        "OBJECT",
	{Name: "MAP"}:                     "MAP",
	{Name: "VECTOR"}:                  "VECTOR",
	{Name: "GEOGRAPHY"}:               "GEOGRAPHY",
	{Name: "GEOMETRY"}:                "GEOMETRY",
	{Name: "FILE"}:                    "FILE",
	{Name: "UUID"}:                    "UUID",
	{Name: "DECFLOAT", Precision: 38}: "DECFLOAT",
})

func typeAliases(names map[Type]string) map[string]Type {
	out := map[string]Type{}
	for base, words := range names {
		for word := range strings.FieldsSeq(words) {
			out[word] = base
		}
	}
	return out
}

// IsType reports whether the upper-case word names a data type.
func IsType(word string) bool {
	_, ok := aliases[word]
	return ok
}

// ParseType reads a data type. An unknown name is a *TypeError.
func ParseType(c *Cursor) (Type, error) {
	start := c.Peek()
	word, err := c.Word()
	if err != nil {
		return Type{}, err
	}
	t, ok := aliases[word]
	if !ok {
		return Type{}, &TypeError{Name: start.Text}
	}
	t = typeSuffix(c, word, t)
	return typeParameters(c, word, t)
}

// typeSuffix reads the second words of DOUBLE PRECISION, CHAR VARYING and TIMESTAMP WITH TIME ZONE.
func typeSuffix(c *Cursor, word string, t Type) Type {
	switch word {
	case "DOUBLE":
		c.Accept("PRECISION")
	case "CHAR", "CHARACTER", "NCHAR":
		if c.Accept("VARYING") {
			return VarcharType
		}
	case "TIMESTAMP":
		return timestampSuffix(c, t)
	}
	return t
}

func timestampSuffix(c *Cursor, t Type) Type {
	switch {
	case c.Accept("WITH", "LOCAL", "TIME", "ZONE"):
		return TimestampLTZType
	case c.Accept("WITH", "TIME", "ZONE"):
		return TimestampTZType
	case c.Accept("WITHOUT", "TIME", "ZONE"):
		return TimestampNTZType
	}
	return t
}

func typeParameters(c *Cursor, word string, t Type) (Type, error) {
	if !c.LookingOp("(") {
		return t, nil
	}
	switch t.Name {
	case "ARRAY", "OBJECT", "MAP", "VECTOR":
		text, err := c.Parenthesised()
		t.Inner = text
		return t, err
	case "NUMBER":
		if word != "NUMBER" && !strings.HasPrefix(word, "DEC") && word != "NUMERIC" {
			return t, c.Unexpected() // INT and its kin take no precision.
		}
		return numberParameters(c, t)
	case "VARCHAR", "BINARY":
		var err error
		t.Length, err = oneParameter(c, maxLength)
		return t, err
	case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		var err error
		t.Precision, err = oneParameter(c, 9)
		return t, err
	}
	return t, c.Unexpected()
}

func numberParameters(c *Cursor, t Type) (Type, error) {
	c.Next()
	precision, err := c.integer(38)
	if err != nil {
		return t, err
	}
	t.Precision = precision
	if c.AcceptOp(",") {
		if t.Scale, err = c.integer(min(precision, 37)); err != nil {
			return t, err
		}
	}
	return t, c.ExpectOp(")")
}

// oneParameter reads "(n)".
func oneParameter(c *Cursor, limit int) (int, error) {
	c.Next()
	n, err := c.integer(limit)
	if err != nil {
		return 0, err
	}
	return n, c.ExpectOp(")")
}

// integer reads an unsigned whole number up to limit.
func (c *Cursor) integer(limit int) (int, error) {
	t := c.Peek()
	n, err := strconv.Atoi(t.Text)
	if t.Kind != Number || err != nil || n > limit {
		return 0, c.Unexpected()
	}
	c.Next()
	return n, nil
}

// Parenthesised skips a balanced "(…)" and returns it as written, parentheses included.
func (c *Cursor) Parenthesised() (string, error) {
	from := c.Mark()
	if err := c.ExpectOp("("); err != nil {
		return "", err
	}
	for open := 1; open > 0; {
		switch t := c.Peek(); {
		case t.Kind == EOF:
			return "", c.Unexpected()
		case t.IsOp("("):
			open++
		case t.IsOp(")"):
			open--
		}
		c.Next()
	}
	return c.Text(from, c.Mark()), nil
}
