package clone

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// examiner looks at a clone before anything is made, one question after the other.
type examiner struct {
	*Run

	found  *Examination
	source *snowflake.Database
	// rights are what the operator's role can do, and ownerRights what the role can do that is to own the clone's objects.
	rights, ownerRights *held
	// above are the roles that hold the operator's role. None of them can be granted to it.
	above map[sqltext.Ident]sqltext.Ident
	// circular are those of them that would have to be.
	circular []sqltext.Ident
	// internalStages are the source's.
	internalStages map[sqltext.Name]bool
	// inventory is the source's objects in selected schemas.
	inventory map[snowflake.Kind][]snowflake.Object
	// hybrids counts the source's hybrid tables, those of schemas that are not selected too: they are cloned with the others.
	hybrids int
	// staysBehind tells the objects that no privilege would bring into the clone.
	staysBehind map[string]bool
	// searchOptimized counts the tables with search optimization.
	searchOptimized int
	// lacking are the objects that the clone would lack for want of a privilege.
	lacking []string
}

// note turns what somebody must act upon into a problem. Anything else means that the examination cannot go on.
func (x *examiner) note(err error) error {
	judged, ok := errors.AsType[*Error](err)
	if !ok || !judged.Terminal {
		return err
	}
	x.found.Problems = append(x.found.Problems, Problem{Reason: judged.Reason, Message: judged.Error()})
	return nil
}

// exists says whether the clone is there already, so that the source need not be cloned any more.
func (x *examiner) exists() bool { return x.State.Database != nil }

// grant notes a statement that is missing, once.
func (x *examiner) grant(statement string) {
	if !slices.Contains(x.found.Grants, statement) {
		x.found.Grants = append(x.found.Grants, statement)
	}
}

// me is the operator's role.
func (x *examiner) me() snowflake.Grantee { return snowflake.AccountRole(x.Role) }

func (x *examiner) checkSource(ctx context.Context) error {
	source, err := x.findSource(ctx)
	if err != nil {
		return err
	}
	x.source = source
	x.found.RetentionDays = source.RetentionDays
	return nil
}

// checkTarget checks that no database has the target's name, unless it is ours already.
func (x *examiner) checkTarget(ctx context.Context) error {
	target, err := x.Snowflake.FindDatabase(ctx, x.Target)
	if err != nil {
		return fmt.Errorf("look for the target: %w", err)
	}
	if target == nil || x.Marker.In(target.Comment) {
		return nil
	}
	return targetExists(target)
}

func (x *examiner) readRights(ctx context.Context) (err error) {
	if x.rights, err = x.heldBy(ctx, x.Role); err != nil {
		return err
	}
	x.ownerRights = x.rights
	x.above, err = x.rolesAbove(ctx)
	return err
}

// checkWarehouses checks that statements that need a warehouse will have one (L2, I1), and that the one which tasks,
// alerts and dynamic tables are to run in can be used.
func (x *examiner) checkWarehouses(ctx context.Context) error {
	if x.Snowflake.Warehouse() == "" {
		return Terminalf(v1alpha1.ReasonMissingPrivileges,
			"no warehouse: set spec.warehouse of this object or of its connection")
	}
	owner, _, err := x.owner()
	if err != nil {
		return nil //nolint:nilerr // It is told by the check of the account.
	}
	if err := x.note(x.checkWarehouse(ctx, "warehouse", x.Snowflake.Warehouse(), map[sqltext.Ident]*held{x.Role: x.rights})); err != nil {
		return err
	}
	text := string(x.Spec.Tasks.Warehouse)
	if text == "" {
		return nil
	}
	users := map[sqltext.Ident]*held{x.Role: x.rights}
	if x.resumesAnything() {
		users[owner] = x.ownerRights // What runs there runs with the rights of its owner (T8).
	}
	return x.checkWarehouse(ctx, "tasks.warehouse", text, users)
}

