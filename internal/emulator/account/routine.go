package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/script"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// routineDetail is what procedures and functions have.
type routineDetail struct {
	params  []param
	returns sql.Type
	// table holds the columns of RETURNS TABLE (…), as written.
	table     string
	notNull   bool
	language  string
	body      string
	secure    bool
	executeAs string // OWNER or CALLER, procedures only
	strict    bool   // RETURNS NULL ON NULL INPUT
	immutable bool
	aggregate bool
	memoize   bool
	imports   []string
	props     properties
	// integration and url belong to external functions.
	integration, url string

	// expr is the body of a scalar SQL function.
	expr sql.Expr
}

// routineOptions are the properties of routines.
const routineOptions = "RUNTIME_VERSION PACKAGES IMPORTS HANDLER EXTERNAL_ACCESS_INTEGRATIONS SECRETS TARGET_PATH COMMENT " +
	"LOG_LEVEL TRACE_LEVEL ARTIFACT_REPOSITORY RESOURCE_CONSTRAINT"

// signature is the name with the argument types, as error texts print it.
func (o *object) signature() string {
	return fmt.Sprintf("%s.%s(%s)", o.parent.plainName(), o.name, strings.Join(o.args, ", "))
}

// returnsText is the type of the result as the catalogue prints it.
func (d *routineDetail) returnsText() string {
	if d.table != "" {
		return "TABLE " + d.table
	}
	return d.returns.String()
}

// argumentTypes reads "(VARCHAR, NUMBER(38,0))"; argument names may stand
// before the types. The answer is what tells overloads apart (N6).
func (st *statement) argumentTypes() ([]string, error) { return readArgumentTypes(st.c) }

func readArgumentTypes(c *sql.Cursor) ([]string, error) {
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	types := []string{}
	if c.AcceptOp(")") {
		return types, nil
	}
	for {
		typ, err := readArgumentType(c)
		if err != nil {
			return nil, err
		}
		types = append(types, typ)
		if !c.AcceptOp(",") {
			return types, c.ExpectOp(")")
		}
	}
}

// readArgumentType reads one type, before which a name may stand.
func readArgumentType(c *sql.Cursor) (string, error) {
	if next := c.PeekAt(1); !isTypeWord(c.Peek()) || isTypeWord(next) {
		if _, err := c.Ident(); err != nil {
			return "", err
		}
	}
	if c.Accept("TABLE") {
		text, err := c.Parenthesised()
		return "TABLE" + columnTypes(text), err
	}
	typ, err := sql.ParseType(c)
	return typ.Name, typeError(err)
}

// isTypeWord reports whether a type may start with the token.
func isTypeWord(t sql.Token) bool {
	return t.Kind == sql.Ident && (sql.IsType(t.Value) || t.Value == "TABLE")
}

// routine finds a procedure or function by name and argument types.
func (sc *scope) routine(k *kind, name, args []string) (*object, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, err
	}
	missing := sc.a.errNotFound(k.noun, full[0]+"."+full[1]+"."+full[2]+"("+strings.Join(args, ", ")+")")
	schema := sc.schemaAt(full)
	if schema == nil {
		return nil, missing
	}
	o := schema.children[childKey{space: k.space, name: full[2], args: strings.Join(args, ",")}]
	if o == nil || !sc.visible(o) {
		return nil, missing
	}
	return o, nil
}

// schemaAt finds a schema by full name whatever the rights.
func (sc *scope) schemaAt(full []string) *object {
	db := sc.a.root.lookup(kindDatabase, full[0], 0)
	if db == nil {
		return nil
	}
	return db.lookup(kindSchema, full[1], 0)
}

// createProcedure runs CREATE PROCEDURE.
func (st *statement) createProcedure(cr *creation) (*Result, error) {
	return st.createRoutine(cr, kindProcedure)
}

// createFunction runs CREATE FUNCTION.
func (st *statement) createFunction(cr *creation) (*Result, error) {
	return st.createRoutine(cr, kindFunction)
}

