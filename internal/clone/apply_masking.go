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

// applyMasking puts masking policies on columns, the connection's required ones first. It fails closed: the stages that
// let people in come later, and do not come at all when this one fails.
type applyMasking struct{}

func (applyMasking) Name() v1alpha1.StepName { return v1alpha1.StepApplyMasking }

func (s applyMasking) Run(ctx context.Context, r *Run) (Outcome, error) {
	rules := slices.Concat(r.Spec.Masking, r.Policy.RequiredMasking)
	if len(rules) == 0 {
		return Skip("No masking is asked for"), nil
	}
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	masks, err := s.plan(ctx, r, rules)
	if err != nil {
		return Outcome{}, err
	}
	done, err := forEach(ctx, r, masks, func(ctx context.Context, one mask) error {
		if err := own.Exec(ctx, snowflake.SetMaskingPolicy(one.table, one.column, one.policy, nil)); err != nil {
			return fmt.Errorf("mask %s.%s with %s: %w", one.table.Name, one.column, one.policy, err)
		}
		return nil
	})
	r.Progress(done, len(masks))
	if err != nil {
		cause := Classify(err)
		return Outcome{}, &Error{
			Reason: v1alpha1.ReasonMaskingFailed, Terminal: cause.Terminal,
			Err: fmt.Errorf("access stays closed: %w", err),
		}
	}
	if done < len(masks) {
		return Wait(0, fmt.Sprintf("Masked %d of %d columns", done, len(masks))), nil
	}
	return Done(fmt.Sprintf("%d columns are masked", len(masks))), nil
}

// mask is a policy for one column.
type mask struct {
	table  snowflake.ObjectRef
	column sqltext.Ident
	policy sqltext.Name
}

// plan finds the columns of all rules. A column that several rules name gets the policy of the last one, so that a
// required policy is never replaced by the clone's own. A rule that finds no column is an error: somebody believes that
// something is masked.
func (s applyMasking) plan(ctx context.Context, r *Run, rules []v1alpha1.MaskingRule) ([]mask, error) {
	columns, err := s.columns(ctx, r)
	if err != nil {
		return nil, err
	}
	chosen := map[string]mask{}
	var order []string
	for _, rule := range rules {
		policy, err := r.policyName(rule.Policy)
		if err != nil {
			return nil, err
		}
		found, err := s.matching(ctx, r, rule, columns)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, Terminalf(v1alpha1.ReasonMaskingFailed,
				"masking: no column of %s matches the rule for policy %s; correct its columns or tag", r.Target, rule.Policy)
		}
		for _, one := range found {
			one.policy = policy
			key := one.table.SQL() + "." + one.column.SQL()
			if _, known := chosen[key]; !known {
				order = append(order, key)
			}
			chosen[key] = one
		}
	}
	masks := make([]mask, len(order))
	for i, key := range order {
		masks[i] = chosen[key]
	}
	return masks, nil
}

// policyName is the policy of a rule. One that lies in the source was cloned along, and the clone's own is meant (C27).
func (r *Run) policyName(text v1alpha1.QualifiedName) (sqltext.Name, error) {
	name, err := sqltext.ParseName(string(text))
	if err != nil {
		return sqltext.Name{}, Terminalf(v1alpha1.ReasonMaskingFailed, "masking: policy %s: %w", text, err)
	}
	if name.Database == r.Source {
		name.Database = r.Target
	}
	return name, nil
}

// columns are the columns of the clone's tables. Views show what their tables mask.
func (applyMasking) columns(ctx context.Context, r *Run) ([]mask, error) {
	tables := map[sqltext.Name]snowflake.ObjectRef{}
	for _, kind := range []snowflake.Kind{snowflake.KindTable, snowflake.KindDynamicTable, snowflake.KindIcebergTable} {
		objects, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			tables[object.Name] = snowflake.ObjectRef{Kind: snowflake.KindTable, Name: object.Name}
		}
	}
	columns, err := r.Snowflake.Columns(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	var found []mask
	for _, column := range columns {
		if table, ok := tables[column.Table]; ok {
			found = append(found, mask{table: table, column: column.Name})
		}
	}
	return found, nil
}

// matching are the columns that a rule selects.
func (s applyMasking) matching(
	ctx context.Context, r *Run, rule v1alpha1.MaskingRule, columns []mask,
) ([]mask, error) {
	if rule.Tag != "" {
		return s.tagged(ctx, r, rule.Tag, columns)
	}
	var found []mask
	for _, column := range columns {
		if slices.ContainsFunc(rule.Columns, func(p v1alpha1.ColumnPattern) bool { return matchColumn(p, column) }) {
			found = append(found, column)
		}
	}
	return found, nil
}

// matchColumn says whether a pattern of schema.table.column selects a column.
func matchColumn(pattern v1alpha1.ColumnPattern, column mask) bool {
	parts := strings.SplitN(string(pattern), ".", 3)
	return len(parts) == 3 &&
		Match(v1alpha1.Pattern(parts[0]), column.table.Name.Schema) &&
		Match(v1alpha1.Pattern(parts[1]), column.table.Name.Object) &&
		Match(v1alpha1.Pattern(parts[2]), column.column)
}

// tagged are the columns that carry a tag. A tag that lies in the source was cloned along (C28).
func (s applyMasking) tagged(
	ctx context.Context, r *Run, text v1alpha1.QualifiedName, columns []mask,
) ([]mask, error) {
	tag, err := r.policyName(text)
	if err != nil {
		return nil, err
	}
	var found []mask
	seen := map[sqltext.Name]bool{}
	for _, column := range columns {
		table := column.table
		if seen[table.Name] {
			continue
		}
		seen[table.Name] = true
		references, err := r.Snowflake.ColumnTagReferences(ctx, table.Name)
		if err != nil {
			return nil, err
		}
		for _, reference := range references {
			if reference.Tag == tag && reference.Column != "" {
				found = append(found, mask{table: table, column: reference.Column})
			}
		}
	}
	return found, nil
}
