package query

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func stringFunctions() map[string]function {
	varchar, number, boolean := typed(sql.VarcharType), typed(countType), typed(sql.BooleanType)
	length := function{1, 1, number, false, lengthOf}
	substr := function{2, 3, varchar, false, substring}
	return map[string]function{
		"UPPER": text(strings.ToUpper), "LOWER": text(strings.ToLower), "REVERSE": text(reverse),
		"INITCAP": {1, 2, varchar, false, initcap},
		"TRIM":    {1, 2, varchar, false, trimmer(strings.Trim)},
		"LTRIM":   {1, 2, varchar, false, trimmer(strings.TrimLeft)},
		"RTRIM":   {1, 2, varchar, false, trimmer(strings.TrimRight)},
		"LENGTH":  length, "LEN": length,
		"OCTET_LENGTH": {1, 1, number, false, func(a []Value) (Value, error) { return IntOf(int64(len(a[0].String()))), nil }},
		"SUBSTR":       substr, "SUBSTRING": substr,
		"LEFT": {2, 2, varchar, false, left}, "RIGHT": {2, 2, varchar, false, right},
		"CONCAT":    {1, -1, varchar, false, concatAll},
		"CONCAT_WS": {2, -1, varchar, false, concatWS},
		"REPLACE":   {2, 3, varchar, false, replace},
		"TRANSLATE": {3, 3, varchar, false, translate},
		"REPEAT":    {2, 2, varchar, false, repeat},
		"SPACE":     {1, 1, varchar, false, func(a []Value) (Value, error) { return repeat([]Value{StringOf(" "), a[0]}) }},
		"LPAD":      {2, 3, varchar, false, func(a []Value) (Value, error) { return pad(a, true) }},
		"RPAD":      {2, 3, varchar, false, func(a []Value) (Value, error) { return pad(a, false) }},
		"POSITION":  {2, 3, number, false, position}, "CHARINDEX": {2, 3, number, false, position},
		"CONTAINS":   {2, 2, boolean, false, textTest(strings.Contains)},
		"STARTSWITH": {2, 2, boolean, false, textTest(strings.HasPrefix)},
		"ENDSWITH":   {2, 2, boolean, false, textTest(strings.HasSuffix)},
		"SPLIT_PART": {3, 3, varchar, false, splitPart},
		"SPLIT":      {2, 2, typed(sql.ArrayType), false, split},
		"STRTOK":     {1, 3, varchar, false, strtok},
		"ASCII":      {1, 1, number, false, func(a []Value) (Value, error) { return IntOf(firstRune(a[0].String())), nil }},
		"CHR":        {1, 1, varchar, false, chr}, "CHAR": {1, 1, varchar, false, chr},
		"INSERT":               {4, 4, varchar, false, insert},
		"HEX_ENCODE":           encoding(2, func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }),
		"BASE64_ENCODE":        encoding(3, func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		"BASE64_DECODE_STRING": {1, 1, varchar, false, base64Decode},
		"HEX_DECODE_STRING":    {1, 1, varchar, false, hexDecode},
	}
}

