package sqltext

import (
	"fmt"
	"strings"
)

// ParseSignature reads a routine's name and argument types from what SHOW
// prints (N6): "P(VARCHAR, NUMBER(38,0), DEFAULT VARCHAR) RETURN VARCHAR" of
// the arguments column, "FN(A NUMBER, B VARCHAR):VARCHAR" of SHOW GRANTS, and
// the latter inside a qualified name, DB.S."FN(A NUMBER):VARCHAR". The name is
// taken as stored; types keep their precision, and names of arguments, DEFAULT
// and the type returned are dropped.
func ParseSignature(arguments string) (name Ident, args []string, err error) {
	text := arguments
	if qualified, err := ParseName(text); err == nil && strings.Contains(string(qualified.Object), "(") {
		text = string(qualified.Object)
	}
	open := openingParenthesis(text)
	if open <= 0 {
		return "", nil, fmt.Errorf("parse signature %q: no argument list", arguments)
	}
	items, rest, ok := splitArguments(text[open:])
	if !ok {
		return "", nil, fmt.Errorf("parse signature %q: the parentheses do not match", arguments)
	}
	if name, err = storedIdent(strings.TrimSpace(text[:open])); err != nil {
		return "", nil, fmt.Errorf("parse signature %q: %w", arguments, err)
	}
	named := strings.HasPrefix(rest, ":")
	for _, item := range items {
		args = append(args, argumentType(item, named))
	}
	return name, args, nil
}

// openingParenthesis finds the list's parenthesis, past a quoted name.
func openingParenthesis(text string) int {
	from := 0
	if strings.HasPrefix(text, `"`) {
		from = quotedLength(text, '"')
	}
	if i := strings.IndexByte(text[from:], '('); i >= 0 {
		return from + i
	}
	return -1
}

// storedIdent reads a name that SHOW prints without quotes (N2) or with them.
func storedIdent(text string) (Ident, error) {
	if strings.HasPrefix(text, `"`) {
		return ParseIdent(text)
	}
	return checkLength(text)
}

// splitArguments cuts a parenthesised list at its outermost commas and returns
// what follows the list.
func splitArguments(text string) (items []string, rest string, ok bool) {
	depth, start := 0, 1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i += quotedLength(text[i:], text[i]) - 1
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return appendItem(items, text[start:i]), strings.TrimSpace(text[i+1:]), true
			}
		case ',':
			if depth == 1 {
				items = append(items, strings.TrimSpace(text[start:i]))
				start = i + 1
			}
		}
	}
	return nil, "", false
}

// appendItem adds the last item of a list; an empty list has none.
func appendItem(items []string, last string) []string {
	last = strings.TrimSpace(last)
	if last == "" && len(items) == 0 {
		return nil
	}
	return append(items, last)
}

// argumentType reduces one argument to its type.
func argumentType(item string, named bool) string {
	const optional = "DEFAULT "
	if len(item) > len(optional) && foldASCII(item[:len(optional)]) == optional {
		item = strings.TrimSpace(item[len(optional):])
	}
	if !named {
		return item
	}
	n := strings.IndexByte(item, ' ')
	if strings.HasPrefix(item, `"`) {
		n = quotedLength(item, '"')
	}
	if n < 0 || n >= len(item) {
		return item
	}
	return strings.TrimSpace(item[n:])
}
