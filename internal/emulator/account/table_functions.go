package account

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// tableFunction answers TABLE(f(args)).
type tableFunction func(*scope, arguments) (query.Relation, error)

// arguments are those of a table function, by name or by place.
type arguments []query.Arg

// text is the argument of that name, or at that place when passed without one.
func (a arguments) text(name string, place int) (string, bool) {
	for i, arg := range a {
		if arg.Name == name || arg.Name == "" && i == place {
			return arg.Value.String(), !arg.Value.IsNull()
		}
	}
	return "", false
}

// tableFunctions are the table functions of the account. Those of
// INFORMATION_SCHEMA are found with and without its name before them (I9).
var tableFunctions map[string]tableFunction

func init() {
	tableFunctions = map[string]tableFunction{
		"RESULT_SCAN":                (*scope).resultScan,
		"GET_OBJECT_REFERENCES":      (*scope).objectReferences,
		"POLICY_REFERENCES":          (*scope).policyReferences,
		"TAG_REFERENCES":             (*scope).tagReferences,
		"TAG_REFERENCES_ALL_COLUMNS": (*scope).tagReferencesAllColumns,
		"QUERY_HISTORY":              (*scope).queryHistory,
		"QUERY_HISTORY_BY_SESSION":   (*scope).queryHistoryBySession,
		"QUERY_HISTORY_BY_USER":      (*scope).queryHistoryByUser,
		"TASK_DEPENDENTS":            (*scope).taskDependents,
	}
}

// TableFunction resolves a table function of the account or of a user.
func (c *catalog) TableFunction(name []string, args []query.Arg) (query.Relation, error) {
	last := lastPart(name)
	if f, ok := tableFunctions[last]; ok && (len(name) == 1 || name[len(name)-2] == informationSchema) {
		if last != "RESULT_SCAN" && last != "GET_OBJECT_REFERENCES" {
			if len(name) == 1 && c.sc.schema != informationSchema {
				return nil, query.ErrUnknownFunction
			}
			if err := c.sc.inDatabaseOf(name); err != nil {
				return nil, err
			}
			c.sc.session.computes = true
		}
		return f(c.sc, args)
	}
	return c.sc.userTable(name, args)
}

// userTable resolves a table function of a user.
func (sc *scope) userTable(name []string, args arguments) (query.Relation, error) {
	o, err := sc.userFunction(name, len(args), kindFunction)
	if sc.resolving != nil && (err != nil || o == nil && len(name) > 1) {
		sc.resolving.function(name, err)
		return openRelation{}, nil
	}
	if err != nil {
		return nil, err
	}
	if o != nil {
		o = sc.nearest(o, args)
	}
	if o == nil || o.detail.(*routineDetail).table == "" {
		return nil, query.ErrUnknownFunction
	}
	return sc.callTable(o, args)
}

// nearest is, among a function's overloads that may be called so, the one whose
// argument types are nearest.
func (sc *scope) nearest(o *object, args arguments) *object {
	passed := make([]argument, len(args))
	for i, a := range args {
		passed[i] = argument{name: a.Name, value: a.Value, typ: typeOfValue(a.Value)}
	}
	best := o
	for _, c := range o.parent.sorted(func(c *object) bool { return c.kind == o.kind && c.name == o.name }) {
		d := c.detail.(*routineDetail)
		if d.order(passed) == nil || !sc.visible(c) || !sc.rights.has(c, "USAGE") {
			continue
		}
		b := best.detail.(*routineDetail)
		if b.order(passed) == nil || d.distance(passed) < b.distance(passed) {
			best = c
		}
	}
	return best
}

// inDatabaseOf checks that the database of db.INFORMATION_SCHEMA.f may be used,
// or that there is a current one.
func (sc *scope) inDatabaseOf(name []string) error {
	if len(name) == 3 {
		_, err := sc.databaseNamed(name[0])
		return err
	}
	_, err := sc.currentDatabase()
	return err
}

// tableUDF is the shape of a user's table function.
func tableUDF(d *routineDetail) (query.Relation, error) {
	c, err := sql.NewCursor(d.table)
	if err != nil {
		return nil, err
	}
	if err := c.ExpectOp("("); err != nil {
		return nil, err
	}
	r := &closedRelation{}
	for !c.AcceptOp(")") {
		name, err := c.Ident()
		if err != nil {
			return nil, err
		}
		typ, err := sql.ParseType(c)
		if err != nil {
			return nil, typeError(err)
		}
		r.columns = append(r.columns, query.Column{Name: name, Type: typ, Nullable: true})
		c.AcceptOp(",")
	}
	return r, nil
}

