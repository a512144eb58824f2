package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// newCursor lexes a stored text.
func newCursor(text string) (*sql.Cursor, error) { return sql.NewCursor(text) }

// The columns of SHOW PROCEDURES and SHOW FUNCTIONS.
const (
	procedureColumns = "created_on:time name schema_name is_builtin is_aggregate is_ansi min_num_arguments:number " +
		"max_num_arguments:number arguments description catalog_name is_table_function valid_for_clustering is_secure " +
		"secrets external_access_integrations"
	functionColumns = procedureColumns + " is_external_function language is_memoizable is_data_metric"
)

// showRoutines are procedures and functions. The emulator has no builtin ones
// to mix in.
var showRoutines = []showing{
	{words: "USER PROCEDURES", kinds: []*kind{kindProcedure}, columns: procedureColumns, row: routineRow},
	{words: "PROCEDURES", kinds: []*kind{kindProcedure}, columns: procedureColumns, row: routineRow},
	{words: "DATA METRIC FUNCTIONS", kinds: []*kind{kindMetricFunction}, columns: functionColumns, row: functionRow},
	{words: "USER FUNCTIONS", kinds: []*kind{kindFunction, kindExternalFunction, kindMetricFunction}, columns: functionColumns, row: functionRow},
	{words: "EXTERNAL FUNCTIONS", kinds: []*kind{kindExternalFunction}, columns: functionColumns, row: functionRow},
	{words: "FUNCTIONS", kinds: []*kind{kindFunction, kindExternalFunction, kindMetricFunction}, columns: functionColumns, row: functionRow},
}

func routineRow(_ *statement, o *object) []any {
	d := o.detail.(*routineDetail)
	returns := shortType(d.returns)
	if d.table != "" {
		returns = "TABLE " + d.table
	}
	description := o.comment
	if description == "" {
		description = "user-defined " + strings.ToLower(kindProcedureOrFunction(o))
	}
	return []any{
		o.created.at, o.name, schemaName(o), "N", yesNo(d.aggregate), "N", d.required(), len(d.params),
		argumentsColumn(o.name, d.params, returns), description, databaseName(o), yesNo(d.table != ""), "N", yesNo(d.secure),
		textCell(d.props.text("SECRETS", "")), textCell(d.props.text("EXTERNAL_ACCESS_INTEGRATIONS", "")),
	}
}

// kindProcedureOrFunction is the word for a routine in its description.
func kindProcedureOrFunction(o *object) string {
	if o.kind == kindProcedure {
		return "PROCEDURE"
	}
	return "FUNCTION"
}

func functionRow(st *statement, o *object) []any {
	d := o.detail.(*routineDetail)
	language := d.language
	if o.kind == kindExternalFunction {
		language = "EXTERNAL"
	}
	return append(routineRow(st, o), yesNo(o.kind == kindExternalFunction), language, yesNo(d.memoize), yesNo(o.kind == kindMetricFunction))
}

// relationScope reads [LIKE '…'] IN [TABLE|VIEW|SCHEMA|DATABASE|ACCOUNT] name
// and lists the relations meant.
func (st *statement) relationScope() ([]*object, *string, error) {
	var like *string
	if st.c.Accept("LIKE") {
		text, err := st.c.String()
		if err != nil {
			return nil, nil, err
		}
		like = &text
	}
	sh := &showing{words: "TABLES", kinds: relationKinds}
	cl := showClauses{limit: -1}
	if st.c.Accept("IN") {
		st.c.AcceptAny("TABLE", "VIEW")
		switch {
		case st.c.Looking("ACCOUNT"), st.c.Looking("DATABASE"), st.c.Looking("SCHEMA"):
			st.c.Reset(st.c.Mark() - 1)
		default:
			name, err := st.c.Name()
			if err != nil {
				return nil, nil, err
			}
			o, err := st.anyRelation(name)
			if err != nil {
				return nil, nil, err
			}
			return []*object{o}, like, st.end()
		}
	}
	if err := st.showIn(sh, &cl); err != nil {
		return nil, nil, err
	}
	return st.listed(sh, &cl), like, st.end()
}

