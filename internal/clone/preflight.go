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

// preflight finds out whether the clone can be made before anything is made: it only reads. What is missing is said all
// at once, in statements that somebody can run.
type preflight struct{}

func (preflight) Name() v1alpha1.StepName { return v1alpha1.StepPreflight }

func (preflight) Run(ctx context.Context, r *Run) (Outcome, error) {
	source, err := r.findSource(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if err := r.checkTargetIsFree(ctx); err != nil {
		return Outcome{}, err
	}
	if err := r.checkWarehouse(ctx); err != nil {
		return Outcome{}, err
	}
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Source))
	if err != nil {
		return Outcome{}, fmt.Errorf("inventory of %s: %w", r.Source, err)
	}
	if err := r.checkTimeTravel(ctx, source, inventory); err != nil {
		return Outcome{}, err
	}
	if err := r.checkRights(ctx, inventory); err != nil {
		return Outcome{}, err
	}
	return Done(fmt.Sprintf("%s can be cloned: %s", r.Source, describeInventory(inventory))), nil
}

// findSource finds the source and checks that it is of a kind that can be cloned (C11).
func (r *Run) findSource(ctx context.Context) (*snowflake.Database, error) {
	source, err := r.Snowflake.FindDatabase(ctx, r.Source)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for the source: %w", err)
	case source == nil:
		return nil, Terminalf(v1alpha1.ReasonSourceNotFound,
			"source.database: %s does not exist or role %s may not see it; run GRANT USAGE ON DATABASE %s TO ROLE %s",
			r.Source, r.Role, r.Source.SQL(), r.Role.SQL())
	case source.DatabaseKind != "" && source.DatabaseKind != "STANDARD":
		return nil, Terminalf(v1alpha1.ReasonSourceNotCloneable,
			"source.database: %s is of kind %s, which Snowflake cannot clone", r.Source, source.DatabaseKind)
	case hasAnyMarker(source.Comment):
		return nil, Terminalf(v1alpha1.ReasonSourceNotCloneable,
			"source.database: %s is itself a clone made by Snowclone; clone its source instead", r.Source)
	}
	return source, nil
}

// checkTargetIsFree checks that no database has the target's name, unless it is ours already.
func (r *Run) checkTargetIsFree(ctx context.Context) error {
	target, err := r.Snowflake.FindDatabase(ctx, r.Target)
	if err != nil {
		return fmt.Errorf("look for the target: %w", err)
	}
	if target == nil || r.Marker.In(target.Comment) {
		return nil
	}
	return targetExists(target)
}

// targetExists is the error for a database in the way.
func targetExists(target *snowflake.Database) error {
	return Terminalf(v1alpha1.ReasonTargetExists,
		"target.database: %s exists, owned by role %s, and this object did not make it; nothing was done to it: "+
			"choose another name or drop it yourself", target.Name.Database, target.Owner)
}

// checkWarehouse checks that statements that need a warehouse will have one (L2, I1).
func (r *Run) checkWarehouse(ctx context.Context) error {
	if r.Snowflake.Warehouse() == "" {
		return Terminalf(v1alpha1.ReasonMissingPrivileges,
			"no warehouse: set spec.warehouse of this object or of its connection")
	}
	name, err := sqltext.ParseIdent(r.Snowflake.Warehouse())
	if err != nil {
		return Terminalf(v1alpha1.ReasonMissingPrivileges, "warehouse: %w", err)
	}
	found, err := r.Snowflake.FindWarehouse(ctx, name)
	if err != nil {
		return fmt.Errorf("look for the warehouse: %w", err)
	}
	if found == nil {
		return Terminalf(v1alpha1.ReasonMissingPrivileges,
			"warehouse: %s does not exist or role %s may not see it; run GRANT USAGE ON WAREHOUSE %s TO ROLE %s",
			name, r.Role, name.SQL(), r.Role.SQL())
	}
	return nil
}

// describeInventory counts objects by kind, in words.
func describeInventory(inventory map[snowflake.Kind][]snowflake.Object) string {
	total := 0
	var parts []string
	for _, kind := range snowflake.SchemaKinds() {
		if n := len(inventory[kind]); n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ToLower(kind.Plural())))
		}
	}
	return fmt.Sprintf("%d objects (%s)", total, strings.Join(parts, ", "))
}

// wanted is the objects of an inventory that lie in selected schemas.
func (r *Run) wanted(objects []snowflake.Object) []snowflake.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o snowflake.Object) bool {
		return !selected(r.Spec.Source.Schemas, o.Name.Schema)
	})
}