// checkWarehouse checks that some roles can use a warehouse.
func (x *examiner) checkWarehouse(ctx context.Context, field, text string, users map[sqltext.Ident]*held) error {
	name, err := sqltext.ParseIdent(text)
	if err != nil {
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: %w", field, err)
	}
	warehouse, err := x.Snowflake.FindWarehouse(ctx, name)
	if err != nil {
		return fmt.Errorf("look for the warehouse: %w", err)
	}
	for _, role := range slices.Sorted(maps.Keys(users)) {
		if warehouse == nil || !users[role].may(snowflake.PrivilegeUsage, warehouse.Object) {
			x.grant(snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage},
				snowflake.On(snowflake.AccountRef(snowflake.KindWarehouse, name)), snowflake.AccountRole(role)))
		}
	}
	if warehouse == nil {
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "%s: %s does not exist or role %s may not see it",
			field, name, x.Role)
	}
	return nil
}

// takeInventory lists what there is to clone.
func (x *examiner) takeInventory(ctx context.Context) error {
	inventory, err := x.Snowflake.Inventory(ctx, snowflake.InDatabase(x.Source))
	if err != nil {
		return fmt.Errorf("inventory of %s: %w", x.Source, err)
	}
	x.inventory, x.hybrids = inventory, len(inventory[snowflake.KindHybridTable])
	x.found.Objects = map[string]int{}
	for kind, objects := range inventory {
		inventory[kind] = x.wanted(objects)
		if n := len(inventory[kind]); n > 0 {
			x.found.Objects[string(kind)] = n
		}
	}
	return nil
}

// conclude makes one problem of all statements that are missing, in front of the others: they are what can be acted upon.
func (x *examiner) conclude() {
	for _, role := range x.circular {
		x.found.Problems = slices.Insert(x.found.Problems, 0,
			Problem{Reason: v1alpha1.ReasonMissingPrivileges, Message: x.describeCircle(role)})
	}
	if len(x.found.Grants) == 0 {
		return
	}
	leftOut := ""
	if n := len(x.lacking); n > 0 {
		leftOut = fmt.Sprintf(", and the clone would lack %d objects without a word: %s", n, named(x.lacking))
	}
	if !x.seesAll() {
		leftOut += ", and perhaps more, for without MANAGE GRANTS it is not shown what it has no right on: look again afterwards"
	}
	problem := Problem{
		Reason:  v1alpha1.ReasonMissingPrivileges,
		Message: fmt.Sprintf("role %s lacks rights%s; run: %s", x.Role, leftOut, listed(x.found.Grants)),
	}
	x.found.Problems = slices.Insert(x.found.Problems, 0, problem)
}

// remark says what costs something or differs from the source, and keeps nothing from being made.
func (x *examiner) remark(context.Context) error {
	say := func(format string, args ...any) {
		x.found.Notes = append(x.found.Notes, fmt.Sprintf(format, args...))
	}
	if n := len(x.inventory[snowflake.KindHybridTable]); n > 0 && !x.Spec.Source.IgnoreHybridTables {
		say("%d hybrid tables are copied row by row, which takes time and compute; source.ignoreHybridTables leaves them out", n)
	}
	if n := len(x.inventory[snowflake.KindMaterializedView]); n > 0 {
		say("%d materialized views are kept up to date in the clone as well, which costs credits", n) // C35
	}
	if n := x.searchOptimized; n > 0 {
		say("%d tables have search optimization, which is kept up in the clone as well and costs credits", n)
	}
	if x.Spec.Tasks.Warehouse == "" && x.resumesAnything() {
		say("what is resumed runs in production's warehouses: tasks.warehouse names another")
	}
	if slices.Contains(x.found.Grants, snowflake.GrantRole(snowflake.AccountRole(accountAdmin), x.me())) {
		say("role %s owns what only its owner can clone; rather than grant that role, let another one own it", accountAdmin)
	}
	if x.source.Transient {
		say("%s is transient, and so will be its clone: it has no Fail-safe", x.Source)
	}
	if x.source.RetentionDays == 0 {
		say("%s keeps no history: changes of its data while it is cloned make the clone fail; "+
			"set DATA_RETENTION_TIME_IN_DAYS of it to 1 for the duration", x.Source)
	}
	if point, _ := x.moment(); point != nil && point.Statement != "" {
		say("only Snowflake knows the moment of a statement: whether the tables' history reaches back to it is not checked")
	}
	return nil
}

// resumesAnything says whether something that uses a warehouse is to run in the clone.
func (x *examiner) resumesAnything() bool {
	return slices.Contains([]v1alpha1.ActivityState{
		x.Spec.Tasks.State, x.Spec.Alerts.State, x.Spec.DynamicTables.State,
	}, v1alpha1.ActivityResume)
}