// createExternalFunction runs CREATE EXTERNAL FUNCTION.
func (st *statement) createExternalFunction(cr *creation) (*Result, error) {
	return st.createRoutine(cr, kindExternalFunction)
}

func (st *statement) createRoutine(cr *creation, k *kind) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	d := &routineDetail{language: "SQL", executeAs: "OWNER", secure: cr.has("SECURE"), aggregate: cr.has("AGGREGATE")}
	var err error
	if d.params, err = st.params(); err != nil {
		return nil, err
	}
	if err := checkParams(d.params); err != nil {
		return nil, err
	}
	copyGrants := st.c.Accept("COPY", "GRANTS")
	if err := st.returns(d); err != nil {
		return nil, err
	}
	more, err := st.routineClauses(k, d)
	if err != nil {
		return nil, err
	}
	if err := st.routineBody(k, d); err != nil {
		return nil, err
	}
	return st.installRoutine(cr, k, d, copyGrants || more)
}

// returns reads RETURNS type [NOT NULL] or RETURNS TABLE (…).
func (st *statement) returns(d *routineDetail) error {
	if err := st.c.Expect("RETURNS"); err != nil {
		return err
	}
	var err error
	if st.c.Accept("TABLE") {
		d.table, err = st.c.Parenthesised()
		return err
	}
	if d.returns, err = sql.ParseType(st.c); err != nil {
		return typeError(err)
	}
	d.notNull = st.c.Accept("NOT", "NULL")
	return nil
}

// routineClauses reads what may stand between RETURNS and AS. It answers
// whether COPY GRANTS was among it.
func (st *statement) routineClauses(k *kind, d *routineDetail) (copyGrants bool, err error) {
	c := st.c
	for {
		switch {
		case c.Accept("LANGUAGE"):
			d.language, err = c.Word()
		case c.Accept("COPY", "GRANTS"):
			copyGrants = true
		case c.Accept("CALLED", "ON", "NULL", "INPUT"):
			d.strict = false
		case c.Accept("RETURNS", "NULL", "ON", "NULL", "INPUT"), c.Accept("STRICT"):
			d.strict = true
		case c.Accept("NOT", "NULL"):
			d.notNull = true
		case c.Accept("VOLATILE"):
			d.immutable = false
		case c.Accept("IMMUTABLE"):
			d.immutable = true
		case c.Accept("MEMOIZABLE"):
			d.memoize = true
		case k == kindProcedure && c.Accept("EXECUTE", "AS"):
			d.executeAs = c.AcceptAny("OWNER", "CALLER")
			if d.executeAs == "" {
				err = c.Unexpected()
			}
		case k == kindExternalFunction && c.Looking("API_INTEGRATION"):
			err = st.apiIntegration(d)
		default:
			var more properties
			more, err = readProperties(c, names(routineOptions+" HEADERS CONTEXT_HEADERS MAX_BATCH_ROWS COMPRESSION REQUEST_TRANSLATOR RESPONSE_TRANSLATOR"))
			if err == nil && len(more) == 0 {
				return copyGrants, st.finishClauses(d)
			}
			d.props = append(d.props, more...)
		}
		if err != nil {
			return false, err
		}
	}
}

// finishClauses checks the language and notes the imports.
func (st *statement) finishClauses(d *routineDetail) error {
	if !slices.Contains(names("SQL JAVASCRIPT PYTHON JAVA SCALA"), d.language) {
		return errInvalidValue(d.language, "LANGUAGE")
	}
	if p, ok := d.props.get("IMPORTS"); ok {
		d.imports = p.list
		if err := st.checkImports(d.imports); err != nil {
			return err
		}
	}
	_, handler := d.props.get("HANDLER")
	if !handler && (d.language == "PYTHON" || d.language == "JAVA" || d.language == "SCALA") {
		return sqlError(1014, "22023", "missing HANDLER in %s routine.", d.language)
	}
	if _, ok := d.props.get("RUNTIME_VERSION"); !ok && (d.language == "PYTHON" || d.language == "SCALA") {
		return sqlError(1014, "22023", "missing RUNTIME_VERSION in %s routine.", d.language)
	}
	return nil
}

