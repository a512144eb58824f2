package query

import (
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func conversionFunctions() map[string]function {
	out := map[string]function{}
	for names, f := range map[string]function{
		"TO_VARCHAR TO_CHAR":              {1, 2, typed(sql.VarcharType), false, toVarchar},
		"TO_NUMBER TO_DECIMAL TO_NUMERIC": {1, 4, numberArgsType, false, toNumber},
		"TO_DOUBLE":                       {1, 2, typed(sql.FloatType), false, converter(Float)},
		"TO_BOOLEAN":                      {1, 1, typed(sql.BooleanType), false, converter(Bool)},
		"TO_DATE DATE":                    {1, 2, typed(sql.DateType), false, toMoment(Date)},
		"TO_TIME TIME":                    {1, 2, typed(sql.TimeType), false, toMoment(Time)},
		"TO_TIMESTAMP TO_TIMESTAMP_NTZ TIMESTAMP": {1, 2, typed(sql.TimestampNTZType), false, toMoment(TimestampNTZ)},
		"TO_TIMESTAMP_LTZ":                        {1, 2, typed(sql.TimestampLTZType), false, toMoment(TimestampLTZ)},
		"TO_TIMESTAMP_TZ":                         {1, 2, typed(sql.TimestampTZType), false, toMoment(TimestampTZ)},
		"TO_BINARY":                               {1, 2, typed(sql.BinaryType), false, toBinary},
		"TO_VARIANT":                              {1, 1, typed(sql.VariantType), false, converter(Variant)},
	} {
		for name := range wordSet(names) {
			out[name] = f
			if name != "TO_VARIANT" && name != "TO_VARCHAR" && name != "TO_CHAR" {
				out["TRY_"+name] = trying(f)
			}
		}
	}
	return out
}

// trying makes the TRY_ form: what cannot be converted is NULL.
func trying(f function) function {
	out := f
	out.eval = func(a []Value) (Value, error) { return orNull(f.eval(a)) }
	return out
}

func converter(kind Kind) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		if len(a) > 1 {
			return NullValue, Unsupported("number format")
		}
		return castKind(a[0], kind)
	}
}

func toVarchar(a []Value) (Value, error) {
	if len(a) == 1 {
		return castString(a[0]), nil
	}
	switch {
	case isMoment(a[0]) || a[0].kind == Time:
		return StringOf(formatMoment(a[0], a[1].String())), nil
	case a[0].kind == Binary && sql.Upper(a[1].String()) == "UTF-8":
		return StringOf(string(a[0].Bytes())), nil
	case a[0].kind == Binary && sql.Upper(a[1].String()) == "HEX":
		return castString(a[0]), nil
	}
	return NullValue, Unsupported("number format")
}

// numberArgsType is NUMBER(38,0), or what constant precision and scale say. Others show in the values only.
func numberArgsType(args []node) sql.Type {
	t := sql.NumberType
	for i, into := range []*int{&t.Precision, &t.Scale} {
		if i+1 >= len(args) {
			return t
		}
		if args[i+1].is == nil || args[i+1].is.kind != Number {
			return sql.Type{}
		}
		n, err := whole(*args[i+1].is)
		if err != nil || n < 0 || n > 38 {
			return sql.Type{}
		}
		*into = n
	}
	return t
}

func toNumber(a []Value) (Value, error) {
	if len(a) > 1 && a[1].kind == String {
		return NullValue, Unsupported("number format")
	}
	t := sql.NumberType
	var err error
	if t.Precision, err = wholeAt(a, 1, 38); err != nil {
		return NullValue, err
	}
	if t.Scale, err = wholeAt(a, 2, 0); err != nil {
		return NullValue, err
	}
	if t.Precision < 1 || t.Precision > 38 || t.Scale < 0 || t.Scale > maxScale {
		return NullValue, execution(100132, "22003", "invalid precision or scale")
	}
	return Cast(a[0], t)
}

func toMoment(kind Kind) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		v := a[0]
		if v.kind == Variant {
			v = fromJSON(v.JSON())
		}
		if v.kind == kind || v.IsNull() {
			return v, nil
		}
		if v.kind == Number && len(a) == 2 {
			return scaledEpoch(v, a[1], kind)
		}
		return castMoment(v, kind, textAt(a, 1, ""))
	}
}

// scaledEpoch reads TO_TIMESTAMP(number, scale): 0 counts seconds, 3 milliseconds, 9 nanoseconds.
func scaledEpoch(v, scale Value, kind Kind) (Value, error) {
	n, err := whole(scale)
	if err != nil || n < 0 || n > 9 {
		return NullValue, notRecognized(v, kind)
	}
	seconds := Decimal{v.Decimal().Trunc(0).int(), n}
	whole, ok := seconds.Trunc(0).Int64()
	if !ok {
		return NullValue, notRecognized(v, kind)
	}
	nanos, _ := seconds.Sub(decimalOf(whole)).Mul(decimalOf(1e9)).Int64()
	return castMoment(TZOf(unixTime(whole, nanos)), kind, "")
}

func toBinary(a []Value) (Value, error) {
	if sql.Upper(textAt(a, 1, "HEX")) == "UTF-8" {
		return BinaryOf([]byte(a[0].String())), nil
	}
	return castBinary(a[0])
}
