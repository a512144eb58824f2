package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// rowGuards are the tables of all row access rules, each with its policy. Tables that a pattern selects and that lack a
// column of the rule are passed over; a table that several rules name gets the policy of the last one. A rule that finds
// no table is an error.
func (r *Run) rowGuards(columns []tableColumn) ([]*guard, error) {
	chosen := map[sqltext.Name]*guard{}
	var guards []*guard
	for _, rule := range r.Spec.RowAccess {
		policy, err := r.policyName(rule.Policy)
		if err != nil {
			return nil, err
		}
		on, err := identsOf(rule.Columns)
		if err != nil {
			return nil, err
		}
		tables := tablesWith(on, rule.Tables, columns)
		if len(tables) == 0 {
			return nil, Terminalf(v1alpha1.ReasonMaskingFailed,
				"rowAccess: no table of %s with all columns of the rule matches it, for policy %s; correct its tables or columns",
				r.Target, rule.Policy)
		}
		for _, table := range tables {
			one := chosen[table.Name]
			if one == nil {
				one = &guard{table: table}
				chosen[table.Name] = one
				guards = append(guards, one)
			}
			one.policy, one.columns = policy, on
		}
	}
	return guards, nil
}

// identsOf reads the columns of a rule.
func identsOf(texts []v1alpha1.Identifier) ([]sqltext.Ident, error) {
	names := make([]sqltext.Ident, len(texts))
	for i, text := range texts {
		name, err := sqltext.ParseIdent(string(text))
		if err != nil {
			return nil, Terminalf(v1alpha1.ReasonMaskingFailed, "rowAccess: column %s: %w", text, err)
		}
		names[i] = name
	}
	return names, nil
}

// tablesWith are the tables and views that patterns select and that have all of some columns.
func tablesWith(names []sqltext.Ident, patterns []v1alpha1.ObjectPattern, columns []tableColumn) []snowflake.ObjectRef {
	var tables []snowflake.ObjectRef
	has := map[sqltext.Name]int{}
	for _, column := range columns {
		if !slices.Contains(names, column.name) || !guardsTable(patterns, column.table.Name) {
			continue
		}
		has[column.table.Name]++
		if has[column.table.Name] == len(names) {
			tables = append(tables, column.table)
		}
	}
	return tables
}

// guardsTable says whether any of the patterns of schema.table selects a table, in whatever case where it is bare.
func guardsTable(patterns []v1alpha1.ObjectPattern, name sqltext.Name) bool {
	return slices.ContainsFunc(patterns, func(pattern v1alpha1.ObjectPattern) bool {
		schema, table, _ := strings.Cut(string(pattern), ".")
		return matchAnyCase(schema, name.Schema) && matchAnyCase(table, name.Object)
	})
}

// prepareRows finds out whether a table is guarded as it is to be, and if not, how that is done or why it cannot be. A
// policy that is in the way is exchanged in one statement, so that the rows are guarded at every moment (X6).
func (r *Run) prepareRows(ctx context.Context, one *guard, facts policyFacts, masks []*guard) error {
	if one.refusal = facts.refusal; one.refusal != "" {
		return nil
	}
	if want := len(facts.arguments); want != len(one.columns) {
		one.refusal = fmt.Sprintf("the policy takes %d columns and the rule gives %d", want, len(one.columns))
		return nil
	}
	for _, mask := range masks {
		if mask.table.Name == one.table.Name && slices.Contains(one.columns, mask.column) {
			one.refusal = fmt.Sprintf("it looks at column %s, which %s is to mask: a column is masked or looked at by a row "+
				"access policy, not both", mask.column, mask.policy)
			return nil
		}
	}
	one.find(facts.uses)
	if one.active {
		return nil
	}
	there, err := r.Snowflake.PolicyReferences(ctx, one.table.Name, one.domain())
	if err != nil && snowflake.ClassOf(err) != snowflake.Privilege {
		return err
	}
	one.statement = snowflake.AddRowAccessPolicy(one.table, one.policy, one.columns)
	for _, other := range there {
		if snowflake.KindOf(other.PolicyKind) == snowflake.KindRowAccessPolicy {
			one.statement = snowflake.SwapRowAccessPolicy(one.table, other.Policy, one.policy, one.columns)
		}
	}
	return nil
}
