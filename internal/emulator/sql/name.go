package sql

import "strings"

// Ident reads one identifier and returns its stored form: upper case unless quoted. A reserved word is a *SyntaxError.
func (c *Cursor) Ident() (string, error) {
	t := c.Peek()
	if t.Kind == QuotedIdent && t.Value != "" || t.Kind == Ident && !IsReserved(t.Value) {
		return c.Next().Value, nil
	}
	return "", c.Unexpected()
}

// Name reads a dotted name and returns its parts in stored form; db..t is [DB PUBLIC T] (N4). It may also be written
// IDENTIFIER('…'), IDENTIFIER($x) or IDENTIFIER(?), the last two by means of Lookup (N3).
func (c *Cursor) Name() ([]string, error) {
	if c.Peek().Is("IDENTIFIER") && c.PeekAt(1).IsOp("(") {
		return c.identifierCall()
	}
	first, err := c.Ident()
	if err != nil {
		return nil, err
	}
	name := []string{first}
	for {
		switch {
		case c.AcceptOp("."):
		case len(name) == 1 && c.AcceptOp(".."):
			name = append(name, "PUBLIC")
		default:
			return name, nil
		}
		part, err := c.Ident()
		if err != nil {
			return nil, err
		}
		name = append(name, part)
	}
}

// ParseName reads a string that must be one dotted name and nothing else, as IDENTIFIER('…') does.
func ParseName(text string) ([]string, error) {
	c, err := NewCursor(text)
	if err != nil {
		return nil, err
	}
	name, err := c.Name()
	if err != nil {
		return nil, err
	}
	if c.Peek().Kind != EOF {
		return nil, c.Unexpected()
	}
	return name, nil
}

func (c *Cursor) identifierCall() ([]string, error) {
	c.pos += 2
	t := c.Next()
	text, err := c.identifierText(t)
	if err != nil {
		return nil, err
	}
	name, err := ParseName(text)
	if err != nil {
		return nil, unexpected(t)
	}
	return name, c.ExpectOp(")")
}

func (c *Cursor) identifierText(t Token) (string, error) {
	switch {
	case t.Kind == String:
		return t.Value, nil
	case t.IsOp(":") && c.Peek().Kind == Ident: // IDENTIFIER(:x) in a scripting block.
		t = c.Next()
		t.Kind = Bind
	case t.Kind != Variable && t.Kind != Bind:
		return "", unexpected(t)
	}
	if c.Lookup == nil {
		return "", unexpected(t)
	}
	return c.Lookup(t)
}

// reserved holds the words that cannot name anything unless quoted.
var reserved = wordSet(`ALL ALTER AND ANY AS BETWEEN BY CHECK COLUMN CONNECT CREATE CURRENT DELETE DISTINCT DROP ELSE
	EXISTS FOLLOWING FOR FROM GRANT GROUP HAVING ILIKE IN INSERT INTERSECT INTO IS LIKE MINUS NOT NULL OF ON OR ORDER
	QUALIFY REGEXP REVOKE RLIKE ROW ROWS SAMPLE SELECT SET SOME START TABLE TABLESAMPLE THEN TO TRIGGER UNION UNIQUE
	UPDATE VALUES WHENEVER WHERE WITH`)

// IsReserved reports whether the upper-case word cannot be an unquoted identifier.
func IsReserved(word string) bool { return reserved[word] }

// FormatName prints a name in parts, quoting those that need it.
func FormatName(parts []string) string {
	quoted := make([]string, len(parts))
	for i, part := range parts {
		quoted[i] = QuoteIdent(part)
	}
	return strings.Join(quoted, ".")
}

// QuoteIdent prints an identifier in stored form, in quotes only where Snowflake needs them (N1).
func QuoteIdent(part string) string {
	if isPlain(part) {
		return part
	}
	return `"` + strings.ReplaceAll(part, `"`, `""`) + `"`
}

// isPlain reports whether the identifier can be written without quotes.
func isPlain(part string) bool {
	if part == "" || isDigit(part[0]) || part[0] == '$' {
		return false
	}
	for i := range len(part) {
		if !isIdentPart(part[i]) || 'a' <= part[i] && part[i] <= 'z' {
			return false
		}
	}
	return true
}
