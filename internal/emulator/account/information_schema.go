package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
)

// informationSchema is the schema of catalogue views that every database has.
const informationSchema = "INFORMATION_SCHEMA"

// catalogView is one view of INFORMATION_SCHEMA.
type catalogView struct {
	columns string
	// fill adds the rows for one database that the roles may see. MANAGE
	// GRANTS does not count here (I1).
	fill func(*scope, *object, *sheet)
}

// catalogViews are the views that exist (I2). Others, TASKS and STREAMS among
// them, do not (I3).
var catalogViews map[string]catalogView

func init() {
	catalogViews = map[string]catalogView{
		"DATABASES": {"DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED:time LAST_ALTERED:time RETENTION_TIME:number TYPE " +
			"OWNER_ROLE_TYPE", fillDatabases},
		"SCHEMATA": {"CATALOG_NAME SCHEMA_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS RETENTION_TIME:number CREATED:time " +
			"LAST_ALTERED:time COMMENT OWNER_ROLE_TYPE", fillSchemata},
		"TABLES": {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT:number " +
			"BYTES:number RETENTION_TIME:number SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION IS_INSERTABLE_INTO IS_TYPED " +
			"CREATED:time LAST_ALTERED:time LAST_DDL:time LAST_DDL_BY AUTO_CLUSTERING_ON COMMENT IS_TEMPORARY IS_ICEBERG " +
			"IS_DYNAMIC IS_IMMUTABLE IS_HYBRID", fillTables},
		"VIEWS": {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE INSERTABLE_INTO " +
			"IS_SECURE CREATED:time LAST_ALTERED:time LAST_DDL:time LAST_DDL_BY COMMENT", fillViews},
		"COLUMNS": {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION:number COLUMN_DEFAULT IS_NULLABLE DATA_TYPE " +
			"CHARACTER_MAXIMUM_LENGTH:number CHARACTER_OCTET_LENGTH:number NUMERIC_PRECISION:number " +
			"NUMERIC_PRECISION_RADIX:number NUMERIC_SCALE:number DATETIME_PRECISION:number COLLATION_NAME IS_IDENTITY " +
			"IDENTITY_START IDENTITY_INCREMENT COMMENT", fillColumns},
		"PROCEDURES": {"PROCEDURE_CATALOG PROCEDURE_SCHEMA PROCEDURE_NAME PROCEDURE_OWNER ARGUMENT_SIGNATURE DATA_TYPE " +
			"PROCEDURE_LANGUAGE PROCEDURE_DEFINITION CREATED:time LAST_ALTERED:time COMMENT EXTERNAL_ACCESS_INTEGRATIONS SECRETS",
			fillProcedures},
		"FUNCTIONS": {"FUNCTION_CATALOG FUNCTION_SCHEMA FUNCTION_NAME FUNCTION_OWNER ARGUMENT_SIGNATURE DATA_TYPE " +
			"FUNCTION_LANGUAGE FUNCTION_DEFINITION VOLATILITY IS_NULL_CALL IS_SECURE CREATED:time LAST_ALTERED:time COMMENT " +
			"IS_EXTERNAL API_INTEGRATION IS_AGGREGATE IMPORTS HANDLER PACKAGES EXTERNAL_ACCESS_INTEGRATIONS SECRETS", fillFunctions},
		"SEQUENCES": {"SEQUENCE_CATALOG SEQUENCE_SCHEMA SEQUENCE_NAME SEQUENCE_OWNER DATA_TYPE START_VALUE NEXT_VALUE INCREMENT " +
			"CREATED:time LAST_ALTERED:time ORDERED COMMENT", fillSequences},
		"STAGES": {"STAGE_CATALOG STAGE_SCHEMA STAGE_NAME STAGE_URL STAGE_REGION STAGE_TYPE STAGE_OWNER COMMENT CREATED:time " +
			"LAST_ALTERED:time STORAGE_INTEGRATION", fillStages},
		"PIPES": {"PIPE_CATALOG PIPE_SCHEMA PIPE_NAME PIPE_OWNER DEFINITION IS_AUTOINGEST_ENABLED NOTIFICATION_CHANNEL_NAME " +
			"CREATED:time LAST_ALTERED:time COMMENT PATTERN", fillPipes},
		"FILE_FORMATS": {"FILE_FORMAT_CATALOG FILE_FORMAT_SCHEMA FILE_FORMAT_NAME FILE_FORMAT_OWNER FILE_FORMAT_TYPE CREATED:time " +
			"LAST_ALTERED:time COMMENT", fillFormats},
		"OBJECT_PRIVILEGES": {"GRANTOR GRANTEE GRANTED_TO OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE " +
			"IS_GRANTABLE CREATED:time", fillObjectPrivileges},
		"TABLE_PRIVILEGES": {"GRANTOR GRANTEE GRANTED_TO TABLE_CATALOG TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE " +
			"CREATED:time", fillTablePrivileges},
		"TABLE_CONSTRAINTS": {"CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME " +
			"CONSTRAINT_TYPE IS_DEFERRABLE INITIALLY_DEFERRED ENFORCED COMMENT CREATED:time LAST_ALTERED:time RELY",
			fillConstraints},
		"REFERENTIAL_CONSTRAINTS": {"CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG " +
			"UNIQUE_CONSTRAINT_SCHEMA UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE COMMENT CREATED:time " +
			"LAST_ALTERED:time", fillReferential},
		"APPLICABLE_ROLES":                {"GRANTEE ROLE_NAME ROLE_OWNER IS_GRANTABLE", fillApplicableRoles},
		"ENABLED_ROLES":                   {"ROLE_NAME ROLE_OWNER", fillEnabledRoles},
		"INFORMATION_SCHEMA_CATALOG_NAME": {"CATALOG_NAME", func(_ *scope, db *object, s *sheet) { s.add(db.name) }},
		"EXTERNAL_TABLES": {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER CREATED:time LAST_ALTERED:time LOCATION " +
			"FILE_FORMAT_NAME FILE_FORMAT_TYPE COMMENT", fillExternalTables},
		"SERVICES": {"SERVICE_NAME SERVICE_CATALOG SERVICE_SCHEMA SERVICE_OWNER SERVICE_OWNER_ROLE_TYPE COMPUTE_POOL DNS_NAME CREATED:time " +
			"LAST_ALTERED:time COMMENT", fillServices},
		"CORTEX_SEARCH_SERVICES": {"SERVICE_CATALOG SERVICE_SCHEMA SERVICE_NAME CREATED:time SEARCH_COLUMN ATTRIBUTE_COLUMNS WAREHOUSE " +
			"TARGET_LAG DEFINITION COMMENT", fillSearchServices},
		"SEMANTIC_VIEWS":        {"CATALOG SCHEMA NAME OWNER CREATED:time LAST_ALTERED:time COMMENT", fillSemanticViews},
		"TABLE_STORAGE_METRICS": {storageColumns, fillStorageMetrics},
		"USAGE_PRIVILEGES": {"GRANTOR GRANTEE GRANTED_TO OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE IS_GRANTABLE " +
			"CREATED:time", fillUsagePrivileges},
		"EVENT_TABLES":  {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER CREATED:time LAST_ALTERED:time COMMENT", tablesOf(kindEventTable)},
		"HYBRID_TABLES": {"TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER CREATED:time LAST_ALTERED:time COMMENT", tablesOf(kindHybridTable)},
	}
}

// catalogRelation is a view of INFORMATION_SCHEMA as a query reads it: its rows
// are made when they are asked for.
type catalogRelation struct {
	sc   *scope
	db   *object
	view catalogView
}

// informationRelation resolves db.INFORMATION_SCHEMA.name. Who may use the
// database may read it.
func (sc *scope) informationRelation(full []string) (query.Relation, error) {
	db := sc.a.root.lookup(kindDatabase, full[0], 0)
	if db == nil || !sc.rights.has(db, "USAGE") {
		return nil, sc.a.errNotFound("Database", full[0])
	}
	view, ok := catalogViews[full[2]]
	if !ok {
		return nil, sc.a.errNotFound("Object", quoteName(full))
	}
	return &catalogRelation{sc: sc, db: db, view: view}, nil
}

// Columns lists the view's columns.
func (r *catalogRelation) Columns() []query.Column {
	s := newSheet(TypeSelect, r.view.columns)
	out := make([]query.Column, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = query.Column{Name: c.Name, Type: typeOfWire(c), Nullable: true}
	}
	return out
}

// Rows lists what the roles may see now.
func (r *catalogRelation) Rows(ctx context.Context) ([][]query.Value, error) {
	s := newSheet(TypeSelect, r.view.columns)
	r.view.fill(r.sc, r.db, s)
	rel, err := sheetRelation(s)
	if err != nil {
		return nil, err
	}
	return rel.Rows(ctx)
}

// each visits the objects of a database that the roles have a right on, in
// order.
func (sc *scope) each(db *object, visit func(*object), kinds ...*kind) {
	for _, schema := range db.ofKind(kindSchema) {
		for _, o := range schema.ofKind(kinds...) {
			if sc.rights.any(o) && sc.rights.uses(schema) && (o.session == 0 || o.session == sc.sessionID()) {
				visit(o)
			}
		}
	}
}

func fillDatabases(sc *scope, _ *object, s *sheet) {
	for _, db := range sc.a.root.ofKind(kindDatabase) {
		if sc.rights.any(db) {
			s.add(db.name, db.ownerName(), yesNoWord(db.isTransient()), textCell(db.comment), db.created.at, db.altered,
				sc.a.retentionDays(db), "STANDARD", db.ownerRoleType())
		}
	}
}

func fillSchemata(sc *scope, db *object, s *sheet) {
	for _, o := range db.ofKind(kindSchema) {
		if sc.rights.any(o) {
			d := o.detail.(*schemaDetail)
			s.add(db.name, o.name, o.ownerName(), yesNoWord(o.isTransient()), yesNoWord(d.managed), sc.a.retentionDays(o),
				o.created.at, o.altered, textCell(o.comment), o.ownerRoleType())
		}
	}
	s.add(db.name, informationSchema, nil, "NO", "NO", 1, db.created.at, db.created.at, informationSchemaOf(db).comment, nil)
}

// tableType is TABLE_TYPE of INFORMATION_SCHEMA.TABLES (I4): Iceberg, hybrid
// and dynamic tables are base tables.
func tableType(o *object) string {
	switch {
	case o.kind == kindView, o.kind == kindMaterializedView, o.kind == kindExternalTable, o.kind == kindEventTable:
		return o.kind.words
	case o.session != 0:
		return "TEMPORARY TABLE"
	}
	return "BASE TABLE"
}

func fillTables(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		clustering, automatic, rows := any(nil), "NO", any(nil)
		iceberg, dynamic := "NO", "NO"
		if d, ok := o.detail.(*tableDetail); ok {
			clustering, rows = textCell(d.clusterBy), len(d.rows)
			automatic = yesNoWord(d.clusterBy != "" && !d.noRecluster)
			iceberg, dynamic = yesNoWord(d.iceberg != nil), yesNoWord(d.dynamic != nil)
		}
		s.add(db.name, schemaName(o), o.name, o.ownerName(), tableType(o), yesNoWord(o.isTransient()), clustering, rows, 0,
			sc.a.retentionDays(o), nil, nil, yesNoWord(o.kind == kindTable), "YES", o.created.at, o.altered, o.altered,
			nil, automatic, textCell(o.comment), yesNoWord(o.session != 0), iceberg, dynamic, "NO",
			yesNoWord(o.kind == kindHybridTable))
	}, relationKinds...)
	for _, name := range sortedKeys(catalogViews) {
		s.add(db.name, informationSchema, name, nil, "VIEW", "NO", nil, nil, nil, nil, nil, nil, "NO", "YES", db.created.at,
			db.created.at, db.created.at, nil, "NO", nil, "NO", "NO", "NO", "NO", "NO")
	}
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// fillViews leaves materialized views out, and hides the definitions of others'
// views (I5).
func fillViews(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*viewDetail)
		var text any
		if sc.rights.owns(o) {
			text = d.text
		}
		s.add(db.name, schemaName(o), o.name, o.ownerName(), text, "NONE", "NO", "NO", yesNoWord(d.secure), o.created.at,
			o.altered, o.altered, nil, textCell(o.comment))
	}, kindView)
	for _, name := range sortedKeys(catalogViews) {
		s.add(db.name, informationSchema, name, nil, nil, "NONE", "NO", "NO", "NO", db.created.at, db.created.at, db.created.at)
	}
}

