package clone

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// guards finds every column and table that a rule selects, and whether its policy is in place. Masks come first.
func (r *Run) guards(ctx context.Context) ([]*guard, error) {
	columns, err := r.columns(ctx)
	if err != nil {
		return nil, err
	}
	masks, err := r.masks(ctx, columns)
	if err != nil {
		return nil, err
	}
	rows, err := r.rowGuards(columns)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(masks, rows)
	facts, err := r.policyFacts(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, one := range masks {
		one.prepareMask(facts[one.policy], columns)
	}
	for _, one := range rows {
		if err := r.prepareRows(ctx, one, facts[one.policy], masks); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// tableColumn is a column of a table or view.
type tableColumn struct {
	table    snowflake.ObjectRef
	name     sqltext.Ident
	dataType string
}

// guarded are the kinds that policies can be on, and the word that ALTER has for them. A view shows what its tables mask
// anyhow, and can have policies of its own (X6).
var guarded = map[snowflake.Kind]snowflake.Kind{
	snowflake.KindTable: snowflake.KindTable, snowflake.KindDynamicTable: snowflake.KindTable,
	snowflake.KindIcebergTable: snowflake.KindTable, snowflake.KindHybridTable: snowflake.KindTable,
	snowflake.KindExternalTable: snowflake.KindTable, snowflake.KindEventTable: snowflake.KindTable,
	snowflake.KindView: snowflake.KindView, snowflake.KindMaterializedView: snowflake.KindView,
}

// columns are the columns of the clone's tables and views, those left out that its users made.
func (r *Run) columns(ctx context.Context) ([]tableColumn, error) {
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), slices.Sorted(maps.Keys(guarded))...)
	if err != nil {
		return nil, err
	}
	tables := map[sqltext.Name]snowflake.ObjectRef{}
	for kind, word := range guarded {
		for _, object := range inventory[kind] {
			if !r.isTheirObject(object) {
				tables[object.Name] = snowflake.ObjectRef{Kind: word, Name: object.Name}
			}
		}
	}
	columns, err := r.Snowflake.Columns(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []tableColumn
	for _, column := range columns {
		if table, ok := tables[column.Table]; ok {
			found = append(found, tableColumn{table: table, name: column.Name, dataType: snowflake.BareType(column.DataType)})
		}
	}
	return found, nil
}

// masks are the columns of all masking rules, each with its policy. A column that several rules name gets the policy of
// the last one, and the connection's rules come last, so that nothing overrides what they require. A rule that finds no
// column is an error: somebody believes that something is masked.
func (r *Run) masks(ctx context.Context, columns []tableColumn) ([]*guard, error) {
	chosen := map[string]*guard{}
	var masks []*guard
	for _, rule := range slices.Concat(r.Spec.Masking, r.Policy.RequiredMasking) {
		policy, err := r.policyName(rule.Policy)
		if err != nil {
			return nil, err
		}
		selected, err := r.selectedBy(ctx, rule, columns)
		if err != nil {
			return nil, err
		}
		if len(selected) == 0 {
			return nil, Terminalf(v1alpha1.ReasonMaskingFailed,
				"masking: no column of %s matches the rule for policy %s; correct its columns or tag", r.Target, rule.Policy)
		}
		for _, column := range selected {
			one := &guard{table: column.table, column: column.name}
			if known := chosen[one.label()]; known != nil {
				one = known
			} else {
				chosen[one.label()] = one
				masks = append(masks, one)
			}
			one.policy, one.exempt = policy, rule.Exempt
		}
	}
	return masks, nil
}

// policyName is the policy of a rule. One that lies in the source was cloned along, and the clone's own is meant (C27).
func (r *Run) policyName(text v1alpha1.QualifiedName) (sqltext.Name, error) {
	name, err := sqltext.ParseName(string(text))
	if err != nil {
		return sqltext.Name{}, Terminalf(v1alpha1.ReasonMaskingFailed, "masking: policy %s: %w", text, err)
	}
	return r.inTarget(name), nil
}

// selectedBy are the columns that a rule selects.
func (r *Run) selectedBy(ctx context.Context, rule v1alpha1.MaskingRule, columns []tableColumn) ([]tableColumn, error) {
	if rule.Tag != "" {
		return r.tagged(ctx, rule.Tag, columns)
	}
	var found []tableColumn
	for _, column := range columns {
		if slices.ContainsFunc(rule.Columns, func(p v1alpha1.ColumnPattern) bool { return matchColumn(p, column) }) {
			found = append(found, column)
		}
	}
	return found, nil
}

// matchColumn says whether a pattern of schema.table.column selects a column, in whatever case where it is bare: who wants
// EMAIL masked does not mean to leave out "email".
func matchColumn(pattern v1alpha1.ColumnPattern, column tableColumn) bool {
	parts := strings.SplitN(string(pattern), ".", 3)
	return len(parts) == 3 &&
		matchAnyCase(parts[0], column.table.Name.Schema) &&
		matchAnyCase(parts[1], column.table.Name.Object) &&
		matchAnyCase(parts[2], column.name)
}

// tagged are the columns that carry a tag, one that lies in the source being the clone's own by now (C28). Columns inherit
// the tags of what they lie in, and the source's database is lost to those of the clone (U5): all of them carry what it
// does. The policy is set on the columns: a policy on the tag itself would act wherever else the tag is (X7).
func (r *Run) tagged(ctx context.Context, text v1alpha1.QualifiedName, columns []tableColumn) ([]tableColumn, error) {
	tag, err := r.policyName(text)
	if err != nil {
		return nil, err
	}
	onSource, err := r.ownTagsOf(ctx, r.Source)
	if class := snowflake.ClassOf(err); err != nil && class != snowflake.Privilege && class != snowflake.NotFound {
		return nil, err
	}
	if slices.ContainsFunc(onSource, func(one snowflake.TagValue) bool { return one.Tag == tag }) {
		return columns, nil
	}
	var tables []sqltext.Name
	byName := map[string]tableColumn{}
	known := map[sqltext.Name]bool{}
	for _, column := range columns {
		if !known[column.table.Name] {
			known[column.table.Name] = true
			tables = append(tables, column.table.Name)
		}
		byName[column.table.Name.SQL()+"."+column.name.SQL()] = column
	}
	references, err := gather(ctx, r, tables, r.Snowflake.ColumnTagReferences)
	if err != nil {
		return nil, err
	}
	var found []tableColumn
	for _, reference := range slices.Concat(references...) {
		key := reference.Object.SQL() + "." + reference.Column.SQL()
		if column, there := byName[key]; there && reference.Tag == tag {
			found = append(found, column)
			delete(byName, key)
		}
	}
	return found, nil
}

// policyFacts is what the catalogue tells of a policy.
type policyFacts struct {
	arguments []snowflake.PolicyArgument
	uses      []snowflake.PolicyReference
	// refusal says why the policy cannot be used at all.
	refusal string
}

// policyFacts reads the policies of guards, each once.
func (r *Run) policyFacts(ctx context.Context, guards []*guard) (map[sqltext.Name]policyFacts, error) {
	var policies []snowflake.ObjectRef
	for _, one := range guards {
		ref := snowflake.ObjectRef{Kind: one.kind(), Name: one.policy}
		if !slices.ContainsFunc(policies, func(known snowflake.ObjectRef) bool { return known.String() == ref.String() }) {
			policies = append(policies, ref)
		}
	}
	read, err := gather(ctx, r, policies, r.readPolicy)
	if err != nil {
		return nil, err
	}
	facts := map[sqltext.Name]policyFacts{}
	for i, ref := range policies {
		facts[ref.Name] = read[i]
	}
	return facts, nil
}

// readPolicy reads one policy. One that the role may not read or apply is a refusal, so that it hides no other.
func (r *Run) readPolicy(ctx context.Context, ref snowflake.ObjectRef) (policyFacts, error) {
	body, err := r.Snowflake.DescribePolicy(ctx, ref)
	var facts policyFacts
	if err == nil {
		facts.arguments, err = body.Arguments()
	}
	if err == nil {
		facts.uses, err = r.Snowflake.PolicyUses(ctx, ref.Name)
	}
	if class := snowflake.ClassOf(err); class == snowflake.NotFound || class == snowflake.Privilege {
		facts.refusal = fmt.Sprintf("%v; it must exist, and role %s needs USAGE on its database and schema: "+
			"run GRANT APPLY ON %s %s TO ROLE %s", err, r.Role, ref.Kind, ref.SQL(), r.Role.SQL())
		return facts, nil
	}
	return facts, err
}

// prepareMask finds out whether a column is masked as it is to be, and if not, how that is done or why it cannot be.
func (g *guard) prepareMask(facts policyFacts, columns []tableColumn) {
	if g.refusal = facts.refusal; g.refusal != "" || len(facts.arguments) == 0 {
		return
	}
	types := map[sqltext.Ident]string{}
	for _, column := range columns {
		if column.table.Name == g.table.Name {
			types[column.name] = column.dataType
		}
	}
	for i, argument := range facts.arguments {
		name := argument.Name
		if i == 0 {
			name = g.column
		}
		switch have, ok := types[name]; {
		case !ok:
			g.refusal = fmt.Sprintf("the policy looks at a column %s too, which %s does not have", name, g.table.Name)
		case have != argument.Type:
			g.refusal = fmt.Sprintf("the policy takes %s and column %s is %s; use a policy for that type or leave the column out",
				argument.Type, name, have)
		}
		if i > 0 {
			g.columns = append(g.columns, name)
		}
	}
	g.find(facts.uses)
	var using []sqltext.Ident
	if len(g.columns) > 0 {
		using = append([]sqltext.Ident{g.column}, g.columns...)
	}
	g.statement = snowflake.SetMaskingPolicy(g.table, g.column, g.policy, using)
}
