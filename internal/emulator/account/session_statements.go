package account

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// use runs USE ROLE, WAREHOUSE, DATABASE, SCHEMA and SECONDARY ROLES.
func (st *statement) use() (*Result, error) {
	r, err := st.useAny()
	if err != nil {
		return nil, err
	}
	r.StatementType = TypeUse
	return r, nil
}

func (st *statement) useAny() (*Result, error) {
	switch {
	case st.c.Accept("SECONDARY", "ROLES"):
		return st.useSecondary()
	case st.c.Accept("ROLE"):
		return st.useAccountObject(st.useRole)
	case st.c.Accept("WAREHOUSE"):
		return st.useAccountObject(st.useWarehouse)
	case st.c.Accept("DATABASE"):
		return st.useContainer(1)
	case st.c.Accept("SCHEMA"):
		return st.useContainer(2)
	}
	return st.useContainer(0)
}

// useSecondary runs USE SECONDARY ROLES {ALL | NONE}.
func (st *statement) useSecondary() (*Result, error) {
	word := st.c.AcceptAny("ALL", "NONE")
	if word == "" {
		return nil, st.c.Unexpected()
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	st.session.secondary = word == "ALL"
	return done()
}

// useAccountObject reads the one name of USE ROLE and USE WAREHOUSE.
func (st *statement) useAccountObject(set func(string) error) (*Result, error) {
	name, err := accountObjectName(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := set(name); err != nil {
		return nil, err
	}
	return done()
}

// useRole changes the primary role to one that the user has.
func (st *statement) useRole(name string) error {
	role := st.a.root.lookup(kindRole, name, 0)
	if role == nil {
		return errNoContainer()
	}
	if !st.session.mayUse(role) {
		return errAccess("Requested role '%s' is not assigned to the executing user. Specify another role to activate.", name)
	}
	st.session.role = role
	return nil
}

// useWarehouse changes the warehouse to one on which the role has a right.
func (st *statement) useWarehouse(name string) error {
	w := st.a.root.lookup(kindWarehouse, name, 0)
	if w == nil || !st.rights.any(w) {
		return errNoContainer()
	}
	st.session.warehouse = name
	return nil
}

// useContainer changes database and schema. Parts says which the keyword
// promised: 1 a database, 2 a schema, 0 either by the number of name parts.
func (st *statement) useContainer(parts int) (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if parts == 2 && len(name) == 1 {
		return st.useSchema([]string{st.database, name[0]})
	}
	if len(name) == 2 && parts != 1 {
		return st.useSchema(name)
	}
	if len(name) != 1 {
		return nil, errNoContainer()
	}
	db := st.a.root.lookup(kindDatabase, name[0], 0)
	if db == nil || !st.rights.any(db) {
		return nil, errNoContainer()
	}
	st.session.database = db.name
	st.session.defaultSchema()
	return done()
}

// useSchema makes a schema current.
func (st *statement) useSchema(name []string) (*Result, error) {
	if name[0] == "" {
		return nil, errNoDatabase()
	}
	schema, err := st.schemaNamed(name)
	if err != nil && name[1] != informationSchema {
		return nil, errNoContainer()
	}
	if schema == nil {
		if _, err := st.databaseNamed(name[0]); err != nil {
			return nil, errNoContainer()
		}
	}
	st.session.database, st.session.schema = name[0], name[1]
	return done()
}

// alterSession runs ALTER SESSION SET and UNSET.
func (st *statement) alterSession() (*Result, error) {
	r, err := st.alterParameters(st.session.parameters)
	if err != nil {
		return nil, err
	}
	r.StatementType = TypeAlterSession
	return r, nil
}

// alterAccount runs ALTER ACCOUNT SET and UNSET of parameters.
func (st *statement) alterAccount() (*Result, error) {
	if !st.rights.roles[st.a.root.lookup(kindRole, roleAccountAdmin, 0)] {
		return nil, errPrivilegeOn("account", st.a.name)
	}
	return st.alterParameters(st.a.parameters)
}

// alterParameters sets or unsets session parameters in a map.
func (st *statement) alterParameters(in map[string]string) (*Result, error) {
	switch {
	case st.c.Accept("SET"):
		return st.setParameters(in)
	case st.c.Accept("UNSET"):
		return st.unsetParameters(in)
	}
	return nil, st.c.Unexpected()
}

// maxQueryTag is how many characters a query tag has at most (L7).
const maxQueryTag = 2000

func (st *statement) setParameters(in map[string]string) (*Result, error) {
	var set properties
	for !st.c.AtEnd() {
		key := st.c.Peek()
		if !isParameter(key) {
			return nil, errNoParameter(key.Text)
		}
		p, _, err := acceptProperty(st.c, []string{key.Value})
		if err != nil {
			return nil, err
		}
		if p.key == "QUERY_TAG" && utf8.RuneCountInString(p.value) > maxQueryTag {
			return nil, errInvalidValue(p.value[:20]+"…", p.key)
		}
		if err := checkFixed(p.key, p.value); err != nil {
			return nil, err
		}
		set = append(set, p)
		st.c.AcceptOp(",")
	}
	if len(set) == 0 {
		return nil, st.c.Unexpected()
	}
	for _, p := range set {
		if _, known := zoneOf(p.value); p.key == paramTimezone && !known {
			return nil, errInvalidValue(p.value, paramTimezone)
		}
		in[p.key] = parameterValue(p)
	}
	return done()
}

func (st *statement) unsetParameters(in map[string]string) (*Result, error) {
	var keys []string
	for !st.c.AtEnd() {
		key := st.c.Next()
		if !isParameter(key) {
			return nil, errNoParameter(key.Text)
		}
		keys = append(keys, key.Value)
		st.c.AcceptOp(",")
	}
	if len(keys) == 0 {
		return nil, st.c.Unexpected()
	}
	for _, k := range keys {
		delete(in, k)
	}
	return done()
}

// parameterValue spells booleans as parameters do.
func parameterValue(p property) string {
	if p.kind == sql.Ident && (p.value == "TRUE" || p.value == "FALSE") {
		return strings.ToLower(p.value)
	}
	return p.value
}

// isParameter reports whether the token names a parameter of sessions or
// objects.
func isParameter(t sql.Token) bool {
	_, session := sessionParameters[t.Value]
	_, object := objectParameters[t.Value]
	return t.Kind == sql.Ident && (session || object)
}

func errNoParameter(name string) *Error {
	return sqlError(1006, "22023", "invalid parameter '%s'", name)
}

// setVariable runs SET v = expression and SET (a, b) = (x, y).
func (st *statement) setVariable() (*Result, error) {
	var vars []string
	many := st.c.AcceptOp("(")
	for {
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		vars = append(vars, name)
		if !many || !st.c.AcceptOp(",") {
			break
		}
	}
	if many {
		if err := st.c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	if err := st.c.ExpectOp("="); err != nil {
		return nil, err
	}
	values, err := st.constants(many)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return st.assign(vars, values)
}

// assign stores variables; a text is at most 256 bytes long (N3).
func (st *statement) assign(vars []string, values []query.Value) (*Result, error) {
	if len(vars) != len(values) {
		return nil, sqlError(1003, "42000", "the number of values differs from the number of variables.")
	}
	if slices.ContainsFunc(values, func(v query.Value) bool { return len(v.String()) > 256 }) {
		return nil, sqlError(1008, "22023", "Assignment to session variable exceeds the limit of 256 bytes")
	}
	for i, v := range vars {
		st.session.variables[v] = values[i]
	}
	return done()
}

// unsetVariable runs UNSET v and UNSET (a, b).
func (st *statement) unsetVariable() (*Result, error) {
	many := st.c.AcceptOp("(")
	for {
		name, err := st.c.Ident()
		if err != nil {
			return nil, err
		}
		delete(st.session.variables, name)
		if !many || !st.c.AcceptOp(",") {
			break
		}
	}
	if many {
		if err := st.c.ExpectOp(")"); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	return done()
}