func fillColumns(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		for i, c := range o.columnsOf() {
			row := []any{db.name, schemaName(o), o.name, c.name, i + 1, textCell(c.defaultText()), yesNoWord(!c.notNull), informationType(c)}
			row = append(row, typeNumbers(c)...)
			var start, step any
			if c.identity != nil {
				start, step = itoa(int(c.identity.start)), itoa(int(c.identity.step))
			}
			s.add(append(row, textCell(c.collate), yesNoWord(c.identity != nil), start, step, textCell(c.comment))...)
		}
	}, relationKinds...)
	fillOwnColumns(db, s)
}

// informationType is DATA_TYPE of INFORMATION_SCHEMA.COLUMNS: VARCHAR is TEXT.
func informationType(c *column) string {
	if c.typ.Name == "VARCHAR" {
		return "TEXT"
	}
	return c.typ.Name
}

// typeNumbers are the columns about lengths and precisions.
func typeNumbers(c *column) []any {
	switch c.typ.Name {
	case "VARCHAR":
		return []any{c.typ.Length, min(4*c.typ.Length, maxText), nil, nil, nil, nil}
	case "BINARY":
		return []any{c.typ.Length, c.typ.Length, nil, nil, nil, nil}
	case "NUMBER":
		return []any{nil, nil, c.typ.Precision, 10, c.typ.Scale, nil}
	case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		return []any{nil, nil, nil, nil, nil, c.typ.Precision}
	}
	return []any{nil, nil, nil, nil, nil, nil}
}

