package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// replaced are the kinds whose objects may have been made anew, by statements that keep no grants (R1, U9). External tables
// are always made anew, if they are in the clone at all.
var replaced = []snowflake.Kind{snowflake.KindStream, snowflake.KindPipe, snowflake.KindTask, snowflake.KindExternalTable}

// restoreKeptGrants gives the roles whose privileges the spec keeps what they have on the source's streams, pipes, tasks
// and external tables and not on the clone's. It compares what is there, because whoever made an object anew may not have
// lived to grant what was on it. It says how many grants are left.
func (r *Run) restoreKeptGrants(ctx context.Context, own *Owned) (left int, err error) {
	if len(r.Spec.Access.KeepSourceGrants) == 0 || !r.HandedOver.IsZero() {
		return 0, nil
	}
	there, err := r.keptGrants(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return 0, err
	}
	wanted, err := r.keptGrants(ctx, snowflake.InDatabase(r.Source))
	if err != nil {
		return 0, err
	}
	statements := slices.DeleteFunc(wanted, func(grant string) bool { return slices.Contains(there, grant) })
	done, err := forEach(ctx, r, statements, func(ctx context.Context, statement string) error {
		if err := own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
	return len(statements) - done, err
}

// keptGrants are the grants to keep on a database's objects of those kinds, as far as the objects are in the clone, each
// as the statement that makes it there.
func (r *Run) keptGrants(ctx context.Context, scope snowflake.Scope) ([]string, error) {
	there := map[string]bool{}
	for _, kind := range replaced {
		objects, err := r.Snowflake.Objects(ctx, kind, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			there[object.String()] = true
		}
	}
	grants, err := r.Snowflake.ObjectPrivileges(ctx, scope.Database)
	if err != nil {
		return nil, err
	}
	var statements []string
	for _, grant := range grants {
		if !slices.Contains(replaced, snowflake.KindOf(grant.GrantedOn)) {
			continue
		}
		ref, err := grant.Ref()
		if err != nil {
			return nil, fmt.Errorf("read a grant to %s: %w", grant.Grantee, err)
		}
		ref.Name = r.inTarget(ref.Name)
		if r.keeps(grant.Grantee) && there[ref.String()] && grant.Privilege != snowflake.PrivilegeOwnership {
			statements = append(statements, snowflake.GrantAgain(ref, grant))
		}
	}
	return statements, nil
}