func reverse(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

// initcap starts each word with a capital. Words end at blanks and punctuation, or at the characters given.
func initcap(a []Value) (Value, error) {
	isEnd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if len(a) == 2 {
		isEnd = func(r rune) bool { return strings.ContainsRune(a[1].String(), r) }
	}
	start := true
	return StringOf(strings.Map(func(r rune) rune {
		defer func() { start = isEnd(r) }()
		if start {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, a[0].String())), nil
}

func trimmer(trim func(s, cutset string) string) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) {
		cutset := " "
		if len(a) == 2 {
			cutset = a[1].String()
		}
		return StringOf(trim(a[0].String(), cutset)), nil
	}
}

func lengthOf(a []Value) (Value, error) {
	if a[0].kind == Binary {
		return IntOf(int64(len(a[0].Bytes()))), nil
	}
	return IntOf(int64(utf8.RuneCountInString(a[0].String()))), nil
}

// substring counts from 1, or from the end when the start is negative.
func substring(a []Value) (Value, error) {
	runes := []rune(a[0].String())
	start, err := whole(a[1])
	if err != nil {
		return NullValue, err
	}
	length := len(runes)
	if len(a) == 3 {
		if length, err = whole(a[2]); err != nil {
			return NullValue, err
		}
	}
	switch {
	case start < 0:
		start += len(runes)
		if start < 0 {
			return StringOf(""), nil
		}
	case start > 0:
		start--
	}
	from := min(start, len(runes))
	to := min(max(start+length, from), len(runes))
	return StringOf(string(runes[from:to])), nil
}

func left(a []Value) (Value, error) { return substring([]Value{a[0], IntOf(1), a[1]}) }

func right(a []Value) (Value, error) {
	runes := []rune(a[0].String())
	n, err := whole(a[1])
	if err != nil {
		return NullValue, err
	}
	return StringOf(string(runes[len(runes)-min(max(n, 0), len(runes)):])), nil
}

func concatAll(a []Value) (Value, error) {
	out := a[0]
	var err error
	for _, v := range a[1:] {
		if out, err = concat(out, v); err != nil {
			return NullValue, err
		}
	}
	return castString(out), nil
}

func concatWS(a []Value) (Value, error) {
	parts := make([]string, len(a)-1)
	for i, v := range a[1:] {
		parts[i] = v.String()
	}
	return boundedString(strings.Join(parts, a[0].String()))
}

func replace(a []Value) (Value, error) {
	with := ""
	if len(a) == 3 {
		with = a[2].String()
	}
	if a[1].String() == "" {
		return StringOf(a[0].String()), nil
	}
	if strings.Count(a[0].String(), a[1].String())*len(with) > sql.MaxVarchar {
		return boundedString(strings.Repeat(" ", sql.MaxVarchar+1))
	}
	return StringOf(strings.ReplaceAll(a[0].String(), a[1].String(), with)), nil
}

func translate(a []Value) (Value, error) {
	from, to := []rune(a[1].String()), []rune(a[2].String())
	return StringOf(strings.Map(func(r rune) rune {
		for i, f := range from {
			switch {
			case f != r:
			case i < len(to):
				return to[i]
			default:
				return -1
			}
		}
		return r
	}, a[0].String())), nil
}

func repeat(a []Value) (Value, error) {
	n, err := whole(a[1])
	if err != nil {
		return NullValue, err
	}
	s := a[0].String()
	if n = max(n, 0); len(s) > 0 && n > sql.MaxVarchar/len(s) {
		return NullValue, execution(100078, "22000", "String is too long and would be truncated")
	}
	return StringOf(strings.Repeat(s, n)), nil
}

func pad(a []Value, atStart bool) (Value, error) {
	n, err := whole(a[1])
	if err != nil || n > sql.MaxVarchar {
		return NullValue, err
	}
	fill := []rune(" ")
	if len(a) == 3 {
		fill = []rune(a[2].String())
	}
	runes := []rune(a[0].String())
	if n <= len(runes) || len(fill) == 0 {
		return StringOf(string(runes[:min(max(n, 0), len(runes))])), nil
	}
	padding := make([]rune, n-len(runes))
	for i := range padding {
		padding[i] = fill[i%len(fill)]
	}
	if atStart {
		return StringOf(string(padding) + string(runes)), nil
	}
	return StringOf(string(runes) + string(padding)), nil
}

func position(a []Value) (Value, error) {
	start := 1
	if len(a) == 3 {
		var err error
		if start, err = whole(a[2]); err != nil {
			return NullValue, err
		}
	}
	runes := []rune(a[1].String())
	if start < 1 || start > len(runes)+1 {
		return IntOf(0), nil
	}
	rest := string(runes[start-1:])
	at := strings.Index(rest, a[0].String())
	if at < 0 {
		return IntOf(0), nil
	}
	return IntOf(int64(start + utf8.RuneCountInString(rest[:at]))), nil
}

func textTest(is func(s, part string) bool) func([]Value) (Value, error) {
	return func(a []Value) (Value, error) { return BoolOf(is(a[0].String(), a[1].String())), nil }
}

func splitPart(a []Value) (Value, error) {
	n, err := whole(a[2])
	if err != nil {
		return NullValue, err
	}
	parts := []string{a[0].String()}
	if sep := a[1].String(); sep != "" {
		parts = strings.Split(a[0].String(), sep)
	}
	switch {
	case n == 0:
		n = 1
	case n < 0:
		n += len(parts) + 1
	}
	if n < 1 || n > len(parts) {
		return StringOf(""), nil
	}
	return StringOf(parts[n-1]), nil
}

func split(a []Value) (Value, error) {
	var out []JSON
	for part := range strings.SplitSeq(a[0].String(), a[1].String()) {
		out = append(out, part)
	}
	return VariantOf(out), nil
}

func strtok(a []Value) (Value, error) {
	delimiters, n := " ", 1
	if len(a) > 1 {
		delimiters = a[1].String()
	}
	if len(a) > 2 {
		var err error
		if n, err = whole(a[2]); err != nil {
			return NullValue, err
		}
	}
	parts := strings.FieldsFunc(a[0].String(), func(r rune) bool { return strings.ContainsRune(delimiters, r) })
	if n < 1 || n > len(parts) {
		return NullValue, nil
	}
	return StringOf(parts[n-1]), nil
}

func firstRune(s string) int64 {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return int64(r)
}

func chr(a []Value) (Value, error) {
	n, err := whole(a[0])
	if err != nil || n < 0 || n > utf8.MaxRune {
		return NullValue, execution(100047, "22000", "Invalid character code %s in the CHR input", a[0])
	}
	return StringOf(string(rune(n))), nil
}

func insert(a []Value) (Value, error) {
	runes := []rune(a[0].String())
	at, err := whole(a[1])
	if err != nil {
		return NullValue, err
	}
	n, err := whole(a[2])
	if err != nil {
		return NullValue, err
	}
	from := min(max(at-1, 0), len(runes))
	to := min(from+max(n, 0), len(runes))
	return boundedString(string(runes[:from]) + a[3].String() + string(runes[to:]))
}

func base64Decode(a []Value) (Value, error) {
	b, err := base64.StdEncoding.DecodeString(a[0].String())
	if err != nil {
		return NullValue, execution(100146, "22000", "The following string is not a legal base64-encoded value: '%s'", a[0])
	}
	return StringOf(string(b)), nil
}

func hexDecode(a []Value) (Value, error) {
	b, err := castBinary(a[0])
	return StringOf(string(b.Bytes())), err
}
