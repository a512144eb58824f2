package account

import (
	"slices"
	"strconv"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// property is one KEY = VALUE of a statement.
type property struct {
	key string
	// value is the decoded string, the number as written, the name in stored
	// form, or the text of a list with its parentheses.
	value string
	kind  sql.Kind
	// list is the value when it is written in parentheses.
	list []string
}

// properties are the KEY = VALUE pairs of a statement in their order.
type properties []property

// get finds a property by key.
func (p properties) get(key string) (property, bool) {
	i := slices.IndexFunc(p, func(x property) bool { return x.key == key })
	if i < 0 {
		return property{}, false
	}
	return p[i], true
}

// text is the value of a property, or otherwise what is given.
func (p properties) text(key, otherwise string) string {
	if x, ok := p.get(key); ok {
		return x.value
	}
	return otherwise
}

// flag is the value of a property that is TRUE or FALSE.
func (p properties) flag(key string, otherwise bool) (bool, error) {
	x, ok := p.get(key)
	if !ok {
		return otherwise, nil
	}
	b, err := strconv.ParseBool(x.value)
	if err != nil {
		return false, errInvalidValue(x.value, key)
	}
	return b, nil
}

// number is the value of a property that is a whole number.
func (p properties) number(key string, otherwise int64) (int64, error) {
	x, ok := p.get(key)
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(x.value, 10, 64)
	if err != nil {
		return 0, errInvalidValue(x.value, key)
	}
	return n, nil
}

// acceptProperty reads one KEY = VALUE if the key is allowed. The equals sign
// may be left out, as Snowflake allows.
func acceptProperty(c *sql.Cursor, allowed []string) (property, bool, error) {
	t := c.Peek()
	if t.Kind != sql.Ident || !slices.Contains(allowed, t.Value) {
		return property{}, false, nil
	}
	c.Next()
	c.AcceptOp("=")
	p, err := propertyValue(c)
	if err != nil {
		return p, true, err
	}
	p.key = t.Value
	return p, true, p.check()
}

// readProperties reads allowed pairs, with commas or blanks between them, up
// to the first thing that is none.
func readProperties(c *sql.Cursor, allowed []string) (properties, error) {
	var out properties
	for {
		mark := c.Mark()
		if len(out) > 0 {
			c.AcceptOp(",")
		}
		p, ok, err := acceptProperty(c, allowed)
		if err != nil {
			return nil, err
		}
		if !ok {
			c.Reset(mark)
			return out, nil
		}
		out = append(out, p)
	}
}

// propertyValue reads a literal, a name or a list in parentheses.
func propertyValue(c *sql.Cursor) (property, error) {
	t := c.Peek()
	p := property{kind: t.Kind}
	var err error
	switch {
	case t.Kind == sql.String:
		p.value = c.Next().Value
	case t.Kind == sql.Number || t.IsOp("-") || t.IsOp("+"):
		p.value, err = c.Number()
	case t.IsOp("("):
		mark := c.Mark()
		if p.list, err = readList(c); err == nil {
			p.value = c.Text(mark, c.Mark())
		}
	case t.Kind == sql.Variable:
		p.value, err = variableValue(c)
	case t.Kind == sql.Ident && sql.IsReserved(t.Value):
		p.value = c.Next().Value // FILE_FORMAT = NULL, ON_ERROR = SKIP_FILE and the like.
	default:
		var name []string
		name, err = c.Name()
		p.value = quoteName(name)
		if len(name) == 1 {
			p.value = name[0]
		}
	}
	return p, err
}

// variableValue reads $name where a value is expected.
func variableValue(c *sql.Cursor) (string, error) {
	t := c.Peek()
	if c.Lookup == nil {
		return "", c.Unexpected()
	}
	c.Next()
	return c.Lookup(t)
}

// readList reads "(a, 'b', …)" into its elements; nested parentheses and
// KEY = VALUE elements are kept as written.
func readList(c *sql.Cursor) ([]string, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	list := []string{}
	for !c.AcceptOp(")") {
		text, err := listElement(c)
		if err != nil {
			return nil, err
		}
		if text != "" {
			list = append(list, text)
		}
		c.AcceptOp(",")
	}
	return list, nil
}

// listElement reads up to the next comma or closing parenthesis of its level.
func listElement(c *sql.Cursor) (string, error) {
	if t := c.Peek(); t.Kind == sql.String && (c.PeekAt(1).IsOp(",") || c.PeekAt(1).IsOp(")")) {
		c.Next()
		return t.Value, nil
	}
	mark := c.Mark()
	for {
		switch t := c.Peek(); {
		case t.Kind == sql.EOF:
			return "", c.Unexpected()
		case t.IsOp(","), t.IsOp(")"):
			return c.Text(mark, c.Mark()), nil
		case t.IsOp("("):
			if _, err := c.Parenthesised(); err != nil {
				return "", err
			}
		default:
			c.Next()
		}
	}
}

// names splits a blank-separated list of keys.
func names(keys string) []string { return strings.Fields(keys) }
