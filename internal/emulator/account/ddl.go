package account

import (
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// ddl prints the statements that would make objects again.
type ddl struct {
	sc *scope
	// qualified prints full names in headers; references within bodies stay as
	// they are (G1).
	qualified bool
}

// ddlTypes maps the type words of GET_DDL to kinds (G2). TABLE and VIEW stand
// for one another, POLICY for every kind of policy. Words without a kind are
// documented, and nothing is printed for them here.
var ddlTypes = map[string]*kind{
	"DATABASE": kindDatabase, "SCHEMA": kindSchema, "TABLE": kindTable, "VIEW": kindTable,
	"DYNAMIC_TABLE": kindDynamicTable, "EVENT_TABLE": kindEventTable, "ICEBERG_TABLE": kindIcebergTable,
	"FILE_FORMAT": kindFileFormat, "FUNCTION": kindFunction, "PROCEDURE": kindProcedure, "PIPE": kindPipe,
	"POLICY": kindMaskingPolicy, "SEQUENCE": kindSequence, "STREAM": kindStream, "TAG": kindTag, "TASK": kindTask,
	"WAREHOUSE": kindWarehouse, "CORTEX_SEARCH_SERVICE": kindSearchService, "SEMANTIC VIEW": kindSemanticView,
	"SEMANTIC_VIEW": kindSemanticView, "CONTACT": kindContact, "INTEGRATION": kindIntegration,
	"CORTEX_AGENT": nil, "DATA MOVEMENT RULE": nil, "FAILOVER_GROUP": nil, "REPLICATION_GROUP": nil, "TYPE": nil,
}

// getDDL is GET_DDL('type', 'name' [, TRUE]).
func getDDL(sc *scope, args []query.Value) (query.Value, error) {
	if err := sc.ownerMayTell(); err != nil {
		return query.NullValue, err
	}
	if sc.a.switches.GetDDLNeedsWarehouse { // U7
		if err := sc.needWarehouse(); err != nil {
			return query.NullValue, err
		}
	}
	word := sql.Upper(args[0].String())
	k, ok := ddlTypes[word]
	if !ok {
		return query.NullValue, sqlError(1008, "22023", "invalid value [%s] for parameter '1'", args[0].String())
	}
	if k == nil {
		return query.NullValue, errUnsupported("GET_DDL of " + word)
	}
	o, err := sc.ddlObject(k, args[1].String())
	if err != nil {
		return query.NullValue, err
	}
	p := &ddl{sc: sc, qualified: len(args) == 3 && args[2].Bool()}
	if err := p.allowed(o); err != nil {
		return query.NullValue, err
	}
	return query.StringOf(p.text(o)), nil
}

// ddlObject finds what GET_DDL is asked for. Routines are named with the types
// of their arguments (G5).
func (sc *scope) ddlObject(k *kind, text string) (*object, error) {
	c, err := sql.NewCursor(text)
	if err != nil {
		return nil, err
	}
	name, err := c.Name()
	if err != nil {
		return nil, err
	}
	var args []string
	if k.routine {
		if args, err = readArgumentTypes(c); err != nil {
			return nil, err
		}
	}
	if !c.AtEnd() {
		return nil, c.Unexpected()
	}
	switch k {
	case kindTable:
		return sc.relation(k, name)
	case kindMaskingPolicy:
		return sc.policyOfAnyKind(name)
	}
	return sc.find(k, name, args)
}

// relation finds a table or view of any kind, but no stream.
func (sc *scope) relation(k *kind, name []string) (*object, error) {
	o, err := sc.anyRelation(name)
	if err == nil && o.kind == kindStream {
		return nil, errWrongKind(o.kind, k)
	}
	return o, err
}

// policySpaces are kinds of policy, one for each set of policies that share
// their names.
var policySpaces = []*kind{kindMaskingPolicy, kindPasswordPolicy, kindSessionPolicy, kindAuthenticationPolicy, kindPackagesPolicy}

// policyOfAnyKind finds a policy. Of those of packages GET_DDL knows nothing.
func (sc *scope) policyOfAnyKind(name []string) (*object, error) {
	full, err := sc.qualify(name)
	if err != nil {
		return nil, err
	}
	for _, k := range policySpaces {
		o := sc.lookup(k, full)
		if o == nil || !sc.visible(o) {
			continue
		}
		if o.kind.ddl == "" {
			return nil, errUnsupported("GET_DDL of a " + lower(o.kind.words))
		}
		return o, nil
	}
	return nil, sc.a.errNotFound("Policy", quoteName(full))
}

// allowed hides secure views, secure functions and the bodies of procedures
// from all but their owners (G4).
func (p *ddl) allowed(o *object) error {
	if p.sc.rights.owns(o) {
		return nil
	}
	hidden := o.kind == kindProcedure
	switch d := o.detail.(type) {
	case *viewDetail:
		hidden = d.secure
	case *routineDetail:
		hidden = hidden || d.secure
	}
	if hidden || !p.sc.rights.any(o) {
		return errPrivilege(o)
	}
	return nil
}

// text prints one object, or a container with all that it holds (G8).
func (p *ddl) text(o *object) string {
	switch o.kind {
	case kindDatabase:
		return p.database(o)
	case kindSchema:
		return p.schema(o)
	}
	return p.object(o)
}

func (p *ddl) database(o *object) string {
	parts := []string{fmt.Sprintf("create or replace %sdatabase %s;", p.transient(o), quoteIdent(o.name)) + p.containerTags(o)}
	for _, schema := range o.ofKind(kindSchema) {
		if p.sc.rights.any(schema) {
			parts = append(parts, p.schema(schema))
		}
	}
	return strings.Join(parts, "\n\n")
}

// schema prints the objects of a schema in the order of their names (G9).
func (p *ddl) schema(o *object) string {
	name := quoteIdent(o.name)
	if p.qualified {
		name = o.qualified()
	}
	parts := []string{fmt.Sprintf("create or replace %sschema %s%s;", p.transient(o), name,
		ifText(o.detail.(*schemaDetail).managed, " with managed access")) + p.containerTags(o)}
	for _, child := range o.sorted(func(c *object) bool { return c.kind.ddl != "" && c.session == 0 }) {
		if p.allowed(child) == nil {
			parts = append(parts, p.object(child))
		}
	}
	return strings.Join(parts, "\n\n")
}

// ifText is a text, or nothing.
func ifText(when bool, text string) string {
	if when {
		return text
	}
	return ""
}

// transient is the word for transient containers.
func (p *ddl) transient(o *object) string { return ifText(o.isTransient(), "TRANSIENT ") }

// containerTags prints the tags of a database or schema (G8).
func (p *ddl) containerTags(o *object) string {
	if len(o.tags) == 0 {
		return ""
	}
	return fmt.Sprintf("\n\nALTER %s %s SET TAG %s;", o.kind.words, o.qualified(), p.tagPairs(o.tags))
}

// name is the name in a header.
func (p *ddl) name(o *object) string {
	if p.qualified {
		return o.qualified()
	}
	return quoteIdent(o.name)
}

// object prints the statement that would make one object again.
func (p *ddl) object(o *object) string {
	switch d := o.detail.(type) {
	case *tableDetail:
		if d.dynamic != nil {
			return p.dynamic(o, d)
		}
		return p.table(o, d)
	case *viewDetail:
		return p.view(o, d)
	case *routineDetail:
		return p.routine(o, d)
	case *sequenceDetail:
		return fmt.Sprintf("create or replace sequence %s start with %d increment by %d %s%s;", p.name(o), d.next, d.step,
			boolText(d.ordered, "order", "noorder"), comment(" comment=", o))
	case *plainDetail:
		if o.kind != kindFileFormat {
			return p.custom(o, d)
		}
		return p.fileFormat(o, d)
	case *streamDetail:
		return p.stream(o, d)
	case *taskDetail:
		return p.task(o, d)
	case *pipeDetail:
		return fmt.Sprintf("create or replace pipe %s auto_ingest=%t%s as %s;", p.name(o), d.autoIngest, comment(" comment=", o), d.definition)
	case *policyDetail:
		return p.policy(o, d)
	case *tagDetail:
		return p.tag(o, d)
	case *warehouseDetail:
		return warehouseDDL(o, d)
	}
	return ""
}

// comment prints a comment after a prefix, or nothing.
func comment(prefix string, o *object) string {
	if o.comment == "" {
		return ""
	}
	return prefix + quoteString(o.comment)
}

// tagPairs prints t='v', …; without a right on a tag it stays unknown (G13).
func (p *ddl) tagPairs(tags []tagUse) string {
	parts := make([]string, len(tags))
	for i, t := range tags {
		if p.sc.rights.has(t.tag, "APPLY") || p.sc.rights.has(t.tag, "READ") || p.sc.rights.global("APPLY TAG") {
			parts[i] = t.tag.qualified() + "=" + quoteString(t.value)
		} else {
			parts[i] = "#UNKNOWN_TAG='#UNKNOWN_VALUE'"
		}
	}
	return strings.Join(parts, ", ")
}

// withTags prints WITH TAG (…), or nothing.
func (p *ddl) withTags(tags []tagUse) string {
	if len(tags) == 0 {
		return ""
	}
	return " WITH TAG (" + p.tagPairs(tags) + ")"
}

// policyName is the name of a policy; without a right on it, it stays unknown
// (G13).
func (p *ddl) policyName(policy *object) string {
	if p.sc.mayApply(policy) {
		return policy.qualified()
	}
	return "#UNKNOWN_POLICY"
}

// governance prints the policy and tags of a column.
func (p *ddl) governance(c *column) string {
	out := ""
	if c.policy != nil {
		out = " WITH MASKING POLICY " + p.policyName(c.policy.policy)
		if len(c.policy.columns) > 0 {
			out += " USING (" + identifiers(append([]string{c.name}, c.policy.columns...)) + ")"
		}
	}
	if c.projection != nil {
		out += " WITH PROJECTION POLICY " + p.policyName(c.projection.policy)
	}
	return out + p.withTags(c.tags)
}

// identifiers prints names in a list.
func identifiers(list []string) string {
	quoted := make([]string, len(list))
	for i, name := range list {
		quoted[i] = quoteIdent(name)
	}
	return strings.Join(quoted, ", ")
}

// rowAccess prints WITH ROW ACCESS POLICY … ON (…), or nothing.
func (p *ddl) rowAccess(use *policyUse) string {
	if use == nil {
		return ""
	}
	return " WITH ROW ACCESS POLICY " + p.policyName(use.policy) + " ON (" + identifiers(use.columns) + ")"
}

// table prints a table of any kind but dynamic (G8).
func (p *ddl) table(o *object, d *tableDetail) string {
	var b strings.Builder
	b.WriteString("create or replace ")
	switch o.kind {
	case kindTable:
		b.WriteString(ifText(o.session != 0, "TEMPORARY ") + ifText(o.session == 0 && o.isTransient(), "TRANSIENT ") + "TABLE ")
	default:
		b.WriteString(o.kind.words + " ")
	}
	b.WriteString(p.name(o))
	if d.clusterBy != "" {
		b.WriteString(" cluster by " + strings.TrimPrefix(d.clusterBy, "LINEAR"))
	} else {
		b.WriteString(" ")
	}
	if elements := p.tableElements(d); o.kind != kindEventTable && len(elements) > 0 {
		b.WriteString("(\n\t" + strings.Join(elements, ",\n\t") + "\n)")
	}
	b.WriteString(p.rowAccess(d.rowAccess) + p.attached(o) + p.withTags(o.tags) + p.tableSuffix(o, d))
	if o.comment != "" {
		return b.String() + comment("COMMENT=", o) + "\n;"
	}
	return b.String() + ";"
}

// tableSuffix prints what Iceberg and external tables have after the columns.
func (p *ddl) tableSuffix(_ *object, d *tableDetail) string {
	switch {
	case d.iceberg != nil:
		return fmt.Sprintf("\n EXTERNAL_VOLUME = %s\n CATALOG = %s\n BASE_LOCATION = %s\n", quoteString(d.iceberg.volume),
			quoteString(d.iceberg.catalog), quoteString(d.iceberg.baseLocation))
	case d.external != nil:
		format := "TYPE=" + d.external.formatType
		if d.external.formatName != "" {
			format = "FORMAT_NAME='" + d.external.formatName + "'"
		}
		return ifText(len(d.external.partition) > 0, "\npartition by ("+identifiers(d.external.partition)+")") +
			fmt.Sprintf("\nlocation=%s\nauto_refresh=%t\n", d.external.location, d.external.autoRefresh) +
			ifText(d.external.pattern != "", "pattern="+quoteString(d.external.pattern)+"\n") +
			fmt.Sprintf("file_format=(%s)\n", format)
	}
	return ""
}

// tableElements prints columns and keys.
func (p *ddl) tableElements(d *tableDetail) []string {
	var out []string
	for i, c := range d.columns {
		if d.external == nil || i > 0 { // VALUE is in every external table.
			out = append(out, p.column(c))
		}
	}
	for _, con := range d.keys() {
		text := ifText(con.named, "constraint "+quoteIdent(con.name)+" ") + lower(con.kind) + " (" + identifiers(con.columns) + ")"
		if con.refs != nil {
			text += " references " + con.refs.qualified() + "(" + identifiers(con.refCols) + ")"
		}
		out = append(out, text)
	}
	for _, ix := range d.indexes {
		out = append(out, "index "+quoteIdent(ix.name)+" ("+identifiers(ix.columns)+")"+
			ifText(len(ix.include) > 0, " include ("+identifiers(ix.include)+")"))
	}
	return out
}

// column prints one column of a table.
func (p *ddl) column(c *column) string {
	text := quoteIdent(c.name) + " " + c.typ.String()
	if c.collate != "" {
		text += " COLLATE " + quoteString(c.collate)
	}
	text += ifText(c.notNull, " NOT NULL")
	if c.virtual != "" {
		text += " AS " + c.virtual
	}
	switch {
	case c.identity != nil:
		text += fmt.Sprintf(" autoincrement start %d increment %d %s", c.identity.start, c.identity.step,
			boolText(c.identity.ordered, "order", "noorder"))
	case c.fallback != "":
		text += " DEFAULT " + c.defaultText()
	}
	if c.comment != "" {
		text += " COMMENT " + quoteString(c.comment)
	}
	return text + p.governance(c)
}

// view prints a view or materialized view with its column list (G7).
func (p *ddl) view(o *object, d *viewDetail) string {
	var b strings.Builder
	b.WriteString("create or replace " + ifText(d.secure, "secure ") + ifText(d.recursive, "recursive ") +
		lower(o.kind.words) + " " + p.name(o) + "(\n\t" + strings.Join(p.viewElements(d.columns), ",\n\t") + "\n)")
	b.WriteString(p.rowAccess(d.rowAccess) + p.attached(o) + p.withTags(o.tags))
	if d.materialized != nil && d.materialized.clusterBy != "" {
		b.WriteString(" cluster by " + strings.TrimPrefix(d.materialized.clusterBy, "LINEAR"))
	}
	b.WriteString(ifText(d.tracking, " CHANGE_TRACKING=TRUE") + comment(" COMMENT=", o))
	b.WriteString(" as\n" + d.body + ";")
	return b.String()
}

// viewElements prints the columns of a view.
func (p *ddl) viewElements(columns []*column) []string {
	var out []string
	for _, c := range columns {
		text := quoteIdent(c.name) + p.governance(c)
		if c.comment != "" {
			text += " COMMENT " + quoteString(c.comment)
		}
		out = append(out, text)
	}
	return out
}

// dynamic prints a dynamic table.
func (p *ddl) dynamic(o *object, d *tableDetail) string {
	t := d.dynamic
	lag := t.targetLag
	if sql.Upper(lag) != "DOWNSTREAM" {
		lag = quoteString(lag)
	}
	words := "dynamic table"
	if d.iceberg != nil {
		words = "dynamic iceberg table"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "create or replace %s%s %s(\n\t%s\n)", ifText(d.transient, "transient "), words, p.name(o),
		strings.Join(p.viewElements(d.columns), ",\n\t"))
	if d.clusterBy != "" {
		b.WriteString(" cluster by " + strings.TrimPrefix(d.clusterBy, "LINEAR"))
	}
	fmt.Fprintf(&b, " target_lag = %s refresh_mode = %s initialize = %s warehouse = %s", lag, t.mode, t.initialize, quoteIdent(t.warehouse))
	if d.iceberg != nil {
		fmt.Fprintf(&b, " external_volume = %s catalog = %s base_location = %s", quoteString(d.iceberg.volume),
			quoteString(d.iceberg.catalog), quoteString(d.iceberg.baseLocation))
	}
	b.WriteString(p.rowAccess(d.rowAccess) + p.attached(o) + p.withTags(o.tags) + comment(" COMMENT=", o) + "\n as\n" + t.body + ";")
	return b.String()
}
