package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// describe runs DESCRIBE for one object.
func (st *statement) describe() (*Result, error) {
	r, err := st.describeObject()
	if err != nil {
		return nil, err
	}
	r.StatementType = TypeDescribe
	return r, nil
}

func (st *statement) describeObject() (*Result, error) {
	k := st.acceptAnyKind()
	if k == nil {
		if st.c.Accept("RESULT") {
			return st.describeResult()
		}
		return nil, st.c.Unexpected()
	}
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	var args []string
	if k.routine {
		if args, err = st.argumentTypes(); err != nil {
			return nil, err
		}
	}
	stage := slices.Contains(relationKinds, k) && st.c.Accept("TYPE")
	if stage {
		st.c.AcceptOp("=")
		if st.c.AcceptAny("COLUMNS", "STAGE") == "" {
			return nil, st.c.Unexpected()
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	o, err := st.described(k, name, args)
	if err != nil {
		return nil, err
	}
	return st.description(o)
}

// described finds what DESCRIBE names. DESCRIBE TABLE and VIEW stand for one
// another.
func (st *statement) described(k *kind, name, args []string) (*object, error) {
	if k != kindTable && k != kindView {
		return st.find(k, name, args)
	}
	return st.relation(k, name)
}

// description is the result for one object.
func (st *statement) description(o *object) (*Result, error) {
	switch d := o.detail.(type) {
	case *tableDetail, *viewDetail:
		return describeColumns(o), nil
	case *policyDetail:
		s := newSheet(TypeDescribe, "name signature return_type body")
		s.add(o.name, signature(d.params), d.returns.String(), d.body)
		return s.result(), nil
	case *routineDetail:
		return st.describeRoutine(o, d)
	case *userDetail:
		return describeUser(o, d), nil
	case *stageDetail:
		return describeStage(d), nil
	case *shareDetail:
		return st.a.describeShare(o), nil
	case *plainDetail:
		if customOf(o.kind) != nil && !o.kind.isPolicy() {
			return st.describeLikeShow(o)
		}
		return describePlain(o, d), nil
	case *databaseDetail, *schemaDetail:
		return st.describeContainer(o), nil
	}
	return st.describeLikeShow(o)
}

// describeLikeShow gives the row of SHOW, as DESCRIBE does for streams, tasks,
// pipes, alerts, sequences and warehouses.
func (st *statement) describeLikeShow(o *object) (*Result, error) {
	for i := range showings {
		if slices.Contains(showings[i].kinds, o.kind) {
			return st.sheetOf(&showings[i], &showClauses{}, []*object{o}), nil
		}
	}
	return nil, errUnsupported("DESCRIBE " + o.kind.words)
}

// describeColumns lists the columns of a relation.
func describeColumns(o *object) *Result {
	s := newSheet(TypeDescribe, "name type kind null? default primary_key unique_key check expression comment policy_name privacy_domain")
	s.Columns[5].Name, s.Columns[6].Name = "primary key", "unique key"
	s.Columns[10].Name, s.Columns[11].Name = "policy name", "privacy domain"
	for _, c := range o.columnsOf() {
		var policy any
		if c.policy != nil {
			policy = c.policy.policy.plainName()
		}
		fallback := textCell(c.defaultText())
		if c.identity != nil {
			fallback = c.autoincrement()
		}
		s.add(c.name, c.typ.String(), "COLUMN", yesNo(!c.notNull), fallback, yesNo(o.keyHas("PRIMARY KEY", c.name)),
			yesNo(o.keyHas("UNIQUE", c.name)), nil, textCell(c.virtual), textCell(c.comment), policy, nil)
	}
	return s.result()
}

// keyHas reports whether a column is in a key of the kind.
func (o *object) keyHas(kind, column string) bool {
	return slices.ContainsFunc(o.constraintsOf(kind), func(c constraint) bool { return slices.Contains(c.columns, column) })
}

// describeRoutine lists the properties of a routine; the body only for the
// owner (G4).
func (st *statement) describeRoutine(o *object, d *routineDetail) (*Result, error) {
	s := newSheet(TypeDescribe, "property value")
	s.add("signature", signature(d.params))
	s.add("returns", boolText(d.table != "", "TABLE "+d.table, d.returns.String()))
	s.add("language", d.language)
	s.add("null handling", boolText(d.strict, "RETURNS NULL ON NULL INPUT", "CALLED ON NULL INPUT"))
	s.add("volatility", boolText(d.immutable, "IMMUTABLE", "VOLATILE"))
	if o.kind == kindProcedure {
		s.add("execute as", d.executeAs)
	}
	if st.rights.owns(o) || o.kind != kindProcedure && !d.secure {
		s.add("body", d.body)
	}
	for _, p := range d.props {
		if p.key != "COMMENT" {
			s.add(lower(p.key), p.value)
		}
	}
	return s.result(), nil
}

// describeUser lists the properties of a user, never a password.
func describeUser(o *object, d *userDetail) *Result {
	s := newSheet(TypeDescribe, "property value default description")
	row := func(name, value string) { s.add(name, boolText(value == "", "null", value), "null", "") }
	login := d.login
	if login == "" {
		login = o.name
	}
	row("NAME", o.name)
	row("COMMENT", o.comment)
	row("DISPLAY_NAME", d.display)
	row("TYPE", d.kind)
	row("LOGIN_NAME", login)
	row("FIRST_NAME", d.first)
	row("LAST_NAME", d.last)
	row("EMAIL", d.email)
	row("PASSWORD", boolText(d.password != "", "********", ""))
	row("DISABLED", boolText(d.disabled, "true", "false"))
	row("DEFAULT_WAREHOUSE", d.defaultWarehouse)
	row("DEFAULT_NAMESPACE", d.defaultNamespace)
	row("DEFAULT_ROLE", d.defaultRole)
	row("RSA_PUBLIC_KEY", d.keys[0])
	row("RSA_PUBLIC_KEY_FP", fingerprint(d.keys[0]))
	row("RSA_PUBLIC_KEY_2", d.keys[1])
	row("RSA_PUBLIC_KEY_2_FP", fingerprint(d.keys[1]))
	return s.result()
}

// describeStage lists the properties of a stage (I12).
func describeStage(d *stageDetail) *Result {
	s := newSheet(TypeDescribe, "parent_property property property_type property_value property_default")
	s.add("STAGE_LOCATION", "URL", "String", jsonList([]string{d.url}), "")
	s.add("STAGE_INTEGRATION", "STORAGE_INTEGRATION", "String", d.integration, "")
	s.add("DIRECTORY", "ENABLE", "Boolean", boolText(d.directory, "true", "false"), "false")
	if p, ok := d.props.get("FILE_FORMAT"); ok {
		if name, _ := formatOf(p); name != "" {
			s.add("STAGE_FILE_FORMAT", "FORMAT_NAME", "String", name, "")
		}
	}
	return s.result()
}

// describePlain lists properties as they were written.
func describePlain(o *object, d *plainDetail) *Result {
	s := newSheet(TypeDescribe, "property property_type property_value property_default")
	for _, p := range d.props {
		value := p.value
		if o.kind == kindSecret && slices.Contains(names("PASSWORD SECRET_STRING OAUTH_REFRESH_TOKEN"), p.key) {
			value = "********"
		}
		s.add(p.key, propertyType(p), value, "")
	}
	return s.result()
}

// propertyType is the type that DESCRIBE prints for a property.
func propertyType(p property) string {
	switch {
	case p.list != nil:
		return "List"
	case p.kind == sql.Ident && (p.value == "TRUE" || p.value == "FALSE"):
		return "Boolean"
	case p.kind == sql.Number:
		return "Integer"
	}
	return "String"
}

// describeContainer lists what lies in a database or schema.
func (st *statement) describeContainer(o *object) *Result {
	s := newSheet(TypeDescribe, "created_on:time name kind")
	for _, c := range o.sorted(st.rights.sees) {
		if c.kind != kindDatabaseRole {
			s.add(c.created.at, c.name, c.kind.words)
		}
	}
	return s.result()
}

// describeResult runs DESCRIBE RESULT 'id' and LAST_QUERY_ID().
func (st *statement) describeResult() (*Result, error) {
	id := st.session.lastID
	if st.token().Kind == sql.String {
		id = st.c.Next().Value
	} else {
		if err := cmp.Or(st.c.Expect("LAST_QUERY_ID"), st.c.ExpectOp("("), st.c.ExpectOp(")")); err != nil {
			return nil, err
		}
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	result := st.session.results[id]
	if result == nil {
		return nil, &Error{Code: 709, State: "02000", Message: "Statement " + id + " not found"}
	}
	s := newSheet(TypeDescribe, "name type kind null?")
	for _, c := range result.Columns {
		s.add(c.Name, strings.ToUpper(c.Type), "COLUMN", yesNo(c.Nullable))
	}
	return s.result(), nil
}