// showColumns runs SHOW COLUMNS.
func (st *statement) showColumns() (*Result, error) {
	relations, like, err := st.relationScope()
	if err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "table_name schema_name column_name data_type null? default kind expression comment "+
		"database_name autoincrement schema_evolution_record")
	for _, o := range relations {
		for _, c := range o.columnsOf() {
			if like != nil && !likeMatch(*like, c.name) {
				continue
			}
			sheet.add(o.name, schemaName(o), c.name, typeJSON(c), boolText(!c.notNull, "true", "NOT_NULL"),
				c.fallback, "COLUMN", c.virtual, c.comment, databaseName(o), c.autoincrement(), nil)
		}
	}
	return sheet.result(), nil
}

// boolText picks one of two texts.
func boolText(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// typeJSON is the data_type column of SHOW COLUMNS.
func typeJSON(c *column) string {
	nullable := `,"nullable":` + boolText(!c.notNull, "true", "false")
	switch c.typ.Name {
	case "NUMBER":
		return `{"type":"FIXED","precision":` + itoa(c.typ.Precision) + `,"scale":` + itoa(c.typ.Scale) + nullable + "}"
	case "VARCHAR":
		return `{"type":"TEXT","length":` + itoa(c.typ.Length) + nullable + `,"fixed":false}`
	case "FLOAT":
		return `{"type":"REAL"` + nullable + "}"
	}
	return `{"type":"` + c.typ.Name + `"` + nullable + "}"
}

// autoincrement prints IDENTITY START n INCREMENT n.
func (c *column) autoincrement() string {
	if c.identity == nil {
		return ""
	}
	return "IDENTITY START " + itoa(int(c.identity.start)) + " INCREMENT " + itoa(int(c.identity.step))
}

// showPrimaryKeys runs SHOW PRIMARY KEYS.
func (st *statement) showPrimaryKeys() (*Result, error) {
	if err := st.c.Expect("KEYS"); err != nil {
		return nil, err
	}
	relations, _, err := st.relationScope()
	if err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time database_name schema_name table_name column_name key_sequence:number "+
		"constraint_name rely comment")
	for _, o := range relations {
		for _, con := range o.constraintsOf("PRIMARY KEY") {
			for i, name := range con.columns {
				sheet.add(o.created.at, databaseName(o), schemaName(o), o.name, name, i+1, con.name, "false", nil)
			}
		}
	}
	return sheet.result(), nil
}

// constraintsOf lists the keys of a kind.
func (o *object) constraintsOf(kind string) []constraint {
	d, ok := o.detail.(*tableDetail)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(d.keys(), func(c constraint) bool { return c.kind != kind })
}

// showImportedKeys runs SHOW IMPORTED KEYS: where foreign keys lead (C23).
func (st *statement) showImportedKeys() (*Result, error) {
	if err := st.c.Expect("KEYS"); err != nil {
		return nil, err
	}
	relations, _, err := st.relationScope()
	if err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "created_on:time pk_database_name pk_schema_name pk_table_name pk_column_name "+
		"fk_database_name fk_schema_name fk_table_name fk_column_name key_sequence:number update_rule delete_rule "+
		"fk_name pk_name deferrability rely comment")
	for _, o := range relations {
		for _, con := range o.constraintsOf("FOREIGN KEY") {
			for i, name := range con.columns {
				sheet.add(o.created.at, databaseName(con.refs), schemaName(con.refs), con.refs.name, con.refCols[i],
					databaseName(o), schemaName(o), o.name, name, i+1, "NO ACTION", "NO ACTION", con.name, con.keyName(),
					"NOT DEFERRABLE", "false", nil)
			}
		}
	}
	return sheet.result(), nil
}

// keyName is the name of the key that a foreign key refers to.
func (con constraint) keyName() string {
	for _, kind := range []string{"PRIMARY KEY", "UNIQUE"} {
		for _, key := range con.refs.constraintsOf(kind) {
			if slices.Equal(key.columns, con.refCols) {
				return key.name
			}
		}
	}
	return ""
}