// ownText is a body that only the owner sees (I6).
func (sc *scope) ownText(o *object, text string) any {
	if !sc.rights.owns(o) {
		return nil
	}
	return text
}

func fillProcedures(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*routineDetail)
		s.add(db.name, schemaName(o), o.name, o.ownerName(), signature(d.params), d.returnsText(), d.language,
			sc.ownText(o, d.body), o.created.at, o.altered, textCell(o.comment),
			textCell(d.props.text("EXTERNAL_ACCESS_INTEGRATIONS", "")), textCell(d.props.text("SECRETS", "")))
	}, kindProcedure)
}

func fillFunctions(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*routineDetail)
		s.add(db.name, schemaName(o), o.name, o.ownerName(), signature(d.params), d.returnsText(), d.language,
			sc.ownText(o, d.body), boolText(d.immutable, "IMMUTABLE", "VOLATILE"), yesNoWord(!d.strict), yesNoWord(d.secure),
			o.created.at, o.altered, textCell(o.comment), yesNoWord(o.kind == kindExternalFunction), textCell(d.integration),
			yesNoWord(d.aggregate), listOrNull(d.imports), textCell(d.props.text("HANDLER", "")),
			textCell(d.props.text("PACKAGES", "")), textCell(d.props.text("EXTERNAL_ACCESS_INTEGRATIONS", "")),
			textCell(d.props.text("SECRETS", "")))
	}, kindFunction, kindExternalFunction)
}

