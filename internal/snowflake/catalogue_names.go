package snowflake

import (
	"errors"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// The names in SHOW GRANTS may be quoted where they need it, or come as they are stored (U18). A part without quotes is
// therefore never folded: where names are quoted, it is in upper case already. A dot that may or may not divide a name
// is the one thing that cannot be told: names of the account are not divided at all, those of database roles only
// behind the database that is known.

// parseGranted reads a name as SHOW GRANTS prints it: DB, DB.SCHEMA, DB.ROLE, DB.SCHEMA.OBJECT, and routines as
// DB.SCHEMA."FN(A NUMBER, B VARCHAR):VARCHAR".
func parseGranted(kind Kind, text string) (ObjectRef, error) {
	ref := ObjectRef{Kind: kind}
	info := kind.Info()
	switch {
	case kind == KindAccount:
		return ref, nil
	case kind == KindDatabase:
		ref.Name.Database = storedName(text)
		return ref, nil
	case info.Level == LevelAccount:
		ref.Name.Object = storedName(text)
		return ref, nil
	}
	name, err := storedPath(text)
	if err != nil {
		return ref, fmt.Errorf("read granted object: %w", err)
	}
	switch {
	case kind == KindSchema:
		name = sqltext.Name{Database: name.Schema, Schema: name.Object}
	case info.Level == LevelDatabase:
		name = sqltext.Name{Database: name.Schema, Object: name.Object}
	}
	ref.Name = name
	if info.Overloaded {
		routine, arguments, err := sqltext.ParseSignature(string(name.Object))
		if err != nil {
			return ref, fmt.Errorf("read granted object: %w", err)
		}
		ref.Name.Object, ref.Arguments = routine, arguments
	}
	return ref, nil
}

// granteeOf reads who holds a grant. A database role is printed with or without its database, which is the object's.
func granteeOf(kind, name string, home sqltext.Ident) Grantee {
	grantee := Grantee{Kind: GranteeKind(strings.ReplaceAll(strings.ToUpper(kind), "_", " "))}
	if grantee.Kind != GranteeDatabaseRole {
		grantee.Name = storedName(name)
		return grantee
	}
	for _, printed := range []string{string(home), home.SQL()} {
		if rest, behind := strings.CutPrefix(name, printed+"."); behind && home != "" {
			grantee.Database, grantee.Name = home, storedName(rest)
			return grantee
		}
	}
	grantee.Database, grantee.Name = home, storedName(name)
	if parsed, err := storedPath(name); err == nil && parsed.Schema != "" && parsed.Database == "" {
		grantee.Database, grantee.Name = parsed.Schema, parsed.Object
	}
	return grantee
}

// storedName is one name, in quotes or as stored.
func storedName(text string) sqltext.Ident {
	if strings.HasPrefix(text, `"`) {
		if name, err := sqltext.ParseIdent(text); err == nil {
			return name
		}
	}
	return sqltext.Ident(text)
}

// errManyParts is the cause where a dot may or may not divide a name.
var errManyParts = errors.New("not one, two or three parts")

// storedPath is a name of one to three parts, each in quotes or as stored. What follows a parenthesis is one part.
func storedPath(text string) (sqltext.Name, error) {
	var parts []sqltext.Ident
	for rest, more := text, true; more; {
		var part string
		if part, rest, more = cutPart(rest); part == "" {
			return sqltext.Name{}, fmt.Errorf("name %q: %w", text, errMalformed)
		}
		parts = append(parts, storedName(part))
	}
	switch len(parts) {
	case 1:
		return sqltext.Name{Object: parts[0]}, nil
	case 2:
		return sqltext.Name{Schema: parts[0], Object: parts[1]}, nil
	case 3:
		return sqltext.Name{Database: parts[0], Schema: parts[1], Object: parts[2]}, nil
	}
	return sqltext.Name{}, fmt.Errorf("name %q: %w", text, errManyParts)
}

// cutPart cuts the first part off a dotted name.
func cutPart(text string) (part, rest string, more bool) {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			return text, "", false
		case c == '.':
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}