// closedRelation has columns and no rows to give.
type closedRelation struct{ columns []query.Column }

// Columns lists the columns.
func (r *closedRelation) Columns() []query.Column { return r.columns }

// Rows says that the function is not run.
func (r *closedRelation) Rows(context.Context) ([][]query.Value, error) {
	return nil, query.Unsupported("running a user-defined table function")
}

// resultScan gives the result of an earlier statement of the session (S1).
func (sc *scope) resultScan(args arguments) (query.Relation, error) {
	id, ok := args.text("", 0)
	if !ok {
		return &rowsRelation{}, nil
	}
	result := sc.session.results[id]
	if result == nil {
		return nil, &Error{Code: 709, State: "02000", Message: "Statement " + id + " not found"}
	}
	return resultRelation(result)
}

// typeOfWire is the data type of a result's column.
func typeOfWire(c Column) sql.Type {
	types := map[string]sql.Type{
		"real": sql.FloatType, "boolean": sql.BooleanType, "date": sql.DateType, "time": sql.TimeType,
		"timestamp_ltz": sql.TimestampLTZType, "timestamp_ntz": sql.TimestampNTZType, "timestamp_tz": sql.TimestampTZType,
		"variant": sql.VariantType, "binary": sql.BinaryType,
	}
	if c.Type == "fixed" {
		return sql.Type{Name: "NUMBER", Precision: int(c.Precision), Scale: int(c.Scale)}
	}
	if t, ok := types[c.Type]; ok {
		return t
	}
	return sql.VarcharType
}

// sheetRelation gives a sheet in the form that queries read.
func sheetRelation(s *sheet) (query.Relation, error) { return resultRelation(&s.Result) }

// resultRelation gives a result in the form that queries read.
func resultRelation(result *Result) (query.Relation, error) {
	r := &rowsRelation{rows: make([][]query.Value, len(result.Rows))}
	for _, c := range result.Columns {
		r.columns = append(r.columns, query.Column{Name: c.Name, Type: typeOfWire(c), Nullable: true})
	}
	for i, row := range result.Rows {
		r.rows[i] = make([]query.Value, len(row))
		for j, cell := range row {
			v, err := decodeCell(result.Columns[j], cell)
			if err != nil {
				return nil, err
			}
			r.rows[i][j] = v
		}
	}
	return r, nil
}

// policyReferenceColumns are the columns of POLICY_REFERENCES (I10).
const policyReferenceColumns = "POLICY_DB POLICY_SCHEMA POLICY_NAME POLICY_KIND REF_DATABASE_NAME REF_SCHEMA_NAME " +
	"REF_ENTITY_NAME REF_ENTITY_DOMAIN REF_COLUMN_NAME REF_ARG_COLUMN_NAMES TAG_DATABASE TAG_SCHEMA TAG_NAME POLICY_STATUS"

// policyReferences lists where policies are set: on one entity, or wherever
// one policy is (I10). Rows need a right on the policy.
func (sc *scope) policyReferences(args arguments) (query.Relation, error) {
	s := newSheet(TypeSelect, policyReferenceColumns)
	if name, ok := args.text("POLICY_NAME", -1); ok {
		parts, err := sql.ParseName(name)
		if err != nil {
			return nil, err
		}
		full, err := sc.qualify(parts)
		if err != nil {
			return nil, err
		}
		policy := sc.lookup(kindMaskingPolicy, full)
		if policy == nil || !sc.mayApply(policy) {
			return nil, sc.a.errNotFound("Policy", quoteName(full))
		}
		sc.a.walk(sc.a.root, func(o *object) { sc.addReferences(s, o, policy) })
		return sortedRelation(s)
	}
	name, _ := args.text("REF_ENTITY_NAME", 0)
	domain, _ := args.text("REF_ENTITY_DOMAIN", 1)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	o, err := sc.entity(sql.Upper(domain), parts)
	if err != nil {
		return nil, err
	}
	sc.addReferences(s, o, nil)
	return sortedRelation(s)
}

// entity finds what a reference function is asked about.
func (sc *scope) entity(domain string, parts []string) (*object, error) {
	if domain == "TABLE" || domain == "VIEW" {
		return sc.anyRelation(parts)
	}
	return sc.find(kindOf(domain), parts, nil)
}