func fillSequences(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*sequenceDetail)
		s.add(db.name, schemaName(o), o.name, o.ownerName(), "NUMBER", itoa(int(d.next)), itoa(int(d.next)), itoa(int(d.step)),
			o.created.at, o.altered, yesNoWord(d.ordered), textCell(o.comment))
	}, kindSequence)
}

func fillStages(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*stageDetail)
		s.add(db.name, schemaName(o), o.name, textCell(d.url), nil, boolText(d.external(), "External Named", "Internal Named"),
			o.ownerName(), textCell(o.comment), o.created.at, o.altered, textCell(d.integration))
	}, kindStage)
}

func fillPipes(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		d := o.detail.(*pipeDetail)
		var channel any
		if d.autoIngest {
			channel = notificationChannel(o)
		}
		s.add(db.name, schemaName(o), o.name, o.ownerName(), d.definition, yesNoWord(d.autoIngest), channel, o.created.at,
			o.altered, textCell(o.comment), patternOf(d.definition))
	}, kindPipe)
}

func fillFormats(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		s.add(db.name, schemaName(o), o.name, o.ownerName(), o.detail.(*plainDetail).category, o.created.at, o.altered, textCell(o.comment))
	}, kindFileFormat)
}

// fillObjectPrivileges lists what was granted to roles that are active, and on
// what they own (I8).
func fillObjectPrivileges(sc *scope, db *object, s *sheet) {
	sc.fillPrivileges(db, s, func(grantRow) bool { return true })
}

// fillUsagePrivileges lists the same for USAGE alone.
func fillUsagePrivileges(sc *scope, db *object, s *sheet) {
	sc.fillPrivileges(db, s, func(g grantRow) bool { return g.privilege == "USAGE" })
}

func (sc *scope) fillPrivileges(db *object, s *sheet, keep func(grantRow) bool) {
	sc.a.walk(db, func(o *object) {
		for _, g := range o.grantRows() {
			if !keep(g) {
				continue
			}
			if sc.rights.roles[g.grantee] || sc.rights.owns(o) {
				s.add(roleName(g.grantor), granteeName(g.grantee), grantedTo(g.grantee), db.name, textCell(schemaName(o)), o.name,
					strings.ReplaceAll(o.kind.grantedOn, "_", " "), g.privilege, yesNoWord(g.option), g.created)
			}
		}
	})
	sortRows(s)
}

