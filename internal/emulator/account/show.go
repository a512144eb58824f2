package account

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// showCap is the number of rows beyond which SHOW fails or cuts off (S3).
const showCap = 10000

// showing describes SHOW for one kind of object.
type showing struct {
	words   string
	columns string
	kinds   []*kind
	// strict makes too many rows an error instead of a cut (S3).
	strict bool
	// clauses holds the further words allowed: HISTORY.
	history bool
	row     func(*statement, *object) []any
}

// showClauses are what may follow the kind in SHOW (S2).
type showClauses struct {
	terse, history, rootOnly bool
	like                     *string
	in                       []*object // containers; nil means the whole account
	account                  bool
	starts                   string
	limit                    int // -1 for none
	from                     string
}

// special runs SHOW statements of a shape of their own.
var special map[string]func(*statement) (*Result, error)

func init() {
	special = map[string]func(*statement) (*Result, error){
		"GRANTS":     (*statement).showGrants,
		"FUTURE":     (*statement).showFutureGrants,
		"PARAMETERS": (*statement).showParameters,
		"VARIABLES":  (*statement).showVariables,
		"COLUMNS":    (*statement).showColumns,
		"PRIMARY":    (*statement).showPrimaryKeys,
		"IMPORTED":   (*statement).showImportedKeys,
	}
}

// show runs SHOW.
func (st *statement) show() (*Result, error) {
	if run, ok := special[st.token().Value]; ok {
		st.c.Next()
		return st.showResult(run(st))
	}
	var cl showClauses
	cl.terse = st.c.Accept("TERSE")
	for i := range showings {
		sh := &showings[i]
		if st.c.Accept(names(sh.words)...) {
			return st.showResult(st.showObjects(sh, cl))
		}
	}
	return nil, st.c.Unexpected()
}

// showResult marks a result as one of SHOW.
func (st *statement) showResult(r *Result, err error) (*Result, error) {
	if err != nil {
		return nil, err
	}
	r.StatementType = TypeShow
	return r, nil
}

// showObjects lists the objects of a kind that the role may see (S1), in the
// order of database, schema and name (S4).
func (st *statement) showObjects(sh *showing, cl showClauses) (*Result, error) {
	cl.limit = -1
	if err := st.showClauses(sh, &cl); err != nil {
		return nil, err
	}
	objects := slices.DeleteFunc(st.listed(sh, &cl), func(o *object) bool { return !st.matches(o, &cl) })
	if len(objects) > st.a.rowCap && cl.limit < 0 {
		if sh.strict {
			return nil, &Error{Code: 90153, State: "22000", Message: fmt.Sprintf(
				"The result set size exceeded the max number of rows(%d) supported for SHOW statements. "+
					"Use LIMIT option to limit result set to a smaller number.", st.a.rowCap)}
		}
		objects = objects[:st.a.rowCap]
	}
	if cl.limit >= 0 && len(objects) > cl.limit {
		objects = objects[:cl.limit]
	}
	return st.sheetOf(sh, &cl, objects), nil
}

// sheetOf makes the rows.
func (st *statement) sheetOf(sh *showing, cl *showClauses, objects []*object) *Result {
	columns := sh.columns
	switch {
	case cl.terse:
		columns = "created_on:time name kind database_name schema_name"
	case cl.history:
		columns += " dropped_on:time"
	}
	sheet := newSheet(TypeShow, columns)
	for _, o := range objects {
		if cl.terse {
			sheet.add(o.created.at, o.name, terseKind(o), databaseName(o), schemaName(o))
			continue
		}
		row := sh.row(st, o)
		if cl.history {
			row = append(row, o.dropped.at)
		}
		sheet.add(row...)
	}
	return sheet.result()
}

// terseKind is the kind column of SHOW TERSE.
func terseKind(o *object) string {
	switch o.kind {
	case kindDatabase:
		return "STANDARD"
	case kindTable:
		return tableWord(o)
	case kindSchema:
		return ""
	}
	return o.kind.words
}

// databaseName is the database column of SHOW.
func databaseName(o *object) string {
	if db := o.database(); db != nil && db != o {
		return db.name
	}
	return ""
}

// schemaName is the schema column of SHOW.
func schemaName(o *object) string {
	if s := o.schema(); s != nil && s != o {
		return s.name
	}
	return ""
}

// showClauses reads the clauses in the order of the documentation.
func (st *statement) showClauses(sh *showing, cl *showClauses) error {
	cl.history = sh.history && st.c.Accept("HISTORY")
	if st.c.Accept("LIKE") {
		text, err := st.c.String()
		if err != nil {
			return err
		}
		cl.like = &text
	}
	if err := st.showIn(sh, cl); err != nil {
		return err
	}
	if st.c.Accept("STARTS", "WITH") {
		var err error
		if cl.starts, err = st.c.String(); err != nil {
			return err
		}
	}
	cl.rootOnly = sh.words == "TASKS" && st.c.Accept("ROOT", "ONLY")
	return cmp.Or(st.showLimit(cl), st.end())
}

// showLimit reads LIMIT n [FROM 'name'].
func (st *statement) showLimit(cl *showClauses) error {
	if !st.c.Accept("LIMIT") {
		return nil
	}
	n, err := st.c.Number()
	if err != nil {
		return err
	}
	if cl.limit, err = strconv.Atoi(n); err != nil || cl.limit < 0 || cl.limit > showCap {
		return sqlError(1003, "42000", "the LIMIT of SHOW must lie between 0 and %d.", showCap)
	}
	if st.c.Accept("FROM") {
		cl.from, err = st.c.String()
	}
	return err
}

