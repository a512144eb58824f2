package query

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func (c *compiler) like(e *sql.Like, s *scope) (node, error) {
	x, err := c.expr(e.X, s)
	if err != nil {
		return node{}, err
	}
	escape, err := c.optional(e.Escape, s)
	if err != nil {
		return node{}, err
	}
	patterns, err := c.patterns(e, s)
	if err != nil {
		return node{}, err
	}
	return test(func(f *frame) (Value, error) {
		v, err := x.eval(f)
		if err != nil {
			return NullValue, err
		}
		candidates, err := patterns(f)
		if err != nil {
			return NullValue, err
		}
		esc, err := escapeRune(escape, f)
		if err != nil {
			return NullValue, err
		}
		return likeAny(v, candidates, e, esc)
	}, e.Not), nil
}

// patterns compiles the patterns, listed or from a query.
func (c *compiler) patterns(e *sql.Like, s *scope) (func(*frame) ([]Value, error), error) {
	if e.Query == nil {
		nodes, err := c.exprs(e.Patterns, s)
		return func(f *frame) ([]Value, error) { return evalAll(nodes, f) }, err
	}
	r, err := c.subquery(e.Query, s)
	if err == nil {
		err = checkWidth(r, 1, e.Pos)
	}
	if err != nil {
		return nil, err
	}
	return func(f *frame) ([]Value, error) {
		rows, err := r.rows(f)
		var out []Value
		for _, row := range rows {
			out = append(out, row...)
		}
		return out, err
	}, nil
}

// escapeRune evaluates ESCAPE; -1 stands for none.
func escapeRune(n *node, f *frame) (rune, error) {
	if n == nil {
		return -1, nil
	}
	v, err := n.eval(f)
	if err != nil || v.String() == "" {
		return -1, err
	}
	return []rune(v.String())[0], nil
}

// likeAny matches a value against the patterns: all of them for ALL, else any.
func likeAny(v Value, patterns []Value, e *sql.Like, escape rune) (Value, error) {
	all := e.Quant == "ALL"
	result := BoolOf(all)
	for _, p := range patterns {
		if v.IsNull() || p.IsNull() {
			result = NullValue
			continue
		}
		is, err := likeMatch(e.Op, v.String(), p.String(), escape)
		if err != nil {
			return NullValue, err
		}
		if is != all {
			return BoolOf(is), nil
		}
	}
	return result, nil
}

func likeMatch(op, text, pattern string, escape rune) (bool, error) {
	if op == "RLIKE" {
		re, err := regex(pattern, "", true)
		if err != nil {
			return false, err
		}
		return re.MatchString(text), nil
	}
	return matchLike(text, pattern, op == "ILIKE", escape), nil
}

// matchLike matches % and _ over the whole text. It goes back to the last % only, so it takes at most the product of
// both lengths.
func matchLike(text, pattern string, fold bool, escape rune) bool {
	t, p := []rune(text), likePattern(pattern, escape)
	ti, pi, star, mark := 0, 0, -1, 0
	for ti < len(t) {
		switch {
		case pi < len(p) && p[pi] == anyRunes:
			star, mark = pi, ti
			pi++
		case pi < len(p) && (p[pi] == anyRune || sameRune(p[pi], t[ti], fold)):
			pi++
			ti++
		case star >= 0:
			mark++
			pi, ti = star+1, mark
		default:
			return false
		}
	}
	for pi < len(p) && p[pi] == anyRunes {
		pi++
	}
	return pi == len(p)
}

// Elements of a LIKE pattern that are no characters.
const (
	anyRunes rune = -1 - iota
	anyRune
)

func likePattern(pattern string, escape rune) []rune {
	var out []rune
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == escape && i+1 < len(runes):
			i++
			out = append(out, runes[i])
		case r == '%':
			out = append(out, anyRunes)
		case r == '_':
			out = append(out, anyRune)
		default:
			out = append(out, r)
		}
	}
	return out
}

func sameRune(a, b rune, fold bool) bool {
	return a == b || fold && unicode.ToLower(a) == unicode.ToLower(b)
}

// regexes keeps the regular expressions that were compiled, so that a row does not pay for it.
var regexes sync.Map

// regex compiles a pattern with Snowflake's parameters (c, i, m, e, s). Whole patterns match the whole text.
func regex(pattern, parameters string, whole bool) (*regexp.Regexp, error) {
	flags := "s"
	if !strings.Contains(parameters, "s") {
		flags = ""
	}
	for _, flag := range "im" {
		if strings.ContainsRune(parameters, flag) {
			flags += string(flag)
		}
	}
	source := pattern
	if whole {
		source = `\A(?:` + pattern + `)\z`
	}
	if flags != "" {
		source = "(?" + flags + ")" + source
	}
	if re, ok := regexes.Load(source); ok {
		if compiled, ok := re.(*regexp.Regexp); ok {
			return compiled, nil
		}
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, execution(100048, "2201B", "Invalid regular expression: '%s', %v", pattern, err)
	}
	regexes.Store(source, re)
	return re, nil
}