func fillTablePrivileges(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		for _, g := range o.grantRows() {
			if sc.rights.roles[g.grantee] || sc.rights.owns(o) {
				s.add(roleName(g.grantor), granteeName(g.grantee), grantedTo(g.grantee), db.name, schemaName(o), o.name,
					g.privilege, yesNoWord(g.option), g.created)
			}
		}
	}, relationKinds...)
}

// sortRows orders the rows of a sheet that a map gave.
func sortRows(s *sheet) {
	slices.SortFunc(s.Rows, func(x, y []*string) int { return slices.CompareFunc(x, y, compareText) })
}

func fillConstraints(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		for _, con := range o.detail.(*tableDetail).keys() {
			s.add(db.name, schemaName(o), con.name, db.name, schemaName(o), o.name, con.kind, "NO", "YES", "NO", nil,
				o.created.at, o.altered, "NO")
		}
	}, tableKinds...)
}

func fillReferential(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		for _, con := range o.constraintsOf("FOREIGN KEY") {
			s.add(db.name, schemaName(o), con.name, databaseName(con.refs), schemaName(con.refs), con.keyName(), "FULL",
				"NO ACTION", "NO ACTION", nil, o.created.at, o.altered)
		}
	}, tableKinds...)
}

func fillExternalTables(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		e := o.detail.(*tableDetail).external
		s.add(db.name, schemaName(o), o.name, o.ownerName(), o.created.at, o.altered, e.location, e.formatName, e.formatType, textCell(o.comment))
	}, kindExternalTable)
}

// tablesOf fills the views that list one kind of table.
func tablesOf(k *kind) func(*scope, *object, *sheet) {
	return func(sc *scope, db *object, s *sheet) {
		sc.each(db, func(o *object) {
			s.add(db.name, schemaName(o), o.name, o.ownerName(), o.created.at, o.altered, textCell(o.comment))
		}, k)
	}
}

// fillApplicableRoles lists which active role has which other.
func fillApplicableRoles(sc *scope, _ *object, s *sheet) {
	for role := range sc.rights.roles {
		for _, m := range rolesOf(role) {
			s.add(granteeName(role), granteeName(m.role), m.role.ownerName(), "NO")
		}
	}
	sortRows(s)
}

// fillEnabledRoles lists the active roles.
func fillEnabledRoles(sc *scope, _ *object, s *sheet) {
	for role := range sc.rights.roles {
		s.add(granteeName(role), role.ownerName())
	}
	sortRows(s)
}

// defaultText is a column's default as the catalogue prints it: a sequence by
// its full name.
func (c *column) defaultText() string {
	if c.sequence != nil {
		return fmt.Sprintf("%s.NEXTVAL", c.sequence.qualified())
	}
	return c.fallback
}

// propertiesOf reads an object that is kept as it was written.
func propertiesOf(o *object) properties { return o.detail.(*plainDetail).props }

func fillServices(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		s.add(o.name, db.name, schemaName(o), o.ownerName(), o.ownerRoleType(), textCell(propertiesOf(o).text("IN COMPUTE POOL", "")),
			dnsName(o, nil), o.created.at, o.altered, textCell(o.comment))
	}, kindService)
}

func fillSearchServices(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		p := propertiesOf(o)
		s.add(db.name, schemaName(o), o.name, o.created.at, p.text("ON", ""), textCell(p.text("ATTRIBUTES", "")), p.text("WAREHOUSE", ""),
			p.text("TARGET_LAG", ""), p.text("AS", ""), textCell(o.comment))
	}, kindSearchService)
}

func fillSemanticViews(sc *scope, db *object, s *sheet) {
	sc.each(db, func(o *object) {
		s.add(db.name, schemaName(o), o.name, o.ownerName(), o.created.at, o.altered, textCell(o.comment))
	}, kindSemanticView)
}

// fillStorageMetrics lists the tables of the whole account without lag, for
// who sees all of it (A3).
func fillStorageMetrics(sc *scope, _ *object, s *sheet) {
	if sc.rights.roles[sc.a.root.lookup(kindRole, roleAccountAdmin, 0)] {
		fillStorage(sc, sc.a.now(), s)
	}
}

// fillOwnColumns lists the columns of the views of INFORMATION_SCHEMA itself.
func fillOwnColumns(db *object, s *sheet) {
	for _, name := range sortedKeys(catalogViews) {
		for i, c := range newSheet(TypeSelect, catalogViews[name].columns).Columns {
			own := &column{name: c.Name, typ: typeOfWire(c)}
			row := []any{db.name, informationSchema, name, c.Name, i + 1, nil, "YES", informationType(own)}
			s.add(append(append(row, typeNumbers(own)...), nil, "NO")...)
		}
	}
}
