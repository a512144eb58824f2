package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// fileFormat prints a file format.
func (p *ddl) fileFormat(o *object, d *plainDetail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE OR REPLACE FILE FORMAT %s\n\tTYPE = %s", p.name(o), d.category)
	for _, x := range d.props {
		if x.key != "TYPE" && x.key != "COMMENT" {
			value := x.value
			if x.kind == sql.String {
				value = quoteString(value)
			}
			fmt.Fprintf(&b, "\n\t%s = %s", x.key, value)
		}
	}
	return b.String() + comment("\n\tCOMMENT = ", o) + "\n;"
}

// stream prints a stream. The source is named in full only where it lies in
// another schema or full names are asked for (G12).
func (p *ddl) stream(o *object, d *streamDetail) string {
	source := quoteIdent(d.source.name)
	if p.qualified || d.source.parent != o.parent {
		source = d.source.qualified()
	}
	return fmt.Sprintf("create or replace stream %s on %s %s%s%s%s;", p.name(o), lower(d.sourceType), source,
		ifText(d.mode == "APPEND_ONLY", " append_only = true"), ifText(d.mode == "INSERT_ONLY", " insert_only = true"),
		comment(" comment=", o))
}

// task prints a task; its state is not part of it (G11, G14).
func (p *ddl) task(o *object, d *taskDetail) string {
	var b strings.Builder
	b.WriteString("create or replace task " + p.name(o))
	line := func(format string, args ...any) { fmt.Fprintf(&b, "\n\t"+format, args...) }
	if d.warehouse != "" {
		line("warehouse=%s", quoteIdent(d.warehouse))
	}
	if d.schedule != "" {
		line("schedule=%s", quoteString(d.schedule))
	}
	if d.config != "" {
		line("config=%s", quoteString(d.config))
	}
	for _, x := range d.props {
		if !slices.Contains(names("WAREHOUSE SCHEDULE CONFIG COMMENT"), x.key) {
			value := x.value
			if x.kind == sql.String {
				value = quoteString(value)
			}
			line("%s=%s", lower(x.key), value)
		}
	}
	if o.comment != "" {
		line("COMMENT=%s", quoteString(o.comment))
	}
	if len(d.after) > 0 {
		line("after %s", strings.Join(qualifiedNames(d.after), ", "))
	}
	if d.finalizes != nil {
		line("finalize = %s", d.finalizes.qualified())
	}
	if d.condition != "" {
		line("when %s", d.condition)
	}
	line("as %s", strings.TrimSuffix(d.definition, ";"))
	return b.String() + ";"
}

// policy prints a masking or row access policy.
func (p *ddl) policy(o *object, d *policyDetail) string {
	parts := make([]string, len(d.params))
	for i, x := range d.params {
		parts[i] = quoteIdent(x.name) + " " + x.typ.String()
	}
	var archive strings.Builder
	for _, x := range d.archive {
		archive.WriteString("\n" + x.key + " = " + x.value)
	}
	return fmt.Sprintf("create or replace %s %s as (%s) returns %s ->\n%s%s%s\n;", lower(o.kind.words), p.name(o),
		strings.Join(parts, ", "), d.returns, d.body, archive.String(), comment("\nCOMMENT=", o))
}

// attached prints the policies that are set on a table or view as a whole.
func (p *ddl) attached(o *object) string {
	var b strings.Builder
	for _, a := range o.attached {
		if a.what.kind == kindMetricFunction {
			continue
		}
		b.WriteString(" WITH " + a.what.kind.words + " " + p.policyName(a.what))
		if word := attachedColumns[a.what.kind]; word != "" && len(a.columns) > 0 {
			b.WriteString(" " + word + " (" + identifiers(a.columns) + ")")
		}
	}
	return b.String()
}

// attachedColumns are the words before the columns of a policy.
var attachedColumns = map[*kind]string{
	kindAggregationPolicy: "ENTITY KEY", kindJoinPolicy: "ALLOWED JOIN KEYS", kindLifecyclePolicy: "ON",
}

// custom prints an object that is kept as it was written.
func (p *ddl) custom(o *object, d *plainDetail) string {
	if o.kind == kindIntegration {
		return fmt.Sprintf("create or replace %s integration %s\n\t%s;", lower(strings.ReplaceAll(d.category, "_", " ")), p.name(o), d.written())
	}
	text := d.text
	if c := customOf(o.kind); c != nil && len(c.clauses) == 0 {
		text = d.settings(o)
	}
	return fmt.Sprintf("create or replace %s %s\n\t%s;", lower(o.kind.words), p.name(o), text)
}

