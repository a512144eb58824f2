package clone

import (
	"context"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// usedObject is a policy or tag that the clone is to use.
type usedObject struct {
	// field of the spec that names it.
	field string
	// text is its name as it stands there.
	text string
	kind snowflake.Kind
	// global is the privilege on the account that does as well as APPLY on the object.
	global string
}

// checkPolicies checks that the policies and tags that the clone is to use are there and may be used, so that a clone does
// not come as far as ApplyMasking only to find that it cannot be opened to anybody (X5, X6).
func (x *examiner) checkPolicies(ctx context.Context) error {
	for _, used := range x.used() {
		if err := x.note(x.checkUsed(ctx, used)); err != nil {
			return err
		}
	}
	return nil
}

// used lists the policies and tags.
func (x *examiner) used() []usedObject {
	var all []usedObject
	masking := func(list string, rules []v1alpha1.MaskingRule) {
		for i, rule := range rules {
			all = append(all, usedObject{describeField(list, i), string(rule.Policy), snowflake.KindMaskingPolicy,
				snowflake.PrivilegeApplyMaskingPolicy})
		}
	}
	masking("masking", x.Spec.Masking)
	masking("the connection's policy.requiredMasking", x.Policy.RequiredMasking)
	for i, rule := range x.Spec.RowAccess {
		all = append(all, usedObject{describeField("rowAccess", i), string(rule.Policy), snowflake.KindRowAccessPolicy,
			"APPLY ROW ACCESS POLICY"})
	}
	for text := range x.Spec.Target.Tags {
		all = append(all, usedObject{"target.tags", text, snowflake.KindTag, snowflake.PrivilegeApplyTag})
	}
	slices.SortStableFunc(all, func(a, b usedObject) int { return strings.Compare(a.text, b.text) })
	return slices.CompactFunc(all, func(a, b usedObject) bool { return a.text == b.text && a.kind == b.kind })
}

// checkUsed checks one. What lies in the source comes along with the clone and is the operator's then (C27).
func (x *examiner) checkUsed(ctx context.Context, used usedObject) error {
	name, err := sqltext.ParseName(used.text)
	if err != nil || name.Database == "" {
		return Terminalf(v1alpha1.ReasonMaskingFailed, "%s: %q must be a fully qualified name: database.schema.name", used.field, used.text)
	}
	is := func(o snowflake.Object) bool { return o.Name == name }
	if name.Database == x.Source {
		if !slices.ContainsFunc(x.inventory[used.kind], is) {
			return noSuch(used, x.Role)
		}
		return nil
	}
	if err := x.demandUsage(ctx, used.field, name); err != nil {
		return err
	}
	objects, err := x.Snowflake.Objects(ctx, used.kind, snowflake.InSchema(name.Database, name.Schema))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(objects, is)
	if at < 0 {
		return noSuch(used, x.Role)
	}
	if !x.rights.mayOnAccount(used.global) {
		x.demand(snowflake.PrivilegeApply, objects[at])
	}
	return nil
}

func noSuch(used usedObject, role sqltext.Ident) error {
	return Terminalf(v1alpha1.ReasonMaskingFailed, "%s: %s %s does not exist or role %s may not see it; correct the name",
		used.field, used.kind, used.text, role)
}

// checkTables checks that the table with further access mappings can be read. The log of spec.audit is not looked at: it
// holds up no clone.
func (x *examiner) checkTables(ctx context.Context) error {
	if text := x.Spec.Access.MappingTable; text != "" {
		return x.note(x.checkMappingTable(ctx, string(text)))
	}
	return nil
}

// checkMappingTable looks for the table, or the view, and for the right to read it.
func (x *examiner) checkMappingTable(ctx context.Context, text string) error {
	const field = "access.mappingTable"
	name, err := sqltext.ParseName(text)
	if err != nil || name.Database == "" {
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: %q must be a fully qualified name: database.schema.table", field, text)
	}
	if err := x.demandUsage(ctx, field, name); err != nil {
		return err
	}
	scope := snowflake.InSchema(name.Database, name.Schema)
	for _, kind := range []snowflake.Kind{snowflake.KindTable, snowflake.KindView} {
		objects, err := x.Snowflake.Objects(ctx, kind, scope)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(objects, func(o snowflake.Object) bool { return o.Name == name }); at >= 0 {
			x.demand(snowflake.PrivilegeSelect, objects[at])
			return nil
		}
	}
	return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: %s does not exist or role %s may not see it; correct the name",
		field, name, x.Role)
}
