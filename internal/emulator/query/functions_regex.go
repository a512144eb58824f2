package query

import (
	"regexp"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func regexFunctions() map[string]function {
	varchar, number, boolean := typed(sql.VarcharType), typed(countType), typed(sql.BooleanType)
	matches := function{2, 3, boolean, false, regexpLike}
	return map[string]function{
		"REGEXP_LIKE": matches, "RLIKE": matches, "REGEXP": matches,
		"LIKE":           {2, 3, boolean, false, func(a []Value) (Value, error) { return likeFunction(a, false) }},
		"ILIKE":          {2, 3, boolean, false, func(a []Value) (Value, error) { return likeFunction(a, true) }},
		"REGEXP_REPLACE": {2, 6, varchar, false, regexpReplace},
		"REGEXP_SUBSTR":  {2, 6, varchar, false, regexpSubstr},
		"REGEXP_COUNT":   {2, 4, number, false, regexpCount},
		"REGEXP_INSTR":   {2, 7, number, false, regexpInstr},
	}
}

func likeFunction(a []Value, fold bool) (Value, error) {
	escape := rune(-1)
	if len(a) == 3 && a[2].String() != "" {
		escape = []rune(a[2].String())[0]
	}
	return BoolOf(matchLike(a[0].String(), a[1].String(), fold, escape)), nil
}

// textAt returns an optional string argument.
func textAt(a []Value, i int, otherwise string) string {
	if i < len(a) {
		return a[i].String()
	}
	return otherwise
}

// wholeAt returns an optional whole-number argument.
func wholeAt(a []Value, i, otherwise int) (int, error) {
	if i < len(a) {
		return whole(a[i])
	}
	return otherwise, nil
}

func regexpLike(a []Value) (Value, error) {
	re, err := regex(a[1].String(), textAt(a, 2, ""), true)
	if err != nil {
		return NullValue, err
	}
	return BoolOf(re.MatchString(a[0].String())), nil
}

// occurrences finds the matches of a pattern from a position, which counts characters from 1, and what stands before it.
func occurrences(a []Value, at, parameters int) (head, tail string, found [][]int, re *regexp.Regexp, err error) {
	if re, err = regex(a[1].String(), textAt(a, parameters, ""), false); err != nil {
		return "", "", nil, nil, err
	}
	start, err := wholeAt(a, at, 1)
	if err != nil {
		return "", "", nil, nil, err
	}
	runes := []rune(a[0].String())
	from := min(max(start-1, 0), len(runes))
	head, tail = string(runes[:from]), string(runes[from:])
	return head, tail, re.FindAllStringSubmatchIndex(tail, -1), re, nil
}

var backReference = regexp.MustCompile(`\\(\d)`)

// regexpReplace replaces all occurrences, or the one given. \1 in the replacement is a group.
func regexpReplace(a []Value) (Value, error) {
	head, tail, found, re, err := occurrences(a, 3, 5)
	if err != nil {
		return NullValue, err
	}
	which, err := wholeAt(a, 4, 0)
	if err != nil {
		return NullValue, err
	}
	template := strings.ReplaceAll(textAt(a, 2, ""), "$", "$$")
	template = backReference.ReplaceAllString(template, "$${$1}")
	var out []byte
	last := 0
	for i, match := range found {
		if which > 0 && i+1 != which {
			continue
		}
		out = append(out, tail[last:match[0]]...)
		out = re.ExpandString(out, template, tail, match)
		last = match[1]
	}
	return boundedString(head + string(out) + tail[last:])
}

func regexpSubstr(a []Value) (Value, error) {
	_, tail, found, _, err := occurrences(a, 2, 4)
	if err != nil {
		return NullValue, err
	}
	which, err := wholeAt(a, 3, 1)
	if err != nil {
		return NullValue, err
	}
	group := 0
	if strings.Contains(textAt(a, 4, ""), "e") {
		group = 1
	}
	if group, err = wholeAt(a, 5, group); err != nil {
		return NullValue, err
	}
	if which < 1 || which > len(found) || group < 0 || 2*group+1 >= len(found[which-1]) || found[which-1][2*group] < 0 {
		return NullValue, nil
	}
	match := found[which-1]
	return StringOf(tail[match[2*group]:match[2*group+1]]), nil
}

func regexpCount(a []Value) (Value, error) {
	_, _, found, _, err := occurrences(a, 2, 3)
	return IntOf(int64(len(found))), err
}

func regexpInstr(a []Value) (Value, error) {
	head, tail, found, _, err := occurrences(a, 2, 5)
	if err != nil {
		return NullValue, err
	}
	which, err := wholeAt(a, 3, 1)
	if err != nil || which < 1 || which > len(found) {
		return IntOf(0), err
	}
	end, err := wholeAt(a, 4, 0)
	if err != nil {
		return NullValue, err
	}
	at := found[which-1][min(max(end, 0), 1)]
	return IntOf(int64(len([]rune(head)) + len([]rune(tail[:at])) + 1)), nil
}