// settings prints the properties as they are now: ALTER may have changed them.
func (d *plainDetail) settings(o *object) string {
	now := &plainDetail{props: slices.DeleteFunc(slices.Clone(d.props), func(x property) bool { return x.key == "COMMENT" })}
	return strings.TrimPrefix(now.written()+comment("\n\tCOMMENT=", o), "\n\t")
}

// tag prints a tag.
func (p *ddl) tag(o *object, d *tagDetail) string {
	allowed := ""
	if len(d.allowed) > 0 {
		quoted := make([]string, len(d.allowed))
		for i, v := range d.allowed {
			quoted[i] = quoteString(v)
		}
		allowed = " ALLOWED_VALUES " + strings.Join(quoted, ", ")
	}
	return fmt.Sprintf("create or replace tag %s%s%s;", p.name(o), allowed, comment(" COMMENT=", o))
}

// routine prints a procedure or function; its body is in single quotes (G10).
func (p *ddl) routine(o *object, d *routineDetail) string {
	var b strings.Builder
	name := forceQuote(o.name)
	if p.qualified {
		path := o.path()
		name = forceQuote(path[0]) + "." + forceQuote(path[1]) + "." + name
	}
	word := o.kind.words
	fmt.Fprintf(&b, "CREATE OR REPLACE %s%s%s %s(%s)\n", ifText(d.secure, "SECURE "), ifText(d.aggregate, "AGGREGATE "), word, name, ddlParams(d.params))
	if d.table != "" {
		fmt.Fprintf(&b, "RETURNS TABLE %s\n", d.table)
	} else {
		fmt.Fprintf(&b, "RETURNS %s%s\n", d.returns, ifText(d.notNull, " NOT NULL"))
	}
	if o.kind == kindExternalFunction {
		fmt.Fprintf(&b, "API_INTEGRATION = %s\n", quoteIdent(d.integration))
	} else {
		fmt.Fprintf(&b, "LANGUAGE %s\n", d.language)
	}
	b.WriteString(ifText(d.strict, "STRICT\n") + ifText(d.immutable, "IMMUTABLE\n") + ifText(d.memoize, "MEMOIZABLE\n"))
	for _, x := range d.props {
		if x.key == "COMMENT" {
			continue
		}
		value := x.value
		if x.kind == sql.String {
			value = quoteString(value)
		}
		fmt.Fprintf(&b, "%s = %s\n", x.key, value)
	}
	if o.comment != "" {
		fmt.Fprintf(&b, "COMMENT=%s\n", quoteString(o.comment))
	}
	if o.kind == kindProcedure {
		fmt.Fprintf(&b, "EXECUTE AS %s\n", d.executeAs)
	}
	if o.kind == kindExternalFunction {
		return b.String() + "AS " + quoteString(d.url) + ";"
	}
	if d.body == "" && len(d.imports) > 0 {
		return strings.TrimSuffix(b.String(), "\n") + ";"
	}
	return b.String() + "AS " + quoteString(d.body) + ";"
}

// ddlParams prints arguments with quoted names.
func ddlParams(params []param) string {
	parts := make([]string, len(params))
	for i, x := range params {
		typ := x.typ.String()
		if x.table != "" {
			typ = "TABLE" + x.table
		}
		parts[i] = forceQuote(x.name) + " " + typ
		if x.fallback != "" {
			parts[i] += " DEFAULT " + x.fallback
		}
	}
	return strings.Join(parts, ", ")
}

// warehouseDDL prints a warehouse.
func warehouseDDL(o *object, d *warehouseDetail) string {
	return fmt.Sprintf("create or replace warehouse %s\nwith\n\twarehouse_type='%s'\n\twarehouse_size='%s'\n\tmax_cluster_count=%d\n"+
		"\tmin_cluster_count=%d\n\tscaling_policy=STANDARD\n\tauto_suspend=%d\n\tauto_resume=%t\n\tinitially_suspended=true%s\n;",
		quoteIdent(o.name), d.typ, d.size, d.maxClusters, d.minClusters, d.autoSuspend, d.autoResume, comment("\n\tCOMMENT=", o))
}

// written prints properties as a statement spells them.
func (d *plainDetail) written() string {
	parts := make([]string, len(d.props))
	for i, x := range d.props {
		value := x.value
		if x.kind == sql.String {
			value = quoteString(value)
		}
		parts[i] = x.key + " = " + value
	}
	return strings.Join(parts, "\n\t")
}