// apiIntegration reads API_INTEGRATION = i, on which USAGE is needed.
func (st *statement) apiIntegration(d *routineDetail) error {
	props, err := readProperties(st.c, names("API_INTEGRATION"))
	if err != nil {
		return err
	}
	o, err := st.accountObject(kindIntegration, foldName(props[0].value))
	if err != nil {
		return err
	}
	d.integration = o.name
	return st.demand(o, "USAGE")
}

// routineBody reads AS and the body: a string, or for SQL procedures a block
// without quotes. Routines whose code is staged have none.
func (st *statement) routineBody(k *kind, d *routineDetail) error {
	if !st.c.Accept("AS") {
		if len(d.imports) == 0 || d.language == "SQL" || d.language == "JAVASCRIPT" {
			return st.c.Unexpected()
		}
		return st.end()
	}
	if st.token().Kind != sql.String {
		if d.language != "SQL" || k != kindProcedure || !st.c.Looking("BEGIN") && !st.c.Looking("DECLARE") {
			return st.c.Unexpected()
		}
		d.body = strings.TrimSpace(st.c.Rest())
		return nil
	}
	text, err := st.c.String()
	if err != nil {
		return err
	}
	d.body = text
	if k == kindExternalFunction {
		d.url, d.body = text, ""
		if err := st.checkRemote(d); err != nil {
			return err
		}
	}
	return st.end()
}

// installRoutine compiles a SQL function (R7) and puts the routine into its
// place.
func (st *statement) installRoutine(cr *creation, k *kind, d *routineDetail, copyGrants bool) (*Result, error) {
	s, err := st.slot(cr, k, argumentNames(d.params)...)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if k == kindFunction && d.language == "SQL" {
		if err := st.compileRoutine(d, s.parent); err != nil {
			return nil, err
		}
	}
	if k == kindProcedure && d.language == "SQL" {
		if _, err := script.Parse(d.body); err != nil { // It is read now and resolved when it runs (R7).
			return nil, typeError(err)
		}
	}
	comment := d.props.text("COMMENT", "")
	if cr.alter && s.old != nil {
		return st.reshapeRoutine(s.old, d, comment)
	}
	o := st.install(s, k, d, copyGrants)
	o.comment = comment
	return created(o)
}

// argumentNames lists the type names that tell overloads apart.
func argumentNames(params []param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = shortType(p.typ)
	}
	return out
}

// compileRoutine resolves the body of a SQL function in the schema that holds
// it (C24).
func (st *statement) compileRoutine(d *routineDetail, schema *object) error {
	c, err := sql.NewCursor(d.body)
	if err != nil {
		return err
	}
	if d.expr, err = functionBody(c, d.table != ""); err != nil {
		return err
	}
	_, err = st.inSchema(schema).compileBody(d)
	return err
}

// functionBody reads the body of a SQL function: a query, or an expression. That
// of a table function is kept within EXISTS.
func functionBody(c *sql.Cursor, table bool) (sql.Expr, error) {
	mark, wrapped := c.Mark(), c.LookingOp("(")
	if sql.StartsQuery(c) {
		q, err := sql.ParseQuery(c)
		if err == nil && !c.AtEnd() {
			err = c.Unexpected()
		}
		switch {
		case err == nil && table:
			return &sql.Exists{Query: q}, nil
		case err == nil:
			return &sql.Subquery{Query: q}, nil
		case !wrapped:
			return nil, err
		}
		c.Reset(mark) // It may be an expression that begins with a query.
	}
	e, err := sql.ParseExpr(c)
	if err == nil && !c.AtEnd() {
		err = c.Unexpected()
	}
	return e, err
}