// showIn reads IN and finds the containers. Without it the current database is
// meant, or the account when there is none.
func (st *statement) showIn(sh *showing, cl *showClauses) error {
	inSchema := len(sh.kinds) > 0 && sh.kinds[0].inSchema()
	inDatabase := sh.words == "SCHEMAS" || sh.words == "DATABASE ROLES"
	if !st.c.Accept("IN") {
		return st.showDefault(sh, cl, inSchema || inDatabase)
	}
	if !inSchema && !inDatabase {
		return st.c.Unexpected()
	}
	switch {
	case sh.words != "DATABASE ROLES" && st.c.Accept("ACCOUNT"):
		cl.account = true
		return nil
	case st.c.Accept("DATABASE"):
		return st.showInDatabase(cl)
	case inSchema && st.c.Accept("SCHEMA"):
		return st.showInSchema(cl)
	case inDatabase:
		return st.showInDatabase(cl)
	}
	return st.showInSchema(cl)
}

// showDefault is SHOW without IN.
func (st *statement) showDefault(sh *showing, cl *showClauses, contained bool) error {
	if sh.words == "DATABASE ROLES" { // They are shown IN DATABASE only.
		return st.c.Unexpected()
	}
	if !contained || st.database == "" {
		cl.account = true
		return nil
	}
	db, err := st.currentDatabase()
	if err != nil {
		return errNoContainer()
	}
	cl.in = []*object{db}
	return nil
}

// showInDatabase reads the database after IN; without a name the current one.
func (st *statement) showInDatabase(cl *showClauses) error {
	if st.endOfContainer() {
		return st.showDefault(&showing{}, cl, true)
	}
	name, err := accountObjectName(st.c)
	if err != nil {
		return err
	}
	db, err := st.databaseNamed(name)
	if err != nil {
		return errNoContainer()
	}
	cl.in = []*object{db}
	return nil
}

// showInSchema reads the schema after IN; without a name the current one.
func (st *statement) showInSchema(cl *showClauses) error {
	name := []string{st.schema}
	if st.endOfContainer() {
		if st.schema == "" {
			return errNoSchema()
		}
	} else {
		var err error
		if name, err = st.c.Name(); err != nil {
			return err
		}
	}
	schema, err := st.schemaNamed(name)
	if err != nil {
		return errNoContainer()
	}
	cl.in = []*object{schema}
	return nil
}

// endOfContainer reports whether no name follows IN DATABASE or IN SCHEMA.
func (st *statement) endOfContainer() bool {
	return st.c.AtEnd() || st.c.Looking("STARTS", "WITH") || st.c.Looking("LIMIT") || st.c.Looking("ROOT", "ONLY")
}

// listed gathers the objects of the kinds in the containers that the role may
// see.
func (st *statement) listed(sh *showing, cl *showClauses) []*object {
	keep := func(o *object) bool {
		return sh.lists(o) && st.rights.sees(o) && (o.session == 0 || o.session == st.session.id)
	}
	var out []*object
	for _, c := range st.containers(sh, cl) {
		found := c.sorted(keep)
		if sh.words == "SCHEMAS" && st.rights.sees(c) {
			found = append(found, informationSchemaOf(c))
		}
		if cl.history {
			found = append(found, st.buried(c, keep)...)
		}
		slices.SortStableFunc(found, compareObjects)
		out = append(out, found...)
	}
	return out
}

// buried lists dropped children that can still be restored.
func (st *statement) buried(c *object, keep func(*object) bool) []*object {
	return slices.DeleteFunc(slices.Clone(c.graveyard), func(o *object) bool { return !keep(o) || !st.a.retained(o) })
}

// lists tells whether an object is of a kind that SHOW names. Of the dynamic
// tables only those kept as Iceberg tables are Iceberg tables too.
func (sh *showing) lists(o *object) bool {
	if o.kind == kindDynamicTable && sh.words == "ICEBERG TABLES" {
		d, ok := o.detail.(*tableDetail)
		return ok && d.iceberg != nil
	}
	return slices.Contains(sh.kinds, o.kind)
}

// containers lists where objects are looked for, in order.
func (st *statement) containers(sh *showing, cl *showClauses) []*object {
	inSchema := sh.kinds[0].inSchema()
	if !inSchema && sh.words != "SCHEMAS" && sh.words != "DATABASE ROLES" {
		return []*object{st.a.root}
	}
	from := cl.in
	if cl.account {
		from = st.a.root.ofKind(kindDatabase)
	}
	if !inSchema {
		return from
	}
	var out []*object
	for _, c := range from {
		if c.kind == kindSchema {
			out = append(out, c)
			continue
		}
		out = append(out, c.ofKind(kindSchema)...)
	}
	return out
}

// matches applies LIKE, STARTS WITH, ROOT ONLY and the cursor of LIMIT.
func (st *statement) matches(o *object, cl *showClauses) bool {
	switch {
	case cl.like != nil && !likeMatch(*cl.like, o.name):
		return false
	case !strings.HasPrefix(o.name, cl.starts):
		return false
	case cl.rootOnly && len(o.detail.(*taskDetail).after) > 0:
		return false
	case cl.from != "" && o.name <= cl.from:
		return false
	}
	return true
}

// informationSchemaOf is the schema that every database has and nobody owns.
func informationSchemaOf(db *object) *object {
	return &object{
		kind: kindSchema, name: informationSchema, parent: db, created: db.created, detail: &schemaDetail{},
		comment: "Views describing the contents of schemas in this database",
	}
}
