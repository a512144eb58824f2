package clone

import (
	"context"
	"errors"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// leastBulk is from how many objects on one statement takes the place of one for each.
const leastBulk = 10

// bulkGrants is what one grantee may do with many objects of a kind in a schema.
type bulkGrants struct {
	kind       snowflake.Kind
	in         snowflake.Scope
	to         snowflake.Grantee
	privileges []string
	// singly are the same grants one by one.
	singly []granted
	// grants counts the privileges on single objects.
	grants int
}

// revoke takes them away, one by one where the account refuses to do it in bulk.
func (b bulkGrants) revoke(ctx context.Context, own *Owned) error {
	if err := own.RevokeAll(ctx, b.privileges, b.kind, b.in, b.to); err == nil || !Classify(err).Terminal {
		return err
	}
	var errs []error
	for _, one := range b.singly {
		errs = append(errs, own.Revoke(ctx, one.privileges, one.on, one.to))
	}
	return errors.Join(errs...)
}

// inBulks sorts out what can be taken away in bulk: the same grantee's privileges on many objects of a kind in a schema
// (P7). Of what is exempt none is among it: whoever is not foreign keeps all that he has.
func inBulks(all []granted) (many []bulkGrants, single []granted) {
	groups := map[bulkKey][]granted{}
	var order []bulkKey
	for _, one := range all {
		key := bulkKey{one.on.Kind, snowflake.InSchema(one.on.Name.Database, one.on.Name.Schema), one.to}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], one)
	}
	for _, key := range order {
		group := groups[key]
		if len(group) < leastBulk || key.kind.Info().NoBulkGrant || key.kind.Info().Level != snowflake.LevelSchema {
			single = append(single, group...)
			continue
		}
		many = append(many, newBulk(key, group))
	}
	return many, single
}

// newBulk makes one of many.
func newBulk(key bulkKey, group []granted) bulkGrants {
	bulk := bulkGrants{kind: key.kind, in: key.in, to: key.to, singly: group}
	for _, one := range group {
		bulk.grants += len(one.privileges)
		bulk.privileges = append(bulk.privileges, one.privileges...)
	}
	slices.Sort(bulk.privileges)
	bulk.privileges = slices.Compact(bulk.privileges)
	return bulk
}

// bulkKey is what the members of a bulk have in common.
type bulkKey struct {
	kind snowflake.Kind
	in   snowflake.Scope
	to   snowflake.Grantee
}
