package sqltext

import (
	"fmt"
	"strings"
)

// publicSchema is the schema that an empty middle part stands for (N4).
const publicSchema Ident = "PUBLIC"

// Name is the name of an object, a schema or a database. Outer parts that were
// not written are empty; Object is empty only in the name of a schema or a
// database.
type Name struct {
	Database, Schema, Object Ident
}

// SQL returns the parts that are there, each in double quotes, joined by dots.
func (n Name) SQL() string {
	return n.join(Ident.SQL)
}

// String returns the name for people: parts are quoted only where they must be.
func (n Name) String() string {
	return n.join(Ident.String)
}

func (n Name) join(spell func(Ident) string) string {
	parts := make([]string, 0, 3)
	for _, part := range []Ident{n.Database, n.Schema, n.Object} {
		if part != "" {
			parts = append(parts, spell(part))
		}
	}
	return strings.Join(parts, ".")
}

// ParseName reads a name of one to three parts, as SHOW prints fully qualified
// names (N2): parts are quoted where they must be, and dots inside quotes do
// not separate. The last part is the object; db..t means db.PUBLIC.t (N4).
func ParseName(text string) (Name, error) {
	parts, err := splitName(text)
	if err != nil {
		return Name{}, err
	}
	switch len(parts) {
	case 1:
		return Name{Object: parts[0]}, nil
	case 2:
		return Name{Schema: parts[0], Object: parts[1]}, nil
	case 3:
		return Name{Database: parts[0], Schema: parts[1], Object: parts[2]}, nil
	default:
		return Name{}, fmt.Errorf("parse name %q: %d parts, more than three", text, len(parts))
	}
}

// splitName cuts a dotted name into its identifiers.
func splitName(text string) ([]Ident, error) {
	var parts []Ident
	for rest := text; ; {
		n := identLength(rest)
		part, err := partOf(rest[:n], len(parts))
		if err != nil {
			return nil, fmt.Errorf("parse name %q: %w", text, err)
		}
		parts = append(parts, part)
		rest = rest[n:]
		if rest == "" {
			return parts, nil
		}
		if rest[0] != '.' {
			return nil, fmt.Errorf("parse name %q: %q where a dot was expected", text, rest)
		}
		rest = rest[1:]
	}
}

// partOf reads the part at the given place; only the second may be empty.
func partOf(token string, place int) (Ident, error) {
	if token == "" && place == 1 {
		return publicSchema, nil
	}
	return ParseIdent(token)
}

// identLength returns how many bytes at the start of text belong to its first
// identifier token.
func identLength(text string) int {
	if strings.HasPrefix(text, `"`) {
		return quotedLength(text, '"')
	}
	n := 0
	for n < len(text) && text[n] != '.' {
		n++
	}
	return n
}

// quotedLength returns the length of the quoted token that text begins with; a
// doubled quote does not end it. An unterminated token is all of text.
func quotedLength(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 < len(text) && text[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(text)
}