// mayApply reports whether the roles see where a policy is set (I10).
func (sc *scope) mayApply(policy *object) bool {
	return sc.rights.has(policy, "APPLY") || sc.rights.global("APPLY "+policy.kind.words)
}

// addReferences adds the policies on an object, or one of them.
func (sc *scope) addReferences(s *sheet, o *object, only *object) {
	add := func(use *policyUse, column any, args any) {
		if use == nil || only != nil && use.policy != only || !sc.mayApply(use.policy) {
			return
		}
		p := use.policy.path()
		s.add(p[0], p[1], p[2], use.policy.kind.grantedOn, databaseName(o), schemaName(o), o.name,
			relationDomain(o), column, args, nil, nil, nil, "ACTIVE")
	}
	for _, c := range o.columnsOf() {
		add(c.policy, c.name, c.policy.arguments())
		add(c.projection, c.name, nil)
	}
	for _, a := range o.attached {
		if a.what.kind != kindMetricFunction {
			add(&policyUse{policy: a.what}, nil, listOrNull(a.columns))
		}
	}
	switch d := o.detail.(type) {
	case *tableDetail:
		add(d.rowAccess, nil, d.rowAccess.arguments())
	case *viewDetail:
		add(d.rowAccess, nil, d.rowAccess.arguments())
	case *tagDetail:
		for _, p := range d.policies {
			add(&policyUse{policy: p}, nil, nil)
		}
	}
}

// arguments prints the columns that a policy is given; NULL without one.
func (u *policyUse) arguments() any {
	if u == nil {
		return nil
	}
	return listOrNull(u.columns)
}

// relationDomain is TABLE or VIEW for relations, else the kind.
func relationDomain(o *object) string {
	switch {
	case o.kind == kindView || o.kind == kindMaterializedView:
		return o.kind.words
	case slices.Contains(tableKinds, o.kind):
		return "TABLE"
	}
	return o.kind.words
}

// listOrNull prints names as a list; NULL for none.
func listOrNull(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return jsonList(list)
}

// sortedRelation orders the rows of a sheet by their cells, for a map gave
// them.
func sortedRelation(s *sheet) (query.Relation, error) {
	slices.SortFunc(s.Rows, func(x, y []*string) int {
		return slices.CompareFunc(x, y, compareText)
	})
	return sheetRelation(s)
}

// compareText orders texts, NULL first.
func compareText(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}

// tagReferenceColumns are the columns of TAG_REFERENCES.
const tagReferenceColumns = "TAG_DATABASE TAG_SCHEMA TAG_NAME TAG_VALUE LEVEL OBJECT_DATABASE OBJECT_SCHEMA OBJECT_NAME " +
	"DOMAIN COLUMN_NAME APPLY_METHOD"

// tagReferences lists the tags that act on an object: its own and those that
// it inherits, nearest first.
func (sc *scope) tagReferences(args arguments) (query.Relation, error) {
	name, _ := args.text("OBJECT_NAME", 0)
	domain, _ := args.text("OBJECT_DOMAIN", 1)
	domain = sql.Upper(domain)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, tagReferenceColumns)
	if domain != "COLUMN" {
		o, err := sc.entity(domain, parts)
		if err != nil {
			return nil, err
		}
		addTags(s, o, o, nil, map[*object]bool{})
		return sheetRelation(s)
	}
	o, err := sc.anyRelation(parts[:len(parts)-1])
	if err != nil {
		return nil, err
	}
	c, err := o.column(lastPart(parts))
	if err != nil {
		return nil, err
	}
	addColumnTags(s, o, c)
	return sheetRelation(s)
}

// tagReferencesAllColumns lists the tags on every column of a table.
func (sc *scope) tagReferencesAllColumns(args arguments) (query.Relation, error) {
	name, _ := args.text("OBJECT_NAME", 0)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	o, err := sc.anyRelation(parts)
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, tagReferenceColumns)
	for _, c := range o.columnsOf() {
		addColumnTags(s, o, c)
	}
	return sheetRelation(s)
}

// addColumnTags adds the tags of a column and those that it inherits.
func addColumnTags(s *sheet, o *object, c *column) {
	seen := map[*object]bool{}
	for _, u := range c.tags {
		seen[u.tag] = true
		addTag(s, u, "COLUMN", o, c)
	}
	addTags(s, o, o, c, seen)
}