// reshapeRoutine runs CREATE OR ALTER: grants, owner and tags stay; language,
// handler and null handling cannot change (R4).
func (st *statement) reshapeRoutine(o *object, d *routineDetail, comment string) (*Result, error) {
	old := o.detail.(*routineDetail)
	for what, changed := range map[string]bool{
		"language":      old.language != d.language,
		"handler":       old.props.text("HANDLER", "") != d.props.text("HANDLER", ""),
		"null handling": old.strict != d.strict,
	} {
		if changed {
			return nil, errUnsupported("CREATE OR ALTER with a changed " + what)
		}
	}
	o.detail, o.comment = d, comment
	st.touch(o)
	return statusResult(fmt.Sprintf("%s %s successfully altered.", o.kind.label, o.name)), nil
}

// routineAlterer runs ALTER PROCEDURE and ALTER FUNCTION.
func routineAlterer(k *kind) func(*statement) (*Result, error) {
	return func(st *statement) (*Result, error) {
		o, err := st.target(k)
		if o == nil || err != nil {
			return orDone(err)
		}
		d := o.detail.(*routineDetail)
		switch {
		case st.c.Accept("RENAME", "TO"):
			return st.renameTo(o)
		case st.c.Accept("EXECUTE", "AS"):
			word := st.c.AcceptAny("OWNER", "CALLER")
			if word == "" {
				return nil, st.c.Unexpected()
			}
			return st.ownerChange(o, func() { d.executeAs = word })
		case st.c.Accept("SET", "SECURE"):
			return st.ownerChange(o, func() { d.secure = true })
		case st.c.Accept("UNSET", "SECURE"):
			return st.ownerChange(o, func() { d.secure = false })
		case st.c.Looking("SET") && slices.Contains(names("EXTERNAL_ACCESS_INTEGRATIONS SECRETS LOG_LEVEL TRACE_LEVEL"), st.c.PeekAt(1).Value):
			st.c.Next()
			props, err := readProperties(st.c, names(routineOptions))
			if err != nil {
				return nil, err
			}
			return st.ownerChange(o, func() { d.props = d.props.with(props) })
		}
		return st.setOrUnsetComment(o)
	}
}

// userFunction finds a function for a call with these arguments: a table
// function, or a scalar one. Among overloads that fit, the one whose types are
// nearest is taken, and the first of several (N6).
func (sc *scope) userFunction(name []string, args []argument, table bool) (*object, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, nil //nolint:nilerr // without a schema there are no functions of users
	}
	schema := sc.schemaAt(full)
	if schema == nil {
		return nil, nil
	}
	found := schema.sorted(func(o *object) bool {
		d, ok := o.detail.(*routineDetail)
		return ok && o.kind.space == kindFunction.space && o.name == full[2] && d.order(args) != nil && (d.table != "") == table && sc.visible(o)
	})
	if len(found) == 0 {
		return nil, nil
	}
	nearest := slices.MinFunc(found, func(x, y *object) int {
		return cmp.Compare(x.detail.(*routineDetail).distance(args), y.detail.(*routineDetail).distance(args))
	})
	return nearest, sc.demand(nearest, "USAGE")
}

// takes reports whether the routine can be called with so many arguments.
func (d *routineDetail) takes(args int) bool { return args <= len(d.params) && args >= d.required() }

// required is the number of arguments without a default.
func (d *routineDetail) required() int {
	n := 0
	for _, p := range d.params {
		if p.fallback == "" {
			n++
		}
	}
	return n
}

// callable gives a function of a user in the form that queries call. SQL
// functions run with their owner's rights; those in other languages compile
// and cannot be run.
func (sc *scope) callable(o *object) query.Function {
	d := o.detail.(*routineDetail)
	f := query.Function{Returns: d.returns, Aggregate: d.aggregate}
	for _, p := range d.params {
		f.Params = append(f.Params, p.name)
	}
	if d.language == "SQL" && d.expr != nil && d.table == "" {
		f.Call = sc.within(o).caller(d)
	}
	return f
}
