package account

import (
	"context"
	"time"

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
	o, err := sc.userFunction(name, args.typed(), true)
	if sc.resolving != nil && (err != nil || o == nil && len(name) > 1) {
		sc.resolving.function(name, err)
		return openRelation{}, nil
	}
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, query.ErrUnknownFunction
	}
	return sc.callTable(o, args)
}

// typed are the arguments with the types of their values.
func (a arguments) typed() []argument {
	out := make([]argument, len(a))
	for i, x := range a {
		out[i] = argument{name: x.Name, value: x.Value, typ: typeOfValue(x.Value)}
	}
	return out
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

// wireTypes are the data types of the columns that need nothing but their wire name. Every cell that a query reads asks.
var wireTypes = map[string]sql.Type{
	"real": sql.FloatType, "boolean": sql.BooleanType, "date": sql.DateType, "time": sql.TimeType,
	"timestamp_ltz": sql.TimestampLTZType, "timestamp_ntz": sql.TimestampNTZType, "timestamp_tz": sql.TimestampTZType,
	"variant": sql.VariantType, "array": sql.ArrayType, "object": sql.ObjectType, "binary": sql.BinaryType,
}

// typeOfWire is the data type of a result's column.
func typeOfWire(c Column) sql.Type {
	if c.Type == "fixed" {
		return sql.Type{Name: "NUMBER", Precision: int(c.Precision), Scale: int(c.Scale)}
	}
	if t, ok := wireTypes[c.Type]; ok {
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

// arguments prints the columns that a policy is given; NULL without one.
func (u *policyUse) arguments() any {
	if u == nil {
		return nil
	}
	return listOrNull(u.columns)
}

// tagReferenceColumns are the columns of TAG_REFERENCES.
const tagReferenceColumns = "TAG_DATABASE TAG_SCHEMA TAG_NAME TAG_VALUE LEVEL OBJECT_DATABASE OBJECT_SCHEMA OBJECT_NAME " +
	"DOMAIN COLUMN_NAME APPLY_METHOD"

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
		e.addTo(s, sc.a.now())
	}
	return sheetRelation(s)
}

// historyColumns are the columns of QUERY_HISTORY in all its forms.
const historyColumns = "QUERY_ID QUERY_TEXT DATABASE_NAME SCHEMA_NAME QUERY_TYPE SESSION_ID:number USER_NAME ROLE_NAME " +
	"WAREHOUSE_NAME QUERY_TAG EXECUTION_STATUS ERROR_CODE ERROR_MESSAGE START_TIME:time END_TIME:time " +
	"TOTAL_ELAPSED_TIME:number ROWS_PRODUCED:number"

// addTo adds the statement's row.
func (e *historyEntry) addTo(s *sheet, now time.Time) {
	s.add(e.id, e.text, textCell(e.database), textCell(e.schema), e.kind, e.session, e.user, e.role, textCell(e.warehouse),
		e.tag, e.status, textCell(e.errorCode), textCell(e.errorMessage), e.start.at, e.end.at,
		e.duration(now).Milliseconds(), e.rows)
}