// addTags adds the tags of an object and of what holds it, each tag once.
func addTags(s *sheet, holder, o *object, c *column, seen map[*object]bool) {
	for ; holder != nil; holder = holder.parent {
		for _, u := range holder.tags {
			if !seen[u.tag] {
				seen[u.tag] = true
				addTag(s, u, relationDomain(holder), o, c)
			}
		}
	}
}

// addTag adds one row of TAG_REFERENCES.
func addTag(s *sheet, u tagUse, level string, o *object, c *column) {
	p := u.tag.path()
	domain, columnName := relationDomain(o), any(nil)
	if c != nil {
		domain, columnName = "COLUMN", c.name
	}
	method := "MANUAL"
	if level != domain {
		method = "INHERITED"
	}
	s.add(p[0], p[1], p[2], u.value, level, textCell(databaseName(o)), textCell(schemaName(o)), o.name, domain, columnName, method)
}

// taskDependents lists the tasks of a graph, or only those right below a task.
func (sc *scope) taskDependents(args arguments) (query.Relation, error) {
	name, _ := args.text("TASK_NAME", 0)
	recursive, given := args.text("RECURSIVE", 1)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	o, err := sc.object(kindTask, parts)
	if err != nil {
		return nil, err
	}
	tasks := graph(o)
	if given && recursive == "false" {
		tasks = append([]*object{o}, children(o)...)
	}
	s := newSheet(TypeSelect, "CREATED_ON:time NAME DATABASE_NAME SCHEMA_NAME OWNER COMMENT WAREHOUSE SCHEDULE PREDECESSORS "+
		"STATE DEFINITION CONDITION")
	for _, t := range tasks {
		d := t.detail.(*taskDetail)
		s.add(t.created.at, t.name, databaseName(t), schemaName(t), t.ownerName(), t.comment, d.warehouse, textCell(d.schedule),
			jsonList(qualifiedNames(d.after)), startedWord(d.started), d.definition, textCell(d.condition))
	}
	return sheetRelation(s)
}

// queryHistory lists the statements that the roles may see: those of the
// session's user, and with MONITOR EXECUTION or MANAGE GRANTS all.
func (sc *scope) queryHistory(args arguments) (query.Relation, error) {
	all := sc.rights.global("MONITOR EXECUTION") || sc.rights.manage
	return sc.historySheet(args, func(e *historyEntry) bool { return all || e.user == sc.session.user.name })
}

// queryHistoryBySession lists the statements of one session.
func (sc *scope) queryHistoryBySession(args arguments) (query.Relation, error) {
	id := itoa(int(sc.session.id))
	if given, ok := args.text("SESSION_ID", 0); ok {
		id = given
	}
	return sc.historySheet(args, func(e *historyEntry) bool { return itoa(int(e.session)) == id })
}

// queryHistoryByUser lists the statements of one user.
func (sc *scope) queryHistoryByUser(args arguments) (query.Relation, error) {
	user := sc.session.user.name
	if given, ok := args.text("USER_NAME", 0); ok {
		user = sql.Upper(given)
	}
	return sc.historySheet(args, func(e *historyEntry) bool { return e.user == user })
}

// historySheet lists statements, the latest first; 100 unless RESULT_LIMIT
// says more.
func (sc *scope) historySheet(args arguments, keep func(*historyEntry) bool) (query.Relation, error) {
	limit := args.limit()
	s := newSheet(TypeSelect, historyColumns)
	for i := len(sc.a.history) - 1; i >= 0 && len(s.Rows) < limit; i-- {
		e := sc.a.history[i]
		if !keep(e) {
			continue
		}
		e.addTo(s)
	}
	return sheetRelation(s)
}

// historyColumns are the columns of QUERY_HISTORY in all its forms.
const historyColumns = "QUERY_ID QUERY_TEXT DATABASE_NAME SCHEMA_NAME QUERY_TYPE SESSION_ID:number USER_NAME ROLE_NAME " +
	"WAREHOUSE_NAME QUERY_TAG EXECUTION_STATUS ERROR_CODE ERROR_MESSAGE START_TIME:time END_TIME:time " +
	"TOTAL_ELAPSED_TIME:number ROWS_PRODUCED:number"

// addTo adds the statement's row.
func (e *historyEntry) addTo(s *sheet) {
	s.add(e.id, e.text, textCell(e.database), textCell(e.schema), e.kind, e.session, e.user, e.role, textCell(e.warehouse),
		e.tag, e.status, textCell(e.errorCode), textCell(e.errorMessage), e.start.at, e.end.at,
		e.duration().Milliseconds(), e.rows)
}
