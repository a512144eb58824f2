package clone

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// checkTasks checks that the role which is to own the tasks can run each of them where it runs: those without a warehouse
// need EXECUTE MANAGED TASK on the account, the others USAGE on their warehouse (T8), unless tasks.warehouse replaces it,
// which is checked with the other warehouses.
func (x *examiner) checkTasks(ctx context.Context) error {
	owner, _, err := x.owner()
	if err != nil || x.Spec.Tasks.State != v1alpha1.ActivityResume {
		return nil //nolint:nilerr // It is told by the check of the account.
	}
	tasks, err := x.Snowflake.Tasks(ctx, snowflake.InDatabase(x.Source))
	if err != nil {
		return fmt.Errorf("read the warehouses of tasks: %w", err)
	}
	used := map[sqltext.Ident]bool{}
	for _, task := range tasks {
		switch {
		case !selected(x.Spec.Source.Schemas, task.Name.Schema) || x.staysBehind[task.String()]:
		case task.Warehouse == "":
			x.demandOnAccount(x.ownerRights, owner, []string{snowflake.PrivilegeExecuteManagedTask})
		case x.Spec.Tasks.Warehouse == "":
			used[task.Warehouse] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		warehouse, err := x.Snowflake.FindWarehouse(ctx, name)
		if err != nil {
			return fmt.Errorf("look for the warehouse of tasks: %w", err)
		}
		if warehouse != nil && !x.ownerRights.may(snowflake.PrivilegeUsage, warehouse.Object) {
			x.grant(snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, snowflake.On(warehouse.ObjectRef),
				snowflake.AccountRole(owner)))
		}
	}
	return nil
}
